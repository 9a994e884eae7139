"""The same facts and sums as plain statements on the case database: no cleaning, no ledger, no
accounting, no generation. What a full refresh is measured against."""

from datetime import date

import duckdb

from queries import Definitions
from queries.store import derive, rules, sums, touched

# The source's own columns under the names of the ledger; case_id stands for the case number.
_VIEWS = {
    "l_agents": "SELECT * FROM src.agents",
    "l_cases": "SELECT case_id AS case_no, case_id, product, coalesce(segment, '') AS segment,"
    " coalesce(region, '') AS region, placed_on,"
    " CAST(placed_amount * 100 AS BIGINT) AS placed_amount,"
    " delinquent_since, team_id, coalesce(agent_id, '') AS agent_id, stage, closed_on,"
    " close_reason FROM src.cases",
    "l_assignments": "SELECT case_id AS case_no, team_id, agent_id, from_at, to_at"
    " FROM src.assignments",
    "l_stage_history": "SELECT case_id AS case_no, stage, entered_at FROM src.stage_history",
    "l_payments": "SELECT case_id AS case_no, payment_id, paid_at,"
    " CAST(amount * 100 AS BIGINT) AS amount, reverses FROM src.payments",
    "l_adjustments": "SELECT case_id AS case_no, booked_on,"
    " CAST(amount * 100 AS BIGINT) AS amount FROM src.adjustments",
    "l_promises": "SELECT case_id AS case_no, promise_id, agent_id, made_at, due_on,"
    " CAST(amount * 100 AS BIGINT) AS amount, plan_id, cancelled_at IS NOT NULL AS cancelled"
    " FROM src.promises",
    "l_snapshots": "SELECT case_id AS case_no, as_of, dpd,"
    " CAST(balance * 100 AS BIGINT) AS balance FROM src.snapshots",
    "contact_rows": "SELECT hash(contact_id) AS key, case_id AS case_no, contacted_at,"
    " coalesce(agent_id, '') AS agent, channel, direction, outcome,"
    " duration_seconds AS seconds FROM src.contacts",
}


def run(source: str, target: str, as_of: str) -> None:
    """Make all facts and sums of the DuckDB file `source` in the new file `target`."""
    with duckdb.connect(target) as con:
        con.execute(f"ATTACH '{source}' AS src (READ_ONLY)")
        for name, select in _VIEWS.items():
            con.execute(f"CREATE TEMP VIEW {name} AS {select}")
        rules.install(con, Definitions())
        touched.begin(con)
        derive.begin_whole(con)
        for derived in derive.FROM_LEDGER:
            derive.make(con, derived)
        derive.make_contacts(con)
        for derived in derive.FROM_CONTACTS:
            derive.make(con, derived)
        sums.begin_notes(con)
        derive.roll(con, as_of, from_snapshots=True)
        for fact in sums.FACTS.values():
            sums.rebuild(con, fact, date.fromisoformat(as_of))
