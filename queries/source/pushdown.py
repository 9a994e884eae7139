"""Restrictions in SQLAlchemy, so that a database server sends little more than what is wanted.

Each condition compares a bare column with values, so that an index can serve it. It may let a few
rows too many through: what is wanted exactly is settled afterwards in DuckDB.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Literal
from uuid import UUID

import sqlalchemy as sa

from queries.contract import Column
from queries.definitions import Definitions
from queries.source.restrictions import Span, merged
from queries.source.values import FIRST_STAMP, LAST_STAMP
from queries.source.wanted import moved

# What a column is for the server: for moments how bounds must be given, for ids how values must.
# "unsigned" is an integer that may be, "bits" are a number that is sent as bytes.
ServerKind = Literal[
    "text", "binary", "integer", "unsigned", "bits", "uuid", "naive", "zoned", "date", "other"
]
Conditions = list[sa.ColumnElement[bool] | None]

CHUNK = 500
MANY_IDS = 20_000
_MANY_SPANS = 200
# Zones differ by up to 26 hours, and a text may carry any zone.
_MARGIN = timedelta(days=2)
# From which number on a column cannot hold an id.
_REACH = {"integer": 2**63, "unsigned": 2**64}


@dataclass(frozen=True)
class ServerColumn:
    """A column of the server, as it stands in its SQL, and its kind."""

    sql: sa.ColumnElement
    kind: ServerKind


def changed_since(column: ServerColumn, at: datetime, definitions: Definitions) -> Conditions:
    """One condition, or None where the server cannot compare."""
    match column.kind:
        case "naive" | "zoned" | "date":
            newer = column.sql >= _bound(column.kind, at, definitions)
            absurd = column.sql < _bound(column.kind, FIRST_STAMP, definitions)
            return [sa.or_(newer, column.sql.is_(None), absurd)]
        case "text":
            # What sorts before any year is no stamp, so it counts as changed.
            newer = column.sql >= _prefix(_less(at))
            return [sa.or_(newer, column.sql.is_(None), column.sql < "1990")]
    return [None]


def credible(column: ServerColumn, definitions: Definitions) -> sa.ColumnElement[bool]:
    """Leaves out stamps from beyond the end of the calendar, infinity among them, and texts that
    sort after digits."""
    return column.sql <= _bound(column.kind, LAST_STAMP, definitions)


def on_days(
    column: ServerColumn, declared: Column, spans: Sequence[Span], definitions: Definitions
) -> Conditions:
    """One condition of all spans together, or of their whole reach where there are very many."""
    if column.kind not in ("naive", "zoned", "date", "text"):
        return [None]
    joined = merged(spans)
    exact = column.kind in ("naive", "zoned") and declared.kind == "timestamp"
    if not exact:
        joined = merged([(_less(start), _more(end)) for start, end in joined])
    if not joined:
        return []
    if len(joined) > _MANY_SPANS:
        joined = [(joined[0][0], joined[-1][1])]
    return [sa.or_(*(_between(column, span, definitions) for span in joined))]


def one_of(column: ServerColumn, ids: Sequence[str], at_once: int = CHUNK) -> Conditions:
    """One condition per `at_once` ids; None (everything) above MANY_IDS."""
    if len(ids) > MANY_IDS:
        return [None]
    values = [value for i in ids for value in _values(column.kind, i)]
    sql = sa.cast(column.sql, sa.Text) if column.kind not in _ID_KINDS else column.sql
    return [sql.in_(values[n : n + at_once]) for n in range(0, len(values), at_once)]


_ID_KINDS = ("text", "binary", "integer", "unsigned", "uuid")


def _values(kind: ServerKind, text: str) -> list[str | bytes | int | UUID]:
    """What an id may be as the server's type; nothing where it can be no id of that type.

    Bytes that are no text are read as their hexadecimal digits.
    """
    try:
        match kind:
            case "integer" | "unsigned":
                return [number] if -(2**63) <= (number := int(text)) < _REACH[kind] else []
            case "uuid":
                return [UUID(text)]
            case "binary":
                return [text.encode(), bytes.fromhex(text)]
    except ValueError:
        return [text.encode()] if kind == "binary" else []
    return [text]


def _between(column: ServerColumn, span: Span, definitions: Definitions) -> sa.ColumnElement[bool]:
    start, end = (_bound(column.kind, at, definitions) for at in span)
    return sa.and_(column.sql >= start, column.sql < end)


def _bound(kind: ServerKind, at: datetime, definitions: Definitions) -> datetime | date | str:
    if kind == "zoned":
        return moved(at, definitions.source_zone, "UTC").replace(tzinfo=UTC)
    if kind == "date":
        return at.date()
    return _prefix(at) if kind == "text" else at


def _prefix(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"


def _less(at: datetime) -> datetime:
    return max(at, datetime.min + _MARGIN) - _MARGIN  # noqa: DTZ901


def _more(at: datetime) -> datetime:
    return min(at, datetime.max - _MARGIN) + _MARGIN  # noqa: DTZ901
