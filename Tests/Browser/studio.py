"""The studio as its users know it: by what can be seen and pressed."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import FilePayload, Locator, Page, expect

from words import say

# A painting on two busy cores, with everything before it in the queue.
PAINTING_MILLISECONDS = 240_000
DROP = """([name, type, bytes]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([new Uint8Array(bytes)], name, {type}));
  const target = document.querySelector('main');
  for (const kind of ['dragenter', 'dragover', 'drop']) {
    target.dispatchEvent(new DragEvent(kind, {dataTransfer: carried, bubbles: true, cancelable: true}));
  }
}"""


class Studio:
    """One open studio."""

    def __init__(self, page: Page, language: str = "en") -> None:
        self.page = page
        self.language = language
        # Its scripts have run when everything that only they draw is there.
        expect(page.locator("html.is-ready")).to_have_count(1)
        expect(page.locator("#tiles input").first).to_be_attached()

    def say(self, key: str, **values: str | int) -> str:
        """What this studio says under a key."""
        return say(key, self.language, **values)

    @property
    def words(self) -> Locator:
        """Where one writes."""
        return self.page.locator("#words")

    @property
    def turns(self) -> Locator:
        """All wishes and what became of them."""
        return self.page.get_by_role("article")

    @property
    def last(self) -> Locator:
        """The newest of them."""
        return self.turns.last

    @property
    def dialog(self) -> Locator:
        """What is open above everything else."""
        return self.page.get_by_role("dialog")

    def choose_photo(self, photo: Path | FilePayload) -> None:
        """Give a photo through the file chooser."""
        with self.page.expect_file_chooser() as chosen:
            self.page.locator("#composer [data-act=photo]").click()
        chosen.value.set_files(photo)
        expect(self.page.locator("#base img")).to_be_visible()

    def drop_photo(self, name: str, kind: str, content: bytes) -> None:
        """Drop a photo on the page."""
        self.page.evaluate(DROP, [name, kind, list(content)])

    def choose_style(self, index: int) -> None:
        """Take a style from the wall, which is beside the page or, where that is narrow, behind a button."""
        tile = self.page.locator(f"#tiles input[value='{index}']")
        if not tile.is_visible():
            self.page.locator("#style-chip").click()
        tile.locator("xpath=..").click()
        expect(tile).to_be_checked()

    def send(self, words: str | None = None) -> Locator:
        """Ask for it. Returns its turn."""
        if words is not None:
            self.words.fill(words)
        before = self.turns.count()
        self.page.get_by_role("button", name=self.say("composer.send"), exact=True).click()
        expect(self.turns).to_have_count(before + 1)
        return self.last

    def hears(self) -> None:
        """Wait until the stream of events is open: how the crowd stands is told by it alone, after all else is subscribed to."""
        expect(self.page.locator("#crowd")).not_to_be_empty()

    def was_told(self, text: str) -> None:
        """Wait until this was said in passing, which by now may have passed."""
        self.page.wait_for_function("(text) => heatsinkToasts.some((said) => said.includes(text))", arg=text)

    def act(self, turn: Locator, key: str) -> Locator:
        """What can be done with a finished picture."""
        return turn.locator(".acts").get_by_text(self.say(f"act.{key}"), exact=True)

    def open(self, button: str) -> Locator:
        """Open a dialog by its button's id. Returns it."""
        self.page.locator(f"#{button}").click()
        expect(self.dialog).to_be_visible()
        return self.dialog

    def close(self) -> None:
        """Close the open dialog, once it is there: what it consists of is fetched when it is first asked for."""
        expect(self.dialog).to_be_visible()
        self.page.keyboard.press("Escape")
        expect(self.dialog).to_have_count(0)


def accepted(turn: Locator) -> Locator:
    """Waits until the server has a wish: what is only on its way looks the same but for when it will be there. Returns the turn."""
    expect(turn.locator(".wait-when")).not_to_be_empty()
    return turn


def finished(turn: Locator) -> Locator:
    """Waits for a turn's picture, which must really be there. Returns it."""
    expect(turn.locator(".acts")).to_be_visible(timeout=PAINTING_MILLISECONDS)
    picture = turn.locator("img.layer.is-final").last
    expect(picture).to_be_visible()
    assert picture.evaluate("(image) => image.decode().then(() => image.naturalWidth)") > 0
    return picture
