"""Was it made here? The very file is known, nothing else, and the page says so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, FilePayload, Page, expect

from api import fresh_prompt
from browsing import Late, Watch, offline
from conftest import Open
from harness import Server
from pictures import encode, upload
from visitor import member
from words import say, saying

HOSTILE = "<img src=x onerror=alert(document.title='run')>.png"
DROP = """(zone, [name, type, bytes]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([new Uint8Array(bytes)], name, {type}));
  for (const kind of ['dragenter', 'dragover', 'drop']) {
    zone.dispatchEvent(new DragEvent(kind, {dataTransfer: carried, bubbles: true, cancelable: true}));
  }
}"""


@pytest.fixture(scope="module")
def painting(server: Server, photos: dict[str, Image.Image]) -> Iterator[bytes]:
    """A file that this server has made."""
    with member(server) as visitor:
        job = visitor.paint(upload(photos["rocket"], longer=160), fresh_prompt(), quality="low")
        yield visitor.http.get(job["pictures"][0]["url"]).content


def open_verification(open_page: Open, **options: Any) -> Page:
    """The page once its words are there: the choice of language comes with them."""
    page = open_page("/verify", **options)
    expect(page.locator("#languages select")).to_be_attached()
    return page


def choose(page: Page, name: str, content: bytes, kind: str = "image/png") -> None:
    """Give the page a file, as the chooser does."""
    page.locator("input[type=file]").set_input_files(FilePayload(name=name, mimeType=kind, buffer=content))


def verdict(page: Page, key: str) -> None:
    """The page's answer, which must also have the focus."""
    expect(page.get_by_role("heading", name=say(f"verify.{key}"), exact=True)).to_be_focused()


def test_a_picture_that_was_made_here_is_known(open_page: Open, painting: bytes) -> None:
    page = open_verification(open_page)
    choose(page, "mine.png", painting)
    verdict(page, "made")
    expect(page.get_by_text(saying("verify.kind-edit", model="restyle"))).to_be_visible()
    expect(page.get_by_role("status").first).to_have_text(say("verify.made"))


def test_what_comes_before_the_words_is_looked_at_when_they_are_there(
    new_profile: Callable[..., BrowserContext], painting: bytes
) -> None:
    page = new_profile().new_page()
    words = Late(page, "**/assets/words/*")
    page.goto("/verify", wait_until="commit")
    # The script runs once it asks for its words: only then is anybody there for what is dropped.
    words.wait()
    page.locator("#zone").evaluate(DROP, ["dropped.png", "image/png", list(painting)])
    choose(page, "chosen.png", painting)
    expect(page.locator("#languages select")).to_have_count(0)
    words.let_go()
    verdict(page, "made")
    expect(page.get_by_text("chosen.png")).to_be_visible()


def test_what_was_not_made_here_is_not_known_and_not_accused(open_page: Open, photos: dict[str, Image.Image]) -> None:
    page = open_verification(open_page)
    choose(page, "photo.jpg", encode(photos["hubble"], "JPEG", longer=300), "image/jpeg")
    verdict(page, "unknown")
    expect(page.get_by_text(say("verify.unknown-meaning"))).to_be_visible()
    expect(page.get_by_text(say("verify.note"))).to_be_visible()


def test_a_dropped_file_is_looked_at_and_its_name_is_only_text(open_page: Open, painting: bytes) -> None:
    page = open_verification(open_page)
    page.locator("#zone").evaluate(DROP, [HOSTILE, "image/png", list(painting)])
    verdict(page, "made")
    expect(page.get_by_text(HOSTILE)).to_be_visible()
    assert page.locator("img").count() == 1, "the name became a picture"
    assert page.title() != "run"


@pytest.mark.parametrize(
    ("name", "content", "kind", "key"),
    [
        ("page.html", b"<!doctype html><script>document.title = 'run'</script>", "text/html", "no-picture"),
        ("page.png", b"<!doctype html><script>document.title = 'run'</script>", "image/png", "invalid"),
        ("nothing.png", b"", "image/png", "empty"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_picture_is_named_as_such(
    open_page: Open, watch: Watch, name: str, content: bytes, kind: str, key: str
) -> None:
    watch.expect(r"status of 400 .*/v1/verify")
    page = open_verification(open_page)
    choose(page, name, content, kind)
    expect(page.locator("#result").get_by_text(say(f"verify.{key}"))).to_be_visible()
    assert page.title() != "run"


def test_without_a_network_it_says_so_and_works_again_afterwards(
    open_page: Open, watch: Watch, painting: bytes
) -> None:
    page = open_verification(open_page)
    with offline(page, watch):
        choose(page, "mine.png", painting)
        expect(page.locator("#result").get_by_text(say("verify.no-network"))).to_be_visible()
    choose(page, "mine.png", painting)
    verdict(page, "made")


def test_the_keyboard_alone_is_enough(open_page: Open, painting: bytes, tmp_path: Path) -> None:
    file = tmp_path / "mine.png"
    file.write_bytes(painting)
    page = open_verification(open_page)
    chooser = page.locator("input[type=file]")
    for _ in range(12):
        page.keyboard.press("Tab")
        if chooser.evaluate("(one) => one === document.activeElement"):
            break
    with page.expect_file_chooser() as chosen:
        page.keyboard.press("Space")
    chosen.value.set_files(file)
    verdict(page, "made")


def test_it_speaks_french(open_page: Open, painting: bytes) -> None:
    page = open_verification(open_page, locale="fr-CA")
    choose(page, "mine.png", painting)
    expect(page.get_by_role("heading", name=say("verify.made", "fr"), exact=True)).to_be_focused()
