"""Which rows of a table are wanted: everything, what changed, certain cases, days or keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Everything:
    """All rows."""


@dataclass(frozen=True)
class ChangedSince:
    """Rows whose `updated_at` is `at` (naive, source zone) or later, or not credible.

    Tables without `updated_at` give everything.
    """

    at: datetime


@dataclass(frozen=True)
class OfCases:
    """Rows of these cases. Tables without a case give everything."""

    case_ids: Sequence[str]


@dataclass(frozen=True)
class OnDays:
    """Rows whose `column` lies in one of the half-open spans (naive, source zone).

    A column that holds days without a time is compared by day in the business zone.
    """

    spans: Sequence[Span]
    column: str


@dataclass(frozen=True)
class WithKeys:
    """Rows whose key, or the text part of a composite key, is one of `keys`."""

    keys: Sequence[str]


Restriction = Everything | ChangedSince | OfCases | OnDays | WithKeys


def merged(spans: Sequence[Span]) -> list[Span]:
    """The spans in order, touching and overlapping ones joined, empty ones dropped."""
    out: list[Span] = []
    for start, end in sorted(span for span in spans if span[0] < span[1]):
        if out and start <= out[-1][1]:
            out[-1] = (out[-1][0], max(end, out[-1][1]))
        else:
            out.append((start, end))
    return out
