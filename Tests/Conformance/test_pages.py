"""The pages' own endpoints, and what people with bad intentions try on them.

What needs a browser is in Tests/Browser; here is what a socket can ask.
"""

from __future__ import annotations

import gzip
import hashlib
import html
import io
import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from html.parser import HTMLParser
from pathlib import Path

import httpx2
import pytest
from PIL import Image

from api import Document, Event, fresh_prompt
from conftest import StartServer
from harness import Server, running
from pictures import decode, encode, noise, upload
from rawhttp import BOUNDARY, exchange, head, part
from visitor import COOKIE, Visitor, good, member, prove, refusal

PAGES = {"studio": "/studio", "ops": "/ops", "status": "/status", "verify": "/verify"}
HTML = {"Accept": "text/html,application/xhtml+xml"}
POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' blob:",
    "connect-src": "'self'",
    "worker-src": "'self'",
    "manifest-src": "'self'",
    "font-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
    "require-trusted-types-for": "'script'",
    "trusted-types": "heatsink",
}
SCRIPT = "<img src=x onerror=\"document.title='run'\">\"'&</title></script><script>document.title='run'</script>"
SECRET_PLACE = "13 Secret Lane"

@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the real models, and one more that takes its time: its jobs are there to be stolen."""
    guests = {"daily-allowance": 5, "pictures-per-second": "none", "most-active-jobs": 5}
    door = {"accounts-per-address-per-hour": 1000, "pictures-per-address-per-day": 1000, "calm-per-minute": 1000}
    config = {"inference": {"null-seconds": 60}, "plans": {"guest": guests}, "guests": door}
    with running(tmp_path_factory, config) as server:
        yield server


@pytest.fixture
def unfinished(stage: Server) -> Iterator[None]:
    """Jobs for the model `null` wait as long as the test lasts: what has begun would keep its slot until it is done."""
    with stage.paused("null"):
        yield


@pytest.fixture
def ada(stage: Server) -> Iterator[Visitor]:
    """Somebody with an account."""
    with member(stage) as visitor:
        yield visitor


@pytest.fixture
def eve(stage: Server) -> Iterator[Visitor]:
    """Somebody else with an account."""
    with member(stage) as visitor:
        yield visitor


@pytest.fixture
def stranger(stage: Server) -> Iterator[Visitor]:
    """Somebody without one."""
    with Visitor(stage) as visitor:
        yield visitor


@pytest.fixture(scope="module")
def operator(stage: Server) -> Iterator[Visitor]:
    """Whoever started the server."""
    with Visitor(stage) as visitor:
        assert visitor.sign_in(stage.first_key())["is_operator"]
        yield visitor


@pytest.fixture(scope="module")
def painted(stage: Server, photos: dict[str, Image.Image]) -> Iterator[tuple[Visitor, Document]]:
    """One finished job for tests that only look."""
    with member(stage) as visitor:
        yield visitor, visitor.paint(upload(photos["coffee"], longer=320), fresh_prompt(), quality="low")


class Markup(HTMLParser):
    """What a page's HTML has that the policy would refuse, and its metadata."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.refused: list[str] = []
        self.meta: dict[str, str] = {}
        self.links: list[str] = []
        self.title = ""
        self._inside = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        self._inside = tag
        if tag == "style" or (tag == "script" and "src" not in attributes) or "style" in attributes:
            self.refused.append(self.get_starttag_text() or tag)
        if any(name.startswith("on") for name in attributes):
            self.refused.append(self.get_starttag_text() or tag)
        if tag == "meta":
            name = attributes.get("property") or attributes.get("name") or ""
            self.meta[name] = attributes.get("content", "")
        self.links += [attributes[name] for name in ("href", "src") if name in attributes]

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside == "title":
            self.title += data


def policy(response: httpx2.Response) -> dict[str, str]:
    """The content security policy, directive by directive."""
    parts = (part.strip().partition(" ") for part in response.headers["content-security-policy"].split(";"))
    return {name: value for name, _, value in parts if name}


# Pages and files


@pytest.mark.parametrize("name", PAGES)
def test_each_page_is_there_behind_the_strictest_policy(stranger: Visitor, name: str) -> None:
    response = stranger.http.get(PAGES[name], headers=HTML)
    assert response.status_code == 200
    assert response.headers["content-type"].lower().replace(" ", "") == "text/html;charset=utf-8"
    assert policy(response) == POLICY
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "no-referrer"
    assert response.headers["cross-origin-opener-policy"] == "same-origin"
    assert response.headers["permissions-policy"]
    page = Markup(response.text)
    assert not page.refused, "the policy refuses these"
    assert page.title
    away = [link for link in page.links if re.match(r"[a-z+.-]+:|//", link)]
    assert not away, "a page must not fetch from elsewhere"


def test_the_first_address_leads_to_the_studio(stranger: Visitor) -> None:
    response = stranger.http.get("/", headers=HTML, follow_redirects=False)
    assert response.status_code in {302, 303, 307, 308}
    assert response.headers["location"] == "/studio"


