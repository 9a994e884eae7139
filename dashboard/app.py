"""Makes the Dash app. Nothing happens at import, and two apps can live in one process."""

import logging
import secrets
from collections.abc import Callable
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any

import dash
from dash import ClientsideFunction, Input, Output, State, ctx, no_update
from dash.exceptions import PreventUpdate

from charts import Language
from dashboard import colours, exports, monitoring, requests, web
from dashboard.components import states
from dashboard.components.filter_bar import (
    COMPARE,
    DAYS,
    FOLD,
    GRAIN,
    PERIOD,
    RESET,
    fold_text,
    inactive_reason,
    placeholder,
    slice_id,
)
from dashboard.filters import SLICES, Controls, Filters, token
from dashboard.live import sent
from dashboard.locales import language_of_request
from dashboard.monitoring import Monitor
from dashboard.operations import Operations
from dashboard.pages import PAGES
from dashboard.screen import Asked, Screen, Site, half_chosen, look
from dashboard.shell import Branding, shell
from queries import Answers
from queries.errors import UserError
from queries.figures import Freshness

ASSETS = Path(__file__).parent / "assets"
log = logging.getLogger(__name__)
SELECTS = {"preset": PERIOD, "compare": COMPARE, "grain": GRAIN, "days": DAYS}

# Runs before anything is drawn, so that a dark page does not begin white.
FIRST_SCRIPT = """
(function () {
  var chosen = null;
  try { chosen = localStorage.getItem("mantine-color-scheme-value"); } catch (error) {}
  var system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  var scheme = chosen === "dark" || chosen === "light" ? chosen : system;
  document.documentElement.setAttribute("data-mantine-color-scheme", scheme);
  document.documentElement.setAttribute("data-ag-theme-mode", scheme);
})();
"""

INDEX = """<!DOCTYPE html>
<html lang="{lang}">
  <head>
    {metas}
    <title>{title}</title>
    <link rel="icon" href="{icon}">
    {css}
    <style>{variables}</style>
    <script>{first}</script>
  </head>
  <body>
    <div id="react-entry-point"><p class="opening" role="status">{opening}</p></div>
    <noscript><p class="opening">{noscript}</p></noscript>
    {config}
    {scripts}
    {renderer}
  </body>
</html>
"""


class Pages(dash.Dash):
    """A Dash app whose first document is in the reader's language."""

    def __init__(self, site: Site, **options: Any) -> None:
        self.site = site
        super().__init__(**options)

    def language(self) -> Language:
        return language_of_request(self.site.answers.definitions, self.site.default_locale)

    def interpolate_index(self, **parts: str) -> str:  # type: ignore[override]
        language = self.language()
        return INDEX.format(
            lang=language.html_lang,
            metas=parts["metas"],
            title=escape(self.site.branding.name),
            icon=colours.icon(self.site.branding.accent),
            css=parts["css"],
            variables=colours.variables(),
            first=FIRST_SCRIPT,
            opening=language.t("Opening …"),
            noscript=language.t("This page needs JavaScript."),
            config=parts["config"],
            scripts=parts["scripts"],
            renderer=parts["renderer"],
        )


def create_app(
    answers: Answers,
    *,
    branding_name: str = "Arrears",
    accent: str = "#2f6f6b",
    default_locale: str = "en",
    now: Callable[[], datetime],
    operations: Operations | None = None,
    monitor: Monitor | None = None,
) -> dash.Dash:
    """The app over `answers`; its WSGI application is `.server`.

    `now` gives the aware current time, by which the figures are judged as fresh or stale;
    `operations` tells the Data health page of the jobs; with `monitor` there are /readyz and
    /metrics.
    """
    site = Site(answers, Branding(branding_name, accent), default_locale, now, operations)
    app = Pages(
        site,
        name=__name__,
        title=branding_name,
        update_title=None,
        assets_folder=str(ASSETS),
        serve_locally=True,
        use_pages=False,
        suppress_callback_exceptions=True,
        compress=False,
        enable_mcp=False,
        add_log_handler=False,
        meta_tags=[{"name": "viewport", "content": "width=device-width, initial-scale=1"}],
    )
    # Before anything else that looks at requests: its time is that of all of them.
    requests.watch_requests(app.server, monitor)
    app.layout = lambda: _layout(app)
    _add_callbacks(app)
    for page in PAGES:
        if page.register:
            page.register(app)
    web.add_health(app.server, site.freshness)
    if monitor is not None:
        monitoring.add_monitoring(app.server, monitor)
    exports.add_exports(app.server, site, app.language)
    web.dress(app.server, web.policy([web.hash_of(FIRST_SCRIPT), *app.csp_hashes()]))
    return app


