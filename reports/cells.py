"""From figures to cells: the text that a reader sees next to the value that it was made from."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from charts import Language
from queries import METRICS, Figure
from queries.definition import Metric
from reports.parts import Cell, Column, Unit, Value

# Rates over fewer rows than these are shown but marked, and no sentence is written about them
# (30 promises, 100 attempts: the usual floor of league tables in collections).
FEW = {"promises": 30, "contacts": 100, "recovery": 30, "aging": 30}
NOTHING = "–"


def of(language: Language, figure: Figure, shade: float = 0.0) -> Cell:
    """The figure as a cell of a table, money in whole units of the currency; None is a dash."""
    cell = value(language, METRICS[figure.metric], figure.value)
    return replace(cell, quiet=few(figure), shade=shade)


def value(language: Language, metric: Metric, number: int | Decimal | None) -> Cell:
    """A value of a metric that is no figure, such as its target, written like one."""
    if number is None:
        text = NOTHING
    elif metric.unit == "money":
        text = money(language, number)
    else:
        text = language.value(metric, number)
    return Cell(text, number, metric.unit)


def exact(language: Language, figure: Figure) -> Cell:
    """The figure to the last minor unit, for tables that must foot."""
    cell = of(language, figure)
    if METRICS[figure.metric].unit != "money" or figure.value is None:
        return cell
    return replace(cell, text=language.money(figure.value))


def money(language: Language, minor: int | Decimal) -> str:
    """An amount rounded to whole units of the currency."""
    return language.numbers.exact_money(Decimal(minor).scaleb(-language.minor_digits), 0)


def signed_money(language: Language, minor: int) -> str:
    """A difference of amounts with its sign."""
    return ("+" if minor > 0 else "") + money(language, minor)


def points(language: Language, share: Decimal) -> str:
    """A difference of shares in percentage points with its sign: "−0.15 pp"."""
    text = language.numbers.decimal(share * 100, 2)
    plus = "+" if share > 0 and any(mark in text for mark in "123456789") else ""
    return plus + text + ("个百分点" if language.chinese else " pp")


def counted(part: Figure, whole: Figure) -> Figure:
    """A sum that a split does not mention is zero where the whole is known; a rate is unknown."""
    missing = part.value is None and whole.value is not None
    if missing and not METRICS[part.metric].denominator:
        return replace(part, numerator=0)
    return part


def few(figure: Figure) -> bool:
    """Whether a rate stands on so few rows that it says little."""
    metric = METRICS[figure.metric]
    if not metric.denominator or figure.value is None:
        return False
    return (figure.n or 0) < FEW[metric.area]


def change(language: Language, now: Figure, before: Figure) -> Cell:
    """The difference as a cell: points for shares, a relative change for everything else.

    Where few rows stand behind either figure it is grey: noise is neither better nor worse.
    """
    told = language.change(METRICS[now.metric], now.value, before.value)
    value, unit = difference(now, before)
    if now.value is None or before.value is None:
        return Cell(NOTHING, None, unit)
    if few(now) or few(before):
        return Cell(told.text, value, unit, quiet=True)
    return Cell(told.text, value, unit, tone=told.verdict)


def difference(now: Figure, before: Figure) -> tuple[Value, Unit]:
    """The exact difference: in points for shares (0.01 = one point), in days for days, else as a
    share of before."""
    absolute: dict[str, Unit] = {"share": "points", "days": "days"}
    unit = absolute.get(METRICS[now.metric].unit, "share")
    if now.value is None or before.value is None:
        return None, unit
    if unit != "share":
        return now.value - before.value, unit
    return ((now.value - before.value) / abs(Decimal(before.value)) if before.value else None), unit


def moved(now: Figure, before: Figure) -> int:
    """The difference of two sums; what was not counted is zero."""
    return int(now.numerator or 0) - int(before.numerator or 0)


def name(text: str) -> Cell:
    return Cell(text, text, "text")


def number(language: Language, value: int | None) -> Cell:
    return Cell(NOTHING if value is None else language.count(value), value, "count")


def day(text: str, value: date) -> Cell:
    return Cell(text, value, "date")


def column(language: Language, metric: str) -> Column:
    return Column(language.words(METRICS[metric].title), METRICS[metric].unit)
