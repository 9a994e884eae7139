"""The parts of My desk about targets: where those of the teams stand this month, and what waits for
a decision. The Targets page has all of them."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from dash import dcc, html

from dashboard.components.pace import standing_text
from dashboard.pages.desk.figures import Section, of_month, whose
from dashboard.pages.page import Answers, Column, Content, Grid, Panel, Row, View
from dashboard.pages.targets.look import PATH
from dashboard.pages.targets.waiting import waiting_panel
from queries.figures import Question
from queries.metrics import METRICS
from queries.period import floor
from queries.targets.progress import Progress, progress, questions
from queries.targets.target import Aim, Version


def teams_against_targets() -> Section:
    """The targets of the month of several teams; the cards tell those of a single one."""
    return Section(_asks, _draws)


def waiting_targets() -> Section:
    """What was proposed and nobody has decided yet."""
    return Section(lambda _: {}, _waiting)


def _asks(view: View) -> dict[str, Question]:
    return questions(_in_force(view).values(), view.choices.as_of)


def _in_force(view: View) -> dict[Aim, Version]:
    """Of the running month and of the teams that are seen wholly, as far as they were chosen. The
    target of a team says nothing about its cases of one product."""
    desk, teams = view.source.desk, _teams(view)
    if desk is None or set(view.where) - {"team"}:
        return {}
    start = floor(of_month(view).period.start, "month")
    known = desk.targets_in_force("month", start, start)
    return {aim: known[aim] for aim in known if aim.level == "team" and aim.unit in teams}


def _teams(view: View) -> Mapping[str, str]:
    chosen = view.where.get("team")
    every = view.source.staff().units("team")
    return {key: name for key, name in every.items() if chosen is None or key in chosen}


def _draws(view: View, answers: Answers) -> Content:
    language, teams = view.language, _teams(view)
    month = language.month(of_month(view).period.start)
    heading = language.t("Teams against their targets")
    if len(teams) < 2:
        return Content()
    stood = progress(
        _in_force(view).values(), answers, view.choices.as_of, view.source.rules.calendar,
        view.source.profile,
    )  # fmt: skip
    if not stood:
        told = [language.t("No team has a target for {month}.", month=month), *_way(view)]
        body = html.P(told, className="nothing")
        return Content(panels=[Panel("against-targets", heading, body, wide=True)])
    order = {(team, name): at for at, (team, name) in enumerate(
        (team, name) for team in teams for name in METRICS)}  # fmt: skip
    rows = [stood[aim] for aim in sorted(stood, key=lambda aim: order[aim.unit, aim.metric])]
    note = language.t(
        "{covered}. Sums are measured against what should be there by now, rates and levels against"
        " the whole target.",
        covered=f"{month} · {whose(view.person.scope, view)}",
    )
    grid = Grid(_columns(view), tuple(_row(one, teams, view) for one in rows))
    return Content(panels=[Panel("against-targets", heading, grid, note=note, wide=True)])


def _way(view: View) -> list[Any]:
    if PATH not in view.paths:
        return []
    return [" ", dcc.Link(view.language.t("Open Targets"), href=PATH, refresh=False)]


def _columns(view: View) -> tuple[Column, ...]:
    language = view.language
    return (
        Column.text("team", language.t("Unit"), pinned=True, width=160),
        Column.text("metric", language.t("Figure"), width=190),
        Column.text("standing", language.t("Standing"), width=150),
        Column("attained", language.t("Part of the target"), unit="share", width=130),
        Column.text("actual", language.t("So far")),
        Column.text("target", language.t("Target")),
    )


def _row(one: Progress, teams: Mapping[str, str], view: View) -> Row:
    """Rows have different units, so what was reached is text here; the Targets page has numbers."""
    language, aim = view.language, one.aim
    part = one.attained
    return Row(f"{aim.unit} {aim.metric}", {
        "team": teams[aim.unit],
        "metric": language.words(one.metric.title),
        "standing": standing_text(one, language),
        "attained": None if part is None else Decimal(part.numerator) / part.denominator,
        "actual": language.value(one.metric, one.value),
        "target": language.value(one.metric, one.target),
    })  # fmt: skip


def _waiting(view: View, _: Answers) -> Content:
    language, found = view.language, waiting_panel(view, view.source.staff())
    if found is None:
        told = html.P(language.t("Nothing waits for a decision."), className="nothing")
        found = Panel("waiting", language.t("Waiting for a decision"), told)
    return Content(panels=[replace(found, wide=False)])
