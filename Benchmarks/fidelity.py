"""What `sim-vs-live.py` stands on: engines, a server to play against, and the probes that measure what is behind it.

A probe is a closed loop: some clients who ask one after the other, all for one rung. By Little's law its rate and what the
server says of its painting give the seconds of one task alone, of two and of as many as there are slots at the same time,
and what a request takes beside the device. No day is played to measure a device.
"""

from __future__ import annotations

import json
import os
import re
import resource
import statistics
import subprocess
import sys
import time
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path

from support import BINARY, ROOT, Server

sys.path.insert(0, str(ROOT / ".deps/python"))

SLOTS = 3
PROCESSORS = os.cpu_count() or 1
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


@dataclass
class Engine:
    """A model as the server has it."""

    name: str
    # From the worst to the best: name, working side, stated cost, quality.
    rungs: list[tuple[str, int, float, float]]
    # The API's word for each rung.
    words: dict[str, str]
    settings: str = ""

    def request(self, quality: str = "") -> str:
        """What is sent for a request, as a line of YAML."""
        asked = f", quality: {quality}" if quality else ""
        prompts = 'prompts: ["pencil and wash", "blue night", "amber dawn"]'
        if self.name == "null":
            return f"request: {{kind: generation, {prompts}, model: 'null'{asked}}}\n"
        photos = ", ".join(f"photo{index}.jpg" for index in range(4))
        return f"request: {{kind: edit, {prompts}, photos: [{photos}], outputFormat: jpeg{asked}}}\n"


def restyle() -> Engine:
    """The real one: it paints, on the cores that everything else shares."""
    manifest = json.loads((ROOT / "Models/restyle/model.json").read_text())
    rungs = manifest["ladder"]["rungs"]
    return Engine(
        "restyle",
        [(rung["name"], rung["working_side"], rung["cost_device_seconds"], rung["quality"]) for rung in rungs],
        {rung: word for word, rung in manifest["qualities"].items() if word in ("low", "medium", "standard", "high", "max")},
    )


def null(seconds: float = 0.4) -> Engine:
    """One that sleeps: what is left of the error is that of scheduling and clients alone."""
    rungs = [("low", 64, 0.25 * seconds, 0.5), ("medium", 64, 0.5 * seconds, 0.75), ("high", 64, seconds, 1.0)]
    words = {name: name for name, *_ in rungs}
    return Engine("null", rungs, words, f"inference: {{null-seconds: {seconds}}}\n")


@dataclass
class Loop:
    """What some clients got who asked one after the other."""

    clients: int
    mean: float
    paint: float
    wait: float
    p50: float
    p90: float

    @property
    def rate(self) -> float:
        """Requests a second, by Little's law: finer than counting the few of some seconds."""
        return self.clients / self.mean

    @property
    def beside(self) -> float:
        """Seconds of a request that no device and no queue saw."""
        return self.mean - self.paint - self.wait


