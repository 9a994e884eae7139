"""Serving the pages, with the scheduler in the same process, until the process is told to stop."""

import fcntl
import logging
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo

import waitress
from waitress import wasyncore
from waitress.server import BaseWSGIServer

from dashboard import create_app
from queries import UserError
from queries.desk import Desk, open_desk
from service.jobs import Job
from service.operations import Operations
from service.scheduler import build_scheduler
from service.settings import Settings
from service.wiring import job_table, make_answers, make_house

Clock = Callable[[], datetime]

LOG = logging.getLogger("arrears")

# Beside the figures: the processes that share a folder of figures share its jobs.
SCHEDULE_LOCK = ".scheduling"

_STOPPING = (signal.SIGTERM, signal.SIGINT)


def serve(
    settings: Settings, clock: Clock, *, with_jobs: bool = True, ready: Callable[[str], None]
) -> None:
    """Serves until SIGTERM or SIGINT, then lets a running job finish.

    `ready` is told the address as soon as pages can be opened. Raises UserError when the address
    is taken, or when another process already runs the jobs.
    """
    channels: dict[int, Any] = {}
    with closing(open_desk(settings.desk.url)) as desk:
        jobs = job_table(settings, make_house(settings, desk)) if with_jobs else ()
        pages = make_pages(settings, clock, Operations(desk, jobs, clock))
        server = listen(settings, pages, channels)
        try:
            with _stopped_by_signals(), scheduled(settings, clock, desk, jobs):
                ready(f"http://{settings.server.host}:{settings.server.port}")
                # Ends by itself when a signal comes.
                server.run()
                LOG.info("Stopping")
        finally:
            # Where the jobs could not start the server has never run, and its threads still wait.
            server.task_dispatcher.shutdown()
            wasyncore.close_all(channels)


def make_pages(settings: Settings, clock: Clock, operations: Operations) -> Any:
    """The WSGI application of the pages."""
    app = create_app(
        make_answers(settings),
        branding_name=settings.branding.name,
        accent=settings.branding.accent,
        default_locale=settings.locale,
        now=clock,
        operations=operations,
    )
    return app.server


def listen(settings: Settings, application: Any, channels: dict[int, Any]) -> BaseWSGIServer:
    """A server that listens already; `run` answers. It keeps its open sockets in `channels`."""
    chosen = settings.server
    family = socket.AF_INET6 if ":" in chosen.host else socket.AF_INET
    try:
        # Bound here: waitress leaves its own sockets open when an address is taken.
        listening = socket.create_server((chosen.host, chosen.port), family=family)
    except OSError as error:
        raise UserError(
            f"Nothing can listen on {chosen.host}:{chosen.port}: {error}",
            "an address of this machine and a port that is free",
            "stop the other program, or choose: ARREARS_SERVER__PORT=8051",
        ) from error
    return waitress.create_server(
        application,
        map=channels,
        sockets=[listening],
        threads=chosen.threads,
        ident=None,  # nobody needs to know which server this is
    )


@contextmanager
def scheduled(settings: Settings, clock: Clock, desk: Desk, jobs: Sequence[Job]) -> Iterator[None]:
    """Runs the jobs meanwhile; without any, another process may."""
    if not jobs:
        yield
        return
    with _only_scheduler(settings):
        zone = ZoneInfo(settings.figures.business_zone)
        scheduler = build_scheduler(jobs, desk, clock, zone)
        scheduler.start()
        try:
            yield
        finally:
            # A job that runs is finished: what it has begun to send should be written down.
            scheduler.shutdown(wait=True)


@contextmanager
def _only_scheduler(settings: Settings) -> Iterator[None]:
    """One process runs the jobs: a second one would declare the first one's runs abandoned."""
    folder = settings.store.folder
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / SCHEDULE_LOCK).open("a", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(
                f"Another process already runs the jobs for {folder}.",
                "one process that runs jobs",
                "add --no-jobs to serve pages only",
            ) from None
        yield


@contextmanager
def _stopped_by_signals() -> Iterator[None]:
    """SIGTERM and SIGINT end the serving like the end of work, not like an error."""

    def stop(number: int, frame: FrameType | None) -> None:
        # A second signal, while a job is still finishing, ends the process at once.
        for one in _STOPPING:
            signal.signal(one, signal.SIG_DFL)
        raise SystemExit

    before = [signal.signal(one, stop) for one in _STOPPING]
    try:
        yield
    finally:
        for one, handler in zip(_STOPPING, before, strict=True):
            signal.signal(one, handler)


def log_to_terminal() -> None:
    """What the running service has to say goes to the error stream, each line with its time."""
    logging.basicConfig(
        stream=sys.stderr,
        level=logging.INFO,
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
    )
    # Every wake-up and every query of the migrations would be a line.
    for noisy in ("apscheduler", "alembic", "waitress.queue", "fontTools", "matplotlib"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
