"""Edits through the official client: what goes in, what comes out, and what is said about it."""

from __future__ import annotations

import base64
import json
import math
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

import httpx2
import numpy as np
import openai
import pytest
from openai.types import ImagesResponse
from PIL import Image, ImageOps

from api import EDITS, Api, fresh_prompt
from harness import Server
from pictures import (
    EXTENSIONS,
    MEDIA_TYPES,
    as_file,
    data_url,
    decode,
    difference,
    encode,
    mask_with_hole,
    noise,
    pixels,
    psnr,
    resized,
    sixteen_bit_png,
    upload,
)

Photos = dict[str, Image.Image]

MAGIC = {
    "png": lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"),
    "jpeg": lambda data: data.startswith(b"\xff\xd8\xff"),
    "webp": lambda data: data[:4] == b"RIFF" and data[8:12] == b"WEBP",
}
# What a camera does to a scene for each EXIF orientation: the inverse of what a viewer must do.
STORED_AS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


def raw_bytes(answer: ImagesResponse, index: int = 0) -> bytes:
    """The file of one picture of an answer."""
    assert answer.data is not None
    encoded = answer.data[index].b64_json
    assert encoded is not None, "no b64_json in the answer"
    return base64.b64decode(encoded, validate=True)


def painting(answer: ImagesResponse, index: int = 0) -> Image.Image:
    """One picture of an answer, decoded."""
    return decode(raw_bytes(answer, index))


def revised(answer: ImagesResponse) -> list[str]:
    """What the server says it chose, for each picture."""
    assert answer.data is not None
    return [picture.revised_prompt or "" for picture in answer.data]


def style_named_in(text: str, styles: dict[int, str]) -> str:
    """The style that a revised prompt names; the longest, should one name contain another."""
    named = [name for name in styles.values() if name.lower() in text.lower()]
    assert named, f"no style of the model is named in {text!r}"
    return max(named, key=len)


