"""Which reports have not left whole by their deadline, and why: read from the desk, where runs and
deliveries are written down."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from queries import Period
from queries.alerts.state import Move, so_or_not
from queries.desk import Desk, JobRun, Slot
from service.jobs import report_job
from service.schedules import Plan

# Who owns the rule that exists by itself, until somebody changes it.
ITSELF = "Arrears"

# What has not come to a good end; what is withheld by right need not leave.
_OPEN = ("waiting", "claimed", "sending", "failed", "unknown")

Reason = Literal["no_run", "running", "missed", "held", "failed", "refused", "deliveries"]


@dataclass(frozen=True)
class Promise:
    """A report that should have left whole by its `deadline`."""

    report: str
    slot: Slot
    period: Period
    deadline: datetime


def promises(plans: Iterable[Plan], since: Mapping[str, datetime], now: datetime) -> list[Promise]:
    """Of each report the newest slot whose deadline has passed. `since` says from when on each is
    expected: a slot from before then is owed by nobody."""
    found = []
    for plan in plans:
        slot = plan.rule.latest(now - plan.deadline)
        if plan.name in since and slot.due >= since[plan.name]:
            found.append(Promise(plan.name, slot, plan.period(slot), slot.due + plan.deadline))
    return found


def late(
    desk: Desk, promises: Iterable[Promise], opened: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, Move, Mapping[str, Any]]]:
    """What becomes of the alert of each report, with its facts; `opened` are those that are open.
    One that is open is over once all has left, at the next slot, and for a report that is switched
    off."""
    known = {promise.report: promise for promise in promises}
    for report in sorted({*known, *opened}):
        promise, before = known.get(report), opened.get(report)
        facts = broken(desk, promise) if promise else None
        other = before is not None and facts is not None and before.get("due") != facts["due"]
        wrong = facts is not None and not other
        yield report, so_or_not(wrong, is_open=before is not None), facts or {}


def broken(desk: Desk, promise: Promise) -> Mapping[str, Any] | None:
    """Why a promise was not kept, as the facts of an alert; None where all has left."""
    job, period = report_job(promise.report), promise.period
    states = desk.delivery_states(promise.report, period)
    count = sum(states.get(state, 0) for state in _OPEN)  # type: ignore[call-overload]
    reason: Reason | None = "deliveries" if count else None
    if not count:
        of_slot = desk.run_of(job, promise.slot)
        reason = _not_run(of_slot, desk.runs_since(job, promise.slot.due), period)
    if reason is None:
        return None
    return {
        "kind": "report", "report": promise.report, "reason": reason, "open": count,
        "start": period.start.isoformat(), "end": period.end.isoformat(),
        "due": promise.slot.due.isoformat(), "deadline": promise.deadline.isoformat(),
    }  # fmt: skip


def _not_run(run: JobRun | None, since: Sequence[JobRun], period: Period) -> Reason | None:
    """Why the run of a slot did not do it, given the runs that came after it was due."""
    about = [period.start.isoformat(), period.end.isoformat()]
    by_hand = (one.outcome == "done" and (one.result or {}).get("period") == about for one in since)
    if (run is not None and run.outcome == "done") or any(by_hand):
        return None
    if run is None:
        return "no_run"
    if run.outcome == "running":
        return "running"
    if run.outcome in ("missed", "skipped"):
        return "missed"
    result = run.result or {}
    if result.get("held"):
        return "held"
    if "refused" in result:
        # Whom it could not reach is among the deliveries, which have all come to an end since.
        return "refused" if result["refused"] else None
    return "failed"
