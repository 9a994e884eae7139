"""`arrears report`: look at a report, send it, see what was sent."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

import click

import reports
from queries import Period, UserError
from queries.desk import open_desk
from queries.rights import RIGHTS, Scope
from service.door import Door, Doors, failed, pass_door
from service.jobs import JobName
from service.mailing import make_order, report_settings, send_report
from service.progress import progress_bar
from service.scheduler import run_by_hand
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
"""


@click.group(cls=Doors, epilog=EXAMPLE)
def report() -> None:
    """Preview and send reports, and list what was sent."""


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
    person, right = person_of(settings, who), reports.named(name).right
    if who is not None and right in RIGHTS and not person.may(right):
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
    desk = open_desk(settings.desk.url)
    try:
        with progress_bar() as progress:
            progress(f"Writing the {name} report", 0.0)
            answers = make_answers(settings)
            order = make_order(settings, desk, name, answers, door.now(), period, by="preview")
            paths = reports.preview(
                order, answers, folder, locales=locales or chosen.locales, scope=scope
            )
    finally:
        desk.close()
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
    desk = open_desk(settings.desk.url)
    try:
        with progress_bar() as progress:
            progress(f"Sending the {name} report", 0.0)
            told = run_by_hand(
                desk,
                cast("JobName", f"{name}_report"),
                lambda _: send_report(
                    settings, desk, name, door.now, period, by="command line", again=again.strip()
                ),
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
    for name, pack in reports.REPORTS.items():
        chosen = report_settings(settings, name)
        when = (
            f"every {chosen.day.capitalize()} at {chosen.at:%H:%M}"
            if chosen.enabled
            else "not scheduled"
        )
        click.echo(f"{name}: {pack.title.en}, {when}, {', '.join(chosen.locales)}")
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
