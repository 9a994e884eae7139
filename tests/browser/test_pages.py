"""Every page as a browser shows it: drawn, quiet, accessible, and no wider than the screen."""

import re

import pytest
from playwright.sync_api import Page, expect

from dashboard.pages import PAGES
from tests.browser.conftest import DESK, PHONE, Open
from tests.browser.test_filters import faults

pytestmark = pytest.mark.browser
PATHS = [page.path for page in PAGES]
# Titles, links and controls whose text is wider than the place it has.
# What AG Grid has begun and not filled yet.
EMPTY = ".grid:not(:has(.ag-center-cols-container .ag-row)), .ag-header-row:empty"
CUT = """() => [...document.querySelectorAll('h2, .nav-link, .kpi-value, .filter-bar label')]
    .filter(e => e.clientWidth > 0 && getComputedStyle(e).overflowX !== 'visible'
        && e.scrollWidth > e.clientWidth + 1)
    .map(e => e.textContent)"""


def drawn(page: Page) -> None:
    """Waits until the figures stand, no box is waiting for any and tables hold their rows."""
    expect(page.locator("#page .panel").first).to_be_visible()
    expect(page.locator(".waiting")).to_have_count(0)
    expect(page.locator(".message")).to_have_count(0)
    expect(page.locator(EMPTY)).to_have_count(0)


# Every two of language, scheme and size meet: a fault is one of a text, a colour or a width, or of
# two of them.
LOOKS = (
    ("en", "light", DESK), ("zh-Hans", "dark", DESK),
    ("en", "dark", PHONE), ("zh-Hans", "light", PHONE),
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize(
    ("language", "scheme", "size"), LOOKS, ids=["desk-en", "desk-zh", "phone-en", "phone-zh"]
)
def test_every_page_fits_and_is_accessible(
    visit: Open, path: str, language: str, scheme: str, size: dict
) -> None:
    page = visit(path, language=language, size=size, scheme=scheme)
    drawn(page)
    expect(page.locator(".nav [aria-current=page]")).to_have_count(1)
    expect(page.locator("html")).to_have_attribute("data-ag-theme-mode", scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert page.evaluate(CUT) == []
    assert faults(page) == []


@pytest.mark.parametrize(
    ("path", "language", "size"), [("/teams", "en", DESK), ("/targets", "zh-Hans", PHONE)]
)
def test_a_reader_switches_the_scheme_and_everything_follows(
    visit: Open, path: str, language: str, size: dict
) -> None:
    page = visit(path, language=language, size=size)
    drawn(page)
    for scheme in ("dark", "light", "dark"):
        page.locator("#scheme-toggle").click()
        expect(page.locator("html")).to_have_attribute("data-ag-theme-mode", scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert faults(page) == []


def test_a_card_leads_to_its_page_with_the_same_filters_and_back(visit: Open) -> None:
    page = visit("/?team=T1")
    drawn(page)
    link = page.locator("#kpi-collected .kpi-link")
    link.focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/recovery\?team=T1$"))
    expect(page.locator("#by-team")).to_be_visible()
    page.go_back()
    expect(page.locator("#teams")).to_be_visible()
    assert page.url.endswith("/?team=T1")
