"""One of several processes runs the jobs; another takes over when it ends or falls silent."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import InternalError

from queries.desk import Desk
from service.leadership import LASTS, Leadership
from tests.service.conftest import NOW


class Scheduler:
    """Counts how often it was started, and whether it runs."""

    def __init__(self) -> None:
        self.starts = 0
        self.changed = threading.Condition()
        self.runs = False

    @contextmanager
    def __call__(self) -> Iterator[None]:
        self.starts += 1
        self._set(runs=True)
        yield
        self._set(runs=False)

    def _set(self, *, runs: bool) -> None:
        with self.changed:
            self.runs = runs
            self.changed.notify_all()

    def comes_to(self, *, run: bool) -> bool:
        with self.changed:
            return self.changed.wait_for(lambda: self.runs == run, 20)


class Time:
    """A clock that stands until it is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


def test_the_second_takes_over_when_the_first_ends(desk: Desk) -> None:
    first, second, time = Scheduler(), Scheduler(), Time()
    with ExitStack() as ending:
        leader = ending.enter_context(_led(desk, first, time))
        with _led(desk, second, time) as other:
            assert (leader.leads, other.leads) == (True, False)
            ending.close()
            assert not first.runs
            assert second.comes_to(run=True)
    assert not second.runs
    assert (first.starts, second.starts) == (1, 1)


def _led(desk: Desk, scheduler: Scheduler, time: Time) -> Leadership:
    return Leadership(desk, scheduler, time, renew_seconds=0.01)


def test_a_process_that_died_is_followed_when_its_lease_has_lapsed(desk: Desk) -> None:
    time, scheduler = Time(), Scheduler()
    assert desk.take_lease("schedule", "a process that is no more", NOW, NOW + LASTS)
    with _led(desk, scheduler, time):
        assert scheduler.starts == 0
        time.now = NOW + LASTS + timedelta(seconds=1)
        assert scheduler.comes_to(run=True)


def test_who_was_asleep_for_too_long_stops_when_another_has_taken_over(desk: Desk) -> None:
    time, scheduler = Time(), Scheduler()
    with Leadership(desk, scheduler, time, renew_seconds=0.2):
        assert scheduler.runs
        late = NOW + LASTS + timedelta(seconds=1)
        assert desk.take_lease("schedule", "another", late, late + LASTS)
        time.now = late
        assert scheduler.comes_to(run=False)


@contextmanager
def cut_off(desk: Desk, desk_url: str) -> Iterator[None]:
    """A desk that does not answer meanwhile: a table is gone, or the server lets nobody in."""
    if desk_url.startswith("sqlite"):
        with desk._engine.begin() as connection:
            connection.execute(text("ALTER TABLE leases RENAME TO gone"))
        yield
        with desk._engine.begin() as connection:
            connection.execute(text("ALTER TABLE gone RENAME TO leases"))
        return
    url = make_url(desk_url)
    server = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS false"))
        connection.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"),
            {"name": url.database},
        )
        yield
        connection.execute(text(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS true"))
    server.dispose()


def test_a_desk_that_does_not_answer_ends_the_jobs_only_when_the_lease_has_lapsed(
    desk: Desk, desk_url: str
) -> None:
    time, scheduler = Time(), Scheduler()
    with _led(desk, scheduler, time) as leader:
        with cut_off(desk, desk_url):
            threading.Event().wait(0.2)
            assert leader.leads
            time.now = NOW + LASTS + timedelta(seconds=1)
            assert scheduler.comes_to(run=False)
        assert scheduler.comes_to(run=True)


def test_a_server_that_became_read_only_ends_nothing_either(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> bool:
        raise InternalError(
            "UPDATE", {}, Exception("cannot execute UPDATE in a read-only transaction")
        )

    time, scheduler = Time(), Scheduler()
    with _led(desk, scheduler, time) as leader:
        with monkeypatch.context() as patch:
            patch.setattr(desk, "take_lease", refuse)
            threading.Event().wait(0.1)
            assert leader.leads
            time.now = NOW + LASTS + timedelta(seconds=1)
            assert scheduler.comes_to(run=False)
        assert scheduler.comes_to(run=True)


def test_a_process_that_ends_while_the_desk_is_away_ends_all_the_same(
    desk: Desk, desk_url: str
) -> None:
    scheduler = Scheduler()
    with cut_off(desk, desk_url), _led(desk, scheduler, Time()) as leader:
        assert not leader.leads
    with ExitStack() as ending:
        ending.enter_context(_led(desk, scheduler, Time()))
        assert scheduler.comes_to(run=True)
        with cut_off(desk, desk_url):
            ending.close()
            assert not scheduler.runs
