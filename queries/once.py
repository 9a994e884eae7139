"""Counting cases once: those attempted in a period, and those open at any time in it.

Distinct counts cannot be added up, but days that know the one before can: a case counts on the one
day in the period whose previous one lies before it. So most questions are sums; those whose slices
change within a period (buckets, agents, several teams together) count the cases themselves.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from queries.figures import Question
from queries.period import Period
from queries.planning import (
    FIXED,
    Clock,
    Sizes,
    Slot,
    Statement,
    bounds,
    column_of,
    dimensions_of,
    grain_of,
    joins_of,
    limited,
    limits_on,
    ordinals,
    source_of,
    span_key,
)
from queries.store.sums import FACTS

ONCE = ("distinct", "open_during")

Limits = Mapping[str, tuple[str, ...]]


def plan_once(
    slot: Slot, measures: tuple[str, ...], question: Question, clock: Clock, sizes: Sizes
) -> Statement:
    """The statement that counts cases once for a question; rows as those of `planning.plan`."""
    dimensions = tuple(d for d in dimensions_of(question) if d not in slot.across)
    limits = limited(question, slot.only, slot.across)
    if slot.when == "open_during":
        return _open_during(dimensions, limits, question, clock, sizes)
    name = _attempted(dimensions, limits)
    if name is None:
        return _counted(slot, measures[0], dimensions, limits, question, clock)
    left = {known: values for known, values in limits.items() if known != "open"}
    return _summed(name, dimensions, left, question, clock, sizes)


def _one_team(dimensions: Sequence[str], limits: Limits) -> bool:
    """Whether every count is of one team: a case that two teams had would count twice."""
    return "team" in dimensions or len(limits.get("team", ())) == 1


def _attempted(dimensions: Sequence[str], limits: Limits) -> str | None:
    """The fact whose days can be added up for these slices, if there is one."""
    names = {*dimensions, *limits}
    if "open" in dimensions or limits.get("open", ("true",)) != ("true",):
        return None
    suffix = "_open" if "open" in limits else ""
    if names - {"open"} <= FIXED:
        return f"attempted{suffix}"
    if names - {"open"} == {"team"} and _one_team(dimensions, limits):
        return f"team_attempted{suffix}"
    return None


def _summed(
    name: str,
    dimensions: Sequence[str],
    limits: Limits,
    question: Question,
    clock: Clock,
    sizes: Sizes,
) -> Statement:
    """Days whose previous one lies before the span they are in."""
    first, end = bounds("distinct", question, clock)
    grain = grain_of(question)
    start = "CAST(? AS DATE)"
    if grain:
        start = f"greatest({start}, CAST(date_trunc('{grain}', f.day) AS DATE))"
    values: list[object] = [first, end, first]
    conditions = ["f.day >= ?", "f.day < ?", f"f.previous < {start}", *limits_on(limits, values)]
    keys = ", ".join((span_key(question, "distinct"), *(column_of(d) for d in dimensions)))
    source = source_of(FACTS[name], {"previous", *dimensions, *limits}, sizes)
    return Statement(
        f"SELECT {keys}, CAST(sum(f.n) AS BIGINT) FROM {source} AS f"
        f" WHERE {' AND '.join(conditions)} GROUP BY {ordinals(len(dimensions) + 1)}",
        values,
    )


def _counted(
    slot: Slot,
    measure: str,
    dimensions: Sequence[str],
    limits: Limits,
    question: Question,
    clock: Clock,
) -> Statement:
    """Distinct cases of the fact itself."""
    first, end = bounds("distinct", question, clock)
    values: list[object] = [first, end]
    conditions = ["f.day >= ?", "f.day < ?", *limits_on(limits, values), f"{measure} > 0"]
    keys = ", ".join((span_key(question, "distinct"), *(column_of(d) for d in dimensions)))
    return Statement(
        f"SELECT {keys}, count(DISTINCT case_no) FROM ({FACTS[slot.fact].view}) AS f"
        f"{joins_of({*dimensions, *limits})}"
        f" WHERE {' AND '.join(conditions)} GROUP BY {ordinals(len(dimensions) + 1)}",
        values,
    )


def _open_during(
    dimensions: Sequence[str], limits: Limits, question: Question, clock: Clock, sizes: Sizes
) -> Statement:
    """Cases open on at least one day of each span."""
    spans = _spans(question, clock)
    marks = ", ".join("(CAST(? AS DATE), CAST(? AS DATE))" for _ in spans)
    values: list[object] = [day for span in spans for day in (span.start, span.end)]
    grain = grain_of(question)
    key = f"CAST(date_trunc('{grain}', span_start) AS DATE)" if grain else "CAST(NULL AS DATE)"
    begin = f"w AS (SELECT *, {key} AS span_key FROM (VALUES {marks}) AS s(span_start, span_end))"
    names = {*dimensions, *limits}
    if names <= FIXED:
        return _present(begin, values, dimensions, limits, spans, sizes, "placements", "lived")
    if names <= {*FIXED, "team"} and _one_team(dimensions, limits):
        return _present(begin, values, dimensions, limits, spans, sizes, "stays", "n")
    keys = ", ".join(("w.span_key", *(column_of(name) for name in dimensions)))
    where = ["f.day < w.span_end", "(f.until IS NULL OR f.until > w.span_start)"]
    # Said once more of all spans together, as constants: so most blocks are passed over.
    where += ["f.day < ?", "(f.until > ? OR f.until IS NULL)"]
    values += [spans[-1].end, spans[0].start]
    where += limits_on(limits, values)
    return Statement(
        f"WITH {begin} SELECT {keys}, count(DISTINCT f.case_no)"
        f" FROM w JOIN (SELECT * FROM f_stock WHERE NOT closes) AS f ON TRUE{joins_of(names)}"
        f" WHERE {' AND '.join(where)} GROUP BY {ordinals(len(dimensions) + 1)}",
        values,
    )


def _present(  # noqa: PLR0913 the parts of one statement
    begin: str,
    values: list[object],
    dimensions: Sequence[str],
    limits: Limits,
    spans: Sequence[Period],
    sizes: Sizes,
    arriving: str,
    measure: str,
) -> Statement:
    """Who is there at the end of the first day, and who comes later and was not there since then.

    A case is placed once; to a team it may come back.
    """
    names = {*dimensions, *limits}
    again = arriving == "stays"
    level = source_of(FACTS["stock"], names, sizes)
    come = source_of(FACTS[arriving], names | ({"previous"} if again else set()), sizes)
    listed = "".join(f", f.{name}" for name in dimensions)
    before = ["f.day <= ?", *limits_on(limits, values := [*values, spans[-1].start])]
    values += [spans[0].start, spans[-1].end]
    after = ["f.day > ?", "f.day < ?", *limits_on(limits, values)]
    previous = ", f.previous" if again else ""
    came_back = "AND c.previous <= w.span_start" if again else ""
    keys = "".join(f", {name}" for name in dimensions)
    return Statement(
        f"""
        WITH {begin},
        moves AS (
            SELECT f.day{listed}, sum(f.n) AS n FROM {level} AS f
            WHERE {" AND ".join(before)} GROUP BY ALL
        ),
        comes AS (
            SELECT f.day{listed}{previous}, sum(f.{measure}) AS n FROM {come} AS f
            WHERE {" AND ".join(after)} GROUP BY ALL
        )
        SELECT span_key{keys}, CAST(sum(n) AS BIGINT) FROM (
            SELECT w.span_key{keys}, m.n FROM w JOIN moves m ON m.day <= w.span_start
            UNION ALL
            SELECT w.span_key{keys}, c.n FROM w JOIN comes c
                ON c.day > w.span_start AND c.day < w.span_end {came_back}
        )
        GROUP BY {ordinals(len(dimensions) + 1)}
        """,
        values,
    )


def _spans(question: Question, clock: Clock) -> list[Period]:
    tomorrow = clock.today + timedelta(days=1)
    grain = grain_of(question)
    spans = list(question.period.split(grain)) if grain else [question.period]
    begun = [Period(s.start, min(s.end, tomorrow)) for s in spans if s.start < tomorrow]
    # A period that lies wholly in the future counts nothing, but the statement must stay whole.
    return begun or [Period(date(1, 1, 1), date(1, 1, 2))]
