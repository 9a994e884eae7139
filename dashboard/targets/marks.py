"""Floor, target and stretch as a sheet says them: read exactly, or told what is wrong with them."""

import re
from decimal import Decimal

from charts import Language
from dashboard.typed import UntypableError, as_typed, expected, from_typed
from queries.definition import Metric
from queries.targets.target import Marks

# A sign of a currency, the number, a sign of a percentage.
_VALUE = re.compile(r"([¥￥$€£]?)\s*([^\s¥￥$€£%％](?:[^¥￥$€£%％]*[^\s¥￥$€£%％])?)\s*([%％]?)")
_NEGATIVE = re.compile(r"[-−]\s*[\d.,]+")
_NUMBER = re.compile(r"\d+(\.\d+)?")
_MOST_PERCENT = 1_000
_LONGEST = 40


def mark_of(metric: Metric, text: str, language: Language) -> Decimal | None:
    """The value of a cell in the unit of the metric, None for an empty one. Raises UntypableError
    with what was given, what was expected and what to do."""
    given = text.strip()
    if not given:
        return None
    found = _VALUE.fullmatch(given) if len(given) <= _LONGEST else None
    money, share = metric.unit == "money", metric.unit == "share"
    if found is None or (found[1] and not money) or (found[3] and not share):
        raise UntypableError(_told(metric, given, "", language))
    try:
        return from_typed(metric, found[2], language)
    except UntypableError:
        raise UntypableError(_told(metric, given, found[2], language)) from None


def _told(metric: Metric, given: str, number: str, language: Language) -> str:
    shown = given[:_LONGEST]
    if _NEGATIVE.fullmatch(number):
        return language.t("“{given}” is below zero. Write zero or more.", given=shown)
    plain = Decimal(number) if _NUMBER.fullmatch(number) else None
    whole = plain is not None and plain == plain.to_integral_value()
    if plain is not None and metric.unit == "share" and plain > _MOST_PERCENT:
        return language.t(
            "“{given}” is more than 1,000%. Shares are in percent: 35.5 means 35.5%.", given=shown
        )
    if plain is not None and metric.unit == "money" and not whole:
        return language.t(
            "“{given}” has more decimals than {currency}. Write at most {digits}.",
            given=shown, currency=language.currency, digits=language.minor_digits,
        )  # fmt: skip
    if plain is not None and (metric.unit != "count" or whole):
        return language.t("“{given}” has too many digits. Round it.", given=shown)
    return language.t(
        "“{given}” cannot be read. Write {expected}.",
        given=shown, expected=expected(metric, language),
    )  # fmt: skip


def disorder(metric: Metric, marks: Marks, language: Language) -> str:
    """What is wrong with marks as they stand to each other; empty where nothing is."""
    every = (marks.floor, marks.target, marks.stretch)
    given = [value for value in every if value is not None]
    if given and marks.target is None:
        return language.t(
            "A floor or a stretch needs a target. Write the target, or empty all three to take "
            "it back."
        )
    lower = metric.better == "lower"
    if given == sorted(given, reverse=lower):
        return ""
    told = language.listed([as_typed(metric, value, language) for value in given])
    if lower:
        return language.t(
            "{given} do not get better in this order. Here less is better: the floor must not be "
            "below the target, nor the target below the stretch.",
            given=told,
        )
    return language.t(
        "{given} do not get better in this order. The floor must not be above the target, nor the "
        "target above the stretch.",
        given=told,
    )
