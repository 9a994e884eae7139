"""A titled box: what is shown, its definition on demand, the drawing, and the table behind it."""

from collections.abc import Sequence
from typing import Any

import dash_mantine_components as dmc
from dash import dcc, html

from charts import PAGE_CONFIG, Chart, Language
from dashboard.components.grid import Grid, draw_grid
from dashboard.content import Panel
from dashboard.filters import to_query
from dashboard.live import FRAMED, WHOLE
from dashboard.locales import PLOTS
from dashboard.tables import table_of
from dashboard.view import View
from queries.contract import TABLES
from queries.metrics import METRICS

# Pixels; Plotly would take 450, which leaves room for two rows on a desk screen.
HEIGHT = 250
# Up to this height there is room for four texts along the axis of values.
LOW = 180


def info(text: str, about: str, language: Language) -> html.Button:
    """A small mark that tells the definition on hover, on focus and to a screen reader.

    One box of the browser serves all marks (assets/tips.js): Dash's renderer looks through the
    whole page for every tooltip component at every change, which cost more than all charts.
    """
    label = language.t("Definition of {name}: {text}", name=about, text=text)
    return html.Button(
        "i",
        className="info",
        type="button",
        **{"aria-label": label, "data-tip": text},  # type: ignore[arg-type]
    )


def draw_panel(shown: Panel, page: str, view: View) -> html.Section:
    """A panel of the page `page` with everything that follows from its declaration."""
    return box(
        shown.name,
        shown.title,
        _body(shown, page, view),
        note=shown.note,
        definition=_definition(shown.metrics, view.language),
        wide=shown.wide,
        span=shown.span,
    )


def box(
    name: str, title: str, body: Any, *, note: str = "", definition: Any = None,
    wide: bool = False, span: int = 1,
) -> html.Section:  # fmt: skip
    """A box of the page. `name` is its id; `note` says below the title what is shown."""
    heading = f"{name}-title"
    width = "panel-wide" if wide else f"panel-span-{span}"
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
        className=f"panel {width}",
        **{"aria-labelledby": heading, **FRAMED},  # type: ignore[arg-type]
    )


def _definition(metrics: tuple[str, ...], language: Language) -> html.Button | None:
    if not metrics:
        return None
    declared = [METRICS[name] for name in metrics]
    names = language.listed([language.words(metric.title) for metric in declared])
    texts = [language.words(metric.explain) for metric in declared]
    if len(declared) > 1:
        texts = [f"{language.words(m.title)}: {t}" for m, t in zip(declared, texts, strict=True)]
    return info("\n".join(texts), names, language)


def _body(shown: Panel, page: str, view: View) -> Any:
    body, language, name = shown.body, view.language, shown.name
    if not isinstance(body, (Chart, Grid)):
        return body
    if body.empty:
        return nothing_here(view)
    take = _exports(shown, page, view)
    if isinstance(body, Grid):
        return [draw_grid(f"{name}-grid", body, language), html.Div(take, className="panel-foot")]
    header, rows = body.table(language)
    drawing = graph(f"{name}-graph", body, language, dark=view.dark, height=shown.height or HEIGHT)
    return [
        html.Div(
            drawing,
            role="img",
            id=f"{name}-drawing",
            className="drawing",
            # What scrolls must be reached by keyboard.
            tabIndex=0 if body.least_px else None,
            **{"aria-label": body.alt(language)},  # type: ignore[arg-type]
        ),
        html.Div(
            [take, behind(f"{name}-numbers", header, rows, shown.title, language)],
            className="panel-foot",
        ),
    ]


def nothing_here(view: View) -> html.P:
    """A panel without any figure, and what to do about it."""
    language = view.language
    advice = (
        language.t("Choose a longer period or fewer filters.")
        if view.where
        else language.t("Choose a longer or an earlier period.")
    )
    return html.P(
        [html.Strong(language.t("Nothing in this period.")), " ", advice], className="nothing"
    )


def _exports(shown: Panel, page: str, view: View) -> html.Span:
    """How many rows there are, and the ways to take them along: one part of the page, as each part
    that changes costs the browser a round through all of them."""
    rows, language = len(table_of(shown.body, view.language).rows), view.language
    address = f"/export/{page}/{shown.name}"
    query = to_query(view.filters, own=True)
    told = [
        html.Span(
            language.n("{count} row", "{count} rows", rows), id=f"{shown.name}-rows",
            className="rows",
        ),
        *(
            html.A(
                kind.upper(),
                id=f"{shown.name}-{kind}",
                href=f"{address}.{kind}{query}",
                className="export",
                **{"aria-label": language.t("{title} as {kind}", title=shown.title,
                                            kind=kind.upper())},  # type: ignore[arg-type]
            )
            for kind in ("csv", "xlsx")
        ),
    ]  # fmt: skip
    return html.Span(told, id=f"{shown.name}-take", className="take", **WHOLE)  # type: ignore[arg-type]


def graph(
    graph_id: str, chart: Chart, language: Language, *, dark: bool, height: int = HEIGHT
) -> dcc.Graph:
    """The only place that makes a Graph, so that none lacks the configuration that keeps plotly
    from offering to upload it."""
    return dcc.Graph(
        id=graph_id,
        figure=_thinned(chart.on_page(language, dark), height),
        config={**PAGE_CONFIG, "locale": PLOTS[language.locale]},  # type: ignore[arg-type]
        className="graph",
        style={"height": height, **({"minWidth": chart.least_px} if chart.least_px else {})},
        responsive=True,
    )


def _thinned(figure: dict[str, Any], height: int) -> dict[str, Any]:
    """A low chart with every second tick of its values, counted from the lowest: the texts of all
    of them would stand on one another."""
    axis = figure["layout"].get("yaxis", {})
    ticks = axis.get("tickvals", ())
    if height > LOW or len(ticks) < 5 or axis.get("type") == "category":
        return figure
    kept = {**axis, "tickvals": ticks[::2], "ticktext": axis["ticktext"][::2]}
    return {**figure, "layout": {**figure["layout"], "yaxis": kept}}


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
            html.Summary(language.t("table")),
            html.Div(table, className="numbers", tabIndex=0),
        ],
        className="behind",
    )


def hidden_panel(name: str, title: str, reason: str, *, wide: bool = False) -> Panel:
    """A panel whose tables the source lacks: it says so instead of showing an empty axis."""
    return Panel(name, title, html.P(reason, className="nothing"), wide=wide)


def reason(names: Sequence[str], language: Language) -> str:
    """Which tables the case database would need for these metrics."""
    needed = {table for name in names for table in METRICS[name].needs}
    tables = [table for table in TABLES if table in needed]
    return language.n(
        "The case database holds no rows in this table: {tables}.",
        "The case database lacks rows in at least one of these tables: {tables}.",
        len(tables),
        tables=language.listed(tables),
    )


def missing(names: Sequence[str], language: Language) -> html.P:
    """One plain line instead of empty cards."""
    return html.P(
        language.t(
            "Not shown: {metrics}. {reason}",
            metrics=language.listed([language.words(METRICS[name].title) for name in names]),
            reason=reason(names, language),
        ),
        id="missing-cards",
        className="panel nothing",
    )
