"""What a run did, as data beside its line of text."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("job_runs") as table:
        table.add_column(sa.Column("result", sa.JSON()))


def downgrade() -> None:
    # In place: a copy of the table (batch mode) would lose the check of its outcomes on SQLite.
    op.drop_column("job_runs", "result")
