"""When jobs are due, in every time zone there is and across every change of its clocks."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

import pytest
from apscheduler.triggers.cron import CronTrigger
from hypothesis import given
from hypothesis import strategies as st

from service.slots import WEEKDAYS, AtTime, Every, Rule

DAY = timedelta(days=1)
NIGHTLY = time(2, 30)
MORNING = time(7, 30)
BERLIN = ZoneInfo("Europe/Berlin")


@cache
def days_of_change(zone: ZoneInfo) -> tuple[date, ...]:
    """The local dates of 2026 and 2027 in which the offset of the zone changes."""
    noons = [datetime(2025, 12, 31, 12, tzinfo=zone) + DAY * number for number in range(732)]
    offsets = [noon.utcoffset() for noon in noons]
    return tuple(
        noon.date()
        for noon, before, now in zip(noons[1:], offsets, offsets[1:], strict=False)
        if before != now
    )


def zones_that_change() -> list[ZoneInfo]:
    zones = [ZoneInfo(name) for name in sorted(available_timezones())]
    return [zone for zone in zones if days_of_change(zone)]


def slots_of(rule: Rule, start: datetime, end: datetime) -> list[tuple[str, datetime]]:
    """All slots after `start` and before `end`, as a scheduler would come by them."""
    slot = rule.after(start)
    found = []
    while slot.due < end:
        found.append((slot.key, slot.due))
        slot = rule.after(slot.due)
    return found


def midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(0), zone)


def moments(first_year: int) -> st.SearchStrategy[datetime]:
    start = datetime(first_year, 1, 1, tzinfo=UTC)
    seconds = int((datetime(2060, 1, 1, tzinfo=UTC) - start).total_seconds())
    return st.integers(0, seconds).map(lambda passed: start + timedelta(seconds=passed))


def test_there_are_zones_to_try() -> None:
    assert len(zones_that_change()) > 100
    assert days_of_change(BERLIN) == (
        date(2026, 3, 29),
        date(2026, 10, 25),
        date(2027, 3, 28),
        date(2027, 10, 31),
    )


# A change can be in any hour: Nuuk skips 23:00 to 24:00, Beirut and Cairo 00:00 to 01:00.
@pytest.mark.parametrize("at", [NIGHTLY, time(0, 30), time(23, 30), time(0)])
def test_every_local_date_has_one_daily_slot_in_every_zone(at: time) -> None:
    for zone in zones_that_change():
        rule = AtTime(at, zone)
        for change in days_of_change(zone):
            first = change - 2 * DAY
            dates = [first + DAY * number for number in range(5)]
            # Both ends a little after a slot, so that a slot pushed past midnight stays inside.
            start = datetime.combine(first - DAY, at, zone) + timedelta(hours=3)
            end = datetime.combine(dates[-1], at, zone) + timedelta(hours=3)
            keys = [key for key, _ in slots_of(rule, start, end)]
            assert keys == [day.isoformat() for day in dates], zone


def test_every_week_has_one_weekly_slot_on_monday_morning_in_every_zone() -> None:
    for zone in zones_that_change():
        rule = AtTime(MORNING, zone, "monday")
        for change in days_of_change(zone):
            start, end = midnight(change - 15 * DAY, zone), midnight(change + 15 * DAY, zone)
            found = slots_of(rule, start, end)
            days = [change + DAY * number for number in range(-15, 15)]
            mondays = [day for day in days if day.weekday() == 0]
            assert [due.astimezone(zone).date() for _, due in found] == mondays, zone
            assert {due.astimezone(zone).time() for _, due in found} == {MORNING}, zone
            assert len({key for key, _ in found}) == len(mondays)


def test_the_latest_slot_is_the_one_before_the_next_at_any_moment_of_a_change() -> None:
    for zone in zones_that_change()[::3]:
        for rule in (AtTime(NIGHTLY, zone), AtTime(MORNING, zone, "sunday")):
            for change in days_of_change(zone)[:2]:
                moment = midnight(change, zone).astimezone(UTC)
                for half_hour in range(52):
                    now = moment + timedelta(minutes=30) * half_hour
                    latest, coming = rule.latest(now), rule.after(now)
                    assert latest.due <= now < coming.due
                    assert rule.after(latest.due) == coming
                    assert rule.latest(coming.due) == coming


@given(
    st.sampled_from(sorted(available_timezones())),
    st.times(),
    st.sampled_from([None, *WEEKDAYS]),
    moments(1990),
)
def test_one_slot_follows_the_other_at_any_time_of_any_zone(
    name: str, at: time, weekday: str | None, now: datetime
) -> None:
    rule = AtTime(at, ZoneInfo(name), weekday)
    latest, coming = rule.latest(now), rule.after(now)
    assert latest.due <= now < coming.due
    assert latest.key != coming.key
    assert coming.due - latest.due <= (1 if weekday is None else 7) * DAY + timedelta(hours=25)


def test_the_repeated_hour_has_one_slot_where_a_cron_trigger_fires_twice() -> None:
    cron = CronTrigger(hour=2, minute=30, timezone=BERLIN)
    first = cron.get_next_fire_time(None, datetime(2026, 10, 25, tzinfo=BERLIN))
    assert cron.get_next_fire_time(first, first).date() == first.date()  # the trap

    rule = AtTime(NIGHTLY, BERLIN)
    found = slots_of(
        rule, midnight(date(2026, 10, 25), BERLIN), midnight(date(2026, 10, 27), BERLIN)
    )
    assert found == [
        ("2026-10-25", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        ("2026-10-26", datetime(2026, 10, 26, 1, 30, tzinfo=UTC)),
    ]


def test_a_skipped_time_of_day_is_due_as_much_later_as_the_clocks_skip() -> None:
    slot = AtTime(NIGHTLY, BERLIN).after(midnight(date(2026, 3, 29), BERLIN))
    assert slot.key == "2026-03-29"
    assert slot.due.astimezone(BERLIN).time() == time(3, 30)


def test_monday_is_monday_where_a_crontab_string_means_tuesday() -> None:
    cron = CronTrigger.from_crontab("30 7 * * 1", timezone=UTC)
    sunday = datetime(2026, 3, 1, tzinfo=UTC)
    assert cron.get_next_fire_time(None, sunday).strftime("%A") == "Tuesday"  # the trap

    for name in WEEKDAYS:
        slot = AtTime(MORNING, ZoneInfo("UTC"), name).after(sunday)
        assert slot.due.strftime("%A").lower() == name


def test_a_changed_time_of_day_keeps_the_key_of_the_day_and_of_the_week() -> None:
    monday = datetime(2026, 3, 2, 23, tzinfo=BERLIN)
    assert AtTime(MORNING, BERLIN).latest(monday).key == AtTime(time(9), BERLIN).latest(monday).key
    assert AtTime(MORNING, BERLIN, "monday").latest(monday).key == "2026-W10"
    assert AtTime(MORNING, BERLIN, "tuesday").after(monday).key == "2026-W10"


@given(
    st.integers(1, 24 * 60),
    moments(2000),
)
def test_slots_of_an_interval_are_the_same_for_every_process(minutes: int, now: datetime) -> None:
    rule = Every(minutes)
    latest, coming = rule.latest(now), rule.after(now)
    assert latest.due <= now < coming.due
    assert coming.due - latest.due == timedelta(minutes=minutes)
    assert rule.latest(now + (coming.due - now) / 2).due == latest.due
    assert latest.key != coming.key


def test_days_between_two_runs_are_named_and_intervals_are_not() -> None:
    monday = datetime(2026, 3, 2, 2, 30, tzinfo=UTC)
    daily = AtTime(NIGHTLY, ZoneInfo("UTC"))
    between = daily.between(monday, monday + 3 * DAY)
    assert [slot.key for slot in between] == ["2026-03-03", "2026-03-04"]
    assert Every(15).between(monday, monday + DAY) == []
