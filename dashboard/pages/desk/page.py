"""My desk: what each role needs first. The roles are data; a part is a file of its own.

The figures of the month so far, whatever period was chosen on other pages; chosen teams, agents and
the like hold here too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from charts import Language
from dashboard.pages.desk.alerts import alerts_now
from dashboard.pages.desk.archive import report_archive
from dashboard.pages.desk.figures import (
    Section,
    house_figures,
    own_figures,
    team_figures,
    yearly_figures,
)  # fmt: skip
from dashboard.pages.desk.people import (
    agents_at_work,
    teams_at_work,
    untouched_cases,
    what_moved,
)  # fmt: skip
from dashboard.pages.desk.promises import promises_to_come
from dashboard.pages.desk.state import jobs_in_a_line
from dashboard.pages.desk.targets import teams_against_targets, waiting_targets
from dashboard.pages.page import ALL_BUT_CHANNEL, Answers, Content, Page, Panel, View
from queries.figures import Question
from queries.rights import Role

_MANAGING = (
    house_figures(), alerts_now(), waiting_targets(), what_moved(), teams_against_targets(),
    teams_at_work(),
)  # fmt: skip
# In the order of reading.
SECTIONS: Mapping[Role, Sequence[Section]] = {
    "executive": (yearly_figures(), report_archive()),
    "manager": _MANAGING,
    "administrator": (jobs_in_a_line(), *_MANAGING),
    "lead": (
        team_figures(), teams_against_targets(), promises_to_come(), untouched_cases(),
        agents_at_work(),
    ),
    "agent": (own_figures(), promises_to_come()),
}  # fmt: skip


def title(language: Language) -> str:
    return language.t("My desk")


def questions(view: View) -> dict[str, Question]:
    asked: dict[str, Question] = {}
    for section in SECTIONS[view.person.role]:
        asked |= section.asks(view)
    return asked


def draw(view: View, answers: Answers) -> Content:
    drawn = [section.draws(view, answers) for section in SECTIONS[view.person.role]]
    return Content(
        lead=[part for content in drawn for part in content.lead],
        panels=_laid([panel for content in drawn for panel in content.panels]),
        hidden=[panel for content in drawn for panel in content.hidden],
    )


def _laid(panels: Sequence[Panel]) -> list[Panel]:
    """A panel without a neighbour takes the whole row."""
    laid: list[Panel] = []
    alone = False
    for panel in panels:
        if panel.wide and alone:
            laid[-1] = replace(laid[-1], wide=True)
        alone = not panel.wide and not alone
        laid.append(panel)
    if alone:
        laid[-1] = replace(laid[-1], wide=True)
    return laid


PAGE = Page("/desk", title, ALL_BUT_CHANNEL, questions, draw, dated=False)
