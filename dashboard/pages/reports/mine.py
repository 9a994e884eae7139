"""The part of Reports for who receives them: what one is subscribed to, what became of each report
and why there is none; for those who run reports the same of any recipient."""

from collections.abc import Sequence
from typing import Any

from dash import dcc, html

from dashboard.components.form import act_form, choice_of, entry, hidden, labelled, send
from dashboard.editions.words import here, locale_name
from dashboard.live import WHOLE
from dashboard.locales import LOCALES
from dashboard.pages.page import Content, Panel, View
from dashboard.pages.reports.look import nothing, search
from dashboard.pages.reports.why import Known, Who, coming, happened, known_of, standing
from dashboard.report_names import report_name
from queries.desk.people import Account
from queries.errors import UserError

MOST_FOUND = 20


def account_of(view: View) -> Account | None:
    """The account of the reader; None where pages are open to everybody."""
    desk = view.source.desk
    try:
        return desk.account(view.person.name) if desk is not None else None
    except UserError:
        return None


def mine(view: View) -> Content:
    """One's own reports, and for those who run reports those of others."""
    others = [_others(view)] if view.person.may("run reports") else []
    return Content(panels=[_own(view), *others])


def _own(view: View) -> Panel:
    language, account = view.language, account_of(view)
    heading = language.t("My reports")
    if account is None:
        told = language.t("Who has signed in can subscribe to reports here.")
        return Panel("mine", heading, nothing(told), wide=True)
    known = known_of(view, Who(account.mail, account))
    if not known.reports:
        told = language.t("There is no report that your role may receive.")
        return Panel("mine", heading, nothing(told), wide=True)
    body: list[Any] = [] if account.mail else [_no_mail(view, account)]
    body.append(html.Div([_card(view, known, one, own=True) for one in known.reports],
                         className="reports-cards"))  # fmt: skip
    note = (
        language.t("They go to {address}, with the figures that your rights show.",
                   address=account.mail)
        if account.mail
        else ""
    )  # fmt: skip
    return Panel("mine", heading, body, note=note, wide=True)


def _no_mail(view: View, account: Account) -> html.P:
    language = view.language
    told = language.t("You have no mail address here, so no report can be sent to you.")
    if account.person.local:
        cure = language.t(
            "An administrator sets it: {command}",
            command="arrears users change NAME --mail ADDRESS",
        )
    else:
        cure = language.t(
            "It comes from the service that you sign in with, when that says one: ask its"
            " administrator, then sign in again."
        )
    body: list[Any] = [html.Strong(told), " ", cure]
    return html.P(body, id="no-mail", className="reports-alarm", role="status")


# ---- one report of one recipient


def _card(view: View, known: Known, report: str, *, own: bool) -> html.Article:
    language = view.language
    lines = list(happened(known, report, view))
    told: list[Any] = [
        html.H3(report_name(report, language)),
        html.P(standing(known, report, view)),
        html.P(coming(known, report, view)),
    ]
    if lines:
        told.append(
            html.Ul([html.Li([html.Strong(period), " ", text]) for period, text in lines],
                    className="happened")
        )  # fmt: skip
    else:
        told.append(html.P(language.t("Nothing was sent so far."), className="hint"))
    name = "mine" if own else "other"
    forms = [_subscribing(view, known, report)] if own else []
    return html.Article(
        [html.Div(told, id=f"{name}-{report}", **WHOLE), *forms],  # type: ignore[arg-type]
        className="report-card",
    )


def _subscribing(view: View, known: Known, report: str) -> html.Div:
    """Subscribing, another language, and ending it."""
    language, subscription = view.language, known.subscriptions.get(report)
    chosen = subscription.locale if subscription else language.locale
    names = {locale: locale_name(locale, language) for locale in LOCALES.values()}
    title = report_name(report, language)
    row: list[Any] = [
        hidden("report", report),
        labelled(language.t("Language"), choice_of("locale", names, (chosen,), id=f"in-{report}")),
    ]
    if subscription is None:
        row.append(send(language.t("Subscribe"), name="step", value="subscribe",
                        disabled=not known.who.address))  # fmt: skip
    else:
        row.append(send(language.t("Change language"), name="step", value="subscribe", quiet=True))
    if known.wants(report):
        row.append(send(language.t("Unsubscribe"), name="step", value="unsubscribe", quiet=True))
    body = [html.Div(row, className="act-row", role="group", **{"aria-label": title})]  # type: ignore[arg-type]
    return act_form(f"subscribe-{report}", "subscribe-report", body, language)


# ---- any recipient


def _others(view: View) -> Panel:
    language, words = view.language, view.filters.own.get("find", "").strip().rstrip("…")
    heading = language.t("Another recipient")
    form = search("other-search", [
        hidden("part", "mine"),
        labelled(
            language.t("Name, address or folder"),
            entry("search", "find", value=words, maxLength=60, required=True),
        ),
        send(language.t("Search"), quiet=True),
    ])  # fmt: skip
    body: list[Any] = [form]
    if words:
        body += _found(view, words)
    note = language.t("Why somebody has not got a report.")
    return Panel("other", heading, body, note=note, wide=True)


def _found(view: View, words: str) -> list[Any]:
    language, found = view.language, _matching(view, words)
    if not found:
        return [nothing(language.t(
            "Nobody of that name or address was ever to get a report. Look for a part of it."
        ))]  # fmt: skip
    if len(found) > 1:
        links = [
            html.Li(dcc.Link(one.name, href=here(part="mine", find=one.name), refresh=False))
            for one in found[:MOST_FOUND]
        ]
        return [html.Ul(links, id="other-found", **WHOLE)]  # type: ignore[arg-type]
    known = known_of(view, found[0])
    cards = [_card(view, known, one, own=False) for one in known.reports]
    return [
        html.H3(_named(found[0]), className="other-name"),
        html.Div(cards, className="reports-cards"),
    ]


def _named(who: Who) -> str:
    name = who.account.person.name if who.account else ""
    return f"{name} · {who.address}" if name and who.address else who.name


def _matching(view: View, words: str) -> Sequence[Who]:
    """Recipients whose name or address holds the words; one alone where they are all of it."""
    plain = words.casefold()
    every = _everybody(view)
    whole = [who for who in every if plain in (who.name.casefold(), _name(who).casefold())]
    if len(whole) == 1:
        return whole
    return [who for who in every if plain in f"{who.address}\n{_name(who)}".casefold()]


def _name(who: Who) -> str:
    return who.account.person.name if who.account else ""


def _everybody(view: View) -> list[Who]:
    """People with an account, and whoever else gets reports or got one, each once."""
    desk, told = view.source.desk, view.source.reports
    if desk is None:
        return []
    found = [Who(one.mail, one) for one in desk.accounts()]
    named = list(desk.recipients())
    if told is not None:
        named += [one for report in told.titles() for one in told.configured(report)]
    for recipient in dict.fromkeys(named):
        if not any(who.is_(recipient) for who in found):
            found.append(Who(recipient))
    return found
