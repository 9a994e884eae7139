"""The file of a backup: rows and files of a desk, with what proves that it is whole.

It is a ZIP that any program can look into: `tables/<name>.jsonl` holds a JSON list of values for
each row, `files/<name>` a file as it was, and `manifest.json` says what must be there: rows,
hashes, the revision of the tables. The comment of the ZIP is the hash of the manifest, at the very
end of the file, so that a file that was cut off is never taken for whole.
"""

import json
import os
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from queries.errors import UserError

# Raised with every change that an older program could not read.
FORMAT = 1

_MANIFEST = "manifest.json"
_CHUNK = 1 << 20
# What damaged bytes lead to, at whatever place.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, KeyError, ValueError, TypeError,
    NotImplementedError, RuntimeError, OSError,
)  # fmt: skip

PlainRow = Sequence[Any]


@dataclass(frozen=True)
class TablePart:
    """The rows of one table: the names of their values in order, how many, and their hash."""

    columns: list[str]
    rows: int
    sha256: str


@dataclass(frozen=True)
class FilePart:
    """One file: its size in bytes, and its hash."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """What a backup holds. `made_at` is ISO 8601 with its offset; `files` by "folder/name"."""

    format: int
    program: str
    revision: str
    made_at: str
    tables: Mapping[str, TablePart]
    files: Mapping[str, FilePart]


class Writer:
    """Fills a backup part by part; `finish` makes it whole."""

    def __init__(self, file: zipfile.ZipFile, now: datetime) -> None:
        self._zip, self._now = file, now
        self._tables: dict[str, TablePart] = {}
        self._files: dict[str, FilePart] = {}

    def table(self, name: str, columns: Sequence[str], rows: Iterable[PlainRow]) -> None:
        """Adds the rows of a table, as values that JSON has."""
        hashed, count = sha256(), 0
        with self._zip.open(self._entry(f"tables/{name}.jsonl"), "w") as part:
            for row in rows:
                line = json.dumps(row, ensure_ascii=False, allow_nan=False).encode() + b"\n"
                part.write(line)
                hashed.update(line)
                count += 1
        self._tables[name] = TablePart(list(columns), count, hashed.hexdigest())

    def file(self, name: str, path: Path) -> None:
        """Adds a file under the name "folder/name"."""
        hashed, size = sha256(), 0
        with path.open("rb") as source, self._zip.open(self._entry(f"files/{name}"), "w") as part:
            while chunk := source.read(_CHUNK):
                part.write(chunk)
                hashed.update(chunk)
                size += len(chunk)
        self._files[name] = FilePart(size, hashed.hexdigest())

    def finish(self, program: str, revision: str) -> Manifest:
        """Writes down what is there."""
        moment = self._now.isoformat(timespec="seconds")
        manifest = Manifest(FORMAT, program, revision, moment, self._tables, self._files)
        text = json.dumps(asdict(manifest), indent=1).encode()
        self._zip.writestr(self._entry(_MANIFEST), text)
        self._zip.comment = sha256(text).hexdigest().encode()
        return manifest

    def _entry(self, name: str) -> zipfile.ZipInfo:
        # Entries without a moment of their own would be of the clock of this machine.
        entry = zipfile.ZipInfo(name, self._now.timetuple()[:6])
        entry.compress_type = zipfile.ZIP_DEFLATED
        return entry


@contextmanager
def writing(path: Path, now: datetime) -> Iterator[Writer]:
    """A backup that appears at `path` when all of it is written and on the disk, or not at all.

    Raises UserError where there is something already, or nothing can be written. Only its owner may
    read it: it holds the addresses of recipients.
    """
    if path.exists():
        raise UserError(
            f"{path} is there already.", "a name that is still free", "name another file"
        )
    try:
        part = tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False)  # noqa: SIM115
    except OSError as error:
        raise UserError(
            f"Nothing can be written to {path.parent or '.'}: {error}",
            "a folder that exists and that this user may write to",
            "make the folder, or name another one",
        ) from error
    try:
        with part:
            with zipfile.ZipFile(part, "w") as file:
                yield Writer(file, now)
            part.flush()
            os.fsync(part.fileno())
        # A link fails where the name was taken meanwhile; a rename would overwrite.
        os.link(part.name, path)
    finally:
        Path(part.name).unlink()


class Archive:
    """A backup that was checked and is whole."""

    def __init__(self, path: Path, file: zipfile.ZipFile, manifest: Manifest) -> None:
        self.path, self.manifest, self._zip = path, manifest, file

    def rows(self, table: str) -> Iterator[list[Any]]:
        """The rows of a table, in the order of its columns in the manifest."""
        with self._zip.open(f"tables/{table}.jsonl") as part:
            for line in part:
                yield json.loads(line)

    def content(self, name: str) -> bytes:
        """A file by its name "folder/name"."""
        return self._zip.read(f"files/{name}")


@contextmanager
def reading(path: Path) -> Iterator[Archive]:
    """A backup, after every byte of it was compared with its hashes.

    Raises UserError for a file that is not there, is no backup, is damaged or cut off, or was
    written in a form that this program does not know yet.
    """
    try:
        file = zipfile.ZipFile(path)
    except OSError as error:
        raise UserError(
            f"{path} cannot be read: {error.strerror or error}",
            "a file of `arrears backup`",
            "name another",
        ) from error
    except _BROKEN as error:
        raise _damaged(path, "it is no backup, or was cut off") from error
    with file:
        try:
            manifest = _manifest(path, file)
            for name, table in manifest.tables.items():
                _compare(path, file, f"tables/{name}.jsonl", table.sha256)
            for name, kept in manifest.files.items():
                _compare(path, file, f"files/{name}", kept.sha256)
        except _BROKEN as error:
            raise _damaged(path, str(error) or type(error).__name__) from error
        yield Archive(path, file, manifest)


def _manifest(path: Path, file: zipfile.ZipFile) -> Manifest:
    text = file.read(_MANIFEST)
    if sha256(text).hexdigest().encode() != file.comment:
        raise _damaged(path, f"{_MANIFEST} is not as it was written")
    told = json.loads(text)
    if told["format"] > FORMAT:
        raise newer(path, told["program"])
    return Manifest(
        told["format"], told["program"], told["revision"], told["made_at"],
        {name: TablePart(**part) for name, part in told["tables"].items()},
        {name: FilePart(**part) for name, part in told["files"].items()},
    )  # fmt: skip


def _compare(path: Path, file: zipfile.ZipFile, name: str, wanted: str) -> None:
    hashed = sha256()
    with file.open(name) as part:
        while chunk := part.read(_CHUNK):
            hashed.update(chunk)
    if hashed.hexdigest() != wanted:
        raise _damaged(path, f"{name} is not as it was written")


def _damaged(path: Path, told: str) -> UserError:
    return UserError(
        f"{path} is damaged: {told}.",
        "a file as `arrears backup` wrote it",
        "copy it again from where it is kept, or take an older backup",
    )


def newer(path: Path, program: str) -> UserError:
    """What a backup is refused with that this program is too old for."""
    return UserError(
        f"{path} was written by a newer version of Arrears ({program}).",
        "a backup of this version or an older one",
        "install that version, then restore",
    )
