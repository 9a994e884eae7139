"""What was reported of a period against what is known of it now, and where the difference is from.

Rows tell when they became known, so what came later is told exactly; what is left of a difference
are corrections: rows that were known and have since been changed, moved, deleted or given to
another owner, and where the rules are others, those too.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from queries import later
from queries.answers import Answers
from queries.definitions import Definitions
from queries.figures import Figure, Freshness, Question
from queries.metrics import METRICS
from queries.period import Period

# What all figures of a whole rest on, and what those of a fact do besides. Buckets only split the
# other facts.
_ZONES = ("business_zone", "source_zone")
_RESTS_ON = {"promises_due": ("grace_days", "kept_threshold"), "roll": ("bucket_edges",)}


@dataclass(frozen=True)
class Reported:
    """What a report said of one period: its figures by metric, how current they were, by which
    definitions they were counted, and the fingerprint of each metric where it was kept."""

    period: Period
    figures: Mapping[str, Figure]
    freshness: Freshness
    definitions: Definitions
    rules: Mapping[str, str] = field(default_factory=dict)

    @property
    def known_until(self) -> datetime:
        """The moment (aware) after which what became known was news to the report: that of its
        newest payment, else the newest change that it saw, else its refresh."""
        fresh, zones = self.freshness, self.definitions
        if fresh.known_until is not None:
            return fresh.known_until.replace(tzinfo=ZoneInfo(zones.business_zone))
        if fresh.watermark is not None:
            return fresh.watermark.replace(tzinfo=ZoneInfo(zones.source_zone))
        return fresh.refreshed_at

    def comparable(self, definitions: Definitions) -> bool:
        """Whether its amounts are in the same money."""
        own = self.definitions
        return (own.currency, own.minor_digits) == (definitions.currency, definitions.minor_digits)

    def redefined(self, metric: str, definitions: Definitions) -> bool:
        """Whether a metric is counted by other rules than it was then."""
        now = METRICS[metric]
        facts = {term.fact for term in (*now.numerator, *now.denominator)}
        names = (*_ZONES, *(name for fact in facts for name in _RESTS_ON.get(fact, ())))
        same = all(getattr(self.definitions, name) == getattr(definitions, name) for name in names)
        return not same or self.rules.get(metric, now.fingerprint) != now.fingerprint


@dataclass(frozen=True)
class Parts:
    """A difference in minor units: payments that came later, payments taken back later, and
    corrections of what was known."""

    late: int
    reversals: int
    corrections: int

    @property
    def total(self) -> int:
        return self.late + self.reversals + self.corrections


@dataclass(frozen=True)
class Restatement:
    """One figure as reported and as known now. `parts` add up to the difference exactly; None where
    there is no difference, or nothing more is known of it. `redefined` says that the rules of
    counting are others: what they did is among the corrections."""

    metric: str
    reported: Figure
    known: Figure
    parts: Parts | None = None
    redefined: bool = False

    @property
    def moved(self) -> bool:
        """Whether anything that it is made of differs."""
        return _sums(self.reported) != _sums(self.known)

    @property
    def difference(self) -> int | Decimal | None:
        """Known less reported; None where one of two rates has nothing to be divided by."""
        if not METRICS[self.metric].denominator:
            return (self.known.numerator or 0) - (self.reported.numerator or 0)
        if self.known.value is None or self.reported.value is None:
            return None
        return self.known.value - self.reported.value


def restate(
    answers: Answers, reported: Sequence[Reported], metrics: Sequence[str]
) -> list[list[Restatement]]:
    """For each report its figures of `metrics`, as far as it has them and they can be counted now,
    moved or not. Everything is of one generation, and of the scope of `answers`: reports must have
    been made within the same."""
    held = answers.held()
    available = held.available()
    names = [
        tuple(metric for metric in metrics if metric in one.figures and metric in available)
        if one.comparable(held.definitions)
        else ()
        for one in reported
    ]
    asked = [Question(found, one.period) for one, found in zip(reported, names, strict=True)]
    given = iter(held.ask(*(question for question in asked if question.metrics)))
    found = []
    for one, question in zip(reported, asked, strict=True):
        answer = next(given) if question.metrics else None
        known = {figure.metric: figure for figure in answer.figures} if answer else {}
        found.append([_restated(held, one, known[name]) for name in question.metrics
                      if name in known])  # fmt: skip
    return found


def _restated(answers: Answers, reported: Reported, known: Figure) -> Restatement:
    metric = known.metric
    plain = Restatement(
        metric,
        reported.figures[metric],
        known,
        redefined=reported.redefined(metric, answers.definitions),
    )
    if metric != later.METRIC or not plain.moved:
        return plain
    came = answers.later(reported.period, reported.known_until)
    rest = int(plain.difference or 0) - came.late - came.reversals
    parts = Parts(came.late, came.reversals, rest)
    return Restatement(metric, plain.reported, known, parts, plain.redefined)


def _sums(figure: Figure) -> tuple[int, int]:
    return figure.numerator or 0, figure.denominator or 0
