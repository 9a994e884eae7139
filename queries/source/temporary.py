"""Temporary tables and views of the working connection."""

import duckdb

from queries.source.values import identifier


def forget(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Drop the TEMP TABLE or VIEW `name`, if there is one."""
    found = con.execute(
        "SELECT 'VIEW' FROM duckdb_views() WHERE temporary AND NOT internal AND view_name = $1"
        " UNION ALL SELECT 'TABLE' FROM duckdb_tables() WHERE temporary AND table_name = $1",
        [name],
    ).fetchall()
    for (kind,) in found:
        con.execute(f"DROP {kind} temp.{identifier(name)}")
