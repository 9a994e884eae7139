"""Editions of reports with their files, deliveries that wait, subscriptions."""

from collections.abc import Mapping, Sequence
from email.utils import parseaddr
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_MOMENT = sa.DateTime(timezone=True)

# What an older program makes of a state that it does not know.
_BEFORE = {"waiting": "failed", "sending": "unknown", "withheld": "failed"}


def upgrade() -> None:
    op.add_column("people", sa.Column("mail", sa.String(400)))
    _editions()
    kept = _take("deliveries")
    _deliveries()
    _put("deliveries", [_waiting(row) for row in kept])
    _subscriptions()


def _editions() -> None:
    op.create_table(
        "editions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("code", sa.String(20), nullable=False),
        sa.Column("report", sa.String(80), nullable=False),
        sa.Column("part", sa.String(200), nullable=False),
        sa.Column("scope_kind", sa.String(16), nullable=False),
        sa.Column("scope_values", sa.JSON(), nullable=False),
        sa.Column("scope_key", sa.String(80), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("made_by", sa.String(80), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("definitions", sa.String(64), nullable=False),
        sa.Column("configuration", sa.String(64), nullable=False),
        sa.Column("watermark", _MOMENT),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("generation", sa.Integer(), nullable=False),
        sa.Column("provisional", sa.Boolean(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("frozen", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("report", "period_start", "period_end", "part", "scope_key", "number"),
        sa.UniqueConstraint("code"),
    )
    op.create_index("ix_editions_made_at", "editions", ["made_at"])
    op.create_table(
        "edition_files",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("edition_id", sa.Integer(), sa.ForeignKey("editions.id"), nullable=False),
        sa.Column("locale", sa.String(16), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("media_type", sa.String(100), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.UniqueConstraint("edition_id", "name"),
    )
    op.create_index("ix_edition_files_sha256", "edition_files", ["sha256"])


def _deliveries() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("key", sa.String(64), nullable=False),
        sa.Column("edition_id", sa.Integer(), sa.ForeignKey("editions.id")),
        sa.Column("report", sa.String(80), nullable=False),
        sa.Column("part", sa.String(200), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("edition", sa.String(200), nullable=False),
        sa.Column("recipient", sa.String(400), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("locale", sa.String(16), nullable=False),
        sa.Column("queued_at", _MOMENT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", _MOMENT, nullable=False),
        sa.Column("give_up_at", _MOMENT, nullable=False),
        sa.Column("claim", sa.String(64)),
        sa.Column("claimed_until", _MOMENT),
        sa.Column("sent_at", _MOMENT),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.UniqueConstraint("key"),
        sa.CheckConstraint(
            "outcome IN ('waiting', 'claimed', 'sending', 'sent', 'failed', 'unknown', 'withheld')",
            name="outcome",
        ),
        sa.CheckConstraint("channel IN ('folder', 'sftp', 'smtp')", name="channel"),
    )
    op.create_index("ix_deliveries_due", "deliveries", ["outcome", "next_at"])
    for column in ("edition_id", "recipient", "queued_at"):
        op.create_index(f"ix_deliveries_{column}", "deliveries", [column])
    op.create_table(
        "delivery_events",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("delivery_id", sa.Integer(), sa.ForeignKey("deliveries.id"), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
    )
    op.create_index("ix_delivery_events_delivery_id", "delivery_events", ["delivery_id"])


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("report", sa.String(80), nullable=False),
        sa.Column("locale", sa.String(16), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT),
        sa.UniqueConstraint("person_id", "report"),
    )
    op.create_index("ix_subscriptions_report", "subscriptions", ["report"])
    op.create_table(
        "opt_outs",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("report", sa.String(80), nullable=False),
        sa.Column("address", sa.String(400), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.UniqueConstraint("report", "address"),
    )


def downgrade() -> None:
    for table in ("opt_outs", "subscriptions", "delivery_events"):
        op.drop_table(table)
    kept = _take("deliveries")
    op.drop_table("edition_files")
    op.drop_table("editions")
    _deliveries_before()
    _put("deliveries", _once(kept))
    with op.batch_alter_table("people") as people:
        people.drop_column("mail")


def _deliveries_before() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("report", sa.String(80), nullable=False),
        sa.Column("period_start", sa.Date(), nullable=False),
        sa.Column("period_end", sa.Date(), nullable=False),
        sa.Column("edition", sa.String(200), nullable=False),
        sa.Column("recipient", sa.String(400), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("claimed_at", _MOMENT, nullable=False),
        sa.Column("sent_at", _MOMENT),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.UniqueConstraint("report", "period_start", "recipient", "channel"),
        sa.CheckConstraint("outcome IN ('claimed', 'sent', 'failed', 'unknown')", name="outcome"),
        sa.CheckConstraint("channel IN ('folder', 'smtp')", name="channel"),
    )
    op.create_index("ix_deliveries_claimed_at", "deliveries", ["claimed_at"])


# Few rows, a dozen a week: they are read, and written into the table of the other revision.


def _table(name: str) -> sa.Table:
    return sa.Table(name, sa.MetaData(), autoload_with=op.get_bind())


def _take(name: str) -> Sequence[Mapping[str, Any]]:
    """The rows of a table, which is gone then."""
    table = _table(name)
    rows = op.get_bind().execute(sa.select(table).order_by(table.c.id)).mappings().all()
    op.drop_table(name)
    return [dict(row) for row in rows]


def _put(name: str, rows: Sequence[Mapping[str, Any]]) -> None:
    if rows:
        op.get_bind().execute(_table(name).insert(), list(rows))


def _waiting(row: Mapping[str, Any]) -> Mapping[str, Any]:
    claimed = row["claimed_at"]
    to = row["recipient"]
    if row["channel"] == "smtp":
        to = (parseaddr(to)[1] or to).strip().lower()
    parts = (row["report"], row["period_start"], row["period_end"], "", 1, row["channel"], to)
    return {
        **{name: row[name] for name in _SHARED},
        "key": sha256("\n".join(map(str, parts)).encode()).hexdigest(),
        "edition_id": None, "part": "", "locale": "", "attempts": 1, "queued_at": claimed,
        "next_at": claimed, "give_up_at": claimed, "claim": None,
        # What was being sent is for the next scheduler to call unknown.
        "claimed_until": claimed if row["outcome"] == "claimed" else None,
        "outcome": "sending" if row["outcome"] == "claimed" else row["outcome"],
    }  # fmt: skip


_SHARED = ("report", "period_start", "period_end", "edition", "recipient", "channel", "sent_at",
           "detail")  # fmt: skip


def _once(rows: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """One row for each report, period, recipient and way: the newest. SFTP was not known."""
    found = {
        (row["report"], row["period_start"], row["recipient"], row["channel"]): {
            **{name: row[name] for name in _SHARED},
            "claimed_at": row["queued_at"],
            "outcome": _BEFORE.get(row["outcome"], row["outcome"]),
        }
        for row in rows
        if row["channel"] != "sftp"
    }
    return list(found.values())
