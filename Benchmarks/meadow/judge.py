"""Measures what meadow paints: are the asked-for facts in the picture, how near are the pictures to the painter's, is any copied?

    python Benchmarks/meadow/judge.py --data DATA --judge JUDGE.pt --count 1000

Pictures are made with the graphs that are shipped (Models/meadow), by the same steps that the server takes
(training/sampling.py is its reference). --data is needed for the distance to held-out pictures and the search for copies.
"""

import argparse
import json
import sys
import time
from pathlib import Path

import numpy
import openvino
import torch

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "Models/meadow"), str(ROOT / "Models/meadow/words"), str(Path(__file__).resolve().parent)]

import classifier  # noqa: E402
from painter.scene import GROUPS, choose_facts  # noqa: E402
from training import conditions, sampling  # noqa: E402

MODEL = ROOT / "Models/meadow"


class Graphs:
    """The shipped graphs, called like PyTorch modules."""

    def __init__(self, precision: str = "f32"):
        self.core, self.precision, self.compiled = openvino.Core(), precision, {}

    def __call__(self, name: str):
        if name not in self.compiled:
            self.compiled[name] = self.core.compile_model(MODEL / f"{name}.xml", "CPU", {"INFERENCE_PRECISION_HINT": self.precision})
        compiled = self.compiled[name]
        return lambda *inputs: torch.from_numpy(compiled([numpy.ascontiguousarray(value.numpy()) for value in inputs])[0].copy())


def rungs() -> dict[str, dict]:
    manifest = json.loads((MODEL / "model.json").read_text())
    return {rung["name"]: {**rung, **manifest["flow"]["rungs"][rung["name"]]} for rung in manifest["ladder"]["rungs"]}


def generate(graphs: Graphs, said: numpy.ndarray, rung: dict, seed: int = 1, batch: int = 25, side: int = 16) -> numpy.ndarray:
    """One picture for each condition: N x 256 x 256 x 3 bytes."""
    pictures = []
    for start in range(0, len(said), batch):
        seeds = [seed * 1_000_003 + start + index for index in range(len(said[start : start + batch]))]
        part = torch.from_numpy(numpy.stack([conditions.completed(row, own) for row, own in zip(said[start : start + batch], seeds)]))
        noise = numpy.stack([sampling.noise(own, (16, side, side)) for own in seeds])
        latent = sampling.sample(
            graphs(rung["network"]), part, torch.from_numpy(noise), rung["steps"], rung["sampler"], rung["guidance"], rung.get("shift", 1.0),
            spans=rung["network"] == "fast",
        )
        made = graphs("decoder")(latent)
        pictures.append((made.permute(0, 2, 3, 1).numpy() * 255 + 0.5).astype(numpy.uint8))
    return numpy.concatenate(pictures)


def accuracy(found: dict[str, numpy.ndarray], asked: list[dict[str, str]]) -> dict[str, float]:
    """How often the judge finds what was asked for, by group, over the pictures whose prompt says that group."""
    result, all_right, all_count = {}, 0, 0
    for name in classifier.JUDGED:
        pairs = [(GROUPS[name][found[name][index]], facts[name]) for index, facts in enumerate(asked) if name in facts]
        right = sum(a == b for a, b in pairs)
        result[name] = right / max(1, len(pairs))
        all_right, all_count = all_right + right, all_count + len(pairs)
    result["all asked for"] = all_right / all_count
    return result


