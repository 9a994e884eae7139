"""The part of My desk with the reports that were sent: what, when, to how many, and whether it
arrived. Whom it went to is for those who run the service."""

from collections.abc import Sequence
from datetime import datetime

from dash import html

from charts import Language
from dashboard.pages.desk.figures import Section
from dashboard.pages.health.state import local
from dashboard.pages.page import Answers, Column, Content, Grid, Panel, Row, View
from queries.desk.deliveries import Delivery
from queries.figures import Question

# Of all recipients: a year of weekly editions to a dozen people, and more.
MOST_DELIVERIES = 2_000


def report_archive() -> Section:
    """The editions that have left, the newest first."""
    return Section(_asks, _draws)


def _asks(_: View) -> dict[str, Question]:
    """It shows no figures."""
    return {}


def _draws(view: View, _: Answers) -> Content:
    language, desk = view.language, view.source.desk
    heading = language.t("Reports sent")
    if desk is None:
        told = language.t("What was sent is not known here.")
        return Content(panels=[_told(heading, told)])
    editions = editions_of(desk.deliveries(limit=MOST_DELIVERIES))
    if not editions:
        told = language.t("No report has been sent yet. Each one is listed here once it has left.")
        return Content(panels=[_told(heading, told)])
    columns = (
        Column.text("report", language.t("Report"), pinned=True, width=170),
        Column.text("period", language.t("Period"), width=200),
        Column.text("when", language.t("Sent"), width=180),
        Column("recipients", language.t("Recipients"), width=110),
        Column.text("outcome", language.t("How it went")),
    )
    rows = tuple(_row(edition, view) for edition in editions)
    zone = language.t("In the time zone {zone}.", zone=view.definitions.business_zone)
    note = language.t("Reports of all figures, the newest first.") + language.after(zone)
    return Content(panels=[Panel("archive", heading, Grid(columns, rows), note=note, wide=True)])


def _told(heading: str, text: str) -> Panel:
    return Panel("archive", heading, html.P(text, className="nothing"), wide=True)


def editions_of(deliveries: Sequence[Delivery]) -> list[list[Delivery]]:
    """The deliveries by edition, the newest period first."""
    found: dict[tuple[str, str], list[Delivery]] = {}
    for one in deliveries:
        found.setdefault((one.report, one.period.start.isoformat()), []).append(one)
    return sorted(found.values(), key=lambda group: (group[0].period, _left(group)), reverse=True)


def _left(group: Sequence[Delivery]) -> datetime:
    """When the last of them left, or was tried."""
    return max(one.sent_at or one.queued_at for one in group)


def _row(group: Sequence[Delivery], view: View) -> Row:
    language, first = view.language, group[0]
    return Row(f"{first.report}-{first.period.start}", {
        "report": report_name(first.report, language),
        "period": language.span(first.period),
        "when": local(view, _left(group)),
        "recipients": len(group),
        "outcome": outcome_of(group, language),
    })  # fmt: skip


def report_name(report: str, language: Language) -> str:
    """A report as people call it; one of a newer version as it is."""
    return {"weekly": language.t("Weekly report")}.get(report, report)


def outcome_of(group: Sequence[Delivery], language: Language) -> str:
    """How it went, by sign and word: what is wrong first."""
    counts = {name: sum(one.outcome == name for one in group)
              for name in ("failed", "unknown", "claimed")}  # fmt: skip
    told = [
        language.t("× failed for {count}", count=counts["failed"]),
        language.t("? not certain for {count}", count=counts["unknown"]),
        language.t("… on its way to {count}", count=counts["claimed"]),
    ]
    wrong = [text for text, count in zip(told, counts.values(), strict=True) if count]
    return language.listed(wrong) if wrong else language.t("✓ sent to all")
