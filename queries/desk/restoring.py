"""Restoring a desk from a backup: all of it or nothing, and never over rows that nobody kept."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from queries.desk.archive import Archive, Manifest, newer, reading, writing
from queries.desk.backup import desk_tables, is_plain, tables_named, write_desk
from queries.desk.migrating import begin, downgrade, known_revision, revisions, upgrade
from queries.desk.opening import connect, telling
from queries.desk.rows import LeaseRow
from queries.errors import UserError

_BATCH = 1_000


@dataclass(frozen=True)
class Restored:
    """What was restored: the backup, how many files were written and how many were there already,
    and where the rows that it replaced are now (None: there were none)."""

    manifest: Manifest
    files_written: int
    files_there: int
    aside: Path | None


def restore(
    url: str,
    path: Path,
    folders: Mapping[str, Path],
    *,
    replace: bool = False,
    now: datetime,
    program: str,
) -> Restored:
    """Brings the desk of the backup `path` into the database behind `url`, of either kind.

    The rows come into tables of the revision that they were saved from and are then migrated like a
    desk of that age. A desk that holds rows is refused without `replace`; with it, its rows are
    first written to a backup beside `path`. Files go back to `folders`, by report, where none of
    that name is there. Raises UserError, and has changed nothing then, for a file that is damaged
    or newer than the program, a desk that cannot be written or whose jobs a process is running.
    """
    with reading(path) as archive:
        if archive.manifest.revision not in revisions():
            raise newer(path, archive.manifest.program)
        engine = connect(url)
        try:
            with telling(engine), engine.begin() as connection:
                begin(connection)
                _refuse_a_served_desk(connection, now)
                aside = _make_room(connection, path, replace, now, program)
                _fill(connection, archive)
        finally:
            engine.dispose()
        written, there = _put_files(archive, folders)
    return Restored(archive.manifest, written, there, aside)


def check(path: Path) -> Manifest:
    """What a backup holds, after all of it was checked. Raises UserError like `restore`."""
    with reading(path) as archive:
        if archive.manifest.revision not in revisions():
            raise newer(path, archive.manifest.program)
        return archive.manifest


def _refuse_a_served_desk(connection: sa.Connection, now: datetime) -> None:
    if not sa.inspect(connection).has_table(LeaseRow.__tablename__):
        return
    live = sa.select(LeaseRow.holder, LeaseRow.until).where(LeaseRow.until >= now)
    for holder, until in connection.execute(live):
        raise UserError(
            f"A process serves this desk (host and process: {holder}).",
            "a desk that nobody uses while its rows are replaced",
            "stop every `arrears serve` on it and try again; after a process that was killed, "
            f"wait until {until:%Y-%m-%d %H:%M:%S} UTC",
        )


def _make_room(
    connection: sa.Connection, path: Path, replace: bool, now: datetime, program: str
) -> Path | None:
    """Takes the tables away that are there; says where their rows are kept, if there were any."""
    if known_revision(connection) is None:
        return None
    tables = desk_tables(connection)
    _lock(connection, tables)
    held = {table.name: _count(connection, table) for table in tables}
    aside = None
    if any(held.values()):
        told = ", ".join(f"{rows:,} {name}" for name, rows in held.items() if rows)
        if not replace:
            raise UserError(
                f"The desk holds rows already: {told}.",
                "an empty desk",
                "restore into another one (desk.url), or replace its rows with --replace, which "
                "keeps them in a file",
            )
        moment = now.astimezone(UTC)
        aside = path.with_name(f"{path.name}.replaced-{moment:%Y%m%dT%H%M%SZ}")
        with writing(aside, now) as writer:
            write_desk(connection, writer, {}, program)
    for table in reversed(desk_tables(connection, fleeting=True)):
        connection.execute(table.delete())
    downgrade(connection)
    return aside


def _lock(connection: sa.Connection, tables: list[sa.Table]) -> None:
    """Nothing may be written between being kept and being taken away; SQLite has one writer."""
    if connection.dialect.name == "postgresql" and tables:
        quoted = connection.dialect.identifier_preparer.format_table
        names = ", ".join(quoted(table) for table in tables)
        connection.exec_driver_sql("SET LOCAL lock_timeout = '15s'")
        connection.exec_driver_sql(f"LOCK TABLE {names} IN ACCESS EXCLUSIVE MODE")


def _fill(connection: sa.Connection, archive: Archive) -> None:
    manifest = archive.manifest
    upgrade(connection, manifest.revision)
    for table in tables_named(connection, manifest.tables):
        part = manifest.tables[table.name]
        types = [table.c[name].type for name in part.columns]
        rows = (
            {
                name: _value(kind, given)
                for name, kind, given in zip(part.columns, types, row, strict=True)
            }
            for row in archive.rows(table.name)
        )
        while batch := list(islice(rows, _BATCH)):
            connection.execute(table.insert(), batch)
        found = _count(connection, table)
        if found != part.rows:
            # The file was proven before, so this is a bug; the transaction takes all of it back.
            raise RuntimeError(f"{table.name} has {found} rows of {part.rows} in {archive.path}")
        _go_on_counting(connection, table)
    upgrade(connection)


def _value(kind: sa.types.TypeEngine[Any], given: Any) -> Any:
    """The inverse of `plain`, for a column of this type."""
    if given is None or isinstance(kind, sa.JSON):
        return given
    if isinstance(kind, sa.DateTime):
        moment = datetime.fromisoformat(given)
        return moment if kind.timezone else moment.replace(tzinfo=None)
    if isinstance(kind, sa.Date):
        return date.fromisoformat(given)
    if isinstance(kind, sa.LargeBinary):
        return base64.b64decode(given)
    if isinstance(kind, sa.Numeric) and kind.asdecimal:
        return Decimal(given)
    return given


def _go_on_counting(connection: sa.Connection, table: sa.Table) -> None:
    """PostgreSQL numbers new rows by a sequence, which knows nothing of rows with a number."""
    if connection.dialect.name != "postgresql":
        return
    for column in table.primary_key.columns:
        name = connection.dialect.identifier_preparer.format_table(table)
        sequence = sa.func.pg_get_serial_sequence(name, column.name)
        if connection.execute(sa.select(sequence)).scalar() is None:
            continue
        newest = sa.select(sa.func.max(column)).scalar_subquery()
        go_on = sa.func.setval(sequence, sa.func.coalesce(newest, 1), newest.is_not(None))
        connection.execute(sa.select(go_on))


def _count(connection: sa.Connection, table: sa.Table) -> int:
    return int(connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def _put_files(archive: Archive, folders: Mapping[str, Path]) -> tuple[int, int]:
    """How many files were written, and how many were there; what is there is never touched."""
    written = there = 0
    for whole in archive.manifest.files:
        report, _, name = whole.partition("/")
        if report not in folders or not is_plain(name):
            continue
        try:
            folders[report].mkdir(parents=True, exist_ok=True)
            with (folders[report] / name).open("xb") as file:
                file.write(archive.content(whole))
        except FileExistsError:
            there += 1
        except OSError as error:
            raise UserError(
                f"The rows are restored, but {folders[report] / name} cannot be written: {error}",
                "a folder that this user may write to",
                "correct reports.weekly.folder or its rights; take the files out of the backup, "
                "which is a ZIP",
            ) from error
        else:
            written += 1
    return written, there
