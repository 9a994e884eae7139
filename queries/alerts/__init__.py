"""What is worth telling somebody, and when. Pure: no SQL, no clock; figures and moments are handed
in.

`rules` says what can be asked for, `control` whether a figure is out of the ordinary, `state` when
an alert begins and ends, `quiet` when a letter may leave, `ways` who may be written to.
"""

from queries.alerts.control import Chart, Point, chart
from queries.alerts.quiet import Leaving, Quiet
from queries.alerts.rules import (
    Check,
    Draft,
    JobFailed,
    PaceMissed,
    ReportLate,
    Rule,
    RuleError,
    Stale,
    Threshold,
    Unusual,
    check_of,
    settings_of,
)
from queries.alerts.ways import NO_WAYS, Ways

__all__ = [
    "NO_WAYS",
    "Chart",
    "Check",
    "Draft",
    "JobFailed",
    "Leaving",
    "PaceMissed",
    "Point",
    "Quiet",
    "ReportLate",
    "Rule",
    "RuleError",
    "Stale",
    "Threshold",
    "Unusual",
    "Ways",
    "chart",
    "check_of",
    "settings_of",
]
