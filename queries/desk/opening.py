"""Opening the desk: connect, then bring the tables up to the newest migration."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, DatabaseError, IntegrityError, ProgrammingError
from sqlalchemy.pool import ConnectionPoolEntry

from queries.desk.desk import Desk
from queries.desk.migrating import revision_of, revisions, upgrade
from queries.errors import UserError

# How long a writer waits for another one; every verb takes milliseconds.
_WAIT_SECONDS = 15

# What PostgreSQL answers who may not create or change a table, or not even see the schema.
_NO_RIGHT = ("42501", "3F000")


def open_desk(url: str) -> Desk:
    """The desk behind an SQLAlchemy URL of SQLite or PostgreSQL, migrated to the newest schema.

    Raises UserError for a wrong URL, an unreachable database, and a desk that a newer version
    of the program has already migrated further.
    """
    engine = connect(url)
    try:
        _keep_to_its_owner(engine.url)
        with telling(engine), engine.begin() as connection:
            if revision_of(connection) != revisions()[-1]:
                upgrade(connection)
    except UserError:
        engine.dispose()
        raise
    return Desk(engine)


def connect(url: str) -> Engine:
    """An engine for the database of a desk, with nothing opened yet. Raises UserError for a wrong
    URL."""
    address = _address(url)
    # Values of rows are addresses of people; an error that is logged must not hold them.
    engine = create_engine(address, hide_parameters=True, **_options(address))
    if address.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _prepare_sqlite)
    return engine


@contextmanager
def telling(engine: Engine) -> Iterator[None]:
    """Turns what a database refuses into a UserError, and leaves bugs as they are."""
    name = engine.url.render_as_string(hide_password=True)
    try:
        yield
    except DatabaseError as error:
        if getattr(error.orig, "sqlstate", None) in _NO_RIGHT:
            raise UserError(
                f"The desk {name} may not be written: {str(error.orig).splitlines()[0]}",
                "a user who may create tables in the database of the desk",
                "let its owner run GRANT USAGE, CREATE ON SCHEMA public TO that user, "
                "or correct desk.url",
            ) from error
        if isinstance(error, ProgrammingError | IntegrityError):
            raise  # a migration that is wrong: a bug
        raise UserError(
            f"The desk {name} cannot be opened: {error.orig}",
            "a database that can be reached and written",
            "check desk.url and the rights on the file or server",
        ) from error


def _address(url: str) -> URL:
    try:
        address = make_url(url)
    except ArgumentError as error:
        raise _wrong_url(url) from error
    if address.get_backend_name() == "postgresql":
        return address.set(drivername="postgresql+psycopg")
    if address.get_backend_name() != "sqlite" or address.database in (None, "", ":memory:"):
        raise _wrong_url(address.render_as_string(hide_password=True))
    return address


def _keep_to_its_owner(address: URL) -> None:
    """A new file holds hashes of passwords and the key of the sessions: nobody else's business. One
    that cannot be made is told by who opens it."""
    if address.get_backend_name() == "sqlite":
        with suppress(OSError):
            Path(str(address.database)).touch(mode=0o600)


def _wrong_url(url: str) -> UserError:
    return UserError(
        f"desk.url is {url!r}.",
        "the address of a SQLite file or a PostgreSQL database",
        "write sqlite:///var/desk.db or postgresql+psycopg://user@host/database",
    )


def _options(address: URL) -> dict[str, object]:
    if address.get_backend_name() == "sqlite":
        Path(str(address.database)).parent.mkdir(parents=True, exist_ok=True)
        return {"connect_args": {"timeout": _WAIT_SECONDS}}
    # A server may drop idle connections between two jobs.
    return {"pool_pre_ping": True, "connect_args": {"connect_timeout": _WAIT_SECONDS}}


def _prepare_sqlite(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {_WAIT_SECONDS * 1000}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.close()
