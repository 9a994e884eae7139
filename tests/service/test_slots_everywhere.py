"""Each date, week and month has exactly one slot across every change of the clocks of every time
zone there is; a second implementation that knows nothing but the list of changes says the same."""

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest

from queries.targets import WorkingDays
from service.slots import (
    AtTime,
    Dates,
    EveryDay,
    OnDayOfMonth,
    OnWeekday,
    OnWorkingDay,
    Worked,
)
from tests.support.transitions import Neighbourhood, changes, neighbourhoods

DAY = 86400
UTC_ZONE = ZoneInfo("UTC")
EPOCH = date(1970, 1, 1)
CALENDAR = WorkingDays("DE", closures=frozenset({date(2026, 3, 30)}))

# A slot by its key and the second since the epoch at which it is due.
Found = tuple[str, int]


def due_by_hand(near: Neighbourhood, day: date, at: time) -> int:
    """When clocks show `at` on `day` for the first time; where they skip it, when they would have
    shown it had they not been moved."""
    wall = (day - EPOCH).days * DAY + at.hour * 3600 + at.minute * 60
    starts = [-(2**62), *(one.at for one in near.changes)]
    ends = [*(one.at for one in near.changes), 2**62]
    ahead = [near.changes[0].before, *(one.after for one in near.changes)]
    for start, end, offset in zip(starts, ends, ahead, strict=True):
        if start <= wall - offset < end:
            return wall - offset
    (skipped,) = [
        one for one in near.changes if wall - one.after < one.at <= wall - one.before
    ]  # fmt: skip
    return wall - skipped.before


@cache
def every_day(day: date) -> str:
    return str(day)


@cache
def worked(day: date) -> str:
    return str(day) if CALENDAR.is_working(day) else ""


def weekly(name: str) -> Callable[[date], str]:
    @cache
    def key(day: date) -> str:
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}" if f"{day:%A}".lower() == name else ""

    return key


@cache
def on_last_day(day: date) -> str:
    return str(day)[:7] if day.day == monthrange(day.year, day.month)[1] else ""


@cache
def on_third_worked(day: date) -> str:
    before = (day.replace(day=number) for number in range(1, day.day))
    nth = sum(map(CALENDAR.is_working, before))
    return str(day)[:7] if nth == 2 and CALENDAR.is_working(day) else ""


