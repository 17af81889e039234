"""What schemathesis cannot guess from the schema: real pictures, and manners towards a server that paints.

Loaded by the schemathesis command through SCHEMATHESIS_HOOKS; test_openapi says with variables who asks whom.
"""

from __future__ import annotations

import itertools
import os
import re
import uuid
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import requests
import schemathesis
from hypothesis import strategies
from PIL import Image
from schemathesis.generation.meta import TestPhase
from schemathesis.transport.serialization import Binary

from pictures import MEDIA_TYPES, data_url, encode, grainy, load_photos, mask_with_hole, noise
from visitor import COOKIE, prove

# One size for all, so that any of them fits any mask; the PNG has the alpha channel that a mask needs.
SIZE = (64, 64)
# The server's longest answer is ten large pictures: nobody waits for those here.
PATIENCE_SECONDS = 2
# No account of the run is under it: whatever is done to it stops nobody.
QUIET_PLAN = "plus"

URL = os.environ["HEATSINK_URL"]
KEY = os.environ["HEATSINK_KEY"]
# Of accounts that may be deleted.
_spare_keys = iter(os.environ["HEATSINK_SPARE_KEYS"].split())

_photos = load_photos()
_photo = _photos["coffee"].resize(SIZE)
_photo.putalpha(mask_with_hole(SIZE, (16, 16, 48, 48)).getchannel("A"))
_files = {
    media_type: encode(_photo if format == "PNG" else _photo.convert("RGB"), format)
    for format, media_type in MEDIA_TYPES.items()
}
# What is registered as a work must be no picture that other requests send or get.
_work, _near_work = _photos["brick"].resize(SIZE), _photos["chelsea"]
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


# What requests are about. Random names of jobs, shares and keys are all unknown, and what is said of those that
# there are would go unseen.


def ask(method: str, path: str, **options: Any) -> requests.Response:
    """A request of the run's own, between the generated ones."""
    headers = {"Authorization": f"Bearer {KEY}"} | options.pop("headers", {})
    response = requests.request(method, URL + path, headers=headers, timeout=60, **options)
    response.raise_for_status()
    return response


def edit(photo: bytes, quality: str = "low") -> requests.Response:
    """A painting of a photo, whatever it is answered with."""
    form = {"prompt": f"Ember, study {next(_numbers)}", "quality": quality, "response_format": "url"}
    headers, files = {"Authorization": f"Bearer {KEY}"}, {"image": ("photo.png", photo, "image/png")}
    return requests.post(f"{URL}/v1/images/edits", data=form, files=files, headers=headers, timeout=60)


def paint(photo: bytes = _files["image/png"]) -> str:
    """A finished job. Returns its id."""
    response = edit(photo)
    response.raise_for_status()
    return response.headers["heatsink-job"]


@cache
def finished_job() -> str:
    """One that is only looked at."""
    return paint()


def share() -> str:
    """A link to its picture. Returns the share's id."""
    return ask("POST", "/v1/shares", json={"job": finished_job()}).json()["id"]


def opt_out() -> str:
    """One that waits for an operator. Returns its id."""
    wish = {"kind": "artist", "name": f"Nobody of Note {next(_numbers)}", "scope": ["style"], "evidence": "none"}
    return ask("POST", "/v1/opt-outs", json=wish, headers=somewhere()).json()["id"]


def refusal() -> str:
    """A decision about a prompt. Returns its id."""
    prompt = f"a castle by Greg Rutkowski, study {next(_numbers)}"
    headers = {"Authorization": f"Bearer {KEY}"}
    answer = requests.post(f"{URL}/v1/images/generations", json={"prompt": prompt}, headers=headers, timeout=60)
    return answer.headers["heatsink-decision"]


def appeal() -> str:
    """One that waits for an answer. Returns the decision's id."""
    body = {"decision": refusal(), "text": "This is a mistake."}
    return ask("POST", "/v1/appeals", json=body, headers=somewhere()).json()["id"]


def register(picture: bytes, scope: str = "both") -> str:
    """A work. Returns its id."""
    form = {"title": "The Wall", "right_holder": "Nobody of Note", "evidence": "none", "scope": scope}
    files = {"image": ("work.png", picture, "image/png")}
    return ask("POST", "/ops/rights/works", data=form, files=files).json()["id"]


@cache
def register_what_is_held_back() -> None:
    """Copies that can hardly be told any more are held back, as the run's server is configured; others are refused."""
    register(encode(_near_work, "PNG"), "uploads")


def first_held(photo: Image.Image, strengths: Iterable[int]) -> str:
    """The decision about the first copy, under more and more noise, that is held back."""
    for strength in strengths:
        answer = edit(encode(grainy(photo, strength, seed=next(_numbers)), "JPEG"))
        if answer.status_code == 400 and answer.json()["error"]["code"] == "held_for_review":
            return answer.headers["heatsink-decision"]
    raise AssertionError("nothing was held back")


def held() -> str:
    """A decision that waits for an operator. Returns its id."""
    register_what_is_held_back()
    return first_held(_near_work, range(120, 200, 10))


