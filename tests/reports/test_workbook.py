import io
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.workbook import Workbook

from queries import METRICS
from reports import Report, workbook
from reports.layout import sheets
from tests.reports.conftest import Make
from tests.reports.fake import AWKWARD


@pytest.fixture(scope="module")
def book(files: tuple[bytes, bytes]) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(files[1]))


def test_headline_cells_are_the_frozen_figures(awkward: Report, book: Workbook) -> None:
    page = book[book.sheetnames[0]]
    rows = {row[0]: row for row in page.iter_rows(values_only=True)}
    collected = awkward.frozen.figure("now", "collected")
    title = awkward.cards[0].title
    assert Decimal(str(rows[title][1])) == Decimal(collected.numerator or 0) / 100
    kept = awkward.frozen.figure("now", "promise_kept_rate")
    row = next(rows[card.title] for card in awkward.cards if card.metric == "promise_kept_rate")
    assert row[1] == pytest.approx(float(kept.value or 0), abs=1e-15)
    assert row[7:9] == (kept.numerator, kept.denominator)


def test_names_stay_names(awkward: Report, book: Workbook) -> None:
    section = awkward.section("teams")
    assert section is not None
    cells = [cell for row in book[section.sheet].iter_rows() for cell in row]
    texts = [cell.value for cell in cells]
    assert set(AWKWARD.values()) <= set(texts)
    assert not [cell for cell in cells if cell.data_type == "f" or cell.hyperlink]


def test_there_is_a_sheet_per_chapter_with_formatted_tables(
    awkward: Report, book: Workbook
) -> None:
    assert book.sheetnames == [sheet.name for sheet in sheets(awkward)]
    assert len(book.sheetnames) == 12
    for page in book:
        assert page.tables, page.title
        assert page.freeze_panes == "B4"
        assert page.page_setup.orientation == "landscape"


def test_trends_have_native_charts_on_a_text_axis(awkward: Report) -> None:
    from zipfile import ZipFile

    with ZipFile(io.BytesIO(workbook.render(awkward))) as file:
        charts = [file.read(n).decode() for n in file.namelist() if "charts/chart" in n]
        drawings = [file.read(n).decode() for n in file.namelist() if "drawings/drawing" in n]
    assert len(charts) == 10
    assert not [chart for chart in charts if "dateAx" in chart]
    assert all("descr=" in drawing for drawing in drawings)


def test_equal_reports_give_equal_bytes(make: Make) -> None:
    assert workbook.render(make()) == workbook.render(make())


def test_nothing_counted_leaves_cells_empty(make: Make) -> None:
    report = make(empty=True)
    book = openpyxl.load_workbook(io.BytesIO(workbook.render(report)))
    row = next(row for row in book["Summary"].iter_rows() if row[0].value == "Collected")
    assert [cell.value for cell in row[1:7]] == [None] * 6


def cell_of(book: Workbook, sheet: str, row: str, column: int) -> openpyxl.cell.Cell:
    return next(one for one in book[sheet].iter_rows() if one[0].value == row)[column]


def test_a_cell_shows_its_unit_and_holds_the_plain_number(make: Make) -> None:
    for locale, points, days in (("en", "pp", " d"), ("zh_Hans_CN", "个百分点", "天")):
        report = make(locale)
        book = openpyxl.load_workbook(io.BytesIO(workbook.render(report)))
        titles = {card.metric: card.title for card in report.cards}
        summary = book.sheetnames[0]
        money = cell_of(book, summary, titles["collected"], 1)
        assert money.number_format.startswith('"¥"#,##0.00')
        rate = cell_of(book, summary, titles["recovery_rate"], 1)
        assert rate.number_format == "0.00%"
        # −0.2 percentage points are no −0.2 percent.
        change = cell_of(book, summary, titles["promise_kept_rate"], 3)
        assert points in change.number_format
        assert "%" not in change.number_format
        now, before = (
            report.frozen.figure(name, "promise_kept_rate").value for name in ("now", "before")
        )
        assert change.value == pytest.approx(float((now - before) * 100))
        lead = report.language.words(METRICS["promise_lead_days"].title)
        for column in (1, 2, 3):
            cell = cell_of(book, report.language.t("Promises"), lead, column)
            assert cell.number_format == f'0.0"{days}"'


def test_headings_stand_on_the_side_of_their_values(book: Workbook) -> None:
    for page in book:
        for placed in page.tables.values():
            heads, first = (page[placed.ref][row] for row in (0, 1))
            for head, cell in zip(heads, first, strict=True):
                if cell.alignment.horizontal and cell.value is not None:
                    sides = {head.alignment.horizontal, cell.alignment.horizontal}
                    # A column of several units is headed like numbers.
                    assert len(sides) == 1, (page.title, head.coordinate)


def test_native_charts_have_the_colours_of_paper_and_end_at_the_whole(make: Make) -> None:
    from zipfile import ZipFile

    from charts.theme import LIGHT

    with ZipFile(io.BytesIO(workbook.render(make()))) as file:
        charts = {
            title: text
            for name in file.namelist()
            if "charts/chart" in name
            for text in [file.read(name).decode()]
            for title in ("Promises due: how they ended", "Open balance by bucket", "by team")
            if title in text
        }
    assert '<c:max val="1"/>' in charts["Promises due: how they ended"]
    for colour in LIGHT.ramped(8):
        assert colour.removeprefix("#").upper() in charts["Open balance by bucket"].upper()
    assert '<c:barDir val="bar"/>' in charts["by team"]


def test_what_is_not_final_is_said_on_the_first_sheet(awkward: Report, book: Workbook) -> None:
    texts = {row[0] for row in book[book.sheetnames[0]].iter_rows(values_only=True)}
    assert awkward.card_note
    assert awkward.card_note in texts
