"""What a worked example is, and how its rows are written down."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from queries import Period, Question
from queries.figures import Key
from tests.support import case_database as build

MARCH = Period(date(2024, 3, 1), date(2024, 4, 1))
WEEK = Period(date(2024, 3, 4), date(2024, 3, 11))

_BUILDERS = {
    "teams": build.a_team,
    "agents": build.an_agent,
    "cases": build.a_case,
    "payments": build.a_payment,
    "contacts": build.a_contact,
    "promises": build.a_promise,
    "assignments": build.an_assignment,
    "stage_history": build.a_stage,
    "adjustments": build.an_adjustment,
    "snapshots": build.a_snapshot,
}


class Expected(NamedTuple):
    """One figure: keys in the order of `by`, money in minor units."""

    keys: tuple[Key, ...]
    numerator: int
    denominator: int | None = None


@dataclass(frozen=True)
class Example:
    """A few rows, a question and the answer by hand; docs/metrics.md shows it.

    `rows` hold only the columns that matter, as text; `tables` are the whole rows. The figures are
    asked on the morning of `today`. Expected figures are all figures with anything in them.
    """

    metric: str
    title: str
    rows: Mapping[str, Sequence[Mapping[str, str | None]]]
    period: Period
    expected: Sequence[Expected]
    because: str
    by: tuple[str, ...] = ()
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    today: date = date(2024, 4, 10)

    @property
    def question(self) -> Question:
        return Question((self.metric,), self.period, self.by, self.where)

    @property
    def tables(self) -> build.Tables:
        """Whole rows: what `rows` leave out is filled with what the builders usually give."""
        fresh = build.morning_of(self.today).replace(tzinfo=None)
        tables: build.Tables = {"cases": [build.a_case("C1")]}
        for name, rows in self.rows.items():
            tables[name] = [_BUILDERS[name](**row) for row in rows]
        tables["cases"] = [{**row, "updated_at": fresh} for row in tables["cases"]]
        return build.whole_database(tables)


def read_rows(**tables: str) -> dict[str, list[dict[str, str | None]]]:
    """Rows from text: per table a header line, then one line per row, cells parted by bars."""
    return {name: _read_table(text) for name, text in tables.items()}


def _read_table(text: str) -> list[dict[str, str | None]]:
    header, *lines = (_cells(line) for line in text.strip().splitlines())
    names = [name for name in header if name]
    return [dict(zip(names, cells, strict=True)) for cells in lines]


def _cells(line: str) -> list[str | None]:
    return [cell.strip() or None for cell in line.split("|")]
