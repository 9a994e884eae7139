"""Generated case databases: few rows within some hundred days, laid so that edges meet.

Hypothesis draws a seed and which rows there are; what a row says follows from the seed and its
number alone. So databases differ widely from example to example, and a failing one shrinks by
leaving rows out, quickly. Days prefer month ends, times midnight; amounts are few so that
thresholds are hit exactly, ids are few so that rows collide. Bad rows of every reason are among
them.
"""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import TypeVar

from hypothesis import settings
from hypothesis import strategies as st

from queries.contract import CHANNELS, CLOSE_REASONS, LEVELS, OUTCOMES, STAGES, TABLES
from queries.definitions import Definitions
from tests.support import case_database as build
from tests.support.case_database import Row, Tables

TODAYS = (date(2024, 2, 29), date(2024, 3, 1), date(2024, 3, 14), date(2024, 4, 1))
SPAN = 100
TIMES = (time(0), time(0, 0, 1), time(9, 30), time(16), time(23, 59, 59), time(12, 0, 0, 1))
AMOUNTS = ("100.00", "50.00", "95.00", "94.99", "150.00", "40.00", "0.01", "300.00", "33.335")
CASES = ("C1", "C2", "C3", "C4", "C5")
TEAMS = ("T1", "T2", "T3")
AGENTS = ("A1", "A2", "A3", "A4")
# Unknown to `teams`, `agents` and (until a history adds it) `cases`.
STRANGERS = ("TX", "AX", "C9")
LATENESS = (-5, 0, 1, 29, 30, 31, 59, 90, 150, 179, 181, 400)
OPTIONAL_TABLES = ("assignments", "stage_history", "adjustments", "snapshots")
SEEDS = st.integers(0, 2**48)

DEFINITIONS = (
    Definitions(),
    Definitions(grace_days=0, kept_threshold=Decimal(1), source_zone="UTC"),
    Definitions(
        business_zone="America/New_York", source_zone="UTC", bucket_edges=(0, 15, 45), grace_days=5
    ),
)

T = TypeVar("T")


def examples(number: int) -> settings:
    """That many in the suite; twenty times as many with HYPOTHESIS_PROFILE=search."""
    searching = os.environ.get("HYPOTHESIS_PROFILE") == "search"
    return settings(max_examples=number * 20 if searching else number)


@dataclass(frozen=True)
class Database:
    """A case database as it is on the morning of `today`."""

    tables: Tables
    today: date
    definitions: Definitions

    def __repr__(self) -> str:
        """What a failing test shows: the rows without what is empty."""
        lines = [f"{self.today} {self.definitions}"]
        for name, rows in self.tables.items():
            lines.append(f"{name}: {len(rows)} rows")
            lines += ["  " + ", ".join(f"{k}={v}" for k, v in row.items() if v) for row in rows]
        return "\n".join(lines)

    @property
    def now(self) -> datetime:
        return build.morning_of(self.today)


def is_edge(day: date) -> bool:
    return day.day == 1 or (day + timedelta(days=1)).day == 1


class Dice:
    """Random choices for one row of a database, the same whenever the seed and the row are."""

    def __init__(self, seed: int, row: str, today: date) -> None:
        self.chance = Random(f"{seed} {row}")
        self.today = today
        of_all = Random(seed)
        self.hot = [today - timedelta(days=of_all.randrange(SPAN)) for _ in range(4)]

    def one(self, values: Sequence[T]) -> T:
        return self.chance.choice(values)

    def maybe(self, value: T, share: float = 0.5) -> T | None:
        return value if self.chance.random() < share else None

    def day(self) -> date:
        """A hot day of the database, one of the last days, an edge of a month, or any day."""
        past = [self.today - timedelta(days=number) for number in range(SPAN)]
        edges = [day for day in past if is_edge(day)]
        return self.one(
            (*[self.one(self.hot)] * 3, self.one(past[:8]), self.one(edges), self.one(past))
        )

    def moment(self) -> datetime:
        """Before today, or midnight today."""
        moment = datetime.combine(self.day(), self.one(TIMES))
        return moment if moment.date() < self.today else datetime.combine(self.today, time(0))

    def amount(self) -> Decimal:
        return Decimal(self.one(AMOUNTS))

    def case_id(self) -> str:
        return self.one((*CASES[:1] * 4, *CASES))

    def team_id(self) -> str:
        return self.one((*TEAMS * 3, STRANGERS[0]))

    def agent_id(self) -> str | None:
        return self.maybe(self.one((*AGENTS * 2, STRANGERS[1])), 0.7)

    def stamp(self) -> datetime | None:
        return self.maybe(self.moment())


