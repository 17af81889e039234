"""The studio end to end: as a guest with a photo, over bad networks, and back out without a trace."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, FilePayload, Page, Route, expect

from api import fresh_prompt
from browsing import NARROW, Watch, add_authenticator, enough_of_the_day, offline
from conftest import Open
from harness import Server
from pictures import decode, encode, upload
from studio import Studio, accepted, finished
from visitor import COOKIE, Visitor, member
from wire import wire
from words import say, saying

HOSTILE = "<img src=x onerror=\"document.title='run'\">\"'&</textarea><script>document.title='run'</script>"


@pytest.fixture
def studio(open_page: Open) -> Studio:
    """The studio in the browser of somebody who was never here."""
    return Studio(open_page("/studio"))


def jobs(page: Page) -> list[dict[str, Any]]:
    """What the server knows of this browser's account."""
    return page.evaluate("async () => (await (await fetch('/v1/jobs?limit=50')).json()).data")


def session(page: Page) -> dict[str, Any] | None:
    """Whom the server takes this browser for."""
    return page.evaluate("async () => (await (await fetch('/v1/session')).json()).account")


# A picture


def test_a_guest_paints_a_photo_and_sees_it_come(
    studio: Studio, photo_file: Path, watch: Watch, hold: Callable[[bool], None]
) -> None:
    enough_of_the_day()
    hold(True)
    assert session(studio.page) is None
    studio.choose_photo(photo_file)
    expect(studio.page.locator("#base")).to_contain_text("holiday.jpg")
    studio.choose_style(14)
    turn = studio.send()
    # A guest's stream opens only now; what is painted before that comes without its beginnings.
    studio.hears()
    hold(False)
    finished(turn)
    (job,) = jobs(studio.page)
    assert job["status"] == "completed"
    assert job["style"] == "Pencil and Wash"
    # Coarser paintings came before the last.
    fetched = [urlsplit(address).path for address in watch.requested]
    partial = next(index for index, path in enumerate(fetched) if path.startswith("/pictures/"))
    final = next(index for index, path in enumerate(fetched) if path == job["pictures"][0]["url"])
    assert partial < final
    account = session(studio.page)
    assert account is not None
    assert account["is_guest"]
    expect(studio.page.locator("#allowance")).to_have_text(say("allowance.left", count=account["allowance"]["remaining"]))
    (cookie,) = studio.page.context.cookies()
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == (COOKIE, True, "Strict")


def test_a_dropped_photo_is_as_good(studio: Studio, photos: dict[str, Image.Image]) -> None:
    studio.drop_photo("cat.png", "image/png", encode(photos["chelsea"], "PNG", longer=200))
    expect(studio.page.locator("#base img")).to_be_visible()
    turn = studio.send("loose blue brush strokes at night")
    finished(turn)
    expect(turn.locator(".asked-photo")).to_be_visible()


def test_words_alone_become_a_picture(studio: Studio, watch: Watch, hold: Callable[[bool], None]) -> None:
    hold(True)
    turn = studio.send("a lighthouse at dusk, first snow")
    studio.hears()
    hold(False)
    finished(turn)
    (job,) = jobs(studio.page)
    assert (job["kind"], job["model"]) == ("generation", "meadow")
    assert any(urlsplit(address).path.startswith("/pictures/") for address in watch.requested), "no picture on its way"


def test_going_on_from_a_picture_keeps_what_it_was(studio: Studio) -> None:
    first = studio.send("a red boat on a calm sea")
    finished(first)
    studio.act(first, "goOn").click()
    expect(studio.page.locator("#base img")).to_be_visible()
    finished(studio.send("now at night"))
    newest = jobs(studio.page)[0]
    assert newest["prompt"] == "a red boat on a calm sea, now at night"
    assert newest["kind"] == "edit"


def test_another_one_of_the_same(studio: Studio, photo_file: Path) -> None:
    studio.choose_photo(photo_file)
    studio.choose_style(0)
    first = studio.send()
    finished(first)
    studio.act(first, "otherStyle").click()
    expect(studio.turns).to_have_count(2)
    finished(studio.last)
    newest, oldest = jobs(studio.page)
    assert newest["style"] != oldest["style"]


