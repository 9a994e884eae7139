"""The table behind a panel with typed values: what an export writes and the panel counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from charts import Chart, Curves, Heatmap, Language, Stacked
from dashboard.components.grid import Column, Grid, Move, Plain, Value, difference, plain
from queries.figures import Key
from queries.metrics import METRICS

Unit = Literal["text", "date", "money", "count", "share", "ratio", "days", "points"]


@dataclass(frozen=True)
class Heading:
    title: str
    unit: Unit


@dataclass(frozen=True)
class Table:
    """Money in whole units of the currency, shares 0 to 1, dates as dates, None for no data."""

    columns: tuple[Heading, ...]
    rows: tuple[tuple[Plain, ...], ...]


def table_of(body: Chart | Grid, language: Language) -> Table:
    return _of_grid(body, language) if isinstance(body, Grid) else _of_chart(body, language)


def _major(unit: str, value: Plain, language: Language) -> Plain:
    if unit == "money" and isinstance(value, (int, Decimal)):
        return Decimal(value).scaleb(-language.minor_digits)
    return value


# ---- charts


def _of_chart(chart: Chart, language: Language) -> Table:
    header, _ = chart.table(language)
    if isinstance(chart, (Curves, Heatmap)):
        columns = [Heading(header[0], "text"), *(Heading(t, chart.unit) for t in header[1:])]
        rows: list[tuple[Plain, ...]] = [(s.name, *s.values) for s in chart.series]
    else:
        columns, rows = _upright(chart, header, language)
    return Table(
        tuple(columns),
        tuple(
            tuple(_major(c.unit, v, language) for c, v in zip(columns, row, strict=True))
            for row in rows
        ),
    )


def _upright(
    chart: Chart, header: Sequence[str], language: Language
) -> tuple[list[Heading], list[tuple[Plain, ...]]]:
    """A row per place, a column per series, then n and a remark where there are any."""
    columns = [Heading(header[0], "date" if chart.dated else "text")]
    lists: list[Sequence[Plain]] = [[_place(p.key, p.full) for p in chart.categories]]
    for series in chart.series:
        columns.append(Heading(series.name, chart.unit))
        lists.append(series.values)
        if any(count is not None for count in series.counts):
            columns.append(Heading(f"n ({series.name})", "count"))
            lists.append(series.counts)
    if isinstance(chart, Stacked):
        columns.append(Heading(language.t("Total"), chart.unit))
        lists.append(chart.totals())
    if chart.incomplete:
        late = language.t("not complete yet")
        columns.append(Heading(language.t("Remark"), "text"))
        lists.append([late if at in chart.incomplete else "" for at in range(len(lists[0]))])
    return columns, list(zip(*lists, strict=True))


def _place(key: Key, full: str) -> Plain:
    return key if isinstance(key, date) else full


# ---- grids


def _of_grid(grid: Grid, language: Language) -> Table:
    """The rows without the total: whoever adds up a column must not count anything twice."""
    return Table(
        tuple(Heading(column.title, _unit(column, grid)) for column in grid.columns),
        tuple(
            tuple(_cell(column, row.values.get(column.name), language) for column in grid.columns)
            for row in grid.rows
        ),
    )


def _unit(column: Column, grid: Grid) -> Unit:
    if column.kind == "text":
        values = [row.values.get(column.name) for row in grid.rows]
        return "date" if any(isinstance(value, date) for value in values) else "text"
    if column.kind == "change" and column.metric:
        # A difference of shares is in points; money and counts change relatively.
        match column.metric.unit:
            case "share":
                return "points"
            case "days":
                return "days"
        return "share"
    return column.unit


def _cell(column: Column, value: Value, language: Language) -> Plain:
    if isinstance(value, Move):
        by = difference(value)
        points = METRICS[value.now.metric].unit == "share"
        return by * 100 if by is not None and points else by
    return _major(column.unit, plain(value), language)
