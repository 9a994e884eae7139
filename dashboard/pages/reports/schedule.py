"""The part of Reports that tells when each report leaves next, and what it will be about."""

from collections.abc import Sequence

from dashboard.editions.seen import reports_of
from dashboard.operations import ReportRun
from dashboard.pages.health.state import local
from dashboard.pages.page import Column, Content, Grid, Panel, Row, View
from dashboard.pages.reports.look import nothing
from dashboard.report_names import report_name

COMING = 10


def runs_of(view: View, count: int) -> dict[str, list[ReportRun]]:
    """The next runs by report, of those that the reader may read; none where they are not known."""
    operations, may = view.operations, reports_of(view.person)
    found: dict[str, list[ReportRun]] = {}
    for run in operations.report_runs(count) if operations is not None else ():
        if run.report in may:
            found.setdefault(run.report, []).append(run)
    return found


def schedule(view: View) -> Content:
    """A panel for each report."""
    language = view.language
    found = runs_of(view, COMING)
    if found:
        return Content(panels=[_panel(view, name, runs) for name, runs in found.items()])
    told = (
        language.t("When reports leave is not known here: another process runs the jobs.")
        if view.operations is None
        else language.t(
            "No report that you may read leaves by itself. Reports are switched on in the"
            " configuration, under {setting}.",
            setting="reports",
        )
    )
    return Content(panels=[Panel("runs", language.t("Next runs"), nothing(told), wide=True)])


def _panel(view: View, report: str, runs: Sequence[ReportRun]) -> Panel:
    language = view.language
    columns = (
        Column.text("due", language.t("Due"), pinned=True, width=170),
        Column.text("weekday", language.t("Weekday"), width=100),
        Column.text("period", language.t("Period")),
    )
    rows = tuple(_row(view, at, run) for at, run in enumerate(runs))
    note = language.t("In the time zone {zone}.", zone=view.definitions.business_zone)
    if runs[0].zone != view.definitions.business_zone:
        own = language.t("The schedule is meant in {zone}.", zone=runs[0].zone)
        note += language.after(own)
    return Panel(f"runs-{report}", report_name(report, language), Grid(columns, rows), note=note)


def _row(view: View, at: int, run: ReportRun) -> Row:
    due = local(view, run.due)
    return Row(str(at), {
        "due": due,
        "weekday": view.language.weekday(due.isoweekday()),
        "period": view.language.span(run.period),
    })  # fmt: skip
