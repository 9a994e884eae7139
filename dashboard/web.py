"""What the web server says around the pages: security headers, caching, compression, health."""

import base64
import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask, Response, request
from flask_compress import Compress

from queries.errors import UserError
from queries.figures import Freshness

YEAR = 365 * 24 * 3600


def hash_of(script: str) -> str:
    """The name by which a Content-Security-Policy allows one inline script."""
    digest = hashlib.sha256(script.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def policy(script_hashes: Sequence[str]) -> str:
    """The Content-Security-Policy: nothing from elsewhere, no inline script but the known ones.

    Styles stay open to inline ones: the components set them as attributes at run time.
    """
    rules = {
        "default-src": "'self'",
        "script-src": " ".join(["'self'", *script_hashes]),
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data: blob:",
        "font-src": "'self' data:",
        "connect-src": "'self'",
        "object-src": "'none'",
        "base-uri": "'self'",
        "form-action": "'self'",
        "frame-ancestors": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def dress(server: Flask, security_policy: str) -> None:
    """Adds compression, security headers and cache rules to everything the server sends."""
    server.config["COMPRESS_ALGORITHM"] = ["zstd", "br", "gzip"]
    server.config["COMPRESS_MIMETYPES"] = [
        "text/html", "text/css", "text/javascript", "application/javascript",
        "application/json", "image/svg+xml",
    ]  # fmt: skip
    Compress(server)

    @server.after_request
    def headers(response: Response) -> Response:
        # A file that is shown has a narrower one of its own.
        response.headers.setdefault("Content-Security-Policy", security_policy)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Frame-Options"] = "DENY"
        response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        response.headers["Cross-Origin-Opener-Policy"] = "same-origin"
        _cache(response)
        return response


def _cache(response: Response) -> None:
    """Files with a fingerprint in their address are kept for a year, figures never."""
    if request.path.startswith("/assets/"):
        # Dash names an asset by its time of change (?m=…), so a new file has a new address.
        kept = f"public, max-age={YEAR}, immutable" if "m" in request.args else "no-cache"
        response.headers["Cache-Control"] = kept
    elif not request.path.startswith("/_dash-component-suites/"):
        response.headers["Cache-Control"] = "no-store"


def add_health(server: Flask, freshness: Callable[[], Freshness]) -> None:
    """/healthz: the process answers; says in words how the figures are, without failing on it."""

    @server.get("/healthz")
    def healthz() -> dict[str, Any]:
        try:
            now = freshness()
        except UserError:
            return {"status": "ok", "figures": "none"}
        return {
            "status": "ok",
            "figures": "stale" if now.stale else "current",
            "generation": now.generation,
            "as_of": now.as_of.isoformat(),
        }
