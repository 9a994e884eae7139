"""Whether the case database answers at all: quick enough to be asked every half minute."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import sqlalchemy as sa

from queries.errors import UserError
from queries.source.mapping import SourceSpec
from queries.source.opening import FILES, MYSQL, POSTGRES, SPARK, parsed_url, spark_session

# A server that takes longer to answer is no server to read from.
_SECONDS = 5


def reach(spec: SourceSpec) -> None:
    """Opens the case database and reads nothing of its tables.

    Raises UserError where that does not work; the password is never told. A file or folder is
    looked at, a server is asked for `1` on a connection of its own.
    """
    scheme, found, rest = spec.url.partition("://")
    if not found:
        return _readable(Path(spec.url))
    if scheme in FILES:
        return _readable(Path(unquote(rest.removeprefix("/"))))
    if scheme in SPARK:
        return spark_session(spec.url).close()
    return _answering(parsed_url(spec.url, scheme), scheme)


def _readable(path: Path) -> None:
    # Not the methods of Path: they fail where a folder above may not be entered.
    wanted = os.R_OK | os.X_OK if os.path.isdir(path) else os.R_OK
    if not os.access(path, wanted):
        raise UserError(
            f"The case database {path} is not there or may not be read.",
            "a file or folder that this user can read",
            "correct source.url, or the rights on it",
        )


def _answering(url: sa.URL, scheme: str) -> None:
    # Here, because who reads files only needs nothing of servers.
    from queries.source.server import wrong_connection

    options: dict[str, Any] = {}
    if scheme in POSTGRES:
        url = url.set(drivername="postgresql+psycopg")
        options = {"connect_timeout": _SECONDS, "options": f"-c statement_timeout={_SECONDS}s"}
    elif scheme in MYSQL:
        url = url.set(drivername="mysql+pymysql")
        options = dict.fromkeys(("connect_timeout", "read_timeout", "write_timeout"), _SECONDS)
    engine = sa.create_engine(
        url, connect_args=options, poolclass=sa.pool.NullPool, hide_parameters=True
    )
    try:
        with engine.connect() as connection:
            connection.execute(sa.select(1))
    except (sa.exc.DBAPIError, RuntimeError, TypeError) as error:
        # The last two are of pymysql: see queries/source/mysql.py.
        raise wrong_connection(url, error) from error
    finally:
        engine.dispose()
