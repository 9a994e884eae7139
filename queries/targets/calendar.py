"""The working days of an operation: those of its country, less its closures, plus days of its own.

Weekends, public holidays and weekends that are worked for a holiday (调休) come from the `holidays`
library.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from holidays import HolidayBase, country_holidays

from queries.errors import UserError
from queries.period import Period

# A country that shifted no working day for so many years has given it up.
_GIVEN_UP_AFTER = 10


@dataclass(frozen=True)
class WorkingDays:
    """The working days of `country`: an ISO 3166 code ("CN", "DE"), with the part of the country
    after a hyphen where its holidays differ ("DE-BY").

    `closures` are never worked, `extra_days` always. UserError for a country that nobody knows and
    for a day that is both a closure and an extra day.
    """

    country: str
    closures: frozenset[date] = frozenset()
    extra_days: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        _holidays(self.country)
        both = sorted(self.closures & self.extra_days)
        if both:
            raise UserError(
                f"{both[0]} is both a closure and an extra working day.",
                "a day in one of the two lists",
                "take the day out of one of them",
            )

    def is_working(self, day: date) -> bool:
        """Whether the operation works on `day`."""
        if day in self.closures or day in self.extra_days:
            return day in self.extra_days
        return day in _worked_by_law(self.country, day.year)

    def days(self, period: Period) -> tuple[date, ...]:
        """The working days of `period`, in order."""
        return tuple(day.start for day in period.split("day") if self.is_working(day.start))

    def count(self, period: Period) -> int:
        """How many days of `period` are worked."""
        return len(self.days(period))

    def announced(self, year: int) -> bool:
        """Whether the shifted working days of `year` are known; true where none are ever shifted.

        China announces them in the November before. Until then the days of `year` are what the
        law says without them, and some will turn out otherwise.
        """
        if not _holidays(self.country).has_substituted_holidays:
            return True
        around = range(year - _GIVEN_UP_AFTER, year + _GIVEN_UP_AFTER + 1)
        shifted = {day.year for day in _holidays(self.country, *around).weekend_workdays}
        known = shifted.intersection(around)
        return not known or max(known) >= year


def _holidays(country: str, *years: int) -> HolidayBase:
    """The public holidays of these years alone: an object that went on to learn other years when
    it is asked for them could be asked by two threads at once."""
    code, _, part = country.partition("-")
    # The library takes any name of its own for a country.
    if not re.fullmatch("[A-Z]{2}", code):
        raise _unknown(country)
    try:
        return country_holidays(code, subdiv=part or None, years=years, expand=False)
    except NotImplementedError:
        raise _unknown(country) from None


def _unknown(country: str) -> UserError:
    return UserError(
        f"The public holidays of {country!r} are not known.",
        'an ISO 3166 code in capitals, such as "CN", "DE" or "DE-BY"',
        "correct the country of the working days",
    )


# A page asks for the same days for every target it shows.
@lru_cache(maxsize=256)
def _worked_by_law(country: str, year: int) -> frozenset[date]:
    known = _holidays(country, year)
    first = date(year, 1, 1)
    every = (first + timedelta(days) for days in range((date(year, 12, 31) - first).days + 1))
    return frozenset(day for day in every if known.is_working_day(day))