def frechet(a: numpy.ndarray, b: numpy.ndarray) -> float:
    """Distance of two clouds of features as normal distributions (Heusel and others 2017, arXiv:1706.08500)."""
    mean = ((a.mean(0) - b.mean(0)) ** 2).sum()
    one, two = numpy.cov(a, rowvar=False), numpy.cov(b, rowvar=False)
    values, vectors = numpy.linalg.eigh(one)
    root = (vectors * numpy.sqrt(numpy.clip(values, 0, None))) @ vectors.T
    middle = numpy.linalg.eigvalsh(root @ two @ root)
    return float(mean + numpy.trace(one) + numpy.trace(two) - 2 * numpy.sqrt(numpy.clip(middle, 0, None)).sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data")
    parser.add_argument("--judge", required=True)
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--precision", default="bf16", help="arithmetic of the networks; the server computes in f32 (default: %(default)s)")
    parser.add_argument("--rungs", help="only these, separated by commas")
    parser.add_argument("--wordings", default="captions,paraphrases")
    parser.add_argument("--json", help="write the figures here, too")
    parser.add_argument("--sheet", help="write the nearest neighbours here as a picture")
    arguments = parser.parse_args()
    judge, graphs, results = classifier.load(Path(arguments.judge)), Graphs(arguments.precision), {}
    rng = numpy.random.default_rng(77)
    facts = [choose_facts(rng) for _ in range(arguments.count)]
    asked = {"exact": (numpy.stack([conditions.exact(fact) for fact in facts]), facts)}
    if arguments.wordings:
        import captions
        import reference

        reader = reference.load()
        for name in arguments.wordings.split(","):
            texts = [getattr(captions, name)(fact, rng, 1)[0] for fact in facts]
            asked[name] = (reader.conditions([text for text, _ in texts]).astype(numpy.float32), [said for _, said in texts])
    held_out = features_of_held_out = None
    if arguments.data:
        files = sorted(path for path in Path(arguments.data).glob("test-square-*.npy") if path.name.count(".") == 1)
        held_out = numpy.concatenate([numpy.load(path) for path in files])[-arguments.count :]
        found, features_of_held_out = classifier.judge_all(judge, held_out)
        truth = [fact for path in files for fact in json.loads(path.with_suffix(".json").read_text())][-arguments.count :]
        results["the painter itself"] = accuracy(found, truth)
        print("the painter itself", results["the painter itself"], flush=True)
    chosen = rungs()
    if arguments.rungs:
        chosen = {name: chosen[name] for name in arguments.rungs.split(",")}
    last = None
    for name, rung in chosen.items():
        for wording, (said, wanted) in asked.items():
            began = time.time()
            pictures = generate(graphs, said, rung)
            found, features = classifier.judge_all(judge, pictures)
            figures = accuracy(found, wanted)
            if features_of_held_out is not None:
                figures["Fréchet distance"] = frechet(features, features_of_held_out)
            results[f"{name}, {wording}"] = figures
            print(f"{name}, {wording} ({time.time() - began:.0f} s)", {key: round(value, 4) for key, value in figures.items()}, flush=True)
            if wording == "exact":
                last = (pictures, features)
    if arguments.data and last:
        results["copies"] = copies(judge, Path(arguments.data), last, held_out, features_of_held_out, arguments.sheet)
        print("copies", results["copies"])
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")


def copies(judge, data: Path, made, held_out, features_of_held_out, sheet: str | None) -> dict[str, float]:
    """How near generated pictures are to training pictures, beside how near held-out pictures are to them."""
    files = sorted(path for path in data.glob("train-square-*.npy") if path.name.count(".") == 1)
    trained = numpy.concatenate([classifier.judge_all(judge, numpy.load(path, mmap_mode="r"))[1] for path in files])
    per_file = [len(numpy.load(path, mmap_mode="r")) for path in files]

    def nearest(features: numpy.ndarray) -> tuple[numpy.ndarray, numpy.ndarray]:
        squares = (trained**2).sum(1)
        distances, places = [], []
        for row in features:
            all_distances = squares - 2 * trained @ row + (row**2).sum()
            places.append(int(all_distances.argmin()))
            distances.append(float(max(0, all_distances[places[-1]]) ** 0.5))
        return numpy.array(distances), numpy.array(places)

    (generated, places), (unseen, _) = nearest(made[1]), nearest(features_of_held_out)
    if sheet:
        import cv2

        rows = []
        for index in numpy.argsort(generated)[:8]:
            place, file = int(places[index]), 0
            while place >= per_file[file]:
                place, file = place - per_file[file], file + 1
            rows.append(numpy.vstack([made[0][index], numpy.load(files[file], mmap_mode="r")[place]]))
        cv2.imwrite(sheet, numpy.hstack(rows)[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])
    return {
        "generated to nearest training picture, median": float(numpy.median(generated)), "generated, smallest": float(generated.min()),
        "held-out to nearest training picture, median": float(numpy.median(unseen)), "held-out, smallest": float(unseen.min()),
    }


if __name__ == "__main__":
    main()
