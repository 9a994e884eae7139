"""The part of Targets in which they are set: a grid to type and paste into, suggestions beside it,
and whether the parts make the whole. What the browser does with it is in assets/targets.js."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

import dash_ag_grid as dag
from dash import html

from charts import Language
from dashboard.components.form import act_form, entry, hidden, labelled, send
from dashboard.pages.page import Panel, View
from dashboard.pages.targets.look import Look, Unit, name_of, row_key
from dashboard.pages.targets.suggesting import Proposal
from dashboard.targets.rows import LEVEL_TITLES
from dashboard.typed import as_typed, expected
from queries.targets.progress import better_of
from queries.targets.target import Aim, Version

GRID = "targets-grid"
WINDOW_PX = 560
MAX_TALL = 18
# Agents stand beneath their team.
INDENTS = {"agent": "\u2003"}
FIELDS = ("floor", "target", "stretch")


def setting_panel(
    view: View,
    look: Look,
    units: Sequence[Unit],
    newest: Mapping[Aim, Version],
    proposals: Mapping[tuple[str, str], Proposal],
) -> Panel:
    """The grid and what is done with it."""
    language = view.language
    rows = [_row(view, look, unit, newest, proposals) for unit in units]
    heading = language.t("Set targets: {metric}", metric=language.words(look.metric.title))
    note = language.t(
        "Type {value}, or paste a block from a spreadsheet. Ctrl+Z takes back.",
        value=expected(look.metric, language),
    )
    body = [_grid(rows, look, language), _sums(language), _saving(view, look)]
    return Panel("setting", heading, body, (look.metric.name,), note, wide=True)


def _row(
    view: View,
    look: Look,
    unit: Unit,
    newest: Mapping[Aim, Version],
    proposals: Mapping[tuple[str, str], Proposal],
) -> dict[str, Any]:
    language, metric = view.language, look.metric
    version = newest.get(look.aim(unit.level, unit.key))
    proposal = proposals.get((unit.level, unit.key), Proposal(""))
    marks = asdict(version.marks) if version and version.verdict in (None, "approved") else {}
    typed = {name: as_typed(metric, marks.get(name), language) for name in FIELDS}
    return {
        "key": row_key(unit.level, unit.key),
        "above": row_key(*unit.above) if unit.level != "operation" else None,
        "unit": INDENTS.get(unit.level, "") + name_of(unit, language),
        "level": language.words(LEVEL_TITLES[unit.level]),
        **typed,
        "was": typed,
        "reason": "",
        "number": version.number if version else 0,
        "state": _state(version, language),
        "suggested": _suggested(proposal, look, language),
        "why": proposal.told,
        **{
            f"suggested_{name}": as_typed(metric, getattr(proposal, name), language)
            for name in ("low", "middle", "high")
        },
    }


def _suggested(proposal: Proposal, look: Look, language: Language) -> str:
    values = [proposal.low, proposal.middle, proposal.high]
    known = [language.value(look.metric, one, compact=True) for one in values if one is not None]
    return " · ".join(known) or language.t("none")


def _state(version: Version | None, language: Language) -> str:
    """What became of the newest version."""
    if version is None:
        return ""
    match version.verdict:
        case None:
            return language.t("waits for approval, proposed by {who}", who=version.by)
        case "refused":
            return language.t("refused by {who}", who=version.decided_by)
        case "withdrawn":
            return language.t("withdrawn")
    if version.marks.target is None:
        return language.t("taken back by {who}", who=version.by)
    return language.t("in force, set by {who}", who=version.by)


def _grid(rows: Sequence[Mapping[str, Any]], look: Look, language: Language) -> dag.AgGrid:
    tall = len(rows) <= MAX_TALL
    options: dict[str, Any] = {
        "domLayout": "autoHeight" if tall else "normal",
        "getRowId": {"function": "params.data.key"},
        "theme": {"function": "arrearsGridTheme(themeQuartz)"},
        "suppressMovableColumns": True,
        "suppressDragLeaveHidesColumns": True,
        "enterNavigatesVertically": True,
        "enterNavigatesVerticallyAfterEdit": True,
        "stopEditingWhenCellsLoseFocus": True,
        "ensureDomOrder": True,
        "tooltipShowDelay": 300,
        "context": {
            "flow": look.metric.kind == "flow",
            "better": better_of(look.metric),
            "locale": language.html_lang,
            "wrong": language.t("Expected: {what}.", what=expected(look.metric, language)),
            "disorder": language.t("Floor, target and stretch must get better in this order."),
        },
    }
    if language.chinese:
        options["getLocaleText"] = {"function": "arrearsGridText(params)"}
    return dag.AgGrid(
        id=GRID,
        columnDefs=_columns(language),
        rowData=list(rows),
        defaultColDef={"sortable": False, "resizable": True, "suppressHeaderMenuButton": True},
        dashGridOptions=options,
        eventListeners={
            "cellValueChanged": ["arrearsTargetChanged(params)"],
            "rowDataUpdated": ["arrearsTargetsShown(params)"],
        },
        columnSize=None,
        className="grid targets-grid",
        style={"height": None if tall else WINDOW_PX},
    )


def _columns(language: Language) -> list[dict[str, Any]]:
    typed = {
        "editable": True,
        "type": "rightAligned",
        "minWidth": 120,
        "flex": 1,
        "valueFormatter": {"function": "arrearsTargetValue(params)"},
        "cellClassRules": {"cell-wrong": "arrearsTargetWrong(params)",
                           "cell-new": "arrearsTargetNew(params)"},
        "tooltipValueGetter": {"function": "arrearsTargetTip(params)"},
        "cellClass": "cell-typed ag-right-aligned-cell",
    }  # fmt: skip
    titles = {
        "floor": language.t("Floor"), "target": language.t("Target"),
        "stretch": language.t("Stretch"),
    }  # fmt: skip
    return [
        {"field": "unit", "headerName": language.t("Unit"), "pinned": "left", "width": 190,
         "lockPinned": True, "cellClass": "grid-text"},
        {"field": "level", "headerName": language.t("Level"), "width": 110,
         "cellClass": "grid-text"},
        {"field": "suggested", "headerName": language.t("Suggested: low, middle, high"),
         "minWidth": 220, "flex": 1, "tooltipField": "why", "cellClass": "cell-told"},
        *({**typed, "field": name, "headerName": title} for name, title in titles.items()),
        {"field": "reason", "headerName": language.t("Reason"), "editable": True, "minWidth": 150,
         "flex": 1, "cellClass": "cell-typed cell-words", "tooltipField": "reason"},
        {"field": "state", "headerName": language.t("State"), "minWidth": 190, "flex": 1,
         "cellClass": "grid-text", "tooltipField": "state"},
    ]  # fmt: skip


def _sums(language: Language) -> html.Div:
    """Whether the parts make the whole; the browser fills it in as people type."""
    texts = {
        "changes": language.t("{n} changed"),
        "sums": language.t(
            "The targets below {parent} add up to {total} of {target}: {difference}."
        ),
        "over": language.t("{value} more than needed"),
        "short": language.t("{value} still with nobody"),
        "even": language.t("exactly as much"),
        "theirs": language.t("Take theirs"),
        "mine": language.t("Keep mine"),
    }
    return html.Div(id="targets-sums", **{"data-texts": json.dumps(texts)})  # type: ignore[arg-type]


def _saving(view: View, look: Look) -> html.Div:
    """Below the grid: the reason for all that was changed, and the button."""
    language, above = view.language, view.source.rules.approve_above
    rule = language.t(
        "Without the approval of a manager a target may change by up to {share}.",
        share=language.share(Decimal(above.numerator) / above.denominator, 0),
    )
    body = [
        hidden("span", f"{look.grain}:{look.start}"),
        hidden("metric", look.metric.name),
        html.Div(
            [
                labelled(
                    language.t("Reason for these changes"),
                    entry("text", "reason", maxLength=500, size=40),
                ),
                _button("targets-suggest", language.t("Take the suggestions")),
                _button("targets-undo", language.t("Undo")),
                send(language.t("Save")),
                html.Span(className="targets-changes"),
            ],
            className="act-row",
        ),
        *([] if view.person.may("approve targets") else [html.Small(rule, className="hint")]),
        html.Div(className="targets-conflicts"),
    ]
    return act_form("targets-save", "set-targets", body, language)


def _button(name: str, text: str) -> html.Button:
    return html.Button(text, type="button", id=name, className="button button-quiet")
