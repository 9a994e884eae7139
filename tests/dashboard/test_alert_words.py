"""What an alert says: value, limit, period and moment, in both languages, whatever facts it has."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import pytest

from charts import Language
from dashboard.alerts.rule_words import looks_for, when
from dashboard.alerts.words import finding, heading, letter
from queries.alerts import Draft, PaceMissed, Quiet, ReportLate, Rule, Stale, Unusual
from queries.alerts.rules import Kind
from queries.desk.alerting import Firing
from service.deadlines import Reason

NOW = datetime(2026, 11, 23, 1, 5, tzinfo=UTC)
ZONE = "Asia/Shanghai"
WEEK = {"metric": "collected", "start": "2026-11-16", "end": "2026-11-23", "as_of": "2026-11-22"}
ENGLISH, CHINESE = Language("en"), Language("zh_Hans_CN")
NAMES = {"T1": "Early\ncalls"}


def fired(facts: dict[str, Any], unit: str = "T1") -> Firing:
    draft = Draft("My rule", Stale())
    rule = Rule(1, "My rule", facts["kind"], draft, True, "may", 1, NOW, NOW)
    return Firing(7, rule, unit, NOW, facts, None, None, "", "")


@pytest.mark.parametrize(
    ("facts", "english", "chinese"),
    [
        (
            WEEK | {"kind": "threshold", "value": "42000", "limit": "50000", "side": "below",
                    "periods": 2},
            "¥420.00 for 16–22 Nov 2026, limit ¥500.00 or less, 2 periods in a row",
            "2026年11月16日–22日为 ¥420.00，达到或低于界限 ¥500.00，连续2期",
        ),
        (
            WEEK | {"kind": "threshold", "metric": "promise_broken_rate", "value": "0.3512",
                    "limit": "0.3", "side": "above", "periods": 1},
            "35.1% for 16–22 Nov 2026, limit 30.0% or more",
            "2026年11月16日–22日为 35.1%，达到或高于界限 30.0%",
        ),
        (
            WEEK | {"kind": "pace", "start": "2026-11-01", "end": "2026-12-01", "value": "900",
                    "expected": "1200", "target": "2000", "share": "0.95"},
            "¥9.00 of ¥12.00 expected by 22 Nov 2026; target ¥20.00 for Nov 2026",
            "截至2026年11月22日完成 ¥9.00，应达 ¥12.00；2026年11月目标 ¥20.00",
        ),
        (
            WEEK | {"kind": "signal", "value": "100", "centre": "300", "low": "200",
                    "high": "400", "signals": ["beyond", "run"]},
            "¥1.00 for 16–22 Nov 2026; usual is ¥3.00, from ¥2.00 to ¥4.00,"
            " beyond what chance explains",
            "2026年11月16日–22日为 ¥1.00；通常为 ¥3.00，范围 ¥2.00 至 ¥4.00，超出偶然波动的范围",
        ),
        (
            {"kind": "stale", "watermark": "2026-11-20T22:00:00+00:00"},
            "The newest change in the source is of 21 Nov 2026, 06:00",
            "数据源最近一次变更为2026年11月21日 06:00",
        ),
        (
            {"kind": "job", "outcome": "failed", "at": "2026-11-22T23:30:00+00:00"},
            "The run that ended 23 Nov 2026, 07:30 failed; Data health tells why",
            "2026年11月23日 07:30结束的运行失败，原因见数据健康页面",
        ),
        (
            {"kind": "job", "outcome": "missed", "at": "2026-11-22T23:30:00+00:00"},
            "Nothing ran when it was due, 23 Nov 2026, 07:30",
            "2026年11月23日 07:30应运行而未运行",
        ),
        (
            {"kind": "report", "start": "2026-11-16", "end": "2026-11-23", "open": 2,
             "reason": "deliveries", "deadline": "2026-11-23T05:30:00+00:00"},
            "The report for 16–22 Nov 2026 was to have left by 23 Nov 2026, 13:30:"
            " 2 deliveries have not arrived for certain",
            "2026年11月16日–22日的报告应于2026年11月23日 13:30前发出：2项投递尚未确认送达",
        ),
    ],
)  # fmt: skip
def test_what_was_found_is_told(facts: dict[str, Any], english: str, chinese: str) -> None:
    assert finding(fired(facts), ENGLISH, ZONE) == english
    assert finding(fired(facts), CHINESE, ZONE) == chinese


@pytest.mark.parametrize("kind", get_args(Kind))
@pytest.mark.parametrize(
    "facts", [{}, {"metric": "of tomorrow", "value": "1"}, {"metric": 7, "start": "x", "at": []},
              {"metric": "collected", "value": "NaN?", "signals": "beyond", "periods": "many"}],
)  # fmt: skip
def test_facts_of_another_version_break_nothing(kind: str, facts: dict[str, Any]) -> None:
    firing = fired({"kind": kind, **facts})
    for language in (ENGLISH, CHINESE):
        assert heading(firing, NAMES, language)
        assert finding(firing, language, ZONE)


def test_a_letter_says_what_where_when_and_by_which_rule() -> None:
    facts = WEEK | {"kind": "threshold", "value": "1", "limit": "2", "side": "below", "periods": 1}
    firing = replace(fired(facts), cleared_at=NOW + timedelta(hours=8))
    subject, lines = letter(firing, {"T1": "Early calls"}, ENGLISH, ZONE, "North & South")
    assert subject == "North & South: Collected · Early calls"
    assert lines == [
        "Collected · Early calls",
        "¥0.01 for 16–22 Nov 2026, limit ¥0.02 or less",
        "Figures up to 22 Nov 2026",
        "Noticed 23 Nov 2026, 09:05, time zone Asia/Shanghai",
        "Over since 23 Nov 2026, 17:05",
        "Rule: My rule",
    ]


def test_a_rule_says_what_it_looks_for_and_when_its_letters_leave() -> None:
    def rule(draft: Draft) -> Rule:
        return Rule(1, draft.name, "pace", draft, True, "may", 1, NOW, NOW)

    pace = rule(Draft("p", PaceMissed("collected", ("T1",), "month"), (), None, True))
    assert looks_for(pace, 26, ENGLISH) == (
        "Collected: under 95% of what is expected by then, once 20% of the month is over"
    )
    assert when(pace, ENGLISH) == "on working days only"
    night = rule(Draft("u", Unusual("collected", ("",), "week"), (), Quiet.of("22:00", "07:00")))
    assert looks_for(night, 26, CHINESE) == "回款金额（按周）：异常变差"
    assert when(night, CHINESE) == "22:00至07:00不发送"
    assert looks_for(rule(Draft("s", Stale())), 26, ENGLISH) == (
        "Nothing new from the source for 26 hours"
    )


def test_why_a_report_is_late_is_told_for_every_reason() -> None:
    for reason in get_args(Reason):
        late = fired({"kind": "report", "reason": reason, "open": 1}, "monthly")
        assert heading(late, NAMES, ENGLISH) == "Monthly report has not left by its deadline"
        assert heading(late, NAMES, CHINESE) == "月报未在截止时间前发出"
        for language in (ENGLISH, CHINESE):
            assert not finding(late, language, ZONE).endswith("–")
    which = Rule(1, "r", "report", Draft("r", ReportLate(("weekly",))), True, "a", 1, NOW, NOW)
    told = looks_for(which, 26, ENGLISH)
    assert told == "Weekly report: not all of it has left by the deadline"
