"""`arrears restore`: the desk from one file."""

from pathlib import Path

import click

from service.backups import read_backup, restore_backup, told
from service.door import Door, pass_door

EXAMPLE = """
\b
Examples:
  arrears restore desk-2026-11-23.zip
  arrears restore --check desk-2026-11-23.zip
  ARREARS_DESK__URL=postgresql://arrears@db/desk arrears restore desk-2026-11-23.zip
"""


@click.command(epilog=EXAMPLE)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--replace",
    is_flag=True,
    help="Also where the desk holds rows; they are first written to a file beside FILE.",
)
@click.option("--check", is_flag=True, help="Only check FILE and say what is in it.")
@pass_door
def restore(door: Door, file: Path, replace: bool, check: bool) -> None:
    """Bring the desk of the backup FILE into the database of desk.url: all of it or nothing.

    Every byte is compared with its hash first. A backup of SQLite can be restored into PostgreSQL
    and the other way round, and one of an older version into this one. Stop `arrears serve` before.
    Report files go back to their folder where none of that name is there.
    """
    if check:
        click.echo(f"{file} is whole: {told(read_backup(file))}.")
        return
    done = restore_backup(door.settings, file, door.now(), replace=replace)
    click.echo(f"Restored from {file}: {told(done.manifest)}.")
    if done.manifest.files:
        click.echo(
            f"{done.files_written:,} files were written, {done.files_there:,} were there already."
        )
    if done.aside is not None:
        click.echo(f"The rows that were there before are in {done.aside}.")
