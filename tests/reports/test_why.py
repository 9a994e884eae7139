from decimal import Decimal

import pytest

from queries import Answer, Figure, Question
from reports.frozen import Frozen
from reports.weekly import WEEKLY
from reports.why import reasons
from tests.reports.fake import WEEK, FakeAnswers

Slices = dict[str, tuple[int, int]]


def weeks(now: Slices, before: Slices, missing: int = 0) -> Frozen:
    """A recovery rate by bucket; `missing` is collected this week outside all slices."""
    base = WEEKLY.freeze(FakeAnswers(empty=True), WEEK)
    answers = {}
    for name, slices in (("now", now), ("before", before)):
        outside = missing if name == "now" else 0
        whole = (sum(a for a, _ in slices.values()) + outside, sum(b for _, b in slices.values()))
        answers[name] = [Figure("recovery_rate", (), *whole, 1, provisional=False)]
        answers[f"bucket_{name}"] = [
            Figure("recovery_rate", (key,), *sums, 1, provisional=False)
            for key, sums in slices.items()
        ]
    given = {
        name: Answer(Question(("recovery_rate",), WEEK), figures, base.freshness)
        for name, figures in answers.items()
    }
    return Frozen("weekly", WEEK, given, base.freshness, base.definitions, base.available, {})


def test_equal_rates_and_shifted_weights_are_all_mix() -> None:
    found = reasons(
        weeks({"M1": (10, 100), "M2": (6, 300)}, {"M1": (30, 300), "M2": (2, 100)}),
        "recovery_rate", "bucket",
    )  # fmt: skip
    assert found is not None
    assert found.rate == 0
    assert found.mix == Decimal("-0.04")


def test_equal_weights_and_lower_rates_are_all_rate() -> None:
    found = reasons(
        weeks({"M1": (10, 100), "M2": (2, 100)}, {"M1": (20, 100), "M2": (2, 100)}),
        "recovery_rate", "bucket",
    )  # fmt: skip
    assert found is not None
    assert (found.rate, found.mix) == (Decimal("-0.05"), 0)
    assert found.largest.value == "M1"


@pytest.mark.parametrize(
    ("now", "before"),
    [
        ({"M1": (13, 170), "M2": (5, 90)}, {"M1": (20, 100), "M2": (2, 310)}),
        ({"M1": (13, 170), "M3": (5, 0)}, {"M1": (20, 100), "M2": (2, 310)}),
    ],
)
def test_the_effects_add_up_to_the_change_also_where_slices_come_and_go(
    now: Slices, before: Slices
) -> None:
    frozen = weeks(now, before)
    found = reasons(frozen, "recovery_rate", "bucket")
    assert found is not None
    first, second = (frozen.figure(n, "recovery_rate").value for n in ("before", "now"))
    assert found.total == pytest.approx(Decimal(second or 0) - Decimal(first or 0))


def test_slices_that_do_not_add_up_or_stand_alone_explain_nothing() -> None:
    two = {"M1": (10, 100), "M2": (2, 100)}
    lower = {"M1": (1, 100), "M2": (1, 100)}
    assert reasons(weeks(two, lower, missing=50), "recovery_rate", "bucket") is None
    assert reasons(weeks({"M1": (1, 9)}, {"M1": (2, 9)}), "recovery_rate", "bucket") is None
