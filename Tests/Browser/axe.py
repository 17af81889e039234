"""axe-core, run beside the page's scripts instead of among them: the page's policy holds all the while."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from weakref import WeakKeyDictionary

import axe_playwright_python
from playwright.sync_api import CDPSession, Error, Page

# WCAG 2.2 at AA is what the pages promise; best practices are looked at, too.
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}

SETTLED = """Promise.all(
    document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished.catch(() => 0))
).then(() => "")"""

_worlds: WeakKeyDictionary[Page, tuple[CDPSession, int]] = WeakKeyDictionary()


@cache
def source() -> str:
    """The text of axe-core."""
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()


def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page as it is now, one line for each element. Colours that change have changed."""
    evaluate(page, SETTLED)
    done = evaluate(page, f"axe.run(document, {json.dumps(OPTIONS)}).then((found) => JSON.stringify(found.violations))")
    return [
        f"{rule['id']} ({rule['impact']}): {node['target']} {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for rule in json.loads(done)
        for node in rule["nodes"]
    ]


def evaluate(page: Page, expression: str) -> str:
    """The text that an expression comes to in axe's world, which is made where the page has none yet."""
    known = _worlds.get(page)
    if known:
        session, world = known
        try:
            return run(session, world, expression)
        except Error:
            # The page has gone elsewhere, and its worlds with it.
            session.detach()
    session = page.context.new_cdp_session(page)
    frame = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
    world = session.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "axe"})["executionContextId"]
    session.send("Runtime.evaluate", {"expression": source(), "contextId": world})
    _worlds[page] = (session, world)
    return run(session, world, expression)


def run(session: CDPSession, world: int, expression: str) -> str:
    """Evaluate, wait for the promise, and fail where it fails."""
    asked = {"expression": expression, "contextId": world, "awaitPromise": True, "returnByValue": True}
    done = session.send("Runtime.evaluate", asked)
    assert "exceptionDetails" not in done, done
    return done["result"]["value"]
