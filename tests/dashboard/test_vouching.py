"""Signing in with a service elsewhere, against a provider that a stranger has written: people get
what their groups give, and nobody else gets in. Tokens that are none: test_vouching_refused.py."""

import ast
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import session

from dashboard import create_app
from dashboard.gate import COOKIE, START, Gate
from queries.desk import Desk
from queries.rights import EVERYTHING, Scope
from tests.dashboard.figures import Given
from tests.dashboard.providers import (
    GROUPS,
    NOW,
    SECRET,
    House,
    Stranger,
    asked_of,
    desk_of,
    empty_desk,
    refused,
    stranger,
)

ROOT = Path(__file__).parents[2]
# Of the stranger's provider.
pytestmark = pytest.mark.filterwarnings(
    "ignore::authlib.deprecate.AuthlibDeprecationWarning",
    "ignore:get_jwt_config:DeprecationWarning",
)


@pytest.fixture(scope="module")
def provider() -> Iterator[Stranger]:
    with stranger() as running:
        yield running


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return empty_desk(tmp_path_factory.mktemp("empty") / "desk.db")


@pytest.fixture
def desk(empty: bytes, tmp_path: Path) -> Iterator[Desk]:
    with desk_of(empty, tmp_path / "desk.db") as opened:
        yield opened


@pytest.fixture
def house(desk: Desk, provider: Stranger) -> House:
    return House(desk, provider.issuer)


@pytest.mark.parametrize(
    ("claims", "role", "scope"),
    [
        ({"groups": ["desk-admins"]}, "administrator", EVERYTHING),
        ({"groups": ["staff", "north"]}, "manager", Scope("departments", ("North",))),
        ({"groups": ["leads"]}, "lead", Scope("teams", ("T1",))),
        ({"groups": "leads"}, "lead", Scope("teams", ("T1",))),
        # The order of the configuration decides, not that of the service.
        ({"groups": ["leads", "managers"]}, "manager", EVERYTHING),
        ({"groups": ["collectors"], "employee_number": "A001"}, "agent", Scope("agent", ("A001",))),
        ({"groups": ["collectors"], "employee_number": 17}, "agent", Scope("agent", ("17",))),
    ],
)
def test_the_first_group_of_the_configuration_gives_role_and_scope(
    house: House, provider: Stranger, claims: dict[str, Any], role: str, scope: Scope
) -> None:
    provider.knows("s-ada", preferred_username="Ada Brandt", **claims)
    client = house.browser()
    answer = provider.sign_in(client, "s-ada", "/recovery?period=last_month")
    assert (answer.status_code, answer.location) == (302, "/recovery?period=last_month")
    person = house.person(client)
    assert person is not None
    assert (person.name, person.role, person.scope) == ("Ada Brandt", role, scope)
    assert not person.local
    done, *_ = house.desk.deeds()
    assert (done.who, done.what, done.origin) == ("Ada Brandt", "signed in", "127.0.0.1")


def test_another_order_of_the_groups_gives_another_role(desk: Desk, provider: Stranger) -> None:
    house = House(desk, provider.issuer, {"leads": GROUPS["leads"], "managers": GROUPS["managers"]})
    provider.knows("s-ada", preferred_username="Ada", groups=["managers", "leads"])
    client = house.browser()
    provider.sign_in(client, "s-ada")
    person = house.person(client)
    assert person is not None
    assert (person.role, person.scope) == ("lead", Scope("teams", ("T1",)))


IN_NONE = ([], ["staff"], ["Leads"], ["leads "], "", None, {"leads": True}, [["leads"]], [None])