def around(near: Neighbourhood, days: int) -> list[date]:
    middle = EPOCH + timedelta(days=(near.change.at + near.change.before) // DAY)
    return [middle + timedelta(days=number) for number in range(-days, days + 1)]


def times(near: Neighbourhood) -> list[time]:
    """The middle of what is skipped or repeated, and its first minute."""
    first = near.change.at + min(near.change.before, near.change.after)
    seconds = (first + abs(near.change.after - near.change.before) // 2, first)
    return [datetime.fromtimestamp(one // 60 * 60, UTC).time() for one in seconds]


def moment(second: int) -> datetime:
    return datetime.fromtimestamp(second, UTC)


def agree(near: Neighbourhood, rule: AtTime, expected: list[Found]) -> None:
    """`after`, `latest` and `between` against the list, at the changes and around each slot."""
    told = f"{near.zone.key} {near.change} {rule.at} {rule.dates}"
    dues = [due for _, due in expected]
    assert dues == sorted(set(dues)), told
    first, last = dues[0], dues[-1]
    slots = rule.between(moment(first - 1), moment(last + 1))
    assert [(slot.key, round(slot.due.timestamp())) for slot in slots] == expected, told
    for second in {near.change.at - 1, near.change.at, *dues[:-1], *(due - 1 for due in dues[1:])}:
        place = bisect_right(dues, second)
        if 0 < place < len(dues):
            latest, coming = rule.latest(moment(second)), rule.after(moment(second))
            assert (latest.key, coming.key) == (expected[place - 1][0], expected[place][0]), told


def check(
    dates: Dates, key: Callable[[date], str], days: int, most: int = 1, every: int = 1
) -> None:
    for near in neighbourhoods()[::every]:
        window = [(day, key(day)) for day in around(near, days)]
        for at in times(near)[:most]:
            found = {due_by_hand(near, day, at): told for day, told in window if told}
            agree(near, AtTime(at, near.zone, dates), [(told, due) for due, told in found.items()])


def test_changes_of_clocks_are_found() -> None:
    assert len(neighbourhoods()) > 4000
    by_hand = [datetime.fromtimestamp(one.at, UTC) for one in changes("Pacific/Apia")]
    assert datetime(2011, 12, 30, 10, tzinfo=UTC) in by_hand


def test_each_date_has_one_slot() -> None:
    check(EveryDay(), every_day, 2, most=2)


def test_each_week_has_one_slot() -> None:
    # Clocks are moved on Sundays, as a rule.
    check(OnWeekday("sunday"), weekly("sunday"), 9)


def test_each_month_has_one_slot() -> None:
    # Two ends of months lie within, and more.
    check(OnDayOfMonth(31), on_last_day, 33)


# Which days are worked does not hang on clocks: a part of all changes is enough for these two.
def test_each_working_day_has_one_slot() -> None:
    check(Worked(CALENDAR), worked, 5, every=3)


def test_each_month_has_one_slot_on_its_third_working_day() -> None:
    check(OnWorkingDay(3, CALENDAR), on_third_worked, 37, every=5)


def test_a_date_that_a_zone_skips_is_due_with_the_next_one() -> None:
    """Samoa had no 30 December 2011: a slot for it and one for the 31st would be two at once."""
    (near,) = [
        one
        for one in neighbourhoods()
        if one.zone.key == "Pacific/Apia" and one.change.after - one.change.before == DAY
    ]
    rule = AtTime(time(7, 30), near.zone)
    found = rule.between(datetime(2011, 12, 29, tzinfo=UTC), datetime(2012, 1, 1, tzinfo=UTC))
    assert [slot.key for slot in found] == ["2011-12-29", "2011-12-31", "2012-01-01"]
    weekly_rule = AtTime(time(7, 30), near.zone, OnWeekday("friday"))
    assert weekly_rule.after(datetime(2011, 12, 29, tzinfo=UTC)).key == "2011-W52"


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        (OnDayOfMonth(31), ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"]),
        (OnDayOfMonth(1), ["2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01"]),
        # New Year; Easter is from the 3rd to the 6th of April.
        (
            OnWorkingDay(1, WorkingDays("DE")),
            ["2026-01-02", "2026-02-02", "2026-03-02", "2026-04-01"],
        ),
        (
            OnWorkingDay(4, WorkingDays("DE")),
            ["2026-01-07", "2026-02-05", "2026-03-05", "2026-04-08"],
        ),
        # No month has so many.
        (
            OnWorkingDay(31, WorkingDays("DE")),
            ["2026-01-30", "2026-02-27", "2026-03-31", "2026-04-30"],
        ),
        # The operation is closed throughout February.
        (
            OnWorkingDay(
                2,
                WorkingDays(
                    "DE", frozenset(date(2026, 2, day) for day in range(1, 29)),
                ),
            ),
            ["2026-01-05", "2026-02-28", "2026-03-03", "2026-04-02"],
        ),
        # Weekends that are worked for a holiday count: 4 January and 14 February in China.
        (
            Worked(WorkingDays("CN")),
            ["2026-01-04", "2026-01-05", "2026-01-06", "2026-01-07"],
        ),
    ],
)  # fmt: skip
def test_dates_as_people_mean_them(dates: Dates, expected: list[str]) -> None:
    rule = AtTime(time(7, 30), UTC_ZONE, dates)
    slot, found = rule.after(datetime(2026, 1, 1, 12, tzinfo=UTC)), []
    for _ in expected:
        found.append(f"{slot.due:%Y-%m-%d}")
        slot = rule.after(slot.due)
    assert found == expected


def test_keys_stay_where_the_settings_change() -> None:
    moment = datetime(2026, 11, 30, 23, tzinfo=UTC)
    months = (OnDayOfMonth(3), OnDayOfMonth(31), OnWorkingDay(5, CALENDAR))
    assert {AtTime(time(6), UTC_ZONE, one).latest(moment).key for one in months} >= {"2026-11"}
    assert AtTime(time(6), UTC_ZONE, Worked(CALENDAR)).latest(moment).key == "2026-11-30"
