"""Paints the pictures that everything is trained on, and those that it is judged by.

    python -m training.dataset --out DATA --count 24000

Picture number i is decided by its seed, SEED + i, alone: the data set can be painted again, in parts and on any machine. Every
fifth picture is wide, every sixth tall, the others square. Numbers from 10,000,000 on are held out: never trained on.
"""

import argparse
import json
import multiprocessing
import os
import time
from pathlib import Path

import cv2
import numpy

from painter import scene

SEED = 20_250_325
HELD_OUT = 10_000_000
SHAPES = {"square": (256, 256), "wide": (384, 256), "tall": (256, 384)}
"""Width and height in pixels of what is kept; pictures are painted twice as large."""


def shape_of(number: int) -> str:
    return "wide" if number % 5 == 4 else "tall" if number % 6 == 5 else "square"


def facts_of(number: int) -> dict[str, str]:
    return scene.choose_facts(numpy.random.default_rng([SEED, number]))


def paint_large(number: int, shape: str | None = None) -> numpy.ndarray:
    """Picture number `number`, at twice the size that is kept."""
    width, height = SHAPES[shape or shape_of(number)]
    return scene.paint(facts_of(number), SEED + number, 2 * width, 2 * height)


def paint_small(number: int, shape: str | None = None) -> numpy.ndarray:
    large = paint_large(number, shape)
    return cv2.resize(large, (large.shape[1] // 2, large.shape[0] // 2), interpolation=cv2.INTER_AREA)


def _part(job: tuple[list[int], str, str, int]) -> None:
    """Paints one file's worth of pictures of one shape."""
    numbers, shape, path, keep_large = job
    cv2.setNumThreads(1)
    width, height = SHAPES[shape]
    pictures = numpy.empty((len(numbers), height, width, 3), dtype=numpy.uint8)
    large = numpy.empty((keep_large, 2 * height, 2 * width, 3), dtype=numpy.uint8)
    for index, number in enumerate(numbers):
        painted = paint_large(number, shape)
        if index < keep_large:
            large[index] = painted
        pictures[index] = cv2.resize(painted, (width, height), interpolation=cv2.INTER_AREA)
    numpy.save(path + ".part.npy", pictures)
    os.replace(path + ".part.npy", path)
    if keep_large:
        numpy.save(path.replace(".npy", ".large.npy"), large)
    Path(path.replace(".npy", ".json")).write_text(json.dumps([{"number": number, **facts_of(number)} for number in numbers]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True, help="folder for the pictures")
    parser.add_argument("--count", type=int, default=24_000, help="pictures to train on (default: %(default)s)")
    parser.add_argument("--held-out", type=int, default=2_000, help="pictures to judge by (default: %(default)s)")
    parser.add_argument("--processes", type=int, default=os.cpu_count(), help="default: one for each core")
    parser.add_argument("--chunk", type=int, default=500, help="pictures in a file")
    arguments = parser.parse_args()
    out = Path(arguments.out)
    out.mkdir(parents=True, exist_ok=True)
    jobs = []
    for name, first, count in (("train", 0, arguments.count), ("test", HELD_OUT, arguments.held_out)):
        numbers: dict[str, list[int]] = {shape: [] for shape in SHAPES}
        for number in range(first, first + count):
            # What is judged is square.
            numbers["square" if name == "test" else shape_of(number)].append(number)
        for shape, mine in numbers.items():
            for index in range(0, len(mine), arguments.chunk):
                path = out / f"{name}-{shape}-{index // arguments.chunk:03}.npy"
                if not path.exists():
                    keep_large = 40 if name == "train" and shape == "square" else 0
                    part = mine[index : index + arguments.chunk]
                    jobs.append((part, shape, str(path), min(keep_large, len(part))))
    jobs.sort(key=lambda job: job[2].split("-")[-1])
    began = time.time()
    with multiprocessing.Pool(arguments.processes) as pool:
        done = 0
        for index, _ in enumerate(pool.imap_unordered(_part, jobs)):
            done += 1
            print(f"{done}/{len(jobs)} files, {time.time() - began:.0f} s", flush=True)


if __name__ == "__main__":
    main()
