"""Putting the same questions to the product and to the naive twin."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from queries import METRICS, Answer, Answers, Period, Question
from queries.period import GRAINS, floor, following
from queries.planning import known_dimensions
from tests.support.naive import NaiveFigures
from tests.support.strategies import SPAN

Pair = tuple[int, int]
Pairs = dict[tuple[object, ...], Pair]

# The curve is asked apart: its period is whole months and it needs vintage and months to be split.
PLAIN = tuple(name for name, metric in METRICS.items() if not metric.curve)
CURVES = tuple(name for name, metric in METRICS.items() if metric.curve)
DIMENSIONS = tuple(sorted({d for name in PLAIN for d in known_dimensions(METRICS[name])}))


@dataclass(frozen=True)
class Ask:
    """A question whose slices are chosen once it is known which members there are."""

    metrics: tuple[str, ...]
    period: Period
    by: tuple[str, ...]
    limit: str | None = None
    pick: int = 0

    def question(self, answers: Answers) -> Question:
        members = list(answers.members(self.limit)) if self.limit else []
        if not members or self.limit is None:
            return Question(self.metrics, self.period, self.by)
        value = members[self.pick % len(members)]
        return Question(self.metrics, self.period, self.by, {self.limit: (value,)})


def knowing(*dimensions: str) -> tuple[str, ...]:
    """The plain metrics that can be split by all of these."""
    wanted = {name for name in dimensions if name not in GRAINS}
    fitting = (name for name in PLAIN if wanted <= known_dimensions(METRICS[name]))
    return tuple(n for n in fitting if "close_reason" not in wanted or n.startswith("closed_"))


def a_period(chance: Random, today: date) -> Period:
    """Any span that starts within the data; it may end after today."""
    start = today - timedelta(days=chance.randint(0, SPAN + 5))
    return Period(start, start + timedelta(days=chance.choice((1, 7, 31, 60, 120))))


def asks(seed: int, today: date) -> list[Ask]:
    """All metrics unsliced, then some splits, then the curve."""
    chance = Random(seed)
    wanted = [Ask(PLAIN, a_period(chance, today), ())]
    while len(wanted) < 5:
        grain = chance.choice((None, None, *GRAINS))
        split = chance.sample(DIMENSIONS, chance.randint(0, 2))
        limit = chance.choice((None, *DIMENSIONS))
        by = (*((grain,) if grain else ()), *split)
        metrics = knowing(*by, *((limit,) if limit else ()))
        if metrics and (by or limit):
            wanted.append(Ask(metrics, a_period(chance, today), by, limit, chance.randint(0, 9)))
    months = Period(floor(today - timedelta(days=SPAN), "month"), following(today, "month"))
    extra = chance.choice(((), ("team",), ("product",)))
    return [*wanted, *(Ask((name,), months, ("vintage", "months", *extra)) for name in CURVES)]


def by_product(answer: Answer, metric: str) -> Pairs:
    return {f.keys: (f.numerator or 0, f.denominator or 0) for f in answer.of(metric)}


def by_twin(twin: NaiveFigures, question: Question, metric: str) -> Pairs:
    where = {name: tuple(map(_as_value, values)) for name, values in question.where.items()}
    figures = twin.figures(metric, question.period, question.by, where)
    pairs = {keys: (over or 0, under or 0) for keys, (over, under) in figures.items()}
    if METRICS[metric].curve:
        # A curve has no cell where nothing was placed, even if something was collected there.
        pairs = {keys: (over, under) for keys, (over, under) in pairs.items() if under}
    return pairs


def _as_value(text: str) -> object:
    """Members are text; hours are numbers and vintages days."""
    if text.isdigit():
        return int(text)
    return date.fromisoformat(text) if text[:4].isdigit() and text.count("-") == 2 else text


def differences(answer: Answer, twin: NaiveFigures) -> list[str]:
    """Every figure on which the two differ, a slice that one leaves out counting as nothing."""
    found = []
    for metric in answer.question.metrics:
        theirs, ours = by_product(answer, metric), by_twin(twin, answer.question, metric)
        found += [
            f"{metric} by {answer.question.by} where {answer.question.where} {keys}:"
            f" product {theirs.get(keys)}, twin {ours.get(keys)}"
            for keys in {**theirs, **ours}
            if _counted(metric, theirs.get(keys)) != _counted(metric, ours.get(keys))
        ]
    return found


def _counted(metric: str, pair: Pair | None) -> Pair:
    """What a slice counts. A slice of a matrix shares its denominator with others, so it may be
    left out where its own numerator is nothing."""
    shared = any(term.across for term in METRICS[metric].denominator)
    if pair is None or (shared and not pair[0]):
        return (0, 0)
    return pair
