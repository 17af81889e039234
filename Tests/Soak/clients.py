"""The clients: some behave well, some leave, some attack. Each draws what it does from the seed."""

from __future__ import annotations

import contextlib
import itertools
import json
import random
import socket
import threading
from collections.abc import Callable
from typing import Any

import httpx2
import openai
from PIL import Image

from api import EDITS, ENDED, GENERATIONS, read_events
from checks import judge_metrics
from harness import Server
from malformed import Case, Maker
from notebook import Notebook
from pictures import File, decode, encode, resized, upload
from rawhttp import exchange
from visitor import COOKIE, prove

WORDS = ("a lighthouse at dusk", "first snow", "a red boat on a lake", "two trees in the wind", "a village at night")
SIZES = ("auto", "256x256", "320x240")
ASYNC = {"Prefer": "respond-async"}
# How a registered work is refused.
REFUSED = ("moderation_blocked", "held_for_review")
BROKEN = (httpx2.TransportError, httpx2.StreamError, OSError)


class Client(threading.Thread):
    """Does one thing after the other until it is told to stop."""

    #: Seconds between two things, at least and at most.
    pause = (0.3, 2.0)
    #: Whether each refusal and each broken connection must be explained by a fault.
    judged = True

    def __init__(self, number: int, seed: int, server: Server, notebook: Notebook, photos: list[Image.Image]) -> None:
        self.label = type(self).__name__
        super().__init__(name=f"{self.label}-{number}", daemon=True)
        self.stopping = threading.Event()
        self.chance = random.Random(f"{seed}-{self.name}")
        self.server = server
        self.notebook = notebook
        self.photos = photos
        self.counter = itertools.count(1)
        self.http: httpx2.Client = httpx2.Client(base_url=server.url, timeout=60, trust_env=False)

    def run(self) -> None:
        """One thing after the other, until it is told to stop."""
        try:
            self.prepare()
        except Exception as error:  # noqa: BLE001: a client that ends unseen tests nothing any more.
            self.notebook.problem(f"{self.name} cannot begin: {error!r}"[:600])
            return
        while not self.stopping.wait(self.chance.uniform(*self.pause)):
            try:
                self.act()
            except (*BROKEN, openai.APIConnectionError) as error:
                self.notebook.broken(self.label, repr(error), judged=self.judged)
            except Exception as error:  # noqa: BLE001: see above.
                self.notebook.problem(f"{self.name} saw {error!r}"[:600])
        self.http.close()

    def note(self, answer: httpx2.Response, *expected: int, text: str | None = None) -> None:
        """What the server answered; every refusal says when to come back."""
        told = text if text is not None else answer.text[:300] if answer.is_error else ""
        self.notebook.answer(self.label, answer.status_code, told, expected=expected, judged=self.judged)
        is_final = answer.headers.get("x-should-retry") == "false"
        if answer.status_code in (429, 503) and not is_final and not answer.headers.get("retry-after", "").isdigit():
            self.notebook.problem(f"{self.label}: {answer.status_code} without Retry-After: {told}")

    def note_picture(self, answer: httpx2.Response) -> None:
        """An answer with pictures: its job has ended, and stays so."""
        if job := answer.headers.get("heatsink-job"):
            self.notebook.tell(job, "completed")

    def prepare(self) -> None:
        """A key of its own, made beside the running server."""
        key = self.server.create_key()
        self.http.headers["Authorization"] = f"Bearer {key}"
        self.key = key

    def act(self) -> None:
        """One thing."""
        raise NotImplementedError

    def prompt(self) -> str:
        """One that nobody else sends."""
        return f"{self.chance.choice(WORDS)}, {self.name} {next(self.counter)}"

    def photo(self) -> File:
        """A photo in some format and size."""
        format = self.chance.choice(["JPEG", "PNG", "WEBP"])
        return upload(self.chance.choice(self.photos), format, self.chance.choice([160, 320, 640, 1_200]))

    def patiently(self, call: Callable[[], httpx2.Response]) -> httpx2.Response | None:
        """Ask until there is an answer that does not say "come back": what a careful program does. None: told to stop."""
        while True:
            wait = 0.5
            try:
                response = call()
            except BROKEN as error:
                self.notebook.broken(self.label, repr(error), judged=self.judged)
            else:
                self.note(response)
                if response.status_code not in (429, 503):
                    return response
                after = response.headers.get("retry-after", "")
                wait = min(5.0, float(after)) if after.isdigit() else 1.0
            if self.stopping.wait(wait):
                return None

    def request(self) -> dict[str, Any]:
        """A request for `httpx2`: an edit or a generation."""
        count = self.chance.choice([1, 1, 1, 2])
        if self.chance.random() < 0.5:
            fields = {"prompt": self.prompt(), "n": str(count), "quality": "low", "size": self.chance.choice(SIZES)}
            return {"url": EDITS, "data": fields, "files": {"image": self.photo()}}
        return {"url": GENERATIONS, "json": {"prompt": self.prompt(), "n": count, "quality": "low", "size": "256x256"}}