class Stage(Server):
    """A server with accounts of its own, and photos beside its data."""

    def __init__(self, engine: Engine) -> None:
        super().__init__(LIVE_PLANS + engine.settings)
        self.engine = engine
        self.furnish(ACCOUNTS, PHOTO_SIZE)

    def loop(self, rung: str, clients: int, seconds: int) -> Loop:
        """Some clients ask one after the other for a rung."""
        scenario = self.folder / "probe.yaml"
        scenario.write_text(
            "name: probe\ndurationSeconds: 10\narrivals: {poisson: {ratePerSecond: 1}}\n"
            "users: [{name: all, plan: free, count: 1, shareOfRequests: 1}]\n"
            + self.engine.request(self.engine.words[rung])
        )
        answer = self.folder / "probe.json"
        before = self.histograms()
        subprocess.run(
            [
                BINARY, "surge", "capacity", "--scenario", scenario, "--connections", str(clients),
                "--seconds", str(seconds), "--warm-up", "2", "--json", answer,
                "--target", f"http://127.0.0.1:{self.port}", "--keys", self.folder / "free.json",
            ],
            check=True, stdout=subprocess.DEVNULL, cwd=ROOT,
        )
        after = self.histograms()
        result = json.loads(answer.read_text())

        def mean(name: str) -> float:
            (sum_0, count_0), (sum_1, count_1) = before[name], after[name]
            return (sum_1 - sum_0) / max(1, count_1 - count_0)

        return Loop(
            clients, result["meanSeconds"], mean("heatsink_paint_seconds"), mean("heatsink_wait_seconds"),
            result["p50"], result["p90"],
        )

    def intake(self, times: int = 25) -> float:
        """Seconds from sending a photo to an idle server until it says that the job is taken: the median of some."""
        if self.engine.name == "null":
            return 0.0
        key = json.loads((self.folder / "free.json").read_text())[0]["key"]
        photo = (self.folder / "photo0.jpg").read_bytes()
        seconds = []
        for number in range(times):
            head = "".join(
                f'--cut\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
                for name, value in (("prompt", f"pencil and wash, intake {number}"), ("output_format", "jpeg"))
            )
            head += '--cut\r\nContent-Disposition: form-data; name="image"; filename="photo.jpg"\r\n'
            body = head.encode() + b"Content-Type: image/jpeg\r\n\r\n" + photo + b"\r\n--cut--\r\n"
            request = urllib.request.Request(
                f"http://127.0.0.1:{self.port}/v1/images/edits", body,
                {
                    "Authorization": f"Bearer {key}", "Prefer": "respond-async",
                    "Content-Type": "multipart/form-data; boundary=cut",
                },
            )
            began = time.monotonic()
            urllib.request.urlopen(request, timeout=30).close()
            seconds.append(time.monotonic() - began)
            # The device is to be idle again by the next one.
            time.sleep(0.4)
        return statistics.median(seconds)

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
        """Whether everybody gets the very rung that was asked for: the plan's floor is as high as it can be."""
        self.command("plans", *(("set", "free", "floor-quality=1") if wanted else ("reset", "free")))
        time.sleep(3)

    def warm_up(self) -> None:
        """Paints at every rung, so that what a first picture costs is not part of a day; then lets the rates calm down.

        The governor remembers demand for some twelve seconds; the laboratory's begins a day with none.
        """
        if self.engine.name == "null":
            return
        self.exactly(True)
        for rung, *_ in self.engine.rungs:
            self.loop(rung, SLOTS, 4)
        self.exactly(False)
        time.sleep(30)

    def play(self, day: Path, label: str) -> tuple[dict, float]:
        """Plays a day. - Returns: the report, and the share of the machine that others took meanwhile."""
        report = self.folder / "report.json"
        others = Others(self.process.pid)
        subprocess.run(
            [
                BINARY, "surge", "--scenario", day, "--label", label, "--json", report,
                "--target", f"http://127.0.0.1:{self.port}",
                *(item for plan in ACCOUNTS for item in ("--keys", self.folder / f"{plan}.json")),
            ],
            check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=ROOT,
        )
        return json.loads(report.read_text()), others.share()


class Others:
    """How much of the machine's processors is taken by whoever is not part of the measurement."""

    def __init__(self, server: int | None = None) -> None:
        self.server = server
        self.start = self._now()

    def _now(self) -> tuple[float, float, float]:
        tick = os.sysconf("SC_CLK_TCK")
        columns = [int(value) for value in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
        # Waiting is idle time, too; what a hypervisor took away was taken by others.
        idle = (columns[3] + columns[4]) / tick
        own = 0.0
        for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN):
            usage = resource.getrusage(who)
            own += usage.ru_utime + usage.ru_stime
        if self.server:
            fields = Path(f"/proc/{self.server}/stat").read_text().rsplit(")", 1)[1].split()
            own += (int(fields[11]) + int(fields[12])) / tick
        return sum(columns) / tick, idle, own

    def share(self) -> float:
        """Since the start."""
        all_of_it, idle, own = (now - then for now, then in zip(self._now(), self.start))
        return max(0.0, (all_of_it - idle - own) / all_of_it) if all_of_it else 0.0


def wait_for_quiet(share: float, longest: float = 600) -> bool:
    """Waits until others leave the machine alone for five seconds. - Returns: whether they did in time."""
    end = time.monotonic() + longest
    while time.monotonic() < end:
        others = Others()
        time.sleep(5)
        if others.share() <= share:
            return True
    return False


def two_together(alone: float, loop: Loop) -> float:
    """Seconds of two tasks together, from the rate of two clients who are away from the device for a while each time.

    With two clients it is never more than two tasks, so the rate is what the shares of time with one and with two bring
    (the machine-repair model).
    """
    away = max(1e-4, loop.beside)

    def rate(both: float) -> float:
        one = 2 / away * alone
        two = one / away * both / 2
        return (one / alone + two * 2 / both) / (1 + one + two)

    low, high = alone, 3 * alone
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if rate(middle) > loop.rate else (low, middle)
    return low


