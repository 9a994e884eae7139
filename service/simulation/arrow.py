"""Arrow columns out of the simulation's numbers: days, seconds, cents, positions, row numbers."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from queries.contract import TABLES
from service.simulation.chance import Array

MONEY = pa.decimal128(18, 2)
MOMENT = pa.timestamp("us")
TYPES: dict[str, Any] = {
    "text": pa.string(),
    "code": pa.string(),
    "date": pa.date32(),
    "timestamp": MOMENT,
    "money": MONEY,
    "integer": pa.int32(),
    "number": pa.float64(),
    "flag": pa.bool_(),
}


def schema(table_name: str) -> pa.Schema:
    """The Arrow schema of a canonical table."""
    return pa.schema([(column.name, TYPES[column.kind]) for column in TABLES[table_name].columns])


def table(table_name: str, /, **columns: Any) -> pa.Table:
    """A canonical table; every column of the contract has to be given."""
    shape = schema(table_name)
    return pa.table([columns[field.name] for field in shape], schema=shape)


def money(cents: Array, missing: Array | None = None) -> pa.Array:
    """Cents as exact decimals with two digits."""
    # A decimal128 is the unscaled number in 16 bytes; the upper half repeats the sign.
    halves = np.empty((len(cents), 2), dtype="<i8")
    halves[:, 0] = cents
    halves[:, 1] = halves[:, 0] >> 63
    known = None if missing is None else pa.py_buffer(np.packbits(~missing, bitorder="little"))
    return pa.Array.from_buffers(MONEY, len(cents), [known, pa.py_buffer(halves)])


def dates(first: np.datetime64, days: Array, missing: Array | None = None) -> pa.Array:
    """Day numbers as dates."""
    return pa.array(first + days.astype("timedelta64[D]"), pa.date32(), mask=missing)


def moments(first: np.datetime64, seconds: Array, missing: Array | None = None) -> pa.Array:
    """Seconds since midnight of the first day as timestamps."""
    safe = seconds if missing is None else np.where(missing, 0, seconds)
    when = first.astype("datetime64[s]") + safe.astype("timedelta64[s]")
    return pa.array(when.astype("datetime64[us]"), MOMENT, mask=missing)


def codes(names: Sequence[str], positions: Array) -> pa.Array:
    """Names by their positions; a negative position is nothing."""
    places = pa.array(positions.astype(np.int32), mask=positions < 0)
    return pc.take(pa.array(names, pa.string()), places)


def labels(prefix: str, numbers: Array, width: int = 7) -> pa.Array:
    """Numbers as keys: 12 → "C0000012"; a negative number is nothing."""
    text = pc.cast(pa.array(numbers, mask=numbers < 0), pa.string())
    digits = pc.utf8_lpad(text, width, "0")
    return pc.binary_join_element_wise(prefix, digits, "")


def flags(truth: Array, missing: Array | None = None) -> pa.Array:
    """True and false."""
    return pa.array(truth.astype(bool), pa.bool_(), mask=missing)


def integers(numbers: Array, missing: Array | None = None) -> pa.Array:
    """Whole numbers."""
    return pa.array(numbers.astype(np.int32), pa.int32(), mask=missing)


def nothing(size: int, of: Any = None) -> pa.Array:
    """A column without a single value."""
    return pa.nulls(size, of or pa.string())
