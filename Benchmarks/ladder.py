"""Measures a model's ladder on this machine and prints the section `ladder` of its model.json.

Cost is what the network alone takes at each working size (a square picture): the best of several runs of
OpenVINO's benchmark_app. Quality is "edges kept": the correlation of edge strength between photo and painting, both at
1024 pixels, mean over photos and styles, divided by that of the top rung.

    python3 Benchmarks/ladder.py --reference-device "2 cores of ..."
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path

from support import BINARY, ROOT, benchmark_tools
from throughput import bare_pictures_per_second

SIDES = {"low": 384, "medium": 512, "standard": 640, "high": 768, "max": 1024}
STYLES = ["Amber Dawn", "Crimson and Sky", "Ink and Saffron", "Pencil and Wash", "Blue Night Strokes", "Lilac Haze",
          "Muted Twilight", "Teal Etching"]


def photos(folder: Path) -> list[Path]:
    """Ten real photos from Python packages, all squares of 1024 pixels."""
    import skimage.data
    import sklearn.datasets
    from PIL import Image

    arrays = [getattr(skimage.data, name)() for name in ("astronaut", "chelsea", "coffee", "rocket", "brick", "grass",
                                                          "gravel", "camera")]
    arrays += [sklearn.datasets.load_sample_image(name) for name in ("china.jpg", "flower.jpg")]
    paths = []
    for index, array in enumerate(arrays):
        picture = Image.fromarray(array).convert("RGB")
        side = min(picture.size)
        left, top = (picture.width - side) // 2, (picture.height - side) // 2
        picture = picture.crop((left, top, left + side, top + side)).resize((1024, 1024), Image.LANCZOS)
        paths.append(folder / f"{index}.png")
        picture.save(paths[-1])
    return paths


def edges(path: Path):
    """Edge strength: the length of the brightness's Sobel gradient, at 1024 pixels."""
    import numpy as np
    from PIL import Image
    from skimage.filters import sobel

    picture = Image.open(path).convert("L").resize((1024, 1024), Image.LANCZOS)
    return sobel(np.asarray(picture, dtype=np.float32)).ravel()


def edges_kept(quality: str) -> float:
    import numpy as np

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        inputs = photos(folder)
        before = {path.stem: edges(path) for path in inputs}
        scores = []
        for style in STYLES:
            out = folder / style
            subprocess.run(
                [BINARY, "paint", *inputs, "--style", style, "--quality", quality, "-o", f"{out}/"],
                check=True, capture_output=True, cwd=ROOT,
            )
            scores += [float(np.corrcoef(before[p.stem], edges(p))[0, 1]) for p in sorted(out.glob("*.png"))]
    return sum(scores) / len(scores)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--reference-device", required=True)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    tools, threads = benchmark_tools(), os.cpu_count() or 1
    kept = {quality: edges_kept(quality) for quality in SIDES}
    rungs = []
    for quality, side in SIDES.items():
        best = max(bare_pictures_per_second(tools, side, threads, 4) for _ in range(arguments.rounds))
        rungs.append({
            "name": str(side), "working_side": side, "cost_device_seconds": round(1 / best, 4),
            "quality": round(kept[quality] / kept["max"], 3),
        })
    section = {
        "reference_device": arguments.reference_device,
        "quality_measure": "edges kept: correlation of edge strength between photo and painting, 1 at the top rung",
        "rungs": rungs,
    }
    print(json.dumps({"ladder": section}, indent=2))


if __name__ == "__main__":
    main()
