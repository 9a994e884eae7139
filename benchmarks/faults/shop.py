"""The case database of the trial: PostgreSQL, changed every few seconds by somebody who remembers
every change, so that its rows can be told as any generation of the figures saw them.

Every transaction has one change stamp that no other has, and a generation is read in one snapshot:
its newest stamp names the last transaction that it saw.
"""

import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from queries.contract import CHANNELS, OUTCOMES, TABLES

Row = dict[str, Any]
Tables = dict[str, list[Row]]
Key = tuple[object, ...]

# What figures are made from; the other tables of the contract are written and never change.
USED = (
    "teams", "agents", "cases", "payments", "contacts", "promises", "assignments",
    "stage_history", "adjustments", "snapshots",
)  # fmt: skip


@dataclass(frozen=True)
class Write:
    """One transaction: its stamp (source time) and table, key and new row of each change; the row
    is None where it was deleted."""

    stamp: datetime
    changes: list[tuple[str, Key, Row | None]] = field(default_factory=list)


def key_of(table: str, row: Mapping[str, Any]) -> Key:
    return tuple(row[name] for name in TABLES[table].key)


class Known:
    """The rows as the figures must know them, generation by generation.

    A deleted row is known on, as it was in the last generation that saw it, until everything is
    compared: no stamp tells of it before.
    """

    def __init__(self, begin: Tables, writes: list[Write]) -> None:
        self._rows: dict[str, dict[Key, list[Row]]] = {table: {} for table in USED}
        for table in USED:
            for row in begin.get(table, ()):
                self._rows[table].setdefault(key_of(table, row), []).append(row)
        self._writes = sorted(writes, key=lambda write: write.stamp)
        self._applied = 0
        self._gone: list[tuple[str, Key]] = []

    def at(self, newest: datetime, *, compared: bool) -> Tables:
        """The rows that a generation knows whose newest stamp is `newest`; `compared` where it was
        made by reading everything. Generations must be asked for in their order."""
        before: dict[tuple[str, Key], list[Row]] = {}
        lost: set[tuple[str, Key]] = set()
        while self._applied < len(self._writes) and self._writes[self._applied].stamp <= newest:
            for table, key, row in self._writes[self._applied].changes:
                before.setdefault((table, key), self._rows[table].get(key, []))
                if row is None:
                    lost.add((table, key))
                else:
                    self._rows[table][key] = [row]
            self._applied += 1
        for table, key in lost:
            self._rows[table][key] = before[table, key]
            self._gone.append((table, key))
        if compared:
            for table, key in self._gone:
                self._rows[table].pop(key, None)
            self._gone.clear()
        return {
            table: [row for rows in kept.values() for row in rows]
            for table, kept in self._rows.items()
        }


def rows_of(connection: psycopg.Connection) -> Tables:
    """All rows as they are in the database."""
    with connection.cursor(row_factory=dict_row) as cursor:
        return {
            table: cursor.execute(
                sql.SQL("SELECT * FROM {}").format(sql.Identifier(table))
            ).fetchall()
            for table in USED
        }


class Shop:
    """Somebody who works in the case database until told to stop; `lag` is by how much its stamps
    are behind the clock.

    A transaction whose end was not told is looked up: it was seen or it was not, never half.
    """

    def __init__(
        self, connect: Any, clock: Any, lag: timedelta, *, every: float, seed: int = 7
    ) -> None:
        self._connect, self._clock, self._lag, self._every = connect, clock, lag, every
        self._chance = Random(seed)
        self._connection: psycopg.Connection | None = None
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="shop")
        self.writes: list[Write] = []
        self.refused = 0
        self.begin = self._read()
        self._book = _Book(self.begin)
        stamps = [r["updated_at"] for t in USED for r in self.begin[t] if r.get("updated_at")]
        assert max(stamps) < self._stamp(), "the history must end before its first change"

    def _read(self) -> Tables:
        with self._connect() as connection:
            return rows_of(connection)

    def __enter__(self) -> "Shop":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Stops working; every change is then in `writes`."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        if self._connection is not None:
            self._connection.close()

    def _work(self) -> None:
        while not self._stop.wait(self._every * self._chance.uniform(0.5, 1.5)):
            self._write()

    def _stamp(self) -> datetime:
        now: datetime = self._clock()
        return now.replace(tzinfo=None) - self._lag

    def _write(self) -> None:
        write = Write(self._stamp())
        changes = self._book.changes(write.stamp, self._chance)
        write.changes.extend(changes)
        while not self._stop.is_set():
            try:
                self._commit(write)
            except psycopg.OperationalError:
                self.refused += 1
                self._connection = None
                if self._stop.wait(0.5):
                    # Nobody will see it: the database stays away until the end.
                    return
                continue
            self._book.take(changes)
            self.writes.append(write)
            return

    def _commit(self, write: Write) -> None:
        if self._connection is None or self._connection.closed:
            self._connection = self._connect()
            if self._was_taken(self._connection, write):
                return
        with self._connection.transaction():
            for table, key, row in write.changes:
                self._connection.execute(*_statement(table, key, row, self._book.has(table, key)))

    @staticmethod
    def _was_taken(connection: psycopg.Connection, write: Write) -> bool:
        """Whether the transaction is there although its end was not told: each adds a contact."""
        with connection.transaction():
            return bool(
                connection.execute(
                    "SELECT 1 FROM contacts WHERE updated_at = %s", [write.stamp]
                ).fetchone()
            )


