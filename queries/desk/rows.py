"""The tables of the desk. A change here needs a step in `migrations/versions` (a test compares)."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

# Constraints need names before SQLite can change a table (it rebuilds it around them).
_NAMES = {
    "ix": "ix_%(column_0_label)s",
    "pk": "pk_%(table_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
}


class Moment(TypeDecorator[datetime]):
    """A point in time, kept in UTC; one without a zone is a bug of the caller, not a guess."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.utcoffset() is None:
            raise ValueError(f"{value!r} has no time zone")
        moment = value.astimezone(UTC)
        # SQLite keeps text: without the offset it sorts in the order of time.
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Row(DeclarativeBase):
    """The base of every table of the desk."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {datetime: Moment, str: Text}  # noqa: RUF012 (SQLAlchemy reads it so)


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


class DeliveryRow(Row):
    """One edition to one recipient by one way: claimed before it is sent."""

    __tablename__ = "deliveries"
    __table_args__ = (
        UniqueConstraint("report", "period_start", "recipient", "channel"),
        CheckConstraint("outcome IN ('claimed', 'sent', 'failed', 'unknown')", name="outcome"),
        CheckConstraint("channel IN ('folder', 'smtp')", name="channel"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    report: Mapped[str] = mapped_column(String(80))
    period_start: Mapped[date]
    period_end: Mapped[date]
    edition: Mapped[str] = mapped_column(String(200))
    recipient: Mapped[str] = mapped_column(String(400))
    channel: Mapped[str] = mapped_column(String(16))
    claimed_at: Mapped[datetime] = mapped_column(index=True)
    sent_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(16))
    detail: Mapped[str]


class LeaseRow(Row):
    """What only one process may do, who does it, and until when without renewing."""

    __tablename__ = "leases"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    holder: Mapped[str] = mapped_column(String(200))
    until: Mapped[datetime]


class PersonRow(Row):
    """Somebody with an account: a password of ours, or the name a sign-in service knows them by."""

    __tablename__ = "people"
    __table_args__ = (
        UniqueConstraint("name"),
        UniqueConstraint("issuer", "subject"),
        CheckConstraint(
            "role IN ('administrator', 'executive', 'manager', 'lead', 'agent')", name="role"
        ),
        CheckConstraint(
            "scope_kind IN ('everything', 'departments', 'teams', 'agent')", name="scope_kind"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(16))
    scope_kind: Mapped[str] = mapped_column(String(16))
    scope_values: Mapped[list[str]] = mapped_column(JSON())
    password_hash: Mapped[str | None]
    issuer: Mapped[str | None] = mapped_column(String(200))
    subject: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool]
    made_for_demo: Mapped[bool]
    made_at: Mapped[datetime]
    changed_at: Mapped[datetime]


class SessionRow(Row):
    """Somebody who is signed in, by the hash of what their browser holds."""

    __tablename__ = "sessions"
    __table_args__ = (UniqueConstraint("token_hash"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64))
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    begun_at: Mapped[datetime]
    seen_at: Mapped[datetime]


class AuditRow(Row):
    """What somebody did. Rows are added and never changed."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_what", "what", "subject", "at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(index=True)
    who: Mapped[str] = mapped_column(String(80))
    what: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(200))
    detail: Mapped[str]
    origin: Mapped[str] = mapped_column(String(64))


class SecretRow(Row):
    """What only this installation knows, made when it is first needed."""

    __tablename__ = "secrets"
    __table_args__ = (UniqueConstraint("name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    value: Mapped[str]


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


class SavedViewRow(Row):
    """A look at a page that somebody has kept under a name; `word` is its link for others, and the
    one that `starts` is where its person lands."""

    __tablename__ = "saved_views"
    __table_args__ = (UniqueConstraint("person_id", "name"), UniqueConstraint("word"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    name: Mapped[str] = mapped_column(String(120))
    address: Mapped[str]
    word: Mapped[str] = mapped_column(String(32))
    starts: Mapped[bool]
    made_at: Mapped[datetime]


class AlertRuleRow(Row):
    """What somebody wants to be told of; `settings` are those of its kind. `number` counts its
    changes, so that nobody overwrites one that they have not seen."""

    __tablename__ = "alert_rules"
    __table_args__ = (
        UniqueConstraint("name"),
        CheckConstraint("kind IN ('threshold', 'pace', 'signal', 'stale', 'job')", name="kind"),
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