def test_several_at_once_can_be_looked_at(studio: Studio) -> None:
    studio.open("open-options").get_by_role("combobox", name=say("options.count")).select_option("2")
    studio.close()
    turn = studio.send("a windmill in a green meadow")
    finished(turn)
    second = turn.get_by_role("button", name=say("turn.pictureOf", number=2, count=2))
    second.click()
    expect(second).to_have_attribute("aria-pressed", "true")
    expect(turn.locator("img.layer.is-final").last).to_have_attribute("src", re.compile(r"/pictures/1\?"))


def test_before_and_after_are_compared_with_a_slider(studio: Studio, photo_file: Path) -> None:
    studio.choose_photo(photo_file)
    turn = studio.send()
    finished(turn)
    studio.act(turn, "compare").click()
    slider = turn.get_by_role("slider")
    expect(slider).to_be_focused()
    expect(turn.locator(".compare-before")).to_be_visible()
    before = slider.get_attribute("aria-valuetext")
    studio.page.keyboard.press("ArrowRight")
    expect(slider).not_to_have_attribute("aria-valuetext", before or "")
    studio.act(turn, "compare").click()
    expect(slider).to_have_count(0)


def test_a_saved_file_is_the_very_picture(studio: Studio) -> None:
    turn = studio.send("a white cottage among hills in spring")
    finished(turn)
    with studio.page.expect_download() as saving:
        studio.act(turn, "save").click()
    assert re.fullmatch(r"[\w. -]+\.png", saving.value.suggested_filename)
    content = Path(saving.value.path()).read_bytes()
    picture = jobs(studio.page)[0]["pictures"][0]
    assert decode(content).size == (picture["width"], picture["height"])


def test_the_label_says_what_was_asked_for_and_what_was_given(studio: Studio) -> None:
    turn = studio.send(f"a blue train {HOSTILE}")
    finished(turn)
    studio.act(turn, "label").click()
    (job,) = jobs(studio.page)
    card = studio.dialog.locator(".label-card")
    for fact in (job["rung"], job["requested_rung"], str(job["seed"]), job["pictures"][0]["sha256"], HOSTILE):
        expect(card).to_contain_text(fact)
    assert studio.page.title() != "run"


# Waiting


def test_a_reload_in_the_middle_loses_nothing(
    studio: Studio, photo_file: Path, hold: Callable[[bool], None]
) -> None:
    hold(True)
    studio.choose_photo(photo_file)
    turn = studio.send("ink and saffron")
    expect(turn.locator(".waiting")).to_be_visible()
    expect(turn.get_by_role("button", name=say("wait.cancel"))).to_be_visible()
    accepted(turn)
    (job,) = jobs(studio.page)
    studio.page.reload()
    again = Studio(studio.page)
    expect(again.turns).to_have_count(1)
    expect(again.last.get_by_role("heading")).to_have_text("ink and saffron")
    expect(again.last.locator(".asked-photo")).to_be_visible()
    hold(False)
    finished(again.last)
    assert [row["id"] for row in jobs(studio.page)] == [job["id"]]


def test_a_page_that_was_closed_tells_on_return(
    studio: Studio, hold: Callable[[bool], None], server: Server
) -> None:
    hold(True)
    accepted(studio.send("a bridge over a river in autumn"))
    (job,) = jobs(studio.page)
    context = studio.page.context
    studio.page.close()
    hold(False)
    page = context.new_page()
    with Visitor(server) as same:
        same.http.cookies.set(COOKIE, context.cookies()[0]["value"])
        assert same.wait(job["id"])["status"] == "completed"
    page.goto("/studio")
    back = Studio(page)
    back.was_told(say("arrived", count=1))
    finished(back.last)


