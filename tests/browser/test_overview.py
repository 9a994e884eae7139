import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from charts import DARK, LIGHT
from charts.theme import channels
from queries import Answers
from tests.browser.conftest import DESK, PHONE, Open

pytestmark = pytest.mark.browser


def settled(page: Page) -> None:
    """Waits until cards, charts and the table are drawn."""
    expect(page.locator(".kpi")).to_have_count(8)
    expect(page.locator(".js-plotly-plot .main-svg:first-child")).to_have_count(5)
    expect(page.locator("#teams-grid .ag-pinned-left-cols-container .ag-row").first).to_be_visible()


def cards(page: Page) -> Locator:
    return page.locator(".kpi-value")


def columns(page: Page, field: str) -> list[str]:
    cells = page.locator(f"#teams-grid .ag-center-cols-container [col-id={field}]")
    return [text.strip() for text in cells.all_inner_texts()]


def choose(page: Page, control: str, option: str) -> None:
    page.locator(control).click()
    page.get_by_role("option", name=option).first.click()


@pytest.mark.parametrize(("scheme", "size"), [("light", DESK), ("dark", PHONE)])
@pytest.mark.parametrize("language", ["en", "zh-Hans"])
def test_the_overview_opens(visit: Open, language: str, scheme: str, size: dict) -> None:
    page = visit(scheme=scheme, size=size, language=language)
    settled(page)
    expect(page.locator("html")).to_have_attribute("lang", language)
    title = "Overview · Arrears" if language == "en" else "总览 · Arrears"
    expect(page).to_have_title(title)
    expect(page.locator("html")).to_have_attribute("data-ag-theme-mode", scheme)
    assert page.locator(".js-plotly-plot").count() == 5
    assert page.locator('[data-title*="Share"], [data-title*="cloud"]').count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_filters_live_in_the_address(visit: Open) -> None:
    page = visit()
    settled(page)
    plain = cards(page).all_inner_texts()
    choose(page, "#filter-period", "Last 13 weeks")
    expect(page).to_have_url(re.compile(r"\?period=last_13_weeks$"))
    choose(page, "#filter-bucket", "M2")
    expect(page).to_have_url(re.compile(r"\?period=last_13_weeks&bucket=M2$"))
    page.keyboard.press("Escape")
    expect(cards(page)).not_to_have_text(plain)
    filtered = cards(page).all_inner_texts()

    page.reload()
    expect(cards(page)).to_have_text(filtered)
    expect(page.locator("#filter-period")).to_have_value("Last 13 weeks")

    page.go_back()
    expect(page).to_have_url(re.compile(r"\?period=last_13_weeks$"))
    page.go_back()
    expect(page).to_have_url(re.compile(r"/$"))
    expect(page.locator("#filter-period")).to_have_value("Last week")
    expect(cards(page)).to_have_text(plain)
    page.go_forward()
    page.go_forward()
    expect(page.locator("#filter-period")).to_have_value("Last 13 weeks")
    expect(cards(page)).to_have_text(filtered)

    page.get_by_role("button", name="Reset").click()
    expect(page).to_have_url(re.compile(r"/$"))
    expect(cards(page)).to_have_text(plain)


def test_the_language_is_switched_in_the_header_and_kept(visit: Open) -> None:
    page = visit("/?period=last_month")
    settled(page)
    page.get_by_text("简体中文").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.locator("#filter-period")).to_have_value("上月")
    page.reload()
    expect(page.locator(".shown")).to_contain_text("2026年10月，对比2026年9月")


def test_a_link_with_a_bad_value_opens_with_a_notice(visit: Open) -> None:
    page = visit("/?period=last_month&team=<img src=x onerror=alert(1)>")
    settled(page)
    expect(page.get_by_role("alert")).to_contain_text("<img src=x onerror=alert(1)>")
    expect(page.locator("#filter-period")).to_have_value("Last month")


