"""What the pages are told of the jobs."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from queries.desk import Desk, Slot
from queries.store import RefreshReport
from service.jobs import House, Schedule, make_jobs
from service.operations import Operations

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
REPORT = RefreshReport(1, False, 1.0, {}, 0, date(2026, 3, 3), 0)


def operations(desk: Desk, folder: Path, *, with_jobs: bool) -> Operations:
    house = House(
        folder, lambda now: REPORT, lambda now: REPORT, lambda now: "", lambda now: [],
        lambda now: "",
    )  # fmt: skip
    schedule = Schedule(15, "02:30", "monday", "07:30", "Asia/Shanghai")
    return Operations(desk, make_jobs(schedule, house) if with_jobs else (), lambda: NOW)


def test_the_next_run_of_each_job_is_told_soonest_first(desk: Desk, tmp_path: Path) -> None:
    coming = operations(desk, tmp_path, with_jobs=True).next_runs()
    assert [(run.job, run.due.astimezone(UTC)) for run in coming] == [
        ("alerts", datetime(2026, 3, 4, 9, 5, tzinfo=UTC)),
        ("refresh", datetime(2026, 3, 4, 9, 15, tzinfo=UTC)),
        ("reconcile", datetime(2026, 3, 4, 18, 30, tzinfo=UTC)),
        ("weekly_report", datetime(2026, 3, 8, 23, 30, tzinfo=UTC)),
    ]
    assert coming[0].title.zh


def test_pages_without_jobs_know_the_runs_of_other_processes(desk: Desk, tmp_path: Path) -> None:
    for minute in range(3):
        due = NOW + timedelta(minutes=minute)
        desk.claim_run("refresh", Slot(str(minute), due), due)
    pages = operations(desk, tmp_path, with_jobs=False)
    assert [run.slot for run in pages.runs(2)] == ["2", "1"]
    assert pages.next_runs() == []


def test_what_runs_every_few_minutes_is_told_where_it_failed(desk: Desk, tmp_path: Path) -> None:
    for minute, outcome in enumerate(("done", "failed", "done")):
        slot = Slot(str(minute), NOW + timedelta(minutes=minute))
        desk.note_run("alerts", slot, outcome, "", NOW)  # type: ignore[arg-type]
    desk.note_run("refresh", Slot("0", NOW), "done", "", NOW - timedelta(hours=1))
    told = operations(desk, tmp_path, with_jobs=False).runs(5)
    assert [(run.job, run.outcome) for run in told] == [("alerts", "failed"), ("refresh", "done")]
