"""Liquidation curves: what each month's placements have brought in, month after month."""

from datetime import date

from charts import Language
from queries import Figure, Period, Question
from queries.period import whole
from reports import cells, drawn
from reports.frozen import Frozen
from reports.parts import Block, Cell, Column, Drawing, Picture, Section, Table
from reports.spans import Covered

VINTAGES = 12
# The placements that a reader can still do something about.
NEWEST = 3


def questions(covered: Covered, _as_of: date) -> dict[str, Question]:
    end = whole(covered.period.last, "month").end
    # The same month a year back is twelve months earlier, whatever their lengths.
    start = end.replace(year=end.year - VINTAGES // 12)
    return {"liquidation": Question(("liquidation",), Period(start, end), ("vintage", "months"))}


def tell(frozen: Frozen, language: Language) -> Section | None:
    curves = grid(frozen)
    if not curves:
        return None
    t = language.t
    last = max(months for cells_ in curves.values() for months in cells_)
    columns = [
        Column(t("Placed in"), "text"),
        Column(t("Cases"), "count"),
        *(Column(str(months), "share") for months in range(last + 1)),
    ]
    rows = [_row(frozen, language, vintage, last) for vintage in sorted(curves)]
    title = t("Share of the amount placed that was collected, by months since placement")
    table = Table("liquidation", title, columns, rows, t("Months that are not over stay empty."))
    chart = drawn.vintage_curves(frozen, language, t("Liquidation by month of placement"))
    drawing = Drawing("curves", table.key, range(2, last + 3))
    picture = Picture("liquidation", chart, height=62, drawing=drawing)
    newest = _newest(curves, language)
    blocks: list[Block] = [picture, *([newest] if newest else []), table]
    return Section("vintages", t("Liquidation"), t("Liquidation"), blocks)


def grid(frozen: Frozen) -> dict[date, dict[int, Figure]]:
    """Complete cells by vintage and months since placement."""
    answer = frozen.answers.get("liquidation")
    found: dict[date, dict[int, Figure]] = {}
    for figure in answer.figures if answer else ():
        vintage, months = figure.keys
        if figure.value is not None and isinstance(vintage, date):
            found.setdefault(vintage, {})[int(str(months))] = figure
    return found


def _row(frozen: Frozen, language: Language, vintage: date, last: int) -> list[Cell]:
    figures = [
        frozen.figure("liquidation", "liquidation", vintage, months) for months in range(last + 1)
    ]
    placed = next((figure.n for figure in figures if figure.n is not None), None)
    shares = [
        cells.of(language, figure) if figure.value is not None else Cell("", None, "share")
        for figure in figures
    ]
    return [cells.name(language.month(vintage)), cells.number(language, placed), *shares]


def _newest(curves: dict[date, dict[int, Figure]], language: Language) -> Table | None:
    """The newest placements against all earlier ones when they were as old; None without those."""
    t = language.t
    rows = [
        row
        for vintage in sorted(curves)[-NEWEST:]
        if (row := _against(curves, vintage, language)) is not None
    ]
    if not rows:
        return None
    columns = [
        Column(t("Placed in"), "text"),
        Column(t("Cases"), "count"),
        Column(t("Months since placement"), "count"),
        Column(t("Collected so far"), "share"),
        Column(t("Earlier placements at that age"), "share"),
        Column(t("Against the earlier"), "points"),
        Column(t("Cases of the earlier"), "count"),
    ]
    note = t("Earlier: all older months of placement that have reached that age, taken together.")
    title = t("The newest placements against earlier ones")
    return Table("newest", title, columns, rows, note)


def _against(
    curves: dict[date, dict[int, Figure]], vintage: date, language: Language
) -> list[Cell] | None:
    months = max(curves[vintage])
    now = curves[vintage][months]
    older = [ages[months] for start, ages in curves.items() if start < vintage and months in ages]
    if not older:
        return None
    together = Figure(
        "liquidation",
        (),
        sum(one.numerator or 0 for one in older),
        sum(one.denominator or 0 for one in older),
        sum(one.n or 0 for one in older),
        provisional=False,
    )
    return [
        cells.name(language.month(vintage)),
        cells.number(language, now.n),
        cells.number(language, months),
        cells.of(language, now),
        cells.of(language, together),
        cells.change(language, now, together),
        cells.number(language, together.n),
    ]
