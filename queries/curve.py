"""The vintage curve: what was collected up to the n-th month after placement, per amount placed."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from queries.definition import Metric, Term
from queries.errors import UserError
from queries.figures import Figure, Key, Question
from queries.period import floor, following
from queries.planning import Clock, plan_vintages
from queries.statements import Statement

Sums = Mapping[tuple, int]


def plan_curve(
    metric: Metric, question: Question, clock: Clock, sizes: Mapping[tuple[str, str], int]
) -> tuple[list[Statement], Callable[[Sequence[list[tuple]]], list[Figure]]]:
    """The statements of a curve and what makes its figures of their rows.

    Figures are keyed as the question's `by`, which must hold vintage and months. The period chooses
    the vintages. A month that is not over at the as-of day has no figure.
    """
    if not {"vintage", "months"} <= set(question.by) or question.metrics != (metric.name,):
        raise UserError(
            f"{metric.name} is a curve: one value says nothing.",
            "a question of its own, split by vintage and months (and other dimensions)",
            f"ask `--metric {metric.name} --by vintage,months`",
        )
    others = tuple(name for name in question.by if name not in ("vintage", "months"))
    parts = (metric.numerator, metric.denominator, metric.n)
    terms = [(term, part is metric.numerator) for part in parts for term in part]
    statements = [
        plan_vintages(term, question, others, sizes, monthly=monthly) for term, monthly in terms
    ]

    def finish(found: Sequence[list[tuple]]) -> list[Figure]:
        rows = iter(found)
        paid, placed, counted = (_added(part, [next(rows) for _ in part]) for part in parts)
        return _figures(metric, question, others, clock, paid, placed, counted)

    return statements, finish


def _added(terms: Sequence[Term], rows: Sequence[list[tuple]]) -> Sums:
    """Keys → sum of the terms."""
    sums: dict[tuple, int] = defaultdict(int)
    for term, answered in zip(terms, rows, strict=True):
        for *keys, value in answered:
            sums[tuple(keys)] += term.sign * value
    return sums


def _figures(
    metric: Metric,
    question: Question,
    others: tuple[str, ...],
    clock: Clock,
    paid: Sums,
    placed: Sums,
    counted: Sums,
) -> list[Figure]:
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