def a_case(dice: Dice, number: int) -> Row:
    placed_on = min(dice.day(), dice.day())
    return build.a_case(
        f"C{number}",
        product=dice.one(("card", "loan")),
        segment=dice.one(("a", "b", None)),
        region=dice.one(("north", None)),
        placed_on=placed_on,
        placed_amount=dice.amount() * 10,
        delinquent_since=placed_on - timedelta(days=dice.one(LATENESS)),
        team_id=dice.team_id(),
        agent_id=dice.agent_id(),
        stage=dice.one(STAGES),
        closed_on=dice.one((None, None, None, placed_on, dice.day(), dice.day())),
        close_reason=dice.maybe(dice.one(CLOSE_REASONS)),
        updated_at=dice.stamp(),
    )


def a_payment(dice: Dice, number: int) -> Row:
    reverses = dice.maybe(f"P{dice.one(range(1, 9))}", 0.3)
    sign = -1 if reverses and dice.chance.random() < 0.9 else dice.one((1, 1, 1, 1, 1, -1))
    return build.a_payment(
        f"P{number}",
        dice.case_id(),
        paid_at=dice.moment(),
        amount=dice.amount() * sign,
        reverses=reverses,
        updated_at=dice.stamp(),
        recorded_at=dice.maybe(dice.moment()),
    )


def a_contact(dice: Dice, number: int) -> Row:
    tomorrow = datetime.combine(dice.today + timedelta(days=1), time(12))
    return build.a_contact(
        f"N{number}",
        dice.case_id(),
        agent_id=dice.agent_id(),
        contacted_at=dice.one((*(dice.moment() for _ in range(9)), tomorrow)),
        channel=dice.one(CHANNELS),
        direction=dice.one(("outbound", "outbound", "outbound", "inbound")),
        outcome=dice.one((*OUTCOMES, "right_party", "refused", "third_party")),
        updated_at=dice.stamp(),
    )


def a_promise(dice: Dice, number: int) -> Row:
    made_at = dice.moment()
    lead = timedelta(days=dice.one((0, 1, 2, 5, 14, 31, 40, -1)))
    return build.a_promise(
        f"R{number}",
        dice.case_id(),
        agent_id=dice.agent_id(),
        made_at=made_at,
        due_on=dice.one((made_at.date() + lead, max(dice.day(), made_at.date()))),
        amount=dice.amount() * dice.one((1, 1, 2)),
        plan_id=dice.one((None, "L1", "L1", "L2")),
        cancelled_at=dice.maybe(dice.moment(), 0.15),
        updated_at=dice.stamp(),
    )


def an_assignment(dice: Dice, number: int) -> Row:
    return build.an_assignment(
        dice.case_id(),
        dice.team_id(),
        agent_id=dice.agent_id(),
        from_at=dice.moment(),
        to_at=dice.maybe(dice.moment(), 0.4),
        updated_at=dice.stamp(),
    )


def a_stage(dice: Dice, number: int) -> Row:
    return build.a_stage(
        dice.case_id(), dice.one(STAGES), entered_at=dice.moment(), updated_at=dice.stamp()
    )


def an_adjustment(dice: Dice, number: int) -> Row:
    return build.an_adjustment(
        f"J{number}",
        dice.case_id(),
        booked_on=dice.day(),
        amount=dice.amount() * dice.one((1, -1)),
        updated_at=dice.stamp(),
    )


def a_snapshot(dice: Dice, number: int) -> Row:
    ends = [d for n in range(SPAN) if (d := dice.today - timedelta(days=n)).day > 27 and is_edge(d)]
    as_of = dice.one((*ends * 3, dice.day()))
    return build.a_snapshot(
        dice.case_id(), as_of=as_of, dpd=dice.one(LATENESS), balance=dice.amount()
    )


def an_agent(dice: Dice, number: int) -> Row:
    return build.an_agent(
        f"A{number}",
        dice.team_id(),
        level=dice.maybe(dice.one(LEVELS[:2])),
        agency=dice.maybe("Agency 1"),
        updated_at=dice.stamp(),
    )


