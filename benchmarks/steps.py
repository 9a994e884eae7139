"""The steps that are measured. Each runs in a process of its own: `python -m benchmarks.steps STEP
FOLDER`, prints one line of JSON and leaves its files for the next step."""

import json
import shutil
import sys
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from benchmarks import bare
from charts import Language
from queries import Answer, Answers, Definitions, Question
from queries.source import SourceSpec
from queries.store import RefreshReport, refresh
from reports import Order, named, preview

LAST_DAY = date(2026, 11, 20)
DEFINITIONS = Definitions()
NOW = datetime(2026, 11, 21, 6, tzinfo=ZoneInfo(DEFINITIONS.business_zone))
# What the case database did not know before the last day: new rows, late payments, edits, closings.
DAY_BEFORE = (
    "DELETE FROM contacts WHERE contacted_at >= $day",
    "DELETE FROM payments WHERE (paid_at >= $day OR updated_at >= $day)",
    "DELETE FROM promises WHERE made_at >= $day",
    "DELETE FROM assignments WHERE from_at >= $day",
    "DELETE FROM stage_history WHERE entered_at >= $day",
    "DELETE FROM adjustments WHERE booked_on >= $day",
    "DELETE FROM cases WHERE placed_on >= $day",
    "UPDATE contacts SET outcome = 'no_answer', updated_at = contacted_at WHERE updated_at >= $day",
    "UPDATE promises SET cancelled_at = NULL, updated_at = made_at WHERE updated_at >= $day",
    "UPDATE assignments SET to_at = NULL, updated_at = from_at WHERE updated_at >= $day",
    "UPDATE cases SET closed_on = NULL, close_reason = NULL, updated_at = placed_on"
    " WHERE updated_at >= $day",
)
Measured = dict[str, float | int | str]


def generate(folder: Path, cases: int, days: int) -> Measured:
    """Simulate the case database and write it to a DuckDB file."""
    # Here, so that the memory of the other steps is not that of the simulation.
    from service.simulation import Plan, simulate, write

    plan = Plan(cases=cases, days=days, seed=7, last_day=LAST_DAY)
    write(simulate(plan), f"duckdb:///{folder / 'whole.duckdb'}", replace=True)
    with duckdb.connect(str(folder / "whole.duckdb"), read_only=True) as con:
        counts = {t: _count(con, t) for t in ("cases", "contacts", "payments", "promises")}
    return {**counts}


def bare_sums(folder: Path) -> Measured:
    """The bare statements of the same facts and sums."""
    target = folder / "bare.duckdb"
    target.unlink(missing_ok=True)
    bare.run(str(folder / "whole.duckdb"), str(target), LAST_DAY.isoformat())
    return {"bytes": target.stat().st_size}


def full(folder: Path) -> Measured:
    """A full refresh of everything, from nothing."""
    shutil.rmtree(folder / "figures-full", ignore_errors=True)
    shutil.copyfile(folder / "whole.duckdb", folder / "cases.duckdb")
    return _reported(_refresh(folder, "figures-full", NOW))


def increment_base(folder: Path, one_in: int = 1) -> Measured:
    """A full refresh of the case database as it was one day before; with `one_in` only so many of
    the cases know less, so that databases of any size can be compared over the same change."""
    shutil.rmtree(folder / "figures", ignore_errors=True)
    shutil.copyfile(folder / "whole.duckdb", folder / "cases.duckdb")
    with duckdb.connect(str(folder / "cases.duckdb")) as con:
        for statement in DAY_BEFORE:
            some = f"{statement} AND hash(case_id) % {one_in} = 0"
            con.execute(some, {"day": LAST_DAY})
    # At the end of the day before: what happened in the night after it is not known yet.
    return _reported(_refresh(folder, "figures", NOW.replace(hour=0) - timedelta(days=1)))


def increment(folder: Path) -> Measured:
    """One more day arrives: only what changed is read and summed."""
    shutil.copyfile(folder / "whole.duckdb", folder / "cases.duckdb")
    started = time.process_time(), time.perf_counter()
    report = _refresh(folder, "figures", NOW)
    used = time.process_time() - started[0], time.perf_counter() - started[1]
    return {**_reported(report), "cpu": used[0], "wall": used[1]}


def overview(folder: Path) -> Measured:
    """All figures of the Overview page from a newly opened generation, then the same once more, and
    the whole page drawn."""
    # Here, so that the memory of the other steps is not that of the pages.
    from dashboard.screen import Asked, Site, look
    from dashboard.shell import Branding

    asked = _Asked()
    answers = Answers(folder / "figures-full", DEFINITIONS)
    answers.ask = asked.note(answers.ask)  # type: ignore[method-assign]
    site = Site(answers, Branding("Arrears", "#1f5fa8"), "en", lambda: NOW)
    language = Language("en")
    look(site, Asked(), language)
    drawn = time.perf_counter()
    look(site, Asked(), language)
    drawn = time.perf_counter() - drawn
    fresh = Answers(folder / "figures-full", DEFINITIONS)
    fresh.freshness()
    for slice_ in ("team", "bucket"):
        fresh.members(slice_)
    timings = []
    for _ in range(2):
        started = time.perf_counter()
        fresh.ask(*asked.questions)
        timings.append((time.perf_counter() - started) * 1000)
    return {"uncached_ms": timings[0], "cached_ms": timings[1], "drawn_ms": drawn * 1000}


class _Asked:
    """Remembers what a page asks for."""

    def __init__(self) -> None:
        self.questions: list[Question] = []

    def note(self, ask: Callable[..., list[Answer]]) -> Callable[..., list[Answer]]:
        def noting(*questions: Question) -> list[Answer]:
            self.questions += questions
            return ask(*questions)

        return noting


def viewed(folder: Path) -> Measured:
    """Twenty viewers of a service with two processes."""
    from benchmarks import viewers

    return viewers.measure(folder / "figures-full", 2)


def report(folder: Path) -> Measured:
    """The weekly report as PDF, XLSX and mail, in one language."""
    answers = Answers(folder / "figures-full", DEFINITIONS)
    weekly = named("weekly")
    started = time.process_time()
    order = Order(weekly, weekly.period(answers.freshness().as_of), (), NOW)
    files = preview(order, answers, folder / "report", locales=("en",))
    return {"cpu": time.process_time() - started, "files": len(files)}


def _refresh(folder: Path, figures: str, now: datetime) -> RefreshReport:
    spec = SourceSpec(url=f"duckdb:///{folder / 'cases.duckdb'}")
    return refresh(spec, DEFINITIONS, folder / figures, now=now)


def _reported(done: RefreshReport) -> Measured:
    return {
        "full": str(done.full),
        "seconds": done.seconds,
        "dirty_days": done.dirty_days,
        "set_aside": done.set_aside,
        **{f"changed_{table}": rows for table, rows in done.changed.items()},
    }


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row is not None
    return int(row[0])


STEPS: dict[str, Callable[..., Measured]] = {
    step.__name__: step
    for step in (generate, bare_sums, full, increment_base, increment, overview, report, viewed)
}

if __name__ == "__main__":
    name, where, *arguments = sys.argv[1:]
    print(json.dumps(STEPS[name](Path(where), *(int(a) for a in arguments))))
