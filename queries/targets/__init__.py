"""What can be worked out of a target: which days are worked, where it should be today, where it
will land, what it could be next time. Pure: no SQL, no clock; days and past values are handed in.

`WorkingDays` knows the days, `learn` the rhythm of a month, `paced` lays a target over a period,
`standing` judges a value, `suggest`, `ramp` and `cascade` help to set targets.
"""

from queries.targets.calendar import WorkingDays
from queries.targets.pace import (
    EVEN,
    FLAT,
    Better,
    Pace,
    Profile,
    RateStanding,
    Standing,
    learn,
    paced,
    rate_standing,
    standing,
)
from queries.targets.rules import RULES, TargetRules
from queries.targets.suggestions import (
    RAMP,
    Cascade,
    NoSuggestion,
    Past,
    Season,
    Suggestion,
    cascade,
    ramp,
    suggest,
)

__all__ = [
    "EVEN",
    "FLAT",
    "RAMP",
    "RULES",
    "Better",
    "Cascade",
    "NoSuggestion",
    "Pace",
    "Past",
    "Profile",
    "RateStanding",
    "Season",
    "Standing",
    "Suggestion",
    "TargetRules",
    "WorkingDays",
    "cascade",
    "learn",
    "paced",
    "ramp",
    "rate_standing",
    "standing",
    "suggest",
]
