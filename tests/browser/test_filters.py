"""The filter bar, exports and accessibility of what is on the page."""

import csv
import io
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import PHONE, Open
from tests.browser.test_overview import choose, settled

pytestmark = pytest.mark.browser
AXE = Path(__file__).parent / "vendor" / "axe.min.js"


def faults(page: Page) -> list[str]:
    """The serious and critical findings of axe, with where they are. A drawing is a picture with a
    text beside it: what is inside is left out."""
    # A test may look with a script of its own; the policy of the page stays as it is.
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run({exclude: '.main-svg'}, {resultTypes: ['violations']})")
    return [
        f"{rule['id']}: {node['target']} {node['html'][:120]}"
        for rule in found["violations"]
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


def test_a_comparison_travels_through_the_address_and_back(visit: Open) -> None:
    page = visit()
    settled(page)
    choose(page, "#filter-compare", "Same period last year")
    expect(page).to_have_url(re.compile(r"\?compare=year$"))
    expect(page.locator(".shown")).to_contain_text("52 weeks earlier")
    page.reload()
    expect(page.locator("#filter-compare")).to_have_value("Same period last year")
    page.go_back()
    expect(page.locator("#filter-compare")).to_have_value("Previous period")
    page.go_forward()
    expect(page.locator("#filter-compare")).to_have_value("Same period last year")


def test_each_choice_is_asked_for_once(visit: Open) -> None:
    """What an answer sets (the days of a period) is no choice; the same choice made later is."""
    page = visit()
    settled(page)
    asked: list[str] = []
    page.on("request", lambda r: asked.append(r.url) if "-update-component" in r.url else None)
    for number, (period, days) in enumerate(
        (("Last month", "Oct"), ("Last week", "Nov"), ("Last month", "Oct")), start=1
    ):
        choose(page, "#filter-period", period)
        expect(page.locator("#filter-days")).to_contain_text(days)
        page.wait_for_timeout(700)
        assert len(asked) == number


def test_a_panel_with_nothing_to_show_leaves_the_others_where_they_are(visit: Open) -> None:
    page = visit("/aging")
    expect(page.locator("#buckets .js-plotly-plot .main-svg").first).to_be_visible()
    closed = page.locator("#closed_cases-by-close_reason")
    expect(closed.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    page.evaluate("document.querySelector('#buckets').there = true")
    choose(page, "#filter-period", "Today")
    expect(closed).to_contain_text("Nothing in this period.")
    assert page.evaluate("document.querySelector('#buckets').there")
    choose(page, "#filter-period", "Last week")
    expect(closed.locator(".js-plotly-plot .main-svg").first).to_be_visible()
    assert page.evaluate("document.querySelector('#buckets').there")


def test_on_a_phone_the_filters_fold_and_tell_how_many_are_on(visit: Open) -> None:
    page = visit("/?period=last_month&bucket=M2", size=PHONE)
    settled(page)
    fold = page.locator("#filter-fold")
    expect(fold).to_have_text("Filters (2)")
    expect(page.locator("#filter-period")).to_be_hidden()
    fold.click()
    expect(page.locator("#filter-period")).to_be_visible()
    expect(fold).to_have_attribute("aria-expanded", "true")


def test_an_export_holds_the_table_of_the_page(visit: Open) -> None:
    page = visit("/?period=last_month")
    settled(page)
    cells = page.locator("#teams-grid .ag-center-cols-container [col-id=open_cases]")
    shown = [int(text.replace(",", "")) for text in cells.all_inner_texts()]
    with page.expect_download() as waiting:
        page.locator("#teams-csv").click()
    text = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    table = list(csv.DictReader(io.StringIO(text)))
    assert [int(row["Open cases"]) for row in table] == shown
    expect(page.locator("#teams-rows")).to_have_text(f"{len(shown)} rows")
