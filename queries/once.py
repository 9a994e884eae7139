"""Counting cases once: those attempted in a period, and those open at any time in it.

Distinct counts cannot be added up, but days that know the one before can: a case counts on the one
day in the period whose previous one lies before it. So most questions are sums; those whose slices
change within a period (buckets, agents, several teams together) count the cases themselves.
"""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from functools import partial

from queries.figures import Question
from queries.period import Period, floor
from queries.planning import (
    FIXED,
    Clock,
    Sizes,
    Slot,
    bounds,
    column_of,
    dimensions_of,
    from_,
    grain_of,
    joins_of,
    keys_of,
    limited,
    limits_on,
    source_of,
    span_key,
)
from queries.statements import (
    Asked,
    Combined,
    Piece,
    Rows,
    Statement,
    Sums,
    all_of,
    ordinals,
    values_of,
)
from queries.store.sums import FACTS

ONCE = ("distinct", "open_during")

Limits = Mapping[str, tuple[str, ...]]


def plan_once(
    slot: Slot, measures: tuple[str, ...], question: Question, clock: Clock, sizes: Sizes
) -> Asked | Combined:
    """What counts cases once for a question; rows as those of `planning.plan`."""
    dimensions = tuple(d for d in dimensions_of(question) if d not in slot.across)
    limits = limited(question, slot.only, slot.across)
    if slot.when == "open_during":
        return _open_during(dimensions, limits, question, clock, sizes)
    name = _attempted(dimensions, limits)
    if name is None:
        return _counted(slot, measures[0], dimensions, limits, question, clock)
    left = {known: values for known, values in limits.items() if known != "open"}
    measure = "n_open" if "open" in limits else "n"
    return _summed(name, measure, dimensions, left, question, clock, sizes)


def _one_team(dimensions: Sequence[str], limits: Limits) -> bool:
    """Whether every count is of one team: a case that two teams had would count twice."""
    return "team" in dimensions or len(limits.get("team", ())) == 1


def _attempted(dimensions: Sequence[str], limits: Limits) -> str | None:
    """The fact whose days can be added up for these slices, if there is one."""
    names = {*dimensions, *limits}
    if "open" in dimensions or limits.get("open", ("true",)) != ("true",):
        return None
    if names - {"open"} <= FIXED:
        return "attempted"
    if names - {"open"} == {"team"} and _one_team(dimensions, limits):
        return "team_attempted"
    return None


def _summed(
    name: str,
    measure: str,
    dimensions: Sequence[str],
    limits: Limits,
    question: Question,
    clock: Clock,
    sizes: Sizes,
) -> Sums:
    """Days whose previous one lies before the span they are in."""
    first, end = bounds("distinct", question, clock)
    grain = grain_of(question)
    start = "CAST(? AS DATE)"
    if grain:
        start = f"greatest({start}, CAST(date_trunc('{grain}', f.day) AS DATE))"
    return Sums(
        _from(name, {"previous", *dimensions, *limits}, sizes),
        span_key(question, "distinct"),
        keys_of(dimensions),
        (measure,),
        (Piece(f"f.previous < {start}", (first,)), *limits_on(limits)),
        first,
        end,
    )


def _from(fact: str, names: set[str], sizes: Sizes) -> Piece:
    return from_(Piece(source_of(FACTS[fact], names, sizes)), names)


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
    where = [Piece("f.day >= ? AND f.day < ?", (first, end)), *limits_on(limits)]
    span = span_key(question, "distinct")
    keys = ", ".join((span.sql, *(column_of(d) for d in dimensions)))
    return Statement(
        f"SELECT {keys}, count(DISTINCT case_no) FROM ({FACTS[slot.fact].view}) AS f"
        f"{joins_of({*dimensions, *limits})} WHERE {all_of(where)} AND {measure} > 0"
        f" GROUP BY {ordinals(len(dimensions) + 1)}",
        values_of(where),
    )


