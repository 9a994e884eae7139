"""What is asked of the simulation: how many cases, which days, which seed."""

from dataclasses import dataclass
from datetime import date, timedelta
from zlib import crc32

import numpy as np

from queries.errors import UserError

DAY = 86_400


@dataclass(frozen=True)
class Plan:
    """The order for one demo case database.

    The history is `days` days long and ends on `last_day` (included). `bad_rows` is the share of
    rows of each event table that is bad in each of the ways a row can be bad (0.001 = 0.1 %).
    The same plan always gives the same rows.
    """

    cases: int
    days: int
    seed: int
    last_day: date
    teams: int = 8
    agents: int = 80
    bad_rows: float = 0.001

    def __post_init__(self) -> None:
        _within("cases", self.cases, 1, 20_000_000)
        _within("days", self.days, 14, 4_000)
        _within("seed", self.seed, 0, 2**63 - 1)
        _within("teams", self.teams, 1, 200)
        _within("agents", self.agents, self.teams, 2_000)
        _within("bad_rows", self.bad_rows, 0, 0.05)

    @property
    def first_day(self) -> date:
        """The day that all day numbers of the simulation count from (day 0)."""
        return self.last_day - timedelta(days=self.days - 1)

    @property
    def end(self) -> int:
        """The last second of the history, in seconds since midnight of the first day."""
        return self.days * DAY - 1

    def chance(self, topic: str) -> np.random.Generator:
        """A generator for each topic, so that a change in one leaves the others as they were."""
        return np.random.default_rng([self.seed, crc32(topic.encode())])


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise UserError(
            f"{name} is {value}.",
            f"a number from {low} to {high}",
            f"Choose another value for {name}.",
        )
