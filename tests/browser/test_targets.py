"""A lead pastes targets from a spreadsheet, a manager approves them, the overview tells the pace;
nothing is lost on the way, and the grid works by keyboard."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dashboard import create_app
from dashboard.gate import Gate
from queries import Answers
from queries.desk import Desk, open_desk
from queries.rights import EVERYTHING, Scope
from queries.targets.target import Aim, Edit, Marks
from tests.browser.conftest import DESK, NOW, PHONE, Open, Serve
from tests.browser.test_filters import faults

pytestmark = pytest.mark.browser
SENTENCE = "four kites over a harbour"
NOVEMBER = date(2026, 11, 1)
TEAM = Aim("collected", "team", "T1", "month", NOVEMBER)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with closing(open_desk(f"sqlite:///{tmp_path}/desk.db")) as desk:
        for name, role, scope in (
            ("li", "lead", Scope("teams", ("T1",))), ("mo", "manager", EVERYTHING),
        ):  # fmt: skip
            desk.add_person(name, role, scope, password=SENTENCE, by="test", now=NOW)  # type: ignore[arg-type]
        yield desk


@pytest.fixture
def door(demo: Answers, desk: Desk, serve_app: Serve) -> str:
    return serve_app(create_app(demo, gate=Gate(desk, lambda: NOW)))


def entering(visit: Open, door: str, name: str, path: str, **how: object) -> Page:
    """The page as somebody sees it after the sign-in."""
    page = visit(f"/sign-in?next={path}", at=door, tolerate="Failed to load resource", **how)
    page.fill("input[name=name]", name)
    page.fill("input[name=password]", SENTENCE)
    page.keyboard.press("Enter")
    return page


def cell(page: Page, row: int, field: str):
    return page.locator(f'#targets-grid .ag-row[row-index="{row}"] [col-id="{field}"]').first


def paste(page: Page, text: str) -> None:
    """What a browser does at Ctrl+V, at the cell that has the focus."""
    page.evaluate(
        """text => {
          const block = new DataTransfer();
          block.setData("text/plain", text);
          document.activeElement.dispatchEvent(
            new ClipboardEvent("paste", { clipboardData: block, bubbles: true, cancelable: true })
          );
        }""",
        text,
    )


def approved(desk: Desk, aim: Aim, target: int, number: int = 0) -> None:
    edit = Edit(aim, Marks(Decimal(target)), "mo", "start", number, approved=True)
    desk.set_targets([edit], by="mo", now=NOW)


def test_a_lead_pastes_a_manager_approves_and_the_overview_tells_the_pace(
    visit: Open, door: str, desk: Desk
) -> None:
    approved(desk, TEAM, 10_000_000)
    page = entering(visit, door, "li", "/targets")
    expect(cell(page, 0, "target")).to_have_text("100,000")
    cell(page, 0, "floor").click()
    # A block of three columns and two rows, as a spreadsheet copies it.
    paste(page, "90,000\t130,000\t150,000\r\n10000\t20000\t30000\r\n")
    expect(cell(page, 0, "target")).to_have_text("130,000")
    expect(cell(page, 1, "stretch")).to_have_text("30,000")
    expect(page.locator(".targets-changes")).to_have_text("2 changed")
    expect(page.locator("#targets-sums")).to_contain_text("add up to 20,000 of 130,000")
    page.fill("#targets-save input[name=reason]", "Two agents more")
    page.click("#targets-save button[type=submit]")
    expect(page.locator("#told")).to_contain_text("2 targets saved. 2 wait for the approval")
    expect(page.locator("#waiting")).to_contain_text("¥100,000.00 → ¥130,000.00 (+30.0%)")
    expect(page.locator("#waiting button", has_text="Approve")).to_have_count(0)

    page = entering(visit, door, "mo", "/targets")
    card = page.locator(".proposal", has_text="¥130,000.00")
    expect(card).to_contain_text("Two agents more")
    card.locator("button", has_text="Approve").click()
    expect(page.locator("#told")).to_have_text("Approved.")
    expect(page.locator("#standing")).to_contain_text("¥130,000.00")
    expect(page.locator(".proposal")).to_have_count(1)

    page = entering(visit, door, "li", "/?period=month_to_date")
    pace = page.locator("#kpi-collected .pace")
    expect(pace).to_contain_text("Nov 2026")
    expect(pace).to_contain_text("of target")
    expect(pace.locator("img")).to_be_visible()


def test_what_was_typed_can_be_taken_back_and_is_not_lost_by_leaving(
    visit: Open, door: str, desk: Desk
) -> None:
    approved(desk, TEAM, 10_000_000)
    page = entering(visit, door, "li", "/targets")
    cell(page, 0, "target").click()
    page.keyboard.type("120000")
    page.keyboard.press("Enter")
    expect(cell(page, 0, "target")).to_have_text("120,000")
    cell(page, 1, "target").click()
    paste(page, "1\n2\n3")
    expect(cell(page, 3, "target")).to_have_text("3")
    asked: list[str] = []

    def stay(dialog) -> None:
        asked.append(dialog.message)
        dialog.dismiss()

    page.once("dialog", stay)
    page.locator("#nav a", has_text="Recovery").click()
    assert asked == ["You have changes here that are not saved. Leave without them?"]
    assert "/targets" in page.url
    # The minute's look for news leaves the page alone, too.
    page.evaluate("dash_clientside.set_props('tick', {n_intervals: 7})")
    page.wait_for_timeout(300)
    expect(cell(page, 3, "target")).to_have_text("3")
    # A block is one step.
    cell(page, 0, "target").click()
    page.keyboard.press("Control+z")
    expect(cell(page, 3, "target")).to_have_text("")
    expect(cell(page, 0, "target")).to_have_text("120,000")
    page.click("#targets-undo")
    expect(cell(page, 0, "target")).to_have_text("100,000")
    expect(page.locator(".targets-changes")).to_have_text("")
    page.locator("#nav a", has_text="Recovery").click()
    expect(page).to_have_title("Recovery · Arrears")


def test_what_is_wrong_is_marked_and_what_another_has_set_is_shown(
    visit: Open, door: str, desk: Desk
) -> None:
    approved(desk, TEAM, 10_000_000)
    page = entering(visit, door, "li", "/targets")
    cell(page, 0, "target").click()
    paste(page, "twelve")
    expect(page.locator("#targets-grid .cell-wrong")).to_have_count(1)
    page.fill("#targets-save input[name=reason]", "plan")
    page.click("#targets-save button[type=submit]")
    expect(page.locator("#targets-save .told")).to_have_text(
        "1 entry cannot be saved. Nothing was saved."
    )
    expect(page.locator(".targets-conflicts")).to_contain_text("“twelve” cannot be read")
    approved(desk, TEAM, 9_000_000, 1)
    cell(page, 0, "target").click()
    paste(page, "95000")
    page.click("#targets-save button[type=submit]")
    expect(page.locator(".targets-conflicts")).to_contain_text("mo has set ¥90,000.00")
    page.locator(".targets-conflicts button", has_text="Keep mine").click()
    page.click("#targets-save button[type=submit]")
    expect(page.locator("#told")).to_contain_text("1 target saved")
    known = desk.targets_in_force("month", NOVEMBER, NOVEMBER)
    assert known[TEAM].marks.target == 9_500_000


def test_a_sheet_is_checked_and_saved(visit: Open, door: str, tmp_path: Path) -> None:
    sheet = tmp_path / "targets.csv"
    head = "Metric,Level,Unit,Unit name,Period,Starts on,Floor,Target,Stretch,Owner,Reason\n"
    line = "collected,team,T1,,month,2026-12-01,,{},,mo,season\n"
    page = entering(visit, door, "mo", "/targets?span=month:2026-12-01")
    save = page.locator("#targets-import button[value=save]")
    expect(save).to_be_disabled()
    sheet.write_text(head + line.format("many"), encoding="utf-8")
    page.set_input_files("#targets-import input[type=file]", sheet)
    page.locator("#targets-import button", has_text="Check").click()
    expect(page.locator(".sheet-errors")).to_contain_text("Row 2")
    expect(save).to_be_disabled()
    sheet.write_text(head + line.format("5000"), encoding="utf-8")
    page.set_input_files("#targets-import input[type=file]", sheet)
    page.locator("#targets-import button", has_text="Check").click()
    expect(page.locator("#told")).to_contain_text("1 target would be set")
    expect(save).to_be_enabled()
    save.click()
    expect(page.locator("#told")).to_have_text("1 target saved.")
    expect(page.locator("#standing")).to_contain_text("¥5,000.00")


@pytest.mark.parametrize(
    ("language", "scheme", "size"), [("en", "light", DESK), ("zh-Hans", "dark", PHONE)]
)
def test_the_page_can_be_used_by_everybody(
    visit: Open, door: str, desk: Desk, language: str, scheme: str, size: dict
) -> None:
    approved(desk, TEAM, 10_000_000)
    page = entering(visit, door, "mo", "/targets", language=language, scheme=scheme, size=size)
    expect(cell(page, 0, "unit")).to_be_visible()
    page.wait_for_timeout(500)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    assert faults(page) == []
