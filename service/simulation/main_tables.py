"""The required tables of the contract: teams, agents, cases, payments, contacts, promises."""

import numpy as np
import pyarrow as pa

from queries.contract import CHANNELS, CLOSE_REASONS, DIRECTIONS, LEVELS, OUTCOMES, STAGES
from service.simulation import arrow
from service.simulation.answers import WRONG_NUMBER
from service.simulation.book import HARDSHIPS, PRODUCTS, REGIONS, SEGMENTS
from service.simulation.calls import SMS, VOICE
from service.simulation.chance import Array, choose, happens
from service.simulation.days import NEVER
from service.simulation.history import History
from service.simulation.ledger import OPEN, PAYMENTS, REVERSE
from service.simulation.names import AGENCIES, DEPARTMENTS, agent_names, team_names
from service.simulation.people import EARLY
from service.simulation.plan import DAY
from service.simulation.pledges import NONE, SINGLE
from service.simulation.stamps import edited, in_time

_METHODS = ("app", "bank_transfer", "direct_debit", "card", "cash", "court")
_METHOD_SHARE = (0.46, 0.20, 0.22, 0.08, 0.03, 0.01)


def agent_labels(history: History, agent: Array) -> pa.Array:
    """Keys of agents by position; −1 is nothing."""
    names = arrow.labels("A", np.arange(len(history.staff.team)) + 1, 3)
    return arrow.codes(names, agent)


def team_labels(history: History, team: Array) -> pa.Array:
    """Keys of teams by position."""
    return arrow.codes(arrow.labels("T", np.arange(len(history.staff.focus)) + 1, 1), team)


def case_labels(history: History, case: Array) -> pa.Array:
    """Keys of cases by position."""
    return arrow.codes(arrow.labels("C", np.arange(history.book.size) + 1), case)


def teams(history: History) -> pa.Table:
    """Teams in their two departments."""
    focus = history.staff.focus
    number = np.arange(len(focus))
    return arrow.table(
        "teams",
        team_id=team_labels(history, number),
        name=pa.array(team_names(len(focus))),
        department=arrow.codes(DEPARTMENTS, np.where(focus == EARLY, 0, 1)),
    )


def agents(history: History) -> pa.Table:
    """Agents; those who left stay listed with their last day."""
    staff, plan = history.staff, history.plan
    number = np.arange(len(staff.team))
    gone = staff.left != NEVER
    changed = np.where(gone, staff.left, staff.joined) * DAY + 9 * 3600
    return arrow.table(
        "agents",
        agent_id=agent_labels(history, number),
        name=pa.array(agent_names(len(number))),
        team_id=team_labels(history, staff.team),
        level=arrow.codes(LEVELS, staff.level),
        agency=arrow.codes(AGENCIES, staff.agency),
        joined_on=arrow.dates(history.first, staff.joined),
        left_on=arrow.dates(history.first, np.where(gone, staff.left, 0), ~gone),
        updated_at=arrow.moments(history.first, np.minimum(changed, plan.end)),
    )


def cases(history: History) -> pa.Table:
    """The case book as it stands on the last day."""
    book, spells, first = history.book, history.path.spells, history.first
    every = np.arange(book.size)
    is_open = history.closed == OPEN
    last = spells.at(every, np.full(book.size, history.plan.end))
    stage = np.where(is_open, spells.stage[last], STAGES.index("closed"))
    changed = np.where(is_open, spells.start[last], history.closed)
    far_west = book.region == len(REGIONS) - 1
    rng = history.plan.chance("case stamps")
    return arrow.table(
        "cases",
        case_id=case_labels(history, every),
        customer_id=arrow.labels("M", book.customer + 1),
        product=arrow.codes(PRODUCTS, book.product),
        segment=arrow.codes(SEGMENTS, book.segment),
        region=arrow.codes(REGIONS, book.region),
        placed_on=arrow.dates(first, book.placed),
        placed_amount=arrow.money(book.amount),
        delinquent_since=arrow.dates(first, book.placed - book.dpd),
        team_id=team_labels(history, spells.team[last]),
        agent_id=agent_labels(history, spells.agent[last]),
        stage=arrow.codes(STAGES, stage),
        closed_on=arrow.dates(first, np.where(is_open, 0, history.closed_day), is_open),
        close_reason=arrow.codes(CLOSE_REASONS, history.ledger.reason),
        hardship=arrow.codes(HARDSHIPS, book.hardship),
        time_zone=arrow.codes(("Asia/Shanghai", "Asia/Urumqi"), far_west.astype(np.int8)),
        updated_at=arrow.moments(first, edited(rng, history.plan, changed + 20, 0.02)),
    )