def test_two_pages_of_one_person_show_the_same(studio: Studio, hold: Callable[[bool], None]) -> None:
    hold(True)
    accepted(studio.send("a black cat in the snow"))
    page = studio.page.context.new_page()
    page.goto("/studio")
    other = Studio(page)
    expect(other.turns).to_have_count(1)
    other.last.get_by_role("button", name=say("wait.cancel")).click()
    expect(studio.last).to_contain_text(say("over.cancelled"))


def test_a_picture_that_is_no_longer_wanted_is_cancelled_with_one_press(
    studio: Studio, hold: Callable[[bool], None]
) -> None:
    hold(True)
    turn = accepted(studio.send("an airship above mountains"))
    turn.get_by_role("button", name=say("wait.cancel")).click()
    expect(turn).to_contain_text(say("over.cancelled"))
    assert [job["status"] for job in jobs(studio.page)] == ["cancelled"]
    account = session(studio.page)
    assert account is not None
    assert account["allowance"]["remaining"] == account["allowance"]["limit"], "it cost something"
    hold(False)
    turn.get_by_role("button", name=say("over.again")).click()
    finished(studio.last)


# Bad networks


def test_without_a_network_a_wish_waits_over_a_reload_and_goes_out_by_itself(
    studio: Studio, photo_file: Path, watch: Watch
) -> None:
    # The service worker keeps the page; it must be in charge before the network goes.
    studio.page.wait_for_function("() => navigator.serviceWorker.ready.then((ready) => Boolean(ready.active))")
    studio.page.reload()
    studio.page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    studio = Studio(studio.page)
    watch.expect(r"Failed to load resource|ERR_FAILED")
    with offline(studio.page, watch):
        studio.choose_photo(photo_file)
        turn = studio.send("teal etching")
        expect(turn.locator(".wait-where")).to_have_text(saying("held.offline"))
        studio.page.reload()
        studio = Studio(studio.page)
        expect(studio.turns).to_have_count(1)
        expect(studio.last.get_by_role("heading")).to_have_text("teal etching")
    finished(studio.last)
    assert len(jobs(studio.page)) == 1


