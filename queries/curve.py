"""The vintage curve: what was collected up to the n-th month after placement, per amount placed."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

import duckdb

from queries.definition import Metric, Term
from queries.errors import UserError
from queries.figures import Figure, Key, Question
from queries.period import floor, following
from queries.planning import Clock, Statement, plan_vintages

Sums = Mapping[tuple[date, tuple[Key, ...]], int]


def curve_figures(
    cursor: duckdb.DuckDBPyConnection,
    metric: Metric,
    question: Question,
    clock: Clock,
    sizes: Mapping[tuple[str, str], int],
) -> list[Figure]:
    """Figures keyed as the question's `by`, which must hold vintage and months.

    The period chooses the vintages. A month that is not over at the as-of day has no figure.
    """
    if not {"vintage", "months"} <= set(question.by) or question.metrics != (metric.name,):
        raise UserError(
            f"{metric.name} is a curve: one value says nothing.",
            "a question of its own, split by vintage and months (and other dimensions)",
            f"ask `--metric {metric.name} --by vintage,months`",
        )
    others = tuple(name for name in question.by if name not in ("vintage", "months"))

    def sums(terms: tuple[Term, ...], *, monthly: bool) -> dict:
        found: dict = defaultdict(int)
        for term in terms:
            statement: Statement = plan_vintages(term, question, others, sizes, monthly=monthly)
            for *keys, value in cursor.execute(statement.sql, statement.values).fetchall():
                found[tuple(keys)] += term.sign * value
        return found

    paid = sums(metric.numerator, monthly=True)
    placed = sums(metric.denominator, monthly=False)
    counted = sums(metric.n, monthly=False)
    figures = []
    for vintage, *slices in sorted(placed):
        running = 0
        for months in range(_complete_months(vintage, clock.as_of)):
            running += paid.get((vintage, *slices, months), 0)
            keys = _keys(question, vintage, months, dict(zip(others, slices, strict=True)))
            figures.append(
                Figure(
                    metric.name,
                    keys,
                    running,
                    placed[(vintage, *slices)],
                    counted.get((vintage, *slices), 0),
                    provisional=False,
                )
            )
    return figures


def _complete_months(vintage: date, as_of: date) -> int:
    """How many calendar months from the vintage's own on are over at the as-of day."""
    months, start = 0, floor(vintage, "month")
    while (start := following(start, "month")) <= as_of or (start - as_of).days == 1:
        months += 1
    return months


def _keys(
    question: Question, vintage: date, months: int, slices: Mapping[str, Key]
) -> tuple[Key, ...]:
    values: dict[str, Key] = {"vintage": vintage, "months": months, **slices}
    return tuple(values[name] for name in question.by)
