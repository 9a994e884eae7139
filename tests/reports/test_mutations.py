"""Any figure of a finished file that is altered is found by the proof, whichever it is and however.

A file is rendered once; Hypothesis alters what was read from it, in the place and the way it likes.
"""

import copy
import io
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter

from charts import Chart
from reports import Report, mail, pdf, workbook
from reports.parts import Picture, Section, Table
from reports.proof import (
    Book,
    Pages,
    book_of,
    letter_differences,
    misses,
    page_numbers,
    pages_of,
    pdf_differences,
    slips,
    squeezed,
)
from reports.proof.books import Held
from reports.proof.claims import claims
from tests.reports.conftest import Make

many = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@pytest.fixture(scope="module")
def report(make: Make) -> Report:
    return make()


@pytest.fixture(scope="module")
def content(report: Report) -> bytes:
    return pdf.render(report)


@pytest.fixture(scope="module")
def pages(content: bytes) -> Pages:
    return pages_of(content)


@pytest.fixture(scope="module")
def book(report: Report) -> Book:
    return book_of(workbook.render(report))


@pytest.fixture(scope="module")
def told(report: Report, pages: Pages) -> list[tuple[int, int]]:
    """(page, line) of every line of the PDF that is a whole claim, most of them rows of tables;
    those apart after which a picture stands, for pictures have texts of their own."""
    said = list(claims(report))
    wanted = {squeezed(one.text) for one, then in pairwise(said) if then.between is not None}
    wanted -= {squeezed(one.chart.title) for one in report.pictures}
    found = [
        (page, line)
        for page, text in enumerate(pages.texts)
        for line, words in enumerate(text.split("\n"))
        if squeezed(words) in wanted
    ]
    assert len(found) > 100
    return found


def altered(line: str, data: st.DataObject) -> str:
    """The line with one figure changed: another digit, one more, one less, another sign."""
    digits = [at for at, letter in enumerate(line) if letter.isdigit()]
    assume(digits)
    at = data.draw(st.sampled_from(digits))
    match data.draw(st.sampled_from(["digit", "more", "less", "sign"])):
        case "digit":
            other = data.draw(st.sampled_from("0123456789".replace(line[at], "")))
            return line[:at] + other + line[at + 1 :]
        case "more":
            return line[:at] + data.draw(st.sampled_from("0123456789")) + line[at:]
        case "less":
            return line[:at] + line[at + 1 :]
    for sign, other in (("+", "−"), ("−", "+"), ("▲", "▼"), ("▼", "▲")):
        if sign in line:
            return line.replace(sign, other, 1)
    return line[:at] + "−" + line[at:]


def with_line(pages: Pages, place: tuple[int, int], *instead: str) -> Pages:
    page, line = place
    lines = pages.texts[page].split("\n")
    text = "\n".join([*lines[:line], *instead, *lines[line + 1 :]])
    return replace(pages, texts=[*pages.texts[:page], text, *pages.texts[page + 1 :]])


@many
@given(data=st.data())
def test_a_figure_on_a_page(
    report: Report, pages: Pages, told: list[tuple[int, int]], data: st.DataObject
) -> None:
    page, line = place = data.draw(st.sampled_from(told))
    words = pages.texts[page].split("\n")[line]
    changed = altered(words, data)
    assume(changed != words)
    assert list(misses(report, with_line(pages, place, changed))), (words, changed)


@many
@given(data=st.data())
def test_a_line_that_is_left_out_said_twice_or_swapped(
    report: Report, pages: Pages, told: list[tuple[int, int]], data: st.DataObject
) -> None:
    place = data.draw(st.sampled_from(told))
    words = pages.texts[place[0]].split("\n")[place[1]]
    match data.draw(st.sampled_from(["out", "twice", "swapped"])):
        case "out":
            wrong = with_line(pages, place)
        case "twice":
            wrong = with_line(pages, place, words, words)
        case _:
            second = data.draw(st.sampled_from(told))
            others = pages.texts[second[0]].split("\n")[second[1]]
            assume(squeezed(words) != squeezed(others))
            wrong = with_line(with_line(pages, place, others), second, words)
    assert list(misses(report, wrong)), words


@many
@given(data=st.data())
def test_pages_that_are_left_out_or_in_another_order(
    report: Report, pages: Pages, data: st.DataObject
) -> None:
    count = len(pages.texts)
    order = data.draw(st.lists(st.integers(0, count - 1), max_size=count + 1))
    wrong = replace(pages, texts=[pages.texts[at] for at in order])
    said = [place and place[0] for place in page_numbers(report, wrong)]
    whole = order == list(range(count))
    assert (said == list(range(1, count + 1))) is whole
    assert bool(list(misses(report, wrong))) is not whole


