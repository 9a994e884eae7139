"""The ledger: cleaned rows of the case database, keyed, without names, one number per case.

It is what makes an increment exact: a changed row is compared with the row it replaces, so the days
and cases it touches are known on both sides, even where an edit moved it to another day or case.
"""

from collections.abc import Mapping

import duckdb

from queries.store import touched
from queries.store.differences import differences

# Per table: columns of the ledger and how each is read from the cleaned row.
_CASES = {
    "case_id": "k.case_id",
    "product": "k.product",
    "segment": "coalesce(k.segment, '')",
    "region": "coalesce(k.region, '')",
    "placed_on": "k.placed_on",
    "placed_amount": "k.placed_amount",
    "delinquent_since": "k.delinquent_since",
    "team_id": "k.team_id",
    "agent_id": "coalesce(k.agent_id, '')",
    "stage": "k.stage",
    # A case closed before it was placed was closed when it came.
    "closed_on": "CASE WHEN k.closed_on IS NOT NULL THEN greatest(k.closed_on, k.placed_on) END",
    "close_reason": "k.close_reason",
}
_OF_CASES: Mapping[str, Mapping[str, str]] = {
    "assignments": {
        "team_id": "k.team_id",
        "agent_id": "k.agent_id",
        "from_at": "k.from_at",
        "to_at": "k.to_at",
    },
    "stage_history": {"stage": "k.stage", "entered_at": "k.entered_at"},
    "payments": {
        "payment_id": "k.payment_id",
        "paid_at": "k.paid_at",
        "amount": "k.amount",
        "reverses": "k.reverses",
        # A change stamp is in the time of the source, everything else in that of the business.
        "known_at": "coalesce(k.recorded_at, business_time(k.updated_at))",
    },
    "adjustments": {"booked_on": "k.booked_on", "amount": "k.amount"},
    "promises": {
        "promise_id": "k.promise_id",
        "agent_id": "k.agent_id",
        "made_at": "k.made_at",
        "due_on": "k.due_on",
        "amount": "k.amount",
        "plan_id": "k.plan_id",
        "cancelled": "k.cancelled_at IS NOT NULL",
    },
    "snapshots": {"as_of": "k.as_of", "dpd": "k.dpd", "balance": "k.balance"},
    "contacts": {
        "contacted_at": "k.contacted_at",
        "agent": "coalesce(k.agent_id, '')",
        "channel": "k.channel",
        "direction": "k.direction",
        "outcome": "k.outcome",
        "seconds": "k.duration_seconds",
    },
}
# Tables of the store and their columns.
_LAYOUT: Mapping[str, str] = {
    "l_teams": "team_id VARCHAR, name VARCHAR, department VARCHAR",
    "l_agents": "agent_id VARCHAR, name VARCHAR, team_id VARCHAR, level VARCHAR, agency VARCHAR,"
    " joined_on DATE, left_on DATE",
    "l_cases": "key UBIGINT, case_no INTEGER, case_id VARCHAR, product VARCHAR, segment VARCHAR,"
    " region VARCHAR, placed_on DATE, placed_amount BIGINT, delinquent_since DATE,"
    " team_id VARCHAR, agent_id VARCHAR, stage VARCHAR, closed_on DATE,"
    " close_reason VARCHAR",
    "l_assignments": "key UBIGINT, case_no INTEGER, team_id VARCHAR, agent_id VARCHAR,"
    " from_at TIMESTAMP, to_at TIMESTAMP",
    "l_stage_history": "key UBIGINT, case_no INTEGER, stage VARCHAR, entered_at TIMESTAMP",
    "l_payments": "key UBIGINT, case_no INTEGER, payment_id VARCHAR, paid_at TIMESTAMP,"
    " amount BIGINT, reverses VARCHAR, known_at TIMESTAMP",
    "l_adjustments": "key UBIGINT, case_no INTEGER, booked_on DATE, amount BIGINT",
    "l_promises": "key UBIGINT, case_no INTEGER, promise_id VARCHAR, agent_id VARCHAR,"
    " made_at TIMESTAMP, due_on DATE, amount BIGINT, plan_id VARCHAR, cancelled BOOLEAN",
    "l_snapshots": "key UBIGINT, case_no INTEGER, as_of DATE, dpd INTEGER, balance BIGINT",
    "m_aside": "table_name VARCHAR, ident UBIGINT, key VARCHAR, case_id VARCHAR, reason VARCHAR,"
    " moment TIMESTAMP",
}
# In the order in which they are read: cases first, because the others must know them.
TABLES = ("cases", *_OF_CASES)


def create(con: duckdb.DuckDBPyConnection) -> None:
    """Make the empty ledger, where there is none yet."""
    for table, shape in _LAYOUT.items():
        con.execute(f"CREATE TABLE IF NOT EXISTS {table} ({shape})")


def columns(table: str) -> tuple[str, ...]:
    """The ledger's columns of a table, after key and case_no."""
    return tuple(_CASES if table == "cases" else _OF_CASES[table])


