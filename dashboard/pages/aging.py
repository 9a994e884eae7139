"""The stock of open cases: how old, how untouched, how it changed, and where it rolls to."""

from typing import Any

from dash import dcc, html

from charts import Language, heatmap, trend
from dashboard.components.grid import figures_by
from dashboard.components.panel import hidden_panel, reason
from dashboard.live import WHOLE
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
from queries.contract import CLOSE_REASONS
from queries.dimensions import GRAIN_TITLES
from queries.figures import Answer, Question
from queries.metrics import METRICS
from queries.period import Period, last_whole

CARDS = (
    "open_cases", "open_balance", "untouched_7d", "untouched_14d", "untouched_30d",
    "placed_cases", "closed_cases", "closed_balance",
)  # fmt: skip
STOCK = ("open_cases", "open_balance")
PEOPLE = ("open_cases", "open_balance", "untouched_7d", "untouched_30d", "closed_cases")
LINES = ("open_cases",)
# Step → metric of cases, metric of balance, and whether it adds or takes away.
BRIDGE = (
    ("opening", "opening_cases", "opening_balance", 1),
    ("placed", "placed_cases", "placed_amount", 1),
    ("moved", "moved_cases", "moved_balance", 1),
    ("adjusted", None, "adjusted_balance", 1),
    ("collected", None, "collected_on_open", -1),
    ("closed", "closed_cases", "closed_balance", -1),
)
MOVES = tuple(name for _, *pair, _ in BRIDGE for name in pair if name)
ROLLED = ("roll_rate", "roll_rate_by_balance")
# Pixels: eight buckets with room for their shares.
ROLL_HEIGHT = 320


def title(language: Language) -> str:
    return language.t("Aging")


def _month(view: View) -> Period:
    """The last month that was over by the end of the period and by the as-of day."""
    return last_whole(min(view.period.last, view.choices.as_of), "month")


def questions(view: View) -> dict[str, Question]:
    month = _month(view)
    year = Period(month.end.replace(year=month.end.year - 1), month.end)
    return {
        **parts.asked_for_cards(view, tuple(dict.fromkeys((*CARDS, *PEOPLE)))),
        "bridge": view.now(view.known(*MOVES, *STOCK)),
        "buckets": view.trend(view.known("open_cases"), "bucket"),
        **parts.asked_for_split(view, "bucket", STOCK),
        **parts.asked_for_split(view, "stage", STOCK[:1]),
        **parts.asked_for_split(view, "age", STOCK[:1]),
        **parts.asked_for_split(view, "idle", ("idle_cases",)),
        **parts.asked_for_split(view, "close_reason", ("closed_cases",)),
        "rolled": Question(view.known(*ROLLED), month, ("bucket", "to_state"), view.where),
        "cured": Question(view.known("cure_rate"), year, ("month",), view.where),
        **parts.asked_for_people(view, "team", PEOPLE, LINES),
        **parts.asked_for_people(view, "agent", PEOPLE),
    }


def draw(view: View, answers: Answers) -> Content:
    language = view.language
    end = language.t("At the end of {day}.", day=language.date(view.period.last))
    by_bucket = language.t(
        "Open cases by bucket and {grain}",
        grain=language.words(GRAIN_TITLES[view.grain]).lower(),
    )
    return Content(
        lead=[*parts.lead(view, CARDS, answers), _buckets(view, answers)],
        panels=[
            parts.stack_of(view, answers, "buckets", "open_cases", heading=by_bucket),
            parts.split_of(view, answers, "open_balance", "bucket", note=end),
            _bridge(view, answers),
            parts.split_of(view, answers, "closed_cases", "close_reason"),
            parts.split_of(view, answers, "open_cases", "stage", note=end),
            parts.split_of(view, answers, "open_cases", "age", note=end),
            parts.split_of(
                view,
                answers,
                "idle_cases",
                "idle",
                note=end,
                heading=language.words(METRICS["idle_cases"].title),
            ),
            _cured(view, answers),
            *(_rolled(name, view, answers) for name in ROLLED),
            parts.people(view, answers, "team", PEOPLE, bar="open_cases", lines=LINES),
            parts.people(view, answers, "agent", PEOPLE, bar="open_cases"),
        ],
    )


