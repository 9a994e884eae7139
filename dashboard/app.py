"""Makes the Dash app. Nothing happens at import, and two apps can live in one process."""

import logging
import secrets
from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import dash
from dash import ClientsideFunction, Input, Output, State
from dash.exceptions import PreventUpdate

from charts import Language
from dashboard import (
    acting,
    colours,
    exports,
    monitoring,
    requests,
    signing,
    unsubscribing,
    views,
    vouching,
    web,
)
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
from dashboard.components.views_menu import views_opener
from dashboard.editions import files as edition_files
from dashboard.editions.told import Reports
from dashboard.filters import SLICES, Controls, Filters, token
from dashboard.gate import Gate
from dashboard.live import sent
from dashboard.locales import language_of_request
from dashboard.monitoring import Monitor
from dashboard.openid import Service
from dashboard.operations import Operations
from dashboard.screen import Asked, Screen, Site, half_chosen, look
from dashboard.shell import Branding, shell
from dashboard.targets import downloads as target_downloads
from queries import Answers
from queries.alerts import NO_WAYS, Ways
from queries.definition import Words
from queries.errors import UserError
from queries.figures import Freshness
from queries.targets import RULES, TargetRules

ASSETS = Path(__file__).parent / "assets"
log = logging.getLogger(__name__)
SELECTS = {"preset": PERIOD, "days": DAYS, "compare": COMPARE, "grain": GRAIN}

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

    def __init__(self, site: Site, gate: Gate, **options: Any) -> None:
        self.site, self.gate = site, gate
        super().__init__(**options)

    def seen(self) -> Site:
        """The site as the person behind the current request may see it."""
        return self.site.seen_by(self.gate.person())

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


