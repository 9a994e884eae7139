"""The part of Reports with all editions that the reader may read: looked for by report, code,
period or a word."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from dash import dcc, html

from dashboard.components.form import choice_of, entry, labelled, send
from dashboard.editions.seen import Archive, reports_of
from dashboard.editions.words import (
    about_whom,
    edition_address,
    here,
    marks,
    noted,
    outstanding,
    received,
)
from dashboard.pages.health.state import local
from dashboard.pages.page import Content, Panel, View
from dashboard.pages.reports.look import badges, nothing, plain_table, search
from dashboard.report_names import report_name
from queries.desk.deliveries import Delivery
from queries.desk.editions import Edition, plain
from queries.period import spelled, whole

# What a page shows; the rest is a link away.
MOST = 40
_MOST_DELIVERIES = 20_000


def archive_of(view: View) -> Archive:
    """The archive as the reader may read it; only where there is a desk."""
    assert view.source.desk is not None, "an archive without a desk"
    return Archive(view.source.desk, view.person, view.source.staff)


def archive(view: View) -> Content:
    """The editions that fit what is looked for, the newest first."""
    own, language = view.filters.own, view.language
    readable = reports_of(view.person)
    report = own.get("report") if own.get("report") in readable else None
    words = own.get("find", "").strip()
    found = archive_of(view).newest(
        MOST, report=report, before=_day(own.get("before", "")), fits=_fitting(view, words)
    )
    shown, rest = _page(found)
    heading = language.t("Editions")
    body: list[Any] = [_search(view, readable, report, words)]
    if shown:
        body += [_table(view, shown), *_older(view, rest, report, words)]
    else:
        body.append(_nothing(view, looked=bool(report or words or own.get("before"))))
    zone = language.t("In the time zone {zone}.", zone=view.definitions.business_zone)
    note = language.t("The newest periods first.") + language.after(zone)
    return Content(panels=[Panel("archive", heading, body, note=note, wide=True)])


def deliveries_of(view: View, editions: Sequence[Edition]) -> Mapping[int, list[Delivery]]:
    """What is to be told of the deliveries of editions, by edition."""
    found: dict[int, list[Delivery]] = {edition.id: [] for edition in editions}
    if view.source.desk is not None and found:
        for one in view.source.desk.deliveries(limit=_MOST_DELIVERIES, editions=found):
            found[one.edition_id or 0].append(one)
    return found


def _page(found: Sequence[Edition]) -> tuple[Sequence[Edition], Edition | None]:
    """Those that are shown and the first of the rest. A page ends with the last edition of a day,
    as the next begins with periods that end before it."""
    if len(found) <= MOST:
        return found, None
    last = found[MOST - 1].issue.period.end
    rest = next((one for one in found[MOST:] if one.issue.period.end < last), None)
    shown = [one for one in found if one.issue.period.end >= last]
    return shown, rest


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


# ---- looking for something


def _fitting(view: View, words: str) -> Callable[[Edition], bool]:
    """Whether an edition is what somebody looks for: a code or its beginning, a day, a week or a
    month that it is about, or a word of what its row shows."""
    named = spelled(words)
    # A year alone may be the beginning of a code as well.
    if named is not None and named[0] != "year":
        grain, day = named
        period = whole(day, grain)
        return lambda one: (
            one.issue.period.start < period.end and period.start < one.issue.period.end
        )
    sought, code = words.casefold(), plain(words)

    def fits(one: Edition) -> bool:
        return bool(code and one.code.startswith(code)) or sought in _told(view, one).casefold()

    return fits


def _told(view: View, one: Edition) -> str:
    language, issue = view.language, one.issue
    return " ".join((
        report_name(issue.report, language), issue.report, about_whom(issue, view), issue.part,
        language.span(issue.period), noted(one.made.note, language), *marks(one, language),
    ))  # fmt: skip


def _search(view: View, readable: Sequence[str], report: str | None, words: str) -> html.Div:
    """What is looked for becomes the address of the page (assets/reports.js)."""
    language = view.language
    every = {"": language.t("All reports"), **{n: report_name(n, language) for n in readable}}
    looked = bool(report or words or "before" in view.filters.own)
    body: list[Any] = [
        labelled(language.t("Report"), choice_of("report", every, (report or "",))),
        labelled(
            language.t("Code, period or word"),
            entry("search", "find", value=words, maxLength=60,
                  placeholder=language.t("3fa9-c21b, 2026-11, 2026-W47")),
        ),
        send(language.t("Search")),
    ]  # fmt: skip
    if looked:
        body.append(dcc.Link(language.t("Show all"), href=here(), refresh=False))
    return search("archive-search", body)


def _nothing(view: View, *, looked: bool) -> html.P:
    language = view.language
    if looked:
        told = language.t("No edition that you may read fits. Look for less, or show all.")
    else:
        told = language.t(
            "There is no edition yet that you may read. Each one is listed here as soon as it is"
            " made; the next runs tell when."
        )
    return nothing(told)


def _older(view: View, rest: Edition | None, report: str | None, words: str) -> list[html.P]:
    if rest is None:
        return []
    href = here(report=report or "", find=words, before=rest.issue.period.end.isoformat())
    link = dcc.Link(view.language.t("Older editions"), href=href, refresh=False)
    return [html.P(link, className="reports-more")]


# ---- the list


def _table(view: View, editions: Sequence[Edition]) -> html.Div:
    language = view.language
    titles = [
        language.t("Report"), language.t("Period"), language.t("Figures of"), language.t("Made"),
        language.t("Code"), language.t("Sent to"), language.t("Outstanding"),
    ]  # fmt: skip
    sent = deliveries_of(view, editions)
    rows = [_row(view, one, sent[one.id]) for one in editions]
    return plain_table("archive-table", titles, rows)


def _row(view: View, one: Edition, deliveries: Sequence[Delivery]) -> list[Any]:
    language = view.language
    name = dcc.Link(
        report_name(one.issue.report, language), href=edition_address(one), refresh=False
    )
    open_now = outstanding(deliveries, language)
    return [
        html.Span([name, *badges(marks(one, language))]),
        language.span(one.issue.period),
        about_whom(one.issue, view),
        language.moment(local(view, one.made.at)),
        html.Code(one.printed),
        language.count(received(deliveries)),
        language.listed(open_now) if open_now else "–",
    ]
