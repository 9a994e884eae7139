"""Signing in and out in a browser: by keyboard, in both languages, on a phone, and back to where a
reader wanted to go. The session may end while a page is open."""

from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard import create_app
from dashboard.gate import Gate
from queries import Answers
from queries.desk import Desk, open_desk
from queries.rights import Scope
from tests.browser.conftest import DESK, NOW, PHONE, Open, Serve
from tests.browser.test_filters import faults
from tests.browser.test_overview import settled

pytestmark = pytest.mark.browser
SENTENCE = "four kites over a harbour"
LONG = "梁喆堃 with a name that is much longer than any header has room for"


class Clock:
    """A clock that stands until it is told to go on."""

    now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with closing(open_desk(f"sqlite:///{tmp_path}/desk.db")) as desk:
        desk.add_person(
            LONG, "lead", Scope("teams", ("T1",)), password=SENTENCE, by="test", now=NOW
        )
        yield desk


@pytest.fixture
def door(demo: Answers, desk: Desk, clock: Clock, serve_app: Serve) -> str:
    """The address of pages that ask who one is."""
    return serve_app(create_app(demo, gate=Gate(desk, clock)))


def sign_in(page: Page, password: str = SENTENCE) -> None:
    expect(page.locator("input[name=name]")).to_be_focused()
    page.keyboard.type(LONG)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")


@pytest.mark.parametrize(
    ("language", "scheme", "size", "heading"),
    [("en", "light", DESK, "Sign in"), ("zh-Hans", "dark", PHONE, "登录")],
)
def test_a_reader_signs_in_by_keyboard_sees_their_team_and_leaves(
    visit: Open, door: str, language: str, scheme: str, size: dict, heading: str
) -> None:
    page = visit("/?period=last_month", at=door, language=language, scheme=scheme, size=size)
    expect(page).to_have_title(f"{heading} · Arrears")
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert faults(page) == []
    sign_in(page)
    expect(page).to_have_url(f"{door}/?period=last_month")
    settled(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    page.locator(".account summary").click()
    expect(page.locator(".account-menu")).to_be_visible()
    expect(page.locator(".account-standing")).to_contain_text("Early calls A 一组")
    assert faults(page) == []
    page.locator(".account-menu button").first.click()
    expect(page).to_have_title(f"{heading} · Arrears")
    page.goto(f"{door}/recovery")
    expect(page).to_have_title(f"{heading} · Arrears")


def test_the_language_of_the_form_can_be_chosen(visit: Open, door: str) -> None:
    page = visit("/contacts", at=door)
    page.get_by_text("简体中文").click()
    expect(page).to_have_title("登录 · Arrears")
    sign_in(page)
    expect(page).to_have_url(f"{door}/contacts")


def test_a_session_that_ends_under_an_open_page_leads_to_the_form_and_back(
    visit: Open, door: str, clock: Clock
) -> None:
    page = visit("/contacts", at=door, tolerate="401")
    sign_in(page)
    expect(page.locator(".kpi").first).to_be_visible()
    clock.now += timedelta(hours=13)
    page.evaluate("window.dash_clientside.set_props('tick', { n_intervals: 99 })")
    expect(page).to_have_title("Sign in · Arrears")
    sign_in(page)
    expect(page).to_have_url(f"{door}/contacts")
    expect(page.locator(".kpi").first).to_be_visible()


def test_a_reader_changes_the_password_from_the_menu(visit: Open, door: str) -> None:
    page = visit("/contacts", at=door, size=PHONE)
    sign_in(page)
    expect(page.locator(".kpi").first).to_be_visible()
    page.locator(".account summary").click()
    page.get_by_role("link", name="Change password").click()
    expect(page).to_have_title("Change password · Arrears")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert faults(page) == []
    page.keyboard.type(SENTENCE)
    for _ in range(2):
        page.keyboard.press("Tab")
        page.keyboard.type("another sentence of mine")
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{door}/")
    expect(page.locator(".kpi").first).to_be_visible()
