"""Alerts: rules, what fired, and the letters about it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from queries.desk.rows.base import Row


class AlertRuleRow(Row):
    """What somebody wants to be told of; `settings` are those of its kind. `number` counts its
    changes, so that nobody overwrites one that they have not seen."""

    __tablename__ = "alert_rules"
    __table_args__ = (
        UniqueConstraint("name"),
        CheckConstraint(
            "kind IN ('threshold', 'pace', 'signal', 'stale', 'job', 'report')", name="kind"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(16))
    settings: Mapped[dict[str, Any]] = mapped_column(JSON())
    recipients: Mapped[list[str]] = mapped_column(JSON())
    quiet_from: Mapped[str | None] = mapped_column(String(5))
    quiet_until: Mapped[str | None] = mapped_column(String(5))
    working_days_only: Mapped[bool]
    active: Mapped[bool]
    owner: Mapped[str] = mapped_column(String(80))
    number: Mapped[int]
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class AlertFiringRow(Row):
    """A rule that fired for a unit. While it is open its `open_key` is taken, so that it cannot
    fire twice; it is empty once cleared."""

    __tablename__ = "alert_firings"
    __table_args__ = (UniqueConstraint("open_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    rule_id: Mapped[int] = mapped_column(ForeignKey("alert_rules.id"), index=True)
    unit: Mapped[str] = mapped_column(String(200))
    open_key: Mapped[str | None] = mapped_column(String(260))
    fired_at: Mapped[datetime] = mapped_column(index=True)
    facts: Mapped[dict[str, Any]] = mapped_column(JSON())
    cleared_at: Mapped[datetime | None]
    acknowledged_at: Mapped[datetime | None]
    acknowledged_by: Mapped[str | None] = mapped_column(String(80))
    note: Mapped[str]


class AlertLetterRow(Row):
    """One firing to one recipient by one way: claimed before it is sent, withdrawn where it was
    over before it left."""

    __tablename__ = "alert_letters"
    __table_args__ = (
        UniqueConstraint("firing_id", "recipient", "channel"),
        CheckConstraint(
            "outcome IN ('waiting', 'claimed', 'sent', 'failed', 'unknown', 'withdrawn')",
            name="outcome",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    firing_id: Mapped[int] = mapped_column(ForeignKey("alert_firings.id"), index=True)
    recipient: Mapped[str] = mapped_column(String(400))
    channel: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int]
    # Not before this moment: quiet hours, days off, the pause after a failure.
    next_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    detail: Mapped[str]
