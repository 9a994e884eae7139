"""Answers made by hand, in the shape that the figures arrive in."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from itertools import product

from queries.figures import Answer, Figure, Freshness, Key, Question
from queries.metrics import METRICS
from queries.period import GRAINS, Period, floor

AS_OF = date(2026, 11, 22)
WEEKS = Period(date(2026, 8, 24), date(2026, 11, 23))
MONTHS = Period(date(2025, 12, 1), date(2026, 12, 1))
TEAMS = {
    "T1": "Early calls 一组",
    "T2": "Early calls 二组",
    "T3": "Mid-stage 喆",
    "T4": "Field visits 堃",
    "T5": "Legal & settlement",
    "T6": "Digital <self-service>",
    "T7": "晚期电催中心（上海浦东）第七小组",
    "T8": "Agency Nordwind International Receivables",
}
BUCKETS = ("M0", "M1", "M2", "M3", "M4", "M5", "M6", "M7+")

Counted = tuple[int | None, int | None]  # numerator, denominator or n


def freshness(as_of: date = AS_OF) -> Freshness:
    return Freshness(7, datetime(2026, 11, 23, 6, 15, tzinfo=UTC), as_of, None, False, 1_000, 3)


def answer(
    metric: str,
    by: tuple[str, ...],
    members: Mapping[str, tuple[Key, ...]],
    figure: Callable[..., int | tuple[int, int] | None],
    *,
    period: Period = WEEKS,
    provisional: Callable[..., bool] = lambda *keys: False,
) -> Answer:
    """One figure per combination of keys: `figure(*keys)` gives a sum, (numerator, denominator)
    of a quotient, or None for no row at all."""
    spans = {
        grain: tuple(floor(span.start, grain) for span in period.split(grain)) for grain in GRAINS
    }
    found = []
    for keys in product(*((spans.get(name) or members[name]) for name in by)):
        value = figure(*keys)
        if value is None:
            continue
        top, bottom = value if isinstance(value, tuple) else (value, None)
        found.append(Figure(metric, keys, top, bottom, bottom, provisional(*keys)))
    assert metric in METRICS
    return Answer(Question((metric,), period, by), found, freshness())
