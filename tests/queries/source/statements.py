"""Every statement that the pushdown sends, written down for the grammar of each database.

The files in golden/ are read in reviews. After a change that is meant, write them anew:

    .venv/bin/python -m tests.queries.source.statements
"""
# ruff: noqa: DTZ001 - spans are naive, in the zone of the source

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import sqlalchemy as sa
from clickhouse_connect.cc_sqlalchemy.dialect import ClickHouseDialect
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql, sqlite
from trino.sqlalchemy.dialect import TrinoDialect

from queries.contract import TABLES
from queries.definitions import Definitions
from queries.source import ChangedSince, Everything, OfCases, OnDays, WithKeys
from queries.source.layout import Layout
from queries.source.pushdown import CHUNK, MANY_IDS, ServerKind
from queries.source.restrictions import Restriction
from queries.source.spark_dialect import SparkDialect
from queries.source.statements import (
    Indexes,
    ServerTable,
    ServerTables,
    SqlSource,
    query_of,
)

GOLDEN = Path(__file__).parent / "golden"
# By the name that sqlglot has for the grammar.
DIALECTS: Mapping[str, sa.Dialect] = {
    "sqlite": sqlite.dialect(paramstyle="named"),
    "postgres": postgresql.dialect(paramstyle="named"),
    "mysql": mysql.dialect(paramstyle="named"),
    "spark": SparkDialect(),
    "trino": TrinoDialect(paramstyle="named"),
    "clickhouse": ClickHouseDialect(paramstyle="named"),
    "oracle": oracle.dialect(paramstyle="named"),
    "tsql": mssql.dialect(paramstyle="named"),
}
# Of each kind of moment one table: what changed and which days are asked of each in its own way.
KINDS: Mapping[str, Mapping[str, ServerKind]] = {
    "payments": {"payment_id": "text", "case_id": "text", "paid_at": "naive", "amount": "other",
                 "updated_at": "naive"},
    "contacts": {"contact_id": "integer", "case_id": "integer", "contacted_at": "zoned",
                 "channel": "text", "direction": "text", "outcome": "text",
                 "updated_at": "zoned"},
    "promises": {"promise_id": "other", "case_id": "binary", "made_at": "text", "due_on": "text",
                 "amount": "text", "updated_at": "text"},
    "snapshots": {"case_id": "text", "as_of": "date", "dpd": "integer", "balance": "other"},
    "assignments": {"case_id": "text", "team_id": "text", "from_at": "naive",
                    "updated_at": "date"},
}  # fmt: skip
RENAMED = {"paid_at": "booked at", "amount": "order"}
SPANS = [
    (datetime(2024, 3, 5), datetime(2024, 3, 7)),
    (datetime(2024, 3, 9, 12), datetime(2024, 3, 9, 18)),
]
AT = datetime(2024, 3, 5, 10, 30)
ASKED: Mapping[str, Sequence[Restriction]] = {
    "payments": (Everything(), ChangedSince(AT), OfCases(["C1", "O'Hara"]), WithKeys(["P1", "P2"]),
                 OnDays(SPANS, "paid_at")),
    "contacts": (ChangedSince(AT), OfCases(["1", "C2"]), WithKeys(["7"]),
                 OnDays(SPANS, "contacted_at")),
    "promises": (ChangedSince(AT), OfCases(["0a0b"]), WithKeys(["R1"]), OnDays(SPANS, "due_on")),
    "snapshots": (OnDays(SPANS, "as_of"),),
    "assignments": (ChangedSince(AT), OfCases(["C1"])),
}  # fmt: skip
SELECT = "SELECT * FROM moves WHERE note LIKE '100%:x'"


class Written(SqlSource):
    """Keeps the statements instead of sending them; a few keys repeat, so that all are made."""

    def __init__(self, con: duckdb.DuckDBPyConnection, ids_at_once: int) -> None:
        tables = {name: _table(name, kinds) for name, kinds in KINDS.items()}
        columns = {
            name: {column: RENAMED.get(column, column) for column in kinds}
            for name, kinds in KINDS.items()
        }
        layouts = {name: Layout(TABLES[name], columns[name]) for name in KINDS}
        found = ServerTables({name: list(c.values()) for name, c in columns.items()}, {}, tables)
        super().__init__(con, Definitions(source_zone="Asia/Shanghai"), layouts, found)
        self.ids_at_once = ids_at_once
        self.statements: list[sa.Select] = []

    def close(self) -> None:
        """Nothing is open."""

    def _scalar(self, statement: sa.Select) -> object:
        self.statements.append(statement)
        return "2024-03-06 11:00:00" if "max" in str(statement) else 7

    def _batches(self, statements: Sequence[sa.Select], schema: pa.Schema) -> Iterator[pa.Table]:
        yield schema.empty_table()
        for statement in statements:
            self.statements.append(statement)
            if schema.names == ["value"]:
                yield pa.table([["P1"]], schema)

    def _repeating(self, layout: Layout, restriction: Restriction, into: str) -> list[str]:
        """As if the key that is found to repeat were among those that are staged."""
        super()._repeating(layout, restriction, into)
        return ["P1"]

    def _indexes(self, found: ServerTable) -> Indexes | None:
        return None

    def _kind(self, table: str, name: str) -> ServerKind:
        return KINDS[table][name]


def _table(name: str, kinds: Mapping[str, ServerKind]) -> ServerTable:
    if name == "assignments":
        return query_of(SELECT)
    schema = sa.sql.quoted_name("core", quote=True) if name == "contacts" else None
    return ServerTable(
        sa.table(sa.sql.quoted_name(name, quote=True), schema=schema), kinds=dict(kinds)
    )


def written(ids_at_once: int) -> Iterator[tuple[str, list[sa.Select]]]:
    """What is asked, and the statements that it takes."""
    with duckdb.connect() as con:
        source = Written(con, ids_at_once)
        for table, restrictions in ASKED.items():
            yield f"{table}: count", source.statements
            source.count(table)
            yield f"{table}: newest stamp", source.statements
            if "updated_at" in KINDS[table]:
                source.watermark(table, AT)
            for restriction in restrictions:
                yield f"{table}: {restriction}", source.statements
                source.stage(table, restriction, "raw_rows")


def golden(grammar: str) -> str:
    """The text of the file for one grammar."""
    dialect = DIALECTS[grammar]
    blocks: list[str] = []
    title, before = "", 0
    statements: list[sa.Select] = []
    ids_at_once = MANY_IDS if grammar == "spark" else CHUNK

    def block() -> None:
        if statements[before:]:
            texts = (shown(s, dialect) for s in statements[before:])
            blocks.append(f"-- {title}\n" + "\n\n".join(texts))

    for next_title, statements in written(ids_at_once):
        block()
        title, before = next_title, len(statements)
    block()
    return "\n\n\n".join(blocks) + "\n"


def shown(statement: sa.Select, dialect: sa.Dialect) -> str:
    """A statement, and its values where they travel apart from it."""
    literal = isinstance(dialect, SparkDialect)
    compiled = statement.compile(
        dialect=dialect,
        compile_kwargs={"literal_binds": True} if literal else {"render_postcompile": True},
    )
    text = "\n".join(line.rstrip() for line in str(compiled).splitlines()) + ";"
    values = "" if literal or not compiled.params else f"\n-- {dict(compiled.params)}"
    return text + values


if __name__ == "__main__":
    for name in DIALECTS:
        (GOLDEN / f"{name}.sql").write_text(golden(name), encoding="utf-8")
