"""A full rebuild in steps that can be repeated: one that was interrupted goes on where it stopped.

Each step replaces what it makes and is noted in the unfinished file once it is whole. Tables of the
case database may so be read at different times; each keeps the watermark from before it was read,
so the next refresh reads whatever changed meanwhile.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial

import duckdb

from queries.store import derive, ledger, state, sums
from queries.store.reading import Progress, Reading
from queries.store.state import TableState

# Microseconds a row, measured on three million contacts: they make the fraction that is done an
# honest one.
_READ = {"cases": 7.0, "contacts": 1.5}
_DERIVED = {
    "owners": ("assignments", 0.3),
    "origins": ("payments", 0.05),
    "f_payments": ("payments", 0.6),
    "f_payments_restated": ("payments", 0.6),
    "f_promises": ("promises", 3.0),
    "f_stock": ("payments", 9.7),
    "f_stays": ("payments", 1.5),
    "f_first_attempts": ("contacts", 0.4),
    "f_idle": ("contacts", 0.9),
    "f_attempted": ("contacts", 0.5),
    "f_team_attempted": ("contacts", 0.5),
}
_SUMMED = {"stock": 0.9}
_OTHERS_READ, _OTHERS_SUMMED = 0.8, 0.3

Work = Callable[[], None]


class Steps:
    """The steps of a rebuild into the file that `con` has open."""

    def __init__(self, con: duckdb.DuckDBPyConnection, progress: Progress) -> None:
        self._con = con
        self._progress = progress
        con.execute("CREATE TABLE IF NOT EXISTS m_steps (name VARCHAR)")
        self._done = {name for (name,) in con.execute("FROM m_steps").fetchall()}
        self._planned: list[tuple[str, str, float, Work]] = []

    def plan(self, name: str, text: str, weight: float, work: Work) -> None:
        """Add a step; `text` says what it does, `weight` how long it takes beside the others."""
        self._planned.append((name, text, weight, work))

    def take(self, begin: float, end: float) -> None:
        """Take all planned steps that are not done, from the fraction `begin` to `end`."""
        whole = sum(weight for _, _, weight, _ in self._planned) or 1.0
        before = 0.0
        for name, text, weight, work in self._planned:
            self._progress(text, begin + (end - begin) * before / whole)
            if name not in self._done:
                work()
                self._con.execute("INSERT INTO m_steps VALUES (?)", [name])
            before += weight
        self._planned.clear()


def begun(con: duckdb.DuckDBPyConnection, purpose: str) -> bool:
    """Whether the file is a rebuild for the same purpose (definitions, mapping, tables, day) that
    was interrupted; a new file is marked as one."""
    own = "database_name = current_database()"  # not the case database, nor temporary ones
    found = con.execute(f"SELECT table_name FROM duckdb_tables() WHERE {own}").fetchall()
    tables = {name for (name,) in found}
    if "m_purpose" in tables:
        return bool(con.execute("FROM m_purpose").fetchall() == [(purpose,)])
    if not tables:
        con.execute("CREATE TABLE m_purpose AS SELECT CAST(? AS VARCHAR) AS purpose", [purpose])
    return not tables


def fill(reading: Reading, con: duckdb.DuckDBPyConnection, steps: Steps) -> dict[str, TableState]:
    """Read everything and make every fact; returns how far each table was read."""
    ledger.create(con)
    con.execute(
        "CREATE TABLE IF NOT EXISTS m_read"
        " (name VARCHAR, watermark TIMESTAMP, held BIGINT, checksum VARCHAR)"
    )
    rows = {table: reading.source.count(table) for table in reading.tables}
    steps.plan("people", "Reading teams and agents", 1.0, lambda: _people(reading, con))
    for table in reading.tables:
        if table != "contacts":
            _plan_read(steps, reading, con, table, rows)
    for derived in derive.FROM_LEDGER:
        _plan_derived(steps, con, derived, rows)
    # After the owners, to whom contacts are attributed as they are read.
    _plan_read(steps, reading, con, "contacts", rows)
    for derived in derive.FROM_CONTACTS:
        _plan_derived(steps, con, derived, rows)
    derive.begin_whole(con)
    steps.take(0.02, 0.8)
    reading.changed = {table: state.rows(con, table) for table in reading.tables}
    return _read(reading, con)


def total(con: duckdb.DuckDBPyConnection, steps: Steps, as_of: date, today: date) -> None:
    """Make all sums."""
    for fact in sums.FACTS.values():
        rows = con.execute(f"SELECT count(*) FROM {fact.stored}").fetchone()
        assert rows is not None
        steps.plan(
            # The roll matrix ends with the as-of day, which a later attempt may see move.
            f"sum {fact.name} {as_of if fact.name == 'roll' else ''}",
            "Summing days",
            rows[0] * _SUMMED.get(fact.name, _OTHERS_SUMMED),
            partial(sums.rebuild, con, fact, today),
        )
    steps.take(0.82, 0.98)
    for noted in ("m_steps", "m_read", "m_purpose"):
        con.execute(f"DROP TABLE IF EXISTS {noted}")


def _people(reading: Reading, con: duckdb.DuckDBPyConnection) -> None:
    reading.people(first=True)
    for table in ("teams", "agents"):
        if table in reading.source.tables:
            _note_read(reading, con, table, None)


def _plan_read(
    steps: Steps,
    reading: Reading,
    con: duckdb.DuckDBPyConnection,
    table: str,
    rows: Mapping[str, int],
) -> None:
    def work() -> None:
        con.execute("DELETE FROM m_read WHERE name = ?", [table])
        con.execute(
            "INSERT INTO m_read (name, watermark) VALUES (?, ?)", [table, reading.watermark(table)]
        )
        reading.fill(table)
        if table == "contacts":
            derive.make_contacts(con)
        _note_read(reading, con, table, reading.newest(table))

    weight = rows[table] * _READ.get(table, _OTHERS_READ)
    steps.plan(f"read {table}", f"Reading {table}", weight, work)


def _note_read(
    reading: Reading, con: duckdb.DuckDBPyConnection, table: str, checksum: str | None
) -> None:
    held = reading.source.count(table)
    state.prove_accounted(con, table, held)
    con.execute("UPDATE m_read SET held = ?, checksum = ? WHERE name = ?", [held, checksum, table])


def _plan_derived(
    steps: Steps,
    con: duckdb.DuckDBPyConnection,
    derived: derive.Derived,
    rows: Mapping[str, int],
) -> None:
    table, cost = _DERIVED[derived.table]
    weight = rows.get(table, 0) * cost
    text = "Attributing payments, promises, contacts and stock"
    steps.plan(derived.table, text, weight, lambda: derive.make(con, derived))


def _read(reading: Reading, con: duckdb.DuckDBPyConnection) -> dict[str, TableState]:
    found = con.execute("SELECT name, watermark, held, checksum FROM m_read").fetchall()
    known = {name: TableState(*rest) for name, *rest in found}
    return {
        table: known.get(table) or TableState(reading.watermark(table), None, None)
        for table in reading.source.tables
    }
