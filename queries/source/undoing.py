"""Letting go of what was opened where opening the rest fails."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager


@contextmanager
def unless_opened(*undo: Callable[[], object]) -> Iterator[ExitStack]:
    """Undoes, the last first, where what follows fails; else whatever was made keeps it. More can
    be added to the stack on the way."""
    with ExitStack() as stack:
        for one in undo:
            stack.callback(one)
        yield stack
        stack.pop_all()
