"""Who gets in, and who sees what: every route and callback as each persona, with honest and with
forged input. Figures are real ones, so that a leak would show."""

import csv
import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from benchmarks.posting import body, told
from dashboard import create_app
from dashboard.app import Pages
from dashboard.filters import SLICES
from dashboard.gate import OPEN, Gate, inner
from dashboard.pages import PAGES
from queries import Answers, Definitions
from queries.desk import Desk, open_desk
from queries.desk.people import Identity
from queries.desk.rows import PersonRow
from queries.desk.signing import Limits
from queries.rights import EVERYTHING, OPERATOR, RIGHTS, Role, Scope
from queries.source import SourceSpec
from queries.store import refresh
from service.simulation import Plan, simulate, write
from tests.dashboard.browserless import START

LAST_DAY = date(2026, 11, 22)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
PASSWORD = "four kites over a harbour"
PERSONAS: dict[str, tuple[Role, Scope]] = {
    "administrator": ("administrator", EVERYTHING),
    "executive": ("executive", EVERYTHING),
    "manager": ("manager", Scope("teams", ("T1", "T2"))),
    "lead of T1": ("lead", Scope("teams", ("T1",))),
    "lead of T2": ("lead", Scope("teams", ("T2",))),
    "agent": ("agent", Scope("agent", ("A001",))),
    # As rows of a desk that something went wrong with: a lead of no team.
    "nobody's lead": ("lead", Scope("teams", ())),
}
LIMITED = [name for name, (_, scope) in PERSONAS.items() if scope.dimension]
FORGED = (
    "?team=T3", "?team=T1&team=T2&team=T3", "?team=T2", "?agent=A009", "?agent=A004&agent=A001",
    "?department=x", "?team=%00", "?team=" + "T3," * 500, "?by=agent&metric=collected",
    "?" + "a=1&" * 600,
)  # fmt: skip


@dataclass
class House:
    answers: Answers
    desk: Desk
    app: Pages
    moment: datetime = NOW

    def now(self) -> datetime:
        return self.moment


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    folder = tmp_path_factory.mktemp("gate")
    url = f"duckdb:///{folder}/cases.duckdb"
    write(simulate(Plan(cases=300, days=120, seed=7, last_day=LAST_DAY, teams=3, agents=9)), url)
    refresh(SourceSpec(url, {}), Definitions(), folder / "figures", now=NOW)
    answers = Answers(folder / "figures", Definitions())
    yield answers
    answers.close()


