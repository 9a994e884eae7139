"""Teams and agents, over a small real database by hand and over plausible figures."""

import csv
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.comparing import added, split
from queries import Definitions, Figure, Period, Question
from tests.dashboard.browserless import Browserless, every, find, texts
from tests.dashboard.figures import NOW, TEAMS, Given
from tests.support.case_database import (
    a_case,
    a_contact,
    a_payment,
    a_promise,
    a_team,
    an_agent,
    figures_of,
)  # fmt: skip

Opened = Callable[..., Browserless]
OLD = {"placed_on": "2026-10-01", "delinquent_since": "2026-10-20"}
PEOPLE: dict[str, Any] = {
    "teams": [a_team("T1", name="North"), a_team("T2", name="=South")],
    "agents": [
        an_agent("A1", "T1", name="王喆", level="senior"),
        an_agent("A2", "T2", name="<b>Zoë</b>", agency="Northgate"),
    ],
}
# A case of long ago, so that there is something to compare with.
GONE = {"placed_on": "2026-01-01", "delinquent_since": "2026-01-01", "closed_on": "2026-02-01"}
# Last week is 9 to 15 November: T1 collects 90 of 900, T2 27 of 2 700. The week before, both 10 %.
WORKED: dict[str, Any] = {
    **PEOPLE,
    "cases": [
        a_case("C0", **GONE, close_reason="paid"),
        a_case("C1", **OLD, team_id="T1", agent_id="A1"),
        a_case("C2", **OLD, team_id="T2", agent_id="A2", placed_amount="3000.00"),
    ],
    "payments": [
        a_payment("P0", "C0", paid_at="2026-01-05 10:00", amount="1000.00"),
        a_payment("P1", "C1", paid_at="2026-11-03 10:00", amount="100.00"),
        a_payment("P2", "C2", paid_at="2026-11-04 10:00", amount="300.00"),
        a_payment("P3", "C1", paid_at="2026-11-10 10:00", amount="90.00"),
        a_payment("P4", "C2", paid_at="2026-11-11 10:00", amount="27.00"),
    ],
    "contacts": [
        a_contact("N0", "C0", contacted_at="2026-01-05 09:00"),
        a_contact("N1", "C1", agent_id="A1", contacted_at="2026-11-10 09:00"),
        a_contact("N2", "C1", agent_id="A1", contacted_at="2026-11-10 11:00", outcome="busy"),
    ],
    "promises": [
        a_promise("R0", "C0", made_at="2026-01-04 10:00", due_on="2026-01-05"),
        a_promise("R1", "C1", made_at="2026-11-09 10:00", due_on="2026-11-10"),
    ],
}


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Any:
    return figures_of(WORKED, Definitions(), NOW, tmp_path_factory.mktemp("worked"))


def shown(browser: Browserless, search: str = "") -> Any:
    return browser.show(path="/teams", search=search)["page"]


def table(page: Any, name: str) -> dict[str, dict[str, Any]]:
    return {row["key"]: row for row in find(page, f"{name}-grid")["rowData"]}


def whole(page: Any, name: str) -> dict[str, Any]:
    (row,) = find(page, f"{name}-grid")["dashGridOptions"]["pinnedBottomRowData"]
    return row


def test_all_figures_come_from_one_question_round(answers: Given, browser: Browserless) -> None:
    shown(browser)
    assert len(answers.asked) == 1


def test_figures_are_those_counted_by_hand(opened: Opened, worked: Any) -> None:
    page = shown(opened(worked))
    results, work = table(page, "results"), table(page, "work")
    assert [results["T1"]["collected"], results["T2"]["collected"]] == [90, 27]
    assert results["T1"]["collected_change"] == pytest.approx(-10)
    assert results["T1"]["recovery_rate"] == pytest.approx(10)
    assert whole(page, "results")["recovery_rate"] == pytest.approx(3.25)
    assert results["T1"]["promise_kept_rate_text"] == "0.0%"
    assert work["T1"]["open_cases"] == work["T1"]["attempts"] / 2 == 1
    assert work["T1"]["right_party_rate"] == pytest.approx(50)
    assert work["T2"]["coverage"] == 0
    assert whole(page, "work")["coverage"] == pytest.approx(50)
    assert (work["T1"]["agents"], work["T1"]["load"], whole(page, "work")["agents"]) == (1, 1, 2)


def test_the_page_says_what_the_command_line_says(opened: Opened, worked: Any) -> None:
    page = shown(opened(worked))
    week = Period(date(2026, 11, 9), date(2026, 11, 16))
    (answer,) = worked.ask(Question(("collected", "recovery_rate", "attempts"), week, ("agent",)))
    agents = table(page, "agents")
    for agent in ("A1", "A2"):
        assert agents[agent]["collected"] == float(answer.one("collected", agent).value) / 100
        rate = answer.one("recovery_rate", agent).value
        assert agents[agent]["recovery_rate"] == pytest.approx(float(rate) * 100)
    assert agents["A1"]["attempts"] == answer.one("attempts", "A1").value == 2


