"""What an operator's machine gets to see: modes of files, logs without secrets, refusals of hostile settings, probes, units."""

from __future__ import annotations

import json
import os
import pty
import re
import shutil
import stat
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest
from PIL import Image

from api import Api, fresh_prompt
from harness import REPOSITORY, Server, binary, wait_until
from pictures import upload
from visitor import Visitor

UNIT = REPOSITORY / "Deploy" / "systemd" / "heatsink.service"
ESCAPE = "\x1b[2J\x1b]0;gone\x07\u202e\x9b31m"


def heatsink(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """A command that may fail."""
    return subprocess.run(
        [str(binary()), *map(str, arguments)],
        cwd=REPOSITORY,
        env=dict(os.environ) | environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def log_lines(text: str) -> list[dict[str, Any]]:
    """Every line of a log that must be JSON."""
    return [json.loads(line) for line in text.splitlines()]


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory, photos: dict[str, Image.Image]) -> Server:
    """A server with JSON logs, on a data folder that was open to everybody, after some work; it has ended."""
    server = Server(tmp_path_factory.mktemp("server"), {"log": {"format": "json", "level": "debug"}})
    server.data.chmod(0o755)
    (server.data / "link-signing.key").write_bytes(bytes(range(32)))
    (server.data / "link-signing.key").chmod(0o644)
    server.start()
    secrets = [server.create_key(), server.first_key()]
    with Api(server.url, secrets[0]) as api:
        answer = api.edit(
            upload(photos["coffee"], longer=64), fresh_prompt(), quality="low", response_format="url"
        )
        link = urljoin(server.url, answer.json()["data"][0]["url"])
        assert api.http.get(link).status_code == 200
        secrets.append(re.search(r"signature=([^&]+)", link).group(1))
        api.http.get(f"/v1/jobs?key={secrets[0]}")
        api.http.get(f"/v1/{secrets[0]}")
        api.http.get("/v1/decisions/dec_secretname")
        assert api.edit(("a.txt", b"no picture", "text/plain"), fresh_prompt()).status_code == 400
        job = api.jobs()[0]["id"]
    with Visitor(server) as visitor:
        visitor.sign_in(secrets[0])
        secrets.append(visitor.cookie)
        share = visitor.share(job)
        visitor.http.get(f"/s/{share['id']}")
        secrets += [share["id"], "dec_secretname"]
    server.stop()
    server.secrets = secrets  # type: ignore[attr-defined]
    return server


def test_the_data_folder_is_private_whatever_it_was_before(worked: Server) -> None:
    paths = [worked.data, *worked.data.rglob("*")]
    assert {"heatsink.sqlite", "first-key.txt", "watermark.key", "link-signing.key"} <= {path.name for path in paths}
    wrong = {str(path): oct(stat.S_IMODE(path.stat().st_mode)) for path in paths if path.stat().st_mode & 0o077}
    assert not wrong


def test_json_logs_are_json_from_the_first_line_to_the_last(worked: Server) -> None:
    lines = log_lines(worked.log.read_text())
    assert all({"time", "level", "message"} <= line.keys() for line in lines)
    (ready,) = [line for line in lines if line["message"] == "ready"]
    assert ready["first-key"].endswith("first-key.txt")
    assert lines[-1]["message"] == "stopped"


def test_no_secret_is_in_the_log(worked: Server) -> None:
    text = worked.log.read_text()
    assert [secret for secret in worked.secrets if secret in text] == []  # type: ignore[attr-defined]
    assert "hs_" not in text


@pytest.mark.parametrize(
    "arguments", [["--port", "99999"], ["--prot", "1"], ["--config", "/nowhere.yaml"], ["--host", "a b"], ["--data", "/tmp"]]
)
def test_a_start_that_fails_says_so_in_json(arguments: list[str], tmp_path: Path) -> None:
    options = arguments if "--data" in arguments else [*arguments, "--data", str(tmp_path / "data")]
    done = heatsink("serve", *options, HEATSINK_LOG_FORMAT="json")
    assert done.returncode in (1, 2)
    assert done.stdout == ""
    lines = log_lines(done.stderr)
    assert lines[-1]["message"] == "cannot start"
    assert lines[-1]["level"] == "critical"
    assert lines[-1]["reason"]


def test_text_logs_show_the_key_to_a_terminal_only(tmp_path: Path) -> None:
    """A pseudo-terminal is one; the harness's file is none."""
    shown = b""
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(REPOSITORY)
        os.execv(binary(), [str(binary()), "serve", "--port", "0", "--data", str(tmp_path / "data")])
    try:
        while b"Ctrl-C" not in shown:
            shown += os.read(terminal, 4_096)
    finally:
        os.kill(pid, 15)
        os.waitpid(pid, 0)
    assert re.search(rb"hs_[A-Za-z0-9_-]{43}", shown)
    assert not (tmp_path / "data" / "first-key.txt").exists()


@pytest.mark.parametrize(
    ("variable", "value", "key"),
    [
        ("HTTP_PUBLIC_URL", "javascript:alert(1)", "http.public-url"),
        ("HTTP_PUBLIC_URL", "https://user:pass@example.org", "http.public-url"),
        ("HTTP_PUBLIC_URL", "https://example.org/path?query#fragment", "http.public-url"),
        ("HTTP_HOST", "evil.example/\x1b[2J", "http.host"),
        ("HTTP_PORT", "0x50", "http.port"),
        ("COST_CURRENCY", "<b>", "cost.currency"),
        ("RIGHTS_CONTACT", "javascript:alert(1)", "rights.contact"),
        ("RIGHTS_TIMESTAMPS", "file:///etc/passwd", "rights.timestamps"),
        ("RIGHTS_POLICY", "/nowhere.yaml", "rights.policy"),
        ("RIGHTS_TRUSTED_CERTIFICATES", "/nowhere.pem", "rights.trusted-certificates"),
    ],
)
def test_hostile_settings_are_refused_with_their_key(variable: str, value: str, key: str, tmp_path: Path) -> None:
    for command in (["check"], ["serve", "--data", str(tmp_path / "data")]):
        done = heatsink(*command, **{f"HEATSINK_{variable}": value})
        assert done.returncode == 1, done.stdout + done.stderr
        assert key in done.stderr
        assert "\x1b" not in done.stdout + done.stderr


def test_names_are_printed_without_terminal_escapes(server: Server) -> None:
    name = f"evil{ESCAPE}\nforged"
    server.command("accounts", "create", "--plan", "free", "--name", name)
    with Api(server.url, server.create_key()) as api:
        api.order(f"{fresh_prompt()} {ESCAPE}", quality="low")
    listed = server.json_command("accounts", "list", "--json")
    (account,) = [one for one in listed if one["name"] == name]
    for command in (
        ["accounts", "list"], ["accounts", "list", "--json"], ["accounts", "show", account["id"]], ["keys", "list"],
        ["jobs", "list"], ["jobs", "list", "--json"], ["audit"],
    ):
        text = server.command(*command)
        assert not set(text) & {"\x1b", "\x07", "\u202e", "\x9b"}, command
        assert not any(line.startswith("forged") for line in text.splitlines()), command
    failed = heatsink("accounts", "show", f"none{ESCAPE}", "--data", server.data)
    assert failed.returncode == 1
    assert "\x1b" not in failed.stderr


def test_the_probe_of_a_container_says_whether_the_server_takes_work(server: Server) -> None:
    assert server.command("check", "--ready", "--url", server.url) == "ready\n"
    done = heatsink("check", "--ready", HEATSINK_HTTP_PORT=str(server.port))
    assert (done.returncode, done.stdout) == (0, "ready\n")
    done = heatsink("check", "--ready", "--url", "http://127.0.0.1:1")
    assert done.returncode == 1
    assert "not ready" in done.stderr
    assert heatsink("check", "--ready", "--url", "file:///etc/passwd").returncode == 2


def test_the_container_has_a_health_check_that_is_a_command_of_ours() -> None:
    text = (REPOSITORY / "Deploy" / "Dockerfile").read_text()
    (probe,) = re.findall(r"^HEALTHCHECK .* CMD (\[.*\])$", text, re.MULTILINE)
    program, *arguments = json.loads(probe)
    assert program == "/opt/heatsink/heatsink"
    assert heatsink(*arguments, "--help").returncode == 0


def test_systemd_takes_the_unit(tmp_path: Path) -> None:
    tool = shutil.which("systemd-analyze")
    if not tool:
        pytest.skip("no systemd-analyze here")
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("/opt/heatsink/heatsink", str(binary())))
    done = subprocess.run([tool, "verify", str(unit)], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_unit_gives_the_server_time_to_stop_and_little_else() -> None:
    settings = dict(line.split("=", 1) for line in UNIT.read_text().splitlines() if re.match(r"[A-Z]\w+=", line))
    assert int(settings["TimeoutStopSec"]) > 22, "shutdown.seconds and its grace"
    assert (settings["Restart"], settings["ProtectSystem"], settings["UMask"]) == ("on-failure", "strict", "0077")
    assert (settings["NoNewPrivileges"], settings["StateDirectory"]) == ("yes", "heatsink")


def test_what_was_resolved_is_what_is_committed(tmp_path: Path) -> None:
    """A list that differs fails with the difference and with the command that renews it."""
    for part in ("Scripts", ".deps"):
        (tmp_path / part).mkdir()
    for name in ("check-package-versions", "swift-package-versions.txt", "python-package-versions.txt"):
        shutil.copy(REPOSITORY / "Scripts" / name, tmp_path / "Scripts" / name)
    shutil.copy(REPOSITORY / "Package.resolved", tmp_path / "Package.resolved")
    script = tmp_path / "Scripts" / "check-package-versions"

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([script, *arguments], capture_output=True, text=True, timeout=60, check=False)

    assert run().returncode == 0
    resolved = json.loads((tmp_path / "Package.resolved").read_text())
    resolved["pins"][0]["state"]["version"] = "99.0.0"
    (tmp_path / "Package.resolved").write_text(json.dumps(resolved))
    done = run()
    assert done.returncode == 1
    assert "99.0.0" in done.stdout
    assert "--renew" in done.stderr
    assert run("--renew").returncode == 0
    assert run().returncode == 0


def test_a_first_key_of_an_earlier_start_is_still_found(tmp_path: Path) -> None:
    server = Server(tmp_path)
    server.start()
    key = server.first_key()
    server.restart()
    assert server.first_key() == key
    assert wait_until(lambda: server.log.read_text().count("first-key.txt") >= 2, 20)
    server.stop()
