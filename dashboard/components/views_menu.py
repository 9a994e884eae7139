"""The menu of somebody's saved views: open one, copy its link, land on it, rename or forget it, and
keep the page that is shown. It only stands there; assets/views.js closes it and copies."""

from collections.abc import Sequence
from typing import Any

from dash import dcc, html
from dash.development.base_component import Component

from charts import Language
from dashboard.components.form import entry, hidden, labelled, send
from queries.desk.views import LONGEST_VIEW_NAME, SavedView

# Filled with each answer, so that it is never older than the page.
MENU = "views-menu"


def views_opener(language: Language) -> html.Details:
    """The menu as the header has it, still empty."""
    named = language.t("Views")
    return html.Details(
        [
            html.Summary(
                [
                    html.Span(className="icon icon-view", **{"aria-hidden": "true"}),  # type: ignore[arg-type]
                    html.Span(named, className="views-word"),
                ],
                title=named,
                **{"aria-label": named},  # type: ignore[arg-type]
            ),
            html.Div(id=MENU, className="views-menu"),
        ],
        className="views",
    )


def views_menu(views: Sequence[SavedView], here: str, origin: str, language: Language) -> list[Any]:
    """What is in it: the views, and the form that keeps another. `here` is the address that is
    shown, `origin` what stands before the link of a view."""
    listed: Component = html.P(
        language.t(
            "Nothing kept yet. A view is a page with its filters: to come back to, to share by"
            " link, or to begin with."
        ),
        className="nothing",
    )
    if views:
        items = [_item(view, here, origin, language) for view in views]
        listed = html.Ul(items, className="views-list")
    return [html.P(language.t("Your views"), className="account-name"), listed, _keep(language)]


def _item(view: SavedView, here: str, origin: str, language: Language) -> html.Li:
    link = f"{origin}/view/{view.word}"
    current = {"aria-current": "page"} if view.address == here else {}
    return html.Li(
        [
            html.Span(
                dcc.Link(view.name, href=view.address, refresh=False, className="view-name"),
                className="view-place",
                **current,  # type: ignore[arg-type]
            ),
            _start(view, language),
            _copy(view, link, language),
            _more(view, link, language),
        ],
        className="view",
    )


def _icon(kind: str) -> html.Span:
    return html.Span(className=f"icon icon-{kind}", **{"aria-hidden": "true"})  # type: ignore[arg-type]


def _form(view: SavedView, body: Sequence[Any], language: Language) -> html.Form:
    silent = language.t("The server does not answer. Nothing was changed; try again.")
    told = html.P(className="told", role="status", **{"data-silent": silent})  # type: ignore[arg-type]
    marks: dict[str, Any] = {"data-act": "change-view", "data-once": "1"}
    return html.Form([hidden("view", view.id), *body, told], className="act view-form", **marks)


def _start(view: SavedView, language: Language) -> html.Form:
    marks: dict[str, Any] = {
        "aria-label": language.t("Start page: {name}", name=view.name),
        "aria-pressed": "true" if view.starts else "false",
    }
    button = html.Button(
        _icon("start"), type="submit", name="do", value="usual" if view.starts else "start",
        className="icon-button", title=language.t("Start page"), **marks,
    )  # fmt: skip
    return _form(view, [button], language)


def _copy(view: SavedView, link: str, language: Language) -> html.Button:
    marks: dict[str, Any] = {
        "aria-label": language.t("Copy the link to {name}", name=view.name),
        "data-copy": link,
        "data-copied": language.t("The link is copied. Others see it with their own rights."),
        "data-by-hand": language.t("The browser does not copy: take the link by hand."),
    }
    return html.Button(
        _icon("link"), type="button", className="icon-button", title=language.t("Copy link"),
        **marks,
    )  # fmt: skip


def _more(view: SavedView, link: str, language: Language) -> html.Details:
    """What is rarely done, and never by mistake: two clicks away."""
    name = entry("text", "name", value=view.name, maxlength=LONGEST_VIEW_NAME, autocomplete="off")
    address = entry("text", "", value=link, readonly="", **{"class": "view-link"})
    buttons = [
        send(language.t("Rename"), name="do", value="rename", quiet=True),
        send(language.t("Forget this view"), name="do", value="forget", quiet=True),
    ]
    body = [
        labelled(language.t("Name of the view"), name),
        labelled(language.t("Link"), address),
        html.Div(buttons, className="act-row"),
    ]
    named = {"aria-label": language.t("More about {name}", name=view.name)}
    return html.Details(
        [
            html.Summary("⋯", className="icon-button", title=language.t("More"), **named),  # type: ignore[arg-type]
            _form(view, body, language),
        ],
        className="view-more",
    )


def _keep(language: Language) -> html.Form:
    silent = language.t("The server does not answer. Nothing was changed; try again.")
    name = entry("text", "name", required="", maxlength=LONGEST_VIEW_NAME, autocomplete="off")
    hint = language.t("This page with its filters; “last week” stays the last week.")
    told = html.P(className="told", role="status", **{"data-silent": silent})  # type: ignore[arg-type]
    # The browser fills in where it is.
    address = entry("hidden", "address", **{"data-here": ""})
    marks: dict[str, Any] = {"data-act": "keep-view", "data-once": "1"}
    return html.Form(
        [
            labelled(language.t("Name of the view"), name, hint=hint),
            address,
            send(language.t("Keep this view")),
            told,
        ],
        className="act views-keep",
        **marks,
    )
