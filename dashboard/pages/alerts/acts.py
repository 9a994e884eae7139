"""What people do on Alerts: acknowledge, make and change rules, switch them off and on. Everything
that comes from a browser is read here, and told in the reader's language where it cannot be."""

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from dashboard.acts import (
    Act,
    Doing,
    Done,
    Fields,
    RefusedError,
    text_of,
    texts_of,
    ticked,
    whole_of,
)
from dashboard.alerts.rule_words import JOBS, REPORTS, wrong
from dashboard.alerts.seen import covers, may_see, rule_seen
from dashboard.typed import UntypableError, from_typed
from queries.alerts import Check, Draft, JobFailed, Quiet, ReportLate, Rule, RuleError, check_of
from queries.alerts.rules import MOST_RECIPIENTS, MOST_UNITS, WATCHED, units_of
from queries.desk.alerting import LONGEST_NOTE
from queries.errors import UserError

_PERCENT = re.compile(r"\d{1,3}([.,]\d{1,4})?")
_BETWEEN = re.compile(r"[\s,;，；]+")
# What may stand for the whole operation in a form: an empty value of a box is none.
OPERATION = "~"


def acknowledge(doing: Doing, fields: Fields) -> Done:
    """Somebody takes care of an alert, and says how."""
    language = doing.language
    number, note = whole_of(fields, "firing"), text_of(fields, "note", LONGEST_NOTE)
    if not note:
        raise RefusedError(language.t("Say in the note what is being done about it."))
    firing = doing.desk.firing(number) if number is not None and 0 < number < 2**31 else None
    if firing is None or not may_see(firing, doing.person, doing.answers.staff()):
        # One that lies elsewhere is like one that there is not.
        raise _refused(RuleError("gone", "unknown alert"), doing)
    try:
        doing.desk.acknowledge_firing(
            firing.id, by=doing.who, note=note, now=doing.now, origin=doing.origin
        )
    except RuleError as error:
        raise _refused(error, doing) from None
    return Done(language.t("The alert is acknowledged."))


def save_rule(doing: Doing, fields: Fields) -> Done:
    """A new rule, or a change of one that was seen."""
    language = doing.language
    try:
        draft = _draft(doing, fields)
        if fields.get("rule") in (None, ""):
            doing.desk.add_rule(draft, by=doing.who, now=doing.now, origin=doing.origin)
            return Done(language.t("The rule is made. It is looked at within minutes."))
        rule, seen = _known(doing, fields)
        doing.desk.change_rule(
            rule.id, draft, seen=seen, by=doing.who, now=doing.now, origin=doing.origin
        )
    except RuleError as error:
        raise _refused(error, doing) from None
    return Done(language.t("The rule is changed. It is yours from now on."))


def switch_rule(doing: Doing, fields: Fields) -> Done:
    """A rule off, or on again."""
    language, on = doing.language, text_of(fields, "active", 5) == "on"
    try:
        rule, seen = _known(doing, fields)
        doing.desk.switch_rule(
            rule.id, active=on, seen=seen, by=doing.who, now=doing.now, origin=doing.origin
        )
    except RuleError as error:
        raise _refused(error, doing) from None
    return Done(language.t("The rule is on.") if on else language.t("The rule is off."))


def _refused(error: RuleError, doing: Doing) -> RefusedError:
    late = error.fault in ("outdated", "taken", "acknowledged")
    return RefusedError(wrong(error, doing.language), status=409 if late else 400)


def _known(doing: Doing, fields: Fields) -> tuple[Rule, int]:
    """The rule that is meant, if its reader may see it, and the number that they saw."""
    number, seen = whole_of(fields, "rule"), whole_of(fields, "number")
    staff = doing.answers.staff()
    for rule in doing.desk.alert_rules():
        if rule.id == number and seen is not None and rule_seen(rule, doing.person, staff):
            return rule, seen
    raise RuleError("gone", "unknown rule")


def _draft(doing: Doing, fields: Fields) -> Draft:
    check = _check(doing, fields)
    recipients = _recipients(doing, fields)
    try:
        quiet = Quiet.of(text_of(fields, "quiet_from", 5), text_of(fields, "quiet_until", 5))
    except UserError as error:
        raise RuleError("quiet", error.given) from None
    name = text_of(fields, "name", 200)
    return Draft(name, check, recipients, quiet, ticked(fields, "working_days_only"))


