"""What an alert says, the same on the page and in a letter: what, where, the value against its
limit, which period, as of when."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from charts import Language
from dashboard.pages.health.words import job_name
from dashboard.report_names import report_name
from queries.alerts.rules import WHOLE, Kind
from queries.definition import Metric
from queries.desk.alerting import Firing
from queries.metrics import METRICS
from queries.period import Period

Names = Mapping[str, str]


def kind_name(kind: Kind, language: Language) -> str:
    """What a rule looks for, in a word or two."""
    names = {
        "threshold": language.t("Limit reached"),
        "pace": language.t("Behind the target's pace"),
        "signal": language.t("Out of the ordinary"),
        "stale": language.t("Figures out of date"),
        "job": language.t("Job failed"),
        "report": language.t("Report late"),
    }
    return names.get(kind, kind)


def unit_name(unit: str, names: Names, language: Language) -> str:
    """A team by its name, or the operation as a whole."""
    return language.t("Whole operation") if unit == WHOLE else names.get(unit, unit)


def heading(firing: Firing, names: Names, language: Language) -> str:
    """What it is about: the figure and the team, or the service."""
    if firing.kind == "job":
        return language.t("{job} failed", job=job_name(firing.unit, language))
    if firing.kind == "report":
        report = report_name(firing.unit, language)
        return language.t("{report} has not left by its deadline", report=report)
    if firing.kind == "stale":
        return language.t("The figures are out of date")
    metric = _metric(firing.facts)
    title = language.words(metric.title) if metric else str(firing.facts.get("metric"))
    return f"{title} · {unit_name(firing.unit, names, language)}"


def finding(firing: Firing, language: Language, zone: str) -> str:
    """What was found, in a sentence; `zone` is the business time zone."""
    facts = firing.facts
    match firing.kind:
        case "threshold":
            return _limit(facts, language)
        case "pace":
            return _pace(facts, language)
        case "signal":
            return _signal(facts, language)
        case "stale":
            return _stale(facts, language, zone)
        case "job":
            return _job(facts, language, zone)
        case "report":
            return _report(facts, language, zone)
    return ""


def period_of(facts: Mapping[str, Any], language: Language) -> str:
    """The period that an alert is about; empty for the service itself."""
    start, end = _day(facts.get("start")), _day(facts.get("end"))
    return language.span(Period(start, end)) if start and end and start < end else ""


def letter(
    firing: Firing, names: Names, language: Language, zone: str, house: str
) -> tuple[str, list[str]]:
    """The subject and the lines of the letter about an alert; `house` is the name on pages."""
    about = heading(firing, names, language)
    as_of = _day(firing.facts.get("as_of"))
    lines = [about, finding(firing, language, zone)]
    if as_of:
        lines.append(language.t("Figures up to {day}", day=language.date(as_of)))
    moment = language.moment(firing.fired_at.astimezone(ZoneInfo(zone)))
    lines.append(language.t("Noticed {moment}, time zone {zone}", moment=moment, zone=zone))
    if firing.cleared_at is not None:
        over = language.moment(firing.cleared_at.astimezone(ZoneInfo(zone)))
        lines.append(language.t("Over since {moment}", moment=over))
    lines.append(language.t("Rule: {name}", name=firing.rule.name))
    return language.t("{name}: {about}", name=house, about=about), lines


def joined(language: Language, *clauses: str) -> str:
    """Clauses of one sentence."""
    return ("，" if language.chinese else ", ").join(clauses)


def open_page(language: Language) -> str:
    """The text of the link in a letter."""
    return language.t("Open the alerts and acknowledge it")


# ---- sentences


def _limit(facts: Mapping[str, Any], language: Language) -> str:
    values = {
        "value": _amount(facts, "value", language),
        "limit": _amount(facts, "limit", language),
        "period": period_of(facts, language),
    }
    if facts.get("side") == "above":
        told = language.t("{value} for {period}, limit {limit} or more", **values)
    else:
        told = language.t("{value} for {period}, limit {limit} or less", **values)
    periods = facts.get("periods")
    if isinstance(periods, int) and periods > 1:
        again = language.n("{count} period in a row", "{count} periods in a row", periods)
        told = joined(language, told, again)
    return told


def _pace(facts: Mapping[str, Any], language: Language) -> str:
    as_of = _day(facts.get("as_of"))
    return language.t(
        "{value} of {expected} expected by {day}; target {target} for {period}",
        value=_amount(facts, "value", language),
        expected=_amount(facts, "expected", language),
        target=_amount(facts, "target", language),
        day=language.date(as_of) if as_of else "–",
        period=period_of(facts, language),
    )


def _signal(facts: Mapping[str, Any], language: Language) -> str:
    told = language.t(
        "{value} for {period}; usual is {centre}, from {low} to {high}",
        value=_amount(facts, "value", language),
        period=period_of(facts, language),
        centre=_amount(facts, "centre", language),
        low=_amount(facts, "low", language),
        high=_amount(facts, "high", language),
    )
    signals = facts.get("signals")
    first = signals[0] if isinstance(signals, list) and signals else ""
    reasons = {
        "beyond": language.t("beyond what chance explains"),
        "two_of_three": language.t("two of three periods far from the usual"),
        "run": language.t("eight periods in a row on one side of the usual"),
    }
    reason = reasons.get(first)
    return joined(language, told, reason) if reason else told


def _stale(facts: Mapping[str, Any], language: Language, zone: str) -> str:
    mark = _moment(facts.get("watermark"))
    if mark is None or mark.tzinfo is None:
        return language.t("Nothing new has come from the source for longer than is allowed")
    return language.t(
        "The newest change in the source is of {moment}",
        moment=language.moment(mark.astimezone(ZoneInfo(zone))),
    )


def _job(facts: Mapping[str, Any], language: Language, zone: str) -> str:
    at = _moment(facts.get("at"))
    moment = language.moment(at.astimezone(ZoneInfo(zone))) if at and at.tzinfo else "–"
    if facts.get("outcome") == "missed":
        return language.t("Nothing ran when it was due, {moment}", moment=moment)
    return language.t("The run that ended {moment} failed; Data health tells why", moment=moment)


def _report(facts: Mapping[str, Any], language: Language, zone: str) -> str:
    deadline = _moment(facts.get("deadline"))
    count = facts.get("open")
    reasons = {
        "no_run": language.t("it has not been run"),
        "running": language.t("it is still being made"),
        "missed": language.t("nothing ran when it was due"),
        "held": language.t("it is held, because its figures were not all there"),
        "failed": language.t("its run failed; Data health tells why"),
        "refused": language.t("it did not stand its proof; Data health tells why"),
        "deliveries": language.n(
            "{count} delivery has not arrived for certain",
            "{count} deliveries have not arrived for certain",
            count if isinstance(count, int) else 0,
        ),
    }
    return language.t(
        "The report for {period} was to have left by {moment}: {reason}",
        period=period_of(facts, language),
        moment=language.moment(deadline.astimezone(ZoneInfo(zone)))
        if deadline and deadline.tzinfo
        else "–",
        reason=reasons.get(str(facts.get("reason")), "–"),
    )


def _metric(facts: Mapping[str, Any]) -> Metric | None:
    """The metric of an alert; None for one that this version does not know any more."""
    return METRICS.get(str(facts.get("metric")))


def _amount(facts: Mapping[str, Any], name: str, language: Language) -> str:
    metric, given = _metric(facts), facts.get(name)
    if given is None or metric is None:
        return language.no_data
    try:
        value = Decimal(str(given))
    except InvalidOperation:
        return language.no_data
    return language.value(metric, value)


def _day(given: object) -> date | None:
    try:
        return date.fromisoformat(str(given))
    except ValueError:
        return None


def _moment(given: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(given))
    except ValueError:
        return None
