"""Writes golden/latents.json: what PyTorch makes of the shipped weights, for the server's tests to agree with.

    python -m training.golden --graphs FOLDER
"""

import argparse
import json
from pathlib import Path

import numpy
import torch

from . import conditions, sampling
from .warm_start import read_flow

CASES = [
    ("a red lighthouse by the sea", dict(time="dusk", season="winter", weather="clear", place="sea", subject="lighthouse", colour="red", side="left"), 1, 256, 256),
    ("a village in the rain", dict(time="day", season="spring", weather="rain", place="village", subject="none"), 2, 384, 256),
    ("nothing in particular", {}, 3, 256, 384),
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--graphs", required=True)
    arguments = parser.parse_args()
    graphs = Path(arguments.graphs)
    manifest = json.loads((graphs / "model.json").read_text())
    shape = dict(width=256, depth=8, heads=4)
    networks = {name: read_flow(graphs / f"{name}.xml", shape) for name in ("flow", "fast")}
    cases = []
    for rung in manifest["ladder"]["rungs"]:
        how = manifest["flow"]["rungs"][rung["name"]]
        for _, facts, seed, width, height in CASES:
            asked = conditions.exact(facts)
            said = conditions.completed(asked, seed)
            start = sampling.noise(seed, (16, height // 16, width // 16))[None]
            latent = sampling.sample(
                networks[how["network"]], torch.from_numpy(said[None]), torch.from_numpy(start), rung["steps"], how["sampler"], how["guidance"],
                how["shift"], spans=how["network"] == "fast",
            ).numpy().ravel()
            cases.append({
                "rung": rung["name"], "seed": seed, "width": width, "height": height, "condition": asked.tolist(),
                "first": [round(float(value), 7) for value in latent[:64]], "sum": float(latent.astype(numpy.float64).sum()),
            })
    (graphs / "golden").mkdir(exist_ok=True)
    (graphs / "golden" / "latents.json").write_text(json.dumps({"cases": cases}) + "\n")


if __name__ == "__main__":
    main()
