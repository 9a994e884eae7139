"""`arrears refresh`: bring the figures up to date with the case database."""

import click

from queries.desk import open_desk
from service.door import Door, pass_door, tell
from service.jobs import refresh_now
from service.progress import progress_bar
from service.scheduler import run_by_hand
from service.wiring import make_house

EXAMPLE = """
\b
Examples:
  arrears refresh
  arrears --config my.yaml refresh --full
"""


@click.command(epilog=EXAMPLE)
@click.option("--full", is_flag=True, help="Read everything anew, not only what changed.")
@pass_door
def refresh(door: Door, full: bool) -> None:
    """Read what changed in the case database and publish the figures anew."""
    settings = door.settings
    desk = open_desk(settings.desk.url)
    try:
        with progress_bar() as progress:
            house = make_house(settings, desk, full=full, progress=progress, say=tell)
            told = run_by_hand(desk, "refresh", lambda now: refresh_now(house, now), door.now)
    finally:
        desk.close()
    click.echo(told)
