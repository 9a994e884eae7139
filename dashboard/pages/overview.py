"""How are we doing, and where should I look: cards, trends, aging, attempts, teams."""

from collections.abc import Mapping
from typing import Any

from dash import html

from charts import Chart, Language, bars, heatmap, trend
from dashboard.components.kpi_card import Kpi, kpi_card
from dashboard.components.panel import chart_panel, hidden_panel, info, panel
from dashboard.components.team_table import TeamTable, team_table
from dashboard.live import WHOLE
from dashboard.pages.page import Page, View
from dashboard.periods import weeks_up_to
from queries.contract import TABLES
from queries.figures import Answer, Question
from queries.metrics import METRICS

CARDS = (
    "collected", "recovery_rate", "promise_kept_rate", "right_party_rate",
    "coverage", "open_balance", "open_cases", "untouched_7d",
)  # fmt: skip
TRENDS = ("recovery_rate", "promise_kept_rate")
COLUMNS = (
    "collected", "recovery_rate", "promise_kept_rate", "coverage", "open_cases", "untouched_7d",
)  # fmt: skip

Answers = Mapping[str, Answer]


def title(language: Language) -> str:
    return language.t("Overview")


def questions(view: View) -> dict[str, Question]:
    """Everything the page shows. Cards and the last row of the table share one question."""
    period, where = view.period, view.where
    cards = view.known(*CARDS)
    asked = {
        "now": Question(cards, period, (), where),
        "before": Question(cards, view.comparison, (), where),
        "weeks": Question(cards, weeks_up_to(period), ("week",), where),
        "buckets": Question(("open_cases", "open_balance"), period, ("bucket",), where),
        "teams": Question(view.known(*COLUMNS), period, ("team",), where),
    }
    if "attempts" in view.available:
        asked["hours"] = Question(("attempts",), period, ("weekday", "hour"), where)
    return asked


def draw(view: View, answers: Answers) -> html.Div:
    return html.Div(
        [
            html.P(_shown(view), id="period", className="shown"),
            html.Div(_cards(view, answers), id="cards", className="cards", **WHOLE),  # type: ignore[arg-type]
            html.Div(_panels(view, answers), className="panels"),
            _teams(view, answers),
        ],
        className="overview",
    )


def _shown(view: View) -> str:
    language = view.language
    return language.t(
        "{period}, compared with {comparison}",
        period=language.span(view.period), comparison=language.span(view.comparison),
    )  # fmt: skip


def _cards(view: View, answers: Answers) -> list[Any]:
    against = view.language.span(view.comparison)
    cards = [
        kpi_card(
            Kpi(METRICS[name], answers["now"].one(name), answers["before"].one(name),
                trend("", answers["weeks"], name, view.language).series[0]),
            against, view.language, dark=view.dark,
        )
        for name in view.known(*CARDS)
    ]  # fmt: skip
    missing = [name for name in CARDS if name not in view.available]
    return [*cards, *([_missing_cards(missing, view.language)] if missing else [])]


def _missing_cards(names: list[str], language: Language) -> html.P:
    """One plain line instead of empty cards."""
    return html.P(
        language.t(
            "Not shown: {metrics}. {reason}",
            metrics=language.listed([language.words(METRICS[name].title) for name in names]),
            reason=reason(names, language),
        ),
        id="missing-cards",
        className="panel nothing",
    )


def reason(names: list[str], language: Language) -> str:
    """Which tables the case database would need for these metrics."""
    needed = {table for name in names for table in METRICS[name].needs}
    tables = [table for table in TABLES if table in needed]
    return language.n(
        "The case database holds no rows in this table: {tables}.",
        "The case database lacks rows in at least one of these tables: {tables}.",
        len(tables),
        tables=language.listed(tables),
    )


def _panels(view: View, answers: Answers) -> list[html.Section]:
    return [
        *(_trend(name, view, answers) for name in TRENDS),
        _aging("open_cases", view, answers),
        _aging("open_balance", view, answers),
        _hours(view, answers),
    ]


def _trend(name: str, view: View, answers: Answers) -> html.Section:
    language = view.language
    heading = language.t("{metric} by week", metric=language.words(METRICS[name].title))
    if name not in view.available:
        return hidden_panel(f"trend-{name}", heading, reason([name], language))
    return _chart(f"trend-{name}", trend(heading, answers["weeks"], name, language), name, view)


def _aging(name: str, view: View, answers: Answers) -> html.Section:
    language = view.language
    heading = language.t("{metric} by bucket", metric=language.words(METRICS[name].title))
    note = language.t("At the end of {day}.", day=language.date(view.period.last))
    chart = bars(heading, answers["buckets"], name, language, members=_members(view), note=note)
    return _chart(f"aging-{name}", chart, name, view)


def _hours(view: View, answers: Answers) -> html.Section:
    language = view.language
    heading = language.t("Contact attempts by weekday and hour")
    if "hours" not in answers:
        return hidden_panel("hours", heading, reason(["attempts"], language), wide=True)
    chart = heatmap(
        heading, answers["hours"], "attempts", language,
        note=language.t("In the time zone {zone}.", zone=view.definitions.business_zone),
    )  # fmt: skip
    return _chart("hours", chart, "attempts", view, wide=True)


def _chart(name: str, chart: Chart, metric: str, view: View, *, wide: bool = False) -> html.Section:
    language = view.language
    definition = info(
        language.words(METRICS[metric].explain), language.words(METRICS[metric].title), language
    )
    return chart_panel(name, chart, language, dark=view.dark, definition=definition, wide=wide)


def _teams(view: View, answers: Answers) -> html.Section:
    language = view.language
    table = TeamTable(
        metrics=view.known(*COLUMNS),
        teams=answers["teams"],
        whole=answers["now"],
        members=view.choices.members["team"],
        chosen=view.where.get("team", ()),
    )
    return panel(
        "teams",
        language.t("Teams"),
        team_table(table, language),
        note=language.t(
            "The last row is the whole: amounts and cases are sums; a rate is the quotient of the"
            " whole, never a sum or an average of the rows."
        ),
        wide=True,
    )


def _members(view: View) -> dict[str, dict[str, str]]:
    return {name: dict(members) for name, members in view.choices.members.items()}


PAGE = Page("/", title, questions, draw)
