"""Speed and memory of text to picture: our pipeline, and the bare networks beside it.

    python Benchmarks/meadow/speed.py            needs the packages of Models/meadow/requirements.txt, and make build

Every rung at 256 x 256: seconds a picture, alone and eight sharing their steps; the bare network is the same graph in OpenVINO's
Python interface, as many passes of the same shapes, alternating with ours. Medians.
"""

import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

import numpy
import openvino

ROOT = Path(__file__).resolve().parents[2]
MODEL = ROOT / "Models/meadow"
ROUNDS = 4


def ours(rung: str, batch: int) -> dict:
    done = subprocess.run(
        [str(ROOT / ".build/release/heatsink"), "generate", "a red lighthouse at dusk, first snow", "--rung", rung, "--size", "256x256", "--seed", "1",
         "--count", str(batch), "--benchmark", str(ROUNDS)],
        check=True, capture_output=True, text=True, cwd=ROOT,
    )
    return json.loads(done.stdout)


class Bare:
    def __init__(self):
        self.core, self.requests = openvino.Core(), {}

    def request(self, name: str):
        if name not in self.requests:
            compiled = self.core.compile_model(MODEL / f"{name}.xml", "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
            self.requests[name] = compiled.create_infer_request()
        return self.requests[name]

    def passes(self, network: str, rows: int, count: int, decoder: str, batch: int) -> float:
        """Seconds for `count` passes of the network and `batch` of the decoder."""
        flow, decode = self.request(network), self.request(decoder)
        inputs = [numpy.zeros((rows, 16, 16, 16), numpy.float32), numpy.zeros(rows, numpy.float32), numpy.zeros(rows, numpy.float32), numpy.zeros((rows, 51), numpy.float32)]
        began = time.perf_counter()
        for _ in range(count):
            flow.infer(inputs)
        for _ in range(batch):
            decode.infer([numpy.zeros((1, 16, 16, 16), numpy.float32)])
        return time.perf_counter() - began


def main() -> None:
    manifest = json.loads((MODEL / "model.json").read_text())
    bare, figures = Bare(), {}
    for rung in manifest["ladder"]["rungs"]:
        name, how = rung["name"], manifest["flow"]["rungs"][rung["name"]]
        rows = 2 if how["guidance"] != 1 else 1
        # Heun's last step is Euler's.
        passes = rung["steps"] * 2 - 1 if how["sampler"] == "heun" else rung["steps"]
        for batch in (1, 8):
            bare.passes(how["network"], rows * batch, passes, how["decoder"], batch)
            ratios, made, theirs = [], [], []
            for _ in range(3):
                report = ours(name, batch)
                alone = statistics.median(bare.passes(how["network"], rows * batch, passes, how["decoder"], batch) for _ in range(3))
                work = statistics.median(sum(turn["step_seconds"]) + turn["decode_seconds"] for turn in report["rounds"])
                ratios.append(work / alone)
                theirs.append(alone)
                made.append(statistics.median(turn["total_seconds"] for turn in report["rounds"]) / batch)
            figures[(name, batch)] = statistics.median(made)
            print(
                f"{name}, {batch} at a time: {figures[name, batch]:.3f} s a picture; steps and decoding are {statistics.median(ratios):.2f} of the bare networks "
                f"({statistics.median(theirs) / batch:.3f} s a picture)", flush=True,
            )
        print(f"{name}: eight together take {figures[name, 8] / figures[name, 1]:.2f} of the time of eight one after the other", flush=True)
    print(f"peak resident memory of heatsink generate: {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024:.0f} MiB")
    print(f"costs: {json.dumps({rung['name']: round(figures[rung['name'], 1], 4) for rung in manifest['ladder']['rungs']})}")


if __name__ == "__main__":
    sys.exit(main())
