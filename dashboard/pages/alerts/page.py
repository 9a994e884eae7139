"""What is out of order now, what was, and the rules by which it is noticed. The reader sees what is
about the teams of their scope; all times are business time."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from dash import html

from charts import Language
from dashboard.alerts.seen import open_alerts, past_alerts, rule_seen
from dashboard.alerts.words import Names, finding, heading, joined, kind_name
from dashboard.components.form import act_form, hidden, labelled, send, text_area
from dashboard.live import WHOLE
from dashboard.pages.alerts.acts import ACTS
from dashboard.pages.alerts.rules import rules_panels
from dashboard.pages.health.state import local
from dashboard.pages.page import Answers, Column, Content, Grid, Page, Panel, Row, View
from queries.desk.alert_letters import AlertLetter, LetterOutcome
from queries.desk.alerting import Firing
from queries.figures import Question

MOST_OPEN = 100
Letters = Mapping[int, Sequence[AlertLetter]]


def title(language: Language) -> str:
    return language.t("Alerts")


def questions(_: View) -> dict[str, Question]:
    """The page shows what was found when the rules were looked at, and asks no figures itself."""
    return {}


def draw(view: View, _: Answers) -> Content:
    language = view.language
    if view.source.desk is None:
        told = html.P(language.t("Alerts are not known here."), className="nothing")
        return Content(panels=[Panel("alerts", language.t("Open alerts"), told, wide=True)])
    return Content(panels=[_open(view), _history(view), *rules_panels(view)])


def _names(view: View) -> Names:
    return view.source.staff().units("team")


def _letters_of(view: View, firings: Sequence[Firing]) -> Letters:
    found: dict[int, list[AlertLetter]] = {}
    letters = (
        view.source.desk.alert_letters([one.id for one in firings]) if view.source.desk else ()
    )
    for letter in letters:
        found.setdefault(letter.firing_id, []).append(letter)
    return found


# ---- what is open


def _open(view: View) -> Panel:
    language, firings = view.language, open_alerts(view)
    heading_ = language.t("Open alerts")
    if not firings:
        told = html.P(language.t("No alert is open."), className="nothing")
        return Panel("open", heading_, told, wide=True)
    letters = _letters_of(view, firings)
    # What somebody takes care of already comes last.
    waiting = sorted(firings, key=lambda one: one.acknowledged_at is not None)
    shown = [_card(view, one, letters.get(one.id, ())) for one in waiting[:MOST_OPEN]]
    note = language.n("{count} alert is open.", "{count} alerts are open.", len(firings))
    return Panel("open", heading_, html.Div(shown, className="alerts"), note=note, wide=True)


def _card(view: View, firing: Firing, letters: Sequence[AlertLetter]) -> html.Article:
    language = view.language
    moment = language.moment(local(view, firing.fired_at))
    told = [
        html.H3(heading(firing, _names(view), language)),
        html.P(finding(firing, language, view.definitions.business_zone)),
        html.P(
            joined(language, language.t("since {moment}", moment=moment), _rule_name(view, firing)),
            className="hint",
        ),
    ]
    states = _states(letters, language)
    if states:
        told.append(html.P(states, className="hint"))
    taken = firing.acknowledged_at is not None
    return html.Article(
        [
            html.Div(told, id=f"alert-{firing.id}", **WHOLE),  # type: ignore[arg-type]
            _taken(view, firing) if taken else _acknowledging(view, firing),
        ],
        className="alert alert-taken" if taken else "alert",
    )


def _rule_name(view: View, firing: Firing) -> str:
    """The name of the rule, or its kind where the name tells of what the reader does not see."""
    if rule_seen(firing.rule, view.person, view.source.staff()):
        return view.language.t("Rule: {name}", name=firing.rule.name)
    return kind_name(firing.kind, view.language)


def _acknowledging(view: View, firing: Firing) -> html.Div:
    language = view.language
    body = [
        hidden("firing", firing.id),
        labelled(
            language.t("What is being done about it"),
            text_area("note", "", maxLength=2_000, rows="2", required=True),
        ),
        send(language.t("Acknowledge")),
    ]
    return act_form(f"acknowledge-{firing.id}", "acknowledge-alert", body, language)


def _taken(view: View, firing: Firing) -> html.P:
    return html.P(_by_whom(view, firing), className="alert-note", id=f"taken-{firing.id}")


def _by_whom(view: View, firing: Firing) -> str:
    if firing.acknowledged_at is None:
        return ""
    return view.language.t(
        "{who}, {when}: {reason}",
        who=firing.acknowledged_by,
        when=view.language.moment(local(view, firing.acknowledged_at)),
        reason=firing.note,
    )


def _states(letters: Sequence[AlertLetter], language: Language) -> str:
    """What became of the letters, worst first, without saying to whom."""
    counts = Counter(letter.outcome for letter in letters)
    texts: dict[LetterOutcome, str] = {
        "failed": language.n("{count} letter failed", "{count} letters failed", counts["failed"]),
        "unknown": language.n(
            "{count} letter may have left or not: ask before sending again",
            "{count} letters may have left or not: ask before sending again",
            counts["unknown"],
        ),
        "waiting": language.n("{count} letter waits", "{count} letters wait", counts["waiting"]),
        "claimed": language.n(
            "{count} letter is leaving", "{count} letters are leaving", counts["claimed"]
        ),
        "sent": language.n("{count} letter sent", "{count} letters sent", counts["sent"]),
        "withdrawn": language.n(
            "{count} letter was spared", "{count} letters were spared", counts["withdrawn"]
        ),
    }
    return language.listed([text for outcome, text in texts.items() if counts[outcome]])


# ---- what was


def _history(view: View) -> Panel:
    language, firings = view.language, past_alerts(view)
    title_ = language.t("Past alerts")
    if not firings:
        told = html.P(language.t("No alert is over yet."), className="nothing")
        return Panel("history", title_, told, wide=True)
    columns = (
        Column.text("since", language.t("Noticed"), pinned=True, width=150),
        Column.text("over", language.t("Over"), width=150),
        Column.text("about", language.t("What it is about"), wrap=True),
        Column.text("found", language.t("What was found"), wrap=True),
        Column.text("rule", language.t("Rule"), width=200),
        Column.text("taken", language.t("Acknowledged"), wrap=True),
        Column.text("letters", language.t("Letters"), width=170, wrap=True),
    )
    letters = _letters_of(view, firings)
    rows = tuple(_past_row(view, one, letters.get(one.id, ())) for one in firings)
    note = language.n("The newest {count} entry.", "The newest {count} entries.", len(rows))
    return Panel("history", title_, Grid(columns, rows), note=note, wide=True)


def _past_row(view: View, firing: Firing, letters: Sequence[AlertLetter]) -> Row:
    language = view.language
    values: dict[str, Any] = {
        "since": local(view, firing.fired_at),
        "over": local(view, firing.cleared_at) if firing.cleared_at else "",
        "about": heading(firing, _names(view), language),
        "found": finding(firing, language, view.definitions.business_zone),
        "rule": _rule_name(view, firing),
        "taken": _by_whom(view, firing),
        "letters": _states(letters, language),
    }
    return Row(str(firing.id), values)


PAGE = Page("/alerts", title, (), questions, draw, dated=False, acts=ACTS)
