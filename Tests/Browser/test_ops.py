"""The control room: a surge comes, is seen, is steered against, and goes."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx2
import pytest
from playwright.sync_api import Locator, Page, expect

from api import ENDED, Api, fresh_prompt
from browsing import Watch
from conftest import Open, local
from harness import Server, running
from visitor import Visitor
from words import say, saying

HOSTILE = "<img src=x onerror=\"document.title='run'\"> because"
# Jobs that wait at once in a surge: some seconds of work, so that it goes by itself.
CROWD = 60


@pytest.fixture(scope="module")
def control(tmp_path_factory: pytest.TempPathFactory, no_models: Path) -> Iterator[Server]:
    """A server whose only model takes its time, so that queues are as long as a test wants them."""
    config = {
        "inference": {"null-seconds": 0.4},
        "models": {"directory": str(no_models)},
        # What looks at finished pictures is a model, too.
        "rights": {"safety": "off"},
        # A target that a few jobs miss: the governor then has something to do.
        "plans": {"free": {"target-delay-seconds": 1, "floor-quality": 0}},
    }
    with running(tmp_path_factory, config) as server:
        yield server


@pytest.fixture(scope="module")
def no_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder without models."""
    return tmp_path_factory.mktemp("models")


@pytest.fixture
def room(control: Server, open_page: Open, watch: Watch) -> Callable[..., Page]:
    """Opens the control room as the operator, through its own door."""
    watch.origins.append(local(control))

    def enter(**options: object) -> Page:
        page = open_page(f"{local(control)}/ops", **options)
        page.get_by_label(say("ops.gate.key")).fill(control.first_key())
        page.get_by_role("button", name=say("ops.gate.enter")).click()
        expect(section(page, "levers")).to_be_visible()
        return page

    return enter


@pytest.fixture
def burst(control: Server) -> Iterator[Callable[[int], list[str]]]:
    """Asks for many pictures at once, and takes back at the end what is still waiting."""
    with Api(control.url, control.create_key()) as api:

        def ask(count: int) -> list[str]:
            return [api.order(fresh_prompt())["id"] for _ in range(count)]

        yield ask
        api.cancel_all(job["id"] for job in api.jobs() if job["status"] not in ENDED)


@pytest.fixture
def by_hand(control: Server) -> Iterator[Visitor]:
    """The operator without a browser, who puts everything back."""
    with Visitor(control) as operator:
        operator.sign_in(control.first_key())
        yield operator
        for lever, body in {
            "plan": {"plan": "free", "settings": {}},
            "defer": {"plan": "free", "minutes": 0},
            "pause": {"model": "null", "minutes": 0},
            "drain": {"worker": worker(operator), "drain": False},
        }.items():
            operator.http.post(f"/ops/levers/{lever}", json=body | {"reason": "as it was"})


def worker(operator: Visitor) -> str:
    """The name of the first worker."""
    return operator.get("/ops/state")["workers"][0]["name"]


def section(page: Page, name: str) -> Locator:
    """A part of the room by its heading."""
    return page.get_by_role("region", name=say(f"ops.{name}.title"), exact=True)


def fact(page: Page, name: str) -> Locator:
    """A figure of the headline."""
    return page.locator("dl.facts > div", has_text=say(f"ops.fact.{name}")).locator("dd")


def headline(page: Page) -> Locator:
    """The sentence that says whether everybody is served."""
    return page.locator(".headline-sentence")


def pull(page: Page, reason: str) -> None:
    """From the open dialog to the audit's line: without a reason nothing moves."""
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name=say("lever.go-on")).click()
    expect(dialog.get_by_text(say("lever.reason-missing"))).to_be_visible()
    dialog.get_by_label(say("lever.reason")).fill(reason)
    dialog.get_by_role("button", name=say("lever.go-on")).click()
    expect(dialog.get_by_role("heading", name=say("lever.really"))).to_be_focused()
    dialog.locator("button.main").click()
    expect(dialog.get_by_role("heading", name=say("lever.done"))).to_be_visible()
    expect(dialog.get_by_text(reason, exact=True)).to_be_visible()
    dialog.get_by_role("button", name=say("common.close")).last.click()
    expect(dialog).to_have_count(0)
    # The first line of the audit, and what somebody wrote is text in it.
    first = section(page, "audit").get_by_role("row").nth(1)
    expect(first.get_by_role("cell").last).to_have_text(reason)


