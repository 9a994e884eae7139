"""The periods a person can choose by name, worked out from the last whole day of the figures."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Literal

from queries.period import Period, a_year_before, floor, last_whole, whole

ONE_DAY = timedelta(days=1)
CUSTOM = "custom"
DEFAULT = "last_week"
MOST_DAYS_BY_WEEK = 190

Grain = Literal["day", "week", "month"]


def _so_far(grain: str) -> Callable[[date], Period]:
    """The whole days of the span that the running day lies in.

    On its first day there is no whole day yet, so that the running day itself is shown; its
    figures come marked as provisional.
    """

    def span(as_of: date) -> Period:
        running = as_of + ONE_DAY
        start = floor(running, grain)
        return Period(start, max(running, start + ONE_DAY))

    return span


def _last(grain: str, count: int = 1) -> Callable[[date], Period]:
    """The newest `count` whole spans."""

    def span(as_of: date) -> Period:
        newest = last_whole(as_of, grain)
        start = newest.start
        for _ in range(count - 1):
            start = floor(start - ONE_DAY, grain)
        return Period(start, newest.end)

    return span


def _today(as_of: date) -> Period:
    """The running day, as far as the source has delivered it; its figures are provisional."""
    return Period(as_of + ONE_DAY, as_of + 2 * ONE_DAY)


PRESETS: Mapping[str, Callable[[date], Period]] = {
    "today": _today,
    "this_week": _so_far("week"),
    "last_week": _last("week"),
    "month_to_date": _so_far("month"),
    "last_month": _last("month"),
    "last_13_weeks": _last("week", 13),
    "last_12_months": _last("month", 12),
}


def compared_with(preset: str, period: Period) -> Period:
    """The previous period.

    A day or a week so far meets the same weekdays of the week before, months meet months; any other
    period meets the span of the same length just before it.
    """
    match preset:
        case "today" | "this_week":
            week = timedelta(weeks=1)
            return Period(period.start - week, period.end - week)
        case "month_to_date":
            start = floor(period.start - ONE_DAY, "month")
            return Period(start, min(start + timedelta(days=period.days), period.start))
        case "last_month":
            return Period(floor(period.start - ONE_DAY, "month"), period.start)
        case "last_12_months":
            return Period(period.start.replace(year=period.start.year - 1), period.start)
    return period.previous()


def by_calendar(preset: str, period: Period) -> bool:
    """Whether a year before `period` is taken by the calendar and not by weekdays."""
    months = period.start.day == 1 and period.end.day == 1
    return months or preset in ("month_to_date", "last_month", "last_12_months")


def year_before(preset: str, period: Period) -> Period:
    """The same period a year earlier.

    Months (also a month so far) meet the same calendar days; any other period meets the same
    weekdays 52 weeks earlier, so that a week meets a whole week.
    """
    if not by_calendar(preset, period):
        return period.year_ago()
    return Period(a_year_before(period.start), a_year_before(period.end))


def grain_of(period: Period, chosen: str = "auto") -> Grain:
    """The grain of trends: the chosen one, else weeks, and months for more than half a year."""
    match chosen:
        case "day" | "week" | "month":
            return chosen
    return "week" if period.days <= MOST_DAYS_BY_WEEK else "month"


def spans_up_to(period: Period, grain: str, count: int = 13) -> Period:
    """Whole calendar spans for trends: those that `period` touches, at least `count` of them.

    The newest may reach beyond the last day that has figures; those come marked as provisional.
    """
    newest = whole(period.last, grain)
    first = newest.start
    for _ in range(count - 1):
        first = floor(first - ONE_DAY, grain)
    return Period(min(first, floor(period.start, grain)), newest.end)
