"""The verbs of the desk, each on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import StatementError

from queries.desk import Desk, Slot
from queries.period import Period

MONDAY = datetime(2026, 3, 2, 7, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
LATER = MONDAY + timedelta(minutes=3)
SLOT = Slot("2026-W10", MONDAY)
WEEK = Period(date(2026, 2, 23), date(2026, 3, 2))


def test_a_claimed_slot_cannot_be_claimed_again(desk: Desk) -> None:
    assert desk.claim_run("weekly_report", SLOT, MONDAY) is not None
    assert desk.claim_run("weekly_report", SLOT, LATER) is None
    assert desk.claim_run("refresh", SLOT, MONDAY) is not None


def test_one_of_many_claims_at_once_wins(desk: Desk) -> None:
    with ThreadPoolExecutor(8) as pool:
        claims = pool.map(lambda _: desk.claim_run("refresh", SLOT, MONDAY), range(24))
        assert sum(claim is not None for claim in claims) == 1


def test_a_run_remembers_when_how_long_and_what(desk: Desk) -> None:
    run_id = desk.claim_run("refresh", SLOT, MONDAY)
    assert run_id is not None
    desk.finish_run(run_id, "done", "7 rows", LATER)
    run = desk.last_run("refresh")
    assert run is not None
    assert (run.slot, run.outcome, run.detail, run.seconds) == ("2026-W10", "done", "7 rows", 180.0)
    assert run.started_at == MONDAY
    assert run.finished_at == LATER
    assert run.due_at.tzinfo is UTC


def test_a_run_keeps_its_result_as_data(desk: Desk) -> None:
    run_id = desk.claim_run("refresh", SLOT, MONDAY)
    assert run_id is not None
    result = {"generation": 7, "changed": {"payments": 3}, "differences": None}
    desk.finish_run(run_id, "done", "3 rows", LATER, result=result)
    run = desk.last_run("refresh")
    assert run is not None
    assert run.result == result


def test_a_run_without_a_result_has_none(desk: Desk, desk_url: str) -> None:
    run_id = desk.claim_run("refresh", SLOT, MONDAY)
    assert run_id is not None
    desk.finish_run(run_id, "failed", "no source", LATER)
    assert [run.result for run in desk.last_runs()] == [None]
    engine = create_engine(desk_url)
    with engine.connect() as connection:
        empty = text("SELECT count(*) FROM job_runs WHERE result IS NULL")
        assert connection.execute(empty).scalar_one() == 1
    engine.dispose()


def test_the_last_runs_come_newest_first_and_limited(desk: Desk) -> None:
    for minute in range(5):
        moment = MONDAY + timedelta(minutes=minute)
        desk.claim_run("refresh", Slot(str(minute), moment), moment)
    assert [run.slot for run in desk.last_runs(3)] == ["4", "3", "2"]


def test_the_last_run_is_of_that_job_or_none(desk: Desk) -> None:
    desk.claim_run("refresh", SLOT, MONDAY)
    assert desk.last_run("reconcile") is None


def test_a_slot_that_did_not_run_is_noted_once_and_never_over_a_run(desk: Desk) -> None:
    assert desk.note_run("refresh", SLOT, "missed", "asleep", MONDAY) is not None
    assert desk.note_run("refresh", SLOT, "skipped", "busy", MONDAY) is None
    assert [(run.outcome, run.detail) for run in desk.last_runs()] == [("missed", "asleep")]


def test_runs_of_a_killed_process_are_ended_as_failed(desk: Desk) -> None:
    left = desk.claim_run("refresh", SLOT, MONDAY)
    ended = desk.claim_run("reconcile", SLOT, MONDAY)
    assert left is not None
    assert ended is not None
    desk.finish_run(ended, "done", "", LATER)
    assert desk.abandon_running(LATER) == 1
    assert {run.job: run.outcome for run in desk.last_runs()} == {
        "refresh": "failed",
        "reconcile": "done",
    }
    desk.finish_run(left, "done", "alive after all", LATER)
    run = desk.last_run("refresh")
    assert run is not None
    assert run.outcome == "done"


def test_a_moment_without_a_zone_is_refused(desk: Desk) -> None:
    with pytest.raises(StatementError, match="has no time zone"):
        desk.claim_run("refresh", SLOT, MONDAY.replace(tzinfo=None))


def test_a_wrong_outcome_is_refused_by_the_database(desk: Desk) -> None:
    with pytest.raises(Exception, match="ck_job_runs_outcome"):
        desk.note_run("refresh", SLOT, "perhaps", "", MONDAY)  # type: ignore[arg-type]


def test_moments_are_stored_in_utc(desk: Desk, desk_url: str) -> None:
    desk.claim_run("refresh", SLOT, MONDAY)
    engine = create_engine(desk_url)
    with engine.connect() as connection:
        stored = connection.execute(text("SELECT started_at FROM job_runs")).scalar_one()
    engine.dispose()
    in_utc = stored if isinstance(stored, str) else stored.astimezone(UTC).isoformat(" ")
    assert in_utc.startswith("2026-03-01 23:30:00")


def test_a_slot_that_is_owed_is_given_back_however_often_it_breaks_off(desk: Desk) -> None:
    for _ in range(3):
        assert desk.claim_run("weekly_report", SLOT, MONDAY) is not None
        desk.claim_run("refresh", SLOT, MONDAY)
        assert desk.abandon_running(LATER, ["weekly_report"]) >= 1
    runs = [run for run in desk.last_runs() if run.job == "weekly_report"]
    assert {run.outcome for run in runs} == {"failed"}
    assert len({run.slot for run in runs}) == 3
    assert all(run.due_at == SLOT.due for run in runs)
    # What makes up for itself by its next run keeps its slot.
    assert desk.claim_run("refresh", SLOT, MONDAY) is None
