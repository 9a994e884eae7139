"""`/export/<page>/<panel>.csv|xlsx` with the page's query string: the table of one panel.

The page's own questions are asked again with the same filters, so the file holds what is shown.
"""

import re
from collections.abc import Callable

from flask import Flask, Response, request

from charts import Chart, Language
from dashboard import filters, spreadsheets
from dashboard.components.filter_bar import options
from dashboard.components.grid import Grid
from dashboard.components.notice import problem_text
from dashboard.content import Panel
from dashboard.pages import Page, page_named
from dashboard.screen import Site
from dashboard.spreadsheets import About
from dashboard.tables import table_of
from dashboard.view import View
from queries.dimensions import DIMENSIONS
from queries.errors import UserError
from queries.metrics import METRICS

KINDS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Which generation of the figures a file is of, for programs.
GENERATION_HEADER = "Arrears-Generation"
_FILE = re.compile(r"([a-z0-9][a-z0-9_-]{0,63})\.(csv|xlsx)")


def add_exports(server: Flask, seen: Callable[[], Site], language: Callable[[], Language]) -> None:
    """Adds the route; `seen` gives the site as the reader may see it, the language is that of
    their pages."""

    @server.get("/export/<page>/<file>")
    def export(page: str, file: str) -> Response:
        known, named = page_named(page), _FILE.fullmatch(file)
        site = seen()
        if known not in site.pages or known is None or named is None:
            return _plain("No such export.", 404)
        try:
            return _export(site, known, (named[1], named[2]), language())
        except UserError as error:
            return _plain(str(error), 409)


def _export(site: Site, page: Page, file: tuple[str, str], language: Language) -> Response:
    name, kind = file
    query = request.query_string.decode("utf-8", "replace")
    site = site.held()
    parsed = filters.from_query(query, site.choices())
    view = site.view(page, parsed.filters, language, dark=False)
    panel = site.content(page, view).panel(name)
    if panel is None or not isinstance(panel.body, (Chart, Grid)):
        return _plain("No such export.", 404)
    table = table_of(panel.body, language)
    body: bytes
    if kind == "csv":
        body = spreadsheets.csv_of(table)
    else:
        notes = [problem_text(problem, language) for problem in parsed.problems]
        about = about_panel(page, panel, view, notes)
        body = spreadsheets.xlsx_of(table, about, language)
    response = Response(body, content_type=KINDS[kind])
    response.headers[GENERATION_HEADER] = str(view.freshness.generation)
    days = f"{view.period.start}_{view.period.last}"
    response.headers["Content-Disposition"] = (
        f'attachment; filename="arrears-{page.name}-{name}-{days}.{kind}"'
    )
    return response


def _plain(text: str, status: int) -> Response:
    return Response(text + "\n", status, content_type="text/plain; charset=utf-8")


def about_panel(page: Page, panel: Panel, view: View, notes: list[str]) -> About:
    """What a reader must know who finds the file a year later."""
    language = view.language
    facts = [
        (language.t("Page"), page.title(language)),
        (language.t("Title"), panel.title),
        (language.t("Note"), panel.note),
        (language.t("Period"), language.span(view.period)),
        (language.t("Compared with"), language.span(view.comparison) if view.comparison else "–"),
        *_chosen(view),
        (language.t("As of"), language.date(view.freshness.as_of)),
    ]
    meanings = [
        (language.words(METRICS[name].title), language.words(METRICS[name].explain))
        for name in panel.metrics
    ]
    kept = tuple((title, text) for title, text in facts if text)
    remarks = tuple((language.t("Left out"), text) for text in notes)
    return About(panel.title, kept + remarks, tuple(meanings))


def _chosen(view: View) -> list[tuple[str, str]]:
    """The filters in words."""
    found = []
    for name, values in view.where.items():
        labels = {
            option["value"]: option["label"]
            for option in options(name, view.choices.members[name], view.language, view.definitions)
        }
        texts = [labels[filters.token(value)] for value in values]
        found.append((view.language.words(DIMENSIONS[name]), view.language.listed(texts)))
    return found
