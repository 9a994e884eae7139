"""The Overview, asked for over HTTP as a browser does."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from charts import Language
from dashboard import screen
from dashboard.pages import overview
from queries import METRICS
from queries.period import Period
from tests.dashboard.browserless import Browserless, every, find, texts
from tests.dashboard.figures import AS_OF, TEAMS, Given

Opened = Callable[..., Browserless]
CARDS = (
    "collected", "recovery_rate", "promise_kept_rate", "right_party_rate",
    "coverage", "open_balance", "open_cases", "untouched_7d",
)  # fmt: skip
NO_PROMISES = frozenset(name for name, metric in METRICS.items() if "promises" not in metric.needs)
NO_EXTRAS = frozenset(name for name, metric in METRICS.items() if not metric.needs)


def test_all_figures_come_from_one_question_round(answers: Given, browser: Browserless) -> None:
    browser.show()
    assert len(answers.asked) == 1


def test_the_period_of_the_address_is_asked_and_named(answers: Given, browser: Browserless) -> None:
    page = browser.show(search="?period=last_month&team=T2")
    (asked,) = answers.asked
    assert asked[0].period == Period(AS_OF.replace(month=10, day=1), AS_OF.replace(day=1))
    assert {question.where.get("team") for question in asked} == {("T2",)}
    assert "Oct 2026, compared with Sep 2026" in texts(page["page"])


def test_cards_show_value_change_and_n(answers: Given, browser: Browserless) -> None:
    page = browser.show()["page"]
    language = Language("en")
    now, before = answers.asked[0][:2]
    for name in CARDS:
        card = texts(find(page, f"kpi-{name}")["children"])
        figure = next(f for f in answers._figures(now) if f.metric == name)
        earlier = next(f for f in answers._figures(before) if f.metric == name)
        assert language.value(METRICS[name], figure.value, compact=True) in card
        assert language.change(METRICS[name], figure.value, earlier.value).text in card
        assert figure.n is None or f"n = {language.count(figure.n)}" in card


def test_better_and_worse_are_said_in_words(browser: Browserless) -> None:
    page = texts(browser.show()["page"])
    assert "better" in page
    assert "worse" in page


def test_figures_of_an_unfinished_period_are_marked(browser: Browserless) -> None:
    whole = browser.show(search="?period=last_week")
    running = browser.show(search="?from=2026-11-16&to=2026-11-19")
    assert "provisional" not in texts(whole["page"])
    assert "provisional" in texts(running["page"])


def test_the_last_row_of_the_table_is_the_whole_not_a_sum(
    answers: Given, browser: Browserless
) -> None:
    page = browser.show()["page"]
    grid = find(page, "teams-grid")
    (total,) = grid["dashGridOptions"]["pinnedBottomRowData"]
    whole = next(
        f for f in answers._figures(answers.asked[0][0]) if f.metric == "promise_kept_rate"
    )
    assert total["promise_kept_rate"] == pytest.approx(float(Decimal(whole.value or 0)) * 100)
    assert total["promise_kept_rate"] < sum(row["promise_kept_rate"] for row in grid["rowData"])
    assert total["promises_n"] == whole.n
    assert [row["team"] for row in grid["rowData"]] == list(TEAMS.values())


def test_a_chosen_team_keeps_its_row_and_the_total_says_whose_it_is(browser: Browserless) -> None:
    page = browser.show(search="?team=T1&team=T4")["page"]
    grid = find(page, "teams-grid")
    assert [row["team"] for row in grid["rowData"]] == [TEAMS["T1"], TEAMS["T4"]]
    (total,) = grid["dashGridOptions"]["pinnedBottomRowData"]
    assert total["team"] == "2 chosen teams together"


def test_what_the_source_cannot_give_is_hidden_with_the_reason(opened: Opened) -> None:
    page = opened(Given(available=NO_PROMISES)).show()["page"]
    assert not any(props.get("id") == "kpi-promise_kept_rate" for props in every(page, "Article"))
    assert "Not shown: Promises kept." in texts(page)
    assert "promises" in texts(find(page, "trend-promise_kept_rate")["children"])
    fields = [column["field"] for column in find(page, "teams-grid")["columnDefs"]]
    assert "promise_kept_rate" not in fields
    assert "collected" in fields


def test_a_source_without_any_optional_table_still_has_an_overview(opened: Opened) -> None:
    page = opened(Given(available=NO_EXTRAS)).show()["page"]
    assert "Not shown: Promises kept, Right-party contact rate, Coverage" in texts(page)
    assert "contacts" in texts(find(page, "hours")["children"])
    assert len(every(page, "Graph")) == 3


def test_no_graph_can_be_uploaded_anywhere(browser: Browserless) -> None:
    graphs = every(browser.show()["page"], "Graph")
    assert len(graphs) == 5
    for graph in graphs:
        assert graph["config"]["showSendToCloud"] is False
        assert graph["config"]["plotlyServerURL"] == ""


def test_every_chart_has_its_numbers_behind_it_and_says_what_it_shows(
    browser: Browserless,
) -> None:
    page = browser.show()["page"]
    assert len(every(page, "Table")) == len(every(page, "Graph"))
    assert all(box["aria-label"] for box in every(page, "Div") if box.get("role") == "img")


def test_a_dark_page_has_dark_charts(browser: Browserless) -> None:
    light, dark = (
        find(browser.show("scheme", scheme=scheme)["page"], "hours-graph")
        for scheme in ("light", "dark")
    )
    assert light["figure"] != dark["figure"]


def test_a_card_leads_to_its_page_with_the_same_filters(
    browser: Browserless, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = overview.PAGE
    monkeypatch.setattr(screen, "PAGES", (page, replace(page, path="/recovery")))
    shown = browser.show(search="?period=last_month&team=T2")["page"]
    links = [link for link in every(shown, "Link") if link.get("className") == "kpi-link"]
    assert {link["href"] for link in links} == {"/recovery?period=last_month&team=T2"}


def test_a_comparison_before_the_first_data_is_no_change(
    answers: Given, browser: Browserless
) -> None:
    answers.first_day = AS_OF.replace(day=4)
    card = texts(find(browser.show()["page"], "kpi-collected")["children"])
    assert "no comparison: data begins on 4 Nov 2026" in card
    assert "vs" not in card


def test_without_a_comparison_none_is_asked(answers: Given, browser: Browserless) -> None:
    page = browser.show(search="?compare=none")["page"]
    assert len({question.period for question in answers.asked[0]}) == 2
    assert "vs" not in texts(find(page, "kpi-collected")["children"])
    assert "Choose a comparison" in texts(page)


def test_the_rule_of_last_year_is_written_where_it_is_used(browser: Browserless) -> None:
    week = texts(browser.show(search="?compare=year")["page"])
    month = texts(browser.show(search="?compare=year&period=last_month")["page"])
    assert "9–15 Nov 2026, compared with 10–16 Nov 2025" in week
    assert "52 weeks earlier" in week
    assert "the same calendar days a year earlier" in month


def test_the_newest_span_of_a_trend_is_drawn_as_incomplete(browser: Browserless) -> None:
    page = browser.show(search="?period=this_week")["page"]
    table = find(page, "trend-recovery_rate-numbers")["data"]
    assert table["body"][-1][0].endswith("(not complete yet)")
    assert not table["body"][-2][0].endswith("(not complete yet)")


def test_a_slice_that_a_page_does_not_know_is_inactive_with_the_reason(
    answers: Given, browser: Browserless
) -> None:
    page = browser.show(search="?channel=call&team=T1")
    assert page["controls"]["filter-channel"]["disabled"] is True
    assert page["controls"]["filter-team"]["disabled"] is False
    assert (
        page["controls"]["filter-channel-box"]["title"]
        == "Only figures of contacts know the channel."
    )
    assert "Channel is not applied on this page" in texts(page["notice"])
    assert all("channel" not in question.where for question in answers.asked[0])
    assert page["fold"] == "Filters (2)"
