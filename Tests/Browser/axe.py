"""axe-core, run beside the page's scripts instead of among them: the page's policy holds all the while."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import axe_playwright_python
from playwright.sync_api import Page

# WCAG 2.2 at AA is what the pages promise; best practices are looked at, too.
OPTIONS = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}


@cache
def source() -> str:
    """The text of axe-core."""
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text()


def violations(page: Page) -> list[str]:
    """What axe finds wrong with the page as it is now, one line for each element."""
    session = page.context.new_cdp_session(page)
    try:
        frame = session.send("Page.getFrameTree")["frameTree"]["frame"]["id"]
        world = session.send("Page.createIsolatedWorld", {"frameId": frame, "worldName": "axe"})
        where = {"contextId": world["executionContextId"]}
        session.send("Runtime.evaluate", {"expression": source()} | where)
        done = session.send(
            "Runtime.evaluate",
            {
                "expression": f"axe.run(document, {json.dumps(OPTIONS)}).then((found) => JSON.stringify(found.violations))",
                "awaitPromise": True,
                "returnByValue": True,
            }
            | where,
        )
    finally:
        session.detach()
    assert "exceptionDetails" not in done, done
    return [
        f"{rule['id']} ({rule['impact']}): {node['target']} {node['html'][:160]} {node.get('failureSummary', '')[:300]}"
        for rule in json.loads(done["result"]["value"])
        for node in rule["nodes"]
    ]
