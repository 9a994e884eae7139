"""What a report covers, by grain: what it is compared with, called, and named by."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from charts import Language
from queries import Period, UserError
from queries.targets import WorkingDays
from reports.spans import (
    Covered,
    holding,
    last_over,
    read,
    safe,
    to_date,
    to_date_year_ago,
)

CHINA = WorkingDays("CN")
DAYS = st.dates(date(2019, 1, 1), date(2026, 12, 31))


def days(first: str, last: str) -> Period:
    return Period(date.fromisoformat(first), date.fromisoformat(last) + timedelta(days=1))


MONTH = Covered("month", days("2026-03-01", "2026-03-31"))
WEEK = Covered("week", days("2026-11-16", "2026-11-22"))
WEEKEND = Covered("day", days("2026-11-20", "2026-11-22"))


def test_a_month_is_compared_with_whole_months() -> None:
    assert MONTH.before == days("2026-02-01", "2026-02-28")
    assert MONTH.year_ago == days("2025-03-01", "2025-03-31")
    assert MONTH.trend == days("2025-03-01", "2026-03-31")
    assert MONTH.trend_year_ago == days("2024-03-01", "2025-03-31")
    leap = Covered("month", days("2024-02-01", "2024-02-29"))
    assert leap.year_ago == days("2023-02-01", "2023-02-28")


def test_weeks_and_days_are_compared_with_the_same_weekdays() -> None:
    assert WEEK.before == days("2026-11-09", "2026-11-15")
    assert WEEK.year_ago == days("2025-11-17", "2025-11-23")
    assert WEEK.trend == days("2026-08-24", "2026-11-22")
    assert WEEKEND.before == days("2026-11-13", "2026-11-15")
    assert WEEKEND.trend == days("2026-11-09", "2026-11-22")


@pytest.mark.parametrize(
    ("covered", "slug", "en", "zh"),
    [
        (MONTH, "2026-03", "Mar 2026", "2026年3月"),
        (WEEK, "2026-W47", "Week 47 of 2026 · 16–22 Nov 2026",
         "2026年第47周 · 2026年11月16日–22日"),
        (WEEKEND, "2026-11-22", "Fri–Sun, 20–22 Nov 2026", "2026年11月20日–22日（周五–周日）"),
        (Covered("day", days("2026-11-18", "2026-11-18")), "2026-11-18", "Wed, 18 Nov 2026",
         "2026年11月18日（周三）"),
    ],
)  # fmt: skip
def test_how_a_span_is_called(covered: Covered, slug: str, en: str, zh: str) -> None:
    assert covered.slug == slug
    assert covered.title(Language("en")) == en
    assert covered.title(Language("zh_Hans_CN")) == zh


@pytest.mark.parametrize(
    ("text", "grain", "found"),
    [
        ("2026-11-18", "week", WEEK.period),
        ("2026-W47", "week", WEEK.period),
        (" 2026w47 ", "week", WEEK.period),
        ("2026-03-09", "month", MONTH.period),
        ("2026-03", "month", MONTH.period),
        ("2026-Q3", "quarter", days("2026-07-01", "2026-09-30")),
        ("2026-11-21", "day", WEEKEND.period),
        ("2026-11-20", "day", WEEKEND.period),
    ],
)
def test_a_period_is_read_from_a_day_or_its_name(text: str, grain: str, found: Period) -> None:
    assert read(text, grain, CHINA) == found


@pytest.mark.parametrize(
    ("text", "grain", "told"),
    [
        ("2026-10", "week", "2026-10 is a month; this report is of a week"),
        ("2026-W47", "month", "such as 2026-11-16, or 2026-11"),
        ("2026-W47", "day", "any day of the day, such as 2026-11-16"),
        ("2026-W54", "week", "'2026-W54' is no period"),
        ("2026-02-30", "week", "'2026-02-30' is no period"),
        ("0000-01-01", "week", "is no period"),
        ("last week", "week", "such as 2026-11-18, or 2026-W47"),
    ],
)
def test_what_is_no_period_is_refused(text: str, grain: str, told: str) -> None:
    with pytest.raises(UserError) as refused:
        read(text, grain)
    assert told in str(refused.value)


@given(DAYS)
def test_the_sheets_of_days_hold_each_day_once(day: date) -> None:
    """Each begins with a working day, holds no second one, and the next begins where it ends."""
    span = holding(day, "day", CHINA)
    assert span.start <= day < span.end
    assert CHINA.days(span) == (span.start,)
    assert CHINA.is_working(span.end)
    assert holding(span.last, "day", CHINA) == span


@given(DAYS, st.sampled_from(["day", "week", "month"]))
def test_the_newest_span_that_is_over_has_no_newer_one(day: date, grain: str) -> None:
    span = last_over(day, grain, CHINA)
    assert span.last <= day
    assert holding(span.end, grain, CHINA).last > day


def test_a_sheet_of_a_monday_tells_of_friday_to_sunday() -> None:
    assert last_over(date(2026, 11, 22), "day", CHINA) == WEEKEND.period
    assert last_over(date(2026, 11, 21), "day", CHINA) == days("2026-11-19", "2026-11-19")
    assert last_over(date(2026, 11, 21), "day") == days("2026-11-21", "2026-11-21")


def test_a_house_that_never_works_has_a_sheet_for_each_day() -> None:
    closed = WorkingDays("CN", frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(365)))
    assert holding(date(2026, 6, 6), "day", closed) == days("2026-06-06", "2026-06-06")


def test_so_far_in_the_quarter_and_the_year() -> None:
    period = days("2026-08-01", "2026-08-31")
    assert to_date(period, "quarter") == days("2026-07-01", "2026-08-31")
    assert to_date(period, "year") == days("2026-01-01", "2026-08-31")
    assert to_date_year_ago(period, "quarter") == days("2025-07-01", "2025-08-31")


@given(st.lists(st.text(min_size=1), min_size=2, max_size=2, unique=True))
def test_different_keys_have_different_names_in_files(keys: list[str]) -> None:
    first, second = map(safe, keys)
    assert first != second
    assert all(part.isascii() and "/" not in part and part.strip(".") for part in (first, second))


def test_an_ordinary_key_stays_as_it_is() -> None:
    assert safe("T1") == "T1"
    assert safe("../../etc") == "etc." + safe("../../etc").split(".")[1]
