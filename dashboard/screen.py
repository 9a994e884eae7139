"""One look at a page, worked out without a browser: what was asked → what is shown.

Everything in `Asked` comes from a browser and is taken as hostile until the filters have read it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from dash import html

from charts import Language
from dashboard import filters, shell
from dashboard.components import notice, states
from dashboard.components.filter_bar import COMPARE, DAYS, GRAIN, PERIOD, RESET, slice_id
from dashboard.components.freshness import freshness_line
from dashboard.components.panel import draw_panel
from dashboard.content import Content
from dashboard.drawings import Drawings
from dashboard.editions.told import Reports
from dashboard.filters import SLICES, Choices, Controls, Filters, Parsed
from dashboard.live import sent
from dashboard.operations import Operations
from dashboard.pages import PAGES, Page, View, page_at
from dashboard.periods import CUSTOM
from dashboard.view import Source
from queries import Answers
from queries.alerts import NO_WAYS, Ways
from queries.desk import Desk
from queries.errors import UserError
from queries.figures import Freshness
from queries.rights import NOBODY, Person
from queries.targets import RULES, TargetRules
from queries.targets.progress import profile_of

CONTROLS = frozenset({PERIOD, DAYS, COMPARE, GRAIN, RESET, *map(slice_id, SLICES)})


@dataclass(frozen=True)
class Site:
    """What the pages are served from, and who looks. `now` gives the aware current time;
    `operations` tells of the jobs, `desk` of what people have made, where they are wired; `rules`
    are those of targets, `ways` say who alerts may write to, `reports` tell of reports."""

    answers: Answers
    branding: shell.Branding
    default_locale: str
    now: Callable[[], datetime]
    operations: Operations | None = None
    desk: Desk | None = None
    rules: TargetRules = RULES
    ways: Ways = NO_WAYS
    reports: Reports | None = None
    person: Person = NOBODY
    drawings: Drawings = field(default_factory=Drawings)

    def seen_by(self, person: Person) -> "Site":
        """The same site for one person: their pages, and figures of their scope alone."""
        return replace(self, person=person, answers=self.answers.within(person.scope))

    @property
    def pages(self) -> tuple[Page, ...]:
        """The pages that the person may open."""
        return tuple(page for page in PAGES if self.person.may(page.name))

    def held(self) -> "Site":
        """The same site over the newest generation alone, so that one look is of one generation;
        raises UserError while there are no figures."""
        return replace(self, answers=self.answers.held())

    def freshness(self) -> Freshness:
        return self.answers.freshness(self.now())

    def choices(self) -> Choices:
        """What can be chosen now; raises UserError while there are no figures."""
        members = {name: self.answers.members(name) for name in SLICES}
        return Choices(self.answers.freshness().as_of, members)

    def view(self, page: Page, chosen: Filters, language: Language, *, dark: bool) -> View:
        """A look at a page; raises UserError while there are no figures."""
        answers = self.answers
        source = Source(
            self.freshness(),
            answers.available(),
            answers.begins,
            answers.aside,
            answers.staff,
            profile_of(answers, self.rules),
            self.operations,
            self.desk,
            self.rules,
            self.ways,
            self.reports,
        )
        return View(
            chosen, self.choices(), language, dark, answers.definitions, source, page.slices,
            frozenset(page.path for page in self.pages), self.person,
        )  # fmt: skip

    def content(self, page: Page, view: View) -> Content:
        """All questions of the page in one call, so that all figures are of one generation."""
        questions = page.questions(view)
        answers = self.answers.ask(*questions.values())
        return page.draw(view, dict(zip(questions, answers, strict=True)))


@dataclass(frozen=True)
class Asked:
    """The state of the browser: address, scheme, the control that changed, all controls, what the
    last answer said of the page that is shown, and the number of the question."""

    path: object = "/"
    search: object = ""
    dark: bool = False
    trigger: str | None = None
    controls: Controls = field(default_factory=Controls)
    shown: object = None
    question: int | None = None

    @property
    def by_control(self) -> bool:
        return self.trigger in CONTROLS


@dataclass(frozen=True)
class Screen:
    """What the browser shows; `drawn` is the page as dashboard/live.py sends it. `filters` is None
    where there is nothing to filter, `figures` where none are shown."""

    drawn: str
    title: str
    search: str
    figures: Freshness | None = None
    filters: Filters | None = None
    honoured: tuple[str, ...] = ()
    dated: bool = True
    days: tuple[str, str] | None = None
    freshness: Any = None
    notice: Any = None


def look(site: Site, asked: Asked, language: Language) -> Screen:
    """The page at the asked address with the asked filters, or the reason why there is none."""
    page = page_at(asked.path)
    search = asked.search if isinstance(asked.search, str) else ""
    if page is None or page not in site.pages:
        # Whoever may not see a page learns nothing of it, not even that it is there.
        title = _title(language.t("No such page"), site)
        links = shell.navigation(site.pages, None, "", language)
        return Screen(sent(states.no_page(language), links), title, search)
    title = _title(page.title(language), site)
    try:
        # Whatever is published from here on is for the next look.
        site = site.held()
        fresh, choices = site.freshness(), site.choices()
    except UserError as error:
        links = shell.navigation(site.pages, page, search, language)
        return Screen(sent(states.nothing_yet(error, language), links), title, search)
    parsed = _parsed(asked, choices)
    query = filters.to_query(parsed.filters, own=True) if asked.by_control else search
    view = site.view(page, parsed.filters, language, dark=asked.dark)
    problems = (*parsed.problems, *filters.not_honoured(parsed.filters, page.slices))
    return Screen(
        drawn=_drawn(site, page, view),
        title=title,
        search=query,
        figures=fresh,
        filters=parsed.filters,
        honoured=page.slices,
        dated=page.dated,
        days=(view.period.start.isoformat(), view.period.last.isoformat()),
        freshness=freshness_line(fresh, site.answers.definitions, language),
        notice=notice.notice(problems, language),
    )


def half_chosen(asked: Asked) -> bool:
    """Whether a range of days has its first end only, so that nothing can be shown yet."""
    return (
        asked.trigger == DAYS
        and isinstance(asked.controls.days, list)
        and None in asked.controls.days
    )


def _parsed(asked: Asked, choices: Choices) -> Parsed:
    if asked.trigger == RESET:
        return Parsed(Filters())
    if not asked.by_control:
        return filters.from_query(asked.search, choices)
    controls = asked.controls
    if asked.trigger == DAYS:
        controls = replace(controls, preset=CUSTOM)
    own = filters.from_query(asked.search, choices).filters.own
    found = filters.from_controls(controls, choices)
    return replace(found, filters=replace(found.filters, own=own))


def _drawn(site: Site, page: Page, view: View) -> str:
    """The page as sent. One that shows the state of now is drawn for each look."""
    query = filters.to_query(view.filters)
    looked_at = filters.to_query(view.filters, own=True)

    def draw() -> str:
        navigation = shell.navigation(site.pages, page, query, view.language)
        return sent(_content(site, page, view), navigation)

    if not page.dated:
        return draw()
    person = site.person
    targets = site.desk.targets_revision() if site.desk else None
    key = (
        page.path, looked_at, person.role, person.scope, view.language, view.dark, view.freshness,
        targets,
    )  # fmt: skip
    return site.drawings.get(key, draw)


def _content(site: Site, page: Page, view: View) -> Any:
    """The page as components: its lead, then its panels."""
    try:
        content = site.content(page, view)
    except UserError as error:
        return states.refused(error, view.language)
    panels = [draw_panel(panel, page.name, view) for panel in content.panels]
    return html.Div(
        [
            html.H1(page.title(view.language), className="unseen"),
            *content.lead,
            html.Div(panels, className=f"panels panels-{content.columns}"),
        ],
        className=f"page-{page.name}",
    )


def _title(page: str, site: Site) -> str:
    return f"{page} · {site.branding.name}"
