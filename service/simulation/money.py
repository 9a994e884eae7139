"""Money that moves without a promise: payments of their own accord, interest, fees, reversals.

Payments come at a rate that falls with age like 1 / (1 + age / SLOWING): the hyperbolic decay that
published liquidation curves show. Each pays a share of what is owed; a few pay it all, and early
cases may be cured by paying the arrears.
"""

import numpy as np

from queries.contract import CLOSE_REASONS
from service.simulation import book as cases
from service.simulation.book import Book
from service.simulation.chance import Array, Rng, choose, happens, ranks
from service.simulation.days import Days
from service.simulation.ledger import (
    CURE,
    FEE,
    INTEREST,
    LEAVE,
    PAY_LATE,
    PAY_PROMISED,
    PAY_SHARE,
    REVERSE,
    Events,
)  # fmt: skip
from service.simulation.path import Path
from service.simulation.plan import DAY, Plan
from service.simulation.pledges import times_of_day
from service.simulation.story import Story

_RATE = 0.063  # payments a day of a fresh case of average readiness
_SLOWING = 70.0  # days after which the rate has halved
_FULL, _CURE = 0.0135, 0.026  # of the payments: pay everything, pay the arrears of an early case
_MONTHLY = np.array([0.009, 0.007, 0.0045, 0.003])  # interest by product
_ACCRUES = 190  # days past due after which interest is no longer booked
_LEAVING = {
    cases.RECALLED: "recalled", cases.WRITTEN_OFF: "written_off", cases.SOLD: "sold",
    cases.OTHER: "other",
}  # fmt: skip


def move(plan: Plan, book: Book, path: Path, calendar: tuple[Days, Story], events: Events) -> None:
    """Plan all payments without a promise, adjustments, departures and, last, reversals."""
    rng = plan.chance("money")
    _pay(rng, plan, book, path, calendar, events)
    _accrue(rng, plan, book, events)
    _leave(rng, book, events)
    _bounce(rng, events)


def _pay(
    rng: Rng, plan: Plan, book: Book, path: Path, calendar: tuple[Days, Story], events: Events
) -> None:
    days, story = calendar
    case, age = _moments(rng, plan, book)
    day = days.paid(rng, book.placed[case] + np.floor(age).astype(np.int64))
    time = np.maximum(day * DAY, book.placed[case] * DAY + 9 * 3600) + times_of_day(rng, len(day))
    team = path.spells.team[path.spells.at(case, time)]
    # A weak team chases less, so some of the money that it would have brought stays out.
    lost = (team == story.weak_team) & story.weak.holds(day) & happens(rng, 0.4, len(day))
    case, time, day = case[~lost], time[~lost], day[~lost]
    size = len(case)
    dpd = book.dpd[case] + day - book.placed[case]
    share = np.clip(rng.beta(0.9, 30, size), 0.004, 0.6)
    share = np.where(happens(rng, _FULL, size), 1.0, share)
    cures = (share < 1) & (dpd <= 120) & happens(rng, _CURE, size)
    unit = np.array([1, 1_000, 10_000])[choose(rng, (0.4, 0.25, 0.35), size)]
    plain, cured = np.flatnonzero(~cures), np.flatnonzero(cures)
    events.add(PAY_SHARE, case[plain], time[plain], value=share[plain], unit=unit[plain])
    arrears = rng.uniform(0.12, 0.5, len(cured))
    events.add(CURE, case[cured], time[cured], value=arrears, unit=1)


def _moments(rng: Rng, plan: Plan, book: Book) -> tuple[Array, Array]:
    """Case and age in days of every payment of its own accord."""
    span = np.minimum(book.term, plan.days) - book.placed
    low = np.log1p(book.aged / _SLOWING)
    high = np.log1p((book.aged + span) / _SLOWING)
    counts = rng.poisson(_RATE * _SLOWING * book.will * (1 + book.aged / 150) * (high - low))
    case = np.repeat(np.arange(book.size), counts)
    reached = low[case] + (high - low)[case] * rng.random(len(case))
    return case, np.expm1(reached) * _SLOWING - book.aged[case]


def _accrue(rng: Rng, plan: Plan, book: Book, events: Events) -> None:
    """Interest each month while it accrues, and now and then a fee."""
    until = np.minimum.reduce(
        [book.term - book.placed, plan.days - book.placed, np.maximum(_ACCRUES - book.dpd, 0)]
    )
    start = rng.integers(5, 31, book.size)
    counts = np.maximum(0, (until - start) // 30 + 1)
    case = np.repeat(np.arange(book.size), counts)
    time = (book.placed[case] + start[case] + 30 * ranks(counts)) * DAY + 1800
    events.add(INTEREST, case, time, value=_MONTHLY[book.product[case]])
    rows = np.flatnonzero(happens(rng, 0.12, len(case)))
    fee = rng.choice(np.array([2_000, 3_000, 5_000, 10_000]), len(rows))
    events.add(FEE, case[rows], time[rows] + 60, value=fee.astype(np.float64))


def _leave(rng: Rng, book: Book, events: Events) -> None:
    """Every case leaves at its term; very few pay their old account after that."""
    reason = np.zeros(len(_LEAVING))
    for ours, name in _LEAVING.items():
        reason[ours] = CLOSE_REASONS.index(name)
    every = np.arange(book.size)
    time = book.term * DAY + rng.integers(17 * 3600, 22 * 3600, book.size)
    events.add(LEAVE, every, time, value=reason[book.term_reason])
    late = np.flatnonzero(happens(rng, 0.006, book.size))
    when = (book.term[late] + rng.integers(1, 40, len(late))) * DAY + times_of_day(rng, len(late))
    events.add(PAY_LATE, late, when, value=rng.uniform(0.01, 0.1, len(late)), unit=100)


def _bounce(rng: Rng, events: Events) -> None:
    """A small part of the payments comes back some days later."""
    kind, case, time = (events.column(name) for name in ("kind", "case", "time"))
    payments = np.flatnonzero(np.isin(kind, (PAY_SHARE, PAY_PROMISED)))
    # Sums that end a case are checked before it is closed: they do not bounce.
    payments = payments[
        events.column("value")[payments] < 0.5 + 0.5 * (kind[payments] != PAY_SHARE)
    ]
    rows = payments[happens(rng, 0.017, len(payments))]
    wait = rng.geometric(0.35, len(rows))
    when = (time[rows] // DAY + wait) * DAY + rng.integers(9 * 3600, 18 * 3600, len(rows))
    events.add(REVERSE, case[rows], when, ref=rows)
