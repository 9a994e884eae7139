"""From settings to mailings: who gets which report, how and in which language."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import reports
from queries import Period, UserError
from queries.desk import Desk
from service.results import Done
from service.settings import Report, Settings, near
from service.slots import AtTime
from service.wiring import make_answers


def report_settings(settings: Settings, name: str) -> Report:
    """The settings of one report. Raises UserError for a report that does not exist."""
    if name not in reports.REPORTS or name not in type(settings.reports).model_fields:
        raise UserError(
            f"There is no report {name!r}{near(name, reports.REPORTS)}.",
            "one of " + ", ".join(reports.REPORTS),
        )
    found: Report = getattr(settings.reports, name)
    return found


def send_report(
    settings: Settings, desk: Desk, name: str, now: datetime, period: Period | None = None
) -> Done:
    """Delivers a report to everybody who has not got it; says what left, and `sent` counts it.

    Raises NotAllSentError, a UserError, when anything that should have left did not.
    """
    mailing, targets = make_mailing(settings, name), make_targets(settings, name, desk)
    answers = make_answers(settings)
    sent = reports.send(name, answers, desk, mailing, now=now, period=period, targets=targets)
    if not sent:
        return Done("Everybody has it already; nothing was sent.", {"sent": 0})
    told = "Sent to " + "; ".join(f"{one.recipient}" for one in sent) + "."
    return Done(told, {"sent": len(sent)})


def make_mailing(settings: Settings, name: str) -> reports.Mailing:
    """Who gets a report and how; mail needs a mail server, the folder always gets its copy."""
    chosen = report_settings(settings, name)
    smtp = settings.smtp
    if chosen.recipients and smtp.host is None:
        raise UserError(
            f"The {name} report has {len(chosen.recipients)} recipients and no mail server.",
            "the name of a mail server in smtp.host",
            "set smtp.host, or take the recipients out to write to the folder only",
        )
    return reports.Mailing(
        folder=reports.Folder(chosen.folder),
        smtp=make_smtp(settings),
        recipients=[reports.Recipient(one.address, one.locale) for one in chosen.recipients],
        locales=chosen.locales,
        branding=make_branding(settings),
    )


def make_targets(settings: Settings, name: str, desk: Desk) -> reports.TargetSource:
    """The targets of a report: those in force when it leaves by its schedule, so that one of the
    past that is made again keeps its own."""
    chosen, zone = report_settings(settings, name), ZoneInfo(settings.figures.business_zone)
    rule = AtTime(chosen.at, zone, chosen.day)

    def due(period: Period) -> datetime:
        over = datetime.combine(period.end, time(), zone)
        return rule.after(over - timedelta(microseconds=1)).due

    return reports.TargetSource(desk, settings.targets.rules(), due)


def make_smtp(settings: Settings) -> reports.Smtp | None:
    """The mail server; None where there is none."""
    smtp = settings.smtp
    if smtp.host is None:
        return None
    return reports.Smtp(
        host=smtp.host,
        port=smtp.port,
        security=smtp.security,
        username=smtp.username,
        password=smtp.password.get_secret_value() if smtp.password else None,
        sender=smtp.sender,
    )


def make_branding(settings: Settings) -> reports.Branding:
    chosen = settings.branding
    if chosen.logo is None:
        return reports.Branding(chosen.name, chosen.accent)
    try:
        return reports.Branding(chosen.name, chosen.accent, chosen.logo.read_bytes())
    except OSError as error:
        raise UserError(
            f"branding.logo is {chosen.logo}, which cannot be read: {error}",
            "the path of an SVG or PNG file",
            "correct it, or leave it empty",
        ) from error
