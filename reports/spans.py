"""What a report covers: one span of its grain, what it is compared with, and how it is called in
texts, in file names and on the command line. Whatever differs by grain is said here and nowhere
else."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from charts import Language
from queries import Period, UserError
from queries.dimensions import GRAIN_TITLES
from queries.period import a_year_before, floor, last_whole, spelled, whole
from queries.targets import WorkingDays

ONE_DAY = timedelta(days=1)
# No holiday is longer; where nothing is worked, each day is a span of its own.
LONGEST_BREAK = 31
# What of a key stays in a file name; every other key is cleaned and marked.
_SAFE = re.compile(r"[A-Za-z0-9_-]{1,40}")


@dataclass(frozen=True)
class Kind:
    """What a grain is to a report. `many` names the questions of its trend, which has `trend`
    spans. The others are texts: `this`, `last` and `year` call the span and those it is compared
    with, `at_…` say so in a sentence, `card` where there is little room; `then` is the end of the
    one before."""

    many: str
    trend: int
    covers: str
    this: str
    last: str
    year: str
    at_this: str
    at_last: str
    at_year: str
    card: str
    then: str
    year_rule: str
    trend_title: str
    by: str
    due: str
    each: str
    due_column: str


KINDS: Mapping[str, Kind] = {
    "day": Kind(
        "days", 14, "{weekday}, {span}", "{span}", "{span}", "{span}",
        "on {span}", "on {span}", "on {span}",
        "the week before", "a week ago",
        "The week before and a year ago: the same weekdays 7 days and 52 weeks earlier.",
        "Fourteen days", "by day", "by day due", "day by day", "Day due",
    ),
    "week": Kind(
        "weeks", 13, "Week {week} of {year} · {span}", "this week", "last week",
        "same week last year", "this week", "last week", "in the same week last year",
        "last week", "a week ago", "A year ago: the week 52 weeks earlier.",
        "Thirteen weeks", "by week", "by week due", "week by week", "Week due",
    ),
    "month": Kind(
        "months", 13, "{span}", "{span}", "{span}", "{span}",
        "in {span}", "in {span}", "in {span}", "{month}", "a month ago", "",
        "Thirteen months", "by month", "by month due", "month by month", "Month due",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """How a span and those it is compared with are called in one language."""

    this: str
    last: str
    year: str
    at_this: str
    at_last: str
    at_year: str
    card: str


@dataclass(frozen=True)
class Covered:
    """One span of a grain. That of a day goes on over the days after it that are not worked."""

    grain: str
    period: Period

    @property
    def kind(self) -> Kind:
        return KINDS[self.grain]

    @property
    def before(self) -> Period:
        """The month or week before; of days the same weekdays a week before."""
        start, end = self.period.start, self.period.end
        match self.grain:
            case "month":
                return whole(start - ONE_DAY, "month")
            case "day":
                return Period(start - timedelta(weeks=1), end - timedelta(weeks=1))
        return self.period.previous()

    @property
    def year_ago(self) -> Period:
        """The same month a year ago, or the same weekdays 52 weeks ago."""
        if self.grain == "month":
            return _year_earlier(self.period)
        return self.period.year_ago()

    @property
    def trend(self) -> Period:
        """As many spans as a trend shows; the last ends with this one."""
        return Period(_back(self.period.end, self.grain, self.kind.trend), self.period.end)

    @property
    def trend_year_ago(self) -> Period:
        if self.grain == "month":
            return _year_earlier(self.trend)
        return self.trend.year_ago()

    @property
    def slug(self) -> str:
        """As in file names: 2026-11-22 (the last of its days), 2026-W47, 2026-10."""
        match self.grain:
            case "week":
                year, week, _ = self.period.start.isocalendar()
                return f"{year}-W{week:02d}"
            case "month":
                return f"{self.period.start:%Y-%m}"
        return self.period.last.isoformat()

    def title(self, language: Language) -> str:
        """As on page one: "Week 47 of 2026 · 16–22 Nov 2026"."""
        start, last = self.period.start, self.period.last
        year, week, _ = start.isocalendar()
        days = dict.fromkeys(language.weekday(day.isoweekday()) for day in (start, last))
        return language.t(
            self.kind.covers,
            week=week,
            year=year,
            weekday="–".join(days),
            span=language.span(self.period),
        )

    def said(self, language: Language) -> Said:
        kind = self.kind
        now, last, year = map(language.span, (self.period, self.before, self.year_ago))
        return Said(
            this=language.t(kind.this, span=now),
            last=language.t(kind.last, span=last),
            year=language.t(kind.year, span=year),
            at_this=language.t(kind.at_this, span=now),
            at_last=language.t(kind.at_last, span=last),
            at_year=language.t(kind.at_year, span=year),
            card=language.t(kind.card, month=language.month_name(self.before.start)),
        )

    def column(self, language: Language) -> str:
        """The heading over the spans of a trend: "Week"."""
        return language.words(GRAIN_TITLES[self.grain])

    def place(self, language: Language, start: date) -> str:
        """One span of a trend without more of its year than is needed."""
        match self.grain:
            case "week":
                return language.week(start)
            case "month":
                return language.month(start)
        return language.day(start)


def titled(text: str) -> str:
    """A text that begins a line: "Last week"."""
    return text[:1].upper() + text[1:]


def holding(day: date, grain: str, calendar: WorkingDays | None = None) -> Period:
    """The span of `grain` that holds `day`. Of a day it begins with a working day and goes on up to
    the next one, so that the sheet of a Monday tells of Friday to Sunday; without a calendar every
    day is worked."""
    if grain != "day" or calendar is None:
        return whole(day, grain)
    before = (day - timedelta(days) for days in range(LONGEST_BREAK))
    start = next((one for one in before if calendar.is_working(one)), day)
    after = (day + timedelta(days) for days in range(1, LONGEST_BREAK))
    end = next((one for one in after if calendar.is_working(one)), day + ONE_DAY)
    return Period(start, end)


def last_over(as_of: date, grain: str, calendar: WorkingDays | None = None) -> Period:
    """The newest span of `grain` that is over at the end of `as_of`."""
    if grain != "day":
        return last_whole(as_of, grain)
    span = holding(as_of, grain, calendar)
    return span if span.last <= as_of else holding(span.start - ONE_DAY, grain, calendar)


def read(text: str, grain: str, calendar: WorkingDays | None = None) -> Period:
    """The span that a text means: any day of it (2026-11-18), or its own name (2026-W47, 2026-10).

    Raises UserError where the text is no date, or names a span of another length."""
    if named := spelled(text):
        kind, day = named
        if kind in ("day", grain):
            return holding(day, grain, calendar)
        raise UserError(
            f"{text} is a {kind}; this report is of a {grain}.",
            f"any day of the {grain}, such as {day}" + _or_name(grain, day),
        )
    example = date(2026, 11, 18)
    raise UserError(
        f"{text!r} is no period.",
        f"any day of the wanted {grain}, such as {example}" + _or_name(grain, example),
    )


def safe(key: str) -> str:
    """A key as a part of a file name; different keys stay different."""
    if _SAFE.fullmatch(key):
        return key
    cleaned = re.sub(r"[^A-Za-z0-9_-]+", "-", key)[:40].strip("-")
    return f"{cleaned}.{sha256(key.encode()).hexdigest()[:8]}".lstrip(".")


def to_date(period: Period, grain: str) -> Period:
    """From the first day of the month, quarter or year up to the end of the period."""
    return Period(floor(period.last, grain), period.end)


def to_date_year_ago(period: Period, grain: str) -> Period:
    """The same calendar days of the year before."""
    return _year_earlier(to_date(period, grain))


def _or_name(grain: str, day: date) -> str:
    return "" if grain == "day" else f", or {Covered(grain, whole(day, grain)).slug}"


def _back(end: date, grain: str, count: int) -> date:
    """The first day of the earliest of `count` spans before `end`."""
    start = end
    for _ in range(count):
        start = floor(start - ONE_DAY, grain)
    return start


def _year_earlier(period: Period) -> Period:
    """Whole months of the year before; only a leap year's last day of February is no day of it."""
    return Period(a_year_before(period.start), a_year_before(period.end))
