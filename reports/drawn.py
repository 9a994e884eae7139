"""The pictures of a report, made from its frozen answers."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, TypeGuard

from charts import Chart, Language, Stacked, bars, curves, heatmap, stacked, trend
from queries import Answer, Figure
from reports import cells, tables
from reports.frozen import Frozen
from reports.spans import titled

Kind = Literal["trend", "bars"]


def over_time(
    frozen: Frozen,
    language: Language,
    title: str,
    metrics: Sequence[str],
    kind: Kind,
    question: str,
    *,
    year_ago: str = "",
) -> Chart:
    """Metrics span by span: lines for rates and levels, bars for one sum.

    `year_ago` names the question with the same spans a year earlier, for the first metric. One
    metric alone shows its targets where the question is that of the trend.
    """
    answer = frozen.answers[question]
    earlier = frozen.answers.get(year_ago)
    compare = (
        (language.t("A year earlier"), earlier) if _told(earlier, answer, metrics[0]) else None
    )
    alone = question == frozen.covered.kind.many and len(metrics) == 1
    target = frozen.standings.lines.get(metrics[0], ()) if alone else ()
    if kind == "bars":
        chart = bars(title, answer, metrics[0], language, compare=compare)
        return chart.against(target, language)
    return trend(title, answer, tuple(metrics), language, compare=compare, target=target)


def _told(earlier: Answer | None, answer: Answer, metric: str) -> TypeGuard[Answer]:
    """Whether there is enough of a year ago for a line: a dot or two say nothing."""
    if earlier is None:
        return False
    known = sum(one.value is not None for one in earlier.of(metric))
    return 2 * known >= len(answer.of(metric)) > 0


def by_team(frozen: Frozen, language: Language, title: str, metric: str) -> Chart:
    """Teams in their own order, each with a mark where it stood before.

    Rates that stand on few rows are left out and their teams named: a bar would rank noise.
    """
    answer, earlier = frozen.answers["team_now"], frozen.answers.get("team_before")
    thin = [one.keys[0] for one in answer.of(metric) if cells.few(one)]
    names = [tables.label(frozen, language, "team", team) for team in thin]
    note = language.t("Too few to draw: {teams}.", teams=language.listed(names)) if thin else ""
    return bars(
        title, _enough(answer, metric), metric, language, members=frozen.members,
        compare=(titled(frozen.covered.said(language).last), _enough(earlier, metric))
        if earlier else None,
        note=note,
    )  # fmt: skip


def _enough(answer: Answer, metric: str) -> Answer:
    """Only the figures of one metric that stand on enough rows."""
    return replace(answer, figures=[one for one in answer.of(metric) if not cells.few(one)])


def shares_over_time(
    frozen: Frozen, language: Language, title: str, metrics: Sequence[str]
) -> Chart:
    """Shares that make a whole, stacked span by span."""
    lines = trend(title, frozen.answers[frozen.covered.kind.many], tuple(metrics), language)
    parts = tuple(replace(series, role="part") for series in lines.series)
    return Stacked(lines.title, lines.unit, lines.across, lines.categories, parts)


def stock_over_time(frozen: Frozen, language: Language, title: str, question: str) -> Chart:
    answer = frozen.answers[question]
    return stacked(title, answer, "open_balance", language, members=frozen.members)


def hour_by_weekday(
    frozen: Frozen, language: Language, title: str, grid: dict[tuple[int, int], Figure]
) -> Chart:
    """Only the hours of `grid`, so that no colour stands on a handful of calls."""
    answer = replace(frozen.answers["hours"], figures=list(grid.values()))
    return heatmap(title, answer, "right_party_rate", language)


def vintage_curves(frozen: Frozen, language: Language, title: str) -> Chart:
    return curves(title, frozen.answers["liquidation"], "liquidation", language)
