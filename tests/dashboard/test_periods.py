from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.periods import PRESETS, compared_with, grain_of, spans_up_to, year_before
from queries.period import Period

WEDNESDAY = date(2026, 11, 18)
SUNDAY = date(2026, 11, 22)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("preset", "as_of", "first", "last"),
    [
        ("this_week", WEDNESDAY, date(2026, 11, 16), date(2026, 11, 18)),
        ("last_week", WEDNESDAY, date(2026, 11, 9), date(2026, 11, 15)),
        ("last_week", SUNDAY, date(2026, 11, 16), date(2026, 11, 22)),
        ("month_to_date", WEDNESDAY, date(2026, 11, 1), date(2026, 11, 18)),
        ("last_month", WEDNESDAY, date(2026, 10, 1), date(2026, 10, 31)),
        ("last_month", date(2026, 11, 30), date(2026, 11, 1), date(2026, 11, 30)),
        ("last_13_weeks", WEDNESDAY, date(2026, 8, 17), date(2026, 11, 15)),
        ("last_12_months", WEDNESDAY, date(2025, 11, 1), date(2026, 10, 31)),
    ],
)
def test_presets(preset: str, as_of: date, first: date, last: date) -> None:
    assert PRESETS[preset](as_of) == Period(first, last + timedelta(days=1))


def test_on_its_first_day_a_week_so_far_is_the_running_day() -> None:
    monday = SUNDAY + timedelta(days=1)
    assert PRESETS["this_week"](SUNDAY) == Period(monday, monday + timedelta(days=1))


@given(as_of=DAYS, preset=st.sampled_from(sorted(PRESETS)))
def test_presets_hold_whole_days_up_to_the_running_one(as_of: date, preset: str) -> None:
    period = PRESETS[preset](as_of)
    assert period.last <= as_of or period == Period(
        as_of + timedelta(days=1), as_of + timedelta(days=2)
    )


@given(as_of=DAYS, preset=st.sampled_from(sorted(PRESETS)))
def test_a_comparison_ends_before_its_period_begins(as_of: date, preset: str) -> None:
    period = PRESETS[preset](as_of)
    assert compared_with(preset, period).end <= period.start


def test_a_week_so_far_meets_the_same_weekdays() -> None:
    so_far = PRESETS["this_week"](WEDNESDAY)
    assert compared_with("this_week", so_far) == Period(date(2026, 11, 9), date(2026, 11, 12))


def test_a_long_month_so_far_never_reaches_into_itself() -> None:
    march = PRESETS["month_to_date"](date(2026, 3, 30))
    assert compared_with("month_to_date", march) == Period(date(2026, 2, 1), date(2026, 3, 1))


def test_months_meet_months() -> None:
    assert compared_with("last_month", PRESETS["last_month"](WEDNESDAY)) == Period(
        date(2026, 9, 1), date(2026, 10, 1)
    )
    assert compared_with("last_12_months", PRESETS["last_12_months"](WEDNESDAY)) == Period(
        date(2024, 11, 1), date(2025, 11, 1)
    )


@pytest.mark.parametrize(
    ("preset", "first", "last"),
    [
        ("last_week", date(2025, 11, 10), date(2025, 11, 16)),
        ("today", date(2025, 11, 20), date(2025, 11, 20)),
        ("last_month", date(2025, 10, 1), date(2025, 10, 31)),
        ("month_to_date", date(2025, 11, 1), date(2025, 11, 18)),
    ],
)
def test_a_year_before_keeps_weekdays_or_calendar_months(
    preset: str, first: date, last: date
) -> None:
    earlier = year_before(preset, PRESETS[preset](WEDNESDAY))
    assert earlier == Period(first, last + timedelta(days=1))


def test_a_leap_february_meets_the_whole_february_before() -> None:
    leap = PRESETS["last_month"](date(2028, 3, 10))
    assert year_before("last_month", leap) == Period(date(2027, 2, 1), date(2027, 3, 1))


@given(as_of=DAYS, preset=st.sampled_from(sorted(PRESETS)))
def test_a_year_before_never_overlaps(as_of: date, preset: str) -> None:
    period = PRESETS[preset](as_of)
    assert year_before(preset, period).end <= period.start


@given(
    start=DAYS, days=st.integers(1, 400), grain=st.sampled_from(["auto", "day", "week", "month"])
)
def test_trends_show_whole_spans_and_at_least_13(start: date, days: int, grain: str) -> None:
    period = Period(start, start + timedelta(days=days))
    fitting = grain_of(period, grain)
    trend = spans_up_to(period, fitting)
    spans = list(trend.split(fitting))
    assert len(spans) >= 13
    assert trend.start <= period.start
    assert trend.end >= period.end
    assert trend.end == spans[-1].end == list(Period(period.last, trend.end).split(fitting))[-1].end
