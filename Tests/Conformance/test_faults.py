"""Faults of the machine under the server: locks, full disks, databases that move or are damaged. Nothing accepted is lost."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
from PIL import Image

from api import Api, fresh_prompt
from conftest import StartServer
from harness import Server, binary, wait_until
from pictures import upload

pytestmark = [pytest.mark.alone, pytest.mark.slow, pytest.mark.recovery]

LOCK_SECONDS = 12
PATIENCE_SECONDS = 180
DISK_MEBIBYTES = 64
PAGE_BYTES = 4096


def readiness(server: Server) -> tuple[int, set[str]]:
    """The status of `/readyz` and the codes of what is wrong; it must answer in time whatever is."""
    answer = httpx2.get(f"{server.url}/readyz", timeout=10, trust_env=False)
    return answer.status_code, {problem["code"] for problem in answer.json()["problems"]}


@contextmanager
def locked(server: Server) -> Iterator[None]:
    """Another process holds the database's write lock."""
    connection = sqlite3.connect(server.data / "heatsink.sqlite", isolation_level=None, timeout=30)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.rollback()
        connection.close()


def order(api: Api, photo: Image.Image, key: str | None = None, prompt: str | None = None) -> httpx2.Response:
    """Asks for pictures and comes back for them."""
    headers = {"Prefer": "respond-async"} | ({"Idempotency-Key": key} if key else {})
    return api.edit(upload(photo, longer=512), prompt or fresh_prompt(), headers=headers, n=2, quality="medium")


def assert_ends(api: Api, server: Server, id: str) -> None:
    """The job is completed, and was settled once."""
    assert api.wait(id, PATIENCE_SECONDS)["status"] == "completed"
    settled = {document["id"]: document["deliveries"] for document in server.json_command("jobs", "list", "--json")}
    assert settled[id] == 1
    assert wait_until(lambda: readiness(server) == (200, set()), 30)


def assert_unavailable(answer: httpx2.Response) -> None:
    """Nobody's fault, and worth another try."""
    assert answer.status_code == 503, answer.text
    assert int(answer.headers["retry-after"]) >= 1


def test_an_ending_outlasts_a_lock(start_server: StartServer, photos: dict[str, Image.Image]) -> None:
    server = start_server()
    with Api(server.url, server.create_key()) as api:
        prompt = fresh_prompt()
        accepted = order(api, photos["coffee"], "named", prompt)
        assert accepted.status_code == 202, accepted.text
        id = accepted.json()["id"]
        assert wait_until(lambda: api.job(id)["status"] == "running", 60)
        with locked(server):
            began = time.monotonic()
            assert wait_until(lambda: server.figure("heatsink_endings_unwritten") == 1, 60)
            # A write is tried for some seconds before it is known to be held up.
            assert wait_until(lambda: readiness(server)[0] == 503, 15)
            while time.monotonic() - began < LOCK_SECONDS:
                assert api.job(id)["status"] == "running"
                status, problems = readiness(server)
                assert status == 503
                assert problems & {"unwritten_endings", "records_unwritable"}
                time.sleep(1)
            assert_unavailable(order(api, photos["coffee"]))
            assert_unavailable(api.cancel(id))
            again = order(api, photos["coffee"], "named", prompt)
            assert (again.status_code, again.json()["id"]) == (202, id)
        assert_ends(api, server, id)


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A disk of its own for a folder, which root may mount."""
    command = ["mount", "-t", "tmpfs", "-o", f"size={DISK_MEBIBYTES}m,mode=0700", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode != 0:
        pytest.skip("a disk can be mounted by root alone")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(folder: Path) -> Path:
    """Takes all that is left of a disk."""
    ballast = folder / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return ballast


@pytest.mark.parametrize("floor", [0, 16], ids=["no-floor", "floor"])
def test_a_job_outlasts_a_full_disk(
    floor: int, tmp_path_factory: pytest.TempPathFactory, photos: dict[str, Image.Image]
) -> None:
    server = Server(tmp_path_factory.mktemp("server"), {"data": {"least-free-mib": floor}})
    with small_disk(server.data):
        server.start()
        try:
            with Api(server.url, server.create_key()) as api:
                accepted = order(api, photos["coffee"])
                assert accepted.status_code == 202, accepted.text
                ballast = fill(server.data)
                assert wait_until(lambda: readiness(server)[0] == 503, 60)
                wanted = {"space_low"} if floor else {"files_unwritable", "records_unwritable", "unwritten_endings"}
                assert readiness(server)[1] & wanted
                for _ in range(10):
                    assert_unavailable(order(api, photos["coffee"]))
                    assert api.job(accepted.json()["id"])["status"] in {"queued", "running", "completed"}
                    time.sleep(0.5)
                ballast.unlink()
                assert_ends(api, server, accepted.json()["id"])
        finally:
            server.stop()


def test_a_database_that_is_moved_away_takes_nothing(
    start_server: StartServer, photos: dict[str, Image.Image]
) -> None:
    server = start_server()
    with Api(server.url, server.create_key()) as api:
        database, away = server.data / "heatsink.sqlite", server.data / "away"
        database.rename(away)
        assert_unavailable(order(api, photos["coffee"]))
        assert wait_until(lambda: "records_moved" in readiness(server)[1], 30)
        away.rename(database)
        assert wait_until(lambda: readiness(server) == (200, set()), 30)
        accepted = order(api, photos["coffee"])
        assert accepted.status_code == 202, accepted.text
        assert_ends(api, server, accepted.json()["id"])


@pytest.mark.parametrize("place", ["header", "middle"])
def test_a_damaged_database_is_not_written_to(place: str, start_server: StartServer, tmp_path: Path) -> None:
    # Without models a start takes no time; the damage is found before any would be loaded.
    server = start_server({"inference": {"null-seconds": 0}, "models": {"directory": str(tmp_path)}})
    for _ in range(20):
        server.create_key()
    server.stop()
    database = server.data / "heatsink.sqlite"
    # All of the log goes back into the file: what is damaged there is not made good by it.
    connection = sqlite3.connect(database)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (page,) = connection.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'keys'").fetchone()
    connection.close()
    content = bytearray(database.read_bytes())
    start = 0 if place == "header" else (page - 1) * PAGE_BYTES
    content[start : start + 3000] = os.urandom(3000)
    database.write_bytes(content)
    command: list[Any] = [binary(), "serve", "--host", "127.0.0.1", "--port", "0", "--data", server.data]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 1
    assert str(database) in done.stderr + done.stdout
    assert "backup" in done.stderr + done.stdout
    assert database.read_bytes() == content
    # What the fixture stops must be there.
    database.unlink()
    for rest in server.data.glob("heatsink.sqlite-*"):
        rest.unlink()
    server.start()


def test_a_clean_stop_is_no_error(start_server: StartServer, photos: dict[str, Image.Image]) -> None:
    server = start_server({"log": {"level": "info"}})
    with Api(server.url, server.create_key()) as api:
        api.wait(order(api, photos["coffee"]).json()["id"], PATIENCE_SECONDS)
    before = len(server.log.read_text(errors="replace"))
    server.stop()
    told = server.log.read_text(errors="replace")[before:]
    assert " error " not in told.lower(), told
    assert " critical " not in told.lower(), told
    server.start()
