"""When jobs are due, at any moment of any time zone; test_slots_everywhere.py goes through every
change of their clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from apscheduler.triggers.cron import CronTrigger
from hypothesis import given
from hypothesis import strategies as st

from service.slots import EVERY_DAY, WEEKDAYS, AtTime, Every, OnWeekday, Rule

DAY = timedelta(days=1)
NIGHTLY = time(2, 30)
MORNING = time(7, 30)
BERLIN = ZoneInfo("Europe/Berlin")


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


@given(
    st.sampled_from(sorted(available_timezones())),
    st.times(),
    st.sampled_from([None, *WEEKDAYS]),
    moments(1990),
)
def test_one_slot_follows_the_other_at_any_time_of_any_zone(
    name: str, at: time, weekday: str | None, now: datetime
) -> None:
    rule = AtTime(at, ZoneInfo(name), OnWeekday(weekday) if weekday else EVERY_DAY)
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
        slot = AtTime(MORNING, ZoneInfo("UTC"), OnWeekday(name)).after(sunday)
        assert slot.due.strftime("%A").lower() == name


def test_a_changed_time_of_day_keeps_the_key_of_the_day_and_of_the_week() -> None:
    monday = datetime(2026, 3, 2, 23, tzinfo=BERLIN)
    assert AtTime(MORNING, BERLIN).latest(monday).key == AtTime(time(9), BERLIN).latest(monday).key
    assert AtTime(MORNING, BERLIN, OnWeekday("monday")).latest(monday).key == "2026-W10"
    assert AtTime(MORNING, BERLIN, OnWeekday("tuesday")).after(monday).key == "2026-W10"


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
