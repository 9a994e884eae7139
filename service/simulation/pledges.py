"""Promises: which conversations end in one, for how much and when, and what the customer then does.

A promise is kept in full, in two parts, twice, partly, late or not at all, by the readiness of the
customer, the skill of the agent, the size asked for and the time given.
"""

from dataclasses import dataclass

import numpy as np

from service.simulation.answers import RIGHT_PARTY
from service.simulation.book import Book
from service.simulation.calls import APP, EMAIL, Calls
from service.simulation.chance import Array, Rng, choose, choose_rows, happens, logistic, ranks
from service.simulation.days import Days
from service.simulation.ledger import PAY_AGAIN, PAY_PROMISED, PROMISE, WAIVE, Events
from service.simulation.people import Staff
from service.simulation.plan import DAY, Plan

SINGLE, INSTALMENT, SETTLEMENT, DEFERRAL = range(4)
_KIND_SHARE = (0.895, 0.055, 0.03, 0.02)
NONE = -1

FULL, PARTS, TWICE, PARTLY, LATE, NOT = range(6)
# Days before (−) or after the due day on which a kept promise is paid; grace is three days.
_PUNCTUAL = (np.arange(-3, 4), (0.06, 0.09, 0.20, 0.43, 0.12, 0.06, 0.04))
_MISS = 0.15  # chance that a plan breaks at each of its instalments, before all else


@dataclass(frozen=True)
class Agreements:
    """What conversations led to, one entry for each, in order of case and time."""

    contact: Array  # row in the calls
    case: Array
    time: Array
    kind: Array  # SINGLE, INSTALMENT, SETTLEMENT or DEFERRAL
    count: Array  # promises
    ended: Array  # seconds; when the plan broke or ran out, NONE = it runs or is no plan


@dataclass(frozen=True)
class Pledges:
    """Promises as planned, one entry for each."""

    agreement: Array
    event: Array  # number of the PROMISE event, which settles the amount
    due: Array  # day
    cancelled: Array  # seconds; NONE = stands
    payment: Array  # number of the event of its first payment, NONE = nothing comes


