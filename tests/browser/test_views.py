"""Saved views in a browser: kept from the menu, shared by link with somebody who sees less, made
the start page; by keyboard, on a phone, in both languages."""

import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard import create_app
from dashboard.gate import Gate
from queries import Answers
from queries.desk import Desk, open_desk
from queries.rights import EVERYTHING, Scope
from tests.browser.conftest import DESK, NOW, PHONE, Open, Serve
from tests.browser.test_filters import faults
from tests.browser.test_pages import drawn

pytestmark = pytest.mark.browser
SENTENCE = "four kites over a harbour"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with closing(open_desk(f"sqlite:///{tmp_path}/desk.db")) as desk:
        for name, role, scope in (
            ("Ada", "executive", EVERYTHING),
            ("Bo", "lead", Scope("teams", ("T1",))),
        ):
            desk.add_person(name, role, scope, password=SENTENCE, by="test", now=NOW)  # type: ignore[arg-type]
        yield desk


@pytest.fixture
def door(demo: Answers, desk: Desk, serve_app: Serve) -> str:
    """The address of pages that ask who one is."""
    return serve_app(create_app(demo, gate=Gate(desk, lambda: NOW)))


def sign_in(page: Page, name: str) -> None:
    expect(page.locator("input[name=name]")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(SENTENCE)
    page.keyboard.press("Enter")


def word_of(desk: Desk, name: str) -> str:
    person = desk.account(name).person.id
    assert person is not None
    return desk.views_of(person)[0].word


def keep(page: Page, name: str) -> None:
    """From the menu, by keyboard."""
    page.locator(".views > summary").focus()
    page.keyboard.press("Enter")
    page.locator(".views-keep [name=name]").focus()
    page.keyboard.type(name)
    page.keyboard.press("Enter")


def test_a_view_is_kept_shared_and_made_the_start_page(visit: Open, door: str, desk: Desk) -> None:
    page = visit("/promises?period=last_month&bucket=M3", at=door)
    sign_in(page, "Ada")
    drawn(page)
    keep(page, "M3 of last month")
    expect(page.locator("#told")).to_have_text("“M3 of last month” is kept.")
    view = page.locator(".view-name")
    expect(view).to_have_text("M3 of last month")
    # Nothing was loaded anew, and nothing is left to be sent.
    expect(page.locator(".views-menu")).to_be_visible()
    expect(page.locator(".views-keep [name=name]")).to_have_value("")
    page.get_by_role("button", name="Start page: M3 of last month").click()
    expect(page.locator("#told")).to_contain_text("You begin with “M3 of last month”")
    expect(page.locator(".icon-button[name=do]")).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Escape")
    expect(page.locator(".views-menu")).to_be_hidden()
    expect(page.locator(".views > summary")).to_be_focused()

    # Whoever signs in again begins there; the brand leads there from anywhere.
    page.locator(".account > summary").click()
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page).to_have_title("Sign in · Arrears")
    sign_in(page, "Ada")
    expect(page).to_have_url(f"{door}/promises?period=last_month&bucket=M3")
    drawn(page)
    page.get_by_role("link", name="Overview").click()
    expect(page).to_have_url(re.compile(f"{door}/\\?"))
    page.locator(".brand a").click()
    expect(page).to_have_url(f"{door}/promises?period=last_month&bucket=M3")

    # Somebody with less to see opens the same link and sees their own.
    page = visit(f"/view/{word_of(desk, 'Ada')}", at=door)
    sign_in(page, "Bo")
    expect(page).to_have_url(f"{door}/promises?period=last_month&bucket=M3")
    drawn(page)
    teams = page.locator("#by-team-grid .ag-pinned-left-cols-container .ag-row")
    expect(teams).to_have_count(1)
    page.locator(".views > summary").click()
    expect(page.locator(".view")).to_have_count(0)


@pytest.mark.parametrize(
    ("language", "scheme", "size", "kept"),
    [
        ("en", "light", DESK, "“梁喆堃的视图” is kept."),
        ("zh-Hans", "dark", PHONE, "“梁喆堃的视图”已保存。"),
    ],
)
def test_the_menu_fits_and_is_accessible(
    visit: Open, door: str, language: str, scheme: str, size: dict, kept: str
) -> None:
    page = visit("/desk", at=door, language=language, scheme=scheme, size=size)
    sign_in(page, "Bo")
    drawn(page)
    keep(page, "梁喆堃的视图")
    expect(page.locator("#told")).to_have_text(kept)
    expect(page.locator(".view")).to_have_count(1)
    page.locator(".view-more > summary").click()
    expect(page.locator(".view-link")).to_have_value(re.compile(rf"^{door}/view/[\w-]{{32}}$"))
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    edges = page.locator(".views-menu").bounding_box()
    assert edges is not None
    assert edges["x"] >= 0
    assert edges["x"] + edges["width"] <= size["width"]
    # The message that it was kept fades away.
    expect(page.locator("#told")).to_have_css("opacity", "0")
    assert faults(page) == []


def test_a_link_is_copied_or_given_to_take(visit: Open, door: str, desk: Desk) -> None:
    page = visit("/recovery", at=door)
    sign_in(page, "Ada")
    drawn(page)
    keep(page, "Mine")
    expect(page.locator(".view")).to_have_count(1)
    link = f"{door}/view/{word_of(desk, 'Ada')}"
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator("[data-copy]").click()
    expect(page.locator("#told")).to_contain_text("The link is copied.")
    assert page.evaluate("navigator.clipboard.readText()") == link
    page.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.locator("[data-copy]").click()
    expect(page.locator(".view-link")).to_be_focused()
    assert page.evaluate("document.activeElement.selectionEnd") == len(link)


def test_a_view_is_renamed_and_forgotten_and_its_link_ends(
    visit: Open, door: str, desk: Desk
) -> None:
    page = visit("/recovery", at=door, tolerate="404")
    sign_in(page, "Ada")
    drawn(page)
    keep(page, "Mine")
    page.locator(".view-more > summary").click()
    page.locator(".view-more [name=name]").fill("Yours")
    page.get_by_role("button", name="Rename").click()
    expect(page.locator(".view-name")).to_have_text("Yours")
    word = word_of(desk, "Ada")
    page.locator(".view-more > summary").click()
    page.get_by_role("button", name="Forget this view").click()
    expect(page.locator(".view")).to_have_count(0)
    # A name that was begun and left is no reason to be asked.
    page.locator(".views-keep [name=name]").fill("half a na")
    page.locator(".shown").first.click()
    page.get_by_role("link", name="Aging").click()
    expect(page).to_have_url(f"{door}/aging")
    page.goto(f"{door}/view/{word}")
    expect(page.locator(".message h2")).to_have_text("There is no such page")
