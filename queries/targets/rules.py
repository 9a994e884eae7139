"""What an organisation decides about its targets."""

from dataclasses import dataclass
from fractions import Fraction

from queries.targets.calendar import WorkingDays
from queries.targets.suggestions import RAMP
from queries.targets.weighting import DEFAULT, Weighting


@dataclass(frozen=True)
class TargetRules:
    """`approve_above` is the change of a target, as a share of the one before, above which a
    manager has to approve it; `ramp` what part of a full target somebody new carries in the month
    of joining and in those after it; `profile_months` how many past months show the rhythm of a
    month; `scorecard` what a score is made of."""

    calendar: WorkingDays
    approve_above: Fraction = Fraction(10, 100)
    ramp: tuple[Fraction, ...] = RAMP
    profile_months: int = 12
    scorecard: Weighting = DEFAULT


RULES = TargetRules(WorkingDays("CN"))
