"""The whole way from small case databases to proven files, in both languages."""

import io
import re
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pymupdf
import pytest

from charts import Language
from queries import METRICS, Answers, Definitions, Question
from reports import Branding, Report, pdf, proof, workbook
from reports.catalogue import REPORTS
from reports.composing import Pack
from reports.monthly import MONTHLY
from reports.proof import squeezed
from reports.sections.headline import HEADLINE
from reports.team import TEAM
from reports.weekly import WEEKLY
from tests.support.case_database import (
    Tables,
    a_case,
    a_contact,
    a_payment,
    a_promise,
    a_team,
    an_agent,
    figures_of,
    morning_of,
)

NOW = morning_of(date(2024, 3, 12))
NAMES = {
    "T1": "喆堃𠮷 & <b>Sons</b>",
    "T2": '=HYPERLINK("http://example.com")',
    "T3": "Rockets 🚀 " + "very long " * 12,
}


def database(**tables: list) -> Tables:
    return {
        "teams": [a_team(team, name=name) for team, name in NAMES.items()],
        "agents": [an_agent(f"A{n}", f"T{n}") for n in (1, 2, 3)],
        "cases": [
            a_case(f"C{n}", placed_on="2024-02-01", team_id=f"T{n % 3 + 1}", product=f"+p{n % 2}")
            for n in range(30)
        ],
        **tables,
    }


def busy() -> Tables:
    weeks = ("2024-02-20", "2024-02-27", "2024-03-05")
    return database(
        payments=[
            a_payment(f"P{day}{n}", f"C{n}", paid_at=f"{day} 10:00", amount=f"{10 + n * week}.37")
            for week, day in enumerate(weeks)
            for n in range(30)
        ],
        contacts=[
            a_contact(f"N{day}{n}", f"C{n}", contacted_at=f"{day} 09:30", agent_id=f"A{n % 3 + 1}")
            for day in weeks
            for n in range(30)
        ],
        promises=[
            a_promise(f"R{n}", f"C{n}", made_at="2024-02-28 10:00", due_on="2024-03-05")
            for n in range(9)
        ],
    )


def proven(
    answers: Answers, locale: str = "en", pack: Pack = WEEKLY
) -> tuple[Report, bytes, bytes]:
    """The report of the last period that is over with files that say what it says."""
    frozen = pack.freeze(answers, pack.period(answers.freshness().as_of))
    report = pack.tell(frozen, Language(locale), Branding("A&B <喆> =1+1"))
    pages, book = pdf.render(report), workbook.render(report)
    proof.prove(report, pages, book)
    return report, pages, book


def text_of(content: bytes) -> str:
    with pymupdf.open(stream=content) as document:
        return squeezed("".join(page.get_text() for page in document))


def opened(tables: Tables, folder: Path, now: datetime = NOW) -> Answers:
    return figures_of(tables, Definitions(), now, folder)


