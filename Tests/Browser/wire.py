"""A wire between browser and server that can be cut: a browser that is told to be offline keeps the streams it has."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

CHUNK = 1 << 16


class Wire:
    """Passes on what comes, until it is cut."""

    def __init__(self, port: int) -> None:
        self._server = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._lock = threading.Lock()
        self._ends: set[socket.socket] = set()
        self._is_cut = False
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def origin(self) -> str:
        """The server, by way of this wire."""
        return f"http://localhost:{self.port}"

    def cut(self) -> None:
        """From now on nothing comes through, neither what is open nor what is new."""
        with self._lock:
            self._is_cut = True
            ends, self._ends = self._ends, set()
        for end in ends:
            hang_up(end)

    def mend(self) -> None:
        """It passes on again."""
        with self._lock:
            self._is_cut = False

    def close(self) -> None:
        """The end of it."""
        self.cut()
        hang_up(self._listener)

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            try:
                far = socket.create_connection(("127.0.0.1", self._server))
            except OSError:
                hang_up(near)
                continue
            with self._lock:
                is_cut = self._is_cut
                if not is_cut:
                    self._ends |= {near, far}
            if is_cut:
                hang_up(near)
                hang_up(far)
                continue
            for source, target in ((near, far), (far, near)):
                threading.Thread(target=self._pass_on, args=(source, target), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket) -> None:
        with suppress(OSError):
            while data := source.recv(CHUNK):
                target.sendall(data)
        for end in (source, target):
            with self._lock:
                self._ends.discard(end)
            hang_up(end)


def hang_up(end: socket.socket) -> None:
    """Close it, and wake whoever waits for it."""
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
    end.close()


@contextmanager
def wire(port: int) -> Iterator[Wire]:
    """A wire for a while."""
    made = Wire(port)
    try:
        yield made
    finally:
        made.close()
