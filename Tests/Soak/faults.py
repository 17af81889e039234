"""What is done to the server: kills, locks, full disks, clock steps. Each is undone; none outlives the soak."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import sqlite3
import struct
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx2

from harness import Server
from notebook import RECOVERY_SECONDS, Notebook

# Everything is kept to the end of the soak, so that it can be looked at: a longer one needs more.
DISK_MEBIBYTES = 1_536
DISK_MEBIBYTES_PER_MINUTE = 96
# Between the end of a fault and the next one: longer than a fault explains anything (`RECOVERY_SECONDS`).
GAP_SECONDS = (20.0, 40.0)
# No kill after this part of the run, so that one process's memory in the first half and in the second can be compared.
KILLS_UNTIL = 0.25
STEPS = {"+45 s": 45, "+26 h": 26 * 3_600, "+400 d": 400 * 86_400, "-1 h": -3_600}


class SmallDisk:
    """A small file system in memory, which can be filled; or nothing, where this user may not mount one."""

    def __init__(self, folder: Path, minutes: float) -> None:
        self.folder = folder
        folder.mkdir(parents=True)
        self._mebibytes = int(DISK_MEBIBYTES + DISK_MEBIBYTES_PER_MINUTE * minutes)
        size = f"size={self._mebibytes}m,mode=0700"
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", size, "heatsink-soak", str(folder)], capture_output=True, text=True, check=False
        )
        self.is_there = done.returncode == 0
        if not self.is_there:
            print(f"no full disks: a small file system cannot be mounted ({done.stderr.strip()})", flush=True)

    def fill(self) -> None:
        """Leave no byte free. It is made smaller first, so that this takes little memory."""
        disk = os.statvfs(self.folder)
        used = (disk.f_blocks - disk.f_bfree) * disk.f_frsize
        self._resize((used >> 20) + 8)
        descriptor = os.open(self.folder / "filler", os.O_WRONLY | os.O_CREAT, 0o600)
        try:
            for size in (1 << 20, 1 << 12):
                block = b"\0" * size
                while os.write(descriptor, block) == size:
                    pass
        except OSError:
            pass
        finally:
            os.close(descriptor)

    def empty(self) -> None:
        """Give the space back."""
        (self.folder / "filler").unlink(missing_ok=True)
        self._resize(self._mebibytes)

    def _resize(self, mebibytes: int) -> None:
        """Another size; the old one stays when more than that was written meanwhile."""
        options = f"remount,size={mebibytes}m"
        subprocess.run(["mount", "-o", options, str(self.folder)], capture_output=True, check=False)

    def remove(self) -> None:
        """Unmount it."""
        if self.is_there:
            subprocess.run(["umount", "-l", str(self.folder)], check=False)
            with contextlib.suppress(OSError):
                self.folder.rmdir()


class FakeClock:
    """A wall clock for the server alone; or nothing, where there is no C compiler to make it with."""

    def __init__(self, folder: Path) -> None:
        self.library = folder / "clock.so"
        self._file = folder / "clock"
        self.set(0)
        compiler = shutil.which("cc") or shutil.which("clang")
        source = Path(__file__).with_name("clock.c")
        self.is_there = bool(compiler) and (
            subprocess.run(
                [compiler, "-shared", "-fPIC", "-O2", "-o", str(self.library), str(source)], check=False
            ).returncode
            == 0
        )
        if not self.is_there:
            print("no clock steps: there is no C compiler", flush=True)

    @property
    def environment(self) -> dict[str, str]:
        """What the server must be started with."""
        return {"LD_PRELOAD": str(self.library), "SOAK_CLOCK": str(self._file)} if self.is_there else {}

    def set(self, seconds: int) -> None:
        """How far the clock is off. The server has the file in its memory, so it is written in place."""
        with self._file.open("r+b" if self._file.exists() else "wb") as file:
            file.write(struct.pack("=q", seconds))


@dataclass(frozen=True)
class Fault:
    """Something that is done at a moment, for a while."""

    at: float
    name: str
    seconds: float
    detail: str = ""


def schedule(seed: int, seconds: float, kinds: list[str]) -> list[Fault]:
    """All faults of a run, drawn from the seed; none when there are no kinds."""
    chance = random.Random(f"faults-{seed}")
    faults: list[Fault] = []
    at = chance.uniform(8, 15)
    while at < seconds * 0.94:
        # Kills are as likely as all others together while they may come.
        others = [kind for kind in kinds if kind != "kill"]
        kills = ["kill"] * max(1, len(others)) if "kill" in kinds and at < seconds * KILLS_UNTIL else []
        if not (possible := others + kills):
            break
        kind = chance.choice(possible)
        length = {
            "kill": 0.0,
            "lock": chance.choice([1.0, 4.0, 7.0, 12.0]),
            "disk": chance.choice([1.0, 5.0, 15.0]),
            "clock": chance.choice([3.0, 15.0, 40.0]),
        }[kind]
        detail = chance.choice(list(STEPS)) if kind == "clock" else ""
        faults.append(Fault(at, kind, length, detail))
        at += length + chance.uniform(*GAP_SECONDS)
    return faults


class FaultInjector(threading.Thread):
    """Carries the schedule out."""

    def __init__(
        self, server: Server, notebook: Notebook, disk: SmallDisk, clock: FakeClock, faults: list[Fault]
    ) -> None:
        super().__init__(name="faults", daemon=True)
        self.stopping = threading.Event()
        self._server = server
        self._notebook = notebook
        self._disk = disk
        self._clock = clock
        self._faults = faults

    def run(self) -> None:
        """One after the other, each undone before the next."""
        doing: dict[str, Callable[[Fault], None]] = {
            "kill": self._kill,
            "lock": self._lock,
            "disk": self._fill,
            "clock": self._step,
        }
        for fault in self._faults:
            if self.stopping.wait(max(0.0, fault.at - self._notebook.elapsed())):
                return
            number = self._notebook.begin(f"{fault.name} {fault.detail} {fault.seconds or ''}".strip())
            try:
                doing[fault.name](fault)
            except Exception as error:  # noqa: BLE001 — a fault that cannot be made must not end the soak in silence.
                self._notebook.problem(f"the fault {fault.name} failed: {error!r}")
            finally:
                self._notebook.end(number)
            self._recover(fault)

    def _recover(self, fault: Fault) -> None:
        """After each fault the server takes work again, in a bounded time."""
        deadline = time.monotonic() + RECOVERY_SECONDS
        last = "no answer"
        while time.monotonic() < deadline:
            try:
                answer = httpx2.get(f"{self._server.url}/readyz", timeout=5, trust_env=False)
            except httpx2.TransportError as error:
                last = repr(error)
            else:
                if answer.status_code == 200:
                    return
                last = f"{answer.status_code} {answer.text[:300]}"
            if self.stopping.wait(0.5):
                return
        self._notebook.problem(f"not ready {RECOVERY_SECONDS:.0f} s after {fault.name} {fault.detail}: {last}")

    def _kill(self, _: Fault) -> None:
        self._server.kill9()
        self._server.start()

    def _lock(self, fault: Fault) -> None:
        with sqlite3.connect(self._server.data / "heatsink.sqlite", timeout=30, isolation_level=None) as database:
            database.execute("BEGIN IMMEDIATE")
            self.stopping.wait(fault.seconds)
            database.execute("ROLLBACK")
        database.close()

    def _fill(self, fault: Fault) -> None:
        try:
            self._disk.fill()
            self.stopping.wait(fault.seconds)
        finally:
            self._disk.empty()

    def _step(self, fault: Fault) -> None:
        try:
            self._clock.set(STEPS[fault.detail])
            self.stopping.wait(fault.seconds)
        finally:
            self._clock.set(0)
