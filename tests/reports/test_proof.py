import io
from dataclasses import replace

import openpyxl
import pytest

from reports import ProofError, Report, pdf, workbook
from reports.layout import sheets
from reports.parts import Note
from reports.proof import pdf_differences, prove, workbook_differences
from tests.reports.conftest import Make


def test_what_was_written_is_what_is_read(awkward: Report, files: tuple[bytes, bytes]) -> None:
    prove(awkward, *files)


@pytest.fixture(scope="module")
def report(make: Make) -> Report:
    return make()


def test_words_that_are_broken_at_their_hyphens_are_read_as_they_stand(report: Report) -> None:
    first = report.sections[0]
    notes = [Note(f"{'x' * shift} " + "right-party-contact " * 24) for shift in range(1, 12)]
    told = replace(
        report, sections=[replace(first, blocks=[*notes, *first.blocks]), *report.sections[1:]]
    )
    assert list(pdf_differences(told, pdf.render(told))) == []


def test_another_figure_in_the_pdf_is_found(report: Report) -> None:
    card = report.cards[1]
    wrong = replace(card, figure=replace(card.figure, text="99.9%"))
    printed = pdf.render(replace(report, cards=[report.cards[0], wrong, *report.cards[2:]]))
    found = list(pdf_differences(report, printed))
    assert len(found) == 1
    assert "the card recovery_rate" in found[0]


def test_a_row_that_is_missing_in_the_pdf_is_found(report: Report) -> None:
    section = report.section("teams")
    assert section is not None
    table = next(section.tables)
    rest = [block for block in section.blocks if block is not table]
    short = replace(section, blocks=[*rest, replace(table, rows=table.rows[:-1])])
    section = replace(section, blocks=[*rest, table])
    report = replace(
        report, sections=[section if one.key == "teams" else one for one in report.sections]
    )
    others = [one for one in report.sections if one.key != "teams"]
    place = list(report.sections).index(section)
    printed = pdf.render(replace(report, sections=[*others[:place], short, *others[place:]]))
    assert ["row 6 of teams" in one for one in pdf_differences(report, printed)] == [True]


def test_a_page_that_is_missing_is_found(report: Report) -> None:
    import pymupdf

    with pymupdf.open(stream=pdf.render(report)) as document:
        document.delete_page(3)
        short = document.tobytes()
    assert list(pdf_differences(report, short))


def a_number(report: Report, sheet: str) -> str:
    """The first cell with a number in the first table of a sheet."""
    placed = next(one for one in sheets(report) if one.name == sheet).tables[0]
    return f"B{placed.header + 2}"


@pytest.mark.parametrize("sheet", ["Summary", "Teams", "Bridge"])
def test_any_changed_cell_is_found(report: Report, sheet: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook.render(report)))
    cell = a_number(report, sheet)
    book[sheet][cell].value = book[sheet][cell].value + 0.01
    stream = io.BytesIO()
    book.save(stream)
    found = list(workbook_differences(report, stream.getvalue()))
    assert found
    assert all(sheet in one or "summary" in one for one in found)


def test_a_formula_in_place_of_a_value_is_found(report: Report) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook.render(report)))
    cell = a_number(report, "Teams")
    book["Teams"][cell].value = "=1+1"
    stream = io.BytesIO()
    book.save(stream)
    assert any(f"Teams {cell}" in one for one in workbook_differences(report, stream.getvalue()))


def test_the_files_of_another_edition_are_refused(report: Report, make: Make) -> None:
    other = make(teams={"T1": "Only one"})
    with pytest.raises(ProofError, match="XLSX"):
        prove(report, pdf.render(report), workbook.render(other))
    with pytest.raises(ProofError, match="PDF"):
        prove(report, pdf.render(other), workbook.render(report))