def _open_during(
    dimensions: Sequence[str], limits: Limits, question: Question, clock: Clock, sizes: Sizes
) -> Asked | Combined:
    """Cases open on at least one day of each span."""
    spans = _spans(question, clock)
    names = {*dimensions, *limits}
    if not spans:
        return Combined((), lambda _: [])
    if names <= FIXED:
        return _present("placements", "lived", dimensions, limits, question, spans, sizes)
    if names <= {*FIXED, "team"} and _one_team(dimensions, limits):
        return _present("stays", "n", dimensions, limits, question, spans, sizes)
    marks = ", ".join("(CAST(? AS DATE), CAST(? AS DATE))" for _ in spans)
    grain = grain_of(question)
    key = f"CAST(date_trunc('{grain}', span_start) AS DATE)" if grain else "CAST(NULL AS DATE)"
    keys = ", ".join(("w.span_key", *(column_of(name) for name in dimensions)))
    where = [
        Piece("f.day < w.span_end AND (f.until IS NULL OR f.until > w.span_start)"),
        # Said once more of all spans together, as constants: so most blocks are passed over.
        Piece("f.day < ?", (spans[-1].end,)),
        Piece("(f.until > ? OR f.until IS NULL)", (spans[0].start,)),
        *limits_on(limits),
    ]
    return Statement(
        f"WITH w AS (SELECT *, {key} AS span_key FROM (VALUES {marks}) AS s(span_start, span_end))"
        f" SELECT {keys}, count(DISTINCT f.case_no)"
        f" FROM w JOIN (SELECT * FROM f_stock WHERE NOT closes) AS f ON TRUE{joins_of(names)}"
        f" WHERE {all_of(where)} GROUP BY {ordinals(len(dimensions) + 1)}",
        (*(day for span in spans for day in (span.start, span.end)), *values_of(where)),
    )


def _present(
    arriving: str,
    measure: str,
    dimensions: Sequence[str],
    limits: Limits,
    question: Question,
    spans: Sequence[Period],
    sizes: Sizes,
) -> Combined:
    """Who is there at the end of the first day of a span, and who comes later and was not there
    since then. A case is placed once; to a team it may come back."""
    first, end, grain = spans[0].start, spans[-1].end, grain_of(question)
    names, limiting, keys = {*dimensions, *limits}, limits_on(limits), keys_of(dimensions)
    again = arriving == "stays"
    level = _from("stock", names, sizes)
    come = _from(arriving, names | ({"previous"} if again else set()), sizes)
    span = span_key(question, "distinct")
    begin = f"greatest(CAST(? AS DATE), {span.sql})" if grain else "CAST(? AS DATE)"
    on_first_day = Piece(f"f.day = {begin}", (first,))
    later = [Piece(f"f.day > {begin}", (first,))]
    later += [Piece(f"f.previous <= {begin}", (first,))] * again
    moves = Sums(
        level, span_key(question, "opening"), keys, ("n",), limiting, None, end if grain else first
    )
    return Combined(
        (
            moves,
            Sums(level, span, keys, ("n",), (on_first_day, *limiting), first, end),
            Sums(come, span, keys, (measure,), (*later, *limiting), first, end),
        ),
        partial(_there, [floor(s.start, grain) if grain else None for s in spans]),
    )


def _there(starts: Sequence[date | None], rows: Sequence[Rows]) -> Rows:
    """Of each span and slice: the level before it, what its first day moves and who comes later.

    `rows` are the movements by span (those before the period under None), those of first days
    alone, and who comes."""
    moves, first_days, come = ({row[:-1]: row[-1] for row in part} for part in rows)
    found = []
    for slices in dict.fromkeys(key[1:] for key in (*moves, *first_days, *come)):
        level = moves.get((None, *slices), 0)
        for start in starts:
            key = (start, *slices)
            found.append((*key, level + first_days.get(key, 0) + come.get(key, 0)))
            level += moves.get(key, 0) if start else 0
    return found


def _spans(question: Question, clock: Clock) -> list[Period]:
    """The spans that have begun, up to today."""
    tomorrow = clock.today + timedelta(days=1)
    grain = grain_of(question)
    spans = list(question.period.split(grain)) if grain else [question.period]
    return [Period(s.start, min(s.end, tomorrow)) for s in spans if s.start < tomorrow]
