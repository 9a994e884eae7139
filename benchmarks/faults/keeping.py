"""Keeps a copy of every generation that is published, before it is removed again."""

import shutil
import threading
import time
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from benchmarks.faults.moments import epoch
from queries.store import generations


@dataclass(frozen=True)
class Kept:
    """A copy of a generation alone in its folder: when it was seen (seconds since the epoch), its
    newest change stamp (source time), its day, and whether everything was compared for it."""

    number: int
    folder: Path
    seen: float
    newest: datetime
    today: date
    refreshed_at: datetime
    compared: bool


class Keeper:
    """Looks at `published` several times a second until it is left."""

    def __init__(self, published: Path, folder: Path) -> None:
        self._published, self._folder = published, folder
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._keep, name="keeper")
        self.kept: dict[int, Kept] = {}

    def __enter__(self) -> "Keeper":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._look()

    @property
    def last(self) -> Kept | None:
        """The newest one."""
        return self.kept[max(self.kept)] if self.kept else None

    def wait_for(self, newest: datetime, seconds: float) -> bool:
        """Waits for a generation that saw changes after `newest` (source time)."""
        ends = time.monotonic() + seconds
        while time.monotonic() < ends:
            if self.last is not None and self.last.newest > newest:
                return True
            time.sleep(0.1)
        return False

    def _keep(self) -> None:
        while not self._stop.wait(0.2):
            self._look()

    def _look(self) -> None:
        for number, path in generations.published(self._published):
            if number not in self.kept:
                self._copy(number, path, epoch())

    def _copy(self, number: int, path: Path, seen: float) -> None:
        folder = self._folder / f"{number:08d}"
        folder.mkdir(parents=True)
        copy = folder / path.name
        shutil.copyfile(path, copy)
        with duckdb.connect(str(copy), read_only=True) as con:
            row = con.execute(
                "SELECT (SELECT max(watermark) FROM m_tables), today, refreshed_at,"
                " (SELECT held IS NOT NULL FROM m_tables WHERE name = 'payments') FROM m_state"
            ).fetchone()
        assert row is not None
        self.kept[number] = Kept(number, folder, seen, *row)
