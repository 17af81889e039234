"""The server under test, started, stopped and killed the way the world does it."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import httpx2
import pytest
import yaml

REPOSITORY = Path(__file__).resolve().parents[2]
START_SECONDS = 180.0
STOP_SECONDS = 60.0
COMMAND_SECONDS = 300.0
PAUSE_MINUTES = 5
FIRST_PORT = 20_000
PORTS_PER_RANGE = 1_000
PORT_RANGES = 12
_ports_given: set[int] = set()

# Most tests ask for more than the plan allows that their keys are under, and want the quality that they name.
NO_LIMITS = {
    "daily-allowance": "none",
    "pictures-per-second": "none",
    "most-active-jobs": "100000",
    "floor-quality": "1",
    "patience-seconds": "3600",
}


def binary() -> Path:
    """The `heatsink` to test. A missing one is a failure: a suite that skips itself proves nothing."""
    chosen = os.environ.get("HEATSINK_BINARY")
    path = Path(chosen).resolve() if chosen else REPOSITORY / ".build" / "release" / "heatsink"
    if not path.is_file():
        pytest.fail(f"No server binary at {path}: build it (release), or set HEATSINK_BINARY.", pytrace=False)
    return path


def run_command(*arguments: str | Path, timeout: float = COMMAND_SECONDS) -> str:
    """Run `heatsink ARGUMENTS` to its end and return what it printed; a failure shows its complaint."""
    command = [str(binary()), *map(str, arguments)]
    done = subprocess.run(
        command, cwd=REPOSITORY, capture_output=True, text=True, timeout=timeout, check=False
    )
    assert done.returncode == 0, (
        f"{' '.join(command)} ended with {done.returncode}:\n{done.stdout}{done.stderr}"
    )
    return done.stdout


def run_json_command(*arguments: str | Path) -> Any:
    """Run a command that has `--json` among its arguments and parse its answer."""
    return json.loads(run_command(*arguments))


def free_port() -> int:
    """A port that nobody listens on, and that this process has not had before.

    It lies below the ports that the kernel gives to outgoing connections (from 32768), so none of those takes it
    while its server is down. Each process of a parallel run has a range of its own.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % PORT_RANGES
    first = FIRST_PORT + worker * PORTS_PER_RANGE
    candidates = list(range(first, first + PORTS_PER_RANGE))
    random.SystemRandom().shuffle(candidates)
    for port in candidates:
        if port in _ports_given:
            continue
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        _ports_given.add(port)
        return port
    raise AssertionError(f"no port is free from {first} to {candidates[-1]}")


