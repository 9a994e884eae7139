"""The daily huddle sheet: one page for the meeting that begins a working day. Definitions and the
data note are in its workbook."""

from queries.definition import Words
from reports.composing import Pack
from reports.findings import contacts, untouched
from reports.money import collected
from reports.sections import chapters, data_note, due, huddle, meanings, targets

DAILY = Pack(
    "daily",
    Words("Daily huddle sheet", "晨会日报"),
    "day",
    (*chapters(huddle), *chapters(targets, data_note, meanings, on_paper=False)),
    shown=(
        "collected", "attempts", "right_party_rate", "promises_made", "open_cases", "untouched_7d",
    ),
    tellers=(collected, due.found, contacts, untouched),
    grains=("month",),
    one_page=True,
)  # fmt: skip
