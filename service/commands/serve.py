"""`arrears serve`: the pages, and the scheduler in the same process."""

import click

from service.door import Door, pass_door

EXAMPLE = """
\b
Examples:
  arrears serve
  ARREARS_SERVER__PORT=8051 arrears serve --no-jobs
"""


@click.command(epilog=EXAMPLE)
@click.option("--no-jobs", is_flag=True, help="Pages only: another process runs the jobs.")
@pass_door
def serve(door: Door, no_jobs: bool) -> None:
    """Serve the pages and run the scheduled jobs until stopped (Ctrl-C or SIGTERM)."""
    # Here, because the pages take a second to import and no other command needs them.
    from service import serving

    serving.log_to_terminal()
    serving.serve(
        door.settings,
        door.now,
        with_jobs=not no_jobs,
        ready=lambda address: click.echo(f"Arrears is at {address}"),
    )