def test_an_answer_that_got_lost_makes_no_second_picture(studio: Studio, watch: Watch) -> None:
    watch.expect(r"ERR_FAILED|ERR_CONNECTION_RESET")
    keys: list[str] = []

    def lose(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            # It reaches the server, and the answer does not come back.
            route.fetch()
            route.abort("connectionreset")
        else:
            route.continue_()

    studio.page.route("**/v1/images/generations", lose)
    finished(studio.send("a yellow windmill in the mist"))
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert len(jobs(studio.page)) == 1
    expect(studio.turns).to_have_count(1)


def test_a_network_that_goes_while_one_waits_takes_nothing_along(
    open_page: Open, watch: Watch, hold: Callable[[bool], None], server: Server
) -> None:
    with wire(server.port) as line, Visitor(server) as same:
        watch.origins.append(line.origin)
        studio = Studio(open_page(f"{line.origin}/studio"))
        hold(True)
        turn = accepted(studio.send("a walker in the forest, rain"))
        (job,) = jobs(studio.page)
        same.http.cookies.set(COOKIE, studio.page.context.cookies()[0]["value"])
        watch.expect("ERR_")
        line.cut()
        hold(False)
        assert same.wait(job["id"])["status"] == "completed"
        expect(turn.locator(".acts")).to_have_count(0)
        line.mend()
        finished(turn)
        # What it said of the network is taken back, too.
        expect(studio.page.locator("#notice")).to_be_hidden()


def test_what_ends_before_the_page_hears_anything_is_asked_for(
    studio: Studio, watch: Watch, hold: Callable[[bool], None], server: Server
) -> None:
    watch.expect("ERR_")
    studio.page.route("**/v1/events*", lambda route: route.abort())
    hold(True)
    turn = accepted(studio.send("a walker on the hills, fog"))
    (job,) = jobs(studio.page)
    with Visitor(server) as same:
        same.http.cookies.set(COOKIE, studio.page.context.cookies()[0]["value"])
        hold(False)
        assert same.wait(job["id"])["status"] == "completed"
    studio.page.unroute("**/v1/events*")
    finished(turn)


def test_what_was_never_sent_is_taken_back_without_a_trace(studio: Studio, watch: Watch) -> None:
    finished(studio.send("a tree on a hill"))
    with offline(studio.page, watch):
        turn = studio.send("a tree on another hill")
        expect(turn.locator(".wait-where")).to_have_text(saying("held.offline"))
        turn.get_by_role("button", name=say("wait.cancel")).click()
        expect(studio.turns).to_have_count(1)
    studio.page.reload()
    expect(Studio(studio.page).turns).to_have_count(1)
    assert len(jobs(studio.page)) == 1


# Sharing


def test_a_shared_picture_is_there_for_anybody_until_the_link_is_taken_back(
    studio: Studio, new_profile: Callable[..., BrowserContext], watch: Watch
) -> None:
    turn = studio.send(f"a boat at dawn {HOSTILE}")
    finished(turn)
    studio.act(turn, "share").click()
    studio.dialog.get_by_role("button", name=say("share.make")).click()
    link = studio.dialog.get_by_label(say("share.link")).input_value()

    friend = new_profile(java_script_enabled=False).new_page()
    friend.goto(link)
    meta = {
        name: friend.locator(f"meta[property='og:{name}']").get_attribute("content")
        for name in ("title", "description", "url", "image", "image:width", "image:height", "type")
    }
    assert all(meta.values()), meta
    assert meta["url"] == link
    picture = friend.request.get(meta["image"] or "")
    assert decode(picture.body()).size == (int(meta["image:width"] or 0), int(meta["image:height"] or 0))
    expect(friend.locator("img.shared")).to_be_visible()
    expect(friend.locator("main")).to_contain_text(HOSTILE)
    assert friend.locator("img").count() == 1, "somebody's words became a picture"
    assert friend.title() != "run"
    assert friend.context.cookies() == []

    studio.dialog.get_by_role("button", name=say("share.revoke")).click()
    expect(studio.dialog.get_by_label(say("share.link"))).to_have_count(0)
    watch.expect(r"status of 404 .*/s/")
    answer = friend.reload()
    assert answer is not None
    assert answer.status == 404
    expect(friend.get_by_role("heading", level=1)).to_be_visible()
    assert friend.locator("img").count() == 0


@pytest.mark.parametrize("late", ["GET", "POST"])
def test_a_link_that_is_made_while_the_known_ones_are_fetched_is_shown_once(studio: Studio, late: str) -> None:
    finished(studio.send("a barn by a pond"))
    known = studio.page.evaluate(
        """async (job) => (await fetch('/v1/shares', {
          method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify({job, picture: 0, with_words: false}),
        })).status""",
        jobs(studio.page)[0]["id"],
    )
    assert known == 201
    # By method: what answers it, once the test says so.
    held: dict[str, Callable[[], None]] = {}

    def hold_back(route: Route) -> None:
        if route.request.method == late:
            # The server has answered, and the page hears of it last.
            answer = route.fetch()
            held[late] = lambda: route.fulfill(response=answer)
        elif late == "POST":
            held["GET"] = route.continue_
        else:
            route.continue_()

    def wait_for(method: str) -> None:
        while method not in held:
            studio.page.wait_for_timeout(50)

    studio.page.route("**/v1/shares", hold_back)
    studio.act(studio.last, "share").click()
    links = studio.dialog.get_by_label(say("share.link"))
    wait_for("GET")
    studio.dialog.get_by_role("button", name=say("share.make")).click()
    if late == "GET":
        # A list from before the link, which comes after it.
        expect(links).to_have_count(1)
        held["GET"]()
    else:
        # A list that has the link already, and comes before it.
        wait_for("POST")
        held["GET"]()
        expect(links).to_have_count(2)
        held["POST"]()
    expect(studio.dialog.get_by_text(say("share.made"))).to_be_visible()
    expect(links).to_have_count(2)


def test_a_link_can_be_copied(studio: Studio) -> None:
    studio.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    turn = studio.send("rice fields in summer")
    finished(turn)
    studio.act(turn, "share").click()
    studio.dialog.get_by_role("button", name=say("share.make")).click()
    studio.dialog.get_by_role("button", name=say("share.copy")).click()
    expect(studio.dialog.get_by_text(say("share.copied"))).to_be_visible()
    link = studio.dialog.get_by_label(say("share.link")).input_value()
    assert studio.page.evaluate("navigator.clipboard.readText()") == link


# Who one is


def test_a_passkey_brings_everything_back(studio: Studio) -> None:
    credentials = add_authenticator(studio.page)
    finished(studio.send("a village by the coast"))
    dialog = studio.open("open-account")
    dialog.get_by_role("button", name=say("account.makePasskey")).click()
    expect(dialog.get_by_text(say("account.passkeyMade"))).to_be_visible()
    assert len(credentials()) == 1
    account = session(studio.page)
    assert account is not None
    assert (account["is_guest"], account["plan"]) == (False, "free")
    dialog.get_by_text(say("account.leave")).click()
    dialog.get_by_role("button", name=say("account.signOut")).click()
    expect(dialog.get_by_text(say("account.signedOut"))).to_be_visible()
    expect(studio.turns).to_have_count(0)
    assert session(studio.page) is None
    dialog.get_by_role("button", name=say("account.usePasskey")).click()
    expect(dialog.get_by_text(say("account.welcome"))).to_be_visible()
    expect(studio.turns).to_have_count(1)
    back = session(studio.page)
    assert back is not None
    assert back["id"] == account["id"]


def test_a_key_opens_the_account_that_it_belongs_to(
    studio: Studio, server: Server, photos: dict[str, Image.Image], watch: Watch
) -> None:
    watch.expect(r"status of 401 .*/v1/session")
    key = server.create_key()
    with Visitor(server) as visitor:
        visitor.sign_in(key)
        visitor.paint(upload(photos["coffee"], longer=96), fresh_prompt("amber dawn"), quality="low")
    dialog = studio.open("open-account")
    dialog.get_by_label(say("account.key")).fill("hs_nobody")
    dialog.get_by_role("button", name=say("account.signInKey")).click()
    expect(dialog.get_by_role("status").first).not_to_be_empty()
    dialog.get_by_label(say("account.key")).fill(key)
    dialog.get_by_role("button", name=say("account.signInKey")).click()
    expect(dialog.get_by_text(say("account.welcome"))).to_be_visible()
    studio.close()
    expect(studio.turns).to_have_count(1)
    expect(studio.open("open-gallery").locator(".gallery-item")).to_have_count(1)


def test_an_allowance_that_is_used_up_is_said_and_the_wish_waits_for_tomorrow(
    studio: Studio, server: Server, watch: Watch
) -> None:
    enough_of_the_day()
    watch.expect(r"status of 429 .*/v1/images")
    made = server.json_command(*("accounts", "create", "--plan", "free", "--daily-allowance", "1", "--json"))
    dialog = studio.open("open-account")
    dialog.get_by_label(say("account.key")).fill(made[0]["key"])
    dialog.get_by_role("button", name=say("account.signInKey")).click()
    expect(dialog.get_by_text(say("account.welcome"))).to_be_visible()
    studio.close()
    expect(studio.page.locator("#allowance")).to_have_text(say("allowance.left", count=1))
    finished(studio.send("a lighthouse in winter"))
    expect(studio.page.locator("#allowance")).to_have_text(saying("allowance.none"))
    turn = studio.send("a lighthouse in summer")
    expect(turn.locator(".wait-where")).to_have_text(saying("held.allowance"))


# Leaving


def test_a_deleted_picture_is_gone_from_everywhere(studio: Studio, watch: Watch) -> None:
    finished(studio.send("a train in the mountains"))
    finished(studio.send("a boat in the mist"))
    first = jobs(studio.page)[1]
    dialog = studio.open("open-gallery")
    expect(dialog.locator(".gallery-item")).to_have_count(2)
    delete = dialog.get_by_role("button", name=say("gallery.delete", words="a train in the mountains"))
    delete.click()
    expect(dialog.locator(".gallery-item")).to_have_count(2)
    dialog.get_by_role("button", name=say("gallery.sureLabel", words="a train in the mountains")).click()
    expect(dialog.locator(".gallery-item")).to_have_count(1)
    studio.close()
    expect(studio.turns).to_have_count(1)
    watch.expect(rf"status of 404 .*{first['id']}")
    status = studio.page.evaluate("async (path) => (await fetch(path)).status", first["pictures"][0]["url"])
    assert status == 404
    studio.page.reload()
    expect(Studio(studio.page).turns).to_have_count(1)


def test_who_leaves_leaves_nothing_behind(
    studio: Studio, new_profile: Callable[..., BrowserContext], watch: Watch
) -> None:
    turn = studio.send("an orange cottage at dusk")
    finished(turn)
    studio.act(turn, "share").click()
    studio.dialog.get_by_role("button", name=say("share.make")).click()
    link = studio.dialog.get_by_label(say("share.link")).input_value()
    studio.close()
    dialog = studio.open("open-account")
    dialog.get_by_text(say("account.leave")).click()
    delete = dialog.get_by_role("button", name=say("account.delete"))
    expect(delete).to_be_disabled()
    dialog.get_by_label(say("account.deleteSure")).check()
    delete.click()
    expect(studio.turns).to_have_count(0)
    studio.close()
    expect(studio.page.locator("#welcome")).to_be_visible()
    assert session(studio.page) is None
    assert studio.page.context.cookies() == []
    kept = studio.page.evaluate(
        """async () => {
          const found = {...localStorage};
          for (const {name, version} of await indexedDB.databases()) {
            const base = await new Promise((done) => { const asked = indexedDB.open(name, version); asked.onsuccess = () => done(asked.result); });
            for (const store of base.objectStoreNames) {
              const count = await new Promise((done) => { const asked = base.transaction(store).objectStore(store).count(); asked.onsuccess = () => done(asked.result); });
              if (count) found[`${name}.${store}`] = count;
            }
            base.close();
          }
          return found;
        }"""
    )
    assert set(kept) <= {"heatsink.language"}, kept
    watch.expect(r"status of 404 .*/s/")
    friend = new_profile().new_page()
    answer = friend.goto(link)
    assert answer is not None
    assert answer.status == 404


# Languages, fingers, keys


def test_it_speaks_french_and_remembers(open_page: Open) -> None:
    studio = Studio(open_page("/studio", locale="fr-FR"), "fr")
    expect(studio.page.locator("html")).to_have_attribute("lang", "fr")
    expect(studio.page.locator("#welcome-title")).to_have_text(say("welcome.title", "fr"))
    turn = studio.send("un phare au crépuscule, la première neige")
    finished(turn)
    expect(studio.act(turn, "share")).to_be_visible()
    studio.page.locator("#language").select_option("en")
    expect(studio.page.locator("html")).to_have_attribute("lang", "en")
    expect(Studio(studio.page).act(studio.last, "label")).to_be_visible()
    studio.page.reload()
    expect(studio.page.locator("html")).to_have_attribute("lang", "en")


def test_the_keyboard_alone_paints_and_shares(studio: Studio) -> None:
    page = studio.page
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    expect(studio.words).to_be_focused()
    page.keyboard.type("a green tree in the middle")
    page.keyboard.press("Enter")
    expect(studio.turns).to_have_count(1)
    finished(studio.last)
    share = studio.last.get_by_role("button", name=say("act.share"))
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        if share.evaluate("(one) => one === document.activeElement"):
            break
    expect(share).to_be_focused()
    page.keyboard.press("Enter")
    expect(studio.dialog).to_be_visible()
    make = studio.dialog.get_by_role("button", name=say("share.make"))
    for _ in range(10):
        page.keyboard.press("Tab")
        if make.evaluate("(one) => one === document.activeElement"):
            break
    page.keyboard.press("Enter")
    expect(studio.dialog.get_by_label(say("share.link"))).to_be_visible()
    page.keyboard.press("Escape")
    expect(studio.dialog).to_have_count(0)
    expect(share).to_be_focused()


def test_a_telephone_has_everything_within_reach(open_page: Open, photo_file: Path) -> None:
    studio = Studio(open_page("/studio", viewport=NARROW, has_touch=True, is_mobile=True))
    width = "() => document.documentElement.scrollWidth"
    assert studio.page.evaluate(width) == NARROW["width"], "it scrolls sideways"
    studio.choose_photo(photo_file)
    studio.choose_style(3)
    if studio.dialog.count():
        studio.close()
    turn = studio.send()
    finished(turn)
    assert studio.page.evaluate(width) == NARROW["width"], "it scrolls sideways"
    small = studio.page.evaluate(
        """() => [...document.querySelectorAll('button, a[href], select')]
          .filter((one) => one.checkVisibility() && !one.classList.contains('skip'))
          .map((one) => [one.textContent.trim() || one.getAttribute('aria-label'), one.getBoundingClientRect()])
          .filter(([, box]) => box.width > 0 && (box.width < 24 || box.height < 24)).map(([name]) => name)"""
    )
    assert small == [], "too small for a finger (WCAG 2.5.8)"


# Words and files that would like to be more


def test_hostile_words_and_names_are_only_text(studio: Studio, photos: dict[str, Image.Image]) -> None:
    name = "<img src=x onerror=document.title='run'>.png"
    studio.choose_photo(FilePayload(name=name, mimeType="image/png", buffer=encode(photos["brick"], "PNG", longer=80)))
    expect(studio.page.locator("#base")).to_contain_text(name)
    turn = studio.send(HOSTILE)
    finished(turn)
    expect(turn.get_by_role("heading")).to_have_text(HOSTILE)
    studio.page.reload()
    studio = Studio(studio.page)
    expect(studio.last.get_by_role("heading")).to_have_text(HOSTILE)
    dialog = studio.open("open-gallery")
    expect(dialog.get_by_role("button", name=say("gallery.delete", words=HOSTILE))).to_be_visible()
    assert studio.page.title() != "run"
    assert studio.page.locator("script:not([src])").count() == 0


def test_a_page_that_pretends_to_be_a_photo_is_refused_in_words(studio: Studio, watch: Watch) -> None:
    watch.expect(r"status of 400 .*/v1/images/edits|ERR_FILE|blob:")
    page_file = FilePayload(
        name="photo.jpg", mimeType="image/jpeg", buffer=b"<!doctype html><script>document.title='run'</script>"
    )
    with studio.page.expect_file_chooser() as chosen:
        studio.page.locator("#composer [data-act=photo]").click()
    chosen.value.set_files(page_file)
    turn = studio.send("amber dawn")
    # In the server's own words, which name what it takes.
    expect(turn).to_contain_text("JPEG, PNG, WebP")
    assert jobs(studio.page) == []
    assert studio.page.title() != "run"


def test_what_is_no_picture_is_not_taken(studio: Studio) -> None:
    studio.drop_photo("notes.txt", "text/plain", b"nothing to see")
    studio.was_told(say("composer.notAPicture"))
    expect(studio.page.locator("#base")).to_be_hidden()


# Installed


def test_it_can_be_installed(studio: Studio) -> None:
    page = studio.page
    address = page.locator("link[rel=manifest]").get_attribute("href")
    manifest = json.loads(page.request.get(address or "").text())
    assert manifest["start_url"].startswith("/studio")
    assert manifest["name"]
    sizes = {icon["sizes"] for icon in manifest["icons"]}
    assert {"192x192", "512x512"} <= sizes
    for icon in manifest["icons"]:
        answer = page.request.get(icon["src"])
        assert answer.ok, icon
        if icon["sizes"] != "any":
            side = int(icon["sizes"].partition("x")[0])
            assert Image.open(io.BytesIO(answer.body())).size == (side, side)
    scope = page.evaluate("async () => (await navigator.serviceWorker.ready).scope")
    assert urlsplit(scope).path == "/"
