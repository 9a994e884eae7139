"""Targets and their versions, saved views, alerts."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    _targets()
    _views()
    _alerts()


def _targets() -> None:
    op.create_table(
        "target_versions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("metric", sa.String(80), nullable=False),
        sa.Column("level", sa.String(16), nullable=False),
        sa.Column("unit", sa.String(200), nullable=False),
        sa.Column("grain", sa.String(16), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("floor", sa.String(40)),
        sa.Column("target", sa.String(40)),
        sa.Column("stretch", sa.String(40)),
        sa.Column("owner", sa.String(80), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.UniqueConstraint("metric", "level", "unit", "grain", "starts_on", "number"),
        sa.CheckConstraint("level IN ('operation', 'department', 'team', 'agent')", name="level"),
        sa.CheckConstraint("grain IN ('week', 'month', 'quarter')", name="grain"),
    )
    op.create_index("ix_target_versions_period", "target_versions", ["grain", "starts_on"])
    op.create_table(
        "target_decisions",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("version_id", sa.Integer(), sa.ForeignKey("target_versions.id"), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("by", sa.String(80), nullable=False),
        sa.Column("at", _MOMENT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.UniqueConstraint("version_id"),
        sa.CheckConstraint(
            "verdict IN ('approved', 'refused', 'withdrawn', 'superseded')", name="verdict"
        ),
    )


def _views() -> None:
    op.create_table(
        "saved_views",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("person_id", sa.Integer(), sa.ForeignKey("people.id"), nullable=False),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("word", sa.String(32), nullable=False),
        sa.Column("starts", sa.Boolean(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.UniqueConstraint("person_id", "name"),
        sa.UniqueConstraint("word"),
    )


def _alerts() -> None:
    op.create_table(
        "alert_rules",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(120), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("settings", sa.JSON(), nullable=False),
        sa.Column("recipients", sa.JSON(), nullable=False),
        sa.Column("quiet_from", sa.String(5)),
        sa.Column("quiet_until", sa.String(5)),
        sa.Column("working_days_only", sa.Boolean(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("owner", sa.String(80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("made_at", _MOMENT, nullable=False),
        sa.Column("changed_at", _MOMENT, nullable=False),
        sa.UniqueConstraint("name"),
        sa.CheckConstraint("kind IN ('threshold', 'pace', 'signal', 'stale', 'job')", name="kind"),
    )
    op.create_table(
        "alert_firings",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("rule_id", sa.Integer(), sa.ForeignKey("alert_rules.id"), nullable=False),
        sa.Column("unit", sa.String(200), nullable=False),
        sa.Column("open_key", sa.String(260)),
        sa.Column("fired_at", _MOMENT, nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("cleared_at", _MOMENT),
        sa.Column("acknowledged_at", _MOMENT),
        sa.Column("acknowledged_by", sa.String(80)),
        sa.Column("note", sa.Text(), nullable=False),
        sa.UniqueConstraint("open_key"),
    )
    op.create_index("ix_alert_firings_rule_id", "alert_firings", ["rule_id"])
    op.create_index("ix_alert_firings_fired_at", "alert_firings", ["fired_at"])
    op.create_table(
        "alert_letters",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("firing_id", sa.Integer(), sa.ForeignKey("alert_firings.id"), nullable=False),
        sa.Column("recipient", sa.String(400), nullable=False),
        sa.Column("channel", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_at", _MOMENT, nullable=False),
        sa.Column("claimed_at", _MOMENT),
        sa.Column("sent_at", _MOMENT),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.UniqueConstraint("firing_id", "recipient", "channel"),
        sa.CheckConstraint(
            "outcome IN ('waiting', 'claimed', 'sent', 'failed', 'unknown', 'withdrawn')",
            name="outcome",
        ),
    )
    op.create_index("ix_alert_letters_firing_id", "alert_letters", ["firing_id"])


def downgrade() -> None:
    for table in (
        "alert_letters", "alert_firings", "alert_rules", "saved_views", "target_decisions",
        "target_versions",
    ):  # fmt: skip
        op.drop_table(table)
