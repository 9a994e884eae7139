"""From the ledger to the facts: all of them at once, or those of the cases that changed."""

from dataclasses import dataclass

import duckdb

from queries.facts import sql
from queries.store import ledger, sums, touched
from queries.store.differences import any_rows, differences


@dataclass(frozen=True)
class Derived:
    """A stored fact table: the statement that makes it and by which changed tables of the ledger
    (`touched.via`) a case comes out differently in it."""

    table: str
    statement: str
    touched_by: tuple[str, ...]


FROM_LEDGER = (
    Derived("owners", "owners", ("assignments",)),
    Derived("origins", "origins", ("payments",)),
    Derived("f_payments", "payments", (*touched.OWNED, "payments")),
    Derived("f_payments_restated", "payments_restated", (*touched.OWNED, "payments")),
    Derived("f_promises", "promises", (*touched.OWNED, "payments", "promises")),
    Derived("f_stock", "stock", (*touched.LIVED, "stage_history", "payments", "adjustments")),
    Derived("f_stays", "stays", touched.LIVED),
)
FROM_CONTACTS = (
    Derived("f_first_attempts", "first_attempts", ("cases", "first_contacts")),
    Derived("f_idle", "idle", (*touched.LIVED, "contacts")),
    Derived("f_attempted", "attempted", ("contacts",)),
    Derived("f_team_attempted", "team_attempted", ("contacts",)),
)
# Of these, rows from one day until another, a change reaches only what comes after it; of payments
# or promises all are replaced.
_SPELLS = ("f_stock", "f_idle")
_DAYS = ("f_attempted", "f_team_attempted")
_REACHED = (*_SPELLS, *_DAYS, "f_stays")
# Rows lie in the order in which they end, so blocks that ended before a constant are passed over.
_REACHES = "(until IS NULL OR until >= {since})"


def begin_whole(con: duckdb.DuckDBPyConnection) -> None:
    """Let statements speak of all cases from their beginning; the roll matrix has no month yet."""
    _bound(con, "DATE '0001-01-01'")
    con.execute(
        """
        SET VARIABLE since_from = getvariable('scope_from');
        CREATE OR REPLACE TEMP VIEW scope AS
            SELECT case_no, getvariable('scope_from') AS since, since AS begins FROM l_cases;
        CREATE OR REPLACE TEMP TABLE attempted_before (case_no INTEGER, team VARCHAR, day DATE,
            open BOOLEAN, previous DATE, previous_open DATE);
        CREATE OR REPLACE TEMP TABLE stays_before (case_no INTEGER, team VARCHAR, product VARCHAR,
            segment VARCHAR, region VARCHAR, day DATE, until DATE, lasts BOOLEAN);
        CREATE OR REPLACE TABLE roll_pairs (first_day DATE, day DATE);
        CREATE OR REPLACE TABLE f_roll (day DATE, team VARCHAR, agent VARCHAR, product VARCHAR,
            segment VARCHAR, region VARCHAR, bucket VARCHAR, to_state VARCHAR, n BIGINT,
            balance BIGINT)
        """
    )


def make(con: duckdb.DuckDBPyConnection, derived: Derived) -> None:
    """Make a fact of all cases."""
    order = "ORDER BY until" if derived.table in _REACHED else ""
    con.execute(f"CREATE OR REPLACE TABLE {derived.table} AS {sql(derived.statement)} {order}")


def make_contacts(con: duckdb.DuckDBPyConnection) -> None:
    """Make the facts of all contacts, which come from the view `contact_rows`."""
    con.execute(f"CREATE OR REPLACE TABLE f_contacts AS {sql('contacts')} ORDER BY contacted_at")


def derive_touched(con: duckdb.DuckDBPyConnection) -> None:
    """Recompute the facts of the cases in `touched` and of the rows in `contact_changes`.

    What differs from before is noted for the sums (queries.store.sums.note). Most refreshes touch
    little: what nothing touches is not looked at.
    """
    for derived in FROM_LEDGER:
        differs = _replace_cases(con, derived)
        match derived.table:
            case "owners":
                if differs:
                    touched.by_owners(con)
                touched.find_owned(con)
            case "f_stock" if differs:
                touched.by_stock(con)
    if _replace_contacts(con):
        touched.by_contacts(con)
    for derived in FROM_CONTACTS:
        _replace_cases(con, derived)


def _replace_cases(con: duckdb.DuckDBPyConnection, derived: Derived) -> bool:
    """Replace what differs in a fact of the touched cases; returns whether anything does."""
    table = derived.table
    touched.scope(con, derived.touched_by)
    if not any_rows(con, "scope"):
        return False
    if table in _REACHED:
        _take_reached(con, table)
        key, since = "(case_no, day)", f"JOIN scope USING (case_no) WHERE {_reaches('since')}"
        old = f"{_reaches_any()} AND "
    else:
        con.execute(
            f"CREATE OR REPLACE TEMP TABLE before AS"
            f" SELECT * FROM {table} WHERE case_no IN (SELECT case_no FROM scope)"
        )
        key, since, old = "case_no", "", ""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE after AS"
        f" SELECT made.* FROM ({sql(derived.statement)}) made {since}"
    )
    return _replace(con, table, key, old)


