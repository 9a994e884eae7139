"""Each slot once, none in silence."""

import logging
import time as stopwatch
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from threading import Event
from zoneinfo import ZoneInfo

import pytest
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from sqlalchemy.exc import OperationalError

from queries.definition import Words
from queries.desk import Desk, Slot, open_desk
from queries.errors import UserError
from service.clock import now as wall_clock
from service.jobs import Job
from service.results import Done
from service.scheduler import Runner, build_scheduler, next_runs, run_by_hand
from service.slots import AtTime, Every, OnWeekday, Rule

ZONE = ZoneInfo("UTC")
DAY = timedelta(days=1)


def clock() -> datetime:
    """The real one: APScheduler looks at no other."""
    return wall_clock("UTC")


class EverySecond:
    """A rule quick enough to see a second slot come while the first one runs."""

    def latest(self, moment: datetime) -> Slot:
        due = moment.astimezone(UTC).replace(microsecond=0)
        return Slot(due.isoformat(), due)

    def after(self, moment: datetime) -> Slot:
        return self.latest(moment + timedelta(seconds=1))

    def between(self, start: datetime, end: datetime) -> list[Slot]:
        return []


def due_ago(ago: timedelta) -> AtTime:
    """A daily rule whose latest slot was due `ago` before now."""
    return AtTime((clock() - ago).time().replace(microsecond=0), ZONE)


def make_job(
    body: Callable[[datetime], str],
    rule: Rule | None = None,
    name: str = "refresh",
    grace: timedelta = timedelta(hours=20),
) -> Job:
    return Job(
        name,
        Words(name, name),
        rule or due_ago(timedelta(minutes=90)),
        grace,
        lambda turn: Done(body(turn.now)),
    )


def say_done(now: datetime) -> str:
    return "done"


@contextmanager
def running(*schedulers: BackgroundScheduler) -> Iterator[None]:
    for scheduler in schedulers:
        scheduler.start()
    try:
        yield
    finally:
        for scheduler in schedulers:
            scheduler.shutdown()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = stopwatch.monotonic() + 10
    while not condition():
        assert stopwatch.monotonic() < deadline, "it never happened"
        stopwatch.sleep(0.01)


def outcomes(desk: Desk) -> list[tuple[str, str]]:
    """(job, outcome) of all ended runs, in the order in which they were claimed."""
    ended = [run for run in desk.last_runs() if run.outcome != "running"]
    return [(run.job, run.outcome) for run in sorted(ended, key=lambda run: run.id)]


def start_until(desk: Desk, jobs: list[Job], count: int) -> None:
    """Runs a scheduler until `count` rows have ended."""
    with running(build_scheduler(jobs, desk, clock, ZONE)):
        wait_for(lambda: len(outcomes(desk)) >= count)


def test_nothing_is_left_to_the_defaults_of_the_library(desk: Desk) -> None:
    scheduler = build_scheduler([make_job(say_done)], desk, clock, ZONE)
    scheduler.start(paused=True)
    (job,) = scheduler.get_jobs()
    assert (job.misfire_grace_time, job.coalesce, job.max_instances) == (20 * 3600, True, 1)
    assert isinstance(scheduler._jobstores["default"], MemoryJobStore)
    scheduler.shutdown()


def test_a_machine_that_slept_ninety_minutes_over_the_due_time_runs_once(desk: Desk) -> None:
    start_until(desk, [make_job(say_done)], 1)
    (run,) = desk.last_runs()
    assert run.outcome == "done"
    assert timedelta(minutes=89) < run.started_at - run.due_at < timedelta(minutes=92)


def test_a_sleep_over_many_slots_runs_the_newest_only(desk: Desk) -> None:
    scheduler = build_scheduler([make_job(say_done, Every(60))], desk, clock, ZONE)
    scheduler.start(paused=True)
    scheduler.modify_job("refresh", next_run_time=clock() - timedelta(hours=6))
    scheduler.resume()
    wait_for(lambda: outcomes(desk) != [])
    stopwatch.sleep(0.1)
    scheduler.shutdown()
    (run,) = desk.last_runs()
    assert clock() - run.due_at < timedelta(minutes=61)


def test_an_owed_slot_runs_at_the_start_and_not_at_the_next_start(desk: Desk) -> None:
    weekday = (clock() - 3 * DAY).strftime("%A").lower()
    weekly = make_job(
        say_done,
        AtTime(time(7, 30), ZONE, OnWeekday(weekday)),
        "weekly_report",
        timedelta(days=7, hours=1),
    )
    marker = make_job(say_done, due_ago(timedelta(hours=2)), "reconcile")
    start_until(desk, [weekly], 1)
    start_until(desk, [weekly, marker], 2)
    assert outcomes(desk) == [("weekly_report", "done"), ("reconcile", "done")]


