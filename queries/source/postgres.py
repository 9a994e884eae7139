"""A PostgreSQL database as case database: one read-only snapshot, read by COPY.

COPY is several times faster than fetching rows, and gives every type as its text.
"""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import psycopg
import sqlalchemy as sa

from queries.definitions import Definitions
from queries.source.mapping import SourceSpec
from queries.source.pushdown import ServerKind
from queries.source.server import (
    ServerSource,
    find_tables,
    layouts_of,
    wrong_connection,
)
from queries.source.statements import ServerTable
from queries.source.undoing import unless_opened
from queries.source.values import identifier, literal

_KINDS: Mapping[int, ServerKind] = {
    **dict.fromkeys((20, 21, 23), "integer"),
    **dict.fromkeys((18, 19, 25, 1043), "text"),
    1082: "date",
    1114: "naive",
    1184: "zoned",
    2950: "uuid",
}


class PostgresSource(ServerSource):
    """Rows come by COPY through a temporary file."""

    def _select_item(self, table: str, name: str) -> sa.ColumnElement:
        plain = self._plain(table, name)
        return sa.cast(plain, sa.Text) if self._kind(table, name) == "other" else plain

    def _kind(self, table: str, name: str) -> ServerKind:
        return self._tables[table].kinds[self._layouts[table].columns[name]]

    def _load(
        self,
        statements: Sequence[sa.Select],
        names: Sequence[str],
        shape: Mapping[str, str],
        into: str,
    ) -> None:
        columns = ", ".join(f"{sql} AS {identifier(name)}" for name, sql in shape.items())
        types = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
        with tempfile.NamedTemporaryFile(prefix="arrears-", suffix=".csv") as file:
            for statement in statements:
                self._copy_out(statement, Path(file.name))
            self._con.execute(
                f"CREATE TEMP TABLE {identifier(into)} AS SELECT {columns} FROM read_csv("
                f"{literal(file.name)}, auto_detect = FALSE, header = FALSE, delim = ',',"
                f" quote = '\"', escape = '\"', nullstr = '', columns = {{{types}}})"
            )

    def _copy_out(self, statement: sa.Select, path: Path) -> None:
        compiled = statement.compile(
            dialect=self._connection.dialect, compile_kwargs={"render_postcompile": True}
        )
        raw = self._connection.connection.dbapi_connection
        assert isinstance(raw, psycopg.Connection)
        query = f"COPY ({compiled}) TO STDOUT (FORMAT csv)"
        if not compiled.params:
            # Without values psycopg sends the query as it is, doubled percent signs included.
            query = query.replace("%%", "%")
        with (
            path.open("ab") as file,
            raw.cursor() as cursor,
            cursor.copy(query.encode(), compiled.params or None) as copy,
        ):
            file.writelines(copy)


def open_postgres(
    url: sa.URL, spec: SourceSpec, con: duckdb.DuckDBPyConnection, definitions: Definitions
) -> PostgresSource:
    """One transaction, REPEATABLE READ and READ ONLY: a refresh sees one state of the database."""
    engine = sa.create_engine(
        url.set(drivername="postgresql+psycopg"),
        isolation_level="REPEATABLE READ",
        execution_options={"postgresql_readonly": True},
        hide_parameters=True,
    )
    try:
        connection = engine.connect()
        connection.exec_driver_sql("SET LOCAL TimeZone = 'UTC'")
        connection.exec_driver_sql("SET LOCAL DateStyle = 'ISO'")
    except sa.exc.DBAPIError as error:
        engine.dispose()
        raise wrong_connection(url, error) from error
    with unless_opened(engine.dispose, connection.close):
        found = find_tables(spec, connection)
        for table in found.tables.values():
            _note_kinds(table, connection)
        layouts = layouts_of(spec, found, connection)
        return PostgresSource(con, definitions, layouts, connection=connection, found=found)


def _note_kinds(table: ServerTable, connection: sa.Connection) -> None:
    statement = sa.select(sa.text("*")).select_from(table.sql).where(sa.text("1 = 0"))
    with connection.execute(statement) as result:
        for name, oid, *_ in result.cursor.description or ():
            table.kinds[name] = _KINDS.get(int(oid), "other")  # type: ignore[call-overload]
