"""From raw rows to rows that count and rows that are set aside, by one set of rules in DuckDB SQL.

The first rule that a row breaks is its reason: repeated_key, no_key, no_date, date_too_early,
date_in_future, no_number, unknown_code, unknown_case.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import duckdb

from queries.contract import TABLES, Column, Table
from queries.definitions import Definitions
from queries.source.mapping import Codes
from queries.source.temporary import forget
from queries.source.values import STAMP, Value, identifier, literal, read

REASONS = (
    "repeated_key", "no_key", "no_date", "date_too_early", "date_in_future", "no_number",
    "unknown_code", "unknown_case",
)  # fmt: skip
_EARLIEST = "DATE '1990-01-01'"
_DATES = ("date", "timestamp")
_NUMBERS = ("money", "integer", "number")
_CODES = ("code", "flag")


def moment_column(table: Table) -> Column | None:
    """The column that says when a row of `table` happened; None for teams and agents."""
    return next((c for c in table.columns if c.moment and not c.optional), None)


@dataclass(frozen=True)
class KnownCases:
    """The cases that rows may belong to: a table with the column case_id. Where only a `few` rows
    are staged, no other cases than theirs are looked at."""

    table: str
    few: bool = False


def clean(
    con: duckdb.DuckDBPyConnection,
    table: str,
    raw: str,
    definitions: Definitions,
    today: date,
    known: KnownCases | None = None,
    codes: Codes | None = None,
) -> None:
    """Make clean_<table> and aside_<table>, temporary in `con`, from the staged rows `raw`.

    clean_<table> has the contract's columns and `row_key`: text VARCHAR, dates DATE, moments naive
    TIMESTAMP in the business zone (`updated_at`: source zone), money BIGINT minor units, integers
    BIGINT, numbers DECIMAL(28,6), flags BOOLEAN. A stamp that is not credible is NULL.
    aside_<table> has key, case_id, reason and moment.
    Rows of a case that is not among the `known` ones are set aside.
    """
    rules = _Rules(con, TABLES[table], raw, definitions, codes or {})
    rules.find_repeated()
    for old in (f"clean_{table}", f"aside_{table}"):
        forget(con, old)
    con.execute(f"CREATE OR REPLACE TEMP TABLE judged_{table} AS {rules.judged(today, known)}")
    con.execute("DROP TABLE IF EXISTS repeated_rows")
    columns = ", ".join(identifier(c.name) for c in rules.table.columns)
    key = rules.simple_key or "row_key"
    con.execute(
        f"CREATE TEMP VIEW clean_{table} AS"
        f" SELECT {columns}, {key} AS row_key FROM judged_{table} WHERE reason IS NULL"
    )
    main = moment_column(rules.table)
    moment = f"CAST({identifier(main.name)} AS TIMESTAMP)" if main else "CAST(NULL AS TIMESTAMP)"
    case_id = "case_id" if "case_id" in rules.table.by_name else "CAST(NULL AS VARCHAR)"
    con.execute(
        f"CREATE TEMP TABLE aside_{table} AS"
        f" SELECT {key} AS key, nullif({case_id}, '') AS case_id, reason, {moment} AS moment"
        f" FROM judged_{table} WHERE reason IS NOT NULL"
    )


@dataclass
class _Rules:
    con: duckdb.DuckDBPyConnection
    table: Table
    raw: str
    definitions: Definitions
    codes: Codes

    def __post_init__(self) -> None:
        described = self.con.execute(f"DESCRIBE {self.raw}").fetchall()
        self.types: Mapping[str, str] = {row[0]: row[1] for row in described}
        self.values: Mapping[str, Value] = {
            column.name: read(
                column,
                "r." + identifier(column.name),
                self.types[column.name],
                self.definitions,
                self.codes,
            )
            for column in self.table.columns
        }
        self.any_repeated = False
        # A staged view brings the number of the row along, a staged table has its own.
        self.row = "r.raw_row" if "raw_row" in self.types else "r.rowid"

    def _key(self) -> str:
        """The key as text, NULL where a part is empty; a date that cannot be read stays as is."""
        parts = [self._key_part(self.table.by_name[name]) for name in self.table.key]
        return parts[0] if len(parts) == 1 else " || ' | ' || ".join(parts)

    def _key_part(self, column: Column) -> str:
        raw = "r." + identifier(column.name)
        if column.kind == "text":
            return f"nullif({self.values[column.name].sql}, '')"
        given = f"nullif(CAST({raw} AS VARCHAR), '')"
        return f"coalesce(CAST({self.values[column.name].sql} AS VARCHAR), {given})"

    def _whole_key(self) -> str:
        """The key of rows that can repeat: NULL or '' unless every part is there and readable.

        A single text column is taken bare, which is what costs least.
        """
        name = self.table.key[0]
        if len(self.table.key) == 1 and self.types[name] == "VARCHAR" and name not in self.codes:
            return f"r.{identifier(name)}"
        dates = [n for n in self.table.key if self.table.by_name[n].kind != "text"]
        readable = " AND ".join(f"{self.values[name].sql} IS NOT NULL" for name in dates)
        return f"CASE WHEN {readable} THEN {self._key()} END" if dates else self._key()

    def find_repeated(self) -> None:
        """Note in repeated_rows the rows that give way to another one with the same key.

        Grouping comes first, so that the ranking sees only the few rows whose key repeats.
        """
        if "keys_are_unique" in self.types:
            return
        key = self._whole_key()
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE repeated_keys AS SELECT key FROM"
            f" (SELECT {key} AS key FROM {self.raw} r GROUP BY 1 HAVING count(*) > 1)"
            f" WHERE key <> ''"
        )
        found = self.con.execute("SELECT count(*) FROM repeated_keys").fetchone()
        self.any_repeated = bool(found and found[0])
        if self.any_repeated:
            self.con.execute(
                f"CREATE OR REPLACE TEMP TABLE repeated_rows AS"
                f" SELECT {self.row} AS id FROM {self.raw} r WHERE {key} IN"
                f" (SELECT key FROM repeated_keys)"
                f" QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY {self._rank()}) > 1"
            )
        self.con.execute("DROP TABLE repeated_keys")

    def _rank(self) -> str:
        """Newest first; then the greatest of the other columns in the order of the contract."""
        names = [c.name for c in self.table.columns if c.name not in self.table.key]
        names.sort(key=lambda name: name != "updated_at")
        by_value = [f"{self.values[name].sql} DESC NULLS LAST" for name in names]
        as_given = [f"CAST(r.{identifier(n)} AS VARCHAR) DESC NULLS LAST" for n in names]
        return ", ".join((*by_value, *as_given))

    def judged(self, today: date, known: KnownCases | None) -> str:
        """A SELECT of the rows inside: typed columns, row_key and reason (NULL for good rows)."""
        typed = ", ".join(f"{v.sql} AS {identifier(n)}" for n, v in self.values.items())
        checks = {n: v.unreadable for n, v in self.values.items() if v.unreadable}
        flags = "".join(f", {check} AS {identifier('filled ' + n)}" for n, check in checks.items())
        read_rows = (
            f"SELECT {self.row} AS raw_row, {typed}{flags}, {self._key()} AS row_key"
            f" FROM {self.raw} r WHERE r.inside"
        )
        whens = " ".join(
            f"WHEN {rule} THEN '{reason}'" for reason, rule in self._rules(today, known)
        )
        kept = ", ".join(identifier(c.name) for c in self.table.columns)
        # A key of one text column need not be written twice.
        key = "" if self.simple_key else "row_key, "
        return f"SELECT {kept}, {key}CASE {whens} END AS reason FROM ({read_rows})"

    @property
    def simple_key(self) -> str | None:
        """The key of a judged row as an expression, where it is one of the columns."""
        return f"nullif({identifier(self.table.key[0])}, '')" if len(self.table.key) == 1 else None

    def _rules(self, today: date, known: KnownCases | None) -> list[tuple[str, str]]:
        rules = [("no_key", "row_key IS NULL")]
        if self.any_repeated:
            rules.insert(0, ("repeated_key", "raw_row IN (SELECT id FROM repeated_rows)"))
        columns = self.table.columns
        dates = [c for c in columns if c.kind in _DATES and c.name != STAMP]
        rules += [("no_date", test) for c in dates for test in self._missing(c)]
        rules += [("date_too_early", f"{identifier(c.name)} < {_EARLIEST}") for c in dates]
        late = literal(today.isoformat())
        rules += [
            ("date_in_future", f"CAST({identifier(c.name)} AS DATE) > DATE {late}")
            for c in dates
            if c.moment
        ]
        numbers = [c for c in columns if c.kind in _NUMBERS]
        rules += [("no_number", test) for c in numbers for test in self._missing(c)]
        coded = [c for c in columns if c.kind in _CODES]
        rules += [("unknown_code", test) for c in coded for test in self._unknown(c)]
        if known and self.table.of_cases:
            rules.append(("unknown_case", f"case_id NOT IN ({self._listed(known)})"))
        return rules

    def _listed(self, known: KnownCases) -> str:
        """A SELECT of the known cases; DuckDB hashes all that NOT IN is given."""
        every = f"SELECT case_id FROM {known.table}"
        if not known.few:
            return every
        return f"{every} WHERE case_id IN (SELECT {self.values['case_id'].sql} FROM {self.raw} r)"

    def _missing(self, column: Column) -> list[str]:
        """When a value is missing: empty though required, or filled but not readable."""
        name = identifier(column.name)
        if not column.optional:
            return [f"{name} IS NULL"]
        if self.values[column.name].unreadable:
            return [f"{name} IS NULL AND {identifier('filled ' + column.name)}"]
        return []

    def _unknown(self, column: Column) -> list[str]:
        if column.kind == "flag":
            return self._missing(column)
        listed = ", ".join(literal(code) for code in column.codes)
        unknown = [f"{identifier(column.name)} NOT IN ({listed})"]
        return unknown if column.optional else [*self._missing(column), *unknown]
