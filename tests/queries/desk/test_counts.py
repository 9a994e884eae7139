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


def test_what_quiet_jobs_did_is_forgotten_but_for_the_newest_and_for_what_went_wrong(
    desk: Desk,
) -> None:
    for minute, outcome in enumerate(("done", "failed", "done", "done")):
        ran(desk, "alerts", minute, outcome, 1)
    for minute in range(2):
        ran(desk, "deliveries", minute, "done", 1)
        ran(desk, "refresh", minute, "done", 1)
    before = NOON + timedelta(minutes=2)
    assert desk.prune_runs(("alerts", "deliveries"), before) == 2
    assert desk.prune_runs(("alerts", "deliveries"), NOON + timedelta(days=2)) == 1
    left = sorted((run.job, run.slot, run.outcome) for run in desk.last_runs())
    assert left == [
        ("alerts", "1", "failed"), ("alerts", "3", "done"), ("deliveries", "1", "done"),
        ("refresh", "0", "done"), ("refresh", "1", "done"),
    ]  # fmt: skip


def test_runs_are_found_by_slot_and_since_a_moment(desk: Desk) -> None:
    for minute, outcome in enumerate(("done", "failed", "done")):
        ran(desk, "weekly_report", minute, outcome, 1)
    found = desk.run_of("weekly_report", Slot("1", NOON))
    assert found is not None
    assert found.outcome == "failed"
    assert desk.run_of("weekly_report", Slot("9", NOON)) is None
    since = desk.runs_since("weekly_report", NOON + timedelta(minutes=1))
    assert [run.slot for run in since] == ["2", "1"]
    last = desk.last_done("weekly_report")
    assert last is not None
    assert last.slot == "2"
    assert desk.last_done("refresh") is None


def test_deliveries_of_one_report_and_period_are_counted_by_state(desk: Desk) -> None:
    before = Period(date(2026, 2, 16), date(2026, 2, 23))
    delivered(desk, WEEK, "a@example.org", "smtp", "unknown", NOON)
    delivered(desk, WEEK, "b@example.org", "smtp", "sent", NOON)
    delivered(desk, before, "a@example.org", "smtp", "failed", NOON)
    assert desk.delivery_states("weekly", WEEK) == {"unknown": 1, "sent": 1}
    assert desk.delivery_states("monthly", WEEK) == {}
