"""HTTP by hand, for requests that no client library would agree to send."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

BOUNDARY = "heatsink-conformance-boundary"


@dataclass(frozen=True)
class Answer:
    """What came back: `status` is None when the connection ended without a status line."""

    status: int | None
    head: bytes
    body: bytes
    seconds: float
    timed_out: bool


def head(method: str, path: str, headers: dict[str, str]) -> bytes:
    """A request's first lines."""
    lines = [f"{method} {path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape")


def part(name: str, content: bytes, filename: str | None = None, media_type: str | None = None) -> bytes:
    """One part of a form, with the boundary before it."""
    disposition = f'form-data; name="{name}"' + (f'; filename="{filename}"' if filename else "")
    lines = [f"--{BOUNDARY}", f"Content-Disposition: {disposition}"]
    if media_type:
        lines.append(f"Content-Type: {media_type}")
    return "\r\n".join([*lines, "", ""]).encode() + content + b"\r\n"


def form(*parts: bytes) -> bytes:
    """Parts put together and closed."""
    return b"".join(parts) + f"--{BOUNDARY}--\r\n".encode()


def exchange(port: int, payload: bytes, *, hang_up: bool = False, seconds: float = 10.0) -> Answer:
    """Send bytes, whatever they are, and read what comes back, both at once.

    Both at once, because a server may refuse a request before it has read it all. `hang_up` closes
    our half after the last byte: for payloads that leave the server waiting for more, rightly.
    """
    started = time.monotonic()
    received = bytearray()
    unsent = memoryview(payload)
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as connection:
        connection.setblocking(False)
        while not _is_whole(received):
            left = started + seconds - time.monotonic()
            if left <= 0:
                return _answer(received, started, timed_out=True)
            readable, writable, _ = select.select([connection], [connection] if unsent else [], [], left)
            if readable and not _receive(connection, received):
                break
            if writable:
                unsent = _send(connection, unsent)
                if hang_up and not unsent:
                    _close_our_half(connection)
    return _answer(received, started, timed_out=False)


def abandon(port: int, payload: bytes, is_taken: Callable[[], bool]) -> None:
    """Send a request and hang up once it is taken, however long that lasts, without reading a word of the answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        connection.sendall(payload)
        deadline = time.monotonic() + 60
        while not is_taken():
            assert time.monotonic() < deadline, "the request was never taken"
            time.sleep(0.05)


def _receive(connection: socket.socket, received: bytearray) -> bool:
    try:
        chunk = connection.recv(1 << 16)
    except ConnectionError:
        return False
    received += chunk
    return bool(chunk)


def _send(connection: socket.socket, unsent: memoryview) -> memoryview:
    try:
        return unsent[connection.send(unsent[: 1 << 18]) :]
    except BlockingIOError:
        return unsent
    except ConnectionError:
        return unsent[:0]


def _close_our_half(connection: socket.socket) -> None:
    with suppress(OSError):  # The server may have been quicker.
        connection.shutdown(socket.SHUT_WR)


def _split(received: bytes) -> tuple[bytes, bytes]:
    """The head and the body received so far; interim answers (1xx) are skipped."""
    start = 0
    while True:
        top, found, rest = received[start:].partition(b"\r\n\r\n")
        if not found:
            return b"", b""
        if not top.startswith(b"HTTP/1.1 1"):
            return top, rest
        start += len(top) + 4


def _is_whole(received: bytearray) -> bool:
    """Whether an answer has arrived by its own account; without one, only the connection's end says so."""
    top, body = _split(bytes(received)) if received else (b"", b"")
    if not top:
        return False
    fields = top.lower().split(b"\r\n")
    if _status(top) in {204, 304}:
        return True
    if b"transfer-encoding: chunked" in fields:
        return body.endswith(b"0\r\n\r\n")
    lengths = [field.partition(b":")[2] for field in fields if field.startswith(b"content-length:")]
    return bool(lengths) and len(body) >= int(lengths[0])


def _status(top: bytes) -> int | None:
    words = top.split(b" ", 2)
    is_http = words[0].startswith(b"HTTP/") and len(words) > 1 and words[1][:3].isdigit()
    return int(words[1][:3]) if is_http else None


def _answer(received: bytearray, started: float, *, timed_out: bool) -> Answer:
    top, body = _split(bytes(received))
    return Answer(_status(top), top, body, time.monotonic() - started, timed_out)
