"""The cost of a report from its figures to the mail server, and of many packs in one run.

`python -m benchmarks.reports [--cases 100000] [--teams 50] [--folder var/bench-reports]` simulates
a shop with so many teams, sends everybody the packs of the week before, and then those of the
newest week, each run in a process of its own: proven PDF and XLSX, kept edition, letter taken by a
mail server on loopback.
"""

import argparse
import json
import resource
import shutil
import subprocess
import sys
import time
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from benchmarks.faults.mail import Sink
from benchmarks.page import put, table
from benchmarks.steps import DEFINITIONS, LAST_DAY, NOW
from queries import Answers, Period
from queries.desk import open_desk
from queries.period import last_whole
from queries.source import SourceSpec
from queries.store import refresh
from reports import send
from service.demo_targets import add_demo_targets
from service.mailing import make_order, make_ways
from service.settings import Settings
from service.simulation import Plan, simulate, write
from service.wiring import make_answers

AGENTS_A_TEAM = 10
FEW = 10


def settings(folder: Path, desk: str, report: str, teams: list[str], port: int) -> Settings:
    """One lead for each team, or one executive, by a mail server on loopback."""
    leads = [{"address": f"{team}@example.org", "scope": {"teams": [team]}} for team in teams]
    boss = [{"address": "boss@example.org"}]
    chosen = {"folder": folder / "outbox", "recipients": leads if report == "team" else boss}
    return Settings.model_validate(
        {
            "source": {"url": f"duckdb:///{folder / 'cases.duckdb'}"},
            "store": {"folder": folder / "figures"},
            "desk": {"url": f"sqlite:///{folder / desk}"},
            "reports": {report: chosen},
            "smtp": {"host": "127.0.0.1", "port": port, "security": "none"},
        }
    )


def weeks() -> tuple[Period, Period]:
    """The newest week, and the one before it."""
    newest = last_whole(LAST_DAY, "week")
    return newest, last_whole(newest.start - timedelta(days=1), "week")


def prepare(folder: Path, cases: int, teams: int) -> None:
    """The shop, its figures, its targets, and what everybody got a week ago."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    plan = Plan(cases, 425, 7, LAST_DAY, teams=teams, agents=teams * AGENTS_A_TEAM)
    url = f"duckdb:///{folder / 'cases.duckdb'}"
    write(simulate(plan), url, replace=True)
    refresh(SourceSpec(url=url), DEFINITIONS, folder / "figures", now=NOW)
    chosen = settings(folder, "desk.db", "weekly", [], 1)
    with closing(Answers(folder / "figures", DEFINITIONS)) as answers:
        names = [str(team) for team in answers.members("team")]
        with closing(open_desk(chosen.desk.url)) as desk:
            add_demo_targets(desk, answers, chosen.targets.rules().calendar, NOW)
    (folder / "teams.json").write_text(json.dumps(names), encoding="utf-8")
    sink = Sink(seconds=0)
    with sink.listening():
        for report in ("weekly", "team"):
            _send(settings(folder, "desk.db", report, names, sink.port), report, weeks()[1])


def run(folder: Path, report: str, count: int) -> dict[str, float]:
    """The packs of the newest week for so many teams, in a process that has written one before."""
    names = json.loads((folder / "teams.json").read_text(encoding="utf-8"))[:count]
    for left in folder.glob("run.db*"):
        left.unlink()
    shutil.copyfile(folder / "desk.db", folder / "run.db")
    sink = Sink(seconds=0)
    with sink.listening():
        _warm(folder, report, names[:1], sink.port)
        chosen = settings(folder, "run.db", report, names, sink.port)
        started = time.perf_counter(), time.process_time()
        _send(chosen, report, weeks()[0])
        used = time.perf_counter() - started[0], time.process_time() - started[1]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {"wall": used[0], "cpu": used[1], "peak": peak, "packs": len(names) or 1}


def _warm(folder: Path, report: str, names: list[str], port: int) -> None:
    """A report of another week, in a desk of its own: the service has imported what it needs."""
    for left in folder.glob("warm.db*"):
        left.unlink()
    earlier = Period(date(2026, 10, 5), date(2026, 10, 12))
    _send(settings(folder, "warm.db", report, names, port), report, earlier)


def _send(chosen: Settings, report: str, period: Period) -> None:
    """By mail only: a folder gets the packs of all teams, whoever reads them."""
    with closing(open_desk(chosen.desk.url)) as desk, closing(make_answers(chosen)) as answers:
        order = make_order(chosen, desk, report, answers, NOW, period, by="benchmark")
        mailed = [reader for reader in order.readers if reader.channel == "smtp"]
        ways = make_ways(chosen, desk)
        sent = send(answers, desk, replace(order, readers=mailed), ways, lambda: NOW)
        assert sent.whole
        assert len(sent.sent) == len(mailed)


def _alone(folder: Path, *arguments: str) -> bytes:
    """What another process prints: its memory counts from nothing, and ours stays small."""
    command = [sys.executable, "-m", "benchmarks.reports", "--folder", str(folder), *arguments]
    return subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout


def _measured(folder: Path, report: str, count: int) -> dict[str, float]:
    printed = _alone(folder, "--run", report, "--count", str(count))
    found: dict[str, float] = json.loads(printed.splitlines()[-1])
    print(report, count, found, file=sys.stderr)
    return found


def _lines(folder: Path, teams: int) -> str:
    one = _measured(folder, "weekly", 0)
    few, many = (_measured(folder, "team", count) for count in (min(FEW, teams), teams))
    rows = [
        ("Weekly pack: PDF, XLSX, edition, mail, in a running service, CPU", "≤ 2 s",
         f"{one['cpu']:.1f} s, {one['peak']:.0f} MB", one["cpu"] <= 2),
        (f"{teams} team packs in one run, wall", "≤ 60 s",
         f"{many['wall']:.0f} s ({many['cpu']:.0f} s CPU)", many["wall"] <= 60),
        (f"Peak memory, {teams} packs ÷ {few['packs']:.0f}", "≤ 1.1",
         f"{many['peak'] / few['peak']:.2f} ({many['peak']:.0f} MB ÷ {few['peak']:.0f} MB)",
         many["peak"] <= 1.1 * few["peak"]),
    ]  # fmt: skip
    return table(rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--teams", type=int, default=50)
    parser.add_argument("--folder", type=Path, default=Path("var/bench-reports"))
    parser.add_argument("--run", choices=("prepare", "weekly", "team"), help="one step, here")
    parser.add_argument("--count", type=int, default=1, help="so many teams of that run")
    given = parser.parse_args()
    if given.run == "prepare":
        prepare(given.folder, given.cases, given.teams)
        return
    if given.run:
        print(json.dumps(run(given.folder, given.run, given.count)))
        return
    _alone(given.folder, "--run", "prepare", f"--cases={given.cases}", f"--teams={given.teams}")
    lines = _lines(given.folder, given.teams)
    print(lines)
    put("reports", lines)


if __name__ == "__main__":
    main()
