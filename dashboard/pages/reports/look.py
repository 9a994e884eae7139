"""What the parts of Reports are drawn with: small tables that a phone can show, facts, badges."""

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.editions.words import PATH
from dashboard.live import WHOLE


def badges(texts: Sequence[str]) -> list[html.Span]:
    """Short marks behind a name."""
    return [html.Span(text, className="badge") for text in texts]


def plain_table(name: str, titles: Sequence[str], rows: Sequence[Sequence[Any]]) -> html.Div:
    """A table of texts and links with the id `name`. A phone has no room for its head, so each cell
    bears the title of its column."""
    head = html.Thead(html.Tr([html.Th(title, scope="col") for title in titles]))
    body = html.Tbody(
        [
            html.Tr(
                [
                    html.Td(cell, **{"data-label": title})  # type: ignore[arg-type]
                    for title, cell in zip(titles, row, strict=True)
                ]
            )
            for row in rows
        ]
    )
    table = html.Table([head, body], className="reports-table")
    return html.Div(table, id=name, className="reports-scroll", **WHOLE)  # type: ignore[arg-type]


def facts(name: str, pairs: Sequence[tuple[str, Any]]) -> html.Div:
    """Names and values, two abreast; what is empty is left out."""
    listed = [
        html.Div([html.Dt(title), html.Dd(value)], className="fact-pair")
        for title, value in pairs
        if value
    ]
    return html.Div(html.Dl(listed, className="facts"), id=name, **WHOLE)  # type: ignore[arg-type]


def nothing(text: str) -> html.P:
    """Where there is nothing: what to do about it."""
    return html.P(text, className="nothing")


def search(name: str, body: Sequence[Any]) -> html.Div:
    """A form whose fields become the address of the page (assets/reports.js)."""
    told: dict[str, Any] = {"data-look": PATH}
    form = html.Form(body, className="act act-row reports-search", role="search", **told)
    return html.Div(form, id=name, **WHOLE)  # type: ignore[arg-type]