def test_like_for_like_compares_with_what_the_same_cases_give_to_all(
    opened: Opened, worked: Any
) -> None:
    page = shown(opened(worked))
    # All collect 117 of 3 600, so 29.25 of T1's 900 and 87.75 of T2's 2 700.
    results = table(page, "results")
    assert results["T1"]["like_for_like"] == pytest.approx(90 / 29.25 * 100)
    assert results["T2"]["like_for_like"] == pytest.approx(27 / 87.75 * 100)
    assert whole(page, "results")["like_for_like"] == pytest.approx(100)


def test_whoever_is_chosen_is_still_measured_against_everybody(opened: Opened, worked: Any) -> None:
    alone = table(shown(opened(worked), "?team=T1"), "results")
    assert alone["T1"]["like_for_like"] == pytest.approx(90 / 29.25 * 100)


def test_harder_cases_are_not_held_against_a_team(opened: Opened, tmp_path: Path) -> None:
    late = {"placed_on": "2026-10-01", "delinquent_since": "2026-01-01", "team_id": "T2"}
    early = {**OLD, "team_id": "T1"}
    database = {
        **PEOPLE,
        "cases": [a_case("C1", **early), a_case("C2", **late)],
        "payments": [
            a_payment("P1", "C1", paid_at="2026-11-10 10:00", amount="100.00"),
            a_payment("P2", "C2", paid_at="2026-11-10 10:00", amount="1.00"),
        ],
    }  # fmt: skip
    results = table(shown(opened(figures_of(database, Definitions(), NOW, tmp_path))), "results")
    assert results["T1"]["recovery_rate"] > 90 * results["T2"]["recovery_rate"] > 0
    assert results["T1"]["like_for_like"] == pytest.approx(100)
    assert results["T2"]["like_for_like"] == pytest.approx(100)


def test_the_split_of_a_change_is_exact_and_says_where_it_lies(opened: Opened, worked: Any) -> None:
    page = shown(opened(worked))
    money = table(page, "by-team-collected")
    assert (money["T1"]["together"], money["T2"]["together"]) == (-10, -273)
    assert whole(page, "by-team-collected")["together"] == -283
    rates = table(page, "by-team-recovery_rate")
    # Both teams weigh the same as before; T2 fell from 10 % to 1 % of three quarters.
    assert rates["T1"]["together"] == pytest.approx(0)
    assert rates["T2"]["own"] == pytest.approx(-6.75)
    assert whole(page, "by-team-recovery_rate")["together"] == pytest.approx(3.25 - 10)
    assert table(page, "by-agent-collected")["A2"]["together"] == -273


FIGURES = st.dictionaries(
    st.sampled_from("abcd"), st.tuples(st.integers(-50, 500), st.integers(0, 1000)), max_size=4
)


@given(now=FIGURES, before=FIGURES)
@settings(max_examples=150, deadline=None)
def test_parts_of_a_quotient_add_up_to_the_change_of_the_whole(now: Any, before: Any) -> None:
    def figures(given: Any) -> dict[str, Figure]:
        return {k: Figure("recovery_rate", (k,), n, d, d, False) for k, (n, d) in given.items()}

    wholes = [
        Fraction(sum(n for n, _ in given.values()), sum(d for _, d in given.values()) or 1)
        for given in (now, before)
    ]
    parts = split(figures(now), figures(before))
    if not all(sum(d for _, d in given.values()) for given in (now, before)):
        assert not parts or not (now and before) or all(p.own == 0 for p in parts.values())
        return
    moved = float(wholes[0] - wholes[1])
    assert float(added(parts.values()).together) == pytest.approx(moved, abs=1e-12)


def test_a_member_that_does_not_change_has_no_own_part() -> None:
    one = {"a": Figure("coverage", ("a",), 1, 2, 2, False)}
    parts = split({**one, "b": Figure("coverage", ("b",), 9, 10, 10, False)}, one)
    assert parts["a"].own == 0
    assert added(parts.values()).together == Decimal(10) / 12 - Decimal("0.5")


def test_what_counts_a_case_once_is_not_split(browser: Browserless) -> None:
    page = shown(browser)
    names = {props.get("id") for props in every(page, "Section")}
    assert "by-team-attempts" in names
    assert "by-team-coverage" not in names
    assert "a case that two teams worked counts in both" in texts(page)


def test_nobody_is_ranked(opened: Opened, worked: Any) -> None:
    page = shown(opened(worked))
    agents = find(page, "agents-grid")["rowData"]
    assert [row["key"] for row in agents] == ["A1", "A2"]
    assert "not of results" in texts(find(page, "agents")["children"])
    assert "Recovery rate" in agents[0]["remark"]
    assert table(page, "by-agent-recovery_rate")["A1"]["remark"] == "n = 1"


