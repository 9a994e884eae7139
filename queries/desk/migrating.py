"""The schema of the desk: which revision it is of, and the way from one to another.

Alembic is imported where a migration runs: it takes a tenth of the start of the program, and most
starts find the newest schema.
"""

from importlib.resources import files
from typing import TYPE_CHECKING

import sqlalchemy as sa

from queries.errors import UserError

if TYPE_CHECKING:
    from alembic.config import Config

MIGRATIONS = "queries.desk:migrations"
VERSIONS = files("queries.desk") / "migrations" / "versions"

# An arbitrary number that names the migration lock of Arrears in PostgreSQL.
_MIGRATING = 7_277_327


def revisions() -> list[str]:
    """The names of the revisions that this program knows, the oldest first. A file is named after
    its revision."""
    names = (file.name for file in VERSIONS.iterdir())
    return sorted(name.split("_")[0] for name in names if name[:4].isdigit())


def revision_of(connection: sa.Connection) -> str | None:
    """The revision of a desk, None where there is none yet."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def known_revision(connection: sa.Connection) -> str | None:
    """The same; raises UserError for a revision that only a newer program knows."""
    revision = revision_of(connection)
    if revision is not None and revision not in revisions():
        name = connection.engine.url.render_as_string(hide_password=True)
        raise UserError(
            f"The desk {name} was migrated by a newer version of Arrears: revision {revision}",
            "a desk of this version or an older one",
            "install the newer version again, or point desk.url at another desk",
        )
    return revision


def upgrade(connection: sa.Connection, revision: str = "head") -> None:
    """Runs the missing migrations in one transaction; a second process waits for the first. Raises
    UserError for a desk of a newer version."""
    from alembic import command

    config = _migrating(connection)
    known_revision(connection)
    command.upgrade(config, revision)


def downgrade(connection: sa.Connection, revision: str = "base") -> None:
    """Takes migrations back in one transaction, with what only they could hold."""
    from alembic import command

    command.downgrade(_migrating(connection), revision)


def begin(connection: sa.Connection) -> None:
    """Begins a transaction in which nobody else migrates, and on SQLite nobody else writes."""
    if connection.dialect.name == "sqlite":
        # The driver leaves schema changes outside of transactions unless one is already open.
        if not connection.connection.driver_connection.in_transaction:  # type: ignore[union-attr]
            connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_MIGRATING})")


def _migrating(connection: sa.Connection) -> "Config":
    from alembic.config import Config

    begin(connection)
    config = Config()
    config.set_main_option("script_location", MIGRATIONS)
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
