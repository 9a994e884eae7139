"""Services that people sign in with, on this machine: the stranger's (a package) and one of our own
that says whatever a test wants it to say, also what no honest one would say."""

import base64
import hashlib
import re
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import pytest
import requests
from flask import Flask, request
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey
from joserfc.jws import JWSRegistry
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from dashboard import create_app
from dashboard.gate import Gate
from dashboard.openid import Grant, Service
from queries.desk import Desk, open_desk
from queries.rights import EVERYTHING, Person, Scope
from tests.dashboard.figures import Given

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
CLIENT, SECRET = "arrears", "a secret of the two"
ACCESS = "access-token-of-a-test"
GROUPS = {
    "desk-admins": Grant("administrator", EVERYTHING),
    "managers": Grant("manager", EVERYTHING),
    "north": Grant("manager", Scope("departments", ("North",))),
    "leads": Grant("lead", Scope("teams", ("T1",))),
    "collectors": Grant("agent", agent_claim="employee_number"),
}


@dataclass
class House:
    """A desk with pages over it, and the service whose people it lets in."""

    desk: Desk
    issuer: str
    groups: dict[str, Grant] = field(default_factory=lambda: GROUPS)
    moment: datetime = NOW
    scopes: tuple[str, ...] = ("openid", "profile")

    def __post_init__(self) -> None:
        self.gate = Gate(self.desk, lambda: self.moment)
        service = Service(
            "Example ID", self.issuer, CLIENT, SECRET, self.groups, scopes=self.scopes
        )
        self.app = create_app(Given(), gate=self.gate, service=service)  # type: ignore[arg-type]

    def browser(self) -> FlaskClient:
        return self.app.server.test_client()

    def person(self, client: FlaskClient) -> Person | None:
        """Who is signed in with this browser."""
        with client:
            inside = client.get("/").status_code == 200
            return self.gate.person() if inside else None

    def names(self) -> list[str]:
        return [one.person.name for one in self.desk.accounts()]


def empty_desk(path: Path) -> bytes:
    """A desk that nobody is known to yet, as a file: to make one takes longer than to copy it."""
    open_desk(f"sqlite:///{path}").close()
    return path.read_bytes()


@contextmanager
def desk_of(empty: bytes, path: Path) -> Iterator[Desk]:
    path.write_bytes(empty)
    desk = open_desk(f"sqlite:///{path}")
    yield desk
    desk.close()


def refused(answer: TestResponse, status: int = 403) -> str:
    """What the form tells whoever was not signed in."""
    assert answer.status_code == status
    page = answer.get_data(as_text=True)
    (told,) = re.findall(r'role="alert">([^<]+)<', page)
    assert 'action="/sign-in"' in page
    return str(told)


@dataclass(frozen=True)
class Stranger:
    """A provider that somebody else has written; whoever knows a subject can sign in as it."""

    issuer: str

    def knows(self, subject: str, **claims: object) -> None:
        address = f"{self.issuer}/users/{quote(subject)}"
        requests.put(address, json=claims, timeout=5).raise_for_status()

    def answer(self, client: FlaskClient, page: str, **form: str) -> str:
        """Begins a sign-in, fills in the form of the provider and tells where it sends back to."""
        start = client.get("/sign-in/elsewhere", query_string={"next": page})
        assert start.status_code == 302, start.get_data(as_text=True)
        there = requests.post(start.location, data=form, timeout=5, allow_redirects=False)
        assert there.status_code == 302, there.text
        return there.headers["Location"].removeprefix("http://localhost")

    def sign_in(self, client: FlaskClient, subject: str, page: str = "/") -> TestResponse:
        return client.get(self.answer(client, page, sub=subject))


@contextmanager
def stranger() -> Iterator[Stranger]:
    """The provider of the package oidc-provider-mock, whose tokens are of the time NOW."""
    with warnings.catch_warnings():
        # It uses what Authlib will no longer have some day.
        warnings.simplefilter("ignore")
        from authlib.oidc.core.grants import _legacy
        from oidc_provider_mock import run_server_in_thread
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")
        patch.setattr(_legacy, "time", SimpleNamespace(time=NOW.timestamp))
        with run_server_in_thread() as server:
            yield Stranger(f"http://127.0.0.1:{server.server_port}")


@dataclass
class Told:
    """A provider that tells what it is told to; `asked` is what its token endpoint was sent."""

    issuer: str = ""
    about: dict[str, object] = field(default_factory=dict)
    key: RSAKey | ECKey | None = None
    other_keys: list[object] = field(default_factory=list)
    token: object = None
    status: int = 200
    person: object = None
    asked: list[dict[str, str]] = field(default_factory=list)

    def metadata(self) -> dict[str, object]:
        own = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
        addresses = {name: f"{self.issuer}/{path}" for name, path in own.items()}
        return {"issuer": self.issuer, **addresses, **self.about}

    def claims(self, nonce: str, **changed: object) -> dict[str, object]:
        """Those of an honest token, but for what is changed; None leaves one out."""
        at = int(NOW.timestamp())
        honest = {
            "iss": self.issuer, "sub": "s-told", "aud": CLIENT, "iat": at, "exp": at + 300,
            "nonce": nonce, "preferred_username": "Told", "groups": ["managers"],
        }  # fmt: skip
        return {name: v for name, v in {**honest, **changed}.items() if v is not None}

    def signed(self, claims: dict[str, object], key: Any = None, alg: str = "RS256") -> str:
        known = JWSRegistry(algorithms=[alg])
        return jwt.encode({"alg": alg, "kid": "1"}, claims, key or self.key, registry=known)

    def tells(self, id_token: str | None) -> None:
        self.token = {"access_token": ACCESS, "token_type": "Bearer", "id_token": id_token}

    def app(self) -> Flask:
        server = Flask("told")

        @server.get("/.well-known/openid-configuration")
        def about() -> Any:
            return self.metadata()

        @server.get("/keys")
        def keys() -> Any:
            own = [self.key.as_dict(private=False)] if self.key else []
            return {"keys": [*self.other_keys, *own]}

        @server.post("/token")
        def token() -> Any:
            self.asked.append({**request.form, "by": request.headers.get("Authorization", "")})
            return self.token, self.status

        @server.get("/person")
        def person() -> Any:
            assert request.headers["Authorization"] == f"Bearer {ACCESS}"
            return self.person

        return server


@contextmanager
def told() -> Iterator[Told]:
    """A provider of our own, on a free port of this machine."""
    made = Told()
    server = make_server("127.0.0.1", 0, made.app(), threaded=True)
    made.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def asked_of(client: FlaskClient, page: str = "/") -> dict[str, str]:
    """What a browser that begins to sign in is sent to the provider with."""
    start = client.get("/sign-in/elsewhere", query_string={"next": page})
    assert start.status_code == 302, start.get_data(as_text=True)
    return dict(parse_qsl(urlsplit(start.location).query))


def challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
