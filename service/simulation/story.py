"""The few things that happen to the whole shop, so that "why did it move" has an answer.

* Customers get slowly worse payers and work moves slowly from calls to messages.
* One early-calls team loses strength for five weeks, two months before the end.
* One batch window of consumer loans brings many and poor cases, three and a half months before
  the end.
"""

from dataclasses import dataclass

import numpy as np

from service.simulation.chance import Array
from service.simulation.plan import Plan

YEAR = 365.0


@dataclass(frozen=True)
class Span:
    """From day (included) to day (not included)."""

    first: int
    after: int

    def holds(self, day: Array) -> Array:
        """Whether each day lies in the span."""
        result: Array = (day >= self.first) & (day < self.after)
        return result


@dataclass(frozen=True)
class Story:
    """The events of one plan."""

    days: int
    weak_team: int  # position of the team
    weak: Span
    poor_product: int  # position of the product
    poor: Span

    def will(self, day: Array) -> Array:
        """Factor on the readiness to pay of cases placed that day: minus 5 % in a year."""
        result: Array = np.maximum(0.5, 1 - 0.05 * (day - self.days) / YEAR)
        return result

    def digital(self, day: Array) -> Array:
        """Factor on the share of messages among the attempts: plus 15 % in a year."""
        result: Array = np.maximum(0.4, 1 + 0.15 * (day - self.days) / YEAR)
        return result

    def volume(self, day: Array) -> Array:
        """Factor on the cases placed that day: plus 4 % in a year."""
        result: Array = np.maximum(0.5, 1 + 0.04 * (day - self.days) / YEAR)
        return result


def tell(plan: Plan) -> Story:
    """The story, placed relative to the end of the history."""
    return Story(
        days=plan.days,
        weak_team=0,
        weak=Span(plan.days - 78, plan.days - 43),
        poor_product=1,
        poor=Span(plan.days - 112, plan.days - 98),
    )