def _layout(app: Pages) -> Any:
    site = app.site
    try:
        choices = site.held().choices()
    except UserError:
        choices = None
    return shell(site.branding, choices, app.language(), site.answers.definitions)


def _add_callbacks(app: Pages) -> None:
    places = {name: (slice_id(name), "value") for name in SLICES}
    app.callback(
        output={
            "drawn": Output("drawn", "data"),
            "freshness": Output("freshness", "children"),
            "notice": Output("notice", "children"),
            "title": Output("title", "data"),
            "shown": Output("shown", "data"),
            "search": Output("address", "search"),
            "fold": Output(FOLD, "children"),
            **{name: Output(control, "value") for name, control in SELECTS.items()},
            "slices": {name: Output(*place) for name, place in places.items()},
            "undated": {name: Output(control, "disabled") for name, control in SELECTS.items()},
            "off": {name: Output(slice_id(name), "disabled") for name in SLICES},
            "hints": {name: Output(slice_id(name), "placeholder") for name in SLICES},
            "reasons": {name: Output(f"{slice_id(name)}-box", "title") for name in SLICES},
        },
        inputs={
            "path": Input("address", "pathname"),
            "search": Input("address", "search"),
            "scheme": Input("scheme", "data"),
            "_tick": Input("tick", "n_intervals"),
            "_reset": Input(RESET, "n_clicks"),
            "controls": {
                **{name: Input(control, "value") for name, control in SELECTS.items()},
                "slices": {name: Input(*place) for name, place in places.items()},
            },
            "shown": State("shown", "data"),
        },
        on_error=lambda error: _failed(app, error),
    )(show_for(app))
    _add_browser_callbacks(app)


def show_for(app: Pages) -> Callable[..., dict[str, Any]]:
    """The one callback that fills a page; a plain function, so that tests can call it."""

    def show(path, search, scheme, _tick, _reset, controls, shown):  # type: ignore[no-untyped-def]
        trigger = ctx.triggered_id if isinstance(ctx.triggered_id, str) else None
        asked = Asked(path, search, scheme == "dark", trigger, Controls(**controls))
        if half_chosen(asked):
            raise PreventUpdate
        language = app.language()
        seen = _seen(app.site, asked)
        if not asked.by_control and seen == shown:
            # The minute's tick without news, or the echo of an address that we set ourselves.
            raise PreventUpdate
        screen = look(app.site, asked, language)
        shows = {**seen, "search": screen.search, "figures": _figures(screen.figures)}
        outputs = _outputs(screen, asked, shows, language)
        there = isinstance(shown, dict) and shown.get("path") == path
        return _of_the_page_alone(outputs, asked) if asked.by_control and there else outputs

    return show


def _seen(site: Site, asked: Asked) -> dict[str, Any]:
    """What decides whether a page would look any different."""
    try:
        fresh = site.freshness()
    except UserError:
        fresh = None
    figures = _figures(fresh)
    return {"path": asked.path, "search": asked.search, "dark": asked.dark, "figures": figures}


def _figures(fresh: Freshness | None) -> list[Any] | None:
    """Which generation it is, and whether it is older than allowed."""
    return [fresh.generation, fresh.stale] if fresh else None


