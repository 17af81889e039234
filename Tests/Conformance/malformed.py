"""A thousand ways to be wrong, made from a seed: bad pictures, bombs, odd forms, bad JSON, no HTTP."""

from __future__ import annotations

import base64
import io
import json
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from PIL import Image

from api import EDITS
from pictures import data_url, encode, mask_with_hole, png_chunk, png_file, resized
from rawhttp import BOUNDARY, form, head, part

FORMATS = ("JPEG", "PNG", "WEBP", "AVIF")
MULTIPART = f"multipart/form-data; boundary={BOUNDARY}"
KIBIBYTE = 1 << 10

ODD_PATHS = (
    "/v1/jobs/%00",
    "/v1/jobs/..%2f..%2fetc",
    "/v1/jobs/%zz",
    "/v1/jobs/" + "j" * 100_000,
    "/v1/jobs?limit=-1",
    "/v1/jobs?limit=99999999999999999999",
    "/v1/jobs?after=%ff",
    "/v1/jobs?" + "a=b&" * 20_000,
    "/v1/models/%F0%9F%8E%A8",
    "/pictures/../../etc/passwd",
    "/pictures/%2e%2e/x",
    "/pictures/x?expires=1e99&signature=%00",
    "//",
    "*",
    "http://example.com/",
)


@dataclass(frozen=True)
class Case:
    """One request as it goes over the wire.

    `is_image`: the fault is in a picture, and a picture's fault must be found quickly.
    `hang_up`: the server would rightly wait for more, so our half is closed after the last byte.
    `may_close`: this is not HTTP enough to deserve an answer; closing the connection is one.
    """

    name: str
    payload: bytes
    is_image: bool = False
    hang_up: bool = False
    may_close: bool = False


