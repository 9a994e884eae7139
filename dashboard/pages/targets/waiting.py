"""The part of Targets with what waits for a decision, and with all that was set before."""

from typing import Any

from dash import html

from charts import Language
from dashboard.components.form import act_form, entry, hidden, labelled, send
from dashboard.pages.health.state import local
from dashboard.pages.page import Column, Grid, Panel, Row, View
from dashboard.pages.targets.acts import within
from dashboard.pages.targets.look import Look
from dashboard.targets.rows import LEVEL_TITLES
from queries.metrics import METRICS
from queries.staff import Staff
from queries.targets.target import Aim, Verdict, Version

MOST_SHOWN = 50
MOST_CHANGES = 500


def unit_name(aim: Aim, staff: Staff, language: Language) -> str:
    """The unit of a target with its level."""
    if aim.level == "operation":
        return language.t("Whole operation")
    name = staff.units(aim.level).get(aim.unit, aim.unit)
    return f"{language.words(LEVEL_TITLES[aim.level])} {name}"


def waiting_panel(view: View, staff: Staff) -> Panel | None:
    """What waits within the reader's scope, of any metric and period; None where nothing does."""
    language, desk = view.language, view.source.desk
    every = desk.waiting_targets() if desk else ()
    waiting = [version for version in every if within(staff, version.aim)]
    if not waiting:
        return None
    valid: dict[Aim, Version] = {}
    for grain, start in {(one.aim.grain, one.aim.starts_on) for one in waiting}:
        valid |= desk.targets_in_force(grain, start, start) if desk else {}
    shown = [_proposal(view, version, staff, valid) for version in waiting[:MOST_SHOWN]]
    note = language.n("{count} proposal waits.", "{count} proposals wait.", len(waiting))
    return Panel(
        "waiting", language.t("Waiting for a decision"),
        html.Div(shown, className="proposals"), note=note, wide=True,
    )  # fmt: skip


def _proposal(view: View, version: Version, staff: Staff, valid: dict[Aim, Version]) -> html.Div:
    language, aim = view.language, version.aim
    metric = METRICS[aim.metric]
    title = language.t(
        "{unit}: {metric}, {period}",
        unit=unit_name(aim, staff, language), metric=language.words(metric.title),
        period=language.grain(aim.grain, aim.starts_on),
    )  # fmt: skip
    when = language.moment(local(view, version.at))
    by = language.t("{who}, {when}: {reason}", who=version.by, when=when, reason=version.reason)
    told = [
        html.P(html.Strong(title)),
        html.P(_change(version, valid.get(aim), language)),
        html.P(by, className="hint"),
    ]
    return html.Div([*told, *_decision(view, version)], className="proposal")


def _change(version: Version, before: Version | None, language: Language) -> str:
    metric = METRICS[version.aim.metric]
    now = language.value(metric, version.marks.target)
    if version.marks.target is None:
        now = language.t("no target")
    if before is None:
        return language.t("New: {value}.", value=now)
    change = language.change(metric, version.marks.target, before.marks.target)
    text = language.t(
        "{before} → {now}", before=language.value(metric, before.marks.target), now=now
    )
    return f"{text} ({change.text})" if version.marks.target is not None else text


def _decision(view: View, version: Version) -> list[Any]:
    """The buttons that the reader has: to decide on others' proposals, to withdraw their own."""
    language, person = view.language, view.person
    own = version.by == person.name
    if not own and not person.may("approve targets"):
        return []
    note = labelled(language.t("Note"), entry("text", "note", maxLength=500, size=30))
    buttons = (
        [send(language.t("Withdraw"), name="verdict", value="withdrawn", quiet=True)]
        if own
        else [
            send(language.t("Approve"), name="verdict", value="approved"),
            send(language.t("Refuse"), name="verdict", value="refused", quiet=True),
        ]
    )
    body = [
        hidden("version", version.id),
        html.Div([*([] if own else [note]), *buttons], className="act-row"),
    ]
    return [act_form(f"decide-{version.id}", "decide-target", body, language)]


def changes_panel(view: View, look: Look, staff: Staff) -> Panel:
    """Every version of the targets of this metric and period, newest first."""
    language, desk = view.language, view.source.desk
    newest = desk.newest_targets(look.grain, look.start, look.start) if desk else {}
    every: list[Version] = []
    for aim in newest:
        if desk and aim.metric == look.metric.name and within(staff, aim):
            every += desk.target_history(aim)
    every.sort(key=lambda version: version.id, reverse=True)
    heading = language.t("What was set, and when")
    if not every:
        told = html.P(language.t("Nothing was set yet."), className="nothing")
        return Panel("changes", heading, told, wide=True)
    rows = tuple(_version_row(view, version, staff) for version in every[:MOST_CHANGES])
    return Panel("changes", heading, Grid(_columns(look, language), rows), wide=True)


def _columns(look: Look, language: Language) -> tuple[Column, ...]:
    unit = look.metric.unit
    return (
        Column.text("unit", language.t("Unit"), pinned=True, width=190),
        Column.text("at", language.t("When"), width=150),
        Column.text("by", language.t("Who"), width=130),
        Column("floor", language.t("Floor"), unit=unit),
        Column("target", language.t("Target"), unit=unit),
        Column("stretch", language.t("Stretch"), unit=unit),
        Column.text("owner", language.t("Owner"), width=120),
        Column.text("reason", language.t("Reason"), wrap=True),
        Column.text("became", language.t("What became of it"), wrap=True),
    )


def _version_row(view: View, version: Version, staff: Staff) -> Row:
    language = view.language
    return Row(str(version.id), {
        "unit": unit_name(version.aim, staff, language),
        "at": local(view, version.at),
        "by": version.by,
        "floor": version.marks.floor,
        "target": version.marks.target,
        "stretch": version.marks.stretch,
        "owner": version.owner,
        "reason": version.reason,
        "became": _became(view, version),
    })  # fmt: skip


def verdict_text(verdict: Verdict | None, language: Language) -> str:
    match verdict:
        case "approved":
            return language.t("approved")
        case "refused":
            return language.t("refused")
        case "withdrawn":
            return language.t("withdrawn")
        case "superseded":
            return language.t("replaced before a decision")
    return language.t("waits for approval")


def _became(view: View, version: Version) -> str:
    language = view.language
    text = verdict_text(version.verdict, language)
    if version.decided_at is None or (version.by, version.at) == (
        version.decided_by, version.decided_at,
    ):  # fmt: skip
        return text
    who = language.t(
        "{who}, {when}",
        who=version.decided_by,
        when=language.moment(local(view, version.decided_at)),
    )
    note = f": {version.decided_reason}" if version.decided_reason else ""
    return f"{text} – {who}{note}"
