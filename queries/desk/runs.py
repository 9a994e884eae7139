"""Runs of jobs: claim a slot, finish it, look back."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, String, and_, delete, func, or_, select, update

from queries.desk.rows import JobRunRow
from queries.desk.session import Verbs

RunOutcome = Literal["running", "done", "failed", "missed", "skipped"]

# Nobody has a job run so often between two of its slots.
_MOST = 500

ABANDONED = "The process ended before the run did. The next run makes up for it."


@dataclass(frozen=True)
class Slot:
    """One due run of a job: the moment it is due, and the key that can be claimed only once.

    The key of a daily slot is its local date and of a weekly slot its week, so that neither the
    repeated hour of a clock change nor a changed time of day can make a second run of it.
    """

    key: str
    due: datetime


@dataclass(frozen=True)
class JobRun:
    """What became of one slot. `seconds` is None while it runs and where nothing ran.

    `detail` is one line for people; `result` says the same and more as data (service/results.py),
    and is None where a job has nothing of the kind to tell.
    """

    id: int
    job: str
    slot: str
    due_at: datetime
    started_at: datetime
    finished_at: datetime | None
    outcome: RunOutcome
    detail: str
    seconds: float | None
    result: Mapping[str, Any] | None = None


class Runs(Verbs):
    """The job runs of the desk."""

    def claim_run(self, job: str, slot: Slot, now: datetime) -> int | None:
        """Takes the slot and answers with the id of the run; None if it is already taken."""
        return self._insert_new(
            JobRunRow,
            job=job,
            slot=slot.key,
            due_at=slot.due,
            started_at=now,
            outcome="running",
            detail="",
        )

    def note_run(
        self,
        job: str,
        slot: Slot,
        outcome: RunOutcome,
        detail: str,
        now: datetime,
        *,
        result: Mapping[str, Any] | None = None,
    ) -> int | None:
        """Remembers a slot that did not run at all; None if the slot is already taken."""
        return self._insert_new(
            JobRunRow,
            job=job,
            slot=slot.key,
            due_at=slot.due,
            started_at=now,
            finished_at=now,
            outcome=outcome,
            detail=detail,
            result=result,
        )

    def finish_run(
        self,
        run_id: int,
        outcome: RunOutcome,
        detail: str,
        now: datetime,
        *,
        result: Mapping[str, Any] | None = None,
    ) -> None:
        """Writes the end of a run. It also corrects a living run that was taken for abandoned."""
        with self._session() as session, session.begin():
            row = session.get_one(JobRunRow, run_id)
            row.outcome, row.detail, row.finished_at = outcome, detail, now
            row.result = None if result is None else dict(result)
            row.seconds = (now - row.started_at).total_seconds()

    def abandon_running(self, now: datetime, owed: Collection[str] = ()) -> int:
        """Ends the runs that a killed process left running; answers with how many. Those of the
        jobs `owed` give their slots back, to be run once more.

        To be called by the one process that owns the schedule, before it starts.
        """
        row = JobRunRow
        left = update(row).where(row.outcome == "running")
        ended = {"outcome": "failed", "detail": ABANDONED, "finished_at": now}
        with self._engine.begin() as connection:
            # The number of the run: it may be interrupted again.
            given_back = row.slot + " interrupted " + row.id.cast(String)
            again = connection.execute(
                left.where(row.job.in_(owed)).values(slot=given_back, **ended)
            )
            return again.rowcount + connection.execute(left.values(ended)).rowcount

    def last_runs(self, limit: int = 50, *, quiet: Collection[str] = ()) -> list[JobRun]:
        """The newest runs of all jobs, newest first; of the `quiet` jobs those that did not end
        well."""
        newest = select(JobRunRow).order_by(JobRunRow.started_at.desc(), JobRunRow.id.desc())
        if quiet:
            newest = newest.where(or_(JobRunRow.job.not_in(quiet), JobRunRow.outcome != "done"))
        with self._session() as session:
            return [job_run(row) for row in session.scalars(newest.limit(limit))]

    def last_ends(self, since: datetime) -> dict[str, JobRun]:
        """By job the run with the newest slot among those that started since a moment and have
        ended, well or not, or that nothing ran."""
        row = JobRunRow
        ended = (row.outcome.in_(("done", "failed", "missed")), row.started_at >= since)
        newest = (
            select(row.job, func.max(row.due_at).label("due"))
            .where(*ended)
            .group_by(row.job)
            .subquery()
        )
        runs = select(row).join(newest, and_(row.job == newest.c.job, row.due_at == newest.c.due))
        with self._session() as session:
            return {one.job: job_run(one) for one in session.scalars(runs.where(*ended))}

    def prune_runs(self, jobs: Collection[str], before: datetime) -> int:
        """Forgets the runs of `jobs` that were done and began before a moment, of each all but the
        newest that was done; how many. What did not end well stays."""
        row = JobRunRow
        done = (row.job.in_(jobs), row.outcome == "done")
        newest = select(func.max(row.id)).where(*done).group_by(row.job)
        old = delete(row).where(*done, row.started_at < before, row.id.not_in(newest))
        with self._engine.begin() as connection:
            return connection.execute(old).rowcount

    def run_of(self, job: str, slot: Slot) -> JobRun | None:
        """What became of a slot; None where it has not been claimed."""
        return next(iter(self._runs(JobRunRow.job == job, JobRunRow.slot == slot.key)), None)

    def runs_since(self, job: str, since: datetime) -> Sequence[JobRun]:
        """The runs of a job that began since a moment, by hand too, newest first."""
        return self._runs(JobRunRow.job == job, JobRunRow.started_at >= since)

    def last_done(self, job: str) -> JobRun | None:
        """The run of a job that was begun last among those that were done."""
        return next(iter(self._runs(JobRunRow.job == job, JobRunRow.outcome == "done")), None)

    def _runs(self, *wanted: ColumnElement[bool]) -> Sequence[JobRun]:
        row = JobRunRow
        newest = select(row).where(*wanted).order_by(row.started_at.desc(), row.id.desc())
        with self._session() as session:
            return [job_run(one) for one in session.scalars(newest.limit(_MOST))]

    def last_run(self, job: str) -> JobRun | None:
        """The run of `job` with the newest slot, or None before the first."""
        newest = (
            select(JobRunRow)
            .where(JobRunRow.job == job)
            .order_by(JobRunRow.due_at.desc(), JobRunRow.id.desc())
            .limit(1)
        )
        with self._session() as session:
            row = session.scalars(newest).one_or_none()
            return None if row is None else job_run(row)


def job_run(row: JobRunRow) -> JobRun:
    """The row as a plain value."""
    return JobRun(
        id=row.id,
        job=row.job,
        slot=row.slot,
        due_at=row.due_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        outcome=cast(RunOutcome, row.outcome),
        detail=row.detail,
        seconds=row.seconds,
        result=row.result,
    )
