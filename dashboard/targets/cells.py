"""A spreadsheet that somebody sends, XLSX or CSV, as the texts of its cells. The file is hostile
until it has been read: its size, what it unpacks to, and what its XML asks for are limited first.
"""

import codecs
import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from datetime import time as time_of_day
from decimal import Decimal
from itertools import islice

from charts import Language
from queries.workbooks import BROKEN, OLE, ZIP, suspicious

MOST_ROWS = 5_000
_MOST_BYTES = 2 * 2**20
# A row that is empty counts little, but a file could say that it has a billion of them.
_LAST_ROW = 10 * MOST_ROWS
_MOST_COLUMNS = 40
# So many rows of targets with long reasons unpack to 12 MB and hold 120 000 elements.
_MOST_UNPACKED, _MOST_ELEMENTS = 16 * 2**20, 500_000

_SEPARATORS = (",", ";", "\t")
# An apostrophe before one of these was put there so that a spreadsheet shows a text, or (before
# another) so that this one can be told from those (dashboard/spreadsheets.py, target_sheets.py).
GUARDED = ("=", "+", "-", "@", "\t", "\r", "'")

_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

# The number that spreadsheets show beside a row, and the texts of its cells.
Line = tuple[int, Sequence[str]]


class UnreadableError(Exception):
    """The file cannot be read at all; the message tells its reader why and what to do."""


def lines_of(
    name: str, data: bytes, fitting: Callable[[Sequence[str]], int], language: Language
) -> list[Line]:
    """The rows that are not empty, at most MOST_ROWS below the first; of a workbook those of its
    first sheet. `fitting` says how many cells of a row are known titles, to find the separator.

    Numbers are as people see them: a cell in percent holds "35.5%", a date "2026-11-01". Raises
    UnreadableError.
    """
    if len(data) > _MOST_BYTES:
        raise UnreadableError(
            language.t(
                "The file has {size} MB. At most {most} MB can be read at once: split it.",
                size=language.ratio(Decimal(len(data)) / 2**20, 1), most=_MOST_BYTES // 2**20,
            )
        )  # fmt: skip
    if data.startswith(OLE):
        raise UnreadableError(
            language.t(
                "“{name}” is an old or protected workbook. Save it as .xlsx without a password.",
                name=_cut(name),
            )
        )
    if data.startswith(ZIP):
        return _some(_of_workbook(name, data, language), language)
    text = _decoded(data)
    if text is None or name.lower().endswith((".xlsx", ".xlsm")):
        raise _neither(name, language)
    return _some(_of_text(text, fitting, language), language)


def _cut(name: str) -> str:
    return name[:80]


def _neither(name: str, language: Language) -> UnreadableError:
    return UnreadableError(
        language.t(
            "“{name}” is neither a workbook (.xlsx) nor a CSV file. Save the table as one of them.",
            name=_cut(name),
        )
    )


def _some(rows: Iterable[Sequence[str]], language: Language) -> list[Line]:
    """The rows that hold something, with their numbers. Raises UnreadableError for too many."""
    found: list[Line] = []
    for number, texts in enumerate(rows, start=1):
        if any(text.strip() for text in texts):
            found.append((number, texts))
        # The first one has the titles.
        if len(found) > MOST_ROWS + 1 or number > _LAST_ROW:
            most = language.count(MOST_ROWS)
            raise UnreadableError(
                language.t("The file has more than {most} rows. Split it.", most=most)
            )
    return found


# ---- CSV


def _decoded(data: bytes) -> str | None:
    """The text as UTF-8, as UTF-16 if it says so, or as GB18030, in which Excel saves in China;
    None for what is no text."""
    encodings = ("utf-16",) if data.startswith(_UTF_16) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return None if "\0" in text else text
    return None


def _of_text(
    text: str, fitting: Callable[[Sequence[str]], int], language: Language
) -> Iterator[Sequence[str]]:
    separator = max(_SEPARATORS, key=lambda one: fitting(_first(text, one)))
    done = 0
    try:
        for cells in _parsed(text, separator):
            yield [_unguarded(cell) for cell in cells[:_MOST_COLUMNS]]
            done += 1
    except csv.Error:
        raise UnreadableError(
            language.t(
                "The file cannot be read from row {row} on: a quotation mark stands alone there, "
                "or a cell is too long. Save the table as CSV again.",
                row=done + 1,
            )
        ) from None


def _parsed(text: str, separator: str) -> Iterator[list[str]]:
    # Strictly, or a quotation mark without its partner would swallow all rows below it.
    return csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)


def _first(text: str, separator: str) -> Sequence[str]:
    """The first row that is not empty, if the text were separated so."""
    try:
        return next((row[:_MOST_COLUMNS] for row in _parsed(text, separator) if any(row)), ())
    except csv.Error:
        return ()


def _unguarded(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(GUARDED) else text


# ---- XLSX


def _of_workbook(name: str, data: bytes, language: Language) -> Iterator[Sequence[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_bombs(archive, language)
        rows = _cells(data)
    except BROKEN:
        raise _neither(name, language) from None
    return ([_shown(value, form) for value, form in row] for row in rows)


def _cells(data: bytes) -> list[list[tuple[object, str | None]]]:
    """The values of the first sheet with their number formats, row by row."""
    # Here, so that a service that is starting need not wait for it.
    import openpyxl

    book = openpyxl.load_workbook(
        io.BytesIO(data), read_only=True, data_only=True, keep_links=False
    )
    try:
        sheet = book.worksheets[0]
        # What a file says of its size is often wrong, and rows beyond it would be left out.
        sheet.reset_dimensions()
        rows = islice(sheet.iter_rows(max_col=_MOST_COLUMNS), _LAST_ROW + 1)
        return [
            [(cell.value, cell.number_format) for cell in row]
            if any(cell.value is not None for cell in row)
            else []
            for row in rows
        ]
    finally:
        book.close()


def _refuse_bombs(archive: zipfile.ZipFile, language: Language) -> None:
    """Raises UnreadableError for what would take much memory or time."""
    if suspicious(archive, _MOST_UNPACKED, _MOST_ELEMENTS):
        raise UnreadableError(
            language.t(
                "The workbook is too large or too unusual to be read. "
                "Copy the table into a new workbook."
            )
        )


_LITERALS = re.compile(r'"[^"]*"|\\.')


def _shown(value: object, form: str | None) -> str:
    """A value as people see it in its cell."""
    match value:
        case None:
            return ""
        case bool():
            return str(value).upper()
        case int() | float():
            # The shortest text that is this number: what was typed into the cell.
            exact = Decimal(repr(value))
            percent = "%" in _LITERALS.sub("", form or "")
            text = f"{exact.scaleb(2) if percent else exact:f}"
            text = text.rstrip("0").rstrip(".") if "." in text else text
            return text + "%" if percent else text
        case datetime() if value.time() == time_of_day():
            return value.date().isoformat()
    return str(value)
