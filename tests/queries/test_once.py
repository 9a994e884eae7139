"""Cases are counted once: in a period, for a team, and for several teams together."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from queries import Answers, Definitions, Period, Question
from queries.store import refresh
from tests.support import case_database as build

NOW = datetime(2024, 4, 1, 2, tzinfo=UTC)
MARCH = Period(date(2024, 3, 1), date(2024, 4, 1))


@pytest.fixture
def asking(tmp_path: Path) -> Answers:
    """C1 goes from T1 to T2 and back, and both attempt it; C2 stays with T1 and is never attempted;
    C3 of T2 is placed and closed on one day."""
    held = {
        "teams": [build.a_team("T1"), build.a_team("T2")],
        "agents": [build.an_agent("A1", "T1"), build.an_agent("A2", "T2")],
        "cases": [
            build.a_case("C1", agent_id=None),
            build.a_case("C2", agent_id=None),
            build.a_case(
                "C3", team_id="T2", agent_id=None, placed_on="2024-03-08", closed_on="2024-03-08",
                stage="closed", close_reason="paid",
            ),
        ],
        "assignments": [
            build.an_assignment("C1", "T1", from_at="2024-03-01 00:00"),
            build.an_assignment("C1", "T2", from_at="2024-03-06 00:00"),
            build.an_assignment("C1", "T1", from_at="2024-03-20 00:00"),
        ],
        "contacts": [
            build.a_contact(f"N{n}", agent_id=agent, contacted_at=f"2024-03-{day:02d} 10:00")
            for n, (agent, day) in enumerate((("A1", 2), ("A1", 4), ("A2", 7), ("A1", 21)))
        ],
    }  # fmt: skip
    spec = build.spec_of(build.whole_database(held), "duckdb", tmp_path / "source")
    refresh(spec, Definitions(), tmp_path / "figures", now=NOW)
    return Answers(tmp_path / "figures", Definitions())


def coverage(asking: Answers, *by: str, **where: tuple[str, ...]) -> dict[tuple, tuple]:
    answer = asking.ask(Question(("coverage",), MARCH, by, where))[0]
    return {f.keys: (f.numerator, f.denominator) for f in answer.figures}


def test_a_case_counts_once_for_all_and_once_for_each_team(asking: Answers) -> None:
    assert coverage(asking) == {(): (1, 2)}
    assert coverage(asking, "team") == {("T1",): (1, 2), ("T2",): (1, 1)}


def test_two_teams_together_count_a_case_once(asking: Answers) -> None:
    assert coverage(asking, team=("T1", "T2")) == {(): (1, 2)}
    assert coverage(asking, "product", team=("T1", "T2")) == {("card",): (1, 2)}


def test_one_team_counts_what_it_had_in_the_period(asking: Answers) -> None:
    assert coverage(asking, team=("T2",)) == {(): (1, 1)}
    weeks = coverage(asking, "week", team=("T2",))
    # From Wednesday the 6th to Tuesday the 19th; attempted by it on the 7th.
    found = {key.isoformat(): pair for (key,), pair in weeks.items() if any(pair)}
    assert found == {"2024-03-04": (1, 1), "2024-03-11": (0, 1), "2024-03-18": (0, 1)}


def test_every_way_of_asking_agrees(asking: Answers) -> None:
    """Segments are asked for from sums, buckets from the cases themselves."""
    assert sum(n for n, _ in coverage(asking, "bucket", team=("T1",)).values()) >= 1
    assert coverage(asking, "segment") == {("",): (1, 2)}
    assert coverage(asking, "region") == {("",): (1, 2)}
    assert coverage(asking, "segment", "team") == {("", "T1"): (1, 2), ("", "T2"): (1, 1)}