def test_whoever_is_no_operator_stays_outside(control: Server, open_page: Open, watch: Watch) -> None:
    watch.origins.append(local(control))
    watch.expect(r"status of 401 .*/v1/session")
    page = open_page(f"{local(control)}/ops")
    page.get_by_label(say("ops.gate.key")).fill("hs_nobody")
    page.get_by_role("button", name=say("ops.gate.enter")).click()
    expect(page.get_by_role("alert").filter(has_text=say("ops.gate.unknown-key"))).to_be_visible()
    page.get_by_label(say("ops.gate.key")).fill(control.create_key())
    page.get_by_role("button", name=say("ops.gate.enter")).click()
    expect(page.get_by_role("heading", name=say("ops.gate.no-operator"))).to_be_visible()
    expect(page.locator("#room")).to_be_hidden()
    watch.expect(r"status of 403 .*/ops/")
    statuses = page.evaluate(
        "async () => [(await fetch('/ops/state')).status, (await fetch('/ops/levers/drain', {method: 'POST', body: '{}'})).status]"
    )
    assert statuses == [403, 403]
    page.reload()
    expect(page.get_by_role("heading", name=say("ops.gate.no-operator"))).to_be_visible()


@contextmanager
def surge(control: Server) -> Iterator[None]:
    """Many people, for as long as the test looks: however fast the server is, about so many wait."""
    is_over = threading.Event()

    def ask() -> None:
        with Api(control.url, control.create_key()) as api, suppress(httpx2.TransportError):
            while not is_over.is_set():
                if api.http.get("/status").json()["waiting_jobs"] < CROWD:
                    api.generate(fresh_prompt(), headers={"Prefer": "respond-async"})
                else:
                    is_over.wait(0.05)

    crowd = threading.Thread(target=ask)
    crowd.start()
    try:
        yield
    finally:
        is_over.set()
        crowd.join()


def test_an_operator_sees_a_surge_come_and_go(
    control: Server, room: Callable[..., Page], by_hand: Visitor
) -> None:
    page = room()
    expect(headline(page)).to_have_text(say("ops.headline.idle"))
    best = section(page, "ladder").locator(".standings > li", has_text="free")
    calm = best.inner_text()
    with surge(control):
        expect(fact(page, "waiting")).to_have_text(re.compile(r"[1-9]"))
        expect(fact(page, "painting")).to_have_text(re.compile(r"[1-9]"))
        expect(headline(page)).not_to_have_text(say("ops.headline.idle"))
        expect(best).not_to_have_text(calm)
        expect(fact(page, "asked")).to_have_text(re.compile(r"[1-9]"))
    # It goes by itself.
    expect(headline(page)).to_have_text(say("ops.headline.idle"), timeout=240_000)
    expect(fact(page, "waiting")).to_have_text("0")


def test_tightening_a_plan_is_a_lever_with_a_reason(room: Callable[..., Page], by_hand: Visitor) -> None:
    page = room()
    levers = section(page, "levers")
    levers.get_by_role("button", name=f"{say('ops.levers.tighten')}: free").click()
    pull(page, HOSTILE)
    row = levers.get_by_role("row").filter(has=page.get_by_role("rowheader", name="free"))
    expect(row).not_to_contain_text(say("ops.levers.as-configured"))
    plan = next(plan for plan in by_hand.get("/ops/state")["plans"] if plan["name"] == "free")
    assert plan["changed_settings"]
    levers.get_by_role("button", name=f"{say('ops.levers.loosen')}: free").click()
    pull(page, "the wave is gone")
    expect(row).to_contain_text(say("ops.levers.as-configured"))
    assert page.title() != "run"


def test_deferring_a_plan_keeps_its_pictures_for_later(
    room: Callable[..., Page], burst: Callable[[int], list[str]], by_hand: Visitor
) -> None:
    page = room()
    levers = section(page, "levers")
    levers.get_by_role("button", name=f"{say('ops.levers.defer')}: free").click()
    pull(page, HOSTILE)
    row = levers.get_by_role("row").filter(has=page.get_by_role("rowheader", name="free"))
    expect(row).to_contain_text(saying("ops.levers.deferred-until"))
    burst(3)
    expect(fact(page, "waiting")).to_have_text("3")
    expect(headline(page)).to_have_text(saying("ops.headline.deferred-by-hand"))
    levers.get_by_role("button", name=f"{say('ops.levers.defer')}: free").click()
    expect(page.get_by_role("dialog").get_by_label(say("lever.end-now"))).to_be_checked()
    pull(page, "enough")
    expect(fact(page, "waiting")).to_have_text("0")


