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

    def connect(self, patience: int = 60) -> pymysql.Connection:
        """Raises OperationalError where nothing answers within that many seconds."""
        return pymysql.connect(
            host="127.0.0.1", port=self.port, user=USER, password=PASSWORD, read_timeout=patience
        )

    def new_database(self) -> str:
        """The URL of a fresh, empty database."""
        name = f"t_{secrets.token_hex(6)}"
        with self.connect() as connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE `{name}`")
        return self.url(name)


def _program(name: str) -> str | None:
    """Debian keeps the server where the PATH of ordinary users does not lead."""
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")


def _install(folder: Path, install: str) -> dict[str, object]:
    """Make the data and the file that makes the user; gives how to start a program on them."""
    who = ordinary_user(folder)
    made = subprocess.run(
        [install, "--no-defaults", f"--datadir={folder / 'data'}", "--skip-test-db",
         "--auth-root-authentication-method=socket", "--innodb-log-file-size=64M"],
        cwd=folder, capture_output=True, text=True, check=False, **who,
    )  # fmt: skip
    assert made.returncode == 0, made.stdout + made.stderr
    # A line is a statement.
    (folder / "users.sql").write_text(
        f"CREATE OR REPLACE USER {USER}@'127.0.0.1' IDENTIFIED BY '{PASSWORD}';\n"
        f"GRANT ALL ON *.* TO {USER}@'127.0.0.1' WITH GRANT OPTION;\n"
    )
    return who


def _start(folder: Path, program: str, who: dict[str, object]) -> tuple[subprocess.Popen, Server]:
    """A free port may be taken before the server has it: then another one is tried."""
    for _ in range(5):
        server = Server(free_port())
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [*dying_with_the_tests("TERM"), program, *_OPTIONS,
                 f"--datadir={folder / 'data'}", f"--port={server.port}",
                 f"--socket={folder / 'socket'}", f"--init-file={folder / 'users.sql'}"],
                cwd=folder, stdout=log, stderr=log, **who,
            )  # fmt: skip
        if _is_up(process, server):
            return process, server
        process.kill()
        process.wait(30)
    told = (folder / "log").read_text(errors="replace")
    raise AssertionError(f"the MariaDB server did not come up: {told[-2000:]}")


def _is_up(process: subprocess.Popen, server: Server) -> bool:
    """Wait until it lets the user in, has ended, or a minute has passed."""
    deadline = time.monotonic() + 60
    while process.poll() is None and time.monotonic() < deadline:
        try:
            server.connect(patience=2).close()
        except pymysql.OperationalError:
            time.sleep(0.05)
        else:
            return True
    return False


@pytest.fixture(scope="session")
def mariadb_url() -> Iterator[Callable[[], str]]:
    """A function that makes a fresh database and gives its URL."""
    install, program = _program("mariadb-install-db"), _program("mariadbd")
    if install is None or program is None:
        pytest.skip("MariaDB is not installed")
    folder = Path(tempfile.mkdtemp(prefix="arrears-mariadb-", dir="/tmp"))
    process = None
    try:
        process, server = _start(folder, program, _install(folder, install))
        yield server.new_database
    finally:
        if process is not None:
            process.send_signal(signal.SIGTERM)
            process.wait(30)
        shutil.rmtree(folder, ignore_errors=True)
