"""A long table: columns that know their unit, rows of plain values, a row that says what it totals.

Values are those of figures (money in minor units, shares 0 to 1); from them follow the text to
show, the number to sort and filter by, and the typed cell of an export.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal

import dash_ag_grid as dag

from charts import Language, Series
from dashboard.components.marks import moved, recent_alt
from queries.definition import Metric, Unit
from queries.figures import Figure
from queries.metrics import METRICS

Kind = Literal["text", "number", "bar", "line", "change"]
Plain = str | int | float | Decimal | date | datetime | None

# More rows than these get a window of their own to scroll in.
MAX_TALL = 25
WINDOW_PX = 640
SPARK_STEPS = 100


@dataclass(frozen=True)
class Move:
    """A figure and what it is compared with, for a column of changes."""

    now: Figure
    before: Figure | None


Value = Plain | Figure | Series | Move


@dataclass(frozen=True)
class Column:
    """`name` is the key of its values in the rows.

    kind → value in a row: text → str, date or datetime; number and bar → Figure or a plain value of
    `unit`; line → Series; change → Move. `metric` gives unit, title and definition.
    """

    name: str
    title: str
    kind: Kind = "number"
    unit: Unit | Literal["text"] = "count"
    explain: str = ""
    metric: Metric | None = None
    pinned: bool = False
    width: int | None = None
    wrap: bool = False

    @staticmethod
    def text(
        name: str, title: str, *, pinned: bool = False, width: int | None = None, wrap: bool = False
    ) -> "Column":
        """`wrap` is for sentences: they take as many lines as they need instead of being cut."""
        return Column(name, title, "text", "text", pinned=pinned, width=width, wrap=wrap)

    @staticmethod
    def of(
        metric: str, language: Language, *, kind: Kind = "number", name: str = "", title: str = ""
    ) -> "Column":
        """A column of a metric; its name is that of the metric, with the kind behind it where the
        kind is line or change ("collected_change")."""
        declared = METRICS[metric]
        own = metric if kind in ("number", "bar") else f"{metric}_{kind}"
        heading = language.words(declared.title)
        if kind == "change":
            heading = language.t("{metric}, change", metric=heading)
        if kind == "line":
            heading = language.t("{metric}, trend", metric=heading)
        return Column(
            name or own, title or heading, kind, declared.unit,
            language.words(declared.explain), declared,
        )  # fmt: skip


@dataclass(frozen=True)
class Row:
    """`key` tells the row apart from every other; `values` by the names of the columns. One that
    stands `apart` (automated contacts among agents) has no bar and sets no measure for others'."""

    key: str
    values: Mapping[str, Value]
    apart: bool = False


