"""Which rows count and what their values are: the cleaning rules, one row after the other."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from queries.contract import TABLES, Column, Table
from queries.definitions import Definitions

Row = dict[str, Any]
EARLIEST = date(1990, 1, 1)


class UnreadableError(Exception):
    """A value that is not of its column's kind."""


@dataclass
class Cleaned:
    """The rows that count, by table, and how many were set aside by (table, reason)."""

    rows: dict[str, list[Row]]
    aside: Counter[tuple[str, str]]


def clean(tables: Mapping[str, list[Row]], definitions: Definitions, today: date) -> Cleaned:
    """Cases first, because the rows of a case that is set aside have no case."""
    cleaned = Cleaned({}, Counter())
    for name in sorted(tables, key=lambda name: name != "cases"):
        table = TABLES[name]
        rows = [_Read(row, table, definitions) for row in tables[name]]
        repeated = _repeated(rows)
        known = {row["case_id"] for row in cleaned.rows.get("cases", [])}
        kept = cleaned.rows.setdefault(name, [])
        for row in rows:
            if id(row) in repeated:
                cleaned.aside[name, "repeated_key"] += 1
            elif reason := row.reason(today, known):
                cleaned.aside[name, reason] += 1
            else:
                kept.append(row.values)
    return cleaned


class _Read:
    """One row with its values read; `unread` names the columns that could not be."""

    def __init__(self, raw: Mapping[str, object], table: Table, definitions: Definitions) -> None:
        self.table = table
        self.values: Row = {}
        self.unread: set[str] = set()
        for column in table.columns:
            try:
                self.values[column.name] = read(raw.get(column.name), column, definitions)
            except UnreadableError:
                self.values[column.name] = None
                self.unread.add(column.name)
        self._forgive_the_stamp()

    def _forgive_the_stamp(self) -> None:
        """A change stamp is no date of anything that happened: an absurd one counts as empty."""
        self.unread.discard("updated_at")
        stamp = self.values.get("updated_at")
        if stamp and day_of(stamp) < EARLIEST:
            self.values["updated_at"] = None

    @property
    def key(self) -> tuple[object, ...]:
        return tuple(self.values[name] for name in self.table.key)

    @property
    def rank(self) -> tuple[tuple[bool, object], ...]:
        """What decides which of several rows with one key stays: the greatest."""
        rest = [c.name for c in self.table.columns if c.name not in (*self.table.key, "updated_at")]
        stamp = self.values.get("updated_at")
        return tuple((v is not None, v) for v in (stamp, *(self.values[name] for name in rest)))

    def reason(self, today: date, known_cases: set[object]) -> str | None:
        """The first rule that the row breaks."""
        columns = self.table.columns
        if None in self.key and not (set(self.table.key) & self.unread):
            return "no_key"
        dates = [c for c in columns if c.kind in ("date", "timestamp")]
        if any(self._missing(c) for c in dates):
            return "no_date"
        days = [(c, day_of(self.values[c.name])) for c in dates if self.values[c.name]]
        if any(day < EARLIEST for _, day in days):
            return "date_too_early"
        if any(c.moment and day > today for c, day in days):
            return "date_in_future"
        if any(self._missing(c) for c in columns if c.kind in ("money", "integer", "number")):
            return "no_number"
        if any(self._missing(c) for c in columns if c.kind == "code"):
            return "unknown_code"
        if self.table.of_cases and self.values["case_id"] not in known_cases:
            return "unknown_case"
        return None

    def _missing(self, column: Column) -> bool:
        if column.name in self.unread:
            return True
        return self.values[column.name] is None and not column.optional


def _repeated(rows: list[_Read]) -> set[int]:
    """The rows that give way to another one with the same key."""
    by_key = defaultdict(list)
    for row in rows:
        if None not in row.key:
            by_key[row.key].append(row)
    out: set[int] = set()
    for same in by_key.values():
        stays = max(same, key=lambda row: row.rank)
        out |= {id(row) for row in same if row is not stays}
    return out


def read(value: object, column: Column, definitions: Definitions) -> object:
    """The value as its kind says; None when empty."""
    if value is None or value == "":
        return None
    match column.kind:
        case "text":
            return str(value)
        case "code":
            if value not in column.codes:
                raise UnreadableError
            return value
        case "date":
            return _day(value)
        case "timestamp":
            return _moment(value, definitions)
        case "money":
            minor = _number(value) * 10**definitions.minor_digits
            return int(minor.quantize(Decimal(1), ROUND_HALF_UP))
        case "integer" | "number":
            return _number(value)
    return value


def day_of(value: object) -> date:
    return value.date() if isinstance(value, datetime) else value  # type: ignore[return-value]


def _day(value: object) -> date:
    try:
        return day_of(date.fromisoformat(value) if isinstance(value, str) else value)
    except ValueError as error:
        raise UnreadableError from error


def _moment(value: object, definitions: Definitions) -> datetime:
    """Business time without a zone; a moment that names no zone is in the source's."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError as error:
        raise UnreadableError from error
    assert isinstance(moment, datetime)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=ZoneInfo(definitions.source_zone))
    return moment.astimezone(ZoneInfo(definitions.business_zone)).replace(tzinfo=None)


def _number(value: object) -> Decimal:
    try:
        number = Decimal(str(value))
    except InvalidOperation as error:
        raise UnreadableError from error
    if not number.is_finite():
        raise UnreadableError
    return number
