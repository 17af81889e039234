"""Streams: partial images from lower rungs, then the picture; through the official client and raw."""

from __future__ import annotations

import json
from typing import Any

import openai
import pytest
from PIL import Image

from api import EDITS, Api, Event, fresh_prompt, read_events
from pictures import data_url, decode, difference, encode, upload

Photos = dict[str, Image.Image]


def stream_events(client: openai.OpenAI, photo: Image.Image, **fields: Any) -> list[Any]:
    """All events of one streamed edit."""
    with client.images.edit(image=upload(photo), prompt=fresh_prompt(), stream=True, **fields) as stream:
        return list(stream)


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_as_many_partial_images_come_as_were_asked_for(
    strict_client: openai.OpenAI, photos: Photos, count: int
) -> None:
    """Three lower rungs stand below the best one, so none may be left out."""
    events = stream_events(strict_client, photos["astronaut"], partial_images=count, quality="max")
    *partial, completed = events
    assert [event.type for event in partial] == ["image_edit.partial_image"] * count
    assert [event.partial_image_index for event in partial] == list(range(count))
    assert completed.type == "image_edit.completed"
    assert completed.usage.total_tokens == completed.usage.input_tokens + completed.usage.output_tokens
    assert completed.usage.output_tokens > 0
    sizes = {decode(event.b64_json).size for event in events}
    assert len(sizes) == 1, "a partial image has another size than the picture"
    assert {event.size for event in events} == {"{}x{}".format(*sizes.pop())}


def test_a_stream_without_partial_images_is_one_event(client: openai.OpenAI, photos: Photos) -> None:
    events = stream_events(client, photos["coffee"], quality="low")
    assert [event.type for event in events] == ["image_edit.completed"]


def test_a_partial_image_is_a_preview_of_the_picture(client: openai.OpenAI, photos: Photos) -> None:
    """It must look more like the picture than like the photo: a preview of something else helps nobody."""
    photo = photos["astronaut"]
    partial, completed = stream_events(client, photo, partial_images=1, quality="max")
    preview, picture = decode(partial.b64_json), decode(completed.b64_json)
    assert preview.tobytes() != picture.tobytes()
    assert difference(preview, picture) < difference(photo.resize(picture.size), picture)


def test_a_low_rung_streams_with_as_many_partial_images_as_there_are(
    client: openai.OpenAI, photos: Photos
) -> None:
    *partial, completed = stream_events(client, photos["coffee"], partial_images=3, quality="low")
    assert [event.partial_image_index for event in partial] == list(range(len(partial)))
    assert completed.type == "image_edit.completed"


@pytest.mark.parametrize("format", ["png", "jpeg", "webp"])
def test_streamed_pictures_have_the_format_asked_for(
    client: openai.OpenAI, photos: Photos, format: str
) -> None:
    events = stream_events(
        client, photos["coffee"], partial_images=1, output_format=format, size="512x512", quality="max"
    )
    assert len(events) == 2
    for event in events:
        picture = decode(event.b64_json)
        assert picture.format is not None
        assert picture.format.lower() == event.output_format == format
        assert picture.size == (512, 512)


def raw_stream(api: Api, **request: Any) -> tuple[str, list[Event]]:
    """The text and the parsed events of a streamed answer."""
    response = api.http.post(EDITS, **request)
    assert response.status_code == 200, response.text[:500]
    assert response.headers["content-type"].startswith("text/event-stream")
    assert response.headers["x-request-id"]
    return response.text, [event for event in read_events(response.text.split("\n")) if event.name]


def check_raw_stream(text: str, events: list[Event]) -> None:
    """What every stream must look like on the wire."""
    assert text.endswith("data: [DONE]\n\n")
    *told, done = events
    assert done.data == "[DONE]"
    documents = [event.json() for event in told]
    assert [document["type"] for document in documents] == [event.name for event in told]
    assert [document["type"] for document in documents] == [
        "image_edit.partial_image",
        "image_edit.partial_image",
        "image_edit.completed",
    ]
    for document in documents:
        common = {"b64_json", "created_at", "size", "quality", "background", "output_format"}
        assert common <= document.keys()
    assert "usage" in documents[-1]


def test_a_multipart_stream_ends_with_done(api: Api, photos: Photos) -> None:
    form = {"prompt": fresh_prompt(), "stream": "true", "partial_images": "2", "quality": "max"}
    check_raw_stream(*raw_stream(api, data=form, files={"image": upload(photos["china"])}))


def test_a_json_stream_ends_with_done(api: Api, photos: Photos) -> None:
    body = {
        "images": [{"image_url": data_url(encode(photos["china"]))}],
        "prompt": fresh_prompt(),
        "stream": True,
        "partial_images": 2,
        "quality": "max",
    }
    check_raw_stream(*raw_stream(api, content=json.dumps(body), headers={"Content-Type": "application/json"}))


def test_a_bad_request_is_refused_before_the_stream_begins(client: openai.OpenAI, photos: Photos) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        client.images.edit(image=upload(photos["brick"]), prompt=fresh_prompt(), stream=True, n=11)
    assert refused.value.param == "n"
