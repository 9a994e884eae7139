"""`arrears demo`: everything at once on simulated data."""

from contextlib import closing

import click

from queries.desk import open_desk
from service import demo as demonstration
from service.demo_targets import add_demo_targets
from service.door import Door, pass_door, tell
from service.jobs import refresh_now
from service.logs import log_to_terminal
from service.progress import progress_bar
from service.scheduler import run_by_hand
from service.users import DEMO_PASSWORD, DEMO_PEOPLE, add_demo_people
from service.wiring import make_answers, make_house

EXAMPLE = """
\b
Example:
  arrears demo
"""


@click.command(epilog=EXAMPLE)
@pass_door
def demo(door: Door) -> None:
    """Make a demo database, its figures and reports, and serve the pages.

    20 000 cases over 14 months that end yesterday, in var/demo; the newest weekly and monthly
    reports, the packs of all teams and the sheet of the day go to the folder of reports
    (var/outbox) within a minute after the start. Pages are at http://127.0.0.1:8050.
    """
    # Here, because the pages take a second to import and no other command needs them.
    from service import serving

    settings = demonstration.shown(door.settings)
    click.echo("Looking for demo data in var/demo")
    with progress_bar() as progress:
        made = demonstration.prepare(settings, door.now(), progress)
    click.echo("A new demo database was made" if made else "It is there and ends yesterday")
    desk = open_desk(settings.desk.url)
    try:
        with progress_bar() as progress:
            # Nothing of an old simulation lives on in a new one, so all of it is read.
            house = make_house(settings, desk, door.now, full=made, progress=progress, say=tell)
            told = run_by_hand(desk, "refresh", lambda now: refresh_now(house, now), door.now)
        with closing(make_answers(settings)) as answers:
            add_demo_people(desk, answers, door.now())
            add_demo_targets(desk, answers, settings.targets.rules().calendar, door.now())
    finally:
        desk.close()
    click.echo(told)
    log_to_terminal(settings)
    serving.serve(settings, door.now, ready=_say)


def _say(address: str) -> None:
    click.secho(f"Arrears is at {address}", bold=True)
    names = ", ".join(name for name, _ in DEMO_PEOPLE)
    click.echo(f"Sign in as {names}; the password of each is {DEMO_PASSWORD}")
    click.echo("Reports will be in var/outbox within a minute. Stop with Ctrl-C.")
