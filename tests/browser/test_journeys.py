"""What people do on every page: choose, go back, take along, find their way by keyboard."""

import csv
import io
import re
from pathlib import Path

import openpyxl
import pytest
from playwright.sync_api import Locator, Page, Route, expect

from dashboard.pages import PAGES
from tests.browser.conftest import PHONE, Open
from tests.browser.test_overview import choose, settled
from tests.browser.test_pages import drawn

pytestmark = pytest.mark.browser
DATED = [page.path for page in PAGES if page.dated]
# A table of each page that is compared with its file: path, panel, column, its heading.
TABLES = [
    ("/recovery", "by-team", "collected", "Collected"),
    ("/promises", "by-agent", "promises_made", "Promises made"),
    ("/contacts", "funnel", "count", "Number"),
    ("/aging", "bridge", "balance", "Balance"),
    ("/teams", "work", "open_cases", "Open cases"),
    ("/health", "aside", "rows", "Rows"),
]


def idle(page: Page) -> None:
    """Waits until what is out of sight is set too."""
    expect(page.locator("#page")).not_to_have_attribute("aria-busy", "true")


def behind(page: Page) -> list[str]:
    """The numbers behind every chart of a page, as text."""
    idle(page)
    tables = page.locator(".numbers table")
    return [table.evaluate("table => table.textContent") for table in tables.all()]


def numbers(page: Page, panel: str, field: str) -> list[float]:
    """A column of a grid as numbers, from the rows that the browser was given."""
    rows = page.locator(f"#{panel}-grid .ag-center-cols-container [col-id={field}]")
    shown = [re.sub(r"[^\d.−-]", "", text).replace("−", "-") for text in rows.all_inner_texts()]
    return [float(text) for text in shown if text]


@pytest.mark.parametrize("path", DATED)
def test_filters_travel_through_the_address_and_back(visit: Open, path: str) -> None:
    page = visit(path)
    drawn(page)
    plain, before = page.locator(".shown").inner_text(), behind(page)
    choose(page, "#filter-period", "Last month")
    expect(page).to_have_url(re.compile(r"\?period=last_month$"))
    choose(page, "#filter-bucket", "M3")
    expect(page).to_have_url(re.compile(r"\?period=last_month&bucket=M3$"))
    expect(page.locator(".shown")).to_contain_text("Oct 2026")
    drawn(page)
    after = behind(page)
    assert after != before

    # A link shows the same, also what was out of sight when the filters changed.
    page.reload()
    drawn(page)
    assert behind(page) == after
    page.go_back()
    page.go_back()
    expect(page.locator(".shown")).to_have_text(plain)
    drawn(page)
    assert behind(page) == before
    page.go_forward()
    page.go_forward()
    expect(page.locator("#filter-period")).to_have_value("Last month")
    page.locator("#filter-reset").click()
    expect(page).to_have_url(re.compile(re.escape(path) + "$"))


WHILE_ANSWERED = """() => {
  const set = window.dash_clientside.set_props;
  window.dash_clientside.set_props = (id, props) => {
    set(id, props);
    if (id === "filter-bucket" && "value" in props) {
      window.dash_clientside.set_props = set;
      set("address", { search: "" });
    }
  };
}"""


def test_who_goes_back_while_an_answer_arrives_is_not_held(visit: Open) -> None:
    page = visit("/contacts")
    drawn(page)
    plain = page.locator(".shown").inner_text()
    choose(page, "#filter-period", "Last month")
    choose(page, "#filter-bucket", "M3")
    expect(page).to_have_url(re.compile(r"\?period=last_month&bucket=M3$"))
    drawn(page)
    # In the moment in which the answer to one step back empties the buckets, the next step.
    page.evaluate(WHILE_ANSWERED)
    page.go_back()
    expect(page.locator(".shown")).to_have_text(plain)
    expect(page).to_have_url(re.compile("/contacts$"))


def test_a_tick_before_the_answer_loses_no_choice(visit: Open) -> None:
    page = visit("/contacts")
    drawn(page)
    held: list[Route] = []
    page.route("**/_dash-update-component", lambda route: held.append(route))
    choose(page, "#filter-bucket", "M3")
    expect(page.locator("#filter-bucket-box")).to_contain_text("M3")
    page.wait_for_timeout(300)
    page.unroute("**/_dash-update-component")
    page.evaluate("window.dash_clientside.set_props('tick', { n_intervals: 99 })")
    page.wait_for_timeout(300)
    for route in held:
        route.continue_()
    expect(page).to_have_url(re.compile(r"\?bucket=M3$"))


@pytest.mark.parametrize(("path", "panel", "field", "heading"), TABLES)
def test_a_file_holds_the_table_of_its_page(
    visit: Open, path: str, panel: str, field: str, heading: str
) -> None:
    page = visit(path + "?period=last_month")
    drawn(page)
    with page.expect_download() as waiting:
        page.locator(f"#{panel}-csv").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text)))
    shown = numbers(page, panel, field)
    # A long grid keeps only the rows in sight.
    assert len(shown) >= min(len(table), 20)
    assert [round(float(row[heading]), 2) for row in table[: len(shown)]] == shown
    expect(page.locator(f"#{panel}-rows")).to_have_text(
        "1 row" if len(table) == 1 else f"{len(table):,} rows"
    )
    with page.expect_download() as waiting:
        page.locator(f"#{panel}-xlsx").click()
    file = io.BytesIO(Path(waiting.value.path()).read_bytes())
    sheet = openpyxl.load_workbook(file).worksheets[0]
    head, *body = sheet.iter_rows(values_only=True)
    column = list(head).index(heading)
    assert [round(float(row[column] or 0), 2) for row in body[: len(shown)]] == shown
    assert len(body) == len(table)


