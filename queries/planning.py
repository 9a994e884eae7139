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
from queries.period import GRAINS, Period, floor
from queries.store.sums import FACTS, Fact

# Dimensions that are attributes of another one, looked up when a question needs them.
ATTRIBUTES: Mapping[str, tuple[str, str, str]] = {
    "department": ("team", "l_teams", "team_id"),
    "level": ("agent", "l_agents", "agent_id"),
    "agency": ("agent", "l_agents", "agent_id"),
}
# Asked for as text like all others, but stored as numbers or days.
_NOT_TEXT = frozenset({"hour", "weekday", "months", "vintage"})
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


@dataclass(frozen=True)
class Statement:
    """SQL with bound values; its rows are (span start or None, *dimensions, *measures)."""

    sql: str
    values: list[object]


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
    sizes: Mapping[tuple[str, str], int],
) -> Statement:
    """The statement that answers a slot for a question.

    `sizes` gives the rows of each (fact, projection), so that the smallest is read.
    """
    if slot.when == "open_during":
        return _open_during(slot, question, clock)
    fact = FACTS[slot.fact]
    dimensions = tuple(d for d in dimensions_of(question) if d not in slot.across)
    limits = _limited(question, slot.only, slot.across)
    source = _source(fact, {*dimensions, *limits}, sizes, distinct=slot.when == "distinct")
    first, end = _bounds(slot.when, question, clock)
    values: list[object] = []
    where = _day_limits(slot.when, first, end, values) + _limits(limits, values)
    span = _span(question, slot.when)
    keys = ", ".join((span, *(_column(name) for name in dimensions)))
    if slot.when == "distinct":
        sums = "count(DISTINCT case_no)"
        where.append(f"{measures[0]} > 0")
    else:
        sums = ", ".join(f"CAST(sum({m}) AS BIGINT)" for m in measures)
    if "?" in span:
        values.insert(0, question.period.start)
    sql = (
        f"SELECT {keys}, {sums} FROM {source} AS f{_joins({*dimensions, *limits})}"
        f" WHERE {' AND '.join(where)} GROUP BY {_ordinals(len(dimensions) + 1)}"
    )
    return Statement(sql, values)


def _limited(
    question: Question, only: Iterable[tuple[str, tuple[str, ...]]], across: tuple[str, ...]
) -> dict[str, tuple[str, ...]]:
    """The slices that count for a term; one that goes across a dimension is not limited by it."""
    limits = {name: values for name, values in question.where.items() if name not in across}
    for name, values in only:
        wanted = limits.get(name, values)
        limits[name] = tuple(value for value in values if value in wanted)
    return limits


def _ordinals(count: int) -> str:
    return ", ".join(str(position + 1) for position in range(count))


def _bounds(when: When, question: Question, clock: Clock) -> tuple[date | None, date]:
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


def _day_limits(when: When, first: date | None, end: date, values: list[object]) -> list[str]:
    if first is None:
        values.append(end)
        return ["f.day < ?"]
    values += [first, end]
    return ["f.day >= ?", "f.day < ?"]


def _limits(limits: Mapping[str, tuple[str, ...]], values: list[object]) -> list[str]:
    found = []
    for name, allowed in limits.items():
        marks = ", ".join("?" for _ in allowed)
        column = f"CAST({_column(name)} AS VARCHAR)" if name in _NOT_TEXT else _column(name)
        found.append(f"{column} IN ({marks})" if allowed else "FALSE")
        values += list(allowed)
    return found


def _span(question: Question, when: When) -> str:
    grain = grain_of(question)
    if grain is None:
        return "CAST(NULL AS DATE)"
    start = f"CAST(date_trunc('{grain}', f.day) AS DATE)"
    if when in ("opening", "closing"):
        # Everything before the period is one opening amount; levels are added up by the reader.
        return f"CASE WHEN f.day < ? THEN NULL ELSE {start} END"
    return start


def _column(name: str) -> str:
    if name in ATTRIBUTES:
        return f"coalesce({name}_of.{name}, '')"
    return f"f.{name}"


def _joins(names: set[str]) -> str:
    joins = ""
    for name in sorted(names & set(ATTRIBUTES)):
        base, table, key = ATTRIBUTES[name]
        joins += f" LEFT JOIN {table} AS {name}_of ON {name}_of.{key} = f.{base}"
    return joins


