"""Who is behind a request. Everything is closed but what is listed here as open.

What a person may do is said by queries/rights.py; whose figures they see by their scope, which the
answers themselves keep.
"""

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast
from urllib.parse import urlencode, urlsplit

from flask import Flask, Response, g, redirect, request, session
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf

from queries.desk import Desk
from queries.desk.signing import Limits
from queries.errors import DeskAwayError
from queries.rights import NOBODY, Person

SIGN_IN = "/sign-in"
# Leads to the page with which a person begins (dashboard/views.py).
START = "/start"

_SUITE = "<string:package_name>/<path:fingerprinted_path>"
# By the name of the endpoint: what is seen before anybody has signed in. It holds no figure.
OPEN = frozenset({
    "sign_in", "sign_in_elsewhere", "back_from_elsewhere", "healthz", "readyz", "metrics",
    # Behind links in letters, which prove themselves.
    "unsubscribe", "unsubscribe_now",
    # Scripts, styles and pictures of the program, the same for everybody.
    "_dash_assets.static", f"/_dash-component-suites/{_SUITE}", "/_favicon.ico",
})  # fmt: skip

COOKIE = "arrears_session"
# Read by the pages' own script, which sends it back with every question.
CSRF_COOKIE = "_csrf_token"
_WORD = "word"
log = logging.getLogger(__name__)
_KEY = "session key"


@dataclass(frozen=True)
class Gate:
    """Knows people by the desk they have accounts in, or takes everybody for one person."""

    people: Desk | Person
    now: Callable[[], datetime]
    limits: Limits = field(default_factory=Limits)

    @property
    def knows_people(self) -> bool:
        """Whether people sign in."""
        return isinstance(self.people, Desk)

    @property
    def desk(self) -> Desk:
        """The desk of the accounts; only where there are any."""
        assert isinstance(self.people, Desk)
        return self.people

    def person(self) -> Person:
        """Who is behind the current request; nobody where the gate has let nobody in."""
        return cast(Person, g.get("person") or NOBODY)

    def begin(self, word: str) -> None:
        """Gives the browser the word of a new session; nothing of an old one stays."""
        self.desk.forget_sessions(self.now(), self.limits)
        session.clear()
        session[_WORD] = word

    def end(self, *, everywhere: bool = False) -> None:
        """Ends the session of the browser, or all sessions of its person."""
        origin = request.remote_addr or ""
        self.desk.sign_out(session.get(_WORD, ""), self.now(), origin, everywhere=everywhere)
        session.clear()

    def guard(self, server: Flask, *, secure: bool) -> None:
        """Lets in who is signed in, and asks all others to sign in. `secure`: pages come by https,
        and cookies never travel without it."""
        if isinstance(self.people, Person):
            server.before_request(self._everybody)
            return
        server.secret_key = self.people.secret(_KEY, secrets.token_urlsafe(48))
        server.config.update(
            SESSION_COOKIE_NAME=COOKIE,
            SESSION_COOKIE_HTTPONLY=True,
            SESSION_COOKIE_SAMESITE="Lax",
            SESSION_COOKIE_SECURE=secure,
            # A token is as old as its session.
            WTF_CSRF_TIME_LIMIT=None,
            # The token proves enough; some browsers and proxies leave the Referer out.
            WTF_CSRF_SSL_STRICT=False,
        )
        server.before_request(self._known)
        CSRFProtect(server)
        server.register_error_handler(CSRFError, _refused)
        server.register_error_handler(DeskAwayError, _no_desk)

        @server.after_request
        def with_token(response: Response) -> Response:
            if g.get("person") is not None and response.mimetype == "text/html":
                response.set_cookie(
                    CSRF_COOKIE, generate_csrf(), secure=secure, httponly=False, samesite="Strict"
                )
            return response

    def _everybody(self) -> None:
        g.person = self.people

    def _known(self) -> Response | None:
        if request.endpoint in OPEN:
            # Answered without the desk, so that a desk that is away does not look like a service
            # that is dead.
            return None
        g.person = self.desk.person(session.get(_WORD, ""), self.now(), self.limits)
        return None if g.person is not None else _asked_in()


def _asked_in() -> Response:
    """A reader is led to the sign-in and back; a script is told that nobody is signed in."""
    if request.method != "GET" or request.path.startswith(("/_", "/export/")):
        return Response("Sign in first.\n", 401, content_type="text/plain; charset=utf-8")
    address = inner(request.full_path.rstrip("?"))
    asked = f"{SIGN_IN}?{urlencode({'next': address})}" if address != "/" else SIGN_IN
    return cast(Response, redirect(asked))


def _refused(error: CSRFError) -> Response:
    """A write without the token of its session: from another site, or from before a sign-in."""
    text = "This page is too old or from elsewhere. Load it again.\n"
    return Response(text, 403, content_type="text/plain; charset=utf-8")


def _no_desk(error: DeskAwayError) -> Response:
    """Who somebody is, only the desk knows; nobody is let in while it does not answer."""
    log.error("The desk does not answer", exc_info=error)
    text = "The desk does not answer. Try again in a moment.\n"
    return Response(text, 503, content_type="text/plain; charset=utf-8")


def onward(address: str | None) -> str:
    """Where to go after signing in: the page that somebody was on the way to, else the one with
    which they begin."""
    wanted = inner(address)
    return START if wanted == "/" else wanted


def inner(address: str | None) -> str:
    """An address of this site to go on to; anything else becomes its start."""
    address = address or "/"
    try:
        parts = urlsplit(address)
    except ValueError:
        return "/"
    own = not parts.scheme and not parts.netloc and address.startswith("/")
    # "//host" and "/\host" lead elsewhere, as do characters that browsers leave out.
    clean = address[1:2] not in ("/", "\\") and address.isprintable() and " " not in address
    return address if own and clean and not address.startswith(SIGN_IN) else "/"
