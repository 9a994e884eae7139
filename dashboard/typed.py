"""Values as people type them, and back: money in whole units of the currency, shares in percent,
everything else as it is. Exact both ways."""

import re
from decimal import Decimal

from charts import Language
from queries.definition import Metric

# More than any operation collects; a longer number is a slip or an attack.
_MOST = Decimal(10) ** 15
_NUMBER = re.compile(r"[+-]?(\d{1,3}(?:[,\u00a0\u202f ']\d{3})+|\d{1,16})(\.\d{1,12})?", re.ASCII)
_MARKS = re.compile(r"[,\u00a0\u202f ']")
# What people and spreadsheets put before an amount and behind a percentage.
_SIGNED = {"money": re.compile(r"[¥￥$€£]?\s*(.*)"), "share": re.compile(r"(.*?)\s*[%％]?")}


class UntypableError(ValueError):
    """The text is no value of the metric; the message says what is expected, for the reader."""


def as_typed(metric: Metric, value: Decimal | int | None, language: Language) -> str:
    """A value as one would type it, without marks between thousands; empty where there is none."""
    if value is None:
        return ""
    exact = Decimal(value)
    match metric.unit:
        case "money":
            exact = exact.scaleb(-language.minor_digits)
        case "share":
            exact = exact * 100
    text = f"{exact:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def from_typed(metric: Metric, text: str, language: Language) -> Decimal | None:
    """The value of a text in the unit of the metric; None for an empty one, UntypableError for what
    is none."""
    number = _number(metric, text)
    if number is None:
        return None
    if number.is_nan() or number > _MOST:
        raise UntypableError(expected(metric, language))
    match metric.unit:
        case "money":
            minor = number.scaleb(language.minor_digits)
            if minor != minor.to_integral_value():
                raise UntypableError(_decimals(language))
            return minor.quantize(Decimal(1))
        case "count":
            if number != number.to_integral_value():
                raise UntypableError(expected(metric, language))
            return number.quantize(Decimal(1))
        case "share":
            if number > 1_000:
                raise UntypableError(expected(metric, language))
            return number / 100
    return number


def _number(metric: Metric, text: str) -> Decimal | None:
    """The number of a text: none where it is empty, NaN where it is none or below zero."""
    plain = text.strip()
    if metric.unit in _SIGNED and (found := _SIGNED[metric.unit].fullmatch(plain)):
        plain = found[1].strip()
    if not plain:
        return None
    if not _NUMBER.fullmatch(plain):
        return Decimal("NaN")
    number = Decimal(_MARKS.sub("", plain))
    return Decimal("NaN") if number < 0 else abs(number)


def expected(metric: Metric, language: Language) -> str:
    """What can be typed for a metric."""
    match metric.unit:
        case "money":
            return language.t("an amount such as 120000 or 120,000.50")
        case "share":
            return language.t("a percentage such as 35.5")
        case "count":
            return language.t("a whole number such as 250")
    return language.t("a number such as 2.5")


def _decimals(language: Language) -> str:
    if not language.minor_digits:
        return language.t("a whole amount")
    return language.t("an amount with at most {n} decimals", n=language.minor_digits)
