"""HTTP as real clients speak it: HEAD, 100 Continue, HTTP/1.0, halves that are closed, slow heads and slow readers."""

from __future__ import annotations

import json
import os
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import httpx2
import pytest
from PIL import Image

from api import EDITS, GENERATIONS, Api, fresh_prompt
from harness import Server, running, wait_until
from pictures import File, decode, upload
from rawhttp import BOUNDARY, form, head, part

pytestmark = pytest.mark.alone

MODEL = "restyle"
STALL_SECONDS = 3
HEAD_SECONDS = 3
IDLE_SECONDS = 4
GRACE_SECONDS = 3

Photos = dict[str, Image.Image]


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with little patience."""
    http = {
        "stall-seconds": STALL_SECONDS,
        "head-seconds": HEAD_SECONDS,
        "idle-seconds": IDLE_SECONDS,
        "orphan-grace-seconds": GRACE_SECONDS,
        "heartbeat-seconds": 1,
    }
    with running(tmp_path_factory, {"http": http}) as own:
        yield own
        log = own.log.read_text(errors="replace")
        assert " error " not in log, own.log_tail()


@pytest.fixture(scope="module")
def painter(stage: Server) -> Iterator[Api]:
    """An account of that server."""
    with Api(stage.url, stage.create_key()) as api:
        yield api


@pytest.fixture(scope="module")
def photo(photos: Photos) -> File:
    """A small photo."""
    return upload(photos["coffee"], longer=256)


@pytest.fixture(scope="module")
def finished(painter: Api, photo: File) -> dict[str, object]:
    """The document of a job that has ended with a picture."""
    document = painter.wait(painter.submit(photo, fresh_prompt(), quality="low")["id"])
    assert document["status"] == "completed"
    return document


def connect(server: Server) -> socket.socket:
    """A connection by hand."""
    return socket.create_connection(("127.0.0.1", server.port), timeout=60)


def read_all(connection: socket.socket) -> bytes:
    """Everything up to the end of the connection, which must come by itself."""
    return b"".join(iter(lambda: connection.recv(1 << 16), b""))


def talk(server: Server, payload: bytes, *, shut: bool = False) -> bytes:
    """Send something and read everything up to the end of the connection."""
    with connect(server) as connection:
        connection.sendall(payload)
        if shut:
            connection.shutdown(socket.SHUT_WR)
        return read_all(connection)


def final(answer: bytes) -> bytes:
    """What follows interim answers, which may come at any time."""
    while answer.startswith(b"HTTP/1.1 100 "):
        answer = answer.partition(b"\r\n\r\n")[2]
    return answer


def status(answer: bytes) -> int:
    """The status of the first answer that is no interim one."""
    return int(final(answer).split(b" ", 2)[1])


def edit(api: Api, photo: File, **headers: str) -> bytes:
    """A whole edit as bytes."""
    name, content, media_type = photo
    body = form(
        part("prompt", fresh_prompt().encode()),
        part("quality", b"low"),
        part("image", content, name, media_type),
    )
    lines = {
        "Host": "localhost",
        "Authorization": f"Bearer {api.key}",
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Content-Length": str(len(body)),
    }
    return head("POST", EDITS, lines | headers) + body


# HEAD


def routes_with_get(server: Server, finished: dict[str, object]) -> list[str]:
    """Paths of all routes that answer GET, from the server's own description."""
    document = httpx2.get(f"{server.url}/openapi.json", trust_env=False).json()
    paths = [path for path, methods in document["paths"].items() if "get" in methods]
    assert len(paths) > 15
    parameters = {"{id}": str(finished["id"]), "{name}": "none.png", "{picture}": "0"}
    for name, value in parameters.items():
        paths = [path.replace(name, value) for path in paths]
    return [*paths, "/studio", "/assets/studio.js", "/nothing/here"]


