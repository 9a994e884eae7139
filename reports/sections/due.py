"""The promises that are to come: within their grace, today and on the days ahead, by day and by
agent. "Today" is the day after the period, on which the report is read."""

from datetime import date, timedelta

from charts import Language
from queries import Answer, Period, Question
from queries.figures import Key
from reports import cells, drawn, tables
from reports.frozen import Frozen
from reports.parts import Block, Cell, Column, Drawing, Finding, Note, Picture, Section, Table
from reports.sections.promises import PENDING
from reports.spans import ONE_DAY, Covered

# After today.
DAYS_AHEAD = 7
# No grace is longer.
DAYS_BACK = 31


def today(covered: Covered) -> Period:
    return Period(covered.period.end, covered.period.end + ONE_DAY)


def ahead(covered: Covered) -> Period:
    """Today and the days after it."""
    return Period(covered.period.end, covered.period.end + timedelta(days=DAYS_AHEAD + 1))


def found(frozen: Frozen, language: Language) -> list[Finding]:
    """What falls due today, and what is late but within its grace."""
    if not frozen.has(*PENDING):
        return []
    now, past = (
        [frozen.figure(question, metric, *keys).numerator or 0 for metric in PENDING]
        for question, keys in (("due_days", (frozen.covered.period.end,)), ("due_past", ()))
    )
    t = language.t
    if not now[0] and not past[0]:
        return [Finding(t("No promise falls due today, and none is within its grace."))]
    text = t(
        "Promises due today: {number} of {amount} in all; due before and within their grace:"
        " {past} of {past_amount}.",
        number=language.count(now[0]),
        amount=cells.money(language, now[1]),
        past=language.count(past[0]),
        past_amount=cells.money(language, past[1]),
    )
    return [Finding(text)]


def questions(covered: Covered, _as_of: date) -> dict[str, Question]:
    first = covered.period.end
    return {
        "due_past": Question(PENDING, Period(first - timedelta(days=DAYS_BACK), first)),
        "due_days": Question(PENDING, ahead(covered), ("day",)),
        "due_agents": Question(PENDING, ahead(covered), ("day", "agent")),
    }


def tell(frozen: Frozen, language: Language) -> Section | None:
    if not frozen.has(*PENDING):
        return None
    t = language.t
    if not any(_sum(frozen, question, PENDING[0]) for question in ("due_past", "due_days")):
        blocks: list[Block] = [Note(t("No promise falls due on these days."))]
    else:
        table = days(frozen, language)
        blocks = [table, picture(frozen, language, table), *_agents(frozen, language)]
    return Section("due", t("Promises to come"), t("Promises to come"), blocks)


def picture(frozen: Frozen, language: Language, table: Table) -> Picture:
    title = language.t("Amount still to come, by day due")
    chart = drawn.over_time(frozen, language, title, PENDING[1:], "bars", "due_days")
    return Picture("due", chart, height=42, drawing=Drawing("column", table.key, (3,)))


def days(frozen: Frozen, language: Language) -> Table:
    """One row for what is within its grace, one for each day, and all together."""
    t, covered = language.t, frozen.covered
    columns = [Column(t("Due on"), "text"), Column(t("Weekday"), "text"), *_columns(language)]
    rows = []
    for span in ahead(covered).split("day"):
        day = span.start
        named = t("Today") if day == covered.period.end else language.weekday(day.isoweekday())
        found = (frozen.figure("due_days", metric, day).numerator for metric in PENDING)
        rows.append([cells.name(language.date(day)), cells.name(named), *_pair(language, *found)])
    past = (frozen.figure("due_past", metric).numerator for metric in PENDING)
    rows.append([cells.name(t("Before, within grace")), Cell("", ""), *_pair(language, *past)])
    whole = (
        _sum(frozen, "due_past", metric) + _sum(frozen, "due_days", metric) for metric in PENDING
    )
    rows.append([cells.name(t("Total")), Cell("", ""), *_pair(language, *whole)])
    note = t("What was paid already is among them until the grace of the promise ends.")
    return Table("due_days", t("Promises by due day"), columns, rows, note, totals=2)


def _agents(frozen: Frozen, language: Language) -> list[Table]:
    """Who has to see to them, in the order of names."""
    agents = tables.by_name(frozen, language, "due_agents", "agent", position=1)
    if not agents:
        return []
    t, first = language.t, frozen.covered.period.end
    number, amount = _columns(language)
    columns = [
        Column(t("Agent"), "text"),
        Column(t("Promises due today"), number.unit), Column(t("Amount due today"), amount.unit),
        Column(t("Promises in the {days} days after", days=DAYS_AHEAD), number.unit),
        Column(t("Amount in the {days} days after", days=DAYS_AHEAD), amount.unit),
    ]  # fmt: skip
    rows = []
    for agent in agents:
        now = [_of(frozen, metric, agent, first, today_too=True) for metric in PENDING]
        later = [_of(frozen, metric, agent, first, today_too=False) for metric in PENDING]
        name = tables.label(frozen, language, "agent", agent)
        rows.append([cells.name(name), *_pair(language, *now), *_pair(language, *later)])
    return [Table("due_agents", t("Promises to come by agent"), columns, rows)]


def _of(frozen: Frozen, metric: str, agent: Key, first: date, *, today_too: bool) -> int:
    """The promises of an agent that are due today, or those of the days after."""
    return sum(
        one.numerator or 0
        for one in frozen.answers["due_agents"].of(metric)
        if one.keys[1] == agent and (one.keys[0] == first) is today_too
    )


def _columns(language: Language) -> list[Column]:
    return [Column(language.t("Promises"), "count"), Column(language.t("Amount"), "money")]


def _pair(language: Language, number: int | None, amount: int | None) -> list[Cell]:
    """A number and its amount; no promise is none and no unknown."""
    money = amount or 0
    return [
        cells.number(language, number or 0),
        Cell(cells.money(language, money), money, "money"),
    ]


def _sum(frozen: Frozen, question: str, metric: str) -> int:
    """A promise falls due on one day, so days add up."""
    answer: Answer | None = frozen.answers.get(question)
    return sum(one.numerator or 0 for one in answer.of(metric)) if answer else 0