def payments(history: History) -> pa.Table:
    """Payments and reversals, numbered in order of time."""
    ledger, plan, first = history.ledger, history.plan, history.first
    rng = plan.chance("payments")
    rows = ledger.happened(*PAYMENTS)
    number = np.full(len(ledger.kind), NONE)
    number[rows] = np.arange(len(rows)) + 1
    size, time = len(rows), ledger.time[rows]
    reverse = ledger.kind[rows] == REVERSE
    origin = np.where(reverse, number[ledger.ref[rows]], NONE)
    method = choose(rng, _METHOD_SHARE, size)
    method[reverse] = method[origin[reverse] - 1]
    # The ledger learns of most payments at once, of some next morning, of few much later.
    morning = (time // DAY + 1) * DAY + rng.integers(5 * 3600, 7 * 3600, size)
    late = morning + rng.integers(1, 9, size) * DAY + rng.integers(0, 8 * 3600, size)
    soon = time + rng.integers(5, 1200, size)
    how = choose(rng, (0.85, 0.14, 0.01), size)
    recorded = in_time(plan, np.select([how == 0, how == 1], [soon, morning], late), soon)
    updated = edited(rng, plan, recorded + 1, 0.006)
    bounced = origin[reverse] - 1
    updated[bounced] = np.maximum(updated[bounced], recorded[reverse])
    return arrow.table(
        "payments",
        payment_id=arrow.labels("P", number[rows]),
        case_id=case_labels(history, ledger.case[rows]),
        paid_at=arrow.moments(first, time),
        amount=arrow.money(ledger.amount[rows]),
        reverses=arrow.labels("P", origin),
        method=arrow.codes(_METHODS, method),
        recorded_at=arrow.moments(first, recorded),
        updated_at=arrow.moments(first, updated),
    )


def contacts(history: History) -> pa.Table:
    """Contacts in order of time."""
    calls, plan, first = history.calls, history.plan, history.first
    rng = plan.chance("contacts")
    number = np.arange(len(calls.case)) + 1
    silent = calls.duration < 0
    seconds = np.maximum(calls.duration, 0)
    written = calls.time + seconds + rng.integers(2, 120, len(number))
    recorded = (calls.channel == VOICE) & ~calls.automated & (seconds > 0)
    return arrow.table(
        "contacts",
        contact_id=arrow.labels("K", number, 8),
        case_id=case_labels(history, calls.case),
        agent_id=agent_labels(history, calls.agent),
        contacted_at=arrow.moments(first, calls.time),
        channel=arrow.codes(CHANNELS, calls.channel),
        direction=arrow.codes(DIRECTIONS, calls.inbound.astype(np.int8)),
        outcome=arrow.codes(OUTCOMES, calls.outcome),
        phone_key=_phones(history),
        duration_seconds=arrow.integers(seconds, silent),
        automated=arrow.flags(calls.automated),
        recording_ref=arrow.labels("rec-", np.where(recorded, number, NONE), 8),
        updated_at=arrow.moments(first, edited(rng, plan, written, 0.012)),
    )


def _phones(history: History) -> pa.Array:
    """Hashes of telephone numbers: two for each customer; the second is seldom right."""
    calls, book = history.calls, history.book
    rng = history.plan.chance("phones")
    second = happens(rng, np.where(calls.outcome == WRONG_NUMBER, 0.7, 0.12), len(calls.case))
    seed = np.stack([book.customer * 2, book.customer * 2 + 1], axis=1).ravel().astype(np.uint64)
    mixed = (seed + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(31))) * np.uint64(0xBF58476D1CE4E5B9)
    digits = np.frombuffer(b"0123456789abcdef", dtype="S1")
    octets = mixed.astype(">u8").view(np.uint8)
    text = np.stack([digits[octets >> 4], digits[octets & 15]], axis=1).ravel().view("S16")
    phoned = np.isin(calls.channel, (VOICE, SMS))
    place = np.where(phoned, calls.case.astype(np.int64) * 2 + second, NONE)
    return arrow.codes(pa.array(text).cast(pa.string()), place)


def promises(history: History) -> pa.Table:
    """Promises in order of the time made."""
    pledges, agreements, first = history.pledges, history.agreements, history.first
    rng = history.plan.chance("promises")
    number = np.arange(len(pledges.event)) + 1
    time = history.ledger.time[pledges.event]
    contact = agreements.contact[pledges.agreement]
    row = history.contact_number[contact]
    stands = pledges.cancelled == NONE
    in_plan = agreements.kind[pledges.agreement] != SINGLE
    changed = np.where(stands, time, pledges.cancelled)
    return arrow.table(
        "promises",
        promise_id=arrow.labels("R", number),
        case_id=case_labels(history, history.ledger.case[pledges.event]),
        agent_id=agent_labels(history, history.calls.agent[row]),
        contact_id=arrow.labels("K", row + 1, 8),
        made_at=arrow.moments(first, time),
        due_on=arrow.dates(first, pledges.due),
        amount=arrow.money(history.ledger.amount[pledges.event]),
        plan_id=arrow.labels("L", np.where(in_plan, pledges.agreement + 1, NONE)),
        cancelled_at=arrow.moments(first, pledges.cancelled, stands),
        updated_at=arrow.moments(first, edited(rng, history.plan, changed + 5, 0.008)),
    )