# How a row is made, and up to how many of them there are.
ROWS: dict[str, tuple[Callable[[Dice, int], Row], int]] = {
    "cases": (a_case, 5),
    "payments": (a_payment, 12),
    "contacts": (a_contact, 10),
    "promises": (a_promise, 8),
    "assignments": (an_assignment, 8),
    "stage_history": (a_stage, 6),
    "adjustments": (an_adjustment, 4),
    "snapshots": (a_snapshot, 10),
}


@st.composite
def databases(draw: st.DrawFn, *, bad: bool = True) -> Database:
    """With `bad`, some rows are spoiled in ways that change a column's type in the source."""
    seed, today = draw(SEEDS), draw(st.sampled_from(TODAYS))
    dice = Dice(seed, "", today)
    departments = zip(TEAMS, ("east", "east", None), strict=True)
    tables: Tables = {
        "teams": [build.a_team(team, department=name) for team, name in departments],
        "agents": [an_agent(Dice(seed, a, today), int(a[1:])) for a in AGENTS],
    }
    for name, (a_row, most) in ROWS.items():
        if name in OPTIONAL_TABLES and dice.chance.random() < 0.3:
            continue
        left_out = draw(st.sets(st.integers(1, most), max_size=most - (name == "cases")))
        numbers = sorted(set(range(1, most + 1)) - left_out)
        tables[name] = [a_row(Dice(seed, f"{name} {n}", today), n) for n in numbers]
    for spoiling in draw(st.lists(spoilings(), max_size=4)) if bad else ():
        spoil(tables, spoiling, today)
    return Database(tables, today, dice.one(DEFINITIONS))


@dataclass(frozen=True)
class Spoiling:
    """One thing wrong with one row; `pick` chooses the row among those there are."""

    table: str
    fault: str
    pick: int


FAULTS = (
    "no_key", "no_date", "unreadable_date", "too_early", "in_future",
    "no_number", "unreadable_number", "unknown_code", "unknown_case", "repeated",
)  # fmt: skip


def spoilings() -> st.SearchStrategy[Spoiling]:
    tables = ("agents", *ROWS)
    return st.builds(Spoiling, st.sampled_from(tables), st.sampled_from(FAULTS), st.integers(0, 9))


def spoil(tables: Tables, spoiling: Spoiling, today: date) -> None:
    """Change one row for the worse, where the table has rows and a column for the fault."""
    rows = tables.get(spoiling.table, [])
    if not rows:
        return
    number = spoiling.pick % len(rows)
    row = rows[number] = dict(rows[number])
    if spoiling.fault == "repeated":
        rows.append(_changed_a_little(spoiling.table, row, spoiling.pick))
    else:
        row.update(spoiled(spoiling, today))


def spoiled(spoiling: Spoiling, today: date) -> Row:
    """The values that make the fault; none where the table has no column for it."""
    table = TABLES[spoiling.table]
    moments_of_past = [c for c in table.columns if c.moment and c.kind in ("date", "timestamp")]
    dates = [c for c in table.columns if c.kind in ("date", "timestamp") and not c.optional]
    numbers = [c for c in table.columns if c.kind in ("money", "integer") and not c.optional]
    codes = [c for c in table.columns if c.kind == "code"]
    faults: dict[str, tuple[Sequence[object], object]] = {
        "no_key": (table.key, None),
        "no_date": ([c.name for c in dates if c.name not in table.key], None),
        "unreadable_date": ([c.name for c in dates if c.name not in table.key], "soon"),
        "too_early": ([c.name for c in dates], date(1989, 12, 31)),
        "in_future": ([c.name for c in moments_of_past], today + timedelta(days=1)),
        "no_number": ([c.name for c in numbers], None),
        "unreadable_number": ([c.name for c in numbers], "much"),
        "unknown_code": ([c.name for c in codes], "M"),
        "unknown_case": (["case_id"] if table.of_cases else [], STRANGERS[2]),
    }
    names, value = faults[spoiling.fault]
    if not names:
        return {}
    name = str(names[spoiling.pick % len(names)])
    if table.by_name[name].kind == "timestamp" and isinstance(value, date):
        value = datetime.combine(value, time(12))
    return {name: value}


def _changed_a_little(table: str, row: Row, pick: int) -> Row:
    """The same key once more: with another amount, an older stamp, or word for word."""
    again = dict(row)
    if pick % 3 == 0 and isinstance(again.get("amount"), Decimal):
        again["amount"] += 1
    if pick % 3 == 1 and "updated_at" in row:
        again["updated_at"] = None
    return again
