"""When an alert begins and when it is over. It begins at a limit and ends past another one, so that
a figure which lies on the limit does not ring all day; what is not known changes nothing."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

from queries.alerts.control import Chart
from queries.alerts.rules import Side

Move = Literal["fire", "clear", "hold"]


def at_limit(
    values: Sequence[Fraction | None],
    side: Side,
    limit: Fraction,
    clear: Fraction,
    periods: int,
    *,
    is_open: bool,
) -> Move:
    """What becomes of an alert, given the newest periods, oldest first; None is a value that is
    missing, provisional, or made of too little.

    It fires when the newest `periods` values are all at the limit or past it, and clears when the
    newest is back past `clear`, which lies on the good side of the limit or on it.
    """
    sign = 1 if side == "above" else -1
    newest = list(values[-periods:])
    if is_open:
        last = newest[-1] if newest else None
        return "clear" if last is not None and sign * last < sign * clear else "hold"
    if len(newest) < periods:
        return "hold"
    reached = all(value is not None and sign * value >= sign * limit for value in newest)
    return "fire" if reached else "hold"


def out_of_the_ordinary(
    chart: Chart | None, *, worse: Literal["above", "below", "either"], is_open: bool
) -> Move:
    """A signal on the side that matters fires; it clears when the newest period gives none."""
    if chart is None:
        return "hold"
    side = "above" if chart.above else "below"
    signalled = bool(chart.signals) and worse in ("either", side)
    if is_open:
        return "hold" if signalled else "clear"
    return "fire" if signalled else "hold"


def behind(
    actual: int,
    expected: int,
    share: Fraction,
    clear: Fraction,
    *,
    is_open: bool,
) -> Move:
    """Below a share of what should have come by now fires; it clears at the share `clear`, which is
    the same or higher. Where nothing is expected yet nothing is missing."""
    if is_open:
        return "clear" if actual >= clear * expected else "hold"
    return "fire" if expected > 0 and actual < share * expected else "hold"


def so_or_not(wrong: bool | None, *, is_open: bool) -> Move:
    """What is either wrong or right, and holds while nobody knows."""
    if wrong is None or wrong == is_open:
        return "hold"
    return "fire" if wrong else "clear"
