"""What holds of every pack: its texts, its proof, whose figures it says it shows."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import openpyxl
import pymupdf
import pytest

from charts import Language
from queries import Figure, Period
from queries.rights import RIGHTS, Scope, right_to
from reports import About, Branding, Pack, Report, pdf, workbook
from reports.catalogue import REPORTS
from reports.daily import DAILY
from reports.frozen import thaw
from reports.mail import write
from reports.monthly import MONTHLY
from reports.proof import pdf_differences, squeezed, workbook_differences
from reports.sections.agents import spread
from reports.team import TEAM
from tests.reports.fake import FakeAnswers

AS_OF = date(2026, 11, 22)
LOCALES = ("en", "zh_Hans_CN")
ONE_TEAM = About(Scope("teams", ("T1",)), ("Early calls 一组",), "T1")


def told(pack: Pack, locale: str = "en", about: About | None = None, **source: object) -> Report:
    answers = FakeAnswers(**source)  # type: ignore[arg-type]
    frozen = pack.freeze(answers, pack.period(AS_OF))  # type: ignore[arg-type]
    return pack.tell(replace(frozen, about=about or About()), Language(locale), Branding())


def texts(report: Report) -> list[str]:
    """Every text of a report."""
    tables = [table for section in report.sections for table in section.tables]
    return [
        report.title, report.span, report.scope, report.as_of, report.warning, report.card_note,
        *(one.text for one in report.findings),
        *(f"{one.text} {one.against}" for card in report.cards for one in card.comparisons),
        *(section.title for section in report.sections),
        *(table.title + table.note for table in tables),
        *(column.title for table in tables for column in table.columns),
        *(picture.chart.title for picture in report.pictures),
    ]  # fmt: skip


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("pack", REPORTS.values(), ids=REPORTS)
def test_no_place_stays_empty_and_no_english_in_chinese(pack: Pack, locale: str) -> None:
    report = told(pack, locale)
    for text in texts(report):
        assert "{" not in text
        if report.language.chinese:
            assert not [word for word in ("week", "month", "year ago", "Total") if word in text]
    # A report of a month or of a day never speaks of a week that it does not mean.
    if pack.grain != "week" and locale == "en":
        assert not [one for one in texts(report) if "this week" in one or "last week" in one]


@pytest.mark.parametrize("pack", REPORTS.values(), ids=REPORTS)
def test_a_thawed_edition_tells_the_same(pack: Pack) -> None:
    report = told(pack, "zh_Hans_CN", ONE_TEAM)
    again = pack.tell(thaw(report.frozen.to_json()), report.language, report.branding)
    assert again == report


@pytest.mark.parametrize("pack", REPORTS.values(), ids=REPORTS)
def test_each_answer_is_asked_once_and_used(pack: Pack) -> None:
    answers = FakeAnswers()
    frozen = pack.freeze(answers, pack.period(AS_OF))  # type: ignore[arg-type]
    assert answers.asked == 1
    assert frozen.grain == pack.grain
    assert right_to(pack.name) in RIGHTS


@pytest.mark.parametrize("pack", REPORTS.values(), ids=REPORTS)
def test_whose_figures_and_what_was_corrected_stand_on_all_that_is_sent(pack: Pack) -> None:
    reason = "late payments & a reversal"
    about = replace(ONE_TEAM, number=2, reason=reason)
    report = told(pack, about=about, without=("promises", "contacts"))
    pages, book = pdf.render(report), workbook.render(report)
    assert [*pdf_differences(report, pages), *workbook_differences(report, book)] == []
    with pymupdf.open(stream=pages) as document:
        first = squeezed(document[0].get_text())
    letter = write(report, pages, book)
    sheets = openpyxl.load_workbook(io.BytesIO(book))
    summary = " ".join(str(row[0].value) for row in sheets.worksheets[0].iter_rows())
    for said in ("Team: Early calls 一组", f"Edition 2, corrected: {reason}"):
        assert squeezed(said) in first
        assert said in letter.text
        assert said.replace("&", "&amp;") in letter.html
        assert said in summary
    assert "Team: Early calls 一组" in letter.subject
    assert report.frozen.code in summary
    assert report.frozen.code in sheets.properties.description


def test_a_scope_that_is_not_on_paper_is_found() -> None:
    report = told(TEAM, about=ONE_TEAM, without=("promises", "contacts"))
    other = replace(report, scope="Team: Late calls")
    assert any("the title" in one for one in pdf_differences(other, pdf.render(report)))
    assert any("A2" in one for one in workbook_differences(other, workbook.render(report)))


@pytest.mark.parametrize(
    ("kind", "names", "en", "zh"),
    [
        ("everything", (), "All figures", "全部数据"),
        ("teams", ("A",), "Team: A", "团队：A"),
        ("teams", ("A", "B"), "Teams: A, B", "团队：A、B"),
        ("departments", ("A",), "Department: A", "部门：A"),
        ("departments", ("A", "B"), "Departments: A, B", "部门：A、B"),
        ("agent", ("A",), "Agent: A", "催收员：A"),
    ],
)
def test_scopes_in_words(kind: str, names: tuple[str, ...], en: str, zh: str) -> None:
    about = About(Scope(kind, names), names)  # type: ignore[arg-type]
    assert [told(DAILY, locale, about).scope for locale in LOCALES] == [en, zh]


def test_files_are_named_by_grain_part_and_scope() -> None:
    two = About(Scope("teams", ("T1", "T2")), ("A", "B"))
    weekly = told(REPORTS["weekly"], about=two)
    code = weekly.frozen.code[:4]
    assert [one.slug for one in (
        told(REPORTS["weekly"]), weekly, told(MONTHLY, "zh_Hans_CN"), told(DAILY),
        told(TEAM, about=ONE_TEAM), told(TEAM, about=replace(ONE_TEAM, number=2)),
    )] == [
        "arrears-weekly-2026-W47-en", f"arrears-weekly-2026-W47-{code}-en",
        "arrears-monthly-2026-10-zh-Hans", "arrears-daily-2026-11-22-en",
        "arrears-team-2026-W47-T1-en", "arrears-team-2026-W47-T1-edition2-en",
    ]  # fmt: skip


# ---- the month


class Years(FakeAnswers):
    """Collected in the year so far and in the same months of the year before."""

    def _figure(self, metric, question, keys):  # type: ignore[no-untyped-def]
        one = super()._figure(metric, question, keys)
        amounts = {date(2026, 1, 1): 1_200_000_00, date(2025, 1, 1): 1_000_000_00}
        amount = amounts.get(question.period.start)
        if metric != "collected" or keys or amount is None:
            return one
        return Figure(metric, keys, amount, None, 10, provisional=False)


def test_the_year_so_far_is_told_against_the_same_months() -> None:
    frozen = MONTHLY.freeze(Years(), MONTHLY.period(AS_OF))  # type: ignore[arg-type]
    report = MONTHLY.tell(frozen, Language("en"), Branding())
    assert (
        "Year to date (1 Jan – 31 Oct 2026): ¥1,200,000 collected, 20.0% more than in 1 Jan – 31"
        " Oct 2025." in [one.text for one in report.findings]
    )
    section = report.section("to_date")
    assert section is not None
    row = next(section.tables).rows[0]
    assert [cell.text for cell in row[5:]] == ["¥1,200,000", "+20.0%"]


def test_without_a_year_ago_its_columns_are_left_out() -> None:
    begun = dict.fromkeys(("collected", "recovery_rate"), date(2026, 5, 1))
    section = told(MONTHLY, begun=begun, without=("promises", "contacts")).section("to_date")
    assert section is not None
    table = next(section.tables)
    assert len(table.columns) > 4
    assert "The data begins on 1 May 2026" in table.note


# ---- the team


def test_agents_stand_in_the_order_of_names_and_nobody_is_ranked() -> None:
    section = told(TEAM, about=ONE_TEAM).section("agents")
    assert section is not None
    names = [row[0].text for row in next(section.tables).rows]
    assert names[:-1] == sorted(names[:-1])
    assert names[-1] == "Total"
    assert "not of results" in next(section.tables).note


@pytest.mark.parametrize(
    ("kept", "due", "text"),
    # By hand: 5 of 10 is 0.5 ± 0.263 (Wilson), 0 of 8 up to 0.324, 40 rows are enough to stand.
    [(5, 10, "24–76%"), (0, 8, "0–32%"), (8, 8, "68–100%"), (20, 40, "")],
)
def test_a_rate_of_few_rows_says_where_it_may_lie(kept: int, due: int, text: str) -> None:
    figure = Figure("promise_kept_rate", (), kept, due, due, provisional=False)
    assert spread(Language("en"), figure).text == text


def test_promises_to_come_add_up_day_by_day() -> None:
    section = told(TEAM, about=ONE_TEAM).section("due")
    assert section is not None
    days, agents = section.tables
    assert [row[1].text for row in days.rows[:2]] == ["Today", "Tue"]
    assert days.rows[0][0].text == "23 Nov 2026"
    for column in (2, 3):
        parts = [Decimal(str(row[column].value)) for row in days.rows[:-1]]
        assert days.rows[-1][column].value == sum(parts)
    assert len(agents.rows) == 12


# ---- the day


@pytest.mark.parametrize("without", [(), ("contacts",), ("promises", "contacts")])
@pytest.mark.parametrize("locale", LOCALES)
def test_a_huddle_sheet_has_one_page_whatever_happens(
    locale: str, without: tuple[str, ...]
) -> None:
    """Sixty teams with the longest of names, data that is late twice over, and a correction."""
    teams = {f"T{n}": f"Team {n} of the department that collects 催收部门 " * 3 for n in range(60)}
    about = About(number=12, reason="payments of the savings bank came late and were booked twice")
    late = {"stale": True, "as_of": date(2026, 11, 21)}
    report = told(DAILY, locale, about, teams=teams, without=without, **late)
    pages = pdf.render(report)
    assert list(pdf_differences(report, pages)) == []
    with pymupdf.open(stream=pages) as document:
        assert len(document) == 1
    section = report.section("huddle")
    assert section is not None
    tables = {table.key: table for table in section.tables}
    assert len(tables["today_whole"].rows) == 61
    assert len(tables["today"].rows) < 20
    assert not tables["today_whole"].on_paper


def test_more_pages_than_one_are_found() -> None:
    report = replace(told(MONTHLY, without=("promises", "contacts")), one_page=True)
    found = list(pdf_differences(report, pdf.render(report)))
    assert found[0].endswith("pages instead of one")


def test_a_huddle_sheet_of_one_team_lists_its_agents() -> None:
    section = told(DAILY, about=ONE_TEAM, teams={"T1": "Early calls"}).section("huddle")
    assert section is not None
    table = next(one for one in section.tables if one.key == "today")
    assert table.title == "Today by agent"
    assert len(table.rows) == 13


def test_what_is_due_today_is_asked_for_the_day_after() -> None:
    frozen = told(DAILY).frozen
    assert frozen.answers["due_today"].question.period == Period(AS_OF.replace(day=23),
                                                                 AS_OF.replace(day=24))  # fmt: skip
