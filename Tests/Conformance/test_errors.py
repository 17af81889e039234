"""Errors: each must reach the official client as its own class, with the field named and the way out told."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2
import openai
import pytest
from PIL import Image

from api import EDITS, Api, fresh_prompt
from conftest import StartServer
from harness import REPOSITORY, Server
from pictures import as_file, encode, mask_with_hole, noise, png_file, upload
from rawhttp import exchange, head

Photos = dict[str, Image.Image]
MEBIBYTE = 1 << 20


def check_error(
    response: httpx2.Response, status: int, code: str | None = None, param: str | None = None
) -> None:
    """An error's whole shape, on the wire."""
    assert response.status_code == status, response.text[:500]
    assert response.headers["content-type"].startswith("application/json")
    assert response.headers["x-request-id"]
    assert response.json().keys() == {"error"}
    error = response.json()["error"]
    assert error.keys() == {"message", "type", "param", "code"}
    assert isinstance(error["message"], str)
    assert error["message"]
    assert error["type"] == "invalid_request_error"
    assert isinstance(error["code"], str)
    assert code is None or error["code"] == code
    assert param is None or error["param"] == param


# Fields of which the value is not accepted: the field, the value, what the message must say is accepted.
BAD_VALUES = [
    ("size", "100x100", "16"),
    ("size", "1600x160", "3:1"),
    ("size", "160x1600", "3:1"),
    ("size", "3856x2160", "3840"),
    ("size", "3840x3840", "3840"),
    ("size", "0x0", ""),
    ("size", "-512x512", ""),
    ("size", "512", "WIDTHxHEIGHT"),
    ("size", "512x512x512", "WIDTHxHEIGHT"),
    ("size", "99999999999999999984x99999999999999999984", ""),
    ("size", "large", "WIDTHxHEIGHT"),
    ("n", 0, "10"),
    ("n", 11, "10"),
    ("n", -1, "10"),
    ("n", 1.5, "10"),
    ("n", "two", "10"),
    ("n", 10**30, "10"),
    ("quality", "ultra", "max"),
    ("quality", "LOW", "max"),
    ("output_format", "gif", "webp"),
    ("output_format", "svg", "webp"),
    ("output_format", "bmp", "webp"),
    ("background", "transparent", "opaque"),
    ("background", "blue", "opaque"),
    ("partial_images", 4, "3"),
    ("partial_images", -1, "3"),
    ("partial_images", "some", "3"),
    ("output_compression", 101, "100"),
    ("output_compression", -1, "100"),
    ("output_compression", "much", "100"),
    ("response_format", "xml", "url"),
    ("input_fidelity", "medium", "high"),
    ("stream", "perhaps", "true"),
    ("prompt", "", "prompt"),
    ("prompt", "a" * 32_001, "32"),
]


@pytest.mark.parametrize(("field", "value", "hint"), BAD_VALUES, ids=lambda value: str(value)[:24])
def test_a_bad_value_is_refused_by_the_name_of_its_field(
    client: openai.OpenAI, photos: Photos, field: str, value: Any, hint: str
) -> None:
    fields = {"prompt": "a painting", "output_format": "jpeg"} | {field: value}
    with pytest.raises(openai.BadRequestError) as refused:
        client.images.edit(image=upload(photos["brick"], longer=128), prompt="", extra_body=fields)
    error = refused.value
    assert error.param == field
    assert error.type == "invalid_request_error"
    assert error.code
    assert hint in error.message, f"the message does not say what is accepted: {error.message}"
    assert error.request_id


def test_a_png_cannot_be_compressed_with_loss(client: openai.OpenAI, photos: Photos) -> None:
    image = upload(photos["brick"], longer=128)
    with pytest.raises(openai.BadRequestError) as refused:
        client.images.edit(image=image, prompt="a painting", output_format="png", output_compression=50)
    assert refused.value.param == "output_compression"


@pytest.mark.parametrize("missing", ["prompt", "image"])
def test_a_missing_field_is_asked_for(api: Api, photos: Photos, missing: str) -> None:
    files = {"image": upload(photos["brick"], longer=128)} if missing != "image" else {"other": b"file"}
    form = {"prompt": "a painting"} if missing != "prompt" else {"other": "text"}
    response = api.http.post(EDITS, data=form, files=files)
    check_error(response, 400, "missing_required_parameter", missing)