def _replace(con: duckdb.DuckDBPyConnection, table: str, key: str, old: str) -> bool:
    """Replace the rows of `table` whose `key` differs between `before` and `after`, and note what
    that changes in the sums; returns whether any do. `old` limits where the old rows may lie."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE differing AS {differences('before', 'after')}")
    if not any_rows(con, "differing"):
        return False
    changed = f"{key} IN (SELECT {key.strip('()')} FROM differing)"
    con.execute(
        f"""
        DELETE FROM {table} WHERE {old}{changed};
        INSERT INTO {table} SELECT * FROM after WHERE {changed}
        """
    )
    sums.note(con, table)
    return True


def _reaches(since: str) -> str:
    return _REACHES.format(since=since)


def _reaches_any() -> str:
    return _reaches("getvariable('since_from')")


def _take_reached(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Take the rows that a change may reach into `before`: those before it stay."""
    con.execute("DELETE FROM scope WHERE since IS NULL")
    _bound(con, "(SELECT min(since) FROM scope)")
    con.execute(
        f"""
        SET VARIABLE since_from = getvariable('scope_from');
        CREATE OR REPLACE TEMP TABLE before AS
            SELECT known.* FROM {table} known JOIN scope USING (case_no)
            WHERE {_reaches_any()} AND {_reaches("since")}
        """
    )
    if table in _SPELLS:
        _note_beginnings(con)
    elif table == "f_stays":
        _take_stays(con)
    else:
        _take_last_days(con, "''" if table == "f_attempted" else "team")


def _note_beginnings(con: duckdb.DuckDBPyConnection) -> None:
    """`scope` learns when the earliest spell of each case begins, which is as far back as what may
    differ can be seen from."""
    con.execute(
        """
        CREATE OR REPLACE TEMP TABLE scope AS
            SELECT scope.*, coalesce(least(known.day, since), DATE '0001-01-01') AS begins
            FROM scope LEFT JOIN (
                SELECT case_no, min(day) AS day FROM before GROUP BY case_no
            ) known USING (case_no)
        """
    )
    _bound(con, "(SELECT min(begins) FROM scope)")


def _take_last_days(con: duckdb.DuckDBPyConnection, team: str) -> None:
    """The last day of each case (and team) before the change; it knows those before itself."""
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE attempted_before AS
            SELECT case_no, {team} AS team, day, open, previous, previous_open
            FROM before JOIN scope USING (case_no) WHERE day < since
        """
    )


def _take_stays(con: duckdb.DuckDBPyConnection) -> None:
    """The stays that began before the change: those that had ended, and the one that it finds."""
    columns = "case_no, team, product, segment, region, day, until"
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE stays_before AS
            SELECT {columns}, FALSE AS lasts FROM f_stays JOIN scope USING (case_no)
            WHERE until < since
            UNION ALL
            SELECT {columns}, TRUE FROM before JOIN scope USING (case_no) WHERE day < since
        """
    )


def _bound(con: duckdb.DuckDBPyConnection, day: str) -> None:
    con.execute(f"SET VARIABLE scope_from = {day}")


def _replace_contacts(con: duckdb.DuckDBPyConnection) -> bool:
    """Contacts change by row (new or edited ones) and by case (owner, bucket or agent's team)."""
    touched.contacts(con)
    if not any_rows(con, "affected") and not any_rows(con, "contact_changes"):
        return False
    ledger.take_contacts(con, "affected", "before", "*")
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE contact_rows AS
            SELECT key, case_no, contacted_at, agent, channel, direction, outcome, seconds
            FROM contact_changes WHERE stays
            UNION ALL
            SELECT key, case_no, contacted_at, agent, channel, direction, outcome, seconds
            FROM before WHERE key NOT IN (SELECT key FROM contact_changes);
        CREATE OR REPLACE TEMP TABLE after AS {sql("contacts")}
        """
    )
    return _replace(con, "f_contacts", "key", "day >= getvariable('first_day') AND ")


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
    if not any_rows(con, "month_pairs") and not any_rows(con, "gone"):
        return
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE after AS {sql(statement)};
        CREATE OR REPLACE TEMP TABLE before AS
            SELECT * FROM f_roll
            WHERE day IN (SELECT day FROM month_pairs UNION SELECT day FROM gone);
        CREATE OR REPLACE TEMP TABLE differing AS {differences("before", "after")};
        DELETE FROM f_roll WHERE day IN (SELECT day FROM month_pairs UNION SELECT day FROM gone);
        INSERT INTO f_roll SELECT * FROM after;
        DELETE FROM roll_pairs;
        INSERT INTO roll_pairs SELECT first_day, day FROM wanted
        """
    )
    sums.note(con, "f_roll")
