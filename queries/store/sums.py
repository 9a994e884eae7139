"""Daily sums of the facts: which views they come from, which measures and projections they hold.

A projection is a table of sums by day and a few dimensions. A question reads the smallest one that
knows all its dimensions, else the fact's own view.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import duckdb


@dataclass(frozen=True)
class Fact:
    """A fact as the planner sees it. `view` has day, dimensions, measures and, for distinct
    counts, case_no; `projections` are named tuples of dimensions. `ahead` keeps the sums of days to
    come: due promises are asked for, future changes of bucket are not. `by_day` names the stored
    table where its own day is the day of the fact, so that few days need few of its rows."""

    name: str
    view: str
    dimensions: tuple[str, ...]
    measures: tuple[str, ...]
    projections: Mapping[str, tuple[str, ...]]
    ahead: bool = False
    by_day: str | None = None

    def table(self, projection: str) -> str:
        return f"s_{self.name}_{projection}"


# Movements of the stock read off its spells: one row per flow, so that opening + flows = closing.
STOCK_MOVES = """
WITH turning AS (
    -- A payment alone changes no slice: only turns move a case from one to another.
    SELECT * FROM f_stock
    WHERE NOT opened AND NOT closes AND (team, agent, bucket, stage, age, stage_age)
        <> (p_team, p_agent, p_bucket, p_stage, p_age, p_stage_age)
),
moves AS (
    SELECT case_no, day, team, agent, product, segment, region, bucket, stage, age, stage_age,
        'placed' AS flow, '' AS close_reason, 1 AS n, placed_amount AS balance
    FROM f_stock WHERE opened
    UNION ALL
    SELECT case_no, day, team, agent, product, segment, region, bucket, stage, age, stage_age,
        'collected', '', 0, -paid
    FROM f_stock WHERE paid <> 0
    UNION ALL
    SELECT case_no, day, team, agent, product, segment, region, bucket, stage, age, stage_age,
        'adjusted', '', 0, adjusted
    FROM f_stock WHERE adjusted <> 0
    UNION ALL
    SELECT case_no, day, p_team, p_agent, product, segment, region, p_bucket, p_stage, p_age,
        p_stage_age, 'moved', '', -1, -(balance - adjusted + paid)
    FROM turning
    UNION ALL
    SELECT case_no, day, team, agent, product, segment, region, bucket, stage, age, stage_age,
        'moved', '', 1, balance - adjusted + paid
    FROM turning
    UNION ALL
    SELECT case_no, day, team, agent, product, segment, region, bucket, stage, age, stage_age,
        'closed', close_reason, -1, -balance
    FROM f_stock WHERE closes
)
SELECT * FROM moves
"""

_CASE = ("team", "agent", "product", "segment", "region", "bucket")
_WHO = ("team", "agent")
_WHAT = ("team", "product", "segment", "bucket")
_FLOW = ("flow", "close_reason")

FACTS: Mapping[str, Fact] = {
    fact.name: fact
    for fact in (
        Fact(
            "contacts",
            """
            SELECT case_no, day, team, agent, product, segment, region, bucket, channel, outcome,
                hour, isodow(day) AS weekday, CASE WHEN open THEN 'true' ELSE 'false' END AS open,
                CAST(direction = 'outbound' AS INTEGER) AS attempts,
                CAST(direction = 'outbound' AND outcome IN
                    ('voicemail', 'third_party', 'right_party', 'refused') AS INTEGER) AS connected,
                CAST(direction = 'outbound' AND outcome IN
                    ('third_party', 'right_party', 'refused') AS INTEGER) AS contacted,
                CAST(direction = 'outbound' AND outcome IN
                    ('right_party', 'refused') AS INTEGER) AS right_party,
                CAST(direction = 'inbound' AS INTEGER) AS inbound,
                coalesce(seconds, 0) AS seconds
            FROM f_contacts
            """,
            (*_CASE, "channel", "outcome", "hour", "weekday", "open"),
            ("attempts", "connected", "contacted", "right_party", "inbound", "seconds"),
            {
                "who": (*_WHO, "channel"),
                "what": (*_WHAT, "channel"),
                "when": ("hour", "weekday", "team", "channel"),
            },
            by_day="f_contacts",
        ),
        Fact(
            "first_attempts",
            "SELECT case_no, day, team, agent, product, segment, region, bucket, channel,"
            " wait_days, in_time, 1 AS n FROM f_first_attempts",
            (*_CASE, "channel"),
            ("n", "wait_days", "in_time"),
            {"who": _WHO, "what": _WHAT},
        ),
        Fact(
            "payments",
            "SELECT case_no, day, team, agent, product, segment, region, bucket, vintage,"
            " amount, payments FROM f_payments",
            (*_CASE, "vintage"),
            ("amount", "payments"),
            {"who": _WHO, "what": _WHAT, "vintage": ("team", "product", "segment", "vintage")},
        ),
        Fact(
            "payments_restated",
            "SELECT case_no, day, team, agent, product, segment, region, bucket, vintage,"
            " amount, payments FROM f_payments_restated",
            (*_CASE, "vintage"),
            ("amount", "payments"),
            {"who": _WHO, "what": _WHAT},
        ),
        Fact(
            "promises_made",
            "SELECT case_no, made_day AS day, team, agent, product, segment, region,"
            " made_bucket AS bucket, amount, lead_days, 1 AS n FROM f_promises",
            _CASE,
            ("n", "amount", "lead_days"),
            {"who": _WHO, "what": _WHAT},
        ),
        Fact(
            "promises_due",
            "SELECT case_no, due_day AS day, team, agent, product, segment, region,"
            " due_bucket AS bucket, amount, kept, partial, broken, kept_amount, 1 AS n"
            " FROM f_promises",
            _CASE,
            ("n", "amount", "kept", "partial", "broken", "kept_amount"),
            {"who": _WHO, "what": _WHAT},
            ahead=True,
        ),
        Fact(
            "placements",
            "SELECT case_no, day, team, agent, product, segment, region, bucket,"
            " date_trunc('month', day)::DATE AS vintage, placed_amount AS amount, 1 AS n"
            " FROM f_stock WHERE opened",
            (*_CASE, "vintage"),
            ("n", "amount"),
            {"vintage": ("team", "product", "segment", "vintage")},
        ),
        Fact(
            "stock",
            STOCK_MOVES,
            (*_CASE, "stage", "age", "stage_age", *_FLOW),
            ("n", "balance"),
            {
                "who": (*_WHO, *_FLOW),
                "what": (*_WHAT, *_FLOW),
                "age": ("team", "product", "age", *_FLOW),
                "stage": ("team", "product", "stage", "stage_age", *_FLOW),
            },
            by_day="f_stock",
        ),
        Fact(
            "idle",
            """
            SELECT case_no, day, team, agent, product, segment, region, bucket, idle, 1 AS n
            FROM f_idle
            UNION ALL
            SELECT case_no, until, team, agent, product, segment, region, bucket, idle, -1
            FROM f_idle WHERE until IS NOT NULL
            """,
            (*_CASE, "idle"),
            ("n",),
            {"who": (*_WHO, "idle"), "what": (*_WHAT, "idle")},
        ),
        Fact(
            "roll",
            "SELECT day, team, agent, product, segment, region, bucket, to_state, n, balance"
            " FROM f_roll",
            (*_CASE, "to_state"),
            ("n", "balance"),
            {"what": (*_WHAT, "to_state")},
        ),
    )
}


def rebuild(con: duckdb.DuckDBPyConnection, fact: Fact, today: date) -> None:
    """Make all projections of a fact anew, up to the running day."""
    until = "" if fact.ahead else f"WHERE day <= DATE '{today}'"
    con.execute(f"CREATE OR REPLACE TEMP VIEW fresh AS SELECT * FROM ({fact.view}) {until}")
    for projection, dimensions in fact.projections.items():
        con.execute(
            f"CREATE OR REPLACE TABLE {fact.table(projection)} AS"
            f" {_sums(fact, dimensions)} ORDER BY day"
        )


def resum(con: duckdb.DuckDBPyConnection, fact: Fact, days: str) -> None:
    """Replace the sums of the days in the table `days` (column day) and of no other."""
    wanted = f"day IN (SELECT day FROM {days})"
    few = fact.by_day
    shadow = f"WITH {few} AS (SELECT * FROM main.{few} WHERE {wanted})" if few else ""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE fresh_rows AS"
        f" {shadow} SELECT * FROM ({fact.view}) WHERE {wanted};"
        f"CREATE OR REPLACE TEMP VIEW fresh AS SELECT * FROM fresh_rows"
    )
    for projection, dimensions in fact.projections.items():
        table = fact.table(projection)
        con.execute(
            f"DELETE FROM {table} WHERE day IN (SELECT day FROM {days});"
            f"INSERT INTO {table} {_sums(fact, dimensions)}"
        )


def _sums(fact: Fact, dimensions: tuple[str, ...]) -> str:
    sums = ", ".join(f"CAST(sum({m}) AS BIGINT) AS {m}" for m in fact.measures)
    any_left = " OR ".join(f"sum({m}) <> 0" for m in fact.measures)
    keys = ", ".join(("day", *dimensions))
    return f"SELECT {keys}, {sums} FROM fresh GROUP BY {keys} HAVING {any_left}"


def disagreements(con: duckdb.DuckDBPyConnection, fact: Fact) -> list[str]:
    """Measures whose totals differ between the projections of a fact: must be empty."""
    found = []
    for measure in fact.measures:
        totals = {
            con.execute(f"SELECT coalesce(sum({measure}), 0) FROM {fact.table(p)}").fetchone()
            for p in fact.projections
        }
        if len(totals) > 1:
            found.append(f"{fact.name}.{measure}: {sorted(str(total) for total in totals)}")
    return found
