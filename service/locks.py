"""One writer of the figures at a time, across processes."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from pathlib import Path

from queries.errors import UserError

LOCK_FILE = ".writing"

_LOOK_AGAIN_SECONDS = 0.1


@contextmanager
def figures_lock(folder: Path, wait: float = 60.0) -> Iterator[None]:
    """Holds the right to write the figures in `folder`; waits up to `wait` seconds for it.

    The lock belongs to the open file, so the system frees it however the holder ends, and a second
    thread of the same process waits like a second process. The file stays: to delete it would let
    two holders lock two different files of the same name. It is not re-entrant.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / LOCK_FILE
    with path.open("a+", encoding="ascii") as file:
        _take(file, path, time.monotonic() + wait)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def _take(file: TextIOWrapper, path: Path, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise _taken(path) from None
            time.sleep(_LOOK_AGAIN_SECONDS)
        else:
            return


def _taken(path: Path) -> UserError:
    holder = path.read_text(encoding="ascii") or "unknown"
    return UserError(
        f"Another refresh or reconciliation is writing the figures in {path.parent} "
        f"(process {holder}).",
        "one writer at a time",
        "wait until it has finished, then try again",
    )
