"""A refresh may be killed at any moment: readers then still see one whole generation."""

import multiprocessing
import os
import random
import signal
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from queries import Answers, Definitions, Period, Question
from queries.source import SourceSpec
from queries.store import refresh
from tests.support.case_database import (
    a_case,
    a_contact,
    a_payment,
    a_promise,
    an_agent,
    spec_of,
    whole_database,
)

NOW = datetime(2024, 4, 1, 2, tzinfo=UTC)
WEEKS = Question(
    ("collected", "open_balance", "promises_due", "attempts"),
    Period(date(2024, 3, 4), date(2024, 4, 1)),
    ("week",),
)
KILLS = 100


def _database(extra_payments: int) -> dict:
    cases = [a_case(f"C{n}") for n in range(40)]
    payments = [
        a_payment(f"P{n}", f"C{n % 40}", paid_at=f"2024-03-{5 + n % 20:02d} 10:00", amount="12.34")
        for n in range(200 + extra_payments)
    ]
    contacts = [
        a_contact(f"N{n}", f"C{n % 40}", contacted_at=f"2024-03-{5 + n % 20:02d} 09:00")
        for n in range(400 + extra_payments)
    ]
    promises = [
        a_promise(f"R{n}", f"C{n % 40}", made_at="2024-03-05 09:00", due_on="2024-03-15")
        for n in range(40)
    ]
    return whole_database(
        {
            "agents": [an_agent()],
            "cases": cases,
            "payments": payments,
            "contacts": contacts,
            "promises": promises,
        }
    )


def _refresh(spec: SourceSpec, folder: Path, full: bool) -> None:
    refresh(spec, Definitions(), folder, now=NOW + timedelta(minutes=1), full=full)


def _seen(folder: Path) -> list:
    """The figures a new reader sees, generation left out."""
    return [
        (f.metric, f.keys, f.numerator, f.denominator)
        for f in Answers(folder, Definitions()).ask(WEEKS)[0].figures
    ]


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_a_whole_generation(tmp_path: Path) -> None:
    before = spec_of(_database(0), "duckdb", tmp_path / "before")
    after = spec_of(_database(60), "duckdb", tmp_path / "after")
    expected = {}
    for name, spec in (("before", before), ("after", after)):
        refresh(spec, Definitions(), tmp_path / f"figures-{name}", now=NOW)
        expected[name] = _seen(tmp_path / f"figures-{name}")
    assert expected["before"] != expected["after"]

    folder = tmp_path / "figures"
    refresh(before, Definitions(), folder, now=NOW)
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["queries.store", "tests.queries.store.test_kill"])
    chance = random.Random(7)
    killed, longest = 0, 0.0
    while killed < KILLS:
        # Another source has another fingerprint, so both rebuilds and increments are interrupted.
        spec = after if killed % 4 < 2 else before
        worker = context.Process(target=_refresh, args=(spec, folder, killed % 3 == 0))
        started = time.monotonic()
        worker.start()
        worker.join(chance.uniform(0, longest) if longest else None)
        if worker.exitcode is None:
            os.kill(worker.pid, signal.SIGKILL)  # type: ignore[arg-type]
            worker.join()
            killed += 1
        else:
            assert worker.exitcode == 0
            longest = time.monotonic() - started
        assert _seen(folder) in (expected["before"], expected["after"])
    refresh(after, Definitions(), folder, now=NOW)
    assert _seen(folder) == expected["after"]
    assert not list(folder.glob("building-*"))