def _outputs(
    screen: Screen, asked: Asked, shown: dict[str, Any], language: Language
) -> dict[str, Any]:
    """Controls and address are only set where they differ, so that nobody's hand is pushed."""
    return {
        "drawn": screen.drawn,
        "freshness": screen.freshness,
        "notice": screen.notice,
        "title": screen.title,
        "shown": shown,
        "search": no_update if screen.search == (asked.search or "") else screen.search,
        **(_controls(screen, screen.filters, asked, language) if screen.filters else _kept()),
    }


def _of_the_page_alone(outputs: dict[str, Any], asked: Asked) -> dict[str, Any]:
    """Without what a choice on the page that is shown cannot change: each of these would cost the
    browser a round through the whole page."""
    kept = dict.fromkeys(SLICES, no_update)
    hints = outputs["hints"]
    if asked.trigger != RESET:
        hints = {
            name: hint if slice_id(name) == asked.trigger else no_update
            for name, hint in hints.items()
        }
    return {
        **outputs, "title": no_update, "off": kept, "reasons": kept, "hints": hints,
        "undated": dict.fromkeys(SELECTS, no_update),
    }  # fmt: skip


def _controls(screen: Screen, chosen: Filters, asked: Asked, language: Language) -> dict[str, Any]:
    had = asked.controls

    def differing(new: Any, old: object) -> Any:
        return no_update if new == old else new

    slices = {name: [token(value) for value in chosen.slices.get(name, ())] for name in SLICES}
    honoured = {name: name in screen.honoured for name in SLICES}
    return {
        "fold": fold_text(chosen.active, language),
        "preset": differing(chosen.preset, had.preset),
        "days": differing(list(screen.days or ()), had.days),
        "compare": differing(chosen.compare, had.compare),
        "grain": differing(chosen.grain, had.grain),
        "slices": {name: differing(slices[name], had.slices.get(name)) for name in SLICES},
        "undated": dict.fromkeys(SELECTS, not screen.dated),
        "off": {name: not honoured[name] for name in SLICES},
        "hints": {
            name: "" if slices[name] else placeholder(honoured[name], language) for name in SLICES
        },
        "reasons": {
            name: "" if honoured[name] else inactive_reason(name, language) for name in SLICES
        },
    }


def _kept() -> dict[str, Any]:
    """Every control as it is."""
    groups = ("slices", "off", "hints", "reasons")
    return {
        **dict.fromkeys(("fold", *SELECTS), no_update),
        "undated": dict.fromkeys(SELECTS, no_update),
        **{group: dict.fromkeys(SLICES, no_update) for group in groups},
    }


def _failed(app: Pages, error: Exception) -> dict[str, Any]:
    """A bug: loud in the log, and told to the reader instead of an old page that looks right."""
    reference = secrets.token_hex(4)
    log.error("Page failed, reference %s", reference, exc_info=error)
    kept = dict.fromkeys(("freshness", "notice", "title", "search"), no_update)
    return {
        **kept,
        **_kept(),
        "drawn": sent(states.failed(app.language(), reference)),
        # Nothing that is known to be right is shown; the next minute tries again.
        "shown": None,
    }


def _add_browser_callbacks(app: Pages) -> None:
    """What the browser does by itself; the functions are in assets/arrears.js."""
    app.clientside_callback(
        ClientsideFunction("arrears", "scheme"),
        Output("scheme", "data"),
        Input("scheme-toggle", "computedColorScheme"),
        State("scheme", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("arrears", "drawn"),
        Output("page", "children"),
        Input("drawn", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("arrears", "title"),
        Input("title", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("arrears", "arrived"),
        Input("shown", "data"),
    )
    app.clientside_callback(
        ClientsideFunction("arrears", "language"),
        Input("language", "value"),
    )
    app.clientside_callback(
        ClientsideFunction("arrears", "fold"),
        Output("filter-controls", "className"),
        Input(FOLD, "n_clicks"),
        prevent_initial_call=True,
    )