class Maker:
    """Makes cases for one account. All randomness comes from one seed, so a failure can be made again."""

    def __init__(self, key: str, seed: int, photo: Image.Image) -> None:
        self.random = random.Random(seed)
        self.files = {format: encode(photo, format) for format in FORMATS}
        self.photo = photo
        self._key = key
        self._count = 0

    def thousand(self) -> list[Case]:
        """All kinds, filled up with bit flips to a thousand, in random order."""
        kinds: list[Callable[[], Iterable[Case]]] = [
            self.truncations,
            self.bombs,
            self.wrong_types,
            self.damaged_masks,
            self.odd_forms,
            self.bad_json,
            self.odd_heads,
            self.lies_about_length,
            self.bad_chunks,
            self.noise,
        ]
        cases = [case for kind in kinds for case in kind()]
        assert len(cases) < 1000, f"{len(cases)} cases leave no room for bit flips"
        cases += [self.bit_flip() for _ in range(1000 - len(cases))]
        self.random.shuffle(cases)
        return cases

    # Requests

    def request(
        self,
        body: bytes,
        media_type: str = MULTIPART,
        *,
        method: str = "POST",
        path: str = EDITS,
        **headers: str,
    ) -> bytes:
        """A complete request; keyword arguments replace headers (with `_` for `-`), an empty one removes."""
        wanted = {
            "Host": "127.0.0.1",
            "Authorization": f"Bearer {self._key}",
            "Connection": "close",
            "Prefer": "respond-async",
            "Content-Type": media_type,
            "Content-Length": str(len(body)),
        }
        wanted |= {name.replace("_", "-"): value for name, value in headers.items()}
        return head(method, path, {name: value for name, value in wanted.items() if value}) + body

    def fields(self, **replaced: str) -> list[bytes]:
        """The text parts of an edit; the prompt is new each time, so that no two requests are one job."""
        self._count += 1
        wanted = {"prompt": f"broken crockery {self._count}", "quality": "low"} | replaced
        return [part(name, value.encode()) for name, value in wanted.items()]

    def image_case(self, name: str, data: bytes, role: str = "image") -> Case:
        """A well-formed request around a bad picture, as the photo, as the style or as the mask."""
        good = part("image[]" if role == "style" else "image", self.files["JPEG"], "photo.jpg", "image/jpeg")
        bad = part({"style": "image[]"}.get(role, role), data, "bad.bin", "application/octet-stream")
        parts = [bad] if role == "image" else [good, bad]
        return Case(f"{name} as {role}", self.request(form(*self.fields(), *parts)), is_image=True)

    # Pictures

    def truncations(self) -> Iterable[Case]:
        """Files cut short anywhere, more often near their beginning, where the headers are."""
        for format, data in self.files.items():
            for _ in range(50):
                length = int(len(data) * self.random.random() ** 2)
                yield self.image_case(f"{format} cut to {length} bytes", data[:length])

    def bit_flip(self) -> Case:
        """A file with one to a few hundred bits turned over; many still decode, and that is fine."""
        format, data = self.random.choice(list(self.files.items()))
        count = self.random.choice((1, 2, 8, 64, 512))
        damaged = bytearray(data)
        reach = self.random.choice((64, 1024, len(damaged)))
        for _ in range(count):
            damaged[self.random.randrange(min(reach, len(damaged)))] ^= 1 << self.random.randrange(8)
        return self.image_case(
            f"{format} with {count} bits flipped in the first {reach} bytes", bytes(damaged)
        )

    def bombs(self) -> Iterable[Case]:
        """Small files that ask for gigabytes."""
        zeros = bytes(64 * KIBIBYTE)
        row = bytes(20_001)
        webp = self.files["WEBP"]
        files = {
            "a PNG that claims 30000x30000": png_file(30_000, 30_000, 8, 6, [zeros]),
            "a PNG that claims 2^31-1 squared": png_file(2**31 - 1, 2**31 - 1, 16, 6, [zeros]),
            "a PNG that claims 9999x9999 at 64 bits a pixel": png_file(9_999, 9_999, 16, 6, [zeros]),
            "a PNG of 20000x20000 zeros": png_file(20_000, 20_000, 8, 0, (row for _ in range(20_000))),
            "a PNG with more pixels than it claims": png_file(64, 64, 8, 0, (row for _ in range(5_000))),
            "a PNG of no width": png_file(0, 64, 8, 2, [zeros]),
            "a PNG of a bit depth that is none": png_file(64, 64, 7, 2, [zeros]),
            "a PNG of a colour type that is none": png_file(64, 64, 8, 5, [zeros]),
            "a PNG with a text of 100 MB": self.png_with(b"zTXt", b"Comment\0\0", 100),
            "a PNG with a profile of 100 MB": self.png_with(b"iCCP", b"profile\0\0", 100),
            "a PNG with a chunk longer than the file": self.files["PNG"][:33] + b"\x7f\xff\xff\xffIDAT",
            "a PNG of one pixel": png_file(1, 1, 8, 2, [bytes(4)]),
            "a PNG of 1x20000": png_file(1, 20_000, 8, 0, (bytes(2) for _ in range(20_000))),
            "a PNG of 20000x1": png_file(20_000, 1, 8, 0, [row]),
            "a WebP with a huge canvas": self.webp_canvas(webp, 16_384, 16_384),
            "a WebP with the hugest canvas": self.webp_canvas(webp, 1 << 24, 1 << 24),
            "a lossless WebP that claims 16384x16384": self.webp_lossless(16_384, 16_384),
            "a WebP that claims 4 GB": webp[:4] + b"\xff\xff\xff\xff" + webp[8:],
            "a JPEG that claims 65500x65500": self.jpeg_of(65_500, 65_500),
            "a JPEG that claims 9000x9000": self.jpeg_of(9_000, 9_000),
            "a JPEG of no height": self.jpeg_of(64, 0),
            "an AVIF that claims 65536x65536": self.avif_of(65_536, 65_536),
            "an AVIF that claims 2^32-1 squared": self.avif_of(2**32 - 1, 2**32 - 1),
        }
        for name, data in files.items():
            for role in ("image", "mask") if "PNG" in name else ("image", "style"):
                yield self.image_case(name, data, role)

    def png_with(self, kind: bytes, start: bytes, megabytes: int) -> bytes:
        """A small PNG that carries an auxiliary chunk which unpacks to a great many zeros."""
        packer = zlib.compressobj(9)
        packed = b"".join(packer.compress(bytes(1_000_000)) for _ in range(megabytes)) + packer.flush()
        rows = (b"\0" + bytes(3 * 64) for _ in range(64))
        return png_file(64, 64, 8, 2, rows, [png_chunk(kind, start + packed)])

    def webp_canvas(self, webp: bytes, width: int, height: int) -> bytes:
        """The extended form, with a canvas that has nothing to do with the frame in it."""
        sides = struct.pack("<I", width - 1)[:3] + struct.pack("<I", height - 1)[:3]
        chunks = b"VP8X" + struct.pack("<I", 10) + bytes(4) + sides + webp[12:]
        return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks

    def webp_lossless(self, width: int, height: int) -> bytes:
        """A lossless header with noise behind it."""
        sides = struct.pack("<I", (width - 1) | (height - 1) << 14)
        content = b"\x2f" + sides + self.random.randbytes(2000)
        chunk = b"VP8L" + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)
        return b"RIFF" + struct.pack("<I", len(chunk) + 4) + b"WEBP" + chunk

    def jpeg_of(self, width: int, height: int) -> bytes:
        """A real JPEG with other sides in its frame header."""
        data = self.files["JPEG"]
        frame = data.index(b"\xff\xc0")
        return data[: frame + 5] + struct.pack(">HH", height, width) + data[frame + 9 :]

    def avif_of(self, width: int, height: int) -> bytes:
        """A real AVIF with other sides in its properties."""
        data = self.files["AVIF"]
        sides = data.index(b"ispe") + 8
        return data[:sides] + struct.pack(">II", width, height) + data[sides + 8 :]

    def wrong_types(self) -> Iterable[Case]:
        """Files that are something else, in each of the three places."""
        small = resized(self.photo, 64)
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
            opened.writestr("bomb", bytes(1_000_000))
        files = {
            "an SVG": b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9"/></svg>',
            "an SVG that reads files": b'<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/hostname">]><svg>&x;</svg>',
            "an SVG that laughs": billion_laughs(),
            "an SVG of a million pixels": b'<svg xmlns="http://www.w3.org/2000/svg" width="1e6"/>',
            "a PDF": encode(small, "PDF"),
            "a GIF": encode(small, "GIF"),
            "a TIFF": encode(small, "TIFF"),
            "a BMP": encode(small, "BMP"),
            "an ICO": encode(small, "ICO"),
            "a PPM": encode(small, "PPM"),
            "a TGA": encode(small, "TGA"),
            "a JPEG 2000": encode(small, "JPEG2000"),
            "a page": b"<!doctype html><title>404</title><p>Not found",
            "a ZIP": archive.getvalue(),
            "a text": b"A picture is worth a thousand words. " * 100,
            "JSON": b'{"image": null}',
            "nothing": b"",
            "one byte": b"\xff",
            "zeros": bytes(10_000),
            "noise": self.random.randbytes(10_000),
            "the start of a PNG": b"\x89PNG\r\n\x1a\n",
            "the start of a JPEG": b"\xff\xd8\xff\xe0",
            "the start of a WebP": b"RIFF\x00\x00\x00\x00WEBP",
            "the start of an AVIF": b"\0\0\0\x20ftypavif",
            "a program": b"\x7fELF\x02\x01\x01" + bytes(500),
            "a script for ImageMagick": b"push graphic-context\nfill 'url(https://127.0.0.1/x.jpg\"|id)'\n",
        }
        for name, data in files.items():
            for role in ("image", "style", "mask"):
                yield self.image_case(name, data, role)

    def damaged_masks(self) -> Iterable[Case]:
        """Masks that were good before they were sent."""
        mask = encode(mask_with_hole(self.photo.size, (8, 8, 90, 90)), "PNG")
        for _ in range(20):
            length = self.random.randrange(len(mask))
            yield self.image_case(f"a mask cut to {length} bytes", mask[:length], "mask")
        for _ in range(20):
            damaged = bytearray(mask)
            damaged[self.random.randrange(len(mask))] ^= 1 << self.random.randrange(8)
            yield self.image_case("a mask with a bit flipped", bytes(damaged), "mask")

    # Forms

    def odd_forms(self) -> Iterable[Case]:
        """Forms that no browser sends, each around a good photo."""
        for _ in range(4):
            for name, (body, media_type) in self.forms().items():
                yield Case(name, self.request(body, media_type))

    def forms(self) -> dict[str, tuple[bytes, str]]:
        """Bodies and what they are said to be."""
        photo = part("image", self.files["JPEG"], "photo.jpg", "image/jpeg")
        good = form(*self.fields(), photo)
        separator = f"--{BOUNDARY}".encode()
        nested = part("image", form(photo), None, MULTIPART)
        large_head = part("image", b"x", "f" * 64 * KIBIBYTE, "image/jpeg")
        many = [part(f"field-{number}", b"x") for number in range(2_000)]
        cut = self.random.randrange(len(good))
        return {
            "a form without a boundary": (good, "multipart/form-data"),
            "a form with an empty boundary": (good, "multipart/form-data; boundary="),
            "a form with another boundary": (good, "multipart/form-data; boundary=another"),
            "a form with a boundary of 10 KB": (good, f"multipart/form-data; boundary={'b' * 10 * KIBIBYTE}"),
            "a form with an odd boundary": (good, 'multipart/form-data; boundary="\\"\\\\;,"'),
            "a form of another multipart kind": (good, f"multipart/mixed; boundary={BOUNDARY}"),
            "a form that does not end": (good.removesuffix(b"--\r\n"), MULTIPART),
            "a form cut anywhere": (good[:cut], MULTIPART),
            "a form in a form": (form(*self.fields(), nested), MULTIPART),
            "a form with line feeds only": (good.replace(b"\r\n", b"\n"), MULTIPART),
            "a form with carriage returns only": (good.replace(b"\r\n", b"\r"), MULTIPART),
            "a part without a name": (good.replace(b'; name="image"', b""), MULTIPART),
            "a part with an empty name": (good.replace(b'name="image"', b'name=""'), MULTIPART),
            "a part whose name does not end": (good.replace(b'name="image"', b'name="image'), MULTIPART),
            "a part without a disposition": (separator + b"\r\n\r\nx\r\n" + good, MULTIPART),
            "a part without a head": (separator + b"\r\nx\r\n" + good, MULTIPART),
            "a part with a head of 64 KB": (form(*self.fields(), large_head), MULTIPART),
            "a part with 1,000 head lines": (
                good.replace(b"Content-Type", b"X: y\r\n" * 1000 + b"C", 1),
                MULTIPART,
            ),
            "a form of 2,000 parts": (form(*self.fields(), *many, photo), MULTIPART),
            "a form of 2,000 photos": (form(*self.fields(), *[part("image", b"x", "x")] * 2_000), MULTIPART),
            "a form of separators": ((separator + b"\r\n") * 3_000, MULTIPART),
            "a form of nothing": (b"", MULTIPART),
            "a form of one end": (separator + b"--", MULTIPART),
            "a form with noise before it": (self.random.randbytes(5_000) + b"\r\n" + good, MULTIPART),
            "a form with noise after it": (good + self.random.randbytes(5_000), MULTIPART),
            "a prompt that is no text": (form(part("prompt", b"\xff\xfe\xfa"), photo), MULTIPART),
            "a prompt with zeros": (form(part("prompt", b"a\0b"), photo), MULTIPART),
            "a prompt of 5 MB": (form(part("prompt", b"a" * 5_000_000), photo), MULTIPART),
            "a prompt that is a photo": (form(part("prompt", self.files["JPEG"], "p.jpg"), photo), MULTIPART),
            "two prompts": (form(*self.fields(), part("prompt", b"another"), photo), MULTIPART),
            "a photo that is text": (form(*self.fields(), part("image", b"photo.jpg")), MULTIPART),
            "base64 that is announced": (self.announced_base64(), MULTIPART),
            "a number with 10,000 digits": (form(*self.fields(n="9" * 10_000), photo), MULTIPART),
            "a size of 10,000 digits": (form(*self.fields(size="9" * 10_000 + "x16"), photo), MULTIPART),
        }

    def announced_base64(self) -> bytes:
        """A transfer encoding that RFC 7578 has taken out of forms."""
        photo = part("image", base64.b64encode(self.files["JPEG"]), "photo.jpg", "image/jpeg")
        return form(
            *self.fields(), photo.replace(b"\r\n\r\n", b"\r\nContent-Transfer-Encoding: base64\r\n\r\n", 1)
        )

    # JSON

    def bad_json(self) -> Iterable[Case]:
        """Bodies that are no JSON, or JSON of another shape."""
        for name, body in (self.json_texts() | self.json_documents()).items():
            for path in (EDITS, "/v1/images/generations"):
                yield Case(f"{name} to {path}", self.request(body, "application/json", path=path))

    def json_texts(self) -> dict[str, bytes]:
        """Texts that no serializer makes."""
        url = data_url(self.files["JPEG"]).encode()
        good = b'{"prompt": "p", "quality": "low", "images": [{"image_url": "' + url + b'"}]'
        return {
            "no JSON": b"",
            "white space": b" \n\t" * 1000,
            "a brace": b"{",
            "100,000 brackets": b"[" * 100_000,
            "100,000 nested objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
            "100,000 brackets in a field": good + b', "x": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
            "NaN": good + b', "n": NaN}',
            "infinity": good + b', "n": Infinity}',
            "a number too large": good + b', "n": 1e999}',
            "a number of 100,000 digits": good + b', "n": ' + b"1" * 100_000 + b"}",
            "minus nothing": good + b', "n": -}',
            "lone surrogates": good.replace(b'"p"', b'"\\ud800 \\udfff"') + b"}",
            "a bad escape": good.replace(b'"p"', b'"\\x41"') + b"}",
            "a raw control character": good.replace(b'"p"', b'"a\x01b"') + b"}",
            "an escaped zero": good.replace(b'"p"', b'"a\\u0000b"') + b"}",
            "bytes that are no text": good.replace(b'"p"', b'"\xff\xc0\x80"') + b"}",
            "UTF-16": (good + b"}").decode().encode("utf-16"),
            "a byte order mark": b"\xef\xbb\xbf" + good + b"}",
            "a comma too many": good + b",}",
            "a comment": good + b"/* p */}",
            "something after the end": good + b"} {}",
            "the same field twice": good + b', "prompt": "q", "n": 1, "n": 11}',
            "100,000 fields": b"{" + b",".join(b'"f%d":1' % number for number in range(100_000)) + b"}",
            "half of it": good[: len(good) // 2],
            "a million lists in a field nobody reads": good + b', "x": [' + b"[]," * 1_000_000 + b"[]]}",
            "a style of 5 MB": good + b', "style": "' + b"vivid " * 900_000 + b'"}',
            "a user of 5 MB": good + b', "user": "' + b"u" * 5_000_000 + b'"}',
            "a key of 1 MB": good + b', "' + b"k" * 1_000_000 + b'": 1}',
        }

    def json_documents(self) -> dict[str, bytes]:
        """Well-formed JSON that means nothing here."""
        url = data_url(self.files["JPEG"])
        images = [{"image_url": url}]
        good: dict[str, Any] = {"prompt": "p", "quality": "low", "images": images}
        documents: dict[str, Any] = {
            "null": None,
            "a list": [],
            "a string": "prompt",
            "a number": 7,
            "a prompt that is an object": good | {"prompt": {"text": "p"}},
            "a prompt that is a number": good | {"prompt": 7},
            "a prompt of emoji": good | {"prompt": "👩‍🎨" * 20_000},
            "images that are text": good | {"images": url},
            "images that are an object": good | {"images": {"image_url": url}},
            "images that are null": good | {"images": [None, None]},
            "seventeen images": good | {"images": images * 17},
            "an image without a link": good | {"images": [{}]},
            "an image with an object for a link": good | {"images": [{"image_url": {"url": url}}]},
            "an image by file id": good | {"images": [{"file_id": "file-1"}]},
            "a file's link": good | {"images": [{"image_url": "file:///etc/hostname"}]},
            "a link into the house": good | {"images": [{"image_url": "http://127.0.0.1:1/x.png"}]},
            "a data URL of nothing": good | {"images": [{"image_url": "data:image/png;base64,"}]},
            "a data URL without base64": good | {"images": [{"image_url": "data:image/png,%89PNG"}]},
            "a data URL cut short": good | {"images": [{"image_url": "data:"}]},
            "bad base64": good | {"images": [{"image_url": url[:-40] + "****" + url[-36:]}]},
            "base64 with a wrong end": good | {"images": [{"image_url": url.rstrip("=") + "==="}]},
            "base64 with spaces": good | {"images": [{"image_url": url.replace("A", "A \n")}]},
            "n that is true": good | {"n": True},
            "n that is a text": good | {"n": "many"},
            "n that is a list": good | {"n": [1]},
            "n of a half": good | {"n": 0.5},
            "a size that is a list": good | {"size": [512, 512]},
            "a quality that is a number": good | {"quality": 1},
            "a stream that is a text": good | {"stream": "yes"},
            "partial images that are a text": good | {"stream": True, "partial_images": "all"},
            "a mask that is text": good | {"mask": url},
            "a mask that is empty": good | {"mask": {}},
            "a model that is an object": good | {"model": {"id": "restyle"}},
            "a model that is a path": good | {"model": "../../etc/passwd"},
        }
        return {name: json.dumps(document).encode() for name, document in documents.items()}

    # HTTP

    def odd_heads(self) -> Iterable[Case]:
        """Good bodies behind heads that are too large, contradict themselves or mean nothing."""
        for name, headers in self.odd_headers().items():
            photo = part("image", self.files["JPEG"], "photo.jpg", "image/jpeg")
            yield Case(name, self.request(form(*self.fields(), photo), **headers), may_close=True)
        for path in ODD_PATHS:
            for method in ("GET", "DELETE", "BREW", "get"):
                yield Case(
                    f"{method} {path[:40]}", self.request(b"", "", method=method, path=path), may_close=True
                )
        good = self.request(b"", "", method="GET", path="/v1/models")
        mangled = {
            "HTTP of the future": good.replace(b"HTTP/1.1", b"HTTP/9.9", 1),
            "HTTP without a version": good.replace(b" HTTP/1.1", b"", 1),
            "HTTP/2 by surprise": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + self.random.randbytes(200),
            "TLS by surprise": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + self.random.randbytes(500),
            "a head with line feeds only": good.replace(b"\r\n", b"\n"),
            "a head with a zero": good.replace(b"Prefer", b"Pre\0fer"),
            "a folded head": good.replace(b"Prefer: ", b"Prefer:\r\n "),
            "a head line without a colon": good.replace(b"Prefer: ", b"Prefer "),
            "a head without a host": good.replace(b"Host: 127.0.0.1\r\n", b""),
            "a request after garbage": b"\r\n\r\n\r\n" + good,
            "half a head": good[: len(good) // 2],
        }
        for name, payload in mangled.items():
            yield Case(name, payload, hang_up=True, may_close=True)

    def odd_headers(self) -> dict[str, dict[str, str]]:
        """Headers to put in place of good ones."""
        return {
            "a header of 64 KB": {"X_Large": "x" * 64 * KIBIBYTE},
            "a header of 1 MB": {"X_Large": "x" * 1024 * KIBIBYTE},
            "a thousand headers": {f"X_{number}": "x" * 50 for number in range(1_000)},
            "a key of 64 KB": {"Authorization": "Bearer hs_" + "k" * 64 * KIBIBYTE},
            "a key that is no text": {"Authorization": "Bearer hs_\udcff\udcfe"},
            "an idempotency key of 300 characters": {"Idempotency_Key": "k" * 300},
            "an idempotency key of a blank": {"Idempotency_Key": " "},
            "an idempotency key that is no ASCII": {"Idempotency_Key": "schlüssel"},
            "a wait of no number": {"Prefer": "wait=soon"},
            "a wait of less than nothing": {"Prefer": "wait=-1"},
            "a wait without end": {"Prefer": "wait=99999999999999999999"},
            "a wait of 1e99": {"Prefer": "wait=1e99, respond-async"},
            "a thousand preferences": {"Prefer": "respond-async, " + "x=y, " * 1_000},
            "a preference in quotes": {"Prefer": 'respond-async; x="'},
            "an event id of no number": {"Last_Event_ID": "yesterday"},
            "a type of nonsense": {"Content_Type": ";;;=,"},
            "a type with a bad character set": {"Content_Type": "application/json; charset=utf-7"},
            "an expectation nobody meets": {"Expect": "a-pony"},
            "a compressed body that is none": {"Content_Encoding": "gzip"},
            "an upgrade to nowhere": {"Connection": "Upgrade", "Upgrade": "websocket"},
            "a host that is none": {"Host": "\t,@:99999"},
        }

    def lies_about_length(self) -> Iterable[Case]:
        """Lengths that contradict the body, each other or arithmetic."""
        for _ in range(4):
            body = form(*self.fields(), part("image", self.files["JPEG"], "photo.jpg"))
            lengths = {
                "a length too short": str(len(body) // 2),
                "a length too long": str(len(body) + 100_000),
                "a length of a terabyte": str(10**12),
                "a length that overflows": str(2**64 + 5),
                "a length below zero": "-5",
                "a length of no number": "many",
                "a length in hexadecimal": "0x10",
                "a length of none": "0",
            }
            for name, length in lengths.items():
                yield Case(name, self.request(body, Content_Length=length), hang_up=True, may_close=True)
            two = self.request(body).replace(b"Content-Length", b"Content-Length: 5\r\nContent-Length", 1)
            yield Case("two lengths", two, hang_up=True, may_close=True)
            both = self.request(body, Transfer_Encoding="chunked")
            yield Case("a length and chunks", both, hang_up=True, may_close=True)

    def bad_chunks(self) -> Iterable[Case]:
        """Chunked bodies that break their own rules, at routes of each kind."""
        for _ in range(2):
            bodies = {
                "chunks of noise": self.random.randbytes(3_000),
                "a chunk with a size of no number": b"zz\r\nabc\r\n0\r\n\r\n",
                "a chunk with a huge size": b"ffffffffffffffffff\r\nabc\r\n",
                "a chunk below zero": b"-1\r\nabc\r\n0\r\n\r\n",
                "a chunk shorter than it says": b"ff\r\nabc\r\n0\r\n\r\n",
                "a chunk without its line end": b"3\r\nabcdef0\r\n\r\n",
                "chunks that do not end": b"3\r\nabc\r\n" * 50,
                "ten thousand chunks of a byte": b"1\r\na\r\n" * 10_000 + b"0\r\n\r\n",
                "an extension of 64 KB": b"3;" + b"x" * 64 * KIBIBYTE + b"\r\nabc\r\n0\r\n\r\n",
                "trailers of 64 KB": b"3\r\nabc\r\n0\r\nX: " + b"x" * 64 * KIBIBYTE + b"\r\n\r\n",
            }
            for name, body in bodies.items():
                for method, path in (("POST", EDITS), ("GET", "/healthz"), ("POST", "/v1/guests")):
                    top = self.request(
                        b"", method=method, path=path, Transfer_Encoding="chunked", Content_Length=""
                    )
                    yield Case(f"{name} to {path}", top + body, hang_up=True, may_close=True)

    def noise(self) -> Iterable[Case]:
        """Bytes of no meaning, some behind a beginning that promises one."""
        starts = (
            b"",
            b"GET ",
            b"POST /v1/images/edits HTTP/1.1\r\n",
            b"GET / HTTP/1.1\r\n\r\n",
            b"\0",
            b"\r\n" * 500,
        )
        for number in range(60):
            size = self.random.choice((1, 10, 1_000, 100_000))
            payload = starts[number % len(starts)] + self.random.randbytes(size)
            yield Case(f"{size} bytes of noise", payload, hang_up=True, may_close=True)


def billion_laughs() -> bytes:
    """The XML that unfolds to gigabytes of laughter."""
    entities = ['<!ENTITY l0 "lol">']
    entities += [f'<!ENTITY l{level} "{f"&l{level - 1};" * 10}">' for level in range(1, 10)]
    return f"<!DOCTYPE svg [{''.join(entities)}]><svg><text>&l9;</text></svg>".encode()
