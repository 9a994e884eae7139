"""What the pages are told of the jobs."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from queries import Period
from queries.desk import Desk, Slot
from queries.store import RefreshReport
from service.configuration import read_settings
from service.jobs import House, Schedule, make_jobs
from service.operations import Operations
from service.results import Done
from service.schedules import plans

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
DONE = Done("")
REPORT = RefreshReport(1, False, 1.0, {}, 0, date(2026, 3, 3), 0)


def operations(desk: Desk, folder: Path, *, with_jobs: bool) -> Operations:
    house = House(
        folder, lambda now: REPORT, lambda now: REPORT, lambda name, turn: DONE,
        lambda name, slot, now: "", lambda now: [], lambda now: DONE, lambda now: DONE,
    )  # fmt: skip
    schedule = Schedule(15, "02:30", "Asia/Shanghai")
    settings = read_settings(None, {})
    jobs = make_jobs(schedule, house, plans(settings)) if with_jobs else ()
    return Operations(desk, jobs, lambda: NOW, settings)


def test_the_next_run_of_each_job_is_told_soonest_first(desk: Desk, tmp_path: Path) -> None:
    coming = operations(desk, tmp_path, with_jobs=True).next_runs()
    assert [(run.job, run.due.astimezone(UTC)) for run in coming] == [
        ("deliveries", datetime(2026, 3, 4, 9, 1, tzinfo=UTC)),
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


def test_the_next_runs_of_a_report_are_told_wherever_pages_are_served(
    desk: Desk, tmp_path: Path
) -> None:
    pages = operations(desk, tmp_path, with_jobs=False)
    told = pages.report_runs(10)
    assert [one.report for one in told] == ["weekly"] * 10
    assert {one.zone for one in told} == {"Asia/Shanghai"}
    first = told[0]
    assert first.due == datetime(2026, 3, 8, 23, 30, tzinfo=UTC)
    assert first.period == Period(date(2026, 3, 2), date(2026, 3, 9))
    assert [one.due for one in told] == [first.due + timedelta(weeks=n) for n in range(10)]