@pytest.fixture(scope="module")
def house(figures: Answers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """One app for all personas, so that what one has seen is kept when the next one asks."""
    desk = open_desk(f"sqlite:///{tmp_path_factory.mktemp('desk')}/desk.db")
    for name, (role, scope) in PERSONAS.items():
        whole = scope if scope != Scope("teams") else Scope("teams", ("T1",))
        desk.add_person(name, role, whole, password=PASSWORD, by="test", now=NOW)
    with desk._engine.begin() as connection:
        emptied = sa.update(PersonRow).where(PersonRow.name == "nobody's lead")
        connection.execute(emptied.values(scope_values=[]))
    made = House(figures, desk, None)  # type: ignore[arg-type]
    made.app = create_app(figures, gate=Gate(desk, made.now, Limits()))  # type: ignore[assignment]
    yield made
    desk.close()


Enter = Callable[[str], FlaskClient]


@pytest.fixture
def enter(house: House) -> Enter:
    """Signs a persona in, with a browser of their own."""

    def entering(name: str, password: str = PASSWORD) -> FlaskClient:
        house.moment += timedelta(minutes=1)
        client = house.app.server.test_client()
        form = client.get("/sign-in").get_data(as_text=True)
        (token,) = re.findall(r'name="csrf_token" value="([^"]+)"', form)
        client.post("/sign-in", data={"csrf_token": token, "name": name, "password": password})
        return client

    return entering


def token_of(client: FlaskClient) -> str:
    client.get("/")
    cookie = client.get_cookie("_csrf_token")
    return cookie.value if cookie else ""


def ask(client: FlaskClient, path: str, search: str = "", **state: Any) -> Any:
    """The answer of a page's callback."""
    response = client.post(
        "/_dash-update-component",
        json=body({**START, "path": path, "search": search, **state}),
        headers={"X-CSRFToken": token_of(client)},
    )
    assert response.status_code == 200, response.get_data(as_text=True)[:500]
    return told(response.get_json())


def foreign(answers: Answers, scope: Scope) -> list[str]:
    """Names of teams and agents that nobody with this scope may read."""
    inside = answers.within(scope)
    names = []
    for dimension in ("team", "agent"):
        own = inside.members(dimension)
        everyone = answers.members(dimension)
        names += [label for value, label in everyone.items() if value not in own and label]
    return names


def assert_nothing_foreign(house: House, persona: str, text: str) -> None:
    readable = text.encode().decode("unicode_escape", "ignore") if "\\u" in text else text
    for name in foreign(house.answers, PERSONAS[persona][1]):
        assert name not in text, f"{persona} reads of {name}"
        assert name not in readable, f"{persona} reads of {name}"


def test_nobody_who_has_not_signed_in_gets_anything(house: House) -> None:
    client = house.app.server.test_client()
    for rule in house.app.server.url_map.iter_rules():
        if rule.endpoint in OPEN:
            continue
        address = re.sub(r"<[^>]+>", "overview", rule.rule)
        for method in rule.methods or ():
            if method == "OPTIONS":
                continue
            response = client.open(address, method=method)
            assert response.status_code in (302, 401, 403), f"{method} {address}"
            if response.status_code == 302:
                assert response.headers["Location"].startswith("/sign-in")


def test_what_is_open_holds_no_figure_and_is_what_it_was_meant_to_be(house: House) -> None:
    rules = {rule.endpoint for rule in house.app.server.url_map.iter_rules()}
    assert rules & OPEN == {
        "sign_in", "healthz", "_dash_assets.static", "/_favicon.ico",
        "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>",
    }  # fmt: skip
    client = house.app.server.test_client()
    assert set(client.get("/healthz").get_json()) == {"status", "figures", "generation", "as_of"}


def test_every_page_is_a_right(house: House) -> None:
    assert {page.name for page in PAGES} <= set(RIGHTS)


@pytest.mark.parametrize("persona", PERSONAS)
def test_each_persona_sees_their_pages_and_nothing_of_others(
    house: House, enter: Enter, persona: str
) -> None:
    client = enter(persona)
    role = PERSONAS[persona][0]
    assert_nothing_foreign(house, persona, client.get("/_dash-layout").get_data(as_text=True))
    for page in PAGES:
        answer = ask(client, page.path)
        if role in RIGHTS[page.name].roles:
            assert answer["controls"], page.path
        else:
            assert answer["title"].startswith("No such page")
            assert client.get(f"/export/{page.name}/x.csv").status_code == 404
        assert_nothing_foreign(house, persona, json.dumps(answer, ensure_ascii=False))


@pytest.mark.parametrize("persona", LIMITED)
@pytest.mark.parametrize("page", [page for page in PAGES if page.dated], ids=lambda page: page.name)
def test_a_forged_address_or_control_shows_nothing_of_others(
    house: House, enter: Enter, persona: str, page: Any
) -> None:
    # Whoever may see everything has looked at it just before.
    everything = enter("executive")
    client = enter(persona)
    allowed = PERSONAS[persona][0] in RIGHTS[page.name].roles
    honest = ask(client, page.path)["drawn"]
    for search in FORGED:
        ask(everything, page.path, search)
        answer = ask(client, page.path, search)
        assert_nothing_foreign(house, persona, json.dumps(answer, ensure_ascii=False))
    controls = {f"filter-{name}": ["T3", "A009", "T1", {}, 7] for name in SLICES}
    answer = ask(client, page.path, trigger="filter-team", controls=controls)
    assert_nothing_foreign(house, persona, json.dumps(answer, ensure_ascii=False))
    assert "T3" not in (answer["search"] or "")
    # A team that is not theirs is no choice at all: the page is that without any.
    if allowed and PERSONAS[persona][1] != Scope("teams", ("T1", "T2")):
        assert ask(client, page.path, "?team=T3")["drawn"] == honest


@pytest.mark.parametrize("persona", LIMITED)
def test_files_hold_what_the_page_shows_and_no_more(
    house: House, enter: Enter, persona: str
) -> None:
    client, everything = enter(persona), enter("executive")
    for page, panel in (("overview", "teams"), ("teams", "results"), ("contacts", "funnel")):
        for search in ("", "?team=T3", "?agent=A009"):
            address = f"/export/{page}/{panel}.csv{search}"
            assert everything.get(address).status_code == 200
            response = client.get(address)
            assert_nothing_foreign(house, persona, response.get_data(as_text=True))
            assert response.status_code in (200, 404)


def test_the_lead_of_a_team_sees_its_figures_to_the_cent(enter: Enter) -> None:
    """Not merely no foreign name: the numbers are those that the whole says of the team."""
    address = "/export/teams/results.csv?period=last_month"
    files = [
        enter(name).get(address).get_data(as_text=True) for name in ("lead of T2", "executive")
    ]
    own, every = ([*csv.reader(io.StringIO(text))] for text in files)
    assert own[0] == every[0]
    named = {row[0]: row for row in every[1:]}
    assert len(named) == 3
    (row,) = own[1:]
    # Shares of the whole and ranks among teams are of the whole of who looks.
    alike = [a == b for a, b in zip(row, named[row[0]], strict=True)]
    assert alike.count(True) >= len(alike) - 2
    assert sum(cell not in ("", "0") for cell in row) >= 4


HOSTILE = (
    {}, [], None, 7, "x", {"path": {"a": 1}}, {"path": "/", "search": ["?team=T3"]},
    {"path": "/teams", "controls": {"filter-team": "T3"}}, {"controls": [1, 2]},
    {"path": "/" + "x" * 5_000}, {"path": "/", "search": "?team=T3" * 2_000},
    {"path": "/", "trigger": "filter-team", "controls": {"filter-team": ["T3"] * 5_000}},
)  # fmt: skip


@pytest.mark.parametrize("persona", LIMITED)
def test_a_body_of_any_form_shows_nothing_of_others(
    house: House, enter: Enter, persona: str
) -> None:
    client = enter(persona)
    headers = {"X-CSRFToken": token_of(client)}
    for asked in HOSTILE:
        for sent in (body(asked), {"output": "page.children", "inputs": asked}):
            response = client.post("/_dash-update-component", json=sent, headers=headers)
            assert_nothing_foreign(house, persona, response.get_data(as_text=True))


def test_a_write_without_the_token_of_its_session_is_refused(house: House, enter: Enter) -> None:
    client, other = enter("manager"), enter("executive")
    stolen = token_of(other)
    for headers in ({}, {"X-CSRFToken": ""}, {"X-CSRFToken": stolen}, {"X-CSRFToken": "x" * 500}):
        asked = client.post("/_dash-update-component", json=body(START), headers=headers)
        assert asked.status_code == 403
        assert client.post("/sign-out", headers=headers).status_code == 403
    assert client.get("/").status_code == 200
    refused = client.post("/sign-in", data={"name": "manager", "password": PASSWORD})
    assert refused.status_code == 403


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
    assert [(row["Of what"], row["What"]) for row in guessed] == [
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