def test_head_says_what_get_says_on_every_route(
    stage: Server, painter: Api, finished: dict[str, object]
) -> None:
    """The same status and headers, and not a byte of a body."""
    link = finished["result"]["data"][0]["url"]  # type: ignore[index]
    passing = {"date", "x-request-id", "transfer-encoding", "connection"}
    streams = 0
    for path in [*routes_with_get(stage, finished), link.removeprefix(stage.url)]:
        with painter.http.stream("GET", path) as got:
            expected = dict(got.headers)
        line = {"Host": "127.0.0.1", "Authorization": f"Bearer {painter.key}", "Connection": "close"}
        asked = f"127.0.0.1:{stage.port}"
        raw = talk(stage, head("HEAD", path, line | {"Host": asked, "Accept": "*/*", "Accept-Encoding": "gzip"}))
        top, _, body = raw.partition(b"\r\n\r\n")
        assert body == b"", path
        assert status(raw) == got.status_code, path
        fields = dict(field.decode().lower().split(": ", 1) for field in top.split(b"\r\n")[1:])
        assert fields.keys() - passing == {name.lower() for name in expected} - passing, path
        for name in ("content-length", "content-type", "x-accel-buffering", "allow"):
            changes = name == "content-length" and ("/metrics" in path or "/status" in path or "/ops" in path)
            assert changes or fields.get(name) == (expected.get(name) or "").lower() or name not in expected, path
        streams += "x-accel-buffering" in fields
    assert streams >= 2


def test_head_keeps_its_connection(stage: Server, painter: Api) -> None:
    """What follows an answer without a body is the next answer, also where the body would have no length."""
    lines = {"Host": "localhost", "Authorization": f"Bearer {painter.key}"}
    first = head("HEAD", "/status/events", lines) + head("HEAD", "/v1/models", lines)
    answers = talk(stage, first + head("GET", "/healthz", lines | {"Connection": "close"}))
    assert answers.count(b"HTTP/1.1 200 OK") == 3
    assert answers.endswith(b'{"status":"ok"}')


def test_head_does_not_take_a_picture_from_its_client(painter: Api, photo: File) -> None:
    id = painter.submit(photo, fresh_prompt(), quality="low")["id"]
    painter.wait(id)
    answer = painter.http.head(f"/v1/jobs/{id}")
    assert answer.status_code == 200
    assert answer.content == b""


# Event streams


def test_no_proxy_collects_any_event_stream(stage: Server, painter: Api, photo: File) -> None:
    key = {"Authorization": f"Bearer {stage.first_key()}"}
    with stage.paused(MODEL), ExitStack() as stack:
        id = painter.submit(photo, fresh_prompt(), quality="low")["id"]
        streams = [
            painter.http.stream("GET", "/v1/events"),
            painter.http.stream("GET", f"/v1/jobs/{id}/events"),
            painter.http.stream("GET", "/status/events"),
            painter.http.stream("GET", "/ops/events", headers=key),
            painter.http.stream(
                "POST", EDITS, data={"prompt": fresh_prompt(), "stream": "true"}, files={"image": photo}
            ),
        ]
        for stream in streams:
            answer = stack.enter_context(stream)
            assert answer.status_code == 200, answer.url
            assert answer.headers["content-type"] == "text/event-stream"
            assert answer.headers["x-accel-buffering"] == "no", answer.url
            assert answer.headers["cache-control"] == "no-store", answer.url


# 100 Continue


def test_a_client_that_waits_for_a_word_gets_it(stage: Server, painter: Api, photo: File) -> None:
    payload = edit(painter, photo, Expect="100-continue", Connection="close", Prefer="respond-async")
    top, _, body = payload.partition(b"\r\n\r\n")
    with connect(stage) as connection:
        connection.sendall(top + b"\r\n\r\n")
        assert connection.recv(1 << 16) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(body)
        answer = read_all(connection)
    assert status(answer) == 202
    painter.cancel_all([json.loads(answer.partition(b"\r\n\r\n")[2])["id"]])


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"Authorization": "Bearer hs_nobody"}, 401),
        ({"Content-Length": "200000000"}, 413),
        ({"Content-Type": "text/plain"}, 415),
    ],
)
def test_a_refusal_by_headers_comes_before_the_body(
    stage: Server, painter: Api, photo: File, changes: dict[str, str], expected: int
) -> None:
    payload = edit(painter, photo, **({"Expect": "100-continue"} | changes))
    answer = talk(stage, payload.partition(b"\r\n\r\n")[0] + b"\r\n\r\n")
    assert status(answer) == expected
    assert b"100 Continue" not in answer
    assert b"connection: close" in answer.lower()


