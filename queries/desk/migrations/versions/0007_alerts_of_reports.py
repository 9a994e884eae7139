"""Rules of alerts for reports that have not left by their deadline."""

from collections.abc import Sequence

from alembic import op
from sqlalchemy import Connection

revision = "0007"
down_revision = "0006"

_BEFORE = "kind IN ('threshold', 'pace', 'signal', 'stale', 'job')"
_AFTER = "kind IN ('threshold', 'pace', 'signal', 'stale', 'job', 'report')"
# Each refers to the next.
_TABLES = ("alert_letters", "alert_firings", "alert_rules")


def upgrade() -> None:
    _allow(_BEFORE, _AFTER)


def downgrade() -> None:
    rules = "SELECT id FROM alert_rules WHERE kind = 'report'"
    firings = f"SELECT id FROM alert_firings WHERE rule_id IN ({rules})"
    op.execute(f"DELETE FROM alert_letters WHERE firing_id IN ({firings})")
    op.execute(f"DELETE FROM alert_firings WHERE rule_id IN ({rules})")
    op.execute("DELETE FROM alert_rules WHERE kind = 'report'")
    _allow(_AFTER, _BEFORE)


def _allow(before: str, after: str) -> None:
    bind = op.get_bind()
    if bind.dialect.name == "sqlite":
        _made_again(bind, before, after)
        return
    op.drop_constraint("ck_alert_rules_kind", "alert_rules")
    op.execute(f"ALTER TABLE alert_rules ADD CONSTRAINT ck_alert_rules_kind CHECK ({after})")


def _made_again(bind: Connection, before: str, after: str) -> None:
    """SQLite changes no constraint, and lets no table go that others refer to: all of them are made
    again as they were, with their rows."""
    rows = {name: bind.exec_driver_sql(f"SELECT * FROM {name}").all() for name in _TABLES}
    made = {name: _statements(bind, name) for name in _TABLES}
    assert before in made["alert_rules"][0], "the constraint is not the one of the revision before"
    for name in _TABLES:
        bind.exec_driver_sql(f"DROP TABLE {name}")
    for name in reversed(_TABLES):
        for statement in made[name]:
            bind.exec_driver_sql(statement.replace(before, after))
        for row in rows[name]:
            places = ", ".join("?" * len(row))
            bind.exec_driver_sql(f"INSERT INTO {name} VALUES ({places})", tuple(row))


def _statements(bind: Connection, name: str) -> Sequence[str]:
    """By what a table and its indexes were made, the table first."""
    wanted = (
        "SELECT sql FROM sqlite_master WHERE tbl_name = ? AND sql IS NOT NULL"
        " ORDER BY type = 'table' DESC, name"
    )
    return [str(sql) for (sql,) in bind.exec_driver_sql(wanted, (name,))]
