"""The pages: their weight, their first paint, and what 2,000 of them cost that are open and idle.

    python3 Benchmarks/pages.py             all of it, about three minutes
    python3 Benchmarks/pages.py weight      compressed bytes of a first visit
    python3 Benchmarks/pages.py paint       first paint on a processor slowed down four times, median of five
    python3 Benchmarks/pages.py open        2,000 studio pages that do nothing: memory and processor time of the server
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent))
from support import ROOT, Server

for entry in (ROOT / ".deps/python", ROOT / "Tests/Browser"):
    sys.path.insert(0, str(entry))
from browsing import first_visit, launch
from playwright.sync_api import Browser, sync_playwright

os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"

PAGES = ["/studio", "/ops", "/status", "/verify"]
SLOWED = 4
ROUNDS = 5
OPEN = 2_000
AT_ONCE = 50
IDLE_SECONDS = 60
CONFIGURATION = """
plans:
  free: {daily-allowance: none, pictures-per-second: none}
log: {level: warning}
"""


def with_browser(work: Callable[[Browser, str], None]) -> None:
    """Runs something with a browser and a server."""
    with Server(CONFIGURATION) as server, sync_playwright() as playwright:
        browser = launch(playwright)
        work(browser, f"http://localhost:{server.port}")
        browser.close()


def weigh(browser: Browser, origin: str) -> None:
    """The compressed bytes of a first visit, headers included."""
    for path in PAGES:
        visit = first_visit(browser, origin + path)
        heaviest = sorted(visit.weights.items(), key=lambda row: -row[1])[:3]
        print(
            f"weight {path:8s} {visit.weight / 1000:6.1f} kB in {len(visit.weights):2d} answers; heaviest: "
            + ", ".join(f"{urlsplit(address).path} {weight / 1000:.1f}" for address, weight in heaviest),
            flush=True,
        )


def paint(browser: Browser, origin: str) -> None:
    """The first contentful paint, on a processor slowed down."""
    for path in PAGES:
        times = [first_visit(browser, origin + path, slowed=SLOWED).painted for _ in range(ROUNDS)]
        known = [painted for painted in times if painted is not None]
        print(
            f"first paint {path:8s} {statistics.median(known):5.0f} ms, median of {len(known)} "
            f"({min(known):.0f} to {max(known):.0f}), processor slowed {SLOWED} times",
            flush=True,
        )


def processor_seconds(pid: int) -> float:
    """What a process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class OpenPage:
    """What a studio page asks on one connection of its own, and then listens to."""

    def __init__(self, port: int, paths: list[str], cookie: str) -> None:
        self.port = port
        self.paths = paths
        self.cookie = cookie
        self.heard = 0
        self.writer: asyncio.StreamWriter | None = None

    async def open(self) -> None:
        """The page, its files, who one is; then the stream, which stays open."""
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", self.port, limit=65_536)
        for path in [*self.paths, "/v1/session"]:
            self.ask(path)
            head = await self.head()
            assert head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 304")), (path, head[:100])
            await self.body(head)
        self.ask("/v1/events", "text/event-stream")
        head = await self.head()
        assert head.startswith(b"HTTP/1.1 200"), head[:100]
        assert b"text/event-stream" in head.lower()

    def ask(self, path: str, accept: str = "text/html,*/*") -> None:
        assert self.writer
        self.writer.write(
            f"GET {path} HTTP/1.1\r\nHost: localhost:{self.port}\r\nAccept: {accept}\r\nAccept-Encoding: gzip\r\n"
            f"Cookie: heatsink_session={self.cookie}\r\nSec-Fetch-Site: same-origin\r\n\r\n".encode()
        )

    async def head(self) -> bytes:
        return await asyncio.wait_for(self.reader.readuntil(b"\r\n\r\n"), 60)

    async def body(self, head: bytes) -> None:
        lower = head.lower()
        if b"content-length: " in lower:
            await self.reader.readexactly(int(lower.split(b"content-length: ")[1].split(b"\r\n")[0]))
            return
        while size := int(await self.reader.readuntil(b"\r\n"), 16):
            await self.reader.readexactly(size + 2)
        await self.reader.readexactly(2)

    async def listen(self) -> None:
        """Reads what comes, which is little."""
        while data := await self.reader.read(65_536):
            self.heard += len(data)
        raise ConnectionError("the server ended a stream")


def signed_in(server: Server, count: int) -> list[str]:
    """Sessions of as many accounts."""
    made = json.loads(server.command("accounts", "create", "--plan", "free", "--count", str(count), "--json"))
    cookies = []
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    for row in made:
        connection.request(
            "POST", "/v1/session", json.dumps({"key": row["key"]}),
            {"Content-Type": "application/json", "Sec-Fetch-Site": "same-origin"},
        )
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        cookies.append(answer.headers["Set-Cookie"].split("heatsink_session=")[1].split(";")[0])
    connection.close()
    return cookies


async def idle(server: Server, paths: list[str], cookies: list[str]) -> None:
    """Opens them all, a few at a time, and does nothing for a minute."""
    pid = server.process.pid
    # One first, so that what every server loads once is not counted.
    first = OpenPage(server.port, paths, cookies[0])
    await first.open()
    await asyncio.sleep(2)
    before = server.memory_mib()[0]
    gate = asyncio.Semaphore(AT_ONCE)
    pages = [OpenPage(server.port, paths, cookie) for cookie in cookies[1:]]

    async def open_one(page: OpenPage) -> None:
        async with gate:
            await page.open()

    began = time.monotonic()
    await asyncio.gather(*(open_one(page) for page in pages))
    pages.append(first)
    print(f"{len(pages):,} studio pages opened in {time.monotonic() - began:.1f} s", flush=True)
    listeners = [asyncio.create_task(page.listen()) for page in pages]
    await asyncio.sleep(5)
    for page in pages:
        page.heard = 0
    spent, began = processor_seconds(pid), time.monotonic()
    await asyncio.sleep(IDLE_SECONDS)
    share = (processor_seconds(pid) - spent) / (time.monotonic() - began)
    after = server.memory_mib()[0]
    alive = sum(page.heard > 0 for page in pages)
    for listener in listeners:
        listener.cancel()
    for page in pages:
        assert page.writer
        page.writer.transport.abort()
    print(
        f"idle for {IDLE_SECONDS} s: memory {before:.0f} to {after:.0f} MiB ({after - before:+.0f} MiB, "
        f"{(after - before) * 1024 / len(pages):.1f} KiB each; asked for: under 200 MB more), "
        f"processor {100 * share:.1f} % of a core (asked for: under 10 %), {alive:,} streams alive",
        flush=True,
    )


def open_pages(count: int) -> None:
    """The paths come from a real visit, so this asks for what the page asks for today."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 2 * count + 1_000), hard))
    paths: list[str] = []

    def look(browser: Browser, origin: str) -> None:
        for address in first_visit(browser, f"{origin}/studio").weights:
            path = urlsplit(address).path
            if path == "/studio" or path.startswith("/assets/"):
                paths.append(path)

    with_browser(look)
    with Server(CONFIGURATION) as server:
        asyncio.run(idle(server, paths, signed_in(server, count)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", nargs="*", choices=["weight", "paint", "open", []])
    parser.add_argument("--pages", type=int, default=OPEN, help="how many are open")
    options = parser.parse_args()
    wanted = options.what or ["weight", "paint", "open"]
    if "weight" in wanted:
        with_browser(weigh)
    if "paint" in wanted:
        with_browser(paint)
    if "open" in wanted:
        open_pages(options.pages)


if __name__ == "__main__":
    main()
