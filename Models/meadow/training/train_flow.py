"""Trains the flow network on latents.

    python -m training.train_flow --run RUN --minutes 60

Resumes from RUN/flow.pt; the log is RUN/flow.csv. Hidden matrices are trained with Muon (orthogonalised momentum, Jordan and
others 2024), everything else with Adam; the weights that are kept are a moving
average. The rate is constant and falls to nothing over the last 45 % of the time.
"""

import argparse
import copy
import json
import time
from pathlib import Path

import numpy
import torch
from torch import nn

from . import conditions, crew as crews
from .flow import Flow
from .latents import mirrored
from .muon import Muon


class Latents:
    """Batches of latents of one shape with their conditions."""

    def __init__(self, run: Path, seed: int):
        self.rng = numpy.random.default_rng(seed)
        self.parts = {}
        for name in ("square", "wide", "tall"):
            path = run / f"latents-{name}.npy"
            if path.exists():
                self.parts[name] = (numpy.load(path, mmap_mode="r"), json.loads((run / f"facts-{name}.json").read_text()))
        # Wide and tall pictures cost half as much again and teach little that squares do not.
        counts = numpy.array([len(facts) * (1.0 if name == "square" else 0.35) for name, (_, facts) in self.parts.items()])
        self.shares = counts / counts.sum()

    def batch(self, count: int, silent: float = 0.1) -> tuple[torch.Tensor, torch.Tensor]:
        name = list(self.parts)[int(self.rng.choice(len(self.parts), p=self.shares))]
        stack, facts = self.parts[name]
        picked = numpy.sort(self.rng.integers(0, len(stack), count))
        flips = self.rng.integers(0, 2, count)
        latents = numpy.stack([stack[index, flip] for index, flip in zip(picked, flips)]).astype(numpy.float32)
        said = numpy.stack([
            conditions.as_read(mirrored(facts[index]) if flip else facts[index], self.rng, silent) for index, flip in zip(picked, flips)
        ])
        return torch.from_numpy(latents), torch.from_numpy(said)


def optimizers(model: nn.Module, muon_rate: float, adam_rate: float, crew: crews.Crew):
    matrices = [p for name, p in model.named_parameters() if name.startswith("layers.") and p.ndim == 2 and "table" not in name]
    chosen = {id(p) for p in matrices}
    others = [p for p in model.parameters() if id(p) not in chosen]
    return [Muon(matrices, lr=muon_rate, crew=crew), torch.optim.AdamW(others, lr=adam_rate, betas=(0.9, 0.98), weight_decay=0.0, fused=True)]


def times(count: int, device) -> torch.Tensor:
    """Where between noise and picture to look: mostly in the middle, a little everywhere."""
    t = torch.sigmoid(torch.randn(count, device=device) * 1.0 - 0.2)
    return torch.where(torch.rand(count, device=device) < 0.15, torch.rand(count, device=device), t)


def train(crew: crews.Crew, arguments: argparse.Namespace) -> None:
    torch.manual_seed(arguments.seed)
    run = Path(arguments.run)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    shape = dict(width=arguments.width, depth=arguments.depth, heads=arguments.heads)
    checkpoint = run / "flow.pt"
    saved = torch.load(checkpoint, map_location=device) if checkpoint.exists() else None
    if saved:
        shape = saved["shape"]
    model = Flow(**shape).to(device)
    average = copy.deepcopy(model).requires_grad_(False)
    both = optimizers(model, arguments.muon_rate, arguments.adam_rate, crew)
    step, spent = 0, 0.0
    if saved:
        model.load_state_dict(saved["raw"])
        average.load_state_dict(saved["model"])
        # A warm start has none.
        for optimizer, state in zip(both, saved["optimizers"] or []):
            optimizer.load_state_dict(state)
        step, spent = saved["step"], saved["seconds"]
    rates = [arguments.muon_rate, arguments.adam_rate]
    # Every process sees pictures of its own, and noise of its own.
    latents = Latents(run, arguments.seed + crew.size * step + crew.rank)
    torch.manual_seed(arguments.seed + 1000 * (step + 1) + crew.rank)
    log = (run / "flow.csv").open("a")
    began, last_save, mean_loss = time.time() - spent, time.time(), None

    def save() -> None:
        state = dict(
            shape=shape, raw=model.state_dict(), model=average.state_dict(), optimizers=[o.state_dict() for o in both], step=step,
            seconds=time.time() - began,
        )
        torch.save(state, run / "flow.part")
        (run / "flow.part").replace(checkpoint)

    while True:
        share = crew.agree((time.time() - began) / 60 / arguments.minutes)
        if share >= 1:
            break
        factor = min(1.0, (step + 1) / 100, (1 - share) / 0.45)
        for optimizer, rate in zip(both, rates):
            for group in optimizer.param_groups:
                group["lr"] = rate * max(0.01, factor)
        picture, said = (part.to(device) for part in latents.batch(arguments.batch // crew.size))
        noise, t = torch.randn_like(picture), times(len(picture), device)
        at = t[:, None, None, None]
        with torch.autocast(device, torch.bfloat16):
            velocity = model((1 - at) * noise + at * picture, t, torch.zeros_like(t), said)
        loss = (velocity.float() - (picture - noise)).square().mean()
        for optimizer in both:
            optimizer.zero_grad(set_to_none=True)
        loss.backward()
        crew.mean([parameter.grad for parameter in model.parameters() if parameter.grad is not None])
        torch.nn.utils.clip_grad_norm_(model.parameters(), 2.0)
        for optimizer in both:
            optimizer.step()
        step += 1
        keep = min(0.998, (step + 1) / (step + 20))
        with torch.no_grad():
            torch._foreach_lerp_(list(average.parameters()), list(model.parameters()), 1 - keep)
        mean_loss = loss.item() if mean_loss is None else 0.98 * mean_loss + 0.02 * loss.item()
        if crew.rank > 0:
            continue
        if step % 20 == 0:
            log.write(f"{step},{time.time() - began:.0f},{mean_loss:.5f},{factor:.3f}\n")
            log.flush()
        if time.time() - last_save > 120:
            save()
            last_save = time.time()
    if crew.rank == 0:
        save()
        print(f"{step} steps, loss {mean_loss:.4f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run", required=True)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--batch", type=int, default=48)
    parser.add_argument("--width", type=int, default=256)
    parser.add_argument("--depth", type=int, default=8)
    parser.add_argument("--heads", type=int, default=4)
    parser.add_argument("--muon-rate", type=float, default=0.02)
    parser.add_argument("--adam-rate", type=float, default=1.5e-3)
    parser.add_argument("--processes", type=int, default=0, help="0: one for each core, or one on a GPU")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    crews.run(train, arguments, arguments.processes)


if __name__ == "__main__":
    main()
