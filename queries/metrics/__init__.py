"""The figures of the house, each declared once. docs/metrics.md is generated from this room."""

from collections.abc import Mapping

from queries.definition import Metric
from queries.metrics.aging import AGING
from queries.metrics.contacts import CONTACTS
from queries.metrics.promises import PROMISES
from queries.metrics.recovery import RECOVERY

METRICS: Mapping[str, Metric] = {
    metric.name: metric for metric in (*RECOVERY, *PROMISES, *CONTACTS, *AGING)
}
