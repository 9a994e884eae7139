"""Several processes serve the pages; one of them runs the jobs."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
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


def _holder(desk: str, other_than: int | None = None) -> int | None:
    """The process that runs the jobs, once it is another one."""
    engine = create_engine(desk)
    with closing(engine.connect()) as connection:
        holder = connection.execute(text("SELECT holder FROM leases")).scalar()
    engine.dispose()
    process = int(holder.split()[1]) if holder else None
    return None if process == other_than else process


@dataclass
class Served:
    """`arrears serve` as a process of its own, at this address."""

    address: str
    process: subprocess.Popen[bytes]

    def get(self, path: str) -> bytes | None:
        return _get(f"{self.address}{path}")

    def checks(self) -> dict[str, str]:
        """Check → status of /readyz, which may be 503: the data of the house are of a fixed day."""
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=20) as answer:
                told = json.load(answer)
        except urllib.error.HTTPError as refused:
            told = json.load(refused)
        return {name: check["status"] for name, check in told["checks"].items()}

    def metric(self, name: str) -> float | None:
        body = self.get("/metrics")
        found = re.findall(rf"(?m)^{re.escape(name)} (.*)$", (body or b"").decode())
        return float(found[0]) if found else None

    def stop(self) -> list[str]:
        """Ends it as a supervisor does; all of it must end well. Gives the lines of its log."""
        self.process.send_signal(signal.SIGTERM)
        output, errors = self.process.communicate(timeout=60)
        assert self.process.returncode == 0, errors
        # No thread of the figures may outlive its process's end.
        assert b"SIGSEGV" not in errors, errors
        assert b"SIGABRT" not in errors, errors
        assert b"Traceback" not in errors, errors
        assert f"Arrears is at {self.address}".encode() in output
        return errors.decode().splitlines()


@contextmanager
def _serving(house: House, desk: str, *options: str, **more: str) -> Iterator[Served]:
    port, var = free_port(), house.folder / "var"
    environ = {
        **os.environ,
        "ARREARS_SOURCE__URL": f"duckdb:///{var}/demo/cases.duckdb",
        "ARREARS_STORE__FOLDER": f"{var}/figures",
        "ARREARS_DESK__URL": desk,
        "ARREARS_REPORTS__WEEKLY__ENABLED": "false",
        # One slot while a test looks.
        "ARREARS_SCHEDULE__REFRESH_MINUTES": "1440",
        "ARREARS_SERVER__PORT": str(port),
        **more,
    }
    process = subprocess.Popen(
        [sys.executable, "-c", CALL, "serve", *options],
        cwd=house.folder, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    served = Served(f"http://127.0.0.1:{port}", process)
    try:
        health = _until(lambda: served.get("/healthz"))
        assert json.loads(health)["status"] == "ok"
        yield served
        if process.poll() is None:
            served.stop()
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def _refreshes(desk: str) -> list[tuple[str, str]]:
    """Slot and outcome of every refresh that was begun."""
    with closing(open_desk(desk)) as opened:
        return [(run.slot, run.outcome) for run in opened.last_runs() if run.job == "refresh"]


@pytest.mark.slow
def test_workers_serve_and_one_of_them_runs_the_jobs(house: House, desk_url: str) -> None:
    with _serving(house, desk_url, "--workers", "2") as served:
        leader = _until(lambda: _holder(desk_url))
        # Not the parent, which only keeps the others.
        assert leader != served.process.pid
        _until(lambda: _refreshes(desk_url) and _refreshes(desk_url)[0][1] == "done")
        os.kill(leader, signal.SIGTERM)
        assert _until(lambda: _holder(desk_url, other_than=leader)) != served.process.pid
        assert served.get("/")
    # The second leader found the slot taken.
    assert len({slot for slot, _ in _refreshes(desk_url)}) == len(_refreshes(desk_url))


@pytest.mark.slow
def test_a_killed_worker_is_replaced(house: House, desk_url: str) -> None:
    with _serving(house, desk_url, "--workers", "2", ARREARS_LOG__FORMAT="json") as served:
        killed = _until(lambda: _holder(desk_url))
        os.kill(killed, signal.SIGKILL)
        assert _until(lambda: served.get("/"))
        # The words of gunicorn too are lines of the one form.
        lines = [json.loads(line) for line in served.stop()]
    assert {"gunicorn.error", "arrears.jobs"} <= {line["logger"] for line in lines}
    assert any(str(killed) in line["message"] for line in lines)


@pytest.mark.slow
def test_every_worker_tells_of_the_requests_of_all(house: House) -> None:
    desk = f"sqlite:///{house.folder}/var/desk.db"
    with _serving(house, desk, "--workers", "2", "--no-jobs") as served:
        for _ in range(20):
            assert served.get("/assets/arrears.css")
        route = "/assets/<path:filename>"
        count = f'arrears_request_duration_seconds_count{{route="{route}",status="200"}}'
        assert {served.metric(count) for _ in range(20)} == {20.0}


@pytest.mark.slow
@pytest.mark.postgres
def test_two_processes_of_pages_and_one_of_jobs_share_a_desk_on_postgresql(
    house: House, postgres_url: Callable[[], str]
) -> None:
    desk = postgres_url()
    with (
        _serving(house, desk, "--workers", "2", "--no-jobs") as pages,
        _serving(house, desk) as jobs,
    ):
        assert _until(lambda: _holder(desk)) == jobs.process.pid
        done = 'arrears_job_runs_total{job="refresh",outcome="done"}'
        generation = "arrears_figures_generation"
        _until(lambda: pages.metric(done) and jobs.metric(done))
        for name in (done, generation, 'arrears_deliveries{channel="smtp",state="sent"}'):
            _until(lambda name=name: pages.metric(name) == jobs.metric(name) is not None)
        wanted = {"source": "ok", "desk": "ok", "jobs": "ok"}
        for one in (pages, jobs):
            assert {name: one.checks()[name] for name in wanted} == wanted
        assert pages.get("/")
        # A backup needs no pause; a restore under a running service is refused.
        there = {"ARREARS_DESK__URL": desk}
        kept = house.run("backup", "desk.zip", environ=there)
        assert kept.exit_code == 0, kept.output
        refused = house.run("restore", "--replace", "desk.zip", environ=there)
        assert refused.exit_code == 2
        assert f" {jobs.process.pid} " in refused.output
        assert "A process serves this desk" in refused.output


def test_a_taken_port_is_refused_before_any_process_starts(house: House) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        refused = house.run("serve", "--workers", "2", environ={"ARREARS_SERVER__PORT": port})
    assert refused.exit_code == 2
    assert f"listen on 127.0.0.1:{port}" in refused.output
