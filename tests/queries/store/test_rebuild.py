"""A rebuild that was interrupted goes on where it stopped, and gives what a whole one gives."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from queries import Answers, Definitions, Period, Question
from queries.source import SourceSpec
from queries.store import derive, generations, rebuild, refresh, sums
from queries.store.reading import Reading
from tests.support import case_database as build

NOW = datetime(2024, 4, 1, 2, tzinfo=UTC)
WEEKS = Question(
    ("collected", "open_balance", "promises_due", "attempts", "untouched_7d"),
    Period(date(2024, 3, 4), date(2024, 4, 1)),
    ("week", "team"),
)


class Interrupted(Exception):  # noqa: N818 it stands for a process that is killed
    """The process ended here."""


def source(folder: Path, amount: str = "12.34") -> SourceSpec:
    cases = [f"C{n}" for n in range(8)]
    held = {
        "agents": [build.an_agent()],
        "cases": [build.a_case(case) for case in cases],
        "payments": [
            build.a_payment(f"P{n}", cases[n % 8], paid_at=f"2024-03-{5 + n} 10:00", amount=amount)
            for n in range(20)
        ],
        "contacts": [
            build.a_contact(f"N{n}", cases[n % 8], contacted_at=f"2024-03-{5 + n} 09:00")
            for n in range(20)
        ],
        "promises": [
            build.a_promise(f"R{n}", cases[n], made_at="2024-03-05 09:00", due_on="2024-03-15")
            for n in range(8)
        ],
    }
    return build.spec_of(build.whole_database(held), "duckdb", folder)


def seen(folder: Path) -> list[tuple]:
    return [
        (f.metric, f.keys, f.numerator, f.denominator)
        for f in Answers(folder, Definitions()).ask(WEEKS)[0].figures
    ]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tables that were read."""
    tables: list[str] = []
    fill: Callable[[Reading, str], None] = Reading.fill

    def noting(reading: Reading, table: str) -> None:
        tables.append(table)
        fill(reading, table)

    monkeypatch.setattr(Reading, "fill", noting)
    return tables


def stop_after(monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    """Let the next rebuild be interrupted in the middle of the step after so many."""
    taken = []
    plan = rebuild.Steps.plan

    def stopping(
        self: rebuild.Steps, name: str, text: str, weight: float, work: rebuild.Work
    ) -> None:
        def doing() -> None:
            work()
            taken.append(name)
            if len(taken) > steps:
                raise Interrupted

        plan(self, name, text, weight, doing)

    monkeypatch.setattr(rebuild.Steps, "plan", stopping)


def test_a_rebuild_interrupted_in_any_step_goes_on_and_ends_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: list[str]
) -> None:
    spec = source(tmp_path / "source")
    refresh(spec, Definitions(), tmp_path / "whole", now=NOW)
    expected, tables = seen(tmp_path / "whole"), len(read)
    for steps in range(200):
        read.clear()
        folder = tmp_path / str(steps)
        with monkeypatch.context() as interrupting:
            stop_after(interrupting, steps)
            try:
                refresh(spec, Definitions(), folder, now=NOW)
            except Interrupted:
                assert generations.newest(folder) is None
            else:
                break
        done = refresh(spec, Definitions(), folder, now=NOW + timedelta(minutes=5))
        assert done.full
        assert seen(folder) == expected
        # At most the table in which it was interrupted is read twice.
        assert len(read) <= tables + 1
        assert not list(folder.glob("rebuilding*"))
    facts = len(derive.FROM_LEDGER) + len(derive.FROM_CONTACTS)
    assert steps == 1 + tables + facts + len(sums.FACTS)


def test_what_changed_between_the_attempts_is_read_by_the_next_refresh(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "source"
    spec = source(path)
    folder = tmp_path / "figures"
    with monkeypatch.context() as interrupting:
        stop_after(interrupting, 8)
        with pytest.raises(Interrupted):
            refresh(spec, Definitions(), folder, now=NOW)
    file = spec.url.removeprefix("duckdb:///")
    with duckdb.connect(file) as con:
        con.execute(
            "UPDATE payments SET amount = 99, updated_at = TIMESTAMP '2024-04-01 10:30:00'"
            " WHERE payment_id = 'P3'"
        )
    refresh(spec, Definitions(), folder, now=NOW + timedelta(hours=1))
    refresh(spec, Definitions(), folder, now=NOW + timedelta(hours=2))
    refresh(spec, Definitions(), tmp_path / "new", now=NOW + timedelta(hours=2))
    assert seen(folder) == seen(tmp_path / "new")


@pytest.mark.parametrize(
    ("definitions", "later"),
    [(Definitions(grace_days=1), timedelta(0)), (Definitions(), timedelta(days=1))],
    ids=["other definitions", "another day"],
)
def test_a_rebuild_for_something_else_starts_anew(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    read: list[str],
    definitions: Definitions,
    later: timedelta,
) -> None:
    spec = source(tmp_path / "source")
    with monkeypatch.context() as interrupting:
        stop_after(interrupting, 12)
        with pytest.raises(Interrupted):
            refresh(spec, Definitions(), tmp_path / "figures", now=NOW)
    tables = list(read)
    read.clear()
    refresh(spec, definitions, tmp_path / "figures", now=NOW + later)
    assert read[: len(tables)] == tables


def test_a_rebuild_that_does_not_add_up_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = source(tmp_path / "source")
    with monkeypatch.context() as wrong:
        wrong.setattr("queries.store.sums.disagreements", lambda *_: ["collected: 1 and 2"])
        with pytest.raises(AssertionError, match="disagree"):
            refresh(spec, Definitions(), tmp_path / "figures", now=NOW)
    assert not list((tmp_path / "figures").glob("*.duckdb"))
