"""Pacing: where a target should be on a day, and where it will land if all goes on as it went.

A month has a rhythm: salary days, its last days. A Profile is learnt from past months, and a Pace
lays a target over the working days of a period by it. Everything is whole numbers and fractions.
"""

import math
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import accumulate
from typing import Literal

from queries.errors import UserError
from queries.period import Period, whole
from queries.targets.calendar import WorkingDays

Number = int | Decimal | Fraction
Better = Literal["higher", "lower"]
Standing = Literal["below_floor", "below_target", "even", "on_target", "stretch"]

# Three to a working day of a month that has 20. With as few stretches as days a peak in the middle
# of one month would be cut in half when it is laid over a month with a day more.
POSITIONS = 60
# What a month counts in a profile, whether it brought much or little.
MONTH = POSITIONS * 10**7
# Within 2 % of a target is neither above nor below it.
EVEN = Fraction(2, 100)


@dataclass(frozen=True)
class Profile:
    """How the money of a month spreads over its working days.

    The working days of a month, however many, are cut into POSITIONS equal stretches; `weights`
    says how much falls into each, and only their proportions count. `months` is how many months it
    was learnt from: their weights add up to MONTH each. None means that all days are alike.
    """

    weights: tuple[int, ...]
    months: int = 0

    def over(self, working_days: int) -> tuple[int, ...]:
        """The weight of each day of a month with so many; on average that of the whole profile."""
        return _spread(self.weights, working_days)


FLAT = Profile((1,) * POSITIONS)


def learn(collected: Mapping[date, int], calendar: WorkingDays) -> Profile:
    """The profile of whole past months, given what was collected on their days (minor units).

    Every month counts the same. What came on a day off counts for the next working day of its
    month, or the last one if none is left. Days that took back more than they brought count as
    nothing; so do months without money and months without a working day.
    """
    months: dict[Period, dict[date, int]] = defaultdict(dict)
    for day, amount in collected.items():
        if amount > 0:
            months[whole(day, "month")][day] = amount
    learnt = []
    for month, amounts in months.items():
        if worked := calendar.days(month):
            by_position = _spread(_by_working_day(amounts, worked), POSITIONS)
            learnt.append(_apportioned(MONTH, by_position))
    return Profile(tuple(map(sum, zip(*learnt, strict=True))), len(learnt)) if learnt else FLAT


def _by_working_day(amounts: Mapping[date, int], worked: Sequence[date]) -> list[int]:
    sums = [0] * len(worked)
    for day, amount in amounts.items():
        sums[min(bisect_left(worked, day), len(worked) - 1)] += amount
    return sums


