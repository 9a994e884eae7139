"""Who works where, as far as each scope covers it."""

from datetime import date

import pytest

from queries import Answers
from queries.rights import EVERYTHING, NOTHING, Scope
from queries.staff import Agent, Staff, Team

LEVELS = ("operation", "department", "team", "agent")


def units(answers: Answers, scope: Scope) -> dict[str, set[str]]:
    staff = answers.within(scope).staff()
    return {level: set(staff.units(level)) for level in LEVELS}


def test_everything_covers_the_operation_and_all_in_it(figures: Answers) -> None:
    whole = units(figures, EVERYTHING)
    assert whole["operation"] == {""}
    assert whole["team"] == {"T1", "T2", "T3"}
    assert len(whole["agent"]) == 9
    assert whole["department"]


def test_a_department_covers_its_teams_and_their_agents(figures: Answers) -> None:
    staff = figures.staff()
    for department in staff.departments:
        teams = {key for key, team in staff.teams.items() if team.department == department}
        agents = {key for key, agent in staff.agents.items() if agent.team in teams}
        inside = units(figures, Scope("departments", (department,)))
        assert inside == {
            "operation": set(), "department": {department}, "team": teams, "agent": agents,
        }  # fmt: skip


def test_a_team_covers_itself_and_its_agents_and_nothing_above(figures: Answers) -> None:
    agents = {key for key, agent in figures.staff().agents.items() if agent.team == "T2"}
    assert agents
    assert units(figures, Scope("teams", ("T2",))) == {
        "operation": set(), "department": set(), "team": {"T2"}, "agent": agents,
    }  # fmt: skip


def test_an_agent_covers_nobody_else(figures: Answers) -> None:
    inside = units(figures, Scope("agent", ("A001",)))
    assert inside == {"operation": set(), "department": set(), "team": set(), "agent": {"A001"}}


@pytest.mark.parametrize("scope", [NOTHING, Scope("teams", ("T9",)), Scope("departments", ())])
def test_a_scope_that_says_nothing_covers_nobody(figures: Answers, scope: Scope) -> None:
    assert not any(units(figures, scope).values())


def test_what_is_above_each_unit() -> None:
    teams = {"T1": Team("T1", "North", "Early"), "T2": Team("T2", "South", "")}
    agents = {"A1": Agent("A1", "王喆", "T1", None, None)}
    staff = Staff(True, ("Early",), teams, agents)
    assert staff.above("agent", "A1") == ("team", "T1")
    assert staff.above("team", "T1") == ("department", "Early")
    assert staff.above("team", "T2") == ("operation", "")
    assert staff.above("department", "Early") == ("operation", "")
    assert staff.units("nonsense") == {}


def test_who_is_there_in_a_month() -> None:
    first, last = date(2026, 11, 1), date(2026, 11, 30)
    for joined, left, there in (
        (None, None, True), (date(2026, 11, 30), None, True), (date(2026, 12, 1), None, False),
        (None, date(2026, 11, 1), True), (None, date(2026, 10, 31), False),
    ):  # fmt: skip
        assert Agent("A1", "", "T1", joined, left).there(first, last) is there