def create_app(  # noqa: PLR0913 all by keyword, most with a default
    answers: Answers,
    *,
    gate: Gate,
    branding_name: str = "Arrears",
    accent: str = "#2f6f6b",
    default_locale: str = "en",
    operations: Operations | None = None,
    monitor: Monitor | None = None,
    secure: bool = False,
    hint: Callable[[], Words] = signing.nothing_more,
    service: Service | None = None,
    rules: TargetRules = RULES,
    ways: Ways = NO_WAYS,
    reports: Reports | None = None,
) -> dash.Dash:
    """The app over `answers`, for the people that `gate` knows; its WSGI application is `.server`.

    `operations` tells the Data health page of the jobs; with `monitor` there are /readyz and
    /metrics; `secure` says that pages come by https; `hint` is told on the sign-in form; people can
    sign in with `service` besides; `rules` are those of targets, `ways` who alerts may write to,
    `reports` what reports say of themselves.
    """
    desk = gate.desk if gate.knows_people else None
    branding = Branding(branding_name, accent)
    site = Site(answers, branding, default_locale, gate.now, operations, desk, rules, ways, reports)
    app = Pages(
        site,
        gate,
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
    gate.guard(app.server, secure=secure)
    app.layout = lambda: _layout(app)
    _add_callbacks(app)
    web.add_health(app.server, site.freshness)
    if monitor is not None:
        monitoring.add_monitoring(app.server, monitor)
    exports.add_exports(app.server, app.seen, app.language)
    target_downloads.add_downloads(app.server, app.seen, app.language)
    edition_files.add_files(app.server, app.seen)
    if gate.knows_people:
        _add_people(app, service, hint)
    web.dress(app.server, web.policy([web.hash_of(FIRST_SCRIPT), *app.csp_hashes()]))
    return app


def _add_people(app: Pages, service: Service | None, hint: Callable[[], Words]) -> None:
    """What there is only where people sign in: signing in, acts, views of their own."""
    acting.add_acts(app.server, app.seen, app.gate.desk, app.language)
    style = app.get_asset_url("arrears.css")
    forms = signing.Forms(app.site.branding, app.language, style, FIRST_SCRIPT)
    elsewhere = service.name if service else None
    signing.add_signing(app.server, app.gate, forms, elsewhere=elsewhere, hint=hint)
    signing.add_password(app.server, app.gate, forms)
    unsubscribing.add_unsubscribing(app.server, app.gate, forms)
    views.add_views(app.server, app.seen, app.gate.desk, app.index)
    if service is not None:
        vouching.add_vouching(app.server, app.gate, service, forms)


def _layout(app: Pages) -> Any:
    site = app.seen()
    try:
        choices = site.held().choices()
    except UserError:
        choices = None
    own = site.person.scope.dimension
    labels = choices.members.get(own or "", {}) if choices else {}
    way_out = kept = None
    if app.gate.knows_people:
        kept = views_opener(app.language())
        way_out = signing.way_out(site.person, labels, app.language())
    return shell(site.branding, choices, app.language(), site.answers.definitions, way_out, kept)


def _add_callbacks(app: Pages) -> None:
    """One question and one answer: the browser tells its whole state (assets/asking.js) and is told
    all that it shows (assets/arrears.js). An output of each control would make Dash draw each
    control twice at every change, as waiting and as no longer waiting."""
    app.callback(
        Output("answer", "data"),
        Input("asked", "data"),
        prevent_initial_call=True,
        on_error=lambda error: _failed(app, error),
    )(show_for(app))
    _add_browser_callbacks(app)


def show_for(app: Pages) -> Callable[[object], dict[str, Any]]:
    """The one callback that fills a page; a plain function, so that tests can call it."""

    def show(told: object) -> dict[str, Any]:
        asked = _asked(told)
        if half_chosen(asked):
            raise PreventUpdate
        language = app.language()
        site = app.seen()
        seen = _seen(site, asked)
        if not asked.by_control and seen == asked.shown:
            # The minute's tick without news.
            raise PreventUpdate
        screen = look(site, asked, language)
        shown = {**seen, "search": screen.search, "figures": _figures(screen.figures)}
        here = f"{asked.path}{screen.search}"
        menu = views.menu_of(site, here, language)
        return {**_answer(screen, asked, shown, language), "views": menu}

    return show


def _asked(told: object) -> Asked:
    """The state of a browser, which may send anything."""
    state = told if isinstance(told, dict) else {}
    given = state.get("controls")
    controls = given if isinstance(given, dict) else {}
    trigger, question = state.get("trigger"), state.get("question")
    return Asked(
        state.get("path"),
        state.get("search"),
        state.get("scheme") == "dark",
        trigger if isinstance(trigger, str) else None,
        Controls(
            **{name: controls.get(control) for name, control in SELECTS.items()},
            slices={name: controls.get(slice_id(name)) for name in SLICES},
        ),
        state.get("shown"),
        question if isinstance(question, int) else None,
    )


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


def _answer(
    screen: Screen, asked: Asked, shown: dict[str, Any], language: Language
) -> dict[str, Any]:
    """All that the browser shows. The address is only told where it differs from what was asked,
    as are the values of controls, so that nobody's hand is pushed."""
    chosen = screen.filters
    return {
        "question": asked.question,
        "drawn": screen.drawn,
        "shown": shown,
        "title": screen.title,
        "freshness": screen.freshness,
        "notice": screen.notice,
        "fold": fold_text(chosen.active, language) if chosen else None,
        "search": None if screen.search == (asked.search or "") else screen.search,
        "controls": _controls(screen, chosen, asked.controls, language) if chosen else {},
    }


def _controls(
    screen: Screen, chosen: Filters, had: Controls, language: Language
) -> dict[str, dict[str, Any]]:
    """By id of a control its properties."""
    values: dict[str, tuple[Any, object]] = {
        PERIOD: (chosen.preset, had.preset),
        DAYS: (list(screen.days or ()), had.days),
        COMPARE: (chosen.compare, had.compare),
        GRAIN: (chosen.grain, had.grain),
    }
    told: dict[str, dict[str, Any]] = {name: {"disabled": not screen.dated} for name in values}
    for name in SLICES:
        slice_, honoured = slice_id(name), name in screen.honoured
        tokens = [token(value) for value in chosen.slices.get(name, ())]
        values[slice_] = (tokens, had.slices.get(name))
        told[slice_] = {
            "disabled": not honoured,
            "placeholder": "" if tokens else placeholder(honoured, language),
        }
        told[f"{slice_}-box"] = {"title": "" if honoured else inactive_reason(name, language)}
    for control, (new, old) in values.items():
        if new != old:
            told[control]["value"] = new
    return told


def _failed(app: Pages, error: Exception) -> dict[str, Any]:
    """A bug: loud in the log, and told to the reader instead of an old page that looks right."""
    reference = secrets.token_hex(4)
    log.error("Page failed, reference %s", reference, exc_info=error)
    return {
        "drawn": sent(states.failed(app.language(), reference)),
        # Nothing that is known to be right is shown; the next minute tries again.
        "shown": None,
    }


def _add_browser_callbacks(app: Pages) -> None:
    """What the browser does by itself; the functions are in assets/."""
    app.clientside_callback(
        ClientsideFunction("arrears", "ask"),
        Output("asked", "data"),
        Input("address", "pathname"),
        Input("address", "search"),
        Input("scheme", "data"),
        Input("tick", "n_intervals"),
        Input(RESET, "n_clicks"),
        *(Input(control, "value") for control in (*SELECTS.values(), *map(slice_id, SLICES))),
    )
    app.clientside_callback(
        ClientsideFunction("arrears", "answered"),
        Output("page", "children"),
        Input("answer", "data"),
        prevent_initial_call=True,
    )
    app.clientside_callback(
        ClientsideFunction("arrears", "scheme"),
        Output("scheme", "data"),
        Input("scheme-toggle", "computedColorScheme"),
        State("scheme", "data"),
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
