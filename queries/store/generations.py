"""Generations: one DuckDB file per published state of the figures.

A refresh builds beside them and publishes by one atomic link, so a reader sees the old state or
the new one and never a mixture, whatever happens to the writer in between.
"""

import errno
import fcntl
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from queries.errors import UserError

_PUBLISHED = re.compile(r"^figures-(\d{8})\.duckdb$")
# Linux's request to share the blocks of another file (linux/fs.h); others answer with an error.
_FICLONE = 0x40049409
_BUILDING = re.compile(r"^building-(\d+)\.duckdb")


def newest(folder: Path) -> tuple[int, Path] | None:
    """Number and file of the newest published generation, None where there is none."""
    found = published(folder)
    return found[-1] if found else None


def published(folder: Path) -> list[tuple[int, Path]]:
    """All published generations, oldest first."""
    if not folder.is_dir():
        return []
    matches = ((_PUBLISHED.match(path.name), path) for path in folder.iterdir())
    return sorted((int(match[1]), path) for match, path in matches if match)


def start_building(folder: Path, base: Path) -> Path:
    """A private file to build in: a copy of `base`."""
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    building = folder / f"building-{os.getpid()}.duckdb"
    discard(building)
    try:
        if not _shared(base, building):
            shutil.copyfile(base, building)
    except OSError:
        # A part of a copy would keep a full disk full.
        discard(building)
        raise
    return building


def _shared(base: Path, building: Path) -> bool:
    """Whether the file system lets both share their blocks until one of them changes, as XFS and
    Btrfs do: then gigabytes are copied in milliseconds."""
    with base.open("rb") as known, building.open("wb") as new:
        try:
            fcntl.ioctl(new, _FICLONE, known.fileno())
        except OSError:
            return False
    return True


def start_rebuilding(folder: Path) -> Path:
    """The file of a full rebuild; one that was interrupted has left it behind to go on with."""
    folder.mkdir(parents=True, exist_ok=True)
    _sweep(folder)
    building = folder / "rebuilding.duckdb"
    if building.exists() and building.stat().st_nlink > 1:
        # Killed in the moment of publishing: the file is a generation already.
        building.unlink()
    elif building.exists() and _torn(building):
        discard(building)
    return building


def _torn(building: Path) -> bool:
    """Whether the file cannot be opened: its writer was killed before the file's own heads were
    written, or the machine lost its power."""
    try:
        duckdb.connect(str(building)).close()
    except duckdb.Error as error:
        # What another process is building is whole, however little is written of it.
        return "Could not set lock" not in str(error) and not _no_room(error)
    return False


def publish(building: Path, keep: int) -> int:
    """Give the finished file the next number and remove all but the newest `keep`.

    A link fails where the number is taken, so two writers can never overwrite each other.
    """
    folder = building.parent
    _sync(building)
    latest = newest(folder)
    number = latest[0] + 1 if latest else 1
    os.link(building, folder / f"figures-{number:08d}.duckdb")
    building.unlink()
    _sync(folder)
    for _, path in published(folder)[:-keep]:
        path.unlink()
    return number


@contextmanager
def room(folder: Path) -> Iterator[None]:
    """Whatever fails inside because the disk is full, or a limit of the user is reached, becomes a
    UserError: a person can act on it."""
    try:
        yield
    except (OSError, duckdb.Error) as error:
        if not _no_room(error):
            raise
        raise UserError(
            f"There is no room for new figures: {error}",
            f"room for one more generation in {folder}, and for temporary files",
            "make room; until then the last generation stays, and the next refresh tries again",
        ) from error


def _no_room(error: OSError | duckdb.Error) -> bool:
    # DuckDB gives the system's words and no number.
    numbers = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    if isinstance(error, OSError):
        return error.errno in numbers
    return any(os.strerror(number) in str(error) for number in numbers)


def discard(building: Path) -> None:
    """Remove an unfinished file, its log and what it had no memory for."""
    building.unlink(missing_ok=True)
    Path(f"{building}.wal").unlink(missing_ok=True)
    shutil.rmtree(f"{building}.tmp", ignore_errors=True)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _sweep(folder: Path) -> None:
    """Remove what killed writers left behind."""
    for path in folder.iterdir():
        match = _BUILDING.match(path.name)
        if match and not _alive(int(match[1])):
            discard(folder / match[0])


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
