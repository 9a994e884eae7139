"""Several processes serve the pages; one of them runs the jobs."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import pytest
from sqlalchemy import create_engine, text

from queries.desk import open_desk
from tests.service.conftest import House
from tests.service.test_serving import free_port

CALL = "from service.cli import main; main()"
Seen = TypeVar("Seen")


def _get(address: str) -> bytes | None:
    try:
        with urllib.request.urlopen(address, timeout=20) as answer:
            return bytes(answer.read())
    except (urllib.error.URLError, ConnectionError):
        return None


def _until(seen: Callable[[], Seen | None], seconds: float = 60) -> Seen:
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if found := seen():
            return found
        time.sleep(0.05)
    raise AssertionError("it never happened")


def _holder(desk: Path) -> int | None:
    with closing(create_engine(f"sqlite:///{desk}").connect()) as connection:
        holder = connection.execute(text("SELECT holder FROM leases")).scalar()
    return int(holder.split()[1]) if holder else None


@pytest.mark.slow
def test_workers_serve_and_one_of_them_runs_the_jobs(house: House) -> None:
    port, var = free_port(), house.folder / "var"
    environ = {
        **os.environ,
        "ARREARS_SOURCE__URL": f"duckdb:///{var}/demo/cases.duckdb",
        "ARREARS_STORE__FOLDER": f"{var}/figures",
        "ARREARS_DESK__URL": f"sqlite:///{var}/desk.db",
        "ARREARS_REPORTS__WEEKLY__ENABLED": "false",
        "ARREARS_SERVER__PORT": str(port),
    }
    command = [sys.executable, "-c", CALL, "serve", "--workers", "2"]
    with subprocess.Popen(
        command, cwd=house.folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as served:
        try:
            health = _until(lambda: _get(f"http://127.0.0.1:{port}/healthz"))
            assert json.loads(health)["status"] == "ok"
            leader = _until(lambda: _holder(var / "desk.db"))
            # Not the parent, which only keeps the others.
            assert leader != served.pid
            os.kill(leader, signal.SIGKILL)
            assert _until(lambda: _get(f"http://127.0.0.1:{port}/"))
        finally:
            served.send_signal(signal.SIGTERM)
            output, errors = served.communicate(timeout=60)
    assert served.returncode == 0, errors
    # No thread of the figures may outlive its process's end.
    assert b"SIGSEGV" not in errors, errors
    assert b"SIGABRT" not in errors, errors
    assert f"Arrears is at http://127.0.0.1:{port}".encode() in output
    with closing(open_desk(f"sqlite:///{var}/desk.db")) as desk:
        assert desk.last_run("refresh") is not None


def test_a_taken_port_is_refused_before_any_process_starts(house: House) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = house.run("serve", "--workers", "2", environ={"ARREARS_SERVER__PORT": port})
    assert refused.exit_code == 2
    assert f"listen on 127.0.0.1:{port}" in refused.output
