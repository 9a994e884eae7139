"""Reports in a browser: somebody subscribes, opens an edition and its pages, has a file checked; an
uncertain delivery is settled; by keyboard, on a phone, in both languages, for screen readers."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard import create_app
from dashboard.gate import Gate
from queries import Answers
from queries.desk import Desk, open_desk
from queries.period import Period
from queries.rights import EVERYTHING
from tests.browser.conftest import DESK, NOW, PHONE, Open, Serve
from tests.browser.test_filters import faults
from tests.browser.test_views import SENTENCE, sign_in
from tests.support.editions import brought_to, keep
from tests.support.reporting import MadeUp, Scheduled

pytestmark = pytest.mark.browser
WEEK = Period(date(2026, 11, 16), date(2026, 11, 23))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A desk with an edition of which two deliveries wait for somebody."""
    with closing(open_desk(f"sqlite:///{tmp_path}/desk.db")) as desk:
        desk.add_person(
            "Ada", "administrator", EVERYTHING, password=SENTENCE, by="test", now=NOW,
            mail="ada@example.org",
        )  # fmt: skip
        to = {"cy@example.org": "smtp", "bo@example.org": "smtp"}
        keep(desk, WEEK, to, now=NOW)  # type: ignore[arg-type]
        for one in desk.deliveries():
            failed = one.recipient.startswith("bo")
            detail = "550 no such mailbox" if failed else "The connection was lost"
            brought_to(desk, one, "failed" if failed else "unknown", NOW, detail)
        yield desk


@pytest.fixture
def door(demo: Answers, desk: Desk, serve_app: Serve) -> str:
    return serve_app(create_app(
        demo, gate=Gate(desk, lambda: NOW), reports=MadeUp(desk), operations=Scheduled(NOW)
    ))  # fmt: skip


def opened(
    visit: Open, door: str, part: str = "", language: str = "en", size: dict = DESK, **more: str
) -> Page:
    page = visit(f"/reports{part}", at=door, language=language, size=size, **more)
    sign_in(page, "Ada")
    expect(page.locator("#reports-ways .chip")).to_have_count(5)
    return page


def test_somebody_subscribes_by_keyboard_and_ends_it_again(
    visit: Open, door: str, desk: Desk
) -> None:
    page = opened(visit, door, "?part=mine")
    form = page.locator("#subscribe-weekly form")
    form.locator("[name=locale]").select_option("zh_Hans_CN")
    form.locator("button").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#mine-weekly")).to_contain_text("in this language: Chinese")
    (mine,) = desk.subscriptions(desk.account("Ada").person)
    assert (mine.report, mine.locale) == ("weekly", "zh_Hans_CN")
    form.get_by_text("Unsubscribe").click()
    expect(page.locator("#mine-weekly")).to_contain_text("Unsubscribed since")
    assert not desk.subscriptions(desk.account("Ada").person)


def test_an_edition_is_found_and_its_pages_open_in_a_tab_of_their_own(
    visit: Open, door: str, desk: Desk
) -> None:
    page = opened(visit, door)
    (edition,) = desk.editions()
    search = page.locator("#archive-search")
    search.locator("[name=find]").fill("2026-10")
    page.keyboard.press("Enter")
    expect(page.get_by_text("No edition that you may read fits.")).to_be_visible()
    search.get_by_text("Show all").click()
    expect(search.locator("[name=find]")).to_have_value("")
    page.locator("#archive-table a").click()
    expect(page.locator("#edition-head code")).to_have_text(edition.printed)
    expect(page.locator("#side-by-side-grid .ag-center-cols-container .ag-row")).to_have_count(2)
    with page.context.expect_page() as opening:
        page.locator("#files-table a[target=_blank]").click()
    assert opening.value.url.endswith(f"/report/{edition.code}/{edition.code}.pdf")
    opening.value.wait_for_load_state()
    assert opening.value.evaluate("document.contentType") == "application/pdf"
    with page.expect_download() as saving:
        page.locator("#files-table a[download]").click()
    assert saving.value.suggested_filename == f"{edition.code}.pdf"
    page.go_back()
    expect(page.locator("#archive-table a")).to_be_visible()


def test_an_uncertain_delivery_is_settled_by_one_click(visit: Open, door: str, desk: Desk) -> None:
    page = opened(visit, door, "?part=deliveries")
    cards = page.locator("#settle .delivery")
    expect(cards).to_have_count(2)
    expect(cards.first).to_contain_text("cy@example.org")
    cards.first.get_by_text("History").click()
    expect(cards.first.locator(".history")).to_contain_text("not certain: The connection was lost")
    cards.first.get_by_text("It arrived").click()
    expect(cards).to_have_count(1)
    cards.first.get_by_text("Send it again").click()
    expect(page.get_by_text("Nothing failed and nothing is uncertain.")).to_be_visible()
    expect(page.locator("#moving-table")).to_contain_text("bo@example.org")
    assert {one.recipient: one.outcome for one in desk.deliveries()} == {
        "cy@example.org": "sent", "bo@example.org": "waiting",
    }  # fmt: skip


def test_a_file_is_checked_and_nothing_is_left_unsaved(
    visit: Open, door: str, desk: Desk, tmp_path: Path
) -> None:
    page = opened(visit, door, "?part=check")
    (edition,) = desk.editions()
    verdict, field = page.locator(".file-verdict"), page.locator("#check-file [name=file]")
    for content, told in ((f"pages of {edition.code}", "✓ Genuine"), ("altered", "× Altered: 2")):
        file = tmp_path / f"{told[0]}.pdf"
        file.write_text(content)
        field.set_input_files(file)
        expect(verdict).to_be_empty()
        page.locator("#check-file button").click()
        expect(verdict.locator("h3")).to_contain_text(told)
    expect(verdict.locator("tbody tr")).to_have_count(2)
    assert not page.evaluate("window.arrearsUnsaved()")
    (tmp_path / "large.pdf").write_bytes(b"x" * (10 * 2**20 + 1))
    field.set_input_files(tmp_path / "large.pdf")
    assert not page.evaluate("document.querySelector('#check-file form').checkValidity()")


@pytest.mark.parametrize(
    ("language", "scheme", "size"),
    [("en", "light", DESK), ("zh-Hans", "dark", DESK), ("zh-Hans", "light", PHONE)],
)  # fmt: skip
def test_axe_finds_nothing_serious_and_nothing_is_cut(
    visit: Open, door: str, desk: Desk, language: str, scheme: str, size: dict
) -> None:
    page = opened(visit, door, "", language, size, scheme=scheme)
    (edition,) = desk.editions()
    ways = page.locator("#reports-ways .chip")
    wanted = ("#archive-table", "#mine-weekly", "#runs-weekly .ag-row", "#check-file", "#settle")
    for at, place in enumerate(wanted):
        ways.nth(at).click()
        expect(page.locator(place).first).to_be_visible()
        assert faults(page) == [], place
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), place
    ways.nth(0).click()
    page.locator("#archive-table a").click()
    expect(page.locator("#edition-facts")).to_contain_text(edition.made.digest)
    expect(page.locator("#side-by-side-grid .ag-row").first).to_be_visible()
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
