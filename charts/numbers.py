"""Numbers as text: grouping, compact amounts (¥1.23M, ¥123.5万), shares. One locale at a time.

Babel's own compact forms are not used: 999 960 becomes "1000K" there, and 1234.5 loses its comma.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import format_currency, format_decimal, get_currency_symbol

Number = int | float | Decimal

# Screen readers pass over a hyphen; the minus sign is read and is as wide as the plus.
MINUS = "−"

_UNITS: Mapping[str, tuple[tuple[int, str], ...]] = {
    "en": ((10**3, "K"), (10**6, "M"), (10**9, "B"), (10**12, "T")),
    "zh_Hans_CN": ((10**4, "万"), (10**8, "亿"), (10**12, "万亿")),
}


def rounded(number: Number, digits: int) -> Decimal:
    """Half away from zero, as people round by hand."""
    exact = number if isinstance(number, Decimal) else Decimal(str(number))
    return exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


@dataclass(frozen=True)
class Scale:
    """A power of ten with its sign in the language: (10 000, "万"). One axis has one scale."""

    factor: int = 1
    suffix: str = ""


@dataclass(frozen=True)
class Numbers:
    """The number formats of one locale and one currency."""

    locale: str
    currency: str

    @property
    def symbol(self) -> str:
        """The currency's sign; a house has one currency, so the yuan needs no "CN" before it."""
        return "¥" if self.currency == "CNY" else get_currency_symbol(self.currency, self.locale)

    def decimal(self, number: Number, digits: int = 0) -> str:
        """Grouped, with exactly `digits` decimals: "1,234.50"."""
        return _grouped(rounded(number, digits), digits, self.locale)

    def exact_money(self, amount: Decimal, digits: int) -> str:
        """Whole amount in major units with all its decimals: "¥1,234.50"."""
        text = format_currency(
            rounded(amount, digits),
            self.currency,
            locale=self.locale,
            currency_digits=False,
            format="¤#,##0" + ("." + "0" * digits if digits else ""),
        )
        return _signed(text.replace(get_currency_symbol(self.currency, self.locale), self.symbol))

    def compact_money(
        self, amount: Number, scale: Scale | None = None, digits: int | None = None
    ) -> str:
        """A short amount in major units: "¥1.23M", "¥123.5万", "−¥950"."""
        text = self.compact(abs(Decimal(str(amount))), scale, digits)
        return (MINUS if amount < 0 and text.strip("0.") else "") + self.symbol + text

    def compact(self, number: Number, scale: Scale | None = None, digits: int | None = None) -> str:
        """At most `digits` decimals, none of them an idle zero: "12.3K", "1万". Without `digits`
        there are three figures or more: a move of 1 % is seen in "2.13亿" and not in "2.1亿"."""
        scale = scale or self.scale(number)
        if digits is None:
            digits = 2 if abs(rounded(Decimal(str(number)) / scale.factor, 2)) < 10 else 1
        kept = digits if scale.suffix else 0
        text = self.decimal(Decimal(str(number)) / scale.factor, kept)
        return (text.rstrip("0").rstrip(".") if "." in text else text) + scale.suffix

    def scale(self, number: Number) -> Scale:
        """The unit in which `number` reads shortest; rounding up to the next unit counts."""
        fitting = Scale()
        for factor, suffix in _UNITS[self.locale]:
            share = Decimal(1) if fitting.factor == 1 else Decimal(fitting.factor) / 10
            if rounded(abs(Decimal(str(number))) / share, 0) * share >= factor:
                fitting = Scale(factor, suffix)
        return fitting


# A page writes a thousand numbers, the same ones in every view; Babel takes its time for each.
@lru_cache(maxsize=50_000)
def _grouped(number: Decimal, digits: int, locale: str) -> str:
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return _signed(format_decimal(number, pattern, locale=locale, decimal_quantization=False))


def _signed(text: str) -> str:
    if not text.startswith("-"):
        return text
    return MINUS + text[1:] if any(mark in text for mark in "123456789") else text[1:]
