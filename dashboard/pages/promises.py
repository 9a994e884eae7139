"""Promises to pay: how many are made, how they come out, and what is still to come."""

from dataclasses import replace
from datetime import timedelta

from charts import Language, Stacked, bars, reading, trend
from dashboard.components.panel import hidden_panel, reason
from dashboard.pages import parts
from dashboard.pages.page import ALL_BUT_CHANNEL, Answers, Content, Page, Panel, View
from queries.dimensions import GRAIN_TITLES
from queries.figures import Question
from queries.period import Period

CARDS = (
    "promises_made", "promises_made_amount", "promise_rate", "promise_kept_rate",
    "promise_kept_rate_by_amount", "promise_broken_rate", "promises_pending_amount",
    "promise_lead_days",
)  # fmt: skip
OUTCOMES = ("promise_kept_rate", "promise_partial_rate", "promise_broken_rate")
# Broken has the warm colour that says "worse" elsewhere, not the green one.
OUTCOME_HUES = (0, 2, 1)
SPLITS = ("promise_kept_rate", "promises_made", "promise_rate")
PEOPLE = (
    "promises_made", "promise_rate", "promises_due", "promise_kept_rate",
    "promise_kept_rate_by_amount", "promise_broken_rate", "promises_pending_amount",
)  # fmt: skip
LINES = ("promise_kept_rate",)
# How far the calendar of what falls due looks ahead.
AHEAD = timedelta(days=28)


def title(language: Language) -> str:
    return language.t("Promises")


def questions(view: View) -> dict[str, Question]:
    every = tuple(dict.fromkeys((*CARDS, *PEOPLE)))
    coming = Period(view.choices.as_of, view.choices.as_of + AHEAD)
    return {
        **parts.asked_for_cards(view, every),
        "outcomes": view.trend(view.known(*OUTCOMES)),
        **parts.asked_for_split(view, "bucket", SPLITS),
        **parts.asked_for_split(view, "product", SPLITS),
        "coming": Question(view.known("promises_pending_amount"), coming, ("day",), view.where),
        **parts.asked_for_people(view, "team", PEOPLE, LINES),
        **parts.asked_for_people(view, "agent", PEOPLE),
    }


def draw(view: View, answers: Answers) -> Content:
    language = view.language
    later = language.t("Promises that are not due yet are neither kept nor broken.")
    return Content(
        lead=parts.lead(view, CARDS, answers),
        panels=[
            parts.trend_of(view, answers, *SPLITS[:1], note=later),
            _outcomes(view, answers),
            parts.trend_of(view, answers, "promises_made"),
            _coming(view, answers),
            parts.split_of(view, answers, "promise_kept_rate", "bucket"),
            parts.split_of(view, answers, "promise_rate", "bucket"),
            parts.split_of(view, answers, "promise_kept_rate", "product"),
            parts.split_of(view, answers, "promises_made", "product"),
            parts.people(view, answers, "team", PEOPLE, bar="promises_made", lines=LINES),
            parts.people(view, answers, "agent", PEOPLE, bar="promises_made"),
        ],
    )


def _outcomes(view: View, answers: Answers) -> Panel:
    """How the promises of each span came out: kept, in part, broken; together all that were due."""
    language = view.language
    heading = language.t(
        "Outcome of promises due by {grain}",
        grain=language.words(GRAIN_TITLES[view.grain]).lower(),
    )
    if not set(OUTCOMES) <= view.available:
        return hidden_panel("outcomes", heading, reason(OUTCOMES, language))
    lines = trend("", answers["outcomes"], OUTCOMES, language)
    chart = Stacked(
        title=heading, unit="share", across=language.words(GRAIN_TITLES[view.grain]),
        categories=lines.categories,
        series=tuple(reading.part(series) for series in lines.series), hues=OUTCOME_HUES,
    )  # fmt: skip
    return Panel("outcomes", heading, chart, OUTCOMES)


def _coming(view: View, answers: Answers) -> Panel:
    """What customers promised to pay on the coming days."""
    language, name = view.language, "promises_pending_amount"
    heading = language.t("Promised for the next four weeks")
    if name not in view.available:
        return hidden_panel("coming", heading, reason([name], language))
    note = language.t("Whatever the chosen period; promises due or still within their grace.")
    # What is to come is not late: nothing is missing from these days.
    due = [replace(figure, provisional=False) for figure in answers["coming"].figures]
    chart = bars(heading, replace(answers["coming"], figures=due), name, language, note=note)
    return Panel("coming", heading, chart, (name,), note)


PAGE = Page("/promises", title, ALL_BUT_CHANNEL, questions, draw)
