"""A browser without a browser: a cookie, and the headers that a page of the same origin sends."""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

import httpx2

from api import ENDED, Document, Event, read_events
from harness import Server
from pictures import File

COOKIE = "heatsink_session"
ASYNC = {"Prefer": "respond-async"}


def prove(challenge: str, bits: int) -> str:
    """The work that a guest's browser does before it is let in."""
    for number in itertools.count():
        digest = hashlib.sha256(f"{challenge}:{number}".encode()).digest()
        if int.from_bytes(digest, "big") >> (256 - bits) == 0:
            return str(number)
    raise AssertionError


class Visitor:
    """What a page's scripts can do, as whoever is signed in."""

    def __init__(self, server: Server) -> None:
        self.http = httpx2.Client(
            base_url=server.url,
            headers={"Origin": server.url, "Sec-Fetch-Site": "same-origin"},
            timeout=60,
            trust_env=False,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    @property
    def cookie(self) -> str:
        """The session, as a thief would have it."""
        value = self.http.cookies.get(COOKIE)
        assert value, "there is no session"
        return value

    def get(self, path: str, **query: str | int) -> Any:
        """The JSON of a path that must be there."""
        return good(self.http.get(path, params=query))

    def sign_in(self, key: str) -> Document:
        """Come in with a key. Returns the account."""
        return good(self.http.post("/v1/session", json={"key": key}))

    def come_as_guest(self) -> Document:
        """Come in as anybody can. Returns the account."""
        asked = self.get("/v1/guests/challenge")
        proof = {"challenge": asked["challenge"], "proof": prove(asked["challenge"], asked["bits"])}
        return good(self.http.post("/v1/guests", json=proof), 201)

    def paint(self, photo: File, prompt: str, **fields: str | int) -> Document:
        """Ask for a painting and wait for it. Returns the job."""
        form = {"prompt": prompt} | {name: str(value) for name, value in fields.items()}
        asked = self.http.post("/v1/images/edits", data=form, files={"image": photo}, headers=ASYNC)
        return self.wait(good(asked, 202)["id"])

    def order(self, prompt: str, **fields: str | int) -> Document:
        """Ask for a picture from words and do not wait for it. Returns the job."""
        return good(
            self.http.post("/v1/images/generations", json={"prompt": prompt} | fields, headers=ASYNC), 202
        )

    def wait(self, job: str) -> Document:
        """The job once it has ended, from its own events."""
        for event in self.events(f"/v1/jobs/{job}/events"):
            if event.name == "job" and event.json()["status"] in ENDED:
                break
        return self.get(f"/v1/jobs/{job}")

    def share(self, job: str, **wishes: Any) -> Document:
        """Make a link to a job's picture."""
        return good(self.http.post("/v1/shares", json={"job": job, "picture": 0} | wishes), 201)

    def events(
        self, path: str, headers: dict[str, str] | None = None, seconds: float = 60
    ) -> Iterator[Event]:
        """What a stream says, event by event, for as long as it is read."""
        with self.http.stream("GET", path, headers=headers, timeout=seconds) as response:
            assert response.status_code == 200, response.status_code
            assert response.headers["content-type"].startswith("text/event-stream")
            yield from read_events(response.iter_lines())


def good(response: httpx2.Response, status: int = 200) -> Any:
    """The JSON of an answer that must be one."""
    assert response.status_code == status, f"{response.request.url}: {response.status_code} {response.text[:500]}"
    return response.json()


def refusal(response: httpx2.Response, status: int, *codes: str) -> Document:
    """The error of an answer that must be one, in the API's form."""
    assert response.status_code == status, f"{response.request.url}: {response.status_code} {response.text[:500]}"
    error = json.loads(response.text)["error"]
    assert set(error) - {"decision"} == {"message", "type", "param", "code"}
    assert error["message"]
    assert not codes or error["code"] in codes, error
    return error


@contextmanager
def member(server: Server, plan: str = "free") -> Iterator[Visitor]:
    """A visitor with an account of its own that no limit holds."""
    with Visitor(server) as visitor:
        visitor.sign_in(server.create_key(plan))
        yield visitor