def test_pausing_a_model_stops_it_and_only_for_a_while(
    room: Callable[..., Page], burst: Callable[[int], list[str]], by_hand: Visitor
) -> None:
    page = room()
    levers = section(page, "levers")
    levers.get_by_role("button", name=f"{say('ops.levers.pause')}: null").click()
    pull(page, HOSTILE)
    expect(section(page, "ladder").get_by_text(say("ops.ladder.paused"))).to_be_visible()
    burst(2)
    expect(fact(page, "waiting")).to_have_text("2")
    expect(fact(page, "painting")).to_have_text("0")
    levers.get_by_role("button", name=f"{say('ops.levers.pause')}: null").click()
    pull(page, "enough")
    expect(fact(page, "waiting")).to_have_text("0")


def test_draining_a_worker_gives_it_nothing_new(
    room: Callable[..., Page], burst: Callable[[int], list[str]], by_hand: Visitor
) -> None:
    page = room()
    name = worker(by_hand)
    fleet = section(page, "fleet")
    fleet.get_by_role("button", name=say("ops.fleet.drain-one", name=name)).click()
    pull(page, HOSTILE)
    expect(fleet.get_by_text(say("ops.fleet.drained"), exact=True).first).to_be_visible()
    burst(2)
    expect(fact(page, "waiting")).to_have_text("2")
    fleet.get_by_role("button", name=say("ops.fleet.take-back-one", name=name)).click()
    pull(page, "it is well again")
    expect(fact(page, "waiting")).to_have_text("0")


def test_the_keyboard_alone_pulls_a_lever(room: Callable[..., Page], by_hand: Visitor) -> None:
    page = room()
    button = section(page, "levers").get_by_role("button", name=f"{say('ops.levers.pause')}: null")
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    reason = dialog.get_by_label(say("lever.reason"))
    for _ in range(20):
        if reason.evaluate("(one) => one === document.activeElement"):
            break
        page.keyboard.press("Tab")
    page.keyboard.type("with the keyboard")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("heading", name=say("lever.really"))).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("heading", name=say("lever.done"))).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(button).to_be_focused()


def test_old_figures_are_said_to_be_old_and_new_ones_come_by_themselves(
    control: Server, room: Callable[..., Page], watch: Watch
) -> None:
    page = room()
    expect(page.locator("#live")).to_have_text(saying("live.live"))
    audit = section(page, "audit")
    expect(audit.locator("table, p.soft").locator("visible=true")).to_have_count(1)
    watch.expect(r"ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE")
    control.kill9()
    expect(page.locator("#stale")).to_be_visible()
    control.start()
    expect(page.locator("#stale")).to_be_hidden(timeout=120_000)
    expect(page.locator("#live")).to_have_text(saying("live.live"))


def test_an_audit_that_cannot_be_fetched_says_so_and_comes_by_itself(room: Callable[..., Page], watch: Watch) -> None:
    watch.expect(r"ERR_FAILED|status of 503 .*/ops/audit")
    page = room()
    audit = section(page, "audit")
    asked = re.compile(r"/ops/audit\?")
    for refuse, said in (
        (lambda route: route.abort(), say("ops.audit.stale")),
        (lambda route: route.fulfill(status=503, body=""), say("ops.audit.not-loaded")),
    ):
        page.route(asked, refuse)
        page.reload()
        expect(audit.locator(".complaint")).to_have_text(said)
        page.unroute(asked)
        expect(audit.locator(".complaint")).to_be_empty()
        expect(audit.locator("table, p.soft").locator("visible=true")).to_have_count(1)


def test_signing_out_leaves_nothing_to_see(room: Callable[..., Page], watch: Watch) -> None:
    page = room()
    page.get_by_role("button", name=say("ops.leave")).click()
    expect(page.get_by_label(say("ops.gate.key"))).to_be_focused()
    expect(page.locator("#room")).to_be_hidden()
    page.reload()
    expect(page.get_by_label(say("ops.gate.key"))).to_be_visible()


def test_the_control_room_speaks_french(room: Callable[..., Page], control: Server) -> None:
    page = room()
    page.get_by_label(say("page.language")).select_option("fr")
    expect(page.locator("html")).to_have_attribute("lang", "fr")
    expect(page.get_by_role("heading", name=say("ops.levers.title", "fr"), exact=True)).to_be_visible()
    page.get_by_role("button", name=f"{say('ops.levers.pause', 'fr')}: null").click()
    expect(page.get_by_role("dialog").get_by_label(say("lever.reason", "fr"))).to_be_visible()
