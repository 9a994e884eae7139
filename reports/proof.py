"""The proof before sending: the finished files are read back and compared with their figures.

What is read here is the file itself, by other libraries than those that wrote it. One difference
stops the sending.
"""

import io
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet
from pypdf import PdfReader

from queries import METRICS
from reports.failures import ProofError
from reports.layout import Placed, Sheet, sheets, stored
from reports.pace import on_card
from reports.parts import Card, Note, Report, Table
from reports.pdf import breakable, printable

# Excel keeps 15 to 16 digits; anything beyond is the binary form and no difference.
PRECISION = Decimal("1e-12")
_BLANKS = re.compile(r"[\s\u200b\u00ad]+")


@dataclass(frozen=True)
class Claim:
    """A text that the PDF must hold, after the one before it. `what` names it for people."""

    what: str
    text: str


def prove(report: Report, pdf: bytes, workbook: bytes) -> None:
    """Raises ProofError with every difference between the files and the figures."""
    differences = [*pdf_differences(report, pdf), *workbook_differences(report, workbook)]
    if differences:
        raise ProofError(differences)


# ---- PDF


def pdf_differences(report: Report, content: bytes) -> Iterator[str]:
    """What the pages do not say: every card, sentence, note and row of a table, in order."""
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]
    if report.one_page and len(pages) > 1:
        yield f"PDF: {len(pages)} pages instead of one"
    text = ""
    for number, page in enumerate(pages, start=1):
        body, marked = _without_margins(report, squeezed(page), number, len(pages))
        if not marked:
            yield f"PDF page {number}: its footer with the page number is missing"
        text += body
    at = 0
    for claim in claims(report):
        wanted = squeezed(printable(breakable(claim.text)))
        found = text.find(wanted, at)
        if found < 0:
            yield f"PDF: {claim.what} does not say {claim.text!r}"
        else:
            at = found + len(wanted)


def claims(report: Report) -> Iterator[Claim]:
    """Everything that the PDF has to say, in reading order."""
    yield Claim("the title", report.title + report.span + report.scope + report.as_of)
    yield Claim("what it corrects", report.correction)
    if report.warning:
        yield Claim("the warning", report.warning)
    for card in report.cards:
        yield Claim(f"the card {card.metric}", _card(report, card))
    yield Claim("the line below the cards", report.card_note)
    for finding in report.findings:
        yield Claim("What moved", finding.text)
    for section in report.on_paper:
        if not report.one_page:
            yield Claim("a heading", section.title + section.lead)
        for block in section.blocks:
            if isinstance(block, Note):
                yield Claim(f"a note of {section.key}", block.text)
            elif isinstance(block, Table) and block.on_paper:
                yield from _table(section.key, block)


def _card(report: Report, card: Card) -> str:
    """The text of a card, its value and its target written anew from what was frozen and not from
    the card."""
    figure = report.frozen.figure("now", card.metric)
    value = report.language.value(METRICS[card.metric], figure.value, compact=True)
    compared = "".join(f"{one.text}{one.against}" for one in card.comparisons)
    aim = on_card(report.frozen, report.language, card.metric)
    return card.title + value + card.basis + compared + (f"{aim.text}{aim.against}" if aim else "")


def _table(section: str, table: Table) -> Iterator[Claim]:
    heading = "".join(column.title for column in table.columns)
    yield Claim(f"the heading of {table.key}", table.title + heading)
    for number, row in enumerate(table.rows, start=1):
        what = f"row {number} of {table.key} in {section}"
        yield Claim(what, "".join(cell.text for cell in row))
    if table.note:
        yield Claim(f"the note of {table.key}", table.note)


def _without_margins(report: Report, page: str, number: int, pages: int) -> tuple[str, bool]:
    """The text of a page without its header and footer, and whether the footer was there."""
    code = report.language.t("Edition {code}", code=report.frozen.code)
    footer = squeezed(printable(f"{report.as_of} · {code}{number} / {pages}"))
    header = squeezed(printable(f"{report.branding.name} · {report.title}{report.span}"))
    marked = footer in page
    body = page.replace(footer, "", 1)
    return (body.replace(header, "", 1) if number > 1 else body), marked


def squeezed(text: str) -> str:
    """Without blanks and in one form of each character: line breaks are no difference."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text))


# ---- workbook


def workbook_differences(report: Report, content: bytes) -> Iterator[str]:
    """Cells of every table that do not hold the value of their figure."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    expected = sheets(report)
    names = [sheet.name for sheet in expected]
    if book.sheetnames != names:
        yield f"XLSX: its sheets are {book.sheetnames}, not {names}"
        return
    yield from _summary_differences(report, book[names[0]], expected[0])
    for sheet in expected:
        if book[sheet.name].cell(2, 1).value != sheet.subtitle:
            yield f"XLSX {sheet.name} A2: does not say {sheet.subtitle!r}"
        for placed in sheet.tables:
            yield from _cell_differences(report, book[sheet.name], placed)
        for spot in sheet.lines:
            if book[sheet.name].cell(spot.row + 1, 1).value != spot.text:
                yield f"XLSX {sheet.name} A{spot.row + 1}: does not say {spot.text!r}"


def _summary_differences(report: Report, page: Worksheet, sheet: Sheet) -> Iterator[str]:
    """The headline figures, straight from the frozen set."""
    digits = report.language.minor_digits
    for at, card in enumerate(report.cards):
        figure = report.frozen.figure("now", card.metric)
        value = figure.value
        if value is not None and METRICS[card.metric].unit == "money":
            value = Decimal(value).scaleb(-digits)
        held = page.cell(sheet.tables[0].header + 2 + at, 2).value
        if not _same(held, None if value is None else float(value)):
            yield f"XLSX summary: {card.metric} is {held!r}, the figure is {value}"


def _cell_differences(report: Report, page: Worksheet, placed: Placed) -> Iterator[str]:
    for at, row in enumerate(placed.table.rows):
        for column, cell in enumerate(row):
            held = page.cell(placed.header + 2 + at, column + 1)
            wanted = stored(cell, report.language.minor_digits)
            if not _same(held.value, wanted) or held.data_type == "f":
                yield f"XLSX {page.title} {held.coordinate}: {held.value!r} instead of {wanted!r}"


def _same(held: object, wanted: str | float | datetime | None) -> bool:
    if isinstance(wanted, float) and isinstance(held, int | float):
        exact = Decimal(str(wanted))
        return abs(Decimal(str(held)) - exact) <= PRECISION * max(Decimal(1), abs(exact))
    # An empty text is stored as an empty cell.
    return (held or None) == (wanted or None)
