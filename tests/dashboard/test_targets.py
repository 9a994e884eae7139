"""Targets as each persona sets, proposes, approves and sees them; honest and forged."""

import base64
import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient

from queries.targets.target import Aim, Level
from tests.dashboard.browserless import texts
from tests.dashboard.personas import (
    PERSONAS,
    Enter,
    House,
    ask,
    assert_nothing_foreign,
    token_of,
)

NOVEMBER = date(2026, 11, 1)
SPAN = "month:2026-11-01"
LOOK = f"?span={SPAN}&metric=collected"


def aim(unit: str, level: Level = "team", start: date = NOVEMBER) -> Aim:
    return Aim("collected", level, unit, "month", start)


Doing = Callable[..., tuple[int, dict[str, Any]]]


@pytest.fixture
def act(house: House, enter: Enter) -> Doing:
    """Does an act as somebody; the status and what was told."""
    clients: dict[str, FlaskClient] = {}

    def doing(who: str, name: str, **fields: Any) -> tuple[int, dict[str, Any]]:
        client = clients.setdefault(who, enter(who))
        headers = {"X-CSRFToken": token_of(client)}
        response = client.post(f"/act/{name}", json=fields, headers=headers)
        return response.status_code, response.get_json()

    return doing


def row(key: str, target: str, number: int = 0, **more: str) -> dict[str, Any]:
    return {"key": key, "number": number, "target": target, "floor": "", "stretch": "", **more}


def setting(act: Doing, who: str, *rows: dict[str, Any], **more: Any) -> tuple[int, dict[str, Any]]:
    fields = {"span": SPAN, "metric": "collected", "reason": "plan", "rows": list(rows), **more}
    return act(who, "set-targets", **fields)


def in_force(house: House, unit: str, level: Level = "team") -> Decimal | None:
    known = house.desk.targets_in_force("month", NOVEMBER, NOVEMBER)
    found = known.get(aim(unit, level))
    return found.marks.target if found else None


def number(house: House, unit: str, level: Level = "team") -> int:
    found = house.desk.newest_targets("month", NOVEMBER, NOVEMBER).get(aim(unit, level))
    return found.number if found else 0


def test_a_manager_sets_at_once_and_a_lead_proposes_what_changes_much(
    house: House, act: Doing
) -> None:
    status, told = setting(act, "manager", row("team T1", "100,000", number(house, "T1")))
    assert (status, told["told"]) == (200, "1 target saved.")
    assert in_force(house, "T1") == 10_000_000
    # 10 % more needs nobody, a cent above that does.
    status, told = setting(act, "lead of T1", row("team T1", "110,000", number(house, "T1")))
    assert (status, told["told"]) == (200, "1 target saved.")
    assert in_force(house, "T1") == 11_000_000
    status, told = setting(act, "lead of T1", row("team T1", "121000.01", number(house, "T1")))
    assert status == 200
    assert "1 waits for the approval of a manager." in told["told"]
    assert in_force(house, "T1") == 11_000_000
    (waiting,) = house.desk.waiting_targets()
    status, told = act("lead of T1", "decide-target", version=str(waiting.id), verdict="approved")
    assert (status, told["told"]) == (403, "That is for somebody else to decide.")
    status, told = act("lead of T2", "decide-target", version=waiting.id, verdict="withdrawn")
    assert status == 409
    status, told = act("manager", "decide-target", version=waiting.id, verdict="refused")
    assert (status, told["told"]) == (400, "Say why it is refused.")
    status, _ = act("manager", "decide-target", version=waiting.id, verdict="approved")
    assert status == 200
    assert in_force(house, "T1") == 12_100_001
    status, _ = act("manager", "decide-target", version=waiting.id, verdict="approved")
    assert status == 409


def test_who_proposed_it_can_withdraw_it(house: House, act: Doing) -> None:
    setting(act, "lead of T2", row("team T2", "5", number(house, "T2")))
    (waiting,) = house.desk.waiting_targets()
    status, told = act("manager", "decide-target", version=waiting.id, verdict="withdrawn")
    assert status == 403
    status, told = act("lead of T2", "decide-target", version=waiting.id, verdict="withdrawn")
    assert (status, told["told"]) == (200, "Withdrawn.")
    assert in_force(house, "T2") is None


def test_what_somebody_else_has_changed_meanwhile_is_told_and_nothing_is_lost(
    house: House, act: Doing
) -> None:
    seen = number(house, "A001", "agent"), number(house, "A002", "agent")
    mine = [row("agent A001", "700", seen[0]), row("agent A002", "800", seen[1])]
    assert setting(act, "manager", row("agent A002", "900.50", seen[1]))[0] == 200
    status, told = setting(act, "administrator", *mine)
    assert status == 409
    (conflict,) = told["conflicts"]
    assert conflict["key"] == "agent A002"
    assert conflict["target"] == "900.5"
    assert "manager has set ¥900.50" in conflict["told"]
    assert in_force(house, "A001", "agent") is None
    mine[1]["number"] = conflict["number"]
    assert setting(act, "administrator", *mine)[0] == 200
    assert in_force(house, "A002", "agent") == 80_000


