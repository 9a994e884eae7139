"""A DuckDB file as case database."""

from pathlib import Path

import duckdb

from queries.definitions import Definitions
from queries.errors import UserError
from queries.source.attached import CATALOG, AttachedSource, Relation, opened
from queries.source.mapping import SourceSpec
from queries.source.undoing import unless_opened
from queries.source.values import identifier, literal


def open_duckdb(
    path: Path, spec: SourceSpec, con: duckdb.DuckDBPyConnection, definitions: Definitions
) -> AttachedSource:
    """Attach the file read-only; DuckDB lets nobody write to it meanwhile."""
    if not path.is_file():
        raise UserError(
            f"There is no DuckDB file {path}.",
            "the path of an existing file after duckdb:///",
            "correct source.url, or make a demo database with `arrears demo`",
        )
    side = con.cursor()
    try:
        side.execute(f"ATTACH {literal(str(path))} AS {CATALOG} (READ_ONLY)")
    except duckdb.Error as error:
        side.close()
        raise UserError(
            f"The DuckDB file {path} cannot be opened: {str(error).splitlines()[0]}",
            "a DuckDB database that no other program holds open for writing",
            "close the other program, or check that the file is what it should be",
        ) from error
    with unless_opened(lambda: con.execute(f"DETACH {CATALOG}"), side.close):
        return opened(spec, con, definitions, side=side, relations=_relations(side))


def _relations(side: duckdb.DuckDBPyConnection) -> dict[str, Relation]:
    """Tables and views by name, those of other schemas than main as schema.name.

    A view is read on the side connection: the plain names inside it mean its own database.
    """
    rows = side.execute(
        "SELECT schema_name, table_name, FALSE FROM duckdb_tables() WHERE database_name = $1"
        " UNION ALL SELECT schema_name, view_name, TRUE FROM duckdb_views()"
        " WHERE database_name = $1 AND NOT internal",
        [CATALOG],
    ).fetchall()
    out: dict[str, Relation] = {}
    for schema, name, is_view in rows:
        sql = f"{CATALOG}.{identifier(schema)}.{identifier(name)}"
        relation = (
            Relation(sql, aside=True) if is_view else Relation(sql, "rowid", name=(schema, name))
        )
        out[f"{schema}.{name}"] = relation
        if schema == "main":
            out[name] = relation
    return out
