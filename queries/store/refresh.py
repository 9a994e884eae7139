"""Making the next generation of figures: in full, by what changed, or by comparing everything."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from queries.definitions import Definitions
from queries.source import Source, SourceSpec, open_source
from queries.store import derive, generations, ledger, rules, state, sums, touched
from queries.store.reading import Progress, Reading

KEEP_GENERATIONS = 3
OVERLAP = timedelta(minutes=10)
# So many changed rows keep more than one thread busy.
_MANY_ROWS = 200_000


@dataclass(frozen=True)
class RefreshReport:
    """What one refresh did. `changed` counts rows that really changed per table (all rows in a full
    rebuild), `dirty_days` the days whose sums were made anew, `repaired_days` what a comparison
    with the source had to mend, by fact."""

    generation: int
    full: bool
    seconds: float
    changed: dict[str, int]
    dirty_days: int
    as_of: date
    set_aside: int
    repaired_days: dict[str, list[date]] = field(default_factory=dict)


class _NeedsRebuildError(Exception):
    """The source has other tables than the last generation was made from."""


@dataclass(frozen=True)
class _Job:
    spec: SourceSpec
    definitions: Definitions
    folder: Path
    now: datetime
    progress: Progress
    overlap: timedelta
    keep: int

    @property
    def today(self) -> date:
        return self.now.astimezone(ZoneInfo(self.definitions.business_zone)).date()

    @property
    def fingerprint(self) -> str:
        return sha256(f"{self.definitions.fingerprint()} {self.spec!r}".encode()).hexdigest()[:16]


def refresh(  # noqa: PLR0913 the one door; everything beyond the first three is by keyword
    spec: SourceSpec,
    definitions: Definitions,
    folder: Path,
    *,
    now: datetime,
    full: bool = False,
    progress: Progress | None = None,
    overlap: timedelta = OVERLAP,
    keep: int = KEEP_GENERATIONS,
) -> RefreshReport:
    """Read what changed since the last generation and publish the next one.

    Everything is read where there is no generation yet, where definitions, mapping or tables
    changed, or with `full`. Raises UserError when the source cannot be read; the last generation
    then stays as it is.
    """
    job = _Job(spec, definitions, folder, now, progress or _silent, overlap, keep)
    base = None if full else _base(job)
    if base is not None:
        try:
            return _run(job, base, _update)
        except _NeedsRebuildError:
            pass
    return _run(job, None, _rebuild)


def reconcile(
    spec: SourceSpec,
    definitions: Definitions,
    folder: Path,
    *,
    now: datetime,
    progress: Progress | None = None,
    keep: int = KEEP_GENERATIONS,
) -> RefreshReport:
    """Compare all figures with the source, repair what differs and say which days.

    Finds what a change stamp cannot show: deleted rows and edits without a new `updated_at`.
    """
    job = _Job(spec, definitions, folder, now, progress or _silent, timedelta(0), keep)
    base = _base(job)
    if base is None:
        return _run(job, None, _rebuild)
    try:
        return _run(job, base, _compare)
    except _NeedsRebuildError:
        return _run(job, None, _rebuild)


def _silent(text: str, fraction: float) -> None:
    """Nobody watches."""


def _base(job: _Job) -> Path | None:
    """The last generation, where it was made by the same definitions and mapping."""
    latest = generations.newest(job.folder)
    if latest is None:
        return None
    with duckdb.connect(str(latest[1]), read_only=True) as con:
        # Sums are carried forward, never back: a clock that went back starts them anew.
        same = state.fingerprint(con) == job.fingerprint and state.today(con) <= job.today
        return latest[1] if same else None


_Step = Callable[[Reading, duckdb.DuckDBPyConnection], None]


def _run(job: _Job, base: Path | None, step: _Step) -> RefreshReport:
    started = time.perf_counter()
    building = generations.start_building(job.folder, base)
    try:
        with duckdb.connect(str(building)) as con:
            report = _build(job, con, step)
        number = generations.publish(building, job.keep)
    finally:
        generations.discard(building)
    job.progress("Published", 1.0)
    seconds = time.perf_counter() - started
    return RefreshReport(generation=number, full=base is None, seconds=seconds, **report)


def _build(job: _Job, con: duckdb.DuckDBPyConnection, step: _Step) -> dict:
    rules.install(con, job.definitions)
    touched.begin(con)
    job.progress("Opening the case database", 0.02)
    with open_source(job.spec, con, job.definitions) as source:
        if step is not _rebuild and state.tables(con) != source.tables:
            raise _NeedsRebuildError
        known = state.since(con, timedelta(0)) if step is _update else {}
        watermarks = {t: _watermark(job, source, t, known.get(t)) for t in source.tables}
        reading = Reading(
            con, source, job.spec, job.definitions, job.today, job.progress, job.overlap
        )
        step(reading, con)
        held = _held(con, source, counting=step is not _update)
    job.progress("Summing days", 0.85)
    as_of = state.as_of_day(job.definitions, job.now, watermarks)
    from_snapshots = "snapshots" in source.tables
    derive.roll(con, as_of.isoformat(), from_snapshots=from_snapshots)
    days = {} if step is _rebuild else _change_sums(con, job.today)
    if step is not _update:
        _sum(con, job.today)
    _prove(con)
    state.write_sizes(con)
    state.write(
        con,
        fingerprint=job.fingerprint,
        now=job.now,
        today=job.today,
        as_of=as_of,
        tables={
            table: state.TableState(stamp, held.get(table), reading.seen.get(table))
            for table, stamp in watermarks.items()
        },
    )
    con.execute("CHECKPOINT")
    return {
        "changed": reading.changed,
        "dirty_days": len({day for touched in days.values() for day in touched}),
        "as_of": as_of,
        "set_aside": state.set_aside(con),
        "repaired_days": days if step is _compare else {},
    }


def _watermark(job: _Job, source: Source, table: str, known: datetime | None) -> datetime | None:
    """The newest change stamp, but none in the future: it would hide the changes up to it."""
    seen = [stamp for stamp in (known, source.watermark(table, known)) if stamp is not None]
    local = job.now.astimezone(ZoneInfo(job.definitions.source_zone)).replace(tzinfo=None)
    return min(max(seen), local) if seen else None


def _rebuild(reading: Reading, con: duckdb.DuckDBPyConnection) -> None:
    ledger.create(con)
    reading.fill()
    reading.progress("Attributing payments, promises, contacts and stock", 0.5)
    derive.derive_all(con)
    sums.begin_notes(con)
    reading.changed = {table: state.rows(con, table) for table in reading.tables}


def _update(reading: Reading, con: duckdb.DuckDBPyConnection) -> None:
    # Hundreds of small statements: a second thread would cost a third more CPU, which the viewers
    # of the pages need, and save a tenth of the time.
    con.execute("SET threads = 1")
    reading.update(state.since(con, reading.overlap))
    if sum(reading.changed.values()) > _MANY_ROWS:
        con.execute("RESET threads")
    reading.progress("Attributing what changed", 0.5)
    sums.begin_notes(con)
    derive.derive_touched(con)


def _compare(reading: Reading, con: duckdb.DuckDBPyConnection) -> None:
    reading.compare()
    reading.progress("Attributing what differs", 0.5)
    sums.begin_notes(con)
    derive.derive_touched(con)


def _held(
    con: duckdb.DuckDBPyConnection, source: Source, *, counting: bool
) -> dict[str, int | None]:
    """Rows that the source holds per table, counted by the source itself; None where not counted.

    Every row must be either counted or set aside; a difference is a bug, not a data problem.
    """
    held: dict[str, int | None] = {}
    for table in ("teams", "agents", *ledger.TABLES):
        if table not in source.tables:
            continue
        held[table] = source.count(table) if counting else None
        accounted = state.rows(con, table) + state.set_aside(con, table)
        if held[table] is not None and held[table] != accounted:
            raise AssertionError(f"{table}: the source holds {held[table]} rows, not {accounted}")
    return held


def _sum(con: duckdb.DuckDBPyConnection, today: date) -> None:
    """Make all sums from the facts."""
    for fact in sums.FACTS.values():
        sums.rebuild(con, fact, today)


def _change_sums(con: duckdb.DuckDBPyConnection, today: date) -> dict[str, list[date]]:
    """Bring what changed into the sums; returns the days that differ, by fact."""
    begun = state.today(con)
    days = {f.name: sums.update(con, f, begun, today) for f in sums.FACTS.values()}
    return {fact: found for fact, found in days.items() if found}


def _prove(con: duckdb.DuckDBPyConnection) -> None:
    """All projections of a fact add up to the same."""
    for fact in sums.FACTS.values():
        wrong = sums.disagreements(con, fact)
        if wrong:
            raise AssertionError(f"Projections disagree: {wrong}")
