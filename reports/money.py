"""What moved in the money: how much was collected, the month so far, and which slices carry it."""

from dataclasses import dataclass
from decimal import Decimal

from charts import Language
from charts.bars import clipped
from queries import DIMENSIONS, METRICS, Figure
from queries.figures import Key
from reports import cells, tables
from reports.frozen import Frozen
from reports.parts import Finding
from reports.sections.headline import a_month_earlier
from reports.spans import to_date, to_date_year_ago

# A slice is named as the cause when it carries at least this part of the whole change.
CARRIES = Decimal("0.3")
# Names in a sentence, in half-widths: page one has room for no longer ones.
LONGEST = 40


def collected(frozen: Frozen, language: Language) -> list[Finding]:
    t, said = language.t, frozen.covered.said(language)
    now, before, year_ago = frozen.compared("collected")
    if not now.value:
        if not before.value:
            return [Finding(t("Nothing was collected {this}.", this=said.at_this))]
        fallen = t(
            "Nothing was collected {this}, after {before} {last}.",
            this=said.at_this,
            before=cells.money(language, before.value),
            last=said.at_last,
        )
        return [Finding(fallen, "worse")]
    amount = cells.money(language, now.value)
    change = language.change(METRICS["collected"], now.value, before.value)
    if change.direction == "none":
        return [Finding(t("Collected {amount}.", amount=amount))]
    values = {"amount": amount, "change": _bare(change.text), "last": said.at_last}
    texts = {
        "up": t("Collected {amount}, {change} more than {last}.", **values),
        "down": t("Collected {amount}, {change} less than {last}.", **values),
        "even": t("Collected {amount}, much the same as {last}.", **values),
    }
    text = texts[change.direction] + _year_ago(language, now, year_ago, said.at_year)
    return [Finding(text, change.verdict), *_carriers(frozen, language, now, before)]


def _year_ago(language: Language, now: Figure, then: Figure, year: str) -> str:
    change = language.change(METRICS[now.metric], now.value, then.value)
    text = _bare(change.text)
    # The sentence follows another one; Chinese sets no space between sentences.
    gap = "" if language.chinese else " "
    match change.direction:
        case "up":
            return gap + language.t("That is {change} more than {year}.", change=text, year=year)
        case "down":
            return gap + language.t("That is {change} less than {year}.", change=text, year=year)
        case "even":
            return gap + language.t("That is much the same as {year}.", year=year)
    return ""


def _carriers(frozen: Frozen, language: Language, now: Figure, before: Figure) -> list[Finding]:
    """Which product, team and bucket carry most of the change in what was collected."""
    moved = cells.moved(now, before)
    if language.change(METRICS["collected"], now.value, before.value).direction == "even":
        return []
    parts = [
        language.t(
            "{part} from {dimension} {slice}",
            part=cells.signed_money(language, carrier[1]),
            dimension=_small(language.words(DIMENSIONS[split])),
            slice=clipped(tables.label(frozen, language, split, carrier[0]), LONGEST),
        )
        for split in ("product", "team", "bucket")
        if (carrier := _largest(frozen, split, "collected", moved))
    ]
    if not parts:
        return []
    values = {"whole": cells.money(language, abs(moved)), "parts": language.listed(parts)}
    rise = language.t("Largest parts of the rise of {whole}: {parts}.", **values)
    fall = language.t("Largest parts of the fall of {whole}: {parts}.", **values)
    return [Finding(rise if moved > 0 else fall)]


def month(frozen: Frozen, language: Language) -> list[Finding]:
    """The month so far against as many first days of the month before."""
    t = language.t
    now, before = frozen.figure("month", "collected"), frozen.figure("month_before", "collected")
    days = to_date(frozen.period, "month")
    earlier = a_month_earlier(days)
    change = language.change(METRICS["collected"], now.value, before.value)
    # A part of the days compares with nothing.
    if frozen.incomplete or not now.value or change.direction == "none":
        return []
    values = {
        "span": language.span(days),
        "amount": cells.money(language, now.value),
        "change": _bare(change.text),
        "days": earlier.days,
        "month": language.month_name(earlier.start),
    }
    texts = {
        "up": t(
            "Month to date ({span}): {amount} collected, {change} more than in the first {days}"
            " days of {month}.",
            **values,
        ),
        "down": t(
            "Month to date ({span}): {amount} collected, {change} less than in the first {days}"
            " days of {month}.",
            **values,
        ),
        "even": t(
            "Month to date ({span}): {amount} collected, much the same as in the first {days}"
            " days of {month}.",
            **values,
        ),
    }
    return [Finding(texts[change.direction], change.verdict)]


def year(frozen: Frozen, language: Language) -> list[Finding]:
    """The year so far against the same months a year before; in January the month says it all."""
    now, before = (frozen.figure(name, "collected") for name in ("to_year", "to_year_ago"))
    days = to_date(frozen.period, "year")
    if frozen.incomplete or not now.value or days == frozen.period:
        return []
    change = language.change(METRICS["collected"], now.value, before.value)
    values = {
        "span": language.span(days),
        "amount": cells.money(language, now.value),
        "change": _bare(change.text),
        "earlier": language.span(to_date_year_ago(frozen.period, "year")),
    }
    t = language.t
    texts = {
        "up": t("Year to date ({span}): {amount} collected, {change} more than in {earlier}.",
                **values),
        "down": t("Year to date ({span}): {amount} collected, {change} less than in {earlier}.",
                  **values),
        "even": t("Year to date ({span}): {amount} collected, much the same as in {earlier}.",
                  **values),
        "none": t("Year to date ({span}): {amount} collected.", **values),
    }  # fmt: skip
    return [Finding(texts[change.direction], change.verdict)]


@dataclass(frozen=True)
class _Part:
    value: Key
    moved: int


def _largest(frozen: Frozen, prefix: str, metric: str, moved: int) -> tuple[Key, int] | None:
    """The slice that moved most in the direction of the whole, if it carries enough of it.

    None where there is one slice only, for then the sentence says nothing.
    """
    keys = list(dict.fromkeys([*frozen.keys(f"{prefix}_now"), *frozen.keys(f"{prefix}_before")]))
    parts = [
        _Part(
            key,
            cells.moved(
                frozen.figure(f"{prefix}_now", metric, key),
                frozen.figure(f"{prefix}_before", metric, key),
            ),
        )
        for key in keys
    ]
    same_way = [part for part in parts if part.moved * moved > 0]
    if len(parts) < 2 or not same_way:
        return None
    best = max(same_way, key=lambda part: (abs(part.moved), str(part.value)))
    return (best.value, best.moved) if abs(best.moved) >= CARRIES * abs(moved) else None


def _small(text: str) -> str:
    return text[:1].lower() + text[1:]


def _bare(text: str) -> str:
    """Without its sign, for sentences that say more or less themselves."""
    return text.lstrip("+−-")
