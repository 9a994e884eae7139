"""Answers of a sign-in service that must not be believed, or that never come: nobody is signed in,
and the form says so. The provider is one of our own that says whatever a test wants it to."""

import base64
import hmac
import json
import socket
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient
from joserfc.jwk import ECKey, OctKey, RSAKey
from werkzeug.test import TestResponse

from dashboard import openid
from dashboard.locales import COOKIE as LANGUAGE
from queries.desk import Desk
from tests.dashboard.providers import (
    ACCESS,
    CLIENT,
    NOW,
    SECRET,
    House,
    Told,
    asked_of,
    challenge,
    desk_of,
    empty_desk,
    refused,
    told,
)

AT = int(NOW.timestamp())
UNPROVEN = "The answer of Example ID could not be verified. Try again."
AWAY = "Example ID cannot be reached. Try again in a moment."
_KEY = RSAKey.generate_key(2048, {"kid": "1"})
_STRANGE_KEY = RSAKey.generate_key(2048, {"kid": "1"})


@pytest.fixture(scope="module")
def running() -> Iterator[Told]:
    with told() as provider:
        yield provider


@pytest.fixture
def provider(running: Told) -> Told:
    """As it is when it tells nothing yet."""
    vars(running).update(vars(Told(running.issuer, key=_KEY)))
    return running


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    folder = tmp_path_factory.mktemp("desk")
    with desk_of(empty_desk(folder / "empty.db"), folder / "desk.db") as opened:
        yield opened


@pytest.fixture
def house(desk: Desk, provider: Told) -> House:
    return House(desk, provider.issuer)


def back(client: FlaskClient, attempt: dict[str, str], code: str = "a-code") -> TestResponse:
    return client.get("/sign-in/back", query_string={"state": attempt["state"], "code": code})


def encoded(part: bytes) -> str:
    return base64.urlsafe_b64encode(part).decode().rstrip("=")


def tampered(token: str) -> str:
    """With other claims under the same signature."""
    head, body, signature = token.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    claims["groups"] = ["desk-admins"]
    return f"{head}.{encoded(json.dumps(claims).encode())}.{signature}"


def unsigned(token: str) -> str:
    return f"{headed('none', token)}."


def by_the_public_key(told: Told, token: str) -> str:
    """What everybody can read, taken for a secret that both know."""
    assert told.key is not None
    signed = headed("HS256", token)
    mark = hmac.digest(told.key.as_pem(private=False), signed.encode(), "sha256")
    return f"{signed}.{encoded(mark)}"


def headed(alg: str, token: str) -> str:
    head = json.dumps({"alg": alg, "kid": "1"}).encode()
    return f"{encoded(head)}.{token.split('.')[1]}"


Forge = Callable[[Told, dict[str, object]], str | None]
FORGED: dict[str, Forge] = {
    "no token": lambda told, claims: None,
    "no words": lambda told, claims: "",
    "garbage": lambda told, claims: "a.b.c",
    "unsigned": lambda told, claims: unsigned(told.signed(claims)),
    "other claims": lambda told, claims: tampered(told.signed(claims)),
    "another key": lambda told, claims: told.signed(claims, _STRANGE_KEY),
    "our secret": lambda told, claims: told.signed(claims, OctKey.import_key(SECRET * 2), "HS256"),
    "our key": lambda told, claims: by_the_public_key(told, told.signed(claims)),
    "expired": lambda told, claims: told.signed({**claims, "exp": AT - 121}),
    "never expires": lambda told, claims: told.signed({**claims, "exp": "never"}),
    "of tomorrow": lambda told, claims: told.signed({**claims, "iat": AT + 121}),
    "not yet": lambda told, claims: told.signed({**claims, "nbf": AT + 121}),
    "another issuer": lambda told, claims: told.signed({**claims, "iss": "https://evil.example"}),
    "another audience": lambda told, claims: told.signed({**claims, "aud": "another-client"}),
    "another audience of ours": lambda told, claims: told.signed(
        {**claims, "aud": "another-client", "azp": CLIENT}
    ),
    "many audiences": lambda told, claims: told.signed({**claims, "aud": [CLIENT, "another"]}),
    "for another": lambda told, claims: told.signed({**claims, "azp": "another-client"}),
    "another nonce": lambda told, claims: told.signed({**claims, "nonce": "of-another-attempt"}),
    "another access token": lambda told, claims: told.signed({**claims, "at_hash": "x" * 22}),
    "a hash of no form": lambda told, claims: told.signed({**claims, "at_hash": {"a": 1}}),
    "no subject": lambda told, claims: told.signed({**claims, "sub": ""}),
    "a list of subjects": lambda told, claims: told.signed({**claims, "sub": ["s-told"]}),
    "a subject without end": lambda told, claims: told.signed({**claims, "sub": "s" * 256}),
    "a subject in ink": lambda told, claims: told.signed({**claims, "sub": "s\x00told"}),
    **{
        f"without {name}": lambda told, claims, name=name: told.signed(  # type: ignore[misc]
            {key: value for key, value in claims.items() if key != name}
        )
        for name in ("iss", "sub", "aud", "exp", "iat", "nonce")
    },
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED.keys())
def test_a_token_that_is_not_proven_signs_nobody_in(
    house: House, provider: Told, forge: Forge, caplog: pytest.LogCaptureFixture
) -> None:
    # Whatever it says that it can do.
    provider.about["id_token_signing_alg_values_supported"] = ["none", "HS256", "RS256"]
    client, before = house.browser(), house.names()
    attempt = asked_of(client)
    provider.tells(forge(provider, provider.claims(attempt["nonce"])))
    assert refused(back(client, attempt)) == UNPROVEN
    assert house.person(client) is None
    assert house.names() == before
    assert "Nobody is signed in with Example ID" in caplog.text
    for word in ("s-told", "Told", ACCESS, SECRET, "eyJ"):
        assert word not in caplog.text


