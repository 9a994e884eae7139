"""What the desk tells a monitor, on SQLite and on PostgreSQL."""

from datetime import UTC, date, datetime, timedelta

from queries.desk import Counts, Desk, Lease, Slot
from queries.period import Period
from tests.support.editions import delivered

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WEEK = Period(date(2026, 2, 23), date(2026, 3, 2))


def ran(desk: Desk, job: str, minute: int, outcome: str, seconds: int, rows: int = 0) -> None:
    start = NOON + timedelta(minutes=minute)
    run_id = desk.claim_run(job, Slot(f"{minute}", start), start)
    assert run_id is not None
    ended = start + timedelta(seconds=seconds)
    result = {"changed": {"payments": rows}} if rows else None
    desk.finish_run(run_id, outcome, "", ended, result=result)  # type: ignore[arg-type]


def test_an_empty_desk_counts_nothing(desk: Desk) -> None:
    assert desk.counts("schedule") == Counts({}, {}, {}, {}, {}, {}, None)


def test_runs_are_counted_and_timed_by_job(desk: Desk) -> None:
    ran(desk, "refresh", 0, "done", 10, rows=7)
    ran(desk, "refresh", 15, "done", 20, rows=3)
    ran(desk, "refresh", 30, "failed", 5)
    ran(desk, "reconcile", 31, "done", 60)
    desk.note_run("reconcile", Slot("missed", NOON), "missed", "", NOON)
    later = NOON + timedelta(minutes=45)
    desk.claim_run("refresh", Slot("45", later), later)
    counts = desk.counts("schedule")
    assert counts.runs == {
        ("refresh", "done"): 2, ("refresh", "failed"): 1, ("refresh", "running"): 1,
        ("reconcile", "done"): 1, ("reconcile", "missed"): 1,
    }  # fmt: skip
    assert counts.seconds == {"refresh": 35.0, "reconcile": 60.0}
    assert counts.timed == {"refresh": 3, "reconcile": 1}
    assert counts.finished["refresh"].result == {"changed": {"payments": 3}}
    assert counts.started["refresh"].outcome == "running"
    assert counts.started["reconcile"].outcome == "done"


def test_deliveries_are_counted_by_channel_and_state(desk: Desk) -> None:
    for who in ("a@example.org", "b@example.org", "c@example.org"):
        delivered(desk, WEEK, who, "smtp", "claimed", NOON)
    delivered(desk, WEEK, "out", "folder", "sent", NOON)
    assert desk.counts("schedule").deliveries == {("smtp", "claimed"): 3, ("folder", "sent"): 1}


def test_the_lease_of_the_schedule_is_told_also_when_it_has_lapsed(desk: Desk) -> None:
    assert desk.take_lease("schedule", "a", NOON, NOON + timedelta(seconds=45))
    assert desk.take_lease("another", "b", NOON, NOON)
    assert desk.counts("schedule").lease == Lease("schedule", "a", NOON + timedelta(seconds=45))
