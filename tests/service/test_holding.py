"""Reports that wait for their figures: claimed only when they are there, or when it has been long
enough; with a clock of our own, and never twice."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

import pytest
from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_MAX_INSTANCES,
    JobExecutionEvent,
    JobSubmissionEvent,
)
from apscheduler.schedulers.background import BackgroundScheduler

from queries import Freshness, Period
from queries.definition import Words
from queries.desk import Desk, JobRun, Slot, open_desk
from queries.period import last_whole
from service.jobs import Hold, Job, Turn
from service.results import Done
from service.scheduler import LOOK_AGAIN, DueTrigger, Runner, _listen
from service.schedules import Plan
from service.slots import AtTime, OnDayOfMonth, OnWeekday

ZONE = ZoneInfo("Europe/Berlin")
DUE = datetime(2026, 3, 2, 7, 30, tzinfo=ZONE)
HOUR = timedelta(hours=1)
WAIT = 4 * HOUR
RULE = AtTime(time(7, 30), ZONE, OnWeekday("monday"))
MISSING = "The figures reach to 2026-02-28, the period ends on 2026-03-01."


@dataclass
class House:
    """A report whose figures come at a moment; what has left, and how the clock stands."""

    desk: Desk
    there_at: datetime | None
    then: Literal["send", "hold"] = "send"
    now: datetime = DUE
    left: list[tuple[str, str]] = field(default_factory=list)

    def lacks(self, slot: Slot, now: datetime) -> str:
        return MISSING if self.there_at is None or now < self.there_at else ""

    def send(self, turn: Turn) -> Done:
        assert turn.slot is not None
        self.left.append((turn.slot.key, turn.lacks))
        return Done("sent")

    @property
    def job(self) -> Job:
        hold = Hold(self.lacks, WAIT, self.then, lambda slot: f"send it by hand ({slot.key})")
        words = Words("Weekly report", "周报")
        return Job("weekly_report", words, RULE, timedelta(days=40), self.send, hold=hold)

    def runner(self) -> Runner:
        return Runner([self.job], self.desk, lambda: self.now)

    def live(self, until: datetime, runner: Runner | None = None) -> None:
        """Fires as the scheduler does, from now on until a moment."""
        runner, trigger = runner or self.runner(), DueTrigger(RULE, WAIT)
        moment = RULE.latest(self.now).due
        while moment <= until:
            self.now = max(self.now, moment)
            runner.fire("weekly_report")
            moment = trigger.get_next_fire_time(moment, self.now)

    def rows(self) -> Sequence[JobRun]:
        return self.desk.last_runs()


def test_figures_that_are_there_wait_for_nothing(desk: Desk) -> None:
    house = House(desk, DUE - HOUR)
    house.live(DUE + 6 * HOUR)
    assert house.left == [("2026-W10", "")]
    assert [(run.outcome, run.started_at) for run in house.rows()] == [("done", DUE)]


def test_figures_that_come_an_hour_late_are_sent_then(desk: Desk) -> None:
    house = House(desk, DUE + HOUR)
    house.live(DUE + 59 * timedelta(minutes=1))
    assert (house.left, list(house.rows())) == ([], [])
    house.live(DUE + 6 * HOUR)
    assert house.left == [("2026-W10", "")]
    (run,) = house.rows()
    assert DUE + HOUR <= run.started_at <= DUE + HOUR + LOOK_AGAIN
    assert run.due_at == DUE


def test_figures_that_never_come_are_sent_with_a_word_about_it(desk: Desk) -> None:
    house = House(desk, None)
    house.live(DUE + 6 * HOUR)
    assert house.left == [("2026-W10", MISSING)]
    assert [run.started_at for run in house.rows()] == [DUE + WAIT]


def test_figures_that_never_come_hold_the_report(desk: Desk) -> None:
    house = House(desk, None, "hold")
    house.live(DUE + 6 * HOUR)
    assert house.left == []
    (run,) = house.rows()
    assert (run.outcome, run.started_at, run.result) == ("failed", DUE + WAIT, {"held": True})
    assert run.detail == (
        f"Held: {MISSING} Nothing has left.\nTo do: send it by hand (2026-W10)"
    )  # fmt: skip


@pytest.mark.parametrize("then", ["send", "hold"])
def test_the_week_after_is_as_any_other(desk: Desk, then: Literal["send", "hold"]) -> None:
    house = House(desk, DUE + 20 * HOUR, then)
    house.live(DUE + timedelta(days=8))
    expected = [("2026-W10", MISSING), ("2026-W11", "")]
    assert house.left == (expected if then == "send" else expected[1:])
    assert [run.slot for run in house.rows()] == ["2026-W11", "2026-W10"]


def test_a_restart_while_it_waits_forgets_nothing(desk: Desk) -> None:
    house = House(desk, DUE + 2 * HOUR)
    house.live(DUE + HOUR)
    # Another process begins with the slot before its start.
    house.live(DUE + 6 * HOUR, house.runner())
    assert house.left == [("2026-W10", "")]


@pytest.mark.parametrize(("there_at", "lacks"), [(DUE, ""), (None, MISSING)])
def test_a_machine_that_slept_over_the_wait_decides_when_it_wakes(
    desk: Desk, there_at: datetime | None, lacks: str
) -> None:
    house = House(desk, there_at, now=DUE + 9 * HOUR)
    house.live(DUE + 10 * HOUR)
    assert house.left == [("2026-W10", lacks)]
    assert [run.started_at for run in house.rows()] == [DUE + 9 * HOUR]


def test_a_clock_that_is_set_back_sends_nothing_again(desk: Desk) -> None:
    house = House(desk, DUE + HOUR)
    runner = house.runner()
    desk.note_run("weekly_report", RULE.latest(DUE - HOUR), "done", "", DUE - timedelta(days=7))
    for hours in (0.5, -1, 0.5, 1.5, -1, 0.2, 1.6):
        house.now = DUE + hours * HOUR
        runner.fire("weekly_report")
    assert house.left == [("2026-W10", "")]
    assert [run.slot for run in house.rows()] == ["2026-W10", "2026-W09"]


@pytest.mark.parametrize("then", ["send", "hold"])
@pytest.mark.parametrize("there_at", [DUE + HOUR, None])
def test_two_schedulers_end_a_wait_once(
    desk: Desk, desk_url: str, there_at: datetime | None, then: Literal["send", "hold"]
) -> None:
    other = open_desk(desk_url)
    houses = [House(one, there_at, then) for one in (desk, other)]
    runners = [house.runner() for house in houses]
    for minutes in range(0, 6 * 60, 5):
        for house, runner in zip(houses, runners, strict=True):
            house.now = DUE + timedelta(minutes=minutes)
            runner.fire("weekly_report")
    other.close()
    left = [one for house in houses for one in house.left]
    assert len(left) == (0 if there_at is None and then == "hold" else 1)
    assert len(houses[0].rows()) == 1


def test_looks_end_with_the_wait_and_go_on_with_the_next_slot() -> None:
    trigger = DueTrigger(RULE, timedelta(minutes=12))
    moment, found = DUE, []
    for _ in range(4):
        moment = trigger.get_next_fire_time(moment, moment)
        found.append(moment - DUE)
    minutes = [timedelta(minutes=number) for number in (5, 10, 12)]
    assert found == [*minutes, timedelta(days=7)]
    assert DueTrigger(RULE).get_next_fire_time(DUE, DUE) - DUE == timedelta(days=7)


def test_neither_a_look_that_is_skipped_nor_a_refresh_that_fails_ends_a_wait(desk: Desk) -> None:
    house = House(desk, None)

    def fail(turn: Turn) -> Done:
        raise ZeroDivisionError

    refresh = Job("refresh", Words("", ""), AtTime(time(7), ZONE), HOUR, fail)
    weekly = replace(house.job, after="refresh")
    runner = Runner([weekly, refresh], desk, lambda: house.now)
    scheduler = BackgroundScheduler()
    _listen(scheduler, runner)
    with pytest.raises(ZeroDivisionError) as caught:
        runner.fire("weekly_report")
    look, name = DUE + LOOK_AGAIN, "weekly_report"
    for event in (
        JobExecutionEvent(EVENT_JOB_ERROR, name, "default", DUE, exception=caught.value),
        JobSubmissionEvent(EVENT_JOB_MAX_INSTANCES, name, "default", [look]),
    ):
        scheduler._dispatch_event(event)
    assert [run.job for run in house.rows()] == ["refresh"]


# ---- what a report lacks


def fresh(as_of: date, *, stale: bool = False) -> Freshness:
    return Freshness(1, datetime(2026, 3, 2, 6, tzinfo=UTC), as_of, None, stale, 10, 0)


def plan(rule: AtTime = RULE, grain: str = "week", ends: date | None = None) -> Plan:
    return Plan(
        "weekly", Words("", ""), rule, lambda day: last_whole(day, grain), WAIT, "send", 6 * HOUR,
        ends,
    )  # fmt: skip


def test_a_report_that_a_killed_process_left_is_owed_still(desk: Desk) -> None:
    house = House(desk, DUE - HOUR)
    job = replace(house.job, plan=plan())
    desk.claim_run(job.name, RULE.latest(DUE), DUE)
    Runner([job], desk, lambda: DUE).fire(job.name)
    assert house.left == []
    # The next one that owns the schedule.
    runner = Runner([job], desk, lambda: DUE + HOUR)
    runner.abandon()
    runner.fire(job.name)
    runner.fire(job.name)
    assert house.left == [("2026-W10", "")]
    assert [run.outcome for run in desk.last_runs()] == ["done", "failed"]


def test_the_period_comes_from_the_slot_and_not_from_the_figures() -> None:
    slot = RULE.latest(DUE)
    assert plan().period(slot) == Period(date(2026, 2, 23), date(2026, 3, 2))
    month = plan(AtTime(time(7, 30), ZONE, OnDayOfMonth(1)), "month")
    assert month.period(month.rule.latest(DUE)) == Period(date(2026, 2, 1), date(2026, 3, 1))


def test_a_slot_that_the_clocks_push_past_midnight_keeps_its_period() -> None:
    """Cairo skipped from 0:00 to 1:00 on 28 April 2023; Nuuk from 23:00 to 24:00 on 30 March 2024,
    so that 23:30 was due on the day after."""
    cairo = ZoneInfo("Africa/Cairo")
    daily = plan(AtTime(time(0, 30), cairo), "day")
    start = datetime(2023, 4, 26, 12, tzinfo=cairo)
    slots = daily.rule.between(start, start + timedelta(days=4))
    assert [daily.period(slot).start.day for slot in slots] == [26, 27, 28, 29]
    nuuk = plan(AtTime(time(23, 30), ZoneInfo("America/Nuuk")), "day")
    start = datetime(2024, 3, 29, 12, tzinfo=nuuk.rule.zone)
    slots = nuuk.rule.between(start, start + timedelta(days=4))
    assert [nuuk.period(slot).start.day for slot in slots] == [28, 29, 30, 31]


def test_what_is_missing_is_told() -> None:
    slot = RULE.latest(DUE)
    assert plan().lacks(slot, fresh(date(2026, 3, 1))) == ""
    assert plan().lacks(slot, fresh(date(2026, 3, 5))) == ""
    assert plan().lacks(slot, fresh(date(2026, 2, 28))) == MISSING
    assert "stale" in plan().lacks(slot, fresh(date(2026, 3, 1), stale=True))


def test_an_extract_of_the_past_is_whole_and_has_no_later_periods() -> None:
    past = plan(ends=date(2026, 2, 18))
    slot = RULE.latest(DUE)
    assert past.period(slot) == Period(date(2026, 2, 9), date(2026, 2, 16))
    assert past.lacks(slot, fresh(date(2026, 2, 18), stale=True)) == ""
