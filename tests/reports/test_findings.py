import re

import pytest

from charts import Language
from queries import Answer, Figure, Question
from reports.findings import differs, findings
from reports.frozen import Frozen
from reports.weekly import WEEKLY
from tests.reports.fake import WEEK, FakeAnswers


def rate(kept: int, due: int) -> Figure:
    return Figure("promise_kept_rate", (), kept, due, due, provisional=False)


def frozen(**answers: dict[str, tuple[int | None, int | None]]) -> Frozen:
    """Figures by question: now={"collected": (numerator, denominator)}."""
    base = WEEKLY.freeze(FakeAnswers(empty=True), WEEK)
    given = {
        question: Answer(
            Question(tuple(figures), WEEK),
            [Figure(m, (), num, den, den, provisional=False) for m, (num, den) in figures.items()],
            base.freshness,
        )
        for question, figures in answers.items()
    }
    return Frozen(
        base.report, WEEK, given, base.freshness, base.definitions, base.available, base.members
    )


def told(figures: Frozen, locale: str = "en") -> str:
    return "\n".join(one.text for one in findings(figures, Language(locale)))


def test_a_rise_and_a_fall_are_told_with_their_size() -> None:
    text = told(
        frozen(
            now={"collected": (120_000_00, None)},
            before={"collected": (100_000_00, None)},
            year_ago={"collected": (150_000_00, None)},
        )
    )
    assert "Collected ¥120,000, 20.0% more than last week." in text
    assert "That is 20.0% less than in the same week last year." in text


def test_a_change_within_the_band_is_no_news() -> None:
    text = told(
        frozen(now={"collected": (100_500_00, None)}, before={"collected": (100_000_00, None)})
    )
    assert "much the same as last week" in text


def test_the_rate_says_whether_the_base_moved() -> None:
    text = told(
        frozen(now={"recovery_rate": (300, 12_000)}, before={"recovery_rate": (300, 10_000)})
    )
    assert "The recovery rate fell from 3.00% to 2.50%" in text
    assert "the balance to collect from grew by 20.0%" in text


def test_nothing_after_something_is_told_with_what_came_before() -> None:
    text = told(frozen(now={"collected": (0, None)}, before={"collected": (500_00, None)}))
    assert "Nothing was collected this week, after ¥500 last week." in text


def test_an_unchanged_base_did_neither_grow_nor_shrink() -> None:
    text = told(
        frozen(now={"recovery_rate": (200, 10_000)}, before={"recovery_rate": (300, 10_000)})
    )
    assert "from 3.00% to 2.00%; the balance to collect from stayed the same." in text


def test_without_any_figure_the_sentences_say_so() -> None:
    text = told(WEEKLY.freeze(FakeAnswers(empty=True), WEEK))
    assert "Nothing was collected this week." in text
    assert "No promise due this week has run out of time yet." in text
    assert "None" not in text


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (rate(60, 100), rate(58, 100), False),
        (rate(300, 400), rate(200, 400), True),
        (rate(5, 10), rate(0, 10), False),
        (rate(0, 0), rate(5, 100), False),
        (rate(100, 100), rate(100, 100), False),
    ],
)
def test_rates_differ_only_beyond_chance(now: Figure, before: Figure, expected: bool) -> None:
    assert differs(now, before) is expected


def test_the_carrier_of_a_change_is_named_by_its_label() -> None:
    class OneTeamFell(FakeAnswers):
        def _figure(self, metric, question, keys):
            one = super()._figure(metric, question, keys)
            if metric != "collected" or "week" in question.by or question.period.start < WEEK.start:
                return one
            fell = 90_000_000 * (question.by == () or keys == ("T5",))
            return Figure(metric, keys, one.numerator - fell, None, one.n, provisional=False)

    text = told(WEEKLY.freeze(OneTeamFell(), WEEK))
    assert re.search(r"Largest parts of the fall of ¥[\d,]+: .*from team 喆堃 special cases", text)
    chinese = told(WEEKLY.freeze(OneTeamFell(), WEEK), "zh_Hans_CN")
    assert re.search(r"回款减少 ¥[\d,]+，主要来自：.*团队 喆堃 special cases −¥[\d,]+", chinese)
