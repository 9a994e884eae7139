"""`arrears backup`: the desk in one file."""

from pathlib import Path

import click

from service.backups import make_backup, told
from service.door import Door, pass_door

EXAMPLE = """
\b
Examples:
  arrears backup desk-2026-11-23.zip
  arrears --config /etc/arrears.yaml backup "/backups/desk-$(date +%F).zip"
"""


@click.command(epilog=EXAMPLE)
@click.argument("file", type=click.Path(path_type=Path))
@pass_door
def backup(door: Door, file: Path) -> None:
    """Write the desk, and the report files that it names, to FILE; the service may go on.

    The desk is what nothing can recompute: runs of jobs, deliveries, editions. The figures are not
    in it (`arrears refresh --full` makes them anew), nor is config.yaml. FILE must not be there
    yet. It holds the addresses of recipients, so only its owner may read it.
    """
    manifest = make_backup(door.settings, file, door.now())
    click.echo(f"{file}: {told(manifest)}; {file.stat().st_size / 1e6:,.1f} MB.")
