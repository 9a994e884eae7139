"""`arrears report`: look at a report, send it, see what was sent."""

from collections.abc import Callable
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import cast

import click

import reports
from queries import Period, UserError
from queries.desk import open_desk
from queries.period import whole
from queries.rights import OPERATOR
from service.door import Door, Doors, failed, pass_door
from service.jobs import JobName
from service.mailing import make_order, report_settings, send_report
from service.progress import progress_bar
from service.recipients import drop_name, wishes
from service.scheduler import run_by_hand
from service.wiring import make_answers

EXAMPLE = """
\b
Examples:
  arrears report list
  arrears report preview weekly --locale zh_Hans_CN
  arrears report send weekly --of 2026-11-11
"""


@click.group(cls=Doors, epilog=EXAMPLE)
def report() -> None:
    """Preview and send reports, and list what was sent."""


def _of(function: Callable[..., None]) -> Callable[..., None]:
    return click.option(
        "--of",
        "day",
        type=click.DateTime(["%Y-%m-%d"]),
        help="Any day of the wanted period; without it the last whole one.",
    )(function)


def _period(name: str, day: datetime | None) -> Period | None:
    return whole(day.date(), reports.REPORTS[name].grain) if day else None


@report.command()
@click.argument("name", metavar="REPORT")
@_of
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
    door: Door, name: str, day: datetime | None, locales: tuple[str, ...], folder: Path
) -> None:
    """Write a report as PDF, XLSX and HTML; nothing is sent.

    \b
    Example:
      arrears report preview weekly
    """
    settings = door.settings
    chosen = report_settings(settings, name)
    desk = open_desk(settings.desk.url)
    try:
        with progress_bar() as progress:
            progress(f"Writing the {name} report", 0.0)
            answers = make_answers(settings)
            order = make_order(
                settings, desk, name, answers, door.now(), _period(name, day), by="preview"
            )
            paths = reports.preview(order, answers, folder, locales=locales or chosen.locales)
    finally:
        desk.close()
    for path in paths:
        click.echo(path)


@report.command()
@click.argument("name", metavar="REPORT")
@_of
@pass_door
def send(door: Door, name: str, day: datetime | None) -> None:
    """Send a report to its folder and recipients; who has it already does not get it again.

    \b
    Example:
      arrears report send weekly
    """
    settings = door.settings
    report_settings(settings, name)
    period = _period(name, day)
    desk = open_desk(settings.desk.url)
    try:
        with progress_bar() as progress:
            progress(f"Sending the {name} report", 0.0)
            told = run_by_hand(
                desk,
                cast("JobName", f"{name}_report"),
                lambda _: send_report(settings, desk, name, door.now, period, by="command line"),
                door.now,
            )
    except reports.NotAllSentError as error:
        failed(str(error))
    finally:
        desk.close()
    click.echo(told)


@report.command("list")
@pass_door
def list_reports(door: Door) -> None:
    """List the reports, when they leave and to whom, and what was sent.

    \b
    Example:
      arrears report list
    """
    settings = door.settings
    with closing(open_desk(settings.desk.url)) as desk:
        for name, pack in reports.REPORTS.items():
            chosen = report_settings(settings, name)
            when = (
                f"every {chosen.day.capitalize()} at {chosen.at:%H:%M}"
                if chosen.enabled
                else "not scheduled"
            )
            click.echo(f"{name}: {pack.title.en}, {when}, {', '.join(chosen.locales)}")
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
