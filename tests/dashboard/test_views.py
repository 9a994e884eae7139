"""Saved views as each persona: kept, opened with one's own rights, landed on; and what is refused,
whatever is sent."""

import json
import secrets
from typing import Any

import pytest
from flask.testing import FlaskClient

from dashboard.gate import START, onward
from dashboard.pages import PAGES
from dashboard.views import LANDING, VIEW_ACTS
from queries.desk.views import MOST_VIEWS, SavedView
from queries.rights import EVERYTHING, RIGHTS
from tests.dashboard.personas import (
    NOW,
    PASSWORD,
    PERSONAS,
    Enter,
    House,
    ask,
    assert_nothing_foreign,
    token_of,
)

ADDRESS = "/promises?period=last_month&team=T1"


def act(client: FlaskClient, name: str, fields: Any) -> Any:
    return client.post(f"/act/{name}", json=fields, headers={"X-CSRFToken": token_of(client)})


def id_of(house: House, name: str) -> int:
    person = house.desk.account(name).person.id
    assert person is not None
    return person


def views(house: House, name: str) -> list[SavedView]:
    return list(house.desk.views_of(id_of(house, name)))


def kept(house: House, owner: str, name: str, address: str = ADDRESS) -> SavedView:
    word = secrets.token_urlsafe(24)
    return house.desk.keep_view(id_of(house, owner), name, address, word=word, now=NOW)


@pytest.fixture(autouse=True)
def _nothing_kept(house: House) -> None:
    for name in PERSONAS:
        for view in views(house, name):
            house.desk.forget_view(view.person_id, view.id)


def change(client: FlaskClient, view: SavedView, do: str, **fields: Any) -> Any:
    return act(client, "change-view", {"view": str(view.id), "do": do, **fields})


# ---- keep


def test_a_page_is_kept_with_its_filters_and_stands_in_the_menu(house: House, enter: Enter) -> None:
    client = enter("lead of T1")
    assert ask(client, "/")["views"][1]["props"]["className"] == "nothing"
    done = act(client, "keep-view", {"name": " Last  month ", "address": ADDRESS})
    assert (done.status_code, done.get_json()["told"]) == (200, "“Last month” is kept.")
    (view,) = views(house, "lead of T1")
    assert (view.name, view.address) == ("Last month", ADDRESS)
    assert len(view.word) == 32
    menu = json.dumps(ask(client, "/promises", "?period=last_month&team=T1")["views"])
    assert f"http://localhost/view/{view.word}" in menu
    assert '"aria-current": "page"' in menu


def test_the_same_name_is_told_to_lead_elsewhere_now(house: House, enter: Enter) -> None:
    client = enter("manager")
    act(client, "keep-view", {"name": "Mine", "address": "/recovery"})
    done = act(client, "keep-view", {"name": "Mine", "address": "/aging"})
    assert done.get_json()["told"] == "“Mine” leads here now."
    (view,) = views(house, "manager")
    assert view.address == "/aging"


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)",
        "/act/keep-view", "/view/" + "x" * 32, "/export/overview/teams.csv", "/start", "/sign-in",
        "/sign-out", "/nowhere", "/_dash-layout", "/password", "/people", "/health", "evil", "",
        "/recovery?" + "x" * 9_000, "/recovery\n/x", "/\t/evil.example", "//[x", "http:/recovery",
        "/recovery/../people", None, 7, True, ["/recovery"], {"a": "/recovery"},
    ],
)  # fmt: skip
def test_an_address_that_leads_to_no_page_of_theirs_is_not_kept(
    house: House, enter: Enter, address: Any
) -> None:
    refused = act(enter("lead of T1"), "keep-view", {"name": "Mine", "address": address})
    assert refused.status_code == 400
    assert views(house, "lead of T1") == []


@pytest.mark.parametrize(
    ("sent", "address"),
    [
        ("/recovery?team=T3&team=T1&x=1", "/recovery?team=T1"),
        ("/recovery?team=T3", "/recovery"),
        ("/recovery?next=//evil.example&bucket=M3", "/recovery?bucket=M3"),
        ("/recovery/?period=<script>#javascript:x", "/recovery"),
        ("/recovery?agent=A009&product=%00", "/recovery"),
    ],
)
def test_only_what_the_page_can_mean_to_its_person_is_kept(
    house: House, enter: Enter, sent: str, address: str
) -> None:
    done = act(enter("lead of T1"), "keep-view", {"name": "Mine", "address": sent})
    assert done.status_code == 200
    (view,) = views(house, "lead of T1")
    assert view.address == address


@pytest.mark.parametrize("name", ["", " ", "x" * 121, "x" * 5_000, "a\x00b", None, 7, ["x"], {}])
def test_a_view_needs_a_name(house: House, enter: Enter, name: Any) -> None:
    refused = act(enter("agent"), "keep-view", {"name": name, "address": "/recovery"})
    assert refused.status_code == 400
    assert "1 to 120 characters" in refused.get_json()["told"]
    assert views(house, "agent") == []


@pytest.mark.parametrize("name", list(VIEW_ACTS))
@pytest.mark.parametrize("body", [None, [], "x", 7, {}, {"view": {}, "do": []}])
def test_a_body_of_any_form_is_refused_in_words(enter: Enter, name: str, body: Any) -> None:
    refused = act(enter("manager"), name, body)
    assert refused.status_code in (400, 404)
    assert refused.get_json()["told"]


def test_a_hundred_views_are_enough(house: House, enter: Enter) -> None:
    for number in range(MOST_VIEWS):
        kept(house, "agent", f"View {number}")
    client = enter("agent")
    refused = act(client, "keep-view", {"name": "One more", "address": "/recovery"})
    assert refused.status_code == 409
    assert "You have 100 views" in refused.get_json()["told"]
    assert act(client, "keep-view", {"name": "View 7", "address": "/aging"}).status_code == 200


