"""DuckDB expressions that read a raw column, native or text, as a kind of the contract.

Native columns are never sent through text. Text is read strictly, so that every kind of source
reads the same: days as YYYY-MM-DD, moments with a time after a blank or T and perhaps a zone.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from queries.contract import Column
from queries.definitions import Definitions
from queries.source.mapping import Codes

# A zone at the end of a text that has a time: Z, UTC, +08, +0800 or +08:00. The eleven characters
# before keep the day of a plain date from being taken for one.
_ZONE_AT_END = r"^.{11}.*([Zz]|UTC|[+-]\d{2}(:?\d{2})?)$"
# The column that says when a row last changed, and between when that is credible; what is later
# than this is beyond Python's calendar, too.
STAMP = "updated_at"
FIRST_STAMP = datetime(1990, 1, 1)  # noqa: DTZ001 stamps are naive
LAST_STAMP = datetime(9999, 12, 30)  # noqa: DTZ001
_INFINITE = "('infinity', '-infinity', 'Infinity', '-Infinity')"
_INTEGERS = (
    "TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER",
)  # fmt: skip


def identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


def timestamp(moment: datetime) -> str:
    return f"TIMESTAMP '{moment:%Y-%m-%d %H:%M:%S.%f}'"


@dataclass(frozen=True)
class Value:
    """One column read: the typed expression, and when it was filled but could not be read
    (None where its native type makes that impossible)."""

    sql: str
    unreadable: str | None = None


def read(column: Column, raw: str, kind: str, definitions: Definitions, codes: Codes) -> Value:
    """Read the raw expression `raw` of DuckDB type `kind` as `column` says."""
    text = as_text(raw, kind)
    match column.kind:
        case "text":
            translated = _translated(text, codes.get(column.name, {}))
            return Value(translated if column.optional else f"coalesce({translated}, '')")
        case "code":
            return Value(_translated(text, codes.get(column.name, {})))
        case "flag":
            if kind == "BOOLEAN" and column.name not in codes:
                return Value(raw)
            return _tried(_translated(text, codes.get(column.name, {})), "BOOLEAN")
        case "date":
            return _filled(day(raw, kind, definitions), raw, kind)
        case "timestamp" if column.name == STAMP:
            return Value(stamp(raw, kind, definitions))
        case "timestamp":
            return _filled(moment(raw, kind, definitions, definitions.business_zone), raw, kind)
    return _number(column, raw, kind, definitions)


def as_text(raw: str, kind: str) -> str:
    """The value as text, empty as NULL."""
    return f"nullif({raw}, '')" if kind == "VARCHAR" else f"CAST({raw} AS VARCHAR)"


def is_text(kind: str) -> bool:
    """Whether dates of this type must be read from text."""
    return kind != "DATE" and not kind.startswith("TIMESTAMP")


def is_zoned(kind: str) -> bool:
    return kind == "TIMESTAMP WITH TIME ZONE"


def moment(raw: str, kind: str, definitions: Definitions, zone: str) -> str:
    """A naive TIMESTAMP in `zone`; a plain day has no zone and stays its own midnight."""
    if is_text(kind):
        return _moment_of_text(as_text(raw, kind), definitions.source_zone, zone)
    finite = f"CASE WHEN isfinite({raw}) THEN {raw} END"
    if kind == "DATE":
        return f"CAST({finite} AS TIMESTAMP)"
    if is_zoned(kind):
        return f"timezone({literal(zone)}, {finite})"
    if kind != "TIMESTAMP":
        finite = f"CAST({finite} AS TIMESTAMP)"
    return moved(finite, definitions.source_zone, zone)


def stamp(raw: str, kind: str, definitions: Definitions) -> str:
    """A change stamp in the source's zone. One that cannot be read or is absurd counts as empty:
    it says when a row was written and nothing of what happened, so the row itself is good."""
    at = moment(raw, kind, definitions, definitions.source_zone)
    credible = f"BETWEEN {timestamp(FIRST_STAMP)} AND {timestamp(LAST_STAMP)}"
    return f"CASE WHEN {at} {credible} THEN {at} END"


def day(raw: str, kind: str, definitions: Definitions) -> str:
    """A DATE: the business day where the value names a zone, else simply its date."""
    if is_text(kind):
        zone = definitions.business_zone
        return f"CAST({_moment_of_text(as_text(raw, kind), zone, zone)} AS DATE)"
    finite = f"CASE WHEN isfinite({raw}) THEN {raw} END"
    if is_zoned(kind):
        finite = f"timezone({literal(definitions.business_zone)}, {finite})"
    return finite if kind == "DATE" else f"CAST({finite} AS DATE)"


def moved(naive: str, from_zone: str, to_zone: str) -> str:
    """A naive moment of one zone as a naive moment of another."""
    if from_zone == to_zone:
        return naive
    return f"timezone({literal(to_zone)}, timezone({literal(from_zone)}, {naive}))"


def _moment_of_text(text: str, from_zone: str, to_zone: str) -> str:
    """Texts of the lengths of a plain day, a minute and a second carry no readable zone: only the
    others are searched for one, which is what costs."""
    naive = f"TRY_CAST({text} AS TIMESTAMP)"
    there = moved(naive, from_zone, to_zone)
    if there != naive:
        there = f"CASE WHEN strlen({text}) = 10 THEN {naive} ELSE {there} END"
    return (
        f"CASE WHEN {text} NOT LIKE '____-__-__%' THEN NULL"
        f" WHEN {has_zone(text)}"
        f" THEN timezone({literal(to_zone)}, TRY_CAST({text} AS TIMESTAMPTZ))"
        f" ELSE {there} END"
    )


def has_zone(text: str) -> str:
    """Whether a text of a moment ends in a zone."""
    return f"(strlen({text}) NOT IN (10, 16, 19) AND regexp_matches({text}, '{_ZONE_AT_END}'))"


def _filled(sql: str, raw: str, kind: str) -> Value:
    if not is_text(kind):
        return Value(sql)
    text = as_text(raw, kind)
    return Value(sql, f"{text} NOT IN {_INFINITE}")


def _tried(text: str, kind: str) -> Value:
    return Value(f"TRY_CAST({text} AS {kind})", f"{text} IS NOT NULL")


def _number(column: Column, raw: str, kind: str, definitions: Definitions) -> Value:
    """Casting a DECIMAL to BIGINT rounds half away from zero; casting a DOUBLE would not."""
    if column.kind == "integer" and kind in _INTEGERS:
        return Value(f"CAST({raw} AS BIGINT)")
    value = f"nullif({raw}, '')" if kind == "VARCHAR" else raw
    filled = f"{value} IS NOT NULL"
    if column.kind == "integer" and kind == "VARCHAR":
        return Value(f"TRY_CAST({value} AS BIGINT)", filled)
    exact = f"TRY_CAST({value} AS DECIMAL(28,6))"
    if kind == "VARCHAR":
        # Reading text as a wide decimal costs 4 µs a row, as a narrow one 0.03.
        exact = f"coalesce(CAST(TRY_CAST({value} AS DECIMAL(18,6)) AS DECIMAL(28,6)), {exact})"
    match column.kind:
        case "money":
            return Value(f"TRY_CAST({exact} * {10**definitions.minor_digits} AS BIGINT)", filled)
        case "integer":
            return Value(f"TRY_CAST({exact} AS BIGINT)", filled)
    return Value(exact, filled)


def _translated(text: str, codes: Mapping[str, str]) -> str:
    """`text` with source codes replaced; unknown ones pass, "" stands for an empty value."""
    if not codes:
        return text
    whens = " ".join(
        f"WHEN {literal(str(given))} THEN {literal(str(meant))}" for given, meant in codes.items()
    )
    return f"nullif(CASE coalesce({text}, '') {whens} ELSE {text} END, '')"