def test_days_are_chosen_in_a_calendar_that_speaks_the_language(visit: Open) -> None:
    page = visit("/?period=custom&from=2026-11-02&to=2026-11-08", language="zh-Hans")
    settled(page)
    page.locator("#filter-days").click()
    expect(page.locator(".mantine-DatePickerInput-calendarHeaderLevel")).to_have_text("2026年11月")
    expect(page.locator(".mantine-DatePickerInput-weekday").first).to_have_text("一")
    days = page.locator(".mantine-DatePickerInput-day:not([data-outside]):not([disabled])")
    days.get_by_text("3", exact=True).click()
    days.get_by_text("5", exact=True).click()
    expect(page).to_have_url(re.compile(r"from=2026-11-03&to=2026-11-05$"))
    expect(page.locator(".shown")).to_contain_text("2026年11月3日–5日")


def test_dark_is_kept_by_the_browser_and_reaches_charts_and_table(visit: Open) -> None:
    page = visit()
    settled(page)
    line = page.locator("#trend-recovery_rate-graph .js-line").first
    light, dark = (f"rgb{channels(theme.named(0))}" for theme in (LIGHT, DARK))
    expect(line).to_have_css("stroke", light)
    page.locator("#scheme-toggle").click()
    expect(page.locator("html")).to_have_attribute("data-ag-theme-mode", "dark")
    expect(line).to_have_css("stroke", dark)
    page.reload()
    settled(page)
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    expect(line).to_have_css("stroke", dark)


def test_where_the_system_is_dark_light_reaches_charts_and_table(visit: Open) -> None:
    page = visit(scheme="dark")
    settled(page)
    line = page.locator("#trend-recovery_rate-graph .js-line").first
    expect(line).to_have_css("stroke", f"rgb{channels(DARK.named(0))}")
    page.locator("#scheme-toggle").click()
    expect(page.locator("html")).to_have_attribute("data-ag-theme-mode", "light")
    expect(line).to_have_css("stroke", f"rgb{channels(LIGHT.named(0))}")


def test_the_table_sorts_and_a_filter_leaves_the_order_alone(visit: Open) -> None:
    page = visit()
    settled(page)
    before = columns(page, "open_cases")
    page.locator("#teams-grid .ag-header-cell[col-id=open_cases]").click()
    expected = sorted(before, key=lambda text: -int(text.replace(",", "")))
    first = page.locator("#teams-grid .ag-center-cols-container .ag-row[row-index='0']")
    expect(first.locator("[col-id=open_cases]")).to_have_text(expected[0])
    expect(page.locator("#teams-grid .ag-floating-bottom")).to_contain_text("All teams together")
    choose(page, "#filter-period", "Last 13 weeks")
    expect(page).to_have_url(re.compile("last_13_weeks"))
    expect(page.locator("#teams-grid .ag-header-cell[col-id=open_cases]")).to_have_attribute(
        "aria-sort", "descending"
    )


def test_numbers_behind_a_chart_open_by_keyboard_and_stay_open(visit: Open) -> None:
    page = visit()
    settled(page)
    panel = page.locator("#aging-open_cases")
    panel.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(panel.locator("table")).to_be_visible()
    expect(panel.locator("tbody tr").first).to_contain_text("M")
    choose(page, "#filter-bucket", "M3")
    expect(panel.locator("tbody tr")).to_have_count(1)
    expect(panel.locator("table")).to_be_visible()


def test_before_the_first_refresh_the_page_tells_what_to_do_and_then_shows_the_figures(
    visit: Open, serve: Callable[[Answers], str], demo: Answers, tmp_path: Path
) -> None:
    folder = tmp_path / "figures"
    page = visit(at=serve(Answers(folder, demo.definitions)))
    expect(page.get_by_role("alert")).to_contain_text("arrears refresh")
    expect(page.locator("#filter-period")).to_be_disabled()
    shutil.copytree(demo.folder, folder)
    # The minute that the page would wait.
    page.evaluate("window.dash_clientside.set_props('tick', {n_intervals: 1})")
    settled(page)
    expect(page.locator("#filter-period")).to_be_enabled()
