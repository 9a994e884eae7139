"""One process of several runs the jobs: the one that holds the lease in the desk.

Every serving process tries for the lease. Whoever has it runs the scheduler and renews the lease;
when that process ends, or falls silent for longer than the lease lasts, another one takes over.
What makes a job run once is not the lease but the slot that is claimed before each run, so two
schedulers for a moment, after a machine slept, are harmless.
"""

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack
from datetime import datetime, timedelta

from sqlalchemy.exc import InterfaceError, InternalError, OperationalError

from queries.desk import Desk

LOG = logging.getLogger("arrears.jobs")

SCHEDULE = "schedule"
LASTS = timedelta(seconds=45)
_RENEW_SECONDS = 10.0

# A desk that cannot be reached, whose connection broke, or whose server may only be read for now
# because another one takes its place. Anything else is a bug.
_AWAY = (OperationalError, InterfaceError, InternalError)

# Runs the jobs while it is entered.
Scheduling = Callable[[], AbstractContextManager[object]]


class Leadership:
    """Tries for the lease until it is stopped, and runs the jobs while it has it."""

    def __init__(
        self,
        desk: Desk,
        scheduling: Scheduling,
        clock: Callable[[], datetime],
        renew_seconds: float = _RENEW_SECONDS,
    ) -> None:
        self.holder = f"{socket.gethostname()} {os.getpid()} {secrets.token_hex(4)}"
        self._desk = desk
        self._scheduling = scheduling
        self._clock = clock
        self._renew_seconds = renew_seconds
        self._running: ExitStack | None = None
        self._until: datetime | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._keep_trying, name="leadership", daemon=True)

    @property
    def leads(self) -> bool:
        """Whether this process runs the jobs."""
        return self._running is not None

    def __enter__(self) -> "Leadership":
        self._try()
        if not self.leads:
            LOG.info("Another process runs the jobs; this one takes over when that one ends")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Lets a running job finish, then gives the lease back."""
        self._stopping.set()
        self._thread.join()
        if self.leads:
            self._end()
            self._give_back()

    def _keep_trying(self) -> None:
        while not self._stopping.wait(self._renew_seconds):
            self._try()

    def _try(self) -> None:
        held = self._held(self._clock())
        if held and not self.leads:
            running = ExitStack()
            running.enter_context(self._scheduling())
            self._running = running
        elif not held and self.leads:
            LOG.warning("Another process has taken over the jobs")
            self._end()

    def _held(self, now: datetime) -> bool:
        until = now + LASTS
        try:
            held = self._desk.take_lease(SCHEDULE, self.holder, now, until)
        except _AWAY as error:
            # A desk that cannot be reached for a moment ends nothing; the lease lapses by itself.
            LOG.warning("The desk does not answer: %s", error.orig)
            return self._until is not None and now < self._until
        self._until = until if held else None
        return held

    def _give_back(self) -> None:
        try:
            self._desk.give_lease_back(SCHEDULE, self.holder)
        except _AWAY as error:
            LOG.warning("The desk does not answer, so the lease lapses by itself: %s", error.orig)

    def _end(self) -> None:
        if self._running is not None:
            self._running.close()
            self._running = None