def test_who_is_in_none_of_the_groups_is_refused_and_written_down(
    house: House, provider: Stranger, caplog: pytest.LogCaptureFixture
) -> None:
    for groups in IN_NONE:
        provider.knows("s-eve", preferred_username="Eve\x00\n" + "e" * 200, groups=groups)
        client = house.browser()
        told = refused(provider.sign_in(client, "s-eve"))
        assert told == "None of your groups at Example ID may look here. Ask your administrator."
        assert house.person(client) is None
    assert house.names() == []
    deeds = house.desk.deeds()
    assert len(deeds) == len(IN_NONE)
    for deed in deeds:
        assert (deed.who, deed.what, deed.origin) == ("", "sign-in refused", "127.0.0.1")
        assert deed.subject == "Eve " + "e" * 76
        assert deed.detail == "Example ID: a person in none of the groups"
    assert "Eve" not in caplog.text
    assert caplog.text.count("in none of the groups") == len(IN_NONE)


def test_an_agent_whose_key_is_not_told_sees_nothing(house: House, provider: Stranger) -> None:
    for key in (None, "", " ", True, ["A001"], "A\x00", "x" * 256):
        provider.knows("s-bo", preferred_username="Bo", groups=["collectors"], employee_number=key)
        client = house.browser()
        assert "does not say which agent" in refused(provider.sign_in(client, "s-bo"))
        assert house.person(client) is None
    assert {deed.subject for deed in house.desk.deeds()} == {"Bo"}
    assert house.names() == []


def test_people_are_told_apart_by_their_subject_whatever_they_are_called(
    house: House, provider: Stranger
) -> None:
    mail = {"email": "kim@example.org", "email_verified": True}
    house.desk.add_person(
        "Kim", "lead", Scope("teams", ("T2",)), password="four kites", by="test", now=NOW
    )
    for subject, group in (("s-1", "managers"), ("s-2", "leads")):
        provider.knows(subject, preferred_username="Kim", groups=[group], **mail)
    signed_in = []
    for subject in ("s-1", "s-2", "s-1"):
        client = house.browser()
        provider.sign_in(client, subject)
        person = house.person(client)
        assert person is not None
        signed_in.append((person.name, person.role))
    assert signed_in == [("Kim 2", "manager"), ("Kim 3", "lead"), ("Kim 2", "manager")]
    assert house.names() == ["Kim", "Kim 2", "Kim 3"]
    # The address goes to the first of them, and makes nobody somebody else.
    told = [one.mail for one in house.desk.accounts()]
    assert told == ["", "kim@example.org", ""]
    # What they do is written down by the name that only they have.
    by = [deed.who for deed in house.desk.deeds() if deed.what == "signed in"]
    assert by == ["Kim 2", "Kim 3", "Kim 2"]


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False}, {}, {"email_verified": "true"}, {"email_verified": 1},
        {"email": ["lin@example.org"], "email_verified": True},
        {"email": "lin@example.org, eve@example.org", "email_verified": True},
    ],
)  # fmt: skip
def test_an_address_that_is_not_verified_or_none_is_not_taken_over(
    house: House, provider: Stranger, claims: dict[str, object]
) -> None:
    said = {"email": "lin@example.org", **claims}
    provider.knows("s-lin", preferred_username="Lin", groups=["managers"], **said)
    assert provider.sign_in(house.browser(), "s-lin").status_code == 302
    assert house.desk.account("Lin").mail == ""


def test_a_person_with_another_name_or_group_is_still_the_same(
    house: House, provider: Stranger
) -> None:
    people = []
    for name, group in (("Ada Brandt", "leads"), ("Ada Okafor", "managers")):
        provider.knows("s-ada", preferred_username=name, groups=[group])
        client = house.browser()
        provider.sign_in(client, "s-ada")
        people.append(house.person(client))
    before, after = people
    assert before is not None
    assert after is not None
    assert (before.id, before.role) == (after.id, "lead")
    assert (after.name, after.role) == ("Ada Brandt", "manager")


def test_who_has_no_name_is_called_by_what_there_is(house: House, provider: Stranger) -> None:
    provider.knows("s-1", name="Lin", groups=["leads"])
    provider.knows("s-2", preferred_username=["x"], name=" \x00", groups=["leads"])
    for subject in ("s-1", "s-2"):
        assert provider.sign_in(house.browser(), subject).status_code == 302
    assert house.names() == ["Lin", "s-2"]


