"""From the ledger to the facts: all of them at once, or those of the cases that changed."""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb

from queries.facts import sql


@dataclass(frozen=True)
class Derived:
    """A stored fact table. `days` maps each fact of queries.store.sums that reads it to the columns
    whose days are touched when a row differs."""

    table: str
    statement: str
    days: Mapping[str, tuple[str, ...]]


OWNERS = Derived("owners", "owners", {})
ORIGINS = Derived("origins", "origins", {})
FROM_LEDGER = (
    Derived("f_payments", "payments", {"payments": ("day",)}),
    Derived("f_payments_restated", "payments_restated", {"payments_restated": ("day",)}),
    Derived(
        "f_promises", "promises", {"promises_made": ("made_day",), "promises_due": ("due_day",)}
    ),
    Derived("f_stock", "stock", {"stock": ("day",), "placements": ("day",)}),
)
FROM_CONTACTS = (
    Derived("f_first_attempts", "first_attempts", {"first_attempts": ("day",)}),
    Derived("f_idle", "idle", {"idle": ("day",)}),
)


def derive_all(con: duckdb.DuckDBPyConnection) -> None:
    """Make every fact from the whole ledger; contacts come from the view `contact_rows`."""
    con.execute("CREATE OR REPLACE TEMP VIEW scope AS SELECT case_no FROM l_cases")
    for derived in (OWNERS, ORIGINS, *FROM_LEDGER):
        con.execute(f"CREATE TABLE {derived.table} AS {sql(derived.statement)}")
    con.execute(f"CREATE TABLE f_contacts AS {sql('contacts')} ORDER BY contacted_at")
    for derived in FROM_CONTACTS:
        con.execute(f"CREATE TABLE {derived.table} AS {sql(derived.statement)}")
    con.execute(
        """
        CREATE TABLE roll_pairs (first_day DATE, day DATE);
        CREATE TABLE f_roll (day DATE, team VARCHAR, agent VARCHAR, product VARCHAR,
            segment VARCHAR, region VARCHAR, bucket VARCHAR, to_state VARCHAR, n BIGINT,
            balance BIGINT)
        """
    )


def derive_touched(con: duckdb.DuckDBPyConnection) -> None:
    """Recompute the facts of the cases in `touched` and of the rows in `contact_changes`.

    Days on which a fact differs from before are added to `dirty_days` (fact, day).
    """
    con.execute(
        "CREATE OR REPLACE TEMP TABLE scope_cases AS SELECT DISTINCT case_no FROM touched;"
        "CREATE OR REPLACE TEMP VIEW scope AS SELECT case_no FROM scope_cases"
    )
    for derived in (OWNERS, ORIGINS, *FROM_LEDGER):
        _replace_cases(con, derived)
    _replace_contacts(con)
    con.execute(
        "INSERT INTO scope_cases SELECT DISTINCT case_no FROM contact_cases"
        " EXCEPT SELECT case_no FROM scope_cases"
    )
    for derived in FROM_CONTACTS:
        _replace_cases(con, derived)


def _replace_cases(con: duckdb.DuckDBPyConnection, derived: Derived) -> None:
    # A case has one spell a day; of its payments or promises all are replaced.
    spells = derived.table in ("f_stock", "f_idle")
    key = "(case_no, day)" if spells else "case_no"
    changed = f"{key} IN (SELECT {key.strip('()')} FROM differing)"
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE after AS {sql(derived.statement)};
        CREATE OR REPLACE TEMP TABLE before AS
            SELECT * FROM {derived.table} WHERE case_no IN (SELECT case_no FROM scope);
        CREATE OR REPLACE TEMP TABLE differing AS
            (SELECT * FROM before EXCEPT ALL SELECT * FROM after)
            UNION ALL
            (SELECT * FROM after EXCEPT ALL SELECT * FROM before);
        DELETE FROM {derived.table} WHERE {changed};
        INSERT INTO {derived.table} SELECT * FROM after WHERE {changed}
        """
    )
    if spells or derived is OWNERS:
        _note_spells(con, derived)
    else:
        _note_days(con, derived.days)


def _note_spells(con: duckdb.DuckDBPyConnection, derived: Derived) -> None:
    """A spell that only ends on another day moves nothing on the day it began."""
    begin = "from_at" if derived is OWNERS else "day"
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE begun AS
        SELECT * EXCLUDE (until), count(*) AS versions, min(until) AS first_end
        FROM differing GROUP BY ALL
        """
    )
    _note_days(con, derived.days, "(SELECT * FROM begun WHERE versions = 1)")
    if derived.table == "f_idle":
        _note_days(con, {"idle": ("until",)})
        return
    con.execute(
        f"""
        INSERT INTO changed_spells
        SELECT CAST(min(CASE WHEN versions = 1 THEN {begin} ELSE first_end END) AS DATE), NULL
        FROM begun GROUP BY case_no
        """
    )


