"""Everything a person reads, in one of the languages of the product: texts, numbers, dates, codes.

Pages, reports and mails make all their texts here, so that they never differ in form.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Literal

from babel.dates import format_date, get_day_names

from charts import catalogue, members
from charts.numbers import MINUS, Numbers, Scale
from queries.definition import Metric, Unit, Words
from queries.errors import UserError
from queries.figures import Key
from queries.period import Period, whole

LOCALES = ("en", "zh_Hans_CN")
Value = int | Decimal | None
Direction = Literal["up", "down", "even", "none"]
Verdict = Literal["better", "worse", "even", "none"]

# Below this relative change a figure counts as unchanged, so that noise gets no arrow.
EVEN_BAND = Decimal("0.02")
# Counts below this are written in full, also where there is little room: 12,345 not 12.3K.
LONG_COUNT = 100_000
# A weekly recovery rate is about 1 %: with one decimal most of its changes would be written as 0.0.
DECIMALS = {"recovery_rate": 2}
DASH = "–"


def decimals_of(metric: str) -> int:
    """With how many decimals a share is written."""
    return DECIMALS.get(metric, 1)


@dataclass(frozen=True)
class Change:
    """How a figure moved: the text to show, which way, and whether that is good."""

    text: str
    direction: Direction
    verdict: Verdict


@dataclass(frozen=True)
class Language:
    """One locale ("en" or "zh_Hans_CN") with the currency of the house.

    Money comes in minor units (`minor_digits` of them), shares as 0 to 1. None is "–" in a number
    and "no data" in a figure.
    """

    locale: str
    currency: str = "CNY"
    minor_digits: int = 2

    def __post_init__(self) -> None:
        if self.locale not in LOCALES:
            raise UserError(f"Unknown language {self.locale!r}.", "one of " + ", ".join(LOCALES))

    @property
    def html_lang(self) -> str:
        """The value of the lang attribute and of the URL's language."""
        return "en" if self.locale == "en" else "zh-Hans"

    @property
    def chinese(self) -> bool:
        return self.locale != "en"

    @cached_property
    def numbers(self) -> Numbers:
        return Numbers(self.locale, self.currency)

    # ---- texts

    def t(self, message: str, **values: object) -> str:
        """`message` in this language with its {names} filled in; English where none is known."""
        text = catalogue.messages(self.locale).get(message, message) if self.chinese else message
        return text.format(**values) if values else text

    def n(self, one: str, many: str, count: int, **values: object) -> str:
        """The text for `count` things; `{count}` in it is written in this language."""
        chosen = one if count == 1 and not self.chinese else many
        return self.t(chosen, count=self.count(count), **values)

    def words(self, words: Words) -> str:
        return words.zh if self.chinese else words.en

    @property
    def no_data(self) -> str:
        return self.t("no data")

    def listed(self, texts: Sequence[str]) -> str:
        """An enumeration: "a, b, c" or "a、b、c"."""
        return ("、" if self.chinese else ", ").join(texts)

    def after(self, sentence: str) -> str:
        """A sentence that follows another one; Chinese sets no space between them."""
        return sentence if self.chinese else " " + sentence

    def sentences(self, texts: Iterable[str]) -> str:
        """Sentences one after the other, without the empty ones."""
        return ("" if self.chinese else " ").join(text for text in texts if text)

    # ---- numbers

    def money(self, minor: Value, compact: bool = False, scale: Scale | None = None) -> str:
        """Minor units as "¥1,234.50", or short as "¥1.2M" and "¥123.5万"."""
        if minor is None:
            return DASH
        amount = Decimal(minor).scaleb(-self.minor_digits)
        if compact:
            return self.numbers.compact_money(amount, scale)
        return self.numbers.exact_money(amount, self.minor_digits)

    def count(self, number: Value, compact: bool = False) -> str:
        if number is None:
            return DASH
        short = compact and abs(Decimal(number)) >= LONG_COUNT
        return self.numbers.compact(number) if short else self.numbers.decimal(number)

    def share(self, share: Value, digits: int = 1) -> str:
        """0.1234 as "12.3%"."""
        return DASH if share is None else self.numbers.decimal(Decimal(share) * 100, digits) + "%"

    def ratio(self, ratio: Value, digits: int = 2) -> str:
        return DASH if ratio is None else self.numbers.decimal(ratio, digits)

    def days(self, days: Value, digits: int = 1) -> str:
        """A number of days: "4.2 d" or "4.2天"."""
        if days is None:
            return DASH
        text = self.numbers.decimal(days, 0 if isinstance(days, int) else digits)
        return text + ("天" if self.chinese else " d")

    def amount(self, unit: Unit, value: Value, compact: bool = False) -> str:
        """A value by its unit; "no data" where there is none."""
        if value is None:
            return self.no_data
        match unit:
            case "money":
                return self.money(value, compact)
            case "count":
                return self.count(value, compact)
            case "share":
                return self.share(value)
            case "days":
                return self.days(value)
        return self.ratio(value)

    def value(self, metric: Metric, value: Value, compact: bool = False) -> str:
        """A figure of `metric`; compact for cards, exact for tables."""
        if metric.unit == "share" and value is not None:
            return self.share(value, decimals_of(metric.name))
        return self.amount(metric.unit, value, compact)

    def change(self, metric: Metric, now: Value, before: Value) -> Change:
        """From `before` to `now`: relative, in percentage points for shares, in days for days.

        Within ±2 % of `before` it is even, and so is a change that is written as 0.0.
        """
        if now is None or before is None:
            return Change(self.t("no comparison"), "none", "none")
        move = Decimal(now) - Decimal(before)
        text = self._moved(metric, move, before)
        if abs(move) <= EVEN_BAND * abs(Decimal(before)) or not _says_more_than_zero(text):
            return Change(text, "even", "even")
        direction: Direction = "up" if move > 0 else "down"
        verdict: Verdict = "none"
        if metric.better != "neither":
            verdict = "better" if (move > 0) == (metric.better == "higher") else "worse"
        return Change(text, direction, verdict)

    def _moved(self, metric: Metric, move: Decimal, before: int | Decimal) -> str:
        unit = metric.unit
        if unit == "share":
            number = self.numbers.decimal(move * 100, decimals_of(metric.name))
            text = number + ("个百分点" if self.chinese else " pp")
        elif unit == "days" or not before:
            # Nothing can be a multiple of nothing: the difference itself is shown.
            text = self.amount(unit, move, compact=True)
        else:
            text = self.numbers.decimal(move / abs(Decimal(before)) * 100, 1) + "%"
        positive = not text.startswith(MINUS) and _says_more_than_zero(text)
        return "+" + text if positive else text

    # ---- days

    def date(self, day: dt.date) -> str:
        """16 Nov 2026 · 2026年11月16日"""
        return self._day(day, "y年M月d日" if self.chinese else "d MMM y")

    def day(self, day: dt.date) -> str:
        """16 Nov · 11月16日"""
        return self._day(day, "M月d日" if self.chinese else "d MMM")

    def month(self, day: dt.date) -> str:
        """Nov 2026 · 2026年11月"""
        return self._day(day, "y年M月" if self.chinese else "MMM y")

    def month_name(self, day: dt.date) -> str:
        """Nov · 11月"""
        return self._day(day, "M月" if self.chinese else "MMM")

    def quarter_name(self, day: dt.date) -> str:
        """Q4 · 四季度"""
        number = (day.month - 1) // 3
        return f"{'一二三四'[number]}季度" if self.chinese else f"Q{number + 1}"

    def week(self, day: dt.date) -> str:
        """The week that holds `day`, without its year: 16–22 Nov · 11月16日–22日"""
        return self._between(whole(day, "week"), with_year=False)

    def span(self, period: Period) -> str:
        """16–22 Nov 2026, Nov 2026 for a whole month, 16 Nov 2026 for one day."""
        if period.days == 1:
            return self.date(period.start)
        if period == whole(period.start, "month"):
            return self.month(period.start)
        return self._between(period, with_year=True)

    def moment(self, moment: dt.datetime) -> str:
        """16 Nov 2026, 07:30 · 2026年11月16日 07:30"""
        return self.date(moment.date()) + (" " if self.chinese else ", ") + f"{moment:%H:%M}"

    def weekday(self, number: int) -> str:
        """1 = Mon · 周一"""
        names = get_day_names("abbreviated", "stand-alone", locale=self.locale)
        return names[number - 1]

    def grain(self, grain: str, start: dt.date) -> str:
        """The calendar span of `grain` that starts on `start`, with its year."""
        match grain:
            case "week":
                return self._between(whole(start, "week"), with_year=True)
            case "month":
                return self.month(start)
            case "quarter":
                name, year = self.quarter_name(start), start.year
                return f"{year}年{name}" if self.chinese else f"{name} {year}"
            case "year":
                return f"{start.year}年" if self.chinese else str(start.year)
        return self.date(start)

    def _day(self, day: dt.date, pattern: str) -> str:
        return _dated(day, pattern, self.locale)

    def _between(self, period: Period, *, with_year: bool) -> str:
        first, last = period.start, period.last
        whole_form = self.date if with_year else self.day
        if first.year != last.year and with_year:
            return f"{self.date(first)} – {self.date(last)}"
        if first.month != last.month:
            start, end = (whole_form(first), self.day(last))
            if not self.chinese:
                start, end = self.day(first), whole_form(last)
            return f"{start} – {end}" if not self.chinese else f"{start}–{end}"
        if self.chinese:
            return f"{whole_form(first)}–{last.day}日"
        return f"{first.day}–{whole_form(last)}"

    # ---- members of dimensions

    def member(self, dimension: str, value: Key, label: str = "") -> str:
        """What a value of `dimension` is called; `label` is the organisation's own name for it."""
        if isinstance(value, dt.date):
            return self.grain("month" if dimension == "vintage" else dimension, value)
        if value is None or value == "":
            own = members.EMPTY.get(dimension)
            return self.words(own) if own else label or self.words(members.UNKNOWN)
        if dimension == "weekday":
            return self.weekday(int(value))
        if dimension == "hour":
            return f"{int(value):02d}:00"
        if dimension in members.BANDS:
            return self._band(str(value))
        known = members.MEMBERS.get(dimension, {}).get(str(value))
        return self.words(known) if known else label or str(value)

    def bucket(self, value: str, edges: Sequence[int]) -> str:
        """A bucket with its days past due: "M1 (1–30 d)" or "M1（1–30天）"."""
        number = int(value.strip("M+"))
        low = edges[number - 1] + 1 if number else 0
        if number == len(edges):
            days = f"{low}+"
        else:
            days = str(low) if low == edges[number] else f"{low}-{edges[number]}"
        text = self._band(days)
        return f"{value}（{text}）" if self.chinese else f"{value} ({text})"

    def _band(self, band: str) -> str:
        if band.endswith("+"):
            return f"{band[:-1]}天以上" if self.chinese else f"{band} d"
        return band.replace("-", "–") + ("天" if self.chinese else " d")


def _says_more_than_zero(text: str) -> bool:
    return any(mark in text for mark in "123456789")


# A page writes the same days again and again; Babel takes its time for each.
@lru_cache(maxsize=50_000)
def _dated(day: dt.date, pattern: str, locale: str) -> str:
    return format_date(day, pattern, locale=locale)
