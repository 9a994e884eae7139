"""A restriction as a DuckDB condition on rows whose columns have the contract's names."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

import duckdb

from queries.contract import Column
from queries.definitions import Definitions
from queries.source.layout import Layout
from queries.source.restrictions import (
    ChangedSince,
    OfCases,
    OnDays,
    Restriction,
    WithKeys,
    merged,
)
from queries.source.values import (
    FIRST_STAMP,
    as_text,
    day,
    identifier,
    is_text,
    is_zoned,
    moment,
    stamp,
    timestamp,
)

# More spans than this are looked up by day instead of compared one after the other.
_FEW_SPANS = 16
_MANY_DAYS = 50_000
# Apart: a condition on cases and one on keys may stand in one statement.
_WANTED_CASES, _WANTED_KEYS = "source_wanted_cases", "source_wanted_keys"
_WANTED_SPANS = "source_wanted_spans"


def condition(
    con: duckdb.DuckDBPyConnection,
    layout: Layout,
    restriction: Restriction,
    definitions: Definitions,
    names: Mapping[str, str] | None = None,
) -> str:
    """The exact condition; lists of ids and many spans become TEMP TABLEs of `con`.

    `names` gives the expression of a canonical column where it is not the column's own name.
    """

    def named(name: str) -> str:
        return (names or {}).get(name) or identifier(name)

    match restriction:
        case ChangedSince(at):
            kind = layout.type_of("updated_at")
            return _changed_since(named("updated_at"), kind, at, definitions)
        case OfCases(ids):
            return _one_of(con, named("case_id"), layout.type_of("case_id"), ids, _WANTED_CASES)
        case WithKeys(keys):
            part = layout.key_part
            return _one_of(con, named(part), layout.type_of(part), keys, _WANTED_KEYS)
        case OnDays(_, name):
            column, kind = layout.table.by_name[name], layout.type_of(name)
            return _on_days(con, named(name), column, kind, restriction, definitions)
    return "TRUE"


def _one_of(
    con: duckdb.DuckDBPyConnection, raw: str, kind: str, ids: Sequence[str], wanted: str
) -> str:
    """The bare column where it is text, so that DuckDB can skip blocks by the reach of the ids."""
    register_ids(con, wanted, ids)
    text = raw if kind == "VARCHAR" else as_text(raw, kind)
    return f"{text} IN (SELECT id FROM {wanted})"


def register_ids(con: duckdb.DuckDBPyConnection, name: str, ids: Sequence[str]) -> None:
    """Make the TEMP TABLE `name` (id VARCHAR) of the distinct ids."""
    con.execute(f"CREATE OR REPLACE TEMP TABLE {identifier(name)} (id VARCHAR)")
    # One text: a list is bound element by element, which takes seconds for many.
    con.execute(
        f"""INSERT INTO {identifier(name)} SELECT unnest(from_json($ids, '["VARCHAR"]'))""",
        {"ids": json.dumps(list(dict.fromkeys(ids)), ensure_ascii=False)},
    )


def _changed_since(raw: str, kind: str, at: datetime, definitions: Definitions) -> str:
    """A stamp that says nothing may hide a change, so such rows are always wanted."""
    if is_text(kind):
        return f"coalesce({stamp(raw, kind, definitions)} >= {timestamp(at)}, TRUE)"
    since, first = (
        f"DATE '{bound:%Y-%m-%d}'" if kind == "DATE" else _bound(bound, kind, definitions)
        for bound in (at, FIRST_STAMP)
    )
    return f"({raw} >= {since} OR {raw} IS NULL OR {raw} < {first})"


def _on_days(
    con: duckdb.DuckDBPyConnection,
    raw: str,
    column: Column,
    kind: str,
    restriction: OnDays,
    definitions: Definitions,
) -> str:
    """Native columns are compared as they are, so that DuckDB can skip blocks of other days.

    Days, and texts that may be days, are compared in the business zone.
    """
    spans = merged(restriction.spans)
    if column.kind == "date" or is_text(kind) or kind == "DATE":
        spans = [(business(a, definitions), business(b, definitions)) for a, b in spans]
        zone = definitions.business_zone
        if column.kind == "date":
            raw, kind = day(raw, kind, definitions), "DATE"
        elif kind != "DATE":
            raw, kind = moment(raw, kind, definitions, zone), "TIMESTAMP"
        bounds = [(timestamp(a), timestamp(b)) for a, b in spans]
    else:
        bounds = [(_bound(a, kind, definitions), _bound(b, kind, definitions)) for a, b in spans]
    days = sum((end - start).days + 2 for start, end in spans)
    if len(spans) <= _FEW_SPANS or days > _MANY_DAYS:
        tests = [f"{raw} >= {a} AND {raw} < {b}" for a, b in bounds]
        return "(" + (" OR ".join(tests) or "FALSE") + ")"
    return _looked_up(con, raw, bounds)


def _looked_up(con: duckdb.DuckDBPyConnection, raw: str, bounds: Sequence[tuple[str, str]]) -> str:
    listed = ", ".join(f"({a}, {b})" for a, b in bounds)
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {_WANTED_SPANS} AS"
        f" SELECT since, until, CAST(unnest(generate_series(date_trunc('day', since), until,"
        f" INTERVAL 1 DAY)) AS DATE) AS day FROM (VALUES {listed}) spans(since, until)"
    )
    return (
        f"{raw} >= {bounds[0][0]} AND {raw} < {bounds[-1][1]} AND"
        f" EXISTS (FROM {_WANTED_SPANS} s WHERE s.day = CAST({raw} AS DATE)"
        f" AND {raw} >= s.since AND {raw} < s.until)"
    )


def _bound(at: datetime, kind: str, definitions: Definitions) -> str:
    if is_zoned(kind):
        return f"TIMESTAMPTZ '{moved(at, definitions.source_zone, 'UTC').isoformat(sep=' ')}+00'"
    return timestamp(at)


def business(at: datetime, definitions: Definitions) -> datetime:
    """A naive moment of the source's zone in the business zone."""
    return moved(at, definitions.source_zone, definitions.business_zone)


def moved(at: datetime, from_zone: str, to_zone: str) -> datetime:
    """A naive moment of one zone as a naive moment of another; the ends of time stay."""
    try:
        there = at.replace(tzinfo=ZoneInfo(from_zone)).astimezone(ZoneInfo(to_zone))
    except OverflowError:
        return at
    return there.replace(tzinfo=None)
