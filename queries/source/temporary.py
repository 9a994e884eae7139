"""Temporary tables and views of the working connection."""

import duckdb

from queries.source.values import identifier


def forget(con: duckdb.DuckDBPyConnection, name: str) -> None:
    """Drop the TEMP TABLE or VIEW `name`, if there is one."""
    try:
        con.execute(f"DROP TABLE IF EXISTS temp.{identifier(name)}")
    except duckdb.CatalogException:
        # Looking it up in the catalogue first costs more than all the dropping.
        con.execute(f"DROP VIEW temp.{identifier(name)}")
