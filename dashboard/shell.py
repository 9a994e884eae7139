"""What surrounds every page: header, navigation, filter bar, freshness, and the place for pages."""

from collections.abc import Sequence
from dataclasses import dataclass

import dash_mantine_components as dmc
from dash import dcc, html

from charts import Language
from dashboard import colours
from dashboard.components import states
from dashboard.components.filter_bar import filter_bar
from dashboard.filters import Choices
from dashboard.gate import START
from dashboard.locales import CALENDARS, LOCALES, NAMES
from dashboard.pages.page import Page
from queries.definitions import Definitions

# A quick answer must not flash; a slow one dims what it replaces.
PATIENCE_MS = 350
TICK_MS = 60_000


@dataclass(frozen=True)
class Branding:
    """What marks the pages as those of an organisation."""

    name: str
    accent: str


def shell(
    branding: Branding,
    choices: Choices | None,
    language: Language,
    definitions: Definitions,
    way_out: html.Details | None = None,
    views: html.Details | None = None,
) -> dmc.MantineProvider:
    """The frame, in the reader's language. `choices` is None while there are no figures; `way_out`
    says who is signed in and lets them out, `views` holds what they have kept."""
    body = [
        dcc.Location(id="address", refresh=False),
        dcc.Interval(id="tick", interval=TICK_MS),
        dcc.Store(id="scheme"),
        dcc.Store(id="asked"),
        _told(language),
        html.A(language.t("Skip to the figures"), href="#page", className="skip"),
        _header(branding, language, [menu for menu in (views, way_out) if menu]),
        html.Main(
            [
                filter_bar(choices, language, definitions),
                html.Div(id="freshness"),
                html.Div(id="notice"),
                dcc.Loading(
                    [
                        html.Div(states.loading(language), id="page", tabIndex=-1),
                        dcc.Store(id="answer"),
                    ],
                    delay_show=PATIENCE_MS,
                    overlay_style={"visibility": "visible", "opacity": 0.55},
                    custom_spinner=_progress(language),
                    target_components={"answer": "data"},  # type: ignore[arg-type]
                ),
            ],
            className="main",
        ),
    ]
    locale = CALENDARS[language.locale]
    return dmc.MantineProvider(
        dmc.DatesProvider(body, settings={"locale": locale, "firstDayOfWeek": 1}),
        defaultColorScheme="auto",
        theme=colours.mantine(branding.accent),
    )


def _told(language: Language) -> html.Div:
    """Where the browser tells what came of an act, and what it asks who leaves something unsaved
    (assets/acts.js)."""
    asked = language.t("You have changes here that are not saved. Leave without them?")
    return html.Div(id="told", role="status", **{"data-unsaved-text": asked})  # type: ignore[arg-type]


def _progress(language: Language) -> html.Div:
    named = {"aria-label": language.t("Loading figures …")}
    return html.Div(className="progress", role="progressbar", **named)  # type: ignore[arg-type]


def _header(branding: Branding, language: Language, menus: Sequence[html.Details]) -> html.Header:
    return html.Header(
        [
            html.Div(_home(branding, known=bool(menus)), className="brand"),
            html.Nav(id="nav", className="nav", **{"aria-label": language.t("Pages")}),  # type: ignore[arg-type]
            html.Div([_languages(language), _schemes(language), *menus], className="switches"),
        ],
        className="header",
    )


def _home(branding: Branding, *, known: bool) -> html.A | dcc.Link:
    """The way to where one begins: who is known may have chosen that."""
    if known:
        return html.A(branding.name, href=START)
    return dcc.Link(branding.name, href="/", refresh=False)


def _languages(language: Language) -> dmc.SegmentedControl:
    return dmc.SegmentedControl(
        id="language",
        data=[{"value": value, "label": NAMES[value]} for value in LOCALES],
        value=language.html_lang,
        size="xs",
        attributes={"root": {"aria-label": language.t("Language")}},
    )


def _schemes(language: Language) -> dmc.ColorSchemeToggle:
    return dmc.ColorSchemeToggle(
        id="scheme-toggle",
        lightIcon=html.Span(className="icon icon-sun"),
        darkIcon=html.Span(className="icon icon-moon"),
        variant="default",
        size="md",
        **{"aria-label": language.t("Light or dark")},
    )


def navigation(
    pages: Sequence[Page], current: Page | None, query: str, language: Language
) -> list[html.Span]:
    """Links to the pages with the same filters; none where there is only one page."""
    if len(pages) < 2:
        return []
    return [
        html.Span(
            dcc.Link(
                page.title(language),
                href=page.path + query,
                refresh=False,
                className="nav-link nav-here" if page is current else "nav-link",
            ),
            # A Link takes no such attribute itself.
            **({"aria-current": "page"} if page is current else {}),  # type: ignore[arg-type]
        )
        for page in pages
    ]
