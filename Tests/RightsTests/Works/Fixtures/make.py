"""Fingerprints by PyPI's `pdqhash`, which the tests compare with, bit by bit.

    python3 -m venv /tmp/pdq && /tmp/pdq/bin/pip install pdqhash==0.2.8 opencv-python-headless matplotlib
    /tmp/pdq/bin/python Tests/RightsTests/Works/Fixtures/make.py

Pictures are made by formulas of whole numbers, which `Specimen.swift` repeats. The photograph is matplotlib's picture of
Grace Hopper, by the US Navy and in the public domain, made smaller and stored as a portable pixmap beside this file.
"""

import json
import pathlib

import cv2
import numpy
import pdqhash
from matplotlib import cbook

HERE = pathlib.Path(__file__).parent
SIZES = [
    (4, 9), (5, 5), (7, 200), (63, 65), (64, 64), (65, 63), (96, 64), (127, 129), (128, 128), (200, 300), (256, 256),
    (512, 384), (641, 479), (1000, 37),
]


def random_numbers(seed):
    """SplitMix64."""
    mask = (1 << 64) - 1
    while True:
        seed = (seed + 0x9E3779B97F4A7C15) & mask
        mixed = ((seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9) & mask
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & mask
        yield mixed ^ (mixed >> 31)


def triangle(value, period):
    phase = value % (2 * period)
    return numpy.minimum(phase, 2 * period - phase) * 255 // period


def waves(width, height, seed):
    numbers = random_numbers(seed)
    y, x = numpy.mgrid[0:height, 0:width].astype(numpy.int64)
    planes = []
    for _ in range(3):
        a, b, c = next(numbers) % 7 + 1, next(numbers) % 7 + 1, next(numbers) % 90 + 20
        d, e, f = next(numbers) % 7 + 1, next(numbers) % 7 + 1, next(numbers) % 90 + 20
        first = triangle(x * int(a) + y * int(b), int(c))
        second = triangle(x * int(d) + (height - y) * int(e), int(f))
        planes.append((first + second) // 2)
    return numpy.stack(planes, axis=-1).astype(numpy.uint8)


def boxes(width, height, seed):
    numbers = random_numbers(seed)
    picture = numpy.full((height, width, 3), next(numbers) % 256, numpy.uint8)
    for _ in range(12):
        x, y = next(numbers) % width, next(numbers) % height
        right, bottom = x + 1 + next(numbers) % width, y + 1 + next(numbers) % height
        picture[y:bottom, x:right] = [next(numbers) % 256 for _ in range(3)]
    return picture


def noise(width, height, seed):
    numbers = random_numbers(seed)
    values = [next(numbers) >> 56 for _ in range(width * height * 3)]
    return numpy.array(values, numpy.uint8).reshape(height, width, 3)


def plain(width, height, seed):
    return numpy.full((height, width, 3), [seed % 256, seed * 7 % 256, seed * 31 % 256], numpy.uint8)


def ramp(width, height, seed):
    y, x = numpy.mgrid[0:height, 0:width]
    planes = [x * 255 // max(width - 1, 1), y * 255 // max(height - 1, 1), (x + y + seed) % 256]
    return numpy.stack(planes, axis=-1).astype(numpy.uint8)


def hexadecimal(vector):
    return format(int("".join(str(int(bit)) for bit in vector), 2), "064x")


def fingerprints(picture):
    vector, quality = pdqhash.compute(picture)
    turned, turned_quality = pdqhash.compute_dihedral(picture)
    assert quality == turned_quality or picture.shape[:2] == (64, 64)
    return {
        "hash": hexadecimal(vector),
        "quality": quality,
        "symmetries": [hexadecimal(one) for one in turned],
        "symmetry_quality": turned_quality,
    }


def main():
    entries = []
    for kind in (waves, boxes, noise, plain, ramp):
        for number, (width, height) in enumerate(SIZES):
            seed = 1000 * len(entries) + number
            picture = kind(width, height, seed)
            name = {"kind": kind.__name__, "width": width, "height": height, "seed": seed}
            entries.append(name | fingerprints(picture))
    with cbook.get_sample_data("grace_hopper.jpg") as file:
        photo = cv2.imdecode(numpy.frombuffer(file.read(), numpy.uint8), cv2.IMREAD_COLOR)
    photo = cv2.resize(photo, (137, 161), interpolation=cv2.INTER_AREA)
    cv2.imwrite(str(HERE / "hopper.ppm"), photo)
    photo = numpy.ascontiguousarray(photo[:, :, ::-1])
    entries.append({"kind": "photo", "width": 137, "height": 161, "seed": 0} | fingerprints(photo))
    lines = ",\n".join("  " + json.dumps(entry) for entry in entries)
    (HERE / "pdqhash.json").write_text("[\n" + lines + "\n]\n")


if __name__ == "__main__":
    main()
