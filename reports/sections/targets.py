"""Will the period land: the targets that were in force, what was reached of them, what each working
day left has to bring, and where they land. Nobody is ranked: teams stand in their own order."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from charts import Language
from queries import DIMENSIONS, Question
from queries.targets.progress import Progress
from queries.targets.words import landing, needed
from reports import cells, pace
from reports.frozen import Frozen
from reports.parts import Cell, Column, Section, Table
from reports.spans import Covered
from reports.standings import Span


def questions(_covered: Covered, _as_of: date) -> dict[str, Question]:
    """None: what is asked follows from the targets in force."""
    return {}


def tell(frozen: Frozen, language: Language) -> Section | None:
    """For each period that has targets: those of the whole together, and those of its units metric
    by metric."""
    spans = frozen.standings.spans
    blocks = [block for span in spans for block in _tables(frozen, language, span)]
    t = language.t
    return Section("targets", t("Targets"), t("Targets"), blocks) if blocks else None


def _tables(frozen: Frozen, language: Language, span: Span) -> Iterator[Table]:
    t, period = language.t, language.grain(span.grain, span.starts_on)
    for at, group in enumerate(pace.groups(frozen, span)):
        metric, key, level = group[0].metric, f"targets_{span.grain}", group[0].aim.level
        if frozen.standings.of_whole(group[0]):
            unit = pace.unit_name(frozen, language, group[0])
            title = t("{unit}: targets for {period}", unit=unit, period=period)
            first = Column(t("Figure"), "text")
            names = [language.words(one.metric.title) for one in group]
        else:
            titled = language.words(metric.title)
            dimension = language.words(DIMENSIONS[level])
            title = t(
                "{metric} by {dimension}: targets for {period}", metric=titled,
                dimension=dimension if language.chinese else dimension.lower(), period=period,
            )  # fmt: skip
            key, first = f"{key}_{level}_{metric.name}", Column(t("Unit"), "text")
            names = [pace.unit_name(frozen, language, one) for one in group]
        columns = [first, *_columns(language, group, over=span.over == span.days)]
        rows = [
            [cells.name(name), *_cells(language, one)][: len(columns)]
            for name, one in zip(names, group, strict=True)
        ]
        yield Table(
            key,
            title,
            columns,
            rows,
            _below(language, group, "" if at else _period(frozen, language, span)),
        )


def _below(language: Language, group: Sequence[Progress], period: str) -> str:
    """What a table needs to be read; the first one of a period says what holds for all of them."""
    told = [period] if period else []
    if any(cells.few(one.figure) for one in group):
        told.append(language.t("Grey: few promises or attempts stand behind the rate."))
    return language.sentences(told)


def _columns(language: Language, group: Sequence[Progress], *, over: bool) -> list[Column]:
    """What does not add up has no pace, and nothing to be told of one."""
    t = language.t
    columns = [
        Column(t("Standing"), "text"),
        Column(t("Target"), "count"),
        Column(t("Reached") if over else t("So far"), "count"),
        Column(t("Part of the target"), "share"),
    ]
    if any(one.pace is not None for one in group):
        columns += [
            Column(t("Should be by now"), "count"),
            Column(t("Needed per working day left"), "count"),
            Column(t("Landing, if it goes on"), "count"),
        ]
    return columns


def _cells(language: Language, one: Progress) -> list[Cell]:
    due = one.pace.expected_today if one.pace and one.begun else None
    return [
        standing(language, one),
        cells.value(language, one.metric, one.target),
        replace(cells.value(language, one.metric, one.value), quiet=cells.few(one.figure)),
        part(language, one.attained),
        *(cells.value(language, one.metric, sum_) for sum_ in (due, needed(one), landing(one))),
    ]


def standing(language: Language, one: Progress) -> Cell:
    text = pace.standing_text(language, one)
    return Cell(text, text, "text", tone=pace.tone(one))


def part(language: Language, attained: Fraction | None) -> Cell:
    """What was attained as a share of the target."""
    if attained is None:
        return Cell(cells.NOTHING, None, "share")
    share = Decimal(attained.numerator) / attained.denominator
    return Cell(language.share(share), share, "share")


def _period(frozen: Frozen, language: Language, span: Span) -> str:
    """How many working days the period has, how many are over, and what has no pace."""
    text = language.n(
        "{count} working day in {country}, {over} over by {day}.",
        "{count} working days in {country}, {over} over by {day}.",
        span.days,
        country=span.country, over=language.count(span.over), day=language.date(span.as_of),
    )  # fmt: skip
    period = language.grain(span.grain, span.starts_on)
    told = [language.t("{period}: {value}", period=period, value=text)]
    if not span.announced:
        told.append(language.t("The shifted working days of that year are not announced yet."))
    if any(one.pace is None for one in frozen.standings.of(span.grain, span.starts_on)):
        told.append(
            language.t("Rates and levels have no pace: they stand against the whole target.")
        )
    return language.sentences(told)