def test_a_refused_upload_that_is_sent_all_the_same_does_not_lose_its_answer(
    stage: Server, painter: Api
) -> None:
    """Most clients send everything before they read: a connection that is reset would take the answer along."""
    body = b"x" * 20_000_000
    lines = {"Host": "localhost", "Content-Type": "application/json", "Content-Length": str(len(body))}
    for _ in range(5):
        assert status(talk(stage, head("POST", EDITS, lines) + body)) == 401


def test_a_form_that_is_refused_half_way_does_not_lose_its_answer(stage: Server, painter: Api) -> None:
    """What is wrong is said at once; the rest of the form is not read, and its sender still hears why."""
    body = form(part("n", b"1"), part("n", b"1"), part("image", b"x" * 20_000_000, "photo.jpg"))
    lines = {
        "Host": "localhost",
        "Authorization": f"Bearer {painter.key}",
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Content-Length": str(len(body)),
    }
    answer = talk(stage, head("POST", EDITS, lines) + body)
    assert status(answer) == 400
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["param"] == "n"
    assert b"connection: close" in answer.lower()


# HTTP/1.0


@pytest.mark.parametrize("path", ["/healthz", "/status/events", "/v1/models"])
def test_an_old_client_gets_no_chunks(stage: Server, painter: Api, path: str) -> None:
    request = f"GET {path} HTTP/1.0\r\nAuthorization: Bearer {painter.key}\r\n\r\n".encode()
    with connect(stage) as connection:
        connection.sendall(request)
        answer = b""
        while b"\r\n\r\n" not in answer or not answer.partition(b"\r\n\r\n")[2]:
            answer += connection.recv(1 << 16)
        if not path.endswith("events"):
            answer += read_all(connection)
    top, _, body = answer.partition(b"\r\n\r\n")
    assert status(answer) == 200
    assert b"transfer-encoding" not in top.lower()
    assert b"connection: close" in top.lower()
    assert body.startswith(b"event: status\n" if path.endswith("events") else b"{")


def test_an_old_client_may_keep_its_connection_if_it_asks(stage: Server) -> None:
    asking = b"GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
    answers = talk(stage, asking + b"GET /healthz HTTP/1.0\r\n\r\n")
    assert answers.count(b" 200 OK") == 2
    assert answers.lower().count(b"connection: keep-alive") == 1


# Closed halves


@pytest.mark.parametrize("version", ["HTTP/1.1", "HTTP/1.0"])
def test_a_client_that_closes_its_sending_half_gets_its_picture(
    stage: Server, painter: Api, photo: File, version: str
) -> None:
    payload = edit(painter, photo).replace(b"HTTP/1.1", version.encode(), 1)
    before = len(painter.jobs())
    with stage.paused(MODEL):
        with connect(stage) as connection:
            connection.sendall(payload)
            connection.shutdown(socket.SHUT_WR)
            assert wait_until(lambda: len(painter.jobs()) > before, 60)
            # Longer than a job outlives a client that has gone.
            time.sleep(GRACE_SECONDS + 2)
            assert painter.jobs()[0]["status"] == "queued"
            stage._pause(MODEL, 0)
            answer = read_all(connection)
    answer = final(answer)
    assert status(answer) == 200
    assert decode(json.loads(answer.partition(b"\r\n\r\n")[2])["data"][0]["b64_json"])


def test_a_client_that_closes_both_halves_is_gone(stage: Server, painter: Api, photo: File) -> None:
    before = len(painter.jobs())
    with stage.paused(MODEL):
        with connect(stage) as connection:
            connection.sendall(edit(painter, photo))
            assert wait_until(lambda: len(painter.jobs()) > before, 60)
        assert wait_until(lambda: painter.jobs()[0]["status"] == "cancelled", 60)


