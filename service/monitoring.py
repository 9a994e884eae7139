"""Is the service ready, and how does it do: what /readyz and /metrics tell.

Both read what every process can see (the desk, the figures, the source), so it does not matter
which of several processes answers. Words name no people and no addresses: whoever looks at a
monitor need not be somebody who may see those; the log has what the source or desk said.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionError

from dashboard.monitoring import Check
from queries import Answers, Freshness, UserError
from queries.desk import Counts, Desk
from queries.source import reach
from service.leadership import SCHEDULE
from service.metrics import Now, Requests, exposition
from service.probing import Probe, Silence
from service.settings import Settings

LOG = logging.getLogger("arrears.monitoring")

# A source is somebody else's database: a connection every half minute is no burden to it.
_SOURCE_SECONDS = 30.0
_DESK_SECONDS = 5.0
# A refresh may wait for another one; after three intervals (an hour at least) it is overdue.
_INTERVALS = 3
_AT_LEAST = timedelta(hours=1)


class Monitoring:
    """The monitor of one process; implements dashboard.monitoring.Monitor."""

    def __init__(
        self, settings: Settings, answers: Answers, desk: Desk, clock: Callable[[], datetime]
    ) -> None:
        self._settings, self._answers, self._desk, self._clock = settings, answers, desk, clock
        self._source_probe = Probe("source", self._reach_source, _SOURCE_SECONDS)
        self._desk_probe = Probe("desk", self._count_desk, _DESK_SECONDS)
        self._silent: set[str] = set()
        self._requests = Requests()

    def answered(self, route: str, status: int, seconds: float) -> None:
        self._requests.answered(route, status, seconds)

    def checks(self) -> Sequence[Check]:
        self._source_probe.begin()
        self._desk_probe.begin()
        now = self._clock()
        counts = self._desk_probe.seen()
        return [
            _source(self._source_probe.seen()),
            _figures(self._freshness(now), self._settings),
            _desk(counts),
            _jobs(counts, now, timedelta(minutes=self._settings.schedule.refresh_minutes)),
        ]

    def metrics(self, accept: str) -> tuple[bytes, str]:
        checks = self.checks()
        counts, now = self._desk_probe.seen(), self._clock()
        state = Now(
            moment=now,
            source_zone=self._settings.figures.source_zone,
            freshness=self._freshness(now),
            counts=counts if isinstance(counts, Counts) else None,
            checks={check.name: check.ok for check in checks},
        )
        return exposition(state, self._requests, accept)

    def _freshness(self, now: datetime) -> Freshness | None:
        try:
            return self._answers.freshness(now)
        except UserError:
            return None

    def _reach_source(self) -> bool:
        try:
            reach(self._settings.source_spec())
        except UserError as error:
            self._tell_once("source", error.given)
            return False
        self._silent.discard("source")
        return True

    def _count_desk(self) -> Counts | None:
        try:
            counts = self._desk.counts(SCHEDULE)
        except (DBAPIError, NoConnectionError) as error:
            self._tell_once("desk", f"The desk does not answer: {error}")
            return None
        self._silent.discard("desk")
        return counts

    def _tell_once(self, name: str, told: str) -> None:
        """Once for each outage: who asks every few seconds must not fill the log."""
        if name not in self._silent:
            self._silent.add(name)
            LOG.warning("%s", told)


def _source(seen: bool | Silence) -> Check:
    if isinstance(seen, Silence):
        return Check("source", False, _silence(seen))
    return Check("source", seen, "answers" if seen else "cannot be opened; the log says why")


def _desk(seen: Counts | Silence | None) -> Check:
    if isinstance(seen, Silence):
        return Check("desk", False, _silence(seen))
    told = "answers" if seen is not None else "does not answer; the log says why"
    return Check("desk", seen is not None, told)


def _silence(silence: Silence) -> str:
    return f"has not answered for {silence.seconds:.0f} seconds"


def _figures(fresh: Freshness | None, settings: Settings) -> Check:
    if fresh is None:
        return Check("figures", False, "there are none yet; run `arrears refresh`")
    told = f"generation {fresh.generation}, as of {fresh.as_of}"
    if settings.figures.complete_until is not None:
        # It was complete when it was made, however long ago that is.
        return Check("figures", True, f"{told}, a historic extract")
    if fresh.stale:
        hours = settings.figures.stale_after_hours
        return Check("figures", False, f"{told}, stale: nothing newer for {hours} hours")
    return Check("figures", True, told)


def _jobs(seen: Counts | Silence | None, now: datetime, interval: timedelta) -> Check:
    """Alive: a process holds the schedule, or none has given it up and refreshes go on by hand or
    by a crontab; and the last refresh is not overdue."""
    if not isinstance(seen, Counts):
        return Check("jobs", False, "not known: the desk does not answer")
    lease, last = seen.lease, seen.started.get("refresh")
    if lease is not None and lease.until < now:
        return Check(
            "jobs", False, f"the process that ran them is silent since {lease.until:%FT%TZ}"
        )
    overdue = now - max(_INTERVALS * interval, _AT_LEAST)
    if last is None:
        held = lease is not None
        return Check("jobs", held, "scheduled; no refresh yet" if held else "nobody runs them")
    if last.outcome != "running" and last.started_at < overdue:
        return Check("jobs", False, f"no refresh has begun since {last.started_at:%FT%TZ}")
    who = "scheduled" if lease is not None else "by hand"
    return Check(
        "jobs", True, f"{who}; last refresh {last.outcome}, begun {last.started_at:%FT%TZ}"
    )
