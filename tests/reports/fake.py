"""Answers without a database: plausible figures that add up, for tests of how they are shown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import product
from zlib import crc32

from queries import METRICS, Answer, Definitions, Figure, Freshness, Period, Question
from queries.contract import CHANNELS, CLOSE_REASONS
from queries.figures import Key
from queries.period import GRAINS, floor
from queries.rights import Scope
from queries.staff import Agent, Staff, Team

WEEK = Period(date(2026, 11, 16), date(2026, 11, 23))
TEAMS = {
    "T1": "Early calls 一组",
    "T2": "Late calls 二组",
    "T3": "Field visits",
    "T4": "Legal 法务",
    "T5": "喆堃 special cases",
}
AWKWARD = {
    "T1": "A team with an exceedingly long name that no column was ever made to hold " * 2,
    "T2": "Rockets 🚀😀",
    "T3": "喆堃𠮷",
    "T4": '=HYPERLINK("http://example.com","click")',
    "T5": "<script>alert(1)</script> #strong[x] $x$ *b* @mail `c` \\",
    "T6": "N" * 70,
}
DENOMINATORS = {"promises": 400, "contacts": 9000, "recovery": 40_000_000_00, "aging": 3000}
RATES = {
    "recovery_rate": 0.031, "promise_kept_rate": 0.58, "promise_partial_rate": 0.17,
    "promise_broken_rate": 0.25,
    "promise_kept_rate_by_amount": 0.61, "right_party_rate": 0.11, "contact_rate": 0.16,
    "connect_rate": 0.42, "coverage": 0.71, "promise_rate": 0.22, "cure_rate": 0.09,
}  # fmt: skip


def noise(*parts: object) -> float:
    """Between 0.9 and 1.1, the same for the same parts."""
    return 0.9 + crc32(repr(parts).encode()) % 2001 / 10_000


@dataclass
class FakeAnswers:
    """Has the shape of queries.Answers. `without` names tables that the source lacks."""

    teams: dict[str, str] = field(default_factory=lambda: dict(TEAMS))
    without: tuple[str, ...] = ()
    empty: bool = False
    stale: bool = False
    # Cases that came from teams elsewhere; none where it is the whole operation.
    moved: int = 0
    as_of: date = date(2026, 11, 22)
    definitions: Definitions = field(default_factory=Definitions)
    begun: dict[str, date] = field(default_factory=dict)
    asked: int = 0

    def within(self, _scope: Scope) -> "FakeAnswers":
        return self

    def held(self) -> "FakeAnswers":
        return self

    def ask(self, *questions: Question) -> list[Answer]:
        self.asked += 1
        return [Answer(one, list(self._figures(one)), self.freshness()) for one in questions]

    def freshness(self, now: datetime | None = None) -> Freshness:
        return Freshness(
            7, datetime(2026, 11, 23, 6, 5, tzinfo=UTC), self.as_of,
            datetime(2026, 11, 23, 5, 58, tzinfo=UTC).replace(tzinfo=None), self.stale, 123_456, 42,
        )  # fmt: skip

    def members(self, dimension: str) -> dict[str, str]:
        if dimension == "team":
            return self.teams
        return {str(key): str(key) for key in self._values(dimension)}

    def staff(self) -> Staff:
        teams = {key: Team(key, name, "") for key, name in self.teams.items()}
        agents = {str(key): Agent(str(key), f"Agent {key}", "T1", None, None) for key in range(12)}
        return Staff(whole=True, departments=(), teams=teams, agents=agents)

    def available(self) -> frozenset[str]:
        return frozenset(
            name for name, one in METRICS.items() if not set(one.needs) & set(self.without)
        )

    def begins(self, metric: str) -> date | None:
        return None if self.empty else self.begun.get(metric, date(2024, 1, 1))

    def aside(self) -> list[tuple[str, str, int, tuple[str, ...]]]:
        return [
            ("payments", "no_number", 12, ("P100", "P101")),
            ("contacts", "unknown_case", 30, ("K7",)),
        ]

    def _values(self, dimension: str) -> Sequence[Key]:
        match dimension:
            case "team":
                return list(self.teams)
            case "bucket":
                return self.definitions.buckets
            case "to_state":
                return (*self.definitions.buckets, *CLOSE_REASONS[:4])
            case "close_reason":
                return CLOSE_REASONS[:4]
            case "channel":
                return CHANNELS[:4]
            case "weekday":
                return range(1, 8)
            case "hour":
                return range(8, 21)
        return range(12)

    def _figures(self, question: Question) -> Iterator[Figure]:
        if self.empty:
            return
        for metric in question.metrics:
            if metric == "liquidation":
                yield from self._curve(question)
            else:
                for keys in self._keys(question):
                    yield self._figure(metric, question, keys)

    def _keys(self, question: Question) -> Iterator[tuple[Key, ...]]:
        places: list[Sequence[Key]] = [
            [floor(span.start, name) for span in question.period.split(name)]
            if name in GRAINS
            else self._values(name)
            for name in question.by
        ]
        yield from product(*places)

    def _figure(self, metric: str, question: Question, keys: tuple[Key, ...]) -> Figure:
        """Shares of one week's whole: parts of a split add up to it."""
        week = next((key for key in keys if isinstance(key, date)), question.period.start)
        part, parts = self._part(question, keys)
        unit = METRICS[metric]
        if not unit.denominator:
            whole = self._whole(metric, week)
            share = whole // parts + (whole % parts if part == 0 else 0)
            n = share // 150_000 if METRICS[metric].unit == "money" else share
            return Figure(metric, keys, share, None, n, provisional=False)
        base = int(DENOMINATORS[unit.area] * noise(metric, week, keys) / parts)
        if metric.startswith("roll_rate"):
            return self._rolled(metric, base, keys)
        rate = min(RATES.get(metric, 0.3 if unit.unit == "share" else 4.0), 9) * noise(keys, metric)
        n = base if unit.area != "recovery" else base // 500_000
        late = metric.startswith("promise_") and self.as_of < date(2026, 12, 1) and not keys
        return Figure(metric, keys, int(base * rate), base, n, provisional=late)

    def _rolled(self, metric: str, base: int, keys: tuple[Key, ...]) -> Figure:
        states = self._values("to_state")
        place = list(states).index(keys[1])
        share = 1000 // len(states) + (1000 % len(states) if place == 0 else 0)
        return Figure(metric, keys, share, 1000, 1000, provisional=False)

    def _part(self, question: Question, keys: tuple[Key, ...]) -> tuple[int, int]:
        part, parts = 0, 1
        for name, key in zip(question.by, keys, strict=True):
            if name not in GRAINS:
                values = list(self._values(name))
                part, parts = part * len(values) + values.index(key), parts * len(values)
        return part, parts

    def _whole(self, metric: str, week: date) -> int:
        """Sums of a week; the closing stock is what the bridge makes of the opening one."""
        step = {
            "opening_cases": 20_000, "placed_cases": 900, "closed_cases": 760,
            "opening_balance": 90_000_000_00, "placed_amount": 4_100_000_00,
            "adjusted_balance": 310_000_00, "collected_on_open": 2_900_000_00,
            "closed_balance": 1_050_000_00,
            "moved_cases": self.moved, "moved_balance": self.moved * 5_000_00,
        }  # fmt: skip
        if metric == "open_cases":
            signs = {"opening_cases": 1, "placed_cases": 1, "moved_cases": 1, "closed_cases": -1}
            return sum(sign * self._whole(name, week) for name, sign in signs.items())
        if metric == "open_balance":
            signs = {
                "opening_balance": 1, "placed_amount": 1, "moved_balance": 1,
                "adjusted_balance": 1,
                "collected_on_open": -1, "closed_balance": -1,
            }  # fmt: skip
            return sum(sign * self._whole(name, week) for name, sign in signs.items())
        money = METRICS[metric].unit == "money"
        return int(step.get(metric, 2_950_000_00 if money else 1_400) * noise(metric, week))

    def _curve(self, question: Question) -> Iterator[Figure]:
        vintages = [span.start for span in question.period.split("month")]
        for place, vintage in enumerate(vintages):
            placed = int(8_000_000_00 * noise(vintage))
            for months in range(len(vintages) - place - 1):
                share = 0.05 + 0.5 * (1 - 0.85**months)
                yield Figure(
                    "liquidation", (vintage, months), int(placed * share), placed, 1500, False
                )  # fmt: skip
