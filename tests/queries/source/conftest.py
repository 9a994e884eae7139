"""Case databases of every kind with the same rows, and what comes out of staging and cleaning."""
# ruff: noqa: DTZ001 - stamps are naive, in the zone of the source

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa

from queries.contract import TABLES
from queries.definitions import Definitions
from queries.source import (
    ChangedSince,
    Everything,
    KnownCases,
    Source,
    SourceSpec,
    clean,
    open_source,
    opening,
)
from tests.support.case_database import REQUIRED, Row, whole_database, write

MARIADB = pytest.param("mariadb", marks=pytest.mark.engines)
SPARK = pytest.param("spark", marks=[pytest.mark.engines, pytest.mark.spark])
# "server" is the way of every database without a way of its own, tried on PostgreSQL.
KINDS = ("duckdb", "csv", "parquet", "sqlite", "postgres", "server", MARIADB, SPARK)
TODAY = date(2024, 6, 1)

MakeDatabase = Callable[[str, Mapping[str, list[Row]]], str]
MakeNative = Callable[[str, str], str]


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


@pytest.fixture
def target(request: pytest.FixtureRequest) -> Callable[[str], str]:
    """Where a database of a kind is written to: the URL of a fresh one, or the kind of file."""

    def of(kind: str) -> str:
        if kind == "server":
            request.getfixturevalue("monkeypatch").setattr(opening, "POSTGRES", ())
        if kind in ("postgres", "server"):
            return request.getfixturevalue("postgres_url")()
        if kind in ("mariadb", "spark"):
            return request.getfixturevalue(f"{kind}_url")()
        return kind

    return of


@pytest.fixture
def make_database(tmp_path: Path, target: Callable[[str], str]) -> MakeDatabase:
    """Writes tables as a database of a kind and gives its URL."""

    def make(kind: str, tables: Mapping[str, list[Row]]) -> str:
        return write(whole_database(tables), target(kind), tmp_path / "source")

    return make


@pytest.fixture
def native(tmp_path: Path, target: Callable[[str], str]) -> MakeNative:
    """An empty case database but for the statements that are run in it."""

    def make(kind: str, script: str) -> str:
        url = write({name: [] for name in REQUIRED}, target(kind), tmp_path)
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            for statement in script.split(";"):
                connection.exec_driver_sql(statement)
        engine.dispose()
        return url

    return make


def cleaned(
    con: duckdb.DuckDBPyConnection,
    source: Source,
    spec: SourceSpec,
    *tables: str,
    definitions: Definitions | None = None,
) -> None:
    """Stage and clean everything of cases and `tables`."""
    for table in ("cases", *tables):
        source.stage(table, Everything(), f"raw_{table}")
        known = KnownCases("clean_cases") if TABLES[table].of_cases else None
        clean(
            con, table, f"raw_{table}", definitions or Definitions(), TODAY, known,
            spec.codes(table),
        )  # fmt: skip


def rows(con: duckdb.DuckDBPyConnection, table: str, columns: str = "*") -> list[tuple]:
    return con.execute(f"SELECT {columns} FROM {table} ORDER BY ALL").fetchall()


def stamped(con: duckdb.DuckDBPyConnection, url: str) -> tuple[datetime | None, list[str]]:
    """The watermark, and the payments that changed since the sixth; no row is set aside."""
    with open_source(SourceSpec(url), con, Definitions()) as source:
        source.stage("payments", ChangedSince(datetime(2024, 3, 6)), "changed")
        changed = [row[0] for row in rows(con, "changed", "payment_id")]
        source.stage("payments", Everything(), "raw_payments")
        clean(con, "payments", "raw_payments", Definitions(), TODAY)
        assert rows(con, "aside_payments") == []
        return source.watermark("payments"), changed
