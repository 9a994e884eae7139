"""What an increment carries forward, and who puts it right when that went wrong."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from queries import Answers, Definitions, Period, Question
from queries.source import SourceSpec
from queries.store import generations, reconcile, refresh
from tests.support import case_database as build
from tests.support.case_database import Tables

DEFINITIONS = Definitions()
NOW = build.morning_of(date(2026, 3, 10))
FEBRUARY = Period(date(2026, 2, 1), date(2026, 3, 1))


def tables() -> Tables:
    return {
        "teams": [build.a_team()],
        "agents": [build.an_agent()],
        "cases": [build.a_case(placed_on=date(2026, 1, 10), delinquent_since=date(2026, 1, 1))],
        "payments": [build.a_payment(paid_at=datetime(2026, 2, 20, 9))],  # noqa: DTZ001 source time
        "snapshots": [
            build.a_snapshot(as_of=date(2026, 1, 31), dpd=10, balance=Decimal(1000)),
            build.a_snapshot(as_of=date(2026, 2, 28), dpd=20, balance=Decimal(900)),
        ],
    }


def source(folder: Path, held: Tables) -> SourceSpec:
    return build.spec_of(build.whole_database(held), "duckdb", folder / "source")


@pytest.fixture
def spec(tmp_path: Path) -> SourceSpec:
    return source(tmp_path, tables())


def figure(folder: Path, metric: str, **where: tuple[str, ...]) -> int | None:
    answers = Answers(folder, DEFINITIONS)
    return answers.ask(Question((metric,), FEBRUARY, (), where))[0].one(metric).numerator


def test_a_comparison_with_the_source_mends_sums_that_went_wrong(
    spec: SourceSpec, tmp_path: Path
) -> None:
    refresh(spec, DEFINITIONS, tmp_path, now=NOW)
    right = figure(tmp_path, "collected")
    newest = generations.newest(tmp_path)
    assert newest is not None
    with duckdb.connect(str(newest[1])) as con:
        for projection in ("who", "what", "vintage"):
            con.execute(f"UPDATE s_payments_{projection} SET amount = amount + 1")
    assert figure(tmp_path, "collected") != right
    refresh(spec, DEFINITIONS, tmp_path, now=NOW)
    assert figure(tmp_path, "collected") != right
    reconcile(spec, DEFINITIONS, tmp_path, now=NOW)
    assert figure(tmp_path, "collected") == right


def test_a_clock_that_went_back_starts_the_sums_anew(spec: SourceSpec, tmp_path: Path) -> None:
    refresh(spec, DEFINITIONS, tmp_path, now=NOW)
    assert refresh(spec, DEFINITIONS, tmp_path, now=NOW - timedelta(days=3)).full
    assert not refresh(spec, DEFINITIONS, tmp_path, now=NOW).full
    refresh(spec, DEFINITIONS, tmp_path / "fresh", now=NOW)
    for metric in ("collected", "open_cases", "rolled_cases"):
        assert figure(tmp_path, metric) == figure(tmp_path / "fresh", metric)


def test_a_changed_state_of_the_core_system_is_seen_without_a_stamp(
    spec: SourceSpec, tmp_path: Path
) -> None:
    refresh(spec, DEFINITIONS, tmp_path, now=NOW)
    assert figure(tmp_path, "rolled_cases", to_state=("M1",)) == 1
    assert refresh(spec, DEFINITIONS, tmp_path, now=NOW).changed["snapshots"] == 0
    held = tables()
    held["snapshots"][1]["dpd"] = 40
    assert refresh(source(tmp_path, held), DEFINITIONS, tmp_path, now=NOW).changed["snapshots"]
    assert figure(tmp_path, "rolled_cases", to_state=("M2",)) == 1


def test_the_same_states_are_not_judged_again(
    spec: SourceSpec, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from queries.store import reading

    judged: list[str] = []
    clean = reading.clean
    monkeypatch.setattr(
        reading, "clean", lambda con, table, *rest: (judged.append(table), clean(con, table, *rest))
    )
    refresh(spec, DEFINITIONS, tmp_path, now=NOW)
    assert judged.count("snapshots") == 1
    refresh(spec, DEFINITIONS, tmp_path, now=NOW)
    assert judged.count("snapshots") == 1
    assert judged.count("payments") == 2
