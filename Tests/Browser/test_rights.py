"""Rights end to end: not to be imitated, to be told why, to be heard; and what a picture says of itself when it comes back."""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Callable, Iterator

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, FilePayload, Locator, Page, expect

from browsing import Late, Watch
from conftest import DOOR, GUESTS, Open, local
from harness import Server, running
from pictures import decode, png_chunk
from studio import Studio, finished
from visitor import Visitor, member
from words import say, saying

# A name that is in no rule, and no word of any language.
NAME = "Ottoline Vannberg"
EARLY = {"kind": "artist", "name": "Early Bird", "scope": ["name"], "evidence": "None yet."}
PEN_NAME = "O. V. Brennmark"
HOSTILE = "<img src=x onerror=\"document.title='run'\"> because"
SIGNATURE = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own: what is decided here must not meet the other tests' prompts."""
    with running(tmp_path_factory, {"plans": {"guest": GUESTS}, "guests": DOOR}) as server:
        yield server


@pytest.fixture
def origin(house: Server) -> str:
    """Where this module's pages are."""
    return local(house)


@pytest.fixture(scope="module")
def painting(house: Server) -> Iterator[bytes]:
    """A file that this server has painted from words, as its maker downloads it."""
    with member(house) as visitor:
        job = visitor.wait(visitor.order("a lighthouse on a cliff under a wide sky")["id"])
        yield visitor.http.get(job["pictures"][0]["url"], params={"download": "1"}).content


@pytest.fixture
def room(house: Server, open_page: Open) -> Callable[[], Page]:
    """Opens the control room as the operator."""

    def enter() -> Page:
        page = open_page("/ops")
        page.get_by_label(say("ops.gate.key")).fill(house.first_key())
        page.get_by_role("button", name=say("ops.gate.enter")).click()
        expect(panel(page).locator(".rights-counts")).to_be_visible()
        return page

    return enter


def panel(page: Page) -> Locator:
    """The panel on rights in the control room."""
    return page.get_by_role("region", name=say("ops.rights.title"), exact=True)


def confirm(page: Page, reason: str | None) -> Locator:
    """From the open dialog to what came of it: without a reason nothing moves. Returns the dialog."""
    dialog = page.get_by_role("dialog")
    go_on = dialog.get_by_role("button", name=say("lever.go-on"))
    if reason is not None:
        go_on.click()
        expect(dialog.get_by_text(say("lever.reason-missing"))).to_be_visible()
        dialog.locator("#lever-reason").fill(reason)
    go_on.click()
    expect(dialog.get_by_role("heading", name=say("lever.really"))).to_be_focused()
    dialog.locator("button.main").click()
    expect(dialog.get_by_role("heading", name=say("lever.done"))).to_be_visible()
    return dialog


def close(dialog: Locator) -> None:
    """Put the dialog away."""
    dialog.get_by_role("button", name=say("common.close")).last.click()
    expect(dialog).to_have_count(0)


def request_form(page: Page) -> Locator:
    """The form of whoever does not want to be imitated."""
    return page.get_by_role("form", name=say("rights.opt-out.title"))


def number_of(page: Page) -> str:
    """The number of what the page has found."""
    return page.locator("#found .kept-number").input_value()


def choose(page: Page, name: str, content: bytes, kind: str = "image/png") -> None:
    """Give /verify a file, once its words are there: the choice of language comes with them."""
    expect(page.locator("#languages select")).to_be_attached()
    page.locator("input[type=file]").set_input_files(FilePayload(name=name, mimeType=kind, buffer=content))


def chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The chunks of a PNG, in order."""
    assert png.startswith(SIGNATURE)
    position = len(SIGNATURE)
    while position < len(png):
        (length,) = struct.unpack_from(">I", png, position)
        yield png[position + 4 : position + 8], png[position + 8 : position + 8 + length]
        position += 12 + length


def with_one_byte_changed(png: bytes) -> bytes:
    """The same file with one byte of one pixel changed, and everything beside the pixels left as it was."""
    parts = list(chunks(png))
    rows = bytearray(zlib.decompress(b"".join(content for kind, content in parts if kind == b"IDAT")))
    _, height = struct.unpack_from(">II", dict(parts)[b"IHDR"])
    row = len(rows) // height
    # In the middle; the first byte of a row is no pixel but the row's filter.
    rows[height // 2 * row + row // 2] ^= 1
    pixels = png_chunk(b"IDAT", zlib.compress(bytes(rows)))
    changed, is_written = SIGNATURE, False
    for kind, content in parts:
        if kind != b"IDAT":
            changed += png_chunk(kind, content)
        elif not is_written:
            changed, is_written = changed + pixels, True
    decode(changed)
    return changed


# From a request to an answer


def test_a_name_that_opted_out_is_refused_and_the_refusal_can_be_appealed(
    open_page: Open, room: Callable[[], Page], watch: Watch
) -> None:
    stranger = open_page("/rights")
    expect(stranger.locator(".policy-statement")).to_be_visible()
    form = request_form(stranger)
    form.get_by_role("textbox", name=say("rights.opt-out.name"), exact=True).fill(NAME)
    form.get_by_label(re.compile(re.escape(say("rights.opt-out.other_names")))).fill(PEN_NAME)
    form.get_by_label(say("rights.opt-out.evidence"), exact=True).fill(f"My portfolio. {HOSTILE}")
    form.get_by_role("button", name=say("rights.opt-out.send")).click()
    expect(stranger.get_by_role("heading", name=say("rights.filed"), exact=True)).to_be_focused()
    number = number_of(stranger)
    assert number.startswith("out_")

    operator = room()
    waiting = panel(operator)
    expect(waiting.get_by_role("heading", name=NAME, exact=True)).to_be_visible()
    expect(waiting.get_by_text(HOSTILE)).to_be_visible()
    waiting.get_by_role("button", name=f"{say('rights.button.accept')}: {NAME}").click()
    close(confirm(operator, f"the portfolio shows it {HOSTILE}"))
    expect(waiting.get_by_role("heading", name=NAME, exact=True)).to_have_count(0)
    expect(waiting.get_by_text(say("rights.entry.opt-out.accepted"), exact=True).first).to_be_visible()

    stranger.goto(f"/rights?opt-out={number}")
    expect(stranger.get_by_role("heading", name=say("rights.request-accepted"), exact=True)).to_be_focused()
    expect(stranger.locator("#found")).to_contain_text(HOSTILE)

    watch.expect(r"status of 400 .*/v1/images/generations")
    guest = open_page("/studio")
    studio = Studio(guest)
    turn = studio.send(f"a castle in the style of {NAME}")
    expect(turn).to_contain_text(say("rights.blocked"))
    turn.get_by_role("link", name=say("rights.appeal"), exact=True).click()
    expect(guest.get_by_role("heading", name=say("rights.decision-prompt-refused"), exact=True)).to_be_focused()
    decision = number_of(guest)
    assert decision.startswith("dec_")
    appeal = guest.get_by_role("form", name=say("rights.appeal.title"))
    appeal.get_by_label(say("rights.appeal.text"), exact=True).fill(f"It is my own grandmother. {HOSTILE}")
    appeal.get_by_role("button", name=say("rights.appeal.send")).click()
    expect(guest.get_by_text(saying("rights.appeal-open"))).to_be_visible()
    expect(appeal).to_have_count(0)

    operator.reload()
    card = panel(operator).get_by_role("listitem").filter(has_text="It is my own grandmother.")
    expect(card).to_contain_text(f"a castle in the style of {NAME}")
    card.get_by_role("button", name=f"{say('rights.button.overturn')}: {decision}").click()
    close(confirm(operator, f"it may be so {HOSTILE}"))
    expect(card).to_have_count(0)

    guest.reload()
    expect(guest.get_by_role("heading", name=say("rights.decision-prompt-overturned"), exact=True)).to_be_focused()
    expect(guest.get_by_text(saying("rights.appeal-overturned"))).to_be_visible()
    expect(guest.locator("#found")).to_contain_text(f"it may be so {HOSTILE}")
    for page in (stranger, operator, guest):
        assert page.title() != "run"


def test_a_name_that_gives_way_to_a_description_is_said_beside_the_picture(open_page: Open) -> None:
    studio = Studio(open_page("/studio"))
    turn = studio.send("a village in the style of Studio Ghibli")
    finished(turn)
    expect(turn.locator(".changed")).to_contain_text(say("rights.changed"))
    expect(turn.locator(".changed li")).to_contain_text("Ghibli")
    expect(turn.get_by_role("heading")).to_have_text("a village in the style of Studio Ghibli")
    studio.act(turn, "label").click()
    expect(studio.dialog.get_by_text(say("label.policy"), exact=True)).to_be_visible()


def test_a_request_without_a_name_says_so_at_the_field(open_page: Open) -> None:
    page = open_page("/rights")
    form = request_form(page)
    form.get_by_role("button", name=say("rights.opt-out.send")).click()
    name = form.get_by_role("textbox", name=say("rights.opt-out.name"), exact=True)
    expect(name).to_be_focused()
    expect(name).to_have_attribute("aria-invalid", "true")
    expect(name).to_have_accessible_description(re.compile(re.escape(say("rights.problem-missing"))))


def test_a_request_can_be_taken_back_by_its_number(open_page: Open, room: Callable[[], Page]) -> None:
    page = open_page("/rights")
    form = request_form(page)
    form.get_by_role("textbox", name=say("rights.opt-out.name"), exact=True).fill("Vannberg & Daughters")
    form.get_by_label(say("rights.opt-out.kind-right-holder"), exact=True).check()
    form.get_by_label(say("rights.opt-out.evidence"), exact=True).fill("The register of companies.")
    form.get_by_role("button", name=say("rights.opt-out.send")).click()
    expect(page.get_by_role("heading", name=say("rights.filed"), exact=True)).to_be_focused()
    number = number_of(page)
    page.goto("/rights")
    expect(page.locator("#languages select")).to_be_attached()
    page.get_by_label(say("rights.search.number")).fill(number)
    page.get_by_role("button", name=say("rights.search.send")).click()
    expect(page.get_by_role("heading", name=say("rights.request-requested"), exact=True)).to_be_focused()
    page.get_by_role("button", name=say("rights.withdraw"), exact=True).click()
    page.get_by_role("button", name=say("rights.withdraw-sure")).click()
    expect(page.get_by_role("heading", name=say("rights.request-withdrawn"), exact=True)).to_be_focused()
    expect(panel(room()).get_by_role("heading", name="Vannberg & Daughters", exact=True)).to_have_count(0)


def test_a_number_that_is_looked_up_before_the_page_is_ready_is_looked_up(
    new_profile: Callable[..., BrowserContext], house: Server
) -> None:
    with Visitor(house) as visitor:
        filed = visitor.http.post("/v1/opt-outs", json=EARLY)
        assert filed.status_code == 201, filed.text
        number = filed.json()["id"]
    page = new_profile().new_page()
    sought = page.get_by_role("heading", name=say("rights.request-requested"), exact=True)
    # First while the script is still on its way, then while its words are.
    for pattern in ("**/assets/rights/rights.js", "**/assets/words/*"):
        late = Late(page, pattern)
        page.goto("/rights", wait_until="commit")
        late.wait()
        page.locator("#number").fill(number)
        page.locator("#number").press("Enter", no_wait_after=True)
        late.let_go()
        expect(sought).to_be_focused()
        expect(page.locator("#number")).to_have_value(number)


def test_the_page_about_rights_speaks_french(open_page: Open) -> None:
    page = open_page("/rights", locale="fr-CA")
    expect(page.get_by_role("heading", name=say("rights.opt-out.title", "fr"), exact=True)).to_be_visible()
    expect(page.locator(".policy-statement")).to_be_visible()


# What a picture says


def test_a_downloaded_picture_says_that_it_is_ours_and_untouched(open_page: Open, painting: bytes) -> None:
    page = open_page("/verify")
    choose(page, "mine.png", painting)
    expect(page.get_by_role("heading", name=say("verify.made"), exact=True)).to_be_focused()
    result = page.locator("#result")
    expect(result.get_by_text(say("verify.signature-own"), exact=True)).to_be_visible()
    expect(result.get_by_text(say("verify.development"), exact=True)).to_be_visible()
    expect(result.get_by_text(say("verify.by-model-yes"), exact=True)).to_be_visible()
    expect(result.get_by_text(say("verify.watermark-known"), exact=True)).to_be_visible()


def test_a_copy_without_its_metadata_is_recovered_by_the_watermark(open_page: Open, painting: bytes) -> None:
    page = open_page("/verify")
    copy = io.BytesIO()
    decode(painting).convert("RGB").save(copy, "JPEG", quality=90)
    choose(page, "copy.jpg", copy.getvalue(), "image/jpeg")
    expect(page.get_by_role("heading", name=say("verify.recovered"), exact=True)).to_be_focused()
    result = page.locator("#result")
    expect(result.get_by_text(say("verify.signature-absent"), exact=True)).to_be_visible()
    expect(result.get_by_text(say("verify.watermark-recovers"), exact=True)).to_be_visible()


def test_a_picture_with_one_byte_changed_is_ours_but_altered(open_page: Open, painting: bytes) -> None:
    page = open_page("/verify")
    choose(page, "changed.png", with_one_byte_changed(painting))
    expect(page.get_by_role("heading", name=say("verify.altered"), exact=True)).to_be_focused()
    expect(page.locator("#result").get_by_text(say("verify.signature-tampered"), exact=True)).to_be_visible()
    expect(page.locator("#result").get_by_text(say("verify.not-reliable"), exact=True)).to_be_visible()


def test_verification_builds_its_french_from_the_answer(open_page: Open, painting: bytes) -> None:
    page = open_page("/verify", locale="fr-FR")
    choose(page, "mine.png", painting)
    expect(page.get_by_role("heading", name=say("verify.made", "fr"), exact=True)).to_be_focused()
    expect(page.locator("#result").get_by_text(say("verify.signature-own", "fr"), exact=True)).to_be_visible()


def test_the_label_reads_what_is_signed_once(open_page: Open, watch: Watch) -> None:
    studio = Studio(open_page("/studio"))
    turn = studio.send("a red barn in a field of snow")
    finished(turn)
    for _ in range(2):
        studio.act(turn, "label").click()
        studio.dialog.get_by_role("button", name=say("label.check")).click()
        expect(studio.dialog.get_by_role("heading", name=say("verify.made"), exact=True)).to_be_focused()
        expect(studio.dialog.locator(".signed")).to_contain_text(say("verify.certificate-development"))
        studio.close()
    assert sum(address.endswith("/v1/verify") for address in watch.requested) == 1


# Taken down


def test_a_picture_that_was_taken_down_is_gone_for_everybody(
    house: Server, open_page: Open, room: Callable[[], Page], watch: Watch, new_profile: Callable[..., BrowserContext]
) -> None:
    maker = open_page("/studio")
    studio = Studio(maker)
    turn = studio.send("a green door in a white wall")
    finished(turn)
    studio.act(turn, "share").click()
    studio.dialog.get_by_role("button", name=say("share.make")).click()
    link = studio.dialog.get_by_label(say("share.link")).first.input_value()
    studio.close()
    path = f"/s/{link.rpartition('/')[2]}"

    operator = room()
    panel(operator).get_by_role("button", name=say("rights.button.takedown")).click()
    dialog = operator.get_by_role("dialog")
    dialog.get_by_label(say("rights.takedown.what"), exact=True).fill(link)
    expect(dialog.get_by_text(say("rights.recognised.share"), exact=True)).to_be_visible()
    dialog.get_by_label(say("rights.takedown.register"), exact=True).uncheck()
    expect(dialog.get_by_text(say("rights.preview.takedown-links"), exact=True)).to_be_visible()
    came = confirm(operator, "the painter of the door has asked for it")
    expect(came.get_by_text(say("rights.done.takedown-pictures", count=1), exact=True)).to_be_visible()
    decision = came.get_by_role("link", name=re.compile("^dec_")).inner_text()
    close(came)

    # In a clean profile, as for whoever was sent the link.
    watch.expect(rf"status of 451 .*{re.escape(path)}")
    stranger = new_profile().new_page()
    stranger.goto(path)
    expect(stranger.locator("img.shared")).to_have_count(0)
    assert stranger.request.get(f"{path}/picture").status == 451

    watch.expect(r"status of 451 .*/pictures/")
    maker.reload()
    turn = Studio(maker).last
    expect(turn.get_by_text(say("taken.title"), exact=True)).to_be_visible()
    expect(turn.locator("img.layer.is-final")).to_have_count(0)
    turn.get_by_role("link", name=say("taken.decision"), exact=True).click()
    expect(maker.get_by_role("heading", name=say("rights.decision-takedown-taken_down"), exact=True)).to_be_focused()
    assert number_of(maker) == decision
    expect(maker.get_by_text("the painter of the door has asked for it")).to_be_visible()


def test_what_is_pasted_and_is_none_of_the_four_goes_nowhere(room: Callable[[], Page]) -> None:
    page = room()
    panel(page).get_by_role("button", name=say("rights.button.takedown")).click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(say("rights.takedown.what"), exact=True).fill("the picture with the green door")
    expect(dialog.get_by_text(say("rights.recognised.nothing"), exact=True)).to_be_visible()
    dialog.locator("#lever-reason").fill("because")
    dialog.get_by_role("button", name=say("lever.go-on")).click()
    expect(dialog.get_by_role("heading", name=say("lever.really"))).to_have_count(0)
    expect(dialog.get_by_text(say("lever.not-right")).first).to_be_visible()


# The operator's books


def test_a_work_is_registered_and_withdrawn(room: Callable[[], Page], photos: dict[str, Image.Image]) -> None:
    page = room()
    books = panel(page)
    books.get_by_text(say("rights.works.title"), exact=True).click()
    books.get_by_role("button", name=say("rights.button.register")).click()
    dialog = page.get_by_role("dialog")
    content = io.BytesIO()
    photos["hubble"].resize((320, 320)).save(content, "PNG")
    dialog.get_by_label(say("rights.work.file"), exact=True).set_input_files(
        FilePayload(name="work.png", mimeType="image/png", buffer=content.getvalue())
    )
    dialog.get_by_label(say("rights.work.title"), exact=True).fill(HOSTILE)
    dialog.get_by_label(say("rights.work.holder"), exact=True).fill("The observatory")
    dialog.get_by_label(say("rights.work.evidence"), exact=True).fill("The mission's archive.")
    close(confirm(page, None))
    line = books.get_by_role("table", name=say("rights.works.table")).get_by_role("row").filter(has_text=HOSTILE)
    expect(line).to_contain_text("The observatory")
    line.get_by_role("button", name=say("rights.button.withdraw")).click()
    close(confirm(page, None))
    expect(line).to_contain_text(saying("rights.work.withdrawn"))
    assert page.title() != "run"


def test_the_ledger_is_whole_and_can_be_taken_along(room: Callable[[], Page]) -> None:
    page = room()
    books = panel(page)
    books.get_by_role("button", name=say("rights.ledger.check")).click()
    expect(books.get_by_text(re.compile(r"^The chain is whole: [\d,]+ entr"))).to_be_visible()
    with page.expect_download() as saving:
        books.get_by_role("link", name=say("rights.ledger.export")).click()
    assert saving.value.suggested_filename.endswith(".jsonl")


def test_whoever_is_no_operator_has_no_such_panel(house: Server, open_page: Open, watch: Watch) -> None:
    with Visitor(house) as visitor:
        visitor.come_as_guest()
        assert visitor.http.get("/ops/rights").status_code == 403
        takedown = visitor.http.post("/ops/rights/takedowns", json={"watermark": "0" * 16, "reason": "mine"})
        assert takedown.status_code == 403