def test_the_status_is_a_page_to_people_and_a_document_to_programs(stranger: Visitor) -> None:
    assert stranger.get("/status")["plans"]
    assert stranger.http.get("/status", headers={"Accept": "application/json"}).json()["plans"]
    page = stranger.http.get("/status", headers=HTML)
    assert page.headers["content-type"].startswith("text/html")
    # Whatever stands between must not give the one for the other.
    assert "accept" in page.headers.get("vary", "").lower()


def assets(stranger: Visitor) -> list[str]:
    """The files that the pages name themselves."""
    found: set[str] = set()
    for path in PAGES.values():
        page = Markup(stranger.http.get(path, headers=HTML).text)
        found |= {link for link in page.links if link.startswith("/assets/")}
    assert found
    return sorted(found)


def test_files_are_small_on_the_way_and_not_sent_twice(stranger: Visitor) -> None:
    for path in assets(stranger):
        plain = stranger.http.get(path, headers={"Accept-Encoding": "identity"})
        assert plain.status_code == 200, path
        assert plain.headers["x-content-type-options"] == "nosniff"
        assert "no-cache" in plain.headers["cache-control"]
        if path.endswith((".js", ".css")) and len(plain.content) > 1_000:
            with stranger.http.stream("GET", path, headers={"Accept-Encoding": "gzip"}) as packed:
                raw = b"".join(packed.iter_raw())
            assert packed.headers["content-encoding"] == "gzip", path
            assert "accept-encoding" in packed.headers["vary"].lower()
            assert gzip.decompress(raw) == plain.content
        again = stranger.http.get(path, headers={"If-None-Match": plain.headers["etag"], "Accept-Encoding": "identity"})
        assert (again.status_code, again.content) == (304, b""), path


@pytest.mark.parametrize(
    "path",
    [
        "/assets/",
        "/assets",
        "/assets/nothing.js",
        "/assets/../pages/studio.html",
        "/assets/..%2fpages%2fstudio.html",
        "/assets/%2e%2e/pages/studio.html",
        "/assets/%2e%2e/%2e%2e/Package.swift",
        "/assets/..\\..\\Package.swift",
        "/assets//etc/passwd",
        "/assets/%00",
        "/pages/studio.html",
        "/s/",
        "/s/..%2f..%2fPackage.swift",
        "/s/nothing/picture",
    ],
)
def test_no_path_leads_out_of_the_folder(stage: Server, path: str) -> None:
    # By hand: a client library would tidy the path up.
    with socket.create_connection(("127.0.0.1", stage.port), timeout=60) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answer.split(b" ", 2)[1] in {b"400", b"404"}, answer[:300]
    assert b"swift-tools-version" not in answer
    assert b"root:" not in answer


# Who one is


def test_whoever_is_nobody_is_told_so_without_an_error(stranger: Visitor) -> None:
    session = stranger.get("/v1/session")
    assert session["object"] == "session"
    assert session["account"] is None
    assert session["guests_allowed"] is True
    assert COOKIE not in stranger.http.cookies
    refusal(stranger.http.get("/v1/account"), 401, "invalid_api_key")
    refusal(stranger.http.get("/v1/gallery"), 401, "invalid_api_key")
    refusal(stranger.http.get("/v1/events"), 401, "invalid_api_key")


def test_a_guest_proves_its_work_once(stranger: Visitor) -> None:
    asked = stranger.get("/v1/guests/challenge")
    assert asked["algorithm"] == "sha-256"
    assert asked["expires_at"] > time.time()
    proof = {"challenge": asked["challenge"], "proof": prove(asked["challenge"], asked["bits"])}
    first = stranger.http.post("/v1/guests", json=proof)
    account = good(first, 201)
    assert (account["plan"], account["is_guest"], account["is_operator"]) == ("guest", True, False)
    assert account["allowance"]["limit"] == account["allowance"]["remaining"] == 5
    cookie = first.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert "path=/" in cookie
    assert "secure" not in cookie, "plain http on loopback: the browser would drop it"
    assert stranger.get("/v1/session")["account"]["id"] == account["id"]
    refusal(stranger.http.post("/v1/guests", json=proof), 400, "invalid_proof")


@pytest.mark.parametrize(
    "change",
    [
        {"challenge": "made-up"},
        {"challenge": ""},
        {"challenge": 7},
        {"proof": None},
        {"proof": "0" * 65},
        {"proof": "\u00e9"},
        {"proof": "two words"},
    ],
    ids=str,
)
def test_a_proof_that_is_none_is_refused(stranger: Visitor, change: dict[str, object]) -> None:
    asked = stranger.get("/v1/guests/challenge")
    body = {"challenge": asked["challenge"], "proof": prove(asked["challenge"], asked["bits"])} | change
    response = stranger.http.post("/v1/guests", json=body)
    refusal(response, 400)
    assert "set-cookie" not in response.headers


def test_a_session_begins_with_a_key_and_ends_for_good(stage: Server, stranger: Visitor) -> None:
    refusal(stranger.http.post("/v1/session", json={"key": "hs_wrong"}), 401, "invalid_api_key")
    refusal(stranger.http.post("/v1/session", json={"key": 3}), 400)
    stranger.sign_in(stage.create_key())
    stolen = {"Cookie": f"{COOKIE}={stranger.cookie}"}
    assert stranger.http.delete("/v1/session").status_code == 204
    assert stranger.get("/v1/session")["account"] is None
    with Visitor(stage) as thief:
        refusal(thief.http.get("/v1/account", headers=stolen), 401, "invalid_api_key")


