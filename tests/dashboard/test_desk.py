"""My desk as each persona: what each role needs, of their own scope alone, and nothing that breaks
where there is little."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from charts import Language
from dashboard import create_app
from dashboard.editions.words import outstanding
from dashboard.gate import Gate
from dashboard.pages.desk.page import SECTIONS
from queries import Definitions
from queries.alerts import Draft, Threshold
from queries.figures import Question
from queries.period import Period
from queries.rights import ROLES, Person, Scope
from queries.targets.target import Aim, Edit, Marks
from tests.dashboard.browserless import Browserless, every, find, texts
from tests.dashboard.figures import NOW as EARLIER
from tests.dashboard.personas import (
    LAST_DAY,
    LIMITED,
    NOW,
    PERSONAS,
    Enter,
    House,
    ask,
    assert_nothing_foreign,
)
from tests.dashboard.test_health import DONE, FAILED, Jobs, browser_of
from tests.support.case_database import a_case, a_promise, a_team, an_agent, figures_of
from tests.support.editions import delivered

ENGLISH = Language("en")
MONTH = Period(date(2026, 11, 1), LAST_DAY + timedelta(days=1))


def shown(client: FlaskClient, search: str = "") -> Any:
    """The page as components, with what the browser makes itself."""
    drawn = json.loads(ask(client, "/desk", search)["drawn"])
    return [drawn["tree"], *(part["children"] for part in drawn["still"].values())]


def panels(page: Any) -> set[str]:
    return {str(one["id"]) for one in every(page, "Section") if one.get("id")}


def test_every_role_has_a_desk_and_lands_there() -> None:
    assert set(SECTIONS) == set(ROLES)


WANTED = {
    "administrator": {"alerts", "waiting", "movers", "against-targets", "teams"},
    "executive": {"archive"},
    "manager": {"alerts", "waiting", "movers", "against-targets", "teams"},
    "lead of T1": {"due", "untouched", "agents"},
    "lead of T2": {"due", "untouched", "agents"},
    "agent": {"due"},
    "nobody's lead": {"due", "untouched", "agents"},
}


@pytest.mark.parametrize("persona", PERSONAS)
def test_each_role_has_what_it_needs(enter: Enter, persona: str) -> None:
    page = shown(enter(persona))
    assert panels(page) == WANTED[persona]
    assert len([one for one in every(page, "Article") if "kpi-" in str(one.get("id"))]) == 8
    assert ("desk-jobs" in json.dumps(page)) == (persona == "administrator")


@pytest.mark.parametrize("persona", LIMITED)
@pytest.mark.parametrize("search", ["", "?team=T3", "?agent=A009", "?team=T2&agent=A004"])
def test_a_desk_holds_nothing_of_others(
    house: House, enter: Enter, persona: str, search: str
) -> None:
    ask(enter("executive"), "/desk", search)
    answer = ask(enter(persona), "/desk", search)
    assert_nothing_foreign(house, persona, json.dumps(answer, ensure_ascii=False))


@pytest.mark.parametrize("persona", LIMITED)
def test_the_files_of_a_desk_hold_what_it_shows(house: House, enter: Enter, persona: str) -> None:
    client = enter(persona)
    links = [one["href"] for one in every(shown(client), "A") if one.get("className") == "export"]
    for address in filter(lambda link: ".csv" in link, links):
        response = client.get(address)
        assert response.status_code == 200
        assert_nothing_foreign(house, persona, response.get_data(as_text=True))
    for foreign in ("archive", "teams", "agents", "against-targets"):
        if foreign not in WANTED[persona]:
            assert client.get(f"/export/desk/{foreign}.csv").status_code == 404


def test_the_figures_are_those_of_the_month_so_far_whatever_was_chosen(
    house: House, enter: Enter
) -> None:
    scope = PERSONAS["lead of T1"][1]
    (answer,) = house.answers.within(scope).ask(Question(("collected", "open_cases"), MONTH))
    client = enter("lead of T1")
    for search in ("", "?period=last_12_months&compare=none&grain=month"):
        page = shown(client, search)
        titles = [one["title"] for one in every(page, "Span")
                  if "kpi-value" in one.get("className", "") and "title" in one]  # fmt: skip
        assert titles[0] == ENGLISH.money(answer.one("collected").value)
        assert str(answer.one("open_cases").value) in titles
        told = texts(find(page[0], "period")["children"])
        assert "1–22 Nov 2026" in told
        assert "Team · " in told


def test_promises_of_the_running_day_and_of_days_to_come_are_counted(tmp_path: Path) -> None:
    due = {"R1": 10, "R2": 17, "R3": 19, "R4": 19, "R5": 22, "R6": 26, "R7": 27}
    tables = {
        "teams": [a_team("T1", name="North")],
        "agents": [an_agent("A1", "T1", name="Bo")],
        "cases": [a_case("C1", placed_on="2026-10-01", delinquent_since="2026-10-20")],
        "promises": [
            a_promise(
                key, "C1", made_at="2026-11-09 10:00", due_on=f"2026-11-{day}", amount="50.00"
            )
            for key, day in due.items()
        ],
    }
    lead = Person(None, "lead", "lead", Scope("teams", ("T1",)))
    answers = figures_of(tables, Definitions(), EARLIER, tmp_path)
    app = create_app(answers, gate=Gate(lead, lambda: EARLIER))
    page = Browserless(app, app.server.test_client()).show(path="/desk")["page"]
    rows = {row["day"]: row["number"] for row in find(page, "due-grid")["rowData"]}
    assert {day: number for day, number in rows.items() if number} == {
        "2026-11-19": 2, "2026-11-22": 1, "2026-11-26": 1,
    }  # fmt: skip
    (total,) = find(page, "due-grid")["dashGridOptions"]["pinnedBottomRowData"]
    assert (total["number"], total["amount"]) == (4, 200)
    # The 10th is over, the 27th too far away; the 17th is within its grace.
    tiles = texts(find(page, "due-tiles")["children"])
    for told in (
        "Due before, within grace 1 ¥50", "Due today 2 ¥100", "Due in the next 7 days 2 ¥100",
    ):  # fmt: skip
        assert told in tiles
    (agent,) = [row for row in find(page, "agents-grid")["rowData"] if row["key"] == "A1"]
    assert agent["due_today"] == 2
    answers.close()


def test_agents_are_in_the_order_of_names_and_few_rows_are_marked(enter: Enter) -> None:
    page = shown(enter("lead of T1"))[0]
    rows = find(page, "agents-grid")["rowData"]
    names = [row["agent"] for row in rows if row["key"]]
    assert names == sorted(names)
    assert any(row["remark"] for row in rows)
    columns = {column["field"] for column in find(page, "agents-grid")["columnDefs"]}
    assert not columns & {"rank", "collected_change"}
    assert {"due_today", "attempts", "collected", "untouched_7d"} <= columns


def test_an_agent_sees_the_last_whole_week_beside_the_month(enter: Enter) -> None:
    page = shown(enter("agent"))
    also = [texts(one["children"]) for one in every(page, "P") if one.get("className") == "also"]
    assert sum(text.startswith("16–22 Nov: ") for text in also) == 8


def test_an_executive_compares_with_the_month_before_and_the_year_before(enter: Enter) -> None:
    told = texts(shown(enter("executive")))
    assert "vs 1–22 Oct 2026" in told
    # The demo has 120 days: a year before there was nothing.
    assert "no comparison: data begins on" in told


# ---- reports that were sent


def sent(house: House, week: int, recipient: str, outcome: Any) -> None:
    start = date(2026, 11, 16) - timedelta(weeks=week)
    period = Period(start, start + timedelta(days=7))
    delivered(house.desk, period, recipient, "smtp", outcome, NOW)


def test_the_archive_tells_what_left_and_names_nobody(house: House, enter: Enter) -> None:
    assert "No report has been made yet" in texts(shown(enter("executive")))
    for recipient in ("ann@example.org", "bo@example.org"):
        sent(house, 0, recipient, "sent")
        sent(house, 1, recipient, "failed" if recipient.startswith("bo") else "sent")
    page = shown(enter("executive"))
    rows = [[texts(cell["children"]) for cell in every(row["children"], "Td")]
            for row in every(page, "Tr")]  # fmt: skip
    assert [(row[0], row[1], row[-1]) for row in rows if row] == [
        ("Weekly report", "16–22 Nov 2026", "✓ sent to 2"),
        ("Weekly report", "9–15 Nov 2026", "✓ sent to 1, × failed for 1"),
    ]
    assert "example.org" not in json.dumps(page)


def test_what_went_wrong_is_told_first(house: House) -> None:
    for number, outcome in enumerate(("failed", "unknown", "claimed", "sent")):
        sent(house, 9, f"{number}@example.org", outcome)
    group = [one for one in house.desk.deliveries() if one.recipient[0].isdecimal()]
    told = ["× failed for 1", "? not certain for 1", "… on its way to 1"]
    assert outstanding(group, ENGLISH) == told


# ---- targets


def aim_at(house: House, team: str, target: str) -> None:
    aim = Aim("promise_kept_rate", "team", team, "month", MONTH.start)
    known = house.desk.newest_targets("month", MONTH.start, MONTH.start).get(aim)
    number = known.number if known else 0
    edit = Edit(aim, Marks(Decimal(target)), "owner", "a plan", number, approved=True)
    house.desk.set_targets([edit], by="test", now=NOW)


def test_targets_of_teams_stand_where_their_people_look(house: House, enter: Enter) -> None:
    for team in ("T1", "T2", "T3"):
        aim_at(house, team, "0.5")
    lead = texts(shown(enter("lead of T1")))
    assert "target 50.0%" in lead
    grid = find(shown(enter("manager"))[0], "against-targets-grid")
    assert [row["key"] for row in grid["rowData"]] == [
        "T1 promise_kept_rate", "T2 promise_kept_rate",
    ]  # fmt: skip
    assert {row["target"] for row in grid["rowData"]} == {"50.0%"}
    # A target of a team says nothing about its cases of one bucket.
    assert "No team has a target" in texts(shown(enter("manager"), "?bucket=M1"))


# ---- alerts


def test_open_alerts_are_those_of_the_reader_and_lead_to_their_page(
    house: House, enter: Enter
) -> None:
    assert "No alert is open." in texts(shown(enter("manager")))
    units = ("T1", "T3")
    low = Threshold("collected", units, "week", "below", Decimal(50_000), Decimal(60_000))
    house.desk.add_rule(Draft("Too low", low, ()), by="test", now=NOW)
    (rule,) = house.desk.alert_rules()
    facts = {
        "kind": "threshold", "metric": "collected", "start": "2026-11-16", "end": "2026-11-23",
        "as_of": "2026-11-22", "value": "42000", "limit": "50000", "side": "below", "periods": 1,
    }  # fmt: skip
    for unit in units:
        house.desk.open_firing(rule, unit, facts, (), NOW)
    for persona, count in (("manager", 1), ("administrator", 2)):
        page = shown(enter(persona))
        alerts = [one for one in every(page, "Li") if "desk-alert" in one.get("className", "")]
        assert len(alerts) == count, persona
        assert "/alerts" in {one.get("href") for one in every(page, "Link")}
        assert_nothing_foreign(house, persona, json.dumps(page, ensure_ascii=False))
    # Who has no page of alerts is told of none.
    for persona in ("executive", "agent"):
        assert "420.00" not in json.dumps(every(shown(enter(persona)), "Li"))


# ---- jobs


@pytest.mark.parametrize(
    ("jobs", "told"),
    [
        (Jobs(), "No job has run yet."),
        (Jobs([DONE]), "✓ All jobs went well when they last ran."),
        (Jobs([replace(DONE, outcome="running"), FAILED, DONE]),
         "× Failed: Refresh of the figures."),
        (Jobs([DONE, FAILED]), "✓ All jobs went well when they last ran."),
        (Jobs(broken=True), "Job runs could not be read; the log of the server tells why."),
    ],
)  # fmt: skip
def test_jobs_are_told_in_a_line_without_places_and_secrets(jobs: Jobs, told: str) -> None:
    line = find(browser_of(jobs).show(path="/desk")["page"], "desk-jobs")
    assert " ".join(texts(line["children"]).split()) == f"{told} Open Data health"
    assert ("health-alarm" in line["className"]) == (told[0] == "×" or jobs.broken)


# ---- little, and nothing


@pytest.mark.parametrize("locale", ["en", "zh_Hans_CN"])
def test_a_desk_of_a_house_without_accounts_says_so(
    house: House, opened: Callable[..., Browserless], locale: str
) -> None:
    said = texts(opened(house.answers, default_locale=locale).show(path="/desk")["page"])
    assert ("Job runs are not known here." in said) == (locale == "en")
    assert "went wrong" not in said