def agree(
    plan: Plan, book: Book, staff: Staff, calls: Calls, days: Days, events: Events
) -> tuple[Agreements, Pledges]:
    """Draw promises from the conversations and plan their events."""
    rng = plan.chance("pledges")
    contact = _willing(rng, book, staff, calls)
    size = len(contact)
    kind = choose(rng, _KIND_SHARE, size)
    count = np.select([kind == INSTALMENT, kind == DEFERRAL], [rng.integers(3, 9, size), 0], 1)
    case = calls.case[contact].astype(np.int64)
    time = calls.time[contact] + np.maximum(calls.duration[contact], 60)
    due, first = _due_days(rng, days, time // DAY, kind, count)
    which = np.repeat(np.arange(size), count)
    share = _shares(rng, kind)[which] / np.where(kind == INSTALMENT, count, 1)[which]
    # Instalments of one plan are equal, so that the rounding is the agreement's, not the promise's.
    unit = np.array([100, 1_000, 10_000])[choose(rng, (0.25, 0.3, 0.45), size)][which]
    event = events.add(PROMISE, case[which], time[which], value=share, unit=unit)
    lead = due - time[which] // DAY
    odds = _odds(book, staff, calls, contact[which], share, lead)
    deed = _deeds(rng, odds, kind[which])
    deed, broken = _plans_break(rng, deed, which, kind, count)
    payment = _pay(rng, days, events, (case[which], time[which], event), due, deed)
    _waive(events, case[which], payment, kind[which], deed)
    ended = _ends(due, broken, which, kind, first + np.maximum(count - 1, 0))
    agreements = Agreements(contact, case, time, kind, count, ended)
    cancelled = _cancelled(rng, agreements, which, due, deed)
    return agreements, Pledges(which, event, due, cancelled, payment)


def _willing(rng: Rng, book: Book, staff: Staff, calls: Calls) -> Array:
    """Rows of the conversations with the customer that end in an agreement."""
    right = calls.outcome == RIGHT_PARTY
    rows = np.flatnonzero(right & ~(calls.inbound & np.isin(calls.channel, (APP, EMAIL))))
    skill = np.where(calls.agent[rows] >= 0, staff.skill[calls.agent[rows]], -0.5)
    odds = -0.5 + 0.55 * skill + 0.3 * np.log(book.will[calls.case[rows]])
    odds += np.where(calls.inbound[rows], 0.7, 0.0)
    rows = rows[happens(rng, logistic(odds), len(rows))]
    # Hardly anybody promises again within days of the last promise.
    gap = np.diff(calls.time[rows], prepend=-(10**9))
    same = np.r_[False, calls.case[rows[1:]] == calls.case[rows[:-1]]] if len(rows) else gap < 0
    result: Array = rows[~same | (gap > 9 * DAY) | happens(rng, 0.12, len(rows))]
    return result


def _due_days(rng: Rng, days: Days, made: Array, kind: Array, count: Array) -> tuple[Array, Array]:
    """The due day of each promise, and for each agreement the position of its first promise."""
    lead = np.array([0, 1, 2, 3, 5, 7, 10, 14, 21])[
        choose(rng, (4, 11, 14, 18, 17, 18, 9, 7, 2), len(made))
    ]
    start = made + np.where(kind == SETTLEMENT, lead + 4, lead)
    start = np.minimum(days.paid(rng, start, pull=0.25), made + 30)
    due = np.repeat(start, count) + 30 * ranks(count) + ranks(count) // 2
    return due, np.cumsum(count) - count


def _shares(rng: Rng, kind: Array) -> Array:
    """The share of the balance that an agreement is about."""
    size = len(kind)
    single = np.clip(rng.beta(1.1, 8.5, size), 0.015, 0.9)
    single = np.where(happens(rng, 0.04, size), 1.0, single)
    return np.select(
        [kind == INSTALMENT, kind == SETTLEMENT],
        [rng.uniform(0.35, 0.95, size), rng.uniform(0.5, 0.88, size)],
        single,
    )


def _odds(
    book: Book, staff: Staff, calls: Calls, contact: Array, share: Array, lead: Array
) -> Array:
    """Log odds that a promise is kept in full and in time."""
    agent = calls.agent[contact]
    skill = np.where(agent >= 0, staff.skill[agent], -0.3)
    will = np.log(book.will[calls.case[contact]])
    result: Array = 0.42 + 0.5 * will + 0.7 * skill - 1.4 * share - 0.018 * np.minimum(lead, 40)
    return result


def _deeds(rng: Rng, odds: Array, kind: Array) -> Array:
    kept = logistic(np.where(kind == INSTALMENT, odds + 1.3, odds))[:, None]
    in_full = np.array([0.88, 0.10, 0.02, 0, 0, 0])
    otherwise = np.array([0, 0, 0, 0.20, 0.20, 0.60])
    deed = choose_rows(rng, kept * in_full + (1 - kept) * otherwise)
    # A settlement is paid in one sum or not at all.
    return np.where((kind == SETTLEMENT) & (deed < PARTLY), FULL, deed)


def _plans_break(
    rng: Rng, deed: Array, which: Array, kind: Array, count: Array
) -> tuple[Array, Array]:
    """Once an instalment is missed the rest of its plan is not paid. Gives also where it broke."""
    instalment = kind[which] == INSTALMENT
    deed = np.where(instalment & happens(rng, _MISS, len(deed)), NOT, deed)
    missed = instalment & (deed == NOT)
    running = np.cumsum(missed) - missed
    some = count > 0
    first = (np.cumsum(count) - count)[some]
    before = running - np.repeat(running[first], count[some])
    gone = instalment & (before > 0)
    return np.where(gone, NOT, deed), missed & (before == 0)


def _pay(
    rng: Rng,
    days: Days,
    events: Events,
    promise: tuple[Array, Array, Array],
    due: Array,
    deed: Array,
) -> Array:
    """Plan the payments of each promise; gives the number of its first payment event."""
    case, made, event = promise
    offset = _PUNCTUAL[0][choose(rng, _PUNCTUAL[1], len(due))]
    offset = np.where(deed == LATE, rng.integers(5, 16, len(due)), offset)
    day = np.maximum(due + offset, made // DAY)
    time = np.maximum(day * DAY + times_of_day(rng, len(due)), made + 600)
    payment = np.full(len(due), NONE)
    exact = happens(rng, 0.82, len(due))
    ratio = np.where(exact, 1.0, rng.uniform(0.95, 1.12, len(due)))
    ratio = np.where(deed == PARTLY, rng.uniform(0.2, 0.85, len(due)), ratio)
    ratio = np.where(deed == PARTS, rng.uniform(0.3, 0.7, len(due)), ratio)
    rows = np.flatnonzero(deed != NOT)
    unit = np.where(exact[rows], 1, 100)
    payment[rows] = events.add(
        PAY_PROMISED, case[rows], time[rows], value=ratio[rows], unit=unit, ref=event[rows]
    )
    parts = np.flatnonzero(deed == PARTS)
    rest = np.minimum(
        time[parts] + DAY * rng.integers(1, 3, len(parts)), (due[parts] + 4) * DAY - 1
    )
    events.add(
        PAY_PROMISED, case[parts], np.maximum(rest, time[parts] + 60),
        value=1 - ratio[parts], ref=event[parts],
    )  # fmt: skip
    twice = np.flatnonzero(deed == TWICE)
    again = time[twice] + rng.integers(60, 30 * 3600, len(twice))
    events.add(PAY_AGAIN, case[twice], again, ref=payment[twice])
    return payment


def times_of_day(rng: Rng, size: int) -> Array:
    """Seconds of the day at which money moves: debits early, people at noon and in the evening."""
    weights = (3, 1, 1, 1, 2, 3, 5, 6, 8, 10, 11, 9, 10, 7, 8, 8, 7, 7, 8, 9, 10, 8, 5, 3)
    result: Array = choose(rng, weights, size).astype(np.int64) * 3600 + rng.integers(0, 3600, size)
    return result


def _waive(events: Events, case: Array, payment: Array, kind: Array, deed: Array) -> None:
    """The rest of a settled case is waived as soon as the settlement is paid."""
    rows = np.flatnonzero((kind == SETTLEMENT) & (deed == FULL))
    time = events.column("time")[payment[rows]] + 1
    events.add(WAIVE, case[rows], time, ref=payment[rows])


def _ends(due: Array, broken: Array, which: Array, kind: Array, last: Array) -> Array:
    """When a plan ended: ten days after the miss that broke it, or four after its last day."""
    ended = np.full(len(kind), NONE)
    planned = np.flatnonzero((kind == INSTALMENT) | (kind == SETTLEMENT))
    ended[planned] = (due[last[planned]] + 4) * DAY
    rows = np.flatnonzero(broken)
    ended[which[rows]] = (due[rows] + 10) * DAY + 9 * 3600
    return ended


def _cancelled(rng: Rng, agreements: Agreements, which: Array, due: Array, deed: Array) -> Array:
    """Broken plans cancel what was still to come; a few single promises are taken back."""
    ended = agreements.ended[which]
    plan = agreements.kind[which] == INSTALMENT
    cancelled = np.where(plan & (due * DAY > ended) & (deed == NOT), ended, NONE)
    made = agreements.time[which]
    span = due * DAY - made
    back = ~plan & (deed == NOT) & (span > DAY) & happens(rng, 0.09, len(due))
    when = made + (span * rng.uniform(0.1, 0.95, len(due))).astype(np.int64)
    return np.where(back, when, cancelled)
