"""What stands in the staged rows of a table: values that cannot be read, codes, kinds of time."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import duckdb

from queries.contract import Column, Table
from queries.definitions import Definitions
from queries.source.mapping import Codes
from queries.source.values import (
    STAMP,
    Value,
    as_text,
    has_zone,
    identifier,
    is_text,
    is_zoned,
    literal,
    read,
)

_SAMPLES = 3
_EXPECTED = {
    "date": "a day, as DATE or YYYY-MM-DD",
    "timestamp": "a moment, as TIMESTAMP or YYYY-MM-DD HH:MM:SS, with or without a zone",
    "money": "an amount in major units, without signs of currency or thousands",
    "integer": "a whole number",
    "number": "a number",
    "flag": "true or false, 1 or 0, yes or no",
}


@dataclass(frozen=True)
class Finding:
    """Something about the content of one column; `costs_rows` when rows do not count for it."""

    column: str
    rows: int
    problem: str
    expected: str
    cure: str
    costs_rows: bool = True


class Content:
    """Questions to the staged rows `raw` of one table."""

    def __init__(
        self,
        con: duckdb.DuckDBPyConnection,
        table: Table,
        raw: str,
        definitions: Definitions,
        codes: Codes,
    ) -> None:
        self._con = con
        self._table = table
        self._raw = raw
        self._definitions = definitions
        self._codes = codes
        described = con.execute(f"DESCRIBE {raw}").fetchall()
        self._types: dict[str, str] = {row[0]: row[1] for row in described}

    def findings(self, present: Iterable[str]) -> Iterator[Finding]:
        """All findings about the columns that the source has."""
        for column in (self._table.by_name[n] for n in self._table.by_name if n in set(present)):
            value = self._value(column)
            if column.name == STAMP:
                yield from self._stamps(column, value)
            elif column.kind == "code":
                yield from self._unknown_codes(column, value)
            elif value.unreadable:
                yield from self._unreadable(column, value)

    def zones(self, present: Iterable[str]) -> Iterator[tuple[str, int, int]]:
        """Of each column of moments that holds any: its name, how many name their zone, how many
        there are. Those that name none are in the source's."""
        for column in (self._table.by_name[n] for n in self._table.by_name if n in set(present)):
            if column.kind == "timestamp":
                with_zone, filled = self._with_zone(column)
                if filled:
                    yield column.name, with_zone, filled

    def _value(self, column: Column) -> Value:
        raw, kind = identifier(column.name), self._types[column.name]
        return read(column, raw, kind, self._definitions, self._codes)

    def _text(self, column: Column) -> str:
        return as_text(identifier(column.name), self._types[column.name])

    def _counted(self, sample: str, condition: str) -> tuple[int, str]:
        """Number of rows that meet `condition`, and the most frequent values among them."""
        rows = self._con.execute(
            f"SELECT {sample} AS given, count(*) AS n FROM {self._raw} WHERE {condition}"
            f" GROUP BY 1 ORDER BY 2 DESC, 1"
        ).fetchall()
        named = ", ".join(f"{_shortened(given)} ({count})" for given, count in rows[: 3 * _SAMPLES])
        more = f" and {len(rows) - 3 * _SAMPLES} others" if len(rows) > 3 * _SAMPLES else ""
        return sum(row[1] for row in rows), named + more

    def _unreadable(self, column: Column, value: Value) -> Iterator[Finding]:
        condition = f"({value.sql}) IS NULL AND ({value.unreadable})"
        rows, named = self._counted(self._text(column), condition)
        if rows:
            yield Finding(
                column.name, rows, f"{rows} values cannot be read as {column.kind}: {named}.",
                _EXPECTED[column.kind],
                "write them so in a select of your own, or correct them in the source",
            )  # fmt: skip

    def _stamps(self, column: Column, value: Value) -> Iterator[Finding]:
        text = self._text(column)
        rows, named = self._counted(text, f"({value.sql}) IS NULL AND {text} IS NOT NULL")
        if rows:
            yield Finding(
                column.name, rows, f"{rows} stamps count as empty: {named}.",
                "when the row last changed, 1990 or later",
                "correct them: every refresh reads such rows again", costs_rows=False,
            )  # fmt: skip

    def _unknown_codes(self, column: Column, value: Value) -> Iterator[Finding]:
        listed = ", ".join(literal(code) for code in column.codes)
        missing = "FALSE" if column.optional else f"({value.sql}) IS NULL"
        rows, named = self._counted(
            self._text(column), f"({value.sql}) NOT IN ({listed}) OR {missing}"
        )
        if rows:
            yield Finding(
                column.name, rows, f"Unknown codes: {named}.",
                f"one of {', '.join(column.codes)}",
                "translate them under source.tables.{table}.codes." + column.name,
            )  # fmt: skip

    def _with_zone(self, column: Column) -> tuple[int, int]:
        kind, text = self._types[column.name], self._text(column)
        zoned = has_zone(text) if is_text(kind) else ("TRUE" if is_zoned(kind) else "FALSE")
        row = self._con.execute(
            f"SELECT count(*) FILTER ({zoned}), count(*) FROM {self._raw} WHERE {text} IS NOT NULL"
        ).fetchone()
        assert row is not None
        return row[0], row[1]


def _shortened(given: str | None) -> str:
    if given is None:
        return "empty"
    return repr(given if len(given) <= 40 else given[:39] + "…")
