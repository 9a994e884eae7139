"""Who gets in, and who sees what: every route and callback as each persona, with honest and with
forged input."""

import csv
import io
import json
import re
from typing import Any

import pytest

from benchmarks.posting import body
from dashboard.filters import SLICES
from dashboard.gate import OPEN
from dashboard.pages import PAGES
from queries.rights import RIGHTS, Scope
from tests.dashboard.browserless import START
from tests.dashboard.personas import (
    LIMITED,
    PASSWORD,
    PERSONAS,
    Enter,
    House,
    ask,
    assert_nothing_foreign,
    token_of,
)

FORGED = (
    "?team=T3", "?team=T1&team=T2&team=T3", "?team=T2", "?agent=A009", "?agent=A004&agent=A001",
    "?department=x", "?team=%00", "?team=" + "T3," * 500, "?by=agent&metric=collected",
    "?" + "a=1&" * 600,
)  # fmt: skip


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
        "sign_in", "unsubscribe", "unsubscribe_now", "healthz", "_dash_assets.static",
        "/_favicon.ico",
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
