"""Targets in the report: an example to be checked by hand, targets of then, both languages, and
files that say what was frozen."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pymupdf
import pytest

from charts import Language
from queries import Figure, Period
from queries.desk import Desk, open_desk
from queries.rights import Scope
from queries.staff import Staff
from queries.targets import TargetRules, WorkingDays
from queries.targets.target import Aim, Edit, Grain, Level, Marks
from reports import Branding, Report, TargetSource, pdf, thaw, workbook
from reports.mail import write
from reports.proof import pdf_differences, squeezed, workbook_differences
from reports.team import TEAM
from reports.weekly import WEEKLY
from service.mailing import make_targets
from service.settings import Settings
from tests.reports.fake import AWKWARD, TEAMS, WEEK, FakeAnswers

OCTOBER_30 = datetime(2026, 10, 30, 9, tzinfo=UTC)
NOVEMBER, MONDAY = date(2026, 11, 1), date(2026, 11, 16)
# Without past months all working days of a month weigh the same.
FLAT = TargetRules(WorkingDays("CN"), profile_months=0)
MONTH_EN = "Whole operation: targets for Nov 2026"


class SixtyThousandADay(FakeAnswers):
    """¥60,000 on every day, weekends too, and half of it by the first team; of 1,000 promises 600
    were kept."""

    def _figure(self, metric: str, question: Any, keys: tuple) -> Figure:
        one = super()._figure(metric, question, keys)
        if metric == "collected" and question.by[:1] == ("day",):
            team = keys[1] if len(keys) > 1 else None
            amount = {None: 60_000_00, "T1": 30_000_00}.get(team, 0)
            return Figure(metric, keys, amount, None, None, provisional=False)
        if metric == "promise_kept_rate" and not keys:
            return Figure(metric, keys, 600, 1_000, 1_000, provisional=False)
        return one


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(f"sqlite:///{tmp_path}/desk.db")
    yield desk
    desk.close()


def aim(
    metric: str = "collected",
    level: Level = "operation",
    unit: str = "",
    grain: Grain = "month",
    start: date = NOVEMBER,
) -> Aim:
    return Aim(metric, level, unit, grain, start)


def put(
    desk: Desk, what: Aim, *marks: int | str | None, now: datetime = OCTOBER_30, seen: int = 0
) -> None:
    """Target, floor and stretch, in the unit of the metric."""
    exact = Marks(*(None if one is None else Decimal(one) for one in marks))
    edit = Edit(what, exact, "olga", "", seen, approved=True)
    desk.set_targets([edit], by="chief", now=now)


def source(desk: Desk) -> TargetSource:
    """Reports leave at eight on the Monday after their week."""
    return TargetSource(
        desk, FLAT, lambda period: datetime(*period.end.timetuple()[:3], 8, tzinfo=UTC)
    )


def composed(desk: Desk, locale: str = "en", period: Period = WEEK, **more: Any) -> Report:
    frozen = WEEKLY.freeze(SixtyThousandADay(**more), period, None, source(desk))  # type: ignore[arg-type]
    return WEEKLY.tell(frozen, Language(locale), Branding())


def tables(report: Report) -> dict[str, list[list[str]]]:
    section = report.section("targets")
    assert section is not None
    return {one.title: [[cell.text for cell in row] for row in one.rows] for one in section.tables}


def a_month(desk: Desk) -> None:
    """¥2,100,000 in the 21 working days of November: 100,000 on each, of which 15 are over."""
    put(desk, aim(), 2_100_000_00, 1_750_000_00, 2_310_000_00)
    put(desk, aim(level="team", unit="T1"), 840_000_00)
    put(desk, aim("promise_kept_rate"), "0.58")


def test_what_a_manager_works_out_by_hand(desk: Desk) -> None:
    """22 days of 60,000 are 1,320,000 where 1,500,000 should be; 780,000 are missing in 6 days; in
    21 days as good as these 15 it would be 1,848,000. The floor is due with 1,250,000 by now."""
    a_month(desk)
    found = tables(composed(desk))
    assert found[MONTH_EN] == [
        ["Collected", "▽ behind", "¥2,100,000", "¥1,320,000", "62.9%", "¥1,500,000", "¥130,000",
         "¥1,848,000"],
        ["Promises kept", "▲ target reached", "58.0%", "60.0%", "103.4%", "–", "–", "–"],
    ]  # fmt: skip
    assert found["Collected by team: targets for Nov 2026"] == [
        ["Early calls 一组", "▲ ahead", "¥840,000", "¥660,000", "78.6%", "¥600,000", "¥30,000",
         "¥924,000"],
    ]  # fmt: skip


def test_cards_and_trends_say_their_target(desk: Desk) -> None:
    a_month(desk)
    put(desk, aim("promise_kept_rate", grain="week", start=MONDAY), "0.62")
    report = composed(desk)
    said = {card.metric: card.aim and (card.aim.text, card.aim.against) for card in report.cards}
    assert said["collected"] == ("▽ behind", "Nov: 63% of target")
    # The target of the week itself goes first.
    assert said["promise_kept_rate"] == ("▽ target missed", "target 62.0%")
    assert said["open_balance"] is None
    charts = {picture.key: picture.chart for picture in report.pictures}
    line = charts["collected"].series[-1]
    # Nothing before November; then weeks of five days of 100,000, and one that began in October.
    assert line.name == "Target"
    assert line.values[-3:] == (500_000_00,) * 3
    assert line.values[:9] == (None,) * 9
    assert "target" not in {series.role for series in charts["kept"].series}


def test_the_month_and_the_week_have_a_table_each(desk: Desk) -> None:
    a_month(desk)
    put(desk, aim(grain="week", start=MONDAY), 500_000_00)
    found = tables(composed(desk))
    assert next(iter(found)) == MONTH_EN
    week = found["Whole operation: targets for 16–22 Nov 2026"]
    assert week[0][:4] == ["Collected", "▽ target missed", "¥500,000", "¥420,000"]
    assert week[0][6] == "–"  # no working day is left


def test_a_target_that_was_changed_later_is_told_as_it_was(desk: Desk) -> None:
    a_month(desk)
    before = composed(desk)
    put(desk, aim(), 1_200_000_00, now=datetime(2026, 11, 25, tzinfo=UTC), seen=1)
    put(desk, aim(level="team", unit="T1"), None, now=datetime(2026, 11, 25, tzinfo=UTC), seen=1)
    again = composed(desk, as_of=date(2026, 12, 20))
    assert tables(again) == tables(before)
    next_week = Period(date(2026, 11, 23), date(2026, 11, 30))
    after = tables(composed(desk, period=next_week, as_of=date(2026, 11, 29)))
    assert after[MONTH_EN][0][2] == "¥1,200,000"
    assert not [title for title in after if "by team" in title]


def test_the_figures_of_an_edition_keep_its_targets(desk: Desk) -> None:
    a_month(desk)
    report = composed(desk)
    frozen = thaw(report.frozen.to_json())
    assert frozen == report.frozen
    assert frozen.digest() == report.frozen.digest()
    assert WEEKLY.tell(frozen, report.language, report.branding) == report
    # Nobody's name goes along.
    assert b"chief" not in report.frozen.to_json()
    assert b"olga" not in report.frozen.to_json()


def test_without_targets_nothing_is_left_of_them(desk: Desk) -> None:
    without = composed(desk)
    assert without.section("targets") is None
    assert not any(card.aim for card in without.cards)
    assert "Target" not in {column.title for column in without.summary.columns}
    assert b'"targets"' not in without.frozen.to_json()
    plain = WEEKLY.tell(WEEKLY.freeze(SixtyThousandADay(), WEEK), Language("en"), Branding())  # type: ignore[arg-type]
    assert plain == without
    assert write(plain, b"", b"").html == write(without, b"", b"").html


def test_a_target_of_what_the_source_lacks_is_left_out(desk: Desk) -> None:
    put(desk, aim("promises_made"), 100)
    put(desk, aim("collected", "agent", "A1"), 100)
    assert composed(desk, without=("promises",)).section("targets") is None


@pytest.mark.parametrize("locale", ["en", "zh_Hans_CN"])
def test_every_file_says_it_in_its_language(desk: Desk, locale: str) -> None:
    a_month(desk)
    report = composed(desk, locale, teams=dict(AWKWARD))
    pages, book = pdf.render(report), workbook.render(report)
    assert [*pdf_differences(report, pages), *workbook_differences(report, book)] == []
    letter = write(report, pages, book)
    words = {
        "en": ["Targets for Nov 2026", "▽ behind", "63% of the target of ¥2.1M",
               "Needed on each of the 6 working days left: ¥130K.",
               "If it goes on like this: ¥1.85M."],
        "zh_Hans_CN": ["2026年11月目标", "▽ 落后", "达成目标 ¥210万 的 63%",
                       "剩余 6 个工作日，每日需完成 ¥13万。按当前进度预计：¥184.8万。"],
    }[locale]  # fmt: skip
    for text in words:
        assert text in letter.text
        assert text in letter.html
    with pymupdf.open(stream=pages) as document:
        first, second = (squeezed(document[at].get_text()) for at in (0, 1))
    assert (
        squeezed({"en": "▽ behind Nov: 63% of target"}.get(locale, "▽ 落后 11月：达成目标的 63%"))
        in first
    )
    assert squeezed(words[1]) in second
    sheet = openpyxl.load_workbook(io.BytesIO(book))[report.language.t("Targets")]
    assert [cell.value for cell in sheet[6]][2:] == [
        2_100_000, 1_320_000, pytest.approx(1.32 / 2.1), 1_500_000, 130_000, 1_848_000,
    ]  # fmt: skip


def test_another_target_in_a_file_is_found(desk: Desk) -> None:
    a_month(desk)
    report = composed(desk)
    card = report.cards[0]
    assert card.aim is not None
    wrong = replace(card, aim=replace(card.aim, against="Nov: 64% of target"))
    printed = pdf.render(replace(report, cards=[wrong, *report.cards[1:]]))
    assert [
        one.startswith("PDF: the card collected") for one in pdf_differences(report, printed)
    ] == [True]
    book = openpyxl.load_workbook(io.BytesIO(workbook.render(report)))
    book["Targets"]["C6"].value = 2_000_000
    stream = io.BytesIO()
    book.save(stream)
    found = list(workbook_differences(report, stream.getvalue()))
    assert found == ["XLSX Targets C6: Target of Collected is 2000000 instead of 2100000.0"]


def test_a_letter_tells_no_half_of_the_teams(desk: Desk) -> None:
    a_month(desk)
    for team in range(2, 15):
        put(desk, aim(level="team", unit=f"T{team}"), 100_00)
    teams = {f"T{team}": TEAMS.get(f"T{team}", f"Team {team}") for team in range(1, 15)}
    letter = write(composed(desk, teams=teams), b"", b"").text
    assert "Collected: ¥1.32M (Whole operation)" in letter
    assert "(Early calls 一组)" not in letter
    assert "14 more targets are in the attached files." in letter


def test_a_report_is_due_when_its_schedule_says(desk: Desk) -> None:
    due = make_targets(Settings(), "weekly", desk).due
    assert due(WEEK) == datetime(2026, 11, 22, 23, 30, tzinfo=UTC)  # Monday 07:30 in Shanghai
    weekly = Settings().reports.weekly.model_copy(update={"day": "sunday"})
    reports = Settings().reports.model_copy(update={"weekly": weekly})
    late = make_targets(Settings().model_copy(update={"reports": reports}), "weekly", desk).due
    assert late(WEEK) == datetime(2026, 11, 28, 23, 30, tzinfo=UTC)


def test_within_a_team_only_its_own_targets_are_told(desk: Desk) -> None:
    """The figures are those of the team: beside the target of the operation they would lie."""
    a_month(desk)
    put(desk, aim(level="team", unit="T2"), 100_00)
    put(desk, aim(level="agent", unit="3"), 10_000_00)

    class OfOneTeam(SixtyThousandADay):
        def staff(self) -> Staff:
            known = super().staff()
            return Staff(False, (), {"T1": known.teams["T1"]}, known.agents)

    scope = Scope("teams", ("T1",))
    frozen = TEAM.freeze(OfOneTeam(), WEEK, None, source(desk).within(scope))  # type: ignore[arg-type]
    report = TEAM.tell(thaw(frozen.to_json()), Language("en"), Branding())
    assert list(tables(report)) == [
        "Early calls 一组: targets for Nov 2026", "Collected by agent: targets for Nov 2026",
    ]  # fmt: skip
    card = next(card for card in report.cards if card.metric == "collected")
    assert card.aim is not None
    assert card.aim.against == "Nov: 79% of target"


def test_of_several_teams_no_card_has_a_target(desk: Desk) -> None:
    a_month(desk)
    inside = source(desk).within(Scope("teams", ("T1", "T2")))
    frozen = WEEKLY.freeze(SixtyThousandADay(), WEEK, None, inside)  # type: ignore[arg-type]
    report = WEEKLY.tell(frozen, Language("en"), Branding())
    assert list(tables(report)) == ["Collected by team: targets for Nov 2026"]
    assert not [card for card in report.cards if card.aim]
    assert frozen.standings.lines == {}
