"""A titled box: what is shown, its definition on demand, the drawing, and the table behind it."""

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from charts import PAGE_CONFIG, Chart, Language
from dashboard.locales import PLOTS

# Pixels; Plotly would take 450, which leaves room for two rows on a desk screen.
HEIGHT = 250


def info(text: str, about: str, language: Language) -> dmc.Tooltip:
    """A small mark that tells the definition on hover, on focus and to a screen reader."""
    label = language.t("Definition of {name}: {text}", name=about, text=text)
    return dmc.Tooltip(
        html.Button("i", className="info", type="button", **{"aria-label": label}),  # type: ignore[arg-type]
        label=text,
        multiline=True,
        w=280,
        withArrow=True,
        events={"hover": True, "focus": True, "touch": True},
    )


def panel(
    name: str, title: str, body: Any, *, note: str = "", definition: Any = None, wide: bool = False
) -> html.Section:
    """A box of the page. `name` is its id; `note` says below the title what is shown."""
    heading = f"{name}-title"
    return html.Section(
        [
            html.Header(
                [html.H2(title, id=heading), *([definition] if definition else [])],
                className="panel-head",
            ),
            *([html.P(note, id=f"{name}-note", className="panel-note")] if note else []),
            html.Div(body, className="panel-body"),
        ],
        id=name,
        className="panel panel-wide" if wide else "panel",
        **{"aria-labelledby": heading},  # type: ignore[arg-type]
    )


def chart_panel(
    name: str, chart: Chart, language: Language, *, dark: bool, definition: Any, wide: bool = False
) -> html.Section:
    """A drawn chart with its numbers as a table that can be opened."""
    header, rows = chart.table(language)
    body = [
        html.Div(graph(f"{name}-graph", chart, language, dark=dark), role="img",
                 id=f"{name}-drawing", **{"aria-label": chart.alt(language)}),  # type: ignore[arg-type]
        behind(f"{name}-numbers", header, rows, chart.title, language),
    ]  # fmt: skip
    return panel(name, chart.title, body, note=chart.note, definition=definition, wide=wide)


def graph(
    graph_id: str, chart: Chart, language: Language, *, dark: bool, height: int = HEIGHT
) -> dcc.Graph:
    """The only place that makes a Graph, so that none lacks the configuration that keeps plotly
    from offering to upload it."""
    return dcc.Graph(
        id=graph_id,
        figure=chart.on_page(language, dark),
        config={**PAGE_CONFIG, "locale": PLOTS[language.locale]},  # type: ignore[arg-type]
        className="graph",
        style={"height": height},
        responsive=True,
    )


def behind(
    name: str,
    header: Sequence[str],
    rows: Sequence[Sequence[str]],
    caption: str,
    language: Language,
) -> html.Details:
    """The numbers behind a drawing, folded until somebody wants them.

    The table is one component: with one for each cell, every change of the page would cost the
    browser ten times as much.
    """
    table = dmc.Table(
        id=name,
        data={"caption": caption, "head": list(header), "body": [list(row) for row in rows]},
    )
    return html.Details(
        [
            html.Summary(language.t("Show the numbers")),
            html.Div(table, className="numbers", tabIndex=0),
        ],
        className="behind",
    )


def hidden_panel(name: str, title: str, reason: str, *, wide: bool = False) -> html.Section:
    """A panel whose tables the source lacks: it says so instead of showing an empty axis."""
    return panel(name, title, html.P(reason, className="nothing"), wide=wide)
