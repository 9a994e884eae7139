"""What earlier editions said against what was known of it when a report was frozen, kept with its
figures as plain values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from queries import Figure, Period
from queries.restating import Parts, Restatement


@dataclass(frozen=True)
class Restated:
    """One earlier edition and those of its figures that differ now. `code` names it as its pages
    do; `number` counts the editions of its period."""

    code: str
    period: Period
    number: int
    figures: tuple[Restatement, ...] = ()


def plain(restated: Sequence[Restated]) -> list[Any]:
    """What JSON can hold."""
    return [
        {
            "code": one.code,
            "period": [one.period.start, one.period.end],
            "number": one.number,
            "figures": [_plain(figure) for figure in one.figures],
        }
        for one in restated
    ]


def kept(data: Sequence[Mapping[str, Any]]) -> tuple[Restated, ...]:
    """The inverse of `plain`."""
    return tuple(
        Restated(
            one["code"],
            Period(*(date.fromisoformat(day) for day in one["period"])),
            one["number"],
            tuple(_restatement(figure) for figure in one["figures"]),
        )
        for one in data
    )


def _plain(one: Restatement) -> list[Any]:
    parts = one.parts and [one.parts.late, one.parts.reversals, one.parts.corrections]
    return [one.metric, _sums(one.reported), _sums(one.known), parts, one.redefined]


def _sums(figure: Figure) -> list[Any]:
    return [figure.numerator, figure.denominator, figure.n, figure.provisional]


def _restatement(data: Sequence[Any]) -> Restatement:
    metric, reported, known, parts, redefined = data
    return Restatement(
        metric,
        Figure(metric, (), *reported),
        Figure(metric, (), *known),
        Parts(*parts) if parts else None,
        redefined,
    )
