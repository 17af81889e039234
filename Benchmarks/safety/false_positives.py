#!/usr/bin/env python3
"""How high the safety check scores pictures that are harmless: one line for each group.

    python3 Benchmarks/safety/false_positives.py PROGRAM NAME=PICTURE,PICTURE… NAME=ARRAY.npy,…

PROGRAM is `safety-benchmark` (`make benchmark-programs`). A group is pictures, or arrays of pictures (number, height,
width, 3) as training Meadow leaves them. Needs numpy and pillow.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
from PIL import Image

MODELS = Path(__file__).resolve().parent.parent.parent / "Models"
BATCH = 250


def main():
    program = sys.argv[1]
    for group in sys.argv[2:]:
        name, _, paths = group.partition("=")
        found = []
        for path in paths.split(","):
            found += of_array(program, path) if path.endswith(".npy") else [(path, *scores(program, [path])[0])]
        for place, kind in ((1, "sexual"), (2, "graphic")):
            values = numpy.array([entry[place] for entry in found])
            highest = max(found, key=lambda entry: entry[place])
            print(f"{name}, {kind}: {len(found)} pictures, median {numpy.median(values):.3f}, "
                  f"99 in 100 below {numpy.quantile(values, 0.99):.3f}, highest {values.max():.3f} ({highest[0]}), "
                  f"from 0.35 {(values >= 0.35).sum()}, from 0.5 {(values >= 0.5).sum()}, "
                  f"from 0.85 {(values >= 0.85).sum()}", flush=True)


def of_array(program, path):
    pictures, found = numpy.load(path, mmap_mode="r"), []
    for start in range(0, len(pictures), BATCH):
        with tempfile.TemporaryDirectory() as folder:
            names = []
            for number, pixels in enumerate(pictures[start:start + BATCH]):
                names.append(f"{folder}/{number}.png")
                Image.fromarray(pixels).save(names[-1], compress_level=1)
            found += [(f"{path} {start + number}", *pair) for number, pair in enumerate(scores(program, names))]
    return found


def scores(program, paths):
    answer = subprocess.run([program, str(MODELS), "auto", "score", *paths], check=True, capture_output=True, text=True)
    return [tuple(map(float, line.split("\t")[1:])) for line in answer.stdout.splitlines()]


main()