def test_a_session_is_nothing_that_can_be_used_as_a_key(ada: Visitor, stranger: Visitor) -> None:
    refusal(stranger.http.get("/v1/account", headers={"Authorization": f"Bearer {ada.cookie}"}), 401)
    refusal(stranger.http.post("/v1/session", json={"key": ada.cookie}), 401)


# What one has


def test_the_gallery_has_what_was_painted_and_the_photo_without_where_it_was_taken(
    ada: Visitor, photos: dict[str, Image.Image]
) -> None:
    photo = Image.new("RGB", (64, 48), "white")
    photo.paste(photos["coffee"].resize((64, 48)))
    exif = Image.Exif()
    exif[0x0112] = 6  # Lies on its side.
    exif[0x010E] = SECRET_PLACE
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 51.0, 24.0)})
    job = ada.paint(upload(photo, exif=exif), fresh_prompt(), quality="low")
    assert job["status"] == "completed"
    assert job["kind"] == "edit"
    assert job["photo"] == f"/v1/jobs/{job['id']}/photo"
    assert 0 < job["quality_value"] <= job["requested_quality_value"] <= 1
    assert job["lowered"] is None
    listed = ada.get("/v1/gallery", limit=24)
    assert [row["id"] for row in listed["data"]] == [job["id"]]
    assert listed["has_more"] is False

    upright = ada.http.get(job["photo"])
    assert upright.headers["content-type"] == "image/webp"
    shown = decode(upright.content)
    assert shown.height > shown.width, "it still lies on its side"
    known = shown.getexif()
    assert known.get(0x0112, 1) == 1, "upright, and yet said to lie on its side"
    assert 0x010E not in known
    assert not known.get_ifd(0x8825), "it says where it was taken"
    assert SECRET_PLACE.encode() not in upright.content

    (picture,) = job["pictures"]
    whole = ada.http.get(picture["url"])
    assert hashlib.sha256(whole.content).hexdigest() == picture["sha256"]
    assert decode(whole.content).size == (picture["width"], picture["height"])
    assert SECRET_PLACE.encode() not in whole.content
    small = ada.http.get(picture["url"], params={"side": 64})
    assert small.headers["content-type"] == "image/webp"
    assert max(decode(small.content).size) == 64
    for side in ("0", "63", "1025", "-1", "x", "99999999999999999999"):
        refusal(ada.http.get(picture["url"], params={"side": side}), 400)
    kept = ada.http.get(picture["url"], params={"download": 1}).headers["content-disposition"]
    assert re.fullmatch(r'attachment; filename="?[\w. -]+\.png"?', kept), kept


def test_a_deleted_picture_is_gone_everywhere_at_once(
    stage: Server, ada: Visitor, stranger: Visitor, photos: dict[str, Image.Image]
) -> None:
    job = ada.paint(upload(photos["chelsea"], longer=200), fresh_prompt(), quality="low")
    share = ada.share(job["id"], with_words=True)
    link = httpx2.URL(share["url"]).raw_path.decode()
    picture = job["pictures"][0]
    files = stage.data / "files"
    assert list(files.rglob(f"*{picture['sha256'][2:]}*")) or list(files.rglob(f"*{picture['sha256']}*"))
    signed = httpx2.URL(good(ada.http.get(f"/v1/jobs/{job['id']}"))["result"]["data"][0]["url"]).raw_path.decode()
    assert stranger.http.get(signed).status_code == 200

    deleted = good(ada.http.delete(f"/v1/gallery/{job['id']}"))
    assert (deleted["id"], deleted["deleted"]) == (job["id"], True)
    for path in (picture["url"], job["photo"], f"/v1/jobs/{job['id']}"):
        refusal(ada.http.get(path), 404)
    for path in (link, f"{link}/picture", signed):
        assert stranger.http.get(path).status_code == 404, path
    assert ada.get("/v1/gallery")["data"] == []
    assert ada.get("/v1/shares")["data"] == []
    assert not list(files.rglob(f"*{picture['sha256'][2:]}*"))
    refusal(ada.http.delete(f"/v1/gallery/{job['id']}"), 404)


def test_leaving_takes_everything_along_and_needs_the_word(
    stage: Server, stranger: Visitor, photos: dict[str, Image.Image]
) -> None:
    key = stage.create_key()
    stranger.sign_in(key)
    job = stranger.paint(upload(photos["flower"], longer=200), fresh_prompt(), quality="low")
    link = httpx2.URL(stranger.share(job["id"], with_words=True)["url"]).raw_path.decode()
    going_on = stranger.order(fresh_prompt("left behind"), model="null")
    for body in ({}, {"confirm": "yes"}, {"confirm": None}):
        refusal(stranger.http.request("DELETE", "/v1/account", json=body), 400)
    cookie = {"Cookie": f"{COOKIE}={stranger.cookie}"}
    gone = good(stranger.http.request("DELETE", "/v1/account", json={"confirm": "delete everything"}))
    assert gone["deleted"] is True
    assert (gone["jobs"], gone["pictures"], gone["shares"]) == (2, 1, 1)
    assert stranger.get("/v1/session")["account"] is None
    with Visitor(stage) as later:
        refusal(later.http.get("/v1/account", headers=cookie), 401)
        refusal(later.http.post("/v1/session", json={"key": key}), 401)
        assert later.http.get(link).status_code == 404
    assert not [row for row in stage.json_command("jobs", "list", "--json") if row["id"] in {job["id"], going_on["id"]}]


