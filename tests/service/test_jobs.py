"""The table of jobs: what runs, when, and what is told of it."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from queries.errors import UserError
from queries.source import Difference
from queries.store import RefreshReport
from service.configuration import read_settings
from service.jobs import House, Schedule, Turn, make_jobs, reconcile_now, refresh_now
from service.locks import figures_lock
from service.results import Done
from service.schedules import plans

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)
SCHEDULE = Schedule(15, "02:30", "Asia/Shanghai")
PLANS = plans(read_settings(None, {}))
REPORT = RefreshReport(
    generation=42,
    full=False,
    seconds=1.25,
    changed={"payments": 1200, "contacts": 34},
    dirty_days=5,
    as_of=date(2026, 3, 3),
    set_aside=7,
)

DIFFERENCE = Difference("warning", "contacts", "channel", "Unknown codes: 'fax' (2).", "a", "b")


def make_house(
    folder: Path,
    *,
    refresh: Callable[[datetime], RefreshReport] = lambda now: REPORT,
    repaired: dict[str, list[date]] | None = None,
    check: Callable[[datetime], list[Difference]] = lambda now: [DIFFERENCE],
) -> House:
    mended = RefreshReport(43, False, 2.0, {}, 0, REPORT.as_of, 0, repaired or {})
    return House(
        folder, refresh, lambda now: mended,
        lambda name, turn: Done(f"{name} sent {turn.now:%F}"), lambda name, slot, now: "", check,
        lambda now: Done("2 rules"), lambda now: Done("1 sent"),
    )  # fmt: skip


def test_jobs_are_due_at_the_times_of_the_business_zone(tmp_path: Path) -> None:
    jobs = {job.name: job for job in make_jobs(SCHEDULE, make_house(tmp_path), PLANS)}
    shanghai = ZoneInfo("Asia/Shanghai")
    due = {name: job.rule.after(NOW).due.astimezone(shanghai) for name, job in jobs.items()}
    assert due == {
        "refresh": datetime(2026, 3, 4, 17, 15, tzinfo=shanghai),
        "reconcile": datetime(2026, 3, 5, 2, 30, tzinfo=shanghai),
        "weekly_report": datetime(2026, 3, 9, 7, 30, tzinfo=shanghai),
        "deliveries": datetime(2026, 3, 4, 17, 1, tzinfo=shanghai),
        "alerts": datetime(2026, 3, 4, 17, 5, tzinfo=shanghai),
    }


def test_every_job_may_start_hours_late(tmp_path: Path) -> None:
    for job in make_jobs(SCHEDULE, make_house(tmp_path), PLANS):
        assert job.grace >= timedelta(hours=1)


def test_a_weekly_report_may_start_at_any_time_of_its_week(tmp_path: Path) -> None:
    weekly = make_jobs(SCHEDULE, make_house(tmp_path), PLANS)[2]
    assert weekly.grace > timedelta(days=7)


def test_a_refresh_tells_what_changed(tmp_path: Path) -> None:
    assert refresh_now(make_house(tmp_path), NOW).detail == (
        "Generation 42 updated: 1,234 changed rows, 5 days; as of 2026-03-03; "
        "7 rows set aside; 1.2 s."
    )


def test_a_reconciliation_names_the_days_it_mended(tmp_path: Path) -> None:
    days = [date(2026, 2, day) for day in range(7, 0, -1)]
    done = reconcile_now(make_house(tmp_path, repaired={"payments": days, "stock": []}), NOW)
    assert done.detail.startswith(
        "Repaired: payments 2026-02-01 2026-02-02 2026-02-03 2026-02-04 2026-02-05 and 2 more."
    )
    assert done.result is not None
    assert done.result["repaired"] == {"payments": [f"2026-02-0{day}" for day in range(1, 8)]}


def test_a_reconciliation_without_a_difference_says_so(tmp_path: Path) -> None:
    done = reconcile_now(make_house(tmp_path, repaired={"stock": []}), NOW)
    assert done.detail.startswith("No day differs from the source.")


def test_a_refresh_says_the_same_as_data(tmp_path: Path) -> None:
    assert refresh_now(make_house(tmp_path), NOW).result == {
        "generation": 42,
        "full": False,
        "seconds": 1.25,
        "changed": {"payments": 1200, "contacts": 34},
        "dirty_days": 5,
        "as_of": "2026-03-03",
        "set_aside": 7,
        "repaired": {},
        "differences": None,
    }


def differences_of(done: Done) -> object:
    assert done.result is not None
    return done.result["differences"]


def test_source_and_contract_are_compared_where_everything_is_read(tmp_path: Path) -> None:
    rebuilt = make_house(tmp_path, refresh=lambda now: replace(REPORT, full=True))
    told = [
        {
            "table": "contacts",
            "column": "channel",
            "given": "Unknown codes: 'fax' (2).",
            "expected": "a",
            "cure": "b",
            "level": "warning",
        }
    ]
    assert differences_of(refresh_now(rebuilt, NOW)) == told
    assert differences_of(reconcile_now(make_house(tmp_path), NOW)) == told


def test_a_mapping_that_is_wrong_throughout_stays_small_in_the_desk(tmp_path: Path) -> None:
    long = replace(DIFFERENCE, problem="x" * 10_000)
    done = reconcile_now(make_house(tmp_path, check=lambda now: [long] * 1000), NOW)
    assert len(json.dumps(done.result)) < 200_000


def test_a_source_that_goes_away_afterwards_does_not_undo_the_figures(tmp_path: Path) -> None:
    def check(now: datetime) -> list[Difference]:
        raise UserError("The source is away", "a source", "wait")

    done = reconcile_now(make_house(tmp_path, check=check), NOW)
    assert done.detail.startswith("No day differs")
    assert differences_of(done) is None


def test_no_other_process_writes_during_a_refresh(tmp_path: Path) -> None:
    def refresh(now: datetime) -> RefreshReport:
        with figures_lock(tmp_path, wait=0):
            pytest.fail("two writers at once")

    with pytest.raises(UserError, match="is writing the figures"):
        refresh_now(make_house(tmp_path, refresh=refresh), NOW)


@pytest.mark.parametrize("write", [refresh_now, reconcile_now])
def test_a_writer_out_of_patience_says_so(
    tmp_path: Path, write: Callable[[House, datetime, float], Done]
) -> None:
    with figures_lock(tmp_path), pytest.raises(UserError, match="is writing the figures"):
        write(make_house(tmp_path), NOW, 0)


def test_the_bodies_are_the_functions_of_the_command_line(tmp_path: Path) -> None:
    house = make_house(tmp_path)
    told = {job.name: job.body(Turn(NOW)) for job in make_jobs(SCHEDULE, house, PLANS)}
    assert told == {
        "refresh": refresh_now(house, NOW),
        "reconcile": reconcile_now(house, NOW),
        "weekly_report": house.send("weekly", Turn(NOW)),
        "deliveries": house.deliver(NOW),
        "alerts": house.alert(NOW),
    }
