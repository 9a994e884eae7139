"""The naive twin of the tests, made fast enough for hundreds of questions to one database: what a
part of a figure counts in a span is looked for once, and a split is one walk over it.

Which rows count and what they are worth stays the twin's own.
"""

from collections import defaultdict
from collections.abc import Callable
from datetime import date
from functools import cache

from queries.definitions import Definitions
from queries.period import GRAINS, Period, floor
from tests.support.naive import NaiveFigures
from tests.support.naive.cleaning import Row
from tests.support.naive.figures import FIGURES, Pair, Part, Where, matches

Keys = tuple[object, ...]
Rows = Callable[["NaiveFigures", Period], list[Row]]


class QuickTwin(NaiveFigures):
    """All figures of a small database, as NaiveFigures gives them."""

    def __init__(
        self, tables: dict[str, list[Row]], definitions: Definitions, today: date, as_of: date
    ) -> None:
        super().__init__(tables, definitions, today, as_of)
        self.rows_in: Callable[[Rows, Period], list[Row]] = cache(
            lambda rows, span: rows(self, span)
        )

    def figures(
        self, metric: str, period: Period, by: tuple[str, ...], where: Where | None = None
    ) -> dict[Keys, Pair]:
        grain = next((name for name in by if name in GRAINS), None)
        rest = tuple(name for name in by if name != grain)
        out: dict[Keys, Pair] = {}
        for span in period.split(grain) if grain else [period]:
            for keys, pair in self._split(metric, span, rest, where or {}).items():
                named = dict(zip(rest, keys, strict=True))
                if grain:
                    named[grain] = floor(span.start, grain)
                out[tuple(named[name] for name in by)] = pair
        return out

    def _split(
        self, metric: str, span: Period, by: tuple[str, ...], where: Where
    ) -> dict[Keys, Pair]:
        numerator, denominators = FIGURES[metric]
        every = (numerator, *denominators)
        asked = {name: values for name, values in where.items() if name in by}
        keys = {
            tuple(row[name] for name in by)
            for part in every
            for row in self._counting(part, span, where)
            if all(name in row for name in by) and matches(row, asked)
        }
        sums = [self._sums(part, span, by, where) for part in every]

        def of(number: int, key: Keys) -> int:
            own = tuple(
                value
                for name, value in zip(by, key, strict=True)
                if name not in every[number].across
            )
            return sums[number].get(own, 0)

        numbers = range(1, len(every))
        return {
            key: (of(0, key), sum(of(n, key) for n in numbers) if denominators else None)
            for key in keys
        }

    def _sums(self, part: Part, span: Period, by: tuple[str, ...], where: Where) -> dict[Keys, int]:
        """What a part adds up to, by its own dimensions of `by`."""
        own = [name for name in by if name not in part.across]
        groups: dict[Keys, list[Row]] = defaultdict(list)
        for row in self._counting(part, span, where):
            if all(name in row for name in own):
                groups[tuple(row[name] for name in own)].append(row)
        if part.measure is None:
            return {key: len({row["case"] for row in rows}) for key, rows in groups.items()}
        return {
            key: part.sign * sum(row[part.measure] for row in rows)  # type: ignore[misc]
            for key, rows in groups.items()
        }

    def _counting(self, part: Part, span: Period, where: Where) -> list[Row]:
        limits = part.limits(where)
        return [row for row in self.rows_in(part.rows, span) if matches(row, limits)]