@pytest.mark.parametrize("missing", ["prompt", "images"])
def test_a_missing_field_of_the_json_form_is_asked_for(api: Api, missing: str) -> None:
    body: dict[str, Any] = {"prompt": "a painting", "images": [{"image_url": "data:image/png;base64,AAAA"}]}
    del body[missing]
    check_error(api.http.post(EDITS, json=body), 400, "missing_required_parameter")


def test_three_pictures_are_one_too_many(client: openai.OpenAI, photos: Photos) -> None:
    images = [upload(photos[name], longer=128) for name in ("brick", "china", "flower")]
    with pytest.raises(openai.BadRequestError) as refused:
        client.images.edit(image=images, prompt="a painting")
    assert refused.value.param == "image"


# Masks


def opaque_mask(photo: Image.Image) -> bytes:
    """A mask that lost its alpha channel on the way."""
    return encode(Image.new("RGB", photo.size), "PNG")


BAD_MASKS: dict[str, Callable[[Image.Image], bytes]] = {
    "of another size": lambda photo: encode(
        mask_with_hole((photo.width - 1, photo.height), (0, 0, 9, 9)), "PNG"
    ),
    "of another shape": lambda photo: encode(mask_with_hole(photo.size[::-1], (0, 0, 9, 9)), "PNG"),
    "without alpha": opaque_mask,
    "that is a JPEG": lambda photo: encode(photo, "JPEG"),
    "that is text": lambda photo: b"transparent everywhere, please",
    "that is empty": lambda photo: b"",
    "that is cut short": lambda photo: encode(noise(*photo.size, "RGBA"), "PNG")[:4000],
    "of more than 4 MB": lambda photo: encode(noise(1200, 1200, "RGBA"), "PNG"),
}


@pytest.mark.parametrize("kind", BAD_MASKS)
def test_a_bad_mask_is_refused(client: openai.OpenAI, photos: Photos, kind: str) -> None:
    photo = photos["coffee"]
    mask = as_file(BAD_MASKS[kind](photo), "PNG")
    with pytest.raises(openai.BadRequestError) as refused:
        client.images.edit(image=upload(photo), mask=mask, prompt="a painting")
    assert refused.value.param == "mask"
    assert refused.value.code


# Files that are no photo


def animation(photo: Image.Image, format: str) -> bytes:
    """Three frames of a moving picture."""
    frames = [photo.rotate(angle).resize((64, 64)) for angle in (0, 30, 60)]
    buffer = io.BytesIO()
    frames[0].save(buffer, format, save_all=True, append_images=frames[1:], duration=100, loop=0)
    return buffer.getvalue()


