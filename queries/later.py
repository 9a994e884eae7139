"""Payments of a period that became known after a moment: a report of then could not hold them.

The ledger knows of each payment when it became known. The few that came later are attributed by the
very statement that attributes all of them, so they stand where `collected` has them.
"""

from dataclasses import dataclass
from datetime import datetime

from queries.facts import sql
from queries.figures import Question
from queries.period import Period
from queries.planning import Clock, bounds, from_, limited, limits_on, span_key
from queries.statements import Piece, Statement, Sums

# The metric that they are part of: payments on their own day, whoever owned the case then.
METRIC = "collected"
_ROWS = f"""
(
    WITH l_payments AS MATERIALIZED (
        SELECT * FROM main.l_payments WHERE known_at > ? AND paid_at >= ? AND paid_at < ?
    ),
    scope AS (SELECT DISTINCT case_no FROM l_payments)
    SELECT *, greatest(amount, 0) AS late, least(amount, 0) AS reversals
    FROM ({sql("payments")})
)
"""


@dataclass(frozen=True)
class Later:
    """Sums in minor units: payments received (`late`, never negative) and payments taken back
    (`reversals`, never positive) that became known later. Both are part of `collected`."""

    late: int = 0
    reversals: int = 0


def question(period: Period) -> Question:
    """What is asked, in the form in which a scope limits it."""
    return Question((METRIC,), period)


def plan_later(asked: Question, after: datetime, clock: Clock) -> Statement:
    """The statement whose only row ends in the two sums; no row where there is nothing. `after` is
    naive, in business time."""
    first, end = bounds("during", asked, clock)
    limits = limited(asked, (), ())
    return Sums(
        from_(Piece(_ROWS, (after, first, end)), set(limits)),
        span_key(asked, "during"),
        (),
        ("late", "reversals"),
        limits_on(limits),
        first,
        end,
    ).statement()