def test_events_tell_all_and_go_on_where_they_broke_off(ada: Visitor, photos: dict[str, Image.Image]) -> None:
    form = {"prompt": fresh_prompt(), "partial_images": "2", "quality": "medium"}
    job: str = ""
    seen: list[Event] = []
    for event in ada.events("/v1/events"):
        seen.append(event)
        if not job and event.name == "account":
            asked = ada.http.post(
                "/v1/images/edits",
                data=form,
                files={"image": upload(photos["rocket"], longer=320)},
                headers={"Prefer": "respond-async"},
            )
            job = good(asked, 202)["id"]
        if event.name == "job" and event.json()["id"] == job and event.json()["status"] == "completed":
            break
    names = {event.name for event in seen}
    assert {"account", "job", "partial_image"} <= names
    # Jobs can be gone on with; how an account and the crowd stand is told anew each time.
    assert all(event.id for event in seen if event.name in {"job", "partial_image"})
    partials = [event.json() for event in seen if event.name == "partial_image"]
    assert {row["job"] for row in partials} == {job}
    with httpx2.Client(base_url=ada.http.base_url, trust_env=False) as anybody:
        assert decode(anybody.get(partials[0]["url"]).content).size

    before = next(event.id for event in seen if event.name == "job")
    assert before
    for resumed in (({"Last-Event-ID": before}, ""), ({}, f"?after={before}")):
        for event in ada.events(f"/v1/events{resumed[1]}", headers=resumed[0]):
            if event.name == "job" and event.json()["id"] == job:
                assert event.json()["status"] == "completed"
                break


# Of other people's, nothing


@pytest.mark.usefixtures("unfinished")
def test_nothing_of_somebody_else_is_there(
    stage: Server, painted: tuple[Visitor, Document], eve: Visitor, stranger: Visitor
) -> None:
    owner, job = painted
    share = owner.share(job["id"], with_words=True)
    running_job = owner.order(fresh_prompt("not yours"), model="null")
    id = job["id"]
    attempts = [
        ("GET", f"/v1/jobs/{id}"),
        ("GET", f"/v1/jobs/{id}/events"),
        ("GET", f"/v1/jobs/{id}/photo"),
        ("GET", f"/v1/jobs/{id}/photo?side=64"),
        ("GET", f"/v1/jobs/{id}/pictures/0"),
        ("GET", f"/v1/jobs/{id}/pictures/0?side=64"),
        ("GET", f"/v1/jobs/{id}/pictures/0?download=1"),
        ("DELETE", f"/v1/gallery/{id}"),
        ("DELETE", f"/v1/jobs/{running_job['id']}"),
        ("DELETE", f"/v1/shares/{share['id']}"),
        ("DELETE", "/v1/passkeys/somebody-elses"),
    ]
    for method, path in attempts:
        refusal(eve.http.request(method, path), 404)
        refusal(stranger.http.request(method, path), 401)
    refusal(eve.http.post("/v1/shares", json={"job": id, "picture": 0, "with_words": True}), 404)
    assert eve.get("/v1/gallery")["data"] == eve.get("/v1/jobs")["data"] == eve.get("/v1/shares")["data"] == []
    refusal(eve.http.get("/v1/gallery", params={"after": id}), 404)
    # Nothing of it happened.
    assert owner.get(f"/v1/jobs/{running_job['id']}")["status"] in {"queued", "running"}
    assert [row["id"] for row in owner.get("/v1/shares")["data"]] == [share["id"]]
    good(owner.http.delete(f"/v1/shares/{share['id']}"))
    good(owner.http.delete(f"/v1/jobs/{running_job['id']}"))


@pytest.mark.usefixtures("unfinished")
def test_events_are_of_ones_own_even_with_somebody_elses_number(
    painted: tuple[Visitor, Document], eve: Visitor
) -> None:
    owner, job = painted
    theirs = owner.order(fresh_prompt("not yours"), model="null")
    number = next(event.id for event in owner.events("/v1/events") if event.name == "job")
    mine = eve.order(fresh_prompt("my own"), model="null")
    heard: list[Event] = []
    for event in eve.events(f"/v1/events?after={number}"):
        heard.append(event)
        if event.name == "job":
            break
    text = "".join(event.data for event in heard)
    assert mine["id"] in text
    assert job["id"] not in text
    assert theirs["id"] not in text
    good(owner.http.delete(f"/v1/jobs/{theirs['id']}"))
    good(eve.http.delete(f"/v1/jobs/{mine['id']}"))


