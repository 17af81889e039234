"""How well the laboratory foretells the live server: three days played both ways, and the error of each figure.

The engine behind a server is measured by probes (a closed loop of one, two and six clients, one rung at a time), the
laboratory gets a device with those times, and then `heatsink surge` plays each day against a fresh server while
`heatsink lab run` plays the same requests in virtual time. Nothing of a day's result goes into the device. Each day is
played live several times: how much live differs from live is the floor that no simulator can get below.

    python3 Benchmarks/sim-vs-live.py                        all of it, about 20 minutes
    python3 Benchmarks/sim-vs-live.py steady --times 1       one day, once
    python3 Benchmarks/sim-vs-live.py --device device.json   with a device that was measured before
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from fidelity import Engine, Stage, day_text, describe, measure_device, null, restyle, wait_for_quiet
from support import BINARY, ROOT

KEEP = ROOT / ".build/sim-vs-live"
SECONDS = 75


def people(name: str, plan: str, members: int, rate: float, client: str, more: str = "") -> str:
    """A group of people, as a line of a day."""
    return (
        f"  - {{name: {name}, plan: {plan}, members: {members}, requests: {{perSecond: {rate:.4f}{more}}}, "
        f"client: {{{client}}}}}\n"
    )


def days(capacity: float) -> dict[str, tuple[int, str]]:
    """Seeds and people of the days. `capacity`: pictures a second of the best rung."""
    calm = "patience: 30s, retries: 2"
    hasty = "patience: 8s, patienceSpread: 0.4, retries: 3, retry: hasty, pause: 1500ms"
    burst = ", bursts: [{at: 20s, lasts: 15s, times: 8}]"
    return {
        "steady": (
            101,
            people("free", "free", 150, 0.48 * capacity, calm) + people("pro", "pro", 40, 0.12 * capacity, calm),
        ),
        "overload": (
            202,
            people("heavy", "free", 5, 1.0 * capacity, calm)
            + people("light", "free", 150, 0.8 * capacity, calm)
            + people("pro", "pro", 40, 0.2 * capacity, calm),
        ),
        "burst": (
            303,
            people("crowd", "free", 150, 0.45 * capacity, hasty, burst)
            + people("pro", "pro", 40, 0.15 * capacity, "patience: 20s, patienceSpread: 0.3"),
        ),
    }


def laboratory(day: Path, seed: int) -> dict:
    """What the laboratory says of a day."""
    report = day.with_suffix(".lab.json")
    subprocess.run(
        [BINARY, "lab", "run", day, "--policy", "ours", "--seed", str(seed), "--json", report],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT,
    )
    return json.loads(report.read_text())


def figures_of_lab(report: dict) -> dict[str, float]:
    """The figures that are compared, of a laboratory's report."""
    run = report["runs"][0]
    seconds = report["durationSeconds"]
    figures = {"throughput": sum(plan["delivered"] for part in run["series"] for plan in part["plans"]) / seconds}
    rungs: dict[str, int] = {}
    for plan in run["plans"]:
        for name, key in (("p50", "p50"), ("p90", "p90"), ("p99", "p99"), ("served", "servedShare"), ("refused", "refusedShare")):
            if plan.get(key) is not None:
                figures[f"{plan['name']} {name}"] = plan[key]
        for rung, count in plan["rungs"].items():
            rungs[rung.split(" ", 1)[1]] = rungs.get(rung.split(" ", 1)[1], 0) + count
    all_of_them = sum(rungs.values()) or 1
    figures |= {f"rung {rung}": count / all_of_them for rung, count in rungs.items()}
    return figures


def figures_of_live(report: dict) -> dict[str, float]:
    """The same figures, of a load tool's report."""
    figures = {"throughput": report["window"]["picturesPerSecond"]}
    for row in report["waits"]:
        if row.get("group") is None:
            for name, key in (
                ("p50", "p50"), ("p90", "p90"), ("p99", "p99"), ("served", "servedShare"), ("refused", "refusedShare")
            ):
                if row.get(key) is not None:
                    figures[f"{row['plan']} {name}"] = row[key]
    for row in report["quality"]["rungs"]:
        figures[f"rung {row['rung']}"] = row["share"]
    return figures


def is_share(name: str) -> bool:
    """Whether a figure is a share, whose error is in points."""
    return name.startswith("rung") or name.endswith(("served", "refused"))


