"""From the rows of the statements to figures: levels are added up over time, terms are added and
shares divided last."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from queries.definition import Metric, Term
from queries.figures import Figure, Key, Question
from queries.period import Period, floor
from queries.planning import Clock, Slot, dimensions_of, grain_of

Keys = tuple[Key, ...]
Rows = Mapping[Slot, tuple[tuple[str, ...], Sequence[tuple]]]
Values = Mapping[tuple[date | None, Keys], int]


def combine(
    metrics: Sequence[Metric], question: Question, rows: Rows, clock: Clock
) -> list[Figure]:
    """All figures of a question, metric by metric, ordered by their keys."""
    grain = grain_of(question)
    spans = list(question.period.split(grain)) if grain else [question.period]
    starts = [(floor(s.start, grain) if grain else None, s) for s in spans]
    figures = []
    for metric in metrics:
        terms = {term: _values(term, question, rows, starts) for term in metric.terms}
        for slices in _slices(metric, question, terms):
            for start, span in starts:
                if span.start > clock.today and not _ahead(metric):
                    continue
                figures.append(_figure(metric, question, terms, start, slices, span, clock))
    return sorted(figures, key=lambda f: (question.metrics.index(f.metric), _order(f.keys)))


def _ahead(metric: Metric) -> bool:
    """Whether a metric speaks of days to come (promises pending)."""
    return any(term.when == "pending" for term in metric.numerator)


def _values(
    term: Term,
    question: Question,
    rows: Rows,
    starts: Sequence[tuple[date | None, Period]],
) -> Values:
    """(span start, slice) → sum of the term; levels are cumulated over the spans."""
    measures, found = rows[Slot.of(term)]
    column = measures.index(term.measure) if len(measures) > 1 else 0
    width = len(dimensions_of(question)) - len(
        [d for d in dimensions_of(question) if d in term.across]
    )
    sums: dict[tuple[date | None, Keys], int] = defaultdict(int)
    for row in found:
        sums[(row[0], row[1 : 1 + width])] += row[1 + width + column] or 0
    if term.when in ("opening", "closing"):
        return _levels(term, sums, starts)
    return sums


def _levels(
    term: Term,
    sums: Mapping[tuple[date | None, Keys], int],
    starts: Sequence[tuple[date | None, Period]],
) -> Values:
    if starts[0][0] is None:
        return sums
    levels: dict[tuple[date | None, Keys], int] = {}
    for slices in {slices for _, slices in sums}:
        level = sums.get((None, slices), 0)
        for start, _ in starts:
            moved = sums.get((start, slices), 0)
            levels[(start, slices)] = level + (moved if term.when == "closing" else 0)
            level += moved
    return levels


def _slices(metric: Metric, question: Question, terms: Mapping[Term, Values]) -> Iterable[Keys]:
    """The slices in which a metric counted anything; the whole is always one."""
    if not dimensions_of(question):
        return [()]
    found: dict[Keys, None] = {}
    for term in (*metric.numerator, *metric.denominator):
        if not set(term.across) & set(question.by):
            found.update({slices: None for (_, slices), v in terms[term].items() if v})
    return found


def _figure(
    metric: Metric,
    question: Question,
    terms: Mapping[Term, Values],
    start: date | None,
    slices: Keys,
    span: Period,
    clock: Clock,
) -> Figure:
    def total(parts: tuple[Term, ...]) -> int:
        return sum(
            term.sign * terms[term].get((start, _reduced(slices, question, term)), 0)
            for term in parts
        )

    return Figure(
        metric=metric.name,
        keys=_keys(question, start, slices),
        numerator=total(metric.numerator),
        denominator=total(metric.denominator) if metric.denominator else None,
        n=total(metric.n) if metric.n else None,
        provisional=_provisional(metric, span, clock),
    )


def _reduced(slices: Keys, question: Question, term: Term) -> Keys:
    names = dimensions_of(question)
    return tuple(v for name, v in zip(names, slices, strict=True) if name not in term.across)


def _keys(question: Question, start: date | None, slices: Keys) -> Keys:
    """Slices and span in the order of the question's `by`."""
    rest = iter(slices)
    grain = grain_of(question)
    return tuple(start if name == grain else next(rest) for name in question.by)


def _provisional(metric: Metric, span: Period, clock: Clock) -> bool:
    if any(term.when == "matured" for term in metric.numerator):
        return span.last + timedelta(days=clock.grace_days) > clock.as_of
    return span.last > clock.as_of


def _order(keys: Keys) -> tuple:
    return tuple((key is None, key.isoformat() if isinstance(key, date) else key) for key in keys)
