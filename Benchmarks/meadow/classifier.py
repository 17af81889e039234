"""The judge: a network that tells time, season, weather, place and subject of a picture.

Trained on pictures of the painter that the model has never seen (numbers from 10,000,000 on); the last fifth of them is kept to
measure the judge itself.

    python Benchmarks/meadow/classifier.py --data DATA --out JUDGE.pt --minutes 4
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy
import torch
from torch import nn
from torch.nn import functional

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "Models/meadow"))

from painter.scene import GROUPS  # noqa: E402
from training.autoencoder import Residual  # noqa: E402
from training.latents import mirrored  # noqa: E402
from training.muon import Muon  # noqa: E402

JUDGED = ("time", "season", "weather", "place", "subject")
SIDE = 128
"""Pixels of a side that the judge looks at."""


class Judge(nn.Module):
    """B x 3 x 128 x 128 in 0…1 -> scores of every value of every group, and 256 features."""

    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(
            nn.PixelUnshuffle(2), nn.Conv2d(12, 48, 3, padding=1), nn.BatchNorm2d(48), nn.SiLU(),
            nn.Conv2d(48, 64, 2, stride=2), Residual(64), nn.BatchNorm2d(64),
            nn.Conv2d(64, 128, 2, stride=2), Residual(128), nn.BatchNorm2d(128),
            nn.Conv2d(128, 192, 2, stride=2), Residual(192), Residual(192), nn.BatchNorm2d(192), nn.SiLU(),
        )
        # Where things are does not matter, that they are does: the mean and the strongest answer of each channel.
        self.features = nn.Linear(2 * 192, 256)
        self.heads = nn.ModuleDict({name: nn.Linear(256, len(values)) for name, values in GROUPS.items()})

    def forward(self, picture):
        h = self.body(picture * 2 - 1)
        features = functional.silu(self.features(torch.cat([h.mean(dim=(2, 3)), h.amax(dim=(2, 3))], dim=1)))
        return {name: head(features) for name, head in self.heads.items()}, features


def load(path: Path) -> Judge:
    judge = Judge()
    judge.load_state_dict(torch.load(path, map_location="cpu"))
    return judge.eval()


def looked_at(pictures: numpy.ndarray) -> torch.Tensor:
    """N x H x W x 3 bytes -> what the judge looks at."""
    batch = torch.from_numpy(numpy.ascontiguousarray(pictures)).permute(0, 3, 1, 2).float() / 255
    return functional.interpolate(batch, size=(SIDE, SIDE), mode="area")


@torch.no_grad()
def judge_all(judge: Judge, pictures: numpy.ndarray, batch: int = 100) -> tuple[dict[str, numpy.ndarray], numpy.ndarray]:
    """The most likely value's index of every group, and the features."""
    found: dict[str, list] = {name: [] for name in GROUPS}
    features = []
    for start in range(0, len(pictures), batch):
        scores, part = judge(looked_at(pictures[start : start + batch]))
        features.append(part.numpy())
        for name, value in scores.items():
            found[name].append(value.argmax(1).numpy())
    return {name: numpy.concatenate(parts) for name, parts in found.items()}, numpy.concatenate(features)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--minutes", type=float, default=4)
    arguments = parser.parse_args()
    torch.manual_seed(3)
    rng = numpy.random.default_rng(3)
    files = sorted(path for path in Path(arguments.data).glob("test-square-*.npy") if path.name.count(".") == 1)
    pictures = torch.cat([looked_at(numpy.load(path)) for path in files]).half()
    facts = [fact for path in files for fact in json.loads(path.with_suffix(".json").read_text())]
    kept = len(facts) * 4 // 5

    def labels(facts: dict) -> list[int]:
        return [values.index(facts[name]) if name in facts else -100 for name, values in GROUPS.items()]

    straight, turned = torch.tensor([labels(fact) for fact in facts]), torch.tensor([labels(mirrored(fact)) for fact in facts])
    judge = Judge()
    inner = [p for name, p in judge.named_parameters() if p.ndim == 4 and p.shape[1] >= 32]
    chosen = {id(p) for p in inner}
    both = [Muon(inner, lr=0.01), torch.optim.AdamW([p for p in judge.parameters() if id(p) not in chosen], lr=2e-3, weight_decay=0.01)]
    began, step = time.time(), 0
    while (share := (time.time() - began) / 60 / arguments.minutes) < 1:
        for optimizer, rate in zip(both, (0.01, 2e-3)):
            for group in optimizer.param_groups:
                group["lr"] = rate * min(1, (step + 1) / 30, (1 - share) / 0.7)
        picked = torch.from_numpy(rng.integers(0, kept, 64))
        batch, wanted = pictures[picked].float(), straight[picked]
        if rng.random() < 0.5:
            batch, wanted = batch.flip(3), turned[picked]
        shift = [int(value) for value in rng.integers(-8, 9, 2)]
        batch = functional.pad(batch, (8, 8, 8, 8), mode="reflect")[:, :, 8 + shift[0] : 8 + shift[0] + SIDE, 8 + shift[1] : 8 + shift[1] + SIDE]
        # Generated pictures are softer than painted ones: the judge must not mind.
        if rng.random() < 0.5:
            batch = functional.interpolate(functional.avg_pool2d(batch, 2), size=(SIDE, SIDE), mode="bilinear", align_corners=False)
        with torch.autocast("cpu", torch.bfloat16):
            scores, _ = judge(batch)
        loss = sum(functional.cross_entropy(scores[name].float(), wanted[:, index], label_smoothing=0.05, ignore_index=-100) for index, name in enumerate(GROUPS))
        for optimizer in both:
            optimizer.zero_grad(set_to_none=True)
        loss.backward()
        for optimizer in both:
            optimizer.step()
        step += 1
        if step % 50 == 0:
            print(f"{step} {time.time() - began:.0f} s, loss {loss.item():.3f}", flush=True)
    judge.eval()
    torch.save(judge.state_dict(), arguments.out)
    with torch.no_grad():
        right = {name: 0 for name in GROUPS}
        for start in range(kept, len(facts), 100):
            scores, _ = judge(pictures[start : start + 100].float())
            for index, name in enumerate(GROUPS):
                right[name] += int((scores[name].argmax(1) == straight[start : start + 100, index]).sum())
    for index, name in enumerate(GROUPS):
        count = int((straight[kept:, index] >= 0).sum())
        print(f"the judge itself, {name}: {right[name] / count:.4f} of {count}")


if __name__ == "__main__":
    main()
