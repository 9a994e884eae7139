"""Suggestions that can be worked out with a pencil, and their promises."""

from collections.abc import Sequence
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.period import Period, whole
from queries.targets import (
    RAMP,
    NoSuggestion,
    Past,
    Season,
    Suggestion,
    cascade,
    ramp,
    suggest,
)
from queries.targets.pace import Number


def month(number: int) -> Period:
    """Months counted from January 2024."""
    return whole(date(2024 + number // 12, number % 12 + 1, 1), "month")


def months(values: Sequence[Number], first: int = 0, days: int = 20) -> list[Past]:
    return [Past(month(first + n), value, days) for n, value in enumerate(values)]


def found(past: Sequence[Past], coming: Period, *given: int, quotient: bool = False) -> Suggestion:
    suggestion = suggest(past, coming, *given, quotient=quotient)
    assert isinstance(suggestion, Suggestion)
    return suggestion


def test_quartiles_per_working_day() -> None:
    """1000, 1200, 1400, 1600, 2000 on 20 days each are 50 to 100 a day; 22 days are coming."""
    suggestion = found(months([2_000, 1_000, 1_600, 1_200, 1_400]), month(5), 22)
    assert suggestion.low == 60 * 22
    assert suggestion.middle == 70 * 22
    assert suggestion.high == 80 * 22
    assert (suggestion.basis, suggestion.scale, suggestion.n) == ("working_days", 22, 5)
    assert suggestion.periods == tuple(month(n) for n in range(5))
    assert suggestion.season is None


def test_a_short_month_is_no_bad_month() -> None:
    past = [Past(month(0), 2_100, 21), Past(month(1), 1_600, 16), Past(month(2), 2_300, 23)]
    suggestion = found(past, month(3), 20)
    assert suggestion.low == suggestion.middle == suggestion.high == 2_000


@pytest.mark.parametrize("number", [0, 1, 2])
def test_fewer_than_three_periods_say_nothing(number: int) -> None:
    assert suggest(months([100] * number), month(9), 20) == NoSuggestion(number, 3)


def test_a_period_that_still_runs_is_left_out() -> None:
    running = Period(month(3).start, date(2024, 5, 2))
    past = [*months([1_000] * 3), Past(running, 7, 20), Past(month(4), 9, 20)]
    assert found(past, month(4), 20).periods == (month(0), month(1), month(2))


@pytest.mark.parametrize("quotient", [False, True])
def test_months_without_working_days_are_left_out(quotient: bool) -> None:
    past = [*months([1_000] * 3), Past(month(3), 7, 0)]
    assert found(past, month(4), 20, quotient=quotient).n == 3


def test_a_mix_counts_where_all_know_it() -> None:
    """Half of what the mix let expect came, each time; 4000 are to be expected."""
    past = [Past(month(n), 500 * (n + 1), 20, 1_000 * (n + 1)) for n in range(4)]
    suggestion = found(past, month(4), 20, 4_000)
    assert (suggestion.basis, suggestion.middle, suggestion.scale) == ("mix", 2_000, 4_000)
    assert found(past, month(4), 20).basis == "working_days"
    assert found([*past[:3], Past(month(3), 1, 20)], month(4), 20, 4_000).basis == "working_days"


def test_a_rate_does_not_grow_with_working_days() -> None:
    rates = [Fraction(n, 100) for n in (10, 12, 14)]
    suggestion = found(months(rates), month(3), 23, quotient=True)
    assert (suggestion.low, suggestion.middle) == (Fraction(11, 100), Fraction(12, 100))
    assert (suggestion.basis, suggestion.scale) == ("value", 1)


def test_the_same_month_a_year_ago_makes_the_season() -> None:
    """2024: 1000 a month. January 2025: 1500, half as much again; then 1200 until December."""
    past = months([1_000] * 12 + [1_500] + [1_200] * 11)
    suggestion = found(past, month(24), 20)
    assert suggestion.season == Season(month(12), Fraction(3, 2), 12)
    assert suggestion.middle == 1_200 * Fraction(3, 2)
    assert suggestion.periods == tuple(month(n) for n in range(12, 24))


def test_without_two_years_there_is_no_season() -> None:
    assert found(months([1_000] * 23, first=1), month(24), 20).season is None
    without = [one for one in months([1_000] * 24) if one.period != month(12)]
    assert found(without, month(24), 20).season is None


def test_a_year_that_brought_nothing_makes_no_season() -> None:
    assert found(months([0] * 12 + [5] * 12), month(24), 20).season is None
    assert found(months([5] * 12 + [0] * 12), month(24), 20).season is None


def test_weeks_meet_the_same_week_52_weeks_ago() -> None:
    coming = whole(date(2026, 3, 2), "week")
    past, week = [], coming
    for number in range(104):
        week = week.previous()
        past.append(Past(week, 900 if number == 51 else 300, 5))
    suggestion = found(past, coming, 4)
    assert suggestion.season == Season(coming.year_ago(), Fraction(3), 52)
    assert suggestion.middle == 60 * 3 * 4


def test_quarters_of_two_years() -> None:
    quarters = [whole(date(2024 + n // 4, n % 4 * 3 + 1, 1), "quarter") for n in range(9)]
    past = [Past(quarter, 600, 60) for quarter in quarters[:8]]
    suggestion = found(past, quarters[8], 61)
    assert (suggestion.middle, suggestion.n) == (610, 4)
    assert suggestion.season == Season(quarters[4], Fraction(1), 4)


def test_periods_far_apart_are_all_used() -> None:
    """Three Januaries: no year holds three of them."""
    past = [Past(month(n), value, 20) for n, value in ((0, 100), (12, 200), (24, 300))]
    suggestion = found(past, month(36), 20)
    assert (suggestion.middle, suggestion.n, suggestion.season) == (200, 3, None)


def test_periods_of_more_than_a_year_know_no_season() -> None:
    """The season compares with the year before it; here there is hardly a last year."""
    suggestion = found(months([1_000] * 12 + [1_500]), month(24), 20)
    assert (suggestion.middle, suggestion.n, suggestion.season) == (1_000, 13, None)


VALUES = st.lists(st.tuples(st.integers(0, 10**9), st.integers(1, 23)), min_size=3, max_size=30)


@given(VALUES, st.integers(0, 23))
def test_a_naive_suggestion_agrees(values: list[tuple[int, int]], working_days: int) -> None:
    past = [Past(month(n), value, days) for n, (value, days) in enumerate(values)]
    suggestion = found(past, month(len(values)), working_days)
    a_day = sorted(Fraction(value, days) for value, days in values[-12:])
    factor = working_days * (suggestion.season.factor if suggestion.season else Fraction(1))
    for part, quartile in enumerate((suggestion.low, suggestion.middle, suggestion.high), start=1):
        place = Fraction((len(a_day) - 1) * part, 4)
        below, rest = int(place), place - int(place)
        above = a_day[min(below + 1, len(a_day) - 1)]
        assert quartile == (a_day[below] * (1 - rest) + above * rest) * factor
    if suggestion.season:
        assert len(values) >= 24
        before = sorted(Fraction(value, days) for value, days in values[-24:-12])
        usual = (before[5] + before[6]) / 2
        assert suggestion.season.factor * usual == Fraction(*values[-12])


@given(VALUES, st.integers(1, 23), st.randoms(use_true_random=False))
def test_the_order_of_the_past_does_not_matter(
    values: list[tuple[int, int]], working_days: int, chance: object
) -> None:
    past = [Past(month(n), value, days) for n, (value, days) in enumerate(values)]
    mixed = list(past)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    coming = month(len(values))
    assert suggest(mixed, coming, working_days) == suggest(past, coming, working_days)


def test_new_staff_grow_into_a_full_target() -> None:
    grown = [ramp(months) * 100 for months in range(-1, 6)]
    assert grown == [0, 30, 60, 80, 100, 100, 100]
    assert list(RAMP) == sorted(RAMP)
    assert [ramp(n, (Fraction(1, 2),)) for n in range(2)] == [Fraction(1, 2), 1]
    assert ramp(0, ()) == 1


def test_what_is_handed_on_is_compared_with_what_was_given() -> None:
    over, under = cascade(1_000, [600, 450]), cascade(1_000, iter([600, 300]))
    assert (over.total, over.difference) == (1_050, 50)
    assert (under.total, under.difference) == (900, -100)
    assert cascade(7, []).difference == -7
