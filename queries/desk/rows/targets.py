"""Targets: versions, and what became of them."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from queries.desk.rows.base import Row


class TargetVersionRow(Row):
    """One version of a target, as somebody set or proposed it. Rows are added and never changed:
    what became of a version is a row of `target_decisions`."""

    __tablename__ = "target_versions"
    __table_args__ = (
        # Two people cannot both make the next version: the second is told of the first.
        UniqueConstraint("metric", "level", "unit", "grain", "starts_on", "number"),
        CheckConstraint("level IN ('operation', 'department', 'team', 'agent')", name="level"),
        CheckConstraint("grain IN ('week', 'month', 'quarter')", name="grain"),
        Index("ix_target_versions_period", "grain", "starts_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    metric: Mapped[str] = mapped_column(String(80))
    level: Mapped[str] = mapped_column(String(16))
    unit: Mapped[str] = mapped_column(String(200))
    grain: Mapped[str] = mapped_column(String(16))
    starts_on: Mapped[date]
    number: Mapped[int]
    # Exact decimals as text: SQLite has none. No target takes an earlier one back.
    floor: Mapped[str | None] = mapped_column(String(40))
    target: Mapped[str | None] = mapped_column(String(40))
    stretch: Mapped[str | None] = mapped_column(String(40))
    owner: Mapped[str] = mapped_column(String(80))
    reason: Mapped[str]
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]


class TargetDecisionRow(Row):
    """What became of a version of a target: at most one row for each, never changed."""

    __tablename__ = "target_decisions"
    __table_args__ = (
        UniqueConstraint("version_id"),
        CheckConstraint(
            "verdict IN ('approved', 'refused', 'withdrawn', 'superseded')", name="verdict"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("target_versions.id"))
    verdict: Mapped[str] = mapped_column(String(16))
    by: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime]
    reason: Mapped[str]