class Poller(Client):
    """Asks without waiting, with an idempotency key; looks later, and sometimes takes it back."""

    def act(self) -> None:
        headers = ASYNC | {"Idempotency-Key": f"{self.name}-{next(self.counter)}"}
        request = self.request()
        answer = self.patiently(lambda: self.http.post(**request, headers=headers))
        if answer is None:
            return
        if answer.status_code not in (200, 202):
            self.notebook.problem(f"{self.name}: {answer.status_code} {answer.text[:300]}")
            return
        if answer.status_code == 200:
            self.note_picture(answer)
        if answer.status_code == 202:
            job = self.notebook.accept(answer.json(), self.name)
            # The same again finds the same job.
            again = self.patiently(lambda: self.http.post(**request, headers=headers))
            if again is not None and again.status_code == 202 and again.json()["id"] != job:
                self.notebook.problem(f"{self.name}: the same request made {job} and {again.json()['id']}")
            self.follow(job)

    def follow(self, job: str) -> None:
        """Look at a job for a while, one way or the other."""
        way = self.chance.random()
        if way < 0.2:
            self.notebook.cancelled.add(job)
            answer = self.http.delete(f"/v1/jobs/{job}")
            self.note(answer, 200, 409)
        elif way < 0.4:
            self.listen(job)
        else:
            for _ in range(self.chance.randint(1, 15)):
                answer = self.http.get(f"/v1/jobs/{job}")
                self.note(answer, 200)
                if answer.status_code == 200 and answer.json()["status"] in ENDED:
                    self.finish(answer.json())
                    return
                if self.stopping.wait(self.chance.uniform(0.2, 1)):
                    return

    def finish(self, document: dict[str, Any]) -> None:
        """A job has ended: so it stays, and its pictures are there."""
        self.notebook.tell(document["id"], document["status"])
        for number in range(len(document["pictures"])):
            picture = self.http.get(f"/v1/jobs/{document['id']}/pictures/{number}")
            self.note(picture, 200)
            if picture.status_code == 200:
                decode(picture.content)

    def listen(self, job: str) -> None:
        """The job's events, to the end or until we have enough."""
        most = self.chance.choice([3, 1_000])
        with self.http.stream("GET", f"/v1/jobs/{job}/events", timeout=60) as response:
            self.note(response, 200, text="events")
            if response.status_code == 200:
                for number, _ in enumerate(read_events(response.iter_lines())):
                    if number > most or self.stopping.is_set():
                        return


class Waiter(Client):
    """Waits for some seconds and takes what it gets: the picture or a job."""

    def act(self) -> None:
        headers = {"Prefer": f"wait={self.chance.choice([0, 1, 3, 10])}"}
        answer = self.http.post(**self.request(), headers=headers)
        self.note(answer, 200, 202)
        if answer.status_code == 200:
            self.note_picture(answer)
        if answer.status_code == 202:
            self.notebook.accept(answer.json(), self.name)


class OfficialClient(Client):
    """The `openai` package with its own retries: edits, generations, streams that are read to their end or left."""

    def prepare(self) -> None:
        super().prepare()
        # Its own retries hide answers: each is looked at before that.
        watching = httpx2.Client(timeout=60, trust_env=False, event_hooks={"response": [self.watch]})
        self.official = openai.OpenAI(
            base_url=f"{self.server.url}/v1", api_key=self.key, max_retries=3, timeout=60, http_client=watching
        )

    def watch(self, answer: httpx2.Response) -> None:
        """One answer, before the package has seen it. Its body may be a stream, and is not read."""
        self.note(answer, 200, text="")

    def act(self) -> None:
        try:
            self.chance.choice([self.edit, self.generate, self.stream])()
        except openai.APIStatusError as error:
            # `watch` has noted it; the journal has its words.
            self.notebook.write("refused", client=self.name, status=error.status_code, text=str(error)[:300])
        except openai.APIConnectionError:
            raise
        except openai.APIError as error:
            # An error inside of a stream.
            self.notebook.broken(self.label, str(error), judged=self.judged)

    def edit(self) -> None:
        """A photo, painted."""
        answer = self.official.images.edit(
            image=self.photo(), prompt=self.prompt(), quality="low", response_format="b64_json"
        )
        assert answer.data and answer.data[0].b64_json

    def generate(self) -> None:
        """A picture from words, by its link."""
        answer = self.official.images.generate(prompt=self.prompt(), quality="low", response_format="url")
        assert answer.data and answer.data[0].url
        picture = httpx2.get(answer.data[0].url, trust_env=False, timeout=60)
        # With a clock that is set, a link may be over at once.
        late = (403, 404, 410) if self.notebook.is_explained(self.notebook.elapsed(), "clock") else ()
        self.note(picture, 200, *late, text="a link")
        if picture.status_code == 200:
            decode(picture.content)

    def stream(self) -> None:
        """Partial pictures, to the end or until we have enough."""
        leaves = self.chance.random() < 0.4
        with self.official.images.generate(
            prompt=self.prompt(), quality="low", stream=True, partial_images=self.chance.randint(0, 3)
        ) as events:
            for _ in events:
                if leaves:
                    return


