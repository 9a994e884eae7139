"""What happens to a case database over time: edits that carry a new stamp, and silent ones.

An edit is a few numbers and is applied to whatever rows there are by then, so that any list of
edits fits any database (and a failing history shrinks well).
"""

from collections.abc import Callable, Collection, Iterable
from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from queries.contract import TABLES, Column
from tests.support import case_database as build
from tests.support.case_database import Row, Tables
from tests.support.strategies import (
    AGENTS,
    AMOUNTS,
    CASES,
    FAULTS,
    SEEDS,
    STRANGERS,
    TEAMS,
    Database,
    Spoiling,
    databases,
    spoiled,
)

_PICKED = tuple(TABLES[name] for name in ("cases", "payments", "contacts", "promises"))


@dataclass(frozen=True)
class Edit:
    """`pick` chooses the row, `other` a value, `days` how long ago."""

    kind: str
    pick: int
    other: int
    days: int


@dataclass(frozen=True)
class Step:
    """Some edits, stamped and then read by a refresh `days` later.

    A `late` step became visible only after the refresh before, though its stamp is from before.
    """

    edits: tuple[Edit, ...]
    days: int
    late: bool = False


@dataclass(frozen=True)
class History:
    start: Database
    steps: tuple[Step, ...]


@dataclass
class Moment:
    """The database while it is edited: `stamp` is what goes into updated_at (source time)."""

    tables: Tables
    today: date
    stamp: datetime | None

    def rows(self, table: str) -> list[Row]:
        return self.tables.setdefault(table, [])

    def change(self, table: str, edit: Edit, **values: object) -> None:
        """Change one row, with the stamp where there is one to give."""
        rows = self.rows(table)
        if rows:
            number = edit.pick % len(rows)
            rows[number] = self.stamped({**rows[number], **values})

    def add(self, table: str, row: Row) -> None:
        """Append a row, unless its key is taken (that is what `repeat` is for)."""
        key = TABLES[table].key
        rows = self.rows(table)
        if all(any(row[name] != other[name] for name in key) for other in rows):
            rows.append(self.stamped(row))

    def stamped(self, row: Row) -> Row:
        return {**row, "updated_at": self.stamp} if self.stamp and "updated_at" in row else row

    def ago(self, edit: Edit) -> date:
        return self.today - timedelta(days=edit.days)

    def recorded(self, edit: Edit) -> datetime | None:
        """When the ledger knew of a new row; half of them do not say."""
        return self.stamp if edit.other % 2 else None

    def at(self, edit: Edit) -> datetime:
        hour = (0, 9, 15)[edit.other % 3]
        return datetime.combine(self.ago(edit) - timedelta(days=1), time(hour))


def _among(values: tuple[str, ...], edit: Edit) -> str:
    return values[edit.other % len(values)]


def _amount(edit: Edit) -> Decimal:
    return Decimal(_among(AMOUNTS, edit))


def _new_payment(m: Moment, edit: Edit) -> None:
    row = build.a_payment(f"P{10 + edit.pick}", _among(CASES, edit))
    values = {"paid_at": m.at(edit), "amount": _amount(edit), "recorded_at": m.recorded(edit)}
    m.add("payments", {**row, **values})


def _reverse_payment(m: Moment, edit: Edit) -> None:
    """Take a payment back on a later day."""
    rows = m.rows("payments")
    if rows:
        taken = rows[edit.pick % len(rows)]
        row = build.a_payment(f"X{edit.pick}", reverses=taken["payment_id"])
        m.add(
            "payments",
            {
                **row,
                "case_id": taken["case_id"],
                "paid_at": m.at(edit),
                "amount": -_amount(edit),
                "recorded_at": m.recorded(edit),
            },
        )


def _new_contact(m: Moment, edit: Edit) -> None:
    row = build.a_contact(f"N{10 + edit.pick}", _among(CASES, edit), agent_id=_among(AGENTS, edit))
    m.add("contacts", {**row, "contacted_at": m.at(edit)})


def _new_promise(m: Moment, edit: Edit) -> None:
    row = build.a_promise(f"R{10 + edit.pick}", _among(CASES, edit), amount=_among(AMOUNTS, edit))
    due_on = m.ago(edit) + timedelta(days=edit.other)
    m.add("promises", {**row, "made_at": m.at(edit), "due_on": due_on})