def test_an_agent_stands_with_level_agency_and_team(opened: Opened, worked: Any) -> None:
    agents = table(shown(opened(worked)), "agents")
    known = [agents["A1"][name] for name in ("agent", "team", "level", "agency")]
    assert known == ["王喆", "North", "Senior", "In-house"]
    assert agents["A2"]["agency"] == "Northgate"


def test_a_team_leads_to_its_own_page_with_all_other_filters(browser: Browserless) -> None:
    page = shown(browser, "?period=last_month&product=card&team=T2")
    links = {
        link["children"]: link["href"]
        for link in every(find(page, "team-links")["children"], "Link")
    }
    assert links[TEAMS["T2"]] == "/teams?period=last_month&team=T2&product=card"
    assert links["All teams"] == "/teams?period=last_month&product=card"


def test_agents_of_a_chosen_team_show_the_mix_of_their_cases(opened: Opened, worked: Any) -> None:
    browser = opened(worked)
    assert "mix" not in table(shown(browser), "agents")["A1"]
    assert table(shown(browser, "?team=T1"), "agents")["A1"]["mix"] == "M1 100%"


def test_without_a_comparison_nothing_is_called_a_change(
    answers: Given, browser: Browserless
) -> None:
    page = shown(browser, "?compare=none")
    fields = [column["field"] for column in find(page, "results-grid")["columnDefs"]]
    assert not [field for field in fields if field.endswith("_change")]
    assert "Choose a comparison" in texts(page)
    answers.first_day = date(2026, 11, 9)
    assert "data begins on 9 Nov 2026" in texts(shown(browser))


def test_what_a_tab_shows_can_be_exported(opened: Opened, worked: Any) -> None:
    browser = opened(worked)
    shown(browser)
    for name in ("compare-collected", "by-agent-collected", "results", "work", "mix", "agents"):
        assert browser.client.get(f"/export/teams/{name}.xlsx").status_code == 200, name
    body = browser.client.get("/export/teams/by-team-collected.csv").data.decode("utf-8-sig")
    header, *rows = csv.reader(io.StringIO(body))
    assert header[:2] == ["Team", "Part of the change"]
    assert {row[0]: float(row[1]) for row in rows} == {"North": -10, "'=South": -273}


@pytest.mark.parametrize(
    "database",
    [
        {},
        {**PEOPLE, "cases": [a_case("C1", **OLD)]},
        {"cases": [a_case("C1", **OLD, agent_id=None)], "payments": WORKED["payments"][:1]},
        {"teams": [], "agents": [], "cases": [a_case("C1", **OLD)]},
    ],
    ids=["nothing", "one case without payments", "one team without agents", "unknown people"],
)
def test_hardly_any_data_still_makes_a_page(
    opened: Opened, tmp_path: Path, database: dict[str, Any]
) -> None:
    browser = opened(figures_of(database, Definitions(), NOW, tmp_path))
    for search in ("", "?compare=none", "?period=last_12_months"):
        page = texts(shown(browser, search))
        assert "Teams: results" in page
        assert "contacts" in page
        assert "NaN" not in page


def test_two_thousand_agents_are_listed_and_the_small_parts_stand_together(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = {f"A{number:04d}": f"Agent {number}" for number in range(2_000)}
    people = {"agent": crowd, "level": {"senior": ""}, "agency": {"": ""}}
    plain = Given.members
    monkeypatch.setattr(Given, "members", lambda self, name: people.get(name) or plain(self, name))
    figures = Given(available=frozenset({"collected", "open_cases", "recovery_rate"}))
    page = shown(opened(figures))
    assert len(find(page, "agents-grid")["rowData"]) == 2_000
    parts = find(page, "by-agent-collected-grid")["rowData"]
    assert len(parts) == 13
    assert parts[-1]["member"] == "1,988 others together"
    total = whole(page, "by-agent-collected")["together"]
    assert sum(row["together"] for row in parts) == pytest.approx(total)


def test_many_teams_leave_the_chart_legible(
    opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    crowd = {f"T{number:03d}": f"Team {number}" for number in range(60)}
    plain = Given.members
    monkeypatch.setattr(
        Given, "members", lambda self, name: crowd if name == "team" else plain(self, name)
    )
    page = shown(opened(Given(available=frozenset({"collected", "open_cases", "recovery_rate"}))))
    assert len(find(page, "results-grid")["rowData"]) == 60
    assert len(find(page, "compare-collected-numbers")["data"]["body"]) == 25
    assert "The 25 teams with the most open cases; the table holds all 60." in texts(page)
    assert "and 20 more" in texts(find(page, "team-links")["children"])


def test_a_source_without_contacts_and_promises_hides_their_figures(opened: Opened) -> None:
    plain = frozenset({"collected", "recovery_rate", "open_cases", "open_balance"})
    page = shown(opened(Given(available=plain)))
    fields = {column["field"] for column in find(page, "agents-grid")["columnDefs"]}
    assert "collected" in fields
    assert not fields & {"attempts", "coverage", "promise_kept_rate", "untouched_7d"}
    assert "Not shown: Contact attempts" in texts(page)
