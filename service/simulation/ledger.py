"""The ledger: plays every money event of every case in its order, to the cent.

What a payment brings depends on the balance left by all before it, so events cannot be drawn
independently. They are played in rounds instead: round k takes the k-th event of every case at
once. A case closes in the ledger, and whatever was planned after that does not happen.
"""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from service.simulation.chance import Array, ranks

(
    INTEREST, FEE, PROMISE, PAY_SHARE, PAY_PROMISED, PAY_AGAIN, REVERSE, WAIVE, CURE, LEAVE,
    PAY_LATE,
) = range(11)  # fmt: skip
KINDS = PAY_LATE + 1
ADJUSTMENTS = (INTEREST, FEE, WAIVE)
PAYMENTS = (PAY_SHARE, PAY_PROMISED, PAY_AGAIN, REVERSE, CURE, PAY_LATE)

PAID, SETTLED, CURED, WRITTEN_OFF, RECALLED, SOLD, OTHER = range(7)  # order of CLOSE_REASONS
OPEN = np.int64(2**62)  # the closing second of a case that is still open

_EFFECT = np.zeros(KINDS, dtype=np.int64)  # of an amount on the balance
_EFFECT[list(ADJUSTMENTS)] = 1
_EFFECT[list(PAYMENTS)] = -1
_AFTER_CLOSING = np.isin(np.arange(KINDS), (REVERSE, PAY_LATE))
_LEAST = 5_000  # cents: nobody promises or pays less, unless less is left


@dataclass
class Events:
    """Collects planned events; `add` gives back their numbers, to be referred to by later ones.

    `value` is, by kind: a monthly rate (INTEREST), cents (FEE), a share of the balance (PROMISE,
    PAY_SHARE, CURE, PAY_LATE), a share of the promise `ref` (PAY_PROMISED), a reason (LEAVE).
    PAY_AGAIN, REVERSE and WAIVE refer to a payment. `unit` is what an amount is rounded to.
    """

    _parts: dict[str, list[Array]] = field(default_factory=dict)
    _size: int = 0

    def add(
        self,
        kind: int,
        case: Array,
        time: Array,
        *,
        value: float | Array = 0.0,
        unit: int | Array = 1,
        ref: int | Array = -1,
    ) -> Array:
        """Plan one event for each entry of `case`."""
        size = len(case)
        columns: dict[str, Any] = {"kind": kind, "case": case, "time": time}
        columns |= {"value": value, "unit": unit, "ref": ref}
        for name, column in columns.items():
            self._parts.setdefault(name, []).append(np.broadcast_to(column, size))
        self._size += size
        return np.arange(self._size - size, self._size)

    def column(self, name: str) -> Array:
        """All entries of one column, in the order of their numbers."""
        kinds = {"kind": np.int8, "case": np.int32, "value": np.float64}
        result: Array = np.concatenate(self._parts[name]).astype(kinds.get(name, np.int64))
        return result


@dataclass(frozen=True)
class Ledger:
    """Every event with the amount that it came to (0 = did not happen), and how cases ended."""

    kind: Array
    case: Array
    time: Array
    ref: Array
    amount: Array  # cents; payments positive, reversals negative, adjustments signed
    closed_at: Array  # by case; OPEN = still open
    reason: Array  # by case, position in CLOSE_REASONS; -1 = still open

    def happened(self, *kinds: int) -> Array:
        """Numbers of the events of these kinds that came to something, in order of time."""
        rows = np.flatnonzero(np.isin(self.kind, kinds) & (self.amount != 0))
        result: Array = rows[np.lexsort((rows, self.time[rows]))]
        return result


def play(events: Events, placed: Array, end: int) -> Ledger:
    """Play all events up to the second `end` on cases that were placed with these cents."""
    table = {name: events.column(name) for name in ("kind", "case", "time", "value", "unit", "ref")}
    amount = np.zeros(len(table["case"]), dtype=np.int64)
    state = _State(placed.copy(), np.full(len(placed), OPEN), np.full(len(placed), -1, np.int8))
    inside = np.flatnonzero(table["time"] <= end)
    order = inside[np.lexsort((table["time"][inside], table["case"][inside]))]
    counts = np.bincount(table["case"][order], minlength=len(placed))
    rank = ranks(counts)
    by_round = order[np.argsort(rank, kind="stable")]
    bounds = np.r_[0, np.cumsum(np.bincount(rank))] if len(rank) else np.zeros(1, np.int64)
    for first, after in pairwise(bounds):
        _turn(table, by_round[first:after], amount, state)
    return Ledger(
        kind=table["kind"],
        case=table["case"],
        time=table["time"],
        ref=table["ref"],
        amount=amount,
        closed_at=state.closed_at,
        reason=state.reason,
    )


@dataclass(frozen=True)
class _State:
    balance: Array
    closed_at: Array
    reason: Array


def _turn(table: dict[str, Array], now: Array, amount: Array, state: _State) -> None:
    """One round: at most one event of each case."""
    case, kind, ref = table["case"][now], table["kind"][now], table["ref"][now]
    balance = state.balance[case]
    earlier = np.where(ref >= 0, amount[ref], 0)
    wanted = _wanted(kind, balance, earlier, table["value"][now], table["unit"][now])
    still_open = state.closed_at[case] == OPEN
    came = np.where(still_open | _AFTER_CLOSING[kind], wanted, 0)
    amount[now] = came
    balance = balance + _EFFECT[kind] * came
    state.balance[case] = balance
    reason = _closing(kind, came, balance, table["value"][now])
    ends = np.flatnonzero(still_open & (reason >= 0))
    state.closed_at[case[ends]] = table["time"][now[ends]]
    state.reason[case[ends]] = reason[ends]


def _wanted(kind: Array, balance: Array, earlier: Array, value: Array, unit: Array) -> Array:
    """What each event would come to if the case is open."""
    owed = np.maximum(balance, 0)
    of_balance = np.where(value >= 1, owed, _rounded(owed * value, unit))
    of_balance = np.minimum(np.maximum(of_balance, _LEAST), owed)
    of_promise = np.minimum(_rounded(earlier * value, unit), owed)
    return np.select(
        [
            kind == INTEREST, kind == FEE, kind == PAY_PROMISED, kind == PAY_AGAIN,
            kind == REVERSE, kind == WAIVE, kind == LEAVE,
        ],
        [
            np.rint(owed * value).astype(np.int64), value.astype(np.int64), of_promise, earlier,
            -earlier, np.where(earlier > 0, -owed, 0), np.zeros_like(owed),
        ],
        of_balance,
    )  # fmt: skip


def _rounded(cents: Array, unit: Array) -> Array:
    result: Array = np.rint(cents / unit).astype(np.int64) * unit
    return result


def _closing(kind: Array, came: Array, balance: Array, value: Array) -> Array:
    """The reason for which each event closes its case, -1 = it does not."""
    pays = (_EFFECT[kind] < 0) & (came > 0)
    return np.select(
        [pays & (balance <= 0), (kind == CURE) & (came > 0), (kind == WAIVE) & (came != 0),
         kind == LEAVE],
        [PAID, CURED, SETTLED, value.astype(np.int64)],
        -1,
    )  # fmt: skip
