"""OpenID Connect: what is asked of a sign-in service, and what is believed of its answers.

Authorisation code flow with PKCE. Authlib's client talks to the service; how a token is proven is
said here, where it can be read. Authlib and requests are imported when somebody signs in so, and no
sooner: it takes most of a second.
"""

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal, cast
from urllib.parse import urlsplit

from queries.rights import NOTHING, Role, Scope

# Seconds to reach the service, and to wait for each answer: a thread waits with whoever signs in.
_PATIENCE = (3, 5)
# What the service says of itself is asked for again after this time.
_FRESH = timedelta(hours=1)
# Seconds by which the clock of the service may differ from ours.
_LEEWAY = 120
# Signatures by a key that only the service has. What it says that it can do besides, "none" for
# example, is not taken over.
_ALGORITHMS = (
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
)  # fmt: skip
# The width of their column in the desk.
_LONGEST_SUBJECT = 255


@dataclass(frozen=True)
class Grant:
    """What a group may do and whose figures it sees; with `agent_claim`, the name of what the
    service tells of everybody, each of its people is the agent with the key that is told there."""

    role: Role
    scope: Scope = NOTHING
    agent_claim: str | None = None


@dataclass(frozen=True)
class Service:
    """A sign-in service: `name` is on the button; of `groups` the first that somebody is in counts.
    `name_claim` and `groups_claim` are what it calls the name and the groups of a person."""

    name: str
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    groups: Mapping[str, Grant]
    groups_claim: str = "groups"
    name_claim: str = "preferred_username"
    scopes: tuple[str, ...] = ("openid", "profile")

    @property
    def claims(self) -> set[str]:
        """All that must be known of a person."""
        keys = {grant.agent_claim for grant in self.groups.values() if grant.agent_claim}
        mail = {"email", "email_verified"} if "email" in self.scopes else set()
        return {self.groups_claim, self.name_claim, *keys, *mail}


Why = Literal["away", "refused", "stale", "unproven", "no group", "no agent", "disabled"]


class NotVouchedError(Exception):
    """Nobody is signed in. `why` is told to the reader, `reason` to the log, which names nobody;
    `name` is who it was, where that is proven."""

    def __init__(self, why: Why, reason: str, name: str = "") -> None:
        self.why, self.reason, self.name = why, reason, name
        super().__init__(reason)


@dataclass(frozen=True)
class Attempt:
    """A sign-in that has begun in this browser: what the answer must hold, and where it leads."""

    state: str
    nonce: str
    verifier: str
    next: str

    @classmethod
    def fresh(cls, leads_to: str) -> "Attempt":
        """One whose words nobody can guess."""
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        return cls(state, nonce, verifier, leads_to)


@dataclass(frozen=True)
class _About:
    """What the service says of itself."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str
    secret_by: str


class Provider:
    """The service as it is talked to. What it says of itself is kept for a while."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._known: tuple[datetime, _About] | None = None

    def address(self, attempt: Attempt, back: str, now: datetime) -> str:
        """Where a browser signs in and is sent `back` from."""
        with _talking(), self._client(back) as client:
            about = self._about(client, now)
            address, _ = client.create_authorization_url(
                about.authorization_endpoint, state=attempt.state, nonce=attempt.nonce,
                code_verifier=attempt.verifier,
            )  # fmt: skip
        return cast(str, address)

    def claims(self, code: str, attempt: Attempt, back: str, now: datetime) -> Mapping[str, Any]:
        """What the service says of whoever has brought the code. Raises NotVouchedError where it
        says nothing that is proven."""
        if not code:
            raise NotVouchedError("unproven", "an answer without a code")
        with _talking(), self._client(back) as client:
            about = self._about(client, now)
            client.token_endpoint_auth_method = about.secret_by
            token = client.fetch_token(
                about.token_endpoint, code=code, code_verifier=attempt.verifier
            )
            keys = _object(client.get(about.jwks_uri, withhold_token=True)).get("keys")
            claims = _proven(token, keys, about.issuer, self._service.client_id, attempt.nonce, now)
            if about.userinfo_endpoint and not self._service.claims <= set(claims):
                # Some services tell the groups only when they are asked.
                bearer = {"Authorization": f"Bearer {token.get('access_token')}"}
                asked = client.get(about.userinfo_endpoint, withhold_token=True, headers=bearer)
                more = _object(asked)
                if more.get("sub") != claims["sub"]:
                    raise NotVouchedError("unproven", "what was told more is of somebody else")
                claims = {**more, **claims}
        return claims

    def _client(self, back: str) -> Any:
        """Authlib's OAuth2Session, to be closed."""
        from authlib.integrations.requests_client import OAuth2Session

        service = self._service
        return OAuth2Session(
            service.client_id, service.client_secret, scope=" ".join(service.scopes),
            redirect_uri=back, code_challenge_method="S256", default_timeout=_PATIENCE,
        )  # fmt: skip

    def _about(self, client: Any, now: datetime) -> _About:
        if self._known is None or not now - _FRESH < self._known[0] <= now:
            address = self._service.issuer.rstrip("/") + "/.well-known/openid-configuration"
            found = _object(client.get(address, withhold_token=True))
            # Whole or not at all: other threads read it meanwhile.
            self._known = now, _read(found, self._service.issuer)
        return self._known[1]