class Guest(Client):
    """A browser without a key: a session, its one stream of events, a picture, and away."""

    pause = (1.0, 6.0)

    def prepare(self) -> None:
        """Nobody gives a guest a key."""

    def act(self) -> None:
        address = ".".join(str(self.chance.randint(1, 250)) for _ in range(4))
        headers = {"Origin": self.server.url, "Sec-Fetch-Site": "same-origin", "X-Forwarded-For": address}
        with httpx2.Client(base_url=self.server.url, headers=headers, timeout=60, trust_env=False) as page:
            asked = page.get("/v1/guests/challenge")
            self.note(asked, 200)
            if asked.status_code != 200:
                return
            proof = {
                "challenge": asked.json()["challenge"],
                "proof": prove(asked.json()["challenge"], asked.json()["bits"]),
            }
            came = page.post("/v1/guests", json=proof)
            self.note(came, 201, *self.late(400))
            if came.status_code != 201 or not page.cookies.get(COOKIE):
                return
            with page.stream("GET", "/v1/events", timeout=30) as events:
                self.note(events, 200, *self.late(401), text="events")
                order = page.post(GENERATIONS, json={"prompt": self.prompt(), "quality": "low"}, headers=ASYNC)
                self.note(order, 202, *self.late(401))
                if order.status_code == 202:
                    self.notebook.accept(order.json(), self.name)
                if events.status_code == 200:
                    for number, _ in enumerate(events.iter_lines()):
                        if number > self.chance.randint(5, 60) or self.stopping.is_set():
                            break
            for path in ("/v1/account", "/v1/gallery"):
                self.note(page.get(path), 200, *self.late(401))

    def late(self, status: int) -> tuple[int, ...]:
        """What a page is answered whose challenge or session a clock that was set has ended: then it begins again."""
        return (status,) if self.notebook.is_explained(self.notebook.elapsed(), "clock") else ()


class Hostile(Client):
    """A thousand ways to be wrong, and files that are made to harm."""

    pause = (0.1, 0.8)
    judged = False

    def prepare(self) -> None:
        super().prepare()
        maker = Maker(self.key, self.chance.randint(0, 1 << 30), resized(self.photos[0], 320))
        self.cases: list[Case] = maker.thousand()
        self.chance.shuffle(self.cases)

    def act(self) -> None:
        case = self.cases[next(self.counter) % len(self.cases)]
        answer = exchange(self.server.port, case.payload, hang_up=case.hang_up, seconds=60)
        if answer.timed_out and not self.notebook.is_explained(self.notebook.elapsed()):
            self.notebook.problem(f"{case.name}: no whole answer in 60 s")
        text = f"{case.name}: {answer.body[:200]!r}"
        if answer.status is None:
            self.notebook.broken(self.label, case.name, judged=self.judged)
        else:
            self.notebook.answer(self.label, answer.status, text, judged=self.judged)
        if answer.status == 202:
            with contextlib.suppress(ValueError, KeyError):
                self.notebook.accept(json.loads(answer.body), self.name)


