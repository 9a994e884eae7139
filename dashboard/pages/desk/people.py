"""The parts of My desk about people: untouched cases, what each agent works, how teams stand and
what moved. Nobody is ranked: rows are in the order of names."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dashboard.components.grid import figures_by
from dashboard.components.movers import movers
from dashboard.components.panel import hidden_panel, reason
from dashboard.pages import parts
from dashboard.pages.desk.figures import Section, covers, of_month
from dashboard.pages.desk.promises import NUMBER, today_of
from dashboard.pages.page import Answers, Column, Content, Grid, Panel, Row, View
from dashboard.pages.teams.agents import remark
from dashboard.periods import ONE_DAY
from queries.figures import Question
from queries.period import Period

UNTOUCHED = ("open_cases", "untouched_7d", "untouched_14d", "untouched_30d")
AGENTS = (
    "open_cases", "untouched_7d", "attempts", "right_party_rate", "promises_made",
    "promise_kept_rate", "collected",
)  # fmt: skip
TEAMS = (
    "collected", "recovery_rate", "promise_kept_rate", "right_party_rate", "coverage",
    "open_cases", "untouched_7d",
)  # fmt: skip
DUE = "due_today"


def untouched_cases() -> Section:
    """Open cases that nobody has tried to reach, by agent."""
    return Section(_untouched_asked, _untouched_drawn)


def agents_at_work() -> Section:
    """What each agent worked and reached in the month so far."""
    return Section(_agents_asked, _agents_drawn)


def teams_at_work() -> Section:
    """What each team works and reached in the month so far."""
    return Section(_teams_asked, _teams_drawn)


def what_moved() -> Section:
    """Where teams got worse or better by more than chance."""
    return Section(_teams_asked, _moved_drawn)


# ---- untouched cases


def _last_day(view: View) -> Period:
    return Period(view.choices.as_of, view.choices.as_of + ONE_DAY)


def _untouched_asked(view: View) -> dict[str, Question]:
    names, day = view.known(*UNTOUCHED), _last_day(view)
    return {
        "untouched": Question(names, day, (), view.where),
        "untouched_agents": Question(names, day, ("agent",), view.where),
    }


def _untouched_drawn(view: View, answers: Answers) -> Content:
    language = view.language
    heading = language.t("Untouched cases by agent")
    if UNTOUCHED[1] not in view.available:
        return Content(panels=[hidden_panel("untouched", heading, reason(UNTOUCHED, language))])
    note = language.t(
        "{covered}. Open cases at the end of the day without an outbound contact for 7, 14 and 30"
        " days; who waits longer is in each of them.",
        covered=covers(view, _last_day(view)),
    )
    asked = {"now": answers["untouched"], "agent": answers["untouched_agents"]}
    grid = _grid(view, asked, "agent", UNTOUCHED, bar="untouched_7d")
    held = tuple(row for row in grid.rows if _number(row, "open_cases"))
    panel = Panel("untouched", heading, replace(grid, rows=held), UNTOUCHED, note)
    return Content(panels=[panel])


def _number(row: Row, name: str) -> Any:
    figure = row.values.get(name)
    return getattr(figure, "value", None)


# ---- agents


def _agents_asked(view: View) -> dict[str, Question]:
    month = of_month(view)
    due = view.known(NUMBER)
    return {
        "agents_whole": month.now(month.known(*AGENTS)),
        "agents": month.now(month.known(*AGENTS), "agent"),
        **({"agents_due": Question(due, today_of(view), ("agent",), view.where)} if due else {}),
    }


def _agents_drawn(view: View, answers: Answers) -> Content:
    month, language = of_month(view), view.language
    asked = {"now": answers["agents_whole"], "agent": answers["agents"]}
    grid = _grid(month, asked, "agent", AGENTS, bar="open_cases")
    rows, total = grid.rows, grid.total
    columns = [*grid.columns]
    if "agents_due" in answers and total is not None:
        due = {key: found[NUMBER].value or 0
               for key, found in figures_by(answers["agents_due"].figures).items()}  # fmt: skip
        columns.insert(2, Column(DUE, language.t("Promises due today")))
        rows = tuple(_with(row, {DUE: due.get(row.key, 0)}) for row in rows)
        total = _with(total, {DUE: sum(due.values())})
    columns.append(Column.text("remark", language.t("Too few rows for"), wrap=True))
    rows = tuple(_with(row, {"remark": _remark(row, month)}) for row in rows)
    note = language.t(
        "{covered}. In the order of names, not of results: rates of few rows are chance, and cases"
        " differ.",
        covered=covers(month, month.period),
    )
    shown = Grid(tuple(columns), rows, total)
    return Content(panels=[Panel("agents", language.t("Agents"), shown, AGENTS, note, wide=True)])


def _remark(row: Row, month: View) -> str:
    if row.apart:
        return ""
    figures: Mapping[str, Any] = {name: row.values[name] for name in month.known(*AGENTS)}
    return remark(figures, month.language)


def _with(row: Row, values: Mapping[str, Any]) -> Row:
    return replace(row, values={**row.values, **values})


def _grid(view: View, asked: Answers, by: str, names: Sequence[str], *, bar: str) -> Grid:
    """The table that other pages have, of other answers."""
    body = parts.people(view, asked, by, names, bar=bar).body
    assert isinstance(body, Grid)
    return body


# ---- teams


def _teams_asked(view: View) -> dict[str, Question]:
    month = of_month(view)
    return {"teams_whole": month.now(month.known(*TEAMS)),
            **parts.asked_for_split(month, "team", TEAMS)}  # fmt: skip


def _teams_drawn(view: View, answers: Answers) -> Content:
    month, language = of_month(view), view.language
    asked = {"now": answers["teams_whole"], "team": answers["team"]}
    grid = _grid(month, asked, "team", TEAMS, bar="collected")
    note = language.t(
        "{covered}. The last row is the whole; a rate is its quotient, never an average.",
        covered=covers(month, month.period),
    )
    return Content(panels=[Panel("teams", language.t("Teams"), grid, TEAMS, note, wide=True)])


def _moved_drawn(view: View, answers: Answers) -> Content:
    month = of_month(view)
    body = movers(month, answers["team"], answers.get("team_before"))
    heading, note = view.language.t("What moved, by team"), _against(month)
    return Content(panels=[Panel("movers", heading, body, note=note)])


def _against(month: View) -> str:
    language, against = month.language, month.comparison
    told = covers(month, month.period)
    if against is None:
        return told
    compared = language.t("vs {period}", period=language.span(against))
    return f"{told} · {compared}"
