"""What the desk tells those who watch over the service: how many, how long, and since when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from queries.desk.deliveries import Channel, DeliveryOutcome
from queries.desk.rows import DeliveryRow, JobRunRow, LeaseRow
from queries.desk.runs import JobRun, RunOutcome, job_run
from queries.desk.session import Verbs
from queries.period import Period


@dataclass(frozen=True)
class Lease:
    """Who does what only one process may do, and until when without renewing."""

    name: str
    holder: str
    until: datetime


@dataclass(frozen=True)
class Counts:
    """The rows of the desk, counted at one moment.

    `runs` by (job, outcome); `seconds` and `timed` are the sum of the durations of each job and how
    many runs it sums; `finished` is the newest run of each job that was done; `started` the newest
    that was begun, however it went; `deliveries` by (channel, outcome). `lease` is that of the
    schedule, which may have lapsed.
    """

    runs: Mapping[tuple[str, str], int]
    seconds: Mapping[str, float]
    timed: Mapping[str, int]
    finished: Mapping[str, JobRun]
    started: Mapping[str, JobRun]
    deliveries: Mapping[tuple[Channel, str], int]
    lease: Lease | None


class Counting(Verbs):
    """Counts of the desk's rows."""

    def delivery_states(self, report: str, period: Period) -> Mapping[DeliveryOutcome, int]:
        """How many deliveries of a report and period are in each state that any is in."""
        row = DeliveryRow
        counted = (
            select(row.outcome, func.count())
            .where(
                row.report == report,
                row.period_start == period.start,
                row.period_end == period.end,
            )
            .group_by(row.outcome)
        )
        with self._session() as session:
            return {cast(DeliveryOutcome, state): n for state, n in session.execute(counted)}

    def counts(self, lease: str) -> Counts:
        """Everything at once, for one look at the service; `lease` names that of the schedule."""
        run, delivery = JobRunRow, DeliveryRow
        by_outcome = select(
            run.job, run.outcome, func.count(), func.sum(run.seconds), func.count(run.seconds)
        ).group_by(run.job, run.outcome)
        by_state = select(delivery.channel, delivery.outcome, func.count()).group_by(
            delivery.channel, delivery.outcome
        )
        seconds: dict[str, float] = {}
        timed: dict[str, int] = {}
        with self._session() as session:
            runs = session.execute(by_outcome).all()
            states = session.execute(by_state).all()
            finished = _newest(session, ("done",))
            started = _newest(session, ("running", "done", "failed"))
            held = session.scalars(select(LeaseRow).where(LeaseRow.name == lease)).one_or_none()
            holding = None if held is None else Lease(held.name, held.holder, held.until)
        for job, _, _, total, number in runs:
            seconds[job] = seconds.get(job, 0.0) + float(total or 0.0)
            timed[job] = timed.get(job, 0) + number
        return Counts(
            runs={(job, outcome): rows for job, outcome, rows, _, _ in runs},
            seconds=seconds,
            timed=timed,
            finished=finished,
            started=started,
            deliveries={(cast(Channel, channel), state): rows for channel, state, rows in states},
            lease=holding,
        )


def _newest(session: Session, outcomes: Sequence[RunOutcome]) -> dict[str, JobRun]:
    """The run of each job that was claimed last, among those with these outcomes."""
    run = JobRunRow
    last = select(func.max(run.id)).where(run.outcome.in_(outcomes)).group_by(run.job)
    found = session.scalars(select(run).where(run.id.in_(last)))
    return {row.job: job_run(row) for row in found}
