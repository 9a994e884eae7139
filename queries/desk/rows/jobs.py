"""Runs of jobs, and who may do what only one process may."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from queries.desk.rows.base import Row


class JobRunRow(Row):
    """One slot of one job: claimed by inserting, so that no slot can run twice."""

    __tablename__ = "job_runs"
    __table_args__ = (
        UniqueConstraint("job", "slot"),
        CheckConstraint(
            "outcome IN ('running', 'done', 'failed', 'missed', 'skipped')", name="outcome"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    job: Mapped[str] = mapped_column(String(80))
    slot: Mapped[str] = mapped_column(String(80))
    due_at: Mapped[datetime]
    started_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(16))
    detail: Mapped[str]
    seconds: Mapped[float | None]
    result: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))


class LeaseRow(Row):
    """What only one process may do, who does it, and until when without renewing."""

    __tablename__ = "leases"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    holder: Mapped[str] = mapped_column(String(200))
    until: Mapped[datetime]
