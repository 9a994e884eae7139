"""What a target can be set for, and which of it is money."""

from collections.abc import Mapping

from queries.definition import Metric
from queries.metrics import METRICS

# What gets better by more or by less of it, and the work itself.
TARGETABLE: Mapping[str, Metric] = {
    name: metric
    for name, metric in METRICS.items()
    if metric.kind != "curve" and (metric.better != "neither" or name == "attempts")
}
# What is paid. A scorecard needs other metrics beside these: whoever is judged by money alone
# chases the easy payer and presses the others.
MONEY = frozenset({
    "collected", "collected_restated", "recovery_rate", "promises_made_amount",
    "promise_kept_rate_by_amount",
})  # fmt: skip


def grows(metric: Metric) -> bool:
    """Whether a value that is no sum gets larger with the days that it is counted over: a month
    recovers more of its balance and covers more of its cases than each of its weeks."""
    if metric.kind == "quotient":
        return not all(term.additive for term in (*metric.numerator, *metric.denominator))
    return metric.kind == "distinct"