def test_everything_wrong_is_told_at_its_cell_and_nothing_is_saved(
    house: House, act: Doing
) -> None:
    before = house.desk.targets_revision()
    status, told = setting(
        act, "administrator",
        row("team T1", "abc", number(house, "T1"), floor="-1"),
        row("team T2", "100", number(house, "T2"), floor="200"),
        row("operation", "", 0, stretch="5"),
        row("team T3", "12"),
    )  # fmt: skip
    assert status == 400
    assert told["told"] == "4 entries cannot be saved. Nothing was saved."
    assert {(one["key"], one["field"]) for one in told["errors"]} == {
        ("team T1", "target"), ("team T1", "floor"), ("team T2", "target"),
        ("operation", "target"),
    }  # fmt: skip
    status, told = setting(act, "administrator", row("team T3", "12"), reason="")
    assert [one["field"] for one in told["errors"]] == ["reason"]
    assert house.desk.targets_revision() == before


def test_targets_of_a_period_that_is_over_cannot_be_set(house: House, act: Doing) -> None:
    status, told = setting(act, "manager", row("team T1", "1"), span="month:2026-10-01")
    assert status == 400
    assert told["told"].startswith("Oct 2026 is over")


FORGED_ROWS: tuple[Any, ...] = (
    row("team T3", "1"), row("team T9", "1"), row("operation", "1"), row("agent A009", "1"),
    row("department x", "1"), row("nonsense T1", "1"), row("team T1", "1", -1),
    {"key": 7}, "x", None, {"key": "team T1"}, {"key": ["team T1"], "number": 0, "target": "1"},
)  # fmt: skip


@pytest.mark.parametrize("forged", FORGED_ROWS, ids=str)
def test_nobody_sets_a_target_outside_of_their_scope(house: House, act: Doing, forged: Any) -> None:
    before = house.desk.targets_revision()
    status, told = setting(act, "lead of T1", forged)
    assert status == 400
    assert_nothing_foreign(house, "lead of T1", json.dumps(told, ensure_ascii=False))
    assert house.desk.targets_revision() == before


@pytest.mark.parametrize(
    "fields",
    [
        {"span": "day:2026-11-01"}, {"span": "month:2026-11-02"}, {"span": "month:9999-11-01"},
        {"span": 7}, {"metric": "open_cases"}, {"metric": "liquidation"}, {"metric": None},
        {"rows": "x"}, {"rows": [row("team T1", "1")] * 5_001}, {"rows": []}, {"rows": None},
    ],
    ids=lambda fields: str(fields)[:40],
)  # fmt: skip
def test_a_form_that_says_nonsense_is_refused(
    house: House, act: Doing, fields: dict[str, Any]
) -> None:
    before = house.desk.targets_revision()
    status, told = setting(act, "lead of T1", row("team T1", "1"), **fields)
    assert status == 400
    assert told["told"]
    assert house.desk.targets_revision() == before


@pytest.mark.parametrize("persona", ["executive", "agent", "nobody's lead"])
@pytest.mark.parametrize("name", ["set-targets", "decide-target", "import-targets"])
def test_who_may_not_set_targets_changes_none(
    house: House, act: Doing, persona: str, name: str
) -> None:
    before = house.desk.targets_revision()
    status, _ = act(
        persona, name, span=SPAN, metric="collected", reason="x", rows=[row("team T1", "1")],
        version=1, verdict="approved",
    )  # fmt: skip
    assert status in (400, 404, 409)
    assert house.desk.targets_revision() == before


def test_an_act_without_a_token_or_a_session_does_nothing(house: House, enter: Enter) -> None:
    client = enter("manager")
    assert client.post("/act/set-targets", json={}).status_code == 403
    stranger = house.app.server.test_client()
    assert stranger.post("/act/set-targets", json={}).status_code in (401, 403)
    headers = {"X-CSRFToken": token_of(client)}
    assert client.post("/act/nonsense", json={}, headers=headers).status_code == 404
    for body in (b"", b"[]", b"{", b'"x"'):
        sent = client.post("/act/set-targets", data=body, headers=headers)
        assert sent.status_code == 400


@pytest.mark.parametrize("persona", PERSONAS)
def test_the_page_shows_targets_of_the_own_scope_and_no_others(
    house: House, enter: Enter, act: Doing, persona: str
) -> None:
    for key in ("team T1", "team T2", "team T3", "operation", "agent A001", "agent A009"):
        level, _, unit = key.partition(" ")
        seen = number(house, unit, level)  # type: ignore[arg-type]
        setting(act, "administrator", row(key, "54321", seen))
    client = enter(persona)
    for search in ("", LOOK, f"?span={SPAN}&metric=coverage", "?span=quarter:2026-10-01"):
        answer = ask(client, "/targets", search)
        assert_nothing_foreign(house, persona, json.dumps(answer, ensure_ascii=False))
    shown = texts(json.loads(ask(client, "/targets", LOOK)["drawn"])["tree"])
    if persona in ("agent",):
        assert "Set targets" not in shown
    for kind in ("csv", "xlsx"):
        sheet = client.get(f"/targets/sheet.{kind}{LOOK}")
        assert sheet.status_code == (404 if persona == "agent" else 200)
    text = client.get(f"/targets/sheet.csv{LOOK}").get_data(as_text=True)
    assert_nothing_foreign(house, persona, text)
    if persona == "lead of T1":
        assert "54321" in text
        assert "T2" not in text


