"""Trains the autoencoder on crops of painted pictures.

    python -m training.train_autoencoder --data DATA --out RUN --minutes 15

Resumes from RUN/autoencoder.pt. The log is RUN/autoencoder.csv.
"""

import argparse
import copy
import math
import time
from pathlib import Path

import numpy
import torch
from torch.nn import functional

from .autoencoder import Decoder, Encoder, detail_loss
from .muon import Muon

CROP = 128
NOISE = 0.12
"""Standard deviation of what is added to a latent before it is decoded, while training."""


def crops(files: list[Path], count: int, rng: numpy.random.Generator) -> torch.Tensor:
    """Random crops of random pictures, half of them mirrored: count x 3 x CROP x CROP in 0…1."""
    pictures = []
    for path in rng.choice(len(files), 4):
        stack = numpy.load(files[path], mmap_mode="r")
        for _ in range(count // 4):
            y, x = (int(rng.integers(0, (stack.shape[axis] - CROP) // 2 + 1)) * 2 for axis in (1, 2))
            crop = stack[int(rng.integers(len(stack))), y : y + CROP, x : x + CROP]
            pictures.append(crop[:, ::-1] if rng.random() < 0.5 else crop)
    return torch.from_numpy(numpy.stack(pictures)).permute(0, 3, 1, 2).float() / 255


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--minutes", type=float, default=15)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--muon-rate", type=float, default=0.01)
    parser.add_argument("--freeze-encoder", action="store_true", help="train the decoder alone: latents stay what they are")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    rng = numpy.random.default_rng(arguments.seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    out = Path(arguments.out)
    out.mkdir(parents=True, exist_ok=True)
    encoder, decoder = (module.to(device, memory_format=torch.channels_last) for module in (Encoder(), Decoder()))
    step, checkpoint = 0, out / "autoencoder.pt"
    if checkpoint.exists():
        saved = torch.load(checkpoint, map_location=device)
        encoder.load_state_dict(saved["encoder"])
        decoder.load_state_dict(saved["raw"])
        step = saved["step"]
    average = copy.deepcopy(decoder)
    if checkpoint.exists():
        average.load_state_dict(saved["decoder"])
    if arguments.freeze_encoder:
        encoder.eval().requires_grad_(False)
    parameters = [p for p in [*encoder.parameters(), *decoder.parameters()] if p.requires_grad]
    # Inner convolutions as matrices; what touches pixels, and biases, by Adam.
    inner = [p for p in parameters if p.ndim == 4 and min(p.shape[0], p.shape[1]) >= 32]
    chosen = {id(p) for p in inner}
    both = [
        Muon(inner, lr=arguments.muon_rate),
        torch.optim.AdamW([p for p in parameters if id(p) not in chosen], lr=arguments.rate, betas=(0.9, 0.95), weight_decay=0.0, fused=True),
    ]
    files = sorted(path for path in Path(arguments.data).glob("train-*.npy") if not path.name.endswith((".large.npy", ".part.npy")))
    began, smooth_error, log = time.time(), None, (out / "autoencoder.csv").open("a")

    def save() -> None:
        state = {"encoder": encoder.state_dict(), "decoder": average.state_dict(), "raw": decoder.state_dict(), "step": step}
        torch.save(state, out / "autoencoder.part")
        (out / "autoencoder.part").replace(checkpoint)

    first = step
    while True:
        share = (time.time() - began) / 60 / arguments.minutes
        if share >= 1:
            break
        factor = min(1, (step - first + 1) / 30) * (0.02 + 0.98 * (0.5 + 0.5 * math.cos(math.pi * share)))
        for optimizer, rate in zip(both, (arguments.muon_rate, arguments.rate)):
            for group in optimizer.param_groups:
                group["lr"] = rate * factor
        picture = crops(files, arguments.batch, rng).to(device, memory_format=torch.channels_last)
        with torch.autocast(device, torch.bfloat16):
            latent = encoder(picture)
            made = decoder(latent + NOISE * torch.randn_like(latent) * torch.rand(len(latent), 1, 1, 1, device=device))
        loss = detail_loss(made.float(), picture)
        for optimizer in both:
            optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        for optimizer in both:
            optimizer.step()
        step += 1
        with torch.no_grad():
            keep = min(0.995, step / (step + 10))
            for a, b in zip(average.parameters(), decoder.parameters()):
                a.lerp_(b, 1 - keep)
            error = functional.mse_loss(made.float(), picture).item()
        smooth_error = error if smooth_error is None else 0.97 * smooth_error + 0.03 * error
        if step % 20 == 0:
            log.write(f"{step},{time.time() - began:.0f},{loss.item():.5f},{-10 * math.log10(smooth_error):.2f},{factor:.3f}\n")
            log.flush()
        if step % 200 == 0:
            save()
    save()
    print(f"{step} steps, {-10 * math.log10(smooth_error):.2f} dB")


if __name__ == "__main__":
    main()
