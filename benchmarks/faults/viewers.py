"""The viewers: threads of a process of its own, `python -m benchmarks.faults.viewers ADDRESS FILE
VIEWERS VIEWS PAUSE`. Each looks at one view after the other and writes down every answer, until the
process is told to stop.

A line of FILE is a JSON object: viewer, view (its number), begun and ended (seconds since the
epoch), status (of HTTP, or the name of the error), generation, stale, digest.
"""

import http.client
import json
import random
import signal
import sys
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from benchmarks.faults.moments import epoch
from benchmarks.faults.views import HEALTH, View, ask, views
from benchmarks.signing import sign_in

TIMEOUT = 30
# Of so many looks one is at the page that tells of the jobs.
HEALTH_EVERY = 15


@dataclass(frozen=True)
class Answer:
    """One answer that a viewer got; `view` is None for the page of jobs."""

    viewer: int
    view: int | None
    begun: float
    ended: float
    status: int | str
    generation: int | None = None
    stale: bool | None = None
    digest: str = ""

    @property
    def good(self) -> bool:
        """Whether it showed figures."""
        return self.status == 200 and self.generation is not None


def read(path: Path) -> list[Answer]:
    """All answers, in the order in which they ended."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return sorted((Answer(**json.loads(line)) for line in lines), key=lambda a: a.ended)


class Viewer:
    """One viewer with a connection of their own, as a browser keeps it."""

    def __init__(
        self, number: int, address: str, seen: list[View], signed_in: Mapping[str, str]
    ) -> None:
        self._number, self._views, self._signed_in = number, seen, signed_in
        self._host = address.removeprefix("http://")
        self._connection: http.client.HTTPConnection | None = None
        self._chance = random.Random(number)

    def look(self) -> Answer:
        """Looks at something and tells what came."""
        if self._chance.randrange(HEALTH_EVERY):
            number: int | None = self._chance.randrange(len(self._views))
            view = self._views[number]  # type: ignore[index]
        else:
            number, view = None, HEALTH
        begun = epoch()
        try:
            status, seen = ask(view, self._send, self._signed_in)
        except (OSError, http.client.HTTPException) as error:
            self._forget()
            return Answer(self._number, number, begun, epoch(), type(error).__name__)
        ended = epoch()
        if seen is None:
            return Answer(self._number, number, begun, ended, status)
        return Answer(
            self._number, number, begun, ended, status, seen.generation, seen.stale, seen.digest
        )

    def _send(
        self, method: str, address: str, content: bytes | None, headers: dict[str, str]
    ) -> tuple[int, dict[str, str], bytes]:
        fresh = self._connection is None
        try:
            answer = self._begin(method, address, content, headers)
        except (ConnectionError, http.client.RemoteDisconnected):
            # As browsers do where a connection that rested turns out to be closed.
            self._forget()
            if fresh:
                raise
            answer = self._begin(method, address, content, headers)
        body = answer.read()
        named = {name.lower(): value for name, value in answer.getheaders()}
        if named.get("connection") == "close":
            self._forget()
        return answer.status, named, body

    def _begin(
        self, method: str, address: str, content: bytes | None, headers: dict[str, str]
    ) -> http.client.HTTPResponse:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(self._host, timeout=TIMEOUT)
        self._connection.request(method, address, content, headers)
        return self._connection.getresponse()

    def _forget(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def main() -> None:
    address, path, count, most, pause = sys.argv[1:]
    signed_in = sign_in(address)
    stop, written = threading.Event(), threading.Lock()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    with Path(path).open("w", encoding="utf-8", buffering=1) as file:
        people = [
            threading.Thread(
                target=_watch,
                args=(Viewer(number, address, views(int(most)), signed_in), float(pause), stop),
                kwargs={"file": file, "written": written},
            )
            for number in range(int(count))
        ]
        for one in people:
            one.start()
        for one in people:
            one.join()


def _watch(
    viewer: Viewer, pause: float, stop: threading.Event, *, file: TextIO, written: threading.Lock
) -> None:
    chance = random.Random(repr(viewer))
    for _ in _until(stop, pause, chance):
        seen = viewer.look()
        with written:
            file.write(json.dumps(vars(seen)) + "\n")


def _until(stop: threading.Event, pause: float, chance: random.Random) -> Iterator[None]:
    """Again and again, with pauses of different lengths in between."""
    while not stop.wait(pause * chance.uniform(0.2, 1.8)):
        yield


if __name__ == "__main__":
    main()
