"""What a rule of alerts looks for, in words; what is wrong with one that was refused; and why one
says nothing."""

from collections.abc import Collection

from charts import Language
from dashboard.alerts.words import Names, joined, kind_name, unit_name
from dashboard.pages.health.words import job_name
from dashboard.report_names import report_name
from queries.alerts import (
    JobFailed,
    PaceMissed,
    ReportLate,
    Rule,
    RuleError,
    Stale,
    Threshold,
    Unusual,
)
from queries.alerts.rules import MOST_RECIPIENTS, MOST_UNITS
from queries.alerts.ways import split
from queries.metrics import METRICS

# The reports and jobs that rules can be made on; a test compares them with those that there are.
REPORTS = ("weekly", "monthly", "team", "daily")
JOBS = (
    "refresh", "reconcile", *(f"{report}_report" for report in REPORTS), "deliveries", "alerts",
)  # fmt: skip


def grain_name(grain: str, language: Language) -> str:
    """A span of time in running text."""
    names = {
        "day": language.t("working day"),
        "week": language.t("week"),
        "month": language.t("month"),
        "quarter": language.t("quarter"),
    }
    return names.get(grain, grain)


def looks_for(rule: Rule, hours: int, language: Language) -> str:
    """What a rule looks for, in a sentence; `hours` is the age from which figures are stale."""
    match rule.check:
        case Threshold() as check:
            return _threshold(check, language)
        case PaceMissed() as check:
            return language.t(
                "{metric}: under {share} of what is expected by then, once {elapsed} of the"
                " {grain} is over",
                metric=_title(check.metric, language), share=language.share(check.share, 0),
                elapsed=language.share(check.elapsed, 0), grain=grain_name(check.grain, language),
            )  # fmt: skip
        case Unusual() as check:
            values = {
                "metric": _title(check.metric, language),
                "grain": grain_name(check.grain, language),
            }
            if check.worse == "either":
                return language.t(
                    "{metric} per {grain}: out of the ordinary in either direction", **values
                )
            return language.t("{metric} per {grain}: out of the ordinary for the worse", **values)
        case Stale():
            return language.n(
                "Nothing new from the source for {count} hour",
                "Nothing new from the source for {count} hours", hours,
            )  # fmt: skip
        case JobFailed() as check:
            named = [job_name(job, language) for job in check.jobs]
            return language.listed(named) if named else language.t("any job")
        case ReportLate() as check:
            called = [report_name(report, language) for report in check.reports]
            which = language.listed(called) if called else language.t("any report")
            return language.t("{reports}: not all of it has left by the deadline", reports=which)
    return language.t("This version of Arrears cannot read the rule.")


def _threshold(check: Threshold, language: Language) -> str:
    metric = METRICS[check.metric]
    values = {
        "metric": _title(check.metric, language),
        "grain": grain_name(check.grain, language),
        "limit": language.value(metric, check.limit),
        "clear": language.value(metric, check.clear),
    }
    if check.side == "above":
        told = language.t("{metric} per {grain}: {limit} or more, over below {clear}", **values)
    else:
        told = language.t("{metric} per {grain}: {limit} or less, over above {clear}", **values)
    if check.periods == 1:
        return told
    again = language.n("{count} period in a row", "{count} periods in a row", check.periods)
    return joined(language, told, again)


def _title(metric: str, language: Language) -> str:
    return language.words(METRICS[metric].title)


def whose(rule: Rule, names: Names, language: Language) -> str:
    """The units of a rule by their names; empty where it is about the service itself."""
    return language.listed([unit_name(unit, names, language) for unit in rule.units])


def to_whom(recipients: Collection[str], language: Language) -> str:
    """The recipients of a rule."""
    targets = [split(recipient)[1] for recipient in recipients]
    return language.listed(targets) if targets else language.t("nobody: seen on this page only")


def when(rule: Rule, language: Language) -> str:
    """When letters of a rule may leave."""
    draft = rule.draft
    parts = []
    if draft and draft.quiet:
        parts.append(
            language.t(
                "not from {start} to {end}",
                start=f"{draft.quiet.start:%H:%M}", end=f"{draft.quiet.end:%H:%M}",
            )
        )  # fmt: skip
    if draft and draft.working_days_only:
        parts.append(language.t("on working days only"))
    return language.listed(parts) if parts else language.t("at any time")


def silence(reasons: Collection[str], language: Language) -> str:
    """Why a rule says nothing of some of its units; empty where it says something of all."""
    known = {
        "owner": language.t("does not run: its owner is gone or disabled"),
        "right": language.t("does not run: its owner may not have rules any more"),
        "scope": language.t("leaves out units that its owner does not see any more"),
        "unreadable": language.t("does not run: this version cannot read it"),
        "no_data": language.t("no data yet"),
        "history": language.t("not enough history yet"),
        "few": language.t("too little behind the figure"),
        "provisional": language.t("waits for final figures"),
        "early": language.t("waits: too early in the period"),
        "no_target": language.t("no target is set"),
    }
    return language.listed([known[reason] for reason in dict.fromkeys(reasons) if reason in known])


def wrong(error: RuleError, language: Language) -> str:
    """What is wrong with a rule, and what to do."""
    texts = {
        "kind": language.t("There is no such kind of rule. Load the page again."),
        "metric": language.t("Choose a figure that this kind of rule knows."),
        "units": language.t("Choose at least one team, or the whole operation."),
        "grain": language.t("Choose a day, week or month that this kind of rule knows."),
        "side": language.t("Choose whether the limit is reached from below or from above."),
        "number": language.t("The limit is missing or is no number."),
        "clear": language.t(
            "The value at which the alert is over must lie on the good side of the limit."
        ),
        "periods": language.t("Periods in a row: a whole number from 1 to 12."),
        "share": language.t("The share of the expected must be from 1 to 100 percent."),
        "elapsed": language.t("The part of the period must be from 0 to 99 percent."),
        "least": language.t("Rows behind the figure: a whole number from 1 on."),
        "jobs": language.t("Choose jobs that there are, or none for any."),
        "reports": language.t("Choose reports that there are, or none for any."),
        "name": language.t("The rule needs a name of 1 to 120 characters."),
        "recipients": language.t("Choose recipients that the configuration allows."),
        "quiet": language.t("Quiet hours: two different times such as 22:00 and 07:00, or none."),
        "taken": language.t("There is a rule of this name already. Choose another name."),
        "outdated": language.t(
            "Somebody else has changed this rule meanwhile. Load the page again, then change it."
        ),
        "gone": language.t("There is nothing like that any more. Load the page again."),
        "too_many": language.t(
            "That is too much for one rule: at most {units} teams and {recipients} recipients.",
            units=MOST_UNITS, recipients=MOST_RECIPIENTS,
        ),
        "acknowledged": language.t("Somebody else has acknowledged this alert already."),
    }  # fmt: skip
    return texts[error.fault]


def kinds(language: Language) -> dict[str, str]:
    """The kinds of rules, in the order in which they are offered."""
    return {
        "threshold": kind_name("threshold", language),
        "signal": kind_name("signal", language),
        "pace": kind_name("pace", language),
        "stale": kind_name("stale", language),
        "job": kind_name("job", language),
        "report": kind_name("report", language),
    }
