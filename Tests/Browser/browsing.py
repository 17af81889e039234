"""A real browser, and what must never happen in it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, Route, TimeoutError as PlaywrightTimeout,
    WebError,
)

CHROMIUM = Path("/usr/bin/chromium")
WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 390, "height": 844}
# However slow a machine is: what comes sooner costs nothing.
WAIT_MILLISECONDS = 60_000
SILENCE_SECONDS = 3.0
VISIT_SECONDS = 120.0
LEAST_OF_A_DAY_SECONDS = 180
# The policy's violations are told to scripts as events, too, and some of them to no console.
TELL_VIOLATIONS = """
document.addEventListener('securitypolicyviolation', (event) => {
  console.error(`policy violated: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
});
"""

# A word in passing may be gone before a slow test looks: it is remembered.
REMEMBER_TOASTS = """
window.heatsinkToasts = [];
document.addEventListener('DOMContentLoaded', () => {
  const place = document.querySelector('#toasts');
  if (!place) return;
  new MutationObserver(() => {
    for (const toast of place.children) if (toast.checkVisibility()) window.heatsinkToasts.push(toast.textContent);
  }).observe(place, {childList: true});
});
"""


def launch(playwright: Playwright) -> Browser:
    """Debian's Chromium. A missing one is a failure: a suite that skips itself proves nothing."""
    assert CHROMIUM.is_file(), f"no {CHROMIUM}: Scripts/setup --tests installs it"
    # The sandbox refuses to run as root, which is who a container's tests run as.
    return playwright.chromium.launch(
        executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage", "--force-color-profile=srgb"]
    )


class Watch:
    """Collects errors in the console, uncaught exceptions, policy violations, and requests to anywhere else."""

    def __init__(self, origin: str) -> None:
        self.origins = [origin]
        self.requested: list[str] = []
        self._faults: list[str] = []
        self._meant: list[re.Pattern[str]] = []

    def follow(self, context: BrowserContext) -> None:
        """Watch everything that a context opens."""
        context.add_init_script(TELL_VIOLATIONS)
        context.add_init_script(REMEMBER_TOASTS)
        context.on("console", self._hear)
        context.on("weberror", self._catch)
        context.on("request", self._see)

    def expect(self, pattern: str) -> None:
        """From now on and before, faults that match are meant to happen."""
        self._meant.append(re.compile(pattern))

    @property
    def faults(self) -> list[str]:
        """What happened and was not meant to."""
        return [fault for fault in self._faults if not any(pattern.search(fault) for pattern in self._meant)]

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self._faults.append(f"{message.type}: {message.text} ({message.location.get('url', '')})")

    def _catch(self, error: WebError) -> None:
        self._faults.append(f"uncaught: {error.error}")

    def _see(self, request: Request) -> None:
        self.requested.append(request.url)
        if not request.url.startswith((*(f"{origin}/" for origin in self.origins), "blob:", "data:", "about:")):
            self._faults.append(f"a request to somebody else: {request.url}")


@contextmanager
def offline(page: Page, watch: Watch) -> Iterator[None]:
    """The network is gone for a while. The browser says so in its console, and rightly."""
    watch.expect(r"ERR_INTERNET_DISCONNECTED|ERR_NETWORK_CHANGED|ERR_FAILED")
    page.context.set_offline(True)
    try:
        yield
    finally:
        page.context.set_offline(False)


class Late:
    """What a page asks for at some addresses does not come before the test says so."""

    def __init__(self, page: Page, pattern: str) -> None:
        self._page = page
        self._held: list[Route] = []
        self._is_over = False
        page.route(pattern, self._take)

    def _take(self, route: Route) -> None:
        if self._is_over:
            route.continue_()
        else:
            self._held.append(route)

    def wait(self) -> None:
        """Until the page has asked."""
        deadline = time.monotonic() + WAIT_MILLISECONDS / 1000
        while not self._held:
            assert time.monotonic() < deadline, "the page did not ask"
            self._page.wait_for_timeout(50)

    def let_go(self) -> None:
        """What was asked for comes."""
        self._is_over = True
        for route in self._held:
            route.continue_()


def add_authenticator(page: Page) -> Callable[[], list[dict[str, Any]]]:
    """A passkey device that says yes. Returns what asks it for its credentials."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable", {"enableUI": False})
    made = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    device = {"authenticatorId": made["authenticatorId"]}
    return lambda: session.send("WebAuthn.getCredentials", device)["credentials"]


def enough_of_the_day() -> None:
    """Allowances begin anew at midnight UTC: a test that counts one does not run across it."""
    now = datetime.now(UTC)
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    if (left := (midnight - now).total_seconds()) < LEAST_OF_A_DAY_SECONDS:
        time.sleep(left + 1)


def pressed_focus(page: Page) -> str:
    """What has the focus, in words: for messages of tests that use the keyboard alone."""
    return page.evaluate(
        "() => { const one = document.activeElement; return `${one?.tagName} ${one?.id} ${one?.textContent?.slice(0, 40)}`; }"
    )


@dataclass
class Visit:
    """What a first visit cost."""

    weights: dict[str, int]
    """The bytes of each answer as they came over the wire, headers included, by address."""
    painted: float | None
    """Milliseconds to the first contentful paint."""

    @property
    def weight(self) -> int:
        """All bytes together."""
        return sum(self.weights.values())


def first_visit(browser: Browser, address: str, *, slowed: int = 1) -> Visit:
    """Opens a page in a new profile, on a processor slowed down so many times."""
    # A service worker fetches again what the page has just fetched, after it: that is not what a visitor waits for.
    context = browser.new_context(viewport=WIDE, locale="en-GB", service_workers="block")
    page = context.new_page()
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    if slowed > 1:
        session.send("Emulation.setCPUThrottlingRate", {"rate": slowed})
    addresses: dict[str, str] = {}
    weights: dict[str, int] = {}
    under_way: set[str] = set()

    def asked(told: dict[str, Any]) -> None:
        addresses[told["requestId"]] = told["request"]["url"]
        # An open stream of events never ends.
        if told.get("type") != "EventSource":
            under_way.add(told["requestId"])

    def arrived(told: dict[str, Any]) -> None:
        under_way.discard(told["requestId"])
        fetched = addresses.get(told["requestId"], "")
        if fetched.startswith("http"):
            weights[fetched] = weights.get(fetched, 0) + int(told["encodedDataLength"])

    session.on("Network.requestWillBeSent", asked)
    session.on("Network.loadingFinished", arrived)
    session.on("Network.loadingFailed", lambda told: under_way.discard(told["requestId"]))
    page.goto(address, wait_until="load")
    with suppress(PlaywrightTimeout):
        page.wait_for_function(
            "() => performance.getEntriesByName('first-contentful-paint').length > 0", timeout=WAIT_MILLISECONDS
        )
    # Scripts fetch on after that: the end is that nothing is under way, and that nothing new is asked for for a while.
    deadline, silence = time.monotonic() + VISIT_SECONDS, time.monotonic() + SILENCE_SECONDS
    seen = -1
    while time.monotonic() < silence:
        assert time.monotonic() < deadline, [addresses[request] for request in under_way]
        page.wait_for_timeout(100)
        if under_way or len(addresses) != seen:
            seen, silence = len(addresses), time.monotonic() + SILENCE_SECONDS
    painted = page.evaluate("() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? null")
    context.close()
    return Visit(weights, painted)