def test_a_picture_that_is_no_number_is_not_there(painted: tuple[Visitor, Document]) -> None:
    owner, job = painted
    for number in ("1", "-1", "99999999999999999999", "x", "0/../photo", "%30%00"):
        assert owner.http.get(f"/v1/jobs/{job['id']}/pictures/{number}").status_code in {400, 404}, number


# From elsewhere, nothing


ELSEWHERE = [
    {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "null", "Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site"},
]


@pytest.mark.parametrize("headers", ELSEWHERE, ids=str)
def test_another_sites_page_changes_nothing_with_ones_cookie(
    stage: Server, painted: tuple[Visitor, Document], headers: dict[str, str]
) -> None:
    owner, job = painted
    with httpx2.Client(
        base_url=stage.url, headers=headers | {"Cookie": f"{COOKIE}={owner.cookie}"}, trust_env=False
    ) as page:
        attempts = [
            page.delete(f"/v1/gallery/{job['id']}"),
            page.post("/v1/shares", json={"job": job["id"], "picture": 0, "with_words": True}),
            page.post("/v1/shares", content=b'{"job":"x"}', headers={"Content-Type": "text/plain"}),
            page.post("/v1/images/generations", json={"prompt": "paid by you"}),
            page.post("/v1/images/edits", data={"prompt": "paid by you"}, files={"image": ("x", b"x")}),
            page.request("DELETE", "/v1/account", json={"confirm": "delete everything"}),
            page.delete("/v1/session"),
            page.post("/v1/passkeys/registration"),
            page.post("/ops/levers/drain", json={"worker": "local", "drain": True, "reason": "because"}),
        ]
    for response in attempts:
        assert response.status_code == 403, f"{response.request.method} {response.request.url}: {response.status_code}"
        assert "access-control-allow-origin" not in response.headers
        assert "set-cookie" not in response.headers
    assert owner.get("/v1/gallery")["data"][0]["id"] == job["id"]
    assert owner.get("/v1/shares")["data"] == []


def test_no_answer_may_be_read_by_another_sites_page(painted: tuple[Visitor, Document]) -> None:
    owner, job = painted
    away = {"Origin": "http://evil.example", "Sec-Fetch-Site": "cross-site"}
    for path in ("/v1/session", "/v1/gallery", f"/v1/jobs/{job['id']}", "/v1/account", "/studio"):
        assert "access-control-allow-origin" not in owner.http.get(path, headers=away).headers
    asked = owner.http.options("/v1/gallery", headers=away | {"Access-Control-Request-Method": "DELETE"})
    assert "access-control-allow-origin" not in asked.headers


@pytest.mark.parametrize("path", [*PAGES.values(), "/s/nothing"])
def test_no_other_site_may_frame_a_page(stranger: Visitor, path: str) -> None:
    assert policy(stranger.http.get(path, headers=HTML))["frame-ancestors"] == "'none'"


# Hostile uploads


HOSTILE_NAMES = [
    "<img src=x onerror=alert(1)>.jpg",
    "../../../../etc/passwd",
    "..\\..\\boot.ini",
    'quote".jpg',
    "\u202egpj.exe",
    "a" * 5_000 + ".jpg",
]


@pytest.mark.parametrize("name", HOSTILE_NAMES, ids=lambda name: name[:24])
def test_a_files_name_is_never_more_than_text(
    ada: Visitor, photos: dict[str, Image.Image], name: str
) -> None:
    photo = encode(photos["brick"], longer=64)
    job = ada.paint((name, photo, "image/jpeg"), fresh_prompt(), quality="low")
    assert job["status"] == "completed"
    kept = ada.http.get(f"/v1/jobs/{job['id']}/pictures/0", params={"download": 1})
    assert re.fullmatch(r'attachment; filename="?[\w. -]{1,120}"?', kept.headers["content-disposition"])


@pytest.mark.parametrize(
    "content",
    [
        b"<!doctype html><script>alert(1)</script>",
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"%PDF-1.7\n",
        b"GIF89a<script>alert(1)</script>",
        b"",
    ],
    ids=["html", "svg", "pdf", "gif", "nothing"],
)
def test_a_page_is_no_picture_whatever_it_is_called(ada: Visitor, content: bytes) -> None:
    response = ada.http.post(
        "/v1/images/edits",
        data={"prompt": "amber dawn"},
        files={"image": ("photo.jpg", content, "image/jpeg")},
        headers={"Prefer": "respond-async"},
    )
    refusal(response, 400)
    assert ada.get("/v1/jobs")["data"] == []


def test_what_hides_behind_a_photo_never_comes_out_as_a_page(
    ada: Visitor, stranger: Visitor, photos: dict[str, Image.Image]
) -> None:
    hidden = b"<!doctype html><script>alert(1)</script>"
    photo = encode(photos["hopper"], longer=96) + hidden
    job = ada.paint(("photo.html", photo, "text/html"), fresh_prompt(), quality="low")
    share = ada.share(job["id"], with_words=True)
    link = httpx2.URL(share["url"]).raw_path.decode()
    for response in (
        ada.http.get(job["photo"]),
        ada.http.get(job["pictures"][0]["url"]),
        stranger.http.get(f"{link}/picture"),
    ):
        assert response.headers["content-type"].startswith("image/")
        assert response.headers["x-content-type-options"] == "nosniff"
        assert hidden not in response.content


