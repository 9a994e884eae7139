"""Pacing by hand, by its promises, and against a second way to work it out, day by day."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.errors import UserError
from queries.period import Period, whole
from queries.targets import (
    FLAT,
    Better,
    Pace,
    Profile,
    Standing,
    WorkingDays,
    learn,
    paced,
    rate_standing,
    standing,
)
from queries.targets.pace import MONTH, POSITIONS

CN, DE = WorkingDays("CN"), WorkingDays("DE")
FEBRUARY = Period(date(2026, 2, 1), date(2026, 3, 1))


def february(day: int) -> date:
    return date(2026, 2, day)


# By hand -----------------------------------------------------------------------------------------


def test_february_2026_in_china() -> None:
    """16 working days, 100 000 each. 11 of them are over on Saturday 14, which is worked."""
    actual = {february(3): 600_000, february(8): 90_000, february(14): 300_000}
    pace = paced(1_600_000, FEBRUARY, february(14), actual, CN)
    assert pace.expected_today == 1_100_000
    assert [pace.expected_on(february(n)) for n in (1, 2, 15, 23, 24, 28)] == [
        0, 100_000, 1_100_000, 1_100_000, 1_200_000, 1_600_000,
    ]  # fmt: skip
    assert pace.share_elapsed == Fraction(11, 16)
    assert pace.actual == 990_000
    assert pace.remaining == 610_000
    assert pace.working_days_left == 5
    assert pace.needed_per_day == 122_000
    assert pace.projected == 1_440_000


def test_before_the_first_working_day_nothing_is_due_and_nothing_projected() -> None:
    pace = paced(1_600_000, FEBRUARY, february(1), {february(1): 5_000}, CN)
    assert (pace.expected_today, pace.projected, pace.share_elapsed) == (0, None, 0)
    assert (pace.working_days_left, pace.needed_per_day) == (16, 99_688)


def test_after_the_period_it_is_what_it_is() -> None:
    actual = {february(28): 1_700_000, date(2026, 3, 1): 999, date(2026, 1, 31): 999}
    pace = paced(1_600_000, FEBRUARY, date(2026, 3, 9), actual, CN)
    assert (pace.projected, pace.remaining, pace.needed_per_day) == (1_700_000, -100_000, None)
    assert (pace.expected_today, pace.working_days_left) == (1_600_000, 0)


def test_what_comes_after_the_as_of_day_does_not_count() -> None:
    actual = {february(2): 1, february(3): 2}
    assert paced(10, FEBRUARY, february(2), actual, CN).actual == 1


def test_a_reached_target_needs_nothing_more() -> None:
    pace = paced(100, FEBRUARY, february(2), {february(2): 120}, CN)
    assert (pace.remaining, pace.needed_per_day) == (-20, 0)


def test_a_quarter_gives_each_month_its_working_days() -> None:
    """Germany: 21 in January, 20 in February, 22 in March; whatever the profile."""
    quarter = whole(date(2026, 2, 1), "quarter")
    late = Profile((*[0] * (POSITIONS - 1), 1))
    for profile in (FLAT, late):
        pace = paced(6_300, quarter, date(2026, 2, 28), {}, DE, profile)
        ends = (date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31))
        assert [pace.expected_on(day) for day in ends] == [2_100, 4_100, 6_300]
    assert pace.expected_on(date(2026, 1, 29)) == 0


def test_a_small_count_is_not_all_due_at_first() -> None:
    """Ten visits in the 21 working days of a German January: five by the 11th of them."""
    pace = paced(10, whole(date(2026, 1, 1), "month"), date(2026, 1, 16), {}, DE)
    assert pace.expected_today == 5
    assert pace.expected_on(date(2026, 1, 29)) == 10
    steps = {after - before for (_, before), (_, after) in pairwise(pace.expected_line)}
    assert steps == {0, 1}


def test_a_week_without_working_days_is_due_on_its_last() -> None:
    week = Period(date(2026, 10, 1), date(2026, 10, 8))
    pace = paced(70, week, date(2026, 10, 6), {date(2026, 10, 2): 9}, CN)
    assert [n for _, n in pace.expected_line] == [0, 0, 0, 0, 0, 0, 70]
    assert (pace.working_days_left, pace.needed_per_day, pace.projected) == (0, None, None)


def test_a_period_that_the_profile_knows_no_money_of_is_even() -> None:
    late = Profile((*[0] * (POSITIONS - 1), 1))
    week = whole(date(2026, 1, 12), "week")
    pace = paced(50, week, date(2026, 1, 13), {}, DE, late)
    assert [n for _, n in pace.expected_line] == [10, 20, 30, 40, 50, 50, 50]


def test_a_target_below_zero_is_refused() -> None:
    with pytest.raises(UserError, match="A target of -1"):
        paced(-1, FEBRUARY, february(1), {}, CN)


# Profiles by hand --------------------------------------------------------------------------------


def test_half_of_the_money_on_the_last_day() -> None:
    """February 2026 has 20 working days in Germany, and so has April."""
    brought = dict.fromkeys(DE.days(FEBRUARY), 100) | {february(27): 1_900}
    profile = learn(brought, DE)
    assert profile.months == 1
    april = paced(3_800, whole(date(2026, 4, 1), "month"), date(2026, 4, 1), {}, DE, profile)
    assert (april.expected_today, april.expected_on(date(2026, 4, 29))) == (100, 1_900)
    # Of 21 days the last is 20/21 as long as one of 20: it gets 20/21 of the half.
    january = paced(2_100, whole(date(2026, 1, 1), "month"), date(2026, 1, 29), {}, DE, profile)
    assert january.expected_today == 2_100 - 1_000


def test_money_of_days_off_goes_to_the_next_working_day_of_the_month() -> None:
    """Sunday 1 goes to Monday 2, Saturday 28, the last day, back to Friday 27."""
    off = learn({february(1): 30, february(28): 70}, DE)
    assert off == learn({february(2): 30, february(27): 70}, DE)


def test_every_month_counts_the_same() -> None:
    much = {february(2): 1_000_000}
    little = {date(2026, 4, 30): 1}
    profile = learn(much | little, DE)
    assert profile.months == 2
    assert profile.weights == (*[MONTH // 3] * 3, *[0] * (POSITIONS - 6), *[MONTH // 3] * 3)


def test_reversals_and_empty_months_count_as_nothing() -> None:
    brought = {february(2): 30, february(3): -50, date(2026, 1, 7): -9, date(2026, 3, 2): 0}
    assert learn(brought, DE) == learn({february(2): 30}, DE)


def test_without_history_all_days_are_alike() -> None:
    closed = WorkingDays("DE", frozenset(february(n) for n in range(1, 29)))
    assert learn({}, DE) == learn({february(2): -5}, DE) == learn({february(2): 5}, closed) == FLAT
    assert FLAT.months == 0


# Standings by hand -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "expected"),
    [(79, "below_floor"), (80, "below_target"), (97, "below_target"), (98, "even"), (102, "even"),
     (Decimal("102.01"), "on_target"), (119, "on_target"), (120, "stretch")],
)  # fmt: skip
def test_more_is_better(value: int | Decimal, expected: Standing) -> None:
    assert standing(value, 80, 100, 120, "higher") == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [(121, "below_floor"), (120, "below_target"), (103, "below_target"), (102, "even"),
     (98, "even"), (Fraction(97), "on_target"), (81, "on_target"), (80, "stretch")],
)  # fmt: skip
def test_less_is_better(value: int | Fraction, expected: Standing) -> None:
    assert standing(value, 120, 100, 80, "lower") == expected


@pytest.mark.parametrize("better", ["higher", "lower"])
def test_floor_and_stretch_can_be_missing(better: Better) -> None:
    found = {standing(value, None, 100, None, better) for value in (0, 100, 10_000)}
    assert found == {"below_target", "even", "on_target"}


def test_floor_and_stretch_go_before_even() -> None:
    assert standing(98, 99, 100, None, "higher") == "below_floor"
    assert standing(101, None, 100, 101, "higher") == "stretch"
    assert standing(0, None, 0, None, "higher") == "even"


def test_a_rate_and_its_target() -> None:
    found = rate_standing(30, 200, Fraction(20, 100))
    assert (found.value, found.difference) == (Fraction(15, 100), Fraction(-5, 100))
    nothing = rate_standing(0, 0, Fraction(1, 5))
    assert (nothing.value, nothing.target, nothing.difference) == (None, Fraction(1, 5), None)


# Promises ----------------------------------------------------------------------------------------

DAYS = st.dates(date(2024, 1, 1), date(2026, 12, 31))
CALENDARS = st.builds(
    WorkingDays,
    st.sampled_from(("CN", "DE")),
    st.frozensets(st.dates(date(2026, 1, 1), date(2026, 3, 31)), max_size=30),
)
PERIODS = st.builds(whole, DAYS, st.sampled_from(("day", "week", "month", "quarter")))
WEIGHTS = st.lists(st.integers(0, 9), min_size=POSITIONS, max_size=POSITIONS)
PROFILES = WEIGHTS.filter(any).map(lambda weights: Profile(tuple(weights), 1))


@st.composite
def paces(draw: st.DrawFn) -> Pace:
    period = draw(PERIODS)
    as_of = period.start + timedelta(draw(st.integers(-3, period.days + 3)))
    days = st.integers(0, period.days - 1).map(lambda n: period.start + timedelta(n))
    actual = draw(st.dictionaries(days, st.integers(-(10**6), 10**9), max_size=9))
    target = draw(st.integers(0, 10**12))
    return paced(target, period, as_of, actual, draw(CALENDARS), draw(PROFILES))


@given(paces())
def test_the_days_add_up_to_the_target_and_days_off_ask_nothing(pace: Pace) -> None:
    days, totals = zip(*pace.expected_line, strict=True)
    parts = [after - before for before, after in pairwise((0, *totals))]
    assert totals[-1] == sum(parts) == pace.target
    assert min(parts) >= 0
    asked = {day for day, part in zip(days, parts, strict=True) if part}
    assert asked <= set(pace.working_days or [pace.period.last])
    assert pace.expected_on(days[0] - timedelta(1)) == 0
    assert pace.expected_on(days[-1] + timedelta(1)) == pace.target


@given(paces())
def test_running_totals_are_rounded_by_half_a_unit_at_most(pace: Pace) -> None:
    for day, total in pace.expected_line:
        assert abs(total - pace.target * pace.share_on(day)) <= Fraction(1, 2)


@given(paces())
def test_what_is_needed_a_day_suffices(pace: Pace) -> None:
    needed, left = pace.needed_per_day, pace.working_days_left
    assert (needed is None) == (left == 0)
    if needed is not None:
        assert needed * left >= pace.remaining
        assert not needed or (needed - 1) * left < pace.remaining


def followed(pace: Pace, calendar: WorkingDays, profile: Profile) -> Pace:
    """The same pace, where exactly what is expected comes every day."""
    totals = (0, *(total for _, total in pace.expected_line))
    days = (day for day, _ in pace.expected_line)
    actual = {day: b - a for day, (a, b) in zip(days, pairwise(totals), strict=True)}
    return paced(pace.target, pace.period, pace.as_of, actual, calendar, profile)


@given(PERIODS, st.integers(0, 95), st.integers(0, 10**9), CALENDARS, PROFILES)
def test_who_follows_the_profile_lands_on_the_target(
    period: Period, passed: int, target: int, calendar: WorkingDays, profile: Profile
) -> None:
    """Up to the half unit of the running total, grown like it, and the half of the landing."""
    as_of = period.start + timedelta(passed % period.days)
    empty = paced(target, period, as_of, {}, calendar, profile)
    pace = followed(empty, calendar, profile)
    share = pace.share_elapsed
    assert (pace.projected is None) == (share == 0)
    if pace.projected is not None:
        assert abs(pace.projected - target) <= Fraction(1, 2) / share + Fraction(1, 2)
    # A target that needs no rounding is met exactly.
    whole_target = target * (empty.running[-1] if empty.running else 1)
    exact = paced(whole_target, period, as_of, {}, calendar, profile)
    assert followed(exact, calendar, profile).projected == (whole_target if share else None)


COLLECTED = st.dictionaries(
    st.dates(date(2026, 1, 1), date(2026, 3, 31)), st.integers(-100, 10**10), max_size=40
)


@given(COLLECTED, CALENDARS)
def test_what_is_learnt_adds_up_exactly(
    collected: Mapping[date, int], calendar: WorkingDays
) -> None:
    profile = learn(collected, calendar)
    assert min(profile.weights) >= 0
    assert sum(profile.weights) == (profile.months * MONTH or POSITIONS)
    for days in (1, 16, 23):
        assert sum(profile.over(days)) == days * sum(profile.weights)


# A second way, day by day ------------------------------------------------------------------------


def part_of(first: Fraction, end: Fraction, profile: Profile) -> Fraction:
    """What falls between two points of a month that is one long."""
    part = Fraction(0)
    for place, weight in enumerate(profile.weights):
        low = max(first, Fraction(place, POSITIONS))
        high = min(end, Fraction(place + 1, POSITIONS))
        part += weight * max(Fraction(0), high - low)
    return part


def every_day(period: Period) -> list[date]:
    return [period.start + timedelta(n) for n in range(period.days)]


def naive_weight(day: date, calendar: WorkingDays, profile: Profile) -> Fraction:
    if not calendar.is_working(day):
        return Fraction(0)
    worked = [d for d in every_day(whole(day, "month")) if calendar.is_working(d)]
    place, days = worked.index(day), len(worked)
    return days * part_of(Fraction(place, days), Fraction(place + 1, days), profile)


@given(st.data())
def test_a_naive_pace_agrees(data: st.DataObject) -> None:
    period = data.draw(st.builds(whole, DAYS, st.sampled_from(("week", "month"))))
    calendar, profile = data.draw(CALENDARS), data.draw(PROFILES)
    target = data.draw(st.integers(0, 10**6))
    as_of = data.draw(st.sampled_from(every_day(period)))
    actual = data.draw(st.dictionaries(st.sampled_from(every_day(period)), st.integers(-9, 999)))
    pace = paced(target, period, as_of, actual, calendar, profile)
    weights = {day: naive_weight(day, calendar, profile) for day in every_day(period)}
    if not any(weights.values()):
        weights = {day: Fraction(calendar.is_working(day)) for day in weights}
    if not any(weights.values()):
        weights[period.last] = Fraction(1)
    share = sum(weights[day] for day in weights if day <= as_of) / sum(weights.values())
    come = sum(actual.get(day, 0) for day in every_day(period) if day <= as_of)
    assert (pace.share_elapsed, pace.actual) == (share, come)
    assert abs(pace.expected_today - target * share) <= Fraction(1, 2)
    if pace.projected is not None:
        assert abs(pace.projected - come / share) <= Fraction(1, 2)
    later = [day for day in every_day(period) if day > as_of and calendar.is_working(day)]
    assert pace.working_days_left == len(later)


def naive_share(
    place: int, month: Period, collected: Mapping[date, int], calendar: WorkingDays
) -> Fraction:
    """What part of the money of a month came in one stretch of it."""
    days = every_day(month)
    worked = [day for day in days if calendar.is_working(day)]
    found = total = Fraction(0)
    for day in days:
        amount = max(0, collected.get(day, 0))
        later = [d for d in worked if d >= day] or worked[-1:]
        number, length = worked.index(later[0]), Fraction(1, len(worked))
        low = max(number * length, Fraction(place, POSITIONS))
        high = min((number + 1) * length, Fraction(place + 1, POSITIONS))
        found += amount * max(Fraction(0), high - low) / length
        total += amount
    return found / total


@given(COLLECTED, CALENDARS, st.integers(0, POSITIONS - 1))
def test_a_naive_profile_agrees(
    collected: Mapping[date, int], calendar: WorkingDays, place: int
) -> None:
    """To one part in the MONTH that a month is cut into."""
    profile = learn(collected, calendar)
    months = [
        month
        for month in (whole(date(2026, number, 1), "month") for number in (1, 2, 3))
        if any(collected.get(day, 0) > 0 for day in every_day(month)) and calendar.count(month)
    ]
    assert profile.months == len(months)
    if months:
        shares = [naive_share(place, month, collected, calendar) for month in months]
        assert abs(profile.weights[place] - MONTH * sum(shares, Fraction(0))) < len(months)
