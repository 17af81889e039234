"""The end of a server: quick, in order, with nothing lost and nothing to complain of."""

from __future__ import annotations

import json
import socket
import time
from contextlib import ExitStack

import pytest
from PIL import Image

from api import EDITS, Api, fresh_prompt
from conftest import StartServer
from harness import Server, wait_until
from pictures import File, upload
from rawhttp import BOUNDARY, form, head, part

pytestmark = pytest.mark.alone

MODEL = "restyle"
# A clean stop takes well under a second; the bound is twenty.
QUICK_SECONDS = 8


@pytest.fixture(scope="module")
def photo(photos: dict[str, Image.Image]) -> File:
    """A small photo."""
    return upload(photos["coffee"], longer=256)


def edit(api: Api, photo: File) -> bytes:
    """A whole edit as bytes."""
    name, content, media_type = photo
    body = form(part("prompt", fresh_prompt().encode()), part("image", content, name, media_type))
    lines = {
        "Host": "localhost",
        "Authorization": f"Bearer {api.key}",
        "Content-Type": f"multipart/form-data; boundary={BOUNDARY}",
        "Content-Length": str(len(body)),
    }
    return head("POST", EDITS, lines) + body


def send(stack: ExitStack, server: Server, payload: bytes) -> socket.socket:
    """A connection on which something was sent."""
    own = stack.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=60))
    own.sendall(payload)
    return own


def stream(stack: ExitStack, server: Server, api: Api, path: str, key: str | None = None) -> socket.socket:
    """An open event stream, from which something has come."""
    lines = {"Host": "localhost", "Authorization": f"Bearer {key or api.key}"}
    own = send(stack, server, head("GET", path, lines))
    assert own.recv(1 << 16).startswith(b"HTTP/1.1 200 ")
    return own


def rest(connection: socket.socket) -> bytes:
    """Everything up to the end."""
    return b"".join(iter(lambda: connection.recv(1 << 16), b""))


def check_log(server: Server) -> None:
    """Nothing in the log of a clean stop asks for anybody's attention."""
    lines = server.log.read_text(errors="replace").splitlines()
    begin = max(number for number, line in enumerate(lines) if "stopping" in line)
    bad = [line for line in lines[begin:] if " error " in line or " warning " in line or " critical " in line]
    assert not bad, "\n".join(bad)
    assert "stopped" in lines[-1]


def test_open_streams_held_requests_and_uploads_do_not_keep_a_server_from_stopping(
    start_server: StartServer, photo: File
) -> None:
    server = start_server()
    operator = server.first_key()
    with Api(server.url, server.create_key()) as api, ExitStack() as stack:
        server._pause(MODEL, 5)
        job = api.submit(photo, fresh_prompt())["id"]
        streams = [
            stream(stack, server, api, "/status/events"),
            stream(stack, server, api, "/v1/events"),
            stream(stack, server, api, f"/v1/jobs/{job}/events"),
            stream(stack, server, api, "/ops/events", operator),
        ]
        idle = send(stack, server, head("GET", "/healthz", {"Host": "localhost"}))
        assert idle.recv(1 << 16).startswith(b"HTTP/1.1 200 ")
        silent = send(stack, server, b"")
        half_head = send(stack, server, b"GET /healthz HT")
        # Before what is waited for: the server has taken it by then.
        upload = send(stack, server, edit(api, photo)[:-2000])
        held = send(stack, server, edit(api, photo))
        assert wait_until(lambda: len(api.jobs()) == 2, 60)
        waiting = api.jobs()[0]["id"]
        api.http.close()

        started = time.monotonic()
        server.stop()
        seconds = time.monotonic() - started
        assert seconds < QUICK_SECONDS, f"{seconds:.1f} s"

        for each in streams:
            # The last chunk says that the stream has ended; it did not break.
            assert rest(each).endswith(b"0\r\n\r\n")
        assert rest(idle) == rest(silent) == rest(half_head) == b""
        for refused in (held, upload):
            answer = rest(refused)
            assert answer.startswith(b"HTTP/1.1 503 "), answer[:200]
            assert b"retry-after: 2" in answer.lower()
            assert json.loads(answer.partition(b"\r\n\r\n")[2])["error"]["code"] == "server_is_overloaded"
        check_log(server)

    server.start()
    with Api(server.url, api.key) as again:
        server._pause(MODEL, 0)
        assert {each["id"] for each in again.jobs()} == {job, waiting}
        assert again.wait(job)["status"] == "completed"


def test_a_reader_that_does_not_read_does_not_keep_a_server_from_stopping(start_server: StartServer) -> None:
    server = start_server()
    noise = upload(Image.effect_noise((1024, 1024), 120).convert("RGB"))
    with Api(server.url, server.create_key()) as api, socket.socket() as own:
        job = api.wait(api.submit(noise, fresh_prompt(), quality="low", output_format="png")["id"])["id"]
        own.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        own.connect(("127.0.0.1", server.port))
        lines = {"Host": "localhost", "Authorization": f"Bearer {api.key}"}
        own.sendall(head("GET", f"/v1/jobs/{job}?response_format=b64_json", lines))
        assert own.recv(16)
        started = time.monotonic()
        server.stop()
        assert time.monotonic() - started < QUICK_SECONDS
    check_log(server)
