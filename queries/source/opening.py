"""From the URL of the configuration to an open case database."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import duckdb
import sqlalchemy as sa

from queries.definitions import Definitions
from queries.errors import UserError
from queries.source.duckdb_file import open_duckdb
from queries.source.folder import open_folder
from queries.source.layout import require
from queries.source.mapping import SourceSpec
from queries.source.postgres import open_postgres
from queries.source.server import ServerSource, find_tables, layouts_of, wrong_connection
from queries.source.source import CaseSource, Source
from queries.source.sqlite import open_sqlite

_FILES = {
    "duckdb": open_duckdb,
    "sqlite": open_sqlite,
    "sqlite+pysqlite": open_sqlite,
    "folder": open_folder,
}
_POSTGRES = ("postgres", "postgresql", "postgresql+psycopg")
EXPECTED = (
    "duckdb:///file.duckdb, sqlite:///file.db, postgresql+psycopg://user:password@host/database,"
    " the path of a folder of CSV or Parquet files, or another URL of SQLAlchemy"
)


@contextlib.contextmanager
def open_source(
    spec: SourceSpec,
    con: duckdb.DuckDBPyConnection,
    definitions: Definitions | None = None,
) -> Iterator[Source]:
    """Open the case database of `spec` read-only for one refresh.

    `con` is the working DuckDB connection: rows are staged into it. `definitions` say in which zone
    moments without a zone are. Raises UserError where the database cannot be opened or lacks
    required tables or columns; the password is never told.
    """
    source = open_leniently(spec, con, definitions or Definitions())
    try:
        require(spec, source.found)
        yield source
    finally:
        source.close()


def open_leniently(
    spec: SourceSpec, con: duckdb.DuckDBPyConnection, definitions: Definitions
) -> CaseSource:
    """Open without asking whether all that is required is there: for the contract check."""
    scheme, found, rest = spec.url.partition("://")
    if not found:
        return open_folder(Path(spec.url), spec, con, definitions)
    if scheme in _FILES:
        path = Path(unquote(rest.removeprefix("/")))
        return _FILES[scheme](path, spec, con, definitions)
    url = _parsed(spec.url, scheme)
    if scheme in _POSTGRES:
        return open_postgres(url, spec, con, definitions)
    return _open_server(url, spec, con, definitions)


def _parsed(given: str, scheme: str) -> sa.URL:
    try:
        return sa.make_url(given)
    except (sa.exc.ArgumentError, ValueError) as error:
        # The text of the URL is not repeated: a password may be anywhere in it.
        raise UserError(
            f"source.url begins with {scheme}:// but is no URL.", EXPECTED, "correct source.url"
        ) from error


def _open_server(
    url: sa.URL, spec: SourceSpec, con: duckdb.DuckDBPyConnection, definitions: Definitions
) -> ServerSource:
    """Any other database that SQLAlchemy knows."""
    try:
        engine = sa.create_engine(url)
    except (sa.exc.NoSuchModuleError, ModuleNotFoundError) as error:
        raise UserError(
            f"There is no driver for {url.drivername}.",
            EXPECTED,
            "correct source.url, or install the SQLAlchemy driver of that database",
        ) from error
    try:
        connection = engine.connect()
    except sa.exc.DBAPIError as error:
        engine.dispose()
        raise wrong_connection(url, error) from error
    try:
        found = find_tables(spec, connection)
        layouts = layouts_of(spec, found, connection)
    except BaseException:
        connection.close()
        engine.dispose()
        raise
    return ServerSource(con, definitions, layouts, connection=connection, found=found)
