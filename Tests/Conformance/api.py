"""What the official client has no words for: jobs, event streams, raw bodies."""

from __future__ import annotations

import itertools
import json
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import httpx2

from pictures import File

EDITS = "/v1/images/edits"
GENERATIONS = "/v1/images/generations"
ENDED = frozenset({"completed", "failed", "cancelled", "expired"})
_numbers = itertools.count(1)

Document = dict[str, Any]


def fresh_prompt(words: str = "loose blue brush strokes at night") -> str:
    """A prompt nobody has sent before: the same request again would find the same job."""
    return f"{words}, study {next(_numbers)}"


@dataclass(frozen=True)
class Event:
    """One server-sent event; a comment is one whose name is empty."""

    name: str
    data: str
    id: str | None = None

    def json(self) -> Any:
        """The data, parsed."""
        return json.loads(self.data)


def read_events(lines: Iterable[str]) -> Iterator[Event]:
    """Parse server-sent events strictly enough to notice a server that breaks the format."""
    fields: dict[str, str] = {}
    for line in lines:
        if line.startswith(":"):
            yield Event("", line[1:].strip())
        elif line:
            name, _, value = line.partition(":")
            assert name in {"event", "data", "id", "retry"}, f"not a field of server-sent events: {line!r}"
            value = value.removeprefix(" ")
            fields[name] = f"{fields['data']}\n{value}" if name == "data" and "data" in fields else value
        elif fields:
            if "data" in fields:
                yield Event(fields.get("event", "message"), fields["data"], fields.get("id"))
            fields = {}


class Api:
    """A bare HTTP client of one account. It never retries, so a test sees each answer as it is."""

    def __init__(self, url: str, key: str) -> None:
        self.key = key
        headers = {"Authorization": f"Bearer {key}"}
        self.http = httpx2.Client(base_url=url, headers=headers, timeout=120, trust_env=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.close()

    def edit(
        self,
        image: File,
        prompt: str,
        *,
        headers: dict[str, str] | None = None,
        timeout: float = 120,
        **fields: str | int,
    ) -> httpx2.Response:
        """One multipart edit, whatever it is answered with."""
        form = {"prompt": prompt} | {name: str(value) for name, value in fields.items()}
        return self.http.post(EDITS, data=form, files={"image": image}, headers=headers, timeout=timeout)

    def submit(
        self, image: File, prompt: str, *, headers: dict[str, str] | None = None, **fields: Any
    ) -> Document:
        """An edit nobody waits for: returns the job document of the `202`."""
        wishes = {"Prefer": "respond-async"} | (headers or {})
        response = self.edit(image, prompt, headers=wishes, **fields)
        assert response.status_code == 202, f"{response.status_code}: {response.text[:500]}"
        return response.json()

    def generate(
        self, prompt: str, *, headers: dict[str, str] | None = None, timeout: float = 120, **fields: Any
    ) -> httpx2.Response:
        """One picture from words, whatever it is answered with."""
        return self.http.post(
            GENERATIONS, json={"prompt": prompt} | fields, headers=headers, timeout=timeout
        )

    def order(self, prompt: str, *, headers: dict[str, str] | None = None, **fields: Any) -> Document:
        """A picture from words that nobody waits for: returns the job document of the `202`."""
        response = self.generate(prompt, headers={"Prefer": "respond-async"} | (headers or {}), **fields)
        assert response.status_code == 202, f"{response.status_code}: {response.text[:500]}"
        return response.json()

    def job(self, id: str, **query: str) -> Document:
        """The job document as it is now."""
        response = self.http.get(f"/v1/jobs/{id}", params=query)
        assert response.status_code == 200, f"{response.status_code}: {response.text[:500]}"
        return response.json()

    def cancel(self, id: str) -> httpx2.Response:
        """Ask for a job's end, whatever it is answered with."""
        return self.http.delete(f"/v1/jobs/{id}")

    def cancel_while_running(self, order: Callable[[], Document]) -> str:
        """Cancel a job of ours that runs. One that ends sooner than it is cancelled is no fault: then it is another."""
        for _ in range(10):
            id = order()["id"]
            deadline = time.monotonic() + 300
            while self.job(id)["status"] == "queued":
                assert time.monotonic() < deadline, f"{id} is never begun"
                time.sleep(0.02)
            response = self.cancel(id)
            if response.status_code != 409:
                assert response.status_code == 200, f"{response.status_code}: {response.text[:500]}"
                return id
        raise AssertionError("each job ended before it could be cancelled")

    def cancel_all(self, ids: Iterable[str]) -> None:
        """Leave nothing behind for the next test; jobs that have ended by themselves are fine too."""
        for id in ids:
            assert self.cancel(id).status_code in {200, 409}

    def wait(self, id: str, seconds: float = 300) -> Document:
        """Poll until the job has ended, whichever way."""
        deadline = time.monotonic() + seconds
        while (document := self.job(id))["status"] not in ENDED:
            assert time.monotonic() < deadline, f"{id} is still {document['status']} after {seconds:.0f} s"
            time.sleep(0.1)
        return document

    def page(self, **query: str | int) -> Document:
        """One page of the account's jobs."""
        response = self.http.get("/v1/jobs", params=query)
        assert response.status_code == 200, f"{response.status_code}: {response.text[:500]}"
        return response.json()

    def jobs(self) -> list[Document]:
        """All jobs of the account, newest first, read page by page."""
        page = self.page(limit=50)
        found = list(page["data"])
        while page["has_more"]:
            page = self.page(limit=50, after=found[-1]["id"])
            assert page["data"], "a page that follows has_more is empty"
            found += page["data"]
        return found

    def events(
        self,
        id: str,
        *,
        after: str | None = None,
        heard: threading.Event | None = None,
        seconds: float = 300,
    ) -> list[Event]:
        """The job's events until the server ends the stream; comments are among them. `heard`: the first job is told."""
        headers = {"Last-Event-ID": after} if after else {}
        found: list[Event] = []
        deadline = time.monotonic() + seconds
        with self.http.stream("GET", f"/v1/jobs/{id}/events", headers=headers, timeout=60) as response:
            assert response.status_code == 200, response.status_code
            assert response.headers["content-type"].startswith("text/event-stream")
            for event in read_events(response.iter_lines()):
                found.append(event)
                if heard and event.name == "job":
                    heard.set()
                assert time.monotonic() < deadline, f"the events of {id} did not end in {seconds:.0f} s"
        return found
