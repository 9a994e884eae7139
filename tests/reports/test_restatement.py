"""Earlier editions against what is known now: in the next edition, in both files and languages, and
side by side."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import orjson
import pytest

from charts import Language
from queries import Answers, Definitions, Period
from queries.desk import Desk, open_desk
from queries.desk.editions import Edition, Issue
from queries.restating import Parts
from queries.rights import EVERYTHING, Scope
from reports import Branding, Order, Report, named, pdf, proof, side_by_side, thaw, workbook
from reports.frozen import Frozen
from reports.issuing import Reader, frozen, issue
from reports.parts import Note, Section
from reports.restated import Restated
from reports.restatement import PERIODS
from reports.sections import restatements
from reports.weekly import WEEKLY
from tests.reports.fake import WEEK as FAKE_WEEK
from tests.reports.fake import FakeAnswers
from tests.support.case_database import figures_of
from tests.support.editions import keep
from tests.support.restated import NOW, REPORTED_AT, SINCE, THEN

WEEK = Period(date(2024, 3, 4), date(2024, 3, 11))
NEXT = Period(date(2024, 3, 11), date(2024, 3, 18))
TEAM = Scope("teams", ("T2",))
LOCALES = ("en", "zh_Hans_CN")


@pytest.fixture(scope="module")
def then(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    made = figures_of(THEN, Definitions(), REPORTED_AT, tmp_path_factory.mktemp("then"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def now(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Answers]:
    made = figures_of(SINCE, Definitions(), NOW, tmp_path_factory.mktemp("now"))
    yield made
    made.close()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = open_desk(f"sqlite:///{tmp_path}/desk.db")
    yield desk
    desk.close()


def order(desk: Desk | None, period: Period, number: int = 1) -> Order:
    return Order(named("weekly"), period, [], NOW, editions=desk, number=number)


def report_of(figures: Frozen, locale: str = "en") -> Report:
    return WEEKLY.tell(figures, Language(locale), Branding())


def reported(then: Answers, desk: Desk, scope: Scope = EVERYTHING) -> tuple[Edition, Frozen]:
    """The edition of the week, kept as it was sent."""
    figures = frozen(then, order(desk, WEEK), Issue("weekly", WEEK, scope))
    kept = keep(desk, WEEK, now=REPORTED_AT, scope=scope, frozen=figures.to_json())
    return kept, figures


def following(now: Answers, desk: Desk, scope: Scope = EVERYTHING) -> Frozen:
    """The next edition."""
    return frozen(now, order(desk, NEXT), Issue("weekly", NEXT, scope))


def section(figures: Frozen, locale: str = "en") -> Section:
    found = report_of(figures, locale).section("restatements")
    assert found is not None
    return found


def rows(figures: Frozen, key: str = "restatements", locale: str = "en") -> list[list[str]]:
    table = next(one for one in section(figures, locale).tables if one.key == key)
    return [[cell.text for cell in row] for row in table.rows]


def test_the_next_edition_tells_what_a_manager_works_out_by_hand(
    then: Answers, now: Answers, desk: Desk
) -> None:
    """1,000 were reported, 200 came late, 50 were taken back, 10 were added and 100 deleted."""
    _, first = reported(then, desk)
    figures = following(now, desk)
    edition = f"4–10 Mar 2024 · {first.code}"
    assert rows(figures) == [
        [edition, "Collected", "¥1,000.00", "¥1,060.00", "+¥60.00"],
        [edition, "Recovery rate", "50.00%", "53.00%", "+3.00 pp"],
        [edition, "Open balance", "¥1,000.00", "¥940.00", "−¥60.00"],
        # The second promise was pending: the share is the same, of twice as many.
        [edition, "Promises kept (was provisional)", "100.0%", "100.0%", "0.00 pp"],
        [edition, "Promised amount kept (was provisional)", "100.0%", "100.0%", "0.00 pp"],
    ]
    assert rows(figures, "restatement_parts") == [
        [edition, "+¥60.00", "+¥200.00", "−¥50.00", "−¥90.00"]
    ]
    sums = rows(figures, "restatement_sums")
    assert sums[1][3:10] == ["final", "50.00%", "¥1,000", "¥2,000", "53.00%", "¥1,060", "¥2,000"]
    assert sums[3][3:10] == ["was provisional", "100.0%", "1", "1", "100.0%", "2", "2"]
    assert [block for block in section(figures).blocks if isinstance(block, Note)] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_both_files_say_it_and_are_proven(
    then: Answers, now: Answers, desk: Desk, locale: str
) -> None:
    reported(then, desk)
    report = report_of(following(now, desk), locale)
    pages, book = pdf.render(report), workbook.render(report)
    proof.prove(report, pages, book)
    wrong = _altered(report)
    assert any("restatements" in one for one in proof.pdf_differences(wrong, pages))
    assert list(proof.workbook_differences(wrong, book))


def _altered(report: Report) -> Report:
    """One cent more of late payments."""
    (one,) = report.frozen.restated
    collected = one.figures[0]
    assert collected.parts is not None
    parts = replace(collected.parts, late=collected.parts.late + 1)
    other = replace(one, figures=(replace(collected, parts=parts), *one.figures[1:]))
    told = restatements.tell(replace(report.frozen, restated=(other,)), report.language)
    assert told is not None
    sections = [told if one.key == told.key else one for one in report.sections]
    return replace(report, sections=sections)


def test_it_is_told_from_the_frozen_figures_alone(then: Answers, now: Answers, desk: Desk) -> None:
    reported(then, desk)
    figures = following(now, desk)
    again = thaw(figures.to_json())
    assert again == figures
    assert again.code == figures.code
    assert rows(again, locale="zh_Hans_CN") == rows(figures, locale="zh_Hans_CN")


def test_an_edition_that_stands_is_told_in_a_sentence(then: Answers, desk: Desk) -> None:
    reported(then, desk)
    figures = following(then, desk)
    assert [one.text for one in section(figures).blocks if isinstance(one, Note)] == [
        "1 earlier edition stands as reported."
    ]
    assert list(section(figures).tables) == []
    assert "此前 1 期报告" in section(figures, "zh_Hans_CN").blocks[0].text  # type: ignore[union-attr]


def test_without_earlier_editions_there_is_no_chapter(now: Answers, desk: Desk) -> None:
    assert report_of(following(now, desk)).section("restatements") is None
    reported_elsewhere = frozen(now, order(None, NEXT), Issue("weekly", NEXT, EVERYTHING))
    assert reported_elsewhere.restated == ()


def test_a_scope_is_restated_by_its_own_editions_alone(
    then: Answers, now: Answers, desk: Desk
) -> None:
    reported(then, desk)
    assert following(now, desk, TEAM).restated == ()
    _, first = reported(then, desk, TEAM)
    (one,) = following(now, desk, TEAM).restated
    collected = one.figures[0]
    assert (one.code, collected.metric) == (first.code, "collected")
    # C2 was of the team when it paid; T1 has it now.
    assert (collected.reported.value, collected.known.value) == (100_00, 200_00)
    assert collected.parts == Parts(200_00, 0, -100_00)


def test_a_correction_is_compared_with_what_it_corrects(
    then: Answers, now: Answers, desk: Desk
) -> None:
    _, first = reported(then, desk)
    corrects = Issue("weekly", WEEK, EVERYTHING, number=2)
    figures = frozen(now, order(desk, WEEK, 2), corrects)
    assert [one.code for one in figures.restated] == [first.code]
    keep(desk, WEEK, now=NOW, number=2, frozen=figures.to_json())
    (newest,) = following(now, desk).restated
    assert (newest.code, newest.number, newest.figures) == (figures.code, 2, ())


def test_side_by_side_shows_every_figure(then: Answers, now: Answers, desk: Desk) -> None:
    _, first = reported(then, desk)
    found = side_by_side(first, now)
    assert [one.metric for one in found] == [
        card.metric for card in report_of(first).cards if card.metric in now.available()
    ]
    told = {one.metric: (one.moved, one.difference) for one in found}
    assert told["collected"] == (True, 60_00)
    assert told["open_cases"] == (False, 0)
    other = replace(first, definitions=replace(first.definitions, currency="USD"))
    assert side_by_side(other, now) == []


def test_other_definitions_are_named(then: Answers, now: Answers, desk: Desk) -> None:
    _, first = reported(then, desk)
    for figures, name in (
        (replace(first, definitions=replace(first.definitions, grace_days=9)), "Promises kept"),
        (replace(first, rules={**first.rules, "collected": "otherwise"}), "Collected"),
    ):
        (line, *_) = [one for one in side_by_side(figures, now) if one.redefined]
        told = replace(first, restated=(Restated(first.code, WEEK, 1, (line,)),))
        table = next(section(told).tables)
        assert f"Counted by other definitions since: {name}." in table.note


def test_many_lines_are_cut_on_paper_and_whole_in_the_workbook(
    then: Answers, now: Answers, desk: Desk
) -> None:
    _, first = reported(then, desk)
    (one,) = following(now, desk).restated
    many = tuple(replace(one, code=f"{n}") for n in range(4))
    short, _, whole = section(replace(first, restated=many)).tables
    assert (len(short.rows), short.on_paper) == (restatements.LINES, True)
    assert (len(whole.rows), whole.on_paper) == (20, False)
    assert "The workbook has all 20 lines." in short.note
    # What was final when it was reported comes first.
    assert all("provisional" not in row[1].text for row in short.rows)


def test_the_last_periods_are_looked_back_on(desk: Desk) -> None:
    days = [date(2024, 1, 1) + timedelta(weeks=n) for n in range(13)]
    weeks = [Period(*pair) for pair in pairwise(days)]
    for week in weeks:
        keep(desk, week, now=NOW)
        keep(desk, week, now=NOW, scope=TEAM)
        keep(desk, week, now=NOW, part="T2")
        keep(desk, week, now=NOW, report="other")
    keep(desk, weeks[9], now=NOW, number=2)
    found = desk.earlier_editions(Issue("weekly", weeks[10], EVERYTHING), PERIODS)
    assert [one.issue.period for one, _ in found] == weeks[2:10][::-1]
    assert [one.issue.number for one, _ in found] == [2, 1, 1, 1, 1, 1, 1, 1]
    assert {(one.issue.scope, one.issue.part) for one, _ in found} == {(EVERYTHING, "")}
    assert all(content == b"{}" for _, content in found)


def test_editions_of_before_keep_their_code() -> None:
    """What they did not keep is not added when they are rendered again."""
    figures = replace(WEEKLY.freeze(FakeAnswers(), FAKE_WEEK), rules={})  # type: ignore[arg-type]
    data = orjson.loads(figures.to_json())
    assert not {"rules", "restated"} & set(data)
    assert "known_until" not in data["freshness"]
    assert thaw(figures.to_json()).code == figures.code


def test_issuing_compares_with_what_the_desk_has_kept(
    then: Answers, now: Answers, desk: Desk
) -> None:
    """The whole way: two Mondays, one reader."""
    reader = Reader("folder", "folder", "en", EVERYTHING)
    for answers, period, moment in ((then, WEEK, REPORTED_AT), (now, NEXT, NOW)):
        asked = replace(order(desk, period), readers=[reader], now=moment)
        issued = issue(answers, desk, asked)
        assert not issued.refused
    first, second = (desk.edition_of(Issue("weekly", one, EVERYTHING)) for one in (WEEK, NEXT))
    assert first is not None
    assert second is not None
    (one,) = thaw(desk.frozen_of(second.id)).restated
    assert one.code.replace("-", "") == first.code
    assert one.figures[0].parts == Parts(200_00, -50_00, -90_00)
