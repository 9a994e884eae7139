"""Which cases a change touches, by what, and from which day on their lives may differ.

`touched` has a row per case and kind of change (`via`). `since` is the first day at whose end the
case may be another than before, so spells that ended earlier need neither be made again nor read.
"""

import duckdb

from queries.store.differences import any_rows

# What decides over the owner of something: attributes of the case, its assignments, and what counts
# where no assignment does.
OWNED = ("cases", "owners", "fallbacks")
# What decides over the life of a case as well.
LIVED = (*OWNED, "closings", "arrivals")
_ACTS = {"payments": "CAST(paid_at AS DATE)", "adjustments": "booked_on", "promises": "due_on"}
# Attributes that hold for the whole life of a case; closing has its day, the others are fallbacks.
_LASTING = "product, segment, region, placed_on, placed_amount, delinquent_since"
_FALLBACKS = "team_id, agent_id, stage"


def begin(con: duckdb.DuckDBPyConnection) -> None:
    """Nothing is touched yet."""
    con.execute(
        "CREATE OR REPLACE TEMP TABLE touched (case_no INTEGER, via VARCHAR, since DATE);"
        # Cases of which rows may now be judged otherwise though they are the same.
        "CREATE OR REPLACE TEMP TABLE again (case_id VARCHAR);"
        # Where the stored versions of changed contacts lie.
        "CREATE OR REPLACE TEMP TABLE changed_contacts (row BIGINT, day DATE);"
        # From which day on a case or a state of the core system differs, for the roll matrix.
        "CREATE OR REPLACE TEMP TABLE changed_spells (day DATE, until DATE);"
        # Until when the owner of a case rests on fallbacks.
        "CREATE OR REPLACE TEMP TABLE owned (case_no INTEGER, owned_from TIMESTAMP)"
    )


def by_rows(con: duckdb.DuckDBPyConnection, table: str) -> None:
    """Note the cases of the rows in `differing`, of the ledger's `table` and replaced there."""
    match table:
        case "cases":
            _by_cases(con)
        case "stage_history":
            _by_stages(con)
        case "assignments":
            # Owners tell more exactly what an assignment changes.
            con.execute("INSERT INTO touched SELECT DISTINCT case_no, 'assignments', NULL"
                        " FROM differing")  # fmt: skip
        case "snapshots":
            con.execute("INSERT INTO changed_spells SELECT DISTINCT as_of, as_of + 1"
                        " FROM differing")  # fmt: skip
        case _:
            con.execute(
                f"INSERT INTO touched SELECT case_no, '{table}', min({_ACTS[table]})"
                f" FROM differing GROUP BY case_no"
            )


def _by_cases(con: duckdb.DuckDBPyConnection) -> None:
    """A lasting attribute changes everything, closing only what comes after, and the owner and
    stage of the case itself what nothing more exact tells. A new case has no rows yet: those that
    waited for it, and those of a case that was lost, are judged again."""
    same = f"count(*) = 2 AND count(DISTINCT ({_LASTING})) = 1"
    con.execute(
        f"""
        INSERT INTO touched
        SELECT case_no, CASE WHEN min(side) > 0 THEN 'arrivals' ELSE 'cases' END, min(placed_on)
        FROM differing GROUP BY case_no HAVING NOT ({same});
        INSERT INTO touched SELECT case_no, 'closings', min(closed_on)
        FROM differing GROUP BY case_no
        HAVING {same} AND count(DISTINCT (closed_on, close_reason)) > 1;
        INSERT INTO touched SELECT case_no, 'fallbacks', min(placed_on)
        FROM differing GROUP BY case_no
        HAVING {same} AND count(DISTINCT ({_FALLBACKS})) > 1;
        INSERT INTO again SELECT case_id FROM differing GROUP BY case_id
        HAVING max(side) < 0 OR (min(side) > 0 AND case_id IN (
            SELECT case_id FROM m_aside WHERE reason = 'unknown_case'))
        """
    )


def _by_stages(con: duckdb.DuckDBPyConnection) -> None:
    """The first entry of a case tells the stage before it as well."""
    con.execute(
        """
        INSERT INTO touched
        SELECT d.case_no, 'stage_history', CASE
            WHEN min(d.entered_at) > min(f.entered_at) THEN min(CAST(d.entered_at AS DATE))
            ELSE least(min(CAST(d.entered_at AS DATE)), min(c.placed_on)) END
        FROM differing d
        LEFT JOIN l_cases c USING (case_no)
        LEFT JOIN (
            SELECT case_no, min(entered_at) AS entered_at FROM l_stage_history
            WHERE case_no IN (SELECT case_no FROM differing) GROUP BY case_no
        ) f USING (case_no)
        GROUP BY d.case_no
        """
    )


