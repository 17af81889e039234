#!/usr/bin/env python3
"""An hour of everything that can happen to a server: real clients, hostile ones, kills, full disks, locks, clock steps.

    make soak-server MINUTES=60 SEED=7
    python3 Tests/Soak/soak.py --minutes 2 --seed 7 --faults kill,lock

See README.md beside this file.
"""

from __future__ import annotations

import argparse
import random
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).resolve().parents[1] / "Conformance")]

from checks import (  # noqa: E402
    check_jobs,
    check_log,
    check_memory,
    check_records,
    drain,
    judge_refusals,
    judge_service,
    write_report,
)
from clients import COMPANY, SERVED, Client, Thief  # noqa: E402
from faults import FakeClock, FaultInjector, SmallDisk, schedule  # noqa: E402
from harness import Server  # noqa: E402
from notebook import Notebook  # noqa: E402
from pictures import encode, load_photos  # noqa: E402

FAULTS = ("kill", "lock", "disk", "clock")
CONFIGURATION = {
    "log": {"format": "json", "level": "info"},
    # Kills are the soak's doing; a clock set ahead must not end what is kept.
    "jobs": {"attempts": 100, "keep-hours": 100_000},
    # Drawn noise is taken for this or that now and then; what is refused for its look is no matter of the soak.
    "rights": {"safety-refuse-at": 1, "safety-review-at": 1},
    # Guests come from many addresses.
    "http": {"trusted-proxies": 1},
    "guests": {"accounts-per-address-per-hour": 1_000_000, "pictures-per-address-per-day": 1_000_000},
}


def arguments() -> argparse.Namespace:
    """What the command line says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--seed", type=int, default=None, help="repeats the actions of a run; drawn and printed otherwise")
    parser.add_argument("--faults", default=",".join(FAULTS), help="which of kill, lock, disk, clock; none for none")
    parser.add_argument("--folder", type=Path, default=None, help="where the log, the journal and the report go")
    chosen = parser.parse_args()
    chosen.faults = [] if chosen.faults == "none" else chosen.faults.split(",")
    if unknown := set(chosen.faults) - set(FAULTS):
        parser.error(f"unknown faults: {', '.join(sorted(unknown))}")
    return chosen


def possible(faults: list[str], disk: SmallDisk, clock: FakeClock) -> list[str]:
    """The faults that can be made on this machine."""
    missing = {"disk"} if not disk.is_there else set()
    return [name for name in faults if name not in missing | ({"clock"} if not clock.is_there else set())]


def company(seed: int, server: Server, notebook: Notebook, folder: Path) -> list[Client]:
    """All clients."""
    photos = list(load_photos().values())
    work = folder / "work.png"
    work.write_bytes(encode(photos[1], "PNG", 640))
    server.command("works", "add", work, "--holder", "The soak", "--evidence", "its own")
    clients = [
        kind(number, seed, server, notebook, [photos[0], *photos[2:]])
        for kind, count in COMPANY
        for number in range(count)
    ]
    return [*clients, Thief(0, seed, server, notebook, photos, work=photos[1])]


class LogWatch(threading.Thread):
    """Notes how long the server's log is, twice a second."""

    def __init__(self, log: Path, notebook: Notebook) -> None:
        super().__init__(name="log", daemon=True)
        self.stopping = threading.Event()
        self._log = log
        self._notebook = notebook

    def run(self) -> None:
        """Until it is told to stop, and once more then."""
        is_over = False
        while not is_over:
            is_over = self.stopping.wait(0.5)
            self._notebook.note_log(self._log.stat().st_size)


def soak(chosen: argparse.Namespace, seed: int, folder: Path) -> Notebook:
    """One run. What is wrong is in the notebook, whatever happens."""
    notebook = Notebook(folder)
    lines: list[str] = []
    with ExitStack() as stack:
        # The last that is done, after the server has ended and before its disk goes.
        disk = SmallDisk(folder / "disk", chosen.minutes)
        stack.callback(disk.remove)
        try:
            play(chosen, seed, folder, notebook, lines, disk, stack)
        except Exception as error:  # noqa: BLE001: whatever ends a soak early is a finding, and its report is written.
            notebook.problem(f"the soak ended early: {error!r}"[:2_000])
        if notebook.problems and disk.is_there:
            lines.append(f"records: {keep_records(disk.folder / 'data', folder)}")
    names = Counter(fault.name.split()[0] for fault in notebook.faults)
    lines.append(f"faults: {dict(sorted(names.items()))}")
    lines.append(f"accepted: {len(notebook.accepted)}")
    lines.append(f"answers: {dict(sorted(notebook.answers.items()))}")
    report = write_report(folder, notebook, seed, lines)
    print("\n".join([f"seed: {seed}", *lines, f"report: {report}"]), flush=True)
    return notebook


