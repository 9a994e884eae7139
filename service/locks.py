"""One writer of the figures at a time, across processes."""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path

from queries.errors import UserError

LOCK_FILE = ".writing"

_LOOK_AGAIN_SECONDS = 0.1
# Who waits for longer wants to know why nothing happens.
_SILENT_SECONDS = 1.0


@contextmanager
def figures_lock(
    folder: Path, wait: float = 60.0, say: Callable[[str], None] | None = None
) -> Iterator[None]:
    """Holds the right to write the figures in `folder`; waits up to `wait` seconds for it.

    `say` is told once, after a second, that it waits, for whom and for how long at most.

    The lock belongs to the open file, so the system frees it however the holder ends, and a second
    thread of the same process waits like a second process. The file stays: to delete it would let
    two holders lock two different files of the same name. It is not re-entrant.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / LOCK_FILE
    with path.open("a+", encoding="ascii") as file:
        _take(file, path, wait, say)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _take(file: TextIOWrapper, path: Path, wait: float, say: Callable[[str], None] | None) -> None:
    started = time.monotonic()
    while not _taken(file):
        waited = time.monotonic() - started
        if waited >= wait:
            raise UserError(
                f"Another refresh or reconciliation is writing the figures in {path.parent} "
                f"(process {_holder(path)}).",
                "one writer at a time",
                "wait until it has finished, then try again",
            )
        if say is not None and waited >= _SILENT_SECONDS:
            say(
                f"Waiting for process {_holder(path)}, which is writing the figures in "
                f"{path.parent}, for up to {wait:.0f} seconds."
            )
            say = None
        time.sleep(_LOOK_AGAIN_SECONDS)


def _taken(file: TextIOWrapper) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _holder(path: Path) -> str:
    return path.read_text(encoding="ascii") or "unknown"
