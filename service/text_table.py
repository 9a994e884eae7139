"""Tables on the terminal as plain text."""

import io

from rich.console import Console
from rich.table import Table

# A pipe has no width, and a terminal wraps better than a table with figures cut off.
_WIDEST = 10_000


def as_text(table: Table) -> str:
    """The table without colours, as wide as it needs to be, no spaces at the ends of lines."""
    out = io.StringIO()
    Console(file=out, width=_WIDEST, color_system=None).print(table)
    return "\n".join(line.rstrip() for line in out.getvalue().rstrip().splitlines())
