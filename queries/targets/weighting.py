"""What a scorecard is made of: metrics with their weights, never money alone.

China forbids card issuers to assess collectors by the amount recovered alone (Art. 66 of
商业银行信用卡业务监督管理办法), and with good reason everywhere: whoever is scored by money chases
the easy payer and presses the others. So every weighting holds at least one metric of CONDUCT.
These are

- `coverage`, `untouched_7d`, `untouched_14d`, `untouched_30d`: nobody's case is left lying for an
  easier one;
- `first_attempt_in_time`, `days_to_first_attempt`: people hear of their debt early, while help is
  still cheap;
- `right_party_rate`: it is the customer who is reached, not a relative, a neighbour or an employer;
- `promise_kept_rate`, `promise_broken_rate`: what was agreed can be kept, which a promise under
  pressure cannot. They count promises, not money.

Attempts, promises made and the promise rate are work, not conduct: a score for being busy makes
people ring the same customer again, or take a promise that nobody can keep. The connect and the
contact rate count answering machines and third parties too. How soon promises fall due is no
merit by itself, and the cure rate is a result, as money is. All of these may be weighted beside
conduct, not instead of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from queries.errors import UserError
from queries.targets.targetable import MONEY, TARGETABLE

CONDUCT = frozenset({
    "coverage", "untouched_7d", "untouched_14d", "untouched_30d", "first_attempt_in_time",
    "days_to_first_attempt", "right_party_rate", "promise_kept_rate", "promise_broken_rate",
})  # fmt: skip
WHOLE = 100


@dataclass(frozen=True)
class Weighting:
    """Metrics with their weights in whole percent, in the order in which people read them.

    UserError for a metric that no target can be set for or that is there twice, for a weight that
    is not positive, for weights that do not add up to 100, and for one without conduct.
    """

    parts: tuple[tuple[str, int], ...]

    @staticmethod
    def of(weights: Mapping[str, int]) -> "Weighting":
        return Weighting(tuple(weights.items()))

    @property
    def metrics(self) -> tuple[str, ...]:
        return tuple(metric for metric, _ in self.parts)

    def __post_init__(self) -> None:
        names = self.metrics
        for metric, weight in self.parts:
            if metric not in TARGETABLE:
                raise UserError(
                    f"A scorecard of {metric!r}, which no target can be set for.",
                    "metrics with targets: " + ", ".join(TARGETABLE),
                    "take one of these",
                )
            if weight <= 0 or names.count(metric) > 1:
                raise UserError(
                    f"A weight of {weight} for {metric} in a scorecard.",
                    "a weight above zero, once for each metric",
                    f"correct the weight, or leave {metric} out",
                )
        self._refuse_the_whole()

    def _refuse_the_whole(self) -> None:
        told = ", ".join(f"{metric} {weight}" for metric, weight in self.parts) or "nothing"
        total = sum(weight for _, weight in self.parts)
        if total != WHOLE:
            raise UserError(
                f"A scorecard of {told}: the weights add up to {total}.",
                f"weights that add up to {WHOLE}",
                "correct the weights",
            )
        if not CONDUCT.intersection(self.metrics):
            raise UserError(
                f"A scorecard of {told}, {_lacking(self.metrics)}.",
                "at least one metric of conduct or quality: " + ", ".join(sorted(CONDUCT)),
                "give one of these a part of the weight",
            )


def _lacking(metrics: Iterable[str]) -> str:
    if MONEY.issuperset(metrics):
        return "which rests on money alone"
    return "which rests on money and work alone"


DEFAULT = Weighting.of(
    {"collected": 40, "promise_kept_rate": 20, "coverage": 20, "right_party_rate": 20}
)