def _new_case(m: Moment, edit: Edit) -> None:
    """Sometimes the one that payments and contacts have spoken of before it was known."""
    row = build.a_case(_among((*CASES, STRANGERS[2]), edit), agent_id=None)
    m.add("cases", {**row, "placed_on": m.ago(edit), "delinquent_since": m.ago(edit)})


def _reassign(m: Moment, edit: Edit) -> None:
    row = build.an_assignment(_among(CASES, edit), TEAMS[edit.pick % len(TEAMS)])
    m.add("assignments", {**row, "agent_id": _among(AGENTS, edit), "from_at": m.at(edit)})


def _enter_stage(m: Moment, edit: Edit) -> None:
    row = build.a_stage(_among(CASES, edit), ("notice", "legal")[edit.pick % 2])
    m.add("stage_history", {**row, "entered_at": m.at(edit)})


def _adjust(m: Moment, edit: Edit) -> None:
    row = build.an_adjustment(f"J{10 + edit.pick}", _among(CASES, edit))
    m.add("adjustments", {**row, "booked_on": m.ago(edit), "amount": _amount(edit)})


def _snapshot(m: Moment, edit: Edit) -> None:
    """Of the last month end, or of the newest day there is: states of older days that come later
    carry no stamp, so that only the nightly comparison finds them."""
    end = m.today.replace(day=1) - timedelta(days=1)
    day = max(
        [end.isoformat(), *(str(row["as_of"]) for row in m.rows("snapshots") if row["as_of"])]
    )
    m.add("snapshots", build.a_snapshot(_among(CASES, edit), as_of=day, dpd=edit.days))


def _close(m: Moment, edit: Edit) -> None:
    reason = ("paid", "written_off", None)[edit.other % 3]
    m.change("cases", edit, closed_on=m.ago(edit), close_reason=reason, stage="closed")


def _department(m: Moment, edit: Edit) -> None:
    m.change("teams", edit, department=("east", "west", None)[edit.other % 3])


def _spoil(m: Moment, edit: Edit) -> None:
    """A fault in a column that is no part of the key: a new key would be a deleted row."""
    table = _PICKED[edit.other % len(_PICKED)]
    rows = m.rows(table.name)
    if rows:
        number = edit.pick % len(rows)
        fault = Spoiling(table.name, FAULTS[edit.days % len(FAULTS)], edit.pick)
        wrong = spoiled(fault, m.today)
        readable = not {"soon", "much"} & {str(value) for value in wrong.values()}
        if readable and not set(table.key) & set(wrong):
            rows[number] = m.stamped({**rows[number], **wrong})


def _mend(m: Moment, edit: Edit) -> None:
    """Make the first bad row of a table good."""
    table = _PICKED[edit.other % len(_PICKED)]
    rows = m.rows(table.name)
    usual = {
        "cases": build.a_case(),
        "payments": build.a_payment(),
        "contacts": build.a_contact(),
        "promises": build.a_promise(),
    }[table.name]
    for number, row in enumerate(rows):
        wrong = [c.name for c in table.columns if _is_wrong(row[c.name], c, m.today)]
        if wrong and not set(wrong) & set(table.key):
            rows[number] = m.stamped({**row, **{name: usual[name] for name in wrong}})
            return


def _is_wrong(value: object, column: Column, today: date) -> bool:
    if value is None or column.kind == "code":
        return not column.optional if value is None else value not in column.codes
    if column.kind not in ("date", "timestamp"):
        return False
    day = value.date() if isinstance(value, datetime) else value
    assert isinstance(day, date)
    return day.year < 1990 or (column.moment and day > today)


def _repeat(m: Moment, edit: Edit) -> None:
    """The same key once more, newer."""
    rows = m.rows("payments")
    if rows:
        rows.append(m.stamped({**rows[edit.pick % len(rows)], "amount": _amount(edit)}))


