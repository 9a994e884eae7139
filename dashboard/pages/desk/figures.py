"""The part of My desk with key figures: the month so far, against the month before, a year before
or the last whole week, and against the targets that there are."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dash import html

from charts import trend
from dashboard import pacing, periods
from dashboard.components.kpi_card import Kpi, change_since, kpi_card
from dashboard.components.panel import missing
from dashboard.components.scope import whose
from dashboard.live import WHOLE
from dashboard.pages import parts
from dashboard.pages.page import Answers, Content, View
from queries.figures import Question
from queries.metrics import METRICS
from queries.period import Period, last_whole

MONTH = "month_to_date"
TEAM = (
    "collected", "recovery_rate", "promise_kept_rate", "promises_made",
    "right_party_rate", "coverage", "open_cases", "untouched_7d",
)  # fmt: skip
WHOLE_HOUSE = (
    "collected", "recovery_rate", "promise_kept_rate", "right_party_rate",
    "coverage", "open_balance", "open_cases", "untouched_7d",
)  # fmt: skip
OWN = (
    "collected", "promises_made", "promise_kept_rate", "attempts",
    "right_party_rate", "open_cases", "untouched_7d", "untouched_14d",
)  # fmt: skip


@dataclass(frozen=True)
class Section:
    """A part of My desk: what it asks and what it shows. The names of questions are the page's, so
    that parts which need the same answer share it."""

    asks: Callable[[View], dict[str, Question]]
    draws: Callable[[View, Answers], Content]


def of_month(view: View) -> View:
    """The same look at the month so far, whatever period was chosen elsewhere."""
    chosen = replace(view.filters, preset=MONTH, days=None, compare="previous", grain="auto")
    return replace(view, filters=chosen)


def covers(view: View, period: Period) -> str:
    """Period and scope of a part in words."""
    language = view.language
    told = [language.span(period), whose(view.person.scope, view)]
    if view.where:
        told.append(language.t("with the chosen filters"))
    return " · ".join(told)


def team_figures() -> Section:
    """The key figures of a team."""
    return _figures(TEAM, _nothing_asked, _nothing_more)


def house_figures() -> Section:
    """The key figures of whoever answers for more than a team."""
    return _figures(WHOLE_HOUSE, _nothing_asked, _nothing_more)


def yearly_figures() -> Section:
    """The same, also against the same days a year before."""

    def asked(month: View) -> dict[str, Question]:
        return {"year": Question(month.known(*WHOLE_HOUSE), _year(month), (), month.where)}

    def more(name: str, month: View, answers: Answers) -> list[Any]:
        pair = (answers["now"].one(name), answers["year"].one(name))
        return [change_since(METRICS[name], pair, _year(month), month)]

    return _figures(WHOLE_HOUSE, asked, more)


def own_figures() -> Section:
    """The key figures of one agent, with those of the last whole week."""

    def asked(month: View) -> dict[str, Question]:
        return {"week": Question(month.known(*OWN), _week(month), (), month.where)}

    def more(name: str, month: View, answers: Answers) -> list[Any]:
        language, then = month.language, answers["week"].one(name)
        value = language.value(METRICS[name], then.value, compact=True)
        period = language.week(_week(month).start)
        told = language.t("{period}: {value}", period=period, value=value)
        return [html.P(told, className="also")]

    return _figures(OWN, asked, more)


def _week(month: View) -> Period:
    return last_whole(month.choices.as_of, "week")


def _year(month: View) -> Period:
    return periods.year_before(MONTH, month.period)


def _nothing_asked(_: View) -> dict[str, Question]:
    return {}


def _nothing_more(_: str, __: View, ___: Answers) -> list[Any]:
    return []


More = Callable[[str, View, Answers], Sequence[Any]]


def _figures(
    metrics: Sequence[str], asked: Callable[[View], Mapping[str, Question]], more: More
) -> Section:
    def asks(view: View) -> dict[str, Question]:
        month = of_month(view)
        return {**parts.asked_for_cards(month, metrics), **asked(month)}

    def draws(view: View, answers: Answers) -> Content:
        return Content(lead=_lead(of_month(view), metrics, answers, more))

    return Section(asks, draws)


def _lead(month: View, metrics: Sequence[str], answers: Answers, more: More) -> list[Any]:
    language, known = month.language, month.known(*metrics)
    targets = pacing.stood(month, known, answers)
    cards: list[Any] = []
    for name in known:
        line = trend("", answers["trend"], name, language).series[0]
        before = answers["before"].one(name) if "before" in answers else None
        kpi = Kpi(METRICS[name], answers["now"].one(name), before, line, targets.get(name),
                  more(name, month, answers))  # fmt: skip
        cards.append(kpi_card(kpi, month))
    absent = [name for name in metrics if name not in month.available]
    if absent:
        cards.append(missing(absent, language))
    shown: list[Any] = [
        language.t("Month to date"),
        html.Span(covers(month, month.period), className="rule"),
    ]
    return [
        html.P(shown, id="period", className="shown"),
        html.Div(cards, id="cards", className="cards", **WHOLE),  # type: ignore[arg-type]
    ]
