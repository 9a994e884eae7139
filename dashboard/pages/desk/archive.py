"""The part of My desk with the reports that the reader may read: what, when, to how many, and
whether it arrived. The Reports page has all of them with their files."""

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from dashboard.editions.words import (
    PATH,
    about_whom,
    edition_address,
    marks,
    told_together,
)
from dashboard.pages.desk.figures import Section
from dashboard.pages.health.state import local
from dashboard.pages.page import Answers, Content, Panel, View
from dashboard.pages.reports.archive import archive_of, deliveries_of
from dashboard.pages.reports.look import badges, nothing, plain_table
from dashboard.report_names import report_name
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
    way = html.P(
        dcc.Link(language.t("Open Reports"), href=PATH, refresh=False), className="desk-way"
    )
    if not editions:
        told = nothing(
            language.t("No report has been made yet. Each one is listed here as soon as it is.")
        )
        return Content(panels=[Panel("archive", heading, [told, way], wide=True)])
    titles = [
        language.t("Report"), language.t("Period"), language.t("Figures of"), language.t("Made"),
        language.t("How it went"),
    ]  # fmt: skip
    sent = deliveries_of(view, editions)
    rows = [_row(edition, sent[edition.id], view) for edition in editions]
    zone = language.t("In the time zone {zone}.", zone=view.definitions.business_zone)
    note = language.t("The newest periods first.") + language.after(zone)
    body = [plain_table("archive-table", titles, rows), way]
    return Content(panels=[Panel("archive", heading, body, note=note, wide=True)])


def _row(edition: Edition, deliveries: Sequence[Delivery], view: View) -> list[Any]:
    language, issue = view.language, edition.issue
    name = report_name(issue.report, language)
    link = dcc.Link(name, href=edition_address(edition), refresh=False)
    return [
        html.Span([link, *badges(marks(edition, language))]),
        language.span(issue.period),
        about_whom(issue, view),
        language.moment(local(view, edition.made.at)),
        told_together(deliveries, language) if deliveries else "–",
    ]
