"""Case databases that DuckDB reads itself: a DuckDB file, and folders of CSV or Parquet files."""

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import duckdb

from queries.contract import TABLES
from queries.definitions import Definitions
from queries.errors import UserError
from queries.source import wanted
from queries.source.layout import Found, Layout, matched, without_end
from queries.source.mapping import SourceSpec, TableMapping
from queries.source.restrictions import Everything, Restriction
from queries.source.source import CaseSource, select_list
from queries.source.temporary import forget
from queries.source.values import identifier

CATALOG = "case_db"


@dataclass(frozen=True)
class Relation:
    """What stands after FROM for one canonical table.

    `row`: expression that numbers its rows, where there is one. `aside`: read it on the side
    connection, where plain names mean tables of the case database. `hold`: copy it once, because
    reading it again is dear. `name`: schema and table of a table that may have constraints.
    """

    sql: str
    row: str | None = None
    aside: bool = False
    hold: bool = False
    name: tuple[str, str] | None = None


class AttachedSource(CaseSource):
    """Native tables are used in place; queries of the organisation run on the side connection."""

    exact = True

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        definitions: Definitions,
        layouts: Mapping[str, Layout],
        *,
        found: Found,
        relations: Mapping[str, Relation],
        side: duckdb.DuckDBPyConnection,
    ) -> None:
        super().__init__(con, definitions, layouts, found)
        self._relations = dict(relations)
        self._side = side
        self._made: set[str] = set()

    def count(self, table: str) -> int:
        relation = self._relation(table)
        row = self._where(relation).execute(f"SELECT count(*) FROM {relation.sql}").fetchone()
        return int(row[0]) if row else 0

    def close(self) -> None:
        for name in self._made:
            forget(self._con, name)
        self._side.close()
        with contextlib.suppress(duckdb.Error):  # the working connection may be gone already
            self._con.execute(f"DETACH {CATALOG}")

    def _where(self, relation: Relation) -> duckdb.DuckDBPyConnection:
        return self._side if relation.aside else self._con

    def _relation(self, table: str) -> Relation:
        """Where to read; what is dear to read is copied at the first touch."""
        if self._relations[table].hold:
            layout, held = self._layouts[table], f"source_held_{table}"
            with _file_errors(table):
                self._copy(table, list(layout.columns), Everything(), held)
            self._made.add(held)
            same_names = {name: name for name in layout.columns}
            self._layouts[table] = replace(layout, columns=same_names)
            self._relations[table] = Relation(f"temp.{identifier(held)}", row="rowid")
        return self._relations[table]

    def _fetch(self, table: str, names: Sequence[str], restriction: Restriction, into: str) -> None:
        relation = self._relation(table)
        if relation.aside or not isinstance(restriction, Everything) or relation.row is None:
            self._copy(table, names, restriction, into)
            return
        layout = self._layouts[table]
        listed = select_list(layout, self._expressions(layout, names))
        forget(self._con, into)
        self._con.execute(
            f"CREATE TEMP VIEW {identifier(into)} AS"
            f" SELECT {listed}, {relation.row} AS raw_row FROM {relation.sql}"
        )
        self._made.add(into)

    def _copy(self, table: str, names: Sequence[str], restriction: Restriction, into: str) -> None:
        relation, layout = self._relations[table], self._layouts[table]
        where = self._where(relation)
        expressions = self._expressions(layout, names)
        own = {name: identifier(column) for name, column in layout.columns.items()}
        condition = wanted.condition(where, layout, restriction, self._definitions, own)
        rows = f"SELECT {select_list(layout, expressions)} FROM {relation.sql} WHERE {condition}"
        forget(self._con, into)
        if not relation.aside:
            self._con.execute(f"CREATE TEMP TABLE {identifier(into)} AS {rows}")
            return
        self._con.register("source_side_rows", where.execute(rows).to_arrow_reader(100_000))
        self._con.execute(f"CREATE TEMP TABLE {identifier(into)} AS FROM source_side_rows")
        self._con.unregister("source_side_rows")

    def _repeating(self, layout: Layout, restriction: Restriction, into: str) -> list[str]:
        """Counted in place, where the key is one column: mostly there is none."""
        relation = self._relation(layout.table.name)
        if relation.aside or len(layout.table.key) > 1:
            return super()._repeating(layout, restriction, into)
        column = identifier(self._layouts[layout.table.name].columns[layout.key_part])
        rows = self._con.execute(
            f"SELECT CAST({column} AS VARCHAR) FROM {relation.sql} WHERE {column} IN"
            f" (SELECT {identifier(layout.key_part)} FROM {identifier(into)})"
            f" GROUP BY {column} HAVING count(*) > 1"
        ).fetchall()
        return [key for (key,) in rows if key]

    def _expressions(self, layout: Layout, names: Sequence[str]) -> dict[str, str]:
        return {
            name: identifier(layout.columns[name])
            if name in layout.columns
            else "CAST(NULL AS VARCHAR)"
            for name in names
        }


