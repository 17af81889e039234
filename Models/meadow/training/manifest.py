"""Writes model.json: the files with their digests, the ladder with its measured costs and qualities.

    python -m training.manifest --out FOLDER [--costs COSTS.json]

COSTS.json: for each rung's name, cost_device_seconds and quality, as measured (see Benchmarks/meadow).
"""

import argparse
import hashlib
import json
from pathlib import Path

from painter.scene import GROUPS

from . import conditions

LADDER = [
    # name, steps, network, sampler, guidance, decoder
    ("2 steps", 2, "fast", "euler", 1.0, "decoder"),
    ("4 steps", 4, "fast", "euler", 1.0, "decoder"),
    ("8 steps", 8, "fast", "euler", 1.0, "decoder_large"),
    ("8 steps guided", 8, "flow", "heun", 2.5, "decoder_large"),
]
QUALITIES = {
    "low": "2 steps", "medium": "4 steps", "standard": "4 steps", "auto": "8 steps", "high": "8 steps", "hd": "8 steps guided",
    "xhigh": "8 steps guided", "max": "8 steps guided",
}
GRAPHS = {
    "encoder": (False, 16), "reader": (False, 16), "flow": (True, 650), "fast": (True, 650), "decoder": (True, 2300), "decoder_large": (True, 5000),
    "photo_encoder": (True, 25),
}
"""By role: whether it takes inputs of any shape, and bytes of working memory for a value of its largest input, as measured."""
GRIDS = [[16, 16], [24, 16], [16, 24]]
"""The shapes that it was trained on, in cells."""


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", required=True)
    parser.add_argument("--costs", help="measured costs and qualities; without it those of the present model.json stay")
    arguments = parser.parse_args()
    out = Path(arguments.out)
    manifest = out / "model.json"
    if arguments.costs:
        costs = json.loads(Path(arguments.costs).read_text())
    elif manifest.exists():
        costs = {rung["name"]: rung for rung in json.loads(manifest.read_text())["ladder"]["rungs"]}
    else:
        costs = {}
    files: dict[str, dict] = {}
    for role, (dynamic, memory) in GRAPHS.items():
        files[role] = {
            "path": f"{role}.xml", "sha256": digest(out / f"{role}.xml"),
            "profile": {"dynamic_shapes": dynamic, "quantised": False, "static_bytes_per_value": memory, "dynamic_bytes_per_value": memory, "precision": "f32"},
        }
        files[f"{role}_weights"] = {"path": f"{role}.bin", "sha256": digest(out / f"{role}.bin")}
    files["vocabulary"] = {"path": "vocab.txt", "sha256": digest(out / "vocab.txt")}
    files["lexicon"] = {"path": "lexicon.json", "sha256": digest(out / "lexicon.json")}
    rungs = []
    for index, (name, steps, *_) in enumerate(LADDER):
        known = costs.get(name, {})
        rungs.append({
            "name": name, "working_side": 256, "steps": steps,
            "cost_device_seconds": known.get("cost_device_seconds", 0.1 * 2**index), "quality": known.get("quality", (index + 1) / len(LADDER)),
        })
    text = {
        "id": "meadow", "kind": "flow", "title": "Meadow",
        "description": "Hand-painted landscapes from a sentence: trained from scratch on nothing but pictures that our own program painted.",
        "created": 1795600000, "owned_by": "heatsink", "card": "CARD.md",
        "licence": {
            "name": "that of this project",
            "attribution": "Painter, pictures, recipe and weights by Heatsink; the sentence encoder is all-MiniLM-L6-v2 (Apache-2.0), fetched at set-up",
        },
        "files": files,
        "ladder": {
            "reference_device": "2 cores of an AMD EPYC with AVX-512 BF16",
            "quality_measure": "share of asked-for facts that the judge of Benchmarks/meadow finds, over that of the top rung; rungs of 256 pixels times 0.85 (assumed)",
            "rungs": rungs,
        },
        "qualities": QUALITIES,
        "flow": {
            "channels": 16, "cell_pixels": 16, "grid_multiple": 2, "condition_count": 51, "token_limit": 64, "decoder_reach": 10,
            "groups": [{"name": name, "values": values} for name, values in GROUPS.items()],
            "completion": {"order": conditions.ORDER, "usual": conditions.USUAL, "fits": conditions.fits()},
            "rungs": {
                name: {"network": network, "sampler": sampler, "guidance": guidance, "shift": 1.0, "decoder": decoder, "grids": GRIDS}
                for name, _, network, sampler, guidance, decoder in LADDER
            },
        },
    }
    manifest.write_text(json.dumps(text, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