def test_who_is_disabled_here_is_refused(house: House, provider: Stranger) -> None:
    provider.knows("s-ada", preferred_username="Ada", groups=["leads"])
    provider.sign_in(house.browser(), "s-ada")
    house.desk.change_person("Ada", by="test", now=NOW, active=False)
    client = house.browser()
    assert "is disabled" in refused(provider.sign_in(client, "s-ada"))
    assert house.person(client) is None
    (deed, *_) = house.desk.deeds()
    assert (deed.what, deed.subject) == ("sign-in refused", "Ada")


def test_who_says_no_at_the_service_is_back_at_the_form(
    house: House, provider: Stranger, caplog: pytest.LogCaptureFixture
) -> None:
    client = house.browser()
    answer = client.get(provider.answer(client, "/recovery", action="deny"))
    assert refused(answer) == "Example ID has not signed you in."
    assert house.person(client) is None
    assert "error access_denied" in caplog.text


STALE = "This sign-in is over or began elsewhere. Begin again."


def test_an_answer_is_worth_something_once_and_in_the_browser_that_asked(
    house: House, provider: Stranger
) -> None:
    provider.knows("s-ada", preferred_username="Ada", groups=["leads"])
    client, other = house.browser(), house.browser()
    address = provider.answer(client, "/", sub="s-ada")
    asked_of(other)
    # Somebody else's answer, slipped into this browser.
    assert refused(other.get(address)) == STALE
    assert house.person(other) is None
    kept = client.get_cookie(COOKIE)
    assert kept is not None
    assert client.get(address).status_code == 302
    assert house.person(client) is not None
    assert refused(client.get(address)) == STALE
    # Even who has kept the cookie of before: the code has been used.
    thief = house.browser()
    thief.set_cookie(COOKIE, kept.value)
    assert "could not be verified" in refused(thief.get(address))
    assert house.person(thief) is None


@pytest.mark.parametrize(
    "change",
    [
        lambda address: re.sub("state=[^&]+", "state=", address),
        lambda address: re.sub("&?state=[^&]+", "", address),
        lambda address: address[:-1] + ("A" if address[-1] != "A" else "B"),
        lambda address: address.replace("state=", "state=x&state="),
        lambda address: "/sign-in/back",
    ],
)
def test_a_forged_answer_signs_nobody_in(house: House, provider: Stranger, change: Any) -> None:
    provider.knows("s-ada", preferred_username="Ada", groups=["leads"])
    client = house.browser()
    address = provider.answer(client, "/", sub="s-ada")
    assert refused(client.get(change(address))) == STALE
    assert house.person(client) is None
    assert house.desk.deeds() == []


def test_what_an_error_says_besides_is_not_repeated(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    for error in ("%0aERROR+forged", "Forged+by+Eve", "x" * 50 + "forged"):
        answer = house.browser().get(f"/sign-in/back?error={error}&error_description=forged")
        assert refused(answer) == "Example ID has not signed you in."
        assert "orged" not in answer.get_data(as_text=True) + caplog.text


def test_a_wrong_answer_leaves_who_is_signed_in(house: House, provider: Stranger) -> None:
    provider.knows("s-ada", preferred_username="Ada", groups=["leads"])
    client = house.browser()
    provider.sign_in(client, "s-ada")
    refused(client.get("/sign-in/back?state=x&code=y"))
    assert house.person(client) is not None


@pytest.mark.parametrize(
    "page",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "/sign-in", "/" + "x" * 900],
)
def test_a_sign_in_elsewhere_never_leads_to_another_site(
    house: House, provider: Stranger, page: str
) -> None:
    provider.knows("s-ada", preferred_username="Ada", groups=["leads"])
    assert provider.sign_in(house.browser(), "s-ada", page).location == START


