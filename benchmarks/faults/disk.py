"""A disk that can fill: a file system of its own in memory where this user may mount one, else a
limit on the size of files."""

import contextlib
import os
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

BALLAST = "ballast"


class Disk(Protocol):
    """What the service writes to. `kind` says how it is made to fill, `inside` is its folder as the
    service names it, `outside` the same as seen from here; `entering` is what a command must begin
    with now to see it."""

    kind: str
    inside: Path
    outside: Path
    entering: Sequence[str]

    def fill(self, but: int = 0) -> None:
        """Leave no more than `but` bytes."""

    def free(self) -> None:
        """Give the room back."""

    def close(self) -> None:
        """There is no disk any more."""


class SmallDisk:
    """A file system of `size` bytes in a mount namespace of its own, which an ordinary user may
    have where the system allows user namespaces. It lives as long as its holder."""

    kind = "a file system of {:.0f} MB that is full (tmpfs in a user namespace)"

    def __init__(self, folder: Path, size: int) -> None:
        folder.mkdir(parents=True)
        self.kind = self.kind.format(size / 1e6)
        self.inside = folder
        command = f'mount -t tmpfs -o size={size} tmpfs "$0" && echo ready && exec sleep infinity'
        self._holder = subprocess.Popen(
            ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", command, str(folder)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self._holder.stdout is not None
        if self._holder.stdout.readline() != "ready\n":
            self.close()
            raise OSError("no file system of one's own may be mounted here")
        process = self._holder.pid
        self.outside = Path(f"/proc/{process}/root{folder}")
        self.entering: Sequence[str] = (
            "nsenter", f"--target={process}", "--user", "--mount", "--preserve-credentials", "--",
        )  # fmt: skip

    def fill(self, but: int = 0) -> None:
        """The ballast grows until nothing fits; `but` bytes of it are given back."""
        path = self.outside / BALLAST
        with path.open("ab", buffering=0) as file:
            for size in (1 << 20, 1 << 12):
                with contextlib.suppress(OSError):
                    while file.write(b"\0" * size):
                        pass
            if but:
                file.truncate(max(0, file.tell() - but))

    def free(self) -> None:
        (self.outside / BALLAST).unlink(missing_ok=True)

    def close(self) -> None:
        self._holder.kill()
        self._holder.communicate()


class LimitedFiles:
    """No file of the service may grow beyond nothing: RLIMIT_FSIZE in its running processes.

    The error is another one (EFBIG), but it comes at the same places.
    """

    kind = "files of the service that may not grow (RLIMIT_FSIZE)"

    def __init__(self, folder: Path, processes: Callable[[], list[int]]) -> None:
        folder.mkdir(parents=True)
        self.inside = self.outside = folder
        self._processes = processes
        self.entering: Sequence[str] = ()

    def fill(self, but: int = 0) -> None:
        self._limit(but)

    def free(self) -> None:
        self._limit(resource.RLIM_INFINITY)

    def close(self) -> None:
        """Nothing is left behind."""

    def _limit(self, size: int) -> None:
        # What is begun from here on has it from its beginning.
        limited = size != resource.RLIM_INFINITY
        self.entering = ("prlimit", f"--fsize={size}:", "--") if limited else ()
        for process in self._processes():
            with contextlib.suppress(ProcessLookupError):
                _, hard = resource.prlimit(process, resource.RLIMIT_FSIZE)
                resource.prlimit(process, resource.RLIMIT_FSIZE, (size, hard))


@contextlib.contextmanager
def a_disk(folder: Path, size: int, processes: Callable[[], list[int]]) -> Iterator[Disk]:
    """The best disk that this user can have, in `folder`; `processes` are those of the service."""
    disk: Disk
    try:
        disk = SmallDisk(folder, size)
    except OSError:
        shutil.rmtree(folder, ignore_errors=True)
        disk = LimitedFiles(folder, processes)
    try:
        yield disk
    finally:
        disk.close()


def children(process: int) -> list[int]:
    """A process and all below it, as far as they live."""
    parents = {int(path.name): _stat(int(path.name)) for path in Path("/proc").glob("[0-9]*")}
    found = [process]
    for parent in found:
        found += [one for one, (_, by) in parents.items() if by == parent]
    return [one for one in found if alive(one)]


def alive(process: int) -> bool:
    """Whether the process runs; one that only waits to be buried does not."""
    return _stat(process)[0] not in ("", "Z")


def _stat(process: int) -> tuple[str, int]:
    """State and parent of a process."""
    try:
        state, parent = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return "", 0
    return state, int(parent)


def until_gone(processes: Sequence[int], seconds: float = 10) -> None:
    """Waits for processes to be gone, for a killed one still holds its port for a moment."""
    ends = time.monotonic() + seconds
    while any(alive(one) for one in processes):
        if time.monotonic() > ends:
            raise AssertionError(f"processes {processes} do not end")
        time.sleep(0.02)


def kill(processes: Sequence[int], number: int) -> None:
    for process in processes:
        with contextlib.suppress(ProcessLookupError):
            os.kill(process, number)