def number_cases(con: duckdb.DuckDBPyConnection) -> None:
    """Give each case in clean_cases its number: the one it has, else the next free."""
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE new_cases AS
        WITH known AS (
            SELECT k.*, l.case_no AS had
            FROM clean_cases k LEFT JOIN l_cases l ON l.case_id = k.case_id
        )
        SELECT
            * EXCLUDE (had),
            CAST(coalesce(had, (SELECT coalesce(max(case_no), 0) FROM l_cases)
                + row_number() OVER (PARTITION BY had IS NULL ORDER BY case_id)) AS INTEGER)
            AS case_no
        FROM known
        """
    )


def rows_of(table: str) -> str:
    """A SELECT of the cleaned rows of `table` in the shape of the ledger: key, case_no, columns."""
    if table == "cases":
        listed = ", ".join(f"{expression} AS {name}" for name, expression in _CASES.items())
        return f"SELECT hash(k.row_key) AS key, k.case_no, {listed} FROM new_cases k"
    listed = ", ".join(f"{expression} AS {name}" for name, expression in _OF_CASES[table].items())
    return (
        f"SELECT hash(k.row_key) AS key, c.case_no, {listed}"
        f" FROM clean_{table} k JOIN l_cases c ON c.case_id = k.case_id"
    )


def fill(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """Take over all cleaned rows in the place of those that are there; returns their number."""
    con.execute(f"DELETE FROM l_{table}; INSERT INTO l_{table} {rows_of(table)}")
    take_aside(con, table)
    return _count(con, f"l_{table}")


def upsert(con: duckdb.DuckDBPyConnection, table: str, *, everything: bool) -> int:
    """Bring the cleaned rows into the ledger and note the cases of rows that really changed.

    With `everything` the cleaned rows are the whole table, so rows no longer there are removed.
    Returns the number of changed rows.
    """
    con.execute(f"CREATE OR REPLACE TEMP TABLE incoming AS {rows_of(table)}")
    _note_keys(con, table)
    scope = "" if everything else "WHERE key IN (SELECT key FROM seen_keys)"
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE outgoing AS SELECT * FROM l_{table} {scope};
        CREATE OR REPLACE TEMP TABLE differing AS
        {differences("outgoing", "incoming")}
        """
    )
    changed = _count(con, "differing")
    if changed:
        con.execute(
            f"""
            DELETE FROM l_{table} WHERE key IN (SELECT key FROM differing);
            INSERT INTO l_{table} SELECT * FROM incoming
            WHERE key IN (SELECT key FROM differing)
            """
        )
        touched.by_rows(con, table)
    take_aside(con, table, everything=everything)
    return changed


def take_aside(con: duckdb.DuckDBPyConnection, table: str, *, everything: bool = True) -> None:
    """Replace the rows of `table` that are set aside: all, or those whose keys were seen."""
    if everything:
        con.execute("DELETE FROM m_aside WHERE table_name = ?", [table])
    else:
        con.execute(
            "DELETE FROM m_aside WHERE table_name = ? AND ident IN (SELECT key FROM seen_keys)",
            [table],
        )
    con.execute(f"INSERT INTO m_aside {_aside_rows(table)}")


def _note_keys(con: duckdb.DuckDBPyConnection, table: str) -> None:
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE seen_keys AS"
        f" SELECT hash(row_key) AS key FROM clean_{table}"
        f" UNION SELECT ident FROM ({_aside_rows(table)})"
    )


def _aside_rows(table: str) -> str:
    # A row without a key is known again by its case and moment.
    return (
        f"SELECT '{table}' AS table_name,"
        f" hash(coalesce(key, concat_ws(' ', 'no key', case_id, moment))) AS ident,"
        f" key, case_id, reason, moment FROM aside_{table}"
    )


def _count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    row = con.execute(f"SELECT count(*) FROM {table}").fetchone()
    assert row is not None
    return int(row[0])


def upsert_contacts(con: duckdb.DuckDBPyConnection, *, everything: bool) -> int:
    """As `upsert`, for the table that is kept only as facts: notes the rows in `contact_changes`
    (`stays` is false for rows that are gone) and leaves replacing them to the facts."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE incoming AS {rows_of('contacts')}")
    _note_keys(con, "contacts")
    shape = "key, case_no, contacted_at, agent, channel, direction, outcome, seconds"
    known = "" if everything else "WHERE key IN (SELECT key FROM seen_keys)"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE known AS"
        f" SELECT rowid AS row, key, day FROM f_contacts {known}"
    )
    take_contacts(con, "known", "outgoing", shape)
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE differing AS
        SELECT DISTINCT key FROM (
            {differences("outgoing", "incoming")}
        );
        DELETE FROM contact_changes WHERE key IN (SELECT key FROM differing);
        INSERT INTO contact_changes
        SELECT {shape}, TRUE FROM incoming WHERE key IN (SELECT key FROM differing)
        UNION ALL
        SELECT {shape}, FALSE FROM outgoing
        WHERE key IN (SELECT key FROM differing) AND key NOT IN (SELECT key FROM incoming);
        INSERT INTO changed_contacts
        SELECT row, day FROM known WHERE key IN (SELECT key FROM differing)
        """
    )
    take_aside(con, "contacts", everything=everything)
    return _count(con, "differing")


def take_contacts(con: duckdb.DuckDBPyConnection, known: str, into: str, columns: str) -> None:
    """Make the TEMP TABLE `into` with `columns` of the stored contacts in `known` (row, day).

    Contacts lie in the order of their days: a constant first day spares the blocks before it.
    """
    con.execute(f"SET VARIABLE first_day = (SELECT min(day) FROM {known})")
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {into} AS SELECT {columns} FROM f_contacts"
        f" WHERE day >= getvariable('first_day') AND rowid IN (SELECT row FROM {known})"
    )
