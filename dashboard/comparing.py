"""Arithmetic of fair comparison: where a change lies, and what a whole would have done with the
same cases. Exact, without a word on whose doing it is."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from queries.figures import Answer, Figure

Figures = Mapping[str, Figure]
ZERO = Decimal(0)


@dataclass(frozen=True)
class Part:
    """What one member adds to the change of the whole. `own` comes from its own figure, `weight`
    from its larger or smaller share of the whole; a sum has no weights."""

    own: Decimal
    weight: Decimal | None = None

    @property
    def together(self) -> Decimal:
        return self.own + (self.weight or ZERO)


def split(now: Figures, before: Figures) -> dict[str, Part]:
    """The change of the whole by member; all parts add up to it exactly.

    A quotient changes because those of the members do (at their average weight) and because the
    weights do (at the members' average quotient, measured against that of the whole). Nothing is
    split where one of the two wholes is nothing divided by nothing.
    """
    members = list(dict.fromkeys((*now, *before)))
    figures = [*now.values(), *before.values()]
    if all(figure.denominator is None for figure in figures):
        return {
            key: Part(_numerator(now.get(key)) - _numerator(before.get(key))) for key in members
        }
    wholes = [_whole(now), _whole(before)]
    if not all(bottom for _, bottom in wholes):
        return {}
    level = sum((top / bottom for top, bottom in wholes), ZERO) / 2
    return {
        key: _part((now.get(key), before.get(key)), (wholes[0][1], wholes[1][1]), level)
        for key in members
    }


def added(parts: Iterable[Part]) -> Part:
    """Parts together."""
    own, weight = ZERO, ZERO
    for part in parts:
        own, weight = own + part.own, weight + (part.weight or ZERO)
    return Part(own, weight)


def _part(
    figures: tuple[Figure | None, Figure | None], bottoms: tuple[Decimal, Decimal], level: Decimal
) -> Part:
    weights = [_denominator(one) / bottom for one, bottom in zip(figures, bottoms, strict=True)]
    known = [_quotient(one) for one in figures]
    # Who was not there before (or is no more) changes the whole by coming and going alone.
    now, before = (
        one if one is not None else other
        for one, other in ((known[0], known[1]), (known[1], known[0]))
    )
    if now is None or before is None:
        # A numerator without a denominator belongs to nobody's quotient.
        alone = [_numerator(one) / bottom for one, bottom in zip(figures, bottoms, strict=True)]
        return Part(alone[0] - alone[1], ZERO)
    stray = [
        _numerator(one) / bottom if value is None else ZERO
        for one, value, bottom in zip(figures, known, bottoms, strict=True)
    ]
    own = (weights[0] + weights[1]) / 2 * (now - before) + stray[0] - stray[1]
    return Part(own, (weights[0] - weights[1]) * ((now + before) / 2 - level))


def _whole(figures: Figures) -> tuple[Decimal, Decimal]:
    return (
        sum((_numerator(figure) for figure in figures.values()), ZERO),
        sum((_denominator(figure) for figure in figures.values()), ZERO),
    )


def _numerator(figure: Figure | None) -> Decimal:
    return Decimal(figure.numerator or 0) if figure else ZERO


def _denominator(figure: Figure | None) -> Decimal:
    return Decimal(figure.denominator or 0) if figure else ZERO


def _quotient(figure: Figure | None) -> Decimal | None:
    return None if figure is None or figure.value is None else Decimal(figure.value)


def like_for_like(cells: Answer, house: Answer) -> dict[str, Decimal | None]:
    """Numerator of each member as a share of what its denominators would have given at the
    house's quotient of the same kind: 1 is as much as the house.

    `cells` are split by the member and then by what `house` is split by (bucket and span), so a
    member with harder cases is measured by what is usual for such cases.
    """
    usual = {figure.keys: figure.value for figure in house.figures}
    reached: dict[str, Decimal] = {}
    expected: dict[str, Decimal] = {}
    for figure in cells.figures:
        member, kind = str(figure.keys[0] or ""), figure.keys[1:]
        reached[member] = reached.get(member, ZERO) + _numerator(figure)
        rate = Decimal(usual.get(kind) or 0)
        expected[member] = expected.get(member, ZERO) + rate * _denominator(figure)
    return {
        member: reached[member] / expected[member] if expected[member] > 0 else None
        for member in reached
    }


def mix(cells: Answer) -> dict[str, dict[str, Decimal]]:
    """Member → kind → share of the member's whole, from a sum split by member and kind."""
    counts: dict[str, dict[str, Decimal]] = {}
    for figure in cells.figures:
        member, kind = (str(key or "") for key in figure.keys)
        if figure.numerator:
            counts.setdefault(member, {})[kind] = Decimal(figure.numerator)
    return {
        member: {kind: count / sum(kinds.values()) for kind, count in kinds.items()}
        for member, kinds in counts.items()
    }
