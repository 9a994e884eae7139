"""Scores by hand, by their rules, and against a second way to work them out."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.errors import UserError
from queries.figures import Figure
from queries.metrics import METRICS
from queries.targets import FLAT, RULES, WorkingDays, paced
from queries.targets.progress import Progress
from queries.targets.scorecard import MOST, attainment, score
from queries.targets.target import Aim, Marks, Version
from queries.targets.targetable import MONEY, TARGETABLE
from queries.targets.weighting import CONDUCT, Weighting

NOVEMBER, AS_OF, OVER = date(2026, 11, 1), date(2026, 11, 22), date(2026, 11, 30)
CN = WorkingDays("CN")


def version(metric: str, target: int | str) -> Version:
    aim = Aim(metric, "team", "T1", "month", NOVEMBER)
    moment = datetime(2026, 10, 30, tzinfo=UTC)
    return Version(1, aim, 1, Marks(Decimal(target)), "", "", "", moment)


def summed(metric: str, target: int, reached: int, as_of: date = AS_OF) -> Progress:
    """A sum on its way: 15 of the 21 working days of November are over on the 22nd."""
    one = version(metric, target)
    pace = paced(target, one.aim.period, as_of, {NOVEMBER: reached}, CN, FLAT)
    figure = Figure(metric, (), reached, None, None, provisional=True)
    return Progress(one, METRICS[metric], figure, pace, None, begun=True)


def rated(metric: str, target: str, part: int, whole: int | None, n: int | None = 500) -> Progress:
    figure = Figure(metric, (), part, whole, n, provisional=True)
    return Progress(version(metric, target), METRICS[metric], figure, None, None, begun=True)


def a_team() -> dict[str, Progress]:
    return {
        "collected": summed("collected", 2_100_000, 1_200_000),
        "promise_kept_rate": rated("promise_kept_rate", "0.60", 330, 500),
        "coverage": rated("coverage", "0.90", 405, 500),
        "right_party_rate": rated("right_party_rate", "0.10", 200, 500),
    }


def test_what_a_manager_works_out_by_hand() -> None:
    """1,200,000 of the 1,500,000 that should be are 80 %; 66 % of 60 % are 110 %; 81 % of 90 % are
    90 %; 40 % of 10 % count 120 %: 32 + 22 + 18 + 24 = 96."""
    found = score(RULES.scorecard, a_team(), AS_OF)
    assert [part.attained for part in found.parts] == [
        Fraction(80, 100), Fraction(110, 100), Fraction(90, 100), Fraction(120, 100),
    ]  # fmt: skip
    assert found.value == Fraction(96, 100)


def test_coverage_is_uncertain_until_the_month_is_over() -> None:
    early = score(RULES.scorecard, a_team(), AS_OF)
    assert [part.metric for part in early.parts if part.early] == ["coverage"]
    assert early.uncertain
    assert not score(RULES.scorecard, a_team(), OVER).uncertain


def test_half_the_facts_are_no_score() -> None:
    team = a_team()
    del team["coverage"]
    team["promise_kept_rate"] = rated("promise_kept_rate", "0.6", 0, 0, 0)
    found = score(RULES.scorecard, team, OVER)
    assert found.value is None
    assert found.lacking("target") == ("coverage",)
    assert found.lacking("value") == ("promise_kept_rate",)


@pytest.mark.parametrize(("n", "few"), [(29, True), (30, False), (0, True)])
def test_few_rows_make_it_uncertain(n: int, few: bool) -> None:
    team = {**a_team(), "promise_kept_rate": rated("promise_kept_rate", "0.6", n, n, n)}
    assert score(RULES.scorecard, team, OVER).uncertain is few


def test_where_less_is_better_it_counts_the_other_way_round() -> None:
    def untouched(target: str, cases: int) -> Fraction | None:
        return attainment(rated("untouched_7d", target, cases, None))

    assert untouched("50", 100) == Fraction(1, 2)
    assert untouched("50", 45) == Fraction(10, 9)
    assert untouched("50", 0) == MOST
    assert untouched("0", 0) == 1
    assert untouched("0", 3) == 0


def test_what_was_taken_back_is_nothing_and_nothing_due_is_no_part() -> None:
    assert attainment(summed("collected", 100, -50)) == 0
    assert attainment(summed("collected", 100, 20, NOVEMBER)) is None  # a Sunday
    assert attainment(replace(summed("collected", 100, 20), begun=False)) is None
    assert attainment(rated("coverage", "0", 5, 10)) is None


# The rule ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ({"collected": 100}, "rests on money alone"),
        ({"collected": 60, "recovery_rate": 40}, "rests on money alone"),
        ({"collected": 50, "promise_kept_rate_by_amount": 50}, "rests on money alone"),
        ({"collected": 50, "attempts": 50}, "rests on money and work alone"),
        ({"collected": 50, "promises_made": 50}, "rests on money and work alone"),
        ({"collected": 50, "coverage": 40}, "add up to 90"),
        ({"collected": 100, "coverage": 0}, "A weight of 0 for coverage"),
        ({"collected": 110, "coverage": -10}, "A weight of -10 for coverage"),
        ({"open_cases": 100}, "which no target can be set for"),
        ({"goodness": 100}, "which no target can be set for"),
        ({}, "add up to 0"),
    ],
)
def test_a_weighting_without_conduct_or_sense_is_refused(
    weights: Mapping[str, int], expected: str
) -> None:
    with pytest.raises(UserError, match=expected) as refused:
        Weighting.of(weights)
    assert refused.value.expected
    assert refused.value.cure


def test_a_metric_counts_once() -> None:
    with pytest.raises(UserError, match="once for each metric"):
        Weighting((("coverage", 50), ("coverage", 50)))


def test_money_is_no_conduct_and_all_of_it_can_have_targets() -> None:
    assert CONDUCT.isdisjoint(MONEY)
    assert set(TARGETABLE) >= CONDUCT | MONEY
    assert CONDUCT.isdisjoint({"attempts", "promises_made", "promise_rate"})
    assert Weighting.of({"collected": 99, "coverage": 1}).metrics == ("collected", "coverage")


# Against a second way ----------------------------------------------------------------------------

NUMBERS = st.integers(-500, 5_000)
RATES = ("promise_kept_rate", "coverage", "right_party_rate", "days_to_first_attempt")


@st.composite
def weightings(draw: st.DrawFn) -> Weighting:
    """Of the rates and the collected money, 100 together."""
    names = draw(st.lists(st.sampled_from(("collected", *RATES)), min_size=2, unique=True))
    cuts = draw(
        st.lists(st.integers(1, 99), min_size=len(names) - 1, max_size=len(names) - 1, unique=True)
    )
    edges = [0, *sorted(cuts), 100]
    return Weighting(tuple((name, edges[at + 1] - edges[at]) for at, name in enumerate(names)))


@given(
    weightings(),
    st.fixed_dictionaries({name: st.tuples(NUMBERS, st.integers(0, 900)) for name in RATES}),
    st.tuples(st.integers(0, 10_000), NUMBERS),
)
def test_it_is_what_a_plain_loop_finds(
    weighting: Weighting, rates: dict[str, tuple[int, int]], money: tuple[int, int]
) -> None:
    stood = {"collected": summed("collected", *money)} | {
        name: rated(name, "0.5", *pair) for name, pair in rates.items()
    }
    total: Fraction | None = Fraction(0)
    for name, weight in weighting.parts:
        part = plainly(name, rates.get(name, (0, 0)), money)
        total = None if total is None or part is None else total + part * weight / 100
    found = score(weighting, stood, OVER).value
    assert found == total
    assert found is None or 0 <= found <= MOST


def plainly(name: str, rate: tuple[int, int], money: tuple[int, int]) -> Fraction | None:
    """The attainment of one metric in other words: clamped by sorting."""
    if name == "collected":
        target, reached = money
        wanted = (target * 15 * 2 + 21) // (21 * 2)
        return None if wanted == 0 else sorted([Fraction(0), Fraction(reached, wanted), MOST])[1]
    part, whole = rate
    if whole == 0:
        return None
    value = Fraction(part, whole)
    if name != "days_to_first_attempt":
        return sorted([Fraction(0), value * 2, MOST])[1]
    return MOST if value <= 0 else min(MOST, Fraction(1, 2) / value)
