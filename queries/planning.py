"""From a term of a metric to one statement on the smallest table of sums that can answer it.

The grammar is closed: identifiers come from the declarations in this package, values are bound.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from queries.definition import Metric, Term, When
from queries.dimensions import DIMENSIONS
from queries.errors import UserError
from queries.figures import Question
from queries.period import GRAINS, floor
from queries.statements import Piece, Statement, Sums, all_of, ordinals, values_of
from queries.store.sums import FACTS, Fact

# Dimensions that are attributes of another one, looked up when a question needs them.
ATTRIBUTES: Mapping[str, tuple[str, str, str]] = {
    "department": ("team", "l_teams", "team_id"),
    "level": ("agent", "l_agents", "agent_id"),
    "agency": ("agent", "l_agents", "agent_id"),
}
# Rows of each (fact, projection).
Sizes = Mapping[tuple[str, str], int]

# Asked for as text like all others, but stored as numbers or days.
_NOT_TEXT = frozenset({"hour", "weekday", "months", "vintage"})
# What movements have and levels have not.
MOVEMENTS = frozenset({"close_reason"})
# What never changes during the life of a case.
FIXED = frozenset({"product", "segment", "region"})


@dataclass(frozen=True)
class Clock:
    """The days that bound a question: the as-of day, the running day and the promise grace."""

    as_of: date
    today: date
    grace_days: int

    @property
    def matured_until(self) -> date:
        """The first due day whose promises are still pending."""
        return self.as_of - timedelta(days=self.grace_days) + timedelta(days=1)


@dataclass(frozen=True)
class Slot:
    """What one statement answers: terms that differ only in their measure share it."""

    fact: str
    when: When
    only: tuple[tuple[str, tuple[str, ...]], ...]
    across: tuple[str, ...]

    @staticmethod
    def of(term: Term) -> "Slot":
        return Slot(term.fact, term.when, tuple(sorted(term.only.items())), term.across)


def grain_of(question: Question) -> str | None:
    """The one grain of time that the question is split by, if any."""
    grains = [name for name in question.by if name in GRAINS]
    if len(grains) > 1:
        raise UserError(f"Split by {' and '.join(grains)} at once.", "one grain of time")
    return grains[0] if grains else None


def dimensions_of(question: Question) -> tuple[str, ...]:
    """What the question is split by besides time."""
    return tuple(name for name in question.by if name not in GRAINS)


def check(question: Question, metric: Metric) -> None:
    """Raise UserError where a metric cannot be split or limited as asked."""
    for name in (*dimensions_of(question), *question.where):
        known = known_dimensions(metric)
        if name not in DIMENSIONS:
            raise UserError(
                f"Unknown dimension {name!r}.", "one of " + ", ".join((*GRAINS, *DIMENSIONS))
            )
        if name not in known:
            raise UserError(
                f"{metric.name} cannot be split by or limited to {name}.",
                "one of " + ", ".join(sorted(known)),
                f"leave {name} out, or ask for another metric",
            )


def known_dimensions(metric: Metric) -> frozenset[str]:
    """The dimensions that all terms of a metric know (or deliberately ignore)."""
    known = frozenset(DIMENSIONS)
    for term in metric.terms:
        own = {*FACTS[term.fact].dimensions, *term.across}
        if term.fact == "contacts" and term.when == "open_during":
            own -= {"open"}
        own |= {name for name, (base, *_) in ATTRIBUTES.items() if base in own}
        if metric.curve:
            own.add("months")
        known &= own
    return known


def plan(
    slot: Slot,
    measures: tuple[str, ...],
    question: Question,
    clock: Clock,
    sizes: Sizes,
) -> Sums:
    """The sums that answer a slot for a question.

    `sizes` gives the rows of each (fact, projection), so that the smallest is read.
    """
    fact = FACTS[slot.fact]
    dimensions = tuple(d for d in dimensions_of(question) if d not in slot.across)
    columns = fact.columns(measures, dict(slot.only))
    only = [limit for limit in slot.only if limit[0] != fact.outcome]
    limits = limited(question, only, slot.across)
    names = {*dimensions, *limits}
    source = Piece(source_of(fact, names, sizes))
    first, end = bounds(slot.when, question, clock)
    if first is None and fact.spells and source.sql == _view_of(fact) and not names & MOVEMENTS:
        begin = min(question.period.start, end) if grain_of(question) else end
        listed = (*sorted({_base(name) for name in names}), *columns)
        source = _level_and_moves(fact, listed, begin, end)
    return Sums(
        from_(source, names),
        span_key(question, slot.when),
        keys_of(dimensions),
        columns,
        limits_on(limits),
        first,
        end,
    )


def from_(source: Piece, names: set[str]) -> Piece:
    """A source under the name f, with what is looked up for the dimensions `names`."""
    return Piece(f"{source.sql} AS f{joins_of(names)}", source.values)


def limited(
    question: Question, only: Iterable[tuple[str, tuple[str, ...]]], across: tuple[str, ...]
) -> dict[str, tuple[str, ...]]:
    """The slices that count for a term; one that goes across a dimension is not limited by it."""
    limits = {name: values for name, values in question.where.items() if name not in across}
    for name, values in only:
        wanted = limits.get(name, values)
        limits[name] = tuple(value for value in values if value in wanted)
    return limits


def bounds(when: When, question: Question, clock: Clock) -> tuple[date | None, date]:
    """First day (None: from the beginning) and the day after the last that count."""
    period, tomorrow = question.period, clock.today + timedelta(days=1)
    match when:
        case "during" | "distinct":
            return period.start, min(period.end, tomorrow)
        case "matured":
            return period.start, min(period.end, clock.matured_until)
        case "pending":
            return max(period.start, clock.matured_until), period.end
        case "opening" if grain_of(question) is None:
            return None, min(period.start, tomorrow)
        case "opening" | "closing":
            return None, min(period.end, tomorrow)
    raise AssertionError(when)


def limits_on(limits: Mapping[str, tuple[str, ...]]) -> tuple[Piece, ...]:
    found = []
    for name, allowed in limits.items():
        marks = ", ".join("?" for _ in allowed)
        column = f"CAST({column_of(name)} AS VARCHAR)" if name in _NOT_TEXT else column_of(name)
        found.append(Piece(f"{column} IN ({marks})" if allowed else "FALSE", tuple(allowed)))
    return tuple(found)


def span_key(question: Question, when: When) -> Piece:
    grain = grain_of(question)
    if grain is None:
        return Piece("CAST(NULL AS DATE)")
    start = f"CAST(date_trunc('{grain}', f.day) AS DATE)"
    if when in ("opening", "closing"):
        # Everything before the period is one opening amount; levels are added up by the reader.
        begin = question.period.start
        return Piece(f"CASE WHEN f.day < ? THEN NULL ELSE {start} END", (begin,))
    return Piece(start)


def column_of(name: str) -> str:
    if name in ATTRIBUTES:
        return f"coalesce({name}_of.{name}, '')"
    return f"f.{name}"


def keys_of(dimensions: Iterable[str]) -> tuple[Piece, ...]:
    """The columns that a statement is split by besides time."""
    return tuple(Piece(column_of(name)) for name in dimensions)


def joins_of(names: set[str]) -> str:
    joins = ""
    for name in sorted(names & set(ATTRIBUTES)):
        base, table, key = ATTRIBUTES[name]
        joins += f" LEFT JOIN {table} AS {name}_of ON {name}_of.{key} = f.{base}"
    return joins


def source_of(fact: Fact, names: set[str], sizes: Sizes) -> str:
    """The smallest table of sums that knows all `names`, else the view on the fact itself."""
    needed = {_base(name) for name in names}
    fitting = [p for p, held in fact.projections.items() if needed <= set(held)]
    if fitting:
        return fact.table(min(fitting, key=lambda p: sizes[(fact.name, p)]))
    return _view_of(fact)


def _view_of(fact: Fact) -> str:
    return f"({fact.view})"


def _base(name: str) -> str:
    """The column that a dimension is, or is looked up by."""
    return ATTRIBUTES[name][0] if name in ATTRIBUTES else name


def _level_and_moves(fact: Fact, columns: Iterable[str], begin: date, end: date) -> Piece:
    """The level as it stood when the day `begin` began, and the movements until `end`: what all
    movements from the beginning add up to, without reading those of years."""
    listed = ", ".join(columns)
    level = (
        f"SELECT day, {listed} FROM ({fact.spells}) WHERE day < ? AND (until IS NULL OR until >= ?)"
    )
    if begin == end:
        return Piece(f"({level})", (begin, begin))
    moves = f"SELECT day, {listed} FROM ({fact.view}) WHERE day >= ? AND day < ?"
    return Piece(f"({level} UNION ALL {moves})", (begin, begin, begin, end))


def plan_vintages(
    term: Term,
    question: Question,
    others: tuple[str, ...],
    sizes: Sizes,
    *,
    monthly: bool,
) -> Statement:
    """Sums per vintage (first day of the month), other dimensions and, when `monthly`, the whole
    months from the vintage to the day (never below zero)."""
    fact = FACTS[term.fact]
    limits = limited(question, term.only.items(), term.across)
    source = source_of(fact, {"vintage", *others, *limits}, sizes)
    first, end = floor(question.period.start, "month"), question.period.end
    where = [Piece("f.vintage >= ? AND f.vintage < ?", (first, end)), *limits_on(limits)]
    keys = ["f.vintage", *(column_of(name) for name in others)]
    if monthly:
        keys.append("greatest(date_diff('month', f.vintage, f.day), 0)")
    sql = (
        f"SELECT {', '.join(keys)}, CAST(sum({term.measure}) AS BIGINT) FROM {source} AS f"
        f"{joins_of({*others, *limits})} WHERE {all_of(where)}"
        f" GROUP BY {ordinals(len(keys))}"
    )
    return Statement(sql, values_of(where))