def opened(
    spec: SourceSpec,
    con: duckdb.DuckDBPyConnection,
    definitions: Definitions,
    *,
    side: duckdb.DuckDBPyConnection,
    relations: Mapping[str, Relation],
) -> AttachedSource:
    """The source over what was attached as CATALOG; `relations` by the names of the source.

    Queries of the organisation see the tables of the case database by their plain names and nothing
    of the working connection: `side` has its own search path and no temporary tables.
    """
    side.execute(f"USE {CATALOG}")
    side.execute("SET TimeZone = 'UTC'")
    con.execute("SET TimeZone = 'UTC'")
    mapped = {name: r for name in TABLES if (r := _relation(spec.mapping(name), name, relations))}
    described: dict[str, dict[str, str]] = {}
    broken: dict[str, str] = {}
    for name, relation in mapped.items():
        try:
            described[name] = _describe(side, relation)
        except duckdb.Error as error:
            broken[name] = str(error).splitlines()[0]
    found = Found({name: list(columns) for name, columns in described.items()}, broken)
    layouts = {
        name: Layout(
            TABLES[name],
            columns,
            {canonical: described[name][column] for canonical, column in columns.items()},
            unique=_is_unique(side, mapped[name], [columns[key] for key in TABLES[name].key]),
        )
        for name, columns in found.usable(spec).items()
    }
    return AttachedSource(con, definitions, layouts, found=found, relations=mapped, side=side)


def _relation(
    mapping: TableMapping, name: str, relations: Mapping[str, Relation]
) -> Relation | None:
    if mapping.select:
        held = any(relation.hold for relation in relations.values())
        return Relation(f"({without_end(mapping.select)}\n) AS t", aside=True, hold=held)
    actual = matched(mapping.table or name, relations)
    return relations[actual] if actual else None


def _describe(side: duckdb.DuckDBPyConnection, relation: Relation) -> dict[str, str]:
    """Column -> DuckDB type."""
    rows = side.execute(f"DESCRIBE SELECT * FROM {relation.sql}").fetchall()
    return {row[0]: row[1] for row in rows}


def _is_unique(side: duckdb.DuckDBPyConnection, relation: Relation, key: Sequence[str]) -> bool:
    """Whether a constraint of the DuckDB file keeps the key from repeating.

    Only where no part is text that is read as a date: two texts may mean the same moment.
    """
    if relation.name is None:
        return False
    rows = side.execute(
        "SELECT constraint_column_names FROM duckdb_constraints() WHERE database_name = ?"
        " AND schema_name = ? AND table_name = ?"
        " AND constraint_type IN ('PRIMARY KEY', 'UNIQUE')",
        [CATALOG, *relation.name],
    ).fetchall()
    return any(set(columns) == set(key) for (columns,) in rows)


@contextlib.contextmanager
def _file_errors(table: str) -> Iterator[None]:
    """The line that is wrong, without what stands in it: it may hold what nobody may see."""
    try:
        yield
    except duckdb.InvalidInputException as error:
        told = str(error)
        line = re.search(r"on Line: (\d+)", told)
        found = re.search(r"Expected Number of Columns: \d+ Found: \d+", told)
        where = f" at line {line[1]}" if line else ""
        what = found[0].lower() if found else "not readable as CSV in UTF-8"
        raise UserError(
            f"A file of table {table} is wrong{where}: {what}.",
            "CSV in UTF-8 with one header line and the same number of fields in every line",
            "export the file again",
        ) from error
