"""Targets as plain values: what is aimed at, its marks, and the versions that people made of it.

Values are in the unit of the metric: money in minor units, shares from 0 to 1.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Literal, get_args

from queries.period import Period, whole

Level = Literal["operation", "department", "team", "agent"]
LEVELS: tuple[Level, ...] = get_args(Level)
Grain = Literal["week", "month", "quarter"]
GRAINS: tuple[Grain, ...] = get_args(Grain)
Verdict = Literal["approved", "refused", "withdrawn", "superseded"]


@dataclass(frozen=True)
class Aim:
    """What a target is set for: a metric, a unit (the key of a department, team or agent; empty for
    the operation), and the week, month or quarter that starts on a day."""

    metric: str
    level: Level
    unit: str
    grain: Grain
    starts_on: date

    @property
    def period(self) -> Period:
        return whole(self.starts_on, self.grain)


@dataclass(frozen=True)
class Marks:
    """Floor, target and stretch, getting better in this order. Without a target there is none:
    an earlier one is taken back."""

    target: Decimal | None
    floor: Decimal | None = None
    stretch: Decimal | None = None


@dataclass(frozen=True)
class Version:
    """One version of a target and what became of it; while `verdict` is None it waits. It is known
    from `decided_at` on."""

    id: int
    aim: Aim
    number: int
    marks: Marks
    owner: str
    reason: str
    by: str
    at: datetime
    verdict: Verdict | None = None
    decided_by: str = ""
    decided_at: datetime | None = None
    decided_reason: str = ""


@dataclass(frozen=True)
class Edit:
    """A version to be. `based_on` is the number of the newest version that its author has seen, 0
    where there was none; `approved` says that it needs nobody's approval."""

    aim: Aim
    marks: Marks
    owner: str
    reason: str
    based_on: int
    approved: bool


def needs_approval(before: Marks | None, after: Marks, above: Fraction) -> bool:
    """Whether a target, floor or stretch changes by more than `above`, as a share of the one
    before. Where no target was, any change does; so does taking a mark back."""
    if before is None or before.target is None:
        return after.target is not None
    pairs = [
        (before.target, after.target), (before.floor, after.floor), (before.stretch, after.stretch),
    ]  # fmt: skip
    return any(_leaps(old, new, above) for old, new in pairs)


def _leaps(old: Decimal | None, new: Decimal | None, above: Fraction) -> bool:
    """A floor or stretch that there was none of changes nothing that was agreed."""
    if old is None:
        return False
    return new is None or abs(Fraction(new) - Fraction(old)) > above * abs(Fraction(old))
