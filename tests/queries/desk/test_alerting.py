"""Rules, firings and letters of alerts, each on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import insert, update

from queries.alerts import Draft, JobFailed, Quiet, Rule, RuleError, Stale, Threshold
from queries.desk import Desk
from queries.desk.alert_rules import MOST_RULES
from queries.desk.alerting import Addressed, Firing
from queries.desk.rows import AlertRuleRow

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
LOW = Threshold("collected", ("T1", "T2"), "week", "below", Decimal(500), Decimal(550))
DRAFT = Draft("Collected low", LOW, ("mail:ann@example.org", "chat:ops"), Quiet(time(22), time(7)))
ANN = Addressed("ann@example.org", "mail", NOW)
OPS = Addressed("ops", "chat", LATER)


def made(desk: Desk, draft: Draft = DRAFT) -> Rule:
    number = desk.add_rule(draft, by="may", now=NOW, origin="10.0.0.1")
    return next(rule for rule in desk.alert_rules() if rule.id == number)


def opened(desk: Desk, rule: Rule, unit: str = "T1") -> int:
    firing = desk.open_firing(rule, unit, {"value": "420"}, (ANN, OPS), NOW)
    assert firing is not None
    return firing


def outcomes(desk: Desk, firing: int) -> dict[str, str]:
    return {one.recipient: one.outcome for one in desk.alert_letters([firing])}


def only(desk: Desk) -> Firing:
    (firing,) = desk.open_firings()
    return firing


def test_a_rule_is_kept_as_it_was_meant(desk: Desk) -> None:
    rule = made(desk)
    assert rule.draft == DRAFT
    assert (rule.kind, rule.active, rule.owner, rule.number) == ("threshold", True, "may", 1)
    assert rule.units == ("T1", "T2")
    (deed,) = desk.deeds()
    assert (deed.what, deed.subject, deed.who) == ("alert rule made", "Collected low", "may")
    assert "limit 500" in deed.detail
    assert "ann@example.org" in deed.detail


def test_a_name_is_taken_once(desk: Desk) -> None:
    made(desk)
    with pytest.raises(RuleError) as caught:
        made(desk)
    assert caught.value.fault == "taken"
    other = made(desk, Draft("Other", Stale()))
    with pytest.raises(RuleError, match="already"):
        desk.change_rule(other.id, DRAFT, seen=1, by="may", now=NOW)
    assert [rule.name for rule in desk.alert_rules()] == ["Collected low", "Other"]
    assert next(rule for rule in desk.alert_rules() if rule.id == other.id).number == 1


def test_a_change_of_what_somebody_else_has_changed_is_refused(desk: Desk) -> None:
    rule = made(desk)
    desk.change_rule(rule.id, replace(DRAFT, name="Renamed"), seen=1, by="lee", now=LATER)
    with pytest.raises(RuleError) as caught:
        desk.change_rule(rule.id, DRAFT, seen=1, by="may", now=LATER)
    assert caught.value.fault == "outdated"
    with pytest.raises(RuleError) as caught:
        desk.switch_rule(rule.id, active=False, seen=1, by="may", now=LATER)
    assert caught.value.fault == "outdated"
    with pytest.raises(RuleError) as caught:
        desk.switch_rule(99, active=False, seen=1, by="may", now=LATER)
    assert caught.value.fault == "gone"
    (kept,) = desk.alert_rules()
    assert (kept.name, kept.number, kept.owner, kept.active) == ("Renamed", 2, "lee", True)


def test_it_fires_once_while_it_is_open(desk: Desk) -> None:
    rule = made(desk)
    first = opened(desk, rule)
    assert desk.open_firing(rule, "T1", {}, (ANN,), LATER) is None
    assert desk.open_firing(rule, "T2", {}, (ANN,), LATER) is not None
    assert desk.clear_firing(first, LATER)
    assert not desk.clear_firing(first, LATER)
    assert desk.open_firing(rule, "T1", {}, (ANN,), LATER) is not None
    assert [(one.unit, one.cleared_at) for one in desk.past_firings()] == [("T1", LATER)]


def test_of_many_at_once_one_fires_with_one_letter_each(desk: Desk) -> None:
    rule = made(desk)
    with ThreadPoolExecutor(8) as pool:
        fired = [*pool.map(lambda _: desk.open_firing(rule, "T1", {}, (ANN, OPS), NOW), range(24))]
    (one,) = [firing for firing in fired if firing is not None]
    assert only(desk).id == one
    assert len(desk.alert_letters([one])) == 2


def test_a_rule_that_was_changed_meanwhile_does_not_fire_by_its_old_settings(desk: Desk) -> None:
    rule = made(desk)
    desk.change_rule(rule.id, replace(DRAFT, check=Stale()), seen=1, by="may", now=NOW)
    assert desk.open_firing(rule, "T1", {}, (ANN,), LATER) is None
    desk.switch_rule(rule.id, active=False, seen=2, by="may", now=NOW)
    assert desk.open_firing(replace(rule, number=3), "T1", {}, (ANN,), LATER) is None
    assert desk.open_firings() == []
    assert desk.alert_letters(range(1, 9)) == []


def test_a_rule_that_is_changed_or_switched_off_ends_what_it_has_open(desk: Desk) -> None:
    rule = made(desk)
    first = opened(desk, rule)
    desk.change_rule(rule.id, replace(DRAFT, name="New name"), seen=1, by="may", now=LATER)
    assert only(desk).id == first
    desk.switch_rule(rule.id, active=False, seen=2, by="may", now=LATER)
    assert desk.open_firings() == []
    assert set(outcomes(desk, first).values()) == {"withdrawn"}
    (deed, *_) = desk.deeds()
    assert deed.what == "alert rule switched off"


def test_somebody_takes_care_once(desk: Desk) -> None:
    firing = opened(desk, made(desk))
    desk.acknowledge_firing(firing, by="lee", note="Two people are ill.", now=LATER)
    with pytest.raises(RuleError, match="lee has acknowledged") as caught:
        desk.acknowledge_firing(firing, by="may", note="Me too", now=LATER)
    assert caught.value.fault == "acknowledged"
    with pytest.raises(RuleError) as caught:
        desk.acknowledge_firing(99, by="may", note="", now=LATER)
    assert caught.value.fault == "gone"
    kept = only(desk)
    assert (kept.acknowledged_by, kept.note) == ("lee", "Two people are ill.")
    assert kept.acknowledged_at == LATER
    (deed, *_) = desk.deeds()
    assert (deed.what, deed.detail) == ("alert acknowledged", "T1 · Two people are ill.")


def test_a_letter_is_claimed_once_and_when_it_is_due(desk: Desk) -> None:
    firing = opened(desk, made(desk))
    (due,) = desk.due_letters(NOW)
    assert due.recipient == "ann@example.org"
    late = next(one for one in desk.alert_letters([firing]) if one.recipient == "ops")
    assert not desk.claim_letter(late.id, NOW)
    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(lambda _: desk.claim_letter(due.id, NOW), range(16))) == 1
    desk.finish_letter(due.id, "sent", "<id>", NOW)
    assert not desk.claim_letter(due.id, LATER)
    assert outcomes(desk, firing) == {"ann@example.org": "sent", "ops": "waiting"}


def test_a_letter_that_failed_for_now_waits_and_counts_its_attempts(desk: Desk) -> None:
    firing = opened(desk, made(desk))
    (due,) = desk.due_letters(NOW)
    assert desk.claim_letter(due.id, NOW)
    desk.finish_letter(due.id, "waiting", "451 later", NOW, next_at=LATER)
    assert desk.due_letters(NOW) == []
    assert {one.attempts for one in desk.due_letters(LATER)} == {0, 1}
    # What was tried is not withdrawn: it may be wanted by who reads the history.
    desk.clear_firing(firing, LATER)
    assert outcomes(desk, firing) == {"ann@example.org": "waiting", "ops": "withdrawn"}


def test_what_a_killed_process_was_sending_may_have_left(desk: Desk) -> None:
    firing = opened(desk, made(desk))
    (due,) = desk.due_letters(NOW)
    assert desk.claim_letter(due.id, NOW)
    assert desk.abandon_letters() == 1
    assert outcomes(desk, firing)["ann@example.org"] == "unknown"
    assert not desk.claim_letter(due.id, LATER)
    # It was alive after all.
    desk.finish_letter(due.id, "sent", "", LATER)
    assert outcomes(desk, firing)["ann@example.org"] == "sent"


def test_a_rule_of_another_version_says_so_and_spoils_nothing(desk: Desk) -> None:
    rule = made(desk)
    firing = opened(desk, rule)
    with desk._engine.begin() as connection:
        connection.execute(update(AlertRuleRow).values(settings={"metric": "of tomorrow"}))
    (unreadable,) = desk.alert_rules()
    assert unreadable.draft is None
    assert "of tomorrow" in unreadable.trouble
    assert desk.firing(firing) is not None
    assert desk.firing(99) is None


def test_there_is_an_end_to_rules(desk: Desk) -> None:
    with desk._engine.begin() as connection:
        rows = [
            {"name": str(n), "kind": "job", "settings": {}, "recipients": [], "active": True,
             "working_days_only": False, "owner": "x", "number": 1, "made_at": NOW,
             "changed_at": NOW}
            for n in range(MOST_RULES)
        ]  # fmt: skip
        connection.execute(insert(AlertRuleRow), rows)
    with pytest.raises(RuleError) as caught:
        desk.add_rule(Draft("one more", JobFailed()), by="may", now=NOW)
    assert caught.value.fault == "too_many"
    assert len(desk.alert_rules()) == MOST_RULES
