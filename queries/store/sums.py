"""Daily sums of the facts: which views they come from, which measures and projections they hold.

A projection is a table of sums by day and a few dimensions. A question reads the smallest one that
knows all its dimensions, else the fact's own view.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from queries.store.differences import any_rows


@dataclass(frozen=True)
class Fact:
    """A fact as the planner sees it. `view` reads the stored `table` and has day, dimensions,
    measures and, for distinct counts, case_no; `projections` are named tuples of dimensions.
    `outcome` is a dimension that terms are limited by and nobody splits by: its values are columns,
    `n_placed` for instance, so that it makes no rows. `ahead` keeps the sums of days to come: due
    promises are asked for, future changes of bucket are not. `spells` gives levels as they stood
    from a day until another, where the fact knows: the same as all movements before, in far fewer
    rows."""

    name: str
    stored: str
    view: str
    dimensions: tuple[str, ...]
    measures: tuple[str, ...]
    projections: Mapping[str, tuple[str, ...]]
    outcome: str | None = None
    ahead: bool = False
    spells: str | None = None

    def table(self, projection: str) -> str:
        return f"s_{self.name}_{projection}"

    def columns(
        self, measures: Sequence[str], only: Mapping[str, tuple[str, ...]]
    ) -> tuple[str, ...]:
        """What is added up for `measures` of what `only` limits a term to."""
        outcomes = only.get(self.outcome) if self.outcome else None
        if outcomes is None:
            return tuple(measures)
        return tuple(" + ".join(f"{m}_{outcome}" for outcome in outcomes) for m in measures)

    @property
    def changes(self) -> str:
        """The temporary table of what changes these sums."""
        return f"changes_of_{self.name}"


# The flows of the stock, and which of its measures each of them moves.
_FLOWS: Mapping[str, tuple[str, ...]] = {
    "placed": ("n", "balance"),
    "collected": ("balance",),
    "adjusted": ("balance",),
    "moved": ("n", "balance"),
    "closed": ("n", "balance"),
}
_MOVED = {
    f"{measure}_{flow}": f"CASE flow WHEN '{flow}' THEN {measure} ELSE 0 END"
    for flow, measures in _FLOWS.items()
    for measure in measures
}

# Movements of the stock read off its spells: one row per flow, so that opening + flows = closing.
_STOCK_MOVES = f"""
WITH turning AS NOT MATERIALIZED (
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
SELECT *, {", ".join(f"{value} AS {column}" for column, value in _MOVED.items())}
FROM moves
"""

_CASE = ("team", "agent", "product", "segment", "region", "bucket")
_WHO = ("team", "agent")
_WHAT = ("team", "product", "segment", "bucket")

FACTS: Mapping[str, Fact] = {
    fact.name: fact
    for fact in (
        Fact(
            "contacts",
            "f_contacts",
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
                "team": ("team", "channel"),
                "when": ("hour", "weekday", "team", "channel"),
            },
        ),
        Fact(
            "first_attempts",
            "f_first_attempts",
            "SELECT case_no, day, team, agent, product, segment, region, bucket, channel,"
            " wait_days, in_time, 1 AS n FROM f_first_attempts",
            (*_CASE, "channel"),
            ("n", "wait_days", "in_time"),
            {"who": _WHO, "what": _WHAT},
        ),
        Fact(
            "payments",
            "f_payments",
            "SELECT case_no, day, team, agent, product, segment, region, bucket, vintage,"
            " amount, payments FROM f_payments",
            (*_CASE, "vintage"),
            ("amount", "payments"),
            {"who": _WHO, "what": _WHAT, "vintage": ("team", "product", "segment", "vintage")},
        ),
        Fact(
            "payments_restated",
            "f_payments_restated",
            "SELECT case_no, day, team, agent, product, segment, region, bucket, vintage,"
            " amount, payments FROM f_payments_restated",
            (*_CASE, "vintage"),
            ("amount", "payments"),
            {"who": _WHO, "what": _WHAT},
        ),
        Fact(
            "promises_made",
            "f_promises",
            "SELECT case_no, made_day AS day, team, agent, product, segment, region,"
            " made_bucket AS bucket, amount, lead_days, 1 AS n FROM f_promises",
            _CASE,
            ("n", "amount", "lead_days"),
            {"who": _WHO, "what": _WHAT},
        ),
        Fact(
            "promises_due",
            "f_promises",
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
            "f_stock",
            "SELECT case_no, day, team, agent, product, segment, region, bucket,"
            " date_trunc('month', day)::DATE AS vintage, placed_amount AS amount, 1 AS n,"
            # Not closed again on the day of placement.
            " CAST(NOT closes AS INTEGER) AS lived FROM f_stock WHERE opened",
            (*_CASE, "vintage"),
            ("n", "amount", "lived"),
            {"vintage": ("team", "product", "segment", "vintage")},
        ),
        Fact(
            "stock",
            "f_stock",
            _STOCK_MOVES,
            (*_CASE, "stage", "age", "stage_age", "close_reason"),
            ("n", "balance", *_MOVED),
            {
                "who": (*_WHO, "close_reason"),
                "what": (*_WHAT, "close_reason"),
                "team": ("team", "bucket", "close_reason"),
                "load": (*_WHO, "bucket"),
                "age": ("team", "product", "age", "close_reason"),
                "stage": ("team", "product", "stage", "stage_age", "close_reason"),
            },
            outcome="flow",
            spells="SELECT case_no, day, until, team, agent, product, segment, region, bucket,"
            " stage, age, stage_age, 1 AS n, balance FROM f_stock WHERE NOT closes",
        ),
        Fact(
            "idle",
            "f_idle",
            """
            SELECT case_no, day, team, agent, product, segment, region, bucket, idle, 1 AS n
            FROM f_idle
            UNION ALL
            SELECT case_no, until, team, agent, product, segment, region, bucket, idle, -1
            FROM f_idle WHERE until IS NOT NULL
            """,
            (*_CASE, "idle"),
            ("n",),
            {"who": (*_WHO, "idle"), "what": (*_WHAT, "idle"), "team": ("team", "idle")},
            spells="SELECT case_no, day, until, team, agent, product, segment, region, bucket,"
            " idle, 1 AS n FROM f_idle",
        ),
        Fact(
            "stays",
            "f_stays",
            "SELECT case_no, day, team, product, segment, region, previous, 1 AS n FROM f_stays",
            ("team", "product", "segment", "region", "previous"),
            ("n",),
            {"team": ("team", "product", "segment", "previous")},
        ),
        *(
            Fact(
                name,
                f"f_{name}",
                # Two counts in one table: each day has two previous ones, mostly the same.
                f"""
                SELECT case_no, day, {", ".join(dimensions)}, previous, 1 AS n, 0 AS n_open
                FROM f_{name}
                UNION ALL
                SELECT case_no, day, {", ".join(dimensions)}, previous_open, 0, 1
                FROM f_{name} WHERE open
                """,
                (*dimensions, "previous"),
                ("n", "n_open"),
                {"days": (*(d for d in dimensions if d != "region"), "previous")},
            )
            for name, dimensions in (
                ("attempted", ("product", "segment", "region")),
                ("team_attempted", ("team",)),
            )
        ),
        Fact(
            "roll",
            "f_roll",
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
    made: list[str] = []
    for projection, dimensions in fact.projections.items():
        # Sums of sums are the same, and sooner made.
        finer = [p for p in made if set(dimensions) <= set(fact.projections[p])]
        source = fact.table(finer[-1]) if finer else "fresh"
        con.execute(
            f"CREATE OR REPLACE TABLE {fact.table(projection)} AS"
            f" {_added(fact, dimensions, source)} ORDER BY day"
        )
        made.append(projection)


def begin_notes(con: duckdb.DuckDBPyConnection) -> None:
    """Nothing is noted yet."""
    con.execute("CREATE OR REPLACE TEMP TABLE noted_facts (name VARCHAR)")


def note(con: duckdb.DuckDBPyConnection, stored: str) -> None:
    """Note what the rows in `differing` (of the table `stored`) change in the sums of each fact:
    those that came count, those that went are taken away."""
    for fact in FACTS.values():
        if fact.stored != stored:
            continue
        keys = ", ".join(("day", *fact.dimensions))
        sides = []
        for side, sign in ((">", ""), ("<", "-")):
            measures = ", ".join(f"{sign}{m}" for m in fact.measures)
            sides.append(
                f"""
                WITH {stored} AS (
                    SELECT * EXCLUDE (side, number) FROM (
                        SELECT *, unnest(range(abs(side))) AS number
                        FROM differing WHERE side {side} 0
                    )
                )
                SELECT {keys}, {measures} FROM ({fact.view})
                """
            )
        con.execute(
            f"""
            CREATE OR REPLACE TEMP TABLE {fact.changes} AS ({sides[0]}) UNION ALL ({sides[1]});
            INSERT INTO noted_facts VALUES ('{fact.name}')
            """
        )


def update(con: duckdb.DuckDBPyConnection, fact: Fact, begun: date, today: date) -> list[date]:
    """Bring the sums from the day `begun` to `today`: what was noted changes the days up to
    `begun`, the days after it are summed from the facts. Returns the days that differ."""
    listed = ", ".join(("day", *fact.dimensions, *fact.measures))
    changes = []
    if any_rows(con, f"noted_facts WHERE name = '{fact.name}'"):
        until = "" if fact.ahead else f" WHERE day <= DATE '{begun}'"
        noted = f"(SELECT {listed} FROM {fact.changes}{until})"
        changes.append(_added(fact, fact.dimensions, noted))
    if not fact.ahead and begun < today:
        changes.append(
            f"SELECT {listed} FROM ({fact.view})"
            f" WHERE day > DATE '{begun}' AND day <= DATE '{today}'"
        )
    if not changes:
        return []
    con.execute(f"CREATE OR REPLACE TEMP TABLE noted AS {' UNION ALL '.join(changes)}")
    con.execute("CREATE OR REPLACE TEMP TABLE days AS SELECT DISTINCT day FROM noted")
    days = [row[0] for row in con.execute("SELECT day FROM days ORDER BY day").fetchall()]
    for projection, dimensions in fact.projections.items() if days else ():
        _merge(con, fact, projection, dimensions)
    return days


def _merge(
    con: duckdb.DuckDBPyConnection, fact: Fact, projection: str, dimensions: tuple[str, ...]
) -> None:
    """Add what is in `noted` to the sums of the days in `days`."""
    table = fact.table(projection)
    columns = ", ".join(("day", *dimensions, *fact.measures))
    known = f"SELECT {columns} FROM {table} WHERE day IN (SELECT day FROM days)"
    both = f"({known} UNION ALL SELECT {columns} FROM noted)"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE merged AS {_added(fact, dimensions, both)};"
        f"DELETE FROM {table} WHERE day IN (SELECT day FROM days);"
        f"INSERT INTO {table} SELECT * FROM merged ORDER BY day"
    )


def _added(fact: Fact, dimensions: tuple[str, ...], rows: str) -> str:
    """A SELECT of the sums of `rows` by day and dimensions, without those that are nothing."""
    sums = ", ".join(f"CAST(sum({m}) AS BIGINT) AS {m}" for m in fact.measures)
    any_left = " OR ".join(f"sum({m}) <> 0" for m in fact.measures)
    keys = ", ".join(("day", *dimensions))
    return f"SELECT {keys}, {sums} FROM {rows} GROUP BY {keys} HAVING {any_left}"


def disagreements(con: duckdb.DuckDBPyConnection, fact: Fact) -> list[str]:
    """Measures whose totals differ between the projections of a fact: must be empty."""
    sums = ", ".join(f"coalesce(sum({measure}), 0)" for measure in fact.measures)
    totals = [
        con.execute(f"SELECT {sums} FROM {fact.table(p)}").fetchone() or ()
        for p in fact.projections
    ]
    return [
        f"{fact.name}.{measure}: {sorted(map(str, set(found)))}"
        for measure, *found in zip(fact.measures, *totals, strict=True)
        if len(set(found)) > 1
    ]
