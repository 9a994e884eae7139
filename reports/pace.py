"""What a report says of one target in few words: on a card and in the letter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from charts import Language
from queries.metrics import METRICS
from queries.targets.pace import Standing
from queries.targets.progress import Progress
from queries.targets.target import LEVELS, Aim
from queries.targets.words import landing, needed, verdict
from reports import tables
from reports.frozen import Frozen
from reports.parts import Comparison, Tone
from reports.standings import Span

TONES: Mapping[Standing, Tone] = {
    "below_floor": "worse", "below_target": "worse", "even": "even", "on_target": "better",
    "stretch": "better",
}  # fmt: skip
# Targets of a period that a letter tells, in whole groups; all of them are in its files.
MOST_IN_LETTER = 12


@dataclass(frozen=True)
class Line:
    """One target in the letter: what was reached, against what, and what is left to do."""

    title: str
    unit: str
    value: str
    standing: Comparison
    ahead: str


@dataclass(frozen=True)
class Lines:
    """The targets of one period in the letter; `more` says how many are in the files alone."""

    title: str
    lines: Sequence[Line]
    more: str


def standing_text(language: Language, one: Progress) -> str:
    """The verdict with its sign, or that it is too early for one."""
    words = verdict(one)
    if words is not None:
        return language.words(words)
    return language.t("no verdict yet") if one.begun else language.t("not begun")


def tone(one: Progress) -> Tone:
    return TONES[one.standing] if one.standing else "none"


def on_card(frozen: Frozen, language: Language, metric: str) -> Comparison | None:
    """The target of a headline figure: "▲ ahead" and "Nov: 64% of target". What does not add up
    says what it came to in a period of the target that is not the week of the card."""
    one = frozen.standings.headline(metric)
    if one is None:
        return None
    text = _target(language, one)
    if one.pace is not None:
        text = language.t("{share} of target", share=percent(language, one.attained))
    elif one.aim.grain != "week":
        reached = language.value(one.metric, one.value, compact=True)
        text = language.t("{value}, {target}", value=reached, target=text)
    if one.aim.grain != "week":
        text = language.t("{period}: {value}", period=_short(language, one.aim), value=text)
    return Comparison(standing_text(language, one), text, tone(one))


def _short(language: Language, aim: Aim) -> str:
    """A month or a quarter without its year, which the report is of."""
    if aim.grain == "quarter":
        return language.quarter_name(aim.starts_on)
    return language.month_name(aim.starts_on)


def in_letter(frozen: Frozen, language: Language) -> list[Lines]:
    """The targets of each period, shortly."""
    return [_of_span(frozen, language, span) for span in frozen.standings.spans]


def _of_span(frozen: Frozen, language: Language, span: Span) -> Lines:
    told, left = _enough(groups(frozen, span))
    more = ""
    if left:
        more = language.n(
            "{count} more target is in the attached files.",
            "{count} more targets are in the attached files.",
            left,
        )
    return Lines(
        language.t("Targets for {period}", period=language.grain(span.grain, span.starts_on)),
        [_line(frozen, language, one) for one in told],
        more,
    )


def _enough(grouped: Sequence[Sequence[Progress]]) -> tuple[list[Progress], int]:
    """As many whole groups as a letter tells, the first one in any case, and how many targets are
    left: some teams without the others would look like a choice."""
    told: list[Progress] = []
    for group in grouped:
        if told and len(told) + len(group) > MOST_IN_LETTER:
            break
        told += group
    return told, sum(map(len, grouped)) - len(told)


def _line(frozen: Frozen, language: Language, one: Progress) -> Line:
    value = language.value(one.metric, one.value, compact=True)
    against = _target(language, one)
    if one.attained is not None and one.pace is not None:
        against = language.t(
            "{share} of the target of {value}",
            share=percent(language, one.attained),
            value=language.value(one.metric, one.target, compact=True),
        )
    return Line(
        language.words(one.metric.title),
        unit_name(frozen, language, one),
        value,
        Comparison(standing_text(language, one), against, tone(one)),
        _ahead(language, one),
    )


def _ahead(language: Language, one: Progress) -> str:
    """What is left to do, in sentences; empty where nothing can be told."""
    wanted, lands, pace = needed(one), landing(one), one.pace
    if pace is None or wanted is None:
        return ""
    told = [
        language.n(
            "Needed on the one working day left: {value}.",
            "Needed on each of the {count} working days left: {value}.",
            pace.working_days_left,
            value=language.value(one.metric, wanted, compact=True),
        )
    ]
    if lands is not None:
        value = language.value(one.metric, lands, compact=True)
        told.append(language.t("If it goes on like this: {value}.", value=value))
    return language.sentences(told)


def _target(language: Language, one: Progress) -> str:
    value = language.value(one.metric, one.target, compact=True)
    return language.t("target {value}", value=value)


def percent(language: Language, part: Fraction | None) -> str:
    """A part of a whole in whole percent."""
    if part is None:
        return language.no_data
    return language.share(Decimal(part.numerator) / part.denominator, 0)


def unit_name(frozen: Frozen, language: Language, one: Progress) -> str:
    if one.aim.level == "operation":
        return language.t("Whole operation")
    return tables.label(frozen, language, one.aim.level, one.aim.unit)


def groups(frozen: Frozen, span: Span) -> list[list[Progress]]:
    """The targets of a period: those of the whole, then those of its units metric by metric, units
    in the order of the whole report."""
    standings = frozen.standings

    def place(one: Progress) -> tuple[int, str, str]:
        """People stand in the order of their names."""
        level, unit = one.aim.level, one.aim.unit
        if level == "agent":
            return 0, frozen.label(level, unit), unit
        order = list(frozen.members.get(level, {}))
        return (order.index(unit) if unit in order else len(order)), "", unit

    found: dict[tuple[str, str], list[Progress]] = {}
    for one in sorted(standings.of(span.grain, span.starts_on), key=place):
        group = ("", "") if standings.of_whole(one) else (one.aim.level, one.aim.metric)
        found.setdefault(group, []).append(one)
    named = ((level, metric) for level in LEVELS for metric in METRICS)
    return [found[group] for group in (("", ""), *named) if group in found]