@many
@given(data=st.data())
def test_a_cell_of_the_workbook(report: Report, book: Book, data: st.DataObject) -> None:
    sheet = data.draw(st.sampled_from(list(book.sheets)))
    cells = dict(book.sheets[sheet])
    place = data.draw(st.sampled_from(sorted(cells)))
    held = cells[place]
    match data.draw(st.sampled_from(["other", "out", "formula", "one more"])):
        case "out":
            assume(held.value not in ("", 0, None))
            del cells[place]
        case "formula":
            cells[place] = Held("=1+1", "f")
        case "one more":
            row, column = data.draw(st.tuples(st.integers(1, 60), st.integers(1, 30)))
            assume((row, column) not in cells)
            cells[row, column] = Held(data.draw(st.sampled_from([1, "x"])), "n")
        case _:
            cells[place] = Held(other(held.value, data), held.kind)
    wrong = replace(book, sheets={**book.sheets, sheet: cells})
    assert list(slips(report, wrong)), (sheet, place, held)


def other(value: object, data: st.DataObject) -> object:
    match value:
        case bool():
            return not value
        case int() | float():
            return value + data.draw(st.sampled_from([0.01, -0.01, 1, -1, 1e6]))
        case datetime():
            return value + timedelta(days=data.draw(st.sampled_from([-7, -1, 1, 365])))
    text = str(value)
    at = data.draw(st.integers(0, max(len(text) - 1, 0)))
    return text[:at] + "#" + text[at + 1 :]


@many
@given(data=st.data())
def test_a_figure_in_the_mail(
    report: Report, letter: mail.Letter, mailed: list[str], data: st.DataObject
) -> None:
    """In its page or in its plain text."""
    told = data.draw(st.sampled_from(mailed))
    changed = altered(told, data)
    assume(changed != told)
    name = data.draw(st.sampled_from(["html", "text"]))
    before = getattr(letter, name)
    assume(told in before)
    wrong = replace(letter, **{name: before.replace(told, changed, 1)})
    assert list(letter_differences(report, wrong, None)), (told, changed)


@pytest.fixture(scope="module")
def letter(report: Report) -> mail.Letter:
    return mail.write(report, b"%PDF", b"PK")


@pytest.fixture(scope="module")
def mailed(report: Report) -> list[str]:
    values = [card.figure.text for card in report.cards]
    values += [one.text for card in report.cards for one in card.comparisons]
    return values + [one.text for one in report.findings]


# ---- a few that are rendered


def hollow(chart: Chart, svg: str) -> Chart:
    """A chart that says what it shows and draws nothing."""
    empty = copy.copy(chart)
    object.__setattr__(empty, "on_paper", lambda *_: svg)
    return empty


def test_pictures_that_are_empty_missing_or_of_other_data(report: Report) -> None:
    """All in one file, for each takes a second and a half to be set."""
    pictures = list(report.pictures)
    blank, gone, shifted = pictures[2].key, pictures[-1].key, pictures[4].key
    svg = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'

    def changed(section: Section) -> Section:
        blocks = [block for block in section.blocks if getattr(block, "key", "") != gone]
        for at, block in enumerate(blocks):
            if isinstance(block, Picture) and block.key == blank:
                blocks[at] = replace(block, chart=hollow(block.chart, svg))
            if isinstance(block, Picture) and block.key == shifted:
                blocks[at] = replace(block, chart=halved(block.chart))
        return replace(section, blocks=blocks)

    wrong = replace(report, sections=[changed(section) for section in report.sections])
    found = [one for one in pdf_differences(report, pdf.render(wrong)) if "the picture" in one]
    titles = {one.key: one.chart.title for one in report.pictures}
    assert f"PDF: the picture {titles[blank]!r} has data and shows none" in found
    assert f"PDF: the picture {titles[gone]!r} is missing" in found
    assert any(f"{titles[shifted]!r} is described as" in one for one in found)


def halved(chart: Chart) -> Chart:
    series = [
        replace(one, values=tuple(None if value is None else value / 2 for value in one.values))
        for one in chart.series
    ]
    return replace(chart, series=tuple(series))


def test_a_table_that_ends_early(report: Report) -> None:
    def short(section: Section) -> Section:
        blocks = [
            replace(block, rows=block.rows[:-2])
            if isinstance(block, Table) and len(block.rows) > 4
            else block
            for block in section.blocks
        ]
        return replace(section, blocks=blocks)

    wrong = replace(report, sections=[short(section) for section in report.sections])
    found = list(pdf_differences(report, pdf.render(wrong)))
    for section in report.sections:
        for table in section.tables:
            if len(table.rows) > 4 and table.on_paper:
                last = f"row {len(table.rows)} of {table.key} in {section.key}"
                assert any(last in one for one in found), last


def test_a_page_that_was_taken_out_of_the_file(report: Report, content: bytes) -> None:
    reader, writer = PdfReader(io.BytesIO(content)), PdfWriter()
    for at, page in enumerate(reader.pages):
        if at != 2:
            writer.add_page(page)
    stream = io.BytesIO()
    writer.write(stream)
    found = list(pdf_differences(report, stream.getvalue()))
    assert f"PDF: of {len(reader.pages)} pages page 3 is missing" in found
