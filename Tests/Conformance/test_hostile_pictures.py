"""Small files that ask for much: texts that unfold, pictures that cannot be decoded in strips, extreme shapes."""

from __future__ import annotations

import io
import struct
import threading
import zlib
from pathlib import Path

import httpx2
import pytest
from PIL import Image

from api import EDITS, Api, fresh_prompt
from conftest import StartServer
from harness import Server
from pictures import encode, png_chunk, png_file

pytestmark = pytest.mark.alone

GIBIBYTE = 1 << 30
MIBIBYTE = 1 << 20


def unfolding(count: int) -> bytes:
    """A zlib stream of `count` zeros, a thousandth as long."""
    packer = zlib.compressobj(9)
    piece = bytes(MIBIBYTE)
    return b"".join(packer.compress(piece) for _ in range(count // MIBIBYTE)) + packer.flush()


@pytest.fixture(scope="module")
def stream() -> bytes:
    """What a bomb is made of: 1 MB that is a gigabyte."""
    return unfolding(GIBIBYTE)


def bomb(kind: bytes, stream: bytes) -> bytes:
    """A small picture with a chunk that unfolds to a gigabyte."""
    heads = {b"zTXt": b"Comment\0\0", b"iTXt": b"XML:com.adobe.xmp\0\1\0\0\0", b"iCCP": b"profile\0\0"}
    rows = (b"\0" + bytes(range(64)) * 3 for _ in range(64))
    return png_file(64, 64, 8, 2, rows, [png_chunk(kind, heads[kind] + stream)])


def verify(server: Server, content: bytes, kind: str = "image/png") -> httpx2.Response:
    headers = {"Content-Type": kind}
    return httpx2.post(f"{server.url}/v1/verify", content=content, headers=headers, timeout=120, trust_env=False)


def resident(server: Server, field: str) -> float:
    """`VmRSS` or `VmHWM`, in MiB."""
    status = Path(f"/proc/{server.pid}/status").read_text()
    return int(status.split(f"{field}:")[1].split()[0]) / 1024


@pytest.mark.parametrize("kind", [b"zTXt", b"iTXt", b"iCCP"])
def test_a_megabyte_that_unfolds_to_a_gigabyte_costs_what_its_pixels_cost(
    server: Server, stream: bytes, kind: bytes
) -> None:
    file = bomb(kind, stream)
    verify(server, bomb(kind, unfolding(MIBIBYTE)))
    before = processor_seconds(server)
    response = verify(server, file)
    spent = processor_seconds(server) - before
    assert response.status_code == 200, response.text
    assert spent < 1.5, f"{spent:.1f} s of processor time"


def processor_seconds(server: Server) -> float:
    """What the server has spent so far."""
    fields = Path(f"/proc/{server.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def interlaced(side: int) -> bytes:
    """A square of 16-bit colour and transparency, interlaced, all black: eight bytes a pixel, none of them in strips."""
    passes = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))
    packer = zlib.compressobj(6)
    packed = []
    for left, top, across, down in passes:
        row = b"\0" + bytes(-(-(side - left) // across) * 8)
        packed += [packer.compress(row) for _ in range(-(-(side - top) // down))]
    body = b"".join(packed) + packer.flush()
    header = struct.pack(">IIBBBBB", side, side, 16, 6, 0, 0, 1)
    return b"\x89PNG\r\n\x1a\n" + png_chunk(b"IHDR", header) + png_chunk(b"IDAT", body) + png_chunk(b"IEND", b"")


def test_pictures_that_cannot_be_decoded_in_strips_share_a_budget(start_server: StartServer) -> None:
    budget = 96
    server = start_server({"images": {"memory-budget-mib": budget}})
    large, fitting = interlaced(4_000), interlaced(3_000)
    refused = verify(server, large)
    assert refused.status_code == 400 and f"at most {budget} MiB" in refused.text, refused.text
    assert verify(server, fitting).status_code == 200
    before = resident(server, "VmRSS")
    with Api(server.url, server.create_key()) as api:
        answers: list[int] = []

        def send(number: int) -> None:
            # A text makes each another file.
            file = fitting[:-12] + png_chunk(b"tEXt", b"n\0%d" % number) + fitting[-12:]
            files = {"image": ("photo.png", file, "image/png")}
            data = {"prompt": fresh_prompt(), "size": "256x256", "quality": "low"}
            answers.append(api.http.post(EDITS, files=files, data=data, timeout=300).status_code)

        threads = [threading.Thread(target=send, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert answers == [200] * 6
    # Six at once would take 6 x 69 MiB.
    assert resident(server, "VmHWM") - before < 3 * budget


@pytest.mark.parametrize("size", [(64, 12_000), (99_999, 1_000), (1_080, 30_000), (1, 1), (1, 10_000)])
@pytest.mark.parametrize("role", ["photo", "style", "mask", "verify"])
def test_extreme_shapes_are_refused_with_a_sentence(
    server: Server, api: Api, photos: dict[str, Image.Image], size: tuple[int, int], role: str
) -> None:
    width, height = size
    channels = 4 if role == "mask" else 3
    file = png_file(width, height, 8, 6 if channels == 4 else 2, (bytes(1 + width * channels) for _ in range(height)))
    if role == "verify":
        response = verify(server, file)
    else:
        odd = ("odd.png", file, "image/png")
        good = ("photo.jpg", encode(photos["coffee"], longer=256), "image/jpeg")
        files = {
            "photo": [("image", odd)],
            "style": [("image[]", good), ("image[]", odd)],
            "mask": [("image", good), ("mask", odd)],
        }[role]
        response = api.http.post(EDITS, files=files, data={"prompt": fresh_prompt(), "partial_images": "2", "stream": "true"})
    assert response.status_code == 400, response.text
    assert f"{width} x {height} pixels" in response.json()["error"]["message"]


def test_the_thinnest_picture_that_is_taken_is_painted(api: Api, photos: dict[str, Image.Image]) -> None:
    for size in ((64, 1_024), (3_200, 200), (32, 512)):
        buffer = io.BytesIO()
        photos["coffee"].resize(size).save(buffer, "PNG")
        for fields in ({}, {"size": "512x512"}, {"partial_images": "3", "stream": "true"}, {"quality": "low"}):
            files = {"image": ("thin.png", buffer.getvalue(), "image/png")}
            response = api.http.post(EDITS, files=files, data={"prompt": fresh_prompt()} | fields, timeout=120)
            assert response.status_code == 200, (size, fields, response.text[:500])
            assert '"error"' not in response.text, (size, fields, response.text[:500])
