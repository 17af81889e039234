#!/usr/bin/env python3
"""Whether `safety-benchmark` gives the scores that the network's authors' own recipe gives.

    python3 Benchmarks/safety/agreement.py PROGRAM PICTURE…

Needs numpy, pillow and onnxruntime. The recipe is the one of the model card: Pillow, RGB, 224 x 224, BILINEAR, 0 to 255,
channels first, ONNX Runtime. Pictures are handed over as PNG, so that both read the same pixels.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import numpy
import onnxruntime
from PIL import Image

MODELS = Path(__file__).resolve().parent.parent.parent / "Models"


def main():
    program, paths = sys.argv[1], sys.argv[2:]
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(MODELS / "safety/classifier.onnx"), options)
    with tempfile.TemporaryDirectory() as folder:
        copies, wanted = [], []
        for number, path in enumerate(paths):
            picture = Image.open(path).convert("RGB")
            copies.append(f"{folder}/{number}.png")
            picture.save(copies[-1], compress_level=1)
            small = numpy.asarray(picture.resize((224, 224), Image.BILINEAR), dtype=numpy.float32)
            graphic, sexual, _ = session.run(None, {"image": small.transpose(2, 0, 1)[None]})[0][0]
            wanted.append((float(sexual), float(graphic)))
        for precision in ("f32", "auto"):
            given = scores(program, precision, copies)
            differences = numpy.abs(numpy.array(given) - numpy.array(wanted))
            print(f"{precision}: {len(paths)} pictures, sexual differs by {differences[:, 0].max():.2e} at most, "
                  f"mean {differences[:, 0].mean():.2e}; graphic by {differences[:, 1].max():.2e}")


def scores(program, precision, paths):
    answer = subprocess.run([program, str(MODELS), precision, "score", *paths], check=True, capture_output=True, text=True)
    return [tuple(map(float, line.split("\t")[1:])) for line in answer.stdout.splitlines()]


main()
