"""Serving the pages from several processes; the desk says which of them runs the jobs."""

import gc
import os
import socket
from collections.abc import Callable
from contextlib import ExitStack, closing
from importlib import import_module
from typing import Any

import duckdb
from gunicorn import glogging
from gunicorn.app.base import BaseApplication

from queries.desk import open_desk
from service import serving
from service.counting import CountsFolder
from service.serving import Clock
from service.settings import Settings
from service.users import require_own_people
from service.wiring import job_table, make_answers, make_house

# As prometheus-client reads it, once, when it is imported: so service/metrics.py comes later.
SHARED_FOLDER = "PROMETHEUS_MULTIPROC_DIR"

# A job that runs when the service is told to stop may finish within this time.
_GRACE_SECONDS = 120
# Longer than proxies and browsers keep a connection that rests (60 s mostly): whoever closes it
# first must be the one who would use it, or the next request fails. gunicorn's own 2 s are shorter.
_KEEP_SECONDS = 75


def serve(
    settings: Settings,
    clock: Clock,
    workers: int,
    *,
    with_jobs: bool = True,
    ready: Callable[[str], None],
) -> None:
    """Serves from `workers` processes until SIGTERM or SIGINT; one that dies is replaced.

    `ready` is told the address as soon as it listens. Raises UserError when the address is taken.
    """
    # Migrated once, before several processes would try.
    with closing(open_desk(settings.desk.url)) as desk:
        require_own_people(settings, desk)
    address = f"http://{settings.server.host}:{settings.server.port}"
    pages = _Workers(settings, clock, workers, with_jobs, ready=lambda: ready(address))
    pages.serve(serving.bound(settings))


class _Words(glogging.Logger):
    """gunicorn's own words go the way of all others: it would write them in a form of its own."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        self.error_log.handlers.clear()
        self.error_log.propagate = True


class _Workers(BaseApplication):
    """The pages as gunicorn asks for them. `load` runs in each process; what was imported before is
    shared by all."""

    def __init__(
        self,
        settings: Settings,
        clock: Clock,
        workers: int,
        with_jobs: bool,
        *,
        ready: Callable[[], None],
    ) -> None:
        self._settings, self._clock, self._with_jobs = settings, clock, with_jobs
        self._workers, self._ready = workers, ready
        self._held = ExitStack()
        super().__init__()

    def serve(self, listening: socket.socket) -> None:
        # The processes count their requests in files of one folder, so that each tells of all.
        self._counts = CountsFolder()
        os.environ[SHARED_FOLDER] = str(self._counts.path)
        import_module("service.monitoring")
        serving.import_what_pages_look_into()
        # From here on gunicorn owns the socket, and closes it.
        self.cfg.set("bind", f"fd://{listening.detach()}")
        # Importing DuckDB starts a thread for a connection that nobody uses. It would not live in
        # the children, and they would die of its absence when they end.
        duckdb.default_connection().close()
        # What is alive now stays: no collection of a child writes into the memory that all share.
        gc.collect()
        gc.freeze()
        self.run()

    def load_config(self) -> None:
        chosen = {
            "workers": self._workers,
            "worker_class": "gthread",
            "threads": self._settings.server.threads,
            "graceful_timeout": _GRACE_SECONDS,
            "keepalive": _KEEP_SECONDS,
            "loglevel": "warning",
            "proc_name": "arrears",
            "when_ready": lambda _: self._ready(),
            "worker_exit": lambda server, worker: self._held.close(),
            # Not a `with` around it all: the children would leave it too, and take the files away.
            "on_exit": lambda _: self._counts.remove(),
            "logger_class": _Words,
        }
        for name, value in chosen.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        settings, clock = self._settings, self._clock
        desk = self._held.enter_context(closing(open_desk(settings.desk.url)))
        jobs = job_table(settings, make_house(settings, desk, clock)) if self._with_jobs else ()
        answers = self._held.enter_context(closing(make_answers(settings)))
        pages = serving.make_pages(settings, answers, clock, desk, jobs)
        self._held.enter_context(serving.leading(settings, clock, desk, jobs))
        return pages