def test_a_client_that_leaves_a_stream_is_gone(stage: Server, painter: Api, photo: File) -> None:
    with stage.paused(MODEL):
        fields = {"prompt": fresh_prompt(), "stream": "true"}
        with painter.http.stream("POST", EDITS, data=fields, files={"image": photo}) as answer:
            id = answer.headers["heatsink-job"]
        painter.http.close()
        painter.http = httpx2.Client(
            base_url=stage.url, headers={"Authorization": f"Bearer {painter.key}"}, timeout=120, trust_env=False
        )
        assert painter.wait(id, 60)["status"] == "cancelled"


# Heads


@pytest.mark.parametrize(
    ("request_text", "expected"),
    [
        (b"GET /healthz HTTP/1.1\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: user@a\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: a:99999\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n", 400),
        (b"GET /healthz\r\n\r\n", 400),
        (b"GET /healthz HTTP/9.9\r\nHost: a\r\n\r\n", 400),
        (b"G\0T /healthz HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: a\r\nBad Name: x\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: a\r\n: x\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: a\r\nno colon\r\n\r\n", 400),
        (b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 200_000 + b"\r\n\r\n", 431),
        (b"GET /" + b"x" * 200_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n", 431),
        (b"GET /healthz HTTP/1.1\r\nHost: a\r\n" + b"X: x\r\n" * 1_000 + b"\r\n", 431),
        (b"POST /v1/session HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"POST /v1/session HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", 400),
        (b"POST /v1/session HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
    ],
)
def test_a_head_that_is_none_is_refused_and_its_connection_closed(
    stage: Server, request_text: bytes, expected: int
) -> None:
    answer = talk(stage, request_text)
    assert status(answer) == expected, answer[:300]
    assert b"connection: close" in answer.lower()
    assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["type"] == "invalid_request_error"


@pytest.mark.parametrize("path", ["/v1/session", "/v1/verify", "/v1/opt-outs", EDITS, GENERATIONS, "/v1/shares"])
@pytest.mark.parametrize("chunks", [b"zz\r\nabc\r\n", b"5\r\nabc", b"ffffffffffffffffff\r\nabc\r\n"])
def test_malformed_chunks_are_the_clients_fault_on_every_route(
    stage: Server, painter: Api, path: str, chunks: bytes
) -> None:
    lines = {
        "Host": "localhost",
        "Authorization": f"Bearer {painter.key}",
        "Content-Type": "application/json",
        "Transfer-Encoding": "chunked",
    }
    answer = talk(stage, head("POST", path, lines) + chunks, shut=True)
    assert status(answer) in {400, 415}, answer[:300]
    assert final(answer).count(b"HTTP/1.1 ") == 1


def test_requests_in_a_row_get_their_answers_before_what_is_malformed(stage: Server) -> None:
    good = head("GET", "/healthz", {"Host": "localhost"})
    answers = talk(stage, good + good + b"nonsense\r\n\r\n" + good)
    assert answers.count(b"HTTP/1.1 200 OK") == 2
    assert answers.count(b"HTTP/1.1 400 Bad Request") == 1
    assert answers.rindex(b"200 OK") < answers.index(b"400 Bad Request")


# Other protocols


def test_a_request_for_another_protocol_is_answered_in_this_one(stage: Server) -> None:
    """As curl, Java and Go ask for HTTP/2: the answer is whole, and the connection ends with it."""
    wishes = {"Connection": "Upgrade, HTTP2-Settings", "Upgrade": "h2c", "HTTP2-Settings": "AAMAAABkAAQAoAAA"}
    request = head("GET", "/healthz", {"Host": "localhost"} | wishes)
    answer = talk(stage, request + head("GET", "/healthz", {"Host": "localhost"}))
    assert answer.count(b"HTTP/1.1 200 OK") == 1
    assert b"connection: close" in answer.lower()
    assert answer.endswith(b'{"status":"ok"}')
    tunnel = talk(stage, b"CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n" + request)
    assert status(tunnel) == 405
    assert tunnel.count(b"HTTP/1.1 ") == 1


def test_what_follows_a_request_for_another_protocol_is_not_collected(
    stage: Server, painter: Api, photo: File
) -> None:
    """Also while its answer is waited for."""
    with stage.paused(MODEL):
        memory = stage.resident_mebibytes()
        with connect(stage) as connection:
            connection.sendall(edit(painter, photo, Connection="Upgrade", Upgrade="websocket"))
            sent = 0
            with suppress(ConnectionError):
                while sent < 256 << 20:
                    connection.sendall(b" " * (1 << 20))
                    sent += 1 << 20
            assert stage.resident_mebibytes() - memory < 128


def test_requests_before_a_closed_half_all_get_their_answers(stage: Server) -> None:
    request = head("GET", "/healthz", {"Host": "localhost"})
    assert talk(stage, request * 3, shut=True).count(b"HTTP/1.1 200 OK") == 3


def test_a_head_that_trickles_in_has_a_deadline(stage: Server) -> None:
    started = time.monotonic()
    with connect(stage) as connection:
        connection.settimeout(HEAD_SECONDS / 4)
        connection.sendall(b"GET /healthz HTTP/1.1\r\n")
        answer = b""
        while time.monotonic() < started + 60:
            try:
                connection.sendall(b"X: x\r\n")
                piece = connection.recv(1 << 16)
            except TimeoutError:
                continue
            except OSError:
                break
            answer += piece
            if not piece:
                break
    assert status(answer) == 408
    assert HEAD_SECONDS - 0.5 <= time.monotonic() - started


def test_a_connection_that_says_nothing_is_closed(stage: Server) -> None:
    with connect(stage) as silent, connect(stage) as idle:
        idle.sendall(head("GET", "/healthz", {"Host": "localhost"}))
        assert read_all(idle).endswith(b'{"status":"ok"}')
        assert read_all(silent) == b""


# Slow readers


def descriptors(server: Server) -> int:
    """How many files and connections the server has open."""
    return len(os.listdir(f"/proc/{server.pid}/fd"))


def slow_socket(server: Server, request: bytes) -> socket.socket:
    """A connection whose request is sent, and whose kernel takes next to nothing in advance."""
    own = socket.socket()
    own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    own.settimeout(60)
    own.connect(("127.0.0.1", server.port))
    own.sendall(request)
    return own


def test_who_does_not_read_holds_no_picture_in_memory_and_is_cut(stage: Server, painter: Api) -> None:
    """Thirty connections, each with a picture of megabytes, of which nothing is taken. (The records may open some files.)"""
    noise = upload(Image.effect_noise((1024, 1024), 120).convert("RGB"))
    wishes = {"size": "1024x1024", "quality": "max", "output_format": "png"}
    document = painter.wait(painter.submit(noise, fresh_prompt(), **wishes)["id"])
    path = f"/v1/jobs/{document['id']}?response_format=b64_json"
    whole = painter.http.get(path)
    size = len(whole.content)
    assert size > 2_000_000
    assert int(whole.headers["content-length"]) == size
    assert decode(whole.json()["result"]["data"][0]["b64_json"])
    request = head("GET", path, {"Host": "localhost", "Authorization": f"Bearer {painter.key}"})
    memory, files = stage.resident_mebibytes(), descriptors(stage)
    with ExitStack() as stack:
        sockets = [stack.enter_context(slow_socket(stage, request)) for _ in range(30)]
        for own in sockets:
            assert own.recv(256)
        assert stage.resident_mebibytes() - memory < 30 * size / (1 << 20) / 3
        assert wait_until(lambda: descriptors(stage) <= files + 20, 60), "nobody is cut"
        received = 0
        with suppress(ConnectionError):
            while piece := sockets[0].recv(1 << 16):
                received += len(piece)
        assert received < size


def test_a_slow_reader_gets_everything(stage: Server, painter: Api, finished: dict[str, object]) -> None:
    """Slower than the stall that would cut it, but never still."""
    path = f"/v1/jobs/{finished['id']}?response_format=b64_json"
    lines = {"Host": "localhost", "Authorization": f"Bearer {painter.key}", "Connection": "close"}
    with slow_socket(stage, head("GET", path, lines)) as own:
        received, until = bytearray(), time.monotonic() + STALL_SECONDS * 2
        while piece := own.recv(1024 if time.monotonic() < until else 1 << 16):
            received += piece
            if time.monotonic() < until:
                time.sleep(0.05)
    body = bytes(received).partition(b"\r\n\r\n")[2]
    assert decode(json.loads(body)["result"]["data"][0]["b64_json"])
