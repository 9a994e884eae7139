"""Every page over small real databases: figures by hand, and nothing breaks where little is."""

from collections.abc import Callable
from typing import Any

import pytest

from dashboard.pages import PAGES
from queries import Answers, Definitions
from tests.dashboard.browserless import Browserless, every, find, texts
from tests.dashboard.figures import NOW
from tests.support.case_database import (
    Tables,
    a_case,
    a_contact,
    a_payment,
    a_promise,
    a_team,
    an_agent,
    figures_of,
)  # fmt: skip

Opened = Callable[..., Browserless]
TEAM: dict[str, Any] = {
    "teams": [a_team("T1", name="North")],
    "agents": [an_agent("A1", "T1", name="Bo"), an_agent("A2", "T1", name="Alva")],
}
CASE = a_case("C1", placed_on="2026-10-01", delinquent_since="2026-10-20")
# Last week is 9 to 15 November 2026.
WORKED: Tables = {
    **TEAM,
    "cases": [
        CASE,
        a_case("C2", placed_on="2026-11-10", delinquent_since="2026-11-01", placed_amount="500.00"),
        a_case("C3", placed_on="2026-09-01", delinquent_since="2026-08-20",
               closed_on="2026-11-12", close_reason="settled"),
    ],
    "payments": [
        a_payment("P1", "C1", paid_at="2026-11-10 10:00", amount="90.00"),
        a_payment("P2", "C3", paid_at="2026-11-11 10:00", amount="600.00"),
    ],
    "contacts": [
        a_contact("N1", "C1", contacted_at="2026-11-09 09:00", outcome="right_party"),
        a_contact("N2", "C1", contacted_at="2026-11-10 11:00", outcome="busy", agent_id="A2"),
        a_contact("N3", "C2", contacted_at="2026-11-10 12:00", outcome="third_party"),
        a_contact("N4", "C2", contacted_at="2026-11-11 12:00", outcome="delivered", channel="sms",
                  agent_id=None),
    ],
    "promises": [
        a_promise("R1", "C1", made_at="2026-11-09 10:00", due_on="2026-11-10", amount="90.00"),
        a_promise("R2", "C2", made_at="2026-11-10 10:00", due_on="2026-11-11", amount="50.00"),
    ],
}  # fmt: skip
SMALL: dict[str, Tables] = {
    "nothing": {},
    "one case": {**TEAM, "cases": [CASE]},
    "no payment": {key: rows for key, rows in WORKED.items() if key != "payments"},
    "no contact": {key: rows for key, rows in WORKED.items() if key != "contacts"},
    "no promise": {key: rows for key, rows in WORKED.items() if key != "promises"},
    "all": WORKED,
}


