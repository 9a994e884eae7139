"""Every text of a weekly report of fixed figures, as it was read and found good, in each language;
and an edition that an earlier version has frozen, which still shows the same numbers.

Where a text is meant to change, `ARREARS_WRITE_GOLDEN=1 pytest tests/reports/test_golden.py` writes
the texts anew; read the difference before it is committed. The frozen edition and its numbers are
never written anew: they stand for those that people keep.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from charts import Language
from reports import Report, mail, pdf, thaw, workbook
from reports.parts import Branding, Note, Picture, Table
from reports.proof import prove
from reports.weekly import WEEKLY
from tests.reports.conftest import Make

HOME = Path(__file__).parent / "golden"
OLD, NUMBERS = HOME / "edition-2026-W47.json", HOME / "edition-2026-W47.txt"
LOCALES = ("en", "zh_Hans_CN")


def compared(name: str, text: str) -> None:
    path = HOME / name
    if os.environ.get("ARREARS_WRITE_GOLDEN"):
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"{name} differs; see the top of this file"


def texts(report: Report) -> Iterator[str]:
    """All of a report that people read, a line each."""
    yield from (f"# {report.title}", report.span, report.as_of, report.warning)
    for card in report.cards:
        yield f"{card.title}: {card.figure.text} ({card.basis})"
        yield from (f"    {one.text} {one.against}" for one in card.comparisons)
    yield report.card_note
    yield from (f"- {one.text}" for one in report.findings)
    for section in report.sections:
        yield ""
        yield f"## {section.title} [{section.sheet}]"
        yield section.lead
        for block in section.blocks:
            match block:
                case Note():
                    yield f"> {block.text}"
                case Picture():
                    yield f"* {block.chart.alt(report.language)}"
                case Table():
                    yield from rows(block)


def rows(table: Table) -> Iterator[str]:
    yield f"### {table.title}"
    yield " | ".join(column.title for column in table.columns)
    yield from (" | ".join(cell.text for cell in row) for row in table.rows)
    yield table.note


def written(report: Report) -> str:
    return "\n".join(line.rstrip() for line in texts(report)) + "\n"


@pytest.mark.parametrize("locale", LOCALES)
def test_the_texts_of_the_report(make: Make, locale: str) -> None:
    compared(f"weekly.{locale}.txt", written(make(locale)))


@pytest.mark.parametrize("locale", LOCALES)
def test_the_texts_of_the_mail(make: Make, locale: str) -> None:
    letter = mail.write(make(locale), b"%PDF", b"PK")
    compared(f"mail.{locale}.txt", f"{letter.subject}\n\n{letter.text}")


@pytest.mark.parametrize("locale", LOCALES)
def test_an_old_edition_shows_the_numbers_that_it_showed(locale: str) -> None:
    """Its words may become better, and more may be told of it; its numbers stay."""
    shown = set(numbers(old(locale)))
    before = NUMBERS.read_text(encoding="utf-8").splitlines()
    assert len(before) > 100
    assert [line for line in before if line not in shown] == []


def numbers(report: Report) -> Iterator[str]:
    """Each headline figure and each row of a table by its values, whatever the language."""
    for card in report.cards:
        yield f"{card.metric} {card.figure.value} {[str(week) for week in card.weeks]}"
    for section in report.sections:
        for table in section.tables:
            for number, row in enumerate(table.rows, start=1):
                values = [str(cell.value) for cell in row if not isinstance(cell.value, str)]
                yield f"{section.key} {table.key} {number} {' '.join(values)}"


def test_an_old_edition_is_written_again_and_proven() -> None:
    report = old("en")
    prove(report, pdf.render(report), workbook.render(report))


def old(locale: str) -> Report:
    """Told from the JSON of a version that did not yet keep targets, first days and scope."""
    frozen = thaw(OLD.read_bytes())
    money = frozen.definitions
    language = Language(locale, money.currency, money.minor_digits)
    return WEEKLY.tell(frozen, language, Branding("Harbour & Sons"))
