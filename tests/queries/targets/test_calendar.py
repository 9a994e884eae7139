"""The working days of an operation, against calendars that can be looked up."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.errors import UserError
from queries.period import Period, whole
from queries.targets import WorkingDays

CN, DE = WorkingDays("CN"), WorkingDays("DE")


def month(year: int, number: int) -> Period:
    return whole(date(year, number, 1), "month")


def numbers(calendar: WorkingDays, year: int, number: int) -> list[int]:
    return [day.day for day in calendar.days(month(year, number))]


def test_spring_festival_2026_is_paid_for_with_two_saturdays() -> None:
    """Off from Sunday 15 to Monday 23 February; Saturdays 14 and 28 are worked."""
    assert numbers(CN, 2026, 2) == [2, 3, 4, 5, 6, 9, 10, 11, 12, 13, 14, 24, 25, 26, 27, 28]
    assert CN.count(month(2026, 2)) == 16


def test_the_golden_week_of_2026_is_paid_for_with_a_sunday_and_a_saturday() -> None:
    assert numbers(CN, 2026, 10) == [
        8, 9, 10, 12, 13, 14, 15, 16, 19, 20, 21, 22, 23, 26, 27, 28, 29, 30,
    ]  # fmt: skip
    assert CN.is_working(date(2026, 9, 20))
    assert not CN.is_working(date(2026, 9, 19))
    assert not CN.is_working(date(2026, 9, 25))  # Mid-Autumn Festival


def test_a_weekend_is_worked_for_a_holiday_of_the_next_year() -> None:
    """The first days of 2012 were paid for with Saturday 31 December 2011."""
    assert CN.is_working(date(2011, 12, 31))
    assert not CN.is_working(date(2012, 1, 3))


def test_may_2026_in_germany_has_18_working_days() -> None:
    """21 from Monday to Friday, less Labour Day, Ascension Day and Whit Monday."""
    assert DE.count(month(2026, 5)) == 18
    off = {date(2026, 5, 1), date(2026, 5, 14), date(2026, 5, 25)}
    assert not off.intersection(DE.days(month(2026, 5)))


def test_a_part_of_a_country_has_holidays_of_its_own() -> None:
    corpus_christi = date(2026, 6, 4)
    assert DE.is_working(corpus_christi)
    assert not WorkingDays("DE-BY").is_working(corpus_christi)


def test_a_holiday_is_kept_on_the_last_day_of_the_year_before() -> None:
    """New Year's Day 2022 was a Saturday; the United States kept the Friday."""
    assert not WorkingDays("US").is_working(date(2021, 12, 31))


def test_the_weekend_is_that_of_the_country() -> None:
    friday, sunday = date(2026, 7, 10), date(2026, 7, 12)
    calendar = WorkingDays("SA")
    assert (calendar.is_working(friday), calendar.is_working(sunday)) == (False, True)


def test_closures_and_extra_days_are_the_operation_s_own() -> None:
    saturday, wednesday = date(2026, 5, 9), date(2026, 5, 13)
    calendar = WorkingDays("DE", frozenset({wednesday}), frozenset({saturday}))
    assert calendar.is_working(saturday)
    assert not calendar.is_working(wednesday)
    assert calendar.count(month(2026, 5)) == 18
    with pytest.raises(UserError, match="2026-05-09 is both a closure and an extra working day"):
        WorkingDays("DE", frozenset({saturday}), frozenset({saturday}))


@pytest.mark.parametrize("country", ["XX", "cn", "", "China", "HolidayBase", "DE-ZZ", "CN\n"])
def test_an_unknown_country_is_refused_in_words(country: str) -> None:
    with pytest.raises(UserError) as told:
        WorkingDays(country)
    assert repr(country) in told.value.given
    assert '"DE-BY"' in told.value.expected
    assert told.value.cure


def test_a_year_whose_shifted_days_are_not_announced_is_told() -> None:
    assert [CN.announced(year) for year in (2020, 2025, 2026)] == [True, True, True]
    assert not CN.announced(2035)
    assert DE.announced(2035)


def test_a_year_without_shifted_days_is_known_once_a_later_one_is() -> None:
    """Hungary shifted none in 2023, some in 2024."""
    assert WorkingDays("HU").announced(2023)


def test_a_country_that_gave_up_shifting_days_is_not_waited_for() -> None:
    """Bulgaria has worked no weekend for a holiday since 2016."""
    calendar = WorkingDays("BG")
    assert [calendar.announced(year) for year in (2016, 2027)] == [True, True]


@given(
    start=st.dates(date(2020, 1, 1), date(2026, 10, 1)),
    days=st.integers(1, 90),
    country=st.sampled_from(("CN", "DE", "SA")),
    own=st.sets(st.integers(0, 100)),
)
def test_days_are_those_that_are_worked_one_by_one(
    start: date, days: int, country: str, own: set[int]
) -> None:
    closures = {start + timedelta(n) for n in own if n % 2}
    extra = {start + timedelta(n) for n in own if not n % 2}
    law, calendar = (
        WorkingDays(country),
        WorkingDays(country, frozenset(closures), frozenset(extra)),
    )
    every = [start + timedelta(n) for n in range(days)]
    worked = [day for day in every if day in extra or (law.is_working(day) and day not in closures)]
    assert list(calendar.days(Period(start, start + timedelta(days)))) == worked
