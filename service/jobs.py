"""The jobs as a table in code: what runs, when, and by which function.

Each body is the function that the command line calls too. Jobs are never kept in a database: a
stored schedule outlives a renamed function, and a changed default never reaches it.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from queries.definition import Words
from queries.desk import Slot
from queries.errors import UserError
from queries.source import Difference
from queries.store import RefreshReport
from service.locks import figures_lock
from service.results import Done, refresh_result
from service.schedules import Plan
from service.slots import AtTime, Every, Rule

# Runs that are only told where they did not end well, and whose rows are kept for a day.
QUIET = ("alerts", "deliveries")

LOG = logging.getLogger("arrears.jobs")

# How long a writer waits for another one before it fails. A person should be told soon; a
# scheduled run can wait for as long as a first full refresh may take.
BY_HAND_SECONDS = 60.0
SCHEDULED_SECONDS = 1800.0
# The newest slot of a report is owed until the next one is due: no two of a monthly one are
# further apart.
_UNTIL_THE_NEXT = timedelta(days=40)


@dataclass(frozen=True)
class Schedule:
    """The times of the jobs as people write them: "02:30", "Asia/Shanghai"."""

    refresh_minutes: int
    reconcile_at: str
    zone: str
    alert_minutes: int = 5


@dataclass(frozen=True)
class Turn:
    """One run of a job: the moment at which it begins, its slot (None where somebody runs it by
    hand), and why it should have waited, where it has waited in vain."""

    now: datetime
    slot: Slot | None = None
    lacks: str = ""


@dataclass(frozen=True)
class House:
    """What the jobs work with, wired once by the doors.

    `refresh` and `reconcile` are those of queries.store, bound to source, definitions and folder;
    `check` compares the case database with the contract; `send` composes, proves and delivers the
    report of that name and says what left. It raises UserError if anything that should have left
    did not. `lacks` says why a report should wait, "" where its figures are all there. `deliver`
    tries again what could not leave. `alert` looks at the rules of alerts and sends letters. `say`
    is told what a job waits for.
    """

    figures: Path
    refresh: Callable[[datetime], RefreshReport]
    reconcile: Callable[[datetime], RefreshReport]
    send: Callable[[str, Turn], Done]
    lacks: Callable[[str, Slot, datetime], str]
    check: Callable[[datetime], Sequence[Difference]]
    alert: Callable[[datetime], Done]
    deliver: Callable[[datetime], Done]
    say: Callable[[str], None] = LOG.info


@dataclass(frozen=True)
class Hold:
    """A job that waits for what it needs, up to `wait` after it was due. `lacks` says what that is,
    "" where nothing; where it has waited in vain it runs, or does not (`then`), and `cure` says
    what a person can do."""

    lacks: Callable[[Slot, datetime], str]
    wait: timedelta
    then: Literal["send", "hold"]
    cure: Callable[[Slot], str]


@dataclass(frozen=True)
class Job:
    """One line of the table.

    A slot that could not start when it was due (the machine slept, nothing was running) still
    starts up to `grace` later, then it is written down as missed. Jobs of one `group` never run at
    the same time. `after` names the job whose due slot has to be over first. `hold` lets a slot
    wait before it is claimed. `plan` is that of the report that it sends.
    """

    name: str
    title: Words
    rule: Rule
    grace: timedelta
    body: Callable[[Turn], Done]
    group: str = ""
    after: str | None = None
    hold: Hold | None = None
    plan: Plan | None = None


def report_job(report: str) -> str:
    """The name of the job that sends a report."""
    return f"{report}_report"


def make_jobs(schedule: Schedule, house: House, plans: Sequence[Plan] = ()) -> tuple[Job, ...]:
    """The table of jobs: one for each report besides those that there are always."""
    return (
        _refresh(schedule, house),
        _reconcile(schedule, house),
        *(_report(plan, house) for plan in plans),
        _deliveries(house),
        _alerts(schedule, house),
    )


def _refresh(schedule: Schedule, house: House) -> Job:
    interval = timedelta(minutes=schedule.refresh_minutes)
    return Job(
        name="refresh",
        title=Words("Refresh of the figures", "刷新数据"),
        rule=Every(schedule.refresh_minutes),
        grace=max(interval, timedelta(hours=1)),
        body=lambda turn: refresh_now(house, turn.now, SCHEDULED_SECONDS),
        group="figures",
    )


def _reconcile(schedule: Schedule, house: House) -> Job:
    return Job(
        name="reconcile",
        title=Words("Nightly reconciliation with the source", "夜间核对"),
        rule=AtTime(time.fromisoformat(schedule.reconcile_at), ZoneInfo(schedule.zone)),
        # A machine that is off every night reconciles in the morning.
        grace=timedelta(hours=25),
        body=lambda turn: reconcile_now(house, turn.now, SCHEDULED_SECONDS),
        group="figures",
    )


def _report(plan: Plan, house: House) -> Job:
    name = plan.name
    return Job(
        name=report_job(name),
        title=plan.title,
        rule=plan.rule,
        grace=_UNTIL_THE_NEXT,
        body=lambda turn: house.send(name, turn),
        # After a weekend without power both are due at once: new figures first.
        after="refresh",
        hold=Hold(
            lambda slot, now: house.lacks(name, slot, now), plan.wait, plan.then,
            lambda slot: f"when they are there: arrears report send {name} "
            f"--of {plan.period(slot).last}",
        ),
        plan=plan,
    )  # fmt: skip


def _deliveries(house: House) -> Job:
    return Job(
        name="deliveries",
        title=Words("Send what could not leave", "重试未发出的报告"),
        rule=Every(1),
        grace=timedelta(hours=1),
        body=lambda turn: house.deliver(turn.now),
    )


def _alerts(schedule: Schedule, house: House) -> Job:
    interval = timedelta(minutes=schedule.alert_minutes)
    return Job(
        name="alerts",
        title=Words("Look for alerts", "检查预警"),
        rule=Every(schedule.alert_minutes),
        grace=max(interval, timedelta(hours=1)),
        body=lambda turn: house.alert(turn.now),
        # Not `after` it: a refresh that takes an hour must not keep the news back that it is late.
    )


def refresh_now(house: House, now: datetime, patience: float = BY_HAND_SECONDS) -> Done:
    """Brings the figures up to date; one line of what changed, and the same as data."""
    with figures_lock(house.figures, patience, house.say):
        report = house.refresh(now)
    # Only where everything was read anyway: a comparison reads every row once more.
    found = _differences(house, now) if report.full else None
    return Done(_told(report), refresh_result(report, found))


def reconcile_now(house: House, now: datetime, patience: float = BY_HAND_SECONDS) -> Done:
    """Compares the figures with the source day by day and repairs them; tells what it found."""
    with figures_lock(house.figures, patience, house.say):
        report = house.reconcile(now)
    result = refresh_result(report, _differences(house, now))
    repaired = {name: days for name, days in report.repaired_days.items() if days}
    if not repaired:
        return Done(f"No day differs from the source. {_told(report)}", result)
    days = ", ".join(f"{name} {_few(sorted(days))}" for name, days in sorted(repaired.items()))
    return Done(f"Repaired: {days}. {_told(report)}", result)


def _differences(house: House, now: datetime) -> Sequence[Difference] | None:
    """After the figures are published: a source that goes away now does not undo them."""
    try:
        return house.check(now)
    except UserError as error:
        LOG.warning("The case database could not be compared with the contract: %s", error)
        return None


def _told(report: RefreshReport) -> str:
    kind = "rebuilt" if report.full else "updated"
    return (
        f"Generation {report.generation} {kind}: {sum(report.changed.values()):,} changed rows, "
        f"{report.dirty_days:,} days; as of {report.as_of}; "
        f"{report.set_aside:,} rows set aside; {report.seconds:.1f} s."
    )


def _few(days: list[date]) -> str:
    shown = " ".join(day.isoformat() for day in days[:5])
    return shown if len(days) <= 5 else f"{shown} and {len(days) - 5} more"