def test_an_upload_over_the_limit_ends_with_a_sentence_and_hurts_nobody(
    stage: Server, ada: Visitor, stranger: Visitor
) -> None:
    content = part("prompt", b"amber dawn") + part("image", b"\0" * (130 * 1024 * 1024), "x.jpg", "image/jpeg")
    request = head("POST", "/v1/images/edits", browser_headers(stage, ada) | {"Content-Length": str(len(content))})
    before = stage.resident_mebibytes()
    with ThreadPoolExecutor(1) as hand:
        sending = hand.submit(exchange, stage.port, request + content, seconds=60)
        while not sending.done():
            assert stranger.http.get("/status").status_code == 200
    answer = sending.result()
    assert answer.status == 413, answer
    assert ada.get("/v1/jobs")["data"] == []
    assert stage.resident_mebibytes() - before < 150, "an upload belongs on the disk, not in memory"
    assert not leftovers(stage)


def test_uploads_that_trickle_keep_nobody_waiting(
    stage: Server, ada: Visitor, stranger: Visitor, photos: dict[str, Image.Image]
) -> None:
    begun = head("POST", "/v1/images/edits", browser_headers(stage, ada) | {"Content-Length": "1000000"})
    begun += f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="image"; filename="x.jpg"\r\n\r\n'.encode()
    with ExitStack() as stack:
        slow = [
            stack.enter_context(socket.create_connection(("127.0.0.1", stage.port), timeout=60)) for _ in range(50)
        ]
        for connection in slow:
            connection.sendall(begun + b"\xff\xd8")
        for _ in range(5):
            for connection in slow:
                connection.sendall(b"\0")
            assert stranger.http.get("/v1/session").status_code == 200
        job = ada.paint(upload(photos["coffee"], longer=64), fresh_prompt(), quality="low")
        assert job["status"] == "completed"
    # All have hung up: nothing of what they sent is kept.
    deadline = time.monotonic() + 60
    while leftovers(stage) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not leftovers(stage)
    assert len(ada.get("/v1/jobs")["data"]) == 1


def browser_headers(server: Server, visitor: Visitor) -> dict[str, str]:
    """What a page's upload says of itself, for requests by hand."""
    return {
        "Host": "localhost",
        "Cookie": f"{COOKIE}={visitor.cookie}",
        "Origin": server.url,
        "Sec-Fetch-Site": "same-origin",
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
    }


def leftovers(server: Server) -> list[Path]:
    """Uploads that were never finished."""
    return [path for path in (server.data / "files").rglob("*") if path.is_file() and not is_content(path)]


def is_content(path: Path) -> bool:
    """Whether a file is named by what is in it, as everything is that is kept."""
    return re.fullmatch(r"[0-9a-f]{60,64}(\.\w+)?", path.name) is not None


# Shares


def test_a_shared_picture_has_a_page_of_its_own_until_it_has_not(
    ada: Visitor, stranger: Visitor, photos: dict[str, Image.Image]
) -> None:
    job = ada.paint(upload(photos["coffee"], longer=256), fresh_prompt(SCRIPT), quality="low")
    share = ada.share(job["id"], with_words=True)
    assert share["object"] == "share"
    url = httpx2.URL(share["url"])
    assert url.host in {"127.0.0.1", "localhost"}
    link = url.raw_path.decode()
    response = stranger.http.get(link, headers=HTML)
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/html")
    assert policy(response) == POLICY
    page = Markup(response.text)
    assert not page.refused, "what somebody wrote became markup"
    assert "{{" not in response.text
    assert page.meta["og:title"]
    assert page.meta["og:url"] == share["url"]
    assert page.meta["og:image"] == f"{share['url']}/picture"
    assert page.meta["og:type"]
    assert page.meta["twitter:card"] == "summary_large_image"
    assert html.escape(SCRIPT[:10]) in response.text
    assert "<script>document" not in response.text
    picture = stranger.http.get(f"{link}/picture")
    shown = decode(picture.content)
    assert (page.meta["og:image:width"], page.meta["og:image:height"]) == (str(shown.width), str(shown.height))
    assert picture.headers["content-type"] == page.meta["og:image:type"]
    # Nobody's address, cookie or name rides along.
    assert job["id"] not in response.text
    assert ada.get("/v1/account")["id"] not in response.text
    assert "set-cookie" not in response.headers

    assert good(ada.http.delete(f"/v1/shares/{share['id']}"))["deleted"] is True
    gone = stranger.http.get(link, headers=HTML)
    assert gone.status_code == 404
    assert gone.headers["content-type"].startswith("text/html")
    assert not Markup(gone.text).refused
    assert policy(gone) == POLICY
    assert stranger.http.get(f"{link}/picture").status_code == 404
    refusal(ada.http.delete(f"/v1/shares/{share['id']}"), 404)


