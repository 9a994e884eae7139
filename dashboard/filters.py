"""What a person chose to look at ↔ the query string of the page, so that a link is the view.

Whatever comes from a browser is untrusted: `from_query` and `from_controls` keep what is valid and
name every value that they had to drop.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal, TypeVar
from urllib.parse import parse_qsl, urlencode

from dashboard import periods
from dashboard.periods import CUSTOM, DEFAULT, ONE_DAY, PRESETS, Grain
from queries.period import Period

# The dimensions of the filter bar, in its order; a new one is one word here.
SLICES = ("team", "agent", "product", "segment", "bucket", "channel")

Comparison = Literal["previous", "year", "none"]
COMPARISONS: tuple[Comparison, ...] = ("previous", "year", "none")
GRAINS: tuple[Grain | Literal["auto"], ...] = ("auto", "day", "week", "month")

# Stands for the empty value (the agent of automated contacts) in addresses and controls.
EMPTY = "~"

# What pages read by themselves: the period and the metric of targets; the part of Reports, an
# edition, and what is looked for among them.
OWN = ("span", "metric", "part", "edition", "report", "find", "before")
FIELDS = ("period", "from", "to", "compare", "grain", *SLICES, *OWN)

MAX_QUERY = 8_000
MAX_VALUES = 200
MAX_FIELDS = 500
MAX_SHOWN = 60
MAX_OWN = 80
MAX_DAYS = 5 * 366
EARLIEST = date(1990, 1, 1)

Fault = Literal[
    "period", "day", "span", "future", "too_long", "too_many", "slice", "field", "compare",
    "grain", "not_here",
]  # fmt: skip


K = TypeVar("K", bound=str)


@dataclass(frozen=True)
class Problem:
    """A value that could not be used: what is wrong, in which field, and the value itself."""

    fault: Fault
    field: str = ""
    value: str = ""


@dataclass(frozen=True)
class Choices:
    """What can be chosen now: members by dimension (value → label) and the last whole day."""

    as_of: date
    members: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Filters:
    """What was chosen. `days` are the first and last day of a custom period, `compare` what the
    figures are measured against, `grain` the spans of trends ("auto": those that fit), `own` the
    fields that pages read by themselves."""

    preset: str = DEFAULT
    days: tuple[date, date] | None = None
    slices: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    compare: Comparison = "previous"
    grain: Grain | Literal["auto"] = "auto"
    own: Mapping[str, str] = field(default_factory=dict)

    def period(self, as_of: date) -> Period:
        if self.days:
            return Period(self.days[0], self.days[1] + ONE_DAY)
        return PRESETS[self.preset](as_of)

    def comparison(self, as_of: date) -> Period | None:
        period = self.period(as_of)
        match self.compare:
            case "previous":
                return periods.compared_with(self.preset, period)
            case "year":
                return periods.year_before(self.preset, period)
        return None

    def with_slices(self, slices: Mapping[str, tuple[str, ...]]) -> "Filters":
        return replace(self, slices=dict(slices))

    @property
    def active(self) -> int:
        """How many filters differ from the view that opens by default."""
        own = (self.preset, self.compare, self.grain)
        usual = (PLAIN.preset, PLAIN.compare, PLAIN.grain)
        return sum(a != b for a, b in zip(own, usual, strict=True)) + len(self.slices)


# The view that opens by default.
PLAIN = Filters()


@dataclass(frozen=True)
class Controls:
    """The values of the filter bar, which a browser may send in any form."""

    preset: object = None
    days: object = None
    compare: object = None
    grain: object = None
    slices: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Parsed:
    """Filters that are safe to use, and what had to be dropped to get there."""

    filters: Filters
    problems: tuple[Problem, ...] = ()


def token(value: str) -> str:
    """A value as it stands in an address and in a control."""
    return value or EMPTY


def to_query(filters: Filters, *, own: bool = False) -> str:
    """The query string with its "?", or "" for the view that opens by default; with the `own`
    fields of a page only where it leads to the same page."""
    pairs: list[tuple[str, str]] = []
    if filters.preset != DEFAULT:
        pairs.append(("period", filters.preset))
    if filters.days:
        first, last = filters.days
        pairs += [("from", first.isoformat()), ("to", last.isoformat())]
    if filters.compare != PLAIN.compare:
        pairs.append(("compare", filters.compare))
    if filters.grain != PLAIN.grain:
        pairs.append(("grain", filters.grain))
    for name in SLICES:
        pairs += [(name, token(value)) for value in filters.slices.get(name, ())]
    if own:
        pairs += [(name, filters.own[name]) for name in OWN if name in filters.own]
    return "?" + urlencode(pairs) if pairs else ""


def from_query(query: object, choices: Choices) -> Parsed:
    """Reads a query string; anything unusable falls back to the default and is named."""
    if not isinstance(query, str) or not query:
        return Parsed(Filters())
    if len(query) > MAX_QUERY:
        return Parsed(Filters(), (Problem("too_long"),))
    try:
        pairs = parse_qsl(query.removeprefix("?"), max_num_fields=MAX_FIELDS)
    except ValueError:
        return Parsed(Filters(), (Problem("too_long"),))
    problems = [
        Problem("field", value=_shown(name))
        for name in dict.fromkeys(name for name, _ in pairs)
        if name not in FIELDS
    ]
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        given.setdefault(name, []).append(value)
    last = {name: values[-1] for name, values in given.items()}
    # Two days alone say well enough what is meant.
    implied = CUSTOM if {"from", "to"} & set(last) else DEFAULT
    preset, days = _period(
        last.get("period", implied), (last.get("from"), last.get("to")), choices, problems
    )
    found = Filters(
        preset, days, _slices(given, choices, problems),
        _one_of("compare", last.get("compare"), COMPARISONS, PLAIN.compare, problems),
        _one_of("grain", last.get("grain"), GRAINS, PLAIN.grain, problems),
        {name: _shown(last[name])[:MAX_OWN] for name in OWN if name in last},
    )  # fmt: skip
    return Parsed(found, tuple(problems))


def from_controls(controls: Controls, choices: Choices) -> Parsed:
    """Reads the controls of the filter bar."""
    problems: list[Problem] = []
    days = controls.days
    pair = tuple(days) if isinstance(days, list) and len(days) == 2 else (None, None)
    preset, span = _period(controls.preset, pair, choices, problems)
    found = Filters(
        preset, span, _slices(controls.slices, choices, problems),
        _one_of("compare", controls.compare, COMPARISONS, PLAIN.compare, problems),
        _one_of("grain", controls.grain, GRAINS, PLAIN.grain, problems),
    )  # fmt: skip
    return Parsed(found, tuple(problems))


def not_honoured(filters: Filters, honoured: Sequence[str]) -> tuple[Problem, ...]:
    """The chosen slices that a page cannot apply."""
    return tuple(Problem("not_here", name) for name in filters.slices if name not in honoured)


def _one_of(
    name: Literal["compare", "grain"],
    given: object,
    known: Iterable[K],
    usual: K,
    problems: list[Problem],
) -> K:
    """The one of `known` that was given, else the usual one; anything unknown is named."""
    for value in known:
        if given == value:
            return value
    if given is not None:
        problems.append(Problem(name, name, _shown(given)))
    return usual


def _period(
    preset: object,
    days: Sequence[object],
    choices: Choices,
    problems: list[Problem],
) -> tuple[str, tuple[date, date] | None]:
    if preset == CUSTOM:
        span = _days(days, choices, problems)
        return (CUSTOM, span) if span else (DEFAULT, None)
    if isinstance(preset, str) and preset in PRESETS:
        return preset, None
    problems.append(Problem("period", "period", _shown(preset)))
    return DEFAULT, None


def _days(
    days: Sequence[object], choices: Choices, problems: list[Problem]
) -> tuple[date, date] | None:
    """The first and last day of a custom period, or None with the reason noted."""
    read = [_day(name, value, problems) for name, value in zip(("from", "to"), days, strict=True)]
    first, last = read
    if first is None or last is None:
        return None
    shown = f"{first} – {last}"
    if last < first or (last - first).days >= MAX_DAYS:
        problems.append(Problem("span", "period", shown))
        return None
    if last > choices.as_of + ONE_DAY:
        problems.append(Problem("future", "to", str(last)))
        return None
    return first, last


def _day(name: str, value: object, problems: list[Problem]) -> date | None:
    try:
        # The calendar sends "2026-11-16" or "2026-11-16 00:00:00".
        day = date.fromisoformat(value[:10]) if isinstance(value, str) else None
    except ValueError:
        day = None
    if day is None or day < EARLIEST:
        problems.append(Problem("day", name, _shown(value)))
        return None
    return day


def _slices(
    given: Mapping[str, object], choices: Choices, problems: list[Problem]
) -> dict[str, tuple[str, ...]]:
    found = {}
    for name in SLICES:
        values = _known(name, given.get(name), choices, problems)
        if values:
            found[name] = values
    return found


def _known(name: str, given: object, choices: Choices, problems: list[Problem]) -> tuple[str, ...]:
    """The values that exist, in the order in which people know them, each once."""
    if given is None or given == "":
        return ()
    if not isinstance(given, list):
        problems.append(Problem("slice", name, _shown(given)))
        return ()
    if len(given) > MAX_VALUES:
        problems.append(Problem("too_many", name, str(len(given))))
        return ()
    known = {token(value): value for value in choices.members[name]}
    texts = {value for value in given if isinstance(value, str)}
    problems += [
        Problem("slice", name, _shown(value))
        for value in given
        if not isinstance(value, str) or value not in known
    ]
    return tuple(value for text, value in known.items() if text in texts)


def _shown(value: object) -> str:
    """A value as it may appear in a notice: one short line."""
    text = "" if value is None else str(value)
    line = " ".join(_printable(text[: 2 * MAX_SHOWN]).split())
    return line if len(line) <= MAX_SHOWN else line[:MAX_SHOWN] + "…"


def _printable(characters: Iterable[str]) -> str:
    return "".join(c if c.isprintable() else " " for c in characters)
