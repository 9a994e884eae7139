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
