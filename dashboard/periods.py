"""The periods a person can choose by name, worked out from the last whole day of the figures."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from queries.period import Period, floor, last_whole

ONE_DAY = timedelta(days=1)
CUSTOM = "custom"
DEFAULT = "last_week"


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


PRESETS: Mapping[str, Callable[[date], Period]] = {
    "this_week": _so_far("week"),
    "last_week": _last("week"),
    "month_to_date": _so_far("month"),
    "last_month": _last("month"),
    "last_13_weeks": _last("week", 13),
    "last_12_months": _last("month", 12),
}


def compared_with(preset: str, period: Period) -> Period:
    """What the figures of `period` are measured against.

    A week so far meets the same weekdays of the week before, months meet months; any other period
    meets the span of the same length just before it.
    """
    match preset:
        case "this_week":
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


def weeks_up_to(period: Period, count: int = 13) -> Period:
    """Calendar weeks for trends: those of the period, at least `count`, up to its last day."""
    newest = floor(period.last, "week")
    first = min(floor(period.start, "week"), newest - timedelta(weeks=count - 1))
    return Period(first, period.end)
