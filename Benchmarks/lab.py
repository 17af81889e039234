"""The laboratory: how fast it plays the week at several scales, in how much memory, and what it says of the week's peak.

    python3 Benchmarks/lab.py                    scales 1/1000, 1/100 and 1/10, and the peak hour under four policies
    python3 Benchmarks/lab.py --full             the whole week, 700 million requests, as well (a quarter of an hour)
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from support import BINARY, ROOT

POLICIES = ["ours", "token-bucket", "token-bucket-bounded", "first-come", "priority", "lowest-rung"]
HOUR = 3600


def play(scale: str, policies: list[str]) -> tuple[dict, float, int]:
    """Plays the week. - Returns: the report, seconds it took, and the most memory in MiB."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.json"
        command = [BINARY, "lab", "run", "ghibli-week", "--scale", scale, "--policy", ",".join(policies), "--json", file]
        begun = time.monotonic()
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.monotonic() - begun
        if status:
            raise SystemExit(f"heatsink lab run ended with status {status}")
        return json.loads(file.read_text()), seconds, usage.ru_maxrss // 1024


def peak(report: dict, run: dict) -> str:
    """A policy's figures in the hour in which most is asked for."""
    bins = run["series"]
    width = bins[0]["toSeconds"] - bins[0]["fromSeconds"]
    count = max(1, round(HOUR / width))
    asked = [sum(plan["asked"] for plan in item["plans"]) for item in bins]
    start = max(range(len(bins) - count + 1), key=lambda first: sum(asked[first : first + count]))
    hour = bins[start : start + count]
    paying = [report["plans"].index(name) for name in report.get("payingPlans") or []]
    plans = [plan for item in hour for plan in item["plans"]]
    wanted = sum(plan["asked"] for plan in plans)
    delivered = sum(plan["delivered"] for plan in plans)
    quality = sum((plan.get("quality") or 0) * plan["delivered"] for plan in plans) / max(1, delivered)
    slowest = max(((item["plans"][plan].get("p99") or 0) for item in hour for plan in paying), default=0)
    refused = sum(plan["refused"] for plan in plans)
    return (
        f"{run['policy']:22} {100 * delivered / wanted:8.1f} % {slowest:12.1f} s {100 * refused / wanted:9.1f} %"
        f" {quality:9.3f} {delivered * quality / wanted:12.3f}"
    )


def main() -> None:
    """Prints both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--full", action="store_true", help="the whole week, too")
    parser.add_argument("--no-peak", action="store_true", help="without the peak hour under several policies")
    options = parser.parse_args()
    scales = ["1/1000", "1/100", "1/10"] + (["1"] if options.full else [])
    print(f"{'scale':8} {'requests':>12} {'cells':>6} {'seconds':>9} {'requests a second':>18} {'memory':>10}")
    for scale in scales:
        report, seconds, memory = play(scale, ["ours"])
        asked = report["runs"][0]["totals"]["asked"]
        print(f"{scale:8} {asked:12,} {report['cells']:6} {seconds:9.1f} {asked / seconds:18,.0f} {memory:6} MiB", flush=True)
    if options.no_peak:
        return
    report, _, _ = play("1/100", POLICIES)
    print(f"\nthe hour in which most is asked for, at 1/100")
    print(f"{'policy':22} {'delivered':>10} {'p99, paying':>14} {'refused':>11} {'quality':>9} {'per request':>12}")
    for run in report["runs"]:
        print(peak(report, run))
    bound = report["bound"]
    print("\nover the week, of what nobody could beat: delivered, quality for each request")
    for run in report["runs"]:
        totals = run["totals"]
        print(
            f"{run['policy']:22} {100 * totals['delivered'] / bound['delivered']:8.1f} %"
            f" {100 * totals['qualitySum'] / bound['qualitySum']:8.1f} %"
        )


if __name__ == "__main__":
    main()
