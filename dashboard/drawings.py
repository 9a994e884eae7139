"""Pages as they were sent, kept so that many viewers of the same view cost one drawing.

Whatever a drawing depends on is in its key, the generation of the figures among it, so nothing is
ever invalidated: what nobody asks for any more makes room.
"""

import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future

# Half a megabyte each at most.
MOST = 64


class Drawings:
    """Texts by key. Safe to use from several threads: who asks for a drawing that another thread
    is making waits for it."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, Future[str]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable, make: Callable[[], str]) -> str:
        """The drawing of `key`, made now if there is none. What `make` raises reaches everybody who
        waits, and the next one tries again."""
        with self._lock:
            drawing = self._kept.get(key)
            mine = drawing is None
            if drawing is None:
                drawing = self._kept[key] = Future()
            self._kept.move_to_end(key)
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)
        if mine:
            self._make(key, drawing, make)
        return drawing.result()

    def _make(self, key: Hashable, drawing: Future[str], make: Callable[[], str]) -> None:
        try:
            drawing.set_result(make())
        except BaseException as error:
            with self._lock:
                if self._kept.get(key) is drawing:
                    del self._kept[key]
            drawing.set_exception(error)
            raise
