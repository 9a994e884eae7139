"""`arrears serve`: the pages, and the scheduler in the same process."""

from functools import partial

import click

from service.door import Door, pass_door
from service.logs import log_to_terminal

EXAMPLE = """
\b
Examples:
  arrears serve
  arrears serve --workers 4
  ARREARS_SERVER__PORT=8051 arrears serve --no-jobs
"""


@click.command(epilog=EXAMPLE)
@click.option("--no-jobs", is_flag=True, help="Pages only: another process runs the jobs.")
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    help="Processes that serve pages; one of them runs the jobs. Default: server.workers.",
)
@pass_door
def serve(door: Door, no_jobs: bool, workers: int | None) -> None:
    """Serve the pages and run the scheduled jobs until stopped (Ctrl-C or SIGTERM)."""
    # Here, because the pages take a second to import and no other command needs them.
    from service import serving

    log_to_terminal(door.settings)
    processes = workers or door.settings.server.workers
    if processes > 1:
        from service import workers as several

        serve_pages = partial(several.serve, workers=processes)
    else:
        serve_pages = partial(serving.serve)
    serve_pages(
        door.settings,
        door.now,
        with_jobs=not no_jobs,
        ready=lambda address: click.echo(f"Arrears is at {address}"),
    )
