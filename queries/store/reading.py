"""From the case database to the ledger: everything, or what changed since the last look."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb

from queries.definitions import Definitions
from queries.source import (
    ChangedSince,
    Everything,
    KnownCases,
    OfCases,
    OnDays,
    Restriction,
    Source,
    SourceSpec,
    clean,
)
from queries.store import ledger, state, touched
from queries.store.differences import any_rows

# Snapshots carry no change stamp: the newest are read again, older ones at night.
_SNAPSHOT_LOOKBACK = timedelta(days=7)

Progress = Callable[[str, float], None]


@dataclass
class Reading:
    """One look at the case database at `now` (aware), `today` being the running business day;
    `changed` collects the number of rows that really changed per table."""

    con: duckdb.DuckDBPyConnection
    source: Source
    spec: SourceSpec
    definitions: Definitions
    today: date
    now: datetime
    progress: Progress
    overlap: timedelta = timedelta(0)
    changed: dict[str, int] = field(default_factory=dict)
    # Per table without stamps: the checksum of its newest rows, before and now.
    known: dict[str, str | None] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)

    @property
    def tables(self) -> list[str]:
        return [table for table in ledger.TABLES if table in self.source.tables]

    def fill(self, table: str) -> None:
        """Read all of a table into the ledger; contacts into the view `contact_rows`."""
        self._stage(table, Everything())
        if table == "contacts":
            self.con.execute(f"CREATE OR REPLACE TEMP VIEW contact_rows AS {ledger.rows_of(table)}")
            ledger.take_aside(self.con, table)
        else:
            ledger.fill(self.con, table)

    def watermark(self, table: str, known: datetime | None = None) -> datetime | None:
        """The newest change stamp, but none in the future: it would hide the changes up to it."""
        seen = [one for one in (known, self.source.watermark(table, known)) if one is not None]
        local = self.now.astimezone(ZoneInfo(self.definitions.source_zone)).replace(tzinfo=None)
        return min(max(seen), local) if seen else None

    def update(self, since: dict[str, datetime | None]) -> None:
        """Read what changed since the stamps in `since`, and what can be judged anew: rows that lay
        in the future and rows whose case became known or unknown."""
        self._start()
        self.known = state.checksums(self.con)
        for position, table in enumerate(self.tables):
            self.progress(f"Reading changes of {table}", 0.05 + 0.4 * position / len(self.tables))
            self._apply(table, self._restriction(table, since.get(table)))
            again = self._to_judge_again(table)
            if again:
                self._apply(table, OfCases(again))

    def compare(self) -> None:
        """Read everything and compare it with the whole ledger."""
        self._start()
        for position, table in enumerate(self.tables):
            self.progress(f"Comparing {table}", 0.05 + 0.4 * position / len(self.tables))
            self._apply(table, Everything(), everything=True)
            self.newest(table)

    def _start(self) -> None:
        touched.begin(self.con)
        self.con.execute(
            """
            CREATE OR REPLACE TEMP TABLE moved_agents (agent_id VARCHAR);
            CREATE OR REPLACE TEMP TABLE contact_changes AS
                SELECT key, case_no, contacted_at, agent, channel, direction, outcome, seconds,
                    TRUE AS stays
                FROM f_contacts LIMIT 0
            """
        )
        self.people(first=False)

    def _stage(self, table: str, restriction: Restriction) -> None:
        self._take(table, restriction)
        self._clean(table, restriction)

    def _take(self, table: str, restriction: Restriction) -> None:
        self.source.stage(table, restriction, f"raw_{table}")
        # Rows that share a key with a wanted one are judged too: the ledger replaces by key.
        if not isinstance(restriction, Everything):
            self._take_all(f"raw_{table}")

    def _clean(self, table: str, restriction: Restriction) -> None:
        clean(
            self.con,
            table,
            f"raw_{table}",
            self.definitions,
            self.today,
            KnownCases("l_cases", few=not isinstance(restriction, Everything)),
            self.spec.codes(table),
        )
        if table == "cases":
            ledger.number_cases(self.con)

    def _take_all(self, raw: str) -> None:
        others = self.con.execute(f"SELECT count(*) FROM {raw} WHERE NOT inside").fetchone()
        if others and others[0]:
            self.con.execute(f"UPDATE {raw} SET inside = TRUE")

    def _apply(self, table: str, restriction: Restriction, *, everything: bool = False) -> None:
        whole = everything or isinstance(restriction, Everything)
        self._take(table, restriction)
        self.changed.setdefault(table, 0)
        if isinstance(restriction, OnDays) and self._as_last_time(table, restriction):
            return
        if not whole and not any_rows(self.con, f"raw_{table}"):
            return
        self._clean(table, restriction)
        if table == "contacts":
            changed = ledger.upsert_contacts(self.con, everything=whole)
        else:
            changed = ledger.upsert(self.con, table, everything=whole)
        self.changed[table] += changed

    def newest(self, table: str) -> str | None:
        """The checksum of the newest rows of a table without stamps, for the next update."""
        restriction = self._restriction(table, None)
        if isinstance(restriction, OnDays):
            self._take(table, restriction)
            self._as_last_time(table, restriction)
        return self.seen.get(table)

    def _as_last_time(self, table: str, restriction: OnDays) -> bool:
        """Whether the source gave the very rows that it gave last time, so none has to be judged.

        Rows that may come out differently though they are the same are read by `update` anyway.
        """
        row = self.con.execute(
            f"SELECT concat_ws(' ', count(*), sum(hash(r)), ?) FROM raw_{table} r",
            [str(restriction)],
        ).fetchone()
        assert row is not None
        self.seen[table] = row[0]
        return self.known.get(table) == row[0]

    def _restriction(self, table: str, since: datetime | None) -> Restriction:
        if table == "snapshots" and since is None:
            newest = self.con.execute("SELECT max(as_of) FROM l_snapshots").fetchone()
            if newest and newest[0]:
                start = datetime.combine(newest[0] - _SNAPSHOT_LOOKBACK, datetime.min.time())
                return OnDays([(start, datetime(9999, 1, 1))], "as_of")  # noqa: DTZ001
        return ChangedSince(since) if since else Everything()

    def _to_judge_again(self, table: str) -> list[str]:
        """Cases whose rows in `table` may come out differently now, though no row changed."""
        rows = self.con.execute(
            """
            SELECT DISTINCT case_id FROM m_aside
            WHERE table_name = ? AND reason = 'date_in_future' AND case_id IS NOT NULL
                AND CAST(moment AS DATE) <= ?
            UNION
            SELECT case_id FROM again WHERE ? <> 'cases'
            """,
            [table, self.today, table],
        ).fetchall()
        return [row[0] for row in rows]

    def people(self, *, first: bool) -> None:
        """Teams and agents are few: always read whole."""
        for table in ("teams", "agents"):
            self._stage(table, Everything())
            ledger.take_aside(self.con, table)
        agents = (
            "SELECT agent_id, name, team_id, level, agency, joined_on, left_on FROM clean_agents"
        )
        if not first:
            self.con.execute(
                f"""
                INSERT INTO moved_agents
                SELECT coalesce(a.agent_id, l.agent_id)
                FROM ({agents}) a FULL JOIN l_agents l ON a.agent_id = l.agent_id
                WHERE a.team_id IS DISTINCT FROM l.team_id;
                INSERT INTO touched
                SELECT DISTINCT case_no, 'promises', due_day FROM f_promises
                WHERE agent IN (SELECT agent_id FROM moved_agents)
                """
            )
        self.con.execute(
            f"""
            DELETE FROM l_teams;
            INSERT INTO l_teams SELECT team_id, name, department FROM clean_teams;
            DELETE FROM l_agents;
            INSERT INTO l_agents {agents}
            """
        )
