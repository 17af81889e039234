"""Overload with the real engine: what 200 users get at 3 and at 10 times what the machine can paint at its best.

Plays the same arrivals against Heatsink and against first-come dispatch, an engine that slows down half-way, and a storm
of retries; prints one table. The load comes from `heatsink surge` on the same cores: that is part of what is measured.

    python3 Benchmarks/surge.py                 all of it, about 12 minutes
    python3 Benchmarks/surge.py overload-3x     only that
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from support import BINARY, ROOT, Server

for entry in (ROOT / ".deps/python",):
    sys.path.insert(0, str(entry))

PATIENCE = 30
PHOTO_SIZE = (1280, 960)
CONFIGURATION = """
plans:
  free: {daily-allowance: none, pictures-per-second: none, most-active-jobs: 1000, patience-seconds: 30,
         target-delay-seconds: 8}
  pro: {patience-seconds: 30, target-delay-seconds: 1, floor-quality: 0.6}
log: {level: warning}
"""


class Stage(Server):
    """A server with 160 free and 40 pro accounts, and scenario files beside its data."""

    def __init__(self, policy: str = "fair") -> None:
        super().__init__(CONFIGURATION + f"scheduling: {{policy: {policy}}}\n")
        self.furnish({"free": 160, "pro": 40}, PHOTO_SIZE)

    def scenario(
        self, name: str, rate: float, seconds: int, *, quality: str = "auto", arrivals: str = "", timeout: int = 0
    ) -> Path:
        """A scenario file: five heavy users send half of the requests; a fifth of the others pay."""
        file = self.folder / f"{name}.yaml"
        users = [("heavy", "free", 5, 0.5), ("light", "free", 155, 0.4), ("pro", "pro", 40, 0.1)]
        limit = f", timeoutSeconds: {timeout}" if timeout else ""
        rows = "".join(
            f"  - {{name: {group}, plan: {plan}, count: {count}, shareOfRequests: {share}, "
            f"patienceSeconds: {PATIENCE + 3 * timeout}, retries: 2, mode: held{limit}}}\n"
            for group, plan, count, share in users
        )
        photos = ", ".join(f"photo{index}.jpg" for index in range(4))
        file.write_text(
            f"name: {name}\nseed: 1\ndurationSeconds: {seconds}\n"
            f"arrivals: {arrivals or f'{{poisson: {{ratePerSecond: {rate}}}}}'}\n"
            f"users:\n{rows}"
            f'request: {{kind: edit, prompts: ["pencil and wash", "blue night", "amber dawn"], photos: [{photos}], '
            f"quality: {quality}, outputFormat: png}}\n"
        )
        return file

    def surge(self, scenario: Path, label: str) -> dict:
        """Plays a scenario. - Returns: the report."""
        report = self.folder / f"{scenario.stem}-{label}.json"
        subprocess.run(
            [
                BINARY, "surge", "--scenario", scenario, "--label", label, "--json", report,
                "--target", f"http://127.0.0.1:{self.port}",
                "--keys", self.folder / "free.json", "--keys", self.folder / "pro.json",
            ],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT,
        )
        keep = ROOT / ".build/surge"
        keep.mkdir(parents=True, exist_ok=True)
        (keep / report.name).write_text(report.read_text())
        return json.loads(report.read_text())

    def capacity(self, quality: str = "max", seconds: int = 15, connections: int = 6) -> float:
        """Pictures a second, when a few clients ask one after the other for one quality and get it."""
        # The floor is as high as it can be, so that everybody gets what was asked for.
        self.command("plans", "set", "free", "floor-quality=1")
        time.sleep(3)
        scenario = self.scenario(f"capacity-{quality}", 1, 10, quality=quality)
        measured = subprocess.run(
            [
                BINARY, "surge", "capacity", "--scenario", scenario, "--seconds", str(seconds), "--connections", str(connections),
                "--target", f"http://127.0.0.1:{self.port}", "--keys", self.folder / "free.json",
            ],
            check=True, capture_output=True, text=True, cwd=ROOT,
        )
        self.command("plans", "reset", "free")
        time.sleep(3)
        return float(measured.stdout.strip().splitlines()[-1])

    def metric(self, name: str) -> float:
        """The sum of a metric's series."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=5) as answer:
            lines = answer.read().decode().splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.split("{")[0].split(" ")[0] == name)


