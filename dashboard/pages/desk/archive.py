"""The part of My desk with the reports that the reader may read: what, when, to how many, and
whether it arrived. The Reports page has all of them with their files."""

from dash import dcc, html

from dashboard.editions.words import PATH, about_whom, outstanding, received, report_name
from dashboard.pages.desk.figures import Section
from dashboard.pages.health.state import local
from dashboard.pages.page import Answers, Column, Content, Grid, Panel, Row, View
from dashboard.pages.reports.archive import archive_of, deliveries_of
from queries.desk.deliveries import Delivery
from queries.desk.editions import Edition
from queries.figures import Question

MOST = 12


def report_archive() -> Section:
    """The newest editions, the newest first."""
    return Section(_asks, _draws)


def _asks(_: View) -> dict[str, Question]:
    """It shows no figures."""
    return {}


def _draws(view: View, _: Answers) -> Content:
    language, desk = view.language, view.source.desk
    heading = language.t("Reports")
    if desk is None:
        told = html.P(language.t("Reports are not known here."), className="nothing")
        return Content(panels=[Panel("archive", heading, told, wide=True)])
    editions = list(archive_of(view).newest(MOST))[:MOST]
    way = dcc.Link(language.t("Open Reports"), href=PATH, refresh=False)
    lead = [html.P(way, id="desk-reports", className="desk-way")]
    if not editions:
        told = html.P(
            language.t("No report has been made yet. Each one is listed here as soon as it is."),
            className="nothing",
        )
        return Content(panels=[Panel("archive", heading, [told, *lead], wide=True)])
    columns = (
        Column.text("report", language.t("Report"), pinned=True, width=170),
        Column.text("period", language.t("Period"), width=200),
        Column.text("scope", language.t("Figures of"), width=200),
        Column.text("when", language.t("Made"), width=180),
        Column("recipients", language.t("Sent to"), width=110),
        Column.text("outcome", language.t("How it went")),
    )
    sent = deliveries_of(view, editions)
    rows = tuple(_row(edition, sent[edition.id], view) for edition in editions)
    zone = language.t("In the time zone {zone}.", zone=view.definitions.business_zone)
    note = language.t("The newest periods first.") + language.after(zone)
    panel = Panel("archive", heading, Grid(columns, rows), note=note, wide=True)
    return Content(panels=[panel], lead=lead)


def _row(edition: Edition, deliveries: list[Delivery], view: View) -> Row:
    language, issue = view.language, edition.issue
    wrong = outstanding(deliveries, language)
    well = language.t("✓ sent to all") if deliveries else "–"
    return Row(edition.code, {
        "report": report_name(issue.report, language),
        "period": language.span(issue.period),
        "scope": about_whom(issue, view),
        "when": local(view, edition.made.at),
        "recipients": received(deliveries),
        "outcome": language.listed(wrong) if wrong else well,
    })  # fmt: skip
