"""Trains the head that turns a latent into a picture of twice the size. The rest of the decoder stays as it is.

    python -m training.train_large --data DATA --run RUN --minutes 6
"""

import argparse
import math
import time
from pathlib import Path

import numpy
import torch
from torch.nn import functional

from .autoencoder import CELL, Decoder, LargeDecoder, detail_loss
from .latents import load_encoder
from .muon import Muon

CELLS = 8
"""Cells of a side of a crop."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--run", required=True)
    parser.add_argument("--minutes", type=float, default=6)
    parser.add_argument("--batch", type=int, default=16)
    arguments = parser.parse_args()
    torch.manual_seed(4)
    rng = numpy.random.default_rng(4)
    run = Path(arguments.run)
    encoder = load_encoder(run)
    decoder = Decoder()
    decoder.load_state_dict(torch.load(run / "autoencoder.pt", map_location="cpu")["decoder"])
    large = LargeDecoder(decoder).to(memory_format=torch.channels_last)
    decoder.requires_grad_(False)
    stacks = [numpy.load(path, mmap_mode="r") for path in sorted(Path(arguments.data).glob("train-square-*.large.npy"))]
    inner = [p for p in large.large.parameters() if p.ndim == 4]
    both = [Muon(inner, lr=0.005), torch.optim.AdamW([p for p in large.large.parameters() if p.ndim != 4], lr=1e-3)]
    torch.nn.init.zeros_(large.large.body[3].weight)
    began, step, mean = time.time(), 0, None
    while (share := (time.time() - began) / 60 / arguments.minutes) < 1:
        for optimizer, rate in zip(both, (0.005, 1e-3)):
            for group in optimizer.param_groups:
                group["lr"] = rate * min(1, (step + 1) / 20, (1 - share) / 0.6)
        crops = []
        for _ in range(arguments.batch):
            stack = stacks[int(rng.integers(len(stacks)))]
            side = 2 * CELL * CELLS
            y, x = (int(rng.integers(0, (stack.shape[axis] - side) // 32 + 1)) * 32 for axis in (1, 2))
            crops.append(stack[int(rng.integers(len(stack))), y : y + side, x : x + side])
        wanted = torch.from_numpy(numpy.stack(crops)).permute(0, 3, 1, 2).float() / 255
        with torch.autocast("cpu", torch.bfloat16):
            with torch.no_grad():
                latent = encoder(functional.avg_pool2d(wanted, 2))
                features = decoder.trunk((latent + 0.06 * torch.randn_like(latent)).to(memory_format=torch.channels_last))
                small = functional.interpolate(decoder.head(features).float(), scale_factor=2, mode="bilinear", align_corners=False) / 2 + 0.5
            made = small + large.large(features).float() / 2
        loss = detail_loss(made, wanted)
        for optimizer in both:
            optimizer.zero_grad(set_to_none=True)
        loss.backward()
        for optimizer in both:
            optimizer.step()
        step += 1
        error = functional.mse_loss(made.detach(), wanted).item()
        mean = error if mean is None else 0.97 * mean + 0.03 * error
        if step % 20 == 0:
            before = functional.mse_loss(small, wanted).item()
            print(f"{step} {time.time() - began:.0f} s, {-10 * math.log10(mean):.2f} dB (without the head in this batch {-10 * math.log10(before):.2f})", flush=True)
    torch.save({"model": large.state_dict()}, run / "large.pt")


if __name__ == "__main__":
    main()
