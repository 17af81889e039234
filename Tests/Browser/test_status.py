"""What everybody may know: how it is going, live, without an account."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import expect

from api import fresh_prompt
from browsing import Watch
from conftest import Open
from harness import Server
from visitor import member
from wire import wire
from words import say, saying


def test_the_status_follows_by_itself(open_page: Open, server: Server, hold: Callable[[bool], None]) -> None:
    page = open_page("/status")
    expect(page.locator("#live")).to_have_text(saying("live.live"))
    expect(page.get_by_role("heading", level=1)).to_have_text(say("status.headline-quiet"))
    for plan in ("guest", "free", "plus", "pro"):
        expect(page.get_by_role("rowheader", name=plan, exact=True)).to_be_visible()
    # What was asked for before is painted, and nothing else waits: then these three are all.
    expect(page.locator("#facts")).to_have_text(say("status.facts", waiting=0, running=0))
    hold(True)
    with member(server) as visitor:
        jobs = [visitor.order(fresh_prompt())["id"] for _ in range(3)]
        expect(page.locator("#facts")).to_have_text(say("status.facts", waiting=3, running=0))
        hold(False)
        for job in jobs:
            visitor.wait(job)
    expect(page.locator("#facts")).to_have_text(say("status.facts", waiting=0, running=0))


def test_without_a_network_the_status_says_how_old_it_is_and_comes_back(
    open_page: Open, watch: Watch, server: Server
) -> None:
    with wire(server.port) as line:
        watch.origins.append(line.origin)
        page = open_page(f"{line.origin}/status")
        expect(page.locator("#live")).to_have_text(saying("live.live"))
        watch.expect("ERR_")
        line.cut()
        expect(page.get_by_role("alert").filter(has_text=saying("live.stale-long"))).to_be_visible()
        expect(page.locator("#live")).to_have_text(saying("live.stale"))
        line.mend()
        expect(page.locator("#live")).to_have_text(saying("live.live"))
        expect(page.locator("#stale")).to_be_hidden()


def test_the_status_speaks_french(open_page: Open) -> None:
    page = open_page("/status", locale="fr-FR")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.get_by_role("heading", level=1)).to_have_text(say("status.headline-quiet", "fr"))
    page.get_by_label(say("page.language", "fr")).select_option("en")
    expect(page.get_by_role("heading", level=1)).to_have_text(say("status.headline-quiet"))
    page.reload()
    expect(page.locator("html")).to_have_attribute("lang", "en")
