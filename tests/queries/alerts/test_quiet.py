"""Quiet hours and days off, against a search minute by minute, where clocks are changed."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from queries.alerts.quiet import Leaving, Quiet
from queries.errors import UserError
from queries.targets import WorkingDays

SHANGHAI = ZoneInfo("Asia/Shanghai")
NIGHT = Quiet(time(22), time(7))
MINUTE = timedelta(minutes=1)


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def test_a_letter_waits_for_the_end_of_the_night() -> None:
    leaving = Leaving(SHANGHAI, NIGHT)
    assert leaving.next(at("2026-03-04 21:59")) == at("2026-03-04 21:59")
    assert leaving.next(at("2026-03-04 22:00")) == at("2026-03-05 07:00")
    assert leaving.next(at("2026-03-05 06:59:59")) == at("2026-03-05 07:00")
    assert leaving.next(at("2026-03-05 07:00")) == at("2026-03-05 07:00")
    noon = Leaving(SHANGHAI, Quiet(time(12), time(14)))
    assert noon.next(at("2026-03-05 13:00")) == at("2026-03-05 14:00")


def test_a_letter_waits_for_the_next_working_day() -> None:
    leaving = Leaving(SHANGHAI, NIGHT, WorkingDays("CN"))
    assert leaving.next(at("2026-03-06 23:00")) == at("2026-03-09 07:00")
    assert Leaving(SHANGHAI, None, WorkingDays("CN")).next(at("2026-03-07 10:00")) == at(
        "2026-03-09 00:00"
    )
    # The national holidays of 2025 lasted from 1 to 8 October.
    assert leaving.next(at("2025-10-01 10:00")) == at("2025-10-09 07:00")


def test_the_clocks_skip_and_repeat_hours() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    skipped = Leaving(berlin, Quiet(time(1), time(2, 30)))
    assert skipped.next(at("2026-03-29 01:10", berlin)) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)
    repeated = Leaving(berlin, Quiet(time(1), time(2, 30)))
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 02:30 for the first time
    assert repeated.next(first - 20 * MINUTE) == first
    assert repeated.next(first + 35 * MINUTE) == first + timedelta(hours=1)


def test_hours_that_cannot_be_meant_are_refused() -> None:
    assert Quiet.of(None, None) is None
    assert Quiet.of("", "") is None
    assert Quiet.of("22:00", "07:00") == NIGHT
    for start, end in (("22:00", None), ("22:00", "22:00"), ("24:00", "07:00"), ("7", "8")):
        with pytest.raises(UserError, match="quiet hours"):
            Quiet.of(start, end)


def test_a_calendar_without_a_working_day_is_told() -> None:
    days = frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(800))
    with pytest.raises(UserError, match="within a year"):
        Leaving(SHANGHAI, NIGHT, WorkingDays("CN", days)).next(at("2026-03-04 23:00"))


# Around changes of the clocks: an hour, half an hour, at midnight, over midnight, a day left out.
AROUND = {
    "Asia/Shanghai": ["2026-03-04"],
    "Europe/Berlin": ["2026-03-29", "2026-10-25"],
    "America/New_York": ["2026-03-08", "2026-11-01"],
    "Australia/Lord_Howe": ["2026-04-05", "2026-10-04"],
    "America/Sao_Paulo": ["2018-11-04", "2018-02-18"],
    "America/St_Johns": ["2006-04-02", "2006-10-29"],
    "Asia/Beirut": ["2024-03-31", "2024-10-27"],
    "Africa/Casablanca": ["2026-02-15", "2026-03-22"],
    "Pacific/Apia": ["2011-12-30"],
}
clock = st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 15, 30, 59]))


@st.composite
def cases(draw: st.DrawFn) -> tuple[Leaving, datetime]:
    name = draw(st.sampled_from(sorted(AROUND)))
    day = datetime.fromisoformat(draw(st.sampled_from(AROUND[name]))).replace(tzinfo=UTC)
    moment = day + timedelta(minutes=draw(st.integers(-2 * 1440, 2 * 1440)))
    start, end = draw(clock), draw(clock)
    quiet = Quiet(start, end) if start != end else None
    calendar = draw(st.sampled_from([None, WorkingDays("US")]))
    return Leaving(ZoneInfo(name), quiet, calendar), moment


@given(cases())
@settings(max_examples=300)
def test_it_is_the_first_minute_that_is_neither_quiet_nor_off(
    case: tuple[Leaving, datetime],
) -> None:
    leaving, moment = case
    searched = moment
    while not leaving.allowed(searched):
        searched += MINUTE
    found = leaving.next(moment)
    assert found == searched
    assert leaving.allowed(found)
