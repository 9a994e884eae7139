"""Control charts: is a figure out of the ordinary for this unit, or is it noise?

An XmR chart of the unit's own past: the centre is the mean, and the usual distance between one
period and the next says how far a period may lie from it (2.66 times the mean moving range, which
is three sigma where nothing but chance is at work).

Periods do not weigh the same: a share of 40 promises swings more than one of 400, and a month with
18 working days brings less than one with 23. So each point has a weight (what stands behind a
share, the working days of a sum that is told per working day), and its distance from the centre
counts times the square root of it. For shares that is Laney's p' chart: its standard error of
p(1 - p) cancels out, which leaves sigma = mean moving range of the weighted distances / sqrt(n). It
was taken over the plain p chart, whose limits are far too narrow for hundreds of cases worked by
the same people, and over XmR of the bare rate, which forgets n. With equal weights both are the XmR
chart.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import isqrt
from typing import Literal

Signal = Literal["beyond", "two_of_three", "run"]

# With fewer the limits are themselves mostly chance.
FEWEST_POINTS = 12
# 3 / 1.128: three sigma, estimated from moving ranges of two.
REACH = Fraction(266, 100)
RUN = 8
# Square roots are taken to nine decimals; those of square numbers are exact.
_SCALE = 10**9


@dataclass(frozen=True)
class Point:
    """A period: its value (a share, or what came per unit of weight) and its weight, above 0."""

    value: Fraction
    weight: int = 1


@dataclass(frozen=True)
class Chart:
    """What the past says of the newest point: `centre`, `low` and `high` are in units of its value.
    `above` says on which side of the centre it lies; `signals` is empty where it is noise."""

    centre: Fraction
    low: Fraction
    high: Fraction
    above: bool
    signals: tuple[Signal, ...]


def chart(past: Sequence[Point], newest: Point) -> Chart | None:
    """The newest point against the ones before it, oldest first, which alone make the limits.

    None where there are fewer than FEWEST_POINTS of them, or where they never moved, so that any
    change at all would be out of the ordinary.
    """
    if len(past) < FEWEST_POINTS:
        return None
    centre = sum((p.value * p.weight for p in past), Fraction(0)) / sum(p.weight for p in past)
    distances = [(p.value - centre) * _root(p.weight) for p in (*past, newest)]
    steps = [abs(b - a) for a, b in pairwise(distances[:-1])]
    reach = REACH * sum(steps, Fraction(0)) / len(steps)
    if not reach:
        return None
    own = reach / _root(newest.weight)
    return Chart(
        centre, centre - own, centre + own, distances[-1] > 0, tuple(_signals(distances, reach))
    )


def _signals(distances: Sequence[Fraction], reach: Fraction) -> list[Signal]:
    """The rules that the newest distance breaks, where `reach` is three sigma."""
    newest = distances[-1]
    side = 1 if newest > 0 else -1
    found: list[Signal] = []
    if abs(newest) > reach:
        found.append("beyond")
    far = [side * one > reach * Fraction(2, 3) for one in distances[-3:]]
    if far[-1] and sum(far) >= 2:
        found.append("two_of_three")
    if all(side * one > 0 for one in distances[-RUN:]):
        found.append("run")
    return found


def _root(weight: int) -> Fraction:
    return Fraction(isqrt(weight * _SCALE * _SCALE), _SCALE)