@pytest.mark.parametrize(
    "search",
    ["?span=x&metric=y", "?span=month:2026-13-01", "?span=month:0001-01-01", "?span=:&metric=",
     "?span=week:2026-11-22", "?span=" + "x" * 500, "?metric=<b>&span=quarter:2099-12-31"],
)  # fmt: skip
def test_an_address_that_says_nonsense_shows_a_usable_page(
    house: House, enter: Enter, search: str
) -> None:
    answer = ask(enter("manager"), "/targets", search)
    assert answer["title"].startswith("Targets")
    assert "<b>" not in answer["drawn"]


def test_cards_tell_how_far_the_target_of_the_month_is(
    house: House, enter: Enter, act: Doing
) -> None:
    setting(act, "administrator", row("operation", "1000", number(house, "", "operation")))
    drawn = json.loads(ask(enter("executive"), "/")["drawn"])
    card = json.dumps(drawn["still"]["cards"], ensure_ascii=False)
    assert "Nov 2026" in card
    assert "of target" in card
    # Drawn anew at once for who has looked before.
    setting(act, "administrator", row("operation", "77777000", number(house, "", "operation")))
    again = json.dumps(json.loads(ask(enter("executive"), "/")["drawn"])["still"]["cards"])
    assert "0% of target" in again
    # The target of the operation says nothing about one product or one team.
    product = json.dumps(json.loads(ask(enter("executive"), "/", "?product=card")["drawn"]))
    assert "of target" not in product


def test_trends_show_the_target_of_each_span(house: House, enter: Enter, act: Doing) -> None:
    def set_month(metric: str) -> None:
        known = house.desk.newest_targets("month", NOVEMBER, NOVEMBER)
        seen = known.get(Aim(metric, "operation", "", "month", NOVEMBER))
        number = seen.number if seen else 0
        setting(act, "administrator", row("operation", "4.5", number), metric=metric)

    # What a month recovers of its balance is not to be recovered by each of its weeks.
    set_month("recovery_rate")
    assert '"Target"' not in ask(enter("executive"), "/")["drawn"]
    set_month("promise_kept_rate")
    assert '"Target"' in ask(enter("executive"), "/")["drawn"]


def test_a_sheet_is_checked_first_and_saved_as_a_whole(
    house: House, act: Doing, enter: Enter
) -> None:
    def file(text: str) -> dict[str, str]:
        return {"name": "t.csv", "data": base64.b64encode(text.encode()).decode()}

    head = "Metric,Level,Unit,Unit name,Period,Starts on,Floor,Target,Stretch,Owner,Reason\n"
    december = "collected,team,T1,,month,2026-12-01,,5000,,li,season\n"
    wrong = file(head + december + "collected,team,T3,,month,2026-12-01,,5000,,li,season\n")
    status, told = act("lead of T1", "import-targets", step="check", file=wrong)
    assert status == 400
    assert any(line.startswith("Row 3") for line in told["lines"])
    over = file(head + december.replace("2026-12-01", "2026-10-01"))
    status, told = act("lead of T1", "import-targets", step="save", file=over, seen={})
    assert "is over" in told["lines"][0]
    good = file(head + december)
    status, told = act("manager", "import-targets", step="save", file=good)
    assert (status, told["told"]) == (400, "Check the sheet first, then save it.")
    status, told = act("manager", "import-targets", step="check", file=good)
    assert (status, told["again"]) == (200, False)
    assert told["told"] == "All rows are right. 1 target would be set."
    assert not house.desk.targets_in_force("month", date(2026, 12, 1), date(2026, 12, 1))
    status, again = act("manager", "import-targets", step="save", file=good, seen=told["seen"])
    assert (status, again["told"]) == (200, "1 target saved.")
    saved = house.desk.targets_in_force("month", date(2026, 12, 1), date(2026, 12, 1))
    (version,) = saved.values()
    assert (version.marks.target, version.owner, version.reason) == (500_000, "li", "season")
    # Who checked an older state does not overwrite what came since.
    other = file(head + december.replace("5000", "6000"))
    status, told = act("manager", "import-targets", step="save", file=other, seen=told["seen"])
    assert status == 409
    status, told = act("manager", "import-targets", step="check", file=good)
    assert "there is nothing to save" in told["told"]
    for nonsense in ({}, {"name": 7, "data": 7}, {"name": "x", "data": "%%%"}, "x", None):
        assert act("manager", "import-targets", step="check", file=nonsense)[0] == 400


def test_what_was_set_is_in_the_audit(house: House, act: Doing) -> None:
    setting(act, "manager", row("team T2", "4321", number(house, "T2")), reason="more cases")
    (deed, *_) = house.desk.deeds(containing="more cases")
    assert (deed.who, deed.what) == ("manager", "target set")
    assert deed.subject == "collected team T2 month 2026-11-01"
