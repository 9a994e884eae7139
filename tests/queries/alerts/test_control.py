"""Control charts: worked examples, and agreement with the textbook formulas in plain floats."""

import math
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.alerts.control import FEWEST_POINTS, Chart, Point, chart

# Mean 10, every step 2: the limits are 10 ± 2.66 · 2.
STEADY = [Point(Fraction(9 + 2 * (n % 2))) for n in range(FEWEST_POINTS)]


def signals(past: list[Point], value: object) -> tuple[str, ...]:
    found = chart(past, Point(Fraction(str(value))))
    assert found is not None
    return found.signals


def test_the_limits_are_the_mean_and_2_66_moving_ranges() -> None:
    found = chart(STEADY, Point(Fraction(10)))
    assert found is not None
    assert found.centre == 10
    assert (found.low, found.high) == (10 - Fraction("5.32"), 10 + Fraction("5.32"))
    assert found.signals == ()


@pytest.mark.parametrize(
    ("value", "expected"), [("15.32", ()), ("15.33", ("beyond",)), ("4.67", ("beyond",))]
)
def test_a_point_on_the_limit_is_noise_and_one_past_it_is_none(
    value: str, expected: tuple[str, ...]
) -> None:
    assert signals(STEADY, value) == expected


def test_two_of_three_beyond_two_sigma_on_one_side() -> None:
    """Two sigma are 3.546… here: one point alone is noise, two of three are not."""
    assert signals(STEADY, 13.9) == ()
    wide = [*STEADY, Point(Fraction(15)), Point(Fraction(10))]
    found = chart(wide, Point(Fraction(16)))
    assert found is not None
    assert "two_of_three" in found.signals
    assert signals([*STEADY, Point(Fraction(5)), Point(Fraction(10))], 16) != ("two_of_three",)


def test_eight_in_a_row_on_one_side() -> None:
    low = [Point(Fraction(8 + n % 2)) for n in range(20)]
    risen = [*low, *(Point(Fraction(11 + n % 2)) for n in range(7))]
    assert "run" in signals(risen, "11")
    assert "run" not in signals(risen[:-1], "11")
    assert "run" not in signals(risen, "9")


def test_too_little_history_and_a_history_without_any_movement_say_nothing() -> None:
    assert chart(STEADY[:-1], Point(Fraction(99))) is None
    assert chart([Point(Fraction(7))] * 20, Point(Fraction(8))) is None


def test_a_share_of_few_swings_more_before_it_is_told() -> None:
    past = [Point(Fraction(50 + 3 * (n % 3), 100), 400) for n in range(15)]
    few, many = (
        chart(past, Point(Fraction(65, 100), 40)),
        chart(past, Point(Fraction(65, 100), 400)),
    )
    assert few is not None
    assert many is not None
    assert few.high - few.low > 3 * (many.high - many.low)
    assert (few.signals, many.signals[0]) == ((), "beyond")


points = st.builds(
    Point,
    st.fractions(min_value=0, max_value=1, max_denominator=1000),
    st.integers(min_value=1, max_value=100_000),
)


def naive(past: list[Point], newest: Point) -> Chart:
    """Laney's p' as a textbook writes it, with the standard error of p(1 - p) in it."""
    weights = [p.weight for p in past]
    values = [float(p.value) for p in past]
    centre = sum(v * w for v, w in zip(values, weights, strict=True)) / sum(weights)
    spread = math.sqrt(centre * (1 - centre))
    z = [(v - centre) / (spread / math.sqrt(w)) for v, w in zip(values, weights, strict=True)]
    sigma = sum(abs(b - a) for a, b in pairwise(z)) / (len(z) - 1) / 1.128
    own = spread / math.sqrt(newest.weight) * sigma
    side = 1 if float(newest.value) > centre else -1
    every = [*z, (float(newest.value) - centre) / (spread / math.sqrt(newest.weight))]
    found = []
    if abs(every[-1]) > 3 * sigma:
        found.append("beyond")
    if side * every[-1] > 2 * sigma and sum(side * one > 2 * sigma for one in every[-3:]) >= 2:
        found.append("two_of_three")
    if all(side * one > 0 for one in every[-8:]):
        found.append("run")
    low, high = centre - 3 * own, centre + 3 * own
    return Chart(Fraction(centre), Fraction(low), Fraction(high), side > 0, tuple(found))  # type: ignore[arg-type]


@given(st.lists(points, min_size=FEWEST_POINTS, max_size=40), points)
def test_it_agrees_with_the_textbook(past: list[Point], newest: Point) -> None:
    found = chart(past, newest)
    if found is None:
        return
    expected = naive(past, newest)
    assert float(found.centre) == pytest.approx(float(expected.centre), rel=1e-9)
    # 2.66 is 3 / 1.128 to three digits, so a point between the two ways may fall either way.
    assert float(found.high) == pytest.approx(float(expected.high), rel=1e-3, abs=1e-9)
    edge = abs(abs(newest.value - found.centre) - (found.high - found.centre))
    if edge > (found.high - found.centre) / 500:
        assert ("beyond" in found.signals) == ("beyond" in expected.signals)
    if abs(newest.value - found.centre) > Fraction(1, 10**6):
        assert ("run" in found.signals) == ("run" in expected.signals)


@given(
    st.lists(st.integers(min_value=0, max_value=10_000), min_size=FEWEST_POINTS, max_size=30),
    st.integers(min_value=0, max_value=10_000),
    st.integers(min_value=1, max_value=1000),
)
def test_equal_weights_are_the_plain_chart_whatever_they_are(
    values: list[int], newest: int, root: int
) -> None:
    plain = chart([Point(Fraction(v)) for v in values], Point(Fraction(newest)))
    weighted = chart(
        [Point(Fraction(v), root**2) for v in values], Point(Fraction(newest), root**2)
    )
    assert plain == weighted
