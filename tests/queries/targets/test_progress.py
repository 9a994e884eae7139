"""Where targets stand: by hand, and always the figure that a page shows for the same days."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from queries import METRICS, Answer, Answers, Figure, Freshness, Period, Question
from queries.period import whole
from queries.rights import Scope
from queries.targets import FLAT, RULES, WorkingDays
from queries.targets.progress import (
    MONEY,
    TARGETABLE,
    ProfileOf,
    Progress,
    profile_of,
    progress,
    questions,
)
from queries.targets.target import Aim, Marks, Version

NOW = datetime(2026, 11, 2, tzinfo=UTC)
NOVEMBER = date(2026, 11, 1)
CN = WorkingDays("CN")


def flat(metric: str, before: date) -> object:
    return FLAT


def version(
    metric: str, target: int | str, *, level: str = "team", unit: str = "T1", grain: str = "month",
    floor: int | None = None, start: date = NOVEMBER,
) -> Version:  # fmt: skip
    aim = Aim(metric, level, unit, grain, start)  # type: ignore[arg-type]
    low = None if floor is None else Decimal(floor)
    return Version(1, aim, 1, Marks(Decimal(target), low), "li", "plan", "li", NOW, "approved")


def answered(question: Question, figures: Mapping[tuple[str, tuple], tuple]) -> Answer:
    fresh = Freshness(1, NOW, date(2026, 11, 10), None, False, 1, 0)
    made = [
        Figure(metric, keys, *values, provisional=False)
        for (metric, keys), values in figures.items()
    ]
    return Answer(question, made, fresh)


def stand(one: Version, as_of: date, figures: Mapping[tuple[str, tuple], tuple]) -> Progress:
    asked = questions([one], as_of)
    answers = {name: answered(question, figures) for name, question in asked.items()}
    return progress([one], answers, as_of, CN, flat)[one.aim]  # type: ignore[arg-type]


def test_a_sum_by_hand() -> None:
    """November 2026 has 21 working days in China, 6 of them by Monday 9: 2.1 M is 100 000 a day."""
    one = version("collected", 2_100_000, floor=1_750_000)
    as_of = date(2026, 11, 9)
    assert CN.count(whole(NOVEMBER, "month")) == 21
    figures = {
        ("collected", (date(2026, 11, 3), "T1")): (350_000, None, 3),
        ("collected", (date(2026, 11, 8), "T1")): (100_000, None, 1),
    }
    stood = stand(one, as_of, figures)
    assert stood.pace is not None
    assert stood.pace.expected_today == 600_000
    assert stood.value == 450_000
    assert stood.attained == Fraction(450, 2100)
    assert stood.ahead == -150_000
    # The floor should be at 500 000 by now.
    assert stood.standing == "below_floor"
    assert stood.pace.needed_per_day == 110_000
    assert stood.pace.projected == 1_575_000


def test_a_rate_by_hand() -> None:
    one = version("promise_kept_rate", "0.60")
    figures = {("promise_kept_rate", ("T1",)): (11, 20, 20)}
    stood = stand(one, date(2026, 11, 9), figures)
    assert stood.pace is None
    assert stood.value == Decimal("0.55")
    assert stood.ahead == Fraction(-5, 100)
    assert stood.standing == "below_target"


def test_less_is_better_where_it_is() -> None:
    one = version("untouched_7d", 20)
    stood = stand(one, date(2026, 11, 9), {("untouched_7d", ("T1",)): (12, None, 12)})
    assert (stood.standing, stood.ahead) == ("on_target", -8)


def test_a_rate_that_grows_with_its_month_is_judged_when_that_is_over_or_it_is_reached() -> None:
    one = version("recovery_rate", "0.05")
    half = {("recovery_rate", ("T1",)): (4, 100, 9)}
    early = stand(one, date(2026, 11, 15), half)
    assert (early.standing, early.ahead, early.attained) == (None, None, Fraction(4, 5))
    assert stand(one, date(2026, 11, 30), half).standing == "below_target"
    reached = {("recovery_rate", ("T1",)): (6, 100, 9)}
    assert stand(one, date(2026, 11, 15), reached).standing == "on_target"


def test_a_period_to_come_is_asked_for_nothing_and_judged_in_nothing() -> None:
    one = version("collected", 100, start=date(2026, 12, 1))
    assert questions([one], date(2026, 11, 9)) == {}
    stood = stand(one, date(2026, 11, 9), {})
    assert (stood.begun, stood.value, stood.standing, stood.attained) == (False, None, None, None)


def test_no_row_is_nothing_collected_but_no_rate() -> None:
    sums = stand(version("collected", 2_100_000), date(2026, 11, 9), {})
    assert (sums.value, sums.standing) == (0, "below_target")
    rate = stand(version("promise_kept_rate", "0.5"), date(2026, 11, 9), {})
    assert (rate.value, rate.standing, rate.ahead) == (None, None, None)


def test_targets_of_a_level_and_period_are_asked_for_together() -> None:
    several = [
        version("collected", 1), version("attempts", 1), version("collected", 1, unit="T2"),
        version("collected", 1, grain="quarter", start=date(2026, 10, 1)),
        version("coverage", 1), version("collected", 1, level="operation", unit=""),
    ]  # fmt: skip
    asked = questions(several, date(2026, 11, 9))
    assert len(asked) == 4
    (team,) = [q for q in asked.values() if len(q.metrics) == 2]
    assert team == Question(
        ("collected", "attempts"), Period(NOVEMBER, date(2026, 11, 10)), ("day", "team"),
        {"team": ("T1", "T2")},
    )  # fmt: skip


@pytest.mark.parametrize("metric", TARGETABLE)
def test_what_was_reached_is_the_figure_of_the_same_days(figures: Answers, metric: str) -> None:
    """A page and a target never disagree, at no level and in no period."""
    as_of, known = figures.freshness().as_of, figures.staff()
    if metric not in figures.available():
        pytest.skip(f"The case database holds nothing for {metric}")
    for grain, start in (("month", NOVEMBER), ("week", date(2026, 11, 9))):
        versions = [
            version(metric, 100, level=level, unit=unit, grain=grain, start=start)
            for level in ("operation", "department", "team", "agent")
            for unit in known.units(level)
        ]
        asked = questions(versions, as_of)
        answers = dict(zip(asked, figures.ask(*asked.values()), strict=True))
        stood = progress(versions, answers, as_of, CN, flat)  # type: ignore[arg-type]
        span = whole(start, grain)
        so_far = Period(span.start, min(span.end, date(2026, 11, 23)))
        for one in versions:
            level, unit = one.aim.level, one.aim.unit
            where = {} if level == "operation" else {level: (unit,)}
            (answer,) = figures.ask(Question((metric,), so_far, (), where))
            figure = answer.one(metric)
            shown = figure.value if METRICS[metric].kind != "flow" else figure.value or 0
            assert stood[one.aim].value == shown, one.aim


def test_the_rhythm_is_that_of_the_operation_whoever_looks(figures: Answers) -> None:
    everybody: ProfileOf = profile_of(figures, RULES)
    lead: ProfileOf = profile_of(figures.within(Scope("teams", ("T1",))), RULES)
    learnt = everybody("collected", NOVEMBER)
    assert learnt.months >= 2
    assert lead("collected", NOVEMBER) == learnt
    # What was learnt for a month stays, whatever day of it is looked at.
    assert everybody("collected", date(2026, 11, 20)) == learnt


def test_the_rhythm_is_learnt_from_whole_months_alone(figures: Answers) -> None:
    begins = figures.begins("collected")
    assert begins is not None
    first_whole = whole(begins, "month").end
    assert profile_of(figures, RULES)("collected", first_whole) == FLAT
    short = replace(RULES, profile_months=1)
    assert profile_of(figures, short)("collected", NOVEMBER).months == 1


def test_what_can_have_a_target() -> None:
    assert {"collected", "recovery_rate", "coverage", "untouched_7d", "attempts"} <= set(TARGETABLE)
    assert not {"liquidation", "open_cases", "placed_amount"} & set(TARGETABLE)
    assert set(TARGETABLE) >= MONEY
