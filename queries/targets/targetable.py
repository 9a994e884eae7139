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
