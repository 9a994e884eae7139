"""From the case database to trustworthy figures; the only room that speaks SQL.

The front door: declare what is counted (METRICS), ask (Question, Answers.ask), get figures with
numerator, denominator, n and freshness.
"""

from queries.absent import say_absent
from queries.answers import Answers
from queries.definitions import Definitions
from queries.dimensions import DIMENSIONS
from queries.errors import OtherVersionError, UserError
from queries.figures import Answer, Figure, Freshness, Kept, Question
from queries.metrics import METRICS
from queries.period import Period

# DuckDB looks for it twice at every statement with values, which doubles what a small one takes.
say_absent("pandas")

__all__ = [
    "DIMENSIONS",
    "METRICS",
    "Answer",
    "Answers",
    "Definitions",
    "Figure",
    "Freshness",
    "Kept",
    "OtherVersionError",
    "Period",
    "Question",
    "UserError",
]
