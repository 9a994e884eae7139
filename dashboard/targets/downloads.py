"""The route of the sheet in which targets are taken along (dashboard/pages/targets/sheets.py)."""

from collections.abc import Callable

from flask import Flask, Response, request

from charts import Language
from dashboard import filters
from dashboard.pages.targets import page as targets
from dashboard.pages.targets.sheets import KINDS, sheet
from dashboard.screen import Site
from queries.errors import UserError


def add_downloads(
    server: Flask, seen: Callable[[], Site], language: Callable[[], Language]
) -> None:
    """Adds the route; for who may not open the page there is none."""

    @server.get("/targets/sheet.<kind>")
    def targets_sheet(kind: str) -> Response:
        site = seen()
        if kind not in KINDS or targets.PAGE not in site.pages:
            return Response("No such file.\n", 404, content_type="text/plain; charset=utf-8")
        query = request.query_string.decode("utf-8", "replace")
        try:
            site = site.held()
            parsed = filters.from_query(query, site.choices())
            view = site.view(targets.PAGE, parsed.filters, language(), dark=False)
            return sheet(view, kind)
        except UserError as error:
            return Response(f"{error}\n", 409, content_type="text/plain; charset=utf-8")
