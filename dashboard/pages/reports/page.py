"""What was reported, to whom it went, what comes next, and whether a file is genuine. One part is
shown at a time; the address says which. An edition is shown in place of the archive.

Everything about an edition passes the gate of dashboard/editions/seen.py.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dash import dcc, html

from charts import Language
from dashboard.editions.words import PATH, here
from dashboard.live import WHOLE
from dashboard.pages.page import Answers, Content, Page, Panel, View
from dashboard.pages.reports import acts
from dashboard.pages.reports.archive import archive, archive_of
from dashboard.pages.reports.checking import checking
from dashboard.pages.reports.deliveries import deliveries, unsettled
from dashboard.pages.reports.edition import edition_shown
from dashboard.pages.reports.mine import mine
from dashboard.pages.reports.schedule import schedule
from queries.figures import Question

Draws = Callable[[View], Content]


@dataclass(frozen=True)
class Part:
    """A part of the page: its name in the address, its title, and who has it."""

    name: str
    title: Callable[[Language], str]
    draws: Draws
    right: str = "reports"


PARTS: Sequence[Part] = (
    Part("", lambda language: language.t("Archive"), archive),
    Part("mine", lambda language: language.t("My reports"), mine),
    Part("schedule", lambda language: language.t("Next runs"), schedule),
    Part("check", lambda language: language.t("Check a file"), checking),
    Part("deliveries", lambda language: language.t("Deliveries"), deliveries, "run reports"),
)


def title(language: Language) -> str:
    return language.t("Reports")


def questions(_: View) -> dict[str, Question]:
    """The figures of editions are frozen; the page asks none."""
    return {}


def draw(view: View, _: Answers) -> Content:
    language, own = view.language, view.filters.own
    if view.source.desk is None:
        told = html.P(language.t("Reports are not known here."), className="nothing")
        return Content(panels=[Panel("archive", language.t("Archive"), told, wide=True)])
    parts = [part for part in PARTS if view.person.may(part.right)]
    if "edition" in own:
        return _with_ways(view, parts, None, edition_shown(view, archive_of(view), own["edition"]))
    chosen = next((part for part in parts if part.name == own.get("part", "")), parts[0])
    return _with_ways(view, parts, chosen, chosen.draws(view))


def _with_ways(view: View, parts: Sequence[Part], chosen: Part | None, content: Content) -> Content:
    """The content with links to all parts above."""
    waiting = unsettled(view)
    links = [_way(view, part, here_now=part is chosen, count=waiting) for part in parts]
    ways = html.Nav(
        html.Div(links, className="chips"), id="reports-ways", className="reports-ways",
        **{"aria-label": view.language.t("Parts of the page"), **WHOLE},  # type: ignore[arg-type]
    )  # fmt: skip
    return Content([ways, *content.lead], content.panels, content.columns, content.hidden)


def _way(view: View, part: Part, *, here_now: bool, count: int) -> html.Span:
    text = part.title(view.language)
    if part.name == "deliveries" and count:
        text = view.language.t("{part} ({count} to settle)", part=text, count=count)
    link = dcc.Link(
        text, href=here(part=part.name), refresh=False,
        className="chip chip-here" if here_now else "chip",
    )  # fmt: skip
    return html.Span(link, **({"aria-current": "true"} if here_now else {}))  # type: ignore[arg-type]


PAGE = Page(PATH, title, (), questions, draw, dated=False, acts=acts.ACTS)