# ---- change


def test_a_view_is_renamed_made_the_start_and_forgotten(house: House, enter: Enter) -> None:
    client, view = enter("manager"), kept(house, "manager", "Mine")
    other = kept(house, "manager", "Other")
    assert change(client, view, "rename", name="Yours").get_json()["told"]
    assert change(client, other, "rename", name="Yours").status_code == 409
    assert change(client, other, "rename", name="").status_code == 400
    assert change(client, view, "start").status_code == 200
    assert [one.name for one in views(house, "manager") if one.starts] == ["Yours"]
    assert change(client, view, "usual").status_code == 200
    assert not any(one.starts for one in views(house, "manager"))
    assert change(client, view, "forget").status_code == 200
    assert [one.name for one in views(house, "manager")] == ["Other"]
    assert change(client, view, "forget").status_code == 404


@pytest.mark.parametrize("do", ["start", "usual", "rename", "forget", "", "x"])
def test_the_views_of_others_are_not_there(house: House, enter: Enter, do: str) -> None:
    view = kept(house, "executive", "Not yours")
    house.desk.start_with(view.person_id, view.id)
    before = views(house, "executive")
    client = enter("lead of T1")
    refused = change(client, view, do, name="Taken", person_id=view.person_id)
    assert refused.status_code == 404
    assert "Not yours" not in refused.get_data(as_text=True)
    assert views(house, "executive") == before
    assert "Not yours" not in json.dumps(ask(client, "/")["views"])


@pytest.mark.parametrize("number", ["", "x", "-1", "1e3", "٣", "9" * 40, None, [1], {}, True])
def test_a_number_of_any_form_names_no_view(house: House, enter: Enter, number: Any) -> None:
    kept(house, "manager", "Mine")
    refused = act(enter("manager"), "change-view", {"view": number, "do": "forget"})
    assert refused.status_code == 404
    assert len(views(house, "manager")) == 1


def test_nobody_changes_anything_without_a_session_and_its_token(
    house: House, enter: Enter
) -> None:
    view = kept(house, "manager", "Mine")
    fields = {"view": view.id, "do": "forget"}
    assert house.app.server.test_client().post("/act/change-view", json=fields).status_code == 401
    assert enter("manager").post("/act/change-view", json=fields).status_code == 403
    assert len(views(house, "manager")) == 1


# ---- links


@pytest.mark.parametrize("persona", PERSONAS)
def test_a_link_shows_each_their_own_figures(house: House, enter: Enter, persona: str) -> None:
    view = kept(house, "executive", "All of it", "/promises?team=T3&agent=A009")
    client = enter(persona)
    opened = client.get(f"/view/{view.word}")
    assert (opened.status_code, opened.headers["Location"]) == (302, view.address)
    path, _, query = view.address.partition("?")
    answer = ask(client, path, f"?{query}")
    assert_nothing_foreign(house, persona, json.dumps(answer, ensure_ascii=False))


@pytest.mark.parametrize("word", ["x", "x" * 32, "x" * 5_000, "%00", "..", "词"])
def test_a_link_to_nothing_says_so(enter: Enter, word: str) -> None:
    client = enter("agent")
    nothing = client.get(f"/view/{word}")
    assert nothing.status_code in (404, 308)
    assert ask(client, f"/view/{word}")["title"].startswith("No such page")


def test_a_forgotten_view_leads_nowhere(house: House, enter: Enter) -> None:
    view, client = kept(house, "executive", "Mine"), enter("agent")
    assert client.get(f"/view/{view.word}").status_code == 302
    house.desk.forget_view(view.person_id, view.id)
    response = client.get(f"/view/{view.word}")
    assert response.status_code == 404
    assert "text/html" in response.headers["Content-Type"]


def test_a_link_asks_who_one_is_first(house: House) -> None:
    view = kept(house, "executive", "Mine")
    asked = house.app.server.test_client().get(f"/view/{view.word}")
    assert asked.headers["Location"] == f"/sign-in?next=%2Fview%2F{view.word}"


# ---- where people land


def test_who_signs_in_on_the_way_to_no_page_begins_at_the_start() -> None:
    assert onward("/") == onward("") == onward("//evil.example") == START
    assert onward("/recovery?team=T1") == "/recovery?team=T1"


@pytest.mark.parametrize("persona", PERSONAS)
def test_everybody_lands_on_a_page_they_may_open(enter: Enter, persona: str) -> None:
    client = enter(persona)
    assert client.get(START).headers["Location"] == LANDING
    assert ask(client, LANDING)["title"].startswith("My desk")
    # The Overview keeps its address.
    assert ask(client, "/")["title"].startswith("Overview")


def test_a_start_page_holds_until_its_page_is_no_longer_theirs(house: House, enter: Enter) -> None:
    name = "was an executive"
    house.desk.add_person(name, "executive", EVERYTHING, password=PASSWORD, by="test", now=NOW)
    view = kept(house, name, "Teams", "/teams?period=last_month")
    client = enter(name)
    assert change(client, view, "start").status_code == 200
    assert client.get(START).headers["Location"] == "/teams?period=last_month"
    moved = ("agent", PERSONAS["agent"][1])
    house.desk.change_person(name, by="test", now=NOW, standing=moved)
    assert enter(name).get(START).headers["Location"] == LANDING


def test_every_page_can_be_kept_by_who_may_open_it(house: House, enter: Enter) -> None:
    client = enter("lead of T1")
    for page in PAGES:
        done = act(client, "keep-view", {"name": page.name, "address": page.path})
        assert (done.status_code == 200) == ("lead" in RIGHTS[page.name].roles), page.name
