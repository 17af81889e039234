"""Fixtures of the browser suite: one browser and one server for all, a fresh profile for each test."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

# The harness of the conformance suite: the same server, photos and bare HTTP.
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "Conformance"))

from browsing import NARROW, WAIT_MILLISECONDS, WIDE, Watch, launch
from harness import Server, running
from pictures import load_photos
from visitor import Visitor

os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"

expect.set_options(timeout=WAIT_MILLISECONDS)

Open = Callable[..., Page]
# Guests here are all of one address and paint more than a guest does in a day; and on a slow machine nothing becomes worse or
# is turned away for it.
GUESTS = {
    "daily-allowance": "50", "pictures-per-second": "none", "most-active-jobs": "20", "floor-quality": "1",
    "patience-seconds": "3600",
}
DOOR = {"accounts-per-address-per-hour": 10_000, "pictures-per-address-per-day": 10_000, "calm-per-minute": 10_000}


def local(server: Server) -> str:
    """The server by its name: passkeys know no numbers."""
    return f"http://localhost:{server.port}"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server most tests share, with the real models."""
    with running(tmp_path_factory, {"plans": {"guest": GUESTS}, "guests": DOOR}) as shared:
        yield shared


@pytest.fixture(scope="session")
def origin(server: Server) -> str:
    """Where the pages are."""
    return local(server)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser process; profiles are cheap."""
    with sync_playwright() as playwright:
        chromium = launch(playwright)
        yield chromium
        chromium.close()


@pytest.fixture
def watch(origin: str) -> Watch:
    """What must not happen in this test's pages."""
    return Watch(origin)


@pytest.fixture(autouse=True)
def nothing_goes_wrong(watch: Watch) -> Iterator[None]:
    """In every test: no error in any console, no policy violation, no request to anywhere else."""
    yield
    assert not watch.faults, "\n".join(watch.faults)


@pytest.fixture
def new_profile(browser: Browser, watch: Watch, origin: str) -> Iterator[Callable[..., BrowserContext]]:
    """Makes clean profiles, as of people who were never here."""
    with ExitStack() as stack:

        def make(**options: Any) -> BrowserContext:
            defaults = {"viewport": WIDE, "locale": "en-GB", "base_url": origin, "accept_downloads": True}
            context = browser.new_context(**(defaults | options))
            stack.callback(context.close)
            context.set_default_timeout(WAIT_MILLISECONDS)
            watch.follow(context)
            return context

        yield make


@pytest.fixture
def open_page(new_profile: Callable[..., BrowserContext]) -> Open:
    """Opens an address in a profile of its own."""

    def open_one(path: str, **options: Any) -> Page:
        page = new_profile(**options).new_page()
        page.goto(path)
        return page

    return open_one


@pytest.fixture(scope="session")
def photos() -> dict[str, Image.Image]:
    """Ten real photos by name."""
    return load_photos()


@pytest.fixture(scope="session")
def photo_file(tmp_path_factory: pytest.TempPathFactory, photos: dict[str, Image.Image]) -> Path:
    """A photo on the disk, for file choosers."""
    path = tmp_path_factory.mktemp("photos") / "holiday.jpg"
    photos["coffee"].save(path, quality=88)
    return path


@pytest.fixture(scope="session")
def operator(server: Server) -> Iterator[Visitor]:
    """Whoever started the server, by bare HTTP: to hold back and let go what pages wait for."""
    with Visitor(server) as visitor:
        visitor.sign_in(server.first_key())
        yield visitor


@pytest.fixture
def hold(operator: Visitor) -> Iterator[Callable[[bool], None]]:
    """Holds all painting until told to let go: a test then has all the time it needs, and waits for nothing."""

    def pull(held: bool) -> None:
        for model in ("restyle", "meadow"):
            body = {"model": model, "minutes": 30 if held else 0, "reason": "a test looks at what waits"}
            answer = operator.http.post("/ops/levers/pause", json=body)
            assert answer.status_code == 200, answer.text

    yield pull
    pull(False)


__all__ = ["GUESTS", "NARROW", "Open", "local"]
