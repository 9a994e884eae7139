"""A progress bar on the terminal for whatever takes longer than two seconds."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

Step = Callable[[str, float], None]

# Shorter work would only flicker.
_SILENT_SECONDS = 2.0


@contextmanager
def progress_bar(console: Console | None = None, silent: float = _SILENT_SECONDS) -> Iterator[Step]:
    """Gives `step(text, fraction)`; draws on the error stream, and only on a terminal.

    The bar appears with the first step after `silent` seconds and disappears with the work.
    """
    console = console or Console(file=sys.stderr)
    if not console.is_terminal:
        yield _unseen
        return
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
    )
    task = bar.add_task("", total=1.0)
    started = time.monotonic()

    def step(text: str, fraction: float) -> None:
        bar.update(task, description=text, completed=fraction)
        if time.monotonic() - started >= silent:
            bar.start()

    try:
        yield step
    finally:
        bar.stop()


def _unseen(text: str, fraction: float) -> None:
    """Nobody watches."""
