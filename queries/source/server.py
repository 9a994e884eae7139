"""Case databases behind SQLAlchemy: what all of them share, and how any of them is read.

Rows travel as text, in batches of Arrow, so that whatever a loosely typed database holds reaches
the cleaning as it is.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from queries.contract import TABLES
from queries.definitions import Definitions
from queries.errors import UserError
from queries.source.layout import Layout, matched
from queries.source.mapping import SourceSpec, TableMapping
from queries.source.opening import EXPECTED
from queries.source.pushdown import ServerKind
from queries.source.statements import Indexes, ServerTable, ServerTables, SqlSource, query_of
from queries.source.undoing import unless_opened

BATCH = 50_000
ReadIndexes = Callable[[ServerTable, sa.Connection], Indexes | None]


class ServerSource(SqlSource):
    """Any database that SQLAlchemy can talk to."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        definitions: Definitions,
        layouts: Mapping[str, Layout],
        *,
        connection: sa.Connection,
        found: ServerTables,
    ) -> None:
        super().__init__(con, definitions, layouts, found)
        self._connection = connection

    def close(self) -> None:
        self._connection.close()
        self._connection.engine.dispose()

    def _scalar(self, statement: sa.Select) -> object:
        return self._connection.execute(statement).scalar()

    def _batches(self, statements: Sequence[sa.Select], schema: pa.Schema) -> Iterator[pa.Table]:
        yield schema.empty_table()
        for statement in statements:
            streamed = statement.execution_options(stream_results=True, yield_per=BATCH)
            with self._connection.execute(streamed) as result:
                for rows in result.partitions():
                    columns = zip(*rows, strict=True)
                    yield pa.table([[_text(v) for v in column] for column in columns], schema)

    def _indexes(self, found: ServerTable) -> Indexes | None:
        return indexes_of(found, self._connection)

    def _kind(self, table: str, name: str) -> ServerKind:
        """Found out from the first value that is there, once."""
        known = self._tables[table].kinds
        if name not in known:
            column = self._plain(table, name)
            statement = sa.select(column).select_from(self._tables[table].sql)
            filled = statement.where(column.is_not(None)).limit(1)
            known[name] = _kind_of(self._scalar(filled))
        return known[name]


def _text(value: object) -> str | None:
    match value:
        case None | str():
            return value
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.isoformat(sep=" ")
        case date():
            return value.isoformat()
        case bytes():
            return value.decode(errors="replace")
    return str(value)


def _kind_of(value: object) -> ServerKind:
    match value:
        case bool():
            return "other"
        case str():
            return "text"
        case int():
            return "integer"
        case datetime():
            return "zoned" if value.tzinfo else "naive"
        case date():
            return "date"
    return "other"


def find_tables(spec: SourceSpec, connection: sa.Connection) -> ServerTables:
    """The server's tables of the contract that are there, with the names of their columns."""
    inspector = sa.inspect(connection)
    names = {*inspector.get_table_names(), *inspector.get_view_names()}
    if connection.dialect.name in ("postgresql", "oracle"):
        names |= set(inspector.get_materialized_view_names())
    tables: dict[str, ServerTable] = {}
    broken: dict[str, str] = {}
    for table in TABLES:
        try:
            with connection.begin_nested():
                found = _find(spec.mapping(table), table, names, inspector)
                if found is not None:
                    found.columns = _columns(found, connection)
                    tables[table] = found
        except sa.exc.DBAPIError as error:
            broken[table] = _said(error.orig).splitlines()[0]
    return ServerTables({name: t.columns for name, t in tables.items()}, broken, tables)


def _find(
    mapping: TableMapping, table: str, names: set[str], inspector: sa.Inspector
) -> ServerTable | None:
    if mapping.select:
        return query_of(mapping.select)
    given = mapping.table or table
    actual, schema = matched(given, names), None
    if actual is None and "." in given:
        schema, _, name = given.partition(".")
        actual = name if inspector.has_table(name, schema=schema) else None
    if actual is None:
        return None
    quoted = sa.sql.quoted_name(actual, quote=True)
    where = sa.sql.quoted_name(schema, quote=True) if schema else None
    return ServerTable(sa.table(quoted, schema=where), name=actual, schema=schema)


def _columns(found: ServerTable, connection: sa.Connection) -> list[str]:
    statement = sa.select(sa.text("*")).select_from(found.sql).where(sa.text("1 = 0"))
    return list(connection.execute(statement).keys())


def indexes_of(found: ServerTable, connection: sa.Connection) -> Indexes | None:
    """Keys and indexes; None for views and queries."""
    inspector = sa.inspect(connection)
    if found.name is None or found.name not in inspector.get_table_names(found.schema):
        return None
    at = (found.name, found.schema)
    return [
        (True, inspector.get_pk_constraint(*at)["constrained_columns"]),
        *((True, unique["column_names"]) for unique in inspector.get_unique_constraints(*at)),
        *((False, index["column_names"]) for index in inspector.get_indexes(*at)),
    ]


def layouts_of(
    spec: SourceSpec,
    found: ServerTables,
    connection: sa.Connection,
    read_indexes: ReadIndexes = indexes_of,
) -> dict[str, Layout]:
    """The layouts of all tables that can be read."""
    out = {}
    for name, columns in found.usable(spec).items():
        indexes = read_indexes(found.tables[name], connection) or []
        out[name] = Layout(TABLES[name], columns, unique=_is_unique(name, columns, indexes))
    return out


def _is_unique(name: str, columns: Mapping[str, str], indexes: Indexes) -> bool:
    """Whether the server keeps the key from repeating.

    Keys with a date are not relied on: two texts may mean the same moment.
    """
    table = TABLES[name]
    if any(table.by_name[part].kind != "text" for part in table.key):
        return False
    key = {columns[part] for part in table.key}
    return any(guards and set(listed) == key for guards, listed in indexes)


def _said(error: BaseException | None) -> str:
    """The words of a driver's error; those of MySQL and others put a number before them."""
    match getattr(error, "args", ()):
        case (int(), str(words)):
            return words
    return str(error)


def wrong_connection(url: sa.URL, error: Exception) -> UserError:
    """What the server said, without the password."""
    told = _said(getattr(error, "orig", None) or error).strip()
    if url.password:
        told = told.replace(str(url.password), "***")
    return UserError(
        f"The case database {url.render_as_string(hide_password=True)} does not open: {told}",
        "a running server, an existing database and the right user and password",
        "correct source.url",
    )


def open_server(
    url: sa.URL, spec: SourceSpec, con: duckdb.DuckDBPyConnection, definitions: Definitions
) -> ServerSource:
    """Any other database that SQLAlchemy knows."""
    try:
        engine = sa.create_engine(url, hide_parameters=True)
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
    with unless_opened(engine.dispose, connection.close):
        found = find_tables(spec, connection)
        layouts = layouts_of(spec, found, connection)
        return ServerSource(con, definitions, layouts, connection=connection, found=found)
