"""Will the period land: the targets that were in force, what was reached of them, what each working
day left has to bring, and where they land. Nobody is ranked: teams stand in their own order."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from charts import Language
from queries import Period, Question
from queries.targets.progress import Progress
from queries.targets.words import landing, needed
from reports import cells, pace
from reports.frozen import Frozen
from reports.parts import Cell, Column, Section, Table
from reports.standings import Span


def questions(_period: Period, _as_of: date) -> dict[str, Question]:
    """None: what is asked follows from the targets in force."""
    return {}


def tell(frozen: Frozen, language: Language) -> Section | None:
    """A table for each period that has targets."""
    blocks = [_table(frozen, language, span) for span in frozen.standings.spans]
    t = language.t
    return Section("targets", t("Targets"), t("Targets"), blocks) if blocks else None


def _table(frozen: Frozen, language: Language, span: Span) -> Table:
    stood = pace.in_order(frozen, frozen.standings.of(span.grain, span.starts_on))
    summed = any(one.pace is not None for one in stood)
    columns = _columns(language, summed=summed, over=span.over == span.days)
    rows = [_row(frozen, language, one)[: len(columns)] for one in stood]
    note = _note(language, span, stood)
    return Table(f"targets_{span.grain}", pace.heading(language, span), columns, rows, note)


def _columns(language: Language, *, summed: bool, over: bool) -> list[Column]:
    t = language.t
    columns = [
        Column(t("Figure"), "text"),
        Column(t("Unit"), "text"),
        Column(t("Standing"), "text"),
        Column(t("Target"), "count"),
        Column(t("Reached") if over else t("So far"), "count"),
        Column(t("Part of the target"), "share"),
    ]
    if summed:
        columns += [
            Column(t("Should be by now"), "count"),
            Column(t("Needed per working day left"), "count"),
            Column(t("Landing, if it goes on"), "count"),
        ]
    return columns


def _row(frozen: Frozen, language: Language, one: Progress) -> list[Cell]:
    due = one.pace.expected_today if one.pace and one.begun else None
    return [
        cells.name(language.words(one.metric.title)),
        cells.name(pace.unit_name(frozen, language, one)),
        standing(language, one),
        cells.value(language, one.metric, one.target),
        replace(cells.value(language, one.metric, one.value), quiet=cells.few(one.figure)),
        _part(language, one.attained),
        *(cells.value(language, one.metric, sum_) for sum_ in (due, needed(one), landing(one))),
    ]


def standing(language: Language, one: Progress) -> Cell:
    text = pace.standing_text(language, one)
    return Cell(text, text, "text", tone=pace.tone(one))


def _part(language: Language, part: Fraction | None) -> Cell:
    if part is None:
        return Cell(cells.NOTHING, None, "share")
    share = Decimal(part.numerator) / part.denominator
    return Cell(language.share(share), share, "share")


def _note(language: Language, span: Span, stood: Sequence[Progress]) -> str:
    """How many working days the period has, and what has no pace."""
    told = [
        language.n(
            "{count} working day in {country}, {over} over by {day}.",
            "{count} working days in {country}, {over} over by {day}.",
            span.days,
            country=span.country,
            over=language.count(span.over),
            day=language.date(span.as_of),
        )
    ]
    if not span.announced:
        told.append(language.t("The shifted working days of that year are not announced yet."))
    if {one.pace is None for one in stood} == {True, False}:
        told.append(
            language.t("Rates and levels have no pace: they stand against the whole target.")
        )
    return ("" if language.chinese else " ").join(told)
