"""`arrears report`: look at a report, send it, see what was sent."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path

import click

import reports
from charts import Language
from queries import Period, UserError
from queries.desk import open_desk
from queries.rights import OPERATOR, Scope, right_to
from reports.opening import MOST_BYTES
from service.door import Door, Doors, failed, pass_door
from service.jobs import report_job
from service.mailing import make_branding, make_order, report_settings, send_report
from service.progress import progress_bar
from service.recipients import drop_name, wishes
from service.results import Done, NotDoneError
from service.scheduler import run_by_hand
from service.schedules import Plan, coming, plan_of
from service.settings import Settings
from service.users import person_of
from service.wiring import make_answers

EXAMPLE = """
\b
Examples:
  arrears report list
  arrears report preview weekly --locale zh_Hans_CN
  arrears report preview team --as lead.north --for 2026-W46
  arrears report send monthly --for 2026-10
  arrears report send weekly --for 2026-11-11 --again "late payments of Friday"
  arrears report verify arrears-weekly-2026-W46-en.pdf
"""


@click.group(cls=Doors, epilog=EXAMPLE)
def report() -> None:
    """Preview, send, verify and write again reports, and list what was sent."""


def _for(function: Callable[..., None]) -> Callable[..., None]:
    return click.option(
        "--for",
        "--of",
        "wanted",
        metavar="PERIOD",
        help="Any day of the wanted period, or its name (2026-W47, 2026-10); without it the last "
        "whole one.",
    )(function)


def _period(settings: Settings, name: str, wanted: str | None) -> Period | None:
    calendar = settings.targets.rules().calendar
    return reports.named(name).period_of(wanted, calendar) if wanted else None


def _readers_scope(settings: Settings, name: str, who: str | None) -> Scope:
    """Whose figures a preview shows. Raises UserError for who may not get the report."""
    person = person_of(settings, who)
    if not person.may(right_to(name)):
        raise UserError(
            f"{person.name} ({person.role}) does not get the {name} report.",
            "somebody whose role has the right to it, see docs/rights.md",
        )
    return person.scope


@report.command()
@click.argument("name", metavar="REPORT")
@_for
@click.option("--as", "who", metavar="USER", help="As this person gets it: within their scope.")
@click.option(
    "--locale", "locales", multiple=True, type=click.Choice(["en", "zh_Hans_CN"]), help="Language."
)
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("var/preview"),
    show_default=True,
    help="Folder for the files.",
)
@pass_door
def preview(
    door: Door,
    name: str,
    wanted: str | None,
    who: str | None,
    locales: tuple[str, ...],
    folder: Path,
) -> None:
    """Write a report as PDF, XLSX and HTML; nothing is sent.

    \b
    Example:
      arrears report preview weekly
    """
    settings = door.settings
    chosen = report_settings(settings, name)
    period, scope = _period(settings, name, wanted), _readers_scope(settings, name, who)
    with closing(open_desk(settings.desk.url)) as desk, closing(make_answers(settings)) as answers:
        try:
            with progress_bar() as progress:
                progress(f"Writing the {name} report", 0.0)
                order = make_order(settings, desk, name, answers, door.now(), period, by="preview")
                paths = reports.preview(
                    order, answers, folder, locales=locales or chosen.locales, scope=scope
                )
        except reports.ProofError as error:
            failed(f"The {name} report did not stand its proof, {error.told}")
    for path in paths:
        click.echo(path)


@report.command()
@click.argument("name", metavar="REPORT")
@_for
@click.option(
    "--again",
    metavar="REASON",
    default="",
    help="Make a corrected edition and send it to everybody; the reason is printed on it.",
)
@pass_door
def send(door: Door, name: str, wanted: str | None, again: str) -> None:
    """Send a report to its folder and recipients; who has it already does not get it again.

    \b
    Example:
      arrears report send weekly
    """
    settings = door.settings
    report_settings(settings, name)
    period = _period(settings, name, wanted)
    reason = again.strip()
    with closing(open_desk(settings.desk.url)) as desk:

        def sending(_: datetime) -> Done:
            return send_report(
                settings, desk, name, door.now, period, by="command line", again=reason
            )

        try:
            with progress_bar() as progress:
                progress(f"Sending the {name} report", 0.0)
                told = run_by_hand(desk, report_job(name), sending, door.now)
        except NotDoneError as error:
            failed(str(error))
    click.echo(told)


@report.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@pass_door
def verify(door: Door, file: Path) -> None:
    """Say whether a PDF or XLSX is the edition that was sent, and what differs if not.

    Ends with 0 for a genuine file and with 1 for any other.

    \b
    Example:
      arrears report verify arrears-weekly-2026-W47-en.pdf
    """
    settings = door.settings
    # One byte more than may be read, so that a larger file is known as one.
    with file.open("rb") as stream:
        content = stream.read(MOST_BYTES + 1)
    with closing(open_desk(settings.desk.url)) as desk:
        verdict = reports.verify(content, desk, make_branding(settings))
    said = reports.told(verdict, Language("en"), door.now().tzinfo)
    for one in verdict.differences:
        said.append(f"  {one.what}: sent as {one.sent!r}, in the file {one.held!r}")
    if not verdict.genuine:
        failed("\n".join(said))
    click.echo("\n".join(said))


@report.command()
@click.argument("code")
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder for the files.",
)
@click.option(
    "--render", is_flag=True, help="Write them anew from the frozen figures and prove them."
)
@pass_door
def again(door: Door, code: str, folder: Path, render: bool) -> None:
    """Write the files of an edition once more, as they were kept.

    The code stands at the foot of each page.

    \b
    Example:
      arrears report again 3fa9-c21b-7d04 --to var/edition
    """
    settings = door.settings
    with closing(open_desk(settings.desk.url)) as desk:
        try:
            paths = reports.again(desk, code, folder, make_branding(settings), anew=render)
        except reports.ProofError as error:
            failed(f"The edition cannot be shown as it was. {error.told}")
    for path in paths:
        click.echo(path)


@report.command("list")
@pass_door
def list_reports(door: Door) -> None:
    """List the reports, when each leaves next and of which days, to whom, and what was sent.

    \b
    Example:
      arrears report list
    """
    settings = door.settings
    with closing(open_desk(settings.desk.url)) as desk:
        for name, pack in reports.REPORTS.items():
            chosen, plan = report_settings(settings, name), plan_of(settings, name)
            click.echo(f"{name}: {pack.title.en}, {', '.join(chosen.locales)}")
            for line in _leaves(plan, door.now()) if plan and chosen.enabled else ["not scheduled"]:
                click.echo(f"  {line}")
            click.echo(f"  folder {chosen.folder}")
            if chosen.sftp is not None:
                click.echo(f"  {drop_name(chosen.sftp)}")
            for one in wishes(desk, name, chosen):
                click.echo(f"  {one.address} ({one.locale}), {one.told}")
        sent = desk.deliveries(limit=20)
    click.echo()
    click.echo("Deliveries, newest first:" if sent else "Nothing has been sent yet.")
    zone = door.now().tzinfo
    for one_sent in sent:
        click.echo(
            f"  {one_sent.queued_at.astimezone(zone):%Y-%m-%d %H:%M} {one_sent.report} "
            f"{one_sent.period.start} to {one_sent.period.last}: "
            f"{one_sent.outcome}, {one_sent.recipient}, {one_sent.detail}"
        )


@report.command()
@click.argument("name", metavar="REPORT")
@click.argument("address")
@pass_door
def resume(door: Door, name: str, address: str) -> None:
    """Let an address of the configuration that unsubscribed from a report have it again.

    \b
    Example:
      arrears report resume weekly ann@example.org
    """
    report_settings(door.settings, name)
    with closing(open_desk(door.settings.desk.url)) as desk:
        if not desk.want_again(name, address, now=door.now(), by=OPERATOR.name):
            raise UserError(
                f"{address} has not unsubscribed from the {name} report.",
                "an address that `arrears report list` shows as unsubscribed",
            )
    click.echo(f"{address} gets the {name} report again where the configuration names it.")


def _leaves(plan: Plan, now: datetime) -> list[str]:
    """The next times at which a report leaves, business time, and of which days it will be."""
    found = coming(plan, now, 3)
    zone = plan.rule.zone
    return [f"leaves, time zone {zone.key}:"] + [
        f"  {slot.due.astimezone(zone):%a %Y-%m-%d %H:%M} of {period.start} to {period.last}"
        for slot, period in found
    ]
