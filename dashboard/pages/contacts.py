"""Contact attempts: how many, when, on which channel, whom they reach, and what comes of them."""

from decimal import Decimal
from typing import Any

from dash import html

from charts import Language, heatmap
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
from queries.dimensions import GRAIN_TITLES
from queries.figures import Question
from queries.metrics import METRICS

# Beside these, figures of the page know the channel.
WITHOUT_CHANNEL = ("coverage", "promise_rate", "promises_made")
CARDS = (
    "attempts", "connect_rate", "contact_rate", "right_party_rate", "promise_rate", "coverage",
    "intensity", "first_attempt_in_time",
)  # fmt: skip
RATES = ("connect_rate", "contact_rate", "right_party_rate")
HOURS = ("attempts", "right_party_rate")
BUCKETS = ("attempts", "right_party_rate", "coverage")
PEOPLE = (
    "attempts", "connect_rate", "right_party_rate", "coverage", "intensity",
    "first_attempt_in_time", "promise_rate",
)  # fmt: skip
LINES = ("attempts", "right_party_rate")
# Attempts count for whoever made them, cases for their owner: no coverage of an agent.
AGENTS = tuple(name for name in PEOPLE if name != "coverage")
STEPS = (*RATES, "promises_made")


def title(language: Language) -> str:
    return language.t("Contacts")


def _shown(view: View, metrics: tuple[str, ...]) -> tuple[str, ...]:
    """Without the metrics that a chosen channel would have to be left out of."""
    left_out = WITHOUT_CHANNEL if "channel" in view.where else ()
    return tuple(name for name in metrics if name not in left_out)


def questions(view: View) -> dict[str, Question]:
    every = _shown(view, tuple(dict.fromkeys((*CARDS, *PEOPLE, *STEPS))))
    people = _shown(view, PEOPLE)
    return {
        **parts.asked_for_cards(view, every),
        "channels": view.trend(view.known("attempts"), "channel"),
        "hours": view.now(view.known(*HOURS), "weekday", "hour"),
        **parts.asked_for_split(view, "channel", HOURS),
        **parts.asked_for_split(view, "outcome", ("outcome_share",)),
        **parts.asked_for_split(
            view, "bucket", _shown(view, ("attempts", "right_party_rate", "coverage"))
        ),
        **parts.asked_for_people(view, "team", people, LINES),
        **parts.asked_for_people(view, "agent", _shown(view, AGENTS)),
    }


def draw(view: View, answers: Answers) -> Content:
    language, people = view.language, _shown(view, PEOPLE)
    lead = parts.lead(view, _shown(view, CARDS), answers)
    if "channel" in view.where:
        lead.append(_left_out(view))
    by_channel = language.t(
        "Contact attempts by channel and {grain}",
        grain=language.words(GRAIN_TITLES[view.grain]).lower(),
    )
    panels = [
        _funnel(view, answers),
        parts.trend_of(view, answers, *RATES, heading=language.t("Rates of attempts")),
        parts.trend_of(view, answers, "attempts"),
        parts.stack_of(view, answers, "channels", "attempts", heading=by_channel),
        *(_hours(name, view, answers) for name in HOURS),
        *(parts.split_of(view, answers, name, "channel") for name in HOURS),
        parts.split_of(
            view, answers, "outcome_share", "outcome",
            heading=language.words(METRICS["outcome_share"].title),
        ),
        parts.split_of(view, answers, "attempts", "bucket"),
        parts.split_of(view, answers, "right_party_rate", "bucket"),
    ]  # fmt: skip
    if "coverage" in _shown(view, PEOPLE):
        panels.append(parts.split_of(view, answers, "coverage", "bucket"))
    panels += [
        parts.people(view, answers, "team", people, bar="attempts", lines=LINES),
        parts.people(view, answers, "agent", _shown(view, AGENTS), bar="attempts"),
    ]
    return Content(lead=lead, panels=panels)


def _left_out(view: View) -> html.P:
    language = view.language
    names = language.listed([language.words(METRICS[name].title) for name in WITHOUT_CHANNEL])
    text = language.t("Not shown while a channel is chosen, which they do not know: {names}.",
                      names=names)  # fmt: skip
    return html.P(text, id="without-channel", className="panel-note")


def _funnel(view: View, answers: Answers) -> Panel:
    """From the attempt to the promise: how many are left after each step."""
    language = view.language
    heading = language.t("From attempt to promise")
    if not set(RATES) <= view.available:
        return hidden_panel("funnel", heading, reason(RATES, language))
    now = answers["now"]
    counts = [("attempts", language.words(METRICS["attempts"].title),
               now.one("attempts").numerator or 0)]  # fmt: skip
    names = (
        language.t("Connected"), language.t("Somebody reached"), language.t("Right party reached"),
    )  # fmt: skip
    for metric, name in zip(RATES, names, strict=True):
        counts.append((metric, name, now.one(metric).numerator or 0))
    if "promises_made" in view.known(*_shown(view, STEPS)):
        made = METRICS["promises_made"]
        counts.append(("promises_made", language.words(made.title),
                       now.one("promises_made").numerator or 0))  # fmt: skip
    columns = (
        Column.text("step", language.t("Step"), pinned=True, width=170),
        Column("count", language.t("Number"), "bar"),
        Column("of_all", language.t("Of all attempts"), unit="share"),
        Column("of_last", language.t("Of the step before"), unit="share"),
    )
    rows: list[Row] = []
    for key, name, count in counts:
        values: dict[str, Any] = {"step": name, "count": count}
        # Before the first step there is none.
        last = _share(count, counts[len(rows) - 1][2]) if rows else ""
        values |= {"of_all": _share(count, counts[0][2]), "of_last": last}
        rows.append(Row(key, values))
    return Panel("funnel", heading, Grid(columns, tuple(rows)), RATES)


def _share(part: int, whole: int) -> Any:
    return Decimal(part) / whole if whole else None


def _hours(name: str, view: View, answers: Answers) -> Panel:
    language = view.language
    heading = language.t("{metric} by weekday and hour", metric=language.words(METRICS[name].title))
    if name not in view.available:
        return hidden_panel(f"hours-{name}", heading, reason([name], language))
    note = language.t("In the time zone {zone}.", zone=view.definitions.business_zone)
    chart = heatmap(heading, answers["hours"], name, language, note=note)
    return Panel(f"hours-{name}", heading, chart, (name,), note)


PAGE = Page("/contacts", title, (*ALL_BUT_CHANNEL, "channel"), questions, draw)
