"""A report that has not left by its deadline rings by itself, until all of it has."""

from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from queries import Period
from queries.alerts import Draft, ReportLate
from queries.desk import Desk, Slot
from queries.desk.deliveries import Addressee
from queries.rights import EVERYTHING
from service.alerting import alert, expected_since
from service.configuration import read_settings
from service.deadlines import ITSELF, broken, late, promises
from service.schedules import plans
from service.settings import Settings
from tests.support.editions import keep

# A Monday; the weekly report is due at 7:30 in Shanghai, and all of it by 13:30.
DUE = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
HOUR = timedelta(hours=1)
DEADLINE = DUE + 6 * HOUR
WEEK = Period(date(2026, 2, 23), date(2026, 3, 2))
ABOUT = {"period": ["2026-02-23", "2026-03-02"]}
SLOT = Slot("2026-W10", DUE)
LONG_AGO = {"weekly": DUE - timedelta(days=30)}
PLANS = plans(Settings())
PLACE = ("weekly", WEEK, "", 1)


def reason(desk: Desk, now: datetime = DEADLINE) -> str | None:
    (promise,) = promises(PLANS, LONG_AGO, now)
    facts = broken(desk, promise)
    return facts["reason"] if facts else None


def ended(
    desk: Desk, outcome: str, result: dict[str, Any] | None = None, slot: Slot = SLOT
) -> None:
    run_id = desk.claim_run("weekly_report", slot, slot.due)
    assert run_id is not None
    desk.finish_run(run_id, outcome, "", slot.due + HOUR, result=result)  # type: ignore[arg-type]


def waiting(desk: Desk, *recipients: str) -> None:
    """Deliveries that wait for an edition, as `keep_edition` writes them."""
    keep(desk, WEEK, dict.fromkeys(recipients, "smtp"), now=DUE)


def test_what_is_promised_is_the_newest_slot_whose_deadline_is_over() -> None:
    (before,) = promises(PLANS, LONG_AGO, DEADLINE - timedelta(seconds=1))
    assert before.slot.key == "2026-W09"
    (promise,) = promises(PLANS, LONG_AGO, DEADLINE)
    assert (promise.slot, promise.period, promise.deadline) == (SLOT, WEEK, DEADLINE)


def test_what_was_due_before_anybody_looked_is_owed_by_nobody() -> None:
    assert promises(PLANS, {}, DEADLINE) == []
    assert promises(PLANS, {"weekly": DUE + HOUR}, DEADLINE) == []
    assert len(promises(PLANS, {"weekly": DUE}, DEADLINE)) == 1


def test_a_report_that_has_left_keeps_quiet(desk: Desk) -> None:
    ended(desk, "done", ABOUT)
    assert reason(desk) is None


@pytest.mark.parametrize(
    ("outcome", "result", "expected"),
    [
        ("failed", None, "failed"),
        ("failed", {"refused": 1}, "refused"),
        # Who could not be reached is told by the deliveries; here all have been resolved.
        ("failed", {"refused": 0}, None),
        ("failed", {"held": True}, "held"),
        ("missed", None, "missed"),
    ],
)
def test_why_it_has_not_left(
    desk: Desk, outcome: str, result: dict[str, Any] | None, expected: str | None
) -> None:
    assert reason(desk) == "no_run"
    run_id = desk.claim_run("weekly_report", SLOT, DUE)
    assert reason(desk) == "running"
    assert run_id is not None
    desk.finish_run(run_id, outcome, "", DUE + HOUR, result=result)  # type: ignore[arg-type]
    assert reason(desk) == expected


def test_who_sends_it_by_hand_ends_it_and_who_sends_another_does_not(desk: Desk) -> None:
    ended(desk, "failed")
    by_hand = Slot("by hand 1", DUE + HOUR)
    ended(desk, "done", {"period": ["2026-02-16", "2026-02-23"]}, by_hand)
    assert reason(desk) == "failed"
    ended(desk, "done", ABOUT, Slot("by hand 2", DUE + 2 * HOUR))
    assert reason(desk) is None


def test_a_delivery_that_is_not_over_is_a_report_that_has_not_left(desk: Desk) -> None:
    waiting(desk, "a@example.org", "b@example.org")
    ended(desk, "done", ABOUT)
    desk.withhold(
        PLACE, [Addressee("c@example.org", "smtp", "en", DUE, "sees nothing")], DUE
    )  # fmt: skip
    for number, one in enumerate(desk.due_deliveries(DUE)):
        assert reason(desk) == "deliveries"
        claim = f"claim {number}"
        assert desk.claim_delivery(one.id, claim, DUE)
        end = "unknown" if number else "sent"
        assert desk.finish_delivery(one.id, claim, end, "", DUE)  # type: ignore[arg-type]
    assert reason(desk) == "deliveries"
    (unknown,) = [one for one in desk.deliveries() if one.outcome == "unknown"]
    desk.resolve_delivery(unknown.id, "arrived", by="ann", now=DEADLINE, give_up_at=DEADLINE)
    assert reason(desk) is None


