"""A SQLite file as case database.

SQLite columns hold whatever was put into them, so that everything is read as text. One refresh is
one read transaction: in WAL mode nobody waits for it; in the older journal modes a writer waits
until the refresh is over.
"""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from queries.definitions import Definitions
from queries.errors import UserError
from queries.source.mapping import SourceSpec
from queries.source.pushdown import ServerKind
from queries.source.server import BATCH, ServerSource, find_tables, layouts_of
from queries.source.statements import ServerTable
from queries.source.undoing import unless_opened


class SqliteSource(ServerSource):
    """Every column is compared and read as text."""

    def _select_item(self, table: str, name: str) -> sa.ColumnElement:
        return sa.cast(self._plain(table, name), sa.Text)

    def _kind(self, table: str, name: str) -> ServerKind:
        """Text where the column's declared type makes SQLite compare numbers and texts alike."""
        layout = self._layouts[table]
        if layout.table.by_name[name].kind in ("date", "timestamp"):
            return "text"
        known = self._tables[table].kinds
        return known.get(layout.columns[name], "other")

    def _batches(self, statements: Sequence[sa.Select], schema: pa.Schema) -> Iterator[pa.Table]:
        """Bytes straight from SQLite, made text by Arrow: twice as fast as row by row."""
        yield schema.empty_table()
        raw = self._connection.connection.dbapi_connection
        assert isinstance(raw, sqlite3.Connection)
        for statement in statements:
            compiled = statement.compile(
                dialect=self._connection.dialect, compile_kwargs={"render_postcompile": True}
            )
            values = [compiled.params[name] for name in compiled.positiontup or ()]
            raw.text_factory = bytes
            try:
                cursor = raw.execute(str(compiled), values)
                while rows := cursor.fetchmany(BATCH):
                    yield pa.table([_texts(column) for column in zip(*rows, strict=True)], schema)
            finally:
                raw.text_factory = _forgiving


def _texts(column: Sequence[bytes | None]) -> pa.Array:
    found = pa.array(column, pa.binary())
    try:
        return found.cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array([value and _forgiving(value) for value in column], pa.string())


def _forgiving(given: bytes) -> str:
    """Text that is not UTF-8 is still read, so that its row can be counted or set aside."""
    return given.decode("utf-8", errors="replace")


def open_sqlite(
    path: Path, spec: SourceSpec, con: duckdb.DuckDBPyConnection, definitions: Definitions
) -> SqliteSource:
    """Open the file in mode=ro, in which SQLite itself refuses to write."""
    if not path.is_file():
        raise UserError(
            f"There is no SQLite file {path}.",
            "the path of an existing file after sqlite:///",
            "correct source.url",
        )
    engine = sa.create_engine("sqlite://", creator=lambda: _connect(path), hide_parameters=True)
    with unless_opened(engine.dispose) as undo:
        try:
            connection = engine.connect()
            undo.callback(connection.close)
            connection.exec_driver_sql("BEGIN")
            found = find_tables(spec, connection)
        except sa.exc.DBAPIError as error:
            raise UserError(
                f"The SQLite file {path} cannot be read: {error.orig}",
                "a SQLite database",
                "check that the file is what it should be",
            ) from error
        _note_kinds(found.tables, connection)
        layouts = layouts_of(spec, found, connection)
        return SqliteSource(con, definitions, layouts, connection=connection, found=found)


def _connect(path: Path) -> sqlite3.Connection:
    url = f"file:{quote(str(path.resolve()))}?mode=ro"
    raw = sqlite3.connect(url, uri=True, isolation_level=None, check_same_thread=False)
    raw.text_factory = _forgiving
    return raw


def _note_kinds(tables: Mapping[str, ServerTable], connection: sa.Connection) -> None:
    inspector = sa.inspect(connection)
    for table in tables.values():
        if table.name is None or table.name not in inspector.get_table_names():
            continue
        for column in inspector.get_columns(table.name):
            alike = isinstance(column["type"], (sa.String, sa.Integer, sa.Numeric))
            table.kinds[column["name"]] = "text" if alike else "other"
