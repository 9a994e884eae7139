"""Ready or not, and in numbers, over a real desk and real figures."""

import logging
import re
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from dashboard.monitoring import Check
from queries import Answers
from queries.desk import Desk, Slot, open_desk
from queries.period import Period
from service.leadership import LASTS, SCHEDULE
from service.monitoring import Monitoring
from service.settings import Settings
from service.wiring import make_answers
from tests.service.conftest import NOW, House
from tests.service.test_serving import settings_of
from tests.support.editions import delivered

ROOT = Path(__file__).parents[2]
WEEK = Period(date(2026, 11, 16), date(2026, 11, 23))


class Time:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


class Watched:
    """A monitor over the figures of the house and a desk of its own."""

    def __init__(self, settings: Settings, desk: Desk) -> None:
        self.settings, self.desk, self.time = settings, desk, Time()
        self.answers = make_answers(settings)

    def monitor(self, **changed: object) -> Monitoring:
        settings = self.settings.model_copy(update=changed)
        return Monitoring(settings, self.answers, self.desk, self.time)

    def checks(self, **changed: object) -> dict[str, Check]:
        return {check.name: check for check in self.monitor(**changed).checks()}

    def lead(self) -> None:
        assert self.desk.take_lease(SCHEDULE, "host 1", self.time(), self.time() + LASTS)

    def refreshed(self, outcome: str = "done", ago: timedelta = timedelta()) -> None:
        start = self.time() - ago
        run_id = self.desk.claim_run("refresh", Slot(start.isoformat(), start), start)
        assert run_id is not None
        if outcome != "running":
            done = start + timedelta(seconds=4)
            result = {"changed": {"payments": 5, "cases": 2}}
            self.desk.finish_run(run_id, outcome, "", done, result=result)  # type: ignore[arg-type]


@pytest.fixture
def watched(read_only_house: House, tmp_path: Path) -> Iterator[Watched]:
    settings = settings_of(read_only_house, ARREARS_DESK__URL=f"sqlite:///{tmp_path}/desk.db")
    with closing(open_desk(settings.desk.url)) as desk:
        watched = Watched(settings, desk)
        yield watched
        watched.answers.close()


def metric(monitor: Monitoring, name: str) -> float:
    """The value of one line, labels in it as they are written."""
    body, _ = monitor.metrics("")
    found = re.findall(rf"(?m)^{re.escape(name)} (.*)$", body.decode())
    assert len(found) == 1, f"{name} is not there once"
    return float(found[0])


# ---- ready or not


def test_a_service_whose_parts_work_is_ready(watched: Watched) -> None:
    watched.lead()
    watched.refreshed()
    checks = watched.checks()
    assert list(checks) == ["source", "figures", "desk", "jobs"]
    assert {name: check.ok for name, check in checks.items()} == dict.fromkeys(checks, True)
    assert checks["figures"].words == "generation 1, as of 2026-11-22"
    assert checks["jobs"].words == "scheduled; last refresh done, begun 2026-11-23T01:00:00Z"


