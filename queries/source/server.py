"""Case databases behind SQLAlchemy: what all of them share, and how any of them is read.

Rows travel as text, in batches of Arrow, so that whatever a loosely typed database holds reaches
the cleaning as it is.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from queries.contract import TABLES
from queries.definitions import Definitions
from queries.errors import UserError
from queries.source import pushdown
from queries.source.layout import Found, Layout, matched, without_end
from queries.source.mapping import SourceSpec, TableMapping
from queries.source.opening import EXPECTED
from queries.source.pushdown import Conditions, ServerColumn, ServerKind
from queries.source.restrictions import (
    ChangedSince,
    OfCases,
    OnDays,
    Restriction,
    WithKeys,
)
from queries.source.source import CaseSource
from queries.source.temporary import forget
from queries.source.values import identifier

BATCH = 50_000


@dataclass
class ServerTable:
    """Where a canonical table is on the server: `sql` stands after FROM; `name` and `schema` only
    for tables, which may have keys and indexes. `kinds` are filled in as they become known."""

    sql: sa.FromClause | sa.TextClause
    columns: Sequence[str] = ()
    name: str | None = None
    schema: str | None = None
    kinds: dict[str, ServerKind] = field(default_factory=dict)


@dataclass(frozen=True)
class ServerTables(Found):
    """The tables of the contract that are on the server."""

    tables: Mapping[str, ServerTable] = field(default_factory=dict)


# Of each key or index of a table: whether it keeps values from repeating, and its columns in order.
Indexes = Sequence[tuple[bool, Sequence[str | None]]]
ReadIndexes = Callable[[ServerTable, sa.Connection], Indexes | None]


class ServerSource(CaseSource):
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
        self._tables = found.tables

    def count(self, table: str) -> int:
        statement = sa.select(sa.func.count()).select_from(self._tables[table].sql)
        return int(self._connection.execute(statement).scalar_one())

    def close(self) -> None:
        self._connection.close()
        self._connection.engine.dispose()

    def _fetch(self, table: str, names: Sequence[str], restriction: Restriction, into: str) -> None:
        known = [name for name in names if name in self._layouts[table].columns]
        listed = [self._select_item(table, name).label(name) for name in known]
        statement = sa.select(*listed).select_from(self._tables[table].sql)
        conditions = self._conditions(table, restriction)
        statements = [statement if c is None else statement.where(c) for c in conditions]
        forget(self._con, into)
        self._load(statements, known, self._shape(table, names), into)

    def _fetch_stamps(self, table: str, since: datetime | None, into: str) -> None:
        """The server finds the greatest; texts of the last days before it are compared here."""
        column = self._column(table, "updated_at")
        newest = sa.func.max(column.sql)
        if column.kind not in ("naive", "zoned", "date", "text"):
            return super()._fetch_stamps(table, since, into)
        statement = sa.select(newest.label("updated_at")).select_from(self._tables[table].sql)
        statement = statement.where(pushdown.credible(column, self._definitions))
        if column.kind == "text":
            greatest = self._connection.execute(statement).scalar()
            try:
                day = datetime.fromisoformat(str(greatest)[:10])
            except ValueError:
                return super()._fetch_stamps(table, since, into)
            return self._fetch(table, ["updated_at"], ChangedSince(day), into)
        forget(self._con, into)
        return self._load([statement], ["updated_at"], self._shape(table, ["updated_at"]), into)

    def _repeating(self, layout: Layout, restriction: Restriction, into: str) -> list[str]:
        """The server counts: it mostly answers with nothing instead of sending rows to compare.

        Moments in text are not grouped: two texts may mean the same one.
        """
        table, part = layout.table.name, self._plain(layout.table.name, layout.key_part)
        grouped = [
            self._plain(table, name)
            for name in layout.table.key
            if name == layout.key_part or self._kind(table, name) in ("naive", "zoned", "date")
        ]
        rows = self._tables[table].sql
        counted = sa.select(self._select_item(table, layout.key_part)).select_from(rows)
        repeating = counted.group_by(*grouped).having(sa.func.count() > 1)
        keys: set[str] = set()
        for condition in self._conditions(table, restriction):
            statement = repeating
            if condition is not None:
                inside = sa.select(part).select_from(rows).where(condition)
                statement = repeating.where(part.in_(inside))
            keys.update(self._texts_of(statement))
        if not keys or self._kind(table, layout.key_part) != "text":
            return sorted(keys)
        alike = keys | self._alike(table, layout.key_part, keys)
        return sorted(alike.intersection(super()._repeating(layout, restriction, into)))

    def _alike(self, table: str, name: str, keys: set[str]) -> set[str]:
        """All keys that the server takes for these: it may tell no case, no accents and no blanks
        at the end apart, and names any one of a group."""
        column = self._column(table, name)
        statement = sa.select(self._select_item(table, name)).select_from(self._tables[table].sql)
        alike: set[str] = set()
        for condition in pushdown.one_of(column, sorted(keys)):
            alike.update(
                self._texts_of(statement if condition is None else statement.where(condition))
            )
        return alike

    def _texts_of(self, statement: sa.Select) -> set[str]:
        """The values of a single column as staging would give them, empty ones left out."""
        batches = self._batches([statement], pa.schema([("value", pa.string())]))
        return {value for batch in batches for value in batch["value"].to_pylist() if value}

    def indexed(self, table: str) -> frozenset[str] | None:
        indexes = self._indexes(self._tables[table])
        if indexes is None:
            return None
        first = {next(iter(columns)) for _, columns in indexes if columns}
        return frozenset(n for n, c in self._layouts[table].columns.items() if c in first)

    def _indexes(self, found: ServerTable) -> Indexes | None:
        return indexes_of(found, self._connection)

    def _shape(self, table: str, names: Sequence[str]) -> dict[str, str]:
        """Columns of the staged table and their expressions over the columns that were loaded."""
        layout = self._layouts[table]
        shape = {
            name: identifier(name) if name in layout.columns else "CAST(NULL AS VARCHAR)"
            for name in names
        }
        return {**shape, "inside": "TRUE", **({"keys_are_unique": "TRUE"} if layout.unique else {})}

    def _load(
        self,
        statements: Sequence[sa.Select],
        names: Sequence[str],
        shape: Mapping[str, str],
        into: str,
    ) -> None:
        """Run the statements and make the TEMP TABLE `into` of their rows together."""
        columns = ", ".join(f"{sql} AS {identifier(name)}" for name, sql in shape.items())
        schema = pa.schema([(name, pa.string()) for name in names])
        for number, batch in enumerate(self._batches(statements, schema)):
            self._con.register("source_batch", batch)
            verb = "INSERT INTO" if number else "CREATE TEMP TABLE"
            joint = "" if number else "AS"
            self._con.execute(
                f"{verb} {identifier(into)} {joint} SELECT {columns} FROM source_batch"
            )
            self._con.unregister("source_batch")

    def _batches(self, statements: Sequence[sa.Select], schema: pa.Schema) -> Iterator[pa.Table]:
        """An empty batch first, which gives the table its shape."""
        yield schema.empty_table()
        for statement in statements:
            streamed = statement.execution_options(stream_results=True, yield_per=BATCH)
            with self._connection.execute(streamed) as result:
                for rows in result.partitions():
                    columns = zip(*rows, strict=True)
                    yield pa.table([[_text(v) for v in column] for column in columns], schema)

    def _select_item(self, table: str, name: str) -> sa.ColumnElement:
        return self._plain(table, name)

    def _plain(self, table: str, name: str) -> sa.ColumnElement:
        return column_named(self._layouts[table].columns[name])

    def _column(self, table: str, name: str) -> ServerColumn:
        return ServerColumn(self._plain(table, name), self._kind(table, name))

    def _kind(self, table: str, name: str) -> ServerKind:
        """Found out from the first value that is there, once."""
        known = self._tables[table].kinds
        if name not in known:
            column = self._plain(table, name)
            statement = sa.select(column).select_from(self._tables[table].sql)
            filled = statement.where(column.is_not(None)).limit(1)
            known[name] = _kind_of(self._connection.execute(filled).scalar())
        return known[name]

    def _conditions(self, table: str, restriction: Restriction) -> Conditions:
        match restriction:
            case ChangedSince(at):
                column = self._column(table, "updated_at")
                return pushdown.changed_since(column, at, self._definitions)
            case OfCases(ids):
                return pushdown.one_of(self._column(table, "case_id"), ids)
            case WithKeys(keys):
                return pushdown.one_of(self._column(table, self._layouts[table].key_part), keys)
            case OnDays(spans, name) if name in self._layouts[table].columns:
                declared = TABLES[table].by_name[name]
                column = self._column(table, name)
                return pushdown.on_days(column, declared, spans, self._definitions)
        return [None]


def column_named(name: str) -> sa.ColumnElement:
    """A bare column, always quoted: it may be a reserved word or hold blanks."""
    return sa.column(sa.sql.quoted_name(name, quote=True))


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
        # A colon in the query is a colon, never a parameter.
        query = without_end(mapping.select).replace(":", "\\:")
        return ServerTable(sa.text(f"({query}\n) t"))
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
