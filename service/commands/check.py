"""`arrears check`: everything in which the case database differs from the contract."""

from collections import Counter
from collections.abc import Sequence

import click

from queries.source import Difference, differences
from service.door import DIFFERENT, Door, pass_door
from service.progress import progress_bar

EXAMPLE = """
\b
Examples:
  arrears check
  arrears --config my.yaml check --strict
"""

_COLOURS = {"error": "red", "warning": "yellow", "info": "blue"}


@click.command(epilog=EXAMPLE)
@click.option("--strict", is_flag=True, help="Warnings count as differences too.")
@pass_door
def check(door: Door, strict: bool) -> None:
    """Compare the case database with the contract and list every difference with its cure.

    error: figures cannot be made or would be wrong. warning: rows do not count. info: something is
    hidden or slow. Exit code 3 if there is an error (with --strict: or a warning), else 0.
    """
    settings = door.settings
    with progress_bar() as progress:
        progress("Reading the case database", 0.0)
        found = differences(settings.source_spec(), settings.definitions(), door.now().date())
    for difference in found:
        _tell(difference)
    click.echo(_summary(found))
    counts = ("error", "warning") if strict else ("error",)
    if any(difference.severity in counts for difference in found):
        raise click.exceptions.Exit(DIFFERENT)


def _tell(difference: Difference) -> None:
    place = f" {difference.table}" if difference.table else ""
    place += f".{difference.column}" if difference.column else ""
    mark = click.style(difference.severity, fg=_COLOURS[difference.severity], bold=True)
    click.echo(f"{mark}{place}: {difference.problem}")
    if difference.expected:
        click.echo(f"    Expected: {difference.expected}")
    if difference.cure:
        click.echo(f"    To do: {difference.cure}")


def _summary(found: Sequence[Difference]) -> str:
    if not found:
        return "The case database is as the contract says."
    counted = Counter(str(difference.severity) for difference in found)
    return ", ".join(f"{severity}: {counted[severity]}" for severity in _COLOURS)
