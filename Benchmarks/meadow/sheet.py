"""Sheets of pictures for the eye.

    python Benchmarks/meadow/sheet.py painter --out Docs/Images/meadow-painter.jpg
    python Benchmarks/meadow/sheet.py model --out Docs/Images/meadow-64.jpg [--quality max]

"painter": 48 of the painter's pictures. "model": what the built heatsink makes of the 64 prompts of
Models/meadow/words/sheet-prompts.txt, seed 1, each beside the painter's own picture of the facts that were meant.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

import cv2
import numpy

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Models/meadow"))

from painter import scene  # noqa: E402

SIDE = 160


def small(picture: numpy.ndarray) -> numpy.ndarray:
    return cv2.resize(picture, (SIDE, SIDE), interpolation=cv2.INTER_AREA)


def framed(tile: numpy.ndarray, text: str = "") -> numpy.ndarray:
    """A tile with room below for its words."""
    result = numpy.full((tile.shape[0] + (26 if text else 4), tile.shape[1] + 6, 3), 250, dtype=numpy.uint8)
    result[2 : 2 + tile.shape[0], 3 : 3 + tile.shape[1]] = tile
    for line, part in enumerate([text[:52], text[52:104]]):
        cv2.putText(result, part, (4, tile.shape[0] + 12 + 10 * line), cv2.FONT_HERSHEY_SIMPLEX, 0.31, (60, 60, 60), 1, cv2.LINE_AA)
    return result


def laid_out(tiles: list[numpy.ndarray], columns: int) -> numpy.ndarray:
    rows = [numpy.hstack(tiles[start : start + columns]) for start in range(0, len(tiles), columns)]
    return numpy.vstack([row for row in rows if row.shape[1] == rows[0].shape[1]])


def possible(facts: dict[str, str], rng: numpy.random.Generator) -> dict[str, str]:
    """Facts that were meant, completed by chance to what the painter can paint."""
    for _ in range(20_000):
        chosen = scene.choose_facts(rng)
        if all(chosen.get(name) == value for name, value in facts.items() if name not in ("colour", "side")):
            return {**chosen, **{name: value for name, value in facts.items() if name in chosen}}
    # The painter never paints this pair: without the subject.
    return possible({name: value for name, value in facts.items() if name != "subject"}, rng)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", choices=["painter", "model"])
    parser.add_argument("--out", required=True)
    parser.add_argument("--quality", default="max")
    parser.add_argument("--heatsink", default=str(ROOT / ".build/release/heatsink"))
    arguments = parser.parse_args()
    rng = numpy.random.default_rng(2025)
    tiles = []
    if arguments.what == "painter":
        tiles = [framed(small(scene.paint(scene.choose_facts(rng), int(rng.integers(1 << 40))))) for _ in range(48)]
        sheet = laid_out(tiles, 8)
    else:
        words = ROOT / "Models/meadow/words"
        wishes = [(wish["prompt"], wish["facts"]) for wish in json.loads((words / "sheet-facts.json").read_text())]
        with tempfile.TemporaryDirectory() as folder:
            for index, (prompt, facts) in enumerate(wishes):
                path = Path(folder) / f"{index}.png"
                subprocess.run(
                    [arguments.heatsink, "generate", prompt, "--seed", "1", "--quality", arguments.quality, "--size", "512x512", "-o", str(path)],
                    check=True, capture_output=True, cwd=ROOT,
                )
                made = cv2.imread(str(path))[:, :, ::-1]
                painted = scene.paint(possible(facts, rng), 1000 + index)
                tiles.append(framed(numpy.hstack([small(made), small(painted)]), prompt.encode("ascii", "replace").decode()))
                print(f"{index + 1}/{len(wishes)} {prompt}", flush=True)
        sheet = laid_out(tiles, 4)
    cv2.imwrite(arguments.out, sheet[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 86])


if __name__ == "__main__":
    main()
