"""What the Data health page calls things, and what it lets people see of what jobs say.

Jobs write for the operator: in English, with places and addresses. Whatever looks like a place or
a secret is taken out before anybody sees it.
"""

import re

from charts import Language
from dashboard.report_names import report_name
from queries.desk import JobRun

_SECRETS = (
    # Quoted places, which may hold spaces; addresses; passwords by name; absolute and relative
    # paths.
    re.compile(r"'[^']*[/\\][^']*'|\"[^\"]*[/\\][^\"]*\""),
    re.compile(r"[\w+.-]+://\S+"),
    re.compile(r"(?i)\b(?:password|passwd|pwd|secret|token|api[_-]?key)\b\s*[=:]\s*\S+"),
    re.compile(r"(?<!\w)(?:[A-Za-z]:\\|\\\\|~|\.{0,2}/)[^\s'\",;()]+"),
    re.compile(r"(?<![\w/])[\w.-]*[A-Za-z_][\w.-]*(?:/[\w.-]+)+/?"),
)
# How the service writes an error that is a bug: the name of its kind before a colon.
_BUG = re.compile(r"([A-Za-z_][\w.]{0,80}): ")


def told(run: JobRun, language: Language) -> str:
    """What a run says of itself, without places and secrets. A bug is for the log."""
    bug = _BUG.match(run.detail) if run.outcome == "failed" else None
    if bug:
        return language.t(
            "A fault of Arrears ({kind}); the log of the server tells more.",
            kind=bug[1].rsplit(".", 1)[-1],
        )
    sent = (run.result or {}).get("sent")
    if run.outcome == "done" and isinstance(sent, int):
        none = language.t("Everybody has it already; nothing was sent.")
        return language.n("Sent {count} time.", "Sent {count} times.", sent) if sent else none
    return cleaned(run.detail)


def cleaned(text: str) -> str:
    """A text for people without a way into the machine."""
    for pattern in _SECRETS:
        text = pattern.sub("…", text)
    return text


def job_name(job: str, language: Language) -> str:
    """A job as people call it."""
    names = {
        "refresh": language.t("Refresh of the figures"),
        "reconcile": language.t("Nightly reconciliation with the source"),
        "deliveries": language.t("Send what could not leave"),
        "alerts": language.t("Look for alerts"),
    }
    report = job.removesuffix("_report")
    return names.get(job) or (report_name(report, language) if report != job else job)


def outcome_name(outcome: str, language: Language) -> str:
    """How a run ended, by sign and word."""
    names = {
        "running": language.t("… running"),
        "done": language.t("✓ done"),
        "failed": language.t("× failed"),
        "missed": language.t("– missed"),
        "skipped": language.t("– skipped"),
    }
    return names.get(outcome, outcome)


def reason_name(reason: str, language: Language) -> str:
    """Why rows were set aside."""
    names = {
        "repeated_key": language.t("a newer row has the same key"),
        "no_key": language.t("no key"),
        "no_date": language.t("no date, or one that cannot be read"),
        "date_too_early": language.t("a date before 1990"),
        "date_in_future": language.t("a date in the future"),
        "no_number": language.t("an amount that is no number"),
        "unknown_code": language.t("a code outside the contract"),
        "unknown_case": language.t("a case that does not exist"),
    }
    return names.get(reason, reason)


def cure_of(reason: str, language: Language) -> str:
    """What the owner of the source can do about such rows."""
    cures = {
        "repeated_key": language.t("Give every row a key of its own; the newest of them counts."),
        "no_key": language.t("Fill the key."),
        "no_date": language.t("Fill the date in a readable form."),
        "date_too_early": language.t("Correct the date; an unknown date should be empty."),
        "date_in_future": language.t("Correct the date; the row counts from that day on."),
        "no_number": language.t("Fill in a number without signs of currency or thousands."),
        "unknown_code": language.t("Translate the code in the configuration of the source."),
        "unknown_case": language.t("Deliver the case too, or correct its id."),
    }
    return cures.get(reason, "")
