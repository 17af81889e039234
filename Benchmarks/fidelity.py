"""What `sim-vs-live.py` stands on: a server to play against, and the probes that measure the engine behind it.

A probe is a closed loop: some clients who ask one after the other, all for one rung. By Little's law its rate and what the
server says of its painting give the seconds of one task alone, of two and of as many as there are slots at the same time,
and what a request takes beside the device.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path

from support import BINARY, ROOT, Server, photo_jpeg

sys.path.insert(0, str(ROOT / ".deps/python"))

MANIFEST = json.loads((ROOT / "Models/restyle/model.json").read_text())
WORDS = {rung: word for word, rung in MANIFEST["qualities"].items() if word not in ("auto", "hd", "xhigh")}
RUNGS = [rung["name"] for rung in MANIFEST["ladder"]["rungs"]]
SLOTS = 3
PHOTO_SIZE = (1280, 960)
ACCOUNTS = {"free": 155, "pro": 40}
LIVE_PLANS = """
plans:
  free: {daily-allowance: none, pictures-per-second: none, most-active-jobs: 1000, patience-seconds: 30,
         target-delay-seconds: 4}
  pro: {patience-seconds: 30, target-delay-seconds: 1, floor-quality: 0.6}
log: {level: warning}
"""
LAB_PLANS = """plans:
  - {name: free, dailyAllowance: none, picturesPerSecond: none, mostActiveJobs: 1000, patience: 30s, targetDelay: 4s}
  - {name: pro, patience: 30s, targetDelay: 1s, floorQuality: 0.6}
"""


class Stage(Server):
    """A server with accounts of its own, and photos beside its data."""

    def __init__(self) -> None:
        super().__init__(LIVE_PLANS)
        for plan, count in ACCOUNTS.items():
            made = self.command("accounts", "create", "--plan", plan, "--count", str(count), "--json")
            (self.folder / f"{plan}.json").write_text(made)
        for index in range(4):
            (self.folder / f"photo{index}.jpg").write_bytes(photo_jpeg(0, (PHOTO_SIZE[0] - 16 * index, PHOTO_SIZE[1])))

    def command(self, *arguments: str) -> str:
        """What a `heatsink` command on this server's data prints."""
        done = subprocess.run(
            [BINARY, *arguments, "--data", self.data], check=True, capture_output=True, text=True, cwd=ROOT
        )
        return done.stdout

    def loop(self, rung: str, clients: int, seconds: int) -> Loop:
        """Some clients ask one after the other for a rung, and get it: the plan's floor is as high as it can be."""
        scenario = self.folder / "probe.yaml"
        scenario.write_text(
            "name: probe\ndurationSeconds: 10\narrivals: {poisson: {ratePerSecond: 1}}\n"
            "users: [{name: all, plan: free, count: 1, shareOfRequests: 1}]\n"
            + request_text(f"quality: {WORDS[rung]}")
        )
        answer = self.folder / "probe.json"
        before = self.histograms()
        began = time.monotonic()
        subprocess.run(
            [
                BINARY, "surge", "capacity", "--scenario", scenario, "--connections", str(clients),
                "--seconds", str(seconds), "--warm-up", "2", "--json", answer,
                "--target", f"http://127.0.0.1:{self.port}", "--keys", self.folder / "free.json",
            ],
            check=True, stdout=subprocess.DEVNULL, cwd=ROOT,
        )
        took = time.monotonic() - began
        after = self.histograms()
        result = json.loads(answer.read_text())

        def mean(name: str) -> float:
            (sum_0, count_0), (sum_1, count_1) = before[name], after[name]
            return (sum_1 - sum_0) / max(1, count_1 - count_0)

        del took
        return Loop(
            clients, result["meanPicturesPerSecond"], mean("heatsink_paint_seconds"), mean("heatsink_wait_seconds"),
            result["p50"], result["p99"],
        )

    def histograms(self) -> dict[str, tuple[float, float]]:
        """Sums and counts of the server's times."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics", timeout=10) as answer:
            text = answer.read().decode()

        def total(name: str) -> float:
            rows = re.findall(rf"^{name}(?:\{{[^}}]*\}})? (\S+)$", text, re.MULTILINE)
            return sum(map(float, rows))

        names = ("heatsink_paint_seconds", "heatsink_wait_seconds")
        return {name: (total(f"{name}_sum"), total(f"{name}_count")) for name in names}

    def exactly(self, wanted: bool) -> None:
        """Whether everybody gets the very rung that was asked for."""
        self.command("plans", *(("set", "free", "floor-quality=1") if wanted else ("reset", "free")))
        time.sleep(3)

    def warm_up(self) -> None:
        """Paints at every rung, so that what a first picture costs is not part of a day; then lets the rates calm down."""
        self.exactly(True)
        for rung in RUNGS:
            self.loop(rung, SLOTS, 4)
        self.exactly(False)
        time.sleep(5)

    def play(self, day: Path, label: str) -> dict:
        """Plays a day. - Returns: the report."""
        report = self.folder / "report.json"
        subprocess.run(
            [
                BINARY, "surge", "--scenario", day, "--label", label, "--json", report,
                "--target", f"http://127.0.0.1:{self.port}",
                *(item for plan in ACCOUNTS for item in ("--keys", self.folder / f"{plan}.json")),
            ],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT,
        )
        return json.loads(report.read_text())


@dataclass
class Loop:
    """What some clients got who asked one after the other."""

    clients: int
    rate: float
    paint: float
    wait: float
    p50: float
    p99: float

    @property
    def beside(self) -> float:
        """Seconds of a request that no device and no queue saw."""
        return self.clients / self.rate - self.paint - self.wait


def request_text(more: str = "") -> str:
    """What is sent for a wish."""
    photos = ", ".join(f"photo{index}.jpg" for index in range(4))
    extra = f", {more}" if more else ""
    return (
        f'request: {{kind: edit, prompts: ["pencil and wash", "blue night", "amber dawn"], photos: [{photos}], '
        f"outputFormat: jpeg{extra}}}\n"
    )
