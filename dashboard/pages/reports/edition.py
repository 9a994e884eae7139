"""One edition: its files to look at and to take along, where its figures are from, what is known of
them now, and what became of its deliveries. Whom it went to is for those who run reports."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from dash import dcc, html

from dashboard.editions.seen import Archive
from dashboard.editions.words import (
    about_whom,
    became,
    channel_name,
    file_address,
    here,
    locale_name,
    marks,
    noted,
    outcome_name,
    told_together,
)
from dashboard.live import WHOLE
from dashboard.pages.health.state import local
from dashboard.pages.page import Column, Content, Grid, Panel, Row, View
from dashboard.pages.reports.archive import deliveries_of
from dashboard.pages.reports.look import badges, facts, nothing, plain_table
from dashboard.report_names import report_name
from queries.desk.deliveries import Delivery
from queries.desk.editions import LETTER, PDF, XLSX, Edition, FileEntry
from queries.errors import UserError
from queries.metrics import METRICS
from queries.restating import Restatement


def edition_shown(view: View, archive: Archive, code: str) -> Content:
    """The edition with a code. One that the reader may not read is like one that there is not."""
    language, found = view.language, archive.edition(code)
    if found is None:
        told = language.t(
            "There is no edition with the code {code}, or you may not read it. Compare the code"
            " with the foot of the pages.",
            code=code,
        )
        body = [nothing(told), _back(view)]
        return Content(panels=[Panel("edition", language.t("No such edition"), body, wide=True)])
    deliveries = deliveries_of(view, [found])[found.id]
    panels = [
        _files(view, found, archive.desk.files_of(found.id)),
        _facts(view, found),
        _side_by_side(view, found),
        _deliveries(view, deliveries),
    ]
    return Content(lead=[_heading(view, found)], panels=panels)


def _back(view: View) -> html.P:
    link = dcc.Link(view.language.t("All editions"), href=here(), refresh=False)
    return html.P(link, className="reports-more")


def _heading(view: View, edition: Edition) -> html.Header:
    language, issue = view.language, edition.issue
    name = report_name(issue.report, language)
    told: list[Any] = [
        html.P(dcc.Link(["◀ ", language.t("All editions")], href=here(), refresh=False)),
        html.H2([f"{name} · {language.span(issue.period)}", *badges(marks(edition, language))]),
        html.P([about_whom(issue, view), " · ", html.Code(edition.printed)]),
    ]
    if edition.made.note:
        told.append(html.P(noted(edition.made.note, language), className="edition-note"))
    return html.Header(told, id="edition-head", className="edition-head", **WHOLE)  # type: ignore[arg-type]


# ---- files


def _files(view: View, edition: Edition, files: Sequence[FileEntry]) -> Panel:
    language = view.language
    heading = language.t("Files")
    shown = [one for one in files if one.media_type != LETTER or view.source.reports]
    if not shown:
        return Panel("files", heading, nothing(language.t("This edition has no files.")))
    titles = [language.t("File"), language.t("Language"), language.t("Size"), ""]
    rows = [_file_row(view, edition, one) for one in shown]
    note = language.t("As they were proven and sent; they are never changed.")
    return Panel("files", heading, plain_table("files-table", titles, rows), note=note)


def _file_row(view: View, edition: Edition, one: FileEntry) -> list[Any]:
    language = view.language
    kinds = {PDF: "PDF", XLSX: "XLSX", LETTER: language.t("Letter")}
    kind = kinds.get(one.media_type, one.media_type)
    ways: list[Any] = []
    if one.media_type in (PDF, LETTER):
        label = language.t("Open {file} in a new tab", file=one.name)
        ways.append(
            html.A(language.t("Open"), href=file_address(edition, one), target="_blank",
                   rel="noopener", **{"aria-label": label})  # type: ignore[arg-type]
        )  # fmt: skip
    if one.media_type != LETTER:
        label = language.t("Download {file}", file=one.name)
        ways.append(
            html.A(language.t("Download"), href=file_address(edition, one, take=True),
                   download=one.name, **{"aria-label": label})  # type: ignore[arg-type]
        )  # fmt: skip
    size = language.t("{size} kB", size=language.count(max(1, one.size // 1024)))
    return [
        html.Span(kind, title=one.name), locale_name(one.locale, language), size,
        html.Span(ways, className="file-ways"),
    ]  # fmt: skip


# ---- facts


def _facts(view: View, edition: Edition) -> Panel:
    language, made = view.language, edition.made
    mark = made.watermark
    pairs = [
        (language.t("Made"), language.moment(local(view, made.at))),
        (language.t("Made by"), _maker(view, made.by)),
        (language.t("Figures up to"), language.date(made.as_of)),
        (language.t("Newest change in the source"),
         language.moment(local(view, mark)) if mark else language.t("not known")),
        (language.t("Edition number"), language.count(edition.issue.number)),
        (language.t("Generation"), language.count(made.generation)),
        (language.t("Definitions"), html.Code(made.definitions)),
        (language.t("Configuration"), html.Code(made.configuration) if made.configuration else ""),
        (language.t("Figures"), html.Code(made.digest)),
    ]  # fmt: skip
    zone = language.t("In the time zone {zone}.", zone=view.definitions.business_zone)
    note = language.t("The last three are fingerprints: the same text says that nothing differs.")
    return Panel("facts", language.t("Where the figures are from"), facts("edition-facts", pairs),
                 note=zone + language.after(note))  # fmt: skip


def _maker(view: View, by: str) -> str:
    return view.language.t("the schedule") if by == "schedule" else by


# ---- as reported, as known now


def _side_by_side(view: View, edition: Edition) -> Panel:
    language = view.language
    heading = language.t("As reported and as known now")
    found, against = _compared(view, edition)
    if not found:
        return Panel("side-by-side", heading, nothing(against), wide=True)
    columns = (
        Column.text("metric", language.t("Figure"), pinned=True, width=230),
        Column.text("reported", language.t("As reported"), width=170),
        Column.text("known", language.t("As known now"), width=170),
        Column.text("difference", language.t("Difference"), width=170),
        Column.text("why", language.t("Where it is from"), wrap=True),
    )
    # What has moved is what one looks for.
    rows = tuple(_figure_row(view, one) for one in sorted(found, key=lambda one: not one.moved))
    moved = sum(one.moved for one in found)
    note = (
        language.n("{count} figure has changed since.", "{count} figures have changed since.",
                   moved)
        if moved
        else language.t("No figure has changed since.")
    )  # fmt: skip
    return Panel("side-by-side", heading, Grid(columns, rows), note=note, wide=True)


def _compared(view: View, edition: Edition) -> tuple[Sequence[Restatement], str]:
    """The figures, or why there are none."""
    language, reports = view.language, view.source.reports
    unknown = language.t("What is known now cannot be compared here.")
    if reports is None:
        return (), unknown
    try:
        found = [one for one in reports.compared(edition)
                 if one.metric in METRICS]  # fmt: skip
    except UserError:
        return (), unknown
    return found, language.t("No figure of this edition can be counted today.")


def _figure_row(view: View, one: Restatement) -> Row:
    language, metric = view.language, METRICS[one.metric]
    then, now = one.reported.value, one.known.value
    return Row(metric.name, {
        "metric": language.words(metric.title),
        "reported": language.value(metric, then),
        "known": language.value(metric, now),
        "difference": _difference(view, one) if one.moved else "–",
        "why": _why(view, one),
    })  # fmt: skip


def _difference(view: View, one: Restatement) -> str:
    """What is known now less what was reported: amounts and numbers exactly."""
    language, metric = view.language, METRICS[one.metric]
    then, now = one.reported.value, one.known.value
    if metric.unit not in ("money", "count") or then is None or now is None:
        return language.change(metric, now, then).text
    by = Decimal(now) - Decimal(then)
    return _signed(language.value(metric, abs(by)), by)


def _why(view: View, one: Restatement) -> str:
    """Where a difference is from, as far as it is known."""
    language, told = view.language, []
    if one.parts is not None:
        named = {
            language.t("Late payments"): one.parts.late,
            language.t("Late reversals"): one.parts.reversals,
            language.t("Corrections"): one.parts.corrections,
        }
        told = [
            f"{name} {_signed(language.money(abs(by)), by)}" for name, by in named.items() if by
        ]
    if one.redefined:
        told.append(language.t("counted by other rules than then"))
    return language.listed(told)


def _signed(text: str, by: Decimal | int) -> str:
    return ("+" if by > 0 else "−" if by < 0 else "") + text


# ---- deliveries


def _deliveries(view: View, deliveries: Sequence[Delivery]) -> Panel:
    language = view.language
    heading = language.t("Deliveries of this edition")
    if not deliveries:
        told = language.t("This edition goes to nobody; it is in the archive only.")
        return Panel("sent", heading, nothing(told), wide=True)
    told = told_together(deliveries, language)
    if not view.person.may("run reports"):
        return Panel("sent", heading, html.P(told, id="sent-counts"), wide=True)
    titles = [
        language.t("Recipient"), language.t("By"), language.t("Language"), language.t("State"),
        language.t("What became of it"),
    ]  # fmt: skip
    order = {name: at for at, name in enumerate(("unknown", "failed", "waiting"))}
    rows = [
        [one.recipient, channel_name(one.channel, language), locale_name(one.locale, language),
         outcome_name(one.outcome, language), became(one, view)]
        for one in sorted(deliveries, key=lambda one: (order.get(one.outcome, 9), one.recipient))
    ]  # fmt: skip
    return Panel("sent", heading, plain_table("sent-table", titles, rows), note=told, wide=True)
