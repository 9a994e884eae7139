"""`arrears refresh`: bring the figures up to date with the case database."""

import click
from rich.table import Column, Table

from queries import Kept
from queries.desk import open_desk
from queries.store.sums import FACTS
from service.door import Door, pass_door, tell
from service.jobs import refresh_now
from service.progress import progress_bar
from service.scheduler import run_by_hand
from service.text_table import as_text
from service.wiring import make_answers, make_house

EXAMPLE = """
\b
Examples:
  arrears refresh
  arrears --config my.yaml refresh --full
  arrears refresh --explain
"""


@click.command(epilog=EXAMPLE)
@click.option("--full", is_flag=True, help="Read everything anew, not only what changed.")
@click.option(
    "--explain", is_flag=True, help="Also print what the figures are kept in: rows and size."
)
@pass_door
def refresh(door: Door, full: bool, explain: bool) -> None:
    """Read what changed in the case database and publish the figures anew."""
    settings = door.settings
    desk = open_desk(settings.desk.url)
    try:
        with progress_bar() as progress:
            house = make_house(settings, desk, door.now, full=full, progress=progress, say=tell)
            told = run_by_hand(desk, "refresh", lambda now: refresh_now(house, now), door.now)
    finally:
        desk.close()
    click.echo(told)
    if explain:
        click.echo()
        click.echo(_explained(make_answers(settings).kept()))


def _explained(kept: Kept) -> str:
    """Every projection with its dimensions and rows; sums by day, the fewest rows are read."""
    listed = Table("Sums", "by day and", Column("Rows", justify="right"), box=None, pad_edge=False)
    for (name, projection), rows in sorted(kept.sums.items()):
        listed.add_row(name, ", ".join(FACTS[name].projections[projection]), f"{rows:,}")
    listed.add_row("all sums", "", f"{sum(kept.sums.values()):,}")
    listed.add_row("all facts", "", f"{sum(kept.facts.values()):,}")
    size = f"Generation {kept.generation}: {kept.size / 1e6:,.0f} MB"
    return f"{as_text(listed)}\n\n{size}"
