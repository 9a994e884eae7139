"""Lines of targets through trends, by hand and by their promises."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from queries.metrics import METRICS
from queries.period import Period, whole
from queries.targets import FLAT, WorkingDays
from queries.targets.lines import Lines, reach
from queries.targets.target import Aim, Grain, Marks, Version
from queries.targets.targetable import grows

NOW = datetime(2026, 1, 1, tzinfo=UTC)
OPERATION = ("operation", "")
# 21 working days; its second week is of five.
NOVEMBER = date(2026, 11, 1)


def of(*targets: tuple[str, Grain, date, int | str]) -> Lines:
    aims = [
        (Aim(metric, "operation", "", grain, start), Marks(Decimal(target)))
        for metric, grain, start, target in targets
    ]
    known = {aim: Version(1, aim, 1, marks, "", "", "", NOW) for aim, marks in aims}
    return Lines(known, WorkingDays("CN"), lambda _metric, _before: FLAT)


def weeks(first: date, last: date) -> Period:
    return Period(whole(first, "week").start, whole(last, "week").end)


def test_a_sum_takes_its_part_and_a_rate_all_of_it() -> None:
    lines = of(
        ("collected", "month", NOVEMBER, 2_100_000), ("promise_kept_rate", "month", NOVEMBER, "0.6")
    )
    trend = weeks(date(2026, 10, 26), date(2026, 11, 29))
    # The first week lies in two months, and October has no target; a rate is that of its last day.
    assert lines.line("collected", OPERATION, trend, "week") == (
        None, 500_000, 500_000, 500_000, 500_000,
    )  # fmt: skip
    assert lines.line("promise_kept_rate", OPERATION, trend, "week") == (Decimal("0.6"),) * 5


def test_the_days_of_a_month_add_up_to_its_target() -> None:
    lines = of(("collected", "month", NOVEMBER, 1_000_001))
    found = lines.line("collected", OPERATION, whole(NOVEMBER, "month"), "day")
    assert sum(value or 0 for value in found) == 1_000_001


def test_the_target_of_a_week_goes_before_its_part_of_a_month() -> None:
    lines = of(
        ("collected", "month", NOVEMBER, 2_100_000),
        ("collected", "week", date(2026, 11, 9), 800_000),
    )
    trend = weeks(date(2026, 11, 2), date(2026, 11, 15))
    assert lines.line("collected", OPERATION, trend, "week") == (500_000, 800_000)


def test_what_grows_with_its_period_has_no_part_of_a_longer_one() -> None:
    """In a month 5 % of the balance comes back, not in each of its weeks."""
    lines = of(
        ("recovery_rate", "month", NOVEMBER, "0.05"),
        ("recovery_rate", "week", date(2026, 11, 9), "0.012"),
    )
    trend = weeks(date(2026, 11, 2), date(2026, 11, 15))
    assert lines.line("recovery_rate", OPERATION, trend, "week") == (None, Decimal("0.012"))
    month = whole(NOVEMBER, "month")
    assert lines.line("recovery_rate", OPERATION, month, "month") == (Decimal("0.05"),)
    assert lines.line("recovery_rate", OPERATION, month, "day") == ()


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("recovery_rate", "coverage", "intensity"), True),
        (("promise_kept_rate", "right_party_rate", "days_to_first_attempt", "untouched_7d"), False),
    ],
)
def test_which_metrics_grow(names: Iterable[str], expected: bool) -> None:
    assert {grows(METRICS[name]) for name in names} == {expected}


def test_without_a_target_there_is_no_line() -> None:
    assert of().line("collected", OPERATION, whole(NOVEMBER, "month"), "week") == ()
    assert of().line("coverage", OPERATION, whole(NOVEMBER, "month"), "week") == ()


def test_a_quarter_and_the_week_before_it_can_matter() -> None:
    assert reach(Period(date(2026, 11, 16), date(2026, 11, 23))) == (
        date(2026, 9, 24), date(2026, 11, 22),
    )  # fmt: skip
