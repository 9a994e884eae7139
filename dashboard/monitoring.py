"""What those who keep the service running ask of it: is it ready, and how does it do.

The answers are handed in, because jobs, source and desk belong to rooms that pages do not know.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from flask import Flask, Response, request


@dataclass(frozen=True)
class Check:
    """One thing that must hold, and what is so in words that name neither people nor places."""

    name: str
    ok: bool
    words: str


class Monitor(Protocol):
    """Implemented where source, desk and jobs are wired; the pages work without it."""

    def checks(self) -> Sequence[Check]:
        """What must hold for the service to be ready. Answers within seconds, whatever hangs."""

    def answered(self, route: str, status: int, seconds: float) -> None:
        """Notes a request that was answered; `route` is the pattern, not the address."""

    def metrics(self, accept: str) -> tuple[bytes, str]:
        """All metrics in the form that an `Accept` header asks for, and its content type."""


def add_monitoring(server: Flask, monitor: Monitor) -> None:
    """/readyz: 200 or 503, with every check; /metrics: for Prometheus."""

    @server.get("/readyz")
    def readyz() -> tuple[dict[str, Any], int]:
        checks = monitor.checks()
        ready = all(check.ok for check in checks)
        told = {
            check.name: {"status": "ok" if check.ok else "failed", "words": check.words}
            for check in checks
        }
        return {"status": "ready" if ready else "not ready", "checks": told}, 200 if ready else 503

    @server.get("/metrics")
    def metrics() -> Response:
        body, kind = monitor.metrics(request.headers.get("Accept", ""))
        return Response(body, content_type=kind)
