"""Serving the pages, with the scheduler in the same process, until the process is told to stop."""

import logging
import signal
import socket
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, nullcontext
from datetime import datetime, timedelta
from importlib import import_module
from types import FrameType
from typing import Any
from zoneinfo import ZoneInfo

import waitress
from waitress import wasyncore
from waitress.server import BaseWSGIServer
from werkzeug.middleware.proxy_fix import ProxyFix

from dashboard import create_app
from dashboard.gate import Gate
from dashboard.openid import Grant, Service
from queries import Answers, UserError
from queries.desk import Desk, open_desk
from queries.desk.signing import Limits
from service.jobs import Job
from service.leadership import Leadership
from service.operations import Operations
from service.reporting import Reporting
from service.scheduler import build_scheduler
from service.settings import Settings
from service.sign_in_settings import OpenIdConnect
from service.users import require_own_people, welcome
from service.wiring import job_table, make_answers, make_house

Clock = Callable[[], datetime]

LOG = logging.getLogger("arrears")

_STOPPING = (signal.SIGTERM, signal.SIGINT)


def serve(
    settings: Settings, clock: Clock, *, with_jobs: bool = True, ready: Callable[[str], None]
) -> None:
    """Serves until SIGTERM or SIGINT, then lets a running job finish.

    `ready` is told the address as soon as pages can be opened. Raises UserError when the address
    is taken.
    """
    channels: dict[int, Any] = {}
    with ExitStack() as stack:
        desk = stack.enter_context(closing(open_desk(settings.desk.url)))
        require_own_people(settings, desk)
        jobs = job_table(settings, make_house(settings, desk, clock)) if with_jobs else ()
        answers = stack.enter_context(closing(make_answers(settings)))
        pages = make_pages(settings, answers, clock, desk, jobs)
        server = listen(settings, pages, channels)
        try:
            with _stopped_by_signals(), leading(settings, clock, desk, jobs):
                ready(f"http://{settings.server.host}:{settings.server.port}")
                # Ends by itself when a signal comes.
                server.run()
                LOG.info("Stopping")
        finally:
            # Where the jobs could not start the server has never run, and its threads still wait.
            server.task_dispatcher.shutdown()
            wasyncore.close_all(channels)


def make_pages(
    settings: Settings, answers: Answers, clock: Clock, desk: Desk, jobs: Sequence[Job]
) -> Any:
    """The WSGI application of the pages; `jobs` are those of this process."""
    # Here, because it must not be imported before several processes have agreed on where to count.
    from service.monitoring import Monitoring

    import_what_pages_look_into()
    lasting = settings.sign_in
    idle, absolute = (
        timedelta(minutes=lasting.idle_minutes),
        timedelta(hours=lasting.absolute_hours),
    )
    app = create_app(
        answers,
        gate=Gate(desk, clock, Limits(idle, absolute)),
        branding_name=settings.branding.name,
        accent=settings.branding.accent,
        default_locale=settings.locale,
        operations=Operations(desk, jobs, clock, settings),
        monitor=Monitoring(settings, answers, desk, clock),
        secure=bool(settings.server.proxies),
        hint=lambda: welcome(settings, desk),
        service=sign_in_service(lasting.openid) if lasting.openid else None,
        rules=settings.targets.rules(),
        ways=settings.alerts.ways(mail=settings.smtp.host is not None),
        reports=Reporting(settings, desk, answers),
    )
    server = app.server
    if settings.server.proxies:
        behind = settings.server.proxies
        server.wsgi_app = ProxyFix(server.wsgi_app, behind, behind, behind)
    return server


def sign_in_service(chosen: OpenIdConnect) -> Service:
    """The service that people can sign in with."""
    groups = {
        name: Grant(group.role, group.scope, group.agent_claim)
        for name, group in chosen.groups.items()
    }
    return Service(
        name=chosen.name,
        issuer=chosen.issuer,
        client_id=chosen.client_id,
        client_secret=chosen.client_secret.get_secret_value(),
        groups=groups,
        groups_claim=chosen.groups_claim,
        name_claim=chosen.name_claim,
        scopes=chosen.scopes,
    )


def import_what_pages_look_into() -> None:
    """Import what plotly looks into, on the way of each answer, as soon as anybody has begun to
    import it. Where the thread of a job or of the page Reports did, pages would fail meanwhile on
    modules that are half there."""
    for name in ("numpy", "PIL.Image"):
        import_module(name)


def listen(settings: Settings, application: Any, channels: dict[int, Any]) -> BaseWSGIServer:
    """A server that listens already; `run` answers. It keeps its open sockets in `channels`."""
    return waitress.create_server(
        application,
        map=channels,
        # Bound here: waitress leaves its own sockets open when an address is taken.
        sockets=[bound(settings)],
        threads=settings.server.threads,
        ident=None,  # nobody needs to know which server this is
        # Whom to believe is said once, to the application (server.proxies).
        clear_untrusted_proxy_headers=not settings.server.proxies,
    )


def bound(settings: Settings) -> socket.socket:
    """A socket that listens on the address of these settings. Raises UserError if it is taken."""
    chosen = settings.server
    family = socket.AF_INET6 if ":" in chosen.host else socket.AF_INET
    try:
        return socket.create_server((chosen.host, chosen.port), family=family)
    except OSError as error:
        raise UserError(
            f"Nothing can listen on {chosen.host}:{chosen.port}: {error}",
            "an address of this machine and a port that is free",
            "stop the other program, or choose: ARREARS_SERVER__PORT=8051",
        ) from error


def leading(
    settings: Settings, clock: Clock, desk: Desk, jobs: Sequence[Job]
) -> AbstractContextManager[object]:
    """Runs the jobs meanwhile, unless another process does, and takes over when that one ends."""
    if not jobs:
        return nullcontext()
    return Leadership(desk, lambda: scheduled(settings, clock, desk, jobs), clock)


@contextmanager
def scheduled(settings: Settings, clock: Clock, desk: Desk, jobs: Sequence[Job]) -> Iterator[None]:
    """Runs the jobs meanwhile."""
    zone = ZoneInfo(settings.figures.business_zone)
    scheduler = build_scheduler(jobs, desk, clock, zone)
    scheduler.start()
    try:
        yield
    finally:
        # A job that runs is finished: what it has begun to send should be written down.
        scheduler.shutdown(wait=True)


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
