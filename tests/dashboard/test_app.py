"""The app around the pages: addresses, languages, hostile input, headers, health."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from dash import Dash
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard import create_app
from dashboard.gate import Gate
from queries import UserError
from queries.figures import Answer, Question
from queries.rights import OPERATOR
from tests.dashboard.browserless import Browserless, every, find, texts
from tests.dashboard.figures import NOW, TEAMS, Given, Restless

Opened = Callable[..., Browserless]


# ---- addresses and controls


def test_an_address_sets_the_controls(browser: Browserless) -> None:
    page = browser.show(search="?period=last_month&team=T1&bucket=M0&bucket=M3")
    assert page["controls"]["filter-period"]["value"] == "last_month"
    assert page["controls"]["filter-days"]["value"] == ["2026-10-01", "2026-10-31"]
    assert page["controls"]["filter-team"]["value"] == ["T1"]
    assert page["controls"]["filter-bucket"]["value"] == ["M0", "M3"]
    assert page["search"] is None


def test_a_control_sets_the_address(browser: Browserless) -> None:
    page = browser.show(
        "filter-team", controls={"filter-period": "last_month", "filter-team": ["T4", "T1"]}
    )
    assert page["search"] == "?period=last_month&team=T1&team=T4"


def test_days_from_the_calendar_make_a_custom_period(browser: Browserless) -> None:
    page = browser.show(
        "filter-days",
        controls={"filter-period": "last_week", "filter-days": ["2026-11-02", "2026-11-04"]},
    )
    assert page["search"] == "?period=custom&from=2026-11-02&to=2026-11-04"
    assert page["controls"]["filter-period"]["value"] == "custom"


def test_half_a_range_of_days_waits_for_its_other_half(browser: Browserless) -> None:
    waiting = browser.post("filter-days", controls={"filter-days": ["2026-11-02", None]})
    assert waiting.status_code == 204


def test_reset_leads_back_to_the_plain_view(browser: Browserless) -> None:
    page = browser.show(
        "filter-reset",
        search="?period=last_month&team=T1",
        controls={"filter-period": "last_month", "filter-team": ["T1"]},
    )
    assert page["search"] == ""
    assert page["controls"]["filter-period"]["value"] == "last_week"
    assert page["controls"]["filter-team"]["value"] == []


def test_what_an_address_cannot_mean_is_named(browser: Browserless) -> None:
    page = browser.show(search="?period=soon&team=T9&bucket=M1")
    told = texts(page["notice"])
    assert "“soon” is no period" in told
    assert "Team “T9” does not exist" in told
    assert page["controls"]["filter-bucket"]["value"] == ["M1"]


def test_an_unknown_page_says_so(browser: Browserless) -> None:
    page = browser.show("address", path="/nowhere")
    assert "There is no such page" in texts(page["page"])


# ---- what did not change is not drawn again


def test_the_minute_passes_in_silence(browser: Browserless) -> None:
    shown = browser.show()["shown"]
    assert browser.post("tick", shown=shown).status_code == 204


def test_new_figures_and_old_ones_gone_stale_are_drawn(
    answers: Given, browser: Browserless
) -> None:
    shown = browser.show()["shown"]
    answers.generation += 1
    shown = browser.show("tick", shown=shown)["shown"]
    answers.stale = True
    page = browser.show("tick", shown=shown)
    assert "Out of date" in texts(page["freshness"])


def test_the_echo_of_an_address_set_by_a_control_is_silent(browser: Browserless) -> None:
    page = browser.show(
        "filter-team", controls={"filter-period": "last_week", "filter-team": ["T1"]}
    )
    echo = browser.post("address", search=page["search"], shown=page["shown"])
    assert echo.status_code == 204


def test_a_filter_changes_parts_and_leaves_the_frame(browser: Browserless) -> None:
    before = browser.show()["drawn"]
    after = browser.show(search="?team=T1")["drawn"]
    assert before["frame"] == after["frame"]
    changed = {
        name
        for what in ("parts", "still")
        for name, part in after[what].items()
        if part != before[what][name]
    }
    assert {"cards", "teams-grid", "hours-graph", "hours-numbers"} <= changed
    assert "period" not in changed


def test_after_a_bug_the_page_tries_again_in_a_minute(opened: Opened) -> None:
    answers = Given()
    browser = opened(answers)
    browser.show()
    answers.ask = Broken().ask  # type: ignore[method-assign]
    failed = browser.show("filter-period", controls={"filter-period": "last_month"})
    assert failed["shown"] is None


@pytest.mark.parametrize("path", ["/", "/recovery", "/promises", "/contacts", "/aging", "/teams"])
def test_a_page_is_of_one_generation_and_says_which(opened: Opened, path: str) -> None:
    answers = Restless()
    browser = opened(answers)
    for _ in range(2):
        shown = browser.show(path=path)["shown"]
        assert answers.answered == [shown["figures"][0]]
        answers.answered.clear()


# ---- freshness


def test_every_page_says_how_fresh_it_is(browser: Browserless) -> None:
    line = texts(browser.show()["freshness"])
    assert "Figures up to 18 Nov 2026" in line
    assert "refreshed 19 Nov 2026, 09:00" in line
    assert "newest change in the source 19 Nov 2026, 08:55" in line
    assert "1,234 of 3,001,234 rows set aside" in line
    assert "Out of date" not in line


# ---- nothing there, and things going wrong


def test_before_the_first_refresh_the_page_says_what_to_do(opened: Opened) -> None:
    browser = opened(Given(empty=True))
    assert "arrears refresh" in texts(browser.show()["page"])
    assert browser.client.get("/_dash-layout").status_code == 200
    assert browser.client.get("/healthz").get_json()["figures"] == "none"


class Refusing(Given):
    def ask(self, *questions: Question) -> list[Answer]:
        raise UserError("Unknown split.", "a known one", "choose another")


class Broken(Given):
    def ask(self, *questions: Question) -> list[Answer]:
        raise ZeroDivisionError("secret detail")


def test_a_refused_question_is_explained(opened: Opened) -> None:
    page = texts(opened(Refusing()).show()["page"])
    assert "Unknown split. a known one choose another" in page


def test_a_bug_is_loud_in_the_log_and_honest_on_the_page(
    opened: Opened, caplog: pytest.LogCaptureFixture
) -> None:
    page = texts(opened(Broken()).show()["page"])
    reference = re.search(r"under (\w{8})\.", page)
    assert reference
    assert reference[1] in caplog.text
    assert "ZeroDivisionError" in caplog.text
    assert "secret detail" not in page


ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=5,
)
TRIGGERS = st.sampled_from(("address", "filter-period", "filter-days", "filter-reset", "tick"))
CONTROLS = st.fixed_dictionaries(
    {},
    optional=dict.fromkeys(
        ("filter-period", "filter-days", "filter-team", "filter-bucket"), ANYTHING
    ),
)
STATES = st.fixed_dictionaries(
    {},
    optional={
        "trigger": TRIGGERS | ANYTHING,
        "controls": CONTROLS | ANYTHING,
        **dict.fromkeys(("path", "search", "scheme", "shown", "unknown"), ANYTHING),
    },
)
ONE_APP = Browserless(
    app := create_app(Given(), gate=Gate(OPERATOR, lambda: NOW), branding_name="A"),  # type: ignore[arg-type]
    app.server.test_client(),
)


@settings(max_examples=60)
@given(STATES)
def test_hostile_input_never_breaks_the_page(state: dict[str, Any]) -> None:
    response = ONE_APP.post(**state)
    assert response.status_code in (200, 204)
    assert "Something went wrong" not in response.get_data(as_text=True)


@settings(max_examples=30)
@given(ANYTHING)
def test_a_question_of_another_form_never_breaks_the_page(asked: object) -> None:
    response = ONE_APP.send(asked)
    assert response.status_code == 200
    assert "Something went wrong" not in response.get_data(as_text=True)


# ---- language


def test_the_cookie_chooses_the_language(browser: Browserless) -> None:
    browser.client.set_cookie("arrears_language", "zh-Hans")
    html = browser.client.get("/").get_data(as_text=True)
    assert '<html lang="zh-Hans">' in html
    assert "数据截至 2026年11月18日" in texts(browser.show()["freshness"])
    layout = browser.client.get("/_dash-layout").get_json()
    assert find(layout, "filter-days")["valueFormat"] == "YYYY年M月D日"


def test_without_a_choice_the_language_is_that_of_the_house(opened: Opened) -> None:
    browser = opened(Given(), default_locale="zh_Hans_CN")
    assert '<html lang="zh-Hans">' in browser.client.get("/").get_data(as_text=True)
    browser.client.set_cookie("arrears_language", "en")
    assert '<html lang="en">' in browser.client.get("/").get_data(as_text=True)


def test_an_unknown_language_is_ignored(browser: Browserless) -> None:
    browser.client.set_cookie("arrears_language", '"><script>')
    assert '<html lang="en">' in browser.client.get("/").get_data(as_text=True)


def test_names_of_the_house_are_text_and_never_markup(browser: Browserless) -> None:
    html = browser.client.get("/").get_data(as_text=True)
    assert "<title>North &amp; South</title>" in html
    options = find(browser.client.get("/_dash-layout").get_json(), "filter-team")["data"]
    assert [option["label"] for option in options] == list(TEAMS.values())


# ---- what an app and a page are made of


def test_two_apps_live_in_one_process(opened: Opened) -> None:
    first, second = opened(Given(empty=True)), opened(Given())
    assert "There are no figures yet" in texts(first.show()["page"])
    assert "Teams" in texts(second.show()["page"])


def test_figures_of_another_version_are_to_be_worked_out_again(opened: Opened) -> None:
    given = Given()
    given.other_version = True
    shown = texts(opened(given).show()["page"])
    assert "The figures are from another version of Arrears" in shown
    assert "arrears refresh" in shown
    assert not any("/srv" in text for text in shown)


def test_no_page_touches_the_global_registry(browser: Browserless) -> None:
    assert isinstance(browser.app, Dash)
    assert not browser.app.use_pages
    assert "mcp" not in " ".join(str(rule) for rule in browser.app.server.url_map.iter_rules())


def test_only_pages_of_a_period_let_it_be_chosen(browser: Browserless) -> None:
    controls = [f"filter-{name}" for name in ("period", "days", "compare", "grain")]
    for path, off in (("/", False), ("/health", True)):
        shown = browser.show(path=path)["controls"]
        assert [shown[control]["disabled"] for control in controls] == [off] * 4


def test_a_definition_is_told_by_the_one_box_of_the_browser(browser: Browserless) -> None:
    """A tooltip component for each would cost more at every change than all charts."""
    page = browser.show()["page"]
    marks = [mark for mark in every(page, "Button") if mark.get("className") == "info"]
    assert len(marks) > 10
    assert every(page, "Tooltip") == []
    for mark in marks:
        assert mark["data-tip"] in mark["aria-label"]


def test_a_low_chart_has_few_values_on_its_axis(browser: Browserless) -> None:
    page = browser.show()["page"]
    for graph in every(page, "Graph"):
        axis = graph["figure"]["layout"]["yaxis"]
        if graph["style"]["height"] < 180 and axis.get("type") != "category":
            assert len(axis.get("tickvals", ())) <= 4
            assert len(axis["tickvals"]) == len(axis["ticktext"])


def test_only_controls_that_differ_are_given_a_value(browser: Browserless) -> None:
    """A value that comes late would push aside what has been chosen since."""
    asked = {"filter-period": "last_week", "filter-team": ["T1", "T9"], "filter-bucket": ["M1"]}
    told = browser.show("filter-team", controls=asked)["controls"]
    valued = {name: props["value"] for name, props in told.items() if "value" in props}
    assert valued["filter-team"] == ["T1"]
    assert not {"filter-period", "filter-bucket", "filter-agent"} & set(valued)


@pytest.mark.parametrize("path", ["/nowhere", "/"])
def test_where_nothing_is_shown_the_other_pages_are_in_reach(opened: Opened, path: str) -> None:
    links = opened(Given(empty=True)).show(path=path)["drawn"]["still"]["nav"]["children"]
    assert [link["props"]["children"]["props"]["href"] for link in links][:2] == ["/desk", "/"]


def test_a_page_that_failed_leaves_the_links_alone(opened: Opened) -> None:
    assert "nav" not in opened(Broken()).show()["drawn"]["still"]
