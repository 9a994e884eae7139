"""An Apache Spark cluster as case database: large statements, answered in batches of Arrow.

Spark reads whole files for every statement, so that all cases or days that are wanted are asked
for in one. Values come in their own types: an instant with its zone, a decimal exact.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

import duckdb
import pyarrow as pa
import sqlalchemy as sa

from queries.contract import TABLES, Column
from queries.definitions import Definitions
from queries.source import pushdown
from queries.source.layout import Layout
from queries.source.mapping import SourceSpec, TableMapping
from queries.source.pushdown import ServerKind
from queries.source.spark_connect import NoSuchTable, Refused, SparkConnect
from queries.source.statements import (
    Indexes,
    ServerTable,
    ServerTables,
    SqlSource,
    bytes_as_text,
    query_of,
)
from queries.source.undoing import unless_opened
from queries.source.values import identifier

# Spark's types that come as they are: what they are for the server, and what DuckDB makes of them.
_TYPES: Mapping[str, tuple[ServerKind, str]] = {
    "tinyint": ("integer", "TINYINT"),
    "smallint": ("integer", "SMALLINT"),
    "int": ("integer", "INTEGER"),
    "bigint": ("integer", "BIGINT"),
    "date": ("date", "DATE"),
    "timestamp_ntz": ("naive", "TIMESTAMP"),
    "timestamp": ("zoned", "TIMESTAMP WITH TIME ZONE"),
    "boolean": ("other", "BOOLEAN"),
    "float": ("other", "FLOAT"),
    "double": ("other", "DOUBLE"),
    "binary": ("binary", "VARCHAR"),
}
_TEXTS = ("text", "binary")
_DECIMAL = re.compile(r"decimal\((\d+),(\d+)\)")
# Digits that surely fit a 64-bit integer.
_INTEGER_DIGITS = 18
_NOTHING = sa.text("1 = 0")


class SparkSource(SqlSource):
    """Rows are streamed, so that no more than a few batches of them are in memory."""

    ids_at_once = pushdown.MANY_IDS

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        definitions: Definitions,
        layouts: Mapping[str, Layout],
        *,
        connect: SparkConnect,
        found: ServerTables,
    ) -> None:
        super().__init__(con, definitions, layouts, found)
        self._connect = connect

    def close(self) -> None:
        self._connect.close()

    def _scalar(self, statement: sa.Select) -> object:
        [value] = [v for rows in self._connect.rows(statement) for v in rows.column(0).to_pylist()]
        return value

    def _batches(self, statements: Sequence[sa.Select], schema: pa.Schema) -> Iterator[pa.Table]:
        yield schema.empty_table()
        for statement in statements:
            for rows in self._connect.rows(statement):
                columns = [_readable(column) for column in rows.columns]
                yield pa.table(columns, names=schema.names)

    def _texts_of(self, statement: sa.Select) -> set[str]:
        batches = self._batches([statement], pa.schema([("value", pa.string())]))
        texts = (batch.column(0).cast(pa.string()) for batch in batches)
        return {text for column in texts for text in column.to_pylist() if text}

    def _shape(self, table: str, names: Sequence[str]) -> dict[str, str]:
        """Typed, so that a table into which no row came has the types of one with rows."""
        layout = self._layouts[table]
        typed = {
            name: f"CAST({identifier(name)} AS {layout.type_of(name)})"
            for name in names
            if name in layout.columns
        }
        return super()._shape(table, names) | typed

    def _select_item(self, table: str, name: str) -> sa.ColumnElement:
        """What is no text but stands for one, such as an id in DOUBLE, is made text by the server,
        so that ids are compared as they are delivered."""
        plain, layout = self._plain(table, name), self._layouts[table]
        is_text = layout.type_of(name) != "VARCHAR" or self._kind(table, name) in _TEXTS
        return plain if is_text else sa.cast(plain, sa.Text)

    def _kind(self, table: str, name: str) -> ServerKind:
        return self._tables[table].kinds[self._layouts[table].columns[name]]

    def _indexes(self, found: ServerTable) -> Indexes | None:
        return None


def _readable(column: pa.ChunkedArray) -> pa.ChunkedArray | pa.Array:
    """Bytes as text where they are text, as everywhere else."""
    return bytes_as_text(column.to_pylist()) if pa.types.is_binary(column.type) else column


def open_spark(
    connect: SparkConnect,
    spec: SourceSpec,
    con: duckdb.DuckDBPyConnection,
    definitions: Definitions,
) -> SparkSource:
    """Takes over the session. Spark shows each statement the newest state of its tables, and no
    state to a whole refresh: tables may be read at different times, which refreshes allow for."""
    with unless_opened(connect.close):
        found = _find_tables(spec, connect)
        return SparkSource(con, definitions, _layouts(spec, found), connect=connect, found=found)


def _find_tables(spec: SourceSpec, connect: SparkConnect) -> ServerTables:
    """The tables of the contract that are there, with their columns and kinds."""
    tables: dict[str, ServerTable] = {}
    broken: dict[str, str] = {}
    for name in TABLES:
        mapping = spec.mapping(name)
        table = _from(mapping, name)
        statement = sa.select(sa.text("*")).select_from(table.sql).where(_NOTHING)
        try:
            types = connect.columns(statement)
        except NoSuchTable as error:
            if mapping.select:
                broken[name] = str(error)
            continue
        except Refused as error:
            broken[name] = str(error)
            continue
        table.columns = list(types)
        table.types = types
        table.kinds.update({column: _type(type_)[0] for column, type_ in types.items()})
        tables[name] = table
    return ServerTables({name: t.columns for name, t in tables.items()}, broken, tables)


def _from(mapping: TableMapping, name: str) -> ServerTable:
    if mapping.select:
        return query_of(mapping.select)
    schema, _, table = (mapping.table or name).rpartition(".")
    quoted = sa.sql.quoted_name(table, quote=True)
    where = sa.sql.quoted_name(schema, quote=True) if schema else None
    return ServerTable(sa.table(quoted, schema=where), name=table, schema=schema or None)


def _layouts(spec: SourceSpec, found: ServerTables) -> dict[str, Layout]:
    return {
        name: Layout(
            TABLES[name],
            columns,
            {
                column.name: _delivered(column, found.tables[name].types[columns[column.name]])
                for column in TABLES[name].columns
                if column.name in columns
            },
        )
        for name, columns in found.usable(spec).items()
    }


def _delivered(column: Column, type_: str) -> str:
    """The type in which DuckDB gets a column."""
    kind, native = _type(type_)
    as_it_is = column.kind not in ("text", "code") or kind in ("integer", "binary")
    return native if as_it_is else "VARCHAR"


def _type(given: str) -> tuple[ServerKind, str]:
    """Of collated text, CHAR and VARCHAR the first word counts; what is not known comes as text."""
    if decimal := _DECIMAL.fullmatch(given):
        digits, scale = (int(number) for number in decimal.groups())
        whole = scale == 0 and digits <= _INTEGER_DIGITS
        return ("integer" if whole else "other"), given.upper()
    if re.match(r"(string|char|varchar)\b", given):
        return "text", "VARCHAR"
    return _TYPES.get(given, ("other", "VARCHAR"))
