"""Other people's pages, with a victim who is signed in here; and words that would like to be more than words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from PIL import Image
from playwright.sync_api import BrowserContext, Page, expect

from api import fresh_prompt
from browsing import Watch
from elsewhere import Site, elsewhere
from harness import Server
from pictures import upload
from visitor import COOKIE, Visitor

HOSTS = ["localhost", "127.0.0.1"]


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """Somebody else's web site."""
    with elsewhere() as running_site:
        yield running_site


@pytest.fixture(scope="module")
def victim(server: Server, photos: dict[str, Image.Image]) -> Iterator[Visitor]:
    """Somebody with a picture and a share."""
    with Visitor(server) as visitor:
        visitor.sign_in(server.create_key())
        job = visitor.paint(upload(photos["chelsea"], longer=96), fresh_prompt(), quality="low")
        visitor.share(job["id"], with_words=True)
        yield visitor


@pytest.fixture
def lured(new_profile: Callable[..., BrowserContext], victim: Visitor, origin: str, watch: Watch, site: Site) -> Page:
    """The victim's browser, signed in here."""
    for host in HOSTS:
        watch.origins.append(site.origin(host))
    context = new_profile()
    context.add_cookies(
        [{"name": COOKIE, "value": victim.cookie, "url": origin, "httpOnly": True, "sameSite": "Strict"}]
    )
    return context.new_page()


def possessions(victim: Visitor) -> str:
    """All that a hostile page could have changed."""
    jobs = [[job["id"], job["status"]] for job in victim.get("/v1/jobs")["data"]]
    pictures = [job["id"] for job in victim.get("/v1/gallery")["data"]]
    return json.dumps([jobs, pictures, victim.get("/v1/shares")["data"], victim.get("/v1/account")["passkeys"]])


@pytest.mark.parametrize("host", HOSTS)
def test_another_origins_scripts_change_nothing_and_read_nothing(
    lured: Page, victim: Visitor, origin: str, watch: Watch, site: Site, host: str
) -> None:
    watch.expect(r"CORS policy|ERR_FAILED|status of 4\d\d")
    before = possessions(victim)
    job = victim.get("/v1/gallery")["data"][0]["id"]
    share = victim.get("/v1/shares")["data"][0]["id"]
    lured.goto(site.origin(host))
    read = lured.evaluate(
        """async ([origin, job, share]) => {
          const form = () => { const made = new FormData(); made.set('prompt', 'paid by you'); made.set('image', new Blob(['x'])); return made; };
          const attempts = [
            ['/v1/images/edits', {method: 'POST', body: form(), mode: 'no-cors'}],
            ['/v1/images/generations', {method: 'POST', body: '{"prompt":"paid by you"}', mode: 'no-cors'}],
            ['/v1/shares', {method: 'POST', body: JSON.stringify({job, picture: 0, with_words: true}), mode: 'no-cors'}],
            ['/v1/session', {method: 'POST', body: '{"key":"hs_mine"}', mode: 'no-cors'}],
            ['/v1/gallery/' + job, {method: 'DELETE'}],
            ['/v1/shares/' + share, {method: 'DELETE'}],
            ['/v1/session', {method: 'DELETE'}],
            ['/v1/account', {method: 'DELETE', body: '{"confirm":"delete everything"}', headers: {'Content-Type': 'application/json'}}],
            ['/v1/session', {}], ['/v1/gallery', {}], ['/v1/jobs/' + job + '/photo', {}],
          ];
          const read = [];
          for (const [path, options] of attempts) {
            try {
              const answer = await fetch(origin + path, {credentials: 'include', ...options});
              const text = await answer.text();
              if (text) read.push(path);
            } catch {}
          }
          return read;
        }""",
        [origin, job, share],
    )
    assert read == []
    assert possessions(victim) == before


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize("kind", ["text/plain", "multipart/form-data", "application/x-www-form-urlencoded"])
def test_another_origins_forms_change_nothing(
    lured: Page, victim: Visitor, origin: str, watch: Watch, site: Site, host: str, kind: str
) -> None:
    watch.expect(r"status of 4\d\d")
    before = possessions(victim)
    for path in ("/v1/images/edits", "/v1/images/generations", "/v1/shares", "/v1/passkeys/registration", "/v1/guests"):
        site.pages["/form"] = (
            f'<!doctype html><form method="post" enctype="{kind}" action="{origin}{path}">'
            '<input name="{&quot;prompt&quot;:&quot;paid by you&quot;,&quot;x&quot;:&quot;" value="&quot;}">'
            '<input name="prompt" value="paid by you"></form>'
        )
        lured.goto(f"{site.origin(host)}/form")
        with lured.expect_navigation() as answered:
            lured.evaluate("document.forms[0].submit()")
        assert answered.value.status in {400, 401, 403, 415}, path
        lured.goto(site.origin(host))
    assert possessions(victim) == before


@pytest.mark.parametrize("path", ["/studio", "/ops", "/status", "/verify"])
def test_a_page_cannot_be_framed(
    lured: Page, origin: str, watch: Watch, site: Site, path: str
) -> None:
    watch.expect(r"frame-ancestors|X-Frame-Options|Refused to frame|ERR_BLOCKED_BY_RESPONSE")
    site.pages["/frame"] = f'<!doctype html><title>frame</title><iframe src="{origin}{path}"></iframe>'
    lured.goto(f"{site.origin('localhost')}/frame")
    lured.frames[1].wait_for_url("chrome-error://**", wait_until="commit")
    assert [frame.url for frame in lured.frames[1:]] == ["chrome-error://chromewebdata/"]


def test_a_window_opened_from_elsewhere_is_out_of_reach(
    lured: Page, origin: str, watch: Watch, site: Site
) -> None:
    watch.expect(r"Cross-Origin-Opener-Policy")
    lured.goto(site.origin("localhost"))
    with lured.context.expect_page() as opened:
        lured.evaluate("(address) => { window.mine = window.open(address); }", f"{origin}/studio")
    opened.value.wait_for_load_state()
    expect(opened.value.locator("main")).to_be_visible()
    assert lured.evaluate("window.mine.closed"), "the opener still has a hand on it"
    assert opened.value.evaluate("window.opener") is None


def test_the_cookie_is_out_of_scripts_reach(lured: Page) -> None:
    lured.goto("/studio")
    assert lured.evaluate("document.cookie") == ""
