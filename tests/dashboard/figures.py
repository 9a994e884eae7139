"""Answers without a store: plausible figures for any question, always the same ones."""

from collections.abc import Iterator
from copy import copy
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import product

from queries import (
    METRICS,
    Answer,
    Definitions,
    Figure,
    Freshness,
    OtherVersionError,
    Question,
    UserError,
)
from queries.period import GRAINS, floor, following
from queries.rights import EVERYTHING, Scope
from queries.staff import Agent, Staff, Team

AS_OF = date(2026, 11, 18)  # a Wednesday
NOW = datetime(2026, 11, 19, 2, 0, tzinfo=UTC)
WATERMARK = datetime(2026, 11, 19, 8, 55)  # noqa: DTZ001 - as sources write it
TEAMS = {
    "T1": "Early calls 一组",
    "T2": "喆堃 🏦 <b>Field</b> & legal",
    "T3": "=SUM(A1) a team with a name that is much longer than any column",
    "T4": "North",
}
AGENTS = {"": "", "A1": "王喆", "A2": "@mention"}
CODES = {"product": ("card", "loan"), "segment": ("high",), "channel": ("call", "sms")}


class Given:
    """The front door of the figures with a fixed generation behind it.

    `available` limits the metrics; `empty` stands for the time before the first refresh.
    """

    def __init__(
        self, *, available: frozenset[str] = frozenset(METRICS), empty: bool = False
    ) -> None:
        self.definitions = Definitions()
        self.generation = 7
        self.stale = False
        self.empty = empty
        self.other_version = False
        self.first_day: date | None = date(2020, 1, 1)
        self.asked: list[tuple[Question, ...]] = []
        self._available = available

    def within(self, scope: Scope) -> "Given":
        """All of it for who may see everything, as tests here may, and nothing for others."""
        return self if scope == EVERYTHING else Given(empty=True)

    def staff(self) -> Staff:
        """Who works where: everybody in the first team."""
        teams = {key: Team(key, name, "") for key, name in TEAMS.items()}
        agents = {key: Agent(key, name, "T1", None, None) for key, name in AGENTS.items() if key}
        return Staff(True, (), teams, agents)

    def held(self) -> "Given":
        """As it is now, whatever generation comes next."""
        self._guard()
        return copy(self)

    def ask(self, *questions: Question) -> list[Answer]:
        self._guard()
        self.asked.append(questions)
        return [Answer(q, list(self._figures(q)), self.freshness()) for q in questions]

    def freshness(self, now: datetime | None = None) -> Freshness:
        self._guard()
        return Freshness(
            self.generation, NOW - timedelta(hours=1), AS_OF, WATERMARK,
            self.stale, 3_000_000, 1_234,
        )  # fmt: skip

    def members(self, dimension: str) -> dict[str, str]:
        self._guard()
        if dimension == "team":
            return dict(TEAMS)
        if dimension == "agent":
            return dict(AGENTS)
        if dimension in CODES:
            return {name: name for name in CODES[dimension]}
        return {name: name for name in self.definitions.buckets}

    def begins(self, metric: str) -> date | None:
        self._guard()
        return self.first_day

    def available(self) -> frozenset[str]:
        self._guard()
        return self._available

    def aside(self) -> list[tuple[str, str, int, tuple[str, ...]]]:
        self._guard()
        return [("payments", "no_date", 1_234, ("P1", "P2"))]

    def _guard(self) -> None:
        if self.other_version:
            raise OtherVersionError("The figures in /srv/figures were made by another version.")
        if self.empty:
            raise UserError("There are no figures yet.", "", "run `arrears refresh`")

    def _figures(self, question: Question) -> Iterator[Figure]:
        for name in question.metrics:
            for keys in product(*(self._keys(by, question) for by in question.by)):
                yield self._figure(name, keys, question)

    def _keys(self, by: str, question: Question) -> list[object]:
        if by in GRAINS:
            return [floor(span.start, by) for span in question.period.split(by)]
        if by == "weekday":
            return list(range(1, 8))
        if by == "hour":
            return list(range(8, 21))
        return [key for key in self.members(by) if key in question.where.get(by, (key,))]

    def _figure(self, name: str, keys: tuple, question: Question) -> Figure:
        metric = METRICS[name]
        seed = f"{name} {keys} {question.period} {sorted(question.where.items())}"
        chance = int(sha256(seed.encode()).hexdigest()[:6], 16) / 0xFFFFFF
        size = 10_000_000 if metric.unit == "money" else 4_000
        numerator = round(size * (0.6 + 0.4 * chance))
        share = metric.denominator and metric.unit in ("share", "ratio", "days")
        ends = [
            following(key, by) for by, key in zip(question.by, keys, strict=True) if by in GRAINS
        ]
        late = (ends or [question.period.end])[0] > AS_OF + timedelta(days=1)
        return Figure(
            name, keys, round(numerator * (0.2 + 0.3 * chance)) if share else numerator,
            numerator if share else None, numerator if metric.n else None, provisional=late,
        )  # fmt: skip


class Restless(Given):
    """Somebody publishes another generation whenever anything has been asked, but not for who holds
    one. `answered` are the generations that figures were given of."""

    def __init__(self) -> None:
        super().__init__()
        self.answered: list[int] = []
        self._restless = True

    def held(self) -> "Restless":
        same = copy(self)
        same._restless = False
        return same

    def ask(self, *questions: Question) -> list[Answer]:
        self.answered.append(self.generation)
        return super().ask(*questions)

    def freshness(self, now: datetime | None = None) -> Freshness:
        found = super().freshness(now)
        self.generation += self._restless
        return found
