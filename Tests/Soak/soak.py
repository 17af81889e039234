#!/usr/bin/env python3
"""An hour of everything that can happen to a server: real clients, hostile ones, kills, full disks, locks, clock steps.

    make soak-server MINUTES=60 SEED=7
    python3 Tests/Soak/soak.py --minutes 2 --seed 7 --faults kill,lock

See README.md beside this file.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent), str(Path(__file__).resolve().parents[1] / "Conformance")]

from checks import check_jobs, check_log, check_memory, check_records, drain, write_report  # noqa: E402
from clients import COMPANY, Client, Thief  # noqa: E402
from faults import FakeClock, SmallDisk, Tormentor, schedule  # noqa: E402
from harness import Server  # noqa: E402
from notebook import Notebook  # noqa: E402
from pictures import encode, load_photos  # noqa: E402

FAULTS = ("kill", "lock", "disk", "clock")
CONFIGURATION = {
    "log": {"format": "json", "level": "info"},
    # Kills are the soak's doing; a clock set ahead must not end what is kept.
    "jobs": {"attempts": 100, "keep-hours": 100_000},
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


def soak(chosen: argparse.Namespace, seed: int, folder: Path) -> Notebook:
    """One run. What is wrong is in the notebook."""
    disk, clock = SmallDisk(folder / "disk"), FakeClock(folder)
    server = Server(disk.folder, CONFIGURATION)
    server.log = folder / "server.log"
    server._environment |= clock.environment if "clock" in chosen.faults else {}  # noqa: SLF001
    notebook, began = Notebook(folder), time.time()
    seconds = chosen.minutes * 60
    lines: list[str] = []
    try:
        server.start()
        clients = company(seed, server, notebook, folder)
        notebook.began, began = time.monotonic(), time.time()
        faults = schedule(seed, seconds, kinds) if (kinds := possible(chosen.faults, disk, clock)) else []
        tormentor = Tormentor(server, notebook, disk, clock, faults)
        for thread in (*clients, tormentor):
            thread.start()
        time.sleep(seconds)
        for thread in (*clients, tormentor):
            thread.stopping.set()
        for thread in (*clients, tormentor):
            thread.join(120)
            if thread.is_alive():
                notebook.problem(f"the client {thread.name} hangs")
        drain(server, notebook)
        lines.append(check_memory(notebook, seconds))
        server.stop()
        lines.append(f"jobs: {dict(check_jobs(server, notebook))}")
        check_records(server, notebook)
        lines.append(f"errors in the log: {dict(check_log(server, notebook, began))}")
    except AssertionError as error:
        notebook.problem(str(error)[:2_000])
    finally:
        if server.is_alive:
            server.kill9()
        report = write_report(folder, notebook, lines)
        disk.remove()
    print("\n".join([*lines, f"answers: {dict(sorted(notebook.answers.items()))}", f"report: {report}"]))
    return notebook


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
