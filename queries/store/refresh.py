"""Making the next generation of figures: in full, by what changed, or by comparing everything."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb

from queries.definitions import VERSION, Definitions
from queries.source import SourceSpec, open_source
from queries.store import derive, generations, rebuild, rules, state, sums, touched
from queries.store.reading import Progress, Reading
from queries.store.state import TableState

KEEP_GENERATIONS = 3
OVERLAP = timedelta(minutes=10)
MEMORY_MB = 2_000
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


class _StartAnewError(Exception):
    """The unfinished rebuild was for other definitions, tables or another day."""


@dataclass(frozen=True)
class _Job:
    spec: SourceSpec
    definitions: Definitions
    folder: Path
    now: datetime
    progress: Progress
    overlap: timedelta
    keep: int
    memory_mb: int

    @property
    def local(self) -> datetime:
        """Now, as the clocks of the business show it."""
        zone = ZoneInfo(self.definitions.business_zone)
        return self.now.astimezone(zone).replace(tzinfo=None)

    @property
    def today(self) -> date:
        return self.local.date()

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
    memory_mb: int = MEMORY_MB,
) -> RefreshReport:
    """Read what changed since the last generation and publish the next one.

    Everything is read where there is no generation yet, where definitions, mapping or tables
    changed, or with `full`. Raises UserError when the source cannot be read or the disk is full;
    the last generation then stays as it is. `memory_mb` is what the work may hold in memory.
    """
    job = _Job(spec, definitions, folder, now, progress or _silent, overlap, keep, memory_mb)
    with generations.room(folder):
        return _forward(job, None if full else _base(job), _update)


def reconcile(
    spec: SourceSpec,
    definitions: Definitions,
    folder: Path,
    *,
    now: datetime,
    progress: Progress | None = None,
    keep: int = KEEP_GENERATIONS,
    memory_mb: int = MEMORY_MB,
) -> RefreshReport:
    """Compare all figures with the source, repair what differs and say which days.

    Finds what a change stamp cannot show: deleted rows and edits without a new `updated_at`.
    """
    job = _Job(spec, definitions, folder, now, progress or _silent, timedelta(0), keep, memory_mb)
    with generations.room(folder):
        return _forward(job, _base(job), _compare)


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


# Brings the facts up to date and says how far each table was read.
_Step = Callable[[_Job, Reading, duckdb.DuckDBPyConnection], dict[str, TableState]]


def _forward(job: _Job, base: Path | None, step: _Step) -> RefreshReport:
    """From the last generation by `step`; a rebuild where there is none that fits."""
    if base is not None:
        try:
            return _run(job, base, step)
        except _NeedsRebuildError:
            pass
    return _run(job, None, _rebuild)


def _run(job: _Job, base: Path | None, step: _Step) -> RefreshReport:
    started = time.perf_counter()
    if base is None:
        number, report = _rebuilt(job, step)
    else:
        building = generations.start_building(job.folder, base)
        try:
            number, report = _published(job, building, step)
        finally:
            generations.discard(building)
    job.progress("Published", 1.0)
    seconds = time.perf_counter() - started
    return RefreshReport(generation=number, full=base is None, seconds=seconds, **report)


def _rebuilt(job: _Job, step: _Step) -> tuple[int, dict]:
    """Publish a rebuild. One that is interrupted leaves its file, and the next goes on with it."""
    building = generations.start_rebuilding(job.folder)
    try:
        return _published(job, building, step)
    except _StartAnewError:
        generations.discard(building)
        return _published(job, building, step)
    except AssertionError:
        # What does not add up would not add up the next time either.
        generations.discard(building)
        raise


def _published(job: _Job, building: Path, step: _Step) -> tuple[int, dict]:
    with duckdb.connect(str(building)) as con:
        report = _build(job, con, step)
    return generations.publish(building, job.keep), report


def _build(job: _Job, con: duckdb.DuckDBPyConnection, step: _Step) -> dict:
    # What does not fit goes to a folder beside the file.
    con.execute(f"SET memory_limit = '{job.memory_mb:d}MB'")
    rules.install(con, job.definitions)
    touched.begin(con)
    job.progress("Opening the case database", 0.01)
    with open_source(job.spec, con, job.definitions) as source:
        if step is not _rebuild and state.tables(con) != source.tables:
            raise _NeedsRebuildError
        reading = Reading(
            con, source, job.spec, job.definitions, job.today, job.now, job.progress, job.overlap
        )
        tables = step(job, reading, con)
    watermarks = {name: read.watermark for name, read in tables.items()}
    as_of = state.as_of_day(job.definitions, job.now, watermarks)
    job.progress("Rolling month ends", 0.8)
    derive.roll(con, as_of.isoformat(), from_snapshots="snapshots" in tables)
    days: dict[str, list[date]] = {}
    if step is not _rebuild:
        job.progress("Summing days", 0.85)
        days = _change_sums(con, job.today)
    if step is not _update:
        rebuild.total(con, rebuild.Steps(con, job.progress), as_of, job.today)
    _prove(con)
    state.write_sizes(con)
    state.write(
        con, fingerprint=job.fingerprint, now=job.now, local=job.local, as_of=as_of, tables=tables
    )
    con.execute("CHECKPOINT")
    return {
        "changed": reading.changed,
        "dirty_days": len({day for touched in days.values() for day in touched}),
        "as_of": as_of,
        "set_aside": state.set_aside(con),
        "repaired_days": days if step is _compare else {},
    }


def _rebuild(job: _Job, reading: Reading, con: duckdb.DuckDBPyConnection) -> dict[str, TableState]:
    purpose = f"{VERSION} {job.fingerprint} {job.today} {sorted(reading.source.tables)}"
    if not rebuild.begun(con, purpose):
        raise _StartAnewError
    read = rebuild.fill(reading, con, rebuild.Steps(con, job.progress))
    sums.begin_notes(con)
    return read


def _update(job: _Job, reading: Reading, con: duckdb.DuckDBPyConnection) -> dict[str, TableState]:
    # Hundreds of small statements: a second thread would cost a third more CPU, which the viewers
    # of the pages need, and save a tenth of the time.
    con.execute("SET threads = 1")
    known = state.since(con, timedelta(0))
    marks = {table: reading.watermark(table, known.get(table)) for table in reading.source.tables}
    reading.update(state.since(con, reading.overlap))
    if sum(reading.changed.values()) > _MANY_ROWS:
        con.execute("RESET threads")
    reading.progress("Attributing what changed", 0.5)
    sums.begin_notes(con)
    derive.derive_touched(con)
    return {table: TableState(mark, None, reading.seen.get(table)) for table, mark in marks.items()}


def _compare(job: _Job, reading: Reading, con: duckdb.DuckDBPyConnection) -> dict[str, TableState]:
    marks = {table: reading.watermark(table) for table in reading.source.tables}
    reading.compare()
    reading.progress("Attributing what differs", 0.5)
    sums.begin_notes(con)
    derive.derive_touched(con)
    held = {t: reading.source.count(t) for t in ("teams", "agents", *reading.tables) if t in marks}
    for table, count in held.items():
        state.prove_accounted(con, table, count)
    return {
        table: TableState(mark, held.get(table), reading.seen.get(table))
        for table, mark in marks.items()
    }


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
