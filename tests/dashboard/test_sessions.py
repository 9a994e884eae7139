"""Signing in and out, sessions, cookies and tokens, and the forms of the door."""

import csv
import io
import json
import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from dashboard import create_app
from dashboard.gate import Gate, inner
from queries import Answers
from queries.desk import open_desk
from queries.desk.people import Identity
from queries.desk.signing import Limits
from queries.rights import EVERYTHING, OPERATOR, Scope
from tests.dashboard.personas import NOW, PASSWORD, PERSONAS, Enter, House, ask, token_of


def test_signing_out_closes_the_door(enter: Enter) -> None:
    client, elsewhere = enter("manager"), enter("manager")
    token = token_of(client)
    assert client.post("/sign-out", data={"csrf_token": token}).status_code == 302
    assert client.get("/").headers["Location"] == "/sign-in"
    assert elsewhere.get("/").status_code == 200
    again = enter("manager")
    again.post("/sign-out", data={"csrf_token": token_of(again), "everywhere": "1"})
    assert elsewhere.get("/").status_code == 302


def test_a_change_of_rights_is_felt_at_once(house: House, enter: Enter) -> None:
    name = "moves on"
    house.desk.add_person(
        name, "lead", Scope("teams", ("T1",)), password=PASSWORD, by="test", now=NOW
    )
    client = enter(name)
    assert client.get("/").status_code == 200
    house.desk.change_person(name, by="test", now=NOW, standing=("lead", Scope("teams", ("T2",))))
    assert client.get("/").status_code == 302


def test_a_sign_in_says_neither_who_exists_nor_why_it_failed(house: House) -> None:
    said = []
    for name in ("executive", "nobody at all"):
        client = house.app.server.test_client()
        form = client.get("/sign-in").get_data(as_text=True)
        (token,) = re.findall(r'name="csrf_token" value="([^"]+)"', form)
        filled = {"csrf_token": token, "name": name, "password": "not the password"}
        response = client.post("/sign-in", data=filled)
        page = response.get_data(as_text=True).replace(name, "NAME")
        said.append((response.status_code, re.sub(r'value="[^"]+"', "", page)))
    assert said[0] == said[1]
    assert said[0][0] == 403


def test_a_sign_in_leads_back_but_never_to_another_site(house: House, enter: Enter) -> None:
    client = house.app.server.test_client()
    asked = client.get("/recovery?period=last_month")
    assert asked.headers["Location"] == "/sign-in?next=%2Frecovery%3Fperiod%3Dlast_month"
    for wrong in (
        "https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)",
        "/\t/evil.example", "evil", "", None, "/sign-in", "\\\\evil", "http:evil",
        "//[x", "//a\u2100b",
    ):  # fmt: skip
        assert inner(wrong) == "/"
    assert inner("/recovery?team=T1") == "/recovery?team=T1"


def test_cookies_and_headers_are_strict(house: House) -> None:
    desk = house.desk
    app = create_app(house.answers, gate=Gate(desk, house.now), secure=True)
    client = app.server.test_client()
    page = client.get("/sign-in", base_url="https://desk.example")
    (cookie,) = [c for c in page.headers.getlist("Set-Cookie") if "arrears_session" in c]
    for part in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in cookie
    assert "'unsafe-inline'" not in page.headers["Content-Security-Policy"].split("style-src")[0]
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Frame-Options"] == "DENY"
    (token,) = re.findall(r'name="csrf_token" value="([^"]+)"', page.get_data(as_text=True))
    filled = {"csrf_token": token, "name": "executive", "password": PASSWORD}
    # As a browser that tells nobody where it comes from.
    client.post("/sign-in", data=filled, base_url="https://desk.example")
    start = client.get("/", base_url="https://desk.example")
    assert start.status_code == 200
    (token_cookie,) = [c for c in start.headers.getlist("Set-Cookie") if "_csrf_token" in c]
    assert "Secure" in token_cookie
    assert "SameSite=Strict" in token_cookie


def test_where_everybody_is_one_person_nobody_signs_in(figures: Answers) -> None:
    """For tests and measurements; the service always hands in its desk."""
    app = create_app(figures, gate=Gate(OPERATOR, lambda: NOW))
    client = app.server.test_client()
    assert client.get("/").status_code == 200
    assert client.get("/sign-in", follow_redirects=False).status_code == 200
    assert "sign_in" not in {rule.endpoint for rule in app.server.url_map.iter_rules()}


def test_the_session_key_is_made_once_and_is_no_known_word(house: House, tmp_path: Path) -> None:
    key = house.app.server.secret_key
    assert isinstance(key, str)
    assert len(key) >= 48
    again = create_app(house.answers, gate=Gate(house.desk, house.now))
    assert again.server.secret_key == key
    other = open_desk(f"sqlite:///{tmp_path}/other.db")
    fresh = create_app(house.answers, gate=Gate(other, house.now))
    assert fresh.server.secret_key != key
    other.close()


