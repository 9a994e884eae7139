import io
from decimal import Decimal

import openpyxl
import pytest
from openpyxl.workbook import Workbook

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
