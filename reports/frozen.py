"""The figures of one edition, asked once from one generation and kept as plain values.

Everything that a report shows is computed from a Frozen and nothing else, so that an edition
rendered again from its JSON years later shows the same numbers.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from typing import Any

import orjson

from queries import (
    METRICS,
    Answer,
    Answers,
    Definitions,
    Figure,
    Freshness,
    Period,
    Question,
    UserError,
)
from queries.desk.editions import grouped
from queries.figures import Key
from queries.rights import EVERYTHING, Scope
from reports.restated import Restated
from reports.restated import kept as kept_restated
from reports.restated import plain as plain_restated
from reports.spans import Covered
from reports.standings import Standings, kept, moment, plain

# A refresh may publish between the questions and the accounts of rows set aside; the second try
# can only meet another publication when refreshes follow each other within milliseconds.
TRIES = 3


@dataclass(frozen=True)
class Aside:
    """Rows of one table that are not counted, for one reason, with examples of their keys."""

    table: str
    reason: str
    rows: int
    examples: tuple[str, ...]


@dataclass(frozen=True)
class About:
    """Whose figures an edition shows: those of `scope`, whose keys are called `names`. `part` is
    the team that a pack is about, "" for other reports; `number` counts the editions of the same
    period: from the second on they correct, and `reason` says what. `note` is one of
    data_note.NOTES: that it left although something was missing."""

    scope: Scope = EVERYTHING
    names: tuple[str, ...] = ()
    part: str = ""
    number: int = 1
    reason: str = ""
    note: str = ""


@dataclass(frozen=True)
class Frozen:
    """All figures of one report and period, with what is needed to read them.

    `answers` are named by the sections that asked. `members` holds, per dimension, the label of
    each value as it was when the figures were frozen. `available` names the metrics that the
    source can give; the others are left out of the report and named in its data note. `begins` is
    the first day for which the source holds something, by metric. `standings` are the targets that
    were in force, none where there is no desk. `about` says whose figures they are; they were
    asked within its scope. `rules` are the fingerprints of the metrics, which tell whether they are
    counted otherwise later; `restated` are the earlier editions against what was known then.
    `grain` is what the period is a span of.
    """

    report: str
    period: Period
    answers: Mapping[str, Answer]
    freshness: Freshness
    definitions: Definitions
    available: frozenset[str]
    members: Mapping[str, Mapping[str, str]]
    aside: tuple[Aside, ...] = ()
    begins: Mapping[str, date] = field(default_factory=dict)
    standings: Standings = field(default_factory=Standings)
    about: About = field(default_factory=About)
    rules: Mapping[str, str] = field(default_factory=dict)
    restated: tuple[Restated, ...] = ()
    grain: str = "week"
    _index: dict[tuple[str, str, tuple[Key, ...]], Figure] = field(
        init=False, compare=False, repr=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        for name, answer in self.answers.items():
            for figure in answer.figures:
                self._index[name, figure.metric, figure.keys] = figure

    def figure(self, question: str, metric: str, *keys: Key) -> Figure:
        """One figure; an empty one where nothing was counted or the metric is not available."""
        empty = Figure(metric, keys, None, None, None, provisional=False)
        return self._index.get((question, metric, keys), empty)

    def compared(self, metric: str) -> tuple[Figure, Figure, Figure]:
        """The figure of the period, of the one before and of the same a year ago."""
        now, before, year_ago = (
            self.figure(name, metric) for name in ("now", "before", "year_ago")
        )
        return now, before, year_ago

    def keys(self, question: str, position: int = 0) -> list[Key]:
        """The distinct values at one position of the keys, in the order of the answer."""
        answer = self.answers.get(question)
        figures = answer.figures if answer else ()
        return list(dict.fromkeys(figure.keys[position] for figure in figures))

    @property
    def covered(self) -> Covered:
        return Covered(self.grain, self.period)

    def spans(self, question: str) -> list[date]:
        """The first days of the spans of an answer split by time, in order."""
        return sorted(key for key in self.keys(question) if isinstance(key, date))

    def has(self, *metrics: str) -> bool:
        return self.available.issuperset(metrics)

    def known(self, metrics: Sequence[str]) -> list[str]:
        """Those of `metrics` that the source can give, in the same order."""
        return [metric for metric in metrics if metric in self.available]

    def label(self, dimension: str, value: Key) -> str:
        return self.members.get(dimension, {}).get(str(value), str(value))

    @property
    def incomplete(self) -> bool:
        """Whether the period was not over yet when its figures were frozen."""
        return self.freshness.as_of < self.period.last

    def to_json(self) -> bytes:
        """A stable text of all of it: equal editions give equal bytes."""
        return orjson.dumps(_plain(self), option=orjson.OPT_SORT_KEYS)

    def digest(self) -> str:
        """Names this set of figures: it differs as soon as any figure differs."""
        return sha256(self.to_json()).hexdigest()

    @cached_property
    def code(self) -> str:
        """The beginning of the digest, as it is printed: 48 bits, in groups that can be typed."""
        return grouped(self.digest()[:12])


def freeze(
    answers: Answers,
    report: str,
    covered: Covered,
    questions: Mapping[str, Question],
    dimensions: Sequence[str],
    *,
    earlier: Collection[str] = (),
    now: datetime | None = None,
) -> Frozen:
    """Ask everything at once. Questions lose the metrics that the source cannot give.

    `earlier` names the questions that others are compared with: their figures of days before the
    source begins are dropped, for a part of a week compares with nothing.

    `now` (aware) judges whether the figures are stale; without it the moment of the refresh does.

    Raises UserError when there are no figures yet, or when generations follow each other too fast
    to read one whole.
    """
    available = answers.available()
    asked = {name: kept for name, q in questions.items() if (kept := _limited(q, available))}
    for _ in range(TRIES):
        given = answers.ask(*asked.values())
        aside = tuple(Aside(*row[:3], tuple(row[3])) for row in answers.aside())
        members = {
            name: {str(k): v for k, v in answers.members(name).items()} for name in dimensions
        }
        freshness = answers.freshness(now)
        begins = _begins(answers, asked)
        if all(one.freshness.generation == freshness.generation for one in given):
            found = {
                name: _whole(answer, begins) if name in earlier else answer
                for name, answer in zip(asked, given, strict=True)
            }
            return Frozen(
                report, covered.period, found, freshness,
                answers.definitions, available, members, aside, begins,
                rules={name: METRICS[name].fingerprint for name in _metrics(asked)},
                grain=covered.grain,
            )  # fmt: skip
    raise UserError(
        "The figures were refreshed three times while the report was read.",
        "a generation that stays published for a second",
        "raise the refresh interval in config.yaml and try again",
    )


def thaw(content: bytes) -> Frozen:
    """The inverse of Frozen.to_json."""
    data = orjson.loads(content)
    freshness = _freshness(data["freshness"])
    return Frozen(
        data["report"],
        _period(data["period"]),
        {name: _answer(one, freshness) for name, one in data["answers"].items()},
        freshness,
        _definitions(data["definitions"]),
        frozenset(data["available"]),
        {name: dict(pairs) for name, pairs in data["members"].items()},
        tuple(Aside(t, reason, rows, tuple(keys)) for t, reason, rows, keys in data["aside"]),
        # Editions of before this was kept have none.
        {name: date.fromisoformat(day) for name, day in data.get("begins", {}).items()},
        kept(data.get("targets", {})),
        _about(data.get("about")),
        data.get("rules", {}),
        kept_restated(data.get("restated", [])),
        # Editions of before this was kept are weekly ones.
        data.get("grain", "week"),
    )


def _begins(answers: Answers, asked: Mapping[str, Question]) -> dict[str, date]:
    return {name: day for name in _metrics(asked) if (day := answers.begins(name)) is not None}


def _metrics(asked: Mapping[str, Question]) -> Collection[str]:
    return dict.fromkeys(metric for question in asked.values() for metric in question.metrics)


def _whole(answer: Answer, begins: Mapping[str, date]) -> Answer:
    """Only the figures whose days the source holds from the first one on."""
    start = answer.question.period.start

    def held(figure: Figure) -> bool:
        spans = [key for key in figure.keys if isinstance(key, date)]
        return max([start, *spans]) >= begins.get(figure.metric, start)

    return replace(answer, figures=[figure for figure in answer.figures if held(figure)])


def _limited(question: Question, available: frozenset[str]) -> Question | None:
    metrics = tuple(metric for metric in question.metrics if metric in available)
    if not metrics:
        return None
    return Question(metrics, question.period, question.by, question.where)


def _plain(frozen: Frozen) -> dict[str, Any]:
    targets = plain(frozen.standings)
    definitions = asdict(frozen.definitions)
    definitions["kept_threshold"] = str(frozen.definitions.kept_threshold)
    return {
        "report": frozen.report,
        "period": [frozen.period.start, frozen.period.end],
        "answers": {name: _plain_answer(one) for name, one in frozen.answers.items()},
        "freshness": _plain_freshness(frozen.freshness),
        "definitions": definitions,
        "available": sorted(frozen.available),
        # Pairs and not objects: the order of members carries meaning and sorted keys would lose it.
        "members": {
            name: list(map(list, labels.items())) for name, labels in frozen.members.items()
        },
        "aside": [[row.table, row.reason, row.rows, row.examples] for row in frozen.aside],
        "begins": dict(frozen.begins),
        **({"targets": targets} if targets else {}),
        # Editions of before there were notes must stay the same, to the letter.
        "about": {name: v for name, v in asdict(frozen.about).items() if name != "note" or v},
        **({"rules": dict(frozen.rules)} if frozen.rules else {}),
        **({"restated": plain_restated(frozen.restated)} if frozen.restated else {}),
        # As those of before there were others, which are weekly.
        **({"grain": frozen.grain} if frozen.grain != "week" else {}),
    }


def _plain_freshness(fresh: Freshness) -> dict[str, Any]:
    """Without what an edition of before did not keep, so that its code stays the same."""
    told = asdict(fresh)
    return told if fresh.known_until else {k: v for k, v in told.items() if k != "known_until"}


def _plain_answer(answer: Answer) -> dict[str, Any]:
    question = answer.question
    return {
        "metrics": question.metrics,
        "period": [question.period.start, question.period.end],
        "by": question.by,
        "where": {name: list(values) for name, values in question.where.items()},
        "figures": [
            [
                f.metric,
                [_tag(key) for key in f.keys],
                f.numerator,
                f.denominator,
                f.n,
                f.provisional,
            ]
            for f in answer.figures
        ],
    }


def _about(data: Mapping[str, Any] | None) -> About:
    """Editions of before this was kept are of everything."""
    if data is None:
        return About()
    scope = Scope(data["scope"]["kind"], tuple(data["scope"]["values"]))
    names = tuple(data["names"])
    return About(scope, names, data["part"], data["number"], data["reason"], data.get("note", ""))


def _answer(data: Mapping[str, Any], freshness: Freshness) -> Answer:
    question = Question(
        tuple(data["metrics"]),
        _period(data["period"]),
        tuple(data["by"]),
        {name: tuple(values) for name, values in data["where"].items()},
    )
    figures = [
        Figure(metric, tuple(_untag(key) for key in keys), *rest)
        for metric, keys, *rest in data["figures"]
    ]
    return Answer(question, figures, freshness)


def _tag(key: Key) -> Any:
    """JSON has no dates; a list marks one, so that a team called 2026-01-01 stays a name."""
    return [key.isoformat()] if isinstance(key, date) else key


def _untag(key: Any) -> Key:
    return date.fromisoformat(key[0]) if isinstance(key, list) else key


def _period(pair: Sequence[str]) -> Period:
    return Period(date.fromisoformat(pair[0]), date.fromisoformat(pair[1]))


def _freshness(data: Mapping[str, Any]) -> Freshness:
    return Freshness(
        **{
            **data,
            "refreshed_at": datetime.fromisoformat(data["refreshed_at"]),
            "as_of": date.fromisoformat(data["as_of"]),
            "watermark": moment(data["watermark"]),
            "known_until": moment(data.get("known_until")),
        }
    )


def _definitions(data: Mapping[str, Any]) -> Definitions:
    until = data["complete_until"]
    return Definitions(
        **{
            **data,
            "bucket_edges": tuple(data["bucket_edges"]),
            "kept_threshold": Decimal(data["kept_threshold"]),
            "complete_until": date.fromisoformat(until) if until else None,
        }
    )
