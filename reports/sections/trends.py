"""Thirteen weeks or months of recovery, kept promises and right-party contacts."""

from datetime import date

from charts import Language
from queries import METRICS, Question
from reports import cells, drawn
from reports.frozen import Frozen
from reports.parts import Column, Drawing, Native, Picture, Section, Table
from reports.spans import Covered, titled

AGAINST = "trend_targets"
METRICS_SHOWN = (
    "collected", "recovery_rate", "promises_due", "promise_kept_rate",
    "promise_kept_rate_by_amount", "right_party_rate", "open_balance",
)  # fmt: skip
# Those with a picture of their own, which shows the target of each span.
AIMED = ("collected", "recovery_rate", "right_party_rate")
# Shown on page one, with the same spans of a year ago.
FRONT = ("collected", "recovery_rate")
FRONT_MM, WARNING_MM, AIMS_MM = 44, 14, 6
SHARES = ("promise_partial_rate", "promise_broken_rate")


def questions(covered: Covered, _as_of: date) -> dict[str, Question]:
    many, by = covered.kind.many, (covered.grain,)
    return {
        many: Question((*METRICS_SHOWN, *SHARES), covered.trend, by),
        f"{many}_year_ago": Question(FRONT, covered.trend_year_ago, by),
    }


def tell(frozen: Frozen, language: Language) -> Section:
    t, kind = language.t, frozen.covered.kind
    table = _table(frozen, language)
    # A warning takes room of page one, and so does a line of targets on its cards.
    warned = frozen.incomplete or frozen.freshness.stale
    front_height = FRONT_MM - WARNING_MM * warned - AIMS_MM * bool(frozen.standings.stood)
    shown = ["", *frozen.known(METRICS_SHOWN)]
    aimed = [(metric,) for metric in _aimed(frozen)]

    def picture(key: str, metrics: tuple[str, ...], look: drawn.Kind, by: str = "") -> Picture:
        front = metrics[0] in FRONT
        figure = language.words(METRICS[metrics[0]].title)
        title = by or t("{figure} {by}", figure=figure, by=t(kind.by))
        chart = drawn.over_time(
            frozen, language, title, metrics, look, kind.many,
            year_ago=f"{kind.many}_year_ago" if front else "",
        )  # fmt: skip
        native: Native = "column" if look == "bars" else "line"
        if metrics in aimed:
            place = 1 + 2 * aimed.index(metrics)
            drawing = Drawing(native, AGAINST, (place,), (place + 1,))
        else:
            places = [shown.index(metric) for metric in metrics if metric in shown]
            drawing = Drawing(native, table.key, places)
        height = front_height if front else 41
        return Picture(key, chart, height=height, half=True, drawing=drawing, front=front)

    pictures = [
        picture("collected", ("collected",), "bars"),
        picture("recovery", ("recovery_rate",), "trend"),
    ]
    if frozen.has("promise_kept_rate", "promise_kept_rate_by_amount"):
        kept = ("promise_kept_rate", "promise_kept_rate_by_amount")
        due = t("Promises kept {due}", due=t(kind.due))
        pictures.append(picture("kept", kept, "trend", due))
    if frozen.has("right_party_rate"):
        pictures.append(picture("reached", ("right_party_rate",), "trend"))
    against = [_against(frozen, language)] if aimed else []
    return Section("trends", t(kind.trend_title), t("Trends"), [*pictures, table, *against])


def _table(frozen: Frozen, language: Language) -> Table:
    metrics, covered = frozen.known(METRICS_SHOWN), frozen.covered
    columns = [Column(covered.column(language), "date")]
    columns += [cells.column(language, metric) for metric in metrics]
    rows = [
        [
            cells.day(covered.place(language, start), start),
            *(
                cells.of(language, frozen.figure(covered.kind.many, metric, start))
                for metric in metrics
            ),
        ]
        for start in frozen.spans(covered.kind.many)
    ]
    note = language.t("Grey: few promises or attempts stand behind the rate.")
    return Table("trend", titled(language.t(covered.kind.each)), columns, rows, note)


def _aimed(frozen: Frozen) -> list[str]:
    """The metrics whose pictures show a target."""
    return [metric for metric in AIMED if metric in frozen.standings.lines]


def _against(frozen: Frozen, language: Language) -> Table:
    """The spans of each metric beside their targets, for the pictures of the workbook."""
    metrics, covered = _aimed(frozen), frozen.covered
    columns = [Column(covered.column(language), "date")]
    for metric in metrics:
        column = cells.column(language, metric)
        title = language.t("{title}, target", title=column.title)
        columns += [column, Column(title, column.unit)]
    rows = []
    for at, span in enumerate(covered.trend.split(covered.grain)):
        row = [cells.day(covered.place(language, span.start), span.start)]
        for metric in metrics:
            row.append(cells.of(language, frozen.figure(covered.kind.many, metric, span.start)))
            row.append(cells.value(language, METRICS[metric], frozen.standings.lines[metric][at]))
        rows.append(row)
    each = titled(language.t(covered.kind.each))
    title = language.t("{each}, against the targets", each=each)
    return Table(AGAINST, title, columns, rows, on_paper=False)
