"""What every group of verbs shares: the engine, and an insert that yields to a row in place."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from queries.desk.rows import Row
from queries.errors import DeskAwayError


class Verbs:
    """One short transaction per verb."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def _session(self) -> Session:
        return Session(self._engine)

    def _insert_new(self, row: type[Row], **values: Any) -> int | None:
        """The id of the new row, or None where its unique key is taken: atomic in the database.

        A check and then an insert would let two processes through between the two.
        """
        with self._engine.begin() as connection:
            insert = yielding_insert(row, connection.dialect.name, values)
            return connection.execute(insert).scalar_one_or_none()


def yielding_insert(row: type[Row], dialect: str, values: Mapping[str, Any]) -> Executable:
    """An insert that gives the id of the new row, or no row where its unique key is taken."""
    table = row.__table__
    assert isinstance(table, Table)
    if dialect == "sqlite":
        lite = sqlite.insert(table).values(values).on_conflict_do_nothing()
        return lite.returning(table.c.id)
    server = postgresql.insert(table).values(values).on_conflict_do_nothing()
    return server.returning(table.c.id)


@contextmanager
def answering() -> Iterator[None]:
    """For verbs that somebody waits for at the gate: a desk that is away is told as DeskAwayError,
    which nobody is let in by, instead of as a fault."""
    try:
        yield
    except OperationalError as error:
        raise DeskAwayError(
            "The desk does not answer.",
            "a database of the desk that can be reached",
            "try again in a moment; then look at desk.url and at the log of the server",
        ) from error
