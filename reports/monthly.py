"""The monthly performance report: the month against the one before and a year ago, the quarter and
the year so far."""

from queries.definition import Words
from reports.composing import Pack
from reports.findings import contacts as contacts_found
from reports.findings import promises as promises_found
from reports.findings import recovery, stock, untouched
from reports.money import collected, year
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
    to_date,
    trends,
    vintages,
)

MONTHLY = Pack(
    "monthly",
    Words("Monthly report", "月报"),
    "month",
    chapters(
        to_date, targets, movers, trends, roll, vintages, promises, contacts, aging, bridge, teams,
        restatements, data_note, meanings,
    ),
    tellers=(collected, year, recovery, promises_found, contacts_found, untouched, stock),
    grains=("month", "quarter"),
)  # fmt: skip