def test_a_share_without_words_does_not_tell_them(painted: tuple[Visitor, Document], stranger: Visitor) -> None:
    owner, job = painted
    share = owner.share(job["id"], with_words=False)
    text = stranger.http.get(httpx2.URL(share["url"]).raw_path.decode(), headers=HTML).text
    assert job["prompt"] not in text
    good(owner.http.delete(f"/v1/shares/{share['id']}"))


@pytest.mark.parametrize(
    "change", [{"job": "job_nothing"}, {"job": 5}, {"picture": 9}, {"picture": -1}, {"picture": "0"}], ids=str
)
def test_what_is_not_there_cannot_be_shared(painted: tuple[Visitor, Document], change: dict[str, object]) -> None:
    owner, job = painted
    body = {"job": job["id"], "picture": 0, "with_words": True} | change
    assert owner.http.post("/v1/shares", json=body).status_code in {400, 404}
    assert owner.get("/v1/shares")["data"] == []


@pytest.mark.usefixtures("unfinished")
def test_what_is_not_finished_cannot_be_shared(ada: Visitor) -> None:
    job = ada.order(fresh_prompt(), model="null")
    assert ada.http.post("/v1/shares", json={"job": job["id"], "picture": 0, "with_words": True}).status_code in {
        400,
        404,
        409,
    }
    good(ada.http.delete(f"/v1/jobs/{job['id']}"))


# Where a picture is from


def test_the_very_file_and_its_copies_are_recognised_and_no_other(
    painted: tuple[Visitor, Document], stranger: Visitor, photos: dict[str, Image.Image]
) -> None:
    owner, _ = painted
    # Of pictures this large all are recognised; of small ones some are not (Docs/Watermark.md has the shares).
    job = owner.paint(upload(photos["coffee"], longer=1024), fresh_prompt(), quality="low")
    file = owner.http.get(job["pictures"][0]["url"]).content
    found = good(stranger.http.post("/v1/verify", content=file, headers={"Content-Type": "image/png"}))
    assert found["object"] == "verification"
    assert found["made_here"] is True
    assert found["sha256"] == hashlib.sha256(file).hexdigest()
    assert (found["model"], found["kind"]) == ("restyle", "edit")
    assert found["made_at"]
    assert found["explanation"]
    # Nobody's words or name: the answer is for everybody.
    assert job["prompt"] not in str(found)
    assert job["id"] not in str(found)
    assert found["is_altered"] is False
    buffer = io.BytesIO()
    decode(file).save(buffer, "PNG")
    copy = good(stranger.http.post("/v1/verify", content=buffer.getvalue(), headers={"Content-Type": "image/png"}))
    assert (copy["made_here"], copy["is_altered"], copy["model"]) == (True, True, "restyle"), "it lost its watermark"
    other = good(stranger.http.post("/v1/verify", content=encode(photos["coffee"]), headers={"Content-Type": "image/jpeg"}))
    assert (other["made_here"], other["is_altered"]) == (False, None)
    assert other["made_at"] is other["model"] is other["kind"] is None
    assert other["explanation"]


@pytest.mark.parametrize(
    "content", [b"<!doctype html><script>alert(1)</script>", b"", b"\x89PNG\r\n\x1a\n"], ids=["html", "nothing", "head"]
)
def test_what_is_no_picture_cannot_be_verified(stranger: Visitor, content: bytes) -> None:
    for kind in ("image/png", "application/octet-stream", "text/html"):
        response = stranger.http.post("/v1/verify", content=content, headers={"Content-Type": kind})
        assert response.status_code in {400, 415}, response.text
        assert response.headers["content-type"].startswith("application/json")


def test_a_file_too_large_to_verify_is_refused(stranger: Visitor) -> None:
    response = stranger.http.post(
        "/v1/verify", content=b"\0" * (51 * 1024 * 1024), headers={"Content-Type": "image/png"}
    )
    assert response.status_code in {400, 413}


# Steering


def test_whoever_is_no_operator_sees_and_steers_nothing(ada: Visitor, stranger: Visitor) -> None:
    levers = {
        "/ops/levers/plan": {"plan": "free", "settings": {"burst": "5"}, "reason": "because"},
        "/ops/levers/defer": {"plan": "free", "minutes": 5, "reason": "because"},
        "/ops/levers/pause": {"model": "restyle", "minutes": 5, "reason": "because"},
        "/ops/levers/drain": {"worker": "local", "drain": True, "reason": "because"},
    }
    for path in ("/ops/state", "/ops/events", "/ops/history", "/ops/audit"):
        refusal(ada.http.get(path), 403, "operators_only")
        refusal(stranger.http.get(path), 401, "invalid_api_key")
    for path, body in levers.items():
        refusal(ada.http.post(path, json=body), 403, "operators_only")
        refusal(stranger.http.post(path, json=body), 401, "invalid_api_key")


