"""The part of My desk with what is out of order now; the Alerts page has all of it, and there
somebody takes care of it."""

from typing import Any

from dash import dcc, html

from dashboard.alerts.seen import open_alerts
from dashboard.alerts.words import finding, heading
from dashboard.live import WHOLE
from dashboard.pages.desk.figures import Section, whose
from dashboard.pages.health.state import local
from dashboard.pages.page import Answers, Content, Panel, View
from queries.desk.alerting import Firing
from queries.figures import Question

PATH = "/alerts"
MOST_SHOWN = 8


def alerts_now() -> Section:
    """The open alerts within the scope; those that nobody takes care of come first."""
    return Section(_asks, _draws)


def _asks(_: View) -> dict[str, Question]:
    """They were found when the rules were looked at."""
    return {}


def _draws(view: View, _: Answers) -> Content:
    language = view.language
    title = language.t("Open alerts")
    if view.source.desk is None:
        told = html.P(language.t("Alerts are not known here."), className="nothing")
        return Content(panels=[Panel("alerts", title, told)])
    firings = sorted(open_alerts(view), key=lambda one: one.acknowledged_at is not None)
    if not firings:
        told = html.P(language.t("No alert is open."), className="nothing")
        return Content(panels=[Panel("alerts", title, told)])
    shown = [_item(view, one) for one in firings[:MOST_SHOWN]]
    counted = language.n("{count} alert is open.", "{count} alerts are open.", len(firings))
    body: list[Any] = [html.Ul(shown, id="alerts-list", className="desk-alerts", **WHOLE)]  # type: ignore[arg-type]
    if PATH in view.paths:
        way = dcc.Link(language.t("Open Alerts"), href=PATH, refresh=False)
        body.append(html.P(way, className="desk-way"))
    note = f"{whose(view.person.scope, view)} · {counted}"
    return Content(panels=[Panel("alerts", title, body, note=note)])


def _item(view: View, firing: Firing) -> html.Li:
    language = view.language
    names = view.source.staff().units("team")
    since = language.t("since {moment}", moment=language.moment(local(view, firing.fired_at)))
    taken = firing.acknowledged_at is not None
    if taken:
        since += " · " + language.t("{who} takes care of it", who=firing.acknowledged_by)
    return html.Li(
        [
            html.Strong(heading(firing, names, language)),
            html.P(finding(firing, language, view.definitions.business_zone)),
            html.P(since, className="hint"),
        ],
        className="desk-alert desk-alert-taken" if taken else "desk-alert",
    )
