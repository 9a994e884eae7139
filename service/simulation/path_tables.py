"""Tables about the way of a case: owners, stages, strategies, balance, plans, courts."""

import numpy as np
import pyarrow as pa

from queries.contract import STAGES, TABLES
from service.simulation import arrow
from service.simulation.chance import Array, happens
from service.simulation.history import History, balances
from service.simulation.ledger import ADJUSTMENTS, FEE, INTEREST, OPEN
from service.simulation.main_tables import agent_labels, case_labels, team_labels
from service.simulation.path import LAW
from service.simulation.plan import DAY
from service.simulation.pledges import DEFERRAL, INSTALMENT, SETTLEMENT, SINGLE
from service.simulation.stamps import edited

_PLAN_KINDS = {INSTALMENT: "instalment", SETTLEMENT: "settlement", DEFERRAL: "deferral"}
_STRATEGIES = np.array(
    [
        ["digital first", "early voice"],
        ["champion dialer", "challenger evening"],
        ["field standard", "field with letter"],
        ["court fast track", "court standard"],
    ]
).ravel()
_STEPS = ("referred", "filed", "served", "judgment", "enforced", "withdrawn")
_GAPS = ((12, 45), (20, 60), (35, 110), (25, 90))  # days from each step to the next
_GOES_ON = (0.82, 0.9, 0.8, 0.65)
_COSTS = np.array([0, 65_000, 12_000, 40_000, 50_000, 8_000])  # cents


def assignments(history: History) -> pa.Table:
    """Ownership as it was: a row is closed when the next one opens or the case closes."""
    spells, first = history.path.spells, history.first
    following = np.r_[spells.start[1:], OPEN]
    same = np.r_[spells.case[1:] == spells.case[:-1], False]
    end = np.where(same, following, history.closed[spells.case])
    runs = end == OPEN
    changed = np.where(runs, spells.start, end)
    return arrow.table(
        "assignments",
        case_id=case_labels(history, spells.case),
        team_id=team_labels(history, spells.team),
        agent_id=agent_labels(history, spells.agent),
        from_at=arrow.moments(first, spells.start),
        to_at=arrow.moments(first, end, runs),
        updated_at=arrow.moments(first, np.minimum(changed + 3, history.plan.end)),
    )


def stage_history(history: History) -> pa.Table:
    """Entries into stages, the closing included, in order of time."""
    path, closed = history.path, np.flatnonzero(history.closed != OPEN)
    case = np.r_[path.case, closed]
    stage = np.r_[path.stage, np.full(len(closed), STAGES.index("closed"))]
    entered = np.r_[path.entered, history.closed[closed]]
    order = np.lexsort((case, entered))
    rng = history.plan.chance("stages")
    return arrow.table(
        "stage_history",
        case_id=case_labels(history, case[order]),
        stage=arrow.codes(STAGES, stage[order]),
        entered_at=arrow.moments(history.first, entered[order]),
        updated_at=arrow.moments(
            history.first, edited(rng, history.plan, entered[order] + 2, 0.004)
        ),
    )


def strategies(history: History) -> pa.Table:
    """A treatment for each stage; one case in five is in the trial group."""
    path = history.path
    trial = happens(history.plan.chance("strategies"), 0.2, len(path.case))
    return arrow.table(
        "strategies",
        case_id=case_labels(history, path.case),
        strategy=arrow.codes(list(_STRATEGIES), path.stage.astype(np.int64) * 2 + trial),
        assigned_at=arrow.moments(history.first, path.entered + 60),
    )


