"""The values that a dimension can take, with their labels, in reading order."""

from collections.abc import Sequence

import duckdb

from queries.contract import CHANNELS, CLOSE_REASONS, LEVELS, OUTCOMES, STAGES
from queries.definitions import Definitions
from queries.store.rules import AGE_BANDS, AGE_BEYOND, IDLE_BANDS

# Dimensions whose members are codes, in reading order.
CODES: dict[str, tuple[str, ...]] = {
    "channel": CHANNELS,
    "outcome": OUTCOMES,
    "stage": STAGES,
    "close_reason": CLOSE_REASONS,
    "level": LEVELS,
    "hour": tuple(str(hour) for hour in range(24)),
    "weekday": tuple(str(day) for day in range(1, 8)),
    "idle": IDLE_BANDS,
    "age": (*(name for _, name in AGE_BANDS), AGE_BEYOND),
    "stage_age": (*(name for _, name in AGE_BANDS), AGE_BEYOND),
    "months": tuple(str(month) for month in range(121)),
}
_STORED = {
    "team": "SELECT team_id, name FROM l_teams UNION"
    " SELECT DISTINCT team_id, team_id FROM l_cases"
    " WHERE team_id NOT IN (SELECT team_id FROM l_teams) ORDER BY 1",
    "agent": "SELECT agent_id, name FROM l_agents UNION ALL SELECT '', ''"
    " UNION SELECT DISTINCT agent, agent FROM s_contacts_who"
    " WHERE agent NOT IN (SELECT agent_id FROM l_agents) AND agent <> '' ORDER BY 1",
    "department": "SELECT DISTINCT coalesce(department, ''), coalesce(department, '') FROM l_teams"
    " ORDER BY 1",
    "agency": "SELECT DISTINCT coalesce(agency, ''), coalesce(agency, '') FROM l_agents ORDER BY 1",
    "product": "SELECT DISTINCT product, product FROM l_cases ORDER BY 1",
    "segment": "SELECT DISTINCT segment, segment FROM l_cases ORDER BY 1",
    "region": "SELECT DISTINCT region, region FROM l_cases ORDER BY 1",
    "vintage": "SELECT DISTINCT CAST(date_trunc('month', placed_on) AS DATE)::VARCHAR AS month,"
    " month FROM l_cases ORDER BY 1",
}


# Dimensions whose members are people or where they work.
OF_PEOPLE = ("department", "team", "agent")

# Who belongs together, and who has worked for a team that they have left since.
_TOGETHER = """
    SELECT coalesce(t.department, '') AS department, t.team_id AS team, a.agent_id AS agent
    FROM l_teams AS t LEFT JOIN l_agents AS a USING (team_id)
    UNION SELECT coalesce(t.department, ''), t.team_id, '' FROM l_teams AS t
    UNION SELECT coalesce(t.department, ''), w.team, w.agent
    FROM s_contacts_who AS w LEFT JOIN l_teams AS t ON t.team_id = w.team
"""


def inside(
    cursor: duckdb.DuckDBPyConnection, dimension: str, scope: str, values: Sequence[str]
) -> frozenset[str]:
    """The members of `dimension` that belong to these `values` of the dimension `scope`; both are
    of OF_PEOPLE."""
    assert dimension in OF_PEOPLE
    assert scope in OF_PEOPLE
    if dimension == scope:
        return frozenset(values)
    rows = cursor.execute(
        f"SELECT DISTINCT {dimension} FROM ({_TOGETHER})"
        f" WHERE list_contains(?, {scope}) AND {dimension} IS NOT NULL",
        [list(values)],
    )
    return frozenset(value for (value,) in rows.fetchall())


def read(
    cursor: duckdb.DuckDBPyConnection, dimension: str, definitions: Definitions
) -> dict[str, str]:
    """Value → label; codes label themselves, teams and agents carry their names."""
    if dimension == "bucket":
        return {name: name for name in definitions.buckets}
    if dimension == "to_state":
        return {name: name for name in (*definitions.buckets, *CLOSE_REASONS)}
    if dimension in CODES:
        return {code: code for code in CODES[dimension]}
    return dict(cursor.execute(_STORED[dimension]).fetchall())
