"""A typed table as CSV and XLSX. Names come from the source: none of them may become a formula."""

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from charts import Language
from dashboard.components.grid import Plain
from dashboard.tables import Table

# What spreadsheets take for the start of a formula or let slip past one.
_RISKY = ("=", "+", "-", "@", "\t", "\r")
_WIDEST = 60


@dataclass(frozen=True)
class About:
    """The second sheet: facts as (name, text), and what each figure means."""

    title: str
    facts: tuple[tuple[str, str], ...]
    meanings: tuple[tuple[str, str], ...]


def csv_of(table: Table) -> bytes:
    """UTF-8 with the mark by which spreadsheets know it; numbers plain, dates as ISO."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow([_safe(column.title) for column in table.columns])
    for row in table.rows:
        writer.writerow([_plain(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def _plain(value: Plain) -> str:
    match value:
        case None:
            return ""
        case str():
            return _safe(value)
        case datetime():
            return value.isoformat(" ", "minutes")
        case date():
            return value.isoformat()
        case Decimal():
            # A quotient has 28 digits; ten are more than any table shows.
            return f"{value.quantize(Decimal(1).scaleb(-10)).normalize():f}"
    return str(value)


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_RISKY) else text


def xlsx_of(table: Table, about: About, language: Language) -> bytes:
    """A workbook with the table and a sheet that says what it is."""
    # Here, so that a service that is starting need not wait for it.
    import xlsxwriter

    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "default_date_format": "yyyy-mm-dd",
    }
    with xlsxwriter.Workbook(out, options) as book:
        _write_table(book, table, about, language)
        _write_about(book, table, about, language)
    return out.getvalue()


def _write_table(book: Any, table: Table, about: About, language: Language) -> None:
    sheet = book.add_worksheet(language.t("Table"))
    head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
    formats = {unit: book.add_format({"num_format": text}) for unit, text in _formats(language)}
    for at, column in enumerate(table.columns):
        texts = [column.title, *(_shown(row[at]) for row in table.rows[:500])]
        sheet.set_column(at, at, min(max(10, *(len(text) + 2 for text in texts)), _WIDEST))
        sheet.write_string(0, at, column.title, head)
        for number, row in enumerate(table.rows, start=1):
            _write(sheet, (number, at), row[at], formats.get(column.unit))
    sheet.freeze_panes(1, 1)
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    # A header is made of codes of its own, in which "&" begins one.
    sheet.set_header("&L" + about.title.replace("&", "&&")[:200])


def _formats(language: Language) -> list[tuple[str, str]]:
    decimals = "." + "0" * language.minor_digits if language.minor_digits else ""
    return [
        ("money", "#,##0" + decimals), ("count", "#,##0"), ("share", "0.0%"), ("ratio", "0.00"),
        ("days", "0.0"), ("points", "0.0"), ("date", "yyyy-mm-dd"),
    ]  # fmt: skip


def _write(sheet: Any, place: tuple[int, int], value: Plain, form: Any) -> None:
    match value:
        case None:
            return
        case str():
            sheet.write_string(*place, value)
        case datetime():
            # A sheet knows no zones.
            sheet.write_datetime(*place, value.replace(tzinfo=None), form)
        case date():
            sheet.write_datetime(*place, value, form)
        case _:
            sheet.write_number(*place, float(value), form)


def _shown(value: Plain) -> str:
    return f"{value:,.2f}" if isinstance(value, (Decimal, float)) else str(value or "")


def _write_about(book: Any, table: Table, about: About, language: Language) -> None:
    sheet = book.add_worksheet(language.t("About"))
    bold = book.add_format({"bold": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    rows = [
        *about.facts,
        (language.t("Rows"), language.count(len(table.rows))),
        *about.meanings,
    ]
    sheet.set_column(0, 0, 28)
    sheet.set_column(1, 1, 100)
    for number, (name, text) in enumerate(rows):
        sheet.write_string(number, 0, name, bold)
        sheet.write_string(number, 1, text, wrapped)
