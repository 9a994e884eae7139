"""One more day of a case database on PostgreSQL against a rebuild, in one run.

`python -m benchmarks.postgres [--cases 100000] [--days 731]` starts a server of its own, fills it
with the simulated shop, takes the last day away, refreshes, gives the day back and refreshes again.
Counted is the CPU of both sides: of this process and of the server's.
"""

import argparse
import os
import shutil
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from benchmarks.page import put, table
from benchmarks.steps import DAY_BEFORE, DEFINITIONS, LAST_DAY, NOW
from queries.source import SourceSpec
from queries.store import RefreshReport, refresh
from service.simulation import Plan, simulate, write
from tests.support.postgres import Cluster, Server, programs

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Spent:
    """Wall seconds, and CPU seconds of this process and of the server."""

    wall: float
    own: float
    server: float
    report: RefreshReport

    @property
    def cpu(self) -> float:
        return self.own + self.server


def run(server: Server, folder: Path, plan: Plan) -> str:
    """The lines of the page."""
    whole, cases = server.url("whole"), server.url("cases")
    _command(server, "CREATE DATABASE whole")
    write(simulate(plan), whole)
    _command(server, "CREATE DATABASE cases TEMPLATE whole")
    with server.connect("cases") as connection:
        for statement in DAY_BEFORE:
            connection.execute(statement.replace("$day", "%(day)s"), {"day": LAST_DAY})
    _settle(server, "cases")
    day_before = NOW.replace(hour=0) - timedelta(days=1)
    _spent(server, lambda: refresh(SourceSpec(cases), DEFINITIONS, folder / "days", now=day_before))
    _command(server, "DROP DATABASE cases")
    _command(server, "ALTER DATABASE whole RENAME TO cases")
    _settle(server, "cases")
    one = _spent(server, lambda: refresh(SourceSpec(cases), DEFINITIONS, folder / "days", now=NOW))
    full = _spent(server, lambda: refresh(SourceSpec(cases), DEFINITIONS, folder / "full", now=NOW))
    assert not one.report.full
    assert full.report.full
    with server.connect("cases") as connection:
        counts = {
            name: _count(connection.execute(f"SELECT count(*) FROM {name}").fetchone())
            for name in ("cases", "contacts", "payments", "promises")
        }
    return _lines(one, full, counts)


def _lines(one: Spent, full: Spent, counts: dict[str, int]) -> str:
    share = one.cpu / full.cpu
    changed = {name: count for name, count in one.report.changed.items() if count}
    rows = [
        ("One-day increment ÷ full refresh, CPU of both sides", "≤ 1/20",
         f"1/{1 / share:.1f} ({one.cpu:.2f} s ÷ {full.cpu:.1f} s)", share <= 1 / 20),
        ("… of it the server", "–", f"{one.server:.2f} s ÷ {full.server:.1f} s", None),
        ("One-day increment ÷ full refresh, time", "–",
         f"1/{full.wall / one.wall:.1f} ({one.wall:.1f} s ÷ {full.wall:.1f} s)", None),
    ]  # fmt: skip
    held = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    came = ", ".join(f"{count:,} {name}" for name, count in changed.items())
    return "\n".join([table(rows), "", f"Data: {held}. The increment changed {came}."])


def _count(row: tuple | None) -> int:
    assert row is not None
    return int(row[0])


def _command(server: Server, statement: str) -> None:
    with server.connect("postgres") as connection:
        connection.autocommit = True
        connection.execute(statement)


def _settle(server: Server, database: str) -> None:
    """What the server would do by itself some minutes later is not measured."""
    with server.connect(database) as connection:
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE")
        connection.execute("CHECKPOINT")


def _spent(server: Server, work: Callable[[], RefreshReport]) -> Spent:
    before = time.perf_counter(), time.process_time(), _used(server)
    report = work()
    after = time.perf_counter(), time.process_time(), _used(server)
    wall, own, served = (b - a for a, b in zip(before, after, strict=True))
    return Spent(wall, own, served, report)


def _used(server: Server) -> float:
    """CPU seconds of the server: of its first process with all that have ended, and of those that
    live."""
    with server.connect("postgres") as connection:
        # Ends of processes are counted a moment after the connection is gone.
        time.sleep(0.5)
        row = connection.execute("SELECT pg_backend_pid()").fetchone()
        parent = _parent(Path(f"/proc/{_count(row)}"))
    assert parent is not None
    ticks = sum(_ticks(parent, ended=True))
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _parent(entry) == parent:
            ticks += sum(_ticks(int(entry.name), ended=False))
    return ticks / _TICKS


def _parent(process: Path) -> int | None:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except (FileNotFoundError, ProcessLookupError):
        return None


def _ticks(process: int, *, ended: bool) -> list[int]:
    try:
        fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []
    return [int(ticks) for ticks in fields[11 : 15 if ended else 13]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--days", type=int, default=731)
    given = parser.parse_args()
    bin_folder = programs()
    if bin_folder is None:
        raise SystemExit("PostgreSQL is not installed: make postgres")
    folder = Path(tempfile.mkdtemp(prefix="arrears-bench-"))
    try:
        (folder / "server").mkdir()
        # The server may run as somebody else.
        folder.chmod(0o755)
        cluster = Cluster(folder / "server", bin_folder)
        cluster.start()
        try:
            plan = Plan(cases=given.cases, days=given.days, seed=7, last_day=LAST_DAY)
            lines = run(cluster.server, folder, plan)
        finally:
            cluster.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    print(lines)
    put("postgresql", lines)


if __name__ == "__main__":
    main()
