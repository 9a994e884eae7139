"""What a generation says of itself: how it was made, how current it is, what was left out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from queries.definitions import VERSION, Definitions
from queries.store import ledger
from queries.store.sums import FACTS


@dataclass(frozen=True)
class TableState:
    """How far a table of the source was read: its newest change stamp (source time), the rows that
    it holds where they were counted, the checksum of its newest rows where these have no stamp."""

    watermark: datetime | None
    held: int | None
    checksum: str | None


def write(
    con: duckdb.DuckDBPyConnection,
    *,
    fingerprint: str,
    now: datetime,
    local: datetime,
    as_of: date,
    tables: Mapping[str, TableState],
) -> None:
    """Replace the generation's description. `local` is `now` in the business zone, naive."""
    moment = now.astimezone(UTC).replace(tzinfo=None)
    con.execute(
        """
        CREATE OR REPLACE TABLE m_state AS SELECT
            CAST(? AS VARCHAR) AS fingerprint, CAST(? AS TIMESTAMP) AS refreshed_at,
            CAST(? AS DATE) AS today, CAST(? AS DATE) AS as_of, CAST(? AS INTEGER) AS version,
            -- One in the future is a wrong one; after it, nothing that comes would be late.
            (SELECT max(known_at) FROM l_payments WHERE known_at <= ?) AS known_until
        """,
        [fingerprint, moment, local.date(), as_of, VERSION, local],
    )
    con.execute(
        "CREATE OR REPLACE TABLE m_tables"
        " (name VARCHAR, watermark TIMESTAMP, held BIGINT, counted BIGINT, checksum VARCHAR)"
    )
    known = {"teams", "agents", *ledger.TABLES}
    for name, read in sorted(tables.items()):
        counted = rows(con, name) if name in known else None
        con.execute(
            "INSERT INTO m_tables VALUES (?, ?, ?, ?, ?)",
            [name, read.watermark, read.held, counted, read.checksum],
        )


def write_sizes(con: duckdb.DuckDBPyConnection) -> None:
    """Note how many rows each projection has, for the planner, and on which day it begins."""
    sizes = " UNION ALL ".join(
        f"SELECT '{fact.name}' AS fact, '{projection}' AS projection, count(*) AS rows,"
        f" min(day) AS begins FROM {fact.table(projection)}"
        for fact in FACTS.values()
        for projection in fact.projections
    )
    con.execute(f"CREATE OR REPLACE TABLE m_sizes AS {sizes}")


def fingerprint(con: duckdb.DuckDBPyConnection) -> str:
    """Which definitions and mapping the generation was made by."""
    return _one(con, "SELECT fingerprint FROM m_state")