def test_a_slot_beyond_its_grace_is_written_down_as_missed(desk: Desk) -> None:
    start_until(desk, [make_job(say_done, grace=timedelta(hours=1))], 1)
    assert outcomes(desk) == [("refresh", "missed")]


def test_two_schedulers_on_one_desk_run_each_slot_once(desk: Desk, desk_url: str) -> None:
    other = open_desk(desk_url)
    runs: list[str] = []

    def note(name: str) -> Callable[[datetime], str]:
        def body(now: datetime) -> str:
            stopwatch.sleep(0.05)
            runs.append(name)
            return ""

        return body

    jobs = [
        make_job(note("refresh")),
        make_job(note("reconcile"), name="reconcile"),
        make_job(note("weekly_report"), name="weekly_report"),
    ]
    both = (build_scheduler(jobs, one, clock, ZONE) for one in (desk, other))
    with running(*both):
        wait_for(lambda: len(outcomes(desk)) == 3)
        stopwatch.sleep(0.2)
    other.close()
    assert sorted(runs) == ["reconcile", "refresh", "weekly_report"]
    assert {outcome for _, outcome in outcomes(desk)} == {"done"}


def test_the_repeated_hour_of_a_clock_change_runs_once(desk: Desk) -> None:
    berlin = ZoneInfo("Europe/Berlin")
    nightly = make_job(say_done, AtTime(time(2, 30), berlin), "reconcile")
    for now in (
        datetime(2026, 10, 25, 2, 30, tzinfo=berlin),
        datetime(2026, 10, 25, 2, 30, tzinfo=berlin, fold=1),
        datetime(2026, 10, 25, 12, tzinfo=berlin),
    ):
        Runner([nightly], desk, lambda now=now: now).fire("reconcile")
    assert [run.slot for run in desk.last_runs()] == ["2026-10-25"]


def test_a_clock_set_back_a_moment_after_waking_up_does_not_lose_the_slot(desk: Desk) -> None:
    due = datetime(2026, 3, 2, 7, 30, tzinfo=UTC)
    weekly = make_job(say_done, AtTime(time(7, 30), ZONE, OnWeekday("monday")), "weekly_report")
    Runner([weekly], desk, lambda: due - timedelta(milliseconds=300)).fire("weekly_report")
    assert [run.due_at for run in desk.last_runs()] == [due]


def test_jobs_that_write_figures_never_run_at_the_same_time(desk: Desk) -> None:
    inside: list[str] = []
    most = 0

    def write(now: datetime) -> str:
        nonlocal most
        inside.append("writer")
        most = max(most, len(inside))
        stopwatch.sleep(0.05)
        inside.pop()
        return ""

    names: list[str] = ["refresh", "reconcile"]
    writers = [replace(make_job(write, name=name), group="figures") for name in names]
    start_until(desk, writers, 2)
    assert most == 1


def test_a_report_waits_for_the_figures_that_are_due(desk: Desk) -> None:
    order: list[str] = []

    def refresh(now: datetime) -> str:
        stopwatch.sleep(0.1)
        order.append("refresh")
        return ""

    def send(now: datetime) -> str:
        order.append("weekly_report")
        return ""

    weekly = replace(make_job(send, name="weekly_report"), after="refresh")
    start_until(desk, [weekly, replace(make_job(refresh), group="figures")], 2)
    assert order == ["refresh", "weekly_report"]


def fail_by_bug(now: datetime) -> str:
    raise ZeroDivisionError("no cases")


def fail_by_user(now: datetime) -> str:
    raise UserError("The source is away.", "a running database", "start it")


def test_a_report_leaves_even_where_the_refresh_before_it_fails(desk: Desk) -> None:
    weekly = replace(make_job(say_done, name="weekly_report"), after="refresh")
    runner = Runner([weekly, make_job(fail_by_bug)], desk, clock)
    with pytest.raises(ZeroDivisionError):
        runner.fire("weekly_report")
    assert outcomes(desk) == [("refresh", "failed"), ("weekly_report", "done")]


