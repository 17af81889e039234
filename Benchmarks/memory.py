"""Start-up time, and memory while pictures are served: square photos, photos of six shapes, and everything mixed.

    make benchmark            or            python3 Benchmarks/memory.py --help
"""

from __future__ import annotations

import argparse
import itertools
import json
import statistics
import urllib.request
from concurrent.futures import ThreadPoolExecutor

from support import Server, photo_file, photo_jpeg
from throughput import Load

# Photos as phones send them, in pixels.
SIZES = ((640, 480), (1_024, 1_024), (1_600, 1_200), (2_048, 1_536), (3_024, 4_032), (4_032, 3_024))
FORMATS = ("JPEG", "PNG", "WEBP")
AIM_MEGABYTES = 700


def mixed(server: Server, count: int, at_a_time: int) -> None:
    """Edits and generations: sizes, formats of photos and formats of pictures in turn. Every request is another one."""
    files = {(size, name): photo_file(size, name) for size, name in itertools.product(SIZES, FORMATS)}
    kinds = list(files)

    def ask(number: int) -> None:
        output = ("png", "jpeg", "webp")[number % 3]
        if number % 4 == 3:
            # From words.
            body = json.dumps({"prompt": f"a lighthouse at dusk {number}", "output_format": output}).encode()
            post(server, "/v1/images/generations", "application/json", body)
        else:
            size, name = kinds[number % len(kinds)]
            fields = {"prompt": f"Amber Dawn {number}", "output_format": output, "quality": "max"}
            parts = "".join(
                f'--XX\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n' for field, value in fields.items()
            )
            parts += '--XX\r\nContent-Disposition: form-data; name="image"; filename="photo"\r\n\r\n'
            body = parts.encode() + files[size, name] + b"\r\n--XX--\r\n"
            post(server, "/v1/images/edits", "multipart/form-data; boundary=XX", body)

    with ThreadPoolExecutor(at_a_time) as pool:
        list(pool.map(ask, range(count)))


def post(server: Server, path: str, media_type: str, body: bytes) -> None:
    """One request, whose answer is read to its end."""
    headers = {"Authorization": f"Bearer {server.key}", "Content-Type": media_type}
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}", body, headers)
    with urllib.request.urlopen(request, timeout=120) as answer:
        while answer.read(1 << 20):
            pass


def main() -> None:
    """Prints a line for each figure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--starts", type=int, default=5)
    parser.add_argument("--mixed", type=int, default=160, help="requests of the mixed load, four at a time")
    arguments = parser.parse_args()

    starts = []
    for _ in range(arguments.starts):
        with Server() as server:
            starts.append(server.ready_seconds)
    print(f"ready after         median {statistics.median(starts):.2f} s, max {max(starts):.2f} s   (aim: under 3 s)")

    with Server() as server:
        idle = server.memory_mib()[0]
        Load(server, photo_jpeg(1024), "max").run(arguments.seconds, 4)
        alike = server.memory_mib()
        # Photos of many shapes, as people send them; larger than they are painted.
        for size in ((1600, 1200), (1200, 1600), (1920, 1080), (1080, 1920), (1500, 1000), (1400, 1400)):
            Load(server, photo_jpeg(0, size), "max").run(arguments.seconds / 6, 4)
        shapes = server.memory_mib()
    # A server of its own: the peak must be that of this load.
    with Server() as server:
        mixed(server, arguments.mixed, 4)
        everything = server.memory_mib()
    aim = AIM_MEGABYTES * 1_000_000 / (1 << 20)
    print(f"idle                {idle:.0f} MiB")
    print(f"square photos       {alike[0]:.0f} MiB, peak {alike[1]:.0f} MiB")
    print(f"photos of 6 shapes  {shapes[0]:.0f} MiB, peak {shapes[1]:.0f} MiB")
    print(f"everything mixed    {everything[0]:.0f} MiB, peak {everything[1]:.0f} MiB   (aim: peak under {aim:.0f} MiB, {AIM_MEGABYTES} MB)")


if __name__ == "__main__":
    main()
