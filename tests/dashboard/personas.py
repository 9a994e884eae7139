"""Everybody who may look, over real figures, so that a leak would show; and their browsers."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from benchmarks.posting import body, told
from dashboard import create_app
from dashboard.app import Pages
from dashboard.gate import Gate
from queries import Answers, Definitions
from queries.desk import Desk, open_desk
from queries.desk.rows import PersonRow
from queries.desk.signing import Limits
from queries.rights import EVERYTHING, Role, Scope
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


Enter = Callable[..., FlaskClient]


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
