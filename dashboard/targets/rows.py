"""The rows of a sheet of targets: what each sets, or all that is wrong with it, in the words of who
sent it. Nothing is guessed."""

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal

from charts import Language
from charts.language import LOCALES
from dashboard.targets.marks import disorder, mark_of
from dashboard.typed import UntypableError
from queries.definition import Metric, Words
from queries.desk.people import plain_name
from queries.dimensions import DIMENSIONS, GRAIN_TITLES
from queries.period import floor
from queries.targets.target import GRAINS, LEVELS, Aim, Grain, Level, Marks

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

MARKS: tuple[Column, ...] = ("floor", "target", "stretch")

_LONGEST: Mapping[Column, int] = {"owner": 80, "reason": 2_000}
_EARLIEST, _LATEST = date(2000, 1, 1), date(2100, 1, 1)
# As we write it, and as spreadsheets in China make of it. A year at the end would be a guess.
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
# How many words that nobody knows get a suggestion: each is compared with all that are known.
_MOST_SUGGESTIONS = 10
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


def titles(language: Language) -> Mapping[Column, str]:
    """The columns in their order, with their titles."""
    return {
        "metric": language.t("Metric"), "level": language.t("Level"), "unit": language.t("Unit"),
        "name": language.t("Unit name"), "grain": language.t("Period"),
        "start": language.t("Starts on"), "floor": language.t("Floor"),
        "target": language.t("Target"), "stretch": language.t("Stretch"),
        "owner": language.t("Owner"), "reason": language.t("Reason"),
    }  # fmt: skip


@lru_cache(maxsize=1)
def headings_of_both() -> Mapping[str, Column]:
    """The titles of both languages."""
    every = (titles(Language(locale)) for locale in LOCALES)
    return {word(title): column for one in every for column, title in one.items()}


def word(text: str) -> str:
    return plain_name(text).casefold()


def _words(names: Mapping[str, Words]) -> Mapping[str, str]:
    """Names by themselves and by their titles in both languages."""
    by_title = {
        word(title): name for name, words in names.items() for title in (words.en, words.zh)
    }
    return by_title | {word(name): name for name in names}


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


@dataclass
class Reading:
    """A sheet that is being read: what is known, and what was wrong so far."""

    known: Known
    language: Language
    errors: list[SheetError] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._titles = titles(self.language)
        self._seen: dict[Aim, int] = {}
        self._near: dict[tuple[str, str], str] = {}
        self._metrics = _words({name: one.title for name, one in self.known.metrics.items()})
        levels = [level for level in LEVELS if self.known.units.get(level)]
        self._levels = _words({level: LEVEL_TITLES[level] for level in levels})
        self._grains = _words({grain: GRAIN_TITLES[grain] for grain in GRAINS})

    def _wrong(self, row: int, column: Column | None, told: str) -> None:
        title = self._titles[column] if column else ""
        self.errors.append(SheetError(row, title, told))

    def columns(self, row: int, header: Sequence[str]) -> Mapping[Column, int]:
        """Where the columns are; those that are missing or doubled are told."""
        language, headings = self.language, headings_of_both()
        places: dict[Column, int] = {}
        for place, text in enumerate(header):
            column = headings.get(word(text))
            if column in places:
                told = language.t("The column “{name}” is there twice. Keep one.", name=_cut(text))
                self._wrong(row, column, told)
            elif column:
                places[column] = place
        for column, title in self._titles.items():
            if column not in places and column != _OPTIONAL:
                told = language.t(
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

    def _suggestion(self, kind: str, given: str, words: Iterable[tuple[str, str]]) -> str:
        """A sentence with what was probably meant, of (word, what to write for it) of a kind."""
        asked = (kind, given)
        if asked not in self._near:
            if len(self._near) == _MOST_SUGGESTIONS or len(given) > _SHOWN:
                return ""
            known = {word(name): written for name, written in words}
            close = difflib.get_close_matches(word(given), known, n=1)
            self._near[asked] = known[close[0]] if close else ""
        near = self._near[asked]
        told = self.language.t("Did you mean “{near}”?", near=_cut(near))
        return self.language.after(told) if near else ""

    # ---- what it is for

    def _metric(self, row: int, text: str) -> Metric | None:
        name = self._metrics.get(word(text))
        if name is not None:
            return self.known.metrics[name]
        told = self.language.t(
            "“{given}” is no metric that you may set targets for. Write one as an export of "
            "targets has it.",
            given=_cut(text),
        )
        words = (
            (known, self.language.words(self.known.metrics[name].title))
            for known, name in self._metrics.items()
        )
        self._wrong(row, "metric", told + self._suggestion("metric", text, words))
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
        name = self._levels.get(word(text))
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
        name = self._grains.get(word(text))
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

    def _unit(self, row: int, level: Level, texts: Mapping[Column, str]) -> str | None:
        """The key of the unit; one outside of those that may be set is like one that nobody has."""
        units, text = self.known.units[level], texts["unit"]
        key = next((one for one in (text, text.strip()) if one in units), None)
        name = texts.get("name", "")
        language, shown = self.language, _cut(text)
        if key is None and level == "operation":
            told = language.t(
                "The operation has no key: leave the cell empty, not “{given}”.", given=shown
            )
            self._wrong(row, "unit", told)
        elif key is None:
            told = language.t(
                "“{given}” is no unit of the level {level} that you may set targets for. Write its "
                "key as an export of targets has it.",
                given=shown, level=language.words(LEVEL_TITLES[level]),
            )  # fmt: skip
            words = ((one, key) for key, label in units.items() for one in (label, key))
            self._wrong(row, "unit", told + self._suggestion(level, text, words))
        elif key and name.strip() and word(name) != word(units[key]):
            told = language.t(
                "“{key}” is called “{name}”, not “{given}”. Correct the unit or its name.",
                key=_cut(key), name=_cut(units[key]), given=_cut(name),
            )  # fmt: skip
            self._wrong(row, "name", told)
        return key

    def _start(self, row: int, text: str, grain: Grain | None) -> date | None:
        """The first day of the period."""
        day = _day(text.strip())
        if day is None:
            told = self.language.t(
                "“{given}” is no day from 2000 to 2099. Write it as 2026-11-01.", given=_cut(text)
            )
            self._wrong(row, "start", told)
        elif grain is not None and floor(day, grain) != day:
            self._wrong(row, "start", self._not_first(day, grain))
            return None
        return day

    def _not_first(self, day: date, grain: Grain) -> str:
        language, right = self.language, floor(day, grain)
        match grain:
            case "week":
                return language.t(
                    "No week starts on {day}. Write {right}, a Monday.", day=day, right=right
                )
            case "month":
                return language.t("No month starts on {day}. Write {right}.", day=day, right=right)
        return language.t("No quarter starts on {day}. Write {right}.", day=day, right=right)

    # ---- what is set

    def _marks(self, row: int, texts: Mapping[Column, str], metric: Metric | None) -> Marks:
        """The marks; none where one of them is wrong or what they measure is not known."""
        if metric is None:
            return Marks(None)
        found: dict[Column, Decimal | None] = {}
        for column in MARKS:
            try:
                found[column] = mark_of(metric, texts[column], self.language)
            except UntypableError as error:
                self._wrong(row, column, str(error))
        if len(found) < len(MARKS):
            return Marks(None)
        marks = Marks(found["target"], found["floor"], found["stretch"])
        if told := disorder(metric, marks, self.language):
            self._wrong(row, "target", told)
        return marks


def _day(text: str) -> date | None:
    """The day, if it is one of those that targets can be set for."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    try:
        day = date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
    return day if _EARLIEST <= day < _LATEST else None