def test_a_failure_that_a_person_can_act_on_is_told_without_a_traceback(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    start_until(desk, [make_job(fail_by_user)], 1)
    (run,) = desk.last_runs()
    assert (run.outcome, run.detail) == (
        "failed",
        "The source is away.\nExpected: a running database\nTo do: start it",
    )
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert [record.exc_info for record in errors] == [None]


def test_a_bug_is_written_down_and_logged_with_its_traceback_and_the_rest_goes_on(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    jobs = [make_job(fail_by_bug), make_job(say_done, due_ago(timedelta(hours=1)), "reconcile")]
    start_until(desk, jobs, 2)
    details = {run.job: (run.outcome, run.detail) for run in desk.last_runs()}
    assert details["refresh"] == ("failed", "ZeroDivisionError: no cases")
    assert details["reconcile"] == ("done", "done")
    assert "in fail_by_bug" in caplog.text


def test_a_slot_that_comes_while_the_job_still_runs_is_written_down_as_skipped(desk: Desk) -> None:
    may_end = Event()

    def long(now: datetime) -> str:
        assert may_end.wait(10)
        return ""

    with running(build_scheduler([make_job(long, EverySecond())], desk, clock, ZONE)):
        wait_for(lambda: ("refresh", "skipped") in outcomes(desk))
        may_end.set()
    assert ("refresh", "done") in outcomes(desk)


def test_a_slot_that_the_desk_refused_is_written_down_as_failed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(job: str, slot: Slot, now: datetime) -> int | None:
        raise OperationalError("INSERT", {}, Exception("disk full"))

    monkeypatch.setattr(desk, "claim_run", refuse)
    start_until(desk, [make_job(say_done)], 1)
    (run,) = desk.last_runs()
    assert run.outcome == "failed"
    assert "disk full" in run.detail


def test_days_on_which_nothing_was_running_are_written_down_as_missed(desk: Desk) -> None:
    nightly = make_job(say_done, AtTime(time(2, 30), ZONE), "reconcile")
    for day in (2, 5):
        now = datetime(2026, 3, day, 2, 30, tzinfo=UTC)
        Runner([nightly], desk, lambda now=now: now).fire("reconcile")
    by_slot = {run.slot: run.outcome for run in desk.last_runs()}
    assert by_slot == {
        "2026-03-02": "done",
        "2026-03-03": "missed",
        "2026-03-04": "missed",
        "2026-03-05": "done",
    }


def test_what_a_killed_process_left_open_is_ended_at_the_start(desk: Desk) -> None:
    old = clock() - 2 * DAY
    desk.claim_run("refresh", Slot("old", old), old)
    start_until(desk, [make_job(say_done, name="reconcile")], 2)
    assert outcomes(desk) == [("refresh", "failed"), ("reconcile", "done")]


def test_a_scheduler_that_is_only_built_does_nothing(desk: Desk) -> None:
    left = desk.claim_run("reconcile", Slot("old", clock()), clock())
    build_scheduler([make_job(say_done)], desk, clock, ZONE)
    assert [(run.id, run.outcome) for run in desk.last_runs()] == [(left, "running")]


def test_the_next_runs_come_soonest_first() -> None:
    now = datetime(2026, 3, 4, 9, 7, tzinfo=UTC)
    jobs = [
        make_job(say_done, AtTime(time(9, 20), ZONE), "reconcile"),
        make_job(say_done, Every(15)),
    ]
    coming = [(job.name, slot.due.time()) for job, slot in next_runs(jobs, now, 2)]
    assert coming == [
        ("refresh", time(9, 15)),
        ("reconcile", time(9, 20)),
        ("refresh", time(9, 30)),
        ("reconcile", time(9, 20)),
    ]
    assert next_runs(jobs, now)[1][1].due.date() == date(2026, 3, 4)


def test_a_run_by_hand_is_written_down_too(desk: Desk) -> None:
    result = {"generation": 3}
    assert run_by_hand(desk, "refresh", lambda now: Done("done", result), clock) == "done"
    assert [run.result for run in desk.last_runs()] == [result]
    with pytest.raises(UserError, match="The source is away"):
        run_by_hand(desk, "refresh", lambda now: Done(fail_by_user(now)), clock)
    with pytest.raises(ZeroDivisionError):
        run_by_hand(desk, "refresh", lambda now: Done(fail_by_bug(now)), clock)
    assert [outcome for _, outcome in outcomes(desk)] == ["done", "failed", "failed"]


def test_what_quiet_jobs_did_a_day_ago_is_cleared_up_once_an_hour(desk: Desk) -> None:
    now = datetime(2026, 3, 4, 12, tzinfo=UTC)
    quiet = make_job(say_done, Every(20), "alerts")
    runner = Runner([quiet], desk, lambda: now)
    for passed in range(0, 27 * 60, 20):
        now = datetime(2026, 3, 4, 12, tzinfo=UTC) + timedelta(minutes=passed)
        runner.fire("alerts")
    kept = desk.last_runs(limit=1000)
    assert timedelta(hours=24) <= now - min(run.started_at for run in kept) < timedelta(hours=26)