def test_the_session_is_a_new_one(house: House, provider: Stranger) -> None:
    provider.knows("s-ada", preferred_username="Ada", groups=["leads"])
    client = house.browser()
    # As somebody would who wants to share what is signed in next.
    with client.session_transaction() as planted:
        planted["word"] = "known to somebody else"
        planted["csrf_token"] = "known too"
    before = client.get_cookie(COOKIE)
    answer = provider.sign_in(client, "s-ada")
    (cookie,) = [one for one in answer.headers.getlist("Set-Cookie") if one.startswith(COOKIE)]
    for part in ("HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    with client:
        assert client.get("/").status_code == 200
        assert session["word"] != "known to somebody else"
        assert set(session) <= {"word", "csrf_token"}
        assert session.get("csrf_token") != "known too"
    assert before is not None
    stale = house.browser()
    stale.set_cookie(COOKIE, before.value)
    assert house.person(stale) is None


def test_many_attempts_fit_into_a_cookie_and_the_last_ones_count(
    house: House, provider: Stranger
) -> None:
    provider.knows("s-ada", preferred_username="Ada", groups=["leads"])
    client = house.browser()
    page = "/recovery?team=" + "é7" * 70
    first, *_, last = [provider.answer(client, page, sub="s-ada") for _ in range(6)]
    cookie = client.get_cookie(COOKIE)
    assert cookie is not None
    assert len(cookie.value) < 3_900
    assert refused(client.get(first)) == STALE
    assert client.get(last).status_code == 302


def test_nothing_that_opens_a_door_is_logged(
    house: House, provider: Stranger, caplog: pytest.LogCaptureFixture
) -> None:
    provider.knows("s-ada", preferred_username="Ada Brandt", groups=["leads"])
    caplog.set_level(logging.DEBUG)
    client = house.browser()
    address = provider.answer(client, "/", sub="s-ada")
    caplog.clear()
    client.get(address)
    client.get(address)
    # The provider lives in the same process and may say what it likes.
    own = [
        one for one in caplog.records if one.name.startswith(("dashboard", "arrears", "urllib3"))
    ]
    assert own
    code = re.findall("code=([^&]+)", address)[0]
    for word in (code, SECRET, "Ada Brandt", "s-ada", "eyJ"):
        assert word not in "\n".join(record.getMessage() for record in own)


def test_the_button_is_there_where_a_service_is(house: House, desk: Desk) -> None:
    page = house.browser().get("/sign-in?next=/recovery").get_data(as_text=True)
    assert 'href="/sign-in/elsewhere?next=/recovery"' in page
    assert "Sign in with Example ID" in page
    alone = create_app(Given(), gate=Gate(desk, lambda: NOW))  # type: ignore[arg-type]
    client = alone.server.test_client()
    assert "/sign-in/elsewhere" not in client.get("/sign-in").get_data(as_text=True)
    # What is not there is closed like anything else.
    assert client.get("/sign-in/elsewhere").location == "/sign-in"


def test_what_only_such_a_sign_in_needs_is_not_imported_before() -> None:
    """It takes most of a second, and every command would wait for it."""
    late = {"authlib", "joserfc", "requests"}
    soon = [
        f"{path.name}: {name}"
        for room in ("queries", "charts", "dashboard", "reports", "service")
        for path in (ROOT / room).rglob("*.py")
        if any(name in (text := path.read_text(encoding="utf-8")) for name in late)
        for node in ast.parse(text).body
        for name in imported(node)
        if name.split(".")[0] in late
    ]
    assert soon == []


def imported(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return [one.name for one in node.names] if isinstance(node, ast.Import) else []


def test_while_the_desk_does_not_answer_nobody_is_let_in(house: House, provider: Stranger) -> None:
    provider.knows("s-ada", preferred_username="Ada Brandt", groups=["leads"])
    with house.desk._engine.begin() as connection:
        for table in ("sessions", "audit", "people"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
    answer = provider.sign_in(house.browser(), "s-ada", "/recovery")
    assert answer.status_code == 503
    assert "The desk does not answer" in answer.get_data(as_text=True)
