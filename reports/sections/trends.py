"""Thirteen weeks of recovery, kept promises and right-party contacts."""

from datetime import date, timedelta

from charts import Language
from queries import METRICS, Period, Question
from reports import cells, drawn
from reports.frozen import Frozen
from reports.parts import Column, Drawing, Native, Picture, Section, Table

WEEKS = 13
AGAINST = "week_targets"
METRICS_SHOWN = (
    "collected", "recovery_rate", "promises_due", "promise_kept_rate",
    "promise_kept_rate_by_amount", "right_party_rate", "open_balance",
)  # fmt: skip
# Those with a picture of their own, which shows the target of each week.
AIMED = ("collected", "recovery_rate", "right_party_rate")
# Shown on page one, with the same weeks of a year ago.
FRONT = ("collected", "recovery_rate")
FRONT_MM, WARNING_MM, AIMS_MM = 50, 14, 6
SHARES = ("promise_partial_rate", "promise_broken_rate")


def quarter(period: Period) -> Period:
    """The thirteen weeks that end with the period."""
    return Period(period.end - timedelta(weeks=WEEKS), period.end)


def questions(period: Period, _as_of: date) -> dict[str, Question]:
    return {
        "weeks": Question((*METRICS_SHOWN, *SHARES), quarter(period), ("week",)),
        "weeks_year_ago": Question(FRONT, quarter(period).year_ago(), ("week",)),
        "quarter": Question(("promise_kept_rate_by_amount",), quarter(period)),
    }


def tell(frozen: Frozen, language: Language) -> Section:
    t = language.t
    table = _table(frozen, language)
    # A warning takes room of page one, and so does a line of targets on its cards.
    warned = frozen.incomplete or frozen.freshness.stale
    front_height = FRONT_MM - WARNING_MM * warned - AIMS_MM * bool(frozen.standings.stood)
    shown = ["", *frozen.known(METRICS_SHOWN)]
    aimed = [(metric,) for metric in _aimed(frozen)]

    def picture(key: str, title: str, metrics: tuple[str, ...], kind: drawn.Kind) -> Picture:
        front = metrics[0] in FRONT
        chart = drawn.over_weeks(
            frozen, language, title, metrics, kind,
            year_ago="weeks_year_ago" if front else "",
        )  # fmt: skip
        native: Native = "column" if kind == "bars" else "line"
        if metrics in aimed:
            place = 1 + 2 * aimed.index(metrics)
            drawing = Drawing(native, AGAINST, (place,), (place + 1,))
        else:
            places = [shown.index(metric) for metric in metrics if metric in shown]
            drawing = Drawing(native, table.key, places)
        height = front_height if front else 41
        return Picture(key, chart, height=height, half=True, drawing=drawing, front=front)

    pictures = [
        picture("collected", t("Collected by week"), ("collected",), "bars"),
        picture("recovery", t("Recovery rate by week"), ("recovery_rate",), "trend"),
    ]
    if frozen.has("promise_kept_rate", "promise_kept_rate_by_amount"):
        kept = ("promise_kept_rate", "promise_kept_rate_by_amount")
        pictures.append(picture("kept", t("Promises kept by week due"), kept, "trend"))
    if frozen.has("right_party_rate"):
        rates = ("right_party_rate",)
        pictures.append(picture("reached", t("Right-party contact rate by week"), rates, "trend"))
    against = [_against(frozen, language)] if aimed else []
    return Section("trends", t("Thirteen weeks"), t("Trends"), [*pictures, table, *against])


def _table(frozen: Frozen, language: Language) -> Table:
    metrics = frozen.known(METRICS_SHOWN)
    columns = [Column(language.t("Week"), "date")]
    columns += [cells.column(language, metric) for metric in metrics]
    rows = [
        [
            cells.day(language.week(week), week),
            *(cells.of(language, frozen.figure("weeks", metric, week)) for metric in metrics),
        ]
        for week in frozen.weeks("weeks")
    ]
    note = language.t("Grey: few promises or attempts stand behind the rate.")
    return Table("weeks", language.t("Week by week"), columns, rows, note)


def _aimed(frozen: Frozen) -> list[str]:
    """The metrics whose pictures show a target."""
    return [metric for metric in AIMED if metric in frozen.standings.lines]


def _against(frozen: Frozen, language: Language) -> Table:
    """The weeks of each metric beside their targets, for the pictures of the workbook."""
    metrics = _aimed(frozen)
    columns = [Column(language.t("Week"), "date")]
    for metric in metrics:
        column = cells.column(language, metric)
        title = language.t("{title}, target", title=column.title)
        columns += [column, Column(title, column.unit)]
    rows = []
    for at, span in enumerate(quarter(frozen.period).split("week")):
        row = [cells.day(language.week(span.start), span.start)]
        for metric in metrics:
            row.append(cells.of(language, frozen.figure("weeks", metric, span.start)))
            row.append(cells.value(language, METRICS[metric], frozen.standings.lines[metric][at]))
        rows.append(row)
    title = language.t("Week by week, against the targets")
    return Table(AGAINST, title, columns, rows, on_paper=False)
