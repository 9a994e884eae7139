"""Why a quotient moved: what each slice did, and how the weight of the slices shifted. Pure.

The change of a rate R = Σ w·r over slices with weights w (their part of the denominator) and rates
r is split exactly: Σ mean(w)·Δr came from the rates within the slices, Σ Δw·(mean(r) − mean(R))
from the mix, that is from weight moving towards slices that are better or worse than the whole.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from queries import Figure
from queries.figures import Key
from reports.frozen import Frozen

SPLITS = ("bucket", "team", "product", "agent")
ZERO = Decimal(0)


@dataclass(frozen=True)
class Effect:
    """What one slice added to the change of the whole, as shares (0.01 is one point)."""

    value: Key
    rate: Decimal
    mix: Decimal

    @property
    def total(self) -> Decimal:
        return self.rate + self.mix


@dataclass(frozen=True)
class Reasons:
    """The change of a quotient along one dimension; the effects add up to it exactly."""

    dimension: str
    effects: Sequence[Effect]

    @property
    def rate(self) -> Decimal:
        return sum((one.rate for one in self.effects), ZERO)

    @property
    def mix(self) -> Decimal:
        return sum((one.mix for one in self.effects), ZERO)

    @property
    def total(self) -> Decimal:
        return self.rate + self.mix

    @property
    def largest(self) -> Effect:
        """The slice that moved the whole most in the direction in which it went."""
        way = 1 if self.total >= 0 else -1
        return max(self.effects, key=lambda one: (one.total * way, str(one.value)))


def reasons(frozen: Frozen, metric: str, dimension: str) -> Reasons | None:
    """None where either week has no figure, or where there is one slice only: it explains nothing.

    None as well where the slices do not add up to the whole.
    """
    now, before = frozen.figure("now", metric), frozen.figure("before", metric)
    names = (f"{dimension}_now", f"{dimension}_before")
    keys = list(dict.fromkeys(key for name in names for key in frozen.keys(name)))
    if now.value is None or before.value is None or len(keys) < 2:
        return None
    pairs = [tuple(frozen.figure(name, metric, key) for name in names) for key in keys]
    effects = [
        _effect(key, first, second, now, before)
        for key, (second, first) in zip(keys, pairs, strict=True)
    ]
    found = Reasons(dimension, effects)
    moved = Decimal(now.value) - Decimal(before.value)
    return found if abs(found.total - moved) < Decimal("1e-9") else None


def _effect(value: Key, first: Figure, second: Figure, now: Figure, before: Figure) -> Effect:
    """`first` is the slice before, `second` now; `before` and `now` are the whole."""
    weights = (_part(first.denominator, before), _part(second.denominator, now))
    mean = (Decimal(now.value or 0) + Decimal(before.value or 0)) / 2
    shift = weights[1] - weights[0]
    if not first.denominator or not second.denominator:
        # A slice that comes or goes has no rate to compare: all of it is mix.
        added = _part(second.numerator, now) - _part(first.numerator, before)
        return Effect(value, ZERO, added - mean * shift)
    rates = [Decimal(one.numerator or 0) / (one.denominator or 1) for one in (first, second)]
    inside = (weights[0] + weights[1]) / 2 * (rates[1] - rates[0])
    return Effect(value, inside, shift * ((rates[0] + rates[1]) / 2 - mean))


def _part(number: int | None, whole: Figure) -> Decimal:
    return Decimal(number or 0) / (whole.denominator or 1)
