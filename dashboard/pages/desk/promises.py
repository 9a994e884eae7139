"""The part of My desk with the promises that are to come: within their grace, today, next week."""

from datetime import date, timedelta
from typing import Any

from dash import html

from charts import Language
from dashboard.components.panel import hidden_panel, reason
from dashboard.live import WHOLE
from dashboard.pages.desk.figures import Section, covers
from dashboard.pages.page import Answers, Column, Content, Grid, Panel, Row, View
from dashboard.periods import ONE_DAY
from queries.dimensions import DIMENSIONS
from queries.figures import Answer, Question
from queries.metrics import METRICS
from queries.period import Period

NUMBER, AMOUNT = "promises_pending", "promises_pending_amount"
# After the running day.
DAYS_AHEAD = 7


def today_of(view: View) -> Period:
    """The running day: the one after the last whole day of the figures."""
    return Period(view.choices.as_of + ONE_DAY, view.choices.as_of + 2 * ONE_DAY)


def promises_to_come() -> Section:
    """What falls due, by number and amount; customers may have paid some of it already."""
    return Section(_asks, _draws)


def _period(view: View) -> Period:
    """From the first day whose grace is not over."""
    today = today_of(view)
    grace = timedelta(days=view.definitions.grace_days)
    return Period(today.start - grace, today.end + timedelta(days=DAYS_AHEAD))


def _asks(view: View) -> dict[str, Question]:
    names = view.known(NUMBER, AMOUNT)
    return {"due": Question(names, _period(view), ("day",), view.where)} if names else {}


def _draws(view: View, answers: Answers) -> Content:
    language, period = view.language, _period(view)
    heading = language.t("Promises to come")
    if "due" not in answers:
        return Content(panels=[hidden_panel("due", heading, reason([NUMBER], language))])
    today = today_of(view).start
    ahead = Period(today, period.end)
    note = language.t(
        "{covered}. Promises by due day; what was paid already is among them until its grace ends.",
        covered=covers(view, ahead),
    )
    nothing = html.P(language.t("No promise falls due on these days."), className="nothing")
    some = any(_sum(answers["due"], name, ahead) for name in (NUMBER, AMOUNT))
    return Content(
        lead=[
            html.P(
                [heading, html.Span(covers(view, period), className="rule")], className="shown"
            ),
            html.Div(_tiles(view, answers["due"]), id="due-tiles", className="cards due-tiles",
                     **WHOLE),  # type: ignore[arg-type]
        ],
        panels=[
            Panel("due", language.t("Due by day"),
                  _grid(answers["due"], ahead, language) if some else nothing,
                  (NUMBER, AMOUNT), note),
        ],
    )  # fmt: skip


def _tiles(view: View, due: Answer) -> list[html.Article]:
    language, period, today = view.language, _period(view), today_of(view)
    tiles = [
        (language.t("Due today"), today),
        (language.t("Due in the next {count} days", count=DAYS_AHEAD),
         Period(today.end, period.end)),
    ]  # fmt: skip
    if period.start < today.start:
        past = Period(period.start, today.start)
        tiles.insert(0, (language.t("Due before, within grace"), past))
    return [_tile(heading, span, due, language) for heading, span in tiles]


def _tile(heading: str, span: Period, due: Answer, language: Language) -> html.Article:
    number, amount = (_sum(due, name, span) for name in (NUMBER, AMOUNT))
    return html.Article(
        [
            html.Header(html.H2(heading), className="panel-head"),
            html.Div(html.Span(language.count(number), className="kpi-value"),
                     className="kpi-line"),
            html.P(language.money(amount, compact=True), className="also",
                   title=language.money(amount)),
            html.Footer(html.Span(language.span(span)), className="kpi-foot"),
        ],
        className="panel kpi",
    )  # fmt: skip


def _sum(due: Answer, name: str, span: Period) -> int:
    """Promises of several days are others on each day, so they add up."""
    days = (figure for figure in due.of(name) if figure.keys[0] is not None)
    return sum(one.numerator or 0 for one in days if _within(one.keys[0], span))


def _within(day: Any, span: Period) -> bool:
    return isinstance(day, date) and span.start <= day < span.end


def _grid(due: Answer, ahead: Period, language: Language) -> Grid:
    columns = (
        Column.text("day", language.t("Due on"), pinned=True, width=130),
        Column.text("weekday", language.words(DIMENSIONS["weekday"]), width=90),
        Column("number", language.t("Promises"), metric=METRICS[NUMBER]),
        Column("amount", language.t("Amount"), "bar", "money", metric=METRICS[AMOUNT]),
    )
    rows = tuple(_row(due, span, ahead, language) for span in ahead.split("day"))
    total = Row("whole", {
        "day": language.t("Together"), "weekday": "",
        "number": _sum(due, NUMBER, ahead), "amount": _sum(due, AMOUNT, ahead),
    })  # fmt: skip
    return Grid(columns, rows, total)


def _row(due: Answer, span: Period, ahead: Period, language: Language) -> Row:
    day = span.start
    named = language.weekday(day.isoweekday())
    return Row(day.isoformat(), {
        "day": day,
        "weekday": language.t("Today") if day == ahead.start else named,
        "number": _sum(due, NUMBER, span),
        "amount": _sum(due, AMOUNT, span),
    })  # fmt: skip
