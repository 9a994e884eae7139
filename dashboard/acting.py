"""The one route by which people change anything: it knows who they are, asks whether they may, and
tells what came of it."""

from collections.abc import Callable
from typing import Any

from flask import Flask, Response, jsonify, request

from charts import Language
from dashboard.acts import Doing, Fields, RefusedError
from dashboard.pages import ACTS
from dashboard.screen import Site
from dashboard.views import VIEW_ACTS
from queries.desk import Desk
from queries.errors import UserError


def add_acts(
    server: Flask, seen: Callable[[], Site], desk: Desk, language: Callable[[], Language]
) -> None:
    """Adds the route. For who has no right to an act there is none."""

    @server.post("/act/<name>")
    def act(name: str) -> tuple[Response, int]:
        site, t, known = seen(), language(), ACTS.get(name) or VIEW_ACTS.get(name)
        if known is None or not site.person.may(known.right):
            return _told(t.t("There is nothing like that to be done."), 404)
        origin = request.remote_addr or ""
        try:
            doing = Doing(
                site.person, site.answers.held(), desk, site.rules, t, site.now(), origin,
                site.ways, site.reports,
            )  # fmt: skip
            done = known.run(doing, _fields(t, known.most_bytes))
        except RefusedError as refused:
            return _told(refused.told, refused.status, **refused.data)
        except UserError as error:
            return _told(str(error), 409)
        return _told(done.told, 200, **done.data, go=done.go, again=done.again)


def _fields(language: Language, most: int) -> Fields:
    if (request.content_length or 0) > most:
        raise RefusedError(language.t("That is too much at once."), status=413)
    sent = request.get_json(silent=True)
    if not isinstance(sent, dict):
        raise RefusedError(language.t("The page sent something unreadable. Load it again."))
    return sent


def _told(text: str, status: int, **data: Any) -> tuple[Response, int]:
    return jsonify({"told": text, **data}), status
