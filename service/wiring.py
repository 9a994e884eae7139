"""Where settings become working parts: the only place that knows how the rooms fit together."""

from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from queries import Answers, UserError
from queries.desk import Desk, Slot
from queries.source import Difference, differences
from queries.store import RefreshReport, reconcile, refresh
from service.jobs import LOG, House, Job, Schedule, Turn, make_jobs
from service.progress import Step
from service.results import Done
from service.schedules import plan_of, plans
from service.settings import Settings


def make_answers(settings: Settings) -> Answers:
    return Answers(settings.store.folder, settings.definitions())


@dataclass(frozen=True)
class Store:
    """The figures of these settings: refreshed from their source, kept in their folder."""

    settings: Settings
    full: bool = False
    progress: Step | None = None

    def refresh(self, now: datetime) -> RefreshReport:
        settings = self.settings
        return refresh(
            settings.source_spec(),
            settings.definitions(),
            settings.store.folder,
            now=now,
            full=self.full,
            progress=self.progress,
            overlap=timedelta(minutes=settings.source.overlap_minutes),
            keep=settings.store.keep_generations,
            memory_mb=settings.store.memory_mb,
        )

    def reconcile(self, now: datetime) -> RefreshReport:
        settings = self.settings
        return reconcile(
            settings.source_spec(),
            settings.definitions(),
            settings.store.folder,
            now=now,
            progress=self.progress,
            keep=settings.store.keep_generations,
            memory_mb=settings.store.memory_mb,
        )

    def check(self, now: datetime) -> list[Difference]:
        settings = self.settings
        today = now.astimezone(ZoneInfo(settings.figures.business_zone)).date()
        return differences(settings.source_spec(), settings.definitions(), today)


def make_house(
    settings: Settings,
    desk: Desk,
    clock: Callable[[], datetime],
    *,
    full: bool = False,
    progress: Step | None = None,
    say: Callable[[str], None] = LOG.info,
) -> House:
    """What the jobs and the commands that do their work by hand have in common."""

    # Imported where they are needed: reports take a second, and a refresh needs none of them.

    def send(name: str, turn: Turn) -> Done:
        from service.mailing import send_report

        plan = plan_of(settings, name)
        period = plan.period(turn.slot) if plan and turn.slot else None
        return send_report(settings, desk, name, clock, period, lacks=turn.lacks)

    def lacks(name: str, slot: Slot, now: datetime) -> str:
        plan = plan_of(settings, name)
        if plan is None:
            return ""
        try:
            with closing(make_answers(settings)) as answers:
                return plan.lacks(slot, answers.freshness(now))
        except UserError as error:
            # No figures at all, or those of another version.
            return error.given

    def deliver(_: datetime) -> Done:
        # What a killed process had in hand is due once it has been freed.
        desk.recover_deliveries(clock())
        if not desk.due_deliveries(clock(), limit=1):
            return Done("Nothing waits.")
        from service.mailing import deliver_waiting

        return deliver_waiting(settings, desk, clock)

    def look_for_alerts(now: datetime) -> Done:
        from service.alerting import alert

        return alert(settings, desk, now)

    store = Store(settings, full, progress)
    return House(
        figures=settings.store.folder,
        refresh=store.refresh,
        reconcile=store.reconcile,
        send=send,
        lacks=lacks,
        check=store.check,
        alert=look_for_alerts,
        deliver=deliver,
        say=say,
    )


def job_table(settings: Settings, house: House) -> tuple[Job, ...]:
    """The jobs that these settings want to run."""
    schedule = Schedule(
        refresh_minutes=settings.schedule.refresh_minutes,
        reconcile_at=f"{settings.schedule.reconcile_at:%H:%M}",
        zone=settings.figures.business_zone,
        alert_minutes=settings.alerts.every_minutes,
    )
    jobs = make_jobs(schedule, house, plans(settings))
    return tuple(job for job in jobs if job.name != "alerts" or settings.alerts.enabled)