def _recipients(doing: Doing, fields: Fields) -> tuple[str, ...]:
    """Chats that were ticked and addresses that were typed, if all of them are allowed."""
    # One more than there may be, so that the rule itself can say so.
    chats = [f"chat:{name}" for name in texts_of(fields, "chats", MOST_RECIPIENTS + 1)]
    typed = _BETWEEN.split(text_of(fields, "mails", 10_000))
    mails = [f"mail:{address}" for address in typed if address][: MOST_RECIPIENTS + 1]
    recipients = tuple(dict.fromkeys((*chats, *mails)))
    if len(doing.ways.told(recipients)) < len(recipients):
        raise RuleError("recipients", "a recipient that is not allowed")
    return recipients


def _check(doing: Doing, fields: Fields) -> Check:
    kind = text_of(fields, "kind", 20)
    check = check_of(kind, _settings(doing, fields, kind))
    staff = doing.answers.staff()
    if not all(covers(staff, unit) for unit in units_of(check)):
        raise RuleError("units", "a unit that is not theirs")
    metric = getattr(check, "metric", None)
    if metric is not None and metric not in doing.answers.available():
        raise RuleError("metric", "a figure that the source does not have")
    if isinstance(check, (JobFailed, ReportLate)) and not doing.person.may("health"):
        raise RuleError("kind", "jobs and reports are for who may see how they went")
    if isinstance(check, JobFailed) and not set(check.jobs) <= set(JOBS):
        raise RuleError("jobs", "a job that there is not")
    if isinstance(check, ReportLate) and not set(check.reports) <= set(REPORTS):
        raise RuleError("reports", "a report that there is not")
    return check


def _settings(doing: Doing, fields: Fields, kind: str) -> dict[str, Any]:
    """The fields of the form as `check_of` takes them: values in the unit of the figure."""
    units = [
        "" if unit == OPERATION else unit for unit in texts_of(fields, "units", MOST_UNITS + 1)
    ]
    settings: dict[str, Any] = {
        "metric": text_of(fields, "metric", 80), "units": units, "grain": text_of(fields, "grain"),
    }  # fmt: skip
    if kind == "threshold":
        settings |= {
            "side": text_of(fields, "side", 10),
            "limit": _value(doing, fields, "limit"),
            "clear": _value(doing, fields, "clear"),
            "periods": text_of(fields, "periods", 10),
            "least": text_of(fields, "least", 10),
        }
    if kind == "signal":
        settings |= {"both": ticked(fields, "both"), "least": text_of(fields, "least", 10)}
    if kind == "pace":
        settings |= {name: _percent(fields, name) for name in ("share", "clear", "elapsed")}
    if kind == "job":
        settings = {"jobs": list(texts_of(fields, "jobs"))}
    if kind == "report":
        settings = {"reports": list(texts_of(fields, "reports"))}
    return settings


def _value(doing: Doing, fields: Fields, name: str) -> Decimal | None:
    """A value as people type it, in the unit of the figure that was chosen."""
    metric = WATCHED.get(text_of(fields, "metric", 80))
    if metric is None:
        return None
    try:
        return from_typed(metric, text_of(fields, name, 40), doing.language)
    except UntypableError as error:
        told = doing.language.t("The limit is no value of this figure: {expected}.", expected=error)
        raise RefusedError(told) from None


def _percent(fields: Fields, name: str) -> str | None:
    """A percentage as a share; what is none stays as it is, to be refused."""
    text = text_of(fields, name, 20).removesuffix("%").strip()
    if not text:
        return None
    if not _PERCENT.fullmatch(text):
        return text
    try:
        return str(Decimal(text.replace(",", ".")) / 100)
    except InvalidOperation:
        return text


ACTS = (
    Act("acknowledge-alert", "alerts", acknowledge),
    Act("save-alert-rule", "set alerts", save_rule),
    Act("switch-alert-rule", "set alerts", switch_rule),
)