@pytest.fixture(scope="module")
def answers(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    return opened(busy(), tmp_path_factory.mktemp("busy"))


@pytest.mark.parametrize("pack", REPORTS.values(), ids=REPORTS)
@pytest.mark.parametrize("locale", ["en", "zh_Hans_CN"])
def test_awkward_names_of_a_real_database_reach_both_files(
    answers: Answers, locale: str, pack: Pack
) -> None:
    _, pages, book = proven(answers, locale, pack)
    text = text_of(pages)
    assert squeezed("A&B <喆> =1+1") in text
    # A month before the data begins has no product that moved; a sheet of one page cuts names.
    shown = {WEEKLY.name: (*NAMES.values(), "+p1"), MONTHLY.name: NAMES.values()}
    for name in shown.get(pack.name, ()):
        assert squeezed(pdf.printable(name)) in text
    sheets = openpyxl.load_workbook(io.BytesIO(book))
    held = {cell.value for page in sheets for row in page.iter_rows() for cell in row}
    kinds = {cell.data_type for page in sheets for row in page.iter_rows() for cell in row}
    assert held >= set(NAMES.values()) or pack is TEAM
    assert "f" not in kinds


@pytest.mark.parametrize("pack", REPORTS.values(), ids=REPORTS)
def test_the_headline_is_what_the_command_line_answers(answers: Answers, pack: Pack) -> None:
    report, pages, book = proven(answers, "en", pack)
    asked = answers.ask(Question(tuple(pack.shown), report.frozen.period))[0]
    sheet = openpyxl.load_workbook(io.BytesIO(book))["Summary"]
    held = {row[0].value: row[1].value for row in sheet.iter_rows(min_row=4)}
    text = text_of(pages)
    for metric in pack.shown:
        value, unit = asked.one(metric).value, METRICS[metric].unit
        if value is not None:
            major = float(value) / (100 if unit == "money" else 1)
            assert held[METRICS[metric].title.en] == pytest.approx(major)
        assert squeezed(report.language.value(METRICS[metric], value, compact=True)) in text


def test_a_year_ago_before_the_data_begins_is_no_comparison_and_said_once(
    answers: Answers,
) -> None:
    report, pages, _ = proven(answers)
    against = {one.against.split(" · ")[0] for card in report.cards for one in card.comparisons}
    assert against == {"on last week"}
    assert text_of(pages).count("Nocomparisonwithayearago") == len(
        {report.frozen.begins[metric] for metric in HEADLINE}
    )


def said(report: Report) -> list[str]:
    """Every text that was made from figures."""
    cells = [
        cell.text
        for section in report.sections
        if section.key != "meanings"
        for table in section.tables
        for row in table.rows
        for cell in row
    ]
    cards = [text for card in report.cards for text in (card.figure.text, card.basis)]
    return [*cells, *cards, *(one.text for one in report.findings)]


@pytest.mark.parametrize("pack", REPORTS.values(), ids=REPORTS)
@pytest.mark.parametrize(
    ("tables", "locale"),
    [
        ({}, "en"),
        ({"cases": [a_case()]}, "zh_Hans_CN"),
        (database(), "en"),
        (database(teams=[a_team("T1")], agents=[an_agent()]), "zh_Hans_CN"),
        (database(payments=[a_payment(paid_at="2024-02-02 10:00")]), "en"),
    ],
    ids=["empty", "one case", "cases only", "one team", "no payment for a month"],
)
def test_little_data_gives_a_sensible_report(
    tables: Tables, locale: str, pack: Pack, tmp_path: Path
) -> None:
    report, _, _ = proven(opened(tables, tmp_path), locale, pack)
    assert report.findings
    for text in said(report):
        assert not re.search(r"\b(None|nan|Decimal)\b|\b1 (cases|promises|attempts)\b", text), text


def test_a_week_without_payments_is_told_in_one_sentence(tmp_path: Path) -> None:
    tables = database(payments=[a_payment(paid_at="2024-02-02 10:00")])
    report, _, _ = proven(opened(tables, tmp_path))
    texts = [one.text for one in report.findings]
    assert texts[0] == "Nothing was collected this week."
    assert not [text for text in texts if "0.0%" in text or "Month to date" in text]


def test_an_empty_database_says_that_no_case_is_open(tmp_path: Path) -> None:
    report, _, _ = proven(opened({}, tmp_path), "zh_Hans_CN")
    assert [one.text for one in report.findings] == ["本周没有回款。", "没有在催案件。"]


def test_a_source_without_optional_tables_leaves_chapters_out_and_says_so(tmp_path: Path) -> None:
    report, pages, _ = proven(opened(database(), tmp_path))
    keys = {section.key for section in report.sections}
    assert not keys & {"promises", "contacts"}
    assert keys >= {"aging", "bridge", "teams", "data_note", "meanings"}
    assert "Leftout,becausethecasedatabasehasnorowsin" in text_of(pages)


def test_two_thousand_agents_do_not_make_the_report_longer(tmp_path: Path) -> None:
    day = NOW.date() - timedelta(days=5)
    agents = range(2_000)
    tables = database(
        agents=[an_agent(f"A{n}", f"T{n % 3 + 1}") for n in agents],
        contacts=[
            a_contact(f"N{n}", f"C{n % 30}", agent_id=f"A{n}", contacted_at=f"{day} 10:00")
            for n in agents
        ],
    )
    report, content, _ = proven(opened(tables, tmp_path))
    assert report.frozen.figure("now", "attempts").value == 2_000
    with pymupdf.open(stream=content) as document:
        assert len(document) <= 12
