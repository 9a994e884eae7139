"""A progress bar on the terminal for whatever takes longer than two seconds."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, ProgressColumn, Task, TextColumn
from rich.text import Text

Step = Callable[[str, float], None]

# Shorter work would only flicker.
_SILENT_SECONDS = 2.0
# Before so much is done, a guess would mislead.
_ENOUGH = 0.05
# Steps that take no longer were done before.
_AT_ONCE_SECONDS = 0.5


class Remaining(ProgressColumn):
    """How long the work will still take if it goes on as it has gone so far.

    `begun` is the part that was done before: work that was interrupted goes on from there.
    """

    begun = 0.0

    def render(self, task: Task) -> Text:
        return Text(told(task.elapsed or 0.0, task.completed, self.begun))


def told(elapsed: float, completed: float, begun: float) -> str:
    """Seconds gone and, once enough is done to tell, seconds left."""
    done = completed - begun
    if done < _ENOUGH:
        return f"{elapsed:.0f} s"
    return f"{elapsed:.0f} s, about {_rounded(elapsed * (1.0 - completed) / done)} left"


def _rounded(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds < 90 else f"{seconds / 60:.0f} min"


@contextmanager
def progress_bar(console: Console | None = None, silent: float = _SILENT_SECONDS) -> Iterator[Step]:
    """Gives `step(text, fraction)`; draws on the error stream, and only on a terminal.

    The bar appears with the first step after `silent` seconds and disappears with the work.
    """
    console = console or Console(file=sys.stderr)
    if not console.is_terminal:
        yield _unseen
        return
    remaining = Remaining()
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:3.0f} %"),
        remaining,
        console=console,
        transient=True,
    )
    task = bar.add_task("", total=1.0)
    started = time.monotonic()

    def step(text: str, fraction: float) -> None:
        bar.update(task, description=text, completed=fraction)
        if time.monotonic() - started < _AT_ONCE_SECONDS:
            remaining.begun = fraction
        if time.monotonic() - started >= silent:
            bar.start()

    try:
        yield step
    finally:
        bar.stop()


def _unseen(text: str, fraction: float) -> None:
    """Nobody watches."""
