"""What is not painted, who asked not to be imitated, what is taken down, and the ledger that says so."""

from __future__ import annotations

import base64
import hashlib
import itertools
import json
import shutil
import sqlite3
import struct
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Barrier
from typing import Any

import httpx2
import openai
import pytest
from PIL import Image, ImageOps

from api import Api, Document, fresh_prompt
from conftest import StartServer
from harness import Server, run_command, running
from pictures import as_file, data_url, decode, encode, grainy, upload
from visitor import Visitor, good, refusal

Photos = dict[str, Image.Image]

# A living artist and a studio that the default policy, `considerate`, knows.
IMITATION, REFUSED_BY = "a castle by Greg Rutkowski", "greg-rutkowski"
STUDIO, REPLACED = "a portrait of a cat, Ghibli style", "‘Ghibli’ was replaced by ‘"
SCRIPT = "<script>document.title='run'</script>\"'&<img src=x onerror=alert(1)>"
# More than a limit lets through, even of a client so slow that there is new room before it has come to the end.
MOST_TRIES = 2_000
TAKEN_DOWN = httpx2.codes.UNAVAILABLE_FOR_LEGAL_REASONS
_addresses = itertools.count(1)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server behind a proxy, so that its strangers can come from many addresses."""
    with running(tmp_path_factory, {"http": {"trusted-proxies": 1}}) as server:
        yield server


@pytest.fixture(scope="module")
def operator(stage: Server) -> Iterator[Api]:
    """Whoever started the server."""
    with Api(stage.url, stage.first_key()) as api:
        yield api


@pytest.fixture
def member(stage: Server) -> Iterator[Api]:
    """Somebody with an account."""
    with Api(stage.url, stage.create_key()) as api:
        yield api


@pytest.fixture
def painter(stage: Server, member: Api) -> Iterator[openai.OpenAI]:
    """The same by the official client."""
    with openai.OpenAI(base_url=f"{stage.url}/v1", api_key=member.key, timeout=60) as client:
        yield client


@contextmanager
def somebody(server: Server) -> Iterator[httpx2.Client]:
    """A stranger, from an address that has asked for nothing yet."""
    number = next(_addresses)
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    with httpx2.Client(
        base_url=server.url, headers={"X-Forwarded-For": address}, timeout=60, trust_env=False
    ) as client:
        yield client


@pytest.fixture
def stranger(stage: Server) -> Iterator[httpx2.Client]:
    """Somebody without an account."""
    with somebody(stage) as client:
        yield client


def wish(**fields: Any) -> Document:
    """A request not to be imitated, of somebody who does not exist."""
    return {
        "kind": "artist",
        "name": "Zebulon Quistgaard",
        "other_names": [],
        "scope": ["style", "name"],
        "evidence": "https://example.org/about names this address.",
    } | fields


def blocked(response: httpx2.Response, code: str = "moderation_blocked") -> str:
    """The decision of a refusal."""
    assert response.status_code == 400, f"{response.status_code} {response.text[:300]}"
    error = response.json()["error"]
    assert (error["type"], error["code"]) == ("image_generation_user_error", code), error
    assert response.headers["heatsink-decision"] == error["decision"]
    assert response.headers["x-should-retry"] == "false"
    assert error["decision"] in error["message"]
    return error["decision"]


def gone(response: httpx2.Response, decision: str) -> None:
    """The answer says that it was taken down, and by what."""
    assert response.status_code == TAKEN_DOWN, f"{response.request.url}: {response.status_code}"
    error = response.json()["error"]
    assert (error["code"], error["decision"]) == ("taken_down", decision)


def decide(operator: Api, path: str, decision: str, reason: str = "It was looked at.") -> Document:
    """An operator's word."""
    return good(operator.http.post(f"/ops/rights/{path}", json={"decision": decision, "reason": reason}))


def ledger(operator: Api, subject: str | None = None) -> list[Document]:
    """The ledger's entries, in order; of one subject, if one is named."""
    response = operator.http.get("/ops/rights/ledger/export")
    assert response.status_code == 200
    entries = [json.loads(line) for line in response.text.splitlines()]
    return [entry for entry in entries if subject is None or entry["subject"] == subject_of(subject)]


def subject_of(id: str) -> str:
    """What the ledger has in the place of an id: whoever knows an opt-out's or a decision's may do something with it."""
    prefix, _ = id.split("_", 1)
    return f"{prefix}~{hashlib.sha256(id.encode()).hexdigest()[:24]}" if prefix in {"dec", "out"} else id


def kinds(entries: list[Document]) -> list[str]:
    """What happened."""
    return [entry["kind"] for entry in entries]


# Prompts


def ask_by_client(client: openai.OpenAI, way: str, photo: Image.Image) -> None:
    """Ask for something that is not painted, by one of the ways in which one can ask."""
    match way:
        case "words":
            client.images.generate(prompt=IMITATION)
        case "photo":
            client.images.edit(image=upload(photo, longer=256), prompt=IMITATION)
        case "stream":
            client.images.generate(prompt=IMITATION, stream=True)
        case "later":
            client.images.generate(prompt=IMITATION, extra_headers={"Prefer": "respond-async"})
        case "style":
            client.images.edit(
                image=upload(photo, longer=256), prompt="a castle", extra_body={"style": "Greg Rutkowski style"}
            )


@pytest.mark.parametrize("way", ["words", "photo", "stream", "later", "style"])
def test_a_refused_prompt_has_a_decision(
    painter: openai.OpenAI, member: Api, operator: Api, stranger: httpx2.Client, photos: Photos, way: str
) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        ask_by_client(painter, way, photos["china"])
    refused = caught.value
    assert refused.code == "moderation_blocked"
    assert refused.type == "image_generation_user_error"
    assert refused.param == ("style" if way == "style" else "prompt")
    decision = blocked(refused.response)

    found = good(stranger.get(f"/v1/decisions/{decision}"))
    assert (found["id"], found["object"]) == (decision, "decision")
    assert (found["kind"], found["state"], found["rule"]) == ("prompt", "refused", REFUSED_BY)
    assert found["policy"] == "considerate"
    assert found["reason"] in refused.message
    assert "castle" not in json.dumps(found), "it says to anybody what was asked for"
    assert found["picture"] is found["appeal"] is None
    assert member.jobs() == []
    (entry,) = ledger(operator, decision)
    assert entry["kind"] == "prompt.refused"
    assert entry["detail"]["rule"] == REFUSED_BY


def test_the_same_words_again_are_the_same_decision(member: Api, operator: Api) -> None:
    first, second = (blocked(member.generate(IMITATION)) for _ in range(2))
    assert first == second
    assert blocked(operator.generate(IMITATION)) != first, "somebody else's is another one"


def test_a_rewritten_prompt_says_so(
    painter: openai.OpenAI, member: Api, operator: Api, stranger: httpx2.Client
) -> None:
    answer = painter.images.with_raw_response.generate(prompt=STUDIO, quality="low")
    (picture,) = answer.parse().data or []
    assert (picture.revised_prompt or "").startswith(REPLACED)
    job = member.job(answer.headers["heatsink-job"])
    assert job["prompt"] == STUDIO
    assert job["rights"]["policy"] == "considerate"
    (change,) = job["rights"]["changes"]
    assert change.startswith(REPLACED)
    assert job["rights"]["labels"] == []
    assert job["pictures"][0]["revised_prompt"].startswith(change)
    (entry,) = ledger(operator, job["id"])
    assert entry["kind"] == "prompt.rewritten"
    assert "studio-ghibli" in entry["detail"]["actions"]
    file = member.http.get(job["pictures"][0]["url"]).content
    says = good(stranger.post("/v1/verify", content=file))["credentials"]
    assert says["policy"] == "considerate"
    assert says["policy_actions"] == ["rewrite:studio-ghibli"]


