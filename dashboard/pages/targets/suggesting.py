"""What a target could be: the quartiles of comparable periods, and the part of it that somebody new
can carry; with all that it was made of, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from statistics import median

from charts import Language
from dashboard.pages.targets import mix
from dashboard.pages.targets.look import Look, Unit
from dashboard.view import View
from queries.figures import Answer, Question
from queries.period import Period, whole, whole_before
from queries.staff import Staff
from queries.targets import NoSuggestion, Past, Suggestion, ramp, suggest
from queries.targets.target import Grain

# Two years: a season compares the period a year ago with the year before it.
_SPANS: Mapping[Grain, int] = {"week": 104, "month": 24, "quarter": 8}
_SIGNIFICANT = 3


@dataclass(frozen=True)
class Proposal:
    """Low, middle and high in the unit of the metric, rounded to what people like to read, and how
    they came about; without numbers `told` says why there are none."""

    told: str
    low: Decimal | None = None
    middle: Decimal | None = None
    high: Decimal | None = None


def asked(view: View, look: Look, units: Sequence[Unit]) -> dict[str, Question]:
    """The past of each unit, a question for each level."""
    period = _past(view, look)
    if period is None:
        return {}
    found: dict[str, Question] = {}
    for level in dict.fromkeys(unit.level for unit in units):
        name = f"past {level}"
        if level == "operation":
            found[name] = Question((look.metric.name,), period, (look.grain,))
            continue
        keys = tuple(unit.key for unit in units if unit.level == level)
        found[name] = Question((look.metric.name,), period, (look.grain, level), {level: keys})
    return found | mix.asked(view, look, units, period)


def _past(view: View, look: Look) -> Period | None:
    """The whole periods before the one that is looked at, as far as the data goes back."""
    end = min(look.start, view.choices.as_of + timedelta(days=1))
    return whole_before(end, look.grain, _SPANS[look.grain], view.begins(look.metric.name))


def proposals(
    view: View, look: Look, units: Sequence[Unit], answers: Mapping[str, Answer], staff: Staff
) -> dict[tuple[str, str], Proposal]:
    """By level and key of each unit."""
    values, span = _values(look, answers), _past(view, look)
    calendar, period = view.source.rules.calendar, look.period
    days, quotient = calendar.count(period), look.metric.kind != "flow"
    mixes = mix.expectations(view, look, answers, span) if span else {}
    found: dict[tuple[str, str], Suggestion | NoSuggestion] = {}
    for unit in units:
        key = (unit.level, unit.key)
        mixed = mixes.get(key, mix.Expected({}, None))
        given = [
            Past(one := whole(start, look.grain), value, calendar.count(one), mixed.past.get(start))
            for start, value in values.get(key, {}).items()
        ]
        found[key] = suggest(given, period, days, mixed.coming, quotient=quotient)
    return {(unit.level, unit.key): _proposal(view, look, unit, found, staff) for unit in units}


def _values(
    look: Look, answers: Mapping[str, Answer]
) -> dict[tuple[str, str], dict[date, int | Decimal]]:
    found: dict[tuple[str, str], dict[date, int | Decimal]] = {}
    for name, answer in answers.items():
        kind, _, level = name.partition(" ")
        if kind != "past":
            continue
        for figure in answer.figures:
            start = figure.keys[0]
            key = str(figure.keys[1] or "") if len(figure.keys) > 1 else ""
            if isinstance(start, date) and figure.value is not None:
                found.setdefault((level, key), {})[start] = figure.value
    return found


def _proposal(
    view: View,
    look: Look,
    unit: Unit,
    found: Mapping[tuple[str, str], Suggestion | NoSuggestion],
    staff: Staff,
) -> Proposal:
    new = _for_somebody_new(view, look, unit, found, staff)
    if new is not None:
        return new
    made, language = found[unit.level, unit.key], view.language
    if isinstance(made, NoSuggestion):
        return Proposal(
            language.n(
                "{count} past period; {needed} are needed.",
                "{count} past periods; {needed} are needed.",
                made.n, needed=language.count(made.needed),
            )
        )  # fmt: skip
    low, middle, high = (
        tidy(value, look, language) for value in (made.low, made.middle, made.high)
    )
    return Proposal(_explained(made, look, language), low, middle, high)


def _explained(made: Suggestion, look: Look, language: Language) -> str:
    """How a suggestion came about."""
    first, last = made.periods[0], made.periods[-1]
    sentences = [
        language.n(
            "Quartiles of {count} period, {first} to {last}.",
            "Quartiles of {count} periods, {first} to {last}.",
            made.n,
            first=language.grain(look.grain, first.start),
            last=language.grain(look.grain, last.start),
        )
    ]
    if made.basis == "mix":
        scale = Decimal(made.scale.numerator) / made.scale.denominator
        sentences.append(
            language.t(
                "Measured by what the mix of cases let expect; for {period} that is {value}.",
                period=language.grain(look.grain, look.start),
                value=language.value(look.metric, scale, compact=True),
            )
        )
    if made.basis == "working_days":
        days = int(made.scale)
        sentences.append(
            language.n(
                "Per working day, for {count} working day.",
                "Per working day, for {count} working days.", days,
            )
        )  # fmt: skip
    if made.season is not None:
        factor = Decimal(made.season.factor.numerator) / made.season.factor.denominator
        sentences.append(
            language.t(
                "Season: {period} brought {factor} times the median of the year before it.",
                period=language.grain(look.grain, made.season.period.start),
                factor=language.ratio(factor),
            )
        )
    return ("" if language.chinese else " ").join(sentences)


def _for_somebody_new(
    view: View,
    look: Look,
    unit: Unit,
    found: Mapping[tuple[str, str], Suggestion | NoSuggestion],
    staff: Staff,
) -> Proposal | None:
    """Part of what is usual in the team, for an agent who joined a short while ago."""
    agent, language = staff.agents.get(unit.key), view.language
    if unit.level != "agent" or agent is None or agent.joined_on is None:
        return None
    months = _months(agent.joined_on, look.start)
    part = ramp(months, view.source.rules.ramp)
    if part == 1 or look.metric.kind != "flow":
        return None
    peers = [
        one.middle
        for key, other in staff.agents.items()
        if other.team == agent.team and isinstance(one := found.get(("agent", key)), Suggestion)
    ]
    if not peers:
        return None
    usual = median(peers)
    told = language.t(
        "New since {day}: {share} of the median in the team, {value}.",
        day=language.date(agent.joined_on),
        share=language.share(Decimal(part.numerator) / part.denominator, 0),
        value=language.value(look.metric, tidy(usual, look, language)),
    )
    return Proposal(told, None, tidy(usual * part, look, language), None)


def _months(joined: date, start: date) -> int:
    return (start.year - joined.year) * 12 + start.month - joined.month


def tidy(value: Fraction, look: Look, language: Language) -> Decimal:
    """Three digits that count, and nothing finer than a whole unit of the currency, a whole case, a
    tenth of a percent or of a day."""
    unit, exact = look.metric.unit, Decimal(value.numerator) / value.denominator
    if unit in ("share", "ratio", "days"):
        return round(exact, 3 if unit == "share" else 1)
    if not exact:
        return Decimal(0)
    finest = language.minor_digits if unit == "money" else 0
    place = max(exact.adjusted() - _SIGNIFICANT + 1, finest)
    step = Decimal(1).scaleb(place)
    return (exact / step).quantize(Decimal(1)) * step
