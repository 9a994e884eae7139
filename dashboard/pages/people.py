"""Who may look, as what and at whose figures; and what people did. For administrators.

Accounts are made and changed with `arrears users`. All times are business time.
"""

from collections.abc import Sequence

from dash import html

from charts import Language
from dashboard.components.scope import whose
from dashboard.pages.health.state import local
from dashboard.pages.page import Answers, Column, Content, Grid, Page, Panel, Row, View
from queries.desk.auditing import Deed
from queries.desk.people import Account
from queries.figures import Question
from queries.rights import ROLE_TITLES

MOST_DEEDS = 1_000


def title(language: Language) -> str:
    return language.t("People")


def questions(_: View) -> dict[str, Question]:
    """The page shows no figures."""
    return {}


def draw(view: View, _: Answers) -> Content:
    language, desk = view.language, view.source.desk
    if desk is None:
        told = html.P(language.t("Accounts are not known here."), className="nothing")
        return Content(panels=[Panel("accounts", language.t("Accounts"), told, wide=True)])
    return Content(
        panels=[_accounts(view, desk.accounts()), _deeds(view, desk.deeds(limit=MOST_DEEDS))]
    )


def _accounts(view: View, accounts: Sequence[Account]) -> Panel:
    language = view.language
    columns = (
        Column.text("name", language.t("Name"), pinned=True, width=220),
        Column.text("role", language.t("Role"), width=130),
        Column.text("scope", language.t("Figures of"), wrap=True),
        Column.text("mail", language.t("Mail address"), width=220),
        Column.text("by", language.t("Signs in by"), width=150),
        Column.text("state", language.t("State"), width=110),
        Column.text("changed", language.t("Last changed"), width=150),
    )
    rows = tuple(_account_row(account, view) for account in accounts)
    note = language.t(
        "Accounts are made and changed at the server: {command}", command="arrears users"
    )
    return Panel("accounts", language.t("Accounts"), Grid(columns, rows), note=note, wide=True)


def _account_row(account: Account, view: View) -> Row:
    language, person = view.language, account.person
    local_sign_in = language.t("Password") if person.local else language.t("Sign-in service")
    return Row(str(person.id), {
        "name": person.name,
        "role": language.words(ROLE_TITLES[person.role]),
        "scope": whose(account.person.scope, view),
        "mail": account.mail,
        "by": local_sign_in,
        "state": language.t("Active") if account.active else language.t("Disabled"),
        "changed": local(view, account.changed_at),
    })  # fmt: skip


def _deeds(view: View, deeds: Sequence[Deed]) -> Panel:
    language = view.language
    heading = language.t("What was done")
    if not deeds:
        told = html.P(language.t("Nothing was done yet."), className="nothing")
        return Panel("audit", heading, told, wide=True)
    columns = (
        Column.text("at", language.t("When"), pinned=True, width=150),
        Column.text("who", language.t("Who"), width=200),
        Column.text("what", language.t("Deed"), width=150),
        Column.text("subject", language.t("Of what"), width=200),
        Column.text("detail", language.t("Details"), wrap=True),
        Column.text("origin", language.t("From"), width=130),
    )
    rows = tuple(
        Row(str(number), {
            "at": local(view, deed.at),
            "who": deed.who,
            "what": _what(deed.what, language),
            "subject": deed.subject,
            "detail": deed.detail,
            "origin": deed.origin,
        })
        for number, deed in enumerate(deeds)
    )  # fmt: skip
    note = language.n("The newest {count} entry.", "The newest {count} entries.", len(rows))
    more = language.t("All of them: {command}", command="arrears audit")
    return Panel("audit", heading, Grid(columns, rows), note=note + language.after(more), wide=True)


def _what(what: str, language: Language) -> str:
    """A deed in the reader's language; one of a newer version as it is."""
    known = {
        "signed in": language.t("signed in"),
        "signed out": language.t("signed out"),
        "sign-in refused": language.t("sign-in refused"),
        "person added": language.t("account added"),
        "person changed": language.t("account changed"),
        "report sent": language.t("report sent"),
        "report subscribed": language.t("report subscribed to"),
        "report unsubscribed": language.t("report no longer subscribed to"),
        "report declined": language.t("report no longer wanted"),
        "report wanted again": language.t("report wanted again"),
        "target set": language.t("target set"),
        "target proposed": language.t("target proposed"),
        "target approved": language.t("target approved"),
        "target refused": language.t("target refused"),
        "target withdrawn": language.t("target withdrawn"),
        "alert rule made": language.t("alert rule made"),
        "alert rule changed": language.t("alert rule changed"),
        "alert rule switched on": language.t("alert rule switched on"),
        "alert rule switched off": language.t("alert rule switched off"),
        "alert acknowledged": language.t("alert acknowledged"),
    }
    return known.get(what, what)


PAGE = Page("/people", title, (), questions, draw, dated=False)