RUNGS = {"384": "low", "512": "medium", "640": "standard", "768": "high", "1024": "max"}


class Burners:
    """As many busy processes as there are cores: the engine falls to about half its speed while they run."""

    def __enter__(self) -> "Burners":
        loop = "import os\nwhile True: pass"
        self.processes = [subprocess.Popen([sys.executable, "-c", loop]) for _ in range(os.cpu_count() or 1)]
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.kill()
            process.wait()


def delivered(report: dict, first: float, last: float) -> tuple[float, dict[str, int]]:
    """Pictures a second that were delivered between two moments, and at which rungs."""
    rows = [row for row in report["seconds"] if first <= row["second"] < last]
    rungs: dict[str, int] = {}
    for row in rows:
        for rung, count in row["rungs"].items():
            rungs[rung] = rungs.get(rung, 0) + count
    return sum(row["delivered"] for row in rows) / max(1, len(rows)), rungs


def allowed(rungs: dict[str, int], capacities: dict[str, float]) -> float:
    """What a mix of rungs allows: pictures by the time that each takes at its own measured rate."""
    known = {rung: count for rung, count in rungs.items() if rung in capacities}
    seconds = sum(count / capacities[rung] for rung, count in known.items())
    return sum(known.values()) / seconds if seconds else 0.0


def offered(report: dict, first: float, last: float) -> float:
    """Requests a second that were planned between two moments."""
    rows = [row for row in report["seconds"] if first <= row["second"] < last]
    return sum(row["offered"] for row in rows) / max(1, len(rows))


def milliseconds(row: dict) -> str:
    """A row's median and 99th percentile; a dash when nothing was delivered."""
    if not row.get("p50"):
        return "-"
    return f"{1000 * row['p50']:.0f} / {1000 * row['p99']:.0f} ms"


def summary(report: dict, capacities: dict[str, float], first: float, last: float, slowed: float = 1) -> dict[str, str]:
    """The lines that the claims are about, for one report."""
    rate, rungs = delivered(report, first, last)
    most = min(allowed(rungs, capacities) * slowed, offered(report, first, last))
    waits = {row.get("group") or row["plan"]: row for row in report["waits"]}
    eta = next((row for row in report["eta"] if row.get("plan") in (None, "all plans")), report["eta"][-1])
    light = [user for user in report["fairness"]["users"] if user["group"] == "light"]
    quality = {row["plan"]: row["meanRungQuality"] for row in report["quality"]["byPlan"]}
    return {
        "delivered a second": f"{rate:.1f}",
        "of the best rung's capacity": f"{rate / capacities['1024']:.2f}",
        "goodput, of what its rungs allow": f"{rate / most:.2f}" if most else "-",
        "waste": f"{100 * (report['server'].get('wasteShare') or 0):.1f} %",
        "light users' share served": f"{100 * waits['light']['servedShare']:.0f} %",
        "light user served least": f"{100 * min(user['servedShare'] for user in light):.0f} %",
        "heavy users' share served": f"{100 * waits['heavy']['servedShare']:.0f} %",
        "Jain, light users": f"{report['fairness'].get('lightJain') or 0:.3f}",
        "pro p50 / p99": milliseconds(waits["pro"]),
        "light p50 / p99": milliseconds(waits["light"]),
        "ETA intervals that held": f"{100 * eta['coverage']:.0f} %" if eta.get("told") else "-",
        "mean quality free / pro": f"{quality.get('free') or 0:.2f} / {quality.get('pro') or 0:.2f}",
        "backlog gone after": f"{report['backlog']['seconds']:.1f} s",
        "rungs": " ".join(f"{rung}:{count}" for rung, count in sorted(rungs.items(), key=lambda item: int(item[0]))),
    }


def table(columns: dict[str, dict[str, str]]) -> None:
    """Prints summaries side by side."""
    names = list(next(iter(columns.values())))
    width = max(map(len, names)) + 2
    widths = {label: max(len(label), *(len(column[name]) for name in names)) + 2 for label, column in columns.items()}
    print(" " * width + "".join(label.rjust(widths[label]) for label in columns))
    for name in names:
        print(name.ljust(width) + "".join(column[name].rjust(widths[label]) for label, column in columns.items()))
    print(flush=True)


