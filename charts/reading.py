"""From an answer to categories and series: which spans and members, in which order, how named."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from charts.language import Language, Value
from charts.members import BANDS
from charts.model import Category, Role, Series
from queries.definition import Metric
from queries.dimensions import DIMENSIONS, GRAIN_TITLES
from queries.figures import Answer, Figure, Key
from queries.metrics import METRICS
from queries.period import GRAINS, Period, floor, following

Members = Mapping[str, Mapping[str, str]]
# Dimensions with an order of their own stand upright from left to right; names lie as rows.
ORDERED = frozenset({*GRAINS, *BANDS, "bucket", "hour", "weekday", "vintage", "months"})


def title_of(dimension: str, language: Language) -> str:
    """The name of a dimension or grain."""
    words = GRAIN_TITLES.get(dimension) or DIMENSIONS[dimension]
    return language.words(words)


def categories_of(
    answer: Answer, dimension: str, language: Language, members: Members
) -> tuple[Category, ...]:
    """The places of one dimension: every span of the period, or the members that have figures."""
    if dimension in GRAINS:
        starts = [floor(span.start, dimension) for span in answer.question.period.split(dimension)]
        return tuple(category(dimension, start, language) for start in starts)
    labels = members.get(dimension, {})
    keys = _ordered(_seen(answer, dimension), labels)
    return tuple(category(dimension, key, language, labels.get(str(key), "")) for key in keys)


def category(dimension: str, key: Key, language: Language, label: str = "") -> Category:
    return Category(
        key, _short(dimension, key, language, label), language.member(dimension, key, label)
    )


def _short(dimension: str, key: Key, language: Language, label: str) -> str:
    if isinstance(key, date) and dimension in ("day", "week"):
        return language.day(key)
    if isinstance(key, date) and dimension == "month":
        return language.month_name(key)
    if isinstance(key, date) and dimension == "quarter":
        return language.quarter_name(key)
    if dimension == "hour":
        return f"{key:02d}"
    if dimension in BANDS and key:
        # The title says that these are days.
        return str(key).replace("-", "–")
    return language.member(dimension, key, label)


def _seen(answer: Answer, dimension: str) -> list[Key]:
    at = answer.question.by.index(dimension)
    return list(dict.fromkeys(figure.keys[at] for figure in answer.figures))


def _ordered(keys: Sequence[Key], labels: Mapping[str, str]) -> list[Key]:
    known = [key for label in labels for key in keys if str(key) == label]
    return known + [key for key in keys if key not in known]


def by_keys(answer: Answer, metric: str) -> dict[tuple[Key, ...], Figure]:
    """The figures of a metric by their keys."""
    return {figure.keys: figure for figure in answer.of(metric)}


def spans_of(answer: Answer, grain: str) -> list[Key]:
    """The first days of the calendar spans that the period touches."""
    return [floor(span.start, grain) for span in answer.question.period.split(grain)]


def series_of(
    name: str, answer: Answer, metric: str, keys: Sequence[tuple[Key, ...]], role: Role = "main"
) -> Series:
    """One value per key. A sum that has no row between two that have is zero, not unknown."""
    found = by_keys(answer, metric)
    figures = [found.get(key) for key in keys]
    values: list[Value] = [figure.value if figure else None for figure in figures]
    declared = METRICS[metric]
    if declared.kind in ("flow", "distinct"):
        values = _filled(values)
    late = {at for at, figure in enumerate(figures) if figure and figure.provisional}
    return Series(
        name=name,
        values=tuple(values),
        role=role,
        incomplete=frozenset(late | _clipped(answer, declared, keys)),
        counts=tuple(figure.n if figure else None for figure in figures)
        if declared.denominator
        else (),
    )


def zeroed(parts: Sequence[Series], metric: str) -> tuple[Series, ...]:
    """Parts of one whole: where any part has a sum, the part without a row has none of it."""
    if METRICS[metric].denominator or not parts:
        return tuple(parts)
    columns = zip(*(series.values for series in parts), strict=True)
    counted = [any(value is not None for value in column) for column in columns]
    return tuple(
        replace(
            series,
            values=tuple(
                0 if value is None and there else value
                for value, there in zip(series.values, counted, strict=True)
            ),
        )
        for series in parts
    )


def _filled(values: list[Value]) -> list[Value]:
    known = [at for at, value in enumerate(values) if value is not None]
    if not known:
        return values
    return [
        0 if value is None and known[0] < at < known[-1] else value
        for at, value in enumerate(values)
    ]


def _clipped(answer: Answer, metric: Metric, keys: Sequence[tuple[Key, ...]]) -> set[int]:
    """Places of spans that the period cuts: a sum over half a week is not a week's."""
    grain = next((name for name in answer.question.by if name in GRAINS), None)
    if grain is None or metric.kind not in ("flow", "distinct"):
        return set()
    at = answer.question.by.index(grain)
    period = answer.question.period
    return {place for place, key in enumerate(keys) if _cut(key[at], grain, period)}


def _cut(start: Key, grain: str, period: Period) -> bool:
    if not isinstance(start, date):
        return False
    return start < period.start or following(start, grain) > period.end


def part(series: Series) -> Series:
    return replace(series, role="part")
