"""The calendar of the simulation: week days, Chinese public holidays, paydays, month ends.

Days are numbers counted from the plan's first day; the calendar knows some years on both sides.
"""

from datetime import timedelta

import holidays
import numpy as np

from service.simulation.chance import Array, Rng, happens
from service.simulation.plan import Plan

PAYDAYS = (5, 10, 15)  # of the month; its last day is the fourth
NEVER = 10**6  # a day that does not come
_MARGIN = 900


class Days:
    """Looks days up by number; every method takes and gives arrays of day numbers."""

    def __init__(self, plan: Plan) -> None:
        self.first = np.datetime64(plan.first_day, "D")
        numbers = np.arange(-_MARGIN, plan.days + _MARGIN)
        self._dates = self.first + numbers
        months = self._dates.astype("datetime64[M]")
        self._weekday = (self._dates.astype(np.int64) + 3) % 7  # 1970-01-01 was a Thursday
        self._of_month = (self._dates - months.astype("datetime64[D]")).astype(np.int64) + 1
        self._last = (self._dates + np.timedelta64(1, "D")).astype("datetime64[M]") != months
        self._holiday = np.isin(self._dates, _public_holidays(plan))
        quarter = months.astype(np.int64) % 3 == 2
        self._next_open = _next(~self._holiday & (self._weekday < 6), numbers)
        self._next_business = _next(~self._holiday & (self._weekday < 5), numbers)
        self._next_payday = _next(np.isin(self._of_month, PAYDAYS) | self._last, numbers)
        self._next_month_end = _next(self._last, numbers)
        self._next_quarter_end = _next(self._last & quarter, numbers)
        self._next_friday = _next((self._weekday == 4) & ~self._holiday, numbers)

    def weekday(self, day: Array) -> Array:
        """0 = Monday."""
        return self._at(self._weekday, day)

    def of_month(self, day: Array) -> Array:
        """1 to 31."""
        return self._at(self._of_month, day)

    def is_holiday(self, day: Array) -> Array:
        """Whether the day is a public holiday."""
        return self._at(self._holiday, day)

    def next_business(self, day: Array) -> Array:
        """The day itself or the next Monday to Friday that is no holiday."""
        return self._at(self._next_business, day)

    def next_friday(self, day: Array) -> Array:
        """The day itself or the next working Friday."""
        return self._at(self._next_friday, day)

    def next_month_end(self, day: Array) -> Array:
        """The day itself or the next last day of a month."""
        return self._at(self._next_month_end, day)

    def next_quarter_end(self, day: Array) -> Array:
        """The day itself or the next last day of a quarter."""
        return self._at(self._next_quarter_end, day)

    def month_ends(self, plan: Plan) -> Array:
        """The last days of months within the history."""
        days = np.arange(plan.days)
        result: Array = days[self._at(self._last, days)]
        return result

    def worked(self, rng: Rng, day: Array) -> Array:
        """The days on which planned work is done: few Sundays, very few holidays.

        Of the rest a part is done in the days that follow, a part never (a day that never comes).
        """
        size = len(day)
        next_open = self._at(self._next_open, day)
        off = next_open != day
        kept = happens(rng, np.where(self.is_holiday(day), 0.06, 0.14), size)
        # What is made up for spreads over a week instead of piling up on one day.
        later = self._at(self._next_open, next_open + rng.integers(0, 6, size))
        later = np.where(happens(rng, 0.45, size), NEVER, later)
        result: Array = np.where(off & ~kept, later, day)
        return result

    def paid(self, rng: Rng, day: Array, pull: float = 0.34) -> Array:
        """The days on which money comes: drawn to paydays and month ends, away from Sundays."""
        size = len(day)
        payday = self._at(self._next_payday, day)
        drawn = happens(rng, pull, size)
        day = np.where(drawn, payday + (rng.random(size) < 0.3), day)
        sunday = (self.weekday(day) == 6) & happens(rng, 0.35, size)
        saturday = (self.weekday(day) == 5) & happens(rng, 0.08, size)
        day = day + sunday + 2 * saturday
        holiday = self.is_holiday(day) & happens(rng, 0.4, size)
        result: Array = np.where(holiday, self._at(self._next_open, day), day)
        return result

    def _at(self, table: Array, day: Array) -> Array:
        result: Array = table[np.clip(day.astype(np.int64) + _MARGIN, 0, len(table) - 1)]
        return result


def _public_holidays(plan: Plan) -> Array:
    first, last = plan.first_day - timedelta(_MARGIN), plan.last_day + timedelta(_MARGIN)
    known = holidays.country_holidays("CN", years=range(first.year, last.year + 1))
    return np.array(sorted(known), dtype="datetime64[D]")


def _next(hit: Array, numbers: Array) -> Array:
    """For each day the first day from it on where `hit` is true."""
    far = np.where(hit, numbers, numbers[-1])
    result: Array = np.minimum.accumulate(far[::-1])[::-1]
    return result
