"""The finished workbook against its report: every cell of every table, every line, every chart."""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zipfile import ZipFile

import openpyxl
from openpyxl.utils import get_column_letter

from queries import METRICS
from reports.layout import Sheet, sheets, stored
from reports.parts import Report
from reports.proof.texts import left_over

# Excel keeps 15 to 16 digits; anything beyond is the binary form and no difference.
PRECISION = Decimal("1e-12")
# The sheets of a report have fewer; what a file says it has is not believed.
MOST_ROWS, MOST_COLUMNS = 20_000, 60
_CHARTS = re.compile(r"xl/charts/chart\d+\.xml")
_SERIES = re.compile(rb"<(?:\w+:)?ser[ >]")

Place = tuple[int, int]
Value = str | float | datetime | None


@dataclass(frozen=True)
class Held:
    """What a cell holds: its value and its kind in openpyxl's letters ("f" is a formula)."""

    value: object
    kind: str


NOTHING = Held(None, "n")


@dataclass(frozen=True)
class Book:
    """What was read from a workbook: the cells of each sheet by (row, column) from 1 on, and how
    many series each of its charts draws; `about` is what its properties say of it."""

    sheets: Mapping[str, Mapping[Place, Held]]
    charts: Sequence[int]
    about: str = ""

    @property
    def texts(self) -> Iterator[tuple[str, str]]:
        """Each text with the sheet and the cell it stands in."""
        for name, cells in self.sheets.items():
            for (row, column), held in cells.items():
                if isinstance(held.value, str):
                    yield f"{name} {get_column_letter(column)}{row}", held.value


@dataclass(frozen=True)
class Slip:
    """A cell that does not hold what it should. `wanted` and `held` are values; `place` says in the
    words of the report what stands there."""

    where: str
    what: str
    wanted: object
    held: object
    place: str = ""


def book_of(content: bytes) -> Book:
    """Reads a workbook, as many rows and columns as a report may have. Raises what openpyxl raises
    on one that is broken."""
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, keep_links=False)
    try:
        found = {}
        for page in book.worksheets:
            # What a file says of its size is often wrong, and rows beyond it would be left out.
            page.reset_dimensions()
            rows = page.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS)
            found[page.title] = {
                (cell.row, cell.column): Held(cell.value, cell.data_type)
                for row in rows
                for cell in row
                if cell.value is not None
            }
        about = book.properties.description or ""
    finally:
        book.close()
    with ZipFile(io.BytesIO(content)) as archive:
        names = filter(_CHARTS.fullmatch, archive.namelist())
        return Book(found, [len(_SERIES.findall(archive.read(name))) for name in names], about)


def workbook_differences(report: Report, content: bytes) -> Iterator[str]:
    """Cells of every table that do not hold the value of their figure; charts that are missing or
    draw nothing; and what no cell may hold."""
    book = book_of(content)
    for slip in slips(report, book):
        yield f"XLSX {slip.where}: {slip.what} is {slip.held!r} instead of {slip.wanted!r}"
    if report.frozen.code not in book.about:
        yield f"XLSX: its properties do not have the code {report.frozen.code}"
    drawn = [picture for sheet in sheets(report) for picture, _ in sheet.charts]
    if len(book.charts) != len(drawn):
        yield f"XLSX: it has {len(book.charts)} charts, not {len(drawn)}"
    elif not all(book.charts):
        yield "XLSX: a chart draws nothing"
    for where, text in book.texts:
        yield from left_over(report, f"XLSX {where}", text)


def slips(report: Report, book: Book) -> Iterator[Slip]:
    """Every cell that differs from its figure, and every one where nothing belongs."""
    expected = sheets(report)
    names = [sheet.name for sheet in expected]
    if list(book.sheets) != names:
        yield Slip("sheets", "their order", names, list(book.sheets))
    digits = report.language.minor_digits
    for sheet in expected:
        if sheet.name not in book.sheets:
            continue
        wanted = {place: (what, value) for place, what, value in _cells(sheet, digits)}
        if sheet is expected[0]:
            wanted |= _headline(report, sheet)
        held, places = book.sheets[sheet.name], _places(sheet)
        for place in sorted(wanted.keys() | held.keys()):
            what, value = wanted.get(place, ("a cell that should be empty", None))
            found = held.get(place, NOTHING)
            if not _same(found.value, value) or found.kind in ("f", "e"):
                where = f"{sheet.name} {get_column_letter(place[1])}{place[0]}"
                yield Slip(where, what, value, found.value, places.get(place, ""))


def _cells(sheet: Sheet, digits: int) -> Iterator[tuple[Place, str, Value]]:
    """What belongs where in a sheet."""
    yield (1, 1), "the title", sheet.title
    yield (2, 1), "the period", sheet.subtitle
    for spot in sheet.lines:
        yield (spot.row + 1, 1), "a line", spot.text
    for placed in sheet.tables:
        table, top = placed.table, placed.header + 1
        for at, title in enumerate(placed.titles, start=1):
            yield (top, at), "a heading", title
        for row, cells in enumerate(table.rows, start=1):
            for at, (column, cell) in enumerate(zip(table.columns, cells, strict=True), start=1):
                what = f"{column.title} of {cells[0].text}" if at > 1 else f"row {row}"
                yield (top + row, at), what, stored(cell, digits)


def _places(sheet: Sheet) -> dict[Place, str]:
    """What the cells of tables are, in the words of the report."""
    return {
        (placed.header + 1 + row, at): " · ".join(filter(None, (column.title, cells[0].text)))
        for placed in sheet.tables
        for row, cells in enumerate(placed.table.rows, start=1)
        for at, column in enumerate(placed.table.columns, start=1)
    }


def _headline(report: Report, sheet: Sheet) -> dict[Place, tuple[str, Value]]:
    """The headline figures, straight from the frozen set."""
    wanted: dict[Place, tuple[str, Value]] = {}
    first = sheet.tables[0].header + 2
    for row, card in enumerate(report.cards, start=first):
        value = report.frozen.figure("now", card.metric).value
        if value is not None and METRICS[card.metric].unit == "money":
            value = Decimal(value).scaleb(-report.language.minor_digits)
        wanted[row, 2] = (card.metric, None if value is None else float(value))
    return wanted


def _same(held: object, wanted: Value) -> bool:
    if isinstance(wanted, float) and isinstance(held, int | float):
        exact = Decimal(str(wanted))
        return abs(Decimal(str(held)) - exact) <= PRECISION * max(Decimal(1), abs(exact))
    if isinstance(held, str) and isinstance(wanted, str):
        # Headings are filled up with blanks to differ.
        return held.rstrip() == wanted.rstrip()
    # An empty text is stored as an empty cell.
    return (held or None) == (wanted or None)
