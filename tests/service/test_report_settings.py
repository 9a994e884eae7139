"""When reports leave and how long they wait: read, and refused with words that help."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from queries import UserError
from queries.targets import WorkingDays
from service.configuration import read_settings
from service.report_settings import Reports
from service.slots import EVERY_DAY, OnDayOfMonth, OnWeekday, OnWorkingDay, Worked

CALENDAR = WorkingDays("DE", frozenset({date(2026, 12, 24)}))


def reports(text: str, folder: Path, environ: dict[str, str] | None = None) -> Reports:
    path = folder / "config.yaml"
    path.write_text(f"reports: {text}")
    return read_settings(path, environ or {}).reports


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ("{}", "weekly", OnWeekday("monday")),
        ("{weekly: {day: friday}}", "weekly", OnWeekday("friday")),
        ("{team: {day: tuesday}}", "team", OnWeekday("tuesday")),
        ("{}", "monthly", OnWorkingDay(2, CALENDAR)),
        ("{monthly: {working_day: 5}}", "monthly", OnWorkingDay(5, CALENDAR)),
        ("{monthly: {on: 31}}", "monthly", OnDayOfMonth(31)),
        ("{monthly: {on: 1, working_day: }}", "monthly", OnDayOfMonth(1)),
        ("{}", "daily", Worked(CALENDAR)),
        ("{daily: {working_days_only: false}}", "daily", EVERY_DAY),
    ],
)
def test_dates_are_those_of_the_settings(
    tmp_path: Path, text: str, name: str, expected: Any
) -> None:
    chosen = reports(text, tmp_path).of(name)
    assert chosen is not None
    assert chosen.dates(CALENDAR) == expected


def test_only_the_weekly_report_leaves_without_being_switched_on(tmp_path: Path) -> None:
    chosen = reports("{weekly: {day: friday}, monthly: {enabled: true}}", tmp_path)
    on = [name for name in Reports.model_fields if (one := chosen.of(name)) and one.enabled]
    assert on == ["weekly", "monthly"]
    assert chosen.of("yearly") is None
    assert chosen.of("of") is None


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{monthly: {on: 5, working_day: 2}}", "either `on` .* or `working_day`, one of the two"),
        ("{monthly: {working_day: }}", "either `on` .* or `working_day`, one of the two"),
        ("{monthly: {on: 32}}", "reports.monthly.on: given 32"),
        ("{monthly: {day: monday}}", "reports.monthly.day: no such setting"),
        ("{weekly: {wait_hours: 6}}", "fewer wait_hours than deadline_hours, not 6 and 6"),
        ("{weekly: {wait_hours: -1}}", "reports.weekly.wait_hours: given -1"),
        ("{daily: {deadline_hours: 30}}", "deadline_hours up to 20, not 30"),
        ("{weekly: {incomplete: maybe}}", "given 'maybe', expected 'send' or 'hold'"),
        ("{wekly: {enabled: true}}", "reports.wekly: no such setting; did you mean .weekly."),
    ],
)
def test_what_cannot_be_meant_is_refused(tmp_path: Path, text: str, told: str) -> None:
    with pytest.raises(UserError, match=told):
        reports(text, tmp_path)


def test_a_day_from_the_environment_takes_the_place_of_the_working_day(tmp_path: Path) -> None:
    chosen = reports("{monthly: {enabled: true}}", tmp_path, {"ARREARS_REPORTS__MONTHLY__ON": "3"})
    assert chosen.monthly.dates(CALENDAR) == OnDayOfMonth(3)
