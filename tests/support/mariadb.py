"""A MariaDB server of the tests' own: started as an ordinary user, thrown away afterwards.

It is set up as unfriendly as servers in use are: texts are compared without regard to case and
blanks at their end, its zone is nobody's, and it is neither strict nor repeatable by itself.
"""

import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pymysql
import pytest

from tests.support.postgres import dying_with_the_tests, free_port, ordinary_user

USER = "arrears"
PASSWORD = "a-password-for-tests"
_OPTIONS = (
    "--no-defaults", "--bind-address=127.0.0.1", "--skip-log-bin", "--skip-name-resolve",
    "--character-set-server=utf8mb4", "--collation-server=utf8mb4_general_ci",
    "--default-time-zone=-09:30", "--transaction-isolation=READ-COMMITTED", "--sql-mode=",
    # Nothing here must survive a crash, so nothing waits for the disk.
    "--innodb-flush-log-at-trx-commit=0", "--innodb-flush-method=nosync",
    "--skip-innodb-doublewrite", "--innodb-buffer-pool-size=64M", "--innodb-log-file-size=64M",
    "--max-connections=40",
)  # fmt: skip


@dataclass
class Server:
    """A running server on 127.0.0.1."""

    port: int

    def url(self, database: str) -> str:
        return f"mysql+pymysql://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def connect(self) -> pymysql.Connection:
        return pymysql.connect(host="127.0.0.1", port=self.port, user=USER, password=PASSWORD)

    def new_database(self) -> str:
        """The URL of a fresh, empty database."""
        name = f"t_{secrets.token_hex(6)}"
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE `{name}`")
        return self.url(name)


def _program(name: str) -> str | None:
    """Debian keeps the server where the PATH of ordinary users does not lead."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")


def _start(folder: Path, install: str, program: str) -> tuple[subprocess.Popen, Server]:
    who, data, server = ordinary_user(folder), f"--datadir={folder / 'data'}", Server(free_port())
    made = subprocess.run(
        [install, "--no-defaults", data, "--auth-root-authentication-method=socket",
         "--skip-test-db", "--innodb-log-file-size=64M"],
        cwd=folder, capture_output=True, text=True, check=False, **who,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    users = folder / "users.sql"
    # A line is a statement.
    users.write_text(
        f"CREATE USER {USER}@'127.0.0.1' IDENTIFIED BY '{PASSWORD}';\n"
        f"GRANT ALL ON *.* TO {USER}@'127.0.0.1' WITH GRANT OPTION;\n"
    )
    process = subprocess.Popen(
        [*dying_with_the_tests("TERM"), program, *_OPTIONS, data, f"--port={server.port}",
         f"--socket={folder / 'socket'}", f"--init-file={users}"],
        cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **who,
    )  # fmt: skip
    return process, server


def _wait(process: subprocess.Popen, server: Server) -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            server.connect().close()
            return
        except pymysql.OperationalError:
            assert process.poll() is None, "the MariaDB server ended at once"
            assert time.monotonic() < deadline, "the MariaDB server did not come up"
            time.sleep(0.05)


@pytest.fixture(scope="session")
def mariadb_url() -> Iterator[Callable[[], str]]:
    """A function that makes a fresh database and gives its URL."""
    install, program = _program("mariadb-install-db"), _program("mariadbd")
    if install is None or program is None:
        pytest.skip("MariaDB is not installed")
    folder = Path(tempfile.mkdtemp(prefix="arrears-mariadb-", dir="/tmp"))
    process = None
    try:
        process, server = _start(folder, install, program)
        _wait(process, server)
        yield server.new_database
    finally:
        if process is not None:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)
