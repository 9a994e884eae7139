"""What the service tells the Data health page about its jobs; the pages only read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from queries.definition import Words
from queries.desk import JobRun
from queries.period import Period


@dataclass(frozen=True)
class NextRun:
    """A job with its title and the aware moment at which it is due."""

    job: str
    title: Words
    due: datetime


@dataclass(frozen=True)
class ReportRun:
    """A report as it will leave: the aware moment, the days that it will be about, and the time
    zone in which its schedule is meant."""

    report: str
    title: Words
    due: datetime
    period: Period
    zone: str


class Operations(Protocol):
    """Implemented where the scheduler is wired; the pages work without it."""

    def runs(self, limit: int) -> Sequence[JobRun]:
        """The newest job runs, newest first."""

    def next_runs(self) -> Sequence[NextRun]:
        """The due jobs, soonest first."""

    def report_runs(self, count: int) -> Sequence[ReportRun]:
        """The next `count` runs of each report that is switched on, report by report."""
