"""The weekly pack of a team for its lead: within the scope of the team, so that nothing in it tells
of others. Its agents stand in the order of their names and are never ranked."""

from queries.definition import Words
from reports.composing import Pack
from reports.sections import (
    agents,
    aging,
    chapters,
    contacts,
    data_note,
    due,
    meanings,
    movers,
    promises,
    restatements,
    targets,
    trends,
    untouched,
)

TEAM = Pack(
    "team",
    Words("Team pack", "团队周报"),
    "week",
    chapters(
        targets, due, untouched, agents, movers, trends, promises, contacts, aging, restatements,
        data_note, meanings,
    ),
    by_team=True,
)  # fmt: skip
