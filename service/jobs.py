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
from queries.errors import UserError
from queries.source import Difference
from queries.store import RefreshReport
from service.locks import figures_lock
from service.results import Done, refresh_result
from service.slots import AtTime, Every, OnWeekday, Rule

JobName = Literal["refresh", "reconcile", "weekly_report", "deliveries", "alerts"]

# Runs that are only told where they did not end well.
QUIET: tuple[JobName, ...] = ("alerts", "deliveries")

LOG = logging.getLogger("arrears.jobs")

# How long a writer waits for another one before it fails. A person should be told soon; a
# scheduled run can wait for as long as a first full refresh may take.
BY_HAND_SECONDS = 60.0
SCHEDULED_SECONDS = 1800.0


@dataclass(frozen=True)
class Schedule:
    """The times of the jobs as people write them: "02:30", "monday", "Asia/Shanghai"."""

    refresh_minutes: int
    reconcile_at: str
    weekly_day: str
    weekly_at: str
    zone: str
    alert_minutes: int = 5


@dataclass(frozen=True)
class House:
    """What the jobs work with, wired once by the doors.

    `refresh` and `reconcile` are those of queries.store, bound to source, definitions and folder;
    `check` compares the case database with the contract; `send_weekly` composes, proves and
    delivers the weekly report and says what left. It raises UserError if anything that should have
    left did not. `deliver` tries again what could not leave. `alert` looks at the rules of alerts
    and sends letters. `say` is told what a job waits for.
    """

    figures: Path
    refresh: Callable[[datetime], RefreshReport]
    reconcile: Callable[[datetime], RefreshReport]
    send_weekly: Callable[[datetime], Done]
    check: Callable[[datetime], Sequence[Difference]]
    alert: Callable[[datetime], Done]
    deliver: Callable[[datetime], Done]
    say: Callable[[str], None] = LOG.info


@dataclass(frozen=True)
class Job:
    """One line of the table.

    A slot that could not start when it was due (the machine slept, nothing was running) still
    starts up to `grace` later, then it is written down as missed. Jobs of one `group` never run at
    the same time. `after` names the job whose due slot has to be over first.
    """

    name: JobName
    title: Words
    rule: Rule
    grace: timedelta
    body: Callable[[datetime], Done]
    group: str = ""
    after: JobName | None = None


def make_jobs(schedule: Schedule, house: House) -> tuple[Job, ...]:
    """The table of jobs."""
    return (
        _refresh(schedule, house),
        _reconcile(schedule, house),
        _weekly_report(schedule, house),
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
        body=lambda now: refresh_now(house, now, SCHEDULED_SECONDS),
        group="figures",
    )


def _reconcile(schedule: Schedule, house: House) -> Job:
    return Job(
        name="reconcile",
        title=Words("Nightly reconciliation with the source", "夜间核对"),
        rule=AtTime(time.fromisoformat(schedule.reconcile_at), ZoneInfo(schedule.zone)),
        # A machine that is off every night reconciles in the morning.
        grace=timedelta(hours=25),
        body=lambda now: reconcile_now(house, now, SCHEDULED_SECONDS),
        group="figures",
    )


def _weekly_report(schedule: Schedule, house: House) -> Job:
    return Job(
        name="weekly_report",
        title=Words("Weekly report", "周报"),
        rule=AtTime(
            time.fromisoformat(schedule.weekly_at),
            ZoneInfo(schedule.zone),
            OnWeekday(schedule.weekly_day),
        ),
        # An hour more than a week, for the week in which the clocks go back.
        grace=timedelta(days=7, hours=1),
        body=house.send_weekly,
        # After a weekend without power both are due at once: new figures first.
        after="refresh",
    )


def _deliveries(house: House) -> Job:
    return Job(
        name="deliveries",
        title=Words("Send what could not leave", "重试未发出的报告"),
        rule=Every(1),
        grace=timedelta(hours=1),
        body=house.deliver,
    )


def _alerts(schedule: Schedule, house: House) -> Job:
    interval = timedelta(minutes=schedule.alert_minutes)
    return Job(
        name="alerts",
        title=Words("Look for alerts", "检查预警"),
        rule=Every(schedule.alert_minutes),
        grace=max(interval, timedelta(hours=1)),
        body=house.alert,
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
