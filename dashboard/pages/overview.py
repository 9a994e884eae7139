"""How are we doing, and where should I look: cards, movers, trends, aging, teams."""

from dataclasses import replace
from typing import Any

from charts import Language, bars, heatmap
from dashboard.components.grid import figures_by
from dashboard.components.movers import movers
from dashboard.components.panel import hidden_panel, reason
from dashboard.pages import parts
from dashboard.pages.page import (
    ALL_BUT_CHANNEL,
    Answers,
    Column,
    Content,
    Grid,
    Page,
    Panel,
    Row,
    View,
)  # fmt: skip
from queries.dimensions import DIMENSIONS
from queries.figures import Figure, Question
from queries.metrics import METRICS

CARDS = (
    "collected", "recovery_rate", "promise_kept_rate", "right_party_rate",
    "coverage", "open_balance", "open_cases", "untouched_7d",
)  # fmt: skip
TRENDS = ("recovery_rate", "promise_kept_rate")
COLUMNS = (
    "collected", "recovery_rate", "promise_kept_rate", "coverage", "open_cases", "untouched_7d",
)  # fmt: skip
PROMISES_N = "promises_n"
# Pixels of a drawing, so that cards, trends, movers and teams stand on one screen of a desk.
HEIGHT = 134
BESIDE_HOURS = 270


def title(language: Language) -> str:
    return language.t("Overview")


def questions(view: View) -> dict[str, Question]:
    """Everything the page shows. Cards and the last row of the table share one question."""
    asked = {
        **parts.asked_for_cards(view, CARDS),
        "buckets": view.now(("open_cases", "open_balance"), "bucket"),
        "teams": view.now(view.known(*COLUMNS), "team"),
    }
    if view.comparison:
        asked["teams_before"] = Question(
            view.known(*COLUMNS), view.comparison, ("team",), view.where
        )
    if "attempts" in view.available:
        asked["hours"] = view.now(("attempts",), "weekday", "hour")
    return asked


def draw(view: View, answers: Answers) -> Content:
    return Content(
        lead=parts.lead(view, CARDS, answers),
        panels=[
            *(replace(parts.trend_of(view, answers, name), height=HEIGHT) for name in TRENDS),
            _aging("open_cases", view, answers),
            _movers(view, answers),
            _teams(view, answers),
            _aging("open_balance", view, answers),
            _hours(view, answers),
        ],
        columns=3,
    )


def _aging(name: str, view: View, answers: Answers) -> Panel:
    language = view.language
    heading = language.t("{metric} by bucket", metric=language.words(METRICS[name].title))
    note = language.t("At the end of {day}.", day=language.date(view.period.last))
    chart = bars(
        heading, answers["buckets"], name, language, members=view.members("bucket"), note=note
    )
    # The first stands beside the trends, the second beside the hours.
    height = HEIGHT if name == "open_cases" else BESIDE_HOURS
    return Panel(f"aging-{name}", heading, chart, (name,), height=height)


def _movers(view: View, answers: Answers) -> Panel:
    before = answers.get("teams_before")
    body = movers(view, answers["teams"], before)
    return Panel("movers", view.language.t("What moved, by team"), body)


def _hours(view: View, answers: Answers) -> Panel:
    language = view.language
    heading = language.t("Contact attempts by weekday and hour")
    if "hours" not in answers:
        return hidden_panel("hours", heading, reason(["attempts"], language))
    note = language.t("In the time zone {zone}.", zone=view.definitions.business_zone)
    chart = heatmap(heading, answers["hours"], "attempts", language, note=note)
    return Panel("hours", heading, chart, ("attempts",), note, span=2)


def _teams(view: View, answers: Answers) -> Panel:
    language = view.language
    names = view.known(*COLUMNS)
    columns = [Column.text("team", language.words(DIMENSIONS["team"]), pinned=True, width=160)]
    for name in names:
        columns.append(Column.of(name, language))
        if name == "promise_kept_rate":
            columns.append(Column(PROMISES_N, language.t("n (promises)")))
    note = language.t(
        "The last row is the whole: amounts and cases are sums; a rate is the quotient of the"
        " whole, never a sum or an average of the rows."
    )
    whole = {name: answers["now"].one(name) for name in names}
    grid = Grid(
        tuple(columns), _team_rows(view, answers, names), Row("whole", _values(_whole(view), whole))
    )
    return Panel("teams", language.t("Teams"), grid, note=note, span=2)


def _team_rows(view: View, answers: Answers, names: tuple[str, ...]) -> tuple[Row, ...]:
    """A row for each team that has a figure or was chosen, in the order of the teams."""
    members, found = view.choices.members["team"], figures_by(answers["teams"].figures)
    # Somebody who chose a team looks for its row, even where it has nothing to show.
    shown = {**{team: {} for team in view.where.get("team", ())}, **found}
    order = [*members, *(key for key in shown if key not in members)]
    return tuple(
        Row(key, _values(view.language.member("team", key, members.get(key, "")),
                         {name: _counted(name, shown[key]) for name in names}))
        for key in order
        if key in shown
    )  # fmt: skip


def _counted(name: str, figures: dict[str, Figure]) -> Figure:
    """Only rows that exist are summed by team; a sum without any row is nothing."""
    known = figures.get(name)
    if known is not None and (known.value is not None or METRICS[name].denominator):
        return known
    nothing = None if METRICS[name].denominator else 0
    return Figure(name, (), nothing, None, None, provisional=False)


def _values(team: str, figures: dict[str, Figure]) -> dict[str, Any]:
    kept = figures.get("promise_kept_rate")
    return {"team": team, **figures, PROMISES_N: kept.n if kept else None}


def _whole(view: View) -> str:
    language, chosen = view.language, len(view.where.get("team", ()))
    if chosen:
        return language.n("{count} chosen team", "{count} chosen teams together", chosen)
    return language.t("All teams together")


PAGE = Page("/", title, ALL_BUT_CHANNEL, questions, draw)