@cache
def released() -> str:
    """A decision that has let a painted picture go. Returns its id."""
    photo = _photos["rocket"]
    job = ask("GET", f"/v1/jobs/{paint(encode(photo, 'PNG'))}").json()
    register(ask("GET", job["pictures"][0]["url"]).content, "outputs")
    decision = first_held(photo, range(5, 50, 5))
    ask("POST", f"/ops/rights/reviews/{decision}", json={"decision": "release", "reason": "It is another one."})
    return decision


def somewhere() -> dict[str, str]:
    """Headers of a request from an address that has asked for nothing yet: what an address may ask is limited."""
    number = next(_numbers)
    return {"X-Forwarded-For": f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"}


def name(case: schemathesis.Case, value: str) -> None:
    """Let the request be about this."""
    case.path_parameters["id"] = value


def look_at_a_job(case: schemathesis.Case) -> None:
    """At one that there is, and every other time at one that there is not."""
    if next(_numbers) % 2:
        name(case, finished_job())
        if "picture" in case.path_parameters:
            case.path_parameters["picture"] = 0


def look_at_an_opt_out(case: schemathesis.Case) -> None:
    """The same."""
    if next(_numbers) % 2:
        name(case, opt_out())


def look_at_a_decision(case: schemathesis.Case) -> None:
    """The same."""
    if next(_numbers) % 2:
        name(case, refusal())


def ask_not_to_be_imitated(case: schemathesis.Case) -> None:
    """By a name that is one, which the schema says in words, and for a reason that is not blank."""
    case.body |= {"name": f"Nobody of Note {next(_numbers)}", "evidence": "none"}
    if case.body.get("other_names"):
        case.body["other_names"] = ["N. O. Note"]


def take_down(case: schemathesis.Case) -> None:
    """A picture that nobody else looks at, named in one way, and not a work from then on."""
    job = paint(encode(noise(*SIZE, seed=next(_numbers)), "PNG"))
    for field in ("sha256", "share", "watermark"):
        case.body.pop(field, None)
    case.body |= {"job": job, "picture": 0, "register": False}


def sign_out(case: schemathesis.Case) -> None:
    """A session of its own for each: this ends it. A page's requests say where they come from."""
    session = requests.post(f"{URL}/v1/session", json={"key": KEY}, timeout=60)
    case.cookies[COOKIE] = session.cookies[COOKIE]
    case.headers["Sec-Fetch-Site"] = "same-origin"


def come_as_a_guest(case: schemathesis.Case) -> None:
    """With a challenge that was given to this address, solved: a server that has much to paint asks for work."""
    address = {"X-Forwarded-For": case.headers["X-Forwarded-For"]}
    asked = ask("GET", "/v1/guests/challenge", headers=address).json()
    case.body["challenge"] = asked["challenge"]
    if asked["bits"]:
        case.body["proof"] = prove(asked["challenge"], asked["bits"])


def delete_an_account(case: schemathesis.Case) -> None:
    """Not the run's: everything after that would be a 401. What asks with no key or a wrong one stays as it is."""
    if KEY not in str(case.headers.get("Authorization")):
        return
    case.headers["Authorization"] = f"Bearer {next(_spare_keys)}"


def change_a_plan(case: schemathesis.Case) -> None:
    """One that nobody is under. What a setting accepts the schema says in words."""
    accepted = ({"burst": "5"}, {"daily-allowance": "none", "weight": "2.5"}, {})
    case.body |= {"plan": QUIET_PLAN, "settings": accepted[next(_numbers) % len(accepted)]}


def defer_a_plan(case: schemathesis.Case) -> None:
    """The same."""
    case.body["plan"] = QUIET_PLAN


def pause_a_model(case: schemathesis.Case) -> None:
    """For no time at all: the others need it."""
    case.body |= {"model": "meadow", "minutes": 0}


def drain_a_worker(case: schemathesis.Case) -> None:
    """Take it back at once: there is one worker, and the others need it."""
    case.body |= {"worker": ask("GET", "/ops/state").json()["workers"][0]["name"], "drain": False}


PREPARATIONS: dict[str, Callable[[schemathesis.Case], None]] = {
    "GET /v1/jobs/{id}": look_at_a_job,
    "DELETE /v1/jobs/{id}": look_at_a_job,
    "GET /v1/jobs/{id}/events": look_at_a_job,
    "GET /v1/jobs/{id}/photo": look_at_a_job,
    "GET /v1/jobs/{id}/pictures/{picture}": look_at_a_job,
    "DELETE /v1/gallery/{id}": lambda case: name(case, paint()),
    "POST /v1/shares": lambda case: case.body.update(job=finished_job(), picture=0),
    "DELETE /v1/shares/{id}": lambda case: name(case, share()),
    "GET /s/{id}/picture": lambda case: name(case, share()),
    "POST /v1/opt-outs": ask_not_to_be_imitated,
    "GET /v1/opt-outs/{id}": look_at_an_opt_out,
    "DELETE /v1/opt-outs/{id}": lambda case: name(case, opt_out()),
    "GET /v1/decisions/{id}": look_at_a_decision,
    "GET /v1/decisions/{id}/picture": lambda case: name(case, released()),
    "POST /v1/appeals": lambda case: case.body.update(decision=refusal()),
    "POST /v1/session": lambda case: case.body.update(key=KEY),
    "DELETE /v1/session": sign_out,
    "POST /v1/guests": come_as_a_guest,
    "DELETE /v1/account": delete_an_account,
    "POST /ops/levers/plan": change_a_plan,
    "POST /ops/levers/defer": defer_a_plan,
    "POST /ops/levers/pause": pause_a_model,
    "POST /ops/levers/drain": drain_a_worker,
    "POST /ops/rights/opt-outs/{id}": lambda case: name(case, opt_out()),
    "POST /ops/rights/reviews/{id}": lambda case: name(case, held()),
    "GET /ops/rights/reviews/{id}/picture": lambda case: name(case, held()),
    "POST /ops/rights/appeals/{id}": lambda case: name(case, appeal()),
    "POST /ops/rights/takedowns": take_down,
    "DELETE /ops/rights/works/{id}": lambda case: name(case, register(encode(_work, "PNG"))),
}
# What makes a valid one of these is a device that has the passkey: Tests/Browser has one.
NEEDS_A_PASSKEY = {"POST /v1/passkeys", "POST /v1/passkeys/session"}


def is_example(case: schemathesis.Case) -> bool:
    """Whether it was written by hand, into the description."""
    return case.meta is None or case.meta.phase.name == TestPhase.EXAMPLES


def is_meant_to_work(case: schemathesis.Case) -> bool:
    """Whether everything about it is as the description says."""
    return case.meta is None or case.meta.generation.mode.is_positive


@schemathesis.hook
def filter_case(context: schemathesis.HookContext, case: schemathesis.Case) -> bool:
    """Leave out what is called valid and is not: boundary values are tried without their dependent fields.

    The schema says that `output_compression` below 100 goes with `jpeg` and `webp` only, and in words that
    `partial_images` goes with `stream` and `strength` with some models; test_errors has the first, test_streaming
    the second, test_generations the third. Files by the names of their formats are schemathesis' own, of one pixel;
    those without a name are the photo.
    """
    if case.operation.label in NEEDS_A_PASSKEY:
        return not is_meant_to_work(case)
    if case.operation.label == "POST /v1/verify" and is_meant_to_work(case):
        return case.media_type == "application/octet-stream"
    is_edit = case.operation.label == "POST /v1/images/edits" and case.media_type == "multipart/form-data"
    if is_edit and isinstance(case.body, dict) and "" in case.body.values():
        # An empty field of a form is as if it was left out, which a schema cannot say; BodyReaderTests has that.
        return False
    if not case.meta or not case.meta.generation.mode.is_positive or not isinstance(case.body, dict):
        return True
    # Words of earlier answers come back in prompts; that this one names somebody who is not imitated, no schema says.
    if "Rutkowski" in str(case.body.get("prompt")):
        return False
    is_png = case.body.get("output_format") not in {"jpeg", "webp"}
    if is_png and case.body.get("output_compression") not in {None, 100}:
        return False
    if case.body.get("strength") is not None:
        return False
    is_stream = str(case.body.get("stream")).lower() == "true"
    return is_stream or case.body.get("partial_images") in {None, 0}


@schemathesis.hook
def before_call(context: schemathesis.HookContext, case: schemathesis.Case, kwargs: dict[str, Any]) -> None:
    """Let valid requests be about what there is. Wait a moment for each picture, and use no good key twice.

    An example has every field, and `strength` does not go with its model.
    """
    if case.operation.label == "DELETE /v1/gallery/{id}" and case.path_parameters.get("id") == finished_job():
        # Names from answers are tried again, in wrong requests as well; this one the others look at.
        name(case, paint())
    # Also what asks with a key that is none: how many of those an address may send is limited.
    case.headers.update(somewhere())
    prepare = PREPARATIONS.get(case.operation.label)
    if prepare and is_meant_to_work(case) and case.method.upper() == case.operation.method.upper():
        prepare(case)
    if not case.operation.path.startswith("/v1/images/") or case.method.upper() != "POST":
        return
    if is_example(case) and isinstance(case.body, dict):
        case.body.pop("strength", None)
    case.headers.setdefault("Prefer", f"wait={PATIENCE_SECONDS}")
    if re.fullmatch(r"[!-~]{1,255}", str(case.headers.get("Idempotency-Key", ""))):
        case.headers["Idempotency-Key"] = fresh_key()


@schemathesis.hook
def after_call(
    context: schemathesis.HookContext, case: schemathesis.Case, response: schemathesis.Response
) -> None:
    """Take back what is still being painted, so that the next case does not wait behind it, and works.

    They are of the run's photo, which would be refused from then on.
    """
    if response.status_code == 202:
        headers = {"Authorization": str(response.request.headers.get("Authorization"))}
        requests.delete(f"{URL}/v1/jobs/{response.json()['id']}", headers=headers, timeout=60)
    if case.operation.label == "POST /ops/rights/works" and response.status_code == 201:
        ask("DELETE", f"/ops/rights/works/{response.json()['id']}")