def adjustments(history: History) -> pa.Table:
    """Interest, fees and waivers in order of time."""
    ledger = history.ledger
    rows = ledger.happened(*ADJUSTMENTS)
    kind = np.select([ledger.kind[rows] == INTEREST, ledger.kind[rows] == FEE], [0, 1], 2)
    time = ledger.time[rows]
    return arrow.table(
        "adjustments",
        adjustment_id=arrow.labels("J", np.arange(len(rows)) + 1),
        case_id=case_labels(history, ledger.case[rows]),
        booked_on=arrow.dates(history.first, time // DAY),
        amount=arrow.money(ledger.amount[rows]),
        kind=arrow.codes(("interest", "late_fee", "waiver"), kind),
        updated_at=arrow.moments(history.first, np.minimum(time + 30, history.plan.end)),
    )


def snapshots(history: History) -> pa.Table:
    """Days past due and balance of the open cases at each month end."""
    book, parts = history.book, []
    for day in history.days.month_ends(history.plan):
        here = np.flatnonzero((book.placed <= day) & (day < history.closed_day))
        parts.append(np.stack([here, np.full(len(here), day)]))
    case, day = np.concatenate(parts, axis=1) if parts else np.zeros((2, 0), dtype=np.int64)
    return arrow.table(
        "snapshots",
        case_id=case_labels(history, case),
        as_of=arrow.dates(history.first, day),
        dpd=arrow.integers(np.maximum(day - book.placed[case] + book.dpd[case], 0)),
        balance=arrow.money(balances(history, case, day)),
    )


def plans(history: History) -> pa.Table:
    """Instalment plans, settlements and deferrals; open ones have no end."""
    agreements, case = history.agreements, history.agreements.case
    happened = np.zeros(len(case), dtype=bool)
    happened[history.pledges.agreement] = True
    deferred = (agreements.kind == DEFERRAL) & (history.contact_number[agreements.contact] >= 0)
    rows = np.flatnonzero((agreements.kind != SINGLE) & (happened | deferred))
    rows = rows[np.argsort(agreements.time[rows], kind="stable")]
    case, agreed = case[rows], agreements.time[rows]
    ended = np.where(agreements.kind[rows] == DEFERRAL, agreed + 45 * DAY, agreements.ended[rows])
    ended = np.minimum(ended, history.closed[case])
    runs = ended > history.plan.end
    kinds = [_PLAN_KINDS.get(number, "") for number in range(DEFERRAL + 1)]
    return arrow.table(
        "plans",
        plan_id=arrow.labels("L", rows + 1),
        case_id=case_labels(history, case),
        kind=arrow.codes(kinds, agreements.kind[rows]),
        agreed_at=arrow.moments(history.first, agreed),
        ended_at=arrow.moments(history.first, ended, runs),
        updated_at=arrow.moments(history.first, np.where(runs, agreed, ended)),
    )


def legal_actions(history: History) -> pa.Table:
    """The way through the courts of the cases in the legal stage."""
    rng = history.plan.chance("law")
    path = history.path
    here = path.stage == LAW
    case, time = path.case[here], path.entered[here] + 4 * 3600
    cases, times, steps = [case], [time], [np.zeros(len(case), np.int64)]
    for step, (gap, chance) in enumerate(zip(_GAPS, _GOES_ON, strict=True), start=1):
        days = rng.integers(*gap, len(case))
        time = (time // DAY + days) * DAY + rng.integers(9 * 3600, 17 * 3600, len(case))
        withdrawn = happens(rng, 0.03, len(case))
        kept = (time <= history.until(case)) & (withdrawn | happens(rng, chance, len(case)))
        case, time, withdrawn = case[kept], time[kept], withdrawn[kept]
        cases.append(case)
        times.append(time)
        steps.append(np.where(withdrawn, len(_STEPS) - 1, step))
        case, time = case[~withdrawn], time[~withdrawn]
    return _actions(history, np.concatenate(cases), np.concatenate(times), np.concatenate(steps))


def _actions(history: History, case: Array, time: Array, step: Array) -> pa.Table:
    inside = np.flatnonzero(time <= history.until(case))
    inside = inside[np.argsort(time[inside], kind="stable")]
    case, time, step = case[inside], time[inside], step[inside]
    rng = history.plan.chance("court costs")
    cost = np.rint(_COSTS[step] * rng.uniform(0.5, 2.2, len(step)) / 100).astype(np.int64) * 100
    steps = TABLES["legal_actions"].by_name["step"].codes
    return arrow.table(
        "legal_actions",
        action_id=arrow.labels("G", np.arange(len(case)) + 1),
        case_id=case_labels(history, case),
        step=arrow.codes(steps, step),
        at=arrow.moments(history.first, time),
        cost=arrow.money(cost, cost == 0),
        updated_at=arrow.moments(history.first, np.minimum(time + 900, history.plan.end)),
    )
