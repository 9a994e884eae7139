"""Targets as a spreadsheet, out and in again. All that is wrong with a file is told at once, by row
and column, and nothing of it is saved here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from charts import Language
from dashboard.components.grid import Plain
from dashboard.spreadsheets import About, csv_of, xlsx_of
from dashboard.tables import Heading, Table
from dashboard.targets.cells import GUARDED, UnreadableError, lines_of
from dashboard.targets.rows import (
    LEVEL_TITLES,
    Known,
    Reading,
    SheetError,
    SheetRow,
    headings_of_both,
    titles,
    word,
)
from dashboard.typed import as_typed
from queries.definition import Metric
from queries.desk.people import plain_name
from queries.dimensions import GRAIN_TITLES
from queries.metrics import METRICS
from queries.targets.target import Level, Version

__all__ = ["Known", "Read", "SheetError", "SheetRow", "read_sheet", "sheet_of"]

# Spreadsheets keep fifteen digits of a number; one with more stays a text.
_EXACT_DIGITS = 15


@dataclass(frozen=True)
class Read:
    """The rows with nothing wrong in them, and all that is wrong, in the order of the file."""

    rows: tuple[SheetRow, ...]
    errors: tuple[SheetError, ...]


# ---- out


def sheet_of(
    versions: Sequence[Version],
    labels: Callable[[Level, str], str],
    language: Language,
    kind: Literal["csv", "xlsx"],
) -> bytes:
    """The targets as a file that `read_sheet` takes back. `labels` gives the name of a unit."""
    headings = tuple(
        Heading(title, "date" if column == "start" else "text")
        for column, title in titles(language).items()
    )
    rows = tuple(_cells(version, labels, language, kind) for version in versions)
    table = Table(headings, rows)
    if kind == "csv":
        return csv_of(table)
    facts = (
        (
            language.t("How to write values"),
            language.t(
                "Money in whole units of {currency}, shares in percent: 35.5 means 35.5%.",
                currency=language.currency,
            ),
        ),
        (language.t("How to take a target back"), language.t("Empty floor, target and stretch.")),
    )
    return xlsx_of(table, About(language.t("Targets"), facts, ()), language)


def _cells(
    version: Version, labels: Callable[[Level, str], str], language: Language, kind: str
) -> tuple[Plain, ...]:
    aim, marks = version.aim, version.marks
    metric = METRICS.get(aim.metric)
    texts = (
        language.words(metric.title) if metric else aim.metric,
        language.words(LEVEL_TITLES[aim.level]),
        aim.unit,
        plain_name(labels(aim.level, aim.unit)),
        language.words(GRAIN_TITLES[aim.grain]),
    )
    numbers = (
        _number(metric, value, language, kind)
        for value in (marks.floor, marks.target, marks.stretch)
    )
    cells = (*texts, aim.starts_on, *numbers, version.owner, version.reason)
    return tuple(_guarded(cell) for cell in cells) if kind == "csv" else cells


def _number(
    metric: Metric | None, value: Decimal | None, language: Language, kind: str
) -> Decimal | str | None:
    if value is None:
        return None
    text = as_typed(metric, value, language) if metric else f"{value:f}"
    digits = len(text.replace(".", "").lstrip("0"))
    return Decimal(text) if kind == "xlsx" and digits <= _EXACT_DIGITS else text


def _guarded(cell: Plain) -> Plain:
    """A text with an apostrophe of its own gets a second one where the first would be taken for
    that of `csv_of`."""
    own = isinstance(cell, str) and cell.startswith("'") and cell[1:].startswith(GUARDED)
    return f"'{cell}" if own else cell


# ---- in


def read_sheet(name: str, data: bytes, known: Known, language: Language) -> Read:
    """The targets of a file that somebody sent under a name. Raises nothing: a file that cannot be
    read is a Read with errors."""
    headings = headings_of_both()
    try:
        lines = lines_of(
            name, data, lambda cells: sum(word(cell) in headings for cell in cells), language
        )
    except UnreadableError as error:
        return Read((), (SheetError(0, "", str(error)),))
    if not lines:
        told = language.t("The file is empty. Choose one with titles and a row for each target.")
        return Read((), (SheetError(0, "", told),))
    (number, header), *body = lines
    reading = Reading(known, language)
    places = reading.columns(number, header)
    if reading.errors:
        return Read((), tuple(reading.errors))
    width = max(place for place, title in enumerate(header, start=1) if title.strip())
    rows = (reading.row(number, cells, places, width) for number, cells in body)
    return Read(tuple(row for row in rows if row is not None), tuple(reading.errors))
