"""A page has to be there at once, also over a bad line. Its speed is measured in Benchmarks/pages.py: nothing is timed here."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from browsing import first_visit

# Kilobytes over the wire at the first visit, everything together.
MOST_BYTES = 150_000


@pytest.mark.parametrize("path", ["/studio", "/ops", "/status", "/verify", "/rights"])
def test_a_first_visit_is_light(browser: Browser, origin: str, path: str) -> None:
    visit = first_visit(browser, origin + path)
    assert visit.painted is not None, "nothing was painted"
    heaviest = sorted(((weight, urlsplit(address).path) for address, weight in visit.weights.items()), reverse=True)
    assert visit.weight < MOST_BYTES, heaviest[:12]
    assert all(address.startswith(f"{origin}/") for address in visit.weights)