def _spread(masses: Sequence[int], count: int) -> tuple[int, ...]:
    """Masses of equal stretches, laid over `count` equal stretches of the same length in all.

    Everything is `count` times as large, so that nothing has to be rounded.
    """
    size = len(masses)
    spread = [0] * count
    for old, mass in enumerate(masses):
        first, end = old * count, (old + 1) * count
        for new in range(first // size, -(-end // size)):
            spread[new] += mass * (min(end, (new + 1) * size) - max(first, new * size))
    return tuple(spread)


def _apportioned(total: int, weights: Sequence[int]) -> list[int]:
    """`total` by weights, in whole parts: the largest remainders are rounded up, earlier first."""
    of = sum(weights)
    parts = [total * weight // of for weight in weights]
    fullest = sorted(range(len(weights)), key=lambda place: -(total * weights[place] % of))
    for place in fullest[: total - sum(parts)]:
        parts[place] += 1
    return parts


@dataclass(frozen=True)
class Pace:
    """A target of a sum (minor units or a count) on the way through its period; `paced` makes it.

    `actual` is what came from the first day of the period up to and including `as_of`. `running`
    is the weight of the working days up to and including each.
    """

    target: int
    period: Period
    as_of: date
    actual: int
    working_days: tuple[date, ...]
    running: tuple[int, ...]

    def share_on(self, day: date) -> Fraction:
        """What part of the target is due by the end of `day`: 0 before the first working day, 1
        from the last. In a period without working days everything is due on its last day."""
        if day >= self.period.last:
            return Fraction(1)
        done = bisect_right(self.working_days, day)
        return Fraction(self.running[done - 1], self.running[-1]) if done else Fraction(0)

    def expected_on(self, day: date) -> int:
        """What should have come by the end of `day`, to the nearest whole unit.

        Every running total is rounded by itself. So the days add up to the target exactly, and a
        target of ten cases in 21 days asks for one every other day.
        """
        return _rounded(self.target * self.share_on(day))

    @property
    def expected_line(self) -> tuple[tuple[date, int], ...]:
        """What should have come by the end of each day of the period."""
        days = (span.start for span in self.period.split("day"))
        return tuple((day, self.expected_on(day)) for day in days)

    @property
    def share_elapsed(self) -> Fraction:
        """What part of the target is due by the end of the as-of day."""
        return self.share_on(self.as_of)

    @property
    def expected_today(self) -> int:
        """What should have come by the end of the as-of day."""
        return self.expected_on(self.as_of)

    @property
    def remaining(self) -> int:
        """What is still missing; nothing or less once the target is reached."""
        return self.target - self.actual

    @property
    def working_days_left(self) -> int:
        """The working days of the period after the as-of day."""
        return len(self.working_days) - bisect_right(self.working_days, self.as_of)

    @property
    def needed_per_day(self) -> int | None:
        """What each working day left has to bring, rounded up; None where none is left."""
        left = self.working_days_left
        return max(0, -(-self.remaining // left)) if left else None

    @property
    def projected(self) -> int | None:
        """Where the period lands if the rest goes as it went so far, to the nearest whole unit.

        None before the first day that has weight; what really came once the period is over.
        """
        share = self.share_elapsed
        return _rounded(self.actual / share) if share else None


def paced(
    target: int,
    period: Period,
    as_of: date,
    actual: Mapping[date, int],
    calendar: WorkingDays,
    profile: Profile = FLAT,
) -> Pace:
    """A target over the working days of a period (a week, a month, a quarter, any other).

    `actual` maps days to what came on them; days outside the period and after `as_of` do not count.
    Months differ by their numbers of working days, the days within a month by the profile. Where
    the profile knows of no money in the whole period, its days are alike. UserError for a target
    below zero.
    """
    if target < 0:
        raise UserError(f"A target of {target}.", "zero or more", "correct the target")
    weights = _weights(period, calendar, profile)
    if not any(weights.values()):
        weights = dict.fromkeys(weights, 1)
    come = sum(n for day, n in actual.items() if period.start <= day <= min(as_of, period.last))
    running = tuple(accumulate(weights.values()))
    return Pace(target, period, as_of, come, tuple(weights), running)


def _weights(period: Period, calendar: WorkingDays, profile: Profile) -> dict[date, int]:
    """The working days of the period with their weights."""
    weights: dict[date, int] = {}
    for span in period.split("month"):
        worked = calendar.days(whole(span.start, "month"))
        by_day = zip(worked, profile.over(len(worked)), strict=True)
        weights |= {day: weight for day, weight in by_day if span.start <= day < span.end}
    return weights


def _rounded(value: Fraction) -> int:
    """The nearest whole number, the higher of two that are as near."""
    return math.floor(value + Fraction(1, 2))


@dataclass(frozen=True)
class RateStanding:
    """A quotient against its target. `value` and `difference` (value less target) are None where
    nothing is divided by nothing."""

    value: Fraction | None
    target: Fraction
    difference: Fraction | None


def rate_standing(numerator: int, denominator: int, target: Fraction) -> RateStanding:
    """How far a rate is from its target. Rates of days do not add up to that of a period, so there
    is no pace and no projection."""
    if not denominator:
        return RateStanding(None, target, None)
    value = Fraction(numerator, denominator)
    return RateStanding(value, target, value - target)


def standing(
    value: Number, floor: Number | None, target: Number, stretch: Number | None, better: Better
) -> Standing:
    """Where a value stands: floor, target and stretch get better in this order.

    Within EVEN of the target, on either side, is "even". The floor and the stretch go first: what
    misses the floor is below it and what reaches the stretch has reached it, however near to the
    target they are.
    """
    sign = 1 if better == "higher" else -1
    reached, wanted = sign * Fraction(value), sign * Fraction(target)
    if floor is not None and reached < sign * Fraction(floor):
        return "below_floor"
    if stretch is not None and reached >= sign * Fraction(stretch):
        return "stretch"
    if abs(reached - wanted) <= EVEN * abs(wanted):
        return "even"
    return "on_target" if reached > wanted else "below_target"