def test_a_prompt_that_names_nobody_is_left_alone(member: Api) -> None:
    job = member.wait(member.order(fresh_prompt("a lighthouse at dusk"), quality="low")["id"])
    assert job["rights"] is None
    assert job["pictures"][0]["taken_down"] is None


@pytest.mark.parametrize("policy", ["open", "strict"])
def test_another_policy_decides_otherwise(start_server: StartServer, policy: str) -> None:
    server = start_server({"rights": {"policy": policy, "contact": "rights@example.org"}})
    with Api(server.url, server.first_key()) as api:
        said = good(api.http.get("/v1/policy"))
        assert (said["name"], said["contact"]) == (policy, "rights@example.org")
        if policy == "strict":
            blocked(api.generate(STUDIO))
            return
        for prompt in (STUDIO, IMITATION):
            job = api.wait(api.order(prompt, quality="low")["id"])
            assert job["status"] == "completed"
            assert job["rights"]["labels"] and not job["rights"]["changes"]
            assert kinds(ledger(api, job["id"])) == ["prompt.labelled"]


def test_the_policy_is_told_to_anybody(stranger: httpx2.Client) -> None:
    policy = good(stranger.get("/v1/policy"))
    assert (policy["object"], policy["name"]) == ("policy", "considerate")
    assert policy["rules"] > 100
    assert policy["statement"]
    assert policy["credentials"]["on"] and policy["credentials"]["is_development"]
    assert policy["works"]["on"]
    assert policy["text_days"] == 30
    assert policy["contact"] is None


# Opt-outs


def test_an_opt_out_from_its_request_to_its_end(start_server: StartServer) -> None:
    server = start_server({"http": {"trusted-proxies": 1}})
    prompt = "a harbour in the style of Zebulon Quistgaard"
    with Api(server.url, server.first_key()) as operator, somebody(server) as artist:
        assert operator.generate(prompt, quality="low").status_code == 200
        filed = good(artist.post("/v1/opt-outs", json=wish(contact="zeb@example.org")), 201)
        assert (filed["object"], filed["state"]) == ("opt_out", "requested")
        assert "evidence" not in filed and "contact" not in filed
        assert operator.generate(prompt, quality="low").status_code == 200, "nobody has accepted it yet"

        (listed,) = good(operator.http.get("/ops/rights"))["opt_outs"]
        assert (listed["id"], listed["contact"]) == (filed["id"], "zeb@example.org")
        assert listed["evidence"] == wish()["evidence"]
        decide(operator, f"opt-outs/{filed['id']}", "accept", "We wrote to each other.")
        server.kill9()
        server.start()

        for _ in range(2):
            found = good(artist.get(f"/v1/opt-outs/{filed['id']}"))
            assert (found["state"], found["decision_reason"]) == ("accepted", "We wrote to each other.")
            assert good(artist.get("/v1/policy"))["opt_outs"] == 1
            blocked(operator.generate(prompt))
            server.restart()

        assert good(artist.delete(f"/v1/opt-outs/{filed['id']}"))["state"] == "withdrawn"
        assert operator.generate(prompt, quality="low").status_code == 200
        refusal(artist.delete(f"/v1/opt-outs/{filed['id']}"), 409)
        told = kinds(ledger(operator, filed["id"]))
        assert told == ["opt-out.requested", "opt-out.accepted", "opt-out.withdrawn"]


def test_a_right_holders_look_takes_the_names_place(
    stage: Server, member: Api, operator: Api, stranger: httpx2.Client
) -> None:
    studio = wish(
        kind="right-holder", name="Wobblecrest Pictures", other_names=["ウォブルクレスト"], look="bold shapes in few colours"
    )
    filed = good(stranger.post("/v1/opt-outs", json=studio), 201)
    decide(operator, f"opt-outs/{filed['id']}", "accept")
    for name in ("Wobblecrest Pictures", "ウォブルクレスト"):
        job = member.wait(member.order(f"a cat in the style of {name}", quality="low")["id"])
        (change,) = job["rights"]["changes"]
        assert name in change and studio["look"] in change
    decide(operator, f"opt-outs/{filed['id']}", "withdraw")
    job = member.wait(member.order("a cat in the style of Wobblecrest Pictures", quality="low")["id"])
    assert job["rights"] is None


def test_a_declined_opt_out_says_why_and_changes_nothing(
    member: Api, operator: Api, stranger: httpx2.Client
) -> None:
    filed = good(stranger.post("/v1/opt-outs", json=wish(name="Ottoline Brackwater")), 201)
    decide(operator, f"opt-outs/{filed['id']}", "decline", "The page names somebody else.")
    found = good(stranger.get(f"/v1/opt-outs/{filed['id']}"))
    assert (found["state"], found["decision_reason"]) == ("declined", "The page names somebody else.")
    assert member.generate("a barn by Ottoline Brackwater", quality="low").status_code == 200
    assert filed["id"] not in json.dumps(good(operator.http.get("/ops/rights"))["opt_outs"])
    (listed,) = [
        entry
        for entry in good(operator.http.get("/ops/rights/opt-outs", params={"state": "declined"}))["data"]
        if entry["id"] == filed["id"]
    ]
    assert listed["decided_by"]
    refusal(operator.http.get("/ops/rights/opt-outs", params={"state": "lost"}), 400)


# Works


@pytest.fixture(scope="module")
def work(operator: Api, photos: Photos) -> Document:
    """A photo that somebody has rights in."""
    form = {"title": "The Machine", "right_holder": "Ada Example", "evidence": "https://example.org/machine"}
    files = {"image": upload(photos["motorcycle"], "PNG")}
    return good(operator.http.post("/ops/rights/works", data=form, files=files), 201)


