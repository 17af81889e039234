"""Real photos, the ways to encode them, and how alike two pictures are."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp", "AVIF": "avif", "HEIF": "heic"}
MEDIA_TYPES = {name: f"image/{name.lower()}" for name in EXTENSIONS} | {"HEIF": "image/heic"}

File = tuple[str, bytes, str]


def load_photos() -> dict[str, Image.Image]:
    """Ten photos that come inside the test packages, so that no run depends on a download."""
    import matplotlib
    import skimage.data
    import sklearn.datasets

    scikit_image = Path(skimage.data.__file__).parent
    scikit_learn = Path(sklearn.datasets.__file__).parent / "images"
    paths = {
        "astronaut": scikit_image / "astronaut.png",
        "chelsea": scikit_image / "chelsea.png",
        "coffee": scikit_image / "coffee.png",
        "rocket": scikit_image / "rocket.jpg",
        "motorcycle": scikit_image / "motorcycle_left.png",
        "hubble": scikit_image / "hubble_deep_field.jpg",
        "brick": scikit_image / "brick.png",
        "china": scikit_learn / "china.jpg",
        "flower": scikit_learn / "flower.jpg",
        "hopper": Path(matplotlib.get_data_path()) / "sample_data" / "grace_hopper.jpg",
    }
    return {name: bare(Image.open(path)) for name, path in paths.items()}


def bare(picture: Image.Image) -> Image.Image:
    """The pixels alone.

    A colour profile in a photo's file would be saved along, applied by the server, and passed over by the
    package that it is compared with.
    """
    return Image.fromarray(np.asarray(picture.convert("RGB")))


def resized(photo: Image.Image, longer: int) -> Image.Image:
    """The photo with its longer side brought to `longer`, up or down."""
    scale = longer / max(photo.size)
    return photo.resize((round(photo.width * scale), round(photo.height * scale)), Image.Resampling.LANCZOS)


def encode(photo: Image.Image, format: str = "JPEG", longer: int | None = None, **options: Any) -> bytes:
    """The photo as a file of the given format."""
    if format == "HEIF":
        import pillow_heif

        pillow_heif.register_heif_opener()
    buffer = io.BytesIO()
    (resized(photo, longer) if longer else photo).save(buffer, format, **options)
    return buffer.getvalue()


def as_file(data: bytes, format: str = "JPEG") -> File:
    """The tuple the official client takes for an upload."""
    return (f"photo.{EXTENSIONS[format]}", data, MEDIA_TYPES[format])


def upload(photo: Image.Image, format: str = "JPEG", longer: int | None = None, **options: Any) -> File:
    """Encode and name a photo in one step."""
    return as_file(encode(photo, format, longer, **options), format)


def data_url(data: bytes, media_type: str = "image/jpeg") -> str:
    """A file as the JSON form carries it."""
    return f"data:{media_type};base64,{base64.b64encode(data).decode()}"


def decode(data: bytes | str) -> Image.Image:
    """A picture that came back, fully decoded so that a truncated one cannot pass."""
    raw = base64.b64decode(data, validate=True) if isinstance(data, str) else data
    picture = Image.open(io.BytesIO(raw))
    picture.load()
    return picture


def pixels(picture: Image.Image) -> np.ndarray:
    """Height × width × RGB, wide enough for differences."""
    return np.asarray(picture.convert("RGB"), dtype=np.int16)


def difference(one: Image.Image, other: Image.Image, where: np.ndarray | None = None) -> float:
    """Mean absolute difference of the channels (0 to 255), where the mask is true."""
    distance = np.abs(pixels(one) - pixels(other)).mean(axis=2)
    return float(distance[where].mean() if where is not None else distance.mean())


def psnr(one: Image.Image, other: Image.Image) -> float:
    """Peak signal-to-noise ratio in decibels; infinite for identical pictures."""
    assert one.size == other.size, f"{one.size} and {other.size} cannot be compared"
    error = float(np.square((pixels(one) - pixels(other)).astype(np.float64)).mean())
    return float("inf") if error == 0 else 10 * float(np.log10(255**2 / error))


def mask_with_hole(size: tuple[int, int], hole: tuple[int, int, int, int]) -> Image.Image:
    """A mask that is opaque everywhere but in `hole` (left, top, right, bottom)."""
    mask = Image.new("RGBA", size, (0, 0, 0, 255))
    mask.paste((0, 0, 0, 0), hole)
    return mask


def noise(width: int, height: int, mode: str = "RGB", seed: int = 7) -> Image.Image:
    """A picture that no encoder can make small."""
    shape = (height, width, len(mode))
    return Image.fromarray(np.random.default_rng(seed).integers(0, 256, shape, dtype=np.uint8), mode)


def grainy(photo: Image.Image, strength: float, seed: int = 7) -> Image.Image:
    """The photo under normally distributed noise, of so many levels."""
    grain = np.random.default_rng(seed).normal(0, strength, (photo.height, photo.width, 3))
    return Image.fromarray(np.clip(pixels(photo) + grain, 0, 255).astype(np.uint8))


def png_chunk(kind: bytes, content: bytes) -> bytes:
    """One chunk with a checksum that holds."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png_file(
    width: int, height: int, depth: int, colour: int, rows: Iterable[bytes], extra: Iterable[bytes] = ()
) -> bytes:
    """A PNG made by hand: Pillow writes neither 16-bit colour nor headers that lie.

    `rows` are the scan lines with their filter bytes; they are compressed as they come, so a bomb
    costs the one who makes it no memory.
    """
    packer = zlib.compressobj(6)
    packed = b"".join(packer.compress(row) for row in rows) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    chunks = [png_chunk(b"IHDR", header), *extra, png_chunk(b"IDAT", packed), png_chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def sixteen_bit_png(photo: Image.Image) -> bytes:
    """The photo with 16 bits a channel."""
    wide = (pixels(photo).astype(np.uint32) * 257).astype(">u2")
    return png_file(photo.width, photo.height, 16, 2, (b"\0" + row.tobytes() for row in wide))
