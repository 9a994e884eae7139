"""From the URL of the configuration to an open case database."""

import contextlib
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import duckdb
import sqlalchemy as sa

from queries.definitions import Definitions
from queries.errors import UserError
from queries.source.layout import require
from queries.source.mapping import SourceSpec
from queries.source.source import CaseSource, Source

# Modules and their openers by scheme, imported when one is opened: who only reads figures or draws
# reports needs neither drivers nor Arrow (45 MB).
FILES = {
    "duckdb": ("duckdb_file", "open_duckdb"),
    "sqlite": ("sqlite", "open_sqlite"),
    "sqlite+pysqlite": ("sqlite", "open_sqlite"),
    "folder": ("folder", "open_folder"),
}
POSTGRES = ("postgres", "postgresql", "postgresql+psycopg")
MYSQL = ("mysql", "mysql+pymysql", "mariadb", "mariadb+pymysql")
SPARK = ("spark", "sc")
EXPECTED = (
    "duckdb:///file.duckdb, sqlite:///file.db, postgresql+psycopg://user:password@host/database,"
    " mysql+pymysql://user:password@host/database (MariaDB too), sc://host:port (Apache Spark),"
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
        return _opener(*FILES["folder"])(Path(spec.url), spec, con, definitions)
    if scheme in FILES:
        path = Path(unquote(rest.removeprefix("/")))
        return _opener(*FILES[scheme])(path, spec, con, definitions)
    if scheme in SPARK:
        session = spark_session(spec.url)
        return _opener("spark", "open_spark")(session, spec, con, definitions)
    url = parsed_url(spec.url, scheme)
    if scheme in POSTGRES:
        return _opener("postgres", "open_postgres")(url, spec, con, definitions)
    if scheme in MYSQL:
        return _opener("mysql", "open_mysql")(url, spec, con, definitions)
    return _opener("server", "open_server")(url, spec, con, definitions)


def _opener(module: str, name: str) -> Callable[..., CaseSource]:
    opener: Callable[..., CaseSource] = getattr(import_module(f"queries.source.{module}"), name)
    return opener


def spark_session(url: str) -> Any:
    """An open session of Spark Connect. Raises UserError, also where the client is not installed:
    it is so by choice, for it brings 80 MB of packages."""
    try:
        module = import_module("queries.source.spark_connect")
    except ModuleNotFoundError as error:
        raise UserError(
            f"The pyspark client is not installed: there is no {error.name}.",
            "the packages with which Spark is read",
            "pip install 'arrears[spark]'",
        ) from error
    return module.SparkConnect(module.address_of(url))


def parsed_url(given: str, scheme: str) -> sa.URL:
    """The URL of a server. Raises UserError for what is none, without repeating it."""
    try:
        return sa.make_url(given)
    except (sa.exc.ArgumentError, ValueError) as error:
        # The text of the URL is not repeated: a password may be anywhere in it.
        raise UserError(
            f"source.url begins with {scheme}:// but is no URL.", EXPECTED, "correct source.url"
        ) from error