def half(data: bytes) -> bytes:
    """A file whose upload broke off in the middle."""
    return data[: len(data) // 2]


BAD_IMAGES: dict[str, Callable[[Image.Image], bytes]] = {
    "text": lambda photo: b"This is not a picture.\n" * 10,
    "nothing": lambda photo: b"",
    "half a JPEG": lambda photo: half(encode(photo, "JPEG")),
    "half a progressive JPEG": lambda photo: half(encode(photo, "JPEG", progressive=True)),
    "half a PNG": lambda photo: half(encode(photo, "PNG")),
    "half a WebP": lambda photo: half(encode(photo, "WEBP")),
    "half an AVIF": lambda photo: half(encode(photo, "AVIF")),
    "a still GIF": lambda photo: encode(photo, "GIF"),
    "an animated GIF": lambda photo: animation(photo, "GIF"),
    "an animated WebP": lambda photo: animation(photo, "WEBP"),
    "an animated PNG": lambda photo: animation(photo, "PNG"),
    "a TIFF": lambda photo: encode(photo, "TIFF"),
    "a BMP": lambda photo: encode(photo, "BMP"),
    "an SVG": lambda photo: b'<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect/></svg>',
    "a PDF": lambda photo: encode(photo, "PDF"),
    "a JPEG 2000": lambda photo: encode(photo, "JPEG2000"),
    "only the first bytes of a PNG": lambda photo: b"\x89PNG\r\n\x1a\n",
}


@pytest.mark.parametrize("kind", BAD_IMAGES)
def test_a_file_that_is_no_photo_is_refused(client: openai.OpenAI, photos: Photos, kind: str) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.images.edit(image=as_file(BAD_IMAGES[kind](photos["coffee"])), prompt="a painting")
    assert refused.value.param == "image"
    assert refused.value.code == "invalid_image" or kind == "nothing"


@pytest.mark.parametrize("kind", ["text", "nothing", "half a PNG", "an animated WebP"])
def test_a_style_that_is_no_picture_is_refused(client: openai.OpenAI, photos: Photos, kind: str) -> None:
    images = [upload(photos["coffee"]), as_file(BAD_IMAGES[kind](photos["coffee"]))]
    with pytest.raises(openai.BadRequestError) as refused:
        client.images.edit(image=images, prompt="a painting")
    assert refused.value.param == "image"


def test_a_photo_of_more_than_a_hundred_megapixels_is_too_large(client: openai.OpenAI) -> None:
    row = b"\0" + bytes(12_000 // 8)
    image = as_file(png_file(12_000, 12_000, 1, 0, (row for _ in range(12_000))), "PNG")
    with pytest.raises(openai.BadRequestError) as refused:
        client.images.edit(image=image, prompt="a painting")
    assert (refused.value.param, refused.value.code) == ("image", "image_too_large")


def test_a_photo_of_more_than_fifty_megabytes_is_too_large(client: openai.OpenAI, photos: Photos) -> None:
    image = as_file(encode(photos["coffee"]).ljust(53 * MEBIBYTE, b"\0"))
    with pytest.raises(openai.BadRequestError) as refused:
        client.images.edit(image=image, prompt="a painting")
    assert (refused.value.param, refused.value.code) == ("image", "image_too_large")


@pytest.mark.parametrize(
    ("media_type", "mebibytes"), [("multipart/form-data; boundary=b", 120), ("application/json", 26)]
)
def test_a_body_that_is_too_large_is_refused_as_a_whole(
    server: Server, key: str, media_type: str, mebibytes: int
) -> None:
    """By hand, because the refusal may come before the body is sent, which clients take for a broken pipe."""
    length = mebibytes * MEBIBYTE
    headers = {"Host": "heatsink", "Authorization": f"Bearer {key}", "Content-Type": media_type}
    request = head("POST", EDITS, headers | {"Content-Length": str(length)})
    answer = exchange(server.port, request + b" " * length, seconds=60)
    assert answer.status == 413
    assert b'"request_too_large"' in answer.body


# Keys


@pytest.mark.parametrize("key", ["hs_wrong", "sk-somebody-else", "hs_" + "0" * 200, "ключ".encode().hex()])
def test_a_wrong_key_is_an_authentication_error(server: Server, photos: Photos, key: str) -> None:
    stranger = openai.OpenAI(base_url=f"{server.url}/v1", api_key=key, max_retries=2)
    calls: list[Callable[[], object]] = [
        lambda: stranger.images.edit(image=upload(photos["brick"]), prompt="a painting"),
        lambda: stranger.images.generate(prompt="a painting"),
        lambda: stranger.models.list(),
    ]
    for call in calls:
        with pytest.raises(openai.AuthenticationError) as refused:
            call()
        assert refused.value.code == "invalid_api_key"


@pytest.mark.parametrize("header", [None, "", "Bearer", "Basic aHM6aHM=", "hs_without_a_scheme"])
@pytest.mark.parametrize("path", ["/v1/models", "/v1/models/restyle", "/v1/jobs", "/v1/jobs/job_1/events"])
def test_nothing_is_told_without_a_key(server: Server, path: str, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}
    response = httpx2.get(f"{server.url}{path}", headers=headers, trust_env=False, timeout=30)
    check_error(response, 401, "invalid_api_key")


# What does not exist


def test_an_unknown_model_is_not_found(client: openai.OpenAI, photos: Photos) -> None:
    with pytest.raises(openai.NotFoundError) as refused:
        client.images.edit(
            image=upload(photos["brick"], longer=128), prompt="a painting", model="gpt-image-2"
        )
    assert refused.value.code == "model_not_found"
    with pytest.raises(openai.NotFoundError) as refused:
        client.models.retrieve("gpt-image-2")
    assert refused.value.code == "model_not_found"


def test_drawing_from_words_says_what_is_installed_instead(
    start_server: StartServer, tmp_path: Path
) -> None:
    """Where only photos are painted, words alone are answered with the models that there are."""
    (tmp_path / "restyle").symlink_to(REPOSITORY / "Models" / "restyle")
    server = start_server({"models": {"directory": str(tmp_path)}})
    with openai.OpenAI(base_url=f"{server.url}/v1", api_key=server.create_key(), max_retries=0) as own:
        with pytest.raises(openai.NotFoundError) as refused:
            own.images.generate(prompt="a lighthouse in the fog")
        assert refused.value.code == "model_not_found"
        for model in own.models.list():
            assert model.id in refused.value.message


@pytest.mark.parametrize("path", ["/v1/nothing", "/v1/", "/nothing", "/v1/images", "/v1/images/variations/x"])
def test_an_unknown_path_is_answered_in_the_same_shape(api: Api, path: str) -> None:
    check_error(api.http.get(path), 404, "not_found")


def test_variations_are_not_there(client: openai.OpenAI, photos: Photos) -> None:
    with pytest.warns(DeprecationWarning, match="deprecated"), pytest.raises(openai.NotFoundError) as refused:
        client.images.create_variation(image=upload(photos["brick"], "PNG", longer=128))
    assert refused.value.code == "not_found"


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/jobs/job_no"), ("DELETE", "/v1/jobs/job_no"), ("GET", "/v1/jobs/job_no/events")],
)
def test_an_unknown_job_is_not_found(api: Api, method: str, path: str) -> None:
    check_error(api.http.request(method, path), 404, "job_not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", EDITS, {"POST"}),
        ("DELETE", EDITS, {"POST"}),
        ("PUT", "/v1/images/generations", {"POST"}),
        ("POST", "/v1/models", {"GET"}),
        ("DELETE", "/v1/models/restyle", {"GET"}),
        ("POST", "/v1/jobs", {"GET"}),
        ("PATCH", "/v1/jobs/job_1", {"GET", "DELETE"}),
        ("POST", "/v1/jobs/job_1/events", {"GET"}),
        ("POST", "/healthz", {"GET"}),
        ("DELETE", "/metrics", {"GET"}),
        ("PUT", "/openapi.json", {"GET"}),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(api: Api, method: str, path: str, allowed: set[str]) -> None:
    response = api.http.request(method, path)
    check_error(response, 405, "method_not_allowed")
    assert allowed <= {name.strip() for name in response.headers["allow"].split(",")}


# What the body is


@pytest.mark.parametrize("media_type", ["text/plain", "application/x-www-form-urlencoded", "image/png", None])
def test_a_body_of_another_kind_is_not_supported(api: Api, media_type: str | None) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    check_error(api.http.post(EDITS, content=b"prompt=x", headers=headers), 415, "unsupported_media_type")


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b'"text"', b"\xff\xfe{}", b'{"prompt": "a"} more']
)
def test_json_that_is_none_is_a_bad_request(api: Api, body: bytes) -> None:
    check_error(api.http.post(EDITS, content=body, headers={"Content-Type": "application/json"}), 400)


@pytest.mark.parametrize(
    "image_url",
    [
        "https://example.com/photo.jpg",
        "file:///etc/hostname",
        "data:image/png;base64,%%%",
        "data:,",
        "",
        7,
        None,
    ],
)
def test_an_image_url_that_is_no_data_url_is_refused(api: Api, image_url: object) -> None:
    body = {"prompt": "a painting", "images": [{"image_url": image_url}]}
    check_error(api.http.post(EDITS, json=body), 400)


@pytest.mark.parametrize("idempotency_key", ["", "a" * 256, "two words", "tab\there"])
def test_an_idempotency_key_must_be_short_and_visible(api: Api, photos: Photos, idempotency_key: str) -> None:
    headers = {"Idempotency-Key": idempotency_key}
    response = api.edit(upload(photos["brick"], longer=128), fresh_prompt(), headers=headers, quality="low")
    check_error(response, 400)
