"""Saved views: kept and changed by their person, opened by anybody who has the link, and the page
where somebody lands.

Where people land is told once: whoever signs in on the way to no page in particular goes to START,
which leads to the view that they begin with, else to My desk. "/" is the Overview for everybody.
"""

import secrets
from collections.abc import Callable, Mapping
from typing import Any, cast
from urllib.parse import urlsplit

from flask import Flask, Response, redirect, request

from charts import Language
from dashboard import filters
from dashboard.acts import Act, Doing, Done, Fields, RefusedError, text_of, whole_of
from dashboard.components.views_menu import views_menu
from dashboard.filters import MAX_QUERY, SLICES, Choices
from dashboard.gate import START, inner
from dashboard.pages import Page, page_at
from dashboard.screen import Site
from queries.desk import Desk
from queries.desk.views import LONGEST_VIEW_NAME, MOST_VIEWS, SavedView, view_name
from queries.errors import UserError
from queries.rights import Person

# The page of every role, with what each of them needs.
LANDING = "/desk"


def add_views(
    server: Flask, seen: Callable[[], Site], desk: Desk, document: Callable[[], str]
) -> None:
    """Adds the ways to a view and to the page where somebody lands; `document` is that of all
    pages, which says in words where there is none."""

    @server.get("/view/<word>")
    def saved_view(word: str) -> Response:
        found = desk.view_of_word(word)
        if found is None:
            return Response(document(), 404, content_type="text/html; charset=utf-8")
        return cast(Response, redirect(inner(found.address)))

    @server.get(START)
    def start_page() -> Response:
        return cast(Response, redirect(landing(seen(), desk)))


def landing(site: Site, desk: Desk) -> str:
    """Where the person begins: their own choice while they may open its page."""
    start = desk.start_of(_id(site.person))
    if start is not None and _page_of(start.address, site.person) is not None:
        return inner(start.address)
    return LANDING


def menu_of(site: Site, here: str, language: Language) -> list[Any] | None:
    """The views of who looks, as the header shows them; None where nobody keeps any."""
    person = site.person
    if site.desk is None or person.id is None or not person.may("views"):
        return None
    views = site.desk.views_of(person.id)
    return views_menu(views, here, request.host_url.rstrip("/"), language)


def kept_address(given: object, person: Person, choices: Choices) -> str | None:
    """The address as it may be kept: a page that the person may open, with the fields that it can
    mean. None for anything else."""
    if not isinstance(given, str) or inner(given) != given:
        return None
    page, query = _page_of(given, person), urlsplit(given).query
    if page is None or len(query) > MAX_QUERY:
        return None
    found = filters.from_query(query, choices).filters
    return page.path + filters.to_query(found, own=True)


def _page_of(address: str, person: Person) -> Page | None:
    page = page_at(urlsplit(inner(address)).path)
    return page if page is not None and person.may(page.name) else None


def _id(person: Person) -> int:
    """Only people with an account keep views."""
    assert person.id is not None
    return person.id


# ---- what people do


def _keep(doing: Doing, fields: Fields) -> Done:
    language, person = doing.language, _id(doing.person)
    name = _name(doing, fields)
    address = kept_address(fields.get("address"), doing.person, _choices(doing))
    if address is None:
        raise RefusedError(language.t("This address leads to none of your pages."))
    known = {view.name for view in doing.desk.views_of(person)}
    if name not in known and len(known) >= MOST_VIEWS:
        raise RefusedError(
            language.t(
                "You have {count} views, and more are not possible. Forget one first.",
                count=language.count(len(known)),
            ),
            status=409,
        )
    word = secrets.token_urlsafe(24)
    doing.desk.keep_view(person, name, address, word=word, now=doing.now)
    if name in known:
        return Done(language.t("“{name}” leads here now.", name=name))
    return Done(language.t("“{name}” is kept.", name=name))


def _choices(doing: Doing) -> Choices:
    answers = doing.answers
    members = {name: answers.members(name) for name in SLICES}
    return Choices(answers.freshness().as_of, members)


def _name(doing: Doing, fields: Fields) -> str:
    try:
        return view_name(text_of(fields, "name"))
    except UserError as error:
        told = doing.language.t(
            "A view needs a name of 1 to {most} characters.", most=LONGEST_VIEW_NAME
        )
        raise RefusedError(told) from error


def _change(doing: Doing, fields: Fields) -> Done:
    """One of CHANGES on a view of one's own; what belongs to others is not there."""
    wanted, number = CHANGES.get(text_of(fields, "do")), whole_of(fields, "view")
    own = doing.desk.views_of(_id(doing.person))
    view = next((view for view in own if view.id == number), None)
    if view is None:
        raise RefusedError(doing.language.t("You have no such view any more."), status=404)
    if wanted is None:
        raise RefusedError(doing.language.t("There is nothing like that to be done."))
    return Done(wanted(doing, view, fields))


def _start(doing: Doing, view: SavedView, _: Fields) -> str:
    doing.desk.start_with(view.person_id, view.id)
    return doing.language.t("You begin with “{name}” from now on.", name=view.name)


def _usual(doing: Doing, view: SavedView, _: Fields) -> str:
    doing.desk.start_with(view.person_id, None)
    return doing.language.t("You begin with My desk from now on.")


def _rename(doing: Doing, view: SavedView, fields: Fields) -> str:
    name = _name(doing, fields)
    others = (one for one in doing.desk.views_of(view.person_id) if one.id != view.id)
    if name in {one.name for one in others}:
        told = doing.language.t("You have a view called “{name}” already.", name=name)
        raise RefusedError(told, status=409)
    doing.desk.rename_view(view.person_id, view.id, name)
    return doing.language.t("It is called “{name}” now.", name=name)


def _forget(doing: Doing, view: SavedView, _: Fields) -> str:
    doing.desk.forget_view(view.person_id, view.id)
    return doing.language.t("“{name}” is forgotten; its link leads nowhere.", name=view.name)


CHANGES: Mapping[str, Callable[[Doing, SavedView, Fields], str]] = {
    "start": _start, "usual": _usual, "rename": _rename, "forget": _forget,
}  # fmt: skip

# They belong to no page: any page can be kept.
VIEW_ACTS: Mapping[str, Act] = {
    act.name: act
    for act in (Act("keep-view", "views", _keep), Act("change-view", "views", _change))
}
