"""`arrears report`: look at a report, send it, see what was sent."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import click

import reports
from queries import Period
from queries.desk import open_desk
from queries.period import whole
from service.door import Door, Doors, failed, pass_door
from service.jobs import report_job
from service.mailing import make_order, report_settings, send_report
from service.progress import progress_bar
from service.results import NotDoneError
from service.scheduler import run_by_hand
from service.schedules import Plan, coming, plan_of
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
                report_job(name),
                lambda _: send_report(settings, desk, name, door.now, period, by="command line"),
                door.now,
            )
    except NotDoneError as error:
        failed(str(error))
    finally:
        desk.close()
    click.echo(told)


@report.command("list")
@pass_door
def list_reports(door: Door) -> None:
    """List the reports, when each leaves next and of which days, to whom, and what was sent.

    \b
    Example:
      arrears report list
    """
    settings = door.settings
    for name, pack in reports.REPORTS.items():
        chosen, plan = report_settings(settings, name), plan_of(settings, name)
        click.echo(f"{name}: {pack.title.en}, {', '.join(chosen.locales)}")
        for line in _leaves(plan, door.now()) if plan and chosen.enabled else ["not scheduled"]:
            click.echo(f"  {line}")
        click.echo(f"  folder {chosen.folder}")
        for one in chosen.recipients:
            click.echo(f"  {one.address}" + (f" ({one.locale})" if one.locale else ""))
    desk = open_desk(settings.desk.url)
    try:
        sent = desk.deliveries(limit=20)
    finally:
        desk.close()
    click.echo()
    click.echo("Deliveries, newest first:" if sent else "Nothing has been sent yet.")
    zone = door.now().tzinfo
    for one_sent in sent:
        click.echo(
            f"  {one_sent.queued_at.astimezone(zone):%Y-%m-%d %H:%M} {one_sent.report} "
            f"{one_sent.period.start} to {one_sent.period.last}: "
            f"{one_sent.outcome}, {one_sent.recipient}, {one_sent.detail}"
        )


def _leaves(plan: Plan, now: datetime) -> list[str]:
    """The next times at which a report leaves, business time, and of which days it will be."""
    found = coming(plan, now, 3)
    zone = plan.rule.zone
    return [f"leaves, time zone {zone.key}:"] + [
        f"  {slot.due.astimezone(zone):%a %Y-%m-%d %H:%M} of {period.start} to {period.last}"
        for slot, period in found
    ]
