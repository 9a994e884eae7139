"""Many viewers at once: a real service in processes of its own, asked as browsers ask it."""

import json
import os
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.posting import body
from benchmarks.signing import add_viewer, sign_in

VIEWERS = 20
ROUNDS = 5
_CALL = "from service.cli import main; main()"
_PORT = 8099

Measured = dict[str, float | int | str]


def measure(figures: Path, workers: int) -> Measured:
    """Seconds until healthy, memory at rest, and how long viewers wait for the Overview: each with
    filters of their own that nobody has asked yet, and all with the same ones."""
    started = time.perf_counter()
    with serve(figures, workers) as served:
        address = served.address
        until_healthy(address)
        healthy = time.perf_counter() - started
        time.sleep(2)
        idle = _memory(served.process.pid)
        ask = partial(_ask, address, sign_in(address))
        ask("?team=nobody")  # the first request of a process opens the figures
        own = _waits(ask, [_views(number) for number in range(ROUNDS)])
        same = _waits(ask, [_views(ROUNDS + number)[:1] * VIEWERS for number in range(ROUNDS)])
    return {
        "healthy_s": healthy,
        "idle_mb": idle,
        "own_p95_ms": _p95(own),
        "same_p95_ms": _p95(same),
        "workers": workers,
    }


def _views(number: int) -> list[str]:
    """Twenty views that nobody has asked for before, different in every round."""
    return [
        f"?from=2026-09-{1 + viewer:02d}&to=2026-10-{1 + number:02d}&team=T{viewer % 8 + 1}"
        for viewer in range(VIEWERS)
    ]


@dataclass(frozen=True)
class Served:
    """A service: its first process, and where it listens."""

    process: subprocess.Popen
    address: str = f"http://127.0.0.1:{_PORT}"


@contextmanager
def serve(figures: Path, workers: int) -> Iterator[Served]:
    """The figures of a folder, served by so many processes, without jobs."""
    desk = f"sqlite:///{figures / 'desk.db'}"
    add_viewer(desk)
    environ = {
        **os.environ,
        "ARREARS_STORE__FOLDER": str(figures),
        "ARREARS_DESK__URL": desk,
        "ARREARS_SERVER__PORT": str(_PORT),
    }
    command = [sys.executable, "-c", _CALL, "serve", "--no-jobs", "--workers", str(workers)]
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL) as process:
        try:
            yield Served(process)
        finally:
            process.terminate()


def until_healthy(address: str) -> None:
    """Waits until a service answers; SystemExit where it never does."""
    for _ in range(1200):
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=5).close()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.02)
        else:
            return
    raise SystemExit("the service did not come up")


def _memory(parent: int) -> float:
    """Proportional memory of a process and its children, in MB."""
    found = subprocess.run(
        ["pgrep", "-P", str(parent)], capture_output=True, text=True, check=False
    ).stdout.split()
    total = 0.0
    for process in (str(parent), *found):
        for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                total += int(line.split()[1]) / 1024
    return total


def _ask(address: str, signed_in: dict[str, str], search: str) -> float:
    """Asks for a page as a browser does, and tells how many seconds the answer took."""
    request = urllib.request.Request(
        f"{address}/_dash-update-component",
        json.dumps(body({"path": "/", "search": search, "scheme": "light"})).encode(),
        {"Content-Type": "application/json", **signed_in},
    )
    started = time.perf_counter()
    with urllib.request.urlopen(request, timeout=60) as answer:
        answer.read()
    return time.perf_counter() - started


def _waits(ask: Callable[[str], float], rounds: list[list[str]]) -> list[float]:
    with ThreadPoolExecutor(VIEWERS) as people:
        return [wait for views in rounds for wait in people.map(ask, views)]


def _p95(seconds: list[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1] * 1000