def measure_device(stage: Stage, seconds: int = 8, quiet: float = 0.05) -> dict:
    """The device that the laboratory gets: the engine behind a server, as probes see it."""
    stage.exactly(True)
    loops: dict[str, list[Loop]] = {}
    for rung, *_ in stage.engine.rungs:
        stage.loop(rung, SLOTS, 4)
        loops[rung] = []
        for clients in (1, 2, 2 * SLOTS):
            loop, share = None, 1.0
            # The least disturbed of a few tries.
            for _ in range(4):
                wait_for_quiet(quiet, 120)
                others = Others(stage.process.pid)
                tried = stage.loop(rung, clients, seconds)
                now = others.share()
                if now < share:
                    loop, share = tried, now
                if share <= quiet:
                    break
            if loop is None:
                raise SystemExit("no probe came to an end")
            loops[rung].append(loop)
            print(
                f"rung {rung}, {loop.clients} clients: {loop.rate:.2f}/s, paint {1000 * loop.paint:.1f} ms, "
                f"wait {1000 * loop.wait:.1f} ms, beside {1000 * loop.beside:.1f} ms, "
                f"p50 {1000 * loop.p50:.1f} ms, p90 {1000 * loop.p90:.1f} ms; others took {100 * share:.0f} %",
                file=sys.stderr, flush=True,
            )
    stage.exactly(False)
    alone = [loop[0] for loop in loops.values()]
    beside = max(0.0, statistics.median(loop.beside for loop in alone))
    intake = min(stage.intake(), beside)
    is_real = stage.engine.name != "null"
    times = {}
    for rung, (one, two, full) in loops.items():
        # What the server does itself takes its part of the processors, and is none of the device's.
        left = [1 - loop.rate * beside / PROCESSORS if is_real else 1.0 for loop in (two, full)]
        third = SLOTS / full.rate * left[1]
        times[rung] = [one.paint, min(two_together(one.paint, two) * left[0], third), third]
    return {
        "seconds": times,
        "handling": 0.0 if is_real else beside,
        "intake": intake if is_real else 0.0,
        "answer": beside - intake if is_real else 0.0,
        # Spread evenly to both sides, nine tenths of the times end at four fifths of the way up.
        "jitter": min(0.9, max(0.0, statistics.median((loop.p90 - loop.p50) / loop.paint for loop in alone) / 0.8)),
        "capacity": loops[stage.engine.rungs[-1][0]][2].rate,
        "loops": {rung: [asdict(loop) for loop in row] for rung, row in loops.items()},
    }


def describe(device: dict) -> str:
    """A device in a few lines."""
    rows = [
        f"  {rung}: {', '.join(f'{1000 * value:.1f}' for value in row)} ms with 1, 2, {SLOTS} tasks at a time"
        for rung, row in device["seconds"].items()
    ]
    beside = (
        f"  a processor's time for intake {1000 * device['intake']:.1f} ms, for the answer {1000 * device['answer']:.1f} ms; "
        f"waiting beside that {1000 * device['handling']:.1f} ms; jitter {100 * device['jitter']:.0f} %"
    )
    return "\n".join(["the engine, as probes see it:", *rows, beside])


def day_text(engine: Engine, name: str, seed: int, seconds: int, device: dict, people: str) -> str:
    """A day in YAML: these people, and one device as it was measured."""
    rungs = "".join(
        f'      - {{name: "{rung}", side: {side}, cost: {cost}, quality: {quality}}}\n'
        for rung, side, cost, quality in engine.rungs
    )
    times = ", ".join(
        f'"{rung}": [{", ".join(f"{value:.5f}" for value in row)}]' for rung, row in device["seconds"].items()
    )
    return (
        f"name: {name}\nseed: {seed}\nlasts: {seconds}s\n{LAB_PLANS}"
        f"models:\n  - name: '{engine.name}'\n    rungs:\n{rungs}"
        f"devices:\n  - name: here\n    slots: {SLOTS}\n    jitter: {device['jitter']:.4f}\n"
        f"    sharesProcessors: {str(engine.name != 'null').lower()}\n    takesTurns: {str(engine.name != 'null').lower()}\n"
        f"    seconds: {{'{engine.name}': {{{times}}}}}\n"
        f"fleet: [{{device: here, count: 1}}]\n"
        f"network: {{handling: {device['handling']:.5f}, intake: {device['intake']:.5f}, "
        f"answer: {device['answer']:.5f}, processors: {PROCESSORS}}}\n"
        f"people:\n{people}{engine.request()}"
    )
