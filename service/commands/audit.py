"""`arrears audit`: what people did."""

from contextlib import closing
from datetime import datetime
from zoneinfo import ZoneInfo

import click
from rich.markup import escape
from rich.table import Table

from queries.desk import open_desk
from service.door import Door, pass_door
from service.printing import as_csv
from service.text_table import as_text

EXAMPLE = """
\b
Examples:
  arrears audit
  arrears audit --containing "sign-in refused" --since 2026-11-01
  arrears audit --limit 100000 --format csv > audit.csv
"""

_HEAD = ("at", "who", "what", "subject", "detail", "origin")


@click.command(epilog=EXAMPLE)
@click.option("--containing", default="", help="Only rows with this text anywhere.")
@click.option("--since", type=click.DateTime(("%Y-%m-%d",)), help="Only rows from this day on.")
@click.option("--limit", type=click.IntRange(1), default=200, show_default=True, help="Rows.")
@click.option("--format", "form", type=click.Choice(("table", "csv")), default="table")
@pass_door
def audit(door: Door, containing: str, since: datetime | None, limit: int, form: str) -> None:
    """Show what people did, newest first: sign-ins, accounts, targets, subscriptions, reports
    sent. Times are business time.

    The audit is only ever added to.
    """
    zone = ZoneInfo(door.settings.figures.business_zone)
    begin = since.replace(tzinfo=zone) if since else None
    with closing(open_desk(door.settings.desk.url)) as desk:
        deeds = desk.deeds(containing=containing, since=begin, limit=limit)
    rows = [
        (f"{one.at.astimezone(zone):%Y-%m-%d %H:%M:%S}", one.who, one.what, one.subject,
         one.detail, one.origin)
        for one in deeds
    ]  # fmt: skip
    if form == "csv":
        click.echo(as_csv([dict(zip(_HEAD, row, strict=True)) for row in rows]), nl=False)
        return
    table = Table(*_HEAD, box=None)
    for row in rows:
        # Whatever somebody has typed as a name is no markup.
        table.add_row(*map(escape, row))
    click.echo(as_text(table))
