"""One look at a page, worked out without a browser: what was asked → what is shown.

Everything in `Asked` comes from a browser and is taken as hostile until the filters have read it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dash import html

from charts import Language
from dashboard import filters, shell
from dashboard.components import notice, states
from dashboard.components.filter_bar import DAYS, PERIOD, RESET, slice_id
from dashboard.components.freshness import freshness_line
from dashboard.filters import SLICES, Choices, Filters, Parsed
from dashboard.pages import PAGES, Page, View, page_at
from dashboard.periods import CUSTOM
from queries import Answers
from queries.errors import UserError
from queries.figures import Freshness

CONTROLS = frozenset({PERIOD, DAYS, RESET, *map(slice_id, SLICES)})


@dataclass(frozen=True)
class Site:
    """What the pages are served from. `now` gives the aware current time."""

    answers: Answers
    branding: shell.Branding
    default_locale: str
    now: Callable[[], datetime]

    def freshness(self) -> Freshness:
        return self.answers.freshness(self.now())

    def choices(self) -> Choices:
        """What can be chosen now; raises UserError while there are no figures."""
        members = {name: self.answers.members(name) for name in SLICES}
        return Choices(self.answers.freshness().as_of, members)


@dataclass(frozen=True)
class Asked:
    """The state of the browser: address, scheme, the control that changed, all controls."""

    path: object = "/"
    search: object = ""
    dark: bool = False
    trigger: str | None = None
    preset: object = None
    days: object = None
    slices: Mapping[str, object] = field(default_factory=dict)

    @property
    def by_control(self) -> bool:
        return self.trigger in CONTROLS


@dataclass(frozen=True)
class Screen:
    """What the browser shows. `filters` is None where there is nothing to filter."""

    content: Any
    title: str
    search: str
    filters: Filters | None = None
    days: tuple[str, str] | None = None
    freshness: Any = None
    notice: Any = None
    navigation: Any = field(default_factory=list)


def look(site: Site, asked: Asked, language: Language) -> Screen:
    """The page at the asked address with the asked filters, or the reason why there is none."""
    page = page_at(asked.path)
    search = asked.search if isinstance(asked.search, str) else ""
    if page is None:
        title = _title(language.t("No such page"), site)
        return Screen(states.no_page(language), title, search)
    title = _title(page.title(language), site)
    try:
        fresh, choices = site.freshness(), site.choices()
    except UserError:
        return Screen(states.nothing_yet(language), title, search)
    parsed = _parsed(asked, choices)
    query = filters.to_query(parsed.filters) if asked.by_control else search
    view = View(
        parsed.filters, choices, language, asked.dark, site.answers.available(),
        site.answers.definitions,
    )  # fmt: skip
    return Screen(
        content=_content(site, page, view),
        title=title,
        search=query,
        filters=parsed.filters,
        days=(view.period.start.isoformat(), view.period.last.isoformat()),
        freshness=freshness_line(fresh, site.answers.definitions, language),
        notice=notice.notice(parsed.problems, language),
        navigation=shell.navigation(PAGES, page, filters.to_query(parsed.filters), language),
    )


def half_chosen(asked: Asked) -> bool:
    """Whether a range of days has its first end only, so that nothing can be shown yet."""
    return asked.trigger == DAYS and isinstance(asked.days, list) and None in asked.days


def _parsed(asked: Asked, choices: Choices) -> Parsed:
    if asked.trigger == RESET:
        return Parsed(Filters())
    if not asked.by_control:
        return filters.from_query(asked.search, choices)
    preset = CUSTOM if asked.trigger == DAYS else asked.preset
    return filters.from_controls(preset, asked.days, asked.slices, choices)


def _content(site: Site, page: Page, view: View) -> Any:
    """All questions of the page in one call, so that all figures are of one generation."""
    questions = page.questions(view)
    try:
        answers = site.answers.ask(*questions.values())
    except UserError as error:
        return states.refused(error, view.language)
    return html.Div(
        [
            html.H1(page.title(view.language), className="unseen"),
            page.draw(view, dict(zip(questions, answers, strict=True))),
        ]
    )


def _title(page: str, site: Site) -> str:
    return f"{page} · {site.branding.name}"