def _buckets(view: View, answers: Answers) -> html.Div:
    """A card for each bucket; it leads to this page for that bucket alone."""
    language, found = view.language, figures_by(answers["bucket"].figures)
    cards = []
    for bucket in view.choices.members["bucket"]:
        held = found.get(bucket, {})
        cases, balance = held.get("open_cases"), held.get("open_balance")
        if not cases or not cases.numerator:
            continue
        texts = [
            html.Strong(language.member("bucket", bucket)),
            html.Span(language.n("{count} case", "{count} cases", cases.numerator)),
            html.Span(language.money(balance.value if balance else None, compact=True)),
        ]
        here = view.where.get("bucket") == (bucket,)
        href = view.href(PAGE.path, bucket=() if here else (bucket,))
        name = "bucket-card bucket-here" if here else "bucket-card"
        cards.append(dcc.Link(texts, href=href, refresh=False, className=name))
    return html.Div(cards, id="bucket-cards", className="bucket-cards", **WHOLE)  # type: ignore[arg-type]


def _bridge(view: View, answers: Answers) -> Panel:
    """From the opening to the closing stock; both columns add up exactly."""
    language = view.language
    heading = language.t("From opening to closing stock")
    if not {*MOVES, *STOCK} <= view.available:
        return hidden_panel("bridge", heading, reason(MOVES, language))
    names = {
        "opening": language.t("Opening stock"),
        "placed": language.t("+ Placed"),
        "moved": language.t("± Moved in from other slices, net"),
        "adjusted": language.t("+ Interest and fees less waivers"),
        "collected": language.t("− Collected on open cases"),
        "closed": language.t("− Closed"),
    }
    now = answers["bridge"]
    rows = tuple(
        Row(step, {"step": names[step], "cases": _signed(now, cases, sign),
                   "balance": _signed(now, balance, sign)})
        for step, cases, balance, sign in BRIDGE
    )  # fmt: skip
    columns = (
        Column.text("step", language.t("Step"), pinned=True, width=230),
        Column("cases", language.t("Cases")),
        Column("balance", language.t("Balance"), unit="money"),
    )
    closing: dict[str, Any] = {"step": language.t("Closing stock"), "cases": now.one("open_cases"),
               "balance": now.one("open_balance")}  # fmt: skip
    note = language.t("The closing stock is the sum of the rows above it.")
    grid = Grid(columns, rows, Row("closing", closing))
    return Panel("bridge", heading, grid, (*MOVES, *STOCK), note)


def _signed(now: Answer, metric: str | None, sign: int) -> int | str:
    """A step that has no cases of its own stays blank in their column."""
    return "" if metric is None else sign * (now.one(metric).numerator or 0)


def _cured(view: View, answers: Answers) -> Panel:
    language, name = view.language, "cure_rate"
    heading = language.t("Cure rate of the last twelve months")
    if name not in view.available:
        return hidden_panel("cured", heading, reason([name], language))
    return Panel("cured", heading, trend(heading, answers["cured"], name, language), (name,))


def _rolled(name: str, view: View, answers: Answers) -> Panel:
    language, metric = view.language, METRICS[name]
    heading = language.t(
        "{metric}, {month}", metric=language.words(metric.title),
        month=language.month(_month(view).start),
    )  # fmt: skip
    if name not in view.available:
        return hidden_panel(name, heading, reason([name], language))
    note = language.t(
        "Rows: bucket when the month began. Columns: where the cases were when it was over."
        " Each row adds up to 100%."
    )
    buckets = view.choices.members["bucket"]
    states = {state: state for state in (*buckets, *CLOSE_REASONS)}
    members = {**view.members("bucket"), "to_state": states}
    chart = heatmap(
        heading, answers["rolled"], name, language, members=members, note=note, roomy=True
    )
    return Panel(name, heading, chart, (name,), note, wide=True, height=ROLL_HEIGHT)


PAGE = Page("/aging", title, ALL_BUT_CHANNEL, questions, draw)
