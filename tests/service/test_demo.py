from datetime import date, timedelta
from pathlib import Path

import pytest

from queries import UserError
from service import demo
from service.commands import demo as command
from service.configuration import read_settings
from service.settings import DEMO_SOURCE, Settings, Source
from tests.service.conftest import NOW, House, told


def prepare(day_later: int = 0) -> bool:
    moment = NOW + timedelta(days=day_later)
    return demo.prepare(Settings(), moment, lambda text, share: None, cases=20)


def test_the_demo_ends_yesterday_and_is_made_only_when_it_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert prepare()
    assert (tmp_path / "var/demo/last_day.txt").read_text() == "2026-11-22"
    assert not prepare()
    assert prepare(day_later=1)
    assert (tmp_path / "var/demo/last_day.txt").read_text() == "2026-11-23"


def test_a_demo_that_was_interrupted_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert prepare()

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(demo, "write", interrupted)
        with pytest.raises(KeyboardInterrupt):
            prepare(day_later=1)
    assert prepare(day_later=1)


def test_the_demo_never_touches_another_database() -> None:
    theirs = Settings(source=Source(url="duckdb:///theirs.duckdb"))
    with pytest.raises(UserError, match="not the demo's database"):
        demo.prepare(theirs, NOW, lambda text, share: None)
    assert Settings().source.url == DEMO_SOURCE


def test_the_demo_sends_every_report_in_every_language() -> None:
    shown = demo.shown(Settings()).reports
    for report in (shown.weekly, shown.monthly, shown.team, shown.daily):
        assert report.enabled
        assert report.locales == ("en", "zh_Hans_CN")
    assert not Settings().reports.monthly.enabled
    assert Settings().reports.weekly.locales == ("en",)


def test_what_somebody_chose_for_reports_holds_in_the_demo() -> None:
    chosen = read_settings(
        None,
        {"ARREARS_REPORTS__WEEKLY__LOCALES": "[en]", "ARREARS_REPORTS__DAILY__ENABLED": "false"},
    )
    shown = demo.shown(chosen).reports
    assert (shown.weekly.enabled, shown.weekly.locales) == (True, ("en",))
    assert (shown.daily.enabled, shown.daily.locales) == (False, ("en", "zh_Hans_CN"))


def test_a_week_of_the_demo_has_its_week_of_a_year_ago() -> None:
    first = date(2026, 11, 22) - timedelta(days=demo.DAYS - 1)
    assert first <= date(2026, 11, 16) - timedelta(weeks=52 + 4)


def test_the_command_makes_refreshes_and_serves(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from service import serving

    served = []
    monkeypatch.setattr(demo, "CASES", 20)
    monkeypatch.setattr(command, "log_to_terminal", lambda settings: None)
    monkeypatch.setattr(
        serving, "serve", lambda settings, clock, *, ready: served.append(ready("http://here"))
    )
    house = House(tmp_path)
    lines = told(house.run("demo"))
    assert "A new demo database was made" in lines
    assert any(line.startswith("Generation 1 rebuilt") for line in lines)
    assert "Arrears is at http://here" in lines
    again = told(house.run("demo"))
    assert "It is there and ends yesterday" in again
    assert any(line.startswith("Generation 2 updated") for line in again)
    assert len(served) == 2
    assert command.demo.name == "demo"
