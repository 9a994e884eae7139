"""Every figure once more, from the words of its definition: no SQL, no rollup, no declaration."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from queries.definitions import Definitions
from queries.period import GRAINS, Period, floor
from tests.support.naive import rows
from tests.support.naive.cases import ONE_DAY, Case, People
from tests.support.naive.cleaning import Row, clean

Pair = tuple[int | None, int | None]
Where = Mapping[str, object]


@dataclass(frozen=True)
class Part:
    """One sum: its rows in a period, what to add (None counts cases once), what never splits it."""

    rows: Callable[["NaiveFigures", Period], list[Row]]
    measure: str | None
    across: tuple[str, ...] = ()
    sign: int = 1

    def of(self, twin: "NaiveFigures", period: Period, where: Where) -> int:
        hits = [row for row in self.rows(twin, period) if matches(row, self.limits(where))]
        if self.measure is None:
            return len({row["case"] for row in hits})
        return self.sign * sum(row[self.measure] for row in hits)

    def limits(self, where: Where) -> Where:
        return {name: values for name, values in where.items() if name not in self.across}


def matches(row: Row, where: Where) -> bool:
    for name, wanted in where.items():
        values = wanted if isinstance(wanted, tuple) else (wanted,)
        if name not in row or row[name] not in values:
            return False
    return True


class NaiveFigures:
    """All figures of a small database. `tables` are raw rows of the contract, bad ones included."""

    def __init__(
        self, tables: dict[str, list[Row]], definitions: Definitions, today: date, as_of: date
    ) -> None:
        cleaned = clean(tables, definitions, today)
        self.aside = cleaned.aside
        self.today = today
        self.as_of = as_of
        self.by_snapshots = "snapshots" in tables
        people = People(cleaned.rows)
        self.cases = [
            Case(row, definitions, cleaned.rows, people) for row in cleaned.rows.get("cases", [])
        ]
        self.all = cache(self._all)
        self.open_on = cache(self._open_on)

    def figure(self, metric: str, period: Period, where: Where | None = None) -> Pair:
        """Numerator and denominator; a metric without denominator has None there."""
        numerator, denominators = FIGURES[metric]
        over = numerator.of(self, period, where or {})
        if not denominators:
            return over, None
        return over, sum(part.of(self, period, where or {}) for part in denominators)

    def figures(
        self, metric: str, period: Period, by: tuple[str, ...], where: Where | None = None
    ) -> dict[tuple[object, ...], Pair]:
        """One figure for each combination of keys that any of its rows within `where` has."""
        grain = next((name for name in by if name in GRAINS), None)
        rest = [name for name in by if name != grain]
        out = {}
        for span in period.split(grain) if grain else [period]:
            start = {grain: floor(span.start, grain)} if grain else {}
            for key in self._keys(metric, span, rest, where or {}):
                keys = {**start, **key}
                figure = self.figure(metric, span, {**(where or {}), **key})
                out[tuple(keys[name] for name in by)] = figure
        return out

    def _keys(self, metric: str, span: Period, by: list[str], where: Where) -> list[Row]:
        # A part that goes across a dimension has rows beyond its limits, but no slice of its own.
        asked = {name: values for name, values in where.items() if name in by}
        keys = {
            tuple((name, row[name]) for name in by)
            for part in parts(metric)
            for row in part.rows(self, span)
            if all(name in row for name in by) and matches(row, {**part.limits(where), **asked})
        }
        return [dict(key) for key in keys]

    def _all(self, kind: str) -> list[Row]:
        return [row for case in self.cases for row in self._rows(case, kind)]

    def _rows(self, case: Case, kind: str) -> Iterator[Row]:
        match kind:
            case "payments" | "payments_restated":
                return rows.payments(case, restated=kind == "payments_restated")
            case "placements":
                return iter([rows.placement(case)])
            case "contacts":
                return rows.contacts(case)
            case "first_attempts":
                return rows.first_attempts(case)
            case "promises_made":
                return rows.promises(case, "made_at", self.as_of)
            case "promises_due":
                return rows.promises(case, "due_on", self.as_of)
            case "movements":
                return rows.movements(case, self.today)
            case "rolls":
                return rows.rolls(case, self.as_of, by_snapshots=self.by_snapshots)
            case "curve":
                return rows.curve(case, self.as_of)
        raise KeyError(kind)

    def _open_on(self, day: date) -> list[Row]:
        return [row for case in self.cases for row in rows.stock(case, day)]


def parts(metric: str) -> tuple[Part, ...]:
    numerator, denominators = FIGURES[metric]
    return (numerator, *denominators)


def _during(kind: str, **only: object) -> Callable[[NaiveFigures, Period], list[Row]]:
    def rows_of(twin: NaiveFigures, period: Period) -> list[Row]:
        in_period = [row for row in twin.all(kind) if period.start <= row["day"] < period.end]
        return [row for row in in_period if matches(row, only)]

    return rows_of


def _opening(twin: NaiveFigures, period: Period) -> list[Row]:
    """A span that has not begun has no level."""
    return twin.open_on(period.start - ONE_DAY) if period.start <= twin.today else []


def _closing(twin: NaiveFigures, period: Period) -> list[Row]:
    """What is to come is not known: until the period ends the stock stays as it is today."""
    return twin.open_on(min(period.last, twin.today)) if period.start <= twin.today else []


def _any_day(twin: NaiveFigures, period: Period) -> list[Row]:
    days = [part.start for part in period.split("day") if part.start <= twin.today]
    return [row for day in days for row in twin.open_on(day)]


def _idle(*bands: str) -> Part:
    def rows_of(twin: NaiveFigures, period: Period) -> list[Row]:
        return [row for row in _closing(twin, period) if row["idle"] in bands]

    return Part(rows_of, "n")


_paid = _during("payments")
_made = _during("promises_made")
_matured = _during("promises_due", matured=True)
_pending = _during("promises_due", matured=False)
_contacts = _during("contacts")
_first = _during("first_attempts")
_rolls = _during("rolls")
_placed = _during("movements", flow="placed")
_closed = _during("movements", flow="closed")
_moved = _during("movements", flow="moved")
_ATTEMPTS = Part(_contacts, "n")
_ROW = Part(_rolls, "n", across=("to_state",))

FIGURES: Mapping[str, tuple[Part, tuple[Part, ...]]] = {
    "collected": (Part(_paid, "amount"), ()),
    "collected_restated": (Part(_during("payments_restated"), "amount"), ()),
    "recovery_rate": (
        Part(_paid, "amount"),
        (Part(_opening, "balance"), Part(_placed, "balance")),
    ),
    "liquidation": (
        Part(_during("curve"), "amount"),
        (Part(_during("placements"), "amount", across=("months",)),),
    ),
    "placed_cases": (Part(_placed, "n"), ()),
    "placed_amount": (Part(_placed, "balance"), ()),
    "promises_made": (Part(_made, "n"), ()),
    "promises_made_amount": (Part(_made, "amount"), ()),
    "promise_rate": (Part(_made, "n"), (Part(_contacts, "right_party"),)),
    "promises_due": (Part(_matured, "n"), ()),
    "promises_due_amount": (Part(_matured, "amount"), ()),
    "promise_kept_rate": (Part(_matured, "kept"), (Part(_matured, "n"),)),
    "promise_partial_rate": (Part(_matured, "partial"), (Part(_matured, "n"),)),
    "promise_broken_rate": (Part(_matured, "broken"), (Part(_matured, "n"),)),
    "promise_kept_rate_by_amount": (
        Part(_matured, "kept_amount"),
        (Part(_matured, "amount"),),
    ),
    "promises_pending": (Part(_pending, "n"), ()),
    "promises_pending_amount": (Part(_pending, "amount"), ()),
    "promise_lead_days": (Part(_made, "lead_days"), (Part(_made, "n"),)),
    "attempts": (_ATTEMPTS, ()),
    "connect_rate": (Part(_contacts, "connected"), (_ATTEMPTS,)),
    "contact_rate": (Part(_contacts, "contacted"), (_ATTEMPTS,)),
    "right_party_rate": (Part(_contacts, "right_party"), (_ATTEMPTS,)),
    "outcome_share": (_ATTEMPTS, (Part(_contacts, "n", across=("outcome",)),)),
    "coverage": (Part(_during("contacts", open=True), None), (Part(_any_day, None),)),
    "cases_attempted": (Part(_contacts, None), ()),
    "intensity": (_ATTEMPTS, (Part(_contacts, None),)),
    "days_to_first_attempt": (Part(_first, "wait_days"), (Part(_first, "n"),)),
    "first_attempt_in_time": (Part(_first, "in_time"), (Part(_first, "n"),)),
    "open_cases": (Part(_closing, "n"), ()),
    "open_balance": (Part(_closing, "balance"), ()),
    "untouched_7d": (_idle("7-13", "14-29", "30+"), ()),
    "untouched_14d": (_idle("14-29", "30+"), ()),
    "untouched_30d": (_idle("30+"), ()),
    "idle_cases": (Part(_closing, "n"), ()),
    "opening_cases": (Part(_opening, "n"), ()),
    "closed_cases": (Part(_closed, "n", sign=-1), ()),
    "moved_cases": (Part(_moved, "n"), ()),
    "opening_balance": (Part(_opening, "balance"), ()),
    "adjusted_balance": (Part(_during("movements", flow="adjusted"), "balance"), ()),
    "collected_on_open": (Part(_during("movements", flow="collected"), "balance", sign=-1), ()),
    "closed_balance": (Part(_closed, "balance", sign=-1), ()),
    "moved_balance": (Part(_moved, "balance"), ()),
    "rolled_cases": (Part(_rolls, "n"), ()),
    "rolled_balance": (Part(_rolls, "balance"), ()),
    "roll_rate": (Part(_rolls, "n"), (_ROW,)),
    "roll_rate_by_balance": (
        Part(_rolls, "balance"),
        (Part(_rolls, "balance", across=("to_state",)),),
    ),
    "cure_rate": (
        Part(_during("rolls", to_state=("paid", "settled", "cured")), "n"),
        (_ROW,),
    ),
}