def test_an_honest_token_signs_in(house: House, provider: Told) -> None:
    """Or the tokens above would prove nothing. A clock may be two minutes off."""
    for changed in ({}, {"exp": AT - 119, "iat": AT + 119}, {"aud": [CLIENT]}, {"azp": CLIENT}):
        client = house.browser()
        attempt = asked_of(client)
        provider.tells(provider.signed(provider.claims(attempt["nonce"], **changed)))
        assert back(client, attempt).status_code == 302
        person = house.person(client)
        assert person is not None
        assert (person.name, person.role) == ("Told", "manager")


def test_the_code_is_bound_to_the_browser_that_asked_for_it(house: House, provider: Told) -> None:
    client = house.browser()
    attempt = asked_of(client)
    assert attempt["code_challenge_method"] == "S256"
    assert attempt["response_type"] == "code"
    assert attempt["scope"] == "openid profile"
    assert attempt["redirect_uri"] == "http://localhost/sign-in/back"
    provider.tells(provider.signed(provider.claims(attempt["nonce"])))
    back(client, attempt)
    (sent,) = provider.asked
    assert challenge(sent["code_verifier"]) == attempt["code_challenge"]
    assert (sent["code"], sent["grant_type"]) == ("a-code", "authorization_code")
    assert sent["redirect_uri"] == attempt["redirect_uri"]
    assert base64.b64decode(sent["by"].removeprefix("Basic ")).decode() == f"{CLIENT}:{SECRET}"
    again = asked_of(house.browser())
    for name in ("state", "nonce", "code_challenge"):
        assert again[name] != attempt[name]


def test_the_way_back_is_the_address_that_people_see(house: House, provider: Told) -> None:
    """As a proxy in front tells it."""
    client = house.browser()
    start = client.get("/sign-in/elsewhere", base_url="https://desk.example")
    asked = dict(parse_qsl(urlsplit(start.location).query))
    assert asked["redirect_uri"] == "https://desk.example/sign-in/back"


def test_the_secret_goes_the_way_that_the_service_knows(house: House, provider: Told) -> None:
    provider.about["token_endpoint_auth_methods_supported"] = ["client_secret_post"]
    client = house.browser()
    attempt = asked_of(client)
    back(client, attempt)
    (sent,) = provider.asked
    assert (sent["client_id"], sent["client_secret"], sent["by"]) == (CLIENT, SECRET, "")


def test_an_answer_without_a_code_asks_nobody(house: House, provider: Told) -> None:
    client = house.browser()
    attempt = asked_of(client)
    assert refused(back(client, attempt, code="")) == UNPROVEN
    # An attempt that has failed is over, too.
    assert "is over" in refused(back(client, attempt))
    assert provider.asked == []


@pytest.mark.parametrize(
    ("status", "answer", "told_status", "text"),
    [
        (400, {"error": "invalid_grant", "error_description": "of Told"}, 403, UNPROVEN),
        (401, {"error": "invalid_client"}, 403, UNPROVEN),
        (200, {"error": ["x"]}, 403, UNPROVEN),
        (200, [], 403, UNPROVEN),
        (200, "<html>Told</html>", 403, UNPROVEN),
        (429, "<html>Told</html>", 503, AWAY),
        (500, {"error": "server_error"}, 503, AWAY),
        (200, {"id_token": "a.b.c"}, 403, UNPROVEN),
        (200, {"access_token": {"a": 1}, "id_token": 7, "expires_in": "x"}, 403, UNPROVEN),
    ],
)
def test_an_answer_that_is_none_is_told(
    house: House, provider: Told, caplog: pytest.LogCaptureFixture,
    status: int, answer: Any, told_status: int, text: str,
) -> None:  # fmt: skip
    client = house.browser()
    attempt = asked_of(client, "/recovery")
    provider.token, provider.status = answer, status
    page = back(client, attempt)
    assert refused(page, told_status) == text
    # Who tries again gets where they wanted to.
    assert 'href="/sign-in/elsewhere?next=/recovery"' in page.get_data(as_text=True)
    assert house.person(client) is None
    assert "Told" not in caplog.text
    assert "Traceback" not in page.get_data(as_text=True)


