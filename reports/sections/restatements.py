"""What became of the figures that were reported before: as reported, as known now, and where the
difference is from. What stands is told in one sentence."""

from collections.abc import Iterator, Sequence
from datetime import date

from charts import Language
from queries import METRICS, Figure, Period, Question
from queries.restating import Restatement
from reports import cells
from reports.frozen import Frozen
from reports.parts import Block, Cell, Column, Note, Section, Table
from reports.restated import Restated
from reports.sections.headline import sum_of

# Less than a page on paper; the workbook has every line.
LINES = 12
Line = tuple[Restated, Restatement]


def questions(_period: Period, _as_of: date) -> dict[str, Question]:
    """None: the earlier editions ask for themselves (reports/restatement.py)."""
    return {}


def tell(frozen: Frozen, language: Language) -> Section | None:
    """None where there is no earlier edition."""
    earlier = frozen.restated
    if not earlier:
        return None
    t = language.t
    lines = [(one, figure) for one in earlier for figure in one.figures]
    # What was final is what people built on; the order of periods stays.
    lines.sort(key=lambda line: line[1].reported.provisional)
    blocks: list[Block] = []
    if stand := sum(not one.figures for one in earlier):
        text = language.n(
            "{count} earlier edition stands as reported.",
            "{count} earlier editions stand as reported.",
            stand,
        )
        blocks.append(Note(text))
    if lines:
        blocks += [_short(language, lines), *_explained(language, lines), _whole(language, lines)]
    title = t("Restatements")
    return Section("restatements", title, title, blocks)


def _short(language: Language, lines: Sequence[Line]) -> Table:
    """As many lines as paper has room for."""
    t = language.t
    columns = [
        Column(t("Edition"), "text"),
        Column(t("Figure"), "text"),
        Column(t("As reported"), "count"),
        Column(t("As known now"), "count"),
        Column(t("Difference"), "count"),
    ]
    rows = [
        [
            cells.name(_edition(language, one)),
            cells.name(_figure(language, restated)),
            cells.exact(language, restated.reported),
            cells.exact(language, restated.known),
            difference(language, restated),
        ]
        for one, restated in lines[:LINES]
    ]
    title = t("Earlier editions: as reported and as known now")
    return Table("restatements", title, columns, rows, _note(language, lines))


def _explained(language: Language, lines: Sequence[Line]) -> Iterator[Table]:
    """What the differences of payments are made of: they add up to the cent."""
    t = language.t
    paid = [(one, restated) for one, restated in lines if restated.parts is not None]
    if not paid:
        return
    columns = [Column(t("Edition"), "text"), *_difference_columns(language)]
    rows = [
        [cells.name(_edition(language, one)), *_difference_cells(language, restated)]
        for one, restated in paid
    ]
    titles = language.listed(
        [language.words(METRICS[name].title) for name in dict.fromkeys(r.metric for _, r in paid)]
    )
    note = t(
        "Late payments and reversals became known after the edition. Corrections are payments that"
        " were known and have since been changed, moved, deleted or given to another owner."
    )
    title = t("{titles}: where the differences come from", titles=titles)
    yield Table("restatement_parts", title, columns, rows, note)


def _whole(language: Language, lines: Sequence[Line]) -> Table:
    """Every line, with the sums that the figures were divided from, for the workbook."""
    t = language.t
    columns = [
        Column(t("Period"), "text"),
        Column(t("Edition"), "text"),
        Column(t("Figure"), "text"),
        Column(t("State"), "text"),
        Column(t("As reported"), "count"),
        Column(t("Numerator"), "count"),
        Column(t("Denominator"), "count"),
        Column(t("As known now"), "count"),
        Column(t("Numerator"), "count"),
        Column(t("Denominator"), "count"),
        *_difference_columns(language),
    ]
    rows = [
        [
            cells.name(_period(language, one)),
            cells.name(one.code),
            cells.name(language.words(METRICS[restated.metric].title)),
            cells.name(_state(language, restated)),
            *_sums(language, restated.reported),
            *_sums(language, restated.known),
            *_difference_cells(language, restated),
        ]
        for one, restated in lines
    ]
    title = t("Every figure that differs, with its sums")
    return Table("restatement_sums", title, columns, rows, on_paper=False)


def _difference_columns(language: Language) -> list[Column]:
    t = language.t
    return [
        Column(t("Difference"), "count"),
        Column(t("Late payments"), "money"),
        Column(t("Late reversals"), "money"),
        Column(t("Corrections"), "money"),
    ]


def _difference_cells(language: Language, one: Restatement) -> list[Cell]:
    parts = one.parts
    split = (parts.late, parts.reversals, parts.corrections) if parts else (None, None, None)
    return [difference(language, one), *(_signed_money(language, part) for part in split)]


def difference(language: Language, one: Restatement) -> Cell:
    """Known less reported with its sign: money to the cent, shares in points."""
    metric, moved = METRICS[one.metric], one.difference
    if moved is None:
        return Cell(cells.NOTHING, None, metric.unit)
    if metric.unit == "money":
        return _signed_money(language, int(moved))
    if metric.unit == "share":
        return Cell(cells.points(language, moved), moved, "points")  # type: ignore[arg-type]
    text = language.value(metric, moved)
    return Cell(("+" if moved > 0 else "") + text, moved, metric.unit)


def _signed_money(language: Language, minor: int | None) -> Cell:
    if minor is None:
        return Cell(cells.NOTHING, None, "money")
    return Cell(("+" if minor > 0 else "") + language.money(minor), minor, "money")


def _sums(language: Language, figure: Figure) -> Iterator[Cell]:
    metric = METRICS[figure.metric]
    yield cells.exact(language, figure)
    yield sum_of(language, metric.numerator, figure.numerator)
    yield sum_of(language, metric.denominator, figure.denominator)


def _edition(language: Language, one: Restated) -> str:
    return f"{_period(language, one)} · {one.code}"


def _period(language: Language, one: Restated) -> str:
    span = language.span(one.period)
    if one.number == 1:
        return span
    return language.t("{span}, correction {number}", span=span, number=one.number - 1)


def _figure(language: Language, one: Restatement) -> str:
    title = language.words(METRICS[one.metric].title)
    if not one.reported.provisional:
        return title
    return language.t("{figure} (was provisional)", figure=title)


def _state(language: Language, one: Restatement) -> str:
    return language.t("was provisional") if one.reported.provisional else language.t("final")


def _note(language: Language, lines: Sequence[Line]) -> str:
    """Which rules changed, and what did not find room."""
    t = language.t
    told = []
    redefined = dict.fromkeys(one.metric for _, one in lines if one.redefined)
    if redefined:
        titles = language.listed([language.words(METRICS[name].title) for name in redefined])
        told.append(
            t(
                "Counted by other definitions since: {titles}. What these changed is in the"
                " difference, of payments among the corrections.",
                titles=titles,
            )
        )
    if len(lines) > LINES:
        told.append(t("The workbook has all {count} lines.", count=language.count(len(lines))))
    return ("" if language.chinese else " ").join(told)
