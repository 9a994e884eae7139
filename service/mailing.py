"""From settings to mailings: who gets which report, how and in which language."""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

import reports
from queries import Answers, Period, UserError
from queries.desk import Channel, Desk
from queries.rights import EVERYTHING
from service.results import Done
from service.settings import Locale, Report, Settings, near
from service.slots import AtTime
from service.wiring import make_answers

Clock = Callable[[], datetime]


def report_settings(settings: Settings, name: str) -> Report:
    """The settings of one report; one that has none is not sent by itself. Raises UserError for a
    report that does not exist."""
    if name not in reports.REPORTS:
        raise UserError(
            f"There is no report {name!r}{near(name, reports.REPORTS)}.",
            "one of " + ", ".join(reports.REPORTS),
        )
    found: Report | None = getattr(settings.reports, name, None)
    return found or Report(enabled=False)


def send_report(
    settings: Settings,
    desk: Desk,
    name: str,
    clock: Clock,
    period: Period | None = None,
    *,
    by: str = "schedule",
    again: str = "",
) -> Done:
    """Delivers a report to everybody who has not got it; says what left, and `sent` counts it. With
    a reason to send it `again`, a corrected edition to everybody.

    Raises NotAllSentError, a UserError, when anything that should have left did not.
    """
    answers = make_answers(settings)
    order = make_order(settings, desk, name, answers, clock(), period, by=by)
    order = reports.numbered(desk, order, again)
    outcome = reports.send(answers, desk, order, make_ways(settings), clock)
    nothing = "".join(
        f" {who} gets nothing: {why}." for who, why in outcome.issued.withheld.items()
    )
    result = {"sent": len(outcome.sent), "withheld": len(outcome.issued.withheld)}
    if not outcome.sent:
        return Done(f"Everybody has it already; nothing was sent.{nothing}", result)
    told = "; ".join(one.delivery.recipient for one in outcome.sent)
    return Done(f"Sent to {told}.{nothing}", result)


def deliver_waiting(settings: Settings, desk: Desk, clock: Clock) -> Done:
    """Tries what waits from earlier runs; a failure is in its row and no failure of the job."""
    sent = reports.Delivering(desk, make_ways(settings), clock).due()
    ends = Counter(one.outcome for one in sent)
    told = ", ".join(f"{count} {end}" for end, count in sorted(ends.items()))
    return Done(
        f"Deliveries: {told or 'none were due'}.", {str(end): count for end, count in ends.items()}
    )


def make_order(
    settings: Settings,
    desk: Desk,
    name: str,
    answers: Answers,
    now: datetime,
    period: Period | None = None,
    *,
    by: str,
) -> reports.Order:
    """What is to be issued for whom; without a period, of the last that is over."""
    pack = reports.named(name)
    return reports.Order(
        pack=pack,
        period=period or pack.period(answers.freshness().as_of, settings.targets.rules().calendar),
        readers=make_readers(settings, name),
        now=now,
        branding=make_branding(settings),
        targets=make_targets(settings, name, desk),
        configuration=settings.fingerprint(),
        by=by,
    )


def make_readers(settings: Settings, name: str) -> list[reports.Reader]:
    """Who gets a report; mail needs a mail server, the folder always gets its copy."""
    chosen = report_settings(settings, name)
    if chosen.recipients and settings.smtp.host is None:
        raise UserError(
            f"The {name} report has {len(chosen.recipients)} recipients and no mail server.",
            "the name of a mail server in smtp.host",
            "set smtp.host, or take the recipients out to write to the folder only",
        )
    copies = [
        reports.Reader(folder_name(chosen, locale), "folder", locale, EVERYTHING)
        for locale in dict.fromkeys(chosen.locales)
    ]
    people = [
        reports.Reader(one.address, "smtp", one.locale or chosen.locales[0], EVERYTHING)
        for one in chosen.recipients
    ]
    return copies + people


def make_ways(settings: Settings) -> Mapping[Channel, reports.Way]:
    """By what editions leave, whatever report they are of."""
    folders = {
        folder_name(chosen, locale): reports.Folder(chosen.folder)
        for chosen in (report_settings(settings, name) for name in reports.REPORTS)
        for locale in get_args(Locale)
    }
    ways: dict[Channel, reports.Way] = {"folder": reports.ToFolders(folders)}
    if smtp := make_smtp(settings):
        ways["smtp"] = reports.ByMail(smtp)
    return ways


def folder_name(chosen: Report, locale: str) -> str:
    """The name of a folder as a recipient: one for each language."""
    return f"{chosen.folder} ({'en' if locale == 'en' else 'zh-Hans'})"


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
