"""Open cases that nobody has tried to reach, by agent; the chapter on aging has them by bucket."""

from datetime import date

from charts import Language
from queries import Question
from reports import tables
from reports.frozen import Frozen
from reports.parts import Column, Note, Section, Table
from reports.sections.aging import UNTOUCHED, part
from reports.spans import Covered

METRICS_SHOWN = ("open_cases", *UNTOUCHED)


def questions(covered: Covered, _as_of: date) -> dict[str, Question]:
    return {"untouched_agents": Question(METRICS_SHOWN, covered.period, ("agent",))}


def tell(frozen: Frozen, language: Language) -> Section | None:
    if not frozen.has(*UNTOUCHED):
        return None
    t = language.t
    title = t("Untouched cases")
    agents = [
        agent
        for agent in tables.by_name(frozen, language, "untouched_agents", "agent")
        if frozen.figure("untouched_agents", "open_cases", agent).value
    ]
    if not agents:
        note = Note(t("No agent has an open case."))
        return Section("untouched", title, title, [note])
    columns, rows = tables.split(
        frozen, language, "untouched_agents", "agent", METRICS_SHOWN, values=agents, total="now"
    )
    shares = [part(language, row[2], row[1]) for row in rows]
    table = Table(
        "untouched_agents",
        t("Open cases without an attempt, by agent"),
        [*columns, Column(t("Share of cases for 7 days"), "share")],
        [[*row, share] for row, share in zip(rows, shares, strict=True)],
        t(
            "At the end of {day}, without an outbound contact for 7, 14 and 30 days; whoever waits"
            " longer is in each of them.",
            day=language.date(frozen.period.last),
        ),
        totals=1,
    )
    return Section("untouched", title, title, [table])
