"""Generated case databases: few rows within some hundred days, laid so that edges meet.

Days prefer month ends, times prefer midnight, amounts are few so that thresholds are hit exactly,
ids are few so that rows collide. Part of the databases hold bad rows of every reason.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TypeVar

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

DEFINITIONS = (
    Definitions(),
    Definitions(grace_days=0, kept_threshold=Decimal(1), source_zone="UTC"),
    Definitions(
        business_zone="America/New_York", source_zone="UTC", bucket_edges=(0, 15, 45), grace_days=5
    ),
)

T = TypeVar("T")


@dataclass(frozen=True)
class Database:
    """A case database as it is on the morning of `today`."""

    tables: Tables
    today: date
    definitions: Definitions

    def __repr__(self) -> str:
        """What a failing test shows: the rows without what is empty or usual."""
        lines = [f"{self.today} {self.definitions}"]
        for name, rows in self.tables.items():
            for row in rows:
                lines.append(f"{name}: {', '.join(f'{k}={v}' for k, v in row.items() if v)}")
        return "\n".join(lines)

    @property
    def now(self) -> datetime:
        return build.morning_of(self.today)


def is_edge(day: date) -> bool:
    return day.day == 1 or (day + timedelta(days=1)).day == 1


@dataclass(frozen=True)
class Calendar:
    """The few days on which things happen in one database, so that they happen together."""

    today: date
    hot: tuple[date, ...]

    def days(self) -> st.SearchStrategy[date]:
        return st.sampled_from(self.hot)

    def moments(self) -> st.SearchStrategy[datetime]:
        """A moment before today, or the first minutes of today."""
        return st.builds(datetime.combine, self.days(), st.sampled_from(TIMES)).map(self._past)

    def _past(self, moment: datetime) -> datetime:
        return moment if moment.date() < self.today else datetime.combine(self.today, time(0))


@st.composite
def calendars(draw: st.DrawFn, today: date) -> Calendar:
    """Today, an old day, and some in between: month ends, recent ones, any."""
    all_days = [today - timedelta(days=number) for number in range(SPAN)]
    edges = [day for day in all_days if is_edge(day)]
    some = st.one_of(*(st.sampled_from(few) for few in (all_days[:10], edges, all_days)))
    drawn = draw(st.lists(some, min_size=4, max_size=8))
    return Calendar(today, (*drawn, all_days[-draw(st.integers(1, 40))], today))


def maybe(values: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.one_of(st.none(), values)


amounts = st.sampled_from(AMOUNTS).map(Decimal)
case_ids = st.sampled_from((*CASES[:3], *CASES))
team_ids = st.sampled_from((*TEAMS, *TEAMS, STRANGERS[0]))
agent_ids = maybe(st.sampled_from((*AGENTS, *AGENTS, STRANGERS[1])))


@st.composite
def cases(draw: st.DrawFn, case_id: str, calendar: Calendar) -> Row:
    placed_on = draw(calendar.days())
    return build.a_case(
        case_id,
        product=draw(st.sampled_from(("card", "loan"))),
        segment=draw(st.sampled_from(("a", "b", None))),
        region=draw(st.sampled_from(("north", None))),
        placed_on=placed_on,
        placed_amount=draw(amounts) * 10,
        delinquent_since=placed_on - timedelta(days=draw(st.sampled_from(LATENESS))),
        team_id=draw(team_ids),
        agent_id=draw(agent_ids),
        stage=draw(st.sampled_from(STAGES)),
        closed_on=draw(st.one_of(st.none(), st.just(placed_on), calendar.days())),
        close_reason=draw(maybe(st.sampled_from(CLOSE_REASONS))),
        updated_at=draw(maybe(calendar.moments())),
    )


@st.composite
def payments(draw: st.DrawFn, number: int, calendar: Calendar) -> Row:
    reverses = draw(st.sampled_from((None, None, None, *(f"P{n}" for n in range(6)))))
    takes_back = draw(st.sampled_from((1, 1, 1, -1))) if not reverses else -1
    return build.a_payment(
        f"P{number}",
        draw(case_ids),
        paid_at=draw(calendar.moments()),
        amount=draw(amounts) * takes_back,
        reverses=reverses,
        updated_at=draw(maybe(calendar.moments())),
    )


@st.composite
def contacts(draw: st.DrawFn, number: int, calendar: Calendar) -> Row:
    return build.a_contact(
        f"N{number}",
        draw(case_ids),
        agent_id=draw(agent_ids),
        contacted_at=draw(calendar.moments()),
        channel=draw(st.sampled_from(CHANNELS)),
        direction=draw(st.sampled_from(("outbound", "outbound", "outbound", "inbound"))),
        outcome=draw(st.sampled_from(OUTCOMES)),
        updated_at=draw(maybe(calendar.moments())),
    )


@st.composite
def promises(draw: st.DrawFn, number: int, calendar: Calendar) -> Row:
    made_at = draw(calendar.moments())
    due_on = made_at.date() + timedelta(days=draw(st.sampled_from((0, 1, 2, 5, 14, 40, -1))))
    return build.a_promise(
        f"R{number}",
        draw(case_ids),
        agent_id=draw(agent_ids),
        made_at=made_at,
        due_on=due_on,
        amount=draw(amounts),
        plan_id=draw(st.sampled_from((None, "L1", "L2"))),
        cancelled_at=draw(st.one_of(st.none(), st.none(), calendar.moments())),
        updated_at=draw(maybe(calendar.moments())),
    )


@st.composite
def assignments(draw: st.DrawFn, number: int, calendar: Calendar) -> Row:
    return build.an_assignment(
        draw(case_ids),
        draw(team_ids),
        agent_id=draw(agent_ids),
        from_at=draw(calendar.moments()),
        to_at=draw(maybe(calendar.moments())),
        updated_at=draw(maybe(calendar.moments())),
    )


@st.composite
def stages(draw: st.DrawFn, number: int, calendar: Calendar) -> Row:
    return build.a_stage(
        draw(case_ids),
        draw(st.sampled_from(STAGES)),
        entered_at=draw(calendar.moments()),
        updated_at=draw(maybe(calendar.moments())),
    )


@st.composite
def adjustments(draw: st.DrawFn, number: int, calendar: Calendar) -> Row:
    return build.an_adjustment(
        f"J{number}",
        draw(case_ids),
        booked_on=draw(calendar.days()),
        amount=draw(amounts) * draw(st.sampled_from((1, -1))),
        updated_at=draw(maybe(calendar.moments())),
    )


@st.composite
def snapshots(draw: st.DrawFn, number: int, today: date) -> Row:
    edges = [d for n in range(SPAN) if is_edge(d := today - timedelta(days=n))]
    return build.a_snapshot(
        draw(case_ids),
        as_of=draw(st.sampled_from(edges)),
        dpd=draw(st.sampled_from(LATENESS)),
        balance=draw(amounts),
    )


_MANY = {
    "payments": (payments, 6),
    "contacts": (contacts, 6),
    "promises": (promises, 4),
    "assignments": (assignments, 4),
    "stage_history": (stages, 4),
    "adjustments": (adjustments, 2),
    "snapshots": (snapshots, 5),
}


@st.composite
def clean_tables(draw: st.DrawFn, today: date) -> Tables:
    """Tables without bad rows of a kind that the engine would refuse; optional ones may miss."""
    tables: Tables = {
        "teams": [
            build.a_team(t, department=d)
            for t, d in zip(TEAMS, ("east", "east", None), strict=True)
        ],
        "agents": [draw(agents(agent_id, today)) for agent_id in AGENTS],
        "cases": [
            draw(cases(case_id, today)) for case_id in CASES[: draw(st.integers(1, len(CASES)))]
        ],
    }
    for name, (rows_of, most) in _MANY.items():
        if name in OPTIONAL_TABLES and draw(st.integers(0, 2)) == 0:
            continue
        count = draw(st.integers(0, most))
        tables[name] = [draw(rows_of(number, today)) for number in range(count)]
    return tables


@st.composite
def agents(draw: st.DrawFn, agent_id: str, calendar: Calendar) -> Row:
    return build.an_agent(
        agent_id,
        draw(team_ids),
        level=draw(maybe(st.sampled_from(LEVELS[:2]))),
        agency=draw(st.sampled_from((None, "Agency 1"))),
        updated_at=draw(maybe(calendar.moments())),
    )


@st.composite
def databases(draw: st.DrawFn, *, bad: bool = True) -> Database:
    today = draw(st.sampled_from(TODAYS))
    tables = draw(clean_tables(today))
    if bad:
        for spoiling in draw(st.lists(spoilings(), max_size=4)):
            spoil(tables, spoiling, today)
    return Database(tables, today, draw(st.sampled_from(DEFINITIONS)))


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
    tables = ("agents", "cases", *_MANY)
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
    if pick % 3 == 1:
        again["updated_at" if "updated_at" in row else "name"] = None
    return again
