"""Rules over real figures: what they find is what the figures say, within the owner's scope."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from queries import Answers, Period, Question
from queries.alerts import (
    Check,
    Draft,
    JobFailed,
    PaceMissed,
    Rule,
    Stale,
    Threshold,
    Unusual,
)
from queries.alerts.control import Chart
from queries.desk import Desk, Slot
from queries.rights import EVERYTHING, Scope
from queries.targets import RULES, WorkingDays
from queries.targets.target import Aim, Edit, Marks
from service import alert_checks
from service.alert_checks import HISTORY, Found, Now, look, spans_of
from tests.dashboard.personas import LAST_DAY, NOW, PASSWORD

WEEK = Period(date(2026, 11, 16), date(2026, 11, 23))
Look = Callable[..., list[Found]]


@pytest.fixture
def looked(desk: Desk, figures: Answers) -> Look:
    """What rules of a manager of T1 and T2, or of one who sees everything, find."""
    desk.add_person("whole", "manager", EVERYTHING, password=PASSWORD, by="test", now=NOW)
    two = Scope("teams", ("T1", "T2"))
    desk.add_person("may", "manager", two, password=PASSWORD, by="test", now=NOW)

    def looking(
        *checks: Check,
        owner: str = "whole",
        opened: dict[str, dict[str, Any]] | None = None,
        moment: datetime = NOW,
        answers: Answers | None = figures,
    ) -> list[Found]:
        rules = [_rule(number, check, owner) for number, check in enumerate(checks)]
        known = {(0, unit): facts for unit, facts in (opened or {}).items()}
        held = answers.held() if answers else None
        return list(look(rules, Now(desk, held, RULES, known, moment)))

    return looking


def _rule(number: int, check: Check, owner: str) -> Rule:
    from queries.alerts.rules import kind_of

    draft = Draft(f"rule {number}", check)
    return Rule(number, draft.name, kind_of(check), draft, True, owner, 1, NOW, NOW)


def moves(found: list[Found]) -> dict[str, tuple[str, str]]:
    return {one.unit: (one.move, one.why) for one in found}


def value(figures: Answers, metric: str, period: Period, team: str = "") -> Any:
    where = {"team": (team,)} if team else {}
    return figures.ask(Question((metric,), period, (), where))[0].one(metric)


def below(limit: object, *units: str, metric: str = "collected", **more: Any) -> Threshold:
    exact = Decimal(str(limit))
    return Threshold(metric, units or ("",), "week", "below", exact, exact, **more)


def test_a_threshold_is_compared_with_the_figure_itself(looked: Look, figures: Answers) -> None:
    collected = value(figures, "collected", WEEK, "T1").value
    (at_it,) = looked(below(collected, "T1"))
    assert at_it.move == "fire"
    assert at_it.facts == {
        "kind": "threshold", "metric": "collected", "start": "2026-11-16", "end": "2026-11-23",
        "as_of": "2026-11-22", "value": str(collected), "side": "below",
        "limit": str(collected), "periods": 1, "n": value(figures, "collected", WEEK, "T1").n,
    }  # fmt: skip
    assert moves(looked(below(collected - 1, "T1"))) == {"T1": ("hold", "")}
    opened = {"T1": {}}
    assert moves(looked(below(collected, "T1"), opened=opened)) == {"T1": ("hold", "")}
    assert moves(looked(below(collected - 1, "T1"), opened=opened)) == {"T1": ("clear", "")}


def test_a_rate_is_compared_exactly_and_not_where_it_is_made_of_little(
    looked: Look, figures: Answers
) -> None:
    week = WEEK.previous()
    rate = value(figures, "right_party_rate", week)
    rule = Threshold("right_party_rate", ("",), "week", "below", Decimal(1), Decimal(1))
    assert moves(looked(rule)) == {"": ("fire", "")}
    assert moves(looked(replace(rule, least=10**6))) == {"": ("hold", "few")}
    assert rate.denominator


def test_several_periods_in_a_row_are_looked_at(looked: Look, figures: Answers) -> None:
    weeks = [WEEK, WEEK.previous(), WEEK.previous().previous()]
    values = [value(figures, "collected", week).value for week in weeks]
    assert moves(looked(below(max(values), periods=3))) == {"": ("fire", "")}
    assert moves(looked(below(max(values) - 1, periods=3))) == {"": ("hold", "")}


def test_a_promise_that_can_still_be_kept_decides_nothing(looked: Look) -> None:
    """The newest week is provisional until the days of grace are over."""
    rule = below(1, metric="promise_kept_rate", least=1)
    assert moves(looked(rule)) == {"": ("hold", "provisional")}
    assert moves(looked(rule, opened={"": {}})) == {"": ("hold", "provisional")}


def test_a_manager_of_two_teams_is_told_of_no_other(looked: Look) -> None:
    found = looked(below(10**12, "T1", "T2", "T3", ""), owner="may")
    assert moves(found) == {
        "T1": ("fire", ""), "T2": ("fire", ""), "T3": ("hold", "scope"), "": ("hold", "scope"),
    }  # fmt: skip
    both = looked(below(10**12, "T1"), Unusual("collected", ("T3",), "week"), owner="may")
    assert {(one.rule.id, one.unit): one.why for one in both} == {(0, "T1"): "", (1, "T3"): "scope"}


def test_an_owner_who_is_gone_or_has_lost_the_right_is_told(looked: Look, desk: Desk) -> None:
    rule = below(10**12)
    assert moves(looked(rule, owner="nobody")) == {"": ("hold", "owner")}
    desk.change_person("whole", by="test", now=NOW, standing=("executive", EVERYTHING))
    assert moves(looked(rule)) == {"": ("hold", "right")}
    desk.change_person("whole", by="test", now=NOW, standing=("manager", Scope("teams", ("T1",))))
    assert moves(looked(rule)) == {"": ("hold", "scope")}
    desk.change_person("whole", by="test", now=NOW, active=False)
    assert moves(looked(rule)) == {"": ("hold", "owner")}


def test_a_rule_that_cannot_be_read_says_so(looked: Look, desk: Desk, figures: Answers) -> None:
    broken = replace(_rule(0, Stale(), "whole"), draft=None, trouble="from tomorrow")
    (found,) = look([broken], Now(desk, figures.held(), RULES, {}, NOW))
    assert (found.move, found.why) == ("hold", "unreadable")


def test_days_off_are_no_periods(looked: Look) -> None:
    calendar = WorkingDays("CN")
    days = spans_of("day", LAST_DAY, calendar)
    assert len(days) == HISTORY + 1
    assert days[-1].start == date(2026, 11, 20)  # the 22nd is a Sunday
    assert all(calendar.is_working(day.start) for day in days)
    weeks = spans_of("week", LAST_DAY, calendar)
    assert (len(weeks), weeks[-1]) == (HISTORY + 1, WEEK)
    assert [week.end for week in weeks[:-1]] == [week.start for week in weeks[1:]]
    closed = WorkingDays("CN", frozenset(LAST_DAY - timedelta(days=n) for n in range(100)))
    assert spans_of("day", LAST_DAY, closed) == [Period(LAST_DAY, WEEK.end)]
    (found,) = looked(Threshold("attempts", ("",), "day", "below", Decimal(0), Decimal(0)))
    assert found.facts["start"] == "2026-11-20"


def test_what_is_usual_says_nothing_and_too_little_history_neither(looked: Look) -> None:
    # 120 days of data are fewer than a year: by month there is not enough to know what is usual.
    by_month = looked(Unusual("collected", ("",), "month", least=1))
    assert moves(by_month) == {"": ("hold", "history")}
    assert moves(looked(Unusual("collected", ("",), "week", least=10**6))) == {"": ("hold", "few")}
    (by_week,) = looked(Unusual("collected", ("",), "week", least=1))
    assert by_week.why == ""
    low, centre, high = (int(by_week.facts[name]) for name in ("low", "centre", "high"))
    assert low < centre < high


def test_what_is_out_of_the_ordinary_fires_with_its_limits(
    looked: Look, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Any] = []

    def far_down(past: Any, newest: Any) -> Chart:
        told.append((past, newest))
        return Chart(newest.value * 3, newest.value * 2, newest.value * 4, False, ("beyond",))

    monkeypatch.setattr(alert_checks, "chart", far_down)
    (found,) = looked(Unusual("collected", ("T1",), "week", least=1))
    assert found.move == "fire"
    assert int(found.facts["centre"]) == 3 * int(found.facts["value"])
    past, newest = told[0]
    assert newest.weight == 5  # working days of the week, and none of them has it twice
    assert all(point.weight in (3, 4, 5, 6) for point in past)
    # Less than usual is no bad news of broken promises.
    (better,) = looked(Unusual("promise_broken_rate", ("T1",), "week", least=1))
    assert better.move == "hold"


def set_target(desk: Desk, target: int, unit: str = "T1") -> None:
    aim = Aim("collected", "team", unit, "month", date(2026, 11, 1))
    edit = Edit(aim, Marks(Decimal(target)), "whole", "a test", 0, True)
    desk.set_targets([edit], by="whole", now=NOW)


def test_a_missed_pace_is_that_of_the_targets(looked: Look, desk: Desk, figures: Answers) -> None:
    rule = PaceMissed("collected", ("T1", "T2"), "month")
    assert moves(looked(rule)) == {"T1": ("hold", "no_target"), "T2": ("hold", "no_target")}
    so_far = Period(date(2026, 11, 1), WEEK.end)
    collected = value(figures, "collected", so_far, "T1").value
    set_target(desk, collected * 3)
    fired, other = looked(rule)
    assert (fired.unit, fired.move, other.why) == ("T1", "fire", "no_target")
    assert fired.facts["value"] == str(collected)
    assert fired.facts["target"] == str(collected * 3)
    assert collected < int(fired.facts["expected"]) < collected * 3
    late = replace(rule, elapsed=Decimal("0.95"))
    assert moves(looked(late))["T1"] == ("hold", "early")


def test_an_alert_of_pace_is_over_with_its_period_and_without_its_target(
    looked: Look, desk: Desk
) -> None:
    rule = PaceMissed("collected", ("T1",), "month")
    november = {"T1": {"start": "2026-11-01"}}
    assert moves(looked(rule, opened=november)) == {"T1": ("clear", "no_target")}
    set_target(desk, 10**12)
    assert moves(looked(rule, opened=november)) == {"T1": ("hold", "")}
    october = {"T1": {"start": "2026-10-01"}}
    assert moves(looked(rule, opened=october)) == {"T1": ("clear", "")}


def test_stale_figures_fire_and_fresh_ones_clear(looked: Look) -> None:
    later = NOW + timedelta(days=3)
    assert moves(looked(Stale())) == {"": ("hold", "")}
    (fired,) = looked(Stale(), moment=later)
    assert (fired.move, fired.facts["as_of"]) == ("fire", "2026-11-22")
    assert moves(looked(Stale(), opened={"": {}}, moment=later)) == {"": ("hold", "")}
    assert moves(looked(Stale(), opened={"": {}})) == {"": ("clear", "")}
    assert moves(looked(Stale(), answers=None)) == {"": ("hold", "no_data")}
    assert looked(below(1), answers=None) == []


def test_a_job_fires_until_a_later_run_of_it_ends_well(looked: Look, desk: Desk) -> None:
    def ended(job: str, hours: int, outcome: str) -> None:
        due = NOW - timedelta(hours=hours)
        desk.note_run(job, Slot(str(due), due), outcome, "", due)  # type: ignore[arg-type]

    ended("refresh", 3, "failed")
    ended("refresh", 2, "done")
    ended("reconcile", 5, "failed")
    ended("weekly_report", 4, "missed")
    # Written down late, but of an older slot than the run that ended well.
    ended("refresh", 4, "missed")
    desk.claim_run("reconcile", Slot("now", NOW), NOW)
    assert moves(looked(JobFailed(), opened={"refresh": {}})) == {
        "reconcile": ("fire", ""), "weekly_report": ("fire", ""), "refresh": ("clear", ""),
    }  # fmt: skip
    assert moves(looked(JobFailed(("refresh",)))) == {"refresh": ("hold", "")}
    ended("reconcile", 500 * 24, "failed")
    (one,) = looked(JobFailed(("reconcile",)))
    assert one.facts["outcome"] == "failed"
