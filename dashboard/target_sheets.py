"""Targets as a spreadsheet, out and in again. What is read is only said, never guessed: all that is
wrong with a file is told at once, by row and column, and nothing of it is saved here.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from charts import Language
from charts.language import LOCALES
from dashboard.components.grid import Plain
from dashboard.sheet_cells import GUARDED, UnreadableError, lines_of
from dashboard.spreadsheets import About, csv_of, xlsx_of
from dashboard.tables import Heading, Table
from dashboard.typed import UntypableError, as_typed, expected, from_typed
from queries.definition import Metric, Words
from queries.desk.people import plain_name
from queries.dimensions import DIMENSIONS, GRAIN_TITLES
from queries.metrics import METRICS
from queries.period import floor
from queries.targets.target import GRAINS, LEVELS, Aim, Grain, Level, Marks, Version

LEVEL_TITLES: Mapping[Level, Words] = {
    "operation": Words("Operation", "全机构"),
    "department": DIMENSIONS["department"],
    "team": DIMENSIONS["team"],
    "agent": DIMENSIONS["agent"],
}
Column = Literal[
    "metric", "level", "unit", "name", "grain", "start", "floor", "target", "stretch", "owner",
    "reason",
]  # fmt: skip
# The name of a unit only proves that its key is the right one.
_OPTIONAL: Column = "name"

_LONGEST: Mapping[Column, int] = {"owner": 80, "reason": 2_000}
_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 1, 1)
# As we write it, and as spreadsheets in China make of it. A year at the end would be a guess.
_DATE = re.compile(r"(\d{4})([-/.年])(\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
_VALUE = re.compile(r"([¥￥$€£]?)\s*([^¥￥$€£%％]*?)\s*([%％]?)")
_MOST_SHARE = Decimal(10)
# Spreadsheets keep fifteen digits of a number; more stay a text.
_EXACT_DIGITS = 15
# How many words that nobody knows get a suggestion: each is compared with all that are known.
_MOST_SUGGESTIONS = 20
_SHOWN = 60


@dataclass(frozen=True)
class Known:
    """What may be set: metrics by name, and by level the units with their labels, by key."""

    metrics: Mapping[str, Metric]
    units: Mapping[Level, Mapping[str, str]]


@dataclass(frozen=True)
class SheetRow:
    """A target as a row says it. Marks without a target take it back."""

    number: int
    aim: Aim
    marks: Marks
    owner: str
    reason: str


@dataclass(frozen=True)
class SheetError:
    """What is wrong in a row, in the reader's words. `column` is its title, empty for the row as a
    whole; `row` is 0 for the file as a whole."""

    row: int
    column: str
    told: str


@dataclass(frozen=True)
class Read:
    """The rows with nothing wrong in them, and all that is wrong, in the order of the file."""

    rows: tuple[SheetRow, ...]
    errors: tuple[SheetError, ...]


def titles(language: Language) -> Mapping[Column, str]:
    """The columns in their order, with their titles."""
    return {
        "metric": language.t("Metric"), "level": language.t("Level"), "unit": language.t("Unit"),
        "name": language.t("Unit name"), "grain": language.t("Period"),
        "start": language.t("Starts on"), "floor": language.t("Floor"),
        "target": language.t("Target"), "stretch": language.t("Stretch"),
        "owner": language.t("Owner"), "reason": language.t("Reason"),
    }  # fmt: skip


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
    headings = _headings()
    try:
        lines = lines_of(
            name, data, lambda cells: sum(_word(cell) in headings for cell in cells), language
        )
    except UnreadableError as error:
        return Read((), (SheetError(0, "", str(error)),))
    if not lines:
        told = language.t("The file is empty. Choose one with titles and a row for each target.")
        return Read((), (SheetError(0, "", told),))
    (number, header), *body = lines
    reading = _Reading(known, language)
    places = reading.columns(number, header)
    if reading.errors:
        return Read((), tuple(reading.errors))
    rows = (reading.row(number, cells, places, len(header)) for number, cells in body)
    return Read(tuple(row for row in rows if row is not None), tuple(reading.errors))


@lru_cache(maxsize=1)
def _headings() -> Mapping[str, Column]:
    """The titles of both languages."""
    every = (titles(Language(locale)) for locale in LOCALES)
    return {_word(title): column for one in every for column, title in one.items()}


def _word(text: str) -> str:
    return plain_name(text).casefold()


def _words(names: Mapping[str, Words]) -> Mapping[str, str]:
    """Names by themselves and by their titles in both languages."""
    by_title = {
        _word(title): name for name, words in names.items() for title in (words.en, words.zh)
    }
    return by_title | {_word(name): name for name in names}


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


@dataclass
class _Reading:
    """A sheet that is being read: what is known, and what was wrong so far."""

    known: Known
    language: Language
    errors: list[SheetError] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._titles = titles(self.language)
        self._seen: dict[Aim, int] = {}
        self._near: dict[str, str] = {}
        self._metrics = _words({name: one.title for name, one in self.known.metrics.items()})
        levels = [level for level in LEVELS if self.known.units.get(level)]
        self._levels = _words({level: LEVEL_TITLES[level] for level in levels})
        self._grains = _words({grain: GRAIN_TITLES[grain] for grain in GRAINS})

    def _wrong(self, row: int, column: Column | None, told: str) -> None:
        title = self._titles[column] if column else ""
        self.errors.append(SheetError(row, title, told))

    def columns(self, row: int, header: Sequence[str]) -> Mapping[Column, int]:
        """Where the columns are; those that are missing or doubled are told."""
        t, places, headings = self.language.t, {}, _headings()
        for place, text in enumerate(header):
            column = headings.get(_word(text))
            if column in places:
                told = t("The column “{name}” is there twice. Keep one.", name=_cut(text))
                self._wrong(row, column, told)
            elif column:
                places[column] = place
        for column, title in self._titles.items():
            if column not in places and column != _OPTIONAL:
                told = t(
                    "The column “{name}” is missing. Take an export of targets and keep its "
                    "columns.",
                    name=title,
                )
                self._wrong(row, column, told)
        return places

    def row(
        self, number: int, cells: Sequence[str], places: Mapping[Column, int], width: int
    ) -> SheetRow | None:
        """What the row says; None where something is wrong with it."""
        before = len(self.errors)
        texts = {
            column: cells[place] if place < len(cells) else "" for column, place in places.items()
        }
        beyond = next((text for text in cells[width:] if text.strip()), "")
        if beyond:
            told = self.language.t(
                "“{given}” stands right of the last title. In a CSV file, put texts with "
                "separators in quotation marks.",
                given=_cut(beyond),
            )
            self._wrong(number, None, told)
        metric = self._metric(number, texts["metric"])
        aim = self._aim(number, texts, metric)
        marks = self._marks(number, texts, metric)
        owner, reason = (self._text(number, column, texts) for column in ("owner", "reason"))
        if aim is None or len(self.errors) > before:
            return None
        return SheetRow(number, aim, marks, owner, reason)

    def _text(self, row: int, column: Column, texts: Mapping[Column, str]) -> str:
        text, most = plain_name(texts[column]), _LONGEST[column]
        if len(text) > most:
            told = self.language.t(
                "The text has {count} characters. Write at most {most}.",
                count=self.language.count(len(text)), most=self.language.count(most),
            )  # fmt: skip
            self._wrong(row, column, told)
        return text

    def _suggestion(self, given: str, words: Iterable[tuple[str, str]]) -> str:
        """A sentence with what was probably meant, of (word, what to write for it)."""
        if given not in self._near:
            if len(self._near) == _MOST_SUGGESTIONS or len(given) > _SHOWN:
                return ""
            known = {_word(word): written for word, written in words}
            near = difflib.get_close_matches(_word(given), known, n=1)
            self._near[given] = known[near[0]] if near else ""
        near_one = self._near[given]
        told = self.language.t("Did you mean “{near}”?", near=near_one)
        return self.language.after(told) if near_one else ""

    # ---- what it is for

    def _metric(self, row: int, text: str) -> Metric | None:
        name = self._metrics.get(_word(text))
        if name is not None:
            return self.known.metrics[name]
        told = self.language.t(
            "“{given}” is no metric that you may set targets for. Write one as an export of "
            "targets has it.",
            given=_cut(text),
        )
        words = ((word, self.language.words(self.known.metrics[name].title))
                 for word, name in self._metrics.items())  # fmt: skip
        self._wrong(row, "metric", told + self._suggestion(text, words))
        return None

    def _aim(self, row: int, texts: Mapping[Column, str], metric: Metric | None) -> Aim | None:
        """What the target is for. Something that is twice in the file is told in the second row."""
        level = self._level(row, texts["level"])
        unit = self._unit(row, level, texts) if level else None
        grain = self._grain(row, texts["grain"])
        start = self._start(row, texts["start"], grain)
        if metric is None or level is None or unit is None or grain is None or start is None:
            return None
        aim = Aim(metric.name, level, unit, grain, start)
        first = self._seen.setdefault(aim, row)
        if first != row:
            told = self.language.t(
                "Row {row} sets the same target. Keep one of the two rows.", row=first
            )
            self._wrong(row, None, told)
        return aim

    def _level(self, row: int, text: str) -> Level | None:
        name = self._levels.get(_word(text))
        found = next((level for level in LEVELS if level == name), None)
        if found is None:
            words = [LEVEL_TITLES[level] for level in LEVELS if level in self._levels]
            told = self.language.t(
                "“{given}” is no level that you may set targets for. Write one of: {expected}.",
                given=_cut(text), expected=self._listed(words),
            )  # fmt: skip
            self._wrong(row, "level", told)
        return found

    def _grain(self, row: int, text: str) -> Grain | None:
        name = self._grains.get(_word(text))
        found = next((grain for grain in GRAINS if grain == name), None)
        if found is None:
            words = [GRAIN_TITLES[grain] for grain in GRAINS]
            told = self.language.t(
                "“{given}” is no period of targets. Write one of: {expected}.",
                given=_cut(text), expected=self._listed(words),
            )  # fmt: skip
            self._wrong(row, "grain", told)
        return found

    def _listed(self, words: Sequence[Words]) -> str:
        return self.language.listed([self.language.words(one) for one in words])
