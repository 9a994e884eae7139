"""Case databases of every kind with the same rows, and what comes out of staging and cleaning."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

import duckdb
import pytest

from queries.contract import TABLES
from queries.definitions import Definitions
from queries.source import Everything, Source, SourceSpec, clean, opening
from tests.support.case_database import Row, whole_database, write

# "server" is the way of every database without a way of its own, tried on PostgreSQL.
KINDS = ("duckdb", "csv", "parquet", "sqlite", "postgres", "server")
TODAY = date(2024, 6, 1)

MakeDatabase = Callable[[str, Mapping[str, list[Row]]], str]


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


@pytest.fixture
def make_database(tmp_path: Path, request: pytest.FixtureRequest) -> MakeDatabase:
    """Writes tables as a database of a kind and gives its URL."""

    def make(kind: str, tables: Mapping[str, list[Row]]) -> str:
        if kind == "server":
            request.getfixturevalue("monkeypatch").setattr(opening, "_POSTGRES", ())
        if kind in ("postgres", "server"):
            kind = request.getfixturevalue("postgres_url")()
        return write(whole_database(tables), kind, tmp_path / "source")

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
        known = "clean_cases" if TABLES[table].of_cases else None
        clean(
            con, table, f"raw_{table}", definitions or Definitions(), TODAY, known,
            spec.codes(table),
        )  # fmt: skip


def rows(con: duckdb.DuckDBPyConnection, table: str, columns: str = "*") -> list[tuple]:
    return con.execute(f"SELECT {columns} FROM {table} ORDER BY ALL").fetchall()
