"""Money that came in: how much, of what, from which cases, and how placements pay over time."""

from dataclasses import replace
from datetime import date

from charts import Language, curves
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
from queries.figures import Answer, Figure, Question
from queries.metrics import METRICS
from queries.period import Period, whole

CARDS = ("collected", "collected_restated", "recovery_rate", "placed_amount")
SPLITS = ("collected", "recovery_rate")
PEOPLE = ("collected", "recovery_rate", "placed_amount", "open_balance")
LINES = ("collected", "recovery_rate")
# Months of placements that are shown, and how long they are followed.
MONTHS = 12


def title(language: Language) -> str:
    return language.t("Recovery")


def questions(view: View) -> dict[str, Question]:
    asked = {
        **parts.asked_for_cards(view, tuple(dict.fromkeys((*CARDS, *PEOPLE)))),
        **parts.asked_for_split(view, "bucket", SPLITS),
        **parts.asked_for_split(view, "product", SPLITS),
        **parts.asked_for_split(view, "segment", SPLITS),
        **parts.asked_for_people(view, "team", PEOPLE, LINES),
    }
    if "liquidation" in view.available:
        by = ("vintage", "months")
        asked["vintages"] = Question(("liquidation",), _placed_in(view), by, view.where)
    return asked


def _placed_in(view: View) -> Period:
    """The twelve months of placements up to the one in which the period ends."""
    end = whole(view.period.last, "month").end
    return Period(end.replace(year=end.year - 1), end)


def draw(view: View, answers: Answers) -> Content:
    language = view.language
    restated = language.t("Restated: a reversal counts on the day of the payment it takes back.")
    return Content(
        lead=parts.lead(view, CARDS, answers),
        panels=[
            parts.trend_of(view, answers, "collected", "collected_restated", note=restated),
            parts.trend_of(view, answers, "recovery_rate"),
            *(
                parts.split_of(view, answers, name, by)
                for by in ("bucket", "product", "segment")
                for name in SPLITS
            ),
            _curves(view, answers),
            _movers(view, answers),
            _vintages(view, answers),
            parts.people(view, answers, "team", PEOPLE, bar="collected", lines=LINES),
        ],
    )


def _curves(view: View, answers: Answers) -> Panel:
    language, name = view.language, "liquidation"
    heading = language.t("Liquidation by months since placement")
    if "vintages" not in answers:
        return hidden_panel("curves", heading, reason([name], language))
    note = language.t(
        "Collected so far as a share of the amount placed; months not over are left out."
    )
    chart = curves(heading, answers["vintages"], name, language, note=note)
    return Panel("curves", heading, chart, (name,), note)


def _movers(view: View, answers: Answers) -> Panel:
    now, before = answers["team"], answers.get("team_before")
    body = movers(view, _only(now), _only(before) if before else None)
    return Panel("movers", view.language.t("What moved, by team"), body)


def _only(answer: Answer) -> Answer:
    """Without what says the same twice, such as the restated amount."""
    return replace(answer, figures=[f for f in answer.figures if f.metric in SPLITS])


def _vintages(view: View, answers: Answers) -> Panel:
    """One row for each month of placement: what was placed, and the share collected since."""
    language, name = view.language, "liquidation"
    heading = language.t("Vintages")
    if "vintages" not in answers:
        return hidden_panel("vintages", heading, reason([name], language), wide=True)
    cells: dict[tuple[date, int], Figure] = {}
    for figure in answers["vintages"].figures:
        placed, after = figure.keys
        if isinstance(placed, date) and isinstance(after, int) and figure.value is not None:
            cells[placed, after] = figure
    # Always as many columns: the browser would make the page anew for other ones.
    months = range(MONTHS)
    columns = [
        Column.text("vintage", language.words(DIMENSIONS["vintage"]), pinned=True, width=110),
        Column("placed", language.words(METRICS["placed_amount"].title), unit="money", width=140),
        *(Column(f"m{n}", language.t("month {count}", count=language.count(n)), unit="share",
                 metric=METRICS[name], width=90)
          for n in months),
    ]  # fmt: skip
    rows = [
        Row(
            vintage.isoformat(),
            {
                "vintage": language.month(vintage),
                "placed": next(
                    (f.denominator for keys, f in cells.items() if keys[0] == vintage), None
                ),
                **{f"m{n}": cells.get((vintage, n), "") for n in months},
            },
        )
        for vintage in sorted({keys[0] for keys in cells})
    ]
    note = language.t("Rows are months of placement; a cell is empty until its month is over.")
    return Panel("vintages", heading, Grid(tuple(columns), tuple(rows)), (name,), note, wide=True)


PAGE = Page("/recovery", title, ALL_BUT_CHANNEL, questions, draw)
