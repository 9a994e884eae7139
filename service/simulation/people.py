"""The staff: teams with specialities; agents with skill, level, days of coming and going."""

from dataclasses import dataclass

import numpy as np

from queries.contract import LEVELS
from service.simulation.chance import Array, Rng, happens
from service.simulation.days import NEVER
from service.simulation.plan import Plan

EARLY, LATE, FIELD, LEGAL = range(4)
# Repeated for more teams; each stage of the path needs its kind of team.
_FOCUS = (EARLY, LATE, FIELD, LEGAL, EARLY, LATE, EARLY, FIELD)
_LOAD = np.array([1.0, 1.1, 1.15, 1.4])  # agents needed by focus, relative


@dataclass(frozen=True)
class Staff:
    """Arrays by team position and by agent position."""

    focus: Array  # by team
    team: Array  # by agent, as all below
    level: Array
    skill: Array  # log odds; 0 is the average, 0.3 is a good agent
    joined: Array
    left: Array
    share: Array  # of the team's cases that an agent is given
    agency: Array  # -1 = in-house

    def teams_of(self, focus: int) -> Array:
        """The teams with this speciality; all of them in a shop too small to have one."""
        own = np.flatnonzero(self.focus == focus)
        return own if len(own) else np.arange(len(self.focus))

    def pick(self, rng: Rng, team: Array, day: Array) -> Array:
        """For each row an agent of that team who is there on that day."""
        agent = np.full(len(team), -1, dtype=np.int16)
        for number in range(len(self.focus)):
            rows = np.flatnonzero(team == number)
            members = np.flatnonzero(self.team == number)
            days = day[rows].astype(np.int32)
            span = np.arange(days.min(), days.max() + 1) if len(rows) else days
            present = (self.joined[members] <= span[:, None]) & (span[:, None] < self.left[members])
            steps = np.cumsum(present * self.share[members], axis=1)
            by_row = steps[days - span[0]] if len(rows) else steps
            aim = rng.random(len(rows)) * by_row[:, -1]
            agent[rows] = members[(by_row <= aim[:, None]).sum(axis=1)]
        return agent


def hire(plan: Plan) -> Staff:
    """The staff of the plan. The first agent of each team is its supervisor and always there."""
    rng = plan.chance("people")
    focus = np.array([_FOCUS[number % len(_FOCUS)] for number in range(plan.teams)])
    team = _seats(focus, plan.agents)
    lead = np.r_[True, team[1:] != team[:-1]]
    joined, left = _tenure(rng, plan, lead)
    level = _levels(rng, joined, lead)
    years = np.clip(-joined / 365, 0, 5)
    skill = rng.normal(0, 0.22, plan.agents) + 0.05 * years + rng.normal(0, 0.08, plan.teams)[team]
    rough = np.where(level == 0, 0.8, np.where(level == 3, 0.4, np.where(level == 4, 0.05, 1.0)))
    outsourced = np.isin(team, np.flatnonzero(np.isin(focus, (LATE, FIELD)))[1::2])
    return Staff(
        focus=focus,
        team=team,
        level=level,
        skill=skill - skill.mean(),
        joined=joined,
        left=left,
        share=rough * rng.uniform(0.85, 1.15, plan.agents),
        agency=np.where(outsourced, team % 2, -1),
    )


def _seats(focus: Array, agents: int) -> Array:
    """The team of each agent: one each, then by the load of the team's speciality."""
    wanted = _LOAD[focus] / _LOAD[focus].sum() * agents
    seats = np.maximum(1, np.floor(wanted)).astype(int)
    while seats.sum() != agents:
        gap = wanted - seats
        if seats.sum() < agents:
            seats[gap.argmax()] += 1
        else:
            seats[np.where(seats > 1, gap, np.inf).argmin()] -= 1
    return np.repeat(np.arange(len(focus)), seats)


def _tenure(rng: Rng, plan: Plan, lead: Array) -> tuple[Array, Array]:
    size = plan.agents
    joined = -np.ceil(rng.exponential(650, size)).astype(np.int64) - 30
    new = happens(rng, 0.14, size) & ~lead
    joined = np.where(new, rng.integers(5, plan.days, size), joined)
    leaves = happens(rng, 0.12, size) & ~lead & ~new
    left = np.where(leaves, rng.integers(10, plan.days, size), NEVER)
    return joined, left


def _levels(rng: Rng, joined: Array, lead: Array) -> Array:
    """Positions in LEVELS: by tenure with some chance; supervisors lead, managers two of them."""
    years = -joined / 365 + rng.normal(0, 0.4, len(joined))
    level = np.select([years < 0.8, years < 2.2], [0, 1], 2)
    level[lead] = LEVELS.index("supervisor")
    leads = np.flatnonzero(lead)
    for position in (leads[len(leads) // 4], leads[-1]):
        # A manager is the second seat of a team, where the team is big enough to spare one.
        if position + 2 < len(lead) and not lead[position + 1] and not lead[position + 2]:
            level[position + 1] = LEVELS.index("manager")
    return level