@dataclass(frozen=True)
class Grid:
    """`total` stays in view at the bottom; its first text says what it totals."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row | None = None

    @property
    def empty(self) -> bool:
        return not self.rows


def plain(value: Value) -> Plain:
    """The value itself: of a figure, of the end of a line; a change has none without its metric."""
    if isinstance(value, Figure):
        return value.value
    if isinstance(value, Series):
        return value.values[value.known[-1]] if value.known else None
    return None if isinstance(value, Move) else value


def difference(move: Move) -> Decimal | None:
    """What a change is sorted by and exported as: the difference of shares and days, else the
    relative change."""
    before = move.before.value if move.before else None
    if move.now.value is None or before is None:
        return None
    by = Decimal(move.now.value) - Decimal(before)
    if METRICS[move.now.metric].unit in ("share", "days"):
        return by
    return by / abs(Decimal(before)) if before else None


def draw_grid(name: str, grid: Grid, language: Language) -> dag.AgGrid:
    """The grid as a component with the id `name`."""
    tall = len(grid.rows) <= MAX_TALL
    most = _most(grid)
    options: dict[str, Any] = {
        "domLayout": "autoHeight" if tall else "normal",
        "pinnedBottomRowData": [_data(grid.total, grid, most, language)] if grid.total else [],
        "suppressMovableColumns": True,
        "suppressDragLeaveHidesColumns": True,
        "suppressColumnMoveAnimation": True,
        "enableCellTextSelection": True,
        "ensureDomOrder": True,
        "getRowId": {"function": "params.data.key"},
        "theme": {"function": "arrearsGridTheme(themeQuartz)"},
        "tooltipShowDelay": 300,
    }
    if language.chinese:
        options["getLocaleText"] = {"function": "arrearsGridText(params)"}
    return dag.AgGrid(
        id=name,
        columnDefs=[_column(column, language) for column in grid.columns],
        rowData=[_data(row, grid, most, language) for row in grid.rows],
        defaultColDef={"sortable": True, "resizable": True},
        dashGridOptions=options,
        columnSize=None,
        className="grid",
        style={"height": None if tall else WINDOW_PX},
    )


def _column(column: Column, language: Language) -> dict[str, Any]:
    shared: dict[str, Any] = {
        "field": column.name,
        "headerName": column.title,
        "wrapHeaderText": True,
        "autoHeaderHeight": True,
    }
    if column.explain:
        shared["headerTooltip"] = column.explain
    if column.pinned:
        shared |= {"pinned": "left", "lockPinned": True}
    if column.kind == "text":
        return {
            **shared,
            "minWidth": 200 if column.wrap else 60 if column.width else 110,
            **({"width": column.width} if column.width else {"flex": 1}),
            **({"wrapText": True, "autoHeight": True} if column.wrap else {}),
            "filter": "agTextColumnFilter",
            "tooltipField": column.name,
            "cellClass": "grid-text grid-lines" if column.wrap else "grid-text",
            "valueFormatter": {"function": "arrearsGridValue(params)"},
        }
    return {
        **shared,
        "type": "rightAligned",
        "minWidth": min(_narrowest(column), column.width or 999),
        **({"width": column.width} if column.width else {"flex": 1}),
        "valueFormatter": {"function": "arrearsGridValue(params)"},
        "comparator": {"function": "arrearsEmptyLast"},
        "sortingOrder": ["desc", "asc", None],
        "filter": "agNumberColumnFilter",
        **_renderer(column),
    }


def _narrowest(column: Column) -> int:
    """Pixels that a column needs for its longest value: an amount of nine digits, a verdict. A bar
    stands beside its number and takes as much again."""
    if column.unit == "money" and column.kind in ("number", "bar"):
        return {"number": 130, "bar": 190}[column.kind]
    return {"change": 150, "line": 112, "bar": 140}.get(column.kind, 98)


def _renderer(column: Column) -> dict[str, Any]:
    match column.kind:
        case "bar":
            return {"cellRenderer": "ArrearsBar"}
        case "line":
            return {"cellRenderer": "ArrearsLine"}
        case "change":
            return {"cellRenderer": "ArrearsChange"}
    return {}


def _most(grid: Grid) -> dict[str, float]:
    """The longest bar of each column of bars; shares have the whole as theirs."""
    found = {}
    for column in grid.columns:
        if column.kind == "bar":
            rows = [row for row in grid.rows if not row.apart]
            values = [plain(row.values.get(column.name)) for row in rows]
            sizes = [abs(float(v)) for v in values if isinstance(v, (int, float, Decimal))]
            found[column.name] = 1.0 if column.unit == "share" else max(sizes, default=0.0)
    return found


def _data(row: Row, grid: Grid, most: Mapping[str, float], language: Language) -> dict[str, Any]:
    """The row as the browser gets it: a number to sort by, and beside it the text to show."""
    data: dict[str, Any] = {"key": row.key}
    for column in grid.columns:
        value = row.values.get(column.name)
        number = plain(value)
        match column.kind:
            case "text":
                data |= _text(column, number, language)
                continue
            case "change":
                data |= _change(column, value, language)
                continue
            case "line":
                data |= _line(column, value, language)
            case "bar" if not row.apart and row is not grid.total:
                size = abs(float(number)) if isinstance(number, (int, float, Decimal)) else 0.0
                whole = most.get(column.name) or 1.0
                data[f"{column.name}_bar"] = round(min(size / whole, 1.0) * 100, 1)
        data[column.name] = natural(column.unit, number, language)
        data[f"{column.name}_text"] = _shown(column, number, language)
    return data


def natural(unit: str, value: Plain, language: Language) -> Plain:
    """A number as people type it into a filter: money in whole units, shares in percent."""
    if not isinstance(value, (int, float, Decimal)):
        return value
    match unit:
        case "money":
            return float(Decimal(value).scaleb(-language.minor_digits))
        case "share":
            return float(value) * 100
    return float(value) if isinstance(value, Decimal) else value


def written(unit: str, value: Plain, language: Language) -> str:
    """A value as text of the language."""
    if isinstance(value, datetime):
        return language.moment(value)
    if isinstance(value, date):
        return language.date(value)
    if unit == "text" or isinstance(value, str):
        return "" if value is None else str(value)
    number = Decimal(str(value)) if isinstance(value, float) else value
    return language.amount(unit, number)  # type: ignore[arg-type]


def _shown(column: Column, value: Plain, language: Language) -> str:
    """A number as the cards of the same metric write it."""
    if column.metric and column.unit == column.metric.unit and isinstance(value, (int, Decimal)):
        return language.value(column.metric, value)
    return written(column.unit, value, language)


def _text(column: Column, value: Plain, language: Language) -> dict[str, Any]:
    if isinstance(value, (date, datetime)):
        # ISO sorts by time; the text beside it is what people see.
        shown = written("text", value, language)
        return {column.name: value.isoformat(), f"{column.name}_text": shown}
    return {column.name: written("text", value, language)}


def _change(column: Column, value: Value, language: Language) -> dict[str, Any]:
    if not isinstance(value, Move):
        return {column.name: None, f"{column.name}_text": ""}
    metric = METRICS[value.now.metric]
    change = language.change(metric, value.now.value, value.before.value if value.before else None)
    by = difference(value)
    return {
        column.name: None if by is None else float(by) * (1 if metric.unit == "days" else 100),
        f"{column.name}_text": moved(change, language),
        f"{column.name}_tone": change.verdict,
    }


def _line(column: Column, value: Value, language: Language) -> dict[str, Any]:
    """The places of a small line as whole numbers of 0 to 100, for the browser to draw."""
    if not isinstance(value, Series) or len(value.known) < 2 or column.metric is None:
        return {}
    known = [float(value.values[at] or 0) for at in value.known]
    low, reach = min(known), (max(known) - min(known)) or 1.0
    return {
        f"{column.name}_line": [
            None if one is None else round((float(one) - low) / reach * SPARK_STEPS)
            for one in value.values
        ],
        f"{column.name}_late": value.incomplete_from,
        f"{column.name}_alt": recent_alt(column.metric, value, language),
    }


def figures_by(figures: Sequence[Figure]) -> dict[str, dict[str, Figure]]:
    """Figures of one split by key and metric: the start of most grids."""
    found: dict[str, dict[str, Figure]] = {}
    for figure in figures:
        found.setdefault(str(figure.keys[0] or ""), {})[figure.metric] = figure
    return found