def text(name: str, value: float) -> str:
    """A figure with its unit."""
    if is_share(name):
        return f"{100 * value:.1f} %"
    return f"{value:.2f} /s" if name == "throughput" else f"{1000 * value:.0f} ms"


def difference(name: str, value: float, truth: float) -> float:
    """In points for shares, else in percent of the truth."""
    return 100 * (value - truth) if is_share(name) else 100 * (value / truth - 1) if truth else 0.0


def limit(name: str) -> float | None:
    """What is asked of a figure; nothing of shares served and refused."""
    if name == "throughput":
        return 3.0
    if name.startswith("rung"):
        return 5.0
    return None if is_share(name) else 9.0


def table(name: str, live: list[dict[str, float]], lab: dict[str, float]) -> None:
    """Prints a day's figures: the mean of the live runs, how far the furthest of them lies from it, the laboratory."""
    print(f"## {name}: {len(live)} live runs")
    print(f"{'figure':<16}{'live':>12}{'live varies':>14}{'laboratory':>13}{'error':>10}{'asked':>8}")
    names = sorted({key for run in live for key in run} | set(lab), key=lambda key: (key != "throughput", is_share(key), key))
    for figure in names:
        values = [run.get(figure, 0.0) for run in live]
        mean = statistics.fmean(values)
        varies = max(abs(difference(figure, value, mean)) for value in values)
        error = difference(figure, lab.get(figure, 0.0), mean)
        unit = "pt" if is_share(figure) else "%"
        asked = limit(figure)
        verdict = "" if asked is None else "yes" if abs(error) <= asked else "NO"
        print(
            f"{figure:<16}{text(figure, mean):>12}{f'± {varies:.1f} {unit}':>14}{text(figure, lab.get(figure, 0.0)):>13}"
            f"{f'{error:+.1f} {unit}':>10}{verdict:>8}"
        )
    print(flush=True)


def main() -> None:
    """Measures the engine, plays the days both ways, prints the errors."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", help="steady, overload, burst; without: all")
    parser.add_argument("--times", type=int, default=3, help="how often each day is played live")
    parser.add_argument("--seconds", type=int, default=SECONDS, help="how long each day is")
    parser.add_argument("--null", action="store_true", help="an engine that sleeps: the error of scheduling alone")
    parser.add_argument("--device", type=Path, help="a device that was measured before, as JSON; else it is measured")
    parser.add_argument("--quiet", type=float, default=0.05, help="which share of the machine others may take")
    parser.add_argument("--again", action="store_true", help="only the laboratory, beside live runs of before")
    options = parser.parse_args()
    engine = null() if options.null else restyle()
    keep = KEEP / engine.name
    keep.mkdir(parents=True, exist_ok=True)
    known = options.device or (keep / "device.json" if options.again else None)
    if known and known.exists():
        device = json.loads(known.read_text())
    else:
        with Stage(engine) as stage:
            device = measure_device(stage, quiet=options.quiet)
        (keep / "device.json").write_text(json.dumps(device, indent=1))
    print(describe(device), flush=True)
    played = days(device["capacity"])
    for name in options.what or list(played):
        seed, groups = played[name]
        text = day_text(engine, name, seed, options.seconds, device, groups)
        day = keep / f"{name}.yaml"
        day.write_text(text)
        if not options.again:
            for old in keep.glob(f"{name}-*.json"):
                old.unlink()
            for number in range(options.times):
                (keep / f"{name}-{number + 1}.json").write_text(json.dumps(play(engine, name, text, options.quiet)))
        live = [json.loads(file.read_text()) for file in sorted(keep.glob(f"{name}-*.json"))]
        table(name, [figures_of_live(report) for report in live], figures_of_lab(laboratory(day, seed)))


def play(engine: Engine, name: str, text: str, quiet: float) -> dict:
    """Plays a day against a fresh server, again while others disturb it. - Returns: the least disturbed run's report."""
    best: tuple[float, dict] | None = None
    for _ in range(3):
        with Stage(engine) as stage:
            stage.warm_up()
            wait_for_quiet(quiet)
            day = stage.folder / f"{name}.yaml"
            day.write_text(text)
            report, others = stage.play(day, name)
        print(f"{name}: others took {100 * others:.0f} % of the machine", file=sys.stderr, flush=True)
        if best is None or others < best[0]:
            best = (others, report)
        if others <= quiet:
            break
    if best is None:
        raise SystemExit(f"{name} was never played")
    return best[1]


if __name__ == "__main__":
    main()
