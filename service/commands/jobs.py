"""`arrears jobs`: what runs when, how it went, and running one by hand."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import click
from rich.table import Table

from queries import UserError
from queries.desk import Desk, JobRun, open_desk
from service.door import Door, Doors, failed, pass_door, tell
from service.jobs import QUIET, Job, Turn
from service.progress import Step, progress_bar
from service.scheduler import next_runs, run_by_hand
from service.settings import near
from service.text_table import as_text
from service.wiring import job_table, make_house

EXAMPLE = """
\b
Examples:
  arrears jobs
  arrears jobs run weekly_report
"""


@contextmanager
def _desk_and_jobs(door: Door, progress: Step | None = None) -> Iterator[tuple[Desk, list[Job]]]:
    desk = open_desk(door.settings.desk.url)
    try:
        house = make_house(door.settings, desk, door.now, progress=progress, say=tell)
        yield desk, list(job_table(door.settings, house))
    finally:
        desk.close()


@click.group(cls=Doors, invoke_without_command=True, epilog=EXAMPLE)
@click.pass_context
def jobs(ctx: click.Context) -> None:
    """List the scheduled jobs: when each runs next, and how its last runs went."""
    if ctx.invoked_subcommand is not None:
        return
    door = ctx.find_object(Door)
    assert door is not None
    with _desk_and_jobs(door) as (desk, table):
        click.echo(_schedule(door, desk, table))
        click.echo()
        click.echo(_history(door, desk.last_runs(20, quiet=QUIET)))


@jobs.command("run")
@click.argument("name")
@pass_door
def run(door: Door, name: str) -> None:
    """Run the job NAME now; its outcome is written down like that of a scheduled run.

    \b
    Example:
      arrears jobs run reconcile
    """
    with progress_bar() as progress, _desk_and_jobs(door, progress) as (desk, table):
        job = _named(name, table)
        try:
            told = run_by_hand(desk, job.name, lambda now: job.body(Turn(now)), door.now)
        except UserError as error:
            failed(str(error))
    click.echo(told)


def _named(name: str, table: Iterable[Job]) -> Job:
    known = {str(job.name): job for job in table}
    if name not in known:
        raise UserError(
            f"There is no job {name!r}{near(name, known)}.", "one of " + ", ".join(known)
        )
    return known[name]


def _schedule(door: Door, desk: Desk, table: list[Job]) -> str:
    coming = Table("Job", "What it does", "Next run", "Last run", "Outcome", box=None)
    zone = door.now().tzinfo
    for job, slot in next_runs(table, door.now()):
        last = desk.last_run(job.name)
        coming.add_row(
            job.name,
            job.title.en,
            f"{slot.due.astimezone(zone):%a %Y-%m-%d %H:%M}",
            f"{last.started_at.astimezone(zone):%Y-%m-%d %H:%M}" if last else "never",
            last.outcome if last else "",
        )
    return as_text(coming)


def _history(door: Door, runs: list[JobRun]) -> str:
    if not runs:
        return "No job has run yet."
    zone = door.now().tzinfo
    past = Table("Started", "Job", "Outcome", "Seconds", "What happened", box=None)
    for one in runs:
        past.add_row(
            f"{one.started_at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
            one.job,
            one.outcome,
            f"{one.seconds:.1f}" if one.seconds is not None else "",
            one.detail.splitlines()[0] if one.detail else "",
        )
    return as_text(past)