class Leaver(Client):
    """Connections that are slow, half sent, half read, or dropped."""

    pause = (0.2, 2.0)
    judged = False

    def act(self) -> None:
        self.chance.choice([self.half_sent, self.slow_reader, self.never_reads, self.dropped_upload])()
        self.notebook.broken(self.label, judged=self.judged)

    def head(self, length: int) -> bytes:
        """The head of a JSON request of so many bytes."""
        lines = [
            f"POST {GENERATIONS} HTTP/1.1", f"Host: 127.0.0.1:{self.server.port}", f"Authorization: Bearer {self.key}",
            "Content-Type: application/json", f"Content-Length: {length}", "", "",
        ]
        return "\r\n".join(lines).encode()

    def connect(self) -> socket.socket:
        """A connection with a small window."""
        connection = socket.socket()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.settimeout(20)
        connection.connect(("127.0.0.1", self.server.port))
        return connection

    def half_sent(self) -> None:
        """A request that never becomes whole."""
        with self.connect() as connection:
            connection.sendall(self.head(4_000) + b'{"prompt": "')
            self.stopping.wait(self.chance.uniform(0.1, 5))

    def slow_reader(self) -> None:
        """A picture, read by the byte."""
        body = b'{"prompt": "%s", "quality": "low"}' % self.prompt().encode()
        with self.connect() as connection:
            connection.sendall(self.head(len(body)) + body)
            for _ in range(self.chance.randint(5, 40)):
                if not connection.recv(self.chance.choice([1, 64, 512])) or self.stopping.wait(0.2):
                    return

    def never_reads(self) -> None:
        """Asks for a picture and takes nothing."""
        body = b'{"prompt": "%s", "quality": "low"}' % self.prompt().encode()
        with self.connect() as connection:
            connection.sendall(self.head(len(body)) + body)
            self.stopping.wait(self.chance.uniform(1, 12))

    def dropped_upload(self) -> None:
        """Half of a photo."""
        name, data, media = self.photo()
        boundary = "soak"
        start = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="image"; filename="{name}"\r\n'
            f"Content-Type: {media}\r\n\r\n"
        ).encode()
        lines = [
            f"POST {EDITS} HTTP/1.1", f"Host: 127.0.0.1:{self.server.port}", f"Authorization: Bearer {self.key}",
            f"Content-Type: multipart/form-data; boundary={boundary}", f"Content-Length: {len(start) + len(data) + 99}", "", "",
        ]
        with self.connect() as connection:
            connection.sendall("\r\n".join(lines).encode() + start + data[: len(data) // 2])
            self.stopping.wait(self.chance.uniform(0, 2))


class Thief(Client):
    """Uploads a registered work, whole and cropped: it is refused, at once or when it is looked at."""

    pause = (3.0, 10.0)

    def __init__(self, *arguments: Any, work: Image.Image) -> None:
        super().__init__(*arguments)
        self.work = work

    def act(self) -> None:
        size = self.chance.choice(["auto", "512x512", "256x256"])
        file = ("work.png", encode(self.work, "PNG", self.chance.choice([500, 640, 800])), "image/png")
        answer = self.http.post(
            EDITS, data={"prompt": self.prompt(), "quality": "low", "size": size}, files={"image": file}, headers=ASYNC
        )
        self.note(answer, 202, 400, text=f"size {size}: {answer.text[:200]}")
        if answer.status_code == 400 and answer.json()["error"]["code"] not in REFUSED:
            self.notebook.problem(f"a registered work is refused for another reason, size {size}: {answer.text[:200]}")
        if answer.status_code == 202:
            self.notebook.stolen.add(self.notebook.accept(answer.json(), self.name))
        elif answer.status_code == 200:
            self.notebook.problem(f"a registered work was painted at once, size {size}")


class Monitor(Client):
    """What watches a server: probes, metrics, the status page, and its memory."""

    pause = (2.0, 4.0)

    def prepare(self) -> None:
        super().prepare()
        self.counted: set[str] = set()

    def act(self) -> None:
        for path, expected in (("/healthz", (200,)), ("/metrics", (200,)), ("/status", (200,)), ("/readyz", (200, 503))):
            answer = self.http.request(self.chance.choice(["GET", "GET", "HEAD"]), path)
            self.note(answer, *expected, text=f"{path}: {answer.text[:200] if answer.is_error else ''}")
            if path == "/metrics":
                self.count(answer.text)
        # While the server is killed and started, it has no process or one without memory.
        with contextlib.suppress(AssertionError, OSError):
            self.notebook.note_memory(self.server.pid, self.server.resident_mebibytes())

    def count(self, metrics: str) -> None:
        """What the server itself counts as its own errors; each once."""
        for sentence in judge_metrics(metrics):
            series = sentence.rpartition(" ")[0]
            if series not in self.counted:
                self.counted.add(series)
                self.notebook.problem(sentence)


COMPANY: list[tuple[type[Client], int]] = [
    (Poller, 2), (Waiter, 1), (OfficialClient, 2), (Guest, 1), (Hostile, 1), (Leaver, 1), (Monitor, 1),
]
#: Those that are to be served again and again.
SERVED: list[type[Client]] = [Poller, Waiter, OfficialClient, Guest, Monitor]
