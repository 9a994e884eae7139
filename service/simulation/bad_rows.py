"""Rows that are wrong, as every real case database holds them.

Each is an added copy of a good row with one fault, never a good row spoilt: the good rows alone
still foot to the cent, and whoever counts a bad row is found out. A date or an amount that cannot
be read is empty here; `writing` turns it into real garbage text where the target is text.
"""

from collections.abc import Callable, Mapping
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from queries.contract import TABLES, Column, Table
from service.simulation import arrow
from service.simulation.chance import Array, Rng
from service.simulation.plan import Plan

# The tables of events that are large enough for a share of a thousandth to mean something, the
# case book itself, and those of the side tables that a page depends on.
_SPOILT = ("cases", "payments", "contacts", "promises", "adjustments", "stage_history")
_EPOCH = date(1970, 1, 1)
_SPAN = pa.duration("us")

Fault = Callable[[Rng, Table, pa.Table, Plan], pa.Table]


def add(plan: Plan, tables: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """The tables with bad rows among the good ones."""
    if not plan.bad_rows:
        return dict(tables)
    return {
        name: _spoilt(plan, TABLES[name], rows) if name in _SPOILT else rows
        for name, rows in tables.items()
    }


def faults(table: Table) -> dict[str, Fault]:
    """The ways in which a row of this table can be bad, by the name of the reason."""
    found: dict[str, Fault] = {}
    if _date(table):
        found |= {"date_in_future": _future, "date_too_early": _early}
    if _date(table) and _date(table) not in table.key:
        found["no_date"] = _no_date
    if _money(table):
        found["no_number"] = _no_number
    if _code(table):
        found["unknown_code"] = _unknown_code
    if table.of_cases:
        found["unknown_case"] = _unknown_case
    found["repeated_key"] = _repeated
    return found


def _spoilt(plan: Plan, table: Table, rows: pa.Table) -> pa.Table:
    if not len(rows):
        return rows
    rng = plan.chance(f"bad {table.name}")
    # A table so small that a thousandth is nothing still shows each fault once.
    size = min(len(rows), max(1, round(plan.bad_rows * len(rows))))
    parts = [rows]
    for number, (reason, fault) in enumerate(faults(table).items()):
        chosen = rows.take(pa.array(np.sort(rng.choice(len(rows), size, replace=False))))
        if reason != "repeated_key":
            chosen = _rekeyed(table, chosen, number)
        parts.append(fault(rng, table, chosen, plan))
    return pa.concat_tables(parts).combine_chunks()


def _rekeyed(table: Table, rows: pa.Table, number: int) -> pa.Table:
    """New keys of the same look, above every good one: P9 followed by fault and place."""
    if len(table.key) > 1:
        # Here a moment is part of the key: some seconds earlier no row has.
        earlier = pc.subtract(rows[table.key[1]], pa.scalar(1_000_000 * (number + 1), _SPAN))
        return _with(rows, table.key[1], earlier.cast(arrow.MOMENT))
    key = table.key[0]
    start = rows[key][0].as_py()[0]
    keys = arrow.labels(f"{start}9{number}", np.arange(len(rows)), 6)
    return _with(rows, key, keys)


def _no_date(rng: Rng, table: Table, rows: pa.Table, plan: Plan) -> pa.Table:
    name = _date(table)
    return _with(rows, name, pa.nulls(len(rows), rows.schema.field(name).type))


def _future(rng: Rng, table: Table, rows: pa.Table, plan: Plan) -> pa.Table:
    """A typing error in the year: 2062 for 2026."""
    last = (plan.last_day - _EPOCH).days
    return _moved(table, rows, last + rng.integers(3_650, 20_000, len(rows)))


def _early(rng: Rng, table: Table, rows: pa.Table, plan: Plan) -> pa.Table:
    """The dates that broken exports like: 1900-01-01 and the first days of 1970."""
    first = (date(1900, 1, 1) - _EPOCH).days
    return _moved(table, rows, np.where(rng.random(len(rows)) < 0.5, first, 0))


def _no_number(rng: Rng, table: Table, rows: pa.Table, plan: Plan) -> pa.Table:
    return _with(rows, _money(table), pa.nulls(len(rows), arrow.MONEY))


def _unknown_code(rng: Rng, table: Table, rows: pa.Table, plan: Plan) -> pa.Table:
    return _with(rows, _code(table), pa.array(["PTP?"] * len(rows)))


def _unknown_case(rng: Rng, table: Table, rows: pa.Table, plan: Plan) -> pa.Table:
    return _with(rows, "case_id", arrow.labels("X", rng.integers(0, 10**6, len(rows))))


def _repeated(rng: Rng, table: Table, rows: pa.Table, plan: Plan) -> pa.Table:
    """An older state of the same row: the newest one counts."""
    older = pc.subtract(rows["updated_at"], pa.scalar(86_400_000_000, _SPAN))
    return _with(rows, "updated_at", older.cast(arrow.MOMENT))


def _moved(table: Table, rows: pa.Table, days: Array) -> pa.Table:
    name = _date(table)
    when = np.datetime64(_EPOCH) + days.astype("timedelta64[D]")
    return _with(rows, name, pa.array(when, pa.date32()).cast(rows.schema.field(name).type))


def _with(rows: pa.Table, name: str, column: pa.Array) -> pa.Table:
    return rows.set_column(rows.schema.get_field_index(name), rows.schema.field(name), column)


def _date(table: Table) -> str:
    """The first date that a row must have and that cannot lie in the future."""
    return _first(table, lambda column: column.kind in ("date", "timestamp") and column.moment)


def _money(table: Table) -> str:
    return _first(table, lambda column: column.kind == "money")


def _code(table: Table) -> str:
    """The last code column: a contact's outcome, not its channel."""
    return _first(table, lambda column: column.kind == "code", last=True)


def _first(table: Table, wanted: Callable[[Column], bool], last: bool = False) -> str:
    names = [c.name for c in table.columns if wanted(c) and not c.optional]
    if not names:
        return ""
    return names[-1] if last else names[0]
