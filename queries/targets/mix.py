"""What the mix of cases lets expect: young cases are paid more than old ones, so a month with other
cases brings another sum, however well they are worked."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction


@dataclass(frozen=True)
class Cell:
    """What the cases of one unit in one bucket were in one period: what they paid, and the balance
    that could be paid (open when it began, or placed in it). Both in minor units."""

    unit: tuple[str, str]
    start: date
    bucket: str
    collected: int
    balance: int


def rates(cells: Iterable[Cell], days: Mapping[date, int]) -> dict[str, Fraction]:
    """By bucket what is paid of a balance on one working day, all units and periods together.
    `days` are the working days of each period by its first day; one without any tells nothing."""
    paid: dict[str, int] = {}
    could: dict[str, int] = {}
    for cell in cells:
        worked = days.get(cell.start, 0)
        if worked > 0:
            paid[cell.bucket] = paid.get(cell.bucket, 0) + cell.collected
            could[cell.bucket] = could.get(cell.bucket, 0) + cell.balance * worked
    return {bucket: Fraction(paid[bucket], could[bucket]) for bucket in paid if could[bucket] > 0}


def expected(balances: Mapping[str, int], by_bucket: Mapping[str, Fraction], days: int) -> Fraction:
    """What balances let expect on so many working days. A bucket that was never there is expected
    to bring nothing."""
    parts = (amount * by_bucket.get(bucket, Fraction(0)) for bucket, amount in balances.items())
    return sum(parts, Fraction(0)) * days


def expected_rate(
    balances: Mapping[str, int], by_bucket: Mapping[str, Fraction], days: int
) -> Fraction | None:
    """The same as a part of the balances; None where there are none."""
    whole = sum(balances.values())
    return expected(balances, by_bucket, days) / whole if whole > 0 else None