COPIES: dict[str, Callable[[Image.Image], bytes]] = {
    "as it is": lambda photo: encode(photo, "PNG"),
    "encoded anew": lambda photo: encode(photo, "JPEG", quality=60),
    "as a WebP": lambda photo: encode(photo, "WEBP", quality=50),
    "mirrored": lambda photo: encode(ImageOps.mirror(photo), "JPEG"),
    "half as large": lambda photo: encode(photo, "JPEG", longer=max(photo.size) // 2),
    "its middle": lambda photo: encode(photo.crop((80, 60, photo.width - 60, photo.height - 50)), "JPEG"),
    "mirrored, half as large": lambda photo: encode(ImageOps.mirror(photo), "WEBP", longer=max(photo.size) // 2),
}


@pytest.mark.parametrize("copy", COPIES)
def test_a_copy_of_a_registered_work_is_refused(
    painter: openai.OpenAI, operator: Api, stranger: httpx2.Client, photos: Photos, work: Document, copy: str
) -> None:
    with pytest.raises(openai.BadRequestError) as caught:
        painter.images.edit(image=COPIES[copy](photos["motorcycle"]), prompt=fresh_prompt(), quality="low")
    decision = blocked(caught.value.response)
    for word in (work["title"], work["right_holder"]):
        assert word in caught.value.message
    found = good(stranger.get(f"/v1/decisions/{decision}"))
    assert (found["kind"], found["state"], found["rule"]) == ("upload", "refused", work["id"])
    (entry,) = ledger(operator, decision)
    assert entry["kind"] == "upload.refused"
    assert entry["detail"]["work"] == work["id"]


@pytest.mark.parametrize(
    ("sizes", "quality"), [(["512x512", "auto"], 91), (["auto", "512x512"], 92), (["512x1024", "1024x512", "auto"], 93)]
)
def test_a_work_is_refused_at_every_size(
    painter: openai.OpenAI, photos: Photos, work: Document, sizes: list[str], quality: int
) -> None:
    """And what was seen of it at one size counts for no other."""
    copy = encode(photos["motorcycle"], "JPEG", quality=quality)
    for size in sizes:
        with pytest.raises(openai.BadRequestError) as caught:
            painter.images.edit(image=copy, prompt=fresh_prompt(), quality="low", size=size)
        blocked(caught.value.response)
        assert work["title"] in caught.value.message, size


def test_a_work_is_no_style_either(member: Api, photos: Photos, work: Document) -> None:
    """As the second picture, and as JSON."""
    style = data_url(encode(photos["motorcycle"], longer=400))
    body = {
        "prompt": fresh_prompt(),
        "quality": "low",
        "images": [{"image_url": data_url(encode(photos["flower"], longer=256))}, {"image_url": style}],
    }
    response = member.http.post("/v1/images/edits", json=body)
    blocked(response)
    assert work["title"] in response.text


@pytest.mark.parametrize("name", ["flower", "china", "hopper", "coffee", "rocket", "hubble", "brick"])
def test_an_unrelated_photo_passes(
    painter: openai.OpenAI, photos: Photos, work: Document, name: str
) -> None:
    assert painter.images.edit(image=upload(photos[name], longer=320), prompt=fresh_prompt(), quality="low").data


def test_what_is_only_an_output_may_be_sent(operator: Api, member: Api, photos: Photos) -> None:
    """And a withdrawn work is nobody's any more."""
    form = {"title": SCRIPT, "right_holder": "Ada Example", "evidence": "none", "scope": "outputs"}
    file = upload(photos["chelsea"], "PNG")
    outputs = good(operator.http.post("/ops/rights/works", data=form, files={"image": file}), 201)
    assert (outputs["title"], outputs["scope"]) == (SCRIPT, ["outputs"])
    assert member.edit(file, fresh_prompt(), quality="low").status_code == 200
    uploads = good(operator.http.post("/ops/rights/works", data=form | {"scope": "uploads"}, files={"image": file}), 201)
    decision = blocked(answer := member.edit(file, fresh_prompt(), quality="low"))
    assert SCRIPT in answer.json()["error"]["message"]
    assert answer.headers["content-type"].startswith("application/json")
    withdrawn = good(operator.http.delete(f"/ops/rights/works/{uploads['id']}"))
    assert withdrawn["state"] == "withdrawn" and withdrawn["withdrawn_at"]
    refusal(operator.http.delete(f"/ops/rights/works/{uploads['id']}"), 409, "already_withdrawn")
    assert member.edit(file, fresh_prompt(), quality="low").status_code == 200
    assert kinds(ledger(operator, uploads["id"])) == ["work.registered", "work.withdrawn"]
    assert kinds(ledger(operator, decision)) == ["upload.refused"]
    listed = {each["id"]: each["state"] for each in good(operator.http.get("/ops/rights/works"))["data"]}
    assert listed[outputs["id"]] == "registered" and listed[uploads["id"]] == "withdrawn"
    good(operator.http.delete(f"/ops/rights/works/{outputs['id']}"))


def test_a_plain_picture_is_no_work(operator: Api) -> None:
    form = {"title": "White", "right_holder": "Ada Example", "evidence": "none"}
    plain = upload(Image.new("RGB", (256, 256), "white"), "PNG")
    error = refusal(operator.http.post("/ops/rights/works", data=form, files={"image": plain}), 400)
    assert error["param"] == "image"
    nothing = {"image": as_file(b"\x89PNG\r\n\x1a\n", "PNG")}
    refusal(operator.http.post("/ops/rights/works", data=form, files=nothing), 400, "invalid_image")


def test_a_work_from_the_command_line_is_in_force_within_seconds(
    stage: Server, operator: Api, member: Api, photos: Photos, tmp_path: Path
) -> None:
    file = tmp_path / "astronaut.png"
    photos["astronaut"].save(file)
    stage.command("works", "add", file, "--holder", "Ada Example", "--evidence", "none")
    deadline = time.monotonic() + 60
    while member.edit(upload(photos["astronaut"], longer=300), fresh_prompt(), quality="low").status_code == 200:
        assert time.monotonic() < deadline, "the running server does not know the work"
        time.sleep(0.2)
    (added,) = [each for each in good(operator.http.get("/ops/rights/works"))["data"] if "astronaut" in each["title"]]
    assert kinds(ledger(operator, added["id"])) == ["work.registered"]
    good(operator.http.delete(f"/ops/rights/works/{added['id']}"))


# Reviews


def test_what_is_held_back_waits_for_an_operator(start_server: StartServer, photos: Photos) -> None:
    """Copies that can hardly be told any more: others are refused, whatever is configured."""
    server = start_server({"http": {"trusted-proxies": 1}, "rights": {"works-refuse-at": 0, "works-review-at": 50}})
    with (
        Api(server.url, server.first_key()) as operator,
        Api(server.url, server.create_key()) as member,
        somebody(server) as stranger,
    ):

        def register(file: bytes, scope: str) -> str:
            form = {"title": "The Cat", "right_holder": "Ada Example", "evidence": "none", "scope": scope}
            files = {"image": as_file(file, "PNG")}
            return good(operator.http.post("/ops/rights/works", data=form, files=files), 201)["id"]

        def held(photo: Image.Image, strengths: range) -> tuple[bytes, str]:
            """The first copy, under more and more noise, that is held back, and the decision about it."""
            for strength in strengths:
                file = encode(grainy(photo, strength), "JPEG")
                response = member.edit(as_file(file), "Ember", quality="low")
                if response.status_code == 400 and response.json()["error"]["code"] == "held_for_review":
                    return file, blocked(response, "held_for_review")
            raise AssertionError("nothing was held back")

        work = register(encode(photos["chelsea"], "PNG"), "uploads")
        file, decision = held(photos["chelsea"], range(80, 200, 10))
        (review,) = good(operator.http.get("/ops/rights"))["reviews"]
        assert (review["id"], review["kind"], review["rule"]) == (decision, "upload", work)
        shown = operator.http.get(review["picture"], params={"side": 96})
        assert shown.headers["content-type"] == "image/webp"
        assert max(decode(shown.content).size) == 96
        refusal(member.http.get(review["picture"]), 403, "operators_only")
        refusal(stranger.get(review["picture"]), 401)
        assert decide(operator, f"reviews/{decision}", "release")["state"] == "released"
        assert member.edit(as_file(file), "Ember", quality="low").status_code == 200
        refusal(operator.http.post(f"/ops/rights/reviews/{decision}", json={"decision": "refuse", "reason": "x"}), 409)
        assert kinds(ledger(operator, decision)) == ["upload.held", "review.released"]

        painted = member.edit(upload(photos["rocket"], "PNG"), "Ember", quality="low", response_format="url")
        register(member.http.get(painted.json()["data"][0]["url"]).content, "outputs")
        _, decision = held(photos["rocket"], range(5, 50, 5))
        address = f"/v1/decisions/{decision}/picture"
        refusal(stranger.get(address), 404, "picture_expired")
        assert good(stranger.get(f"/v1/decisions/{decision}"))["state"] == "held"
        failed = member.jobs()[0]
        assert (failed["status"], failed["error"]["decision"], failed["pictures"]) == ("failed", decision, [])
        assert decide(operator, f"reviews/{decision}", "release")["picture"] == address
        assert decode(stranger.get(address).content).size
        refusal(stranger.get("/v1/decisions/dec_AAAAAAAAAAAAAAAAAAAAAA/picture"), 404)

        _, decision = held(photos["rocket"], range(5, 50, 5))
        assert decide(operator, f"reviews/{decision}", "refuse")["state"] == "refused"
        refusal(stranger.get(f"/v1/decisions/{decision}/picture"), 404)
        assert kinds(ledger(operator, decision)) == ["output.held", "review.refused"]


# Takedowns


def test_a_takedown_from_its_order_to_its_end(start_server: StartServer, photos: Photos) -> None:
    server = start_server({"http": {"trusted-proxies": 1}})
    photo = upload(photos["coffee"], longer=480)
    with (
        Visitor(server) as owner,
        Api(server.url, server.first_key()) as operator,
        Api(server.url, server.create_key()) as other,
        somebody(server) as stranger,
    ):
        owner.sign_in(server.create_key())
        job = owner.paint(photo, "Ember", quality="low")
        share = owner.share(job["id"])
        page = httpx2.URL(share["url"]).raw_path.decode()
        signed = httpx2.URL(job["result"]["data"][0]["url"]).raw_path.decode()
        own = job["pictures"][0]["url"]
        file = owner.http.get(own).content

        def answers() -> dict[str, httpx2.Response]:
            """All ways to the picture."""
            return {
                "the owner's": owner.http.get(own),
                "small": owner.http.get(own, params={"side": 64}),
                "to keep": owner.http.get(own, params={"download": 1}),
                "in the job": owner.http.get(f"/v1/jobs/{job['id']}", params={"response_format": "b64_json"}),
                "signed": stranger.get(signed),
                "shared": stranger.get(f"{page}/picture"),
            }

        for name, response in answers().items():
            assert response.status_code == 200, name
        assert stranger.get(page).status_code == 200
        assert good(stranger.post("/v1/verify", content=file))["taken_down"] is False

        order = {"share": share["url"], "reason": "It copies The Cup.", "right_holder": "Ada Example"}
        taken = good(operator.http.post("/ops/rights/takedowns", json=order), 201)
        assert (taken["object"], taken["shares"]) == ("takedown", 1)
        assert taken["pictures"] >= 1 and taken["work"]
        decision = taken["decision"]

        for again in (False, True):
            if again:
                server.kill9()
                server.start()
            for response in answers().values():
                gone(response, decision)
            assert stranger.get(page).status_code == TAKEN_DOWN
            assert stranger.get(page).headers["content-type"].startswith("text/html")
            gone(owner.http.post("/v1/shares", json={"job": job["id"], "picture": 0}), decision)
            assert owner.get(f"/v1/jobs/{job['id']}")["pictures"][0]["taken_down"] == decision
            assert owner.get("/v1/gallery")["data"][0]["pictures"][0]["taken_down"] == decision
            assert good(operator.http.get("/ops/rights"))["counts"]["taken_down"] == taken["pictures"]
            verified = good(stranger.post("/v1/verify", content=file))
            assert (verified["taken_down"], verified["decision"]) == (True, decision)
        refusal(operator.http.post("/ops/rights/takedowns", json=order), 409, "already_taken_down")

        again = other.edit(photo, "Ember", quality="low")
        assert again.status_code == 400
        assert again.json()["error"]["code"] in {"moderation_blocked", "held_for_review"}
        assert "Taken down" in again.json()["error"]["message"]
        assert other.edit(as_file(file, "PNG"), "Ember", quality="low").status_code == 400, "sent, it is the same"
        found = good(stranger.get(f"/v1/decisions/{decision}"))
        assert (found["kind"], found["state"], found["reason"]) == ("takedown", "taken_down", order["reason"])

        filed = good(stranger.post("/v1/appeals", json={"decision": decision, "text": "It is my own cup."}), 201)
        assert filed["appeal"]["state"] == "open"
        (listed,) = good(operator.http.get("/ops/rights"))["appeals"]
        assert (listed["id"], listed["text"], listed["decision"]["id"]) == (decision, "It is my own cup.", decision)
        decided = decide(operator, f"appeals/{decision}", "overturn", "So it is.")
        assert (decided["state"], decided["appeal"]["state"]) == ("overturned", "overturned")
        server.kill9()
        server.start()
        for name, response in answers().items():
            assert response.status_code == 200, name
        assert stranger.get(page).status_code == 200
        assert owner.http.get(own).content == file
        assert owner.get(f"/v1/jobs/{job['id']}")["pictures"][0]["taken_down"] is None
        assert other.edit(photo, "Ember", quality="low").status_code == 200
        assert kinds(ledger(operator, decision)) == ["takedown", "appeal.filed", "appeal.overturned"]
        assert "work.registered" in kinds(ledger(operator, taken["work"]))


@pytest.mark.parametrize("way", ["sha256", "job", "share", "watermark"])
def test_a_picture_can_be_named_in_several_ways(
    operator: Api, member: Api, stranger: httpx2.Client, photos: Photos, way: str
) -> None:
    # Small pictures do not always carry a watermark that can be read.
    job = member.wait(member.submit(upload(photos["flower"], longer=700), fresh_prompt(), quality="high")["id"])
    share = good(member.http.post("/v1/shares", json={"job": job["id"], "picture": 0}), 201)
    file = member.http.get(job["pictures"][0]["url"]).content
    name = {
        "watermark": {"watermark": good(stranger.post("/v1/verify", content=file))["watermark"]["id"]},
        "sha256": {"sha256": job["pictures"][0]["sha256"]},
        "job": {"job": job["id"], "picture": 0},
        "share": {"share": share["id"]},
    }[way]
    order = {"reason": "For a test.", "register": False}
    taken = good(operator.http.post("/ops/rights/takedowns", json=name | order), 201)
    assert taken["work"] is None
    gone(member.http.get(job["pictures"][0]["url"]), taken["decision"])
    # Its reason is for its owner, and so is the way back.
    good(member.http.post("/v1/appeals", json={"decision": taken["decision"], "text": "Why?"}), 201)
    decide(operator, f"appeals/{taken['decision']}", "overturn")
    assert member.http.get(job["pictures"][0]["url"]).status_code == 200


def test_the_same_picture_of_somebody_else_goes_with_it(
    stage: Server, operator: Api, member: Api, stranger: httpx2.Client, photos: Photos
) -> None:
    """Two files, since each says when it was made, with one watermark."""
    # Small pictures do not always carry a watermark that can be read.
    photo = upload(photos["hopper"], longer=700)
    # The first painting of a shape may differ from the later ones by a few levels, and so its watermark: it is of another
    # photo of that shape.
    mirrored = upload(ImageOps.mirror(photos["hopper"]), longer=700)
    assert member.edit(mirrored, "Ember", quality="high").status_code == 200
    with Api(stage.url, stage.create_key()) as other:
        mine, theirs = (
            (api, api.wait(api.submit(photo, "Ember", quality="high")["id"])["pictures"][0]) for api in (member, other)
        )
        assert mine[1]["sha256"] != theirs[1]["sha256"]
        copy = encode(decode(other.http.get(theirs[1]["url"]).content), "JPEG", quality=85)
        order = {"sha256": mine[1]["sha256"], "reason": "For a test.", "register": False}
        taken = good(operator.http.post("/ops/rights/takedowns", json=order), 201)
        assert taken["pictures"] == 2
        for api, picture in (mine, theirs):
            gone(api.http.get(picture["url"]), taken["decision"])
        found = good(stranger.post("/v1/verify", content=copy))
        assert (found["taken_down"], found["decision"]) == (True, taken["decision"]), "its watermark was not looked at"
        good(stranger.post("/v1/appeals", json={"decision": taken["decision"], "text": "No."}), 201)
        decide(operator, f"appeals/{taken['decision']}", "overturn")
        for api, picture in (mine, theirs):
            assert api.http.get(picture["url"]).status_code == 200


@pytest.mark.parametrize(
    ("name", "status"),
    [
        ({"sha256": "0" * 64}, 404),
        ({"sha256": "x"}, 400),
        ({"share": "nothing"}, 404),
        ({"watermark": "0123456789abcdef"}, 404),
        ({"watermark": "0123"}, 400),
        ({"job": "job_nothing"}, 404),
        ({"job": "job_nothing", "picture": -1}, 400),
        ({"job": "job_nothing", "share": "nothing"}, 400),
        ({}, 400),
        ({"sha256": "../../../../etc/passwd"}, 400),
        ({"share": "https://elsewhere.example/s/nothing"}, 404),
    ],
    ids=str,
)
def test_what_is_not_there_cannot_be_taken_down(operator: Api, name: Document, status: int) -> None:
    refusal(operator.http.post("/ops/rights/takedowns", json=name | {"reason": "For a test."}), status)


# Appeals


def refused_prompt(member: Api) -> str:
    """A decision that nobody has said anything against."""
    return blocked(member.generate(fresh_prompt(IMITATION)))


def test_an_appeal_is_filed_once_and_answered_once(
    member: Api, operator: Api, stranger: httpx2.Client
) -> None:
    decision = refused_prompt(member)
    appeal = {"decision": decision, "text": "I am Greg myself.", "contact": "greg@example.org"}
    filed = good(stranger.post("/v1/appeals", json=appeal), 201)
    assert filed["appeal"]["state"] == "open" and filed["appeal"]["answer"] is None
    assert "greg" not in json.dumps(filed["appeal"]).lower(), "what was said is for the operator"
    refusal(stranger.post("/v1/appeals", json=appeal), 409, "already_appealed")
    (listed,) = [each for each in good(operator.http.get("/ops/rights"))["appeals"] if each["id"] == decision]
    assert (listed["text"], listed["contact"]) == (appeal["text"], appeal["contact"])
    assert listed["prompt"].startswith(IMITATION)
    decide(operator, f"appeals/{decision}", "uphold", "You are not.")
    answer = {"decision": "overturn", "reason": "x"}
    refusal(operator.http.post(f"/ops/rights/appeals/{decision}", json=answer), 409, "already_answered")
    found = good(stranger.get(f"/v1/decisions/{decision}"))
    assert found["state"] == "refused"
    assert (found["appeal"]["state"], found["appeal"]["answer"]) == ("upheld", "You are not.")
    assert found["appeal"]["decided_at"] >= found["appeal"]["at"]
    told = ledger(operator, decision)
    assert kinds(told) == ["prompt.refused", "appeal.filed", "appeal.upheld"]
    assert "Greg myself" not in json.dumps(told)


def test_of_two_appeals_at_once_one_is_filed(stage: Server, member: Api, operator: Api) -> None:
    decision, together = refused_prompt(member), Barrier(6)

    def file(_: int) -> int:
        with somebody(stage) as stranger:
            together.wait(timeout=30)
            return stranger.post("/v1/appeals", json={"decision": decision, "text": "No."}).status_code

    with ThreadPoolExecutor(6) as pool:
        assert sorted(pool.map(file, range(6))) == [201, *[409] * 5]
    assert kinds(ledger(operator, decision)) == ["prompt.refused", "appeal.filed"]


# The ledger


def digest(entry: Document) -> str:
    """As `Docs/Ledger.md` has it: seven fields, each behind its length as four bytes, the least significant first."""
    names = ("previous", "sequence", "at_microseconds", "kind", "subject", "actor", "detail_text")
    fields = [str(entry[name]).encode() for name in names]
    return hashlib.sha256(b"".join(struct.pack("<I", len(field)) + field for field in fields)).hexdigest()


SECRET_WORDS = "violet hippopotamus orchestra"


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, photos: Photos) -> Iterator[tuple[Server, Api, Path]]:
    """A server on which everything was decided once, and a copy of its data that stands still."""
    with (
        running(tmp_path_factory, {"http": {"trusted-proxies": 1}}) as server,
        Api(server.url, server.first_key()) as operator,
        somebody(server) as stranger,
    ):
        decision = blocked(operator.generate(f"{SECRET_WORDS} by Greg Rutkowski"))
        job = operator.wait(operator.order(f"{SECRET_WORDS}, Ghibli style", quality="low")["id"])
        for name, decided in (("Odalys Fennimore", "accept"), ("Peregrin Mossgrave", "decline")):
            filed = good(stranger.post("/v1/opt-outs", json=wish(name=name)), 201)
            decide(operator, f"opt-outs/{filed['id']}", decided)
            if decided == "accept":
                good(stranger.delete(f"/v1/opt-outs/{filed['id']}"))
        form = {"title": "The Cat", "right_holder": "Ada Example", "evidence": "none"}
        files = {"image": upload(photos["chelsea"], "PNG")}
        work = good(operator.http.post("/ops/rights/works", data=form, files=files), 201)
        blocked(operator.edit(upload(photos["chelsea"]), SECRET_WORDS))
        good(operator.http.delete(f"/ops/rights/works/{work['id']}"))
        good(stranger.post("/v1/appeals", json={"decision": decision, "text": f"But {SECRET_WORDS}!"}), 201)
        decide(operator, f"appeals/{decision}", "uphold")
        order = {"job": job["id"], "picture": 0, "reason": "For a test."}
        taken = good(operator.http.post("/ops/rights/takedowns", json=order), 201)
        good(stranger.post("/v1/appeals", json={"decision": taken["decision"], "text": "No."}), 201)
        decide(operator, f"appeals/{taken['decision']}", "overturn")
        lever = {"model": "meadow", "minutes": 0, "reason": "For a test."}
        good(operator.http.post("/ops/levers/pause", json=lever))
        data = tmp_path_factory.mktemp("story") / "data"
        data.mkdir()
        with closing(sqlite3.connect(server.data / "heatsink.sqlite")) as source:
            with closing(sqlite3.connect(data / "heatsink.sqlite")) as target:
                source.backup(target)
        yield server, operator, data


def test_everything_that_was_decided_is_in_the_ledger(story: tuple[Server, Api, Path]) -> None:
    _, operator, _ = story
    entries = ledger(operator)
    assert set(kinds(entries)) >= {
        "prompt.refused",
        "prompt.rewritten",
        "opt-out.requested",
        "opt-out.accepted",
        "opt-out.declined",
        "opt-out.withdrawn",
        "work.registered",
        "work.withdrawn",
        "upload.refused",
        "takedown",
        "appeal.filed",
        "appeal.upheld",
        "appeal.overturned",
        "lever.pause",
    }
    operators = {entry["actor"] for entry in entries if entry["kind"] in {"takedown", "work.registered"}}
    assert len(operators) == 1 and operators.pop().startswith("acct_")


def test_no_prompt_is_in_the_ledger(story: tuple[Server, Api, Path]) -> None:
    server, operator, data = story
    text = json.dumps(ledger(operator)).lower()
    for word in (*SECRET_WORDS.split(), "ghibli style", "by greg"):
        assert word not in text
    # What is kept with a decision is what the ledger's commitment is of.
    with closing(sqlite3.connect(data / "heatsink.sqlite")) as database:
        ((decision, kept, salt),) = database.execute("SELECT decision, text, salt FROM decision_texts").fetchall()
    assert kept == f"{SECRET_WORDS} by Greg Rutkowski"
    (entry,) = [each for each in ledger(operator, decision) if each["kind"] == "prompt.refused"]
    assert entry["detail"]["text_commitment"] == hashlib.sha256((salt + kept).encode()).hexdigest()


def test_anybody_can_recompute_the_ledger(story: tuple[Server, Api, Path]) -> None:
    server, operator, _ = story
    response = operator.http.get("/ops/rights/ledger/export")
    assert response.headers["content-type"] == "application/x-ndjson"
    assert response.headers["content-disposition"].startswith("attachment")
    entries = ledger(operator)
    previous = "0" * 64
    for number, entry in enumerate(entries, 1):
        assert (entry["sequence"], entry["previous"]) == (number, previous)
        assert json.loads(entry["detail_text"]) == entry["detail"]
        assert entry["at"] == entry["at_microseconds"] // 1_000_000
        assert entry["hash"] == digest(entry)
        previous = entry["hash"]
    head = f"{len(entries)}:{previous}"
    check = good(operator.http.get("/ops/rights/ledger/check"))
    assert check == {
        "object": "ledger_check",
        "is_whole": True,
        "entries": len(entries),
        "head": head,
        "fault": None,
    }
    assert good(operator.http.get("/ops/rights"))["ledger"] == {"entries": len(entries), "head": head}
    assert json.loads(server.command("audit", "--check", "--json")) == check
    assert good(operator.http.get("/ops/rights/ledger/check", params={"head": head}))["is_whole"]
    changed = f"{len(entries)}:{'0' * 64}"
    assert not good(operator.http.get("/ops/rights/ledger/check", params={"head": changed}))["is_whole"]
    refusal(operator.http.get("/ops/rights/ledger/check", params={"head": "x"}), 400)


def test_the_ledger_comes_page_by_page(story: tuple[Server, Api, Path]) -> None:
    _, operator, _ = story
    entries = ledger(operator)

    def pages(step: Callable[[list[Document]], Document], **query: Any) -> list[Document]:
        found: list[Document] = []
        while True:
            page = good(operator.http.get("/ops/rights/ledger", params={"limit": 4} | query | step(found)))
            found += page["data"]
            if not page["has_more"]:
                return found

    assert pages(lambda found: {"after": found[-1]["sequence"]} if found else {}) == entries
    newest = pages(lambda found: {"before": found[-1]["sequence"]} if found else {}, order="newest")
    assert newest == entries[::-1]
    for query in ({"limit": 0}, {"limit": 501}, {"after": -1}, {"after": "x"}, {"order": "backwards"}, {"before": 0}):
        refusal(operator.http.get("/ops/rights/ledger", params=query), 400)


def rehashed(entry: Document) -> Document:
    """What somebody writes who knows how it is hashed."""
    return entry | {"hash": digest(entry)}


def change_a_reason(entries: list[Document]) -> list[Document]:
    return [*entries[:4], entries[4] | {"detail_text": '{"reason":"another"}'}, *entries[5:]]


def change_whose_it_was(entries: list[Document]) -> list[Document]:
    return [*entries[:4], rehashed(entries[4] | {"actor": "acct_nobody"}), *entries[5:]]


def take_one_out(entries: list[Document]) -> list[Document]:
    return entries[:4] + entries[5:]


def take_one_out_and_close_the_gap(entries: list[Document]) -> list[Document]:
    rest = [entry | {"sequence": entry["sequence"] - 1} for entry in entries[5:]]
    return [*entries[:4], *map(rehashed, rest)]


def swap_two(entries: list[Document]) -> list[Document]:
    first, second = ({"sequence": entry["sequence"]} for entry in entries[4:6])
    return [*entries[:4], entries[5] | first, entries[4] | second, *entries[6:]]


def set_the_clock_back(entries: list[Document]) -> list[Document]:
    return [*entries[:4], entries[4] | {"at_microseconds": 0}, *entries[5:]]


TAMPERINGS = {
    change_a_reason: "entry 5 ",
    change_whose_it_was: "entry 6 ",
    take_one_out: "entry 5 should follow",
    take_one_out_and_close_the_gap: "entry 5 ",
    swap_two: "entry 5 ",
    set_the_clock_back: "entry 5 ",
}


def write(data: Path, entries: list[Document], target: Path) -> Path:
    """A copy of a server's data whose ledger was written anew, by somebody who can write to its disk."""
    shutil.copytree(data, target)
    columns = ("sequence", "at_microseconds", "kind", "subject", "actor", "detail_text", "previous", "hash")
    with closing(sqlite3.connect(target / "heatsink.sqlite")) as database, database:
        with pytest.raises(sqlite3.IntegrityError, match="only added to"):
            database.execute("UPDATE ledger SET actor = ''")
        with pytest.raises(sqlite3.IntegrityError, match="only added to"):
            database.execute("DELETE FROM ledger")
        database.execute("DROP TRIGGER ledger_is_not_changed")
        database.execute("DROP TRIGGER ledger_is_not_shortened")
        database.execute("DELETE FROM ledger")
        database.executemany(
            "INSERT INTO ledger (sequence, at, kind, subject, actor, detail, previous, hash)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            [[entry[column] for column in columns] for entry in entries],
        )
    return target


def tampered(*arguments: str | Path) -> str:
    """What a check says that must fail, with exit status 1."""
    with pytest.raises(AssertionError, match="ended with 1:") as caught:
        run_command("audit", "--check", *arguments)
    return str(caught.value)


@pytest.mark.parametrize("tamper", TAMPERINGS, ids=lambda tamper: tamper.__name__)
def test_tampering_is_found_and_named(
    story: tuple[Server, Api, Path], tmp_path: Path, tamper: Callable[[list[Document]], list[Document]]
) -> None:
    _, operator, data = story
    entries = tamper(ledger(operator))
    assert TAMPERINGS[tamper] in tampered("--data", write(data, entries, tmp_path / "data"))
    export = tmp_path / "ledger.jsonl"
    export.write_text("".join(json.dumps(entry) + "\n" for entry in entries))
    assert TAMPERINGS[tamper] in tampered("--file", export)


def test_one_changed_row_is_found(story: tuple[Server, Api, Path], tmp_path: Path) -> None:
    _, _, data = story
    copy = tmp_path / "data"
    shutil.copytree(data, copy)
    assert "whole" in run_command("audit", "--check", "--data", copy)
    with closing(sqlite3.connect(copy / "heatsink.sqlite")) as database, database:
        database.execute("DROP TRIGGER ledger_is_not_changed")
        database.execute("UPDATE ledger SET detail = replace(detail, 'considerate', 'open') WHERE sequence = 1")
    assert "entry 1 was changed" in tampered("--data", copy)


def test_a_ledger_that_was_cut_short_or_written_anew_misses_its_head(
    story: tuple[Server, Api, Path], tmp_path: Path
) -> None:
    _, operator, data = story
    entries = ledger(operator)
    head = f"{len(entries)}:{entries[-1]['hash']}"
    short = write(data, entries[:-2], tmp_path / "short")
    assert "whole" in run_command("audit", "--check", "--data", short), "nothing in it says how long it was"
    assert f"entry {len(entries)} " in tampered("--data", short, "--head", head)
    anew: list[Document] = []
    for entry in entries:
        anew.append(rehashed(entry | {"actor": "", "previous": anew[-1]["hash"] if anew else "0" * 64}))
    other = write(data, anew, tmp_path / "anew")
    assert "whole" in run_command("audit", "--check", "--data", other)
    assert f"entry {len(entries)} " in tampered("--data", other, "--head", head)
    export = tmp_path / "ledger.jsonl"
    run_command("audit", "--export", export, "--data", data)
    assert "whole" in run_command("audit", "--check", "--file", export, "--head", head)


def test_what_was_refused_is_erased_when_its_time_is_over(start_server: StartServer) -> None:
    server = start_server({"http": {"trusted-proxies": 1}, "rights": {"text-days": 0.00001}})
    with Api(server.url, server.first_key()) as operator, somebody(server) as stranger:
        decision = blocked(operator.generate(f"{SECRET_WORDS} by Greg Rutkowski"))
        good(stranger.post("/v1/appeals", json={"decision": decision, "text": "No."}), 201)
        time.sleep(1)
        (listed,) = good(operator.http.get("/ops/rights"))["appeals"]
        assert listed["prompt"] is None, "0.00001 days are over"
        # What is over is erased as the server starts, and each minute.
        server.restart()
        deadline = time.monotonic() + 60
        while "text.erased" not in kinds(ledger(operator)):
            assert time.monotonic() < deadline, "nothing is erased"
            time.sleep(0.2)
        (erased,) = [entry for entry in ledger(operator) if entry["kind"] == "text.erased"]
        assert erased["detail"] == {"texts": "1"}
        assert good(operator.http.get("/ops/rights/ledger/check"))["is_whole"]
    server.stop()
    for file in server.data.rglob("*"):
        assert not file.is_file() or SECRET_WORDS.encode() not in file.read_bytes(), f"{file.name} still has it"
    server.start()


def test_who_leaves_takes_along_what_was_refused(
    stage: Server, operator: Api, stranger: httpx2.Client
) -> None:
    with Api(stage.url, stage.create_key()) as leaving:
        decision = blocked(leaving.generate(f"{SECRET_WORDS} by Greg Rutkowski"))
        good(stranger.post("/v1/appeals", json={"decision": decision, "text": "No."}), 201)
        account = good(leaving.http.get("/v1/account"))["id"]
        good(leaving.http.request("DELETE", "/v1/account", json={"confirm": "delete everything"}))
    overview = good(operator.http.get("/ops/rights"))
    assert account not in json.dumps(overview) and SECRET_WORDS not in json.dumps(overview)
    assert decision not in [each["id"] for each in overview["appeals"]], "the appeal goes along"
    assert good(stranger.get(f"/v1/decisions/{decision}")).get("appeal") is None
    answer = operator.http.post(f"/ops/rights/appeals/{decision}", json={"decision": "overturn", "reason": "late"})
    assert answer.status_code in {404, 409}, answer.text
    assert good(operator.http.get("/ops/rights/ledger/check"))["is_whole"]


def test_everything_can_be_switched_off(start_server: StartServer, photos: Photos) -> None:
    off = {"credentials": "off", "watermark": "off", "works": "off", "safety": "off"}
    server = start_server({"rights": off})
    with Api(server.url, server.first_key()) as api:
        policy = good(api.http.get("/v1/policy"))
        assert not policy["credentials"]["on"] and not policy["watermark"] and not policy["works"]["on"]
        assert policy["safety"] == "off"
        form = {"title": "The Cat", "right_holder": "Ada Example", "evidence": "none"}
        photo = upload(photos["chelsea"], longer=320)
        good(api.http.post("/ops/rights/works", data=form, files={"image": photo}), 201)
        # The first painting of a shape differs from the later ones by a few levels.
        _, *answers = (good(api.edit(photo, "Ember", quality="low"))["data"][0]["b64_json"] for _ in range(3))
        assert answers[0] == answers[1], "something in them says when they were made"
        file = base64.b64decode(answers[0])
        assert b"caBX" not in file
        found = good(api.http.post("/v1/verify", content=file))
        assert (found["made_here"], found["is_altered"], found["watermark"]) == (True, False, None)
        assert found["credentials"]["verdict"] == "absent"


# What people with bad intentions try


@pytest.mark.parametrize(
    "path",
    [
        "/v1/opt-outs/out_AAAAAAAAAAAAAAAAAAAAAA",
        "/v1/opt-outs/{decision}",
        "/v1/decisions/dec_AAAAAAAAAAAAAAAAAAAAAA",
        "/v1/decisions/{opt_out}",
        "/v1/decisions/{prefix}",
        "/v1/decisions/{decision}%00",
        "/v1/decisions/%25",
        "/v1/decisions/..%2F..%2Fops%2Frights",
        "/v1/decisions/' OR 1=1 --",
        "/v1/decisions/{decision}/picture",
    ],
)
def test_what_is_guessed_is_not_there(member: Api, stranger: httpx2.Client, path: str) -> None:
    decision = refused_prompt(member)
    opt_out = good(stranger.post("/v1/opt-outs", json=wish(name="Wilhelmina Throckmorton")), 201)["id"]
    guess = path.format(decision=decision, opt_out=opt_out, prefix=decision[:-1])
    refusal(stranger.get(guess), 404)
    if "opt-outs" in guess:
        refusal(stranger.delete(guess), 404)
    good(stranger.delete(f"/v1/opt-outs/{opt_out}"))


def test_ids_cannot_be_guessed(stage: Server) -> None:
    """Sixteen random bytes at least, and none like the one before."""
    with somebody(stage) as stranger:
        ids = [good(stranger.post("/v1/opt-outs", json=wish()), 201)["id"] for _ in range(5)]
        for id in ids:
            good(stranger.delete(f"/v1/opt-outs/{id}"))
    assert len(set(ids)) == 5
    assert all(len(id) >= len("out_") + 22 for id in ids)
    assert len({id[:8] for id in ids}) == 5


def test_a_script_stays_text(operator: Api, stranger: httpx2.Client) -> None:
    fields = wish(name=f"Zeb {SCRIPT}"[:100], evidence=f"{SCRIPT}\u0000\u202e", look=SCRIPT, contact=SCRIPT)
    filed = stranger.post("/v1/opt-outs", json=fields)
    assert good(filed, 201)["name"] == fields["name"]
    id = filed.json()["id"]
    answers = [filed, stranger.get(f"/v1/opt-outs/{id}"), operator.http.get("/ops/rights")]
    for answer in answers:
        assert answer.headers["content-type"].startswith("application/json")
    (listed,) = [each for each in answers[-1].json()["opt_outs"] if each["id"] == id]
    assert listed["evidence"] == f"{SCRIPT}\ufffd\u202e"
    assert (listed["look"], listed["contact"]) == (SCRIPT, SCRIPT)
    good(stranger.delete(f"/v1/opt-outs/{id}"))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"name": "x" * 101}, "name"),
        ({"name": ""}, "name"),
        ({"name": "?!"}, "name"),
        ({"name": None}, "name"),
        ({"name": 5}, "name"),
        ({"other_names": ["ab"] * 40}, "other_names"),
        ({"other_names": ["x" * 101]}, "other_names"),
        ({"other_names": ["?!"]}, "other_names"),
        ({"other_names": "ab"}, "other_names"),
        ({"evidence": "x" * 10_001}, "evidence"),
        ({"evidence": " \n"}, "evidence"),
        ({"look": "x" * 101}, "look"),
        ({"contact": "x" * 301}, "contact"),
        ({"kind": "critic"}, "kind"),
        ({"scope": []}, "scope"),
        ({"scope": ["everything"]}, "scope"),
        ({"scope": "style"}, "scope"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_field_of_an_opt_out_that_is_not_accepted_is_named(stage: Server, change: Document, field: str) -> None:
    with somebody(stage) as stranger:
        assert refusal(stranger.post("/v1/opt-outs", json=wish(**change)), 400)["param"] == field


def test_the_longest_fields_are_accepted(stranger: httpx2.Client) -> None:
    longest = wish(
        name="é" * 100, other_names=["x" * 100] * 39, evidence="ü" * 10_000, look="x" * 100, contact="x" * 300
    )
    id = good(stranger.post("/v1/opt-outs", json=longest), 201)["id"]
    good(stranger.delete(f"/v1/opt-outs/{id}"))


@pytest.mark.parametrize(
    ("change", "field"),
    [({"text": "x" * 4_001}, "text"), ({"text": ""}, "text"), ({"contact": "x" * 301}, "contact"), ({"decision": 5}, "decision")],
    ids=lambda value: str(value)[:40],
)
def test_a_field_of_an_appeal_that_is_not_accepted_is_named(
    member: Api, stranger: httpx2.Client, change: Document, field: str
) -> None:
    body = {"decision": refused_prompt(member), "text": "No."} | change
    assert refusal(stranger.post("/v1/appeals", json=body), 400)["param"] == field


@pytest.mark.parametrize("field", ["title", "right_holder", "evidence"])
def test_a_field_of_a_work_that_is_not_accepted_is_named(operator: Api, photos: Photos, field: str) -> None:
    form = {"title": "The Cat", "right_holder": "Ada Example", "evidence": "none"}
    files = {"image": upload(photos["chelsea"], longer=200)}
    for value in ("x" * 10_001, " ", None):
        changed = {name: text for name, text in (form | {field: value}).items() if text is not None}
        error = refusal(operator.http.post("/ops/rights/works", data=changed, files=files), 400)
        assert error["param"] == field
    assert refusal(operator.http.post("/ops/rights/works", data=form | {"scope": "all"}, files=files), 400)["param"] == "scope"
    assert refusal(operator.http.post("/ops/rights/works", data=form, files={"other": files["image"]}), 400)["param"] == "image"


def test_an_address_files_only_so_much(stage: Server) -> None:
    """And whoever writes the header themselves comes from where the proxy saw them."""
    with somebody(stage) as flood, somebody(stage) as other:
        ids = [good(flood.post("/v1/opt-outs", json=wish()), 201)["id"] for _ in range(20)]
        seen = flood.headers["X-Forwarded-For"]
        for headers in ({}, {"X-Forwarded-For": f"192.0.2.7, {seen}"}):
            response = flood.post("/v1/opt-outs", json=wish(), headers=headers)
            refusal(response, 429, "rate_limit_exceeded")
            assert 1 <= int(response.headers["retry-after"]) <= 60
        refusal(flood.post("/v1/appeals", json={"decision": "dec_x", "text": "No."}), 429)
        assert good(flood.get(f"/v1/opt-outs/{ids[0]}"))["state"] == "requested", "looking is another matter"
        for id in ids[:19]:
            good(other.delete(f"/v1/opt-outs/{id}"))
        with somebody(stage) as last:
            good(last.delete(f"/v1/opt-outs/{ids[19]}"))


def test_an_address_looks_only_so_often(stage: Server) -> None:
    with somebody(stage) as guesser:
        statuses = [guesser.get("/v1/decisions/dec_" + "0" * 22).status_code]
        while statuses[-1] != 429 and len(statuses) < MOST_TRIES:
            statuses.append(guesser.get(f"/v1/decisions/dec_{len(statuses):022}").status_code)
        assert set(statuses) == {404, 429}
        response = guesser.get("/v1/opt-outs/out_x")
        if response.status_code == 429:
            assert int(response.headers["retry-after"]) >= 1


def test_an_account_is_refused_only_so_often(member: Api, operator: Api) -> None:
    """Each refusal is an entry of the ledger: nobody may make it as long as they like."""
    answers = [member.generate(fresh_prompt(IMITATION))]
    while answers[-1].status_code != 429 and len(answers) < MOST_TRIES:
        answers.append(member.generate(fresh_prompt(IMITATION)))
    *before, limited = answers
    assert {answer.status_code for answer in before} == {400}
    assert len(before) >= 40
    refusal(limited, 429, "rate_limit_exceeded")
    assert int(limited.headers["retry-after"]) >= 1
    assert member.generate(fresh_prompt("a boat"), quality="low").status_code == 200, "what is painted is painted"


OPERATORS_ONLY = [
    ("GET", "/ops/rights"),
    ("GET", "/ops/rights/opt-outs"),
    ("POST", "/ops/rights/opt-outs/{opt_out}"),
    ("POST", "/ops/rights/reviews/{decision}"),
    ("GET", "/ops/rights/reviews/{decision}/picture"),
    ("POST", "/ops/rights/appeals/{decision}"),
    ("POST", "/ops/rights/takedowns"),
    ("GET", "/ops/rights/works"),
    ("POST", "/ops/rights/works"),
    ("DELETE", "/ops/rights/works/{work}"),
    ("GET", "/ops/rights/ledger"),
    ("GET", "/ops/rights/ledger/check"),
    ("GET", "/ops/rights/ledger/export"),
]


@pytest.mark.parametrize(("method", "path"), OPERATORS_ONLY)
def test_the_desk_is_for_operators(
    stage: Server, member: Api, operator: Api, stranger: httpx2.Client, work: Document, method: str, path: str
) -> None:
    decision = refused_prompt(member)
    good(stranger.post("/v1/appeals", json={"decision": decision, "text": "No."}), 201)
    opt_out = good(stranger.post("/v1/opt-outs", json=wish(name="Barnabas Quillfeather")), 201)["id"]
    address = path.format(decision=decision, opt_out=opt_out, work=work["id"])
    body = {"decision": "accept", "reason": "x"} if method == "POST" else None
    before = len(ledger(operator))
    refusal(stranger.request(method, address, json=body), 401, "invalid_api_key")
    refusal(member.http.request(method, address, json=body), 403, "operators_only")
    with Visitor(stage) as victim:
        victim.sign_in(operator.key)
        foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
        refusal(victim.http.request(method, address, json=body, headers=foreign), 403)
    assert len(ledger(operator)) == before
    assert good(stranger.get(f"/v1/opt-outs/{opt_out}"))["state"] == "requested"
    good(stranger.delete(f"/v1/opt-outs/{opt_out}"))


@pytest.mark.parametrize("path", ["opt-outs/{opt_out}", "reviews/{decision}", "appeals/{decision}", "takedowns"])
def test_an_operator_has_to_say_why(operator: Api, member: Api, stranger: httpx2.Client, path: str) -> None:
    decision = refused_prompt(member)
    opt_out = good(stranger.post("/v1/opt-outs", json=wish(name="Cordelia Umberwick")), 201)["id"]
    address = "/ops/rights/" + path.format(decision=decision, opt_out=opt_out)
    for reason in (None, "", "x" * 501, 5):
        body = {"decision": "accept", "sha256": "0" * 64, "reason": reason}
        assert refusal(operator.http.post(address, json=body), 400)["param"] == "reason"
    if path != "takedowns":
        body = {"decision": "perhaps", "reason": "x"}
        assert refusal(operator.http.post(address, json=body), 400)["param"] == "decision"
    refusal(operator.http.post(address, content=b"x" * 70_000, headers={"Content-Type": "application/json"}), 413)
    refusal(operator.http.post(address, content=b"reason=x"), 415)
    good(stranger.delete(f"/v1/opt-outs/{opt_out}"))
