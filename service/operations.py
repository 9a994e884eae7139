"""What the data-health page asks of the house: how the jobs went, and when they run next."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from dashboard.operations import NextRun, ReportRun
from queries.desk import Desk, JobRun
from service.jobs import QUIET, Job
from service.scheduler import next_runs
from service.schedules import coming, plans
from service.settings import Settings


@dataclass(frozen=True)
class Operations:
    """The jobs of this process and what the desk remembers of all of them.

    `jobs` is empty where another process runs them: when it will is that one's to know.
    """

    desk: Desk
    jobs: Sequence[Job]
    clock: Callable[[], datetime]
    settings: Settings

    def runs(self, limit: int) -> Sequence[JobRun]:
        """The newest runs of all jobs, newest first. What runs every few minutes without news would
        push all others out."""
        return self.desk.last_runs(limit, quiet=QUIET)

    def next_runs(self) -> Sequence[NextRun]:
        """The next run of each job, soonest first."""
        coming = next_runs(self.jobs, self.clock())
        return [NextRun(job.name, job.title, slot.due) for job, slot in coming]

    def report_runs(self, count: int) -> Sequence[ReportRun]:
        """The next runs of the reports, by the settings: the same in all processes."""
        now = self.clock()
        return [
            ReportRun(plan.name, plan.title, slot.due, period, plan.rule.zone.key)
            for plan in plans(self.settings)
            for slot, period in coming(plan, now, count)
        ]
