"""The scorecard as shown: scores, what is missing, why money alone is none; in Chinese too."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from charts import Language
from dashboard.components.grid import Grid
from dashboard.content import Panel
from dashboard.filters import Choices, Filters
from dashboard.pages.targets.look import Look, Unit
from dashboard.pages.targets.scorecard import asked, scorecard_panel
from dashboard.view import Source, View
from queries import METRICS, Answer, Definitions, Figure, Question
from queries.desk import Desk, open_desk
from queries.targets import FLAT
from queries.targets.target import Aim, Edit, Level, Marks
from tests.dashboard.figures import NOW, Given

NOVEMBER = date(2026, 11, 1)
LOOK = Look(METRICS["collected"], "month", NOVEMBER)
UNITS = [Unit("operation", "", "", ("operation", "")), Unit("team", "T1", "North", ("", ""))]
WEIGHTED = {"collected": "2100000", "promise_kept_rate": "0.5", "coverage": "0.9",
            "right_party_rate": "0.1"}  # fmt: skip


class Even(Given):
    """100,000 on each day, half the promises of 20 kept, and as good as wanted for the rest."""

    def _figure(self, name: str, keys: tuple, question: Question) -> Figure:
        if name == "collected":
            return Figure(name, keys, 100_000, None, None, provisional=False)
        parts = {
            "promise_kept_rate": (10, 20),
            "coverage": (450, 500),
            "right_party_rate": (50, 500),
        }
        part, whole = parts[name]
        return Figure(name, keys, part, whole, whole, provisional=False)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(f"sqlite:///{tmp_path}/desk.db")
    yield desk
    desk.close()


def put(desk: Desk, level: Level, unit: str, **targets: str) -> None:
    edits = [
        Edit(Aim(name, level, unit, "month", NOVEMBER), Marks(Decimal(target)), "", "", 0, True)
        for name, target in targets.items()
    ]
    desk.set_targets(edits, by="chief", now=NOW)


def view_of(desk: Desk | None, answers: Given, locale: str = "en") -> View:
    source = Source(
        answers.freshness(), answers.available(), answers.begins, answers.aside, answers.staff,
        lambda _metric, _before: FLAT, None, desk,
    )  # fmt: skip
    choices = Choices(answers.freshness().as_of, {})
    return View(Filters(), choices, Language(locale), False, Definitions(), source)


def panel_of(desk: Desk | None, locale: str = "en") -> tuple[Panel, dict[str, Question]]:
    answers = Even()
    view = view_of(desk, answers, locale)
    questions = asked(view, LOOK, UNITS)
    given: dict[str, Answer] = dict(zip(questions, answers.ask(*questions.values()), strict=True))
    return scorecard_panel(view, LOOK, UNITS, given), questions


def rows(panel: Panel) -> list[dict[str, Any]]:
    assert isinstance(panel.body, Grid)
    return [dict(row.values) for row in panel.body.rows]


def test_a_score_with_its_parts(desk: Desk) -> None:
    """18 days of 100,000 where 13 of 21 working days are over: 1,800,000 of 1,300,000 are more
    than 120 %. So 0.4 × 120 + 0.6 × 100 = 108."""
    put(desk, "team", "T1", **WEIGHTED)
    panel, _ = panel_of(desk)
    (row,) = rows(panel)
    assert (row["unit"], row["score"], row["collected"]) == (
        "North",
        Decimal("1.08"),
        Decimal("1.2"),
    )
    assert (row["promise_kept_rate"], row["coverage"], row["right_party_rate"]) == (1, 1, 1)
    assert row["remark"] == "Uncertain, fewer than 30 behind it: Promises kept."
    titles = [column.title for column in panel.body.columns]
    assert titles[:3] == ["Unit", "Score", "Collected, weight 40%"]
    assert panel.metrics == tuple(WEIGHTED)


def test_it_says_why_money_alone_is_no_score(desk: Desk) -> None:
    put(desk, "team", "T1", **WEIGHTED)
    note = panel_of(desk)[0].note
    assert note.startswith("Weights: Collected 40%, Promises kept 20%, Coverage 20%,")
    assert "Money alone is no score" in note
    assert note.endswith("Still growing until the period is over: Coverage.")


def test_half_the_facts_are_no_score_and_it_says_what_is_missing(desk: Desk) -> None:
    put(desk, "operation", "", collected="2100000", right_party_rate="0.1")
    (row,) = rows(panel_of(desk)[0])
    assert row["score"] is None
    assert row["collected"] == Decimal("1.2")
    assert row["remark"] == "No target: Promises kept, Coverage."


def test_its_questions_are_its_own(desk: Desk) -> None:
    """The rest of the page asks about the same teams and month under the plain names."""
    put(desk, "team", "T1", **WEIGHTED)
    _, questions = panel_of(desk)
    assert len(questions) == 2
    assert all(name.startswith("scorecard ") for name in questions)


def test_without_targets_it_says_what_it_needs(desk: Desk) -> None:
    for someone in (desk, None):
        panel, questions = panel_of(someone)
        assert questions == {}
        assert panel.body.children.startswith("No score for Nov 2026 yet: it needs targets for")
        assert not panel.exportable


def test_it_speaks_chinese(desk: Desk) -> None:
    put(desk, "team", "T1", collected="2100000", right_party_rate="0.1", promise_kept_rate="0.5")
    panel, _ = panel_of(desk, "zh_Hans_CN")
    assert panel.title == "2026年11月综合评分"
    assert "第六十六条" in panel.note
    assert "权重：回款金额 40%、承诺履约率 20%、覆盖率 20%、本人接通率 20%。" in panel.note
    (row,) = rows(panel)
    assert row["remark"] == "未设目标：覆盖率。样本不足 30，得分仅供参考：承诺履约率。"