def play(
    chosen: argparse.Namespace,
    seed: int,
    folder: Path,
    notebook: Notebook,
    lines: list[str],
    disk: SmallDisk,
    stack: ExitStack,
) -> None:
    """Starts everything, waits, and looks at what is left."""
    clock = FakeClock(folder)
    server = Server(disk.folder, CONFIGURATION)
    server.log = folder / "server.log"
    server._environment |= clock.environment if "clock" in chosen.faults else {}  # noqa: SLF001
    seconds = chosen.minutes * 60
    stack.callback(lambda: server.kill9() if server.is_alive else None)
    server.start()
    threads: list[Client | FaultInjector] = [*company(seed, server, notebook, folder)]
    kinds = possible(chosen.faults, disk, clock)
    if left_out := set(chosen.faults) - set(kinds):
        lines.append(f"faults that this machine cannot make: {sorted(left_out)}")
    notebook.began = time.monotonic()
    threads.append(FaultInjector(server, notebook, disk, clock, schedule(seed, seconds, kinds)))
    watch = LogWatch(server.log, notebook)
    for thread in (*threads, watch):
        thread.start()
    time.sleep(seconds)
    for thread in threads:
        thread.stopping.set()
    for thread in threads:
        thread.join(120)
        if thread.is_alive():
            notebook.problem(f"the client {thread.name} hangs")
    look(server, notebook, lines, watch, seconds)


def look(server: Server, notebook: Notebook, lines: list[str], watch: LogWatch, seconds: float) -> None:
    """All checks. One that fails does not keep the next from being made."""

    def attempt(name: str, check: Callable[[], str | list[str] | None]) -> None:
        try:
            found = check()
        except Exception as error:  # noqa: BLE001: a check that cannot be made has found something.
            notebook.problem(f"{name}: {error!r}"[:2_000])
            return
        if isinstance(found, str):
            lines.append(found)
        for sentence in found if isinstance(found, list) else []:
            notebook.problem(sentence)

    attempt("draining", lambda: drain(server, notebook))
    attempt("memory", lambda: check_memory(notebook, seconds))
    attempt("refusals", lambda: judge_refusals(notebook))
    attempt("service", lambda: judge_service(notebook, (kind.__name__ for kind in SERVED), seconds))
    attempt("stopping", server.stop)
    watch.stopping.set()
    watch.join(10)
    attempt("jobs", lambda: check_jobs(server, notebook))
    attempt("records", lambda: check_records(server, notebook))
    attempt("log", lambda: check_log(server, notebook))


def keep_records(data: Path, folder: Path) -> str:
    """Copies the database beside the report, for whoever looks for the cause. Returns where it is, or why it is not."""
    try:
        for file in data.glob("heatsink.sqlite*"):
            shutil.copy(file, folder / file.name)
    except OSError as error:
        return f"not kept ({error})"
    return str(folder / "heatsink.sqlite")


def main() -> None:
    """Exit status 1 when anything was wrong."""
    chosen = arguments()
    seed = chosen.seed if chosen.seed is not None else random.SystemRandom().randint(1, 1 << 31)
    folder = chosen.folder or Path(tempfile.mkdtemp(prefix="heatsink-soak-"))
    folder.mkdir(parents=True, exist_ok=True)
    print(f"{chosen.minutes:g} minutes with seed {seed}, in {folder}", flush=True)
    notebook = soak(chosen, seed, folder)
    if notebook.problems:
        print(f"\n{len(notebook.problems)} problems with seed {seed}:")
        print("\n".join(notebook.problems[:60]))
        raise SystemExit(1)
    print(f"\nnothing accepted was lost or stuck: {len(notebook.accepted)} jobs, seed {seed}")


if __name__ == "__main__":
    main()