def test_each_lever_moves_and_leaves_a_line(operator: Visitor) -> None:
    first = operator.get("/ops/state")["workers"][0]["name"]
    pulls: list[tuple[str, dict[str, object], str, str]] = [
        ("plan", {"plan": "guest", "settings": {"burst": "4"}}, "plan", "guest"),
        ("plan", {"plan": "guest", "settings": {}}, "plan", "guest"),
        ("defer", {"plan": "guest", "minutes": 3}, "defer", "guest"),
        ("defer", {"plan": "guest", "minutes": 0}, "defer", "guest"),
        ("pause", {"model": "meadow", "minutes": 3}, "pause", "meadow"),
        ("pause", {"model": "meadow", "minutes": 0}, "pause", "meadow"),
        ("drain", {"worker": first, "drain": True}, "drain", first),
        ("drain", {"worker": first, "drain": False}, "drain", first),
    ]
    for number, (lever, body, action, target) in enumerate(pulls):
        reason = f"{SCRIPT} {number}"
        entry = good(operator.http.post(f"/ops/levers/{lever}", json=body | {"reason": reason}))["audit"]
        assert (entry["action"], entry["target"], entry["reason"]) == (action, target, reason)
        state = operator.get("/ops/state")
        plan = next(row for row in state["plans"] if row["name"] == "guest")
        model = next(row for row in state["models"] if row["id"] == "meadow")
        worker = next(row for row in state["workers"] if row["name"] == first)
        assert plan["changed_settings"] == ({"burst": "4"} if number == 0 else {}), lever
        assert (plan["held_until"] is not None) == (number == 2)
        assert (model["held_until"] is not None) == (number == 4)
        assert worker["draining"] == (number == 6)
    lines = operator.get("/ops/audit", limit=len(pulls))["data"]
    assert [(line["action"], line["target"]) for line in lines] == [(pull[2], pull[3]) for pull in reversed(pulls)]
    assert all(line["name"] and line["at"] for line in lines)


@pytest.mark.parametrize(
    ("lever", "body"),
    [
        ("plan", {"plan": "guest", "settings": {"burst": "4"}}),
        ("plan", {"plan": "guest", "settings": {"burst": "4"}, "reason": ""}),
        ("plan", {"plan": "guest", "settings": {"burst": "4"}, "reason": "x" * 501}),
        ("plan", {"plan": "guest", "settings": {"burst": "many"}, "reason": "because"}),
        ("plan", {"plan": "guest", "settings": {"nonsense": "4"}, "reason": "because"}),
        ("plan", {"plan": "nobody's", "settings": {}, "reason": "because"}),
        ("defer", {"plan": "guest", "minutes": -1, "reason": "because"}),
        ("defer", {"plan": "guest", "minutes": 1441, "reason": "because"}),
        ("pause", {"model": "nothing", "minutes": 5, "reason": "because"}),
        ("drain", {"worker": "nobody", "drain": True, "reason": "because"}),
        ("drain", {"worker": "local", "drain": "yes", "reason": "because"}),
    ],
    ids=str,
)
def test_a_lever_that_cannot_be_pulled_says_why_and_leaves_no_line(
    operator: Visitor, lever: str, body: dict[str, object]
) -> None:
    before = operator.get("/ops/audit", limit=1)["data"]
    response = operator.http.post(f"/ops/levers/{lever}", json=body)
    assert response.status_code in {400, 404}, response.text
    assert response.json()["error"]["message"]
    assert operator.get("/ops/audit", limit=1)["data"] == before


def test_an_audit_outlives_the_server_and_what_it_says_holds(start_server: StartServer, tmp_path: Path) -> None:
    server = start_server({"inference": {"null-seconds": 0.1}, "models": {"directory": str(tmp_path)}})
    with Visitor(server) as operator:
        operator.sign_in(server.first_key())
        good(operator.http.post("/ops/levers/defer", json={"plan": "guest", "minutes": 9, "reason": "a quiet night"}))
        server.kill9()
        server.start()
        line = operator.get("/ops/audit", limit=1)["data"][0]
        assert (line["action"], line["target"], line["reason"]) == ("defer", "guest", "a quiet night")
        plan = next(row for row in operator.get("/ops/state")["plans"] if row["name"] == "guest")
        assert plan["held_until"] > time.time()


def test_state_and_history_are_what_the_contract_says(operator: Visitor) -> None:
    state = operator.get("/ops/state")
    assert {"at", "started_at", "accepting", "governor", "plans", "models", "workers", "heavy", "cost", "guests"} <= set(state)
    assert {row["name"] for row in state["plans"]} >= {"guest", "free", "plus", "pro"}
    told = next(event for event in operator.events("/ops/events") if event.name == "state")
    assert set(told.json()) == set(state)
    history = operator.get("/ops/history", minutes=60)
    columns = len(history["at"])
    for name in ("capacity", "demand_top", "demand_floor", "device_seconds", "wasted", "sign_ups", "estimates", "estimates_held"):
        assert len(history[name]) == columns, name
    for plan in history["plans"].values():
        assert {name: len(column) for name, column in plan.items()} == dict.fromkeys(
            ("asked", "delivered", "refused", "waiting", "delay", "quality"), columns
        )


def test_the_public_status_streams_and_names_nobody(stranger: Visitor, painted: tuple[Visitor, Document]) -> None:
    owner, _ = painted
    event = next(event for event in stranger.events("/status/events") if event.name == "status")
    assert set(event.json()) == set(stranger.get("/status"))
    assert owner.get("/v1/account")["id"] not in event.data