def readable(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether this version of the program made the generation; others lay out their tables
    differently."""
    columns = {row[0] for row in con.execute("DESCRIBE m_state").fetchall()}
    return "version" in columns and _one(con, "SELECT version FROM m_state") == VERSION


def today(con: duckdb.DuckDBPyConnection) -> date:
    """The business day that was running when the generation was made."""
    row = con.execute("SELECT today FROM m_state").fetchone()
    assert row is not None
    return row[0]


def tables(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """The canonical tables that the source had."""
    return frozenset(row[0] for row in con.execute("SELECT name FROM m_tables").fetchall())


def since(con: duckdb.DuckDBPyConnection, overlap: timedelta) -> dict[str, datetime | None]:
    """From which change stamp on each table must be read again.

    Commits become visible out of order, hence the overlap; equal rows change nothing.
    """
    return {
        name: None if watermark is None else watermark - overlap
        for name, watermark in con.execute("SELECT name, watermark FROM m_tables").fetchall()
    }


def checksums(con: duckdb.DuckDBPyConnection) -> dict[str, str | None]:
    """Of the newest rows of each table without stamps, as they were read last time."""
    return dict(con.execute("SELECT name, checksum FROM m_tables").fetchall())


def rows(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """Rows of a canonical table that are counted."""
    stored = "f_contacts" if table == "contacts" else f"l_{table}"
    return int(_one(con, f"SELECT count(*) FROM {stored}"))


def prove_accounted(con: duckdb.DuckDBPyConnection, table: str, held: int) -> None:
    """Every row that the source holds must be either counted or set aside; a difference is a bug,
    not a data problem."""
    accounted = rows(con, table) + set_aside(con, table)
    if held != accounted:
        raise AssertionError(f"{table}: the source holds {held} rows, not {accounted}")


def set_aside(con: duckdb.DuckDBPyConnection, table: str | None = None) -> int:
    """Rows that are set aside, of one table or of all."""
    if table is None:
        return int(_one(con, "SELECT count(*) FROM m_aside"))
    found = con.execute("SELECT count(*) FROM m_aside WHERE table_name = ?", [table]).fetchone()
    return int(found[0]) if found else 0


def as_of_day(
    definitions: Definitions, now: datetime, watermarks: dict[str, datetime | None]
) -> date:
    """The last whole business day covered: yesterday, or the day of the newest change where the
    source is older than allowed, or the day that the configuration pins."""
    zone = ZoneInfo(definitions.business_zone)
    yesterday = now.astimezone(zone).date() - timedelta(days=1)
    if definitions.complete_until is not None:
        return min(yesterday, definitions.complete_until)
    newest = max((w for w in watermarks.values() if w is not None), default=None)
    if newest is None:
        return yesterday
    local = newest.replace(tzinfo=ZoneInfo(definitions.source_zone)).astimezone(zone)
    if now - local <= timedelta(hours=definitions.stale_after_hours):
        return yesterday
    return min(yesterday, local.date())


def _one(con: duckdb.DuckDBPyConnection, query: str) -> Any:
    row = con.execute(query).fetchone()
    assert row is not None
    return row[0]


@dataclass(frozen=True)
class State:
    """The description of a generation, as its readers need it. `watermark` is in source time;
    `known_until`, the newest moment at which a payment became known, in business time."""

    refreshed_at: datetime
    today: date
    as_of: date
    watermark: datetime | None
    known_until: datetime | None
    counted: int
    set_aside: int


def read(con: duckdb.DuckDBPyConnection) -> State:
    """The description of the generation that `con` has open."""
    row = con.execute("SELECT refreshed_at, today, as_of, known_until FROM m_state").fetchone()
    totals = con.execute("SELECT max(watermark), sum(counted) FROM m_tables").fetchone()
    assert row is not None
    assert totals is not None
    return State(
        refreshed_at=row[0].replace(tzinfo=UTC),
        today=row[1],
        as_of=row[2],
        watermark=totals[0],
        known_until=row[3],
        counted=int(totals[1] or 0),
        set_aside=set_aside(con),
    )


def sizes(con: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], int]:
    """Rows of each projection, by fact and projection."""
    found = con.execute("SELECT fact, projection, rows FROM m_sizes").fetchall()
    return {(fact, projection): rows for fact, projection, rows in found}


def fact_rows(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rows of each stored fact that sums are made from."""
    stored = sorted({fact.stored for fact in FACTS.values()})
    return {table: int(_one(con, f"SELECT count(*) FROM {table}")) for table in stored}


def begins(con: duckdb.DuckDBPyConnection) -> dict[str, date]:
    """The first day of each fact that has any."""
    found = con.execute("SELECT fact, min(begins) FROM m_sizes GROUP BY fact").fetchall()
    return {fact: day for fact, day in found if day is not None}


def counted(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Rows counted per canonical table that the source has."""
    found = con.execute("SELECT name, coalesce(counted, 0) FROM m_tables").fetchall()
    return dict(found)


def aside(con: duckdb.DuckDBPyConnection) -> list[tuple[str, str, int, tuple[str, ...]]]:
    """Rows set aside as (table, reason, rows, up to five example keys)."""
    found = con.execute(
        """
        SELECT table_name, reason, count(*), list(DISTINCT key ORDER BY key)[1:5]
        FROM m_aside GROUP BY table_name, reason ORDER BY table_name, reason
        """
    ).fetchall()
    return [
        (t, r, n, tuple(key for key in keys or () if key is not None)) for t, r, n, keys in found
    ]
