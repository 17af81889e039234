"""Encodes the painted pictures once: the flow is trained on latents alone.

    python -m training.latents --data DATA --run RUN

Writes RUN/latents-SHAPE.npy (pictures x 2 x 16 x h x w, half precision; the second is of the mirrored picture)
and RUN/facts-SHAPE.json.
"""

import argparse
import json
from pathlib import Path

import numpy
import torch

from .autoencoder import Encoder

MIRRORED = {"left": "right", "right": "left"}


def load_encoder(run: Path, device: str = "cpu") -> Encoder:
    encoder = Encoder()
    encoder.load_state_dict(torch.load(run / "autoencoder.pt", map_location="cpu")["encoder"])
    return encoder.eval().to(device)


def shipped_encoder(path: str):
    """The encoder of an exported graph, called like the module."""
    import openvino

    compiled = openvino.Core().compile_model(path, "CPU", {"INFERENCE_PRECISION_HINT": "f32"})
    return lambda picture: torch.from_numpy(compiled([picture.cpu().contiguous().numpy()])[0].copy())


def mirrored(facts: dict) -> dict:
    """The facts of a mirrored picture."""
    return {**facts, "side": MIRRORED.get(facts["side"], facts["side"])} if "side" in facts else facts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--run", required=True)
    parser.add_argument("--graph", help="an exported photo_encoder.xml to encode with, instead of RUN/autoencoder.pt")
    arguments = parser.parse_args()
    run, data = Path(arguments.run), Path(arguments.data)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    encoder = shipped_encoder(arguments.graph) if arguments.graph else load_encoder(run, device)
    for name in ("square", "wide", "tall"):
        files = sorted(path for path in data.glob(f"train-{name}-*.npy") if path.name.count(".") == 1)
        if not files:
            continue
        parts, facts = [], []
        for path in files:
            pictures = numpy.load(path)
            for start in range(0, len(pictures), 50):
                batch = torch.from_numpy(pictures[start : start + 50]).to(device).permute(0, 3, 1, 2).float() / 255
                with torch.no_grad(), torch.autocast(device, torch.bfloat16):
                    pair = torch.stack([encoder(batch), encoder(batch.flip(3))], dim=1)
                parts.append(pair.half().cpu().numpy())
            facts += json.loads(path.with_suffix(".json").read_text())
        stack = numpy.concatenate(parts)
        numpy.save(run / f"latents-{name}.npy", stack)
        (run / f"facts-{name}.json").write_text(json.dumps(facts))
        print(name, stack.shape, "mean", float(stack.mean(dtype=numpy.float64)), "deviation", float(stack.std(dtype=numpy.float64)), flush=True)


if __name__ == "__main__":
    main()
