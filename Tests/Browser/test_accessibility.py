"""axe finds nothing: every page and every state of it, in both lights, on a telephone and on a desk."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from answers import DECISIONS, DESK, REQUEST, VERIFICATIONS, WORKS, Document
from api import fresh_prompt
from axe import violations
from browsing import NARROW, WIDE, Watch
from harness import Server
from pictures import encode, upload
from studio import Studio, accepted, finished
from visitor import Visitor, member
from words import say

LOOKS = [(light, size) for light in ("light", "dark") for size in (NARROW, WIDE)]


@pytest.fixture(params=LOOKS, ids=lambda look: f"{look[0]}-{look[1]['width']}")
def context(request: pytest.FixtureRequest, new_profile: Callable[..., BrowserContext]) -> BrowserContext:
    """A profile for each light and width. Still, because colours in the middle of a change mean nothing."""
    light, size = request.param
    return new_profile(color_scheme=light, viewport=size, reduced_motion="reduce")


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """An empty page of that profile."""
    return context.new_page()


@pytest.fixture(scope="module")
def owner(server: Server, photos: dict[str, Image.Image]) -> Iterator[tuple[str, Visitor]]:
    """Somebody with a picture: the key, and the visitor."""
    key = server.create_key()
    with Visitor(server) as visitor:
        visitor.sign_in(key)
        visitor.paint(upload(photos["coffee"], longer=256), fresh_prompt("amber dawn"), quality="low")
        yield key, visitor


def no_violations(page: Page, state: str) -> None:
    """The page as it is now."""
    found = violations(page)
    assert not found, f"{state}:\n" + "\n".join(found)


def answering(page: Page, pattern: str, answer: Document) -> None:
    """From now on, what is asked there is answered so."""
    page.route(pattern, lambda route: route.fulfill(json=answer))


def test_the_studio(page: Page, photo_file: Path, hold: Callable[[bool], None]) -> None:
    page.goto("/studio")
    studio = Studio(page)
    no_violations(page, "empty")
    studio.choose_photo(photo_file)
    no_violations(page, "with a photo")
    page.locator(".segment", has_text=say("composer.newScene")).click()
    no_violations(page, "with a photo and a strength")
    page.locator(".segment", has_text=say("composer.inStyle")).click()
    studio.choose_style(2)
    no_violations(page, "with a style")
    if studio.dialog.count():
        studio.close()
    hold(True)
    turn = accepted(studio.send())
    expect(turn.locator(".waiting")).to_be_visible()
    no_violations(page, "waiting")
    hold(False)
    finished(turn)
    no_violations(page, "a picture")
    studio.act(turn, "compare").click()
    no_violations(page, "comparing")
    studio.act(turn, "compare").click()
    studio.act(turn, "label").click()
    no_violations(page, "the label")
    studio.close()
    studio.act(turn, "share").click()
    studio.dialog.get_by_role("button", name=say("share.make")).click()
    expect(studio.dialog.get_by_label(say("share.link"))).to_be_visible()
    no_violations(page, "sharing")
    studio.close()
    for button in ("open-gallery", "open-account", "open-options"):
        studio.open(button)
        no_violations(page, button)
        studio.close()


def test_the_studio_when_something_went_wrong(page: Page, watch: Watch, hold: Callable[[bool], None]) -> None:
    page.goto("/studio")
    studio = Studio(page)
    watch.expect(r"status of 400 .*/v1/images/edits|blob:")
    with page.expect_file_chooser() as chosen:
        page.locator("#composer [data-act=photo]").click()
    chosen.value.set_files(FilePayload(name="photo.jpg", mimeType="image/jpeg", buffer=b"no photo"))
    expect(studio.send("amber dawn")).to_contain_text("JPEG, PNG, WebP")
    hold(True)
    turn = accepted(studio.send("a cat"))
    turn.get_by_role("button", name=say("wait.cancel")).click()
    expect(turn).to_contain_text(say("over.cancelled"))
    no_violations(page, "refused and cancelled")
    hold(False)


def test_the_account_of_a_member(page: Page, owner: tuple[str, Visitor]) -> None:
    page.goto("/studio")
    studio = Studio(page)
    dialog = studio.open("open-account")
    no_violations(page, "nobody")
    dialog.get_by_label(say("account.key")).fill(owner[0])
    dialog.get_by_role("button", name=say("account.signInKey")).click()
    expect(dialog.get_by_text(say("account.welcome"))).to_be_visible()
    for summary in ("account.other", "account.links", "account.leave"):
        dialog.get_by_text(say(summary), exact=True).click()
    no_violations(page, "a member")
    studio.close()
    studio.open("open-gallery")
    expect(studio.dialog.locator(".gallery-item")).to_have_count(1)
    no_violations(page, "a gallery")


def test_the_status(page: Page) -> None:
    page.goto("/status")
    expect(page.get_by_role("rowheader", name="guest", exact=True)).to_be_visible()
    no_violations(page, "quiet")


def test_the_verification(
    page: Page, watch: Watch, owner: tuple[str, Visitor], photos: dict[str, Image.Image]
) -> None:
    page.goto("/verify")
    expect(page.locator("#languages select")).to_be_attached()
    no_violations(page, "empty")
    painting = owner[1].http.get(owner[1].get("/v1/gallery")["data"][0]["pictures"][0]["url"]).content
    for key, content in (("made", painting), ("unknown", encode(photos["brick"], longer=64))):
        page.locator("input[type=file]").set_input_files(
            FilePayload(name="a.png", mimeType="image/png", buffer=content)
        )
        expect(page.get_by_role("heading", name=say(f"verify.{key}"), exact=True)).to_be_visible()
        no_violations(page, key)
    watch.expect(r"status of 400 .*/v1/verify")
    page.locator("input[type=file]").set_input_files(FilePayload(name="a.png", mimeType="image/png", buffer=b"x"))
    expect(page.locator("#result").get_by_text(say("verify.invalid"))).to_be_visible()
    no_violations(page, "no picture")


def test_whatever_the_verification_says(page: Page, photos: dict[str, Image.Image]) -> None:
    said = iter(VERIFICATIONS.values())
    page.route("**/v1/verify", lambda route: route.fulfill(json=next(said)))
    page.goto("/verify")
    expect(page.locator("#languages select")).to_be_attached()
    for key, answer in VERIFICATIONS.items():
        name = (answer["credentials"] or {}).get("signed_by") or say("verify.somebody")
        page.locator("input[type=file]").set_input_files(
            FilePayload(name="a.png", mimeType="image/png", buffer=encode(photos["brick"], "PNG", longer=64))
        )
        expect(page.get_by_role("heading", name=say(f"verify.{key}", name=name), exact=True)).to_be_focused()
        for fold in page.locator("#result summary").all():
            fold.click()
        no_violations(page, key)


def test_however_a_decision_stands(page: Page) -> None:
    for key, decision in DECISIONS.items():
        answering(page, "**/v1/decisions/dec_1", decision)
        page.goto("/rights?decision=dec_1")
        expect(page.get_by_role("heading", name=say(f"rights.{key}"), exact=True)).to_be_focused()
        no_violations(page, key)
        page.unroute("**/v1/decisions/dec_1")
    for state in ("requested", "accepted", "declined", "withdrawn"):
        answering(page, "**/v1/opt-outs/out_1", REQUEST | {"state": state, "decision_reason": "A reason."})
        page.goto("/rights?opt-out=out_1")
        expect(page.get_by_role("heading", name=say(f"rights.request-{state}"), exact=True)).to_be_focused()
        no_violations(page, state)
        page.unroute("**/v1/opt-outs/out_1")


def test_the_desk_of_rights(page: Page, server: Server) -> None:
    answering(page, "**/ops/rights", DESK)
    answering(page, "**/ops/rights/works", WORKS)
    answering(page, "**/ops/rights/opt-outs?state=accepted", {"object": "list", "data": DESK["opt_outs"]})
    page.goto("/ops")
    page.get_by_label(say("ops.gate.key")).fill(server.first_key())
    page.get_by_role("button", name=say("ops.gate.enter")).click()
    desk = page.get_by_role("region", name=say("ops.rights.title"), exact=True)
    expect(desk.get_by_role("heading", name=REQUEST["name"], exact=True)).to_be_visible()
    for fold in ("accepted", "works"):
        desk.get_by_text(say(f"rights.{fold}.title"), exact=True).click()
    expect(desk.get_by_text("wrk_1")).to_be_visible()
    desk.get_by_role("button", name=f"{say('rights.button.show')}: dec_2").click()
    no_violations(page, "a full desk")
    dialog = page.get_by_role("dialog")
    for act in (f"{say('rights.button.accept')}: {REQUEST['name']}", f"{say('rights.button.overturn')}: dec_1"):
        desk.get_by_role("button", name=act).click()
        no_violations(page, act)
        dialog.locator("#lever-reason").fill("because")
        dialog.get_by_role("button", name=say("lever.go-on")).click()
        expect(dialog.get_by_role("heading", name=say("lever.really"))).to_be_focused()
        no_violations(page, f"{act}, the second yes")
        page.keyboard.press("Escape")


def test_the_rights(page: Page, watch: Watch) -> None:
    page.goto("/rights")
    expect(page.locator(".policy-statement")).to_be_visible()
    no_violations(page, "empty")
    form = page.get_by_role("form", name=say("rights.opt-out.title"))
    form.get_by_role("button", name=say("rights.opt-out.send")).click()
    expect(form.get_by_text(say("rights.problem-missing")).first).to_be_visible()
    no_violations(page, "a form with faults")
    form.get_by_role("textbox", name=say("rights.opt-out.name"), exact=True).fill("Ottoline Vannberg")
    form.get_by_label(say("rights.opt-out.evidence"), exact=True).fill("A portfolio that anybody can see.")
    form.get_by_role("button", name=say("rights.opt-out.send")).click()
    expect(page.get_by_role("heading", name=say("rights.filed"), exact=True)).to_be_focused()
    no_violations(page, "a request that was sent")
    page.get_by_role("button", name=say("rights.withdraw"), exact=True).click()
    page.get_by_role("button", name=say("rights.withdraw-sure")).click()
    expect(page.get_by_role("heading", name=say("rights.request-withdrawn"), exact=True)).to_be_focused()
    no_violations(page, "a request that was taken back")
    watch.expect(r"status of 404 .*/v1/decisions/")
    page.goto("/rights?decision=dec_nobody")
    expect(page.get_by_role("heading", name=say("rights.not-found"), exact=True)).to_be_focused()
    no_violations(page, "nothing found")


def test_a_shared_picture_and_one_that_is_no_longer(page: Page, watch: Watch, owner: tuple[str, Visitor]) -> None:
    visitor = owner[1]
    share = visitor.share(visitor.get("/v1/gallery")["data"][0]["id"], with_words=True)
    link = f"/s/{share['url'].rpartition('/')[2]}"
    page.goto(link)
    expect(page.locator("img.shared")).to_be_visible()
    no_violations(page, "shared")
    assert visitor.http.delete(f"/v1/shares/{share['id']}").status_code == 200
    watch.expect(r"status of 404 .*/s/")
    page.goto(link)
    no_violations(page, "gone")


def test_the_control_room(page: Page, server: Server, operator: Visitor, hold: Callable[[bool], None]) -> None:
    page.goto("/ops")
    expect(page.get_by_label(say("ops.gate.key"))).to_be_visible()
    no_violations(page, "the door")
    hold(True)
    with member(server) as visitor:
        waiting = [visitor.order(fresh_prompt())["id"] for _ in range(5)]
        # Others may have left something that waits; held, it stays as it is.
        count = sum(plan["waiting_pictures"] for plan in operator.get("/ops/state")["plans"])
        assert count >= len(waiting)
        page.get_by_label(say("ops.gate.key")).fill(server.first_key())
        page.get_by_role("button", name=say("ops.gate.enter")).click()
        levers = page.get_by_role("region", name=say("ops.levers.title"), exact=True)
        expect(levers.get_by_role("rowheader", name="guest", exact=True)).to_be_visible()
        expect(page.locator("dl.facts > div", has_text=say("ops.fact.waiting")).locator("dd")).to_have_text(str(count))
        no_violations(page, "a surge")
        dialog = page.get_by_role("dialog")
        levers.get_by_role("button", name=f"{say('ops.levers.edit')}: guest").click()
        no_violations(page, "a plan's lever")
        dialog.get_by_role("button", name=say("lever.go-on")).click()
        expect(dialog.get_by_text(say("lever.reason-missing"))).to_be_visible()
        no_violations(page, "a lever without a reason")
        dialog.get_by_label(say("lever.reason")).fill("because")
        dialog.get_by_role("button", name=say("lever.go-on")).click()
        expect(dialog.get_by_role("heading", name=say("lever.really"))).to_be_visible()
        no_violations(page, "the second yes")
        page.keyboard.press("Escape")
        levers.get_by_role("button", name=f"{say('ops.levers.defer')}: guest").click()
        no_violations(page, "a lever with minutes")
        page.keyboard.press("Escape")
        rights = page.get_by_role("region", name=say("ops.rights.title"), exact=True)
        rights.get_by_role("button", name=say("rights.button.takedown")).click()
        no_violations(page, "a takedown")
        page.keyboard.press("Escape")
        rights.get_by_text(say("rights.works.title"), exact=True).click()
        rights.get_by_role("button", name=say("rights.button.register")).click()
        no_violations(page, "registering a work")
        page.keyboard.press("Escape")
        hold(False)
        for job in waiting:
            visitor.wait(job)
