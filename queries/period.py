"""Half-open spans of whole business days: pure, without clock and without time zone."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from queries.errors import UserError

GRAINS = ("day", "week", "month", "quarter", "year")


@dataclass(frozen=True, order=True)
class Period:
    """The days from `start` up to, not including, `end`."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise UserError(
                f"The period from {self.start} to {self.end} holds no day.",
                "a first day before the day after the last",
                "swap or widen the two dates",
            )

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    @property
    def last(self) -> date:
        """The last day inside."""
        return self.end - timedelta(days=1)

    def previous(self) -> "Period":
        """The span of the same length that ends where this one starts."""
        return Period(self.start - timedelta(days=self.days), self.start)

    def year_ago(self) -> "Period":
        """The same weekdays 52 weeks earlier, so that a week meets a whole week."""
        return Period(self.start - timedelta(weeks=52), self.end - timedelta(weeks=52))

    def split(self, grain: str) -> Iterator["Period"]:
        """The calendar spans of `grain` that overlap, clipped to this period."""
        day = self.start
        while day < self.end:
            after = following(floor(day, grain), grain)
            yield Period(day, min(after, self.end))
            day = after


def floor(day: date, grain: str) -> date:
    """The first day of the calendar span that holds `day`; weeks start on Monday."""
    match grain:
        case "day":
            return day
        case "week":
            return day - timedelta(days=day.weekday())
        case "month":
            return day.replace(day=1)
        case "quarter":
            return day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        case "year":
            return day.replace(month=1, day=1)
    raise UserError(f"Unknown grain {grain!r}.", "one of " + ", ".join(GRAINS))


def following(start: date, grain: str) -> date:
    """The first day of the span after the one that starts on `start`."""
    match grain:
        case "day":
            return start + timedelta(days=1)
        case "week":
            return start + timedelta(weeks=1)
        case "month":
            return floor(start + timedelta(days=31), "month")
        case "quarter":
            return floor(start + timedelta(days=93), "month")
        case "year":
            return floor(start + timedelta(days=366), "year")
    raise UserError(f"Unknown grain {grain!r}.", "one of " + ", ".join(GRAINS))


def a_year_before(day: date) -> date:
    """The same day of the year before. 29 February has none: what ends with it, half-open, ends
    with the 28th then."""
    return date(day.year - 1, 3, 1) if (day.month, day.day) == (2, 29) else (
        day.replace(year=day.year - 1)
    )  # fmt: skip


def whole(day: date, grain: str) -> Period:
    """The calendar span of `grain` that holds `day`."""
    start = floor(day, grain)
    return Period(start, following(start, grain))


def last_whole(as_of: date, grain: str) -> Period:
    """The newest span of `grain` that ends on or before `as_of`."""
    span = whole(as_of, grain)
    if span.last <= as_of:
        return span
    return whole(span.start - timedelta(days=1), grain)


def whole_before(end: date, grain: str, most: int, begins: date | None) -> Period | None:
    """The whole spans of `grain` that lie before `end`, at most so many, none of which starts
    before `begins`: a span that the data begins in is no whole one. None where there are none."""
    if begins is None:
        return None
    end = first = floor(end, grain)
    for _ in range(most):
        before = floor(first - timedelta(days=1), grain)
        if before < begins:
            break
        first = before
    return Period(first, end) if first < end else None


def spelled(text: str) -> tuple[str, date] | None:
    """The grain and a day of the span that a text names: 2026-11-18, 2026-W47, 2026-10, 2026-Q3,
    2026. None for anything else, among them days that there are not."""
    for grain, (pattern, day) in _FORMS.items():
        if found := pattern.fullmatch(text.strip()):
            try:
                return grain, day(*map(int, found.groups()))
            except ValueError:
                return None
    return None


_FORMS: Mapping[str, tuple[re.Pattern[str], Callable[..., date]]] = {
    "day": (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII), date),
    "week": (
        re.compile(r"(\d{4})-?w(\d{1,2})", re.ASCII | re.IGNORECASE),
        lambda year, week: date.fromisocalendar(year, week, 1),
    ),
    "month": (
        re.compile(r"(\d{4})-(\d{1,2})", re.ASCII), lambda year, month: date(year, month, 1)
    ),
    "quarter": (
        re.compile(r"(\d{4})-?q([1-4])", re.ASCII | re.IGNORECASE),
        lambda year, quarter: date(year, 3 * quarter - 2, 1),
    ),
    "year": (re.compile(r"(\d{4})", re.ASCII), lambda year: date(year, 1, 1)),
}  # fmt: skip