def _statement(
    table: str, key: Key, row: Row | None, known: bool
) -> tuple[sql.Composed, list[object]]:
    """The statement that brings one change into the database."""
    name = sql.Identifier(table)
    where = sql.SQL(" AND ").join(
        sql.SQL("{} = %s").format(sql.Identifier(part)) for part in TABLES[table].key
    )
    if row is None:
        return sql.SQL("DELETE FROM {} WHERE {}").format(name, where), list(key)
    columns = [sql.Identifier(column) for column in row]
    if known:
        listed = sql.SQL(", ").join(sql.SQL("{} = %s").format(column) for column in columns)
        found = sql.SQL("UPDATE {} SET {} WHERE {}").format(name, listed, where)
        return found, [*row.values(), *key]
    marks = sql.SQL(", ").join([sql.Placeholder()] * len(columns))
    listed = sql.SQL(", ").join(columns)
    return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(name, listed, marks), [*row.values()]


def _needed(table: str) -> list[str]:
    return [column.name for column in TABLES[table].columns if not column.optional]


class _Book:
    """What is in the database, and what happens next."""

    def __init__(self, tables: Tables) -> None:
        self._rows: dict[str, dict[Key, Row]] = {}
        self._number = 0
        for table, rows in tables.items():
            keyed: dict[Key, list[Row]] = {}
            for row in rows:
                keyed.setdefault(key_of(table, row), []).append(row)
            # Bad rows repeat keys or lack values: nobody works on those.
            self._rows[table] = {
                key: same[0]
                for key, same in keyed.items()
                if len(same) == 1 and all(same[0][name] is not None for name in _needed(table))
            }

    def has(self, table: str, key: Key) -> bool:
        return key in self._rows[table]

    def take(self, changes: Iterable[tuple[str, Key, Row | None]]) -> None:
        for table, key, row in changes:
            if row is None:
                self._rows[table].pop(key, None)
            else:
                self._rows[table][key] = row

    def changes(self, stamp: datetime, chance: Random) -> list[tuple[str, Key, Row | None]]:
        """What one transaction brings: a few calls always, and some of all that can happen."""
        found: dict[tuple[str, Key], Row | None] = {}
        happenings = [self._call, self._call, self._call]
        happenings += [
            what
            for what, share in (
                (self._payment, 0.8), (self._payment, 0.4), (self._promise, 0.5),
                (self._other_amount, 0.3), (self._other_outcome, 0.5), (self._cancel, 0.2),
                (self._placed, 0.3), (self._moved, 0.3), (self._closed, 0.2), (self._charge, 0.2),
                (self._reversal, 0.2), (self._stage, 0.2),
            )
            if chance.random() < share
        ]  # fmt: skip
        for what in happenings:
            for table, row in what(stamp, chance):
                # One change of a row in a transaction is enough.
                found.setdefault((table, key_of(table, row)), {**row, "updated_at": stamp})
        for table, key in self._losing(chance) if chance.random() < 0.35 else ():
            found.setdefault((table, key), None)
        return [(table, key, row) for (table, key), row in found.items()]

    def _new(self, table: str, **values: object) -> tuple[str, Row]:
        """A new row with a key of its own; columns that are not given stay empty."""
        self._number += 1
        row: Row = dict.fromkeys(column.name for column in TABLES[table].columns)
        row |= values
        (name, *rest) = TABLES[table].key
        if not rest and row[name] is None:
            row[name] = f"trial-{table}-{self._number}"
        return table, row

    def _one(self, table: str, chance: Random) -> Row:
        return chance.choice(list(self._rows[table].values()))

    def _call(self, stamp: datetime, chance: Random) -> list[tuple[str, Row]]:
        case = self._one("cases", chance)
        return [self._new(
            "contacts", case_id=case["case_id"], agent_id=case["agent_id"],
            contacted_at=stamp - timedelta(minutes=chance.randint(0, 2_000)),
            channel=chance.choice(CHANNELS), direction="outbound",
            outcome=chance.choice(OUTCOMES),
        )]  # fmt: skip

    def _payment(self, stamp: datetime, chance: Random) -> list[tuple[str, Row]]:
        """As often late as not: the ledger knew of it days after it was paid."""
        late = timedelta(days=chance.choice((0, 0, 0, 1, 3, 8, 35)), minutes=chance.randint(1, 90))
        return [self._new(
            "payments", case_id=self._one("cases", chance)["case_id"], paid_at=stamp - late,
            amount=Decimal(chance.randint(1, 90_000)) / 100, recorded_at=stamp,
        )]  # fmt: skip

    def _reversal(self, stamp: datetime, chance: Random) -> list[tuple[str, Row]]:
        paid = self._one("payments", chance)
        return [self._new(
            "payments", case_id=paid["case_id"], paid_at=stamp, amount=-abs(paid["amount"]),
            reverses=paid["payment_id"], recorded_at=stamp,
        )]  # fmt: skip

    def _promise(self, stamp: datetime, chance: Random) -> list[tuple[str, Row]]:
        case = self._one("cases", chance)
        made = stamp - timedelta(days=chance.choice((0, 0, 2, 12)))
        return [self._new(
            "promises", case_id=case["case_id"], agent_id=case["agent_id"], made_at=made,
            due_on=made.date() + timedelta(days=chance.randint(0, 10)),
            amount=Decimal(chance.randint(1_000, 60_000)) / 100,
        )]  # fmt: skip

    def _charge(self, stamp: datetime, chance: Random) -> list[tuple[str, Row]]:
        return [self._new(
            "adjustments", case_id=self._one("cases", chance)["case_id"],
            booked_on=stamp.date() - timedelta(days=chance.randint(0, 20)),
            amount=Decimal(chance.randint(-2_000, 4_000)) / 100, kind="interest",
        )]  # fmt: skip

    def _stage(self, stamp: datetime, chance: Random) -> list[tuple[str, Row]]:
        return [self._new(
            "stage_history", case_id=self._one("cases", chance)["case_id"],
            stage=chance.choice(("notice", "call", "visit", "legal")), entered_at=stamp,
        )]  # fmt: skip

    def _placed(self, stamp: datetime, chance: Random) -> list[tuple[str, Row]]:
        like = self._one("cases", chance)
        placed: date = stamp.date() - timedelta(days=chance.choice((0, 1, 4)))
        fresh = {"customer_id": f"trial-{self._number}", "closed_on": None, "close_reason": None,
                 "placed_on": placed, "delinquent_since": placed - timedelta(days=30)}  # fmt: skip
        return [self._new("cases", **{**like, **fresh, "case_id": None, "stage": "call"})]

    def _other_amount(self, stamp: datetime, chance: Random) -> list[tuple[str, Row]]:
        paid = self._one("payments", chance)
        return [("payments", {**paid, "amount": paid["amount"] + Decimal("0.01")})]

    def _other_outcome(self, stamp: datetime, chance: Random) -> list[tuple[str, Row]]:
        return [("contacts", {**self._one("contacts", chance), "outcome": chance.choice(OUTCOMES)})]

    def _cancel(self, stamp: datetime, chance: Random) -> list[tuple[str, Row]]:
        return [("promises", {**self._one("promises", chance), "cancelled_at": stamp})]

    def _moved(self, stamp: datetime, chance: Random) -> list[tuple[str, Row]]:
        """A case goes to another agent: the case says so and a new assignment begins."""
        case, agent = self._one("cases", chance), self._one("agents", chance)
        who = {"team_id": agent["team_id"], "agent_id": agent["agent_id"]}
        since = self._new("assignments", case_id=case["case_id"], from_at=stamp, **who)
        return [("cases", {**case, **who}), since]

    def _closed(self, stamp: datetime, chance: Random) -> list[tuple[str, Row]]:
        case = self._one("cases", chance)
        ended = {"closed_on": stamp.date(), "close_reason": "paid", "stage": "closed"}
        return [("cases", {**case, **ended})]

    def _losing(self, chance: Random) -> list[tuple[str, Key]]:
        """A row that goes: it leaves no stamp."""
        table = chance.choice(("payments", "contacts", "promises", "adjustments"))
        return [(table, key_of(table, self._one(table, chance)))]
