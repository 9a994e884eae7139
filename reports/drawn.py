"""The pictures of a report, made from its frozen answers."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from charts import Chart, Language, Stacked, bars, curves, heatmap, stacked, trend
from queries import Figure
from reports.frozen import Frozen

Kind = Literal["trend", "bars"]


def over_weeks(
    frozen: Frozen,
    language: Language,
    title: str,
    metrics: Sequence[str],
    kind: Kind,
    question: str = "weeks",
) -> Chart:
    """Metrics week by week: lines for rates and levels, bars for one sum."""
    answer = frozen.answers[question]
    if kind == "bars":
        return bars(title, answer, metrics[0], language)
    return trend(title, answer, tuple(metrics), language)


def shares_by_week(frozen: Frozen, language: Language, title: str, metrics: Sequence[str]) -> Chart:
    """Shares that make a whole, stacked week by week."""
    lines = trend(title, frozen.answers["weeks"], tuple(metrics), language)
    parts = tuple(replace(series, role="part") for series in lines.series)
    return Stacked(lines.title, lines.unit, lines.across, lines.categories, parts)


def stock_by_week(frozen: Frozen, language: Language, title: str) -> Chart:
    answer = frozen.answers["bucket_weeks"]
    return stacked(title, answer, "open_balance", language, members=frozen.members)


def hour_by_weekday(
    frozen: Frozen, language: Language, title: str, grid: dict[tuple[int, int], Figure]
) -> Chart:
    """Only the hours of `grid`, so that no colour stands on a handful of calls."""
    answer = replace(frozen.answers["hours"], figures=list(grid.values()))
    return heatmap(title, answer, "right_party_rate", language)


def vintage_curves(frozen: Frozen, language: Language, title: str) -> Chart:
    return curves(title, frozen.answers["liquidation"], "liquidation", language)
