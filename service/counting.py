"""The folder in which the processes of a service count their requests together.

They count in mapped files: where no room can be had for a page of such a file the system kills the
process. So the folder lies in memory where there is a file system for that; else a full disk would
end every process that is started while it is full, and with them all pages.
"""

import fcntl
import os
import shutil
import tempfile
from pathlib import Path

MEMORY = Path("/dev/shm")
_PREFIX = "arrears-counts-"
_LOCK = "in-use"


class CountsFolder:
    """A folder of this process and of those that it parts into, held by a lock until the last of
    them has ended. What services that were killed left behind goes when another one is made.

    `memory` is where a file system in memory is looked for.
    """

    def __init__(self, memory: Path = MEMORY) -> None:
        usable = memory.is_dir() and os.access(memory, os.W_OK | os.X_OK)
        base = memory if usable else Path(tempfile.gettempdir())
        _sweep(base)
        while True:
            self.path = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=base))
            lock = self.path / _LOCK
            self._held = lock.open("w")
            fcntl.flock(self._held, fcntl.LOCK_EX)
            # Another service that is sweeping may have been quicker.
            if lock.exists():
                return
            self._held.close()

    def remove(self) -> None:
        """For the process that made it, when the others have ended."""
        shutil.rmtree(self.path, ignore_errors=True)
        self._held.close()


def _sweep(base: Path) -> None:
    """Remove the folders that no process holds any more."""
    for folder in base.glob(f"{_PREFIX}*"):
        try:
            with (folder / _LOCK).open("r+") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            # In use, somebody else's, or only just made.
            continue
