"""Looking at something that may hang, without ever hanging with it."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Seen = TypeVar("Seen")

# Who asks waits no longer than this; what monitors the service gives up after ten seconds.
_PATIENCE_SECONDS = 2.0


@dataclass(frozen=True)
class Silence:
    """Nothing was seen: the look that began so many seconds ago has not come back."""

    seconds: float


class Probe(Generic[Seen]):
    """What `look` saw last, looked at again in a thread of its own when somebody asks and it is
    older than `every` seconds.

    One look at a time: one that hangs is never joined by a second. What was seen up to twice
    `every` seconds ago is still given while a new look is on its way.
    """

    def __init__(
        self,
        name: str,
        look: Callable[[], Seen],
        every: float,
        patience: float = _PATIENCE_SECONDS,
        ticks: Callable[[], float] = time.monotonic,
    ) -> None:
        self._name, self._look = name, look
        self._every, self._patience, self._ticks = every, patience, ticks
        self._changed = threading.Condition()
        self._seen: tuple[float, Seen] | None = None
        self._began: float | None = None

    def begin(self) -> None:
        """Sets off a look where one is due, so that several can be on their way at once."""
        with self._changed:
            if self._began is None and not self._newer_than(self._every):
                self._began = self._ticks()
                # A daemon: a look that hangs must not keep the process from ending.
                threading.Thread(target=self._run, name=f"probe {self._name}", daemon=True).start()

    def seen(self) -> Seen | Silence:
        """What there is to see; waits for a look only where nothing recent is known."""
        self.begin()
        with self._changed:
            # Counted from its beginning: several probes on their way are waited for at once.
            waited = self._ticks() - self._began if self._began is not None else 0.0
            self._changed.wait_for(
                lambda: self._began is None or self._newer_than(2 * self._every),
                max(0.0, self._patience - waited),
            )
            if self._seen is not None and self._newer_than(2 * self._every):
                return self._seen[1]
            return Silence(self._ticks() - self._began if self._began is not None else 0.0)

    def _newer_than(self, seconds: float) -> bool:
        return self._seen is not None and self._ticks() - self._seen[0] < seconds

    def _run(self) -> None:
        try:
            seen = self._look()
            with self._changed:
                self._seen = (self._ticks(), seen)
        finally:
            # Also where the look failed by a bug, which the thread tells: the next one looks again.
            with self._changed:
                self._began = None
                self._changed.notify_all()
