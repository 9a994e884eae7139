"""What a job did, told twice: one line for people, and data for the data-health page.

The data is kept in the desk with the run, so it is plain (text, numbers, lists) and small.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from queries.errors import UserError
from queries.source import Difference
from queries.store import RefreshReport

# A mapping that is wrong throughout differs in every column; the first of them tell it.
_MOST_DIFFERENCES = 200
_LONGEST_TEXT = 500


@dataclass(frozen=True)
class Done:
    """What a run that worked says of itself."""

    detail: str
    result: Mapping[str, Any] | None = None


class NotDoneError(UserError):
    """A run that did not come to a good end, with what it did do as data."""

    def __init__(self, told: UserError, result: Mapping[str, Any]) -> None:
        super().__init__(told.given, told.expected, told.cure)
        self.result = result


def refresh_result(
    report: RefreshReport, differences: Sequence[Difference] | None
) -> dict[str, Any]:
    """The data of a refresh or reconciliation.

    `differences` is None where case database and contract were not compared in this run, which is
    not the same as an empty list.
    """
    return {
        "generation": report.generation,
        "full": report.full,
        "seconds": round(report.seconds, 3),
        "changed": dict(report.changed),
        "dirty_days": report.dirty_days,
        "as_of": report.as_of.isoformat(),
        "set_aside": report.set_aside,
        "repaired": {
            fact: [day.isoformat() for day in sorted(days)]
            for fact, days in sorted(report.repaired_days.items())
            if days
        },
        "differences": None
        if differences is None
        else [_plain(difference) for difference in differences[:_MOST_DIFFERENCES]],
    }


def _plain(difference: Difference) -> dict[str, Any]:
    return {
        "table": difference.table,
        "column": difference.column,
        "given": difference.problem[:_LONGEST_TEXT],
        "expected": difference.expected[:_LONGEST_TEXT],
        "cure": difference.cure[:_LONGEST_TEXT],
        "level": difference.severity,
    }
