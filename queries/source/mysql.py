"""A MySQL or MariaDB database as case database: one read-only snapshot, every value as its text.

The server sends text anyway. It is taken as it came: making dates and decimals of it only to make
them text again would take twice as long and stumble over the date 0000-00-00.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing

import duckdb
import pyarrow as pa
import pymysql
import sqlalchemy as sa
from pymysql.constants import FIELD_TYPE
from pymysql.cursors import SSCursor
from sqlalchemy.dialects.mysql import CHAR

from queries.definitions import Definitions
from queries.errors import UserError
from queries.source import pushdown
from queries.source.layout import Layout
from queries.source.mapping import SourceSpec
from queries.source.pushdown import Conditions, ServerColumn, ServerKind
from queries.source.restrictions import OfCases, Restriction, WithKeys
from queries.source.server import (
    BATCH,
    ServerSource,
    find_tables,
    layouts_of,
    wrong_connection,
)
from queries.source.statements import (
    Indexes,
    ServerTable,
    ServerTables,
    bytes_as_text,
    column_named,
)
from queries.source.undoing import unless_opened
from queries.source.values import identifier

_TEXTS = (
    FIELD_TYPE.VAR_STRING, FIELD_TYPE.STRING, FIELD_TYPE.VARCHAR, FIELD_TYPE.BLOB,
    FIELD_TYPE.TINY_BLOB, FIELD_TYPE.MEDIUM_BLOB, FIELD_TYPE.LONG_BLOB,
)  # fmt: skip
_INTEGERS = (
    FIELD_TYPE.TINY, FIELD_TYPE.SHORT, FIELD_TYPE.INT24, FIELD_TYPE.LONG, FIELD_TYPE.LONGLONG,
)  # fmt: skip
_KINDS: Mapping[int, ServerKind] = {
    **dict.fromkeys(_TEXTS, "text"),
    **dict.fromkeys(_INTEGERS, "unsigned"),
    FIELD_TYPE.BIT: "bits",
    FIELD_TYPE.DATE: "date",
    FIELD_TYPE.DATETIME: "naive",
    FIELD_TYPE.TIMESTAMP: "zoned",
}
_SESSION = (
    # TIMESTAMP columns hold instants and are shown in the zone of the session.
    "SET SESSION time_zone = '+00:00'",
    # A refresh computes between its questions and while rows are waiting; some servers hang up
    # after a minute.
    "SET SESSION wait_timeout = 28800, SESSION net_write_timeout = 600",
    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
)


class MysqlSource(ServerSource):
    """Rows are streamed as bytes, so that no more than one batch of them is in memory.

    `narrow` names for each table the columns of text in another character set than utf8mb4.
    """

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        definitions: Definitions,
        layouts: Mapping[str, Layout],
        *,
        connection: sa.Connection,
        found: ServerTables,
        narrow: Mapping[str, frozenset[str]],
    ) -> None:
        super().__init__(con, definitions, layouts, connection=connection, found=found)
        self._narrow = narrow

    def _conditions(self, table: str, restriction: Restriction) -> Conditions:
        """The server refuses to compare a column with an id that its character set may lack."""
        match restriction:
            case OfCases(ids):
                name = "case_id"
            case WithKeys(ids):
                name = self._layouts[table].key_part
            case _:
                return super()._conditions(table, restriction)
        column = self._column(table, name)
        if self._layouts[table].columns[name] not in self._narrow[table]:
            return pushdown.one_of(column, ids)
        widened = ServerColumn(sa.cast(column.sql, CHAR(charset="utf8mb4")), "text")
        strange = [text for text in ids if not text.isascii()]
        plain = [text for text in ids if text.isascii()]
        return [*pushdown.one_of(column, plain), *pushdown.one_of(widened, strange)]

    def _select_item(self, table: str, name: str) -> sa.ColumnElement:
        plain = self._plain(table, name)
        return sa.cast(plain, sa.Integer) if self._kind(table, name) == "bits" else plain

    def _kind(self, table: str, name: str) -> ServerKind:
        return self._tables[table].kinds[self._layouts[table].columns[name]]

    def _indexes(self, found: ServerTable) -> Indexes | None:
        return _indexes_of(found, self._connection)

    def _shape(self, table: str, names: Sequence[str]) -> dict[str, str]:
        """Instants, sent in UTC, get the zone that their text lacks."""
        columns = self._layouts[table].columns
        zoned = [n for n in names if n in columns and self._kind(table, n) == "zoned"]
        return super()._shape(table, names) | {n: f"{identifier(n)} || '+00'" for n in zoned}

    def _batches(self, statements: Sequence[sa.Select], schema: pa.Schema) -> Iterator[pa.Table]:
        yield schema.empty_table()
        for statement in statements:
            with closing(self._streamed(statement)) as cursor:
                while rows := cursor.fetchmany(BATCH):
                    yield pa.table([bytes_as_text(c) for c in zip(*rows, strict=True)], schema)

    def _streamed(self, statement: sa.Select) -> SSCursor:
        """The running statement; its cursor gives bytes or None."""
        compiled = statement.compile(
            dialect=self._connection.dialect, compile_kwargs={"render_postcompile": True}
        )
        raw = self._connection.connection.dbapi_connection
        assert isinstance(raw, pymysql.Connection)
        cursor, decoders = raw.cursor(SSCursor), raw.decoders
        raw.decoders, raw.use_unicode = {}, False
        try:
            cursor.execute(str(compiled), dict(compiled.params))
        finally:
            raw.decoders, raw.use_unicode = decoders, True
        return cursor


def open_mysql(
    url: sa.URL, spec: SourceSpec, con: duckdb.DuckDBPyConnection, definitions: Definitions
) -> MysqlSource:
    """One transaction, a consistent snapshot and READ ONLY: a refresh sees one state of the tables
    whose engine keeps versions (InnoDB), and the server refuses to write."""
    if not url.database:
        raise UserError(
            f"source.url {url.render_as_string(hide_password=True)} names no database.",
            "mysql+pymysql://user:password@host/database",
            "correct source.url",
        )
    # Under the name of MariaDB SQLAlchemy refuses MySQL, under that of MySQL it takes both.
    address = url.set(drivername="mysql+pymysql").update_query_dict({"charset": "utf8mb4"})
    engine = sa.create_engine(address, isolation_level="REPEATABLE READ", hide_parameters=True)
    try:
        connection = engine.connect()
        for statement in _SESSION:
            connection.exec_driver_sql(statement)
    except (sa.exc.DBAPIError, RuntimeError, TypeError) as error:
        # Not of the database: a password that only the package cryptography can send without TLS,
        # and options in the URL that the driver does not know.
        engine.dispose()
        raise wrong_connection(url, error) from error
    with unless_opened(engine.dispose, connection.close):
        found = find_tables(spec, connection)
        narrow = {name: _note_kinds(table, connection) for name, table in found.tables.items()}
        layouts = layouts_of(spec, found, connection, _indexes_of)
        return MysqlSource(
            con, definitions, layouts, connection=connection, found=found, narrow=narrow
        )


def _indexes_of(found: ServerTable, connection: sa.Connection) -> Indexes | None:
    """Asked of the catalogue: SQLAlchemy parses SHOW CREATE TABLE and warns of every type that it
    does not know, such as POINT."""
    tables = sa.inspect(connection).get_table_names(found.schema)
    if found.name is None or found.name not in tables:
        return None
    statement = sa.text(
        "SELECT index_name, MIN(non_unique) = 0,"
        " GROUP_CONCAT(IFNULL(column_name, '') ORDER BY seq_in_index SEPARATOR '\n')"
        " FROM information_schema.statistics"
        " WHERE table_schema = IFNULL(:schema, DATABASE()) AND table_name = :name"
        " AND index_type IN ('BTREE', 'HASH') GROUP BY index_name"
    )
    rows = connection.execute(statement, {"schema": found.schema, "name": found.name})
    return [(bool(unique), listed.split("\n")) for _, unique, listed in rows]


def _note_kinds(table: ServerTable, connection: sa.Connection) -> frozenset[str]:
    """Fill in the kinds, and give the columns of text in another character set than utf8mb4."""
    nothing = sa.text("1 = 0")
    statement = sa.select(sa.text("*")).select_from(table.sql).where(nothing)
    with connection.execute(statement) as result:
        for name, code, *_ in result.cursor.description or ():
            table.kinds[name] = _KINDS.get(int(code), "other")  # type: ignore[call-overload]
    texts = [name for name, kind in table.kinds.items() if kind == "text"]
    if not texts:
        return frozenset()
    # TEXT and BLOB have one code. An aggregate has a row, and its character set, without any rows.
    charsets = [sa.func.charset(sa.func.min(column_named(name))) for name in texts]
    row = connection.execute(sa.select(*charsets).select_from(table.sql).where(nothing)).one()
    charset = dict(zip(texts, row, strict=True))
    table.kinds.update({name: "binary" for name in texts if charset[name] == "binary"})
    return frozenset(name for name in texts if charset[name] not in ("binary", "utf8mb4"))