def overload(times: float, capacities: dict[str, float], stages: dict[str, Stage], seconds: int) -> None:
    """The same arrivals against every policy."""
    rate = times * capacities["1024"]
    columns = {}
    for label, stage in stages.items():
        report = stage.surge(stage.scenario(f"overload-{times:g}x", rate, seconds), label)
        columns[label] = summary(report, capacities, seconds / 2, seconds)
    print(f"## {times:g} times the best rung's capacity ({rate:.1f} requests a second), seconds {seconds // 2} to {seconds}")
    table(columns)


def slowdown(capacities: dict[str, float], stages: dict[str, Stage], seconds: int) -> None:
    """Three times the capacity, and an engine that falls to half its speed in the middle."""
    fair = stages["heatsink"]
    with Burners():
        slowed = fair.capacity("medium") / capacities["512"]
    first, last = seconds / 4, 3 * seconds / 4
    columns = {}
    for label, stage in stages.items():
        scenario = stage.scenario("slow-engine", 3 * capacities["1024"], seconds)
        timer = threading.Timer(first + 0.5, lambda: None)
        reports: list[dict] = []
        thread = threading.Thread(target=lambda: reports.append(stage.surge(scenario, label)))
        timer.start()
        thread.start()
        timer.join()
        with Burners():
            time.sleep(last - first)
        thread.join()
        columns[label] = summary(reports[0], capacities, first + 2, last, slowed)
    print(f"## 3 times, and the engine at {slowed:.2f} of its speed from second {first:.0f} to {last:.0f}")
    table(columns)


def retry_storm(capacities: dict[str, float], stages: dict[str, Stage]) -> None:
    """Eight times the capacity for 40 s; every client times out at 10 s and sends again, twice. Then calm."""
    top = capacities["1024"]
    arrivals = (
        f"{{steps: [{{fromSeconds: 0, ratePerSecond: {8 * top:.2f}}}, {{fromSeconds: 40, ratePerSecond: {top / 2:.2f}}}]}}"
    )
    print("## retry storm: 8 times the capacity for 40 s, timeouts of 10 s, two retries; then half the capacity")
    for label, stage in stages.items():
        report = stage.surge(stage.scenario("retry-storm", top, 110, arrivals=arrivals, timeout=10), label)
        after = delivered(report, 70, 108)[0] / offered(report, 70, 108)
        print(f"{label}: goodput from 30 s after the storm {after:.2f}; joined retries {stage.metric('heatsink_jobs_joined_total'):.0f}")
    print(flush=True)


def main() -> None:
    """Measures what the rungs allow, then plays what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", help="overload-3x, overload-10x, slow-engine, retry-storm; without: all")
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--only", action="store_true", help="without first-come dispatch beside it")
    parser.add_argument("--brief", action="store_true", help="first-come dispatch beside the overloads only")
    options = parser.parse_args()
    wanted = options.what or ["overload-3x", "overload-10x", "slow-engine", "retry-storm"]
    with Stage() as fair:
        capacities = {rung: fair.capacity(quality) for rung, quality in RUNGS.items()}
        alone = 1 / fair.capacity("high", connections=1)
        print("pictures a second by rung: " + ", ".join(f"{rung}: {rate:.1f}" for rung, rate in capacities.items()))
        print(f"one picture alone at rung 768: {1000 * alone:.0f} ms\n", flush=True)

        def play(everybody: dict[str, Stage]) -> None:
            for name in wanted:
                isolated = options.brief and not name.startswith("overload-")
                stages = {"heatsink": fair} if isolated else everybody
                if name.startswith("overload-"):
                    overload(float(name.removeprefix("overload-").removesuffix("x")), capacities, stages, options.seconds)
                elif name == "slow-engine":
                    slowdown(capacities, stages, options.seconds)
                elif name == "retry-storm":
                    retry_storm(capacities, stages)

        if options.only:
            play({"heatsink": fair})
        else:
            with Stage("first-come") as first_come:
                play({"heatsink": fair, "first-come": first_come})


if __name__ == "__main__":
    main()
