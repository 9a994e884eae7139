"""Liquidation curves: what each month's placements have brought in, month after month."""

from datetime import date

from charts import Language
from queries import Figure, Period, Question
from queries.period import whole
from reports import cells, drawn
from reports.frozen import Frozen
from reports.parts import Cell, Column, Drawing, Picture, Section, Table

VINTAGES = 12


def questions(period: Period, _as_of: date) -> dict[str, Question]:
    end = whole(period.last, "month").end
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
    picture = Picture("liquidation", chart, height=78, drawing=drawing)
    return Section("vintages", t("Liquidation"), t("Liquidation"), [picture, table])


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
