"""Case databases that are asked in SQL: which statements are sent.

They are made with SQLAlchemy, so that they are the same for all databases but for the grammar of
each. How a statement is run, and in which form its rows come, each kind of source says itself.
"""

from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from queries.contract import TABLES
from queries.definitions import Definitions
from queries.source import pushdown
from queries.source.layout import Found, Layout, without_end
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


@dataclass
class ServerTable:
    """Where a canonical table is on the server: `sql` stands after FROM; `name` and `schema` only
    for tables, which may have keys and indexes. `kinds` are filled in as they become known, `types`
    by servers that send values in types of their own."""

    sql: sa.FromClause | sa.TextClause
    columns: Sequence[str] = ()
    name: str | None = None
    schema: str | None = None
    kinds: dict[str, ServerKind] = field(default_factory=dict)
    types: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ServerTables(Found):
    """The tables of the contract that are on the server."""

    tables: Mapping[str, ServerTable] = field(default_factory=dict)


# Of each key or index of a table: whether it keeps values from repeating, and its columns in order.
Indexes = Sequence[tuple[bool, Sequence[str | None]]]


class SqlSource(CaseSource):
    """Any database that is asked in SQL."""

    # How many ids one statement asks about.
    ids_at_once = pushdown.CHUNK

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        definitions: Definitions,
        layouts: Mapping[str, Layout],
        found: ServerTables,
    ) -> None:
        super().__init__(con, definitions, layouts, found)
        self._tables = found.tables

    @abstractmethod
    def _scalar(self, statement: sa.Select) -> object:
        """The only value of the only row."""

    @abstractmethod
    def _batches(self, statements: Sequence[sa.Select], schema: pa.Schema) -> Iterator[pa.Table]:
        """The rows of the statements one after the other; an empty batch first, which gives the
        table its shape."""

    @abstractmethod
    def _indexes(self, found: ServerTable) -> Indexes | None:
        """Keys and indexes; None where there can be none."""

    @abstractmethod
    def _kind(self, table: str, name: str) -> ServerKind:
        """What a column is for the database."""

    def count(self, table: str) -> int:
        statement = sa.select(sa.func.count()).select_from(self._tables[table].sql)
        return int(str(self._scalar(statement)))

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
            try:
                day = datetime.fromisoformat(str(self._scalar(statement))[:10])
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
        for condition in pushdown.one_of(column, sorted(keys), self.ids_at_once):
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

    def _select_item(self, table: str, name: str) -> sa.ColumnElement:
        return self._plain(table, name)

    def _plain(self, table: str, name: str) -> sa.ColumnElement:
        return column_named(self._layouts[table].columns[name])

    def _column(self, table: str, name: str) -> ServerColumn:
        return ServerColumn(self._plain(table, name), self._kind(table, name))

    def _conditions(self, table: str, restriction: Restriction) -> Conditions:
        match restriction:
            case ChangedSince(at):
                column = self._column(table, "updated_at")
                return pushdown.changed_since(column, at, self._definitions)
            case OfCases(ids):
                return pushdown.one_of(self._column(table, "case_id"), ids, self.ids_at_once)
            case WithKeys(keys):
                column = self._column(table, self._layouts[table].key_part)
                return pushdown.one_of(column, keys, self.ids_at_once)
            case OnDays(spans, name) if name in self._layouts[table].columns:
                declared = TABLES[table].by_name[name]
                column = self._column(table, name)
                return pushdown.on_days(column, declared, spans, self._definitions)
        return [None]


def column_named(name: str) -> sa.ColumnElement:
    """A bare column, always quoted: it may be a reserved word or hold blanks."""
    return sa.column(sa.sql.quoted_name(name, quote=True))


def query_of(select: str) -> ServerTable:
    """A query of the organisation, in which a colon is a colon, never a parameter."""
    query = without_end(select).replace(":", "\\:")
    return ServerTable(sa.text(f"({query}\n) t"))


def bytes_as_text(column: Sequence[bytes | None]) -> pa.Array:
    """What is no text, such as a UUID in 16 bytes, as its hexadecimal digits: they keep different
    keys different."""
    found = pa.array(column, pa.binary())
    try:
        return found.cast(pa.string())
    except pa.ArrowInvalid:
        return pa.array([value and _text(value) for value in column], pa.string())


def _text(given: bytes) -> str:
    try:
        return given.decode()
    except UnicodeDecodeError:
        return given.hex()
