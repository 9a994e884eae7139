"""Runs the jobs when they are due: each slot once, none in silence.

APScheduler wakes the jobs up; what makes a run happen once is the row that is claimed in the desk
before it, so a restart, a second process or a repeated hour is harmless.
"""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from threading import Lock
from zoneinfo import ZoneInfo

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_MAX_INSTANCES,
    EVENT_JOB_MISSED,
    EVENT_SCHEDULER_STARTED,
    JobExecutionEvent,
    JobSubmissionEvent,
    SchedulerEvent,
)
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.memory import MemoryJobStore
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from queries.desk import Desk, JobRun, RunOutcome, Slot
from queries.errors import UserError
from service.jobs import QUIET, Job, Turn
from service.results import Done, NotDoneError
from service.slots import Rule

Clock = Callable[[], datetime]

LOG = logging.getLogger("arrears.jobs")

# A clock set back by this much between waking up and running cannot lose the slot.
_SLACK = timedelta(seconds=1)


# How often a slot that waits is looked at again, and what is kept for a day is cleared up.
LOOK_AGAIN = timedelta(minutes=5)
_CLEAR_UP = timedelta(hours=1)
_KEPT = timedelta(days=1)


class DueTrigger(BaseTrigger):
    """A rule as APScheduler asks for it; for as long as a slot may wait, it is looked at again.
    That costs nothing once it is claimed, and needs no memory of what waits."""

    def __init__(self, rule: Rule, wait: timedelta = timedelta(0)) -> None:
        self.rule, self.wait = rule, wait

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        moment = previous_fire_time or now
        coming, until = self.rule.after(moment).due, self.rule.latest(moment).due + self.wait
        return min(coming, moment + LOOK_AGAIN, until) if moment < until else coming


class Runner:
    """Runs one slot of one job, and writes down what became of it."""

    def __init__(self, jobs: Iterable[Job], desk: Desk, clock: Clock) -> None:
        self._jobs: dict[str, Job] = {job.name: job for job in jobs}
        self._desk = desk
        self._clock = clock
        self._turns = {job.group or job.name: Lock() for job in self._jobs.values()}
        self._waiting: set[tuple[str, str]] = set()
        self._cleared_up: datetime | None = None

    def fire(self, name: str) -> None:
        """Runs the slot that is due now, after the job it has to wait for."""
        job = self._jobs[name]
        now = self._clock() + _SLACK
        slot = job.rule.latest(now)
        if job.hold is not None and self._desk.run_of(name, slot) is not None:
            # It has been looked at again, as one that might wait.
            return
        try:
            if job.after is not None:
                self._run(self._jobs[job.after], self._jobs[job.after].rule.latest(now))
        finally:
            # A refresh that fails, even by a bug, must not keep the report back: the report says
            # itself how old its figures are.
            self._run(job, slot)

    def waits(self, name: str, due: datetime) -> bool:
        """Whether the slot of that moment was found to wait, and is to be looked at again."""
        return (name, self._jobs[name].rule.latest(due).key) in self._waiting

    def is_slot(self, name: str, due: datetime) -> bool:
        """Whether a slot is due at that moment; else one that may wait is only looked at again."""
        return self._jobs[name].rule.latest(due).due == due

    def note(self, name: str, due: datetime, outcome: RunOutcome, detail: str) -> None:
        """Writes down a slot that did not run; a slot that has a row keeps it."""
        slot = self._jobs[name].rule.latest(due)
        if self._desk.note_run(name, slot, outcome, detail, self._clock()) is not None:
            LOG.warning("%s of %s: %s. %s", name, slot.key, outcome, detail)

    def abandon(self) -> None:
        """Ends what a killed process left open. A report that was not finished is owed still: what
        has left of it does not leave again."""
        reports = [job.name for job in self._jobs.values() if job.plan is not None]
        runs = self._desk.abandon_running(self._clock(), reports)
        letters = self._desk.abandon_letters()
        if runs or letters:
            LOG.warning("Found %d runs and %d letters without an end", runs, letters)

    def _run(self, job: Job, slot: Slot) -> None:
        with self._turns[job.group or job.name]:
            lacks = self._lacks(job, slot)
            if lacks is None:
                return
            before = self._desk.last_run(job.name)
            run_id = self._desk.claim_run(job.name, slot, self._clock())
            if run_id is None:
                LOG.info("%s of %s has already been run", job.name, slot.key)
                return
            self._note_gaps(job, before, slot)
            try:
                detail = carry_out(
                    self._desk, run_id, lambda now: job.body(Turn(now, slot, lacks)), self._clock
                )
            except UserError as error:
                LOG.error("%s of %s failed: %s", job.name, slot.key, error)
            else:
                LOG.info("%s of %s is done: %s", job.name, slot.key, detail)
            if job.name in QUIET:
                self._clear_up()

    def _lacks(self, job: Job, slot: Slot) -> str | None:
        """What a slot lacks though it is to run now; None where it waits or is held."""
        hold, now = job.hold, self._clock()
        found = hold.lacks(slot, now) if hold is not None else ""
        if hold is None or not found:
            self._waiting.discard((job.name, slot.key))
            return ""
        until = slot.due + hold.wait
        if now + _SLACK < until:
            self._waiting.add((job.name, slot.key))
            LOG.info("%s of %s waits until %s: %s", job.name, slot.key, f"{until:%FT%TZ}", found)
            return None
        self._waiting.discard((job.name, slot.key))
        if hold.then == "send":
            return found
        before = self._desk.last_run(job.name)
        told = f"Held: {found} Nothing has left.\nTo do: {hold.cure(slot)}"
        if self._desk.note_run(job.name, slot, "failed", told, now, result={"held": True}):
            LOG.error("%s of %s is held: %s", job.name, slot.key, told)
            self._note_gaps(job, before, slot)
        return None

    def _note_gaps(self, job: Job, before: JobRun | None, slot: Slot) -> None:
        """Writes down the slots since the run before that nothing ran."""
        for gap in job.rule.between(before.due_at, slot.due) if before else ():
            self.note(job.name, gap.due, "missed", "Nothing was running when it was due.")

    def _clear_up(self) -> None:
        """Forgets what quiet jobs did without news, once in a while."""
        now = self._clock()
        if self._cleared_up is None or not timedelta(0) <= now - self._cleared_up < _CLEAR_UP:
            self._cleared_up = now
            self._desk.prune_runs(QUIET, now - _KEPT)


