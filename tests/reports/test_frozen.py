from dataclasses import replace
from datetime import date

import pytest

from queries import Freshness, Question, UserError
from reports.composing import NAMED
from reports.frozen import freeze, thaw
from reports.spans import Covered
from reports.weekly import WEEKLY
from tests.reports.fake import WEEK, FakeAnswers

COVERED = Covered("week", WEEK)


def test_json_gives_back_the_same_figures() -> None:
    frozen = WEEKLY.freeze(FakeAnswers(), WEEK)
    again = thaw(frozen.to_json())
    assert again == frozen
    assert list(again.members["team"]) == list(frozen.members["team"])
    assert again.digest() == frozen.digest()


def test_a_name_that_looks_like_a_date_stays_a_name() -> None:
    frozen = WEEKLY.freeze(FakeAnswers(teams={"2026-01-01": "New year team"}), WEEK)
    assert thaw(frozen.to_json()).keys("team_now") == ["2026-01-01"]
    assert thaw(frozen.to_json()).spans("weeks")[0] == date(2026, 8, 24)


def test_any_other_figure_gives_another_digest() -> None:
    frozen, other = (WEEKLY.freeze(FakeAnswers(), WEEK) for _ in range(2))
    assert other.digest() == frozen.digest()
    first = other.answers["now"].figures[0]
    object.__setattr__(first, "numerator", (first.numerator or 0) + 1)
    assert other.digest() != frozen.digest()


def test_everything_is_asked_at_once() -> None:
    answers = FakeAnswers()
    WEEKLY.freeze(answers, WEEK)
    assert answers.asked == 1


def test_what_the_source_cannot_give_is_not_asked_for() -> None:
    frozen = WEEKLY.freeze(FakeAnswers(without=("promises",)), WEEK)
    asked = {metric for one in frozen.answers.values() for metric in one.question.metrics}
    assert "collected" in asked
    assert not [metric for metric in asked if metric.startswith("promise")]
    assert "pipeline" not in frozen.answers


class Restless(FakeAnswers):
    """Publishes a new generation after the first `times` readings."""

    times = 1

    def freshness(self, now: object = None) -> Freshness:
        fresh = super().freshness()
        return replace(fresh, generation=8 if self.asked > self.times else 7)

    def ask(self, *questions: Question) -> list:
        given = super().ask(*questions)
        generation = 7 if self.asked <= self.times else 8
        late = replace(super().freshness(), generation=generation)
        self.asked += self.asked == self.times
        return [replace(one, freshness=late) for one in given]


def test_a_generation_that_changes_meanwhile_is_read_again() -> None:
    answers = Restless()
    frozen = freeze(answers, "weekly", COVERED, {"q": Question(("collected",), WEEK)}, NAMED)
    assert frozen.freshness.generation == 8
    assert frozen.answers["q"].freshness.generation == 8


def test_without_a_quiet_moment_nothing_is_frozen() -> None:
    class Frantic(FakeAnswers):
        def freshness(self, now: object = None) -> Freshness:
            return replace(super().freshness(), generation=7 + self.asked)

        def ask(self, *questions: Question) -> list:
            given = super().ask(*questions)
            before = replace(self.freshness(), generation=6 + self.asked)
            return [replace(one, freshness=before) for one in given]

    with pytest.raises(UserError, match="refreshed three times"):
        freeze(Frantic(), "weekly", COVERED, {"q": Question(("collected",), WEEK)}, NAMED)
