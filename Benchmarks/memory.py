"""Start-up time, and memory while 1024-pixel photos are served.

    make benchmark            or            python3 Benchmarks/memory.py --help
"""

from __future__ import annotations

import argparse
import statistics

from support import Server, photo_jpeg
from throughput import Load


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--starts", type=int, default=5)
    arguments = parser.parse_args()

    starts = []
    for _ in range(arguments.starts):
        with Server() as server:
            starts.append(server.ready_seconds)
    print(f"ready after         median {statistics.median(starts):.2f} s, max {max(starts):.2f} s   (asked for: under 3 s)")

    with Server() as server:
        idle = server.memory_mib()[0]
        Load(server, photo_jpeg(1024), "max").run(arguments.seconds, 4)
        alike = server.memory_mib()
        # Photos of many shapes, as people send them; larger than they are painted.
        for size in ((1600, 1200), (1200, 1600), (1920, 1080), (1080, 1920), (1500, 1000), (1400, 1400)):
            Load(server, photo_jpeg(0, size), "max").run(arguments.seconds / 6, 4)
        now, peak = server.memory_mib()
    print(f"idle                {idle:.0f} MiB")
    print(f"square photos       {alike[0]:.0f} MiB, peak {alike[1]:.0f} MiB")
    print(f"photos of 6 shapes  {now:.0f} MiB, peak {peak:.0f} MiB   (asked for: peak under 700 MB)")


if __name__ == "__main__":
    main()
