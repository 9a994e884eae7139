"""The weekly executive report."""

from queries.definition import Words
from reports.composing import Pack
from reports.sections import (
    aging,
    bridge,
    chapters,
    contacts,
    data_note,
    meanings,
    movers,
    promises,
    restatements,
    roll,
    targets,
    teams,
    trends,
    vintages,
)

WEEKLY = Pack(
    "weekly",
    Words("Weekly report", "周报"),
    "week",
    chapters(
        targets, movers, trends, vintages, promises, contacts, aging, bridge, roll, teams,
        restatements, data_note, meanings,
    ),
)  # fmt: skip