def _note_days(
    con: duckdb.DuckDBPyConnection,
    days: Mapping[str, tuple[str, ...]],
    rows: str = "differing",
) -> None:
    for fact, columns in days.items():
        for column in columns:
            con.execute(
                f"INSERT INTO dirty_days SELECT DISTINCT '{fact}', {column} FROM {rows} AS rows"
                f" WHERE {column} IS NOT NULL"
            )


def _replace_contacts(con: duckdb.DuckDBPyConnection) -> None:
    """Contacts change by row (new or edited ones) and by case (owner, bucket or agent's team)."""
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE moved_cases AS
            SELECT DISTINCT case_no FROM touched WHERE via IN ('cases', 'assignments', 'agents');
        CREATE OR REPLACE TEMP TABLE before AS
            SELECT * FROM f_contacts
            WHERE key IN (SELECT key FROM contact_changes)
                OR case_no IN (SELECT case_no FROM moved_cases)
                OR agent IN (SELECT agent_id FROM moved_agents);
        CREATE OR REPLACE TEMP TABLE contact_rows AS
            SELECT key, case_no, contacted_at, agent, channel, direction, outcome, seconds
            FROM contact_changes WHERE stays
            UNION ALL
            SELECT key, case_no, contacted_at, agent, channel, direction, outcome, seconds
            FROM before WHERE key NOT IN (SELECT key FROM contact_changes);
        CREATE OR REPLACE TEMP TABLE after AS {sql("contacts")};
        CREATE OR REPLACE TEMP TABLE differing AS
            (SELECT * FROM before EXCEPT ALL SELECT * FROM after)
            UNION ALL
            (SELECT * FROM after EXCEPT ALL SELECT * FROM before);
        DELETE FROM f_contacts WHERE key IN (SELECT key FROM differing);
        INSERT INTO f_contacts
            SELECT * FROM after WHERE key IN (SELECT key FROM differing);
        CREATE OR REPLACE TEMP TABLE contact_cases AS SELECT DISTINCT case_no FROM differing
        """
    )
    _note_days(con, {"contacts": ("day",)})


def roll(con: duckdb.DuckDBPyConnection, last_day: str, *, from_snapshots: bool) -> None:
    """Bring the roll matrix up to the month ends before or on `last_day` (ISO date).

    A pair of month ends is computed when it is new, or when the life of a case or a snapshot
    differs from before on or before its later day. `changed_spells` holds those days as spans.
    """
    statement = "roll_snapshots" if from_snapshots else "roll"
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE wanted AS
        WITH ends AS (
            SELECT last_day(unnest(generate_series(
                date_trunc('month', (SELECT min(placed_on) FROM l_cases)),
                CAST(? AS TIMESTAMP), INTERVAL 1 MONTH
            ))::DATE) AS day
        )
        SELECT last_day((date_trunc('month', day) - INTERVAL 1 DAY)::DATE) AS first_day, day
        FROM ends WHERE day <= CAST(? AS DATE)
        """,
        [last_day, last_day],
    )
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE month_pairs AS
        SELECT * FROM wanted w
        WHERE w.day NOT IN (SELECT day FROM roll_pairs)
            OR EXISTS (
                SELECT 1 FROM changed_spells s
                WHERE s.day <= w.day AND (s.until IS NULL OR w.first_day < s.until)
            );
        CREATE OR REPLACE TEMP TABLE gone AS
        SELECT day FROM roll_pairs WHERE day NOT IN (SELECT day FROM wanted)
        """
    )
    con.execute(
        f"""
        DELETE FROM f_roll WHERE day IN (SELECT day FROM month_pairs UNION SELECT day FROM gone);
        INSERT INTO f_roll {sql(statement)};
        INSERT INTO dirty_days SELECT DISTINCT 'roll', day FROM month_pairs;
        INSERT INTO dirty_days SELECT 'roll', day FROM gone;
        DELETE FROM roll_pairs;
        INSERT INTO roll_pairs SELECT first_day, day FROM wanted
        """
    )
