"""The organisation's definitions as macros and variables of a DuckDB connection."""

import duckdb

from queries.definitions import Definitions
from queries.source.values import moved

# Days since placement or since a stage was entered, as read in stand-ups: last day and name.
AGE_BANDS = (
    (7, "0-7"), (15, "8-15"), (30, "16-30"), (60, "31-60"), (90, "61-90"), (180, "91-180"),
)  # fmt: skip
AGE_BEYOND = "181+"
IDLE_BANDS = ("0-6", "7-13", "14-29", "30+")


def install(con: duckdb.DuckDBPyConnection, definitions: Definitions) -> None:
    """Make bucket_of(days), age_of(days), business_time(moment) of a moment of the source, and the
    promise rules known to the statements."""
    edges = definitions.bucket_edges
    buckets = "".join(
        f"WHEN days <= {edge:d} THEN '{name}' "
        for edge, name in zip(edges, definitions.buckets, strict=False)
    )
    ages = "".join(f"WHEN days <= {edge} THEN '{name}' " for edge, name in AGE_BANDS)
    con.execute(
        f"CREATE OR REPLACE TEMP MACRO bucket_of(days) AS"
        f" CASE {buckets} ELSE '{definitions.buckets[-1]}' END"
    )
    con.execute(f"CREATE OR REPLACE TEMP MACRO age_of(days) AS CASE {ages} ELSE '{AGE_BEYOND}' END")
    con.execute(
        f"CREATE OR REPLACE TEMP MACRO business_time(moment) AS"
        f" {moved('moment', definitions.source_zone, definitions.business_zone)}"
    )
    starts = ", ".join(f"{edge + 1:d}" for edge in edges)
    con.execute(f"SET VARIABLE bucket_starts = [{starts}]")
    con.execute(f"SET VARIABLE grace_days = {definitions.grace_days:d}")
    # In ten-thousandths, so that the comparison stays in whole numbers.
    con.execute(f"SET VARIABLE kept_threshold = {int(definitions.kept_threshold * 10_000)}::BIGINT")
