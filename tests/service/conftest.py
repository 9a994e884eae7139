"""A small house that the doors can open: a generated case database, refreshed once."""

import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import count
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from service.cli import arrears
from service.door import Door
from service.simulation import Plan, simulate, write

LAST_DAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))  # a Monday

Run = Callable[..., Result]


def clock_from(moment: datetime) -> Callable[[str], datetime]:
    """A clock that goes on by a second whenever it is asked."""
    ticks = count()
    return lambda zone: (moment + timedelta(seconds=next(ticks))).astimezone(ZoneInfo(zone))


@dataclass(frozen=True)
class House:
    """A directory with config.yaml, var/demo/cases.duckdb and figures."""

    folder: Path
    clock: Callable[[str], datetime] = field(default_factory=lambda: clock_from(NOW))

    def run(self, *arguments: str, environ: dict[str, str] | None = None) -> Result:
        """Calls `arrears` in this directory; bugs come up as they are."""
        door = Door(None, environ or {}, self.clock)
        before = Path.cwd()
        os.chdir(self.folder)
        try:
            return CliRunner().invoke(arrears, list(arguments), obj=door)
        finally:
            os.chdir(before)


def told(result: Result) -> Sequence[str]:
    """What a command said; a bug inside it comes up here."""
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.stdout.splitlines()


@pytest.fixture(scope="session")
def _made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("house")
    tables = simulate(Plan(cases=150, days=130, seed=5, last_day=LAST_DAY, teams=3, agents=6))
    (folder / "var/demo").mkdir(parents=True)
    write(tables, f"duckdb:///{folder}/var/demo/cases.duckdb")
    refreshed = House(folder).run("refresh")
    assert refreshed.exit_code == 0, refreshed.output
    return folder


@pytest.fixture
def house(_made: Path, tmp_path: Path) -> House:
    """A copy that a test may change."""
    shutil.copytree(_made, tmp_path / "house")
    return House(tmp_path / "house", clock_from(NOW + timedelta(minutes=1)))


@pytest.fixture(scope="session")
def read_only_house(_made: Path) -> House:
    """The one that is shared; for tests that only look."""
    return House(_made)