def test_an_alert_begins_ends_and_gives_way_to_the_next_slot(desk: Desk) -> None:
    known = promises(PLANS, LONG_AGO, DEADLINE)
    ((report, move, facts),) = late(desk, known, {})
    assert (report, move, facts["due"]) == ("weekly", "fire", DUE.isoformat())
    assert [one[1] for one in late(desk, known, {"weekly": facts})] == ["hold"]
    earlier = {**facts, "due": "2026-02-22T23:30:00+00:00"}
    assert [one[1] for one in late(desk, known, {"weekly": earlier})] == ["clear"]
    # One that is switched off.
    assert [one[1] for one in late(desk, [], {"weekly": facts})] == ["clear"]
    ended(desk, "done", ABOUT)
    assert [one[1] for one in late(desk, known, {"weekly": facts})] == ["clear"]


# ---- the job


@pytest.fixture
def settings(desk_url: str, tmp_path: Any) -> Settings:
    return read_settings(
        None, {"ARREARS_DESK__URL": desk_url, "ARREARS_STORE__FOLDER": f"{tmp_path}/figures"}
    )  # fmt: skip


def look(desk: Desk, settings: Settings, now: datetime) -> None:
    """The job of alerts, as the scheduler runs it."""
    run_id = desk.claim_run("alerts", Slot(now.isoformat(), now), now)
    assert run_id is not None
    done = alert(settings, desk, now)
    desk.finish_run(run_id, "done", done.detail, now, result=done.result)


def test_a_fresh_desk_does_not_ring_and_one_that_has_looked_does(
    desk: Desk, settings: Settings
) -> None:
    for now in (DUE + HOUR, DEADLINE, DEADLINE + timedelta(days=6)):
        look(desk, settings, now)
        assert desk.open_firings() == []
    look(desk, settings, DEADLINE + timedelta(days=7))
    (firing,) = desk.open_firings()
    assert (firing.rule.owner, firing.unit, firing.facts["reason"]) == (ITSELF, "weekly", "no_run")
    ended(desk, "done", {"period": ["2026-03-02", "2026-03-09"]}, Slot("2026-W11", DUE))
    look(desk, settings, DEADLINE + timedelta(days=7, minutes=5))
    assert desk.open_firings() == []


def test_the_rule_is_made_once_whatever_becomes_of_it(desk: Desk, settings: Settings) -> None:
    look(desk, settings, DUE)
    (rule,) = desk.alert_rules()
    assert (rule.kind, rule.check, rule.active) == ("report", ReportLate(), True)
    assert rule.draft is not None
    assert rule.draft.recipients == ()
    desk.add_person("ann", "administrator", EVERYTHING, password="x" * 12, by="t", now=DUE)
    mine = Draft("Late", ReportLate(("weekly",)))
    desk.change_rule(rule.id, mine, seen=1, by="ann", now=DUE)
    desk.switch_rule(rule.id, active=False, seen=2, by="ann", now=DUE)
    look(desk, settings, DUE + HOUR)
    assert [(one.name, one.active) for one in desk.alert_rules()] == [("Late", False)]


def test_a_rule_that_somebody_has_taken_over_rings_too(desk: Desk, settings: Settings) -> None:
    look(desk, settings, DUE - HOUR)
    (rule,) = desk.alert_rules()
    desk.add_person("ann", "administrator", EVERYTHING, password="x" * 12, by="t", now=DUE)
    desk.change_rule(rule.id, Draft("Late", ReportLate()), seen=1, by="ann", now=DUE)
    look(desk, settings, DEADLINE)
    assert [one.unit for one in desk.open_firings()] == ["weekly"]


def test_since_when_a_report_is_expected_is_handed_on(desk: Desk, settings: Settings) -> None:
    first, known = DUE - timedelta(days=3), plans(settings)
    look(desk, settings, first)
    look(desk, settings, DUE)
    with closing(desk):
        assert expected_since(desk, known, DEADLINE) == {"weekly": first}
        desk.prune_runs(["alerts"], DEADLINE)
        assert expected_since(desk, known, DEADLINE) == {"weekly": first}
