"""What is under way ends when the right to it does, also when another process took it back; damaged secrets end the start."""

from __future__ import annotations

import time
from pathlib import Path

import httpx2
import pytest

from api import Api
from conftest import StartServer
from harness import Server, wait_until
from pictures import encode
from visitor import Visitor, good

# The bound that the documentation names is two seconds; the rest is a busy machine's.
SOON_SECONDS = 20.0


def test_a_stream_ends_when_its_key_is_revoked_by_a_command(server: Server) -> None:
    key = server.create_key()
    with Api(server.url, key) as api, api.http.stream("GET", "/v1/events", timeout=60) as stream:
        lines = stream.iter_lines()
        assert next(lines).startswith(": account")
        began = time.monotonic()
        server.command("keys", "revoke", key)
        for _ in lines:
            assert time.monotonic() - began < SOON_SECONDS
    with Api(server.url, key) as api:
        refused = httpx2.codes.UNAUTHORIZED
        assert wait_until(lambda: api.http.get("/v1/account").status_code == refused, SOON_SECONDS)


def test_the_control_room_ends_for_who_is_an_operator_no_more(server: Server) -> None:
    made = server.json_command("accounts", "create", "--plan", "free", "--name", "was-operator", "--operator", "--json")[0]
    with Api(server.url, made["key"]) as api, api.http.stream("GET", "/ops/events", timeout=60) as stream:
        lines = stream.iter_lines()
        next(lines)
        began = time.monotonic()
        server.command("accounts", "set", made["account"], "--no-operator")
        for _ in lines:
            assert time.monotonic() - began < SOON_SECONDS


def test_all_other_sessions_end_and_one_goes_on(server: Server) -> None:
    key = server.create_key()
    with Visitor(server) as here, Visitor(server) as there:
        for visitor in (here, there):
            good(visitor.http.post("/v1/session", json={"key": key}))
        assert good(here.http.delete("/v1/sessions"))["ended"] == 1
        assert here.http.get("/v1/account").status_code == httpx2.codes.OK
        assert there.http.get("/v1/account").status_code == httpx2.codes.UNAUTHORIZED


def halved_upload(picture: Path, boundary: str) -> tuple[bytes, bytes]:
    """A form with a picture, in two parts."""
    head = (
        f'--{boundary}\r\nContent-Disposition: form-data; name="prompt"\r\n\r\na hill\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="quality"\r\n\r\nlow\r\n'
        f'--{boundary}\r\nContent-Disposition: form-data; name="image"; filename="p.png"\r\n'
        "Content-Type: image/png\r\n\r\n"
    ).encode()
    body = head + picture.read_bytes() + f"\r\n--{boundary}--\r\n".encode()
    return body[: len(body) // 2], body[len(body) // 2 :]


def test_a_key_that_is_revoked_during_an_upload_makes_no_job(server: Server, tmp_path: Path, photos: dict) -> None:
    picture = tmp_path / "photo.png"
    picture.write_bytes(encode(photos["coffee"], "PNG", longer=256))
    first, second = halved_upload(picture, "halves")
    # Its upload is the first that the server hears of the key: what the server remembers of it is not older than that.
    made = server.json_command("accounts", "create", "--plan", "free", "--name", "revoked", "--json")[0]
    refused = httpx2.codes.UNAUTHORIZED

    def halves():
        yield first
        server.command("keys", "revoke", made["key"])
        with Api(server.url, made["key"]) as other:
            assert wait_until(lambda: other.http.get("/v1/account").status_code == refused, SOON_SECONDS)
        yield second

    with Api(server.url, made["key"]) as api:
        response = api.http.post(
            "/v1/images/edits",
            content=halves(),
            headers={"Content-Type": "multipart/form-data; boundary=halves", "Prefer": "respond-async"},
            timeout=300,
        )
    assert response.status_code == refused, response.text


def test_a_command_beside_the_server_leaves_an_upload_alone(server: Server, tmp_path: Path, photos: dict) -> None:
    """An upload that arrives in two halves, with commands between them."""
    picture = tmp_path / "photo.png"
    picture.write_bytes(encode(photos["coffee"], "PNG", longer=256))
    boundary = "halves"
    first, second = halved_upload(picture, boundary)

    def halves():
        yield first
        server.command("verify", picture)
        server.command("works", "list")
        yield second

    with Api(server.url, server.create_key()) as api:
        response = api.http.post(
            "/v1/images/edits",
            content=halves(),
            headers={"Content-Type": f"multipart/form-data; boundary={boundary}"},
            timeout=300,
        )
        assert response.status_code == httpx2.codes.OK, response.text[:500]


@pytest.mark.parametrize("name", ["watermark.key", "link-signing.key"])
@pytest.mark.parametrize("content", [b"", b"short", bytes(32)])
def test_a_damaged_secret_ends_the_start_by_name(
    start_server: StartServer, tmp_path: Path, name: str, content: bytes
) -> None:
    # Without models a start takes no time, and this test starts three times.
    server = start_server({"inference": {"null-seconds": 0}, "models": {"directory": str(tmp_path)}})
    server.stop()
    secret = server.data / name
    whole = secret.read_bytes()
    secret.write_bytes(content)
    server.start(wait=False)
    assert wait_until(lambda: not server.is_alive, 60), "it started"
    assert name in server.log_tail() and "backup" in server.log_tail()
    assert secret.read_bytes() == content
    secret.write_bytes(whole)
    server._process = None
    server.start()