def test_a_source_that_is_gone_is_told_once_in_the_log_and_not_where(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    source = watched.settings.source.model_copy(update={"url": "duckdb:///secret/place"})
    monitor = watched.monitor(source=source)
    for _ in range(3):
        (told,) = [check for check in monitor.checks() if check.name == "source"]
        assert told == Check("source", False, "cannot be opened; the log says why")
    assert [line.message for line in caplog.records] == [
        "The case database secret/place is not there or may not be read."
    ]


def test_a_source_is_asked_once_by_many(watched: Watched, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr("service.monitoring.reach", asked.append)
    monitor = watched.monitor()
    for _ in range(20):
        monitor.checks()
        monitor.metrics("")
    assert len(asked) == 1


def test_a_source_and_a_desk_that_hang_hold_nobody_up(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = threading.Event()
    monkeypatch.setattr("service.monitoring.reach", lambda spec: free.wait(30))
    monkeypatch.setattr(watched.desk, "counts", lambda lease: free.wait(30))
    monitor = watched.monitor()
    try:
        started = time.monotonic()
        checks = {check.name: check for check in monitor.checks()}
        first, started = time.monotonic() - started, time.monotonic()
        body, _ = monitor.metrics("")
        second = time.monotonic() - started
    finally:
        free.set()
    assert first < 4
    assert second < 1
    for name in ("source", "desk"):
        assert not checks[name].ok
        assert re.fullmatch(r"has not answered for \d seconds", checks[name].words)
    assert checks["figures"].ok
    assert b'arrears_check_ok{check="source"} 0.0' in body
    assert b"arrears_figures_generation" in body


def test_stale_figures_are_not_ready_and_a_historic_extract_is(watched: Watched) -> None:
    watched.time.now = NOW + timedelta(days=3)
    assert watched.checks()["figures"] == Check(
        "figures",
        False,
        "generation 1, as of 2026-11-22, stale: nothing newer for 26 hours",
    )
    historic = watched.settings.figures.model_copy(update={"complete_until": date(2026, 11, 22)})
    assert watched.checks(figures=historic)["figures"].ok


def test_without_figures_it_says_what_to_do(watched: Watched, tmp_path: Path) -> None:
    watched.answers.close()
    watched.answers = Answers(tmp_path / "none", watched.settings.definitions())
    told = watched.checks()["figures"]
    assert (told.ok, told.words) == (False, "there are none yet; run `arrears refresh`")


def test_a_desk_that_fails_leaves_jobs_unknown(
    watched: Watched, caplog: pytest.LogCaptureFixture
) -> None:
    with watched.desk._engine.begin() as connection:
        connection.execute(text("DROP TABLE deliveries"))
    with caplog.at_level(logging.WARNING, "arrears.monitoring"):
        checks = watched.checks()
    assert checks["desk"] == Check("desk", False, "does not answer; the log says why")
    assert checks["jobs"] == Check("jobs", False, "not known: the desk does not answer")
    assert "no such table: deliveries" in caplog.text
    monitor = watched.monitor()
    assert metric(monitor, 'arrears_check_ok{check="desk"}') == 0
    assert b"arrears_deliveries" not in monitor.metrics("")[0]


@pytest.mark.parametrize(
    ("outcome", "ago", "ok"),
    [
        ("done", timedelta(minutes=59), True),
        ("failed", timedelta(minutes=59), True),
        ("done", timedelta(minutes=61), False),
        ("failed", timedelta(minutes=61), False),
        # A first full refresh may take hours.
        ("running", timedelta(hours=5), True),
    ],
)
def test_jobs_are_alive_while_refreshes_begin(
    watched: Watched, outcome: str, ago: timedelta, ok: bool
) -> None:
    watched.lead()
    watched.refreshed(outcome, ago)
    assert watched.checks()["jobs"].ok is ok


def test_jobs_whose_process_fell_silent_are_dead(watched: Watched) -> None:
    watched.lead()
    watched.refreshed()
    watched.time.now = NOW + LASTS + timedelta(seconds=1)
    told = watched.checks()["jobs"]
    assert not told.ok
    assert told.words == "the process that ran them is silent since 2026-11-23T01:00:45Z"


def test_jobs_may_be_run_by_a_crontab(watched: Watched) -> None:
    assert watched.checks()["jobs"] == Check("jobs", False, "nobody runs them")
    watched.refreshed()
    assert watched.checks()["jobs"].words.startswith("by hand; last refresh done")


def test_a_new_service_is_alive_before_its_first_refresh(watched: Watched) -> None:
    watched.lead()
    assert watched.checks()["jobs"] == Check("jobs", True, "scheduled; no refresh yet")


# ---- in numbers


def test_what_jobs_did_is_read_from_the_desk(watched: Watched) -> None:
    watched.lead()
    watched.refreshed("failed", timedelta(minutes=30))
    watched.refreshed("done", timedelta(minutes=15))
    watched.refreshed("running")
    monitor = watched.monitor()
    assert metric(monitor, 'arrears_job_runs_total{job="refresh",outcome="done"}') == 1
    assert metric(monitor, 'arrears_job_runs_total{job="refresh",outcome="failed"}') == 1
    assert metric(monitor, 'arrears_jobs_running{job="refresh"}') == 1
    assert metric(monitor, 'arrears_job_duration_seconds_count{job="refresh"}') == 2
    assert metric(monitor, 'arrears_job_duration_seconds_sum{job="refresh"}') == 8
    assert metric(monitor, 'arrears_job_last_duration_seconds{job="refresh"}') == 4
    ended = NOW - timedelta(minutes=15) + timedelta(seconds=4)
    last = 'arrears_job_last_done_timestamp_seconds{job="refresh"}'
    assert metric(monitor, last) == ended.timestamp()
    changed = 'arrears_refresh_changed_rows{job="refresh",table="payments"}'
    assert metric(monitor, changed) == 5


def test_counts_of_what_is_cleared_up_are_not_told(watched: Watched) -> None:
    """A counter that falls is a restart to Prometheus."""
    for minute, outcome in enumerate(("done", "done", "failed")):
        start = NOW - timedelta(minutes=minute)
        run_id = watched.desk.claim_run("alerts", Slot(str(minute), start), start)
        assert run_id is not None
        ended = start + timedelta(seconds=2)
        watched.desk.finish_run(run_id, outcome, "", ended)  # type: ignore[arg-type]
    shown = watched.monitor().metrics("")[0].decode()
    assert 'arrears_job_runs_total{job="alerts",outcome="failed"} 1.0' in shown
    assert 'arrears_job_runs_total{job="alerts",outcome="done"}' not in shown
    assert 'arrears_job_duration_seconds_count{job="alerts"}' not in shown
    assert 'arrears_job_last_duration_seconds{job="alerts"} 2.0' in shown


def test_deliveries_are_told_in_every_state(watched: Watched) -> None:
    for who in ("a@example.org", "b@example.org"):
        delivered(watched.desk, WEEK, who, "smtp", "claimed", NOW)
    monitor = watched.monitor()
    assert metric(monitor, 'arrears_deliveries{channel="smtp",state="claimed"}') == 2
    assert metric(monitor, 'arrears_deliveries{channel="folder",state="unknown"}') == 0
    assert b"example.org" not in monitor.metrics("")[0]


def test_the_age_of_the_data_is_that_of_its_newest_change(watched: Watched) -> None:
    fresh = watched.answers.freshness(NOW)
    assert fresh.watermark is not None
    monitor = watched.monitor()
    age = NOW - fresh.watermark.replace(tzinfo=NOW.tzinfo)
    assert metric(monitor, "arrears_data_age_seconds") == age.total_seconds()
    assert metric(monitor, "arrears_figures_generation") == 1
    assert metric(monitor, "arrears_figures_stale") == 0
    assert metric(monitor, "arrears_rows_set_aside") == fresh.set_aside
    refreshed = "arrears_figures_refreshed_timestamp_seconds"
    assert metric(monitor, refreshed) == fresh.refreshed_at.timestamp()


def test_data_without_change_stamps_have_no_age(
    watched: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    fresh = replace(watched.answers.freshness(NOW), watermark=None)
    monkeypatch.setattr(watched.answers, "freshness", lambda now: fresh)
    assert b"arrears_data_age_seconds" not in watched.monitor().metrics("")[0]


def test_requests_are_counted_by_route_and_status(watched: Watched) -> None:
    monitor = watched.monitor()
    monitor.answered("/", 200, 0.2)
    monitor.answered("/", 200, 0.004)
    monitor.answered("/readyz", 503, 0.01)
    count = "arrears_request_duration_seconds_count"
    assert metric(monitor, f'{count}{{route="/",status="200"}}') == 2
    assert metric(monitor, f'{count}{{route="/readyz",status="503"}}') == 1
    bucket = 'arrears_request_duration_seconds_bucket{le="0.005",route="/",status="200"}'
    assert metric(monitor, bucket) == 1


def test_two_monitors_in_one_process_count_apart(watched: Watched) -> None:
    first, second = watched.monitor(), watched.monitor()
    first.answered("/", 200, 0.1)
    assert b'route="/"' in first.metrics("")[0]
    assert b'route="/"' not in second.metrics("")[0]


def test_prometheus_gets_the_form_it_asks_for(watched: Watched) -> None:
    monitor = watched.monitor()
    body, kind = monitor.metrics("application/openmetrics-text; version=1.0.0")
    assert kind.startswith("application/openmetrics-text; version=1.0.0")
    assert body.endswith(b"# EOF\n")
    assert monitor.metrics("*/*")[1].startswith("text/plain; version=0.0.4")


def test_every_metric_and_check_is_explained(watched: Watched) -> None:
    watched.lead()
    watched.refreshed()
    monitor = watched.monitor()
    monitor.answered("/", 200, 0.1)
    body = monitor.metrics("")[0].decode()
    page = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    told = set(re.findall(r"(?m)^# HELP (arrears_\w+)", body))
    told -= {name for name in told if name.endswith("_created")}
    assert len(told) > 12
    assert {name for name in told if f"| `{name}` |" not in page} == set()
    explained = set(re.findall(r"(?m)^\| `(arrears_\w+)` \|", page))
    assert explained == told
    assert [name for name in watched.checks() if f"| `{name}` |" not in page] == []
