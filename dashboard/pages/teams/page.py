"""Who works what, with which result, and whose cases are behind a change. Teams have different
cases, so every comparison tells how; nobody is ranked on a handful of rows."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from statistics import median
from typing import Any

from dash import dcc, html

from charts import Category, Language, Series, Stacked, reading, trend
from dashboard.comparing import like_for_like, mix
from dashboard.components.grid import figures_by
from dashboard.components.kpi_card import kpi_cards
from dashboard.components.panel import missing
from dashboard.components.scope import scope_line
from dashboard.live import WHOLE
from dashboard.pages.page import (
    ALL_BUT_CHANNEL,
    Answers,
    Column,
    Content,
    Grid,
    Move,
    Page,
    Panel,
    Row,
    View,
)  # fmt: skip
from dashboard.pages.teams.agents import agents
from dashboard.pages.teams.compared import (
    MOST_BARS,
    choice,
    comparable,
    compared,
    counted,
    name_of,
    shown_teams,
    whole_name,
)  # fmt: skip
from queries.dimensions import DIMENSIONS
from queries.figures import Answer, Figure, Question

RESULTS = ("collected", "recovery_rate", "promises_made", "promise_kept_rate")
WORK = ("open_cases", "untouched_7d", "attempts", "right_party_rate", "coverage")
EVERY = (*RESULTS, *WORK)
CARDS = (
    "open_cases", "collected", "recovery_rate", "attempts",
    "right_party_rate", "coverage", "promise_kept_rate", "untouched_7d",
)  # fmt: skip
LINES = ("recovery_rate", "promise_kept_rate", "open_cases")
MOVING = ("collected", "promise_kept_rate", "untouched_7d", "right_party_rate")
COMPARED = (
    "collected", "recovery_rate", "promise_kept_rate", "right_party_rate",
    "coverage", "attempts", "open_cases", "untouched_7d",
)  # fmt: skip
PROMISES_N, ALIKE, AGENTS, LOAD = "promises_n", "like_for_like", "agents", "load"
MOST_LINKS = 40
PERSON = ("agent", "team", "level", "agency")
# Pixels: long names of teams lean on a phone and must leave room for the bars.
MIX_HEIGHT = 330
# Beyond this, weeks would be many and months are close enough.
LONG_DAYS = 200

Figures = Mapping[str, Figure]


def title(language: Language) -> str:
    return language.t("Teams and agents")


def questions(view: View) -> dict[str, Question]:
    """Everything the page shows; each split is asked once for all of its panels."""
    names = view.known(*EVERY)
    asked = {
        "now": view.now(names),
        **view.before(names),
        "trend": view.trend(view.known(*CARDS)),
        "teams": view.now(names, "team"),
        "agents": view.now(names, "agent"),
        "lines": view.trend(view.known(*LINES), "team"),
        "mix": view.now(("open_cases",), "team", "bucket"),
        "people": view.now(
            view.known("open_cases", "attempts"), "agent", "team", "level", "agency"
        ),
        **_alike(view),
    }
    if {"team", "agent"} & set(view.where):
        # Agents of one team can be compared by their cases; for all of them it takes too long.
        asked["agent_mix"] = view.now(("open_cases",), "agent", "bucket")
    if view.comparison:
        for split_by in ("team", "agent"):
            question = Question(names, view.comparison, (split_by,), view.where)
            asked[f"{split_by}s_before"] = question
    return asked


def _alike(view: View) -> dict[str, Question]:
    """Short spans follow a case from bucket to bucket; the house is everybody, chosen or not."""
    span = "month" if view.period.days > LONG_DAYS else "week"
    rate = ("recovery_rate",)
    house = {name: kept for name, kept in view.where.items() if name not in ("team", "agent")}
    return {
        "cells": view.now(rate, "team", "bucket", span),
        "house": Question(rate, view.period, ("bucket", span), house),
    }


def draw(view: View, answers: Answers) -> Content:
    cards: list[Any] = kpi_cards(
        view, CARDS, answers["now"], answers.get("before"), answers["trend"]
    )
    absent = [name for name in CARDS if name not in view.available]
    if absent:
        cards.append(missing(absent, view.language))
    measures = {name: compared(name, view, answers) for name in view.known(*COMPARED)}
    return Content(
        lead=[
            scope_line(view),
            html.Div(cards, id="cards", className="cards cards-8", **WHOLE),  # type: ignore[arg-type]
            _people_line(view, answers),
            _team_links(view, answers),
            choice(measures, PAGE.name, view),
        ],
        panels=[
            _results(view, answers),
            _work(view, answers),
            _mixes(view, answers),
            agents(view, answers, view.known(*WORK, *RESULTS)),
        ],
        hidden=[panel for panels in measures.values() for panel in panels],
    )


# ---- who is there


def _loads(answers: Answers) -> dict[str, dict[str, int]]:
    """Team → agent → open cases at the end of the period."""
    loads: dict[str, dict[str, int]] = {}
    for figure in answers["people"].of("open_cases"):
        agent, team = str(figure.keys[0] or ""), str(figure.keys[1] or "")
        if agent and figure.numerator:
            loads.setdefault(team, {})[agent] = figure.numerator
    return loads


def _people_line(view: View, answers: Answers) -> html.P:
    language, each = view.language, sorted(_together(_loads(answers)).values())
    if not each:
        text = language.t("No agent owns an open case at the end of the period.")
    else:
        text = language.n(
            "{count} agent owns open cases at the end of the period: {middle} in the middle,"
            " from {low} to {high}.",
            "{count} agents own open cases at the end of the period: {middle} in the middle,"
            " from {low} to {high} each.",
            len(each),
            low=language.count(each[0]),
            middle=language.count(round(median(each))),
            high=language.count(each[-1]),
        )
    return html.P(text, id="workload", className="teams-note")


def _team_links(view: View, answers: Answers) -> html.P:
    """The same page for one team, with all other filters."""
    language = view.language
    teams = list({**view.choices.members["team"], **shown_teams(view, answers)})
    links: list[Any] = [html.Span(language.t("Only one team:"))]
    if view.where.get("team"):
        links = [_link(language.t("All teams"), view, ()), *links]
    links += [_link(name_of(view, "team", team), view, (team,)) for team in teams[:MOST_LINKS]]
    more = len(teams) - MOST_LINKS
    if more > 0:
        links.append(html.Span(language.n("and {count} more", "and {count} more", more)))
    return html.P(links, id="team-links", className="team-links", **WHOLE)  # type: ignore[arg-type]


def _link(text: str, view: View, team: tuple[str, ...]) -> dcc.Link:
    return dcc.Link(text, href=view.href(PAGE.path, team=team), refresh=False)


# ---- all teams


def _results(view: View, answers: Answers) -> Panel:
    language = view.language
    columns = [
        *_columns(view, RESULTS, bar="collected"),
        Column(PROMISES_N, language.t("n (promises)")),
    ]
    # What is fair to compare stands before what is not.
    columns.insert(1, _alike_column(language))
    alike = like_for_like(answers["cells"], answers["house"])
    whole = like_for_like(_as_one(answers["cells"]), answers["house"])
    extra = {
        team: {
            ALIKE: alike.get(team), PROMISES_N: _n(figures.get("promise_kept_rate")),
            **_lines(LINES[:2], team, view, answers),
        }
        for team, figures in shown_teams(view, answers).items()
    }  # fmt: skip
    total = {ALIKE: whole.get(""), PROMISES_N: _n(answers["now"].one("promise_kept_rate"))}
    note = language.t(
        "Harder cases are paid less, so compare like for like first. The last row is the whole,"
        " never a sum or an average of rates."
    )
    heading = language.t("Teams: results")
    grid = _grid(view, answers, RESULTS, columns, {**extra, "whole": total})
    return Panel("results", heading, grid, view.known(*RESULTS), note, wide=True)


def _alike_column(language: Language) -> Column:
    explain = language.t(
        "Collected as a share of what the whole operation collects from the same balances"
        " in the same buckets and weeks: 100% is as much as usual for such cases."
    )
    heading = language.t("Collected, like for like")
    return Column(ALIKE, heading, unit="share", explain=explain)


def _work(view: View, answers: Answers) -> Panel:
    language = view.language
    columns = [
        *_columns(view, WORK, bar="open_cases"),
        Column(AGENTS, language.t("Agents with open cases")),
        Column(LOAD, language.t("Open cases per agent"), unit="ratio"),
    ]
    loads, extra = _loads(answers), {}
    for team in shown_teams(view, answers):
        extra[team] = {
            **_load(loads.get(team, {})),
            **_lines(LINES[2:], team, view, answers),
        }
    extra["whole"] = _load(_together(loads))
    note = language.t(
        "Cases owned at the end of the period; attempts and promises count for the team of their"
        " agent. Coverage of the whole counts each case once."
    )
    grid = _grid(view, answers, WORK, columns, extra)
    heading = language.t("Teams: work")
    return Panel("work", heading, grid, view.known(*WORK), note, wide=True)


def _columns(view: View, metrics: Sequence[str], *, bar: str) -> list[Column]:
    """Name, then each figure, with its change and its line where it has them: not all have, so
    that a desk shows the table without scrolling."""
    language = view.language
    columns = [Column.text("team", language.words(DIMENSIONS["team"]), pinned=True, width=160)]
    for name in view.known(*metrics):
        columns.append(Column.of(name, language, kind="bar" if name == bar else "number"))
        if name in MOVING and comparable(name, view):
            columns.append(Column.of(name, language, kind="change"))
        if name in LINES:
            columns.append(Column.of(name, language, kind="line"))
    return columns


def _grid(
    view: View,
    answers: Answers,
    metrics: Sequence[str],
    columns: Sequence[Column],
    extra: Mapping[str, Mapping[str, Any]],
) -> Grid:
    names, earlier = view.known(*metrics), answers.get("teams_before")
    before = figures_by(earlier.figures) if earlier else {}
    rows = [
        Row(team, {"team": name_of(view, "team", team),
                   **_moves(names, figures, before.get(team, {})), **extra[team]})
        for team, figures in shown_teams(view, answers).items()
    ]  # fmt: skip
    whole = {name: answers["now"].one(name) for name in names}
    known = answers.get("before")
    past = {name: known.one(name) for name in names} if known else {}
    total = {
        "team": whole_name(view), **_moves(names, whole, past), **extra["whole"],
        **{f"{name}_line": trend("", answers["trend"], name, view.language).series[0]
           for name in view.known(*LINES) if name in names},
    }  # fmt: skip
    return Grid(tuple(columns), tuple(rows), Row("whole", total))


def _moves(names: Sequence[str], now: Figures, before: Figures) -> dict[str, Any]:
    """Figures and, beside them, how they changed."""
    found: dict[str, Any] = {name: counted(name, now) for name in names}
    for name in names:
        found[f"{name}_change"] = Move(found[name], counted(name, before))
    return found


def _n(figure: Figure | None) -> int | None:
    return figure.n if figure else None


def _as_one(answer: Answer) -> Answer:
    """The same figures as if there were one member; sums stay right, as each row is added."""
    kept = [replace(figure, keys=("", *figure.keys[1:])) for figure in answer.figures]
    added: dict[tuple[Any, ...], Figure] = {}
    for figure in kept:
        other = added.get(figure.keys)
        if other:
            figure = replace(
                figure,
                numerator=(figure.numerator or 0) + (other.numerator or 0),
                denominator=None if figure.denominator is None
                else figure.denominator + (other.denominator or 0),
            )  # fmt: skip
        added[figure.keys] = figure
    return replace(answer, figures=list(added.values()))


def _lines(names: Sequence[str], team: str, view: View, answers: Answers) -> dict[str, Series]:
    answer, found = answers["lines"], {}
    figures = [figure for figure in answer.figures if str(figure.keys[1] or "") == team]
    own = replace(answer, figures=figures)
    starts = reading.spans_of(answer, view.grain)
    for name in view.known(*names):
        keys = [(start, figures[0].keys[1]) for start in starts] if figures else []
        found[f"{name}_line"] = reading.series_of("", own, name, keys)
    return found


# ---- workload and mix


def _load(agents: Mapping[str, int]) -> dict[str, Any]:
    each = Decimal(sum(agents.values())) / len(agents) if agents else None
    return {AGENTS: len(agents), LOAD: each}


def _together(loads: Mapping[str, Mapping[str, int]]) -> dict[str, int]:
    """Agent → open cases in all teams."""
    each: dict[str, int] = {}
    for held in loads.values():
        for agent, cases in held.items():
            each[agent] = each.get(agent, 0) + cases
    return each


def _mixes(view: View, answers: Answers) -> Panel:
    """How different the cases of the teams are, which is why their rates differ."""
    language, mixes = view.language, mix(answers["mix"])
    shown = [team for team in shown_teams(view, answers) if team in mixes][:MOST_BARS]
    names = [name_of(view, "team", team) for team in shown]
    series = tuple(
        Series(bucket, tuple(mixes[team].get(bucket, Decimal(0)) for team in shown), "part")
        for bucket in view.choices.members["bucket"]
        if any(bucket in mixes[team] for team in shown)
    )
    heading = language.t("Open cases of each team by bucket")
    note = language.t("At the end of {day}.", day=language.date(view.period.last))
    chart = Stacked(
        title=heading, unit="share", across=language.words(DIMENSIONS["team"]),
        categories=tuple(Category(*one) for one in zip(shown, names, names, strict=True)),
        series=series, note=note, ranked=True,
    )  # fmt: skip
    return Panel("mix", heading, chart, ("open_cases",), note, wide=True, height=MIX_HEIGHT)


PAGE = Page("/teams", title, ALL_BUT_CHANNEL, questions, draw)
