"""Tables about conduct: complaints, disputes, risk flags, quality reviews, surveys."""

import numpy as np
import pyarrow as pa

from queries.contract import TABLES
from service.simulation import arrow
from service.simulation.answers import REFUSED, RIGHT_PARTY, THIRD_PARTY
from service.simulation.calls import VOICE
from service.simulation.chance import Array, Rng, choose, happens
from service.simulation.history import History
from service.simulation.main_tables import agent_labels, case_labels
from service.simulation.plan import DAY

_COMPLAINTS = ("frequency", "tone", "third_party", "wrong_amount", "privacy")


def complaints(history: History) -> pa.Table:
    """Complaints of people who were spoken to; careless agents draw more of them."""
    rng = history.plan.chance("complaints")
    calls, staff = history.calls, history.staff
    spoken = np.isin(calls.outcome, (THIRD_PARTY, RIGHT_PARTY, REFUSED)) & (calls.agent >= 0)
    rows = np.flatnonzero(spoken)
    rate = np.where(calls.outcome[rows] == RIGHT_PARTY, 0.002, 0.007)
    rows = rows[happens(rng, rate * np.exp(-0.9 * staff.skill[calls.agent[rows]]), len(rows))]
    received = calls.time[rows] + rng.integers(600, 4 * DAY, len(rows))
    rows, received = _past(history, rows, received)
    resolved, pending = _resolved(rng, history, received, 12)
    return arrow.table(
        "complaints",
        complaint_id=arrow.labels("Q", np.arange(len(rows)) + 1, 6),
        case_id=case_labels(history, calls.case[rows]),
        agent_id=agent_labels(history, calls.agent[rows]),
        received_at=arrow.moments(history.first, received),
        kind=arrow.codes(_COMPLAINTS, choose(rng, (34, 27, 14, 16, 9), len(rows))),
        escalated=arrow.flags(happens(rng, 0.07, len(rows))),
        upheld=arrow.flags(happens(rng, 0.24, len(rows)), pending),
        resolved_at=arrow.moments(history.first, resolved, pending),
        updated_at=arrow.moments(history.first, np.where(pending, received, resolved)),
    )


def disputes(history: History) -> pa.Table:
    """Customers who contest the bill, the rate or that it is they who owe."""
    rng = history.plan.chance("disputes")
    case, opened = _moments_in_life(rng, history, 0.02)
    resolved, pending = _resolved(rng, history, opened, 18)
    kinds = TABLES["disputes"].by_name["kind"].codes
    return arrow.table(
        "disputes",
        dispute_id=arrow.labels("D", np.arange(len(case)) + 1, 6),
        case_id=case_labels(history, case),
        kind=arrow.codes(kinds, choose(rng, (34, 24, 12, 18, 12), len(case))),
        opened_at=arrow.moments(history.first, opened),
        resolved_at=arrow.moments(history.first, resolved, pending),
        updated_at=arrow.moments(history.first, np.where(pending, opened, resolved)),
    )


def risk_flags(history: History) -> pa.Table:
    """Suspicions of fraud and the like; half of them are reported further."""
    rng = history.plan.chance("risk flags")
    case, raised = _moments_in_life(rng, history, 0.009)
    reported = raised + rng.integers(3600, 6 * DAY, len(case))
    unreported = (reported > history.plan.end) | ~happens(rng, 0.5, len(case))
    resolved, pending = _resolved(rng, history, np.maximum(raised, reported), 30)
    changed = np.where(pending, np.where(unreported, raised, reported), resolved)
    kinds = TABLES["risk_flags"].by_name["kind"].codes
    return arrow.table(
        "risk_flags",
        flag_id=arrow.labels("F", np.arange(len(case)) + 1, 6),
        case_id=case_labels(history, case),
        kind=arrow.codes(kinds, choose(rng, (28, 22, 34, 16), len(case))),
        raised_at=arrow.moments(history.first, raised),
        reported_at=arrow.moments(history.first, reported, unreported),
        resolved_at=arrow.moments(history.first, resolved, pending),
        updated_at=arrow.moments(history.first, changed),
    )


def quality_reviews(history: History) -> pa.Table:
    """A sample of the recorded conversations, listened to within days; a fatal one scores 0."""
    rng = history.plan.chance("quality")
    calls, staff = history.calls, history.staff
    long = (calls.channel == VOICE) & (calls.agent >= 0) & (calls.duration > 20)
    rows = np.flatnonzero(long & happens(rng, 0.015, len(calls.case)))
    reviewed = calls.time[rows] + rng.integers(4 * 3600, 7 * DAY, len(rows))
    rows, reviewed = _past(history, rows, reviewed)
    agent = calls.agent[rows]
    fatal = happens(rng, 0.015 * np.exp(-1.2 * staff.skill[agent]), len(rows))
    score = np.clip(np.rint(rng.normal(85 + 9 * staff.skill[agent], 7.5)), 20, 100)
    return arrow.table(
        "quality_reviews",
        review_id=arrow.labels("V", np.arange(len(rows)) + 1, 6),
        contact_id=arrow.labels("K", rows + 1, 8),
        agent_id=agent_labels(history, agent),
        reviewed_at=arrow.moments(history.first, reviewed),
        score=pa.array(np.where(fatal, 0.0, score)),
        fatal=arrow.flags(fatal),
        updated_at=arrow.moments(history.first, reviewed),
    )


def surveys(history: History) -> pa.Table:
    """Answers of customers after a conversation."""
    rng = history.plan.chance("surveys")
    calls = history.calls
    rows = np.flatnonzero((calls.outcome == RIGHT_PARTY) & happens(rng, 0.02, len(calls.case)))
    answered = calls.time[rows] + rng.integers(600, 3 * DAY, len(rows))
    rows, answered = _past(history, rows, answered)
    score = 1 + choose(rng, (0.09, 0.12, 0.26, 0.33, 0.20), len(rows))
    return arrow.table(
        "surveys",
        survey_id=arrow.labels("U", np.arange(len(rows)) + 1, 6),
        case_id=case_labels(history, calls.case[rows]),
        answered_at=arrow.moments(history.first, answered),
        kind=arrow.codes(("follow_up", "other"), happens(rng, 0.2, len(rows)).astype(np.int8)),
        score=arrow.integers(score),
        updated_at=arrow.moments(history.first, answered),
    )


def _past(history: History, rows: Array, time: Array) -> tuple[Array, Array]:
    """Those that have come already, in order of time."""
    here = np.flatnonzero(time <= history.plan.end)
    here = here[np.argsort(time[here], kind="stable")]
    return rows[here], time[here]


def _moments_in_life(rng: Rng, history: History, share: float) -> tuple[Array, Array]:
    """Some cases, each with one moment of its life in office hours, in order of time."""
    case = np.flatnonzero(happens(rng, share, history.book.size))
    placed = history.book.placed[case]
    life = history.until(case) // DAY - placed
    day = placed + np.floor(life * rng.random(len(case)) ** 1.5).astype(np.int64)
    time = day * DAY + rng.integers(9 * 3600, 18 * 3600, len(case))
    return _past(history, case, time)


def _resolved(rng: Rng, history: History, opened: Array, mean: float) -> tuple[Array, Array]:
    """When each was settled, and whether that is still to come."""
    wait = DAY * (1 + rng.exponential(mean, len(opened)))
    resolved = opened + wait.astype(np.int64)
    return resolved, resolved > history.plan.end
