"""Each request by an id of its own, in the answer and in the log, and by how long it took.

The id of a proxy in front is taken over, so that one word finds a request in both logs.
"""

import logging
import re
import secrets
import time

from flask import Flask, Response, g, has_request_context, request

from dashboard.monitoring import Monitor

ID_HEADER = "X-Request-ID"

log = logging.getLogger("arrears.requests")

# What is longer or holds anything else could forge a line of a log.
_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")
# A page that takes longer than this is worth a line.
_SLOW_SECONDS = 5.0
# Addresses that lead nowhere are one route: anybody can make up any number of them.
NOWHERE = "none"


def current_id() -> str | None:
    """The id of the request that this thread answers, or None outside of requests."""
    return g.get("request_id") if has_request_context() else None


def watch_requests(server: Flask, monitor: Monitor | None) -> None:
    """Gives each request its id, tells the monitor how each one went, and logs what failed or was
    slow: by its route, never by its address, which may name people."""

    @server.before_request
    def begin() -> None:
        given = request.headers.get(ID_HEADER, "")
        g.request_id = given if _SANE.fullmatch(given) else secrets.token_hex(8)
        g.began = time.perf_counter()

    @server.after_request
    def end(response: Response) -> Response:
        if "began" not in g:
            # Something before `begin` failed: the answer must come out all the same.
            return response
        response.headers[ID_HEADER] = g.request_id
        seconds = time.perf_counter() - g.began
        route = request.url_rule.rule if request.url_rule else NOWHERE
        if monitor is not None:
            monitor.answered(route, response.status_code, seconds)
        if response.status_code >= 500 and route != "/readyz":
            log.error("%s %s failed with %d", request.method, route, response.status_code)
        elif seconds > _SLOW_SECONDS:
            log.warning("%s %s took %.1f s", request.method, route, seconds)
        return response
