"""The part of Alerts with the rules: what there is, and the forms in which they are made."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from dash import html

from dashboard.alerts.rule_words import (
    JOBS,
    REPORTS,
    grain_name,
    kinds,
    looks_for,
    silence,
    to_whom,
    when,
    whose,
)
from dashboard.alerts.seen import OF_THE_SERVICE, rule_seen
from dashboard.alerts.words import kind_name
from dashboard.components.form import (
    act_form,
    choice_of,
    entry,
    hidden,
    labelled,
    send,
    text_area,
    ticked_box,
)
from dashboard.pages.alerts.acts import OPERATION
from dashboard.pages.health.state import local
from dashboard.pages.health.words import job_name, report_name
from dashboard.pages.page import Column, Grid, Panel, Row, View
from dashboard.typed import as_typed
from queries.alerts import Check, JobFailed, PaceMissed, ReportLate, Rule, Threshold, Unusual
from queries.alerts.rules import (
    CHARTED,
    FEWEST_ROWS,
    GRAINS,
    PACE_GRAINS,
    PACED,
    WATCHED,
    WHOLE,
    Kind,
    units_of,
)
from queries.alerts.ways import split
from queries.definition import Metric
from queries.metrics import METRICS

_OFFERED: Mapping[str, Mapping[str, Metric]] = {
    "threshold": WATCHED, "signal": CHARTED, "pace": PACED,
}  # fmt: skip


def rules_panels(view: View) -> list[Panel]:
    """The rules that the reader may see, and for who may set them the forms."""
    desk, language = view.source.desk, view.language
    if desk is None:
        return []
    staff = view.source.staff()
    rules = [rule for rule in desk.alert_rules() if rule_seen(rule, view.person, staff)]
    heading = language.t("Rules")
    if rules:
        panel = Panel("rules", heading, _grid(view, rules), note=_note(view), wide=True)
    else:
        told = html.P(language.t("There is no rule yet."), className="nothing")
        panel = Panel("rules", heading, told, wide=True)
    if not view.person.may("set alerts"):
        return [panel]
    forms = html.Div(
        [*_new_rules(view), *(_change(view, rule) for rule in rules)], className="alert-forms"
    )
    return [
        panel, Panel("set-rules", language.t("Make and change rules"), forms, wide=True)
    ]  # fmt: skip


def _note(view: View) -> str:
    language, desk = view.language, view.source.desk
    last = desk.last_run("alerts") if desk else None
    if not view.source.ways.enabled:
        return language.t("No rule is looked at: alerts are switched off in the configuration.")
    if last is None:
        return language.t("The rules have not been looked at yet.")
    return language.t(
        "Last looked at {moment}.", moment=language.moment(local(view, last.started_at))
    )


def _grid(view: View, rules: Sequence[Rule]) -> Grid:
    language = view.language
    columns = [
        Column.text("name", language.t("Rule"), pinned=True, width=220),
        Column.text("kind", language.t("Kind"), width=170),
        Column.text("looks", language.t("Looks for"), wrap=True),
        Column.text("whose", language.t("Of whom"), wrap=True),
        Column.text("state", language.t("State"), width=210, wrap=True),
        Column.text("when", language.t("Letters leave"), width=200, wrap=True),
        Column.text("owner", language.t("Owner"), width=130),
        Column.text("changed", language.t("Last changed"), width=150),
    ]
    if view.person.may("set alerts"):
        # Who is written to is nobody's business who only acknowledges.
        columns.insert(5, Column.text("to", language.t("Letters to"), wrap=True))
    silent = _silent(view)
    return Grid(tuple(columns), tuple(_row(view, rule, silent) for rule in rules))


def _silent(view: View) -> Mapping[str, Any]:
    """By rule and unit why the last look found nothing to say."""
    last = view.source.desk.last_run("alerts") if view.source.desk else None
    silent = (last.result or {}).get("silent") if last else None
    return silent if isinstance(silent, Mapping) else {}


def _row(view: View, rule: Rule, silent: Mapping[str, Any]) -> Row:
    language, names = view.language, view.source.staff().units("team")
    reasons = silent.get(str(rule.id))
    state = language.t("On") if rule.active else language.t("Off")
    told = silence(list(reasons.values()), language) if isinstance(reasons, Mapping) else ""
    return Row(str(rule.id), {
        "name": rule.name,
        "kind": kind_name(rule.kind, language),
        "looks": looks_for(rule, view.definitions.stale_after_hours, language),
        "whose": whose(rule, names, language),
        "state": f"{state}: {told}" if rule.active and told else state,
        "to": to_whom(rule.draft.recipients if rule.draft else (), language),
        "when": when(rule, language),
        "owner": rule.owner,
        "changed": local(view, rule.changed_at),
    })  # fmt: skip


# ---- forms


def _new_rules(view: View) -> list[html.Details]:
    """One form for each kind, as each has fields of its own."""
    language = view.language
    offered = kinds(language)
    if not view.person.may("health"):
        offered = {kind: title for kind, title in offered.items() if kind not in OF_THE_SERVICE}
    return [
        html.Details(
            [
                html.Summary(language.t("New rule: {kind}", kind=title)),
                _form(view, kind, None),  # type: ignore[arg-type]
            ],
            className="alert-form",
        )
        for kind, title in offered.items()
    ]


def _change(view: View, rule: Rule) -> html.Details:
    language = view.language
    button = (
        send(language.t("Switch off"), name="active", value="off", quiet=True)
        if rule.active
        else send(language.t("Switch on"), name="active", value="on", quiet=True)
    )
    body = [hidden("rule", rule.id), hidden("number", rule.number), button]
    switch = act_form(f"switch-rule-{rule.id}", "switch-alert-rule", body, language)
    forms = [_form(view, rule.kind, rule), switch] if rule.draft else [switch]
    return html.Details(
        [html.Summary(language.t("Change: {name}", name=rule.name)), *forms],
        className="alert-form",
    )


def _form(view: View, kind: Kind, rule: Rule | None) -> html.Div:
    language, draft = view.language, rule.draft if rule else None
    name = entry("text", "name", value=rule.name if rule else "", maxLength=120, size=40)
    body = [
        hidden("kind", kind),
        *([hidden("rule", rule.id), hidden("number", rule.number)] if rule else []),
        labelled(language.t("Name of the rule"), name),
        *_fields(view, kind, draft.check if draft else None),
        *_letters(view, draft.recipients if draft else ()),
        _leaving(view, rule),
        send(language.t("Save the rule")),
    ]
    key = f"change-rule-{rule.id}" if rule else f"new-rule-{kind}"
    return act_form(key, "save-alert-rule", body, language, once=rule is None)


def _fields(view: View, kind: Kind, check: Check | None) -> list[Any]:
    """The fields of a kind of rule."""
    match kind:
        case "threshold":
            known = check if isinstance(check, Threshold) else None
            return [*_about(view, kind, check), _limits(view, known), _least(view, known)]
        case "signal":
            unusual = check if isinstance(check, Unusual) else None
            both = ticked_box(
                "both", view.language.t("Also when it is out of the ordinary for the better"),
                on=bool(unusual and unusual.both),
            )  # fmt: skip
            return [*_about(view, kind, check), both, _least(view, unusual)]
        case "pace":
            return [
                *_about(view, kind, check),
                _pace(view, check if isinstance(check, PaceMissed) else None),
            ]
        case "job":
            chosen = check.jobs if isinstance(check, JobFailed) else ()
            return [_jobs(view, chosen)]
        case "report":
            named = check.reports if isinstance(check, ReportLate) else ()
            return [_reports(view, named)]
    return []


def _about(view: View, kind: Kind, check: Check | None) -> list[Any]:
    """Which figure, of whom, in which period."""
    language = view.language
    metrics = {
        name: language.words(metric.title)
        for name, metric in _OFFERED[kind].items()
        if name in view.available or name == getattr(check, "metric", None)
    }
    every: tuple[str, ...] = PACE_GRAINS if kind == "pace" else GRAINS
    grains = {grain: grain_name(grain, language) for grain in every}
    grain = getattr(check, "grain", "month" if kind == "pace" else "week")
    metric = {getattr(check, "metric", "")}
    row = [
        labelled(language.t("Figure"), choice_of("metric", metrics, metric)),
        labelled(language.t("In each"), choice_of("grain", grains, {grain})),
    ]
    return [html.Div(row, className="act-row"), _units(view, units_of(check))]


def _units(view: View, chosen: Sequence[str]) -> html.Fieldset:
    language, staff = view.language, view.source.staff()
    boxes = [
        ticked_box("units", name, value=unit, on=unit in chosen)
        for unit, name in staff.units("team").items()
    ]
    if staff.whole:
        whole = language.t("Whole operation")
        boxes.insert(0, ticked_box("units", whole, value=OPERATION, on=WHOLE in chosen))
    legend = html.Legend(language.t("Of whom"), className="entry-name")
    return html.Fieldset([legend, *boxes], className="ticks")


def _limits(view: View, check: Threshold | None) -> html.Div:
    language = view.language
    metric = METRICS[check.metric] if check else None
    sides = {"below": language.t("or less"), "above": language.t("or more")}

    def typed(value: Decimal | None) -> str:
        return as_typed(metric, value, language) if metric else ""

    hint = language.t("amounts in {currency}, shares in percent", currency=language.currency)
    periods = str(check.periods) if check else "1"
    return html.Div(
        [
            labelled(
                language.t("Limit"),
                entry("text", "limit", value=typed(check.limit if check else None), size=12),
                hint=hint,
            ),
            labelled(
                language.t("Reached at this"),
                choice_of("side", sides, {check.side} if check else ()),
            ),
            labelled(
                language.t("Over past"),
                entry("text", "clear", value=typed(check.clear if check else None), size=12),
                hint=language.t("empty: past the limit itself"),
            ),
            labelled(
                language.t("Periods in a row"),
                entry("number", "periods", value=periods, min="1", max="12"),
            ),
        ],
        className="act-row",
    )


def _least(view: View, check: Threshold | Unusual | None) -> html.Label:
    language = view.language
    value = str(check.least if check else FEWEST_ROWS)
    return labelled(
        language.t("Rows behind the figure"),
        entry("number", "least", value=value, min="1"),
        hint=language.t("with fewer behind it a share says nothing"),
    )


def _pace(view: View, check: PaceMissed | None) -> html.Div:
    language = view.language
    shown = check or PaceMissed("collected", (), "month")
    fields = (
        ("share", language.t("Under this percent of the expected"), shown.share),
        ("clear", language.t("Over from this percent on"), shown.clear),
        ("elapsed", language.t("Not before this percent of the period"), shown.elapsed),
    )
    return html.Div(
        [
            labelled(title, entry("text", name, value=f"{(value * 100).normalize():f}", size=6))
            for name, title, value in fields
        ],
        className="act-row",
    )


def _jobs(view: View, chosen: Sequence[str]) -> html.Fieldset:
    language = view.language
    legend = html.Legend(language.t("Jobs; none ticked means any"), className="entry-name")
    boxes = [
        ticked_box("jobs", job_name(job, language), value=job, on=job in chosen) for job in JOBS
    ]
    return html.Fieldset([legend, *boxes], className="ticks")


def _reports(view: View, chosen: Sequence[str]) -> html.Fieldset:
    language = view.language
    legend = html.Legend(language.t("Reports; none ticked means any"), className="entry-name")
    boxes = [
        ticked_box("reports", report_name(report, language), value=report, on=report in chosen)
        for report in REPORTS
    ]
    return html.Fieldset([legend, *boxes], className="ticks")


def _letters(view: View, recipients: Sequence[str]) -> list[Any]:
    """Who is written to, as far as the configuration allows anybody."""
    language, ways = view.language, view.source.ways
    parts: list[Any] = []
    if ways.chats:
        legend = html.Legend(language.t("Chats"), className="entry-name")
        boxes = [
            ticked_box("chats", name, value=name, on=f"chat:{name}" in recipients)
            for name in ways.chats
        ]
        parts.append(html.Fieldset([legend, *boxes], className="ticks"))
    if ways.mail and (ways.domains or ways.addresses):
        mails = [target for way, target in map(split, recipients) if way == "mail"]
        known = language.listed([*(f"@{domain}" for domain in ways.domains), *ways.addresses])
        parts.append(
            labelled(
                language.t("Mail addresses, one a line"),
                text_area("mails", "\n".join(mails), rows="2"),
                hint=language.t("allowed: {known}", known=known),
            )
        )
    if not parts:
        told = language.t("The configuration allows no recipients: alerts are seen here only.")
        parts.append(html.P(told, className="hint"))
    return parts


def _leaving(view: View, rule: Rule | None) -> html.Div:
    language, draft = view.language, rule.draft if rule else None
    start, end = view.source.ways.quiet or ("", "")
    if draft:
        start = f"{draft.quiet.start:%H:%M}" if draft.quiet else ""
        end = f"{draft.quiet.end:%H:%M}" if draft.quiet else ""
    zone = view.definitions.business_zone
    return html.Div(
        [
            labelled(language.t("Quiet from"), entry("time", "quiet_from", value=start), hint=zone),
            labelled(language.t("until"), entry("time", "quiet_until", value=end)),
            ticked_box(
                "working_days_only", language.t("Letters on working days only"),
                on=bool(draft and draft.working_days_only),
            ),
        ],
        className="act-row",
    )  # fmt: skip
