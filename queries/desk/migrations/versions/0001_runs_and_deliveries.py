"""Job runs and deliveries."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "job_runs",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("job", sa.String(80), nullable=False),
        sa.Column("slot", sa.String(80), nullable=False),
        sa.Column("due_at", _MOMENT, nullable=False),
        sa.Column("started_at", _MOMENT, nullable=False),
        sa.Column("finished_at", _MOMENT),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("seconds", sa.Double()),
        sa.UniqueConstraint("job", "slot"),
        sa.CheckConstraint(
            "outcome IN ('running', 'done', 'failed', 'missed', 'skipped')", name="outcome"
        ),
    )
    op.create_index("ix_job_runs_started_at", "job_runs", ["started_at"])
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


def downgrade() -> None:
    op.drop_table("deliveries")
    op.drop_table("job_runs")