LOUD: dict[str, Callable[[Moment, Edit], None]] = {
    "new_payment": _new_payment,
    "reverse_payment": _reverse_payment,
    "edit_amount": lambda m, e: m.change("payments", e, amount=_amount(e)),
    "move_payment": lambda m, e: m.change("payments", e, paid_at=m.at(e)),
    "payment_to_case": lambda m, e: m.change("payments", e, case_id=_among(CASES, e)),
    "new_contact": _new_contact,
    "move_contact": lambda m, e: m.change("contacts", e, contacted_at=m.at(e)),
    "contact_to_case": lambda m, e: m.change("contacts", e, case_id=_among(CASES, e)),
    "contact_by": lambda m, e: m.change("contacts", e, agent_id=_among((*AGENTS, ""), e) or None),
    "new_promise": _new_promise,
    "cancel_promise": lambda m, e: m.change("promises", e, cancelled_at=m.at(e)),
    "move_promise": lambda m, e: m.change("promises", e, due_on=m.ago(e)),
    "promise_to_plan": lambda m, e: m.change("promises", e, plan_id=("L1", None)[e.other % 2]),
    "new_case": _new_case,
    "place": lambda m, e: m.change("cases", e, placed_on=m.ago(e)),
    "close": _close,
    "reopen": lambda m, e: m.change("cases", e, closed_on=None, close_reason=None),
    "grow_old": lambda m, e: m.change("cases", e, delinquent_since=m.ago(e)),
    "product": lambda m, e: m.change("cases", e, product=("card", "loan")[e.other % 2]),
    "case_team": lambda m, e: m.change("cases", e, team_id=_among(TEAMS, e)),
    "agent_team": lambda m, e: m.change("agents", e, team_id=_among(TEAMS, e)),
    "reassign": _reassign,
    "end_assignment": lambda m, e: m.change("assignments", e, to_at=m.at(e)),
    "enter_stage": _enter_stage,
    "adjust": _adjust,
    "snapshot": _snapshot,
    "department": _department,
    "spoil": _spoil,
    "mend": _mend,
    "repeat": _repeat,
}


def _delete(m: Moment, edit: Edit) -> None:
    names = [name for name, rows in m.tables.items() if rows and name != "teams"]
    if names:
        rows = m.rows(_among(tuple(names), edit))
        del rows[edit.pick % len(rows)]


# What no stamp tells of: only a comparison with the whole source finds it.
SILENT: dict[str, Callable[[Moment, Edit], None]] = {
    "delete": _delete,
    "delete_again": _delete,
    "edit_amount": LOUD["edit_amount"],
    "move_contact": LOUD["move_contact"],
    "close": LOUD["close"],
    "reopen": LOUD["reopen"],
    "case_team": LOUD["case_team"],
    "end_assignment": LOUD["end_assignment"],
    "agent_team": LOUD["agent_team"],
}


def edits(kinds: Collection[str], seed: str, numbers: Iterable[int]) -> tuple[Edit, ...]:
    """The edits of these numbers, each the same whichever others there are."""
    return tuple(_edit(sorted(kinds), Random(f"{seed} {number}")) for number in sorted(numbers))


def _edit(kinds: list[str], dice: Random) -> Edit:
    days = dice.choice((0, 1, 2, 7, 14, 30, 31, 45, 60, 90))
    return Edit(dice.choice(kinds), dice.randrange(60), dice.randrange(9), days)


def some_numbers(most: int) -> st.SearchStrategy[set[int]]:
    """Up to `most` numbers, shrinking to fewer."""
    return st.sets(st.integers(1, most), min_size=1)


@st.composite
def histories(draw: st.DrawFn) -> History:
    """A start without unreadable values (their columns would change type) and some steps."""
    seed = draw(SEEDS)
    steps = []
    for number in range(draw(st.integers(1, 4))):
        chosen = edits(LOUD, f"{seed} {number}", draw(some_numbers(8)))
        steps.append(Step(chosen, draw(st.sampled_from((0, 1, 3, 20))), draw(st.booleans())))
    return History(draw(databases(bad=False)), tuple(steps))


@st.composite
def silent_edits(draw: st.DrawFn) -> tuple[Edit, ...]:
    return edits(SILENT, f"{draw(SEEDS)}", draw(some_numbers(4)))


def after(database: Database, now: datetime, step: Step) -> tuple[Tables, datetime]:
    """The tables after the step and the moment at which they are read."""
    then = now + timedelta(days=step.days, hours=1)
    written = now - timedelta(minutes=5) if step.late else then - timedelta(minutes=5)
    zone = ZoneInfo(database.definitions.source_zone)
    stamp = written.astimezone(zone).replace(tzinfo=None)
    today = then.astimezone(ZoneInfo(database.definitions.business_zone)).date()
    moment = Moment(deepcopy(database.tables), today, stamp)
    for edit in step.edits:
        LOUD[edit.kind](moment, edit)
    return moment.tables, then


def silently(database: Database, changes: tuple[Edit, ...]) -> Tables:
    """The tables after edits that leave no stamp."""
    moment = Moment(deepcopy(database.tables), database.today, None)
    for edit in changes:
        SILENT[edit.kind](moment, edit)
    return moment.tables