def _source(
    fact: Fact, names: set[str], sizes: Mapping[tuple[str, str], int], *, distinct: bool
) -> str:
    needed = {ATTRIBUTES[name][0] if name in ATTRIBUTES else name for name in names}
    if not distinct:
        fitting = [p for p, held in fact.projections.items() if needed <= set(held)]
        if fitting:
            return fact.table(min(fitting, key=lambda p: sizes[(fact.name, p)]))
    return f"({fact.view})"


def _open_during(slot: Slot, question: Question, clock: Clock) -> Statement:
    """Cases open on at least one day of each span. Cases live once, so those of fixed slices are
    simply counted; slices that change during a case's life need the distinct spells."""
    dimensions = tuple(d for d in dimensions_of(question) if d not in slot.across)
    limits = _limited(question, slot.only, slot.across)
    names = {*dimensions, *limits}
    spans = _spans(question, clock)
    marks = ", ".join("(CAST(? AS DATE), CAST(? AS DATE))" for _ in spans)
    values: list[object] = [day for span in spans for day in (span.start, span.end)]
    grain = grain_of(question)
    key = f"CAST(date_trunc('{grain}', span_start) AS DATE)" if grain else "CAST(NULL AS DATE)"
    begin = f"w AS (SELECT *, {key} AS span_key FROM (VALUES {marks}) AS s(span_start, span_end))"
    keys = ", ".join(("w.span_key", *(_column(name) for name in dimensions)))
    if names <= FIXED:
        listed = "".join(f", {name}" for name in sorted(names))
        source = _LIVES.format(listed=listed)
        counted = "CAST(sum(f.n) AS BIGINT)"
        where = ["f.day < CASE WHEN f.n > 0 THEN w.span_end ELSE w.span_start + 1 END"]
    else:
        source, counted = "(SELECT * FROM f_stock WHERE NOT closes)", "count(DISTINCT f.case_no)"
        where = ["f.day < w.span_end", "(f.until IS NULL OR f.until > w.span_start)"]
        # Said once more of all spans together, as constants: so most blocks are passed over.
        where += ["f.day < ?", "(f.until > ? OR f.until IS NULL)"]
        values += [max(span.end for span in spans), min(span.start for span in spans)]
    where += _limits(limits, values)
    sql = (
        f"WITH {begin} SELECT {keys}, {counted} FROM w JOIN {source} AS f ON TRUE{_joins(names)}"
        f" WHERE {' AND '.join(where)} GROUP BY {_ordinals(len(dimensions) + 1)}"
    )
    return Statement(sql, values)


# Who was placed before a span ends, less who had closed when its first day ends.
_LIVES = """(
    WITH lives AS (SELECT * FROM l_cases WHERE closed_on IS NULL OR closed_on > placed_on)
    SELECT placed_on AS day{listed}, count(*) AS n FROM lives GROUP BY ALL
    UNION ALL
    SELECT closed_on{listed}, -count(*) FROM lives WHERE closed_on IS NOT NULL GROUP BY ALL
)"""


def _spans(question: Question, clock: Clock) -> list[Period]:
    tomorrow = clock.today + timedelta(days=1)
    grain = grain_of(question)
    spans = list(question.period.split(grain)) if grain else [question.period]
    begun = [Period(s.start, min(s.end, tomorrow)) for s in spans if s.start < tomorrow]
    # A period that lies wholly in the future counts nothing, but the statement must stay whole.
    return begun or [Period(date(1, 1, 1), date(1, 1, 2))]


def plan_vintages(
    term: Term,
    question: Question,
    others: tuple[str, ...],
    sizes: Mapping[tuple[str, str], int],
    *,
    monthly: bool,
) -> Statement:
    """Sums per vintage (first day of the month), other dimensions and, when `monthly`, the whole
    months from the vintage to the day (never below zero)."""
    fact = FACTS[term.fact]
    limits = _limited(question, term.only.items(), term.across)
    source = _source(fact, {"vintage", *others, *limits}, sizes, distinct=False)
    values: list[object] = [floor(question.period.start, "month"), question.period.end]
    where = ["f.vintage >= ?", "f.vintage < ?", *_limits(limits, values)]
    keys = ["f.vintage", *(_column(name) for name in others)]
    if monthly:
        keys.append("greatest(date_diff('month', f.vintage, f.day), 0)")
    sql = (
        f"SELECT {', '.join(keys)}, CAST(sum({term.measure}) AS BIGINT) FROM {source} AS f"
        f"{_joins({*others, *limits})} WHERE {' AND '.join(where)}"
        f" GROUP BY {_ordinals(len(keys))}"
    )
    return Statement(sql, values)
