from datetime import date

import pytest

from queries import Period, UserError
from service.asking import limits, period_of, questions, split_names

SUNDAY, TUESDAY = date(2026, 11, 22), date(2026, 11, 24)


def test_names_are_split_at_commas_and_kept_once() -> None:
    assert split_names(["a,b", " b , c", ""]) == ("a", "b", "c")


def test_without_days_it_is_the_last_thirteen_whole_weeks() -> None:
    weeks = Period(date(2026, 8, 24), date(2026, 11, 23))
    assert period_of(None, None, TUESDAY) == weeks
    assert period_of(None, None, SUNDAY) == weeks


def test_the_last_day_is_included() -> None:
    day = date(2026, 3, 31)
    assert period_of(day, day, TUESDAY) == Period(day, date(2026, 4, 1))


def test_an_open_end_is_the_as_of_day() -> None:
    assert period_of(date(2026, 11, 1), None, TUESDAY).last == TUESDAY
    assert period_of(None, date(2026, 3, 31), TUESDAY).days == 13 * 7


def test_a_period_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(UserError, match="holds no day"):
        period_of(date(2026, 3, 2), date(2026, 3, 1), TUESDAY)


def test_limits_of_one_dimension_add_up() -> None:
    found = limits(["team=T1", "product=card, loan", "team=T2"])
    assert found == {"team": ("T1", "T2"), "product": ("card", "loan")}


def test_an_empty_value_is_a_value() -> None:
    assert limits(["agent="]) == {"agent": ("",)}


def test_each_figure_is_a_question_of_its_own() -> None:
    period = Period(date(2026, 1, 1), date(2026, 2, 1))
    asked = questions(["collected,liquidation"], ["vintage"], ["team=T1"], period)
    assert [question.metrics for question in asked] == [("collected",), ("liquidation",)]
    assert all(question.by == ("vintage",) for question in asked)
    assert all(question.where == {"team": ("T1",)} for question in asked)


@pytest.mark.parametrize(
    ("metrics", "by", "where", "message"),
    [
        (["colected"], [], [], "Unknown metric 'colected'; did you mean 'collected'?"),
        (["collected"], ["taem"], [], "Unknown dimension 'taem'; did you mean 'team'?"),
        (["collected"], [], ["taem=T1"], "Unknown dimension 'taem'; did you mean 'team'?"),
        (["collected"], [], ["week=3"], "Unknown dimension 'week'"),
        (["collected"], [], ["team"], "has no “=”"),
        ([], [], [], "names no metric"),
    ],
)
def test_a_slip_is_told_with_what_may_be_meant(
    metrics: list[str], by: list[str], where: list[str], message: str
) -> None:
    with pytest.raises(UserError) as caught:
        questions(metrics, by, where, Period(date(2026, 1, 1), date(2026, 2, 1)))
    assert message in str(caught.value)
