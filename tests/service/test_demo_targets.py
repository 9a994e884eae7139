"""The demo has targets that its pages can pace, once, and one that waits."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from queries import Answers
from queries.desk import Desk, open_desk
from queries.metrics import METRICS
from queries.targets import RULES
from queries.targets.progress import better_of
from service.demo_targets import add_demo_targets
from tests.dashboard.personas import NOW

NOVEMBER = date(2026, 11, 1)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = open_desk(f"sqlite:///{tmp_path}/desk.db")
    yield made
    made.close()


def test_every_team_has_targets_in_order_and_one_waits(desk: Desk, figures: Answers) -> None:
    add_demo_targets(desk, figures, RULES.calendar, NOW)
    known = desk.targets_in_force("month", NOVEMBER, NOVEMBER)
    teams = {aim.unit for aim in known if aim.level == "team" and aim.metric == "collected"}
    assert teams == {"T1", "T2", "T3"}
    for aim, version in known.items():
        marks = [version.marks.floor, version.marks.target, version.marks.stretch]
        rising = [one for one in marks if one is not None]
        lower = better_of(METRICS[aim.metric]) == "lower"
        assert rising == sorted(rising, reverse=lower), aim
    (waiting,) = desk.waiting_targets()
    assert (waiting.by, waiting.aim.unit) == ("lead", "T1")


def test_what_somebody_has_set_since_stays(desk: Desk, figures: Answers) -> None:
    add_demo_targets(desk, figures, RULES.calendar, NOW)
    before = desk.targets_revision()
    add_demo_targets(desk, figures, RULES.calendar, NOW)
    assert desk.targets_revision() == before
    (waiting,) = desk.waiting_targets()
    desk.decide_target(waiting.id, "approved", by="manager", now=NOW)
    add_demo_targets(desk, figures, RULES.calendar, NOW)
    assert not desk.waiting_targets()
