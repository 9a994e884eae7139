"""Figures as a table for people and as JSON or CSV for programs.

Programs get exact values: money as decimals in whole units of the currency, shares as decimals
between 0 and 1, days as ISO dates. Decimals are texts in JSON, which has no exact number.
"""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from rich.table import Table

from charts import Language
from queries import DIMENSIONS, METRICS, Answer, Figure
from queries.definition import Metric, Term, Words
from queries.dimensions import GRAIN_TITLES
from queries.figures import Key
from service.text_table import as_text

# Measures of the facts that are amounts of money, in minor units.
MONEY_MEASURES = frozenset({"amount", "balance", "kept_amount"})
# Dimensions whose values are keys of the organisation and have a name beside them.
NAMED = ("team", "agent")
# More digits than any share means, few enough to be read.
_PLACES = Decimal("0.000001")

Members = Mapping[str, Mapping[str, str]]
Cell = str | int | bool | None


def records(answers: Sequence[Answer], members: Members, digits: int) -> list[dict[str, Cell]]:
    """One flat record for each figure, with exact values. `digits` are those of the currency."""
    return [
        _record(answer, figure, members, digits) for answer in answers for figure in answer.figures
    ]


def _record(answer: Answer, figure: Figure, members: Members, digits: int) -> dict[str, Cell]:
    metric = METRICS[figure.metric]
    row: dict[str, Cell] = {}
    for name, key in zip(answer.question.by, figure.keys, strict=True):
        row[name] = key.isoformat() if isinstance(key, date) else key
        if name in NAMED:
            row[f"{name}_name"] = members[name].get(str(key), "")
    period = answer.question.period
    return row | {
        "metric": figure.metric,
        "unit": metric.unit,
        "value": _value(metric, figure, digits),
        "numerator": _sum(metric.numerator, figure.numerator, digits),
        "denominator": _sum(metric.denominator, figure.denominator, digits),
        "n": figure.n,
        "provisional": figure.provisional,
        "from": period.start.isoformat(),
        "to": period.last.isoformat(),
        "as_of": answer.freshness.as_of.isoformat(),
        "generation": answer.freshness.generation,
    }


def _value(metric: Metric, figure: Figure, digits: int) -> Cell:
    value = figure.value
    if value is None:
        return None
    if isinstance(value, Decimal):
        if metric.unit == "money":
            value = value.scaleb(-digits)
        return f"{value.quantize(_PLACES):f}"
    return _sum(metric.numerator, value, digits)


def _sum(terms: Sequence[Term], value: int | None, digits: int) -> Cell:
    """A sum as it is counted, money in whole units: 123456 → "1234.56"."""
    if value is None or not is_money(terms):
        return value
    return f"{Decimal(value).scaleb(-digits):f}"


def is_money(terms: Sequence[Term]) -> bool:
    return any(term.measure in MONEY_MEASURES for term in terms)


def as_json(rows: Sequence[Mapping[str, Cell]]) -> str:
    return json.dumps(list(rows), ensure_ascii=False, indent=1)


def as_csv(rows: Sequence[Mapping[str, Cell]]) -> str:
    """With a header; no cell can be taken for a formula by a spreadsheet."""
    if not rows:
        return ""
    # Each question has the same split, so each record has the same columns.
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _harmless(cell) for name, cell in row.items()} for row in rows)
    return out.getvalue()


def _harmless(cell: Cell) -> Cell:
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r", "\n"):
        cell = cell if _is_number(cell) else "'" + cell
    # The csv module leaves a lone carriage return unquoted, which ends a row for its readers.
    return cell.replace("\r", " ") if isinstance(cell, str) else cell


def _is_number(text: str) -> bool:
    return text.lstrip("-").replace(".", "", 1).isdecimal()


def as_table(answers: Sequence[Answer], members: Members, language: Language) -> str:
    """A table in the language of the reader with the period and as-of day below it."""
    by = answers[0].question.by
    table = Table(*(_title(name, language) for name in by), box=None, pad_edge=False)
    table.add_column(language.words(Words("Figure", "指标")))
    for words in (
        Words("Value", "数值"),
        Words("Numerator", "分子"),
        Words("Denominator", "分母"),
        Words("n", "样本数"),
    ):
        table.add_column(language.words(words), justify="right")
    table.add_column()
    for answer in answers:
        for figure in answer.figures:
            table.add_row(*_cells(answer, figure, members, language))
    return "\n".join([as_text(table), "", _foot(answers[0], language)])


def _title(name: str, language: Language) -> str:
    return language.words(GRAIN_TITLES[name] if name in GRAIN_TITLES else DIMENSIONS[name])


def _cells(answer: Answer, figure: Figure, members: Members, language: Language) -> list[str]:
    metric = METRICS[figure.metric]
    keys = zip(answer.question.by, figure.keys, strict=True)
    mark = language.words(Words("provisional", "暂定")) if figure.provisional else ""
    return [
        *(_member(name, key, members, language) for name, key in keys),
        language.words(metric.title),
        language.value(metric, figure.value),
        _shown(metric.numerator, figure.numerator, language),
        _shown(metric.denominator, figure.denominator, language) if metric.denominator else "",
        language.count(figure.n),
        mark,
    ]


def _member(name: str, key: Key, members: Members, language: Language) -> str:
    label = members.get(name, {}).get(str(key), str(key))
    return language.member(name, key, label)


def _shown(terms: Sequence[Term], value: int | None, language: Language) -> str:
    return language.money(value) if is_money(terms) else language.count(value)


def _foot(answer: Answer, language: Language) -> str:
    fresh = answer.freshness
    period = language.span(answer.question.period)
    as_of = language.words(Words("as of", "数据截至"))
    text = f"{period} · {as_of} {language.date(fresh.as_of)}"
    if fresh.stale:
        text += " · " + language.words(Words("stale", "数据已过期"))
    return text