def focused(page: Page, inside: str, key: str = "Tab", most: int = 60) -> None:
    """Presses a key until the focus is inside something."""
    for _ in range(most):
        if page.evaluate("where => !!document.activeElement.closest(where)", inside):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{inside} cannot be reached by {key}")


def test_filters_and_a_table_can_be_used_by_keyboard_alone(visit: Open) -> None:
    page = visit()
    settled(page)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    focused(page, "#filter-period")
    page.keyboard.press("Enter")
    wanted = page.get_by_role("option", name="Month to date")
    expect(wanted).to_be_visible()
    for _ in range(9):
        if wanted.get_attribute("data-combobox-selected"):
            break
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?period=month_to_date$"))
    focused(page, "#filter-bucket")
    page.keyboard.type("M2")
    expect(page.get_by_role("option")).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?period=month_to_date&bucket=M2$"))
    page.keyboard.press("Escape")
    focused(page, "#filter-reset")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/$"))
    settled(page)
    idle(page)

    focused(page, "#teams-grid .ag-header-cell", most=90)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    header = page.locator("#teams-grid .ag-header-cell[col-id=collected]")
    expect(header).to_have_attribute("aria-sort", "descending")
    page.keyboard.press("ArrowDown")
    expect(cell_in_focus(page)).to_have_attribute("col-id", "collected")
    page.keyboard.press("ArrowDown")
    expect(cell_in_focus(page)).to_have_text(re.compile("¥"))


def cell_in_focus(page: Page) -> Locator:
    return page.locator("#teams-grid .ag-cell-focus")


def steady_text(part: Locator) -> str:
    """The text of a row, whose cells are filled one after the other."""
    before, text = "", part.text_content() or ""
    while text != before:
        part.page.wait_for_timeout(300)
        before, text = text, part.text_content() or ""
    return text


def test_a_column_can_be_filtered_and_the_total_stays_that_of_all(visit: Open) -> None:
    page = visit("/teams")
    drawn(page)
    rows = page.locator("#work-grid .ag-pinned-left-cols-container .ag-row")
    expect(rows.nth(1)).to_be_visible()
    total = page.locator("#work-grid .ag-floating-bottom")
    said = steady_text(total)
    header = page.locator("#work-grid .ag-header-cell[col-id=team]")
    header.hover()
    header.locator(".ag-header-cell-filter-button").click()
    page.locator(".ag-filter input[type=text]").first.fill("Legal")
    expect(rows).to_have_count(1)
    expect(total).to_have_text(said)
    assert said.startswith("All teams together")


def test_a_definition_opens_for_pointer_and_keyboard_and_stays_on_the_screen(visit: Open) -> None:
    for size in ({"width": 1440, "height": 900}, PHONE):
        page = visit(size=size)
        settled(page)
        tip = page.locator(".tip")
        for mark in page.locator(".kpi .info").all()[:8]:
            mark.hover()
            expect(tip).to_be_visible()
            expect(tip).to_have_text(mark.get_attribute("data-tip") or "")
            box = tip.bounding_box()
            assert box is not None
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= size["width"]
        page.mouse.move(1, 1)
        expect(tip).to_be_hidden()
        page.locator(".kpi .info").first.focus()
        expect(tip).to_be_visible()
        page.keyboard.press("Escape")
        expect(tip).to_be_hidden()


def test_the_overview_is_one_screen_of_a_desk(visit: Open) -> None:
    page = visit()
    settled(page)
    for panel in ("cards", "movers", "trend-recovery_rate", "aging-open_cases", "teams"):
        box = page.locator(f"#{panel}").bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 900, panel


@pytest.mark.parametrize("language", ["en", "zh-Hans"])
@pytest.mark.parametrize("path", ["/", "/recovery", "/promises", "/contacts", "/aging", "/teams"])
def test_a_desk_shows_tables_of_teams_without_scrolling(
    visit: Open, path: str, language: str
) -> None:
    page = visit(path, language=language)
    drawn(page)
    for panel in page.locator("#teams, #by-team, #results, #work").all():
        expect(panel.locator(".ag-center-cols-container .ag-row").first).to_be_attached()
        view = panel.locator(".ag-center-cols-viewport")
        # The columns get their widths a moment after the grid.
        for _ in range(50):
            beyond = view.evaluate("view => view.scrollWidth - view.clientWidth")
            if beyond <= 1:
                break
            page.wait_for_timeout(100)
        assert beyond <= 1, panel.get_attribute("id")


@pytest.mark.parametrize("path", [page.path for page in PAGES])
def test_on_a_phone_the_navigation_shows_where_one_is(visit: Open, path: str) -> None:
    page = visit(path, size=PHONE)
    drawn(page)
    box = page.locator(".nav [aria-current=page]").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]


def test_a_bar_stands_beside_its_number_and_nothing_has_none(visit: Open) -> None:
    page = visit("/health")
    drawn(page)
    bars = page.locator(".ag-center-cols-container .grid-bar")
    expect(bars.first).to_be_visible()
    # At one moment: the grid takes rows away and puts others in their place.
    found = bars.evaluate_all(
        """bars => bars.map(bar => {
            const all = document.createRange(), track = bar.querySelector("i");
            all.selectNode(bar.lastChild);
            return [bar.innerText.trim(), bar.querySelectorAll("i").length,
                track ? track.getBoundingClientRect().right : 0, all.getBoundingClientRect().left];
        })"""
    )
    assert found
    for number, tracks, end, text in found:
        assert tracks == (0 if number in ("", "0") else 1)
        assert not tracks or end <= text
    assert page.locator(".ag-floating-bottom .grid-bar i").count() == 0
