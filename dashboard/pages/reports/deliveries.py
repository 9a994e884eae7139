"""The part of Reports with what has not arrived: what waits for a person to say what became of it,
what is on its way, and who gets nothing. For those who run reports."""

from collections.abc import Sequence
from typing import Any

from dash import html

from dashboard.components.form import act_form, hidden, send
from dashboard.editions.words import (
    MOVING,
    UNSETTLED,
    became,
    channel_name,
    event_name,
    outcome_name,
    place_of,
    reason,
)
from dashboard.live import WHOLE
from dashboard.pages.health.state import local
from dashboard.pages.page import Content, Panel, View
from dashboard.pages.reports.look import nothing, plain_table
from dashboard.report_names import report_name
from queries.desk.deliveries import Delivery, DeliveryEvent, DeliveryOutcome

MOST = 100
RIGHT = "run reports"


def unsettled(view: View) -> int:
    """How many deliveries wait for a person; 0 for who may not see that."""
    return len(_found(view, UNSETTLED)) if view.person.may(RIGHT) else 0


def deliveries(view: View) -> Content:
    """All that is open, what waits for a person first."""
    return Content(panels=[_to_settle(view), _moving(view), _withheld(view)])


def _found(view: View, outcomes: Sequence[DeliveryOutcome]) -> list[Delivery]:
    desk = view.source.desk
    return desk.deliveries(limit=MOST, outcomes=outcomes) if desk is not None else []


# ---- what waits for a person


def _to_settle(view: View) -> Panel:
    language, found = view.language, _found(view, UNSETTLED)
    heading = language.t("To settle")
    if not found:
        told = language.t(
            "Nothing failed and nothing is uncertain. What the service cannot decide by itself"
            " waits here for you."
        )
        return Panel("settle", heading, nothing(told), wide=True)
    found.sort(key=lambda one: UNSETTLED.index(one.outcome))
    note = language.t(
        "Ask the recipient first: nothing here is sent again by itself, so that nobody gets a"
        " report twice."
    )
    cards = html.Div([_card(view, one) for one in found], className="alerts")
    return Panel("settle", heading, cards, note=note, wide=True)


def _card(view: View, one: Delivery) -> html.Article:
    language, desk = view.language, view.source.desk
    told = [
        html.H3(f"{report_name(one.report, language)} · {place_of(one, view)}"),
        html.P([html.Strong(one.recipient), f" · {channel_name(one.channel, language)}"],
               className="delivery-to"),
        html.P([html.Span(outcome_name(one.outcome, language), className="badge badge-alarm"),
                " ", became(one, view)]),
    ]  # fmt: skip
    events = desk.delivery_events(one.id) if desk is not None else ()
    told.append(_history(view, one, events))
    return html.Article(
        [html.Div(told, id=f"delivery-{one.id}", **WHOLE), _settling(view, one)],  # type: ignore[arg-type]
        className="alert delivery",
    )


def _history(view: View, one: Delivery, events: Sequence[DeliveryEvent]) -> html.Details:
    language = view.language
    lines = [(one.queued_at, language.t("queued"), "")]
    lines += [(event.at, event_name(event.outcome, language), event.detail) for event in events]
    listed = [
        html.Li([
            html.Span(language.moment(local(view, at)), className="when"),
            ": ".join(filter(None, (what, reason(detail, language) if detail else ""))),
        ])
        for at, what, detail in lines
    ]  # fmt: skip
    tries = language.n("{count} attempt", "{count} attempts", one.attempts)
    return html.Details(
        [html.Summary(language.t("History ({attempts})", attempts=tries)), html.Ol(listed)],
        className="history",
    )


def _settling(view: View, one: Delivery) -> html.Div:
    """The two things that can be said of it. One that failed has not arrived, so to send it again
    is what is likely; of one that is not certain a person knows."""
    language = view.language
    sure = one.outcome == "failed"
    buttons: list[Any] = [
        send(language.t("It arrived"), name="verdict", value="arrived", quiet=sure),
        send(language.t("Send it again"), name="verdict", value="send again", quiet=not sure),
    ]
    body = [hidden("delivery", one.id), html.Div(buttons, className="act-row")]
    return act_form(f"settle-{one.id}", "settle-delivery", body, language)


# ---- what is on its way, and what is withheld


def _moving(view: View) -> Panel:
    language = view.language
    told = language.t("Nothing waits: all that was due has left.")
    return _listed(view, "moving", language.t("On its way"), MOVING, told)


def _withheld(view: View) -> Panel:
    language = view.language
    told = language.t("Nobody was refused a report.")
    return _listed(view, "withheld", language.t("Withheld"), ("withheld",), told)


def _listed(
    view: View, name: str, heading: str, outcomes: Sequence[DeliveryOutcome], empty: str
) -> Panel:
    language, found = view.language, _found(view, outcomes)
    if not found:
        return Panel(name, heading, nothing(empty), wide=True)
    titles = [language.t("Report"), language.t("Period"), language.t("Recipient"),
              language.t("What became of it")]  # fmt: skip
    rows = [
        [report_name(one.report, language), place_of(one, view), one.recipient,
         became(one, view)]
        for one in found
    ]  # fmt: skip
    note = language.n("The newest {count} entry.", "The newest {count} entries.", len(rows))
    return Panel(name, heading, plain_table(f"{name}-table", titles, rows), note=note, wide=True)
