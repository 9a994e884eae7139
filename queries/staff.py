"""Who works where: departments, teams and agents as they are now, as far as a scope covers them.

Figures count what was done while somebody was in a team; this is who is in it today, for what is
set for them: targets, rules, lists of people.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import duckdb

from queries.rights import Scope


@dataclass(frozen=True)
class Team:
    """A team and its department, which may be empty."""

    key: str
    name: str
    department: str


@dataclass(frozen=True)
class Agent:
    """An agent, the team of today, and the days of joining and leaving where they are known."""

    key: str
    name: str
    team: str
    joined_on: date | None
    left_on: date | None

    def there(self, first: date, last: date) -> bool:
        """Whether they work on any day from `first` to `last`, as far as is known."""
        joined = self.joined_on is None or self.joined_on <= last
        return joined and (self.left_on is None or self.left_on >= first)


@dataclass(frozen=True)
class Staff:
    """The units that a scope covers wholly, by key in reading order; `whole` says that it covers
    the operation."""

    whole: bool
    departments: tuple[str, ...]
    teams: Mapping[str, Team]
    agents: Mapping[str, Agent]

    def units(self, level: str) -> Mapping[str, str]:
        """Key → name of the units of a level: operation, department, team or agent."""
        match level:
            case "operation":
                return {"": ""} if self.whole else {}
            case "department":
                return {name: name for name in self.departments}
            case "team":
                return {key: team.name for key, team in self.teams.items()}
            case "agent":
                return {key: agent.name for key, agent in self.agents.items()}
        return {}

    def above(self, level: str, unit: str) -> tuple[str, str]:
        """The level and key that a unit belongs to; a team without a department to the operation.
        What is above the operation is itself."""
        if level == "agent" and unit in self.agents:
            return "team", self.agents[unit].team
        if level == "team" and unit in self.teams and self.teams[unit].department:
            return "department", self.teams[unit].department
        return "operation", ""


def read(cursor: duckdb.DuckDBPyConnection, scope: Scope) -> Staff:
    """The staff within the scope; nobody where it says nothing."""
    teams = [Team(*row) for row in cursor.execute(_TEAMS).fetchall()]
    agents = [Agent(*row) for row in cursor.execute(_AGENTS).fetchall()]
    keys = frozenset(scope.keys)
    match scope.dimension:
        case "department":
            teams = [team for team in teams if team.department in keys]
        case "team":
            teams = [team for team in teams if team.key in keys]
        case "agent":
            teams, agents = [], [agent for agent in agents if agent.key in keys]
    held = {team.key: team for team in teams}
    if scope.dimension != "agent":
        agents = [agent for agent in agents if agent.team in held or scope.dimension is None]
    covered = scope.dimension in (None, "department")
    named = dict.fromkeys(team.department for team in teams if team.department and covered)
    return Staff(
        scope.dimension is None, tuple(named), held, {agent.key: agent for agent in agents}
    )


_TEAMS = "SELECT team_id, name, coalesce(department, '') FROM l_teams ORDER BY 1"
_AGENTS = "SELECT agent_id, name, team_id, joined_on, left_on FROM l_agents ORDER BY 1"
