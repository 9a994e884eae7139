"""The one way to ask for a figure: pages, reports and the command line all come through here."""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from copy import copy
from dataclasses import replace
from datetime import date, datetime, timedelta
from difflib import get_close_matches
from operator import itemgetter
from pathlib import Path
from zoneinfo import ZoneInfo

from queries import later
from queries import members as memberships
from queries.combining import combine
from queries.curve import plan_curve
from queries.definitions import Definitions
from queries.errors import UserError
from queries.figures import Answer, Figure, Freshness, Kept, Question
from queries.generation import Generation, Newest
from queries.later import Later
from queries.metrics import METRICS
from queries.once import ONCE, plan_once
from queries.period import Period
from queries.planning import Slot, check, known_dimensions, plan
from queries.rights import EVERYTHING, Scope
from queries.staff import Staff
from queries.statements import Asked, Combined, together
from queries.store import state

# A page asks dozens of small statements. One thread each and several at once answers them sooner,
# and for less CPU, than several threads each.
_AT_ONCE = min(os.cpu_count() or 1, 4)

Finish = Callable[[Sequence[list[tuple]]], list[Figure]]


class Answers:
    """Answers questions from the newest published generation.

    Equal questions are answered once per generation, also when they are asked at the same time;
    the number of the generation is the key, so nothing is ever invalidated. Safe to use from
    several threads.
    """

    def __init__(self, folder: Path, definitions: Definitions) -> None:
        self.folder = folder
        self.definitions = definitions
        self._shared = Newest(folder, definitions)
        self._held: Generation | None = None
        self._scope = EVERYTHING
        self._pool = ThreadPoolExecutor(_AT_ONCE, "statement")

    def held(self) -> "Answers":
        """The same answers, all of the generation that is the newest now: what is asked of them one
        after the other fits together, whatever is published meanwhile.

        They are for one look and need no closing. Raises UserError while there are no figures yet.
        """
        same = copy(self)
        same._held = self._newest()
        return same

    def within(self, scope: Scope) -> "Answers":
        """The same answers, for who may see nothing but `scope`: every question is limited to it
        before anything looks for its answer, so what is kept for one reader is of their scope too.
        """
        same = copy(self)
        same._scope = scope
        return same

    def ask(self, *questions: Question) -> list[Answer]:
        """The answers in the order of the questions, all from one generation.

        Raises UserError for an unknown metric, dimension or value, for a split that a metric does
        not know, and while there are no figures yet.
        """
        generation = self._newest()
        settled = [_settled(self._limited(generation, question)) for question in questions]
        # Planned first: what is wrong with one question must not reach those who ask another.
        planned = {q: self._plan(generation, q) for q in settled if q not in generation.answers}
        with self._shared.lock:
            mine, all_answers = generation.claim(settled)
        if mine:
            plans = {q: planned.get(q) or self._plan(generation, q) for q in mine}
            self._answer(generation, mine, plans)
        return [answer.result() for answer in all_answers]

    def _answer(
        self,
        generation: Generation,
        mine: Mapping[Question, Future[Answer]],
        planned: Mapping[Question, tuple[Sequence[Asked], Finish]],
    ) -> None:
        """Settle the questions that nobody else is answering: with answers, or with the error."""
        try:
            statements, apart = together([s for wanted, _ in planned.values() for s in wanted])
            rows = iter(apart(self._pool.map(generation.fetch, statements)))
            fresh = self._freshness(generation, None)
            for question, (wanted, finish) in planned.items():
                found = [next(rows) for _ in wanted]
                # About nobody: no row, whatever sums over no rows are called.
                figures = finish(found) if all(question.where.values()) else []
                mine[question].set_result(Answer(question, figures, fresh))
        except BaseException as error:
            with self._shared.lock:
                generation.forget(mine)
            for answer in mine.values():
                if not answer.done():
                    answer.set_exception(error)
            raise

    def close(self) -> None:
        """Let go of the figures; threads of DuckDB must not outlive what they work for."""
        self._pool.shutdown()
        self._shared.close()

    def freshness(self, now: datetime | None = None) -> Freshness:
        """How current the newest generation is, judged at `now` (aware; default: its refresh)."""
        return self._freshness(self._newest(), now)

    def members(self, dimension: str) -> dict[str, str]:
        """Value → label of a dimension, in reading order; of people, those of the scope."""
        generation = self._newest()
        everyone = generation.known(dimension)
        if self._scope.dimension is None or dimension not in memberships.OF_PEOPLE:
            return everyone
        inside = generation.inside(dimension, self._scope)
        return {value: label for value, label in everyone.items() if value in inside}

    def later(self, period: Period, after: datetime) -> Later:
        """What of `collected` in a period became known after a moment (aware)."""
        generation = self._newest()
        zone = ZoneInfo(self.definitions.business_zone)
        local = after.astimezone(zone).replace(tzinfo=None)
        asked = self._limited(generation, later.question(period))
        if not all(asked.where.values()):
            return Later()
        rows = generation.attributed(later.plan_later(asked, local, generation.clock))
        return Later(*rows[0][-2:]) if rows else Later()

    def staff(self) -> Staff:
        """Who works where today, as far as the scope covers it."""
        return self._newest().staff(self._scope)

    def available(self) -> frozenset[str]:
        """Names of the metrics whose tables hold rows and which can be limited to the scope; the
        others are hidden, not faked."""
        held, own = self._newest().tables, self._scope.dimension
        return frozenset(
            name
            for name, metric in METRICS.items()
            if all(held.get(t, 0) for t in metric.needs)
            and (own is None or own in known_dimensions(metric))
        )

    def begins(self, metric: str) -> date | None:
        """The first day on which the source holds something for every part of a metric.

        A period that starts earlier is not whole, so nothing can be compared with it. None while
        there is nothing at all. Raises UserError for an unknown metric.
        """
        _require(metric)
        parts = {term.fact for term in METRICS[metric].terms}
        days = [day for fact, day in self._newest().begins.items() if fact in parts]
        return max(days, default=None)

    def aside(self) -> list[tuple[str, str, int, tuple[str, ...]]]:
        """Rows set aside: (table, reason, rows, up to five example keys). Nobody knows whose they
        are, so they are shown to who may see everything."""
        if self._scope.dimension is not None:
            return []
        return state.aside(self._newest().con.cursor())

    def kept(self) -> Kept:
        """What the newest generation holds: rows of each fact and of each projection of its sums,
        and the size of the file in bytes."""
        generation = self._newest()
        facts = state.fact_rows(generation.con.cursor())
        return Kept(generation.number, facts, generation.sizes, generation.path.stat().st_size)

    def _newest(self) -> Generation:
        return self._held or self._shared.get()

    def _plan(self, generation: Generation, question: Question) -> tuple[Sequence[Asked], Finish]:
        self._check(generation, question)
        return _planned(generation, question)

    def _limited(self, generation: Generation, question: Question) -> Question:
        """The question within the scope, of which only what the figures know can be asked for."""
        limited = self._scope.limit(question)
        own = self._scope.dimension
        if own is None:
            return limited
        known = generation.known(own)
        inside = tuple(value for value in limited.where[own] if value in known)
        return replace(limited, where={**limited.where, own: inside})

    def _check(self, generation: Generation, question: Question) -> None:
        for name in question.metrics:
            _require(name)
            check(question, METRICS[name])
        for dimension, values in question.where.items():
            known = generation.known(dimension)
            for value in values:
                if value not in known:
                    raise UserError(f"Unknown {dimension} {value!r}.", _near(value, known))

    def _freshness(self, generation: Generation, now: datetime | None) -> Freshness:
        held = generation.state
        allowed = timedelta(hours=self.definitions.stale_after_hours)
        # A source without change stamps is as old as the last look at it.
        newest = held.refreshed_at
        if held.watermark is not None:
            newest = held.watermark.replace(tzinfo=ZoneInfo(self.definitions.source_zone))
        stale = (now or held.refreshed_at) - newest > allowed
        return Freshness(
            generation.number,
            held.refreshed_at,
            held.as_of,
            held.watermark,
            stale,
            held.counted,
            held.set_aside,
            held.known_until,
        )


