"""Hysteresis: an alert fires once, stays, and is over past the other limit."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.alerts.control import Chart
from queries.alerts.rules import Side
from queries.alerts.state import Move, at_limit, behind, out_of_the_ordinary, so_or_not

F = Fraction


def move(values: list[int | None], *, is_open: bool = False, side: Side = "above") -> Move:
    clear = F(80) if side == "above" else F(120)
    known = [None if value is None else F(value) for value in values]
    return at_limit(known, side, F(100), clear, 2, is_open=is_open)


def test_it_fires_when_all_of_the_newest_periods_are_at_the_limit() -> None:
    assert move([100, 100]) == "fire"
    assert move([150, 99]) == move([99, 150]) == "hold"
    assert move([0, 100, 100]) == "fire"
    assert move([100]) == move([]) == "hold"
    assert move([100, 90], side="below") == "fire"


def test_it_is_over_only_past_the_other_limit() -> None:
    assert move([100, 80], is_open=True) == "hold"
    assert move([100, 79], is_open=True) == "clear"
    assert move([100, 120], is_open=True, side="below") == "hold"
    assert move([100, 121], is_open=True, side="below") == "clear"


def test_what_is_not_known_changes_nothing() -> None:
    assert move([None, 150]) == move([150, None]) == "hold"
    assert move([0, None], is_open=True) == move([], is_open=True) == "hold"


@given(
    st.lists(st.none() | st.integers(min_value=0, max_value=200), max_size=40),
    st.sampled_from(["above", "below"]),
    st.integers(min_value=0, max_value=60),
    st.integers(min_value=1, max_value=4),
)
def test_it_never_fires_twice_without_being_over_between(
    values: list[int | None], side: Side, gap: int, periods: int
) -> None:
    sign = 1 if side == "above" else -1
    clear, is_open, told = F(100 - sign * gap), False, []
    for end in range(len(values) + 1):
        known = [None if v is None else F(v) for v in values[:end]]
        moved = at_limit(known, side, F(100), clear, periods, is_open=is_open)
        last = known[-1] if known else None
        if moved == "fire":
            assert not is_open
            assert last is not None
            assert sign * last >= sign * 100
        if moved == "clear":
            assert is_open
            assert last is not None
            assert sign * last < sign * clear
        is_open = {"fire": True, "clear": False, "hold": is_open}[moved]
        told.append(moved)
    begun_and_ended = [one for one in told if one != "hold"]
    assert begun_and_ended == [
        "fire" if n % 2 == 0 else "clear" for n in range(len(begun_and_ended))
    ]


def charted(*signals: str, above: bool = True) -> Chart:
    return Chart(F(10), F(5), F(15), above, signals)  # type: ignore[arg-type]


def test_a_signal_counts_on_the_side_that_matters() -> None:
    assert out_of_the_ordinary(charted("run"), worse="above", is_open=False) == "fire"
    assert out_of_the_ordinary(charted("run"), worse="below", is_open=False) == "hold"
    assert out_of_the_ordinary(charted("run"), worse="either", is_open=False) == "fire"
    assert out_of_the_ordinary(charted(), worse="either", is_open=True) == "clear"
    assert out_of_the_ordinary(charted("run"), worse="either", is_open=True) == "hold"
    assert out_of_the_ordinary(None, worse="either", is_open=True) == "hold"
    assert out_of_the_ordinary(None, worse="either", is_open=False) == "hold"


def test_pace_is_missed_below_a_share_and_caught_up_at_another() -> None:
    share, clear = F(95, 100), F(97, 100)
    assert behind(949, 1000, share, clear, is_open=False) == "fire"
    assert behind(950, 1000, share, clear, is_open=False) == "hold"
    assert behind(969, 1000, share, clear, is_open=True) == "hold"
    assert behind(970, 1000, share, clear, is_open=True) == "clear"
    assert behind(0, 0, share, clear, is_open=False) == "hold"
    # A reversal makes it less than nothing: nothing was expected, so nothing is missing.
    assert behind(-5, 0, share, clear, is_open=False) == "hold"


@pytest.mark.parametrize(
    ("wrong", "is_open", "expected"),
    [(True, False, "fire"), (True, True, "hold"), (False, True, "clear"), (False, False, "hold"),
     (None, True, "hold"), (None, False, "hold")],
)  # fmt: skip
def test_what_is_wrong_or_right(wrong: bool | None, is_open: bool, expected: Move) -> None:
    assert so_or_not(wrong, is_open=is_open) == expected