def by_owners(con: duckdb.DuckDBPyConnection) -> None:
    """Note the cases of the spells in `differing`, of `owners`."""
    con.execute(
        f"""
        INSERT INTO touched
        SELECT case_no, 'owners', CAST(min(since) AS DATE)
        FROM ({_beginnings("from_at")}) GROUP BY case_no;
        INSERT INTO changed_spells SELECT since, NULL FROM touched WHERE via = 'owners'
        """
    )


def find_owned(con: duckdb.DuckDBPyConnection) -> None:
    """Note what rests on fallbacks: only moments before `owned_from`, and no spell where owner and
    stage are known on every day."""
    if not any_rows(con, "touched WHERE via = 'fallbacks'"):
        return
    con.execute(
        """
        INSERT INTO owned
        SELECT
            case_no,
            CASE WHEN bool_and(until IS NULL OR until = next_from) THEN min(from_at) END
                AS owned_from
        FROM (
            SELECT case_no, from_at, until,
                lead(from_at) OVER (PARTITION BY case_no ORDER BY from_at) AS next_from
            FROM owners
            WHERE case_no IN (SELECT case_no FROM touched WHERE via = 'fallbacks')
        )
        GROUP BY case_no;
        UPDATE touched SET since = NULL
        WHERE via = 'fallbacks'
            AND case_no IN (
                SELECT case_no FROM owned JOIN l_cases c USING (case_no)
                WHERE CAST(owned_from AS DATE) <= c.placed_on
            )
            AND case_no IN (SELECT case_no FROM l_stage_history)
        """
    )


def by_stock(con: duckdb.DuckDBPyConnection) -> None:
    """Note since when the spells in `differing`, of the stock, are others, for the roll matrix."""
    con.execute(
        f"INSERT INTO changed_spells SELECT min(since), NULL FROM ({_beginnings('day')})"
        f" GROUP BY case_no"
    )


def _beginnings(begins: str) -> str:
    """Per spell in `differing` the first moment at which it tells something new: a spell that only
    ends at another moment was the same up to the earlier of its ends."""
    return f"""
        SELECT case_no, CASE WHEN versions = 1 THEN {begins} ELSE first_end END AS since
        FROM (
            SELECT * EXCLUDE (until, side), count(*) AS versions, min(until) AS first_end
            FROM differing GROUP BY ALL
        )
    """


def by_contacts(con: duckdb.DuckDBPyConnection) -> None:
    """Note the cases of the rows in `differing`, of the contacts, and for which of them a row lies
    no later than their first attempt."""
    con.execute(
        """
        INSERT INTO touched
        SELECT case_no, 'contacts', min(day) FROM differing GROUP BY case_no;
        INSERT INTO touched
        SELECT t.case_no, 'first_contacts', NULL
        FROM touched t LEFT JOIN f_first_attempts f USING (case_no)
        WHERE t.via = 'contacts' AND (f.day IS NULL OR t.since <= f.day)
        """
    )


def contacts(con: duckdb.DuckDBPyConnection) -> None:
    """Make `affected` (row, day) of the stored contacts that may come out differently: changed
    ones, and those whose case or agent belongs elsewhere at their moment."""
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE moved_cases AS
        SELECT
            t.case_no,
            min(CASE t.via WHEN 'cases' THEN DATE '0001-01-01' ELSE t.since END)
                FILTER (WHERE t.via <> 'fallbacks') AS since,
            max(coalesce(o.owned_from, 'infinity')) FILTER (WHERE t.via = 'fallbacks') AS owned_from
        FROM touched t LEFT JOIN owned o USING (case_no)
        WHERE t.via IN {(*OWNED, "closings")!r}
        GROUP BY t.case_no;
        SET VARIABLE moved_from = (SELECT min(since) FROM moved_cases);
        -- Apart, so that each reads the columns that it needs, or nothing where nothing moved.
        CREATE OR REPLACE TEMP TABLE affected AS
        SELECT k.rowid AS row, k.day
        FROM f_contacts k JOIN moved_cases m USING (case_no)
        WHERE k.day >= m.since AND k.day >= getvariable('moved_from')
        UNION
        SELECT k.rowid, k.day
        FROM f_contacts k
        JOIN (SELECT * FROM moved_cases WHERE owned_from IS NOT NULL) m USING (case_no)
        WHERE k.contacted_at < m.owned_from
        UNION
        SELECT rowid, day FROM f_contacts WHERE agent IN (SELECT agent_id FROM moved_agents)
        UNION
        SELECT row, day FROM changed_contacts
        """
    )


def scope(con: duckdb.DuckDBPyConnection, vias: tuple[str, ...]) -> None:
    """Make `scope` (case_no, since) of the cases touched by any of `vias`."""
    con.execute(
        f"""
        CREATE OR REPLACE TEMP TABLE scope AS
        SELECT case_no, min(since) AS since FROM touched WHERE via IN {vias!r} GROUP BY case_no
        """
    )
