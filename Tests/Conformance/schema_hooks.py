"""What schemathesis cannot guess from the schema: real pictures, and manners towards a server that paints.

Loaded by the schemathesis command through SCHEMATHESIS_HOOKS.
"""

from __future__ import annotations

import itertools
import re
import uuid
from typing import Any

import requests
import schemathesis
from hypothesis import strategies
from schemathesis.generation.meta import TestPhase
from schemathesis.transport.serialization import Binary

from pictures import MEDIA_TYPES, data_url, encode, load_photos, mask_with_hole

# One size for all, so that any of them fits any mask; the PNG has the alpha channel that a mask needs.
SIZE = (64, 64)
# The server's longest answer is ten large pictures: nobody waits for those here.
PATIENCE_SECONDS = 3

_photo = load_photos()["coffee"].resize(SIZE)
_photo.putalpha(mask_with_hole(SIZE, (16, 16, 48, 48)).getchannel("A"))
_files = {
    media_type: encode(_photo if format == "PNG" else _photo.convert("RGB"), format)
    for format, media_type in MEDIA_TYPES.items()
}
_run, _numbers = uuid.uuid4().hex, itertools.count()


def fresh_key() -> str:
    """A key that was used for another request is refused, rightly; so each is new."""
    return f"{_run}-{next(_numbers)}"


# In a form every file is the PNG, which is good as a photo and as a mask; schemathesis' own have one pixel.
schemathesis.openapi.format("binary", strategies.just(Binary(_files["image/png"])))
schemathesis.openapi.format(
    "image-data-url",
    strategies.sampled_from([data_url(data, media_type) for media_type, data in _files.items()]),
)
schemathesis.openapi.format("idempotency-key", strategies.builds(fresh_key))


@schemathesis.hook
def filter_case(context: schemathesis.HookContext, case: schemathesis.Case) -> bool:
    """Leave out what is called valid and is not: boundary values are tried without their dependent fields.

    The schema says that `output_compression` below 100 goes with `jpeg` and `webp` only, and in words that
    `partial_images` goes with `stream` and `strength` with some models; test_errors has the first, test_streaming
    the second, test_generations the third.
    """
    if not case.meta or not case.meta.generation.mode.is_positive or not isinstance(case.body, dict):
        return True
    is_png = case.body.get("output_format") not in {"jpeg", "webp"}
    if is_png and case.body.get("output_compression") not in {None, 100}:
        return False
    if case.body.get("strength") is not None:
        return False
    is_stream = str(case.body.get("stream")).lower() == "true"
    return is_stream or case.body.get("partial_images") in {None, 0}


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case, kwargs: dict[str, Any]) -> None:
    """Wait a moment for each picture, unless the case says how long; and use no good key twice.

    An example has every field, and `strength` does not go with its model.
    """
    if case.method.upper() != "POST":
        return
    is_example = case.meta is None or case.meta.phase.name == TestPhase.EXAMPLES
    if is_example and isinstance(case.body, dict):
        case.body.pop("strength", None)
    case.headers.setdefault("Prefer", f"wait={PATIENCE_SECONDS}")
    if re.fullmatch(r"[!-~]{1,255}", str(case.headers.get("Idempotency-Key", ""))):
        case.headers["Idempotency-Key"] = fresh_key()


@schemathesis.hook
def after_call(
    context: schemathesis.HookContext, case: schemathesis.Case, response: schemathesis.Response
) -> None:
    """Take back what is still being painted, so that the next case does not wait behind it."""
    if response.status_code == 202:
        headers = {"Authorization": str(response.request.headers.get("Authorization"))}
        root = str(response.request.url).partition("/v1/")[0]
        requests.delete(f"{root}/v1/jobs/{response.json()['id']}", headers=headers, timeout=10)
