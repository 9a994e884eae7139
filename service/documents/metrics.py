"""docs/metrics.md, from the metrics as declared and from the worked examples of the tests."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Protocol

from charts import Language
from queries import DIMENSIONS, METRICS, Figure, Period, Question
from queries.definition import Metric, Term
from queries.dimensions import GRAIN_TITLES
from queries.figures import Key
from queries.planning import known_dimensions
from service.documents.markdown import code, page, table
from service.documents.terms import terms_in_words
from service.printing import is_money

AREAS = {
    "recovery": "Recovery · 回收",
    "promises": "Promises · 承诺还款",
    "contacts": "Contacts · 触达",
    "aging": "Aging and stock · 账龄与存量",
}
KINDS = {
    "flow": "flow: adds up over days and slices",
    "level": "level: holds at one moment, adds up over slices and never over days",
    "distinct": "distinct count: each case once, never added up",
    "quotient": "quotient: sums first, divided last",
    "curve": "curve: cumulated over the months since placement",
}
UNITS = {
    "money": "money",
    "count": "count",
    "share": "share",
    "ratio": "ratio",
    "days": "days",
}

INTRODUCTION = """\
Each figure is declared once in `queries/metrics/`, and everything else follows from there: daily
sums, `arrears figures`, pages, reports, and this page. Days, weeks (Monday first) and months are
whole and in the business time zone. Nothing divided by nothing is “no data”, never zero. The as-of
day is the last whole day that the figures cover; what the source has not delivered whole yet is
marked provisional.

Each worked example is also a test. It shows the rows and columns that matter; what it leaves out
holds what such rows usually hold, and without a table `cases` there is one open case, C1, placed on
2024-03-01 with 1000.00. Grace is 3 days and the threshold 95 %, the defaults of the settings."""


class Wanted(Protocol):
    """One figure that an example expects."""

    @property
    def keys(self) -> tuple[Key, ...]: ...
    @property
    def numerator(self) -> int: ...
    @property
    def denominator(self) -> int | None: ...


class Example(Protocol):
    """A worked example, as tests/queries/examples writes them."""

    @property
    def metric(self) -> str: ...
    @property
    def title(self) -> str: ...
    @property
    def rows(self) -> Mapping[str, Sequence[Mapping[str, str | None]]]: ...
    @property
    def period(self) -> Period: ...
    @property
    def expected(self) -> Sequence[Wanted]: ...
    @property
    def because(self) -> str: ...
    @property
    def question(self) -> Question: ...
    @property
    def today(self) -> date: ...


def metrics_page(examples: Sequence[Example]) -> str:
    """docs/metrics.md. Raises LookupError for a metric without a worked example."""
    language = Language("en", "CNY", 2)
    blocks = [INTRODUCTION, _contents()]
    for area, title in AREAS.items():
        blocks.append(f"## {title}")
        for metric in METRICS.values():
            if metric.area == area:
                blocks.append(
                    _metric(metric, [e for e in examples if e.metric == metric.name], language)
                )
    return page("Figures · 指标", *blocks)


def _contents() -> str:
    rows = [
        (f"[`{m.name}`](#{m.name})", m.title.en, m.title.zh, m.explain.en) for m in METRICS.values()
    ]
    return table(("name", "figure", "指标", "in a sentence"), rows)


def _metric(metric: Metric, examples: Sequence[Example], language: Language) -> str:
    if not examples:
        raise LookupError(f"{metric.name} has no worked example in tests/queries/examples")
    blocks = [
        f"### {metric.name}",
        f"**{metric.title.en} · {metric.title.zh}** — {metric.explain.en} {metric.explain.zh}",
        "\n".join(_facts(metric)),
        *(_example(example, metric, language) for example in examples),
    ]
    return "\n\n".join(blocks)


def _facts(metric: Metric) -> list[str]:
    dimensions = [code(name) for name in DIMENSIONS if name in known_dimensions(metric)]
    lines = [
        f"- kind: {KINDS[metric.kind]}",
        f"- {'numerator' if metric.denominator else 'sum'}: {terms_in_words(metric.numerator)}",
    ]
    if metric.denominator:
        lines.append(f"- denominator: {terms_in_words(metric.denominator)}")
    if metric.n:
        lines.append(f"- n: {terms_in_words(metric.n)}")
    better = "neither way is better" if metric.better == "neither" else f"{metric.better} is better"
    lines += [
        f"- counted on: {metric.counted_on.en} · {metric.counted_on.zh}",
        f"- unit: {UNITS[metric.unit]}; {better}; owner: {metric.owner}",
        f"- split by: {', '.join(dimensions)}, and by {', '.join(GRAIN_TITLES)}",
    ]
    if metric.needs:
        lines.append(f"- hidden without rows in: {', '.join(code(name) for name in metric.needs)}")
    return lines


def _example(example: Example, metric: Metric, language: Language) -> str:
    blocks = [f"**Example: {example.title}**"]
    for name, rows in example.rows.items():
        header = list(rows[0]) if rows else []
        cells = [[row[column] or "" for column in header] for row in rows]
        blocks.append(f"{code(name)}\n\n{table(header, cells)}")
    blocks.append(_asked(example) + "\n\n" + _answer(example, metric, language))
    blocks.append(example.because)
    return "\n\n".join(blocks)


def _asked(example: Example) -> str:
    question = example.question
    text = f"Asked on {example.today} for {question.period.start} to {question.period.last}"
    for name, values in question.where.items():
        text += f", only {name} {' or '.join(values)}"
    return text + ":"


def _answer(example: Example, metric: Metric, language: Language) -> str:
    by = example.question.by
    header = [*by, "numerator", *(["denominator"] if metric.denominator else []), metric.title.en]
    return table(header, [_answer_row(wanted, metric, language) for wanted in example.expected])


def _answer_row(wanted: Wanted, metric: Metric, language: Language) -> list[str]:
    figure = Figure(metric.name, wanted.keys, wanted.numerator, wanted.denominator, None, False)
    # An answer without a denominator counts nothing there: nothing divided by nothing.
    sums = [_sum(wanted.numerator, metric.numerator)]
    if metric.denominator:
        sums.append(_sum(wanted.denominator or 0, metric.denominator))
    keys = [str(key) for key in wanted.keys]
    return [*keys, *sums, language.value(metric, figure.value)]


def _sum(value: int, terms: Sequence[Term]) -> str:
    return f"{Decimal(value).scaleb(-2):,}" if is_money(terms) else f"{value:,}"
