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
            f" WHERE {' AND '.join(piece.sql for piece in where)}"
            f" GROUP BY {', '.join(str(at + 1) for at in range(len(keys)))}"
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
    readings: list[_Reading] = []
    taken: dict[Asked, int] = {}
    for one in sorted(dict.fromkeys(filter(_counts, asked)), key=_order):
        found = next((at for at, r in enumerate(readings) if r.takes(one)), len(readings))
        if found == len(readings):
            readings.append(_Reading())
        readings[found].members.append(one)
        taken[one] = found

    def apart(found: Iterable[Rows]) -> list[Rows]:
        answered = list(found)
        return [
            readings[taken[one]].rows_of(one, answered[taken[one]]) if one in taken else []
            for one in asked
        ]

    return [reading.statement() for reading in readings], apart


def _counts(one: Asked) -> bool:
    """Whether there is a day to be counted: not where a period lies in the future."""
    return isinstance(one, Statement) or one.first is None or one.first < one.end


def _order(one: Asked) -> tuple[int, date, date]:
    """The most finely split first, for others are sums of it; then as time goes."""
    if isinstance(one, Statement):
        return (0, date.min, date.min)
    return (-len(one.keys), one.first or date.min, one.end)


class _Reading:
    """Sums that one statement reads; the first member has the keys of all others."""

    def __init__(self) -> None:
        self.members: list[Asked] = []

    def takes(self, one: Asked) -> bool:
        head = self.members[0]
        return (
            isinstance(one, Sums)
            and isinstance(head, Sums)
            and (one.source, one.span) == (head.source, head.span)
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

    @property
    def _sums(self) -> list[Sums]:
        return [one for one in self.members if isinstance(one, Sums)]

    def _days(self) -> tuple[date | None, date]:
        begins = [one.first for one in self._sums]
        first = None if None in begins else min(begins)  # type: ignore[type-var]
        return first, max(one.end for one in self._sums)

    def _edges(self) -> list[date]:
        """The days that tell the members apart."""
        days = {day for one in self._sums for day in (one.first, one.end) if day}
        return sorted(days - set(self._days()))

    def _conditions(self) -> tuple[list[Piece], list[Piece]]:
        """Those that all members share, and the others."""
        every = dict.fromkeys(c for one in self._sums for c in one.conditions)
        common = [c for c in every if all(c in one.conditions for one in self._sums)]
        return common, [c for c in every if c not in common]

    def _measures(self) -> list[str]:
        return list(dict.fromkeys(m for one in self._sums for m in one.measures))

    def statement(self) -> Statement:
        head = self.members[0]
        if isinstance(head, Statement):
            return head
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

    def rows_of(self, one: Asked, rows: Rows) -> Rows:
        """The rows of a member from those of the statement."""
        head = self.members[0]
        if len(self.members) == 1 or isinstance(one, Statement) or isinstance(head, Statement):
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
