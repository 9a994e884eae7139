"""People, who is signed in, what they did and keep, and what only this installation knows."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from queries.desk.rows.base import Row


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
    # Where reports go; nobody is known by it.
    mail: Mapped[str | None] = mapped_column(String(400))
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