def test_an_administrator_sees_the_accounts_and_what_was_done(house: House, enter: Enter) -> None:
    client = enter("administrator")
    house.desk.sign_in("=cmd|' /C calc'!A0", "a guess of mine", house.now(), "192.0.2.66")
    page = ask(client, "/people")
    told_of = json.dumps(page, ensure_ascii=False)
    for name in PERSONAS:
        assert name in told_of
    assert "192.0.2.66" in told_of
    audit = client.get("/export/people/audit.csv").get_data(as_text=True).removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(audit)))
    guessed = [row for row in rows if row["From"] == "192.0.2.66"]
    assert [(row["Of what"], row["Deed"]) for row in guessed] == [
        ("'=cmd|' /C calc'!A0", "sign-in refused")
    ]
    accounts = client.get("/export/people/accounts.csv").get_data(as_text=True)
    assert len(list(csv.reader(io.StringIO(accounts)))) == len(house.desk.accounts()) + 1
    for other in ("executive", "manager", "lead of T1", "agent"):
        assert enter(other).get("/export/people/audit.csv").status_code == 404


def test_sessions_that_have_ended_leave_the_desk_when_somebody_signs_in(
    house: House, enter: Enter
) -> None:
    enter("agent")
    house.moment += timedelta(hours=13)
    enter("executive")
    assert house.desk.forget_sessions(house.now(), Limits()) == 0
    # Only the one that has just begun is left.
    assert house.desk.forget_sessions(house.now() + timedelta(hours=13), Limits()) == 1


def test_a_name_on_the_form_is_text(house: House) -> None:
    client = house.app.server.test_client()
    form = client.get("/sign-in").get_data(as_text=True)
    (token,) = re.findall(r'name="csrf_token" value="([^"]+)"', form)
    name = '"><script>alert(1)</script>\x1b[31m\x00'
    filled = {"csrf_token": token, "name": name, "password": "not the password"}
    page = client.post("/sign-in", data=filled).get_data(as_text=True)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    (refused, *_) = house.desk.deeds(containing="alert(1)")
    assert refused.subject == '"><script>alert(1)</script> [31m'
    assert refused.who == ""


def test_while_the_desk_does_not_answer_nobody_gets_in_and_the_process_is_alive(
    figures: Answers, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    desk = open_desk(f"sqlite:///{tmp_path}/desk.db")
    client = create_app(figures, gate=Gate(desk, lambda: NOW)).server.test_client()
    client.get("/healthz")
    with desk._engine.begin() as connection:
        for table in ("sessions", "audit", "people"):
            connection.exec_driver_sql(f"DROP TABLE {table}")
    assert client.get("/healthz").status_code == 200
    assert client.get("/sign-in").status_code == 200
    for address in ("/", "/_dash-layout", "/export/overview/teams.csv"):
        answer = client.get(address)
        assert answer.status_code == 503
        assert "The desk does not answer" in answer.get_data(as_text=True)
    assert "The desk does not answer" in caplog.text
    desk.close()


def change(client: FlaskClient, **filled: str) -> int:
    values = {"password": PASSWORD, "fresh": "another sentence of mine", **filled}
    values.setdefault("again", values["fresh"])
    values.setdefault("csrf_token", token_of(client))
    return client.post("/password", data=values).status_code


def test_people_change_their_own_password_and_stay_in_alone(house: House, enter: Enter) -> None:
    name = "changes the password"
    house.desk.add_person(name, "executive", EVERYTHING, password=PASSWORD, by="test", now=NOW)
    client, elsewhere = enter(name), enter(name)
    form = client.get("/password").get_data(as_text=True)
    assert "New password once more" in form
    for wrong, status in (
        ({"password": "not mine at all"}, 403), ({"fresh": "short"}, 400),
        ({"fresh": "x" * 201}, 400), ({"again": "something else"}, 400), ({"csrf_token": ""}, 403),
    ):  # fmt: skip
        assert change(client, **wrong) == status
        assert elsewhere.get("/").status_code == 200
    assert change(client) == 302
    assert client.get("/").status_code == 200
    assert elsewhere.get("/").status_code == 302
    assert enter(name).get("/").status_code == 302
    assert enter(name, "another sentence of mine").get("/").status_code == 200
    (changed, *_) = house.desk.deeds(containing="person changed")
    assert (changed.who, changed.subject, changed.detail) == (name, name, "new password")


def test_who_signs_in_elsewhere_has_no_password_here(house: House) -> None:
    vouched = house.desk.arrived(
        Identity("https://id.example", "s1"), "Kim", "executive", EVERYTHING, house.now()
    )
    assert vouched is not None
    client = house.app.server.test_client()
    word = house.desk.begin_session(vouched, "Kim", house.now(), "")
    with client.session_transaction() as session:
        session["word"] = word
    assert client.get("/").status_code == 200
    assert "another service" in client.get("/password").get_data(as_text=True)
    assert change(client, password="") == 403
