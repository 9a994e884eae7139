"""From settings to mailings: who gets which report, how and in which language."""

from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import get_args

import reports
from queries import Answers, Period, UserError
from queries.desk import Channel, Desk
from queries.desk.editions import WAITED_IN_VAIN
from service.recipients import StillAllowed, folder_name, make_drops, make_readers
from service.report_settings import Report
from service.results import Done, NotDoneError
from service.schedules import plan_of
from service.setting_types import Locale, near
from service.settings import Settings
from service.wiring import make_answers

Clock = Callable[[], datetime]


def report_settings(settings: Settings, name: str) -> Report:
    """The settings of one report. Raises UserError for a report that does not exist."""
    found = settings.reports.of(name)
    if name not in reports.REPORTS or found is None:
        raise UserError(
            f"There is no report {name!r}{near(name, reports.REPORTS)}.",
            "one of " + ", ".join(reports.REPORTS),
        )
    return found


def send_report(  # noqa: PLR0913 all beyond the fourth by keyword, with a default
    settings: Settings,
    desk: Desk,
    name: str,
    clock: Clock,
    period: Period | None = None,
    *,
    by: str = "schedule",
    lacks: str = "",
    again: str = "",
) -> Done:
    """Delivers a report to everybody who has not got it; says what left, and `sent` counts it.
    `lacks` says why it should have waited longer: then it says itself that it is provisional. With
    a reason to send it `again`, a corrected edition goes to everybody.

    Raises NotDoneError, a UserError, when anything that should have left did not.
    """
    with closing(make_answers(settings)) as answers:
        order = make_order(settings, desk, name, answers, clock(), period, by=by)
        order = reports.numbered(desk, order, again)
        if lacks:
            order = replace(order, note=WAITED_IN_VAIN)
        about = [order.period.start.isoformat(), order.period.end.isoformat()]
        objection = still_allowed(settings, desk, answers)
        ways = make_ways(settings, desk)
        try:
            outcome = reports.send(answers, desk, order, ways, clock, objection)
        except reports.NotAllSentError as error:
            refused = len(error.outcome.issued.refused)
            raise NotDoneError(error, {"period": about, "refused": refused}) from error
    withheld = {
        **outcome.issued.withheld,
        **{one.delivery.recipient: one.detail for one in outcome.sent if one.outcome != "sent"},
    }
    sent = [one.delivery.recipient for one in outcome.sent if one.outcome == "sent"]
    remarks = "".join(f" {who} gets nothing: {why}." for who, why in withheld.items())
    if lacks:
        remarks += f" Provisional: {lacks}"
    if boxed := outcome.issued.boxed:
        remarks += f" Shown with a box, for no font has a letter: {', '.join(boxed)}."
    result = {"sent": len(sent), "withheld": len(withheld), "period": about}
    if not sent:
        return Done(f"Everybody has it already; nothing was sent.{remarks}", result)
    return Done(f"Sent to {'; '.join(sent)}.{remarks}", result)


def deliver_waiting(settings: Settings, desk: Desk, clock: Clock) -> Done:
    """Tries what waits from earlier runs; a failure is in its row and no failure of the job."""
    with closing(make_answers(settings)) as answers:
        objection = still_allowed(settings, desk, answers)
        sent = reports.Delivering(desk, make_ways(settings, desk), clock, objection).due()
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
        readers=make_readers(settings, desk, name, report_settings(settings, name), answers),
        now=now,
        branding=make_branding(settings),
        targets=make_targets(settings, name, desk),
        configuration=settings.fingerprint(),
        by=by,
        most=settings.smtp.max_mb * 2**20 if settings.smtp.host else None,
        editions=desk,
    )


def make_ways(settings: Settings, desk: Desk) -> Mapping[Channel, reports.Way]:
    """By what editions leave, whatever report they are of."""
    every = [*_chosen(settings).values()]
    folders = {
        folder_name(chosen, locale): reports.Folder(chosen.folder)
        for chosen in every
        for locale in get_args(Locale)
    }
    drops = {
        name: drop
        for chosen in every
        if chosen.sftp is not None
        for name, drop in make_drops(chosen.sftp).items()
    }
    ways: dict[Channel, reports.Way] = {"folder": reports.ToFolders(folders)}
    if drops:
        ways["sftp"] = reports.BySftp(drops)
    if smtp := make_smtp(settings):
        pages = settings.server.address
        links = reports.Links(pages, desk.seal().word) if pages else None
        ways["smtp"] = reports.ByMail(smtp, links)
    return ways


def still_allowed(settings: Settings, desk: Desk, answers: Answers) -> reports.Objection:
    """Why somebody may not have what waits for them any more."""
    return StillAllowed(desk, answers, _chosen(settings))


def _chosen(settings: Settings) -> Mapping[str, Report]:
    return {name: report_settings(settings, name) for name in reports.REPORTS}


def make_targets(settings: Settings, name: str, desk: Desk) -> reports.TargetSource:
    """The targets of a report: those in force when it leaves by its schedule, so that one of the
    past that is made again keeps its own."""
    plan = plan_of(settings, name)
    assert plan is not None, "the settings of the report have been asked for before"
    rule = plan.rule

    def due(period: Period) -> datetime:
        over = datetime.combine(period.end, time(), rule.zone)
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
