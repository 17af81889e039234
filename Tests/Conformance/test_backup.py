"""Backups that are made while the server works, and servers that go on from them."""

from __future__ import annotations

import json
import shutil
import sqlite3
import stat
import subprocess
import threading
from pathlib import Path
from urllib.parse import urljoin

import pytest
from PIL import Image

from api import Api, fresh_prompt
from conftest import Report, StartServer
from harness import REPOSITORY, Server, binary, run_command
from pictures import File, decode, upload

WRITERS = 3


class Writer(threading.Thread):
    """Makes jobs until it is told to stop, and remembers what was accepted."""

    def __init__(self, server: Server, key: str, photo: File) -> None:
        super().__init__(daemon=True)
        self.stopping = threading.Event()
        self.accepted: list[str] = []
        self.problems: list[str] = []
        self._api = Api(server.url, key)
        self._photo = photo

    def run(self) -> None:
        """One job after the other."""
        while not self.stopping.is_set():
            try:
                job = self._api.submit(self._photo, fresh_prompt(), quality="low", output_format="jpeg")
                self.accepted.append(job["id"])
            except Exception as error:  # noqa: BLE001 — told by the test.
                self.problems.append(repr(error))
                return
            self.stopping.wait(0.1)


def refused(*arguments: str | Path) -> str:
    """What a command that must fail complains of."""
    done = subprocess.run(
        [str(binary()), *map(str, arguments)], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1, f"{done.returncode}: {done.stdout}{done.stderr}"
    return done.stderr


def take_over(server: Server, data: Path) -> None:
    """The next start of this server works on another data folder."""
    server.data = data


def open_modes(folder: Path) -> dict[str, str]:
    """Everything below a folder, itself included, that others may read."""
    return {
        str(path): oct(stat.S_IMODE(path.stat().st_mode)) for path in [folder, *folder.rglob("*")] if path.stat().st_mode & 0o077
    }


def test_a_backup_under_load_has_every_job_and_picture_of_its_moment(
    start_server: StartServer, photos: dict[str, Image.Image], tmp_path: Path, report: Report
) -> None:
    server = start_server()
    key = server.create_key()
    photo = upload(photos["coffee"], longer=160)
    with Api(server.url, key) as api:
        early = [api.submit(photo, fresh_prompt(), quality="low")["id"] for _ in range(3)]
        for job in early:
            assert api.wait(job)["status"] == "completed"
    writers = [Writer(server, key, photo) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    before: list[str] = []
    for number in range(3):
        before = early + [job for writer in writers for job in list(writer.accepted)]
        said = server.command("backup", tmp_path / f"backup-{number}")
        assert "files" in said
    for writer in writers:
        writer.stopping.set()
        writer.join(60)
        assert not writer.problems
    server.stop()

    copy = tmp_path / "restored"
    run_command("restore", tmp_path / "backup-2", "--data", copy)
    assert not open_modes(tmp_path / "backup-2")
    assert not open_modes(copy)
    take_over(server, copy)
    server.start()
    with Api(server.url, key) as api:
        for job in before:
            document = api.wait(job)
            assert document["status"] == "completed", document
            for picture in document["result"]["data"]:
                assert decode(api.http.get(urljoin(server.url, picture["url"])).content)
    report(f"{len(before)} jobs were in a backup that was made while {WRITERS} clients asked for pictures")
    server.stop()
    deliveries = {job["id"]: job["deliveries"] for job in json.loads(run_command("jobs", "list", "--json", "--data", copy))}
    # Others were accepted between the list and the backup, and may still wait.
    assert {deliveries[job] for job in before} == {1} and set(deliveries.values()) <= {0, 1}
    assert run_command("audit", "--check", "--data", copy).startswith("whole")
    database = sqlite3.connect(copy / "heatsink.sqlite")
    assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    database.close()


@pytest.fixture(scope="module")
def backup(tmp_path_factory: pytest.TempPathFactory, server: Server, photos: dict[str, Image.Image]) -> Path:
    """A backup with a picture in it."""
    with Api(server.url, server.create_key()) as api:
        assert api.edit(upload(photos["coffee"], longer=64), fresh_prompt(), quality="low").status_code == 200
    folder = tmp_path_factory.mktemp("backup") / "copy"
    server.command("backup", folder)
    return folder


def test_only_an_empty_folder_is_restored_into(backup: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "mine").write_text("kept")
    assert "not empty" in refused("restore", backup, "--data", tmp_path / "data")
    assert (tmp_path / "data" / "mine").read_text() == "kept"
    assert "not empty" in refused("backup", tmp_path / "data", "--data", backup)
    (tmp_path / "none").mkdir()
    run_command("restore", backup, "--data", tmp_path / "none")


@pytest.mark.parametrize("damage", ["picture", "database", "key", "missing", "manifest", "outside", "cut off"])
def test_a_damaged_backup_is_refused_and_leaves_nothing(backup: Path, tmp_path: Path, damage: str) -> None:
    copy, target = tmp_path / "copy", tmp_path / "target"
    shutil.copytree(backup, copy)
    manifest = copy / "manifest.json"
    picture = next(path for path in (copy / "files").rglob("*") if path.is_file())

    def flip(path: Path) -> None:
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)

    match damage:
        case "picture":
            flip(picture)
        case "database":
            flip(copy / "heatsink.sqlite")
        case "key":
            flip(copy / "watermark.key")
        case "missing":
            picture.unlink()
        case "manifest":
            manifest.write_text(manifest.read_text()[:-20])
        case "outside":
            document = json.loads(manifest.read_text())
            document["files"][0]["path"] = "../escaped"
            manifest.write_text(json.dumps(document))
        case "cut off":
            manifest.unlink()
    assert "cannot" in refused("restore", copy, "--data", target)
    assert not target.exists() or not list(target.iterdir())
    assert not (tmp_path / "escaped").exists()


def test_a_folder_without_a_server_is_no_data_to_back_up(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    assert "no heatsink.sqlite" in refused("backup", tmp_path / "copy", "--data", tmp_path / "data")
    assert not list((tmp_path / "data").iterdir())
