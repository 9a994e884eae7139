"""A PostgreSQL server of the tests' own: started as an ordinary user, thrown away afterwards."""

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

USER = "arrears"
PASSWORD = "a-password-for-tests"
# Nothing here must survive a crash, so nothing waits for the disk.
_OPTIONS = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=40")


@dataclass
class Server:
    """A running server on 127.0.0.1."""

    port: int

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{database}"

    def connect(self, database: str) -> psycopg.Connection:
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user=USER, password=PASSWORD, dbname=database
        )

    def new_database(self) -> str:
        """The URL of a fresh, empty database."""
        name = f"t_{secrets.token_hex(6)}"
        with self.connect("postgres") as connection:
            connection.autocommit = True
            connection.execute(f'CREATE DATABASE "{name}"')
        return self.url(name)


def programs() -> Path | None:
    """The folder of initdb and postgres: of the newest version installed, else from the PATH."""
    versions = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"),
        key=lambda path: float(path.parts[-3]),
    )
    found = versions[-1] if versions else shutil.which("initdb")
    return Path(found).parent if found else None


def ordinary_user(*owned: Path) -> dict[str, object]:
    """How to start a program that refuses to run as root, with what it must own given to the user;
    nothing to do for anybody else."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    for path in owned:
        os.chown(path, nobody.pw_uid, nobody.pw_gid)
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def dying_with_the_tests(by: str = "INT") -> list[str]:
    """Ends the server also where the tests are killed, on systems that have the program for it."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", by, "--"] if setpriv else []


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Cluster:
    """A server on data of its own in `folder`, which it may be stopped on and started again."""

    def __init__(self, folder: Path, bin_folder: Path) -> None:
        self._folder, self._bin = folder, bin_folder
        self._process: subprocess.Popen | None = None
        self.server = Server(free_port())
        password = folder / "password"
        password.write_text(PASSWORD)
        self._who = ordinary_user(folder, password)
        made = subprocess.run(
            [bin_folder / "initdb", "-D", folder / "data", "-U", USER, "-A", "scram-sha-256",
             "-E", "UTF8", "--pwfile", password, "--locale=C", "--no-sync"],
            cwd=folder, capture_output=True, text=True, check=False, **self._who,
        )  # fmt: skip
        assert made.returncode == 0, made.stderr

    def start(self) -> None:
        """From the main thread only: where another one ends the server is told to end with it."""
        options = [part for option in _OPTIONS for part in ("-c", option)]
        self._process = subprocess.Popen(
            [*dying_with_the_tests(), self._bin / "postgres", "-D", self._folder / "data",
             "-p", str(self.server.port), "-k", str(self._folder),
             "-c", "listen_addresses=127.0.0.1", *options],
            cwd=self._folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **self._who,
        )  # fmt: skip
        _wait(self._process, self.server)

    def stop(self) -> None:
        """At once, whoever is connected: what they had not committed is lost."""
        if self._process is not None:
            self._process.send_signal(signal.SIGINT)
            self._process.wait(30)
            self._process = None


def _wait(process: subprocess.Popen, server: Server) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            server.connect("postgres").close()
            return
        except psycopg.OperationalError:
            assert process.poll() is None, "the PostgreSQL server ended at once"
            assert time.monotonic() < deadline, "the PostgreSQL server did not come up"
            time.sleep(0.05)


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[Callable[[], str]]:
    """A function that makes a fresh database and gives its URL."""
    bin_folder = programs()
    if bin_folder is None:
        pytest.skip("PostgreSQL is not installed")
    folder = Path(tempfile.mkdtemp(prefix="arrears-pg-", dir="/tmp"))
    try:
        cluster = Cluster(folder, bin_folder)
        try:
            cluster.start()
            yield cluster.server.new_database
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
