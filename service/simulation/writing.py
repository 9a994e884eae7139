"""Tables into a database or a folder: DuckDB, SQLite, PostgreSQL, MySQL, MariaDB, CSV, Parquet.

Row stores get indexes as an operation would have, yet no unique constraints: a demo database holds
repeated keys on purpose. Money stays exact everywhere: a decimal column where there is one, text
where there is none. In text, what cannot be read really is garbage ("n/a", "12,5o").
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import duckdb
import psycopg
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet
import pymysql
from psycopg import sql
from sqlalchemy.engine import URL, create_engine, make_url
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import NullPool

from queries.contract import TABLES
from queries.errors import UserError

Tables = Mapping[str, pa.Table]
Progress = Callable[[str, float], None]

INDEXED = ("case_id", "updated_at", "contacted_at", "paid_at", "as_of")
_DUCKDB = {"text": "VARCHAR", "code": "VARCHAR", "date": "DATE", "timestamp": "TIMESTAMP",
           "money": "DECIMAL(18,2)", "integer": "INTEGER", "number": "DOUBLE",
           "flag": "BOOLEAN"}  # fmt: skip
_POSTGRESQL = _DUCKDB | {"text": "TEXT", "code": "TEXT", "money": "NUMERIC(18,2)",
                         "number": "DOUBLE PRECISION"}  # fmt: skip
# Lengths that an index takes whole.
_MYSQL = _DUCKDB | {"text": "VARCHAR(255)", "code": "VARCHAR(40)", "timestamp": "DATETIME(6)"}
_SQLITE = dict.fromkeys(_DUCKDB, "TEXT") | {"integer": "INTEGER", "number": "REAL",
                                                "flag": "INTEGER"}  # fmt: skip
_NO_NUMBER = ("n/a", "12,5o")
_NO_DATE = ("", "soon")
_FORMATS = ("csv", "parquet")
# How database files are mostly named, and the beginning of their URLs.
_FILES = {".duckdb": "duckdb", ".db": "sqlite", ".sqlite": "sqlite", ".sqlite3": "sqlite"}


def write(
    tables: Tables, to: str, *, replace: bool = False, progress: Progress | None = None
) -> None:
    """Write all tables to a database URL or a folder ("folder/?format=parquet"; else CSV).

    Raises UserError when a table there already holds rows and `replace` was not asked for, or
    when the target cannot be written.
    """
    tell = progress or _silent
    if "://" not in to or to.startswith("folder://"):
        _to_folder(tables, _folder(to), replace, tell)
        return
    try:
        url = make_url(to)
    except ArgumentError as error:
        raise _unknown_target(to) from error
    kind = url.get_backend_name()
    if kind == "duckdb":
        _to_duckdb(tables, _file(url.database, to), replace, tell)
    elif kind == "sqlite":
        _to_sqlite(tables, _file(url.database, to), replace, tell)
    elif kind == "postgresql":
        address = url.set(drivername="postgresql").render_as_string(hide_password=False)
        _to_postgresql(tables, address, replace, tell)
    elif kind in ("mysql", "mariadb") and url.database:
        _to_mysql(tables, url.set(drivername="mysql+pymysql"), replace, tell)
    else:
        raise _unknown_target(to)


def _folder(to: str) -> str:
    """A folder that is named like a database file is a URL that lost its beginning."""
    scheme = _FILES.get(Path(to).suffix.lower())
    if scheme and "://" not in to and not Path(to).is_dir():
        raise UserError(
            f"{to} looks like a database file, but without a scheme it names a folder.",
            "a URL for a database, a path for a folder",
            f"Write {scheme}:///{to} for the database, or give the folder another name.",
        )
    return to.removeprefix("folder://")


def _unknown_target(to: str) -> UserError:
    return UserError(
        f"Cannot write to {to!r}.",
        "duckdb:///file.duckdb, sqlite:///file.db, postgresql+psycopg://user@host/database, "
        "mysql+pymysql://user@host/database, or a folder",
        "Give one of these as the target.",
    )


def _file(database: str | None, to: str) -> Path:
    if not database or database == ":memory:":
        raise _unknown_target(to)
    path = Path(database)
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _taken(table: str, where: str) -> UserError:
    return UserError(
        f"{where} already holds rows in {table}.",
        "a target without data",
        "Choose another target, or ask for its tables to be replaced.",
    )


def _steps(tables: Tables, tell: Progress) -> Iterator[tuple[str, pa.Table]]:
    """The tables one by one; progress goes by rows."""
    total, done = max(1, sum(map(len, tables.values()))), 0
    for name, rows in tables.items():
        tell(f"writing {name}", done / total)
        yield name, rows
        done += len(rows)
    tell("written", 1.0)


def _columns(name: str, types: Mapping[str, str]) -> str:
    return ", ".join(f'"{column.name}" {types[column.kind]}' for column in TABLES[name].columns)


# --- DuckDB ---------------------------------------------------------------------------------------


def _to_duckdb(tables: Tables, path: Path, replace: bool, tell: Progress) -> None:
    try:
        connection = duckdb.connect(str(path))
    except duckdb.IOException as error:
        raise _not_opened(path, "a DuckDB file that no other program has open", error) from error
    with connection:
        connection.execute("BEGIN")
        for name, rows in _steps(tables, tell):
            if not replace and _holds_rows(connection.execute, name):
                raise _taken(name, str(path))
            connection.execute(f'DROP TABLE IF EXISTS "{name}"')
            connection.execute(f'CREATE TABLE "{name}" ({_columns(name, _DUCKDB)})')
            connection.register("incoming", rows)
            connection.execute(f'INSERT INTO "{name}" SELECT * FROM incoming')
            connection.unregister("incoming")
        # A columnar file is scanned faster than an index of it is read: none are made.
        connection.execute("COMMIT")


def _holds_rows(execute: Callable[[str], Any], name: str) -> bool:
    try:
        return execute(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone() is not None
    except (duckdb.CatalogException, sqlite3.OperationalError):
        return False


def _not_opened(path: Path, expected: str, error: Exception) -> UserError:
    return UserError(f"{path} cannot be opened: {error}", expected, "Choose another file.")


# --- SQLite ---------------------------------------------------------------------------------------


def _to_sqlite(tables: Tables, path: Path, replace: bool, tell: Progress) -> None:
    with closing(_open_sqlite(path)) as connection:
        for name, rows in _steps(tables, tell):
            if not replace and _holds_rows(connection.execute, name):
                raise _taken(name, str(path))
            connection.execute(f'DROP TABLE IF EXISTS "{name}"')
            connection.execute(f'CREATE TABLE "{name}" ({_columns(name, _SQLITE)})')
            marks = ", ".join("?" * len(rows.schema))
            for batch in as_text(name, rows, flags="integer").to_batches(50_000):
                values = zip(*(column.to_pylist() for column in batch.columns), strict=True)
                connection.executemany(f'INSERT INTO "{name}" VALUES ({marks})', values)
            for column in _indexed(name):
                connection.execute(f'CREATE INDEX "{name}_{column}" ON "{name}" ("{column}")')
        connection.execute("COMMIT")


def _open_sqlite(path: Path) -> sqlite3.Connection:
    """Opened with a transaction begun, so that a file that is none or is locked shows at once."""
    with ExitStack() as opened:
        try:
            connection = opened.enter_context(closing(sqlite3.connect(path, isolation_level=None)))
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.DatabaseError as error:
            raise _not_opened(path, "a SQLite file that can be written", error) from error
        opened.pop_all()  # the caller closes it
        return connection


def _indexed(name: str) -> list[str]:
    table = TABLES[name]
    return list(dict.fromkeys((table.key[0], *(one for one in INDEXED if one in table.by_name))))


# --- PostgreSQL -----------------------------------------------------------------------------------


def _to_postgresql(tables: Tables, address: str, replace: bool, tell: Progress) -> None:
    try:
        connection = psycopg.connect(address)
    except psycopg.OperationalError as error:
        raise _not_reached("PostgreSQL", error) from error
    with connection, connection.cursor() as cursor:
        for name, rows in _steps(tables, tell):
            table = sql.Identifier(name)
            cursor.execute("SELECT to_regclass(%s)", (name,))
            found = cursor.fetchone()
            if found and found[0] and not replace:
                cursor.execute(sql.SQL("SELECT 1 FROM {} LIMIT 1").format(table))
                if cursor.fetchone():
                    raise _taken(name, "The database")
            cursor.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(table))
            columns = [
                sql.SQL("{} {}").format(sql.Identifier(c.name), sql.SQL(_POSTGRESQL[c.kind]))
                for c in TABLES[name].columns
            ]
            cursor.execute(
                sql.SQL("CREATE TABLE {} ({})").format(table, sql.SQL(", ").join(columns))
            )
            _copy(cursor, table, rows)
            for column in _indexed(name):
                cursor.execute(
                    sql.SQL("CREATE INDEX {} ON {} ({})").format(
                        sql.Identifier(f"{name}_{column}"), table, sql.Identifier(column)
                    )
                )
        for name in tables:
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(name)))


def _not_reached(server: str, error: object) -> UserError:
    return UserError(
        f"The database cannot be reached: {error}",
        f"a {server} server that lets this user in",
        "Check host, port, user, password and database name.",
    )


def _copy(cursor: psycopg.Cursor[Any], table: sql.Identifier, rows: pa.Table) -> None:
    command = sql.SQL("COPY {} FROM STDIN WITH (FORMAT csv)").format(table)
    options = pyarrow.csv.WriteOptions(include_header=False)
    with cursor.copy(command) as copy:
        for batch in rows.to_batches(100_000):
            sink = pa.BufferOutputStream()
            pyarrow.csv.write_csv(batch, sink, options)
            copy.write(memoryview(sink.getvalue()))


# --- MySQL and MariaDB ----------------------------------------------------------------------------


def _to_mysql(tables: Tables, url: URL, replace: bool, tell: Progress) -> None:
    """Making a table ends a transaction there, so all of them are looked at before the first."""
    engine = create_engine(url.update_query_dict({"charset": "utf8mb4"}), poolclass=NullPool)
    try:
        connection = engine.raw_connection()
    except (pymysql.MySQLError, RuntimeError) as error:
        # The last is a password that cannot be sent without TLS.
        raise _not_reached("MySQL or MariaDB", error.args[-1]) from error
    with closing(connection), closing(connection.cursor()) as cursor:
        cursor.execute("SET SESSION sql_mode = 'ANSI_QUOTES,STRICT_ALL_TABLES'")
        taken = [] if replace else [name for name in tables if _mysql_holds_rows(cursor, name)]
        if taken:
            raise _taken(taken[0], "The database")
        for name, rows in _steps(tables, tell):
            cursor.execute(f'DROP TABLE IF EXISTS "{name}"')
            columns = _columns(name, _MYSQL)
            cursor.execute(f'CREATE TABLE "{name}" ({columns}) DEFAULT CHARACTER SET utf8mb4')
            marks = ", ".join(["%s"] * len(rows.schema))
            for batch in rows.to_batches(50_000):
                values = list(zip(*(c.to_pylist() for c in batch.columns), strict=True))
                # The driver makes one statement of about a megabyte of them.
                cursor.executemany(f'INSERT INTO "{name}" VALUES ({marks})', values)
            connection.commit()
            for column in _indexed(name):
                cursor.execute(f'CREATE INDEX "{name}_{column}" ON "{name}" ("{column}")')
        for name in tables:
            cursor.execute(f'ANALYZE TABLE "{name}"')
            cursor.fetchall()


def _mysql_holds_rows(cursor: DBAPICursor, name: str) -> bool:
    cursor.execute("SHOW TABLES")
    if name not in {table for (table,) in cursor.fetchall()}:
        return False
    cursor.execute(f'SELECT 1 FROM "{name}" LIMIT 1')
    return bool(cursor.fetchall())


# --- folders --------------------------------------------------------------------------------------


def _to_folder(tables: Tables, to: str, replace: bool, tell: Progress) -> None:
    place, _, query = to.partition("?")
    style = parse_qs(query).get("format", ["csv"])[0]
    if style not in _FORMATS:
        raise UserError(f"format is {style!r}.", "csv or parquet", "Choose one of them.")
    folder = Path(place)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError, PermissionError) as error:
        raise UserError(
            f"{folder} cannot be used as a folder: {error.strerror}.",
            "a folder that can be written",
            "Choose another folder.",
        ) from error
    there = [folder / f"{name}.{end}" for name in tables for end in _FORMATS]
    there = [path for path in there if path.exists()]
    if there and not replace:
        raise _taken(there[0].name, str(folder))
    for path in there:
        path.unlink()
    for name, rows in _steps(tables, tell):
        if style == "parquet":
            pyarrow.parquet.write_table(rows, folder / f"{name}.parquet", compression="zstd")
        else:
            pyarrow.csv.write_csv(as_text(name, rows), folder / f"{name}.csv")


# --- text -----------------------------------------------------------------------------------------


def as_text(name: str, rows: pa.Table, *, flags: str = "true/false") -> pa.Table:
    """The rows with dates, times and money as text, and garbage where none could be read."""
    columns = []
    for column in TABLES[name].columns:
        values = rows[column.name].combine_chunks()
        if column.kind == "money":
            values = _readable(values.cast(pa.string()), column.optional, _NO_NUMBER)
        elif column.kind == "date":
            values = _readable(values.cast(pa.string()), column.optional, _NO_DATE)
        elif column.kind == "timestamp":
            text = pc.strftime(values.cast(pa.timestamp("s")), "%Y-%m-%d %H:%M:%S")
            values = _readable(text, column.optional, _NO_DATE)
        elif column.kind == "flag" and flags == "integer":
            values = values.cast(pa.int8())
        columns.append(values)
    return pa.table(columns, names=rows.column_names)


def _readable(text: pa.Array, optional: bool, garbage: tuple[str, ...]) -> pa.Array:
    """Only rows made bad on purpose lack a value that is required."""
    if optional or not text.null_count:
        return text
    places = pa.array(range(text.null_count)).cast(pa.int64())
    turns = pc.take(pa.array(garbage), pc.bit_wise_and(places, pa.scalar(1)))
    return pc.replace_with_mask(text, pc.is_null(text), turns)


def _silent(step: str, share: float) -> None:
    """Nobody is watching."""
