"""Will the period land: where each target stands, what they could be, and who sets and approves
them. One metric in one week, month or quarter; the address says which."""

from typing import Any

from charts import Language
from dashboard.pages.page import Answers, Content, Page, Panel, View
from dashboard.pages.targets import acts, scorecard, sheets, suggesting
from dashboard.pages.targets.look import PATH, Look, Unit, look_of, units_of, ways
from dashboard.pages.targets.setting import setting_panel
from dashboard.pages.targets.sheets import sheets_panel
from dashboard.pages.targets.standing import standing_panel
from dashboard.pages.targets.waiting import changes_panel, waiting_panel
from queries.figures import Question
from queries.staff import Staff
from queries.targets.progress import progress, questions
from queries.targets.target import Aim, Version


def title(language: Language) -> str:
    return language.t("Targets")


def asked(view: View) -> dict[str, Question]:
    """What there is of the targets in force, and the past that suggestions are made of."""
    look, staff = look_of(view), view.source.staff()
    units = units_of(view, look, staff)
    found = questions(_valid(view, look, units).values(), view.choices.as_of)
    found |= scorecard.asked(view, look, units)
    if _settable(view, look):
        found |= suggesting.asked(view, look, units)
    return found


def draw(view: View, answers: Answers) -> Content:
    look, staff = look_of(view), view.source.staff()
    units = units_of(view, look, staff)
    valid = _valid(view, look, units)
    stood = progress(
        valid.values(), answers, view.choices.as_of, view.source.rules.calendar,
        view.source.profile,
    )  # fmt: skip
    waiting = waiting_panel(view, staff)
    return Content(
        lead=[ways(view, look)],
        panels=[
            *([waiting] if waiting else []),
            standing_panel(view, look, units, stood),
            *_setting(view, look, units, answers, staff),
            scorecard.scorecard_panel(view, look, units, answers),
            changes_panel(view, look, staff),
        ],
    )


def _setting(
    view: View, look: Look, units: list[Unit], answers: Answers, staff: Staff
) -> list[Panel]:
    desk = view.source.desk
    if desk is None or not _settable(view, look):
        return []
    newest = desk.newest_targets(look.grain, look.start, look.start)
    proposals = suggesting.proposals(view, look, units, answers, staff)
    return [setting_panel(view, look, units, newest, proposals), sheets_panel(view, look)]


def _settable(view: View, look: Look) -> bool:
    """Targets are set for periods that are not over: a target of the past moves nobody."""
    running = look.period.last > view.choices.as_of
    return running and view.source.desk is not None and view.person.may("set targets")


def _in_force(view: View, look: Look) -> dict[Aim, Version]:
    desk = view.source.desk
    return dict(desk.targets_in_force(look.grain, look.start, look.start)) if desk else {}


def _valid(view: View, look: Look, units: list[Unit]) -> dict[Aim, Version]:
    """The targets in force of the units that are shown."""
    known: dict[Aim, Any] = _in_force(view, look)
    aims = [look.aim(unit.level, unit.key) for unit in units]
    return {aim: known[aim] for aim in aims if aim in known}


PAGE = Page(
    PATH,
    title,
    ("team",),
    asked,
    draw,
    dated=False,
    acts=(*acts.ACTS, *sheets.ACTS),
)
