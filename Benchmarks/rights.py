"""What rights cost: for one picture of 1024 pixels, and under surge.

The first table is the time of one thread for each part, from the server's own `heatsink_rights_seconds`, with works
registered and pictures asked for one after the other. The second plays the same surge against a server with everything on
and one with everything off, in turn, with every photo another file: nothing that was looked at once is taken as known.

    python3 Benchmarks/rights.py            both, about twelve minutes
    python3 Benchmarks/rights.py cost       only the first
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import urllib.request
import uuid
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from support import Server, photo_jpeg
from surge import CONFIGURATION, PATIENCE, PHOTO_SIZE, Stage, delivered

ON = "rights: {policy: considerate}\n"
OFF = "rights: {policy: open, works: off, credentials: off, watermark: off, safety: off}\n"
PARTS = ("works", "safety", "watermark", "credentials")
PHOTOS = 600


def distinct(jpeg: bytes) -> bytes:
    """Another file with the same picture: a comment segment behind the start of the image."""
    comment = uuid.uuid4().hex.encode()
    return jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + jpeg[2:]


def post(server: Server, path: str, fields: dict[str, str], image: bytes | None = None) -> None:
    """A request that has to work."""
    headers = {"Authorization": f"Bearer {server.key}"}
    if image is None:
        body = json.dumps(fields).encode()
        headers["Content-Type"] = "application/json"
    else:
        boundary = uuid.uuid4().hex
        parts = [f'--{boundary}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
        parts.append(f'--{boundary}\r\nContent-Disposition: form-data; name="image"; filename="photo"\r\n\r\n')
        body = "".join(parts).encode() + image + f"\r\n--{boundary}--\r\n".encode()
        headers["Content-Type"] = f"multipart/form-data; boundary={boundary}"
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}", body, headers)
    urllib.request.urlopen(request, timeout=120).close()


def parts(server: Server) -> dict[str, tuple[float, float]]:
    """Seconds and looks so far, by part."""
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics", timeout=5) as answer:
        lines = answer.read().decode().splitlines()
    found = dict.fromkeys(PARTS, (0.0, 0.0))
    for part in PARTS:
        figures = [
            sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(f'heatsink_rights_seconds_{kind}{{part="{part}"'))
            for kind in ("sum", "count")
        ]
        found[part] = (figures[0], figures[1])
    return found


def cost(rounds: int) -> None:
    """What a picture of 1024 pixels costs, from a photo and from words."""
    with Server("log:\n  level: warning\n" + ON) as server:
        # Any work: without one, nothing is compared.
        other = server.folder / "other.png"
        from PIL import Image

        noise = Image.effect_noise((640, 480), 90).convert("RGB")
        noise.save(other)
        server.command("works", "add", str(other), "--holder", "nobody", "--evidence", "a benchmark")
        jpeg = photo_jpeg(1024)
        kinds = {
            "a photo, restyled": lambda: post(
                server, "/v1/images/edits",
                {"prompt": f"ember {uuid.uuid4()}", "quality": "max", "response_format": "url"}, distinct(jpeg),
            ),
            "from words": lambda: post(
                server, "/v1/images/generations",
                {"prompt": f"a lighthouse at dusk {uuid.uuid4()}", "size": "1024x1024", "response_format": "url"},
            ),
        }
        print("## One picture of 1024 x 1024: milliseconds of one thread, all looks of a picture together\n")
        print("| | " + " | ".join(PARTS) + " | all |\n| --- |" + " --- |" * (len(PARTS) + 1))
        for name, ask in kinds.items():
            for _ in range(3):
                ask()
            # Medians of single pictures: a mean has the other builds of a busy machine in it.
            samples: list[dict[str, float]] = []
            for _ in range(rounds):
                before = parts(server)
                ask()
                after = parts(server)
                samples.append({part: 1000 * (after[part][0] - before[part][0]) for part in PARTS})
            medians = {part: statistics.median(sample[part] for sample in samples) for part in PARTS}
            row = " | ".join(f"{medians[part]:.1f}" for part in PARTS)
            print(f"| {name} | {row} | **{sum(medians.values()):.1f}** |", flush=True)
        print()


class Crowd(Stage):
    """A stage whose photos are all different files."""

    def __init__(self, rights: str) -> None:
        Server.__init__(self, CONFIGURATION + rights)
        self.furnish({"free": 160, "pro": 40}, PHOTO_SIZE)
        jpeg = (self.folder / "photo0.jpg").read_bytes()
        for index in range(PHOTOS):
            (self.folder / f"each{index}.jpg").write_bytes(distinct(jpeg))

    def crowd(self, rate: float, seconds: int, label: str) -> float:
        """Pictures a second that were delivered in the second half."""
        photos = ", ".join(f"each{index}.jpg" for index in range(PHOTOS))
        file = self.folder / f"{label}.yaml"
        file.write_text(
            f"name: {label}\nseed: 1\ndurationSeconds: {seconds}\narrivals: {{poisson: {{ratePerSecond: {rate}}}}}\n"
            "users:\n"
            f"  - {{name: all, plan: free, count: 160, shareOfRequests: 1, patienceSeconds: {PATIENCE}, retries: 2, mode: held}}\n"
            f'request: {{kind: edit, prompts: ["pencil and wash", "blue night", "amber dawn"], photos: [{photos}], '
            "quality: auto, outputFormat: png}\n"
        )
        report = self.surge(file, label)
        rate, rungs = delivered(report, seconds / 2, seconds)
        mix = " ".join(f"{rung}:{count}" for rung, count in sorted(rungs.items(), key=lambda item: int(item[0])))
        print(f"    {label}: {rate:.1f}/s  {mix}", file=sys.stderr, flush=True)
        return rate


def surge(rounds: int, seconds: int, asked: list[float]) -> None:
    """The same surge with everything on and everything off, one after the other."""
    rates: dict[tuple[float, str], list[float]] = {}
    for number in range(rounds):
        # In turn, so that what the machine does meanwhile meets both.
        for name, rights in (("on", ON), ("off", OFF)) if number % 2 == 0 else (("off", OFF), ("on", ON)):
            with Crowd(rights) as stage:
                for rate in asked:
                    rates.setdefault((rate, name), []).append(stage.crowd(rate, seconds, f"{rate:.0f}-{name}-{number}"))
    print("## Under surge: pictures a second, delivered in the second half\n")
    print("| asked for, a second | everything off | everything on | on / off |\n| --- | --- | --- | --- |")
    for rate in asked:
        off, on = (statistics.median(rates[(rate, name)]) for name in ("off", "on"))
        print(f"| {rate:.0f} | {off:.1f} | {on:.1f} | **{on / off:.3f}** |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="?", choices=("cost", "surge", "both"), default="both")
    parser.add_argument("--rounds", type=int, default=3, help="of surges (default: 3)")
    parser.add_argument("--rates", type=float, nargs="+", default=[24, 36, 80], help="asked for, a second (default: 24 36 80)")
    parser.add_argument("--seconds", type=int, default=40, help="of each surge (default: 40)")
    options = parser.parse_args()
    if options.what != "surge":
        cost(rounds=15)
    if options.what != "cost":
        surge(options.rounds, options.seconds, options.rates)


if __name__ == "__main__":
    main()
