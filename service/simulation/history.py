"""The finished history: everything planned, cut where its case closed or where time ran out."""

from dataclasses import dataclass, replace

import numpy as np

from service.simulation.book import Book
from service.simulation.calls import Calls
from service.simulation.chance import Array, happens
from service.simulation.days import Days
from service.simulation.ledger import ADJUSTMENTS, OPEN, PAYMENTS, Ledger
from service.simulation.path import KEY, Path
from service.simulation.people import Staff
from service.simulation.plan import DAY, Plan
from service.simulation.pledges import NONE, Agreements, Pledges


@dataclass(frozen=True)
class Raw:
    """What was planned, before the ledger decided how long each case lived."""

    book: Book
    path: Path
    calls: Calls
    agreements: Agreements
    pledges: Pledges
    ledger: Ledger


@dataclass(frozen=True)
class History:
    """What happened. `calls`, `path` and `pledges` hold only rows of the cases' lives."""

    plan: Plan
    days: Days
    staff: Staff
    book: Book
    path: Path
    calls: Calls  # in order of time: the position is the contact's number
    contact_number: Array  # of each planned call row; NONE = did not happen
    agreements: Agreements
    pledges: Pledges  # in order of the time made
    ledger: Ledger
    closed: Array  # seconds by case; OPEN = still open

    @property
    def first(self) -> np.datetime64:
        """Midnight of day 0 as a date."""
        return self.days.first

    @property
    def closed_day(self) -> Array:
        """Day of closing by case, far away for open cases."""
        return self.closed // DAY

    def known(self, time: Array) -> Array:
        """Whether something dated `time` is already in the past (and was ever planned)."""
        result: Array = (time != NONE) & (time <= self.plan.end)
        return result

    def until(self, case: Array) -> Array:
        """The last second in which something can happen to each case."""
        return np.minimum(self.closed[case], self.plan.end)


def cut(plan: Plan, days: Days, staff: Staff, raw: Raw) -> History:
    """Leave out what did not come to pass."""
    closed = raw.ledger.closed_at
    calls, number = _lived(plan, raw.calls, closed)
    path = raw.path
    entered = path.entered < closed[path.case]
    spells = path.spells.take(np.flatnonzero(path.spells.start < closed[path.spells.case]))
    return History(
        plan=plan,
        days=days,
        staff=staff,
        book=raw.book,
        path=Path(path.case[entered], path.stage[entered], path.entered[entered], spells),
        calls=calls,
        contact_number=number,
        agreements=raw.agreements,
        pledges=_pledged(plan, raw),
        ledger=raw.ledger,
        closed=closed,
    )


def _lived(plan: Plan, calls: Calls, closed: Array) -> tuple[Calls, Array]:
    rng = plan.chance("after closing")
    over = calls.time - np.minimum(closed[calls.case], OPEN // 2)
    # A message already queued sometimes leaves although the case has just been closed.
    queued = calls.automated & (over < 2 * DAY) & happens(rng, 0.15, len(over))
    kept = np.flatnonzero(((over <= 0) | queued) & (calls.time <= plan.end))
    kept = kept[np.argsort(calls.time[kept], kind="stable")]
    number = np.full(len(calls.case), NONE)
    number[kept] = np.arange(len(kept))
    return calls.take(kept), number


def _pledged(plan: Plan, raw: Raw) -> Pledges:
    """The promises made; those left open by a closing end with it."""
    pledges, ledger = raw.pledges, raw.ledger
    made = np.flatnonzero(ledger.amount[pledges.event] > 0)
    made = made[np.argsort(ledger.time[pledges.event[made]], kind="stable")]
    payment, due = pledges.payment[made], pledges.due[made]
    closed = ledger.closed_at[ledger.case[pledges.event[made]]]
    came = (payment != NONE) & (ledger.amount[payment] != 0)
    moot = ~came & (closed < due * DAY)
    cancelled = pledges.cancelled[made]
    cancelled = np.where(cancelled > np.minimum(closed, plan.end), NONE, cancelled)
    cancelled = np.where(moot & (cancelled == NONE), closed, cancelled)
    return replace(
        pledges,
        agreement=pledges.agreement[made],
        event=pledges.event[made],
        due=due,
        cancelled=cancelled,
        payment=payment,
    )


def balances(history: History, case: Array, day: Array) -> Array:
    """What each case owes at the end of each day, in cents."""
    ledger = history.ledger
    moves = np.flatnonzero((ledger.amount != 0) & np.isin(ledger.kind, ADJUSTMENTS + PAYMENTS))
    moves = moves[np.lexsort((ledger.time[moves], ledger.case[moves]))]
    signed = ledger.amount[moves] * np.where(np.isin(ledger.kind[moves], PAYMENTS), -1, 1)
    total = np.r_[0, np.cumsum(signed)]
    keys = ledger.case[moves].astype(np.int64) * KEY + ledger.time[moves]
    upto = np.searchsorted(keys, case.astype(np.int64) * KEY + (day + 1) * DAY, side="left")
    first = np.searchsorted(keys, case.astype(np.int64) * KEY, side="left")
    result: Array = history.book.amount[case] + total[upto] - total[first]
    return result