class Server:
    """One `heatsink serve` process on a data folder and a port that both outlive it.

    Keeping them lets `kill9` followed by `start` be the same server to its clients, which is what
    recovery is about. The plan `free` has no limits, except for those that `config` names.
    """

    def __init__(self, folder: Path, config: dict[str, Any] | None = None) -> None:
        self.data = folder / "data"
        self.data.mkdir(parents=True)
        self.log = folder / "server.log"
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._config = self._write_config(folder, config) if config else None
        self._environment = self._make_environment(config or {})
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process id of the running server."""
        assert self._process is not None, "the server is not running"
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether the process is there at all; it says nothing of readiness."""
        return self._process is not None and self._process.poll() is None

    def start(self, *, wait: bool = True) -> None:
        """Start the process; with `wait`, return only when `/readyz` says so."""
        assert self._process is None, "the server is running already"
        command = [
            str(binary()),
            "serve",
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
            "--data",
            str(self.data),
        ]
        if self._config:
            command += ["--config", str(self._config)]
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=REPOSITORY, env=self._environment, stdout=log, stderr=subprocess.STDOUT
            )
        if wait:
            self.wait_until_ready()

    def wait_until_ready(self) -> None:
        """Poll `/readyz`, but not for ever, and not after the process has died."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline:
            assert self.is_alive, f"the server ended while starting:\n{self.log_tail()}"
            if self._says_ready():
                return
            time.sleep(0.1)
        raise AssertionError(f"not ready after {START_SECONDS:.0f} s:\n{self.log_tail()}")

    def stop(self) -> None:
        """End the process as an orchestrator does; it must be gone in time and with a clean conscience."""
        process, self._process = self._process, None
        if process is None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            code = process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(
                f"still there {STOP_SECONDS:.0f} s after SIGTERM:\n{self.log_tail()}"
            ) from None
        assert code == 0, f"exit code {code} after SIGTERM:\n{self.log_tail()}"

    def kill9(self) -> None:
        """End the process as a power cut does."""
        process, self._process = self._process, None
        assert process is not None, "the server is not running"
        assert process.poll() is None, f"the server ended by itself before it was killed:\n{self.log_tail()}"
        process.kill()
        process.wait()

    def restart(self) -> None:
        """Stop in order and start again on the same data and port."""
        self.stop()
        self.start()

    def command(self, *arguments: str | Path) -> str:
        """Run `heatsink ARGUMENTS` on this server's data and configuration, whether it runs or not."""
        options: list[str | Path] = ["--data", self.data]
        if self._config:
            options += ["--config", self._config]
        return run_command(*arguments, *options)

    def json_command(self, *arguments: str | Path) -> Any:
        """The same for a command that answers in JSON."""
        return json.loads(self.command(*arguments))

    def first_key(self) -> str:
        """The operator's key, which the first start on an empty folder leaves in a file: nobody looks at a terminal."""
        file = self.data / "first-key.txt"
        assert wait_until(file.is_file, STOP_SECONDS), f"the server left no key:\n{self.log_tail()}"
        return file.read_text().strip()

    def create_key(self, plan: str = "free") -> str:
        """A key of a new account: the command makes one account per key unless it is told one."""
        return self.json_command("keys", "create", "--plan", plan, "--json")["key"]

    @contextmanager
    def paused(self, model: str) -> Iterator[None]:
        """No picture of the model is begun meanwhile: what is queued stays so, however fast or slow the machine is.

        What runs already runs on. Most plans' patience is longer than a pause, so jobs are taken all the same.
        """
        self._pause(model, PAUSE_MINUTES)
        try:
            yield
        finally:
            self._pause(model, 0)

    def figure(self, name: str, **labels: str) -> float:
        """The sum of a metric's values that carry these labels."""
        text = httpx2.get(f"{self.url}/metrics", trust_env=False, timeout=60).text
        wanted = [f'{label}="{value}"' for label, value in labels.items()]
        values = [
            float(line.rpartition(" ")[2])
            for line in text.splitlines()
            if re.match(rf"{name}[{{ ]", line) and all(label in line for label in wanted)
        ]
        assert values, f"there is no {name} with {wanted}"
        return sum(values)

    def joined(self) -> float:
        """How many requests of the plan `free` have found the job of an earlier one."""
        return self.figure("heatsink_jobs_joined_total", plan="free")

    def resident_mebibytes(self) -> float:
        """Physical memory of the process, from the kernel rather than from the server's own metrics."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise AssertionError("the kernel reports no VmRSS for the server")

    def log_tail(self, lines: int = 40) -> str:
        """The end of the server's log, for messages of failed tests."""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def _pause(self, model: str, minutes: int) -> None:
        response = httpx2.post(
            f"{self.url}/ops/levers/pause",
            json={"model": model, "minutes": minutes, "reason": "A test looks at what waits."},
            headers={"Authorization": f"Bearer {self.first_key()}"},
            timeout=60,
            trust_env=False,
        )
        assert response.status_code == 200, f"{response.status_code}: {response.text[:500]}"

    def _says_ready(self) -> bool:
        try:
            return httpx2.get(f"{self.url}/readyz", timeout=5, trust_env=False).status_code == 200
        except httpx2.TransportError:
            return False

    @staticmethod
    def _make_environment(config: dict[str, Any]) -> dict[str, str]:
        """Variables beat the file, so there is none for what the file says."""
        said = config.get("plans", {}).get("free", {})
        # A folder of models that a test made has no network for the safety check.
        safety = {"HEATSINK_RIGHTS_SAFETY": "off"} if "directory" in config.get("models", {}) else {}
        return dict(os.environ) | safety | {
            f"HEATSINK_PLANS_FREE_{name.upper().replace('-', '_')}": value
            for name, value in NO_LIMITS.items()
            if name not in said
        }

    @staticmethod
    def _write_config(folder: Path, config: dict[str, Any]) -> Path:
        path = folder / "heatsink.yaml"
        path.write_text(yaml.safe_dump(config))
        return path


def wait_until(holds: Callable[[], bool], seconds: float) -> bool:
    """Ask until it holds; one last time when the time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.1)
    return holds()


@contextmanager
def running(factory: pytest.TempPathFactory, config: dict[str, Any] | None = None) -> Iterator[Server]:
    """A server that runs for a while; it must also end cleanly."""
    with ExitStack() as stack:
        own = Server(factory.mktemp("server"), config)
        stack.callback(own.stop)
        own.start()
        yield own
