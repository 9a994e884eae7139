"""Thirteen weeks of recovery, kept promises and right-party contacts."""

from datetime import date, timedelta

from charts import Language
from queries import Period, Question
from reports import cells, drawn
from reports.frozen import Frozen
from reports.parts import Column, Drawing, Picture, Section, Table

WEEKS = 13
METRICS_SHOWN = (
    "collected", "recovery_rate", "promises_due", "promise_kept_rate",
    "promise_kept_rate_by_amount", "right_party_rate", "open_balance",
)  # fmt: skip
# Shown on page one, with the same weeks of a year ago.
FRONT = ("collected", "recovery_rate")
FRONT_MM, WARNING_MM = 50, 14
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
    # A warning takes room of page one.
    warned = frozen.incomplete or frozen.freshness.stale
    front_height = FRONT_MM - WARNING_MM if warned else FRONT_MM
    shown = ["", *frozen.known(METRICS_SHOWN)]

    def picture(key: str, title: str, metrics: tuple[str, ...], kind: drawn.Kind) -> Picture:
        front = metrics[0] in FRONT
        chart = drawn.over_weeks(
            frozen, language, title, metrics, kind,
            year_ago="weeks_year_ago" if front else "",
        )  # fmt: skip
        places = [shown.index(metric) for metric in metrics if metric in shown]
        native = Drawing("column" if kind == "bars" else "line", table.key, places)
        return Picture(
            key, chart, height=front_height if front else 41, half=True, drawing=native, front=front
        )

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
    return Section("trends", t("Thirteen weeks"), t("Trends"), [*pictures, table])


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