@pytest.fixture(scope="module", params=SMALL)
def small(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Answers:
    folder = tmp_path_factory.mktemp("small")
    return figures_of(SMALL[request.param], Definitions(), NOW, folder)


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    return figures_of(WORKED, Definitions(), NOW, tmp_path_factory.mktemp("worked"))


def page_of(browser: Browserless, path: str, search: str = "") -> Any:
    return browser.show(path=path, search=search)["page"]


def table(page: Any, name: str) -> dict[str, dict[str, Any]]:
    return {row["key"]: row for row in find(page, f"{name}-grid")["rowData"]}


def exports(page: Any) -> list[str]:
    return [a["href"] for a in every(page, "A") if a.get("className") == "export"]


@pytest.mark.parametrize("locale", ["en", "zh_Hans_CN"])
def test_every_page_can_be_drawn_and_taken_along(
    small: Answers, opened: Opened, locale: str
) -> None:
    browser = opened(small, default_locale=locale)
    for page in PAGES:
        shown = page_of(browser, page.path, "?period=last_13_weeks")
        said = texts(shown)
        assert "cannot be shown" not in said
        assert "went wrong" not in said
        for href in exports(shown):
            assert browser.client.get(href).status_code == 200, href


@pytest.mark.parametrize(
    "query", ["?team=T1&product=card", "?bucket=M1&compare=none", "?channel=sms"]
)
def test_every_page_can_be_limited(worked: Answers, opened: Opened, query: str) -> None:
    browser = opened(worked)
    for page in PAGES:
        assert "cannot be shown" not in texts(page_of(browser, page.path, query))


def test_recovery_counts_the_week(worked: Answers, opened: Opened) -> None:
    page = page_of(opened(worked), "/recovery")
    (team,) = table(page, "by-team").values()
    assert team["collected"] == 690
    assert team["placed_amount"] == 500
    assert team["open_balance"] == 1000 - 90 + 500
    # Of the 1 000 of September, 600 came in November: nothing before that month is over.
    assert table(page, "vintages")["2026-09-01"]["m1"] == 0


def test_promises_come_out_as_kept_or_broken(worked: Answers, opened: Opened) -> None:
    (team,) = table(page_of(opened(worked), "/promises"), "by-team").values()
    assert team["promises_made"] == team["promises_due"] == 2
    assert team["promise_kept_rate"] == pytest.approx(50)
    assert team["promise_broken_rate"] == pytest.approx(50)


def test_the_funnel_counts_each_step_of_the_one_before(worked: Answers, opened: Opened) -> None:
    steps = table(page_of(opened(worked), "/contacts"), "funnel")
    assert [step["count"] for step in steps.values()] == [4, 2, 2, 1, 2]
    assert steps["right_party_rate"]["of_all"] == pytest.approx(25)
    assert steps["right_party_rate"]["of_last"] == pytest.approx(50)
    # Nothing comes before the first step.
    assert steps["attempts"]["of_last_text"] == ""


def test_agents_stand_by_name_and_who_is_nobody_last(worked: Answers, opened: Opened) -> None:
    page = page_of(opened(worked), "/contacts")
    assert [row["agent"] for row in find(page, "by-agent-grid")["rowData"]] == [
        "Alva", "Bo", "Automated or without an agent",
    ]  # fmt: skip
    (total,) = find(page, "by-agent-grid")["dashGridOptions"]["pinnedBottomRowData"]
    assert total["agent"] == "All agents together"


def test_tables_of_teams_show_changes_only_where_there_is_a_verdict(
    worked: Answers, opened: Opened
) -> None:
    page = page_of(opened(worked), "/contacts")
    fields = [column["field"] for column in find(page, "by-team-grid")["columnDefs"]]
    assert fields[:5] == [
        "team", "attempts", "attempts_line", "connect_rate", "right_party_rate",
    ]  # fmt: skip
    assert "attempts_change" not in fields


def test_what_is_still_to_come_is_not_drawn_as_incomplete(worked: Answers, opened: Opened) -> None:
    page = page_of(opened(worked), "/promises")
    data = find(page, "coming-graph")["figure"]["data"]
    assert all("pattern" not in trace.get("marker", {}) for trace in data)


@pytest.mark.parametrize("path", [page.path for page in PAGES if page.path != "/teams"])
def test_a_filter_keeps_the_frame_of_the_page(worked: Answers, opened: Opened, path: str) -> None:
    """Else the browser makes all charts and tables of the page anew instead of setting them."""
    browser = opened(worked)
    frames = {
        browser.show(path=path, search=search)["drawn"]["frame"]
        for search in ("?period=last_13_weeks", "?period=last_13_weeks&product=card")
    }
    assert len(frames) == 1


def test_a_chosen_channel_leaves_out_what_does_not_know_it(worked: Answers, opened: Opened) -> None:
    page = page_of(opened(worked), "/contacts", "?channel=sms")
    assert table(page, "funnel")["attempts"]["count"] == 1
    assert "Not shown while a channel is chosen" in texts(page)
    assert "Coverage" not in [h["children"] for h in every(page, "H2")]


@pytest.mark.parametrize("query", ["", "?bucket=M1", "?period=last_month"])
def test_the_bridge_adds_up(worked: Answers, opened: Opened, query: str) -> None:
    page = page_of(opened(worked), "/aging", query)
    steps = table(page, "bridge").values()
    (closing,) = find(page, "bridge-grid")["dashGridOptions"]["pinnedBottomRowData"]
    for column in ("cases", "balance"):
        assert sum(step[column] or 0 for step in steps) == pytest.approx(closing[column] or 0)


def test_the_bridge_says_how_the_week_went(worked: Answers, opened: Opened) -> None:
    steps = table(page_of(opened(worked), "/aging"), "bridge")
    # Interest and payments are of balances: their place among the cases stays blank.
    assert [step["cases"] for step in steps.values()] == [2, 1, 0, "", "", -1]
    assert [step["balance"] for step in steps.values()] == [2000, 500, 0, 0, -690, -400]


def test_a_bucket_leads_to_its_cases_and_back(worked: Answers, opened: Opened) -> None:
    browser = opened(worked)
    cards = [a for a in every(page_of(browser, "/aging"), "Link")
             if a.get("className", "").startswith("bucket-card")]  # fmt: skip
    assert [card["href"] for card in cards] == ["/aging?bucket=M1"]
    chosen = page_of(browser, "/aging", "?bucket=M1&team=T1")
    (card,) = [a for a in every(chosen, "Link") if "bucket-here" in a.get("className", "")]
    assert card["href"] == "/aging?team=T1"