@pytest.mark.parametrize(
    "about",
    [
        {"issuer": "https://evil.example"},
        {"issuer": None},
        {"authorization_endpoint": None},
        {"token_endpoint": "javascript:alert(1)"},
        {"jwks_uri": ["x"]},
        {"jwks_uri": "http://[x"},
    ],
)
def test_a_service_that_is_not_what_it_should_be_is_not_gone_to(
    house: House, provider: Told, about: dict[str, object]
) -> None:
    provider.about = about
    assert refused(house.browser().get("/sign-in/elsewhere?next=/teams")) == UNPROVEN
    # Once it is, nobody needs to start anything anew.
    provider.about = {}
    asked_of(house.browser())


def test_what_the_service_says_of_itself_is_asked_once_an_hour(
    house: House, provider: Told
) -> None:
    asked_of(house.browser())
    provider.about = {"issuer": "https://evil.example"}
    house.moment += timedelta(minutes=59)
    asked_of(house.browser())
    house.moment += timedelta(minutes=1)
    assert refused(house.browser().get("/sign-in/elsewhere")) == UNPROVEN


def test_new_keys_are_taken_and_strange_ones_left(house: House, provider: Told) -> None:
    provider.other_keys = [
        7, {}, {"kty": "AKP", "kid": "1"}, {"kty": "EC", "crv": "x", "x": "a", "y": "b"},
        {"kty": "RSA", "n": "!", "e": "AQAB"},
    ]  # fmt: skip
    for key, alg in ((_STRANGE_KEY, "RS256"), (ECKey.generate_key("P-256", {"kid": "1"}), "ES256")):
        provider.key = key  # type: ignore[assignment]
        client = house.browser()
        attempt = asked_of(client)
        provider.tells(provider.signed(provider.claims(attempt["nonce"]), alg=alg))
        assert back(client, attempt).status_code == 302


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ({"sub": "s-told", "groups": ["leads"]}, 302),
        # What is signed is not overruled.
        ({"sub": "s-told", "groups": ["leads"], "iss": "x", "preferred_username": "Eve"}, 302),
        ({"sub": "s-another", "groups": ["leads"]}, 403),
        ({"groups": ["leads"]}, 403),
        ([], 403),
        ("<html>", 503),
        ({"sub": "s-told"}, 403),
    ],
)
def test_groups_may_be_told_when_the_service_is_asked_for_the_person(
    house: House, provider: Told, person: object, status: int
) -> None:
    provider.about["userinfo_endpoint"] = f"{provider.issuer}/person"
    provider.person = person
    client = house.browser()
    attempt = asked_of(client)
    provider.tells(provider.signed(provider.claims(attempt["nonce"], groups=None)))
    assert back(client, attempt).status_code == status
    signed_in = house.person(client)
    assert (signed_in is not None) == (status == 302)
    if signed_in is not None:
        assert (signed_in.name, signed_in.role) == ("Told", "lead")


@pytest.fixture
def silent() -> Iterator[str]:
    """An address where somebody listens and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def test_a_service_that_is_down_keeps_nobody_from_the_form(
    desk: Desk, silent: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(openid, "_PATIENCE", (0.2, 0.2))
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{unused.getsockname()[1]}"
        for issuer in (nobody, silent):
            house = House(desk, issuer)
            client = house.browser()
            assert client.get("/sign-in").status_code == 200
            client.set_cookie(LANGUAGE, "zh-Hans")
            page = client.get("/sign-in/elsewhere?next=/teams")
            assert refused(page, 503) == "无法连接 Example ID，请稍后再试。"
            assert 'href="/sign-in/elsewhere?next=/teams"' in page.get_data(as_text=True)
    assert "ConnectionError" in caplog.text
    assert "Timeout" in caplog.text


def test_a_service_that_goes_down_meanwhile_signs_nobody_in(
    house: House, provider: Told, silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(openid, "_PATIENCE", (0.2, 0.2))
    for part in ("token_endpoint", "jwks_uri", "userinfo_endpoint"):
        provider.about = {part: silent}
        fresh = House(house.desk, provider.issuer)
        client = fresh.browser()
        attempt = asked_of(client)
        provider.tells(provider.signed(provider.claims(attempt["nonce"], groups=None)))
        assert refused(back(client, attempt), 503) == AWAY
        assert fresh.person(client) is None