def tiles(width: int, height: int) -> tuple[int, int]:
    """The least and the most 32 × 32 tiles a picture can be said to have, by how edges are rounded."""
    return (width // 32) * (height // 32), math.ceil(width / 32) * math.ceil(height / 32)


# One photo


def test_a_photo_comes_back_painted(strict_client: openai.OpenAI, photos: Photos) -> None:
    asked = time.time()
    answer = strict_client.images.edit(image=upload(photos["astronaut"]), prompt=fresh_prompt())
    assert answer.data is not None and len(answer.data) == 1
    assert MAGIC["png"](raw_bytes(answer)), "png is the default format"
    painted = painting(answer)
    assert painted.width == painted.height
    assert difference(painted, photos["astronaut"].resize(painted.size)) > 8, "the photo came back as it was"
    assert asked - 5 <= answer.created <= time.time() + 5
    assert answer.size == f"{painted.width}x{painted.height}"
    assert answer.output_format == "png"
    assert answer.quality in {"low", "medium", "high", "xhigh", "max"}
    assert revised(answer)[0]


def test_usage_counts_text_bytes_and_image_tiles(client: openai.OpenAI, photos: Photos) -> None:
    prompt = fresh_prompt("Ölfarben über Nacht, 夜の海")
    answer = client.images.edit(image=upload(photos["coffee"]), prompt=prompt, n=2, quality="low")
    usage, painted = answer.usage, painting(answer)
    assert usage is not None and usage.output_tokens_details is not None
    assert usage.input_tokens_details.text_tokens == math.ceil(len(prompt.encode()) / 4)
    assert usage.input_tokens_details.image_tokens > 0
    assert (
        usage.input_tokens == usage.input_tokens_details.text_tokens + usage.input_tokens_details.image_tokens
    )
    made = usage.output_tokens_details
    assert usage.output_tokens == made.image_tokens + made.text_tokens
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens
    least, most = tiles(*painted.size)
    assert 2 * least <= made.image_tokens <= 2 * most


def test_a_style_named_in_the_prompt_is_the_one_taken(
    client: openai.OpenAI, photos: Photos, styles: dict[int, str]
) -> None:
    for index in (0, max(styles) // 2, max(styles)):
        answer = client.images.edit(image=upload(photos["china"]), prompt=styles[index], quality="low")
        assert style_named_in(revised(answer)[0], styles) == styles[index]


def test_a_prompt_that_fits_no_style_gets_the_default_and_is_told_so(
    client: openai.OpenAI, photos: Photos, styles: dict[int, str]
) -> None:
    answer = client.images.edit(image=upload(photos["china"]), prompt=fresh_prompt("qwv xzzj"), quality="low")
    assert style_named_in(revised(answer)[0], styles)
    assert "default" in revised(answer)[0].lower()


@pytest.mark.parametrize("way", ["bare bytes", "open file", "path", "tuple"])
def test_every_way_the_client_uploads_a_file_works(
    client: openai.OpenAI, photos: Photos, tmp_path: Path, way: str
) -> None:
    path = tmp_path / 'a photo; with "odd" näme.jpg'
    path.write_bytes(encode(photos["flower"], longer=256))
    with path.open("rb") as opened:
        image: dict[str, Any] = {
            "bare bytes": path.read_bytes(),
            "open file": opened,
            "path": path,
            "tuple": as_file(path.read_bytes()),
        }
        answer = client.images.edit(image=image[way], prompt=fresh_prompt(), quality="low")
    assert painting(answer).width > painting(answer).height


def test_a_list_of_one_is_one_photo(client: openai.OpenAI, photos: Photos) -> None:
    answer = client.images.edit(image=[upload(photos["chelsea"])], prompt=fresh_prompt(), quality="low")
    assert painting(answer)


# Two pictures


def test_a_second_picture_is_the_style(client: openai.OpenAI, photos: Photos) -> None:
    painted = []
    for style in ("hubble", "flower"):
        images = [upload(photos["astronaut"]), upload(photos[style], longer=512)]
        answer = client.images.edit(image=images, prompt=fresh_prompt("in this style"), quality="low")
        assert revised(answer)[0]
        painted.append(painting(answer))
    assert painted[0].size == painted[1].size
    assert difference(painted[0], painted[1]) > 4, "two styles made the same picture"


def test_pictures_after_a_style_picture_fall_in_strength(client: openai.OpenAI, photos: Photos) -> None:
    images = [upload(photos["coffee"]), upload(photos["flower"])]
    answer = client.images.edit(image=images, prompt=fresh_prompt("in this style"), n=3, quality="low")
    painted = [painting(answer, index) for index in range(3)]
    assert len({picture.tobytes() for picture in painted}) == 3
    assert all(revised(answer))
    assert len(set(revised(answer))) == 3, "revised_prompt of each says which strength it has"


# The mask


def test_an_opaque_part_of_the_mask_stays_the_photo(client: openai.OpenAI, photos: Photos) -> None:
    photo, hole = photos["astronaut"], (128, 96, 384, 352)
    mask = as_file(encode(mask_with_hole(photo.size, hole), "PNG"), "PNG")
    answer = client.images.edit(image=upload(photo, "PNG"), mask=mask, prompt=fresh_prompt(), quality="max")
    painted = painting(answer)
    before = photo.resize(painted.size, Image.Resampling.LANCZOS)
    scale, edge = painted.width / photo.width, 24
    rows, columns = (np.indices((painted.height, painted.width)) / scale).astype(int)
    left, top, right, bottom = hole
    near = (left - edge < columns) & (columns < right + edge) & (top - edge < rows) & (rows < bottom + edge)
    inside = (left + edge < columns) & (columns < right - edge) & (top + edge < rows) & (rows < bottom - edge)
    assert difference(painted, before, ~near) < 3, "the opaque part was painted"
    assert difference(painted, before, inside) > 8, "the transparent part was not painted"


def test_a_photo_is_cropped_about_its_centre(client: openai.OpenAI, photos: Photos) -> None:
    """Nearly all of the mask is opaque, so the answer shows which part of the photo was kept."""
    photo = photos["coffee"]
    mask = as_file(encode(mask_with_hole(photo.size, (110, 10, 130, 30)), "PNG"), "PNG")
    answer = client.images.edit(image=upload(photo, "PNG"), mask=mask, prompt=fresh_prompt(), size="256x256")
    painted = painting(answer)
    assert painted.size == (256, 256)
    expected = ImageOps.fit(photo, (256, 256), Image.Resampling.LANCZOS)
    below = np.indices((256, 256))[0] > 64
    shifted = photo.crop((0, 0, 400, 400)).resize((256, 256), Image.Resampling.LANCZOS)
    assert difference(painted, expected, below) < 6
    assert difference(painted, expected, below) < difference(painted, shifted, below) / 2


# Size


@pytest.mark.parametrize(
    "size", ["512x512", "768x512", "512x1024", "256x256", "1024x1024", "1536x512", "16x16"]
)
def test_a_size_asked_for_is_the_size_that_comes(client: openai.OpenAI, photos: Photos, size: str) -> None:
    answer = client.images.edit(
        image=upload(photos["rocket"]), prompt=fresh_prompt(), size=size, quality="low"
    )
    painted = painting(answer)
    assert f"{painted.width}x{painted.height}" == size
    assert answer.size == size


@pytest.mark.parametrize("turned", [False, True])
def test_auto_keeps_the_shape_of_the_photo(client: openai.OpenAI, photos: Photos, turned: bool) -> None:
    photo = resized(photos["rocket"], 1600)
    photo = photo.transpose(Image.Transpose.ROTATE_90) if turned else photo
    sizes = {}
    for quality in ("low", "max"):
        answer = client.images.edit(
            image=upload(photo), prompt=fresh_prompt(), size="auto", quality=quality, output_format="jpeg"
        )
        painted = painting(answer)
        assert painted.width / painted.height == pytest.approx(photo.width / photo.height, rel=0.015)
        assert answer.size == f"{painted.width}x{painted.height}"
        sizes[quality] = max(painted.size)
    assert sizes["low"] <= sizes["max"]


# Several pictures


def test_three_pictures_are_three_styles(
    client: openai.OpenAI, photos: Photos, styles: dict[int, str]
) -> None:
    answer = client.images.edit(
        image=upload(photos["astronaut"]), prompt=fresh_prompt("soft warm pastel colours"), n=3, quality="low"
    )
    assert answer.data is not None and len(answer.data) == 3
    assert len({painting(answer, index).tobytes() for index in range(3)}) == 3
    assert len({style_named_in(text, styles) for text in revised(answer)}) == 3


def test_ten_pictures_come_in_one_answer(client: openai.OpenAI, photos: Photos) -> None:
    image = upload(photos["hopper"], longer=256)
    answer = client.images.edit(image=image, prompt=fresh_prompt(), n=10, quality="low", output_format="jpeg")
    assert answer.data is not None and len(answer.data) == 10
    assert len({painting(answer, index).tobytes() for index in range(10)}) == 10


def test_clients_at_the_same_time_each_get_their_own(client: openai.OpenAI, photos: Photos) -> None:
    names = list(photos)

    def paint(name: str) -> Image.Image:
        image = upload(photos[name], longer=320)
        return painting(client.images.edit(image=image, prompt=fresh_prompt(), quality="low"))

    with ThreadPoolExecutor(len(names)) as pool:
        for name, painted in zip(names, pool.map(paint, names), strict=True):
            shape = photos[name].width / photos[name].height
            assert painted.width / painted.height == pytest.approx(shape, rel=0.02), name


# Formats that come out


@pytest.mark.parametrize("format", ["png", "jpeg", "webp"])
def test_an_output_format_is_really_that_format(client: openai.OpenAI, photos: Photos, format: Any) -> None:
    image = upload(photos["china"])
    answer = client.images.edit(image=image, prompt=fresh_prompt(), output_format=format, quality="low")
    assert MAGIC[format](raw_bytes(answer))
    assert painting(answer).mode == "RGB"
    assert answer.output_format == format


@pytest.mark.parametrize("format", ["jpeg", "webp"])
def test_compression_makes_smaller_files(client: openai.OpenAI, photos: Photos, format: Any) -> None:
    image, prompt = upload(photos["astronaut"]), fresh_prompt()
    sizes = []
    for compression in (100, 60, 10):
        answer = client.images.edit(
            image=image, prompt=prompt, output_format=format, output_compression=compression, quality="low"
        )
        assert MAGIC[format](raw_bytes(answer))
        sizes.append(len(raw_bytes(answer)))
    assert sizes[0] > sizes[1] > sizes[2], sizes


def test_a_png_may_say_that_it_is_not_compressed_with_loss(client: openai.OpenAI, photos: Photos) -> None:
    answer = client.images.edit(
        image=upload(photos["brick"]),
        prompt=fresh_prompt(),
        output_format="png",
        output_compression=100,
        quality="low",
    )
    assert MAGIC["png"](raw_bytes(answer))


# Base64 and links


def test_base64_is_what_comes_unless_a_link_is_asked_for(client: openai.OpenAI, photos: Photos) -> None:
    for response_format in ({}, {"response_format": "b64_json"}):
        answer = client.images.edit(
            image=upload(photos["brick"]), prompt=fresh_prompt(), quality="low", extra_body=response_format
        )
        assert answer.data is not None
        assert answer.data[0].b64_json and not answer.data[0].url


def link_of_a_painting(client: openai.OpenAI, photo: Image.Image, server: Server) -> str:
    """Paint a photo and return the absolute link to the picture."""
    answer = client.images.edit(
        image=upload(photo), prompt=fresh_prompt(), response_format="url", quality="low", output_format="webp"
    )
    assert answer.data is not None
    assert answer.data[0].url and not answer.data[0].b64_json
    return urljoin(server.url, answer.data[0].url)


def test_a_link_works_without_a_key(client: openai.OpenAI, photos: Photos, server: Server) -> None:
    link = link_of_a_painting(client, photos["flower"], server)
    assert urlsplit(link).path.startswith("/pictures/")
    fetched = httpx2.get(link, trust_env=False, timeout=30)
    assert fetched.status_code == 200
    assert fetched.headers["content-type"] == "image/webp"
    assert MAGIC["webp"](fetched.content)
    assert decode(fetched.content)
    assert httpx2.get(link, trust_env=False, timeout=30).content == fetched.content, (
        "a link works more than once"
    )


def another(text: str) -> str:
    """The text with its middle character changed to another of its kind."""
    middle = len(text) // 2
    old = text[middle]
    new = {"9": "8", "z": "y", "Z": "Y"}.get(old) or (chr(ord(old) + 1) if old.isalnum() else "a")
    return text[:middle] + new + text[middle + 1 :]


def tampered_links(link: str) -> list[str]:
    """The link with each of its secrets changed by one character, and without any signature."""
    parts = urlsplit(link)
    folder, _, name = parts.path.rpartition("/")
    query = parse_qsl(parts.query)
    changed = [parts._replace(path=f"{folder}/{another(name)}"), parts._replace(query="")]
    for index, (field, value) in enumerate(query):
        other = [*query[:index], (field, another(value)), *query[index + 1 :]]
        changed.append(parts._replace(query=urlencode(other)))
    return [urlunsplit(each) for each in changed if urlunsplit(each) != link]


def test_a_tampered_link_shows_nothing(client: openai.OpenAI, photos: Photos, server: Server) -> None:
    link = link_of_a_painting(client, photos["flower"], server)
    for tampered in tampered_links(link):
        assert httpx2.get(tampered, trust_env=False, timeout=30).status_code in {403, 404}, tampered


# Quality


def test_quality_chooses_the_rung_and_the_headers_say_so(client: openai.OpenAI, photos: Photos) -> None:
    rungs = {}
    for quality in ("low", "max"):
        raw = client.images.with_raw_response.edit(
            image=upload(photos["hubble"]), prompt=fresh_prompt(), quality=quality, output_format="jpeg"
        )
        assert raw.headers["heatsink-requested-quality"] == quality
        assert raw.headers["heatsink-job"].startswith("job_")
        rungs[quality] = raw.headers["heatsink-rung"]
    assert rungs["low"] != rungs["max"]


@pytest.mark.parametrize("quality", ["low", "medium", "high", "xhigh", "max", "auto", "standard", "hd"])
def test_every_quality_the_api_ever_had_is_understood(
    strict_client: openai.OpenAI, photos: Photos, quality: Any
) -> None:
    image = upload(photos["coffee"], longer=320)
    assert painting(strict_client.images.edit(image=image, prompt=fresh_prompt(), quality=quality))


# Photos as they are found in the world


@pytest.mark.parametrize("orientation", sorted(STORED_AS))
def test_the_orientation_of_a_camera_is_honoured(
    client: openai.OpenAI, photos: Photos, styles: dict[int, str], orientation: int
) -> None:
    """Of all ways to turn the painting of the upright photo, the upright one must be the nearest."""
    photo, style = photos["rocket"], styles[0]
    upright = painting(client.images.edit(image=upload(photo, quality=95), prompt=style, quality="low"))
    exif = Image.Exif()
    exif[0x0112] = orientation
    stored = upload(photo.transpose(STORED_AS[orientation]), quality=95, exif=exif)
    painted = painting(client.images.edit(image=stored, prompt=style, quality="low"))
    turned = {None: upright} | {way: upright.transpose(way) for way in Image.Transpose}
    likeness = {way: psnr(painted, other) for way, other in turned.items() if other.size == painted.size}
    assert max(likeness, key=lambda way: likeness[way]) is None, likeness


def half_transparent(photo: Image.Image) -> bytes:
    """A PNG of which one half cannot be seen."""
    cut = photo.copy()
    cut.putalpha(mask_with_hole(photo.size, (0, 0, photo.width // 2, photo.height)).getchannel("A"))
    return encode(cut, "PNG")


def palette(photo: Image.Image) -> bytes:
    """A PNG with a palette and a transparent colour in it."""
    return encode(photo.quantize(64), "PNG", transparency=0)


ODD_PHOTOS = {
    "a PNG with alpha": lambda photo: encode(photo.convert("RGBA"), "PNG"),
    "a PNG that is half transparent": half_transparent,
    "a grey PNG with alpha": lambda photo: encode(photo.convert("LA"), "PNG"),
    "a grey PNG": lambda photo: encode(photo.convert("L"), "PNG"),
    "a PNG with a palette": palette,
    "a black and white PNG": lambda photo: encode(photo.convert("1"), "PNG"),
    "a PNG with 16 bits": sixteen_bit_png,
    "a grey PNG with 16 bits": lambda photo: encode(
        Image.fromarray(pixels(photo)[:, :, 0].astype(np.uint16) * 257), "PNG"
    ),
    "a CMYK JPEG": lambda photo: encode(photo.convert("CMYK"), "JPEG"),
    "a progressive JPEG": lambda photo: encode(photo, "JPEG", progressive=True),
    "a grey JPEG": lambda photo: encode(photo.convert("L"), "JPEG"),
    "a JPEG of the worst quality": lambda photo: encode(photo, "JPEG", quality=1),
    "a JPEG with full colour resolution": lambda photo: encode(photo, "JPEG", subsampling=0, optimize=True),
    "a WebP": lambda photo: encode(photo, "WEBP"),
    "a lossless WebP": lambda photo: encode(photo, "WEBP", lossless=True),
    "a WebP with alpha": lambda photo: encode(photo.convert("RGBA"), "WEBP"),
    "an AVIF": lambda photo: encode(photo, "AVIF"),
    "an AVIF with alpha": lambda photo: encode(photo.convert("RGBA"), "AVIF"),
    "a HEIC": lambda photo: encode(photo, "HEIF"),
    "pure noise": lambda photo: encode(noise(*photo.size), "PNG"),
}


@pytest.mark.parametrize("kind", ODD_PHOTOS)
def test_photos_of_every_kind_are_painted(client: openai.OpenAI, photos: Photos, kind: str) -> None:
    """All go without a name or a type, as bare bytes do: what a file is, its content says."""
    photo = photos["coffee"]
    answer = client.images.edit(image=ODD_PHOTOS[kind](photo), prompt=fresh_prompt(), quality="low")
    painted = painting(answer)
    assert painted.width / painted.height == pytest.approx(photo.width / photo.height, rel=0.015)
    assert painted.mode == "RGB", "paintings have no holes"


@pytest.mark.parametrize("format", EXTENSIONS)
def test_the_same_photo_in_every_format_is_the_same_painting(
    client: openai.OpenAI, photos: Photos, styles: dict[int, str], format: str
) -> None:
    """Guards against swapped channels, lost colour spaces and upside-down decoders."""
    photo = photos["china"]
    reference = painting(client.images.edit(image=upload(photo, "PNG"), prompt=styles[4], quality="low"))
    image = upload(photo, format, quality=95)
    painted = painting(client.images.edit(image=image, prompt=styles[4], quality="low"))
    assert psnr(painted, reference) > 18


@pytest.mark.parametrize("size", [(1, 1), (3, 500), (2000, 5), (33, 31)])
def test_a_tiny_photo_is_painted_or_refused_by_name(
    client: openai.OpenAI, photos: Photos, size: tuple[int, int]
) -> None:
    image = upload(photos["brick"].resize(size), "PNG")
    try:
        assert painting(client.images.edit(image=image, prompt=fresh_prompt(), quality="low"))
    except openai.BadRequestError as refusal:
        assert refusal.param == "image"


def test_a_photo_larger_than_any_rung_is_painted(client: openai.OpenAI, photos: Photos) -> None:
    image = upload(resized(photos["hubble"], 6000), quality=80)
    answer = client.images.edit(image=image, prompt=fresh_prompt(), quality="low", output_format="jpeg")
    assert max(painting(answer).size) <= 3840


# The JSON form


def json_edit(api: Api, **body: Any) -> ImagesResponse:
    """An edit in JSON, which this client has no method for; its types still judge the answer."""
    response = api.http.post(EDITS, json=body)
    assert response.status_code == 200, response.text[:500]
    assert response.headers["content-type"].startswith("application/json")
    return ImagesResponse.model_validate(json.loads(response.text), strict=True)


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP"])
def test_the_json_form_takes_a_data_url(api: Api, photos: Photos, format: str) -> None:
    image = data_url(encode(photos["coffee"], format), MEDIA_TYPES[format])
    answer = json_edit(
        api, images=[{"image_url": image}], prompt=fresh_prompt(), quality="low", n=1, stream=False
    )
    assert MAGIC["png"](raw_bytes(answer))


def test_the_json_form_takes_a_style_picture_and_every_field(api: Api, photos: Photos) -> None:
    images = [{"image_url": data_url(encode(photos[name], longer=320))} for name in ("coffee", "flower")]
    answer = json_edit(
        api,
        images=images,
        prompt=fresh_prompt(),
        n=2,
        size="256x256",
        quality="low",
        output_format="jpeg",
        output_compression=70,
        background="opaque",
        input_fidelity="high",
        moderation="auto",
        user="somebody",
        safety_identifier="somebody-else",
    )
    assert answer.data is not None and len(answer.data) == 2
    assert MAGIC["jpeg"](raw_bytes(answer)) and painting(answer).size == (256, 256)


def test_the_json_form_takes_a_mask(api: Api, photos: Photos) -> None:
    photo = photos["coffee"]
    mask = encode(mask_with_hole(photo.size, (0, 0, 300, 400)), "PNG")
    answer = json_edit(
        api,
        images=[{"image_url": data_url(encode(photo, "PNG"), "image/png")}],
        mask={"image_url": data_url(mask, "image/png")},
        prompt=fresh_prompt(),
        quality="low",
    )
    painted = painting(answer)
    right = np.indices((painted.height, painted.width))[1] > painted.width * 0.56
    assert difference(painted, photo.resize(painted.size, Image.Resampling.LANCZOS), right) < 4


def test_json_fields_that_are_null_are_as_if_left_out(api: Api, photos: Photos) -> None:
    """The client's own types allow null for nearly every field."""
    image = data_url(encode(photos["coffee"], longer=256))
    nothing = dict.fromkeys(
        ("model", "n", "size", "quality", "output_format", "output_compression", "background")
    )
    answer = json_edit(api, images=[{"image_url": image}], prompt=fresh_prompt(), **nothing)
    assert painting(answer)


# What is accepted beside


@pytest.mark.parametrize(
    "fields",
    [
        {"input_fidelity": "low"},
        {"input_fidelity": "high"},
        {"background": "auto"},
        {"background": "opaque"},
        {"user": "user-1", "safety_identifier": "hash-1"},
        {"extra_body": {"moderation": "low"}},
        {"extra_body": {"style": "vivid"}},
        {"extra_body": {"a_field_of_tomorrow": "whatever", "nested": {"too": [1, 2]}}},
        {"stream": False},
        {"partial_images": 0},
    ],
    ids=str,
)
def test_fields_that_change_little_are_accepted(
    client: openai.OpenAI, photos: Photos, fields: dict[str, Any]
) -> None:
    image = upload(photos["brick"], longer=256)
    assert painting(client.images.edit(image=image, prompt=fresh_prompt(), quality="low", **fields))


def test_the_longest_prompt_is_accepted(client: openai.OpenAI, photos: Photos) -> None:
    prompt = fresh_prompt().ljust(32_000, "é")
    assert painting(
        client.images.edit(image=upload(photos["brick"], longer=256), prompt=prompt, quality="low")
    )


def test_models_are_listed_and_can_be_asked_for(strict_client: openai.OpenAI, photos: Photos) -> None:
    listed = strict_client.models.list().data
    assert listed
    for model in listed:
        assert strict_client.models.retrieve(model.id) == model
    image = upload(photos["brick"], longer=256)
    assert painting(
        strict_client.images.edit(image=image, prompt=fresh_prompt(), model=listed[0].id, quality="low")
    )


# Every answer


def test_every_answer_carries_an_id_of_its_own(client: openai.OpenAI, api: Api, photos: Photos) -> None:
    image = upload(photos["brick"], longer=256)
    edited = client.images.with_raw_response.edit(image=image, prompt=fresh_prompt(), quality="low")
    ids = [edited.headers["x-request-id"]]
    paths = (
        "/healthz",
        "/readyz",
        "/metrics",
        "/openapi.json",
        "/v1/models",
        "/v1/jobs",
        "/v1/jobs/job_no",
        "/no",
    )
    ids += [api.http.get(path).headers["x-request-id"] for path in paths]
    assert all(ids) and len(set(ids)) == len(ids)


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics", "/openapi.json"])
def test_the_operators_pages_need_no_key(server: Server, path: str) -> None:
    assert httpx2.get(f"{server.url}{path}", trust_env=False, timeout=30).status_code == 200