@contextmanager
def _talking() -> Iterator[None]:
    """What goes wrong between us and the service, as NotVouchedError. Its answers are not repeated,
    they hold names and tokens; where it is may be told."""
    from authlib.common.errors import AuthlibBaseError
    from joserfc.errors import JoseError
    from requests import RequestException

    try:
        yield
    except RequestException as error:
        raise NotVouchedError("away", f"{type(error).__name__}: {error}") from error
    except AuthlibBaseError as error:
        raise NotVouchedError("unproven", named(error.error)) from error
    except JoseError as error:
        claim = getattr(error, "claim", "")
        reason = f"a token with {type(error).__name__} {claim}".strip()
        raise NotVouchedError("unproven", reason) from error
    except ValueError as error:
        # Of the readers of tokens, keys and addresses, for what is none.
        raise NotVouchedError("unproven", f"unreadable: {type(error).__name__}") from error


def _object(answer: Any) -> dict[str, Any]:
    """The JSON object of an answer."""
    answer.raise_for_status()
    found = answer.json()
    if not isinstance(found, dict):
        raise NotVouchedError("unproven", "no JSON object")
    return found


def _read(found: Mapping[str, Any], issuer: str) -> _About:
    """What the service says of itself, if it is the one that was meant."""
    own = found.get("issuer")
    if not isinstance(own, str) or own.rstrip("/") != issuer.rstrip("/"):
        raise NotVouchedError("unproven", f"it says that its issuer is not {issuer}")
    needed = {
        name: _address(found.get(name), issuer)
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")
    }
    missing = [name for name, address in needed.items() if not address]
    if missing:
        raise NotVouchedError("unproven", f"it does not say its {' and '.join(missing)}")
    ways = found.get("token_endpoint_auth_methods_supported")
    posted = isinstance(ways, list) and "client_secret_basic" not in ways
    return _About(
        own, **needed, userinfo_endpoint=_address(found.get("userinfo_endpoint"), issuer),
        secret_by="client_secret_post" if posted else "client_secret_basic",
    )  # fmt: skip


def _address(value: object, issuer: str) -> str:
    """An address as well protected as the issuer itself, else nothing."""
    if not isinstance(value, str):
        return ""
    return value if urlsplit(value).scheme in ("https", urlsplit(issuer).scheme) else ""


def _proven(
    token: Mapping[str, Any], keys: object, issuer: str, client: str, nonce: str, now: datetime
) -> dict[str, Any]:
    """The claims of the ID token: signed by one of the keys, of this issuer for this client, in
    answer to this attempt, and not expired."""
    from authlib.oidc.core import CodeIDToken
    from joserfc import jwt
    from joserfc.jws import JWSRegistry

    given, access = token.get("id_token"), token.get("access_token")
    if not isinstance(given, str) or not isinstance(access, str):
        raise NotVouchedError("unproven", "an answer without tokens")
    known = JWSRegistry(algorithms=_ALGORITHMS, strict_check_header=False)
    decoded = jwt.decode(given, _key_set(keys), registry=known)
    claims = CodeIDToken(
        decoded.claims,
        decoded.header,
        {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": client}},
        {"nonce": nonce, "client_id": client, "access_token": access},
    )
    if not isinstance(claims.get("at_hash", ""), str):
        # Authlib would stumble over it.
        raise NotVouchedError("unproven", "a token whose at_hash is no text")
    claims.validate(int(now.timestamp()), _LEEWAY)
    if not is_key(claims["sub"]):
        raise NotVouchedError("unproven", "a subject that cannot be kept")
    return dict(claims)


def _key_set(keys: object) -> Any:
    """The keys of the service that are understood; it may have others."""
    from joserfc.errors import JoseError
    from joserfc.jwk import JWKRegistry, KeySet

    read = []
    for key in keys if isinstance(keys, list) else ():
        with suppress(JoseError, ValueError, KeyError, TypeError):
            read.append(JWKRegistry.import_key(key))
    return KeySet(read)


def is_key(value: object) -> bool:
    """Whether it names somebody, in a form that the desk can keep."""
    return (
        isinstance(value, str)
        and 0 < len(value.strip()) <= _LONGEST_SUBJECT
        and value.isprintable()
    )


def named(error: object) -> str:
    """The name of an error in an answer; what else stands there may name people or forge lines."""
    is_name = isinstance(error, str) and re.fullmatch(r"[a-z_]{1,40}", error)
    return f"error {error}" if is_name else "an error without a name"
