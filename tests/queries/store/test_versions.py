"""What the next version of the program makes of the figures of the last one; where data begins."""

from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from queries import Answers, Definitions, UserError
from queries.source import SourceSpec
from queries.store import generations, refresh
from tests.support.case_database import (
    a_case,
    a_payment,
    a_team,
    an_agent,
    morning_of,
    spec_of,
    whole_database,
)

DEFINITIONS = Definitions()
NOW = morning_of(date(2026, 3, 10))


@pytest.fixture
def spec(tmp_path: Path) -> SourceSpec:
    tables = {
        "teams": [a_team()],
        "agents": [an_agent()],
        "cases": [a_case(placed_on=date(2026, 2, 2))],
        "payments": [a_payment(paid_at=datetime(2026, 2, 20, 9))],  # noqa: DTZ001 source time
    }
    return spec_of(whole_database(tables), "duckdb", tmp_path / "source")


def _made_by_another_version(folder: Path) -> None:
    newest = generations.newest(folder)
    assert newest is not None
    with duckdb.connect(str(newest[1])) as con:
        con.execute("ALTER TABLE m_state DROP version; UPDATE m_state SET fingerprint = 'other'")


def test_figures_of_another_version_are_refused_until_they_are_refreshed(
    spec: SourceSpec, tmp_path: Path
) -> None:
    refresh(spec, DEFINITIONS, tmp_path, now=NOW)
    _made_by_another_version(tmp_path)
    answers = Answers(tmp_path, DEFINITIONS)
    with pytest.raises(UserError, match="another version"):
        answers.freshness()
    assert refresh(spec, DEFINITIONS, tmp_path, now=NOW).full
    assert answers.freshness().as_of == date(2026, 3, 9)


def test_a_figure_begins_when_every_part_of_it_has_begun(spec: SourceSpec, tmp_path: Path) -> None:
    refresh(spec, DEFINITIONS, tmp_path, now=NOW)
    answers = Answers(tmp_path, DEFINITIONS)
    assert answers.begins("open_cases") == date(2026, 2, 2)
    assert answers.begins("collected") == date(2026, 2, 20)
    assert answers.begins("recovery_rate") == date(2026, 2, 20)
    assert answers.begins("attempts") is None
    with pytest.raises(UserError, match="Unknown metric"):
        answers.begins("colected")
