"""Teams side by side: a grid that sorts, with a row that says what it totals."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import dash_ag_grid as dag

from charts import Language
from queries.dimensions import DIMENSIONS
from queries.figures import Answer, Figure
from queries.metrics import METRICS

# More rows than these get a window of their own to scroll in.
MAX_TALL = 25
TEAM = "team"
PROMISES_N = "promises_n"


@dataclass(frozen=True)
class TeamTable:
    """Figures by team and of the whole. `members` are the teams' names by id, `chosen` those
    that the view is limited to.

    `whole` must answer the same metrics without a split: a rate of the whole is its own quotient,
    and a case that two teams worked counts once in it.
    """

    metrics: tuple[str, ...]
    teams: Answer
    whole: Answer
    members: Mapping[str, str]
    chosen: tuple[str, ...] = ()


def team_table(table: TeamTable, language: Language) -> dag.AgGrid:
    rows = team_rows(table, language)
    tall = len(rows) <= MAX_TALL
    options = {
        "domLayout": "autoHeight" if tall else "normal",
        "pinnedBottomRowData": [total_row(table, language)],
        "suppressCellFocus": False,
        "suppressMovableColumns": True,
        "suppressDragLeaveHidesColumns": True,
        "enableCellTextSelection": True,
        "ensureDomOrder": True,
        "getRowId": {"function": "params.data.key"},
        "theme": {"function": "arrearsGridTheme(themeQuartz)"},
        "tooltipShowDelay": 300,
    }
    if language.chinese:
        options["getLocaleText"] = {"function": "arrearsGridText(params)"}
    return dag.AgGrid(
        id="team-grid",
        columnDefs=columns(table.metrics, language),
        rowData=rows,
        defaultColDef={"sortable": True, "resizable": True, "suppressHeaderMenuButton": True},
        dashGridOptions=options,
        columnSize=None,
        className="grid",
        style={"height": None if tall else 640},
    )


def columns(metrics: Sequence[str], language: Language) -> list[dict[str, Any]]:
    """The team, then a column for each metric and one for the n of the promises."""
    team: dict[str, Any] = {
        "field": TEAM,
        "headerName": language.words(DIMENSIONS["team"]),
        "pinned": "left",
        "minWidth": 120,
        "width": 170,
        "filter": "agTextColumnFilter",
        "tooltipField": TEAM,
        "cellClass": "team-name",
    }
    found = [team]
    for name in metrics:
        found.append(_number(name, language.words(METRICS[name].title), name, language))
        if name == "promise_kept_rate":
            found.append(_number(PROMISES_N, language.t("n (promises)"), "promises_due", language))
    return found


def _number(field: str, title: str, metric: str, language: Language) -> dict[str, Any]:
    return {
        "field": field,
        "headerName": title,
        "headerTooltip": language.words(METRICS[metric].explain),
        "type": "rightAligned",
        "minWidth": 108,
        "flex": 1,
        "wrapHeaderText": True,
        "autoHeaderHeight": True,
        "valueFormatter": {"function": "arrearsGridValue(params)"},
        "comparator": {"function": "arrearsEmptyLast"},
        "sortingOrder": ["desc", "asc", None],
    }


def team_rows(table: TeamTable, language: Language) -> list[dict[str, Any]]:
    """A row for each team that has a figure or was chosen, in the order of the teams."""
    # Somebody who chose a team looks for its row, even where it has nothing to show.
    by_team: dict[str, dict[str, Figure]] = {team: {} for team in table.chosen}
    for figure in table.teams.figures:
        by_team.setdefault(str(figure.keys[0] or ""), {})[figure.metric] = figure
    order = [*table.members, *(key for key in by_team if key not in table.members)]
    return [
        {
            "key": key,
            **row(_name(key, table, language), by_team[key], table, language),
        }
        for key in order
        if key in by_team
    ]


def _name(key: str, table: TeamTable, language: Language) -> str:
    return language.member(TEAM, key, table.members.get(key, ""))


def total_row(table: TeamTable, language: Language) -> dict[str, Any]:
    figures = {name: table.whole.one(name) for name in table.metrics}
    title = (
        language.n("{count} chosen team", "{count} chosen teams together", len(table.chosen))
        if table.chosen
        else language.t("All teams together")
    )
    return {"key": "whole", **row(title, figures, table, language)}


def row(
    title: str, figures: Mapping[str, Figure], table: TeamTable, language: Language
) -> dict[str, Any]:
    """Values to sort by, and beside each the text to show."""
    cells: dict[str, Any] = {TEAM: title}
    for name in table.metrics:
        figure = figures.get(name)
        value = figure.value if figure else None
        if value is None and not METRICS[name].denominator:
            # Only rows that exist are summed by team; a sum without any row is nothing.
            value = 0
        cells[name] = float(value) if isinstance(value, Decimal) else value
        cells[f"{name}_text"] = language.value(METRICS[name], value)
        if name == "promise_kept_rate":
            cells[PROMISES_N] = figure.n if figure else None
            cells[f"{PROMISES_N}_text"] = language.count(figure.n if figure else None)
    return cells
