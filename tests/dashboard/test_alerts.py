"""Alerts as each persona: who sees what, and what comes of honest and of forged acts."""

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pytest
from flask.testing import FlaskClient

from charts import Language
from dashboard import create_app
from dashboard.alerts.rule_words import JOBS, REPORTS, wrong
from dashboard.gate import Gate
from dashboard.locales import LOCALES
from queries import Answers
from queries.alerts import (
    Draft,
    JobFailed,
    ReportLate,
    Rule,
    RuleError,
    Stale,
    Threshold,
    Unusual,
    Ways,
)
from queries.alerts.rules import Check, Fault
from queries.desk import Slot, open_desk
from queries.desk.alerting import Addressed
from queries.desk.signing import Limits
from service.jobs import report_job
from service.report_settings import Reports
from service.settings import Settings
from service.wiring import job_table
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

WAYS = Ways(("ops",), ("example.org",), ("boss@elsewhere.example",), True, True, ("22:00", "07:00"))
LOW = Threshold("collected", ("T1",), "week", "below", Decimal(50_000), Decimal(60_000))
FACTS = {
    "kind": "threshold", "metric": "collected", "start": "2026-11-16", "end": "2026-11-23",
    "as_of": "2026-11-22", "value": "42000", "limit": "50000", "side": "below", "periods": 1,
}  # fmt: skip


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A desk with an alert of each team, of the whole, of the age of the figures and of a job."""
    path = tmp_path_factory.mktemp("alerts") / "desk.db"
    with closing(open_desk(f"sqlite:///{path}")) as desk:
        for name, (role, scope) in PERSONAS.items():
            if scope.dimension is None or scope.values:
                desk.add_person(name, role, scope, password=PASSWORD, by="test", now=NOW)
        rules: dict[str, Check] = {
            "One team": LOW, "Teams 一 二 三": replace(LOW, units=("T1", "T2", "T3")),
            "The whole": replace(LOW, units=("",)), "Old figures": Stale(), "Jobs": JobFailed(),
        }  # fmt: skip
        for name, check in rules.items():
            to = ("mail:ann@example.org", "chat:ops")
            desk.add_rule(Draft(name, check, to), by="administrator", now=NOW)
        known = {rule.name: rule for rule in desk.alert_rules()}
        letters = (Addressed("ann@example.org", "mail", NOW),)
        for name, unit in (
            ("One team", "T1"), ("Teams 一 二 三", "T1"), ("Teams 一 二 三", "T2"),
            ("The whole", ""), ("Teams 一 二 三", "T3"),
        ):  # fmt: skip
            desk.open_firing(known[name], unit, FACTS, letters, NOW)
        stale = {"kind": "stale", "as_of": "2026-11-22"}
        desk.open_firing(known["Old figures"], "", stale, (), NOW)
        job = {"kind": "job", "job": "refresh", "outcome": "failed", "at": NOW.isoformat()}
        desk.open_firing(known["Jobs"], "refresh", job, (), NOW)
    return path


@pytest.fixture
def house(figures: Answers, furnished: Path, tmp_path: Path) -> Iterator[House]:
    """A copy of it that a test may change, with its pages."""
    shutil.copy(furnished, tmp_path / "desk.db")
    with closing(open_desk(f"sqlite:///{tmp_path}/desk.db")) as desk:
        made = House(figures, desk, None)  # type: ignore[arg-type]
        gate = Gate(desk, made.now, Limits())
        made.app = create_app(figures, gate=gate, ways=WAYS)  # type: ignore[assignment]
        yield made


def act(client: FlaskClient, done: str, language: str = "en", /, **fields: Any) -> tuple[int, str]:
    """Status and text of what was told."""
    client.set_cookie("arrears_language", language)
    sent = client.post(f"/act/{done}", json=fields, headers={"X-CSRFToken": token_of(client)})
    return sent.status_code, sent.get_json()["told"]


def page(client: FlaskClient) -> str:
    return json.dumps(ask(client, "/alerts")["drawn"], ensure_ascii=False)


def rule(house: House, name: str) -> Rule:
    return next(rule for rule in house.desk.alert_rules() if rule.name == name)


NEW: dict[str, Any] = {
    "kind": "threshold", "name": "Kept low", "metric": "promise_kept_rate", "units": ["T1"],
    "grain": "week", "side": "below", "limit": "55", "clear": "60%", "periods": "2", "least": "30",
    "chats": ["ops"], "mails": "bob@example.org, eve@example.org\nboss@elsewhere.example",
    "quiet_from": "22:00", "quiet_until": "07:00", "working_days_only": "1", "rule": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("persona", "alerts"),
    [("administrator", 7), ("manager", 5), ("lead of T1", 3), ("lead of T2", 2)],
)
def test_everybody_sees_what_is_open_of_their_teams(
    house: House, enter: Enter, persona: str, alerts: int
) -> None:
    shown = page(enter(persona))
    assert f"{alerts} alerts are open." in shown
    assert "Collected · " in shown
    assert_nothing_foreign(house, persona, shown)
    assert ("Whole operation" in shown) == (persona == "administrator")
    # A name that was given to a rule of three teams may name the third.
    assert ("Teams 一 二 三" in shown) == (persona == "administrator")
    # Who is written to is told to those who may set it.
    may_set = persona in ("administrator", "manager")
    assert ("ann@example.org" in shown) == may_set
    assert ("Refresh of the figures failed" in shown) == may_set
    assert "1 letter waits" in shown


@pytest.mark.parametrize("persona", ["executive", "agent"])
def test_who_has_no_right_finds_no_page_and_no_act(
    house: House, enter: Enter, persona: str
) -> None:
    client = enter(persona)
    assert ask(client, "/alerts")["title"].startswith("No such page")
    for done in ("acknowledge-alert", "save-alert-rule", "switch-alert-rule"):
        assert act(client, done, **NEW | {"rule": 1, "firing": 1, "note": "x"})[0] == 404
    assert client.get("/export/alerts/rules.csv").status_code == 404
    assert all(one.acknowledged_at is None for one in house.desk.open_firings())


def test_an_alert_is_acknowledged_once_with_a_note(house: House, enter: Enter) -> None:
    client = enter("lead of T1")
    firing = next(one for one in house.desk.open_firings() if one.rule.name == "One team")
    assert act(client, "acknowledge-alert", firing=firing.id, note="  ")[0] == 400
    note = "Two are ill; <b>Ann</b> takes over."
    assert act(client, "acknowledge-alert", firing=str(firing.id), note=note)[0] == 200
    shown = page(client)
    assert "Two are ill; <b>Ann</b>" in shown
    assert "lead of T1" in shown
    status, told = act(enter("manager"), "acknowledge-alert", firing=firing.id, note="me too")
    assert (status, told) == (409, "Somebody else has acknowledged this alert already.")
    deeds = [deed for deed in house.desk.deeds() if deed.what == "alert acknowledged"]
    assert [(deed.who, deed.subject) for deed in deeds] == [("lead of T1", "One team")]


def test_an_alert_that_is_not_there_or_elsewhere_is_no_alert(house: House, enter: Enter) -> None:
    client = enter("lead of T2")
    for firing in (None, "", "x", -1, 0, 10**30, True, [1], {"a": 1}, "9" * 400, 99):
        assert act(client, "acknowledge-alert", firing=firing, note="x")[0] == 400
    elsewhere = [
        one.id for one in house.desk.open_firings() if one.unit != "T2" and one.kind != "stale"
    ]
    assert len(elsewhere) == 5
    for number in elsewhere:
        status, told = act(client, "acknowledge-alert", "zh-Hans", firing=number, note="x")
        assert (status, told) == (400, "该内容已不存在，请重新加载页面。")


def test_a_rule_is_made_as_it_was_typed(house: House, enter: Enter) -> None:
    client = enter("manager")
    assert act(client, "save-alert-rule", **NEW)[0] == 200
    made = rule(house, "Kept low")
    assert made.owner == "manager"
    assert made.check == Threshold(
        "promise_kept_rate", ("T1",), "week", "below", Decimal("0.55"), Decimal("0.6"), 2, 30
    )
    assert made.draft is not None
    assert made.draft.recipients == (
        "chat:ops", "mail:bob@example.org", "mail:eve@example.org", "mail:boss@elsewhere.example",
    )  # fmt: skip
    assert made.draft.working_days_only
    shown = page(client)
    assert "Promises kept per week: 55.0% or less" in shown or "55.0% or less" in shown
    assert "not from 22:00 to 07:00" in shown
    money = NEW | {"name": "Money", "metric": "collected", "limit": "1,234.50", "clear": ""}
    assert act(client, "save-alert-rule", **money)[0] == 200
    assert rule(house, "Money").check == replace(
        LOW, limit=Decimal(123450), clear=Decimal(123450), periods=2
    )


def test_the_other_kinds_of_rules_are_made_too(house: House, enter: Enter) -> None:
    client = enter("manager")
    unusual = {"kind": "signal", "name": "s", "metric": "attempts", "units": "T2", "grain": "day",
               "least": "50", "both": "1"}  # fmt: skip
    assert act(client, "save-alert-rule", **unusual)[0] == 200
    assert rule(house, "s").check == Unusual("attempts", ("T2",), "day", True, 50)
    pace = {"kind": "pace", "name": "p", "metric": "collected", "units": ["T1"], "grain": "month",
            "share": "95", "clear": "97,5", "elapsed": "20 %"}  # fmt: skip
    assert act(client, "save-alert-rule", **pace)[0] == 200
    assert str(getattr(rule(house, "p").check, "clear", "")) == "0.975"
    assert act(client, "save-alert-rule", kind="stale", name="old")[0] == 200
    assert act(client, "save-alert-rule", kind="job", name="j", jobs=["refresh"])[0] == 200
    assert rule(house, "j").check == JobFailed(("refresh",))


def test_the_rule_that_exists_by_itself_is_changed_like_others(house: House, enter: Enter) -> None:
    made = house.desk.ensure_rule(Draft("Report late", ReportLate()), by="Arrears", now=NOW)
    own = rule(house, "Report late")
    assert own.id == made
    facts = {"kind": "report", "reason": "held", "start": "2026-11-16", "end": "2026-11-23"}
    house.desk.open_firing(own, "weekly", facts, (), NOW)
    heading = "Weekly report has not left by its deadline"
    assert heading in page(enter("administrator"))
    assert heading not in page(enter("lead of T1"))
    fields = {"kind": "report", "name": "Late", "rule": own.id, "number": 1, "chats": ["ops"]}
    client = enter("administrator")
    assert act(client, "save-alert-rule", **fields, reports=["yearly"])[0] == 400
    assert act(client, "save-alert-rule", **fields, reports=["weekly", "daily"])[0] == 200
    changed = rule(house, "Late")
    assert (changed.check, changed.owner) == (ReportLate(("weekly", "daily")), "administrator")


FOREIGN_OR_FORGED: list[dict[str, Any]] = [
    {"kind": "spell"}, {"kind": None}, {"kind": ["threshold"]}, {"metric": "liquidation"},
    {"metric": "password"}, {"metric": {}}, {"units": []}, {"units": ["T3"]},
    {"units": ["T1", "T3"]}, {"units": ["~"]}, {"units": [""]}, {"units": [7, None]},
    {"units": "x" * 9_000},
    {"units": [f"T{n}" for n in range(5_000)]}, {"grain": "year"}, {"side": "beside"},
    {"limit": ""}, {"limit": "much"}, {"limit": "1e9"}, {"limit": "NaN"}, {"limit": 55},
    {"limit": ["55"]}, {"clear": "50"}, {"periods": "0"}, {"periods": "x" * 99}, {"least": "-1"},
    {"chats": ["other"]}, {"chats": ["ops"] * 2 + ["json://example.org"]},
    {"mails": "ann@elsewhere.example"}, {"mails": "example.org"}, {"mails": "x\r\nBcc: a@b.c"},
    {"mails": "json://x@example.org"}, {"mails": " ".join(f"a{n}@example.org" for n in range(60))},
    {"quiet_from": "25:00"}, {"quiet_from": "", "quiet_until": "07:00"}, {"name": ""},
    {"name": "x" * 150}, {"name": "One team"}, {"name": {}}, {"rule": "999", "number": "1"},
    {"rule": "x"}, {"rule": 1}, {"rule": [1], "number": 1},
    {"kind": "job", "jobs": ["rm -rf"]}, {"kind": "pace", "metric": "collected", "share": "200"},
    {"kind": "pace", "metric": "promise_kept_rate"}, {"kind": "signal", "metric": "open_cases"},
]  # fmt: skip


def test_forged_fields_make_no_rule_and_are_told(house: House, enter: Enter) -> None:
    client, before = enter("manager"), house.desk.alert_rules()
    for changed in FOREIGN_OR_FORGED:
        status, told = act(client, "save-alert-rule", "zh-Hans", **NEW | changed)
        assert status in (400, 409), changed
        assert any("\u4e00" <= letter <= "\u9fff" for letter in told), (changed, told)
        assert_nothing_foreign(house, "manager", told)
    assert house.desk.alert_rules() == before


def test_a_lead_makes_no_rule_and_changes_none(house: House, enter: Enter) -> None:
    client, own = enter("lead of T1"), rule(house, "One team")
    assert act(client, "save-alert-rule", **NEW)[0] == 404
    assert act(client, "switch-alert-rule", rule=own.id, number=1, active="off")[0] == 404
    assert rule(house, "One team").active


def test_a_rule_of_units_elsewhere_is_no_rule_to_a_manager(house: House, enter: Enter) -> None:
    client = enter("manager")
    for name in ("Teams 一 二 三", "The whole"):
        number = rule(house, name).id
        changed = NEW | {"rule": number, "number": 1}
        assert act(client, "save-alert-rule", **changed)[0] == 400
        assert act(client, "switch-alert-rule", rule=number, number=1, active="off")[0] == 400
        assert rule(house, name).number == 1


def test_a_change_says_which_state_was_seen(house: House, enter: Enter) -> None:
    client, own = enter("manager"), rule(house, "One team")
    changed = NEW | {"rule": own.id, "number": "1", "name": "Renamed"}
    assert act(client, "save-alert-rule", **changed)[0] == 200
    assert act(client, "save-alert-rule", **changed | {"name": "Other"})[0] == 409
    kept = rule(house, "Renamed")
    assert (kept.owner, kept.number) == ("manager", 2)
    # It was changed into another rule, so what was open by the old one is over.
    assert all(one.rule.id != own.id for one in house.desk.open_firings())
    assert act(client, "switch-alert-rule", rule=own.id, number=2, active="off")[0] == 200
    assert not rule(house, "Renamed").active
    assert "Switch on" in page(client)
    assert act(client, "switch-alert-rule", rule=own.id, number=2, active="on")[0] == 409
    assert act(client, "switch-alert-rule", rule=own.id, number=3, active="on")[0] == 200


def test_why_a_rule_says_nothing_is_told_with_it(house: House, enter: Enter) -> None:
    run = house.desk.claim_run("alerts", Slot("1", NOW), NOW)
    assert run is not None
    silent = {str(rule(house, "One team").id): {"T1": "history"}}
    house.desk.finish_run(run, "done", "", NOW, result={"silent": silent})
    shown = page(enter("manager"))
    assert "On: not enough history yet" in shown
    assert "Last looked at 23 Nov 2026, 09:00." in shown


def test_what_is_over_is_history_and_can_be_taken_along(house: House, enter: Enter) -> None:
    client = enter("lead of T1")
    assert "No alert is over yet." in page(client)
    for one in house.desk.open_firings():
        house.desk.clear_firing(one.id, NOW + timedelta(hours=1))
    shown = page(client)
    assert "No alert is open." in shown
    assert "¥420.00 for 16–22 Nov 2026, limit ¥500.00 or less" in shown
    table = client.get("/export/alerts/history.csv").get_data(as_text=True)
    assert len(table.strip().splitlines()) == 1 + 3
    assert_nothing_foreign(house, "lead of T1", table)
    rules = client.get("/export/alerts/rules.csv").get_data(as_text=True)
    assert "ann@example.org" not in rules
    assert "One team" in rules


def test_the_whole_page_is_in_the_language_of_its_reader(house: House, enter: Enter) -> None:
    client = enter("manager")
    client.set_cookie("arrears_language", "zh-Hans")
    shown = page(client)
    assert "共有5条预警未解除。" in shown
    for english in ("Acknowledge", "Switch off", "Looks for", "letter", "or less", "Quiet"):
        assert english not in shown


def test_every_fault_has_its_words_and_every_job_its_name() -> None:
    for locale in LOCALES.values():
        for fault in get_args(Fault):
            assert wrong(RuleError(fault, "x"), Language(locale))
    every = {name: {"enabled": True} for name in Reports.model_fields}
    settings = Settings.model_validate({"reports": every})
    there = {job.name for job in job_table(settings, None)}  # type: ignore[arg-type]
    # Until a report has its pack it has no job.
    assert there <= set(JOBS)
    assert set(JOBS) - there <= {report_job(name) for name in REPORTS}
    assert set(REPORTS) == set(every)