def carry_out(desk: Desk, run_id: int, body: Callable[[datetime], Done], clock: Clock) -> str:
    """Runs `body` and ends the claimed run by what became of it; every error is passed on."""
    try:
        done = body(clock())
    except BaseException as error:
        told = str(error) if isinstance(error, UserError) else f"{type(error).__name__}: {error}"
        result = error.result if isinstance(error, NotDoneError) else None
        desk.finish_run(run_id, "failed", told, clock(), result=result)
        raise
    desk.finish_run(run_id, "done", done.detail, clock(), result=done.result)
    return done.detail


def run_by_hand(desk: Desk, name: str, body: Callable[[datetime], Done], clock: Clock) -> str:
    """What the command line does of a job is a row in the desk too; every error is passed on."""
    now = clock()
    run_id = desk.claim_run(name, Slot(f"by hand {now.isoformat()}", now), now)
    if run_id is None:
        raise UserError(f"{name} was started by hand at this very moment.", "", "try again")
    return carry_out(desk, run_id, body, clock)


def build_scheduler(
    jobs: Iterable[Job], desk: Desk, clock: Clock, zone: ZoneInfo
) -> BackgroundScheduler:
    """A scheduler ready to `start()`; only one process should own it.

    The first thing each job is woken for is its latest slot before the start: claimed already, it
    costs nothing; owed and within its grace, it runs at once; older, it is written down as missed.
    """
    table = tuple(jobs)
    runner = Runner(table, desk, clock)
    scheduler = BackgroundScheduler(
        jobstores={"default": MemoryJobStore()},
        # A thread for each job: a job that waited for a thread would find its next slot due.
        executors={"default": ThreadPoolExecutor(len(table))},
        timezone=zone,
    )
    for job in table:
        scheduler.add_job(
            runner.fire,
            DueTrigger(job.rule, job.hold.wait if job.hold else timedelta(0)),
            args=(job.name,),
            id=job.name,
            name=job.title.en,
            next_run_time=job.rule.latest(clock()).due,
            misfire_grace_time=int(job.grace.total_seconds()),
            coalesce=True,
            max_instances=1,
        )
    _listen(scheduler, runner)
    return scheduler


def _listen(scheduler: BackgroundScheduler, runner: Runner) -> None:
    """APScheduler only logs what it could not run; here it becomes a row."""

    def started(_: SchedulerEvent) -> None:
        runner.abandon()

    def missed(event: JobExecutionEvent) -> None:
        runner.note(
            event.job_id, event.scheduled_run_time, "missed", "Nothing ran while it was of use."
        )

    def failed(event: JobExecutionEvent) -> None:
        # Almost always the run has written this itself; not if the desk failed it. A report that
        # waits has not failed with the refresh before it.
        if not runner.waits(event.job_id, event.scheduled_run_time):
            told = f"{type(event.exception).__name__}: {event.exception}"
            runner.note(event.job_id, event.scheduled_run_time, "failed", told)

    def skipped(event: JobSubmissionEvent) -> None:
        for due in (d for d in event.scheduled_run_times if runner.is_slot(event.job_id, d)):
            runner.note(event.job_id, due, "skipped", "The run before it had not ended.")

    scheduler.add_listener(started, EVENT_SCHEDULER_STARTED)
    scheduler.add_listener(missed, EVENT_JOB_MISSED)
    scheduler.add_listener(failed, EVENT_JOB_ERROR)
    scheduler.add_listener(skipped, EVENT_JOB_MAX_INSTANCES)


def next_runs(jobs: Iterable[Job], now: datetime, count: int = 1) -> list[tuple[Job, Slot]]:
    """The next `count` slots of each job, soonest first; needs no running scheduler."""
    coming = []
    for job in jobs:
        slot = job.rule.after(now)
        for _ in range(count):
            coming.append((job, slot))
            slot = job.rule.after(slot.due)
    return sorted(coming, key=lambda pair: pair[1].due)
