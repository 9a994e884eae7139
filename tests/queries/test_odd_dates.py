"""Dates that contradict each other, which the search for differences from the twin came upon."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from queries import Period, Question
from queries.definitions import Definitions
from tests.support import case_database as build

MARCH = Period(date(2024, 3, 1), date(2024, 4, 1))


@pytest.mark.parametrize(
    ("placed_on", "closed_on", "cured"),
    [
        (date(2024, 2, 20), date(2023, 12, 1), (0, 0)),
        (date(2024, 3, 5), date(2024, 3, 20), (0, 0)),
        (date(2024, 2, 20), date(2024, 3, 20), (1, 1)),
    ],
    ids=["closed-before-placed", "not-placed-yet", "closed-in-the-month"],
)
def test_states_of_the_core_system_count_while_the_case_is_open(
    placed_on: date, closed_on: date, cured: tuple[int, int], tmp_path: Path
) -> None:
    cases = [
        build.a_case("C1", placed_on=placed_on, closed_on=closed_on, close_reason="settled"),
        build.a_case("C2", placed_on=date(2023, 1, 1)),
    ]
    ends = (date(2024, 2, 29), date(2024, 3, 31))
    states = [build.a_snapshot("C1", as_of=day, dpd=10, balance=Decimal(100)) for day in ends]
    tables = {"teams": [build.a_team()], "cases": cases, "snapshots": states}
    now = build.morning_of(date(2024, 4, 2))
    answers = build.figures_of(tables, Definitions(), now, tmp_path, "duckdb")
    (figure,) = answers.ask(Question(("cure_rate",), MARCH))[0].of("cure_rate")
    assert (figure.numerator, figure.denominator) == cured


def test_of_two_first_attempts_at_one_moment_the_first_agent_counts(tmp_path: Path) -> None:
    at = "2024-03-02 09:30"
    tables = {
        "teams": [build.a_team()],
        "agents": [build.an_agent(f"A{number}") for number in range(1, 10)],
        "cases": [build.a_case(f"C{number}", placed_on="2024-03-01") for number in range(1, 9)],
        # Whichever way the ids sort or hash, each case was first attempted by its lower agent.
        "contacts": [
            build.a_contact(f"N{case}{agent}", f"C{case}", agent_id=f"A{agent}", contacted_at=at)
            for case in range(1, 9)
            for agent in (case + 1, case)
        ],
    }
    now = build.morning_of(date(2024, 4, 2))
    answers = build.figures_of(tables, Definitions(), now, tmp_path, "duckdb")
    (answer,) = answers.ask(Question(("days_to_first_attempt",), MARCH, ("agent",)))
    counted = {f.keys[0]: f.denominator for f in answer.figures if f.denominator}
    assert counted == {f"A{number}": 1 for number in range(1, 9)}
