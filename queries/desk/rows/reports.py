"""Reports: editions with their files, who gets them, and what became of each delivery."""

from datetime import date, datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from queries.desk.rows.base import Row


class EditionRow(Row):
    """One issue of a report: a frozen set of figures. Rows are added and never changed."""

    __tablename__ = "editions"
    __table_args__ = (
        # Two schedulers cannot both make the first edition of a period for the same scope.
        UniqueConstraint("report", "period_start", "period_end", "part", "scope_key", "number"),
        UniqueConstraint("code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20))
    report: Mapped[str] = mapped_column(String(80))
    part: Mapped[str] = mapped_column(String(200))
    scope_kind: Mapped[str] = mapped_column(String(16))
    scope_values: Mapped[list[str]] = mapped_column(JSON())
    scope_key: Mapped[str] = mapped_column(String(80))
    period_start: Mapped[date]
    period_end: Mapped[date]
    number: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(index=True)
    made_by: Mapped[str] = mapped_column(String(80))
    digest: Mapped[str] = mapped_column(String(64))
    definitions: Mapped[str] = mapped_column(String(64))
    configuration: Mapped[str] = mapped_column(String(64))
    watermark: Mapped[datetime | None]
    as_of: Mapped[date]
    generation: Mapped[int]
    provisional: Mapped[bool]
    note: Mapped[str]
    # The figures as JSON, packed by zlib.
    frozen: Mapped[bytes] = mapped_column(LargeBinary())


class EditionFileRow(Row):
    """One file of an edition as it was proven, in one language. Never changed."""

    __tablename__ = "edition_files"
    __table_args__ = (UniqueConstraint("edition_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    edition_id: Mapped[int] = mapped_column(ForeignKey("editions.id"))
    locale: Mapped[str] = mapped_column(String(16))
    name: Mapped[str] = mapped_column(String(200))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    content: Mapped[bytes] = mapped_column(LargeBinary())


class DeliveryRow(Row):
    """One edition to one recipient by one way: waits here until it is claimed and sent. Those of
    before editions were kept, and of who may see nothing, have no edition."""

    __tablename__ = "deliveries"
    __table_args__ = (
        # Of report, period, part, number, way and recipient: nobody gets the same thing twice.
        UniqueConstraint("key"),
        CheckConstraint(
            "outcome IN ('waiting', 'claimed', 'sending', 'sent', 'failed', 'unknown', 'withheld')",
            name="outcome",
        ),
        CheckConstraint("channel IN ('folder', 'sftp', 'smtp')", name="channel"),
        Index("ix_deliveries_due", "outcome", "next_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(64))
    edition_id: Mapped[int | None] = mapped_column(ForeignKey("editions.id"), index=True)
    report: Mapped[str] = mapped_column(String(80))
    part: Mapped[str] = mapped_column(String(200))
    period_start: Mapped[date]
    period_end: Mapped[date]
    edition: Mapped[str] = mapped_column(String(200))
    recipient: Mapped[str] = mapped_column(String(400), index=True)
    channel: Mapped[str] = mapped_column(String(16))
    locale: Mapped[str] = mapped_column(String(16))
    queued_at: Mapped[datetime] = mapped_column(index=True)
    attempts: Mapped[int]
    # Not before this moment; after that one nothing is tried again.
    next_at: Mapped[datetime]
    give_up_at: Mapped[datetime]
    # Who has it in hand, and until when nobody else may take it.
    claim: Mapped[str | None] = mapped_column(String(64))
    claimed_until: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(16))
    detail: Mapped[str]


class DeliveryEventRow(Row):
    """What became of one attempt of a delivery, or what somebody decided of it. Never changed."""

    __tablename__ = "delivery_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[int] = mapped_column(ForeignKey("deliveries.id"), index=True)
    at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(String(16))
    detail: Mapped[str]


class SubscriptionRow(Row):
    """Somebody who wants a report by mail; `ended_at` is empty while they do."""

    __tablename__ = "subscriptions"
    __table_args__ = (UniqueConstraint("person_id", "report"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    report: Mapped[str] = mapped_column(String(80), index=True)
    locale: Mapped[str] = mapped_column(String(16))
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class OptOutRow(Row):
    """An address of the configuration that does not want a report any more."""

    __tablename__ = "opt_outs"
    __table_args__ = (UniqueConstraint("report", "address"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    report: Mapped[str] = mapped_column(String(80))
    address: Mapped[str] = mapped_column(String(400))
    at: Mapped[datetime]