def _require(metric: str) -> None:
    if metric not in METRICS:
        raise UserError(f"Unknown metric {metric!r}.", _near(metric, METRICS))


def _planned(generation: Generation, question: Question) -> tuple[Sequence[Asked], Finish]:
    """The statements of a question and what makes its figures of their rows."""
    metrics = [METRICS[name] for name in question.metrics]
    clock, sizes = generation.clock, generation.sizes
    for metric in metrics:
        if metric.curve:
            return plan_curve(metric, question, clock, sizes)
    measures: dict[Slot, list[str]] = {}
    for metric in metrics:
        for term in metric.terms:
            slot = Slot.of(term)
            if slot.when == "distinct":
                measures.setdefault(slot, [term.measure])
            elif term.measure not in measures.setdefault(slot, []):
                measures[slot].append(term.measure)
    wanted = [
        _combined((plan_once if s.when in ONCE else plan)(s, tuple(m), question, clock, sizes))
        for s, m in measures.items()
    ]

    def finish(found: Sequence[list[tuple]]) -> list[Figure]:
        parts = iter(found)
        rows = {
            slot: (tuple(names), one.join([next(parts) for _ in one.parts]))
            for (slot, names), one in zip(measures.items(), wanted, strict=True)
        }
        return combine(metrics, question, rows, clock)

    return [part for one in wanted for part in one.parts], finish


def _combined(one: Asked | Combined) -> Combined:
    return one if isinstance(one, Combined) else Combined((one,), itemgetter(0))


def _settled(question: Question) -> Question:
    """The same question in a form that equal questions share (and that can be a key)."""
    where = _Where((k, tuple(sorted(set(v)))) for k, v in sorted(question.where.items()))
    return Question(tuple(question.metrics), question.period, tuple(question.by), where)


class _Where(dict[str, tuple[str, ...]]):
    """A mapping that can be part of a key."""

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(tuple(self.items()))


def _near(given: str, known: Mapping[str, object]) -> str:
    close = get_close_matches(given, list(known), n=3, cutoff=0.5)
    if close:
        return "did you mean " + " or ".join(close) + "?"
    listed = ", ".join(list(known)[:20])
    return f"one of {listed}" + (" …" if len(known) > 20 else "")
