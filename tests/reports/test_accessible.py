"""The PDF for people who have it read to them: valid PDF/UA-1, and put together with sense."""

import io
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import page as validator
import pytest
from fontTools.cffLib import CFFFontSet
from fontTools.pens.basePen import NullPen
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject

from reports import Report, pdf
from tests.reports.conftest import Make

# The validator multiplies the matrices of the Noto font twice and reads all its widths as zero; the
# test below measures them by another library.
MISREAD = {"PDFUA1-FONT-GLYPH-WIDTH-001"}


@pytest.fixture(scope="module")
def content(files: tuple[bytes, bytes]) -> bytes:
    return files[0]


@pytest.fixture(scope="module")
def reader(content: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(content))


def failed(content: bytes) -> set[str]:
    """The rules of PDF/UA-1 that a file breaks."""
    found = validator.validate_pdf_bytes(content, profile="ua1")
    assert found.rules.total > 100
    return {one.rule_id for one in found.failures} - MISREAD


def test_it_is_valid(content: bytes) -> None:
    assert failed(content) == set()


def test_a_report_of_a_poor_source_is_valid(make: Make) -> None:
    assert failed(pdf.render(make(without=("promises", "contacts")))) == set()


@pytest.mark.parametrize("lacking", ["/Lang", "/MarkInfo", "/StructTreeRoot", "/Metadata"])
def test_the_validator_misses_what_is_taken_out(content: bytes, lacking: str) -> None:
    writer = PdfWriter(clone_from=io.BytesIO(content))
    del writer.root_object[lacking]
    stream = io.BytesIO()
    writer.write(stream)
    assert failed(stream.getvalue())


def test_the_widths_of_the_letters_are_those_of_the_font(reader: PdfReader) -> None:
    fonts = {
        font.get_object()["/BaseFont"]: font.get_object()["/DescendantFonts"][0].get_object()
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    checked = 0
    for font in fonts.values():
        if font["/Subtype"] == "/CIDFontType0":
            program = font["/FontDescriptor"]["/FontFile3"].get_object().get_data()
            said = dict(_widths(font["/W"]))
            for number, width in _measured(program):
                assert said[number] == pytest.approx(width, abs=1)
                checked += 1
    assert checked > 60


def _widths(said: Any) -> Iterator[tuple[int, float]]:
    """Of "first last width" and "first [widths]", as a PDF has them."""
    items = list(said)
    while items:
        first, then, *items = items
        if isinstance(then, list):
            yield from ((int(first) + at, float(width)) for at, width in enumerate(then))
        else:
            width, *items = items
            yield from ((number, float(width)) for number in range(int(first), int(then) + 1))


def _measured(program: bytes) -> Iterator[tuple[int, float]]:
    fonts = CFFFontSet()
    fonts.decompile(io.BytesIO(program), None)
    letters = fonts[0].CharStrings
    for number, name in enumerate(fonts[0].charset):
        letters[name].draw(NullPen())
        yield number, letters[name].width


# ---- put together with sense


def tags(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Every tag, in reading order."""
    heap: list[Any] = [reader.root_object["/StructTreeRoot"]]
    while heap:
        tag = heap.pop().get_object()
        if isinstance(tag, DictionaryObject) and "/MCID" not in tag:
            if "/S" in tag:
                yield tag
            below = tag.get("/K")
            below = below.get_object() if below is not None else []
            heap += reversed(below if isinstance(below, list) else [below])


def test_headings_go_down_one_step_at_a_time(reader: PdfReader) -> None:
    levels = [int(tag["/S"][2:]) for tag in tags(reader) if tag["/S"][:2] == "/H"]
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert max(levels) == 2


def test_every_table_has_heads_that_say_of_what(awkward: Report, reader: PdfReader) -> None:
    shown = [table for section in awkward.sections for table in section.tables if table.on_paper]
    heads = [
        [one.get_object() for one in tag["/K"][0].get_object()["/K"]]
        for tag in tags(reader)
        if tag["/S"] == "/THead"
    ]
    assert [len(row) for row in heads] == [len(table.columns) for table in shown]
    for row in heads:
        for cell in row:
            assert cell["/S"] == "/TH"
            assert [one["/Scope"] for one in cell["/A"] if "/Scope" in one] == ["/Column"]


def test_the_whole_is_said_of_the_document(awkward: Report, reader: PdfReader) -> None:
    root = reader.root_object
    assert root["/Lang"] == ("zh-CN" if awkward.language.chinese else "en-GB")
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata is not None
    assert awkward.title in str(reader.metadata.title)
    assert awkward.span in str(reader.metadata.title)
    assert {page["/Tabs"] for page in reader.pages} == {"/S"}
    titles = [one["/Title"] for one in reader.outline if isinstance(one, dict)]
    assert titles == [
        awkward.language.t("What moved"),
        *(section.title for section in awkward.sections),
    ]


def test_every_font_is_embedded_and_can_be_read_out(reader: PdfReader) -> None:
    for page in reader.pages:
        for font in page["/Resources"]["/Font"].values():
            held = font.get_object()
            about = held["/DescendantFonts"][0]["/FontDescriptor"]
            assert "/ToUnicode" in held
            assert {"/FontFile2", "/FontFile3"} & set(about)
