"""The part of Targets that tells where each target stands: what there is, what should be by now,
what each day left has to bring, and where it will land."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from dash import html

from dashboard.components.pace import standing_text
from dashboard.pacing import landing, needed
from dashboard.pages.page import Column, Grid, Panel, Row, View
from dashboard.pages.targets.look import Look, Unit, name_of, row_key
from dashboard.targets.rows import LEVEL_TITLES
from queries.targets.progress import Progress
from queries.targets.target import Aim


def standing_panel(
    view: View, look: Look, units: Sequence[Unit], stood: Mapping[Aim, Progress]
) -> Panel:
    """A row for each unit that has a target."""
    language = view.language
    heading = language.t(
        "{metric}: where the targets stand", metric=language.words(look.metric.title)
    )
    rows = [
        _row(view, unit, stood[look.aim(unit.level, unit.key)])
        for unit in units
        if look.aim(unit.level, unit.key) in stood
    ]
    if not rows:
        told = html.P(
            language.t(
                "No target is set for {period} yet.", period=language.grain(look.grain, look.start)
            ),
            className="nothing",
        )
        return Panel("standing", heading, told, wide=True)
    flow = look.metric.kind == "flow"
    columns = _columns(view, look, flow=flow)
    return Panel(
        "standing", heading, Grid(columns, tuple(rows)), (look.metric.name,),
        days_text(view, look), wide=True,
    )  # fmt: skip


def _columns(view: View, look: Look, *, flow: bool) -> tuple[Column, ...]:
    language, unit = view.language, look.metric.unit
    so_far = (
        language.t("So far") if look.period.last > view.choices.as_of else language.t("Reached")
    )
    columns = [
        Column.text("unit", language.t("Unit"), pinned=True, width=190),
        Column.text("standing", language.t("Standing"), width=175),
        Column("target", language.t("Target"), unit=unit),
        Column("actual", so_far, unit=unit),
        Column("attained", language.t("Part of the target"), unit="share"),
    ]
    if flow:
        columns += [
            Column("expected", language.t("Should be by now"), unit=unit),
            Column("ahead", language.t("Ahead of that"), unit=unit),
            Column("needed", language.t("Needed per working day left"), unit=unit),
            Column("landing", language.t("Landing, if it goes on"), unit=unit),
        ]
    else:
        columns.append(Column("ahead", language.t("Difference from the target"), unit=unit))
    columns.append(Column.text("level", language.t("Level"), width=110))
    columns.append(Column.text("owner", language.t("Owner"), width=120))
    return tuple(columns)


def _row(view: View, unit: Unit, one: Progress) -> Row:
    language = view.language
    values: dict[str, Any] = {
        "unit": name_of(unit, language),
        "level": language.words(LEVEL_TITLES[unit.level]),
        "target": one.version.marks.target,
        "actual": one.value,
        "attained": _exact(one.attained),
        "ahead": _exact(one.ahead),
        "expected": one.pace.expected_today if one.pace and one.begun else None,
        "needed": needed(one),
        "landing": landing(one),
        "standing": standing_text(one, language),
        "owner": one.version.owner,
    }
    return Row(row_key(unit.level, unit.key), values)


def _exact(part: Fraction | None) -> Decimal | None:
    return None if part is None else Decimal(part.numerator) / part.denominator


def days_text(view: View, look: Look) -> str:
    """How many working days the period has, how many are over, and whether all are known."""
    language, calendar, period = view.language, view.source.rules.calendar, look.period
    days = calendar.days(period)
    over = sum(day <= view.choices.as_of for day in days)
    text = language.n(
        "{count} working day in {country}, {over} over by {day}.",
        "{count} working days in {country}, {over} over by {day}.",
        len(days),
        country=calendar.country, over=language.count(over),
        day=language.date(view.choices.as_of),
    )  # fmt: skip
    if all(calendar.announced(year) for year in {period.start.year, period.last.year}):
        return text
    return text + language.after(
        language.t("The shifted working days of that year are not announced yet.")
    )
