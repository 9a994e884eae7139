"""Backup of a desk: its rows as they were at one moment, and the report files that they name.

It reads a desk of any known revision as it is and migrates nothing, so that a new program can keep
what an old one left before it touches it.
"""

import base64
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from queries.desk.archive import Manifest, PlainRow, Writer, writing
from queries.desk.migrating import known_revision
from queries.desk.opening import connect, telling
from queries.desk.rows import LeaseRow, Row, SecretRow, SessionRow
from queries.errors import UserError

# Who runs the jobs or is signed in at this moment is over with the moment; and a secret that is
# carried about is none.
_FLEETING = frozenset(row.__tablename__ for row in (LeaseRow, SessionRow, SecretRow))

_BATCH = 1_000


def back_up(
    url: str, path: Path, folders: Mapping[str, Path], *, now: datetime, program: str
) -> Manifest:
    """Writes the desk behind `url` into the file `path`; the service may go on meanwhile.

    `folders` says where each report leaves its files: those that the desk says were delivered are
    taken along where they are still there. Raises UserError where there is no desk, it cannot be
    read, or the file cannot be written.
    """
    engine = connect(url)
    try:
        _require_file(engine)
        with telling(engine), _snapshot(engine) as connection, writing(path, now) as writer:
            return write_desk(connection, writer, folders, program)
    finally:
        engine.dispose()


def write_desk(
    connection: sa.Connection, writer: Writer, folders: Mapping[str, Path], program: str
) -> Manifest:
    """Writes every row that `connection` sees. Raises UserError for an unknown revision."""
    revision = known_revision(connection)
    if revision is None:
        raise _no_desk(connection.engine)
    tables = desk_tables(connection)
    for table in tables:
        columns = [column.name for column in table.columns]
        writer.table(table.name, columns, _rows(connection, table))
    for name, file in _delivered(connection, tables, folders).items():
        writer.file(name, file)
    return writer.finish(program, revision)


def desk_tables(connection: sa.Connection, *, fleeting: bool = False) -> list[sa.Table]:
    """The tables of the desk as they are in the database, those that others refer to first; with
    `fleeting` also those that no backup keeps.

    Other tables may live in the same database: they are nobody's business here.
    """
    there = sa.inspect(connection).get_table_names()
    wanted = Row.metadata.tables.keys() - (set() if fleeting else _FLEETING)
    return tables_named(connection, [name for name in wanted if name in there])


def tables_named(connection: sa.Connection, names: Collection[str]) -> list[sa.Table]:
    """These tables as they are in the database, those that others refer to first."""
    found = sa.MetaData()
    # An empty JSON value is NULL, as the declared column writes it, not the text "null".
    sa.event.listen(found, "column_reflect", _with_empty_json)
    found.reflect(connection, only=list(names))
    return found.sorted_tables


def _with_empty_json(_: object, __: object, column: Any) -> None:
    if isinstance(column["type"], sa.JSON):
        column["type"] = sa.JSON(none_as_null=True)


def plain(value: Any) -> Any:
    """A value of a row as JSON has it. Raises TypeError for a kind that no table has yet."""
    match value:
        case None | bool() | int() | float() | str() | dict() | list():
            return value
        case datetime():
            # SQLite keeps moments without a zone; all of the desk's are in UTC.
            moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value
            return moment.astimezone(UTC).isoformat()
        case date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case bytes():
            return base64.b64encode(value).decode()
    raise TypeError(f"a backup cannot hold {type(value).__name__}")


def _rows(connection: sa.Connection, table: sa.Table) -> Iterator[PlainRow]:
    ordered = sa.select(table).order_by(*table.primary_key.columns)
    with connection.execute(ordered.execution_options(yield_per=_BATCH)) as rows:
        for row in rows:
            yield [plain(value) for value in row]


def _delivered(
    connection: sa.Connection, tables: list[sa.Table], folders: Mapping[str, Path]
) -> dict[str, Path]:
    """ "report/name" → file, of all that lie in the folders of the reports by the desk's word."""
    (sent,) = [table for table in tables if table.name == "deliveries"]
    named = sa.select(sent.c.report, sent.c.detail).where(
        sent.c.channel == "folder", sent.c.outcome == "sent"
    )
    found = {}
    for report, detail in connection.execute(named):
        for name in detail.split(", "):
            if report in folders and is_plain(name) and (folders[report] / name).is_file():
                found[f"{report}/{name}"] = folders[report] / name
    return dict(sorted(found.items()))


def is_plain(name: str) -> bool:
    """Whether it names a file in a folder and nothing outside of it."""
    return bool(name) and not name.startswith(".") and not set(name) & set("/\\\0")


@contextmanager
def _snapshot(engine: sa.Engine) -> Iterator[sa.Connection]:
    """A connection that sees one state of the desk, whatever others write meanwhile."""
    with engine.connect() as plain_connection:
        if engine.dialect.name == "sqlite":
            # The driver begins no transaction for reading.
            plain_connection.exec_driver_sql("BEGIN")
            yield plain_connection
        else:
            yield plain_connection.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )


def _require_file(engine: sa.Engine) -> None:
    """SQLite would make an empty desk where there is none."""
    if engine.dialect.name == "sqlite" and not Path(str(engine.url.database)).is_file():
        raise _no_desk(engine)


def _no_desk(engine: sa.Engine) -> UserError:
    name = engine.url.render_as_string(hide_password=True)
    return UserError(
        f"There is no desk in {name}.",
        "a desk that `arrears serve` or another command has used",
        "correct desk.url, or start in the directory of the service",
    )
