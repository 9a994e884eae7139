"""The contract check: everything in which a live database differs from the contract, at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import duckdb

from queries.contract import TABLES, Table
from queries.definitions import Definitions
from queries.metrics import METRICS
from queries.source.clean import KnownCases, clean
from queries.source.content import Content, Finding
from queries.source.layout import columns_of, missing_columns
from queries.source.mapping import SourceSpec
from queries.source.opening import open_leniently
from queries.source.restrictions import Everything
from queries.source.source import CaseSource

Severity = Literal["error", "warning", "info"]
_ORDER: Mapping[Severity, int] = {"error": 0, "warning": 1, "info": 2}
# Above this share of rows, what is set aside is a mistake in the mapping rather than in the data.
_TOO_MANY = 0.1
_CURES = {
    "repeated_key": "give every row a key of its own; the newest of them counts",
    "no_key": "fill the key",
    "no_date": "fill the date, as YYYY-MM-DD or YYYY-MM-DD HH:MM:SS",
    "date_too_early": "correct the date; an unknown date should be empty",
    "date_in_future": "correct the date; the row counts from that day on",
    "no_number": "fill in a number without signs of currency or thousands",
    "unknown_code": "translate the codes under source.tables.{table}.codes in config.yaml",
    "unknown_case": "deliver the case too, or correct the case_id",
}


@dataclass(frozen=True)
class Difference:
    """One thing in which the database is not as the contract says; `table` is empty where it is
    about several.

    error: figures cannot be made or would be wrong; warning: rows do not count; info: something is
    hidden, slower or worth knowing.
    """

    severity: Severity
    table: str
    column: str | None
    problem: str
    expected: str = ""
    cure: str = ""


def differences(spec: SourceSpec, definitions: Definitions, today: date) -> list[Difference]:
    """Compare the live database with the contract, its content included; reads every row.

    Errors come first. Raises UserError only where the database does not open at all.
    """
    with duckdb.connect() as con:
        source = open_leniently(spec, con, definitions)
        try:
            found = [
                *_structure(spec, source),
                *_names(spec, source),
                *_indexes(source),
                *_rows(spec, source, con, definitions, today),
            ]
        finally:
            source.close()
    return sorted(found, key=lambda difference: _ORDER[difference.severity])


def _structure(spec: SourceSpec, source: CaseSource) -> Iterator[Difference]:
    for name, table in TABLES.items():
        meant = table.required or name in spec.tables
        if name in source.found.broken:
            yield _broken(name, source.found.broken[name])
        elif name not in source.found.columns:
            yield _no_table(spec, table, meant)
        else:
            yield from _no_columns(spec, source, table, meant)


def _broken(name: str, told: str) -> Difference:
    return Difference(
        "error", name, None, f"The select does not run: {told}",
        "one SELECT that the case database understands",
        f"correct source.tables.{name}.select in config.yaml",
    )  # fmt: skip


def _no_table(spec: SourceSpec, table: Table, meant: bool) -> Difference:
    given = spec.mapping(table.name).table or table.name
    if meant:
        return Difference(
            "error", table.name, None, f"There is no table {given}.",
            f"a table or view with {', '.join(table.by_name)}",
            f"name it in source.tables.{table.name}.table, or write a select",
        )  # fmt: skip
    hidden = [metric.title.en for metric in METRICS.values() if table.name in metric.needs]
    hides = f" ({table.help})" if table.help else ""
    hides += f"; without it these are hidden: {', '.join(hidden)}" if hidden else ""
    return Difference(
        "info", table.name, None, f"There is no table {given}.",
        f"an optional table{hides}",
        f"to use one, name it in source.tables.{table.name}",
    )  # fmt: skip


def _no_columns(
    spec: SourceSpec, source: CaseSource, table: Table, meant: bool
) -> Iterator[Difference]:
    available = source.found.columns[table.name]
    columns = columns_of(table, spec.mapping(table.name), available)
    missing = missing_columns(table, columns)
    if missing and not meant:
        yield Difference(
            "info", table.name, None,
            f"A table of this name lacks {', '.join(column.name for column in missing)}.",
            "the columns of the contract; it is taken for something else and not read",
            f"if it is meant, map its columns in source.tables.{table.name}.columns",
        )  # fmt: skip
        return
    for column in table.columns:
        if column.name in columns:
            continue
        given = spec.mapping(table.name).columns.get(column.name, column.name)
        why = f" ({column.help})" if column.help else ""
        slow = "; every refresh reads the whole table" if column.name == "updated_at" else ""
        yield Difference(
            "info" if column.optional else "error", table.name, column.name,
            f"There is no column {given}{slow}.",
            f"{'an optional' if column.optional else 'a required'} {column.kind} column{why}",
            f"name it in source.tables.{table.name}.columns",
        )  # fmt: skip


def _names(spec: SourceSpec, source: CaseSource) -> Iterator[Difference]:
    """Names in the mapping that mean nothing."""
    for name, mapping in spec.tables.items():
        where = f"source.tables.{name}"
        if name not in TABLES:
            yield Difference(
                "error", name, None, "The mapping names a table that is not in the contract.",
                f"one of {', '.join(TABLES)}", f"correct or remove {where}",
            )  # fmt: skip
            continue
        table = TABLES[name]
        for part, listed in (("columns", mapping.columns), ("codes", mapping.codes)):
            for column in listed:
                if column not in table.by_name:
                    yield Difference(
                        "error", name, column, f"{where}.{part} names an unknown column.",
                        f"one of {', '.join(table.by_name)}", f"correct or remove {column}",
                    )  # fmt: skip
        yield from _code_names(name, mapping.codes)


def _code_names(name: str, codes: Mapping[str, Mapping[str, str]]) -> Iterator[Difference]:
    for column, translated in codes.items():
        known = TABLES[name].by_name.get(column)
        if known is None or not known.codes:
            continue
        wrong = sorted({meant for meant in translated.values() if meant not in (*known.codes, "")})
        if wrong:
            yield Difference(
                "error", name, column, f"The mapping translates to unknown codes: {wrong}.",
                f"one of {', '.join(known.codes)}",
                f"correct source.tables.{name}.codes.{column}",
            )  # fmt: skip


def _indexes(source: CaseSource) -> Iterator[Difference]:
    for name in sorted(source.tables):
        indexed = source.indexed(name)
        if indexed is None or name in ("teams", "agents"):
            continue
        # What changed is found by its stamp, of snapshots by their day; twins by their key.
        names = dict.fromkeys(("updated_at", "as_of", "case_id", TABLES[name].key[0]))
        for column in (one for one in names if one in source.columns(name)):
            if column not in indexed:
                yield Difference(
                    "info", name, column, "No index begins with this column.",
                    "an index, so that a refresh reads what changed instead of every row",
                    f"ask whoever keeps the database for an index on {name}.{column}",
                )  # fmt: skip


def _rows(
    spec: SourceSpec,
    source: CaseSource,
    con: duckdb.DuckDBPyConnection,
    definitions: Definitions,
    today: date,
) -> Iterator[Difference]:
    """Stage and clean every table, cases first because the others must know them."""
    known: KnownCases | None = None
    zones: list[tuple[str, int, int]] = []
    for name in sorted(source.tables, key=lambda name: (name != "cases", name)):
        source.stage(name, Everything(), "raw_rows")
        codes = spec.codes(name)
        clean(con, name, "raw_rows", definitions, today, known, codes)
        rows = con.execute("SELECT count(*) FROM raw_rows").fetchone()
        total = rows[0] if rows else 0
        content = Content(con, TABLES[name], "raw_rows", definitions, codes)
        for finding in content.findings(source.columns(name)):
            yield _difference(name, finding, total)
        present = source.columns(name)
        zones += [(f"{name}.{column}", zoned, n) for column, zoned, n in content.zones(present)]
        yield from _aside(name, con, total)
        if name == "cases":
            con.execute("CREATE TEMP TABLE known_cases AS SELECT case_id FROM clean_cases")
            known = KnownCases("known_cases")
    yield from _zones(zones, definitions.source_zone)


def _zones(zones: Sequence[tuple[str, int, int]], zone: str) -> Iterator[Difference]:
    """One line for all moments without a zone: what it says is the same of each."""
    told = []
    without = [name for name, with_zone, _ in zones if not with_zone]
    if without:
        told.append(f"These moments name no zone and are read as {zone}: {', '.join(without)}.")
    told += [
        f"{with_zone} of {filled} moments in {name} name a zone; the others are read as {zone}."
        for name, with_zone, filled in zones
        if 0 < with_zone < filled
    ]
    for problem in told:
        yield Difference(
            "info", "", None, problem, "the zone in which the source keeps its time",
            "correct figures.source_zone if that is not so",
        )  # fmt: skip


def _difference(table: str, finding: Finding, total: int) -> Difference:
    return Difference(
        _severity(finding.rows, total) if finding.costs_rows else "info",
        table, finding.column, finding.problem, finding.expected,
        finding.cure.format(table=table),
    )  # fmt: skip


def _severity(rows: int, total: int) -> Severity:
    return "error" if rows > total * _TOO_MANY else "warning"


def _aside(table: str, con: duckdb.DuckDBPyConnection, total: int) -> Iterator[Difference]:
    found = con.execute(
        f"SELECT reason, count(*), list(key ORDER BY key)[:5] FROM aside_{table}"
        f" GROUP BY reason ORDER BY reason"
    ).fetchall()
    for reason, count, keys in found:
        examples = ", ".join(key for key in keys if key is not None)
        named = f", for example {examples}" if examples else ""
        yield Difference(
            _severity(count, total), table, None,
            f"{count} of {total} rows are set aside as {reason}{named}.",
            "rows that keep the rules of the contract",
            _CURES[reason].format(table=table),
        )  # fmt: skip
