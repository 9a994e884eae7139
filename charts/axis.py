"""Value axes: round ticks with their texts, the same for the page and for paper."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import ceil, floor, log10

from charts.language import LONG_COUNT, Language, Value
from queries.definition import Unit

# Bars at fewer places than these leave room at both sides: one bar alone is no wall.
FEWEST_SLOTS = 6
_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)


@dataclass(frozen=True)
class Axis:
    """From `low` to `high` in plotted units (major units of money, shares as 0 to 1)."""

    low: float
    high: float
    ticks: tuple[float, ...]
    texts: tuple[str, ...]


def plotted(value: Value, unit: Unit, language: Language) -> float | None:
    """A value as it is placed on an axis, rounded so that the page stays light."""
    if value is None:
        return None
    if unit == "money":
        return round(float(Decimal(value).scaleb(-language.minor_digits)), 2)
    return float(value) if unit == "count" else round(float(value), 5)


def value_axis(
    values: Iterable[float | None],
    unit: Unit,
    language: Language,
    *,
    from_zero: bool = True,
    intervals: int = 4,
) -> Axis:
    """An axis of about `intervals` round steps that holds all values.

    Without `from_zero` it starts near the lowest value when zero is far away, so that a rate
    between 60 % and 66 % shows its shape.
    """
    known = [value for value in values if value is not None] or [0.0, 1.0]
    low, high = min(known), max(known)
    if from_zero or 0 <= low <= 0.4 * high:
        low, high = min(low, 0.0), max(high, 0.0)
    if low == high == 0:
        # Nothing but zeros: ticks above or below would be made up.
        return Axis(0.0, 1.0, (0.0,), texts((0.0,), unit, language))
    if low == high:
        high = low + (abs(low) * 0.2 or (0.1 if unit == "share" else 1.0))
        low = low if from_zero else low - (high - low)
    step = _step(low, high, unit, intervals)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    ticks = tuple(round(step * number, 10) for number in range(first, last + 1))
    return Axis(ticks[0], ticks[-1], ticks, texts(ticks, unit, language))


def _step(low: float, high: float, unit: Unit, intervals: int) -> float:
    raw = (high - low) / intervals
    power = 10.0 ** floor(log10(raw))
    step = next(nice * power for nice in _NICE if nice * power >= raw * 0.999)
    # Nobody counts half a case.
    return max(1.0, float(ceil(step))) if unit == "count" else step


def texts(ticks: Sequence[float], unit: Unit, language: Language) -> tuple[str, ...]:
    """Short texts of one unit: "¥0", "¥50万", "¥100万"; all with the same decimals."""
    largest = max(abs(tick) for tick in ticks)
    numbers = language.numbers
    if unit in ("money", "count"):
        scale = numbers.scale(largest if unit == "money" or largest >= LONG_COUNT else 0)
        digits = _digits([tick / scale.factor for tick in ticks])
        if unit == "money" and not scale.suffix:
            return tuple(_small_money(tick, digits, language) for tick in ticks)
        write = numbers.compact_money if unit == "money" else numbers.compact
        zero = numbers.symbol + "0" if unit == "money" else "0"
        return tuple(write(tick, scale, digits) if tick else zero for tick in ticks)
    if unit == "share":
        digits = _digits([tick * 100 for tick in ticks])
        return tuple(language.share(Decimal(str(tick)), digits) for tick in ticks)
    digits = _digits(ticks)
    return tuple(numbers.decimal(tick, digits) for tick in ticks)


def _small_money(amount: float, digits: int, language: Language) -> str:
    return language.numbers.exact_money(Decimal(str(amount)), digits)


def _digits(numbers: Sequence[float]) -> int:
    """The fewest decimals that keep the ticks apart and exact, at most 3."""
    for digits in range(3):
        if all(abs(number - round(number, digits)) < 1e-9 for number in numbers):
            return digits
    return 3
