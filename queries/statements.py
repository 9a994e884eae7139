"""Statements, and how many sums become few statements: sums over the same rows are read once, by
the spans of days and the conditions that tell them apart, and added up here.

A page asks dozens of small sums. A statement for each would cost more than reading their rows.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

Rows = list[tuple]


@dataclass(frozen=True)
class Piece:
    """A piece of SQL and the values of its marks."""

    sql: str
    values: tuple[object, ...] = ()


def values_of(pieces: Iterable[Piece]) -> tuple[object, ...]:
    """The values of pieces, in the order of their marks."""
    return tuple(value for piece in pieces for value in piece.values)


def all_of(conditions: Iterable[Piece]) -> str:
    """All conditions as one."""
    return " AND ".join(condition.sql for condition in conditions)


def ordinals(count: int) -> str:
    """The first columns of a statement, to group by."""
    return ", ".join(str(position + 1) for position in range(count))


@dataclass(frozen=True)
class Statement:
    """SQL with bound values; its rows are (span start or None, *dimensions, *measures)."""

    sql: str
    values: tuple[object, ...]


@dataclass(frozen=True)
class Sums:
    """Sums of `measures` by `span` and `keys` over the rows of `source`, named f, from the day
    `first` (None: from the beginning) to before `end` that meet all conditions."""

    source: Piece
    span: Piece
    keys: tuple[Piece, ...]
    measures: tuple[str, ...]
    conditions: tuple[Piece, ...]
    first: date | None
    end: date

    def statement(self, extra: Sequence[Piece] = ()) -> Statement:
        """The SQL, with `extra` keys between the keys and the measures."""
        keys = [self.span, *self.keys, *extra]
        sums = [Piece(f"CAST(sum({measure}) AS BIGINT)") for measure in self.measures]
        since = [Piece("f.day >= ?", (self.first,))] if self.first else []
        where = [*since, Piece("f.day < ?", (self.end,)), *self.conditions]
        sql = (
            f"SELECT {', '.join(piece.sql for piece in (*keys, *sums))} FROM {self.source.sql}"
            f" WHERE {all_of(where)} GROUP BY {ordinals(len(keys))}"
        )
        return Statement(sql, values_of((*keys, self.source, *where)))


Asked = Sums | Statement


@dataclass(frozen=True)
class Combined:
    """What is asked for together and makes one set of rows."""

    parts: tuple[Asked, ...]
    join: Callable[[Sequence[Rows]], Rows]


# Gives the rows of each of the asked ones from those of the statements.
Apart = Callable[[Iterable[Rows]], list[Rows]]


def together(asked: Sequence[Asked]) -> tuple[list[Statement], Apart]:
    """As few statements as answer all of the asked ones, and what takes their rows apart again."""
    alone = list(dict.fromkeys(one for one in asked if isinstance(one, Statement)))
    # A period in the future has no day to be counted.
    counting = (s for s in asked if isinstance(s, Sums) and (s.first is None or s.first < s.end))
    readings = _readings(counting)

    def apart(found: Iterable[Rows]) -> list[Rows]:
        answered = list(found)
        rows: dict[Asked, Rows] = dict(zip(alone, answered[: len(alone)], strict=True))
        for reading, read in zip(readings, answered[len(alone) :], strict=True):
            rows |= {one: reading.rows_of(one, read) for one in reading.members}
        return [rows.get(one, []) for one in asked]

    return [*alone, *(reading.statement() for reading in readings)], apart


def _readings(sums: Iterable[Sums]) -> list["_Reading"]:
    """The most finely split sums first, for others are sums of them; then as time goes."""
    readings: list[_Reading] = []
    order = sorted(
        dict.fromkeys(sums), key=lambda one: (-len(one.keys), one.first or date.min, one.end)
    )
    for one in order:
        for reading in readings:
            if reading.takes(one):
                reading.members.append(one)
                break
        else:
            readings.append(_Reading([one]))
    return readings


@dataclass(frozen=True)
class _Reading:
    """Sums that one statement reads; the first member has the keys of all others."""

    members: list[Sums]

    def takes(self, one: Sums) -> bool:
        head = self.members[0]
        return (
            (one.source, one.span) == (head.source, head.span)
            and set(one.keys) <= set(head.keys)
            and self._near(one)
        )

    def _near(self, one: Sums) -> bool:
        """Days far apart are read apart: a week and that of a year before are not worth the year
        between them. What counts from the beginning reads everything anyway."""
        first, end = self._days()
        if first is None or one.first is None:
            return True
        return max(one.first - end, first - one.end) <= end - first

    def _days(self) -> tuple[date | None, date]:
        begins = [one.first for one in self.members]
        first = None if None in begins else min(begins)  # type: ignore[type-var]
        return first, max(one.end for one in self.members)

    def _edges(self) -> list[date]:
        """The days that tell the members apart."""
        days = {day for one in self.members for day in (one.first, one.end) if day}
        return sorted(days - set(self._days()))

    def _conditions(self) -> tuple[list[Piece], list[Piece]]:
        """Those that all members share, and the others."""
        every = dict.fromkeys(c for one in self.members for c in one.conditions)
        common = [c for c in every if all(c in one.conditions for one in self.members)]
        return common, [c for c in every if c not in common]

    def _measures(self) -> list[str]:
        return list(dict.fromkeys(m for one in self.members for m in one.measures))

    def statement(self) -> Statement:
        head = self.members[0]
        if len(self.members) == 1:
            return head.statement()
        first, end = self._days()
        edges, (common, others) = self._edges(), self._conditions()
        spans = [f"WHEN f.day < ? THEN {at}" for at in range(len(edges))]
        extra = [Piece(f"CASE {' '.join(spans)} ELSE {len(edges)} END", tuple(edges))] * bool(edges)
        extra += [Piece(f"({condition.sql})", condition.values) for condition in others]
        whole = replace(
            head, measures=tuple(self._measures()), conditions=tuple(common), first=first, end=end
        )
        return whole.statement(extra)

    def rows_of(self, one: Sums, rows: Rows) -> Rows:
        """The rows of a member from those of the statement."""
        head = self.members[0]
        if len(self.members) == 1:
            return rows
        edges, (_, others), measures = self._edges(), self._conditions(), self._measures()
        begin = edges.index(one.first) + 1 if one.first in edges else 0
        until = edges.index(one.end) + 1 if one.end in edges else len(edges) + 1
        width = 1 + len(head.keys)
        keys = [0, *(1 + head.keys.index(key) for key in one.keys)]
        met = [width + bool(edges) + at for at, c in enumerate(others) if c in one.conditions]
        last = width + bool(edges) + len(others)
        columns = [last + measures.index(measure) for measure in one.measures]
        added: dict[tuple, list[int]] = defaultdict(lambda: [0] * len(columns))
        for row in rows:
            if (not edges or begin <= row[width] < until) and all(row[at] for at in met):
                sums = added[tuple(row[at] for at in keys)]
                for at, column in enumerate(columns):
                    sums[at] += row[column] or 0
        return [(*key, *sums) for key, sums in added.items()]
