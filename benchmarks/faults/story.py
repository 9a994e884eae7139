"""What happens in a trial, fault by fault. Each is over once the service has recovered by itself:
then the next one comes."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import psycopg

from benchmarks.faults.keeping import Keeper
from benchmarks.faults.moments import epoch
from benchmarks.faults.place import Place, until
from benchmarks.faults.shop import Shop
from benchmarks.signing import add_viewer

# What was sent of a mailing when its process is killed.
LETTERS_BEFORE_KILL = 3
# Room that is left of a disk, so that a refresh begins and fails on its way.
SCANT = 12_000_000


@dataclass
class Fault:
    """One thing that went wrong: when it began and was over (seconds since the epoch), the newest
    change that was there by then (source time), and what is promised: seconds until newer figures
    are shown, and for how long viewers may see errors from the first one on."""

    name: str
    begun: float
    within: float
    errors_within: float = 0.0
    over: float = 0.0
    newest: datetime = datetime.min  # noqa: DTZ901 source time has no zone
    away: bool = False


@dataclass
class Told:
    """What the trial leaves behind: the faults, when it began and ended, and what went wrong
    outside of the figures."""

    begun: float = 0.0
    ended: float = 0.0
    faults: list[Fault] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


class Trial:
    """Viewers look, the shop works and refreshes run while one fault follows the other."""

    def __init__(self, place: Place, keeper: Keeper, shop: Shop, *, alone: bool) -> None:
        """`alone`: recovery is left to the scheduler; else refreshes by hand go on too."""
        self.place, self.keeper, self.shop = place, keeper, shop
        self.told = Told()
        self._by_hand = ByHand(place, self.told)
        self._alone = alone

    @contextmanager
    def fault(self, name: str, within: float, errors_within: float = 0.0) -> Iterator[Fault]:
        """A fault lasts while this is entered; leaving waits until newer figures are there."""
        fault = Fault(name, epoch(), within, errors_within)
        self.told.faults.append(fault)
        print(f"{epoch() - self.told.begun:6.1f} s  {name}", flush=True)
        if self._alone:
            self._by_hand.pause()
        yield fault
        fault.over, fault.newest = epoch(), self.place.stamp_now()
        if not self.keeper.wait_for(fault.newest, within + 30):
            self.told.wrong.append(f"{name}: no newer figures within {within + 30:.0f} s")
        print(f"{epoch() - self.told.begun:6.1f} s  … recovered", flush=True)
        self._by_hand.go_on()

    @contextmanager
    def running(self, answers: Path, seconds: float) -> Iterator[None]:
        """The service, the viewers and refreshes by hand run meanwhile, `seconds` at least."""
        place = self.place
        first = place.service.run("refresh")
        assert first.returncode == 0, first.stderr
        self.told.begun = epoch()
        add_viewer(place.service.environ["ARREARS_DESK__URL"])
        place.service.start()
        with self.shop, viewing(place, answers), self._by_hand:
            yield
            time.sleep(max(0.0, self.told.begun + seconds - epoch()))
            self._by_hand.pause()
            self.settle()
        self.told.ended = epoch()
        code = place.service.stop()
        if code:
            self.told.wrong.append(f"the service ended with {code} when it was told to stop")

    def settle(self) -> None:
        """The shop closes; a comparison finds what was deleted, and everybody sees it."""
        self.shop.close()
        for command in (("jobs", "run", "reconcile"), ("report", "send", "weekly")):
            done = self.place.service.run(*command)
            if done.returncode:
                self.told.wrong.append(f"{' '.join(command)}: {done.stderr[-500:]}")
        time.sleep(6)

    # ---- the faults

    def killed_while_sending(self, within: float) -> None:
        """All processes of the service while it sends the weekly report."""
        letters = self.place.sink.letters
        until(lambda: letters.total() >= LETTERS_BEFORE_KILL, 90, "the weekly report leaves")
        with self.fault("service killed while it sends the weekly report", within) as fault:
            self._kill_and_start(fault)

    def case_database_away(self, seconds: float, within: float) -> None:
        """Stopped while a refresh reads it, and started again."""
        self._begin_refresh()
        with self.fault("case database stopped", within) as fault:
            fault.away = True
            self.place.cases.stop()
            time.sleep(seconds)
            self.place.cases.start()

    def disk_full(self, seconds: float, within: float) -> None:
        """First almost full, so that a refresh fails on its way, then full; a web process that is
        killed meanwhile must be replaced all the same."""
        place = self.place
        with self.fault("disk full, and a web process killed meanwhile", within, 10):
            self._by_hand.pause()
            self._must_fail("on a disk that is almost full", but=SCANT)
            self._must_fail("on a full disk")
            leader = self.place.leader()
            _, *workers = place.service.processes()
            os.kill(next(one for one in workers if one != leader), signal.SIGKILL)
            time.sleep(seconds)
            place.disk.free()
            if not self._alone:
                self._by_hand.go_on()

    def process_killed(self, within: float) -> None:
        """The web process that runs the jobs."""
        until(self.place.leader, 60, "a process runs the jobs")
        leader = self.place.leader()
        assert leader is not None
        with self.fault("web process killed, the one with the schedule", within, 10):
            os.kill(leader, signal.SIGKILL)

    def service_killed(self, within: float) -> None:
        """All processes of the service under load."""
        with self.fault("service killed and started again", within) as fault:
            self._kill_and_start(fault)

    def _kill_and_start(self, fault: Fault) -> None:
        """Viewers may see errors until it is healthy again, and a moment longer."""
        self.place.service.kill_all()
        time.sleep(3)
        self.place.service.start()
        fault.errors_within = epoch() - fault.begun + 2

    def _begin_refresh(self) -> None:
        """A refresh by hand that will be reading in a moment."""
        thread = threading.Thread(target=self.place.service.run, args=("refresh",), daemon=True)
        thread.start()
        time.sleep(1.5)

    def _must_fail(self, where: str, but: int = 0) -> None:
        """A refresh with no more than `but` bytes of room. Another one that had begun before may
        have given some back when it ended; then once more."""
        for _ in range(3):
            self.place.disk.fill(but)
            done = self.place.service.run("refresh")
            if done.returncode:
                break
        if "no room for new figures" not in done.stderr:
            self.told.wrong.append(f"a refresh {where} does not say so: {done.stderr[-300:]}")


class ByHand:
    """Refreshes given as a command, one after the other, every fourth time a reconciliation: two
    writers share the figures with the scheduler."""

    def __init__(self, place: Place, told: Told) -> None:
        self._place, self._told = place, told
        self._stop, self._free = threading.Event(), threading.Lock()
        self._thread = threading.Thread(target=self._work, name="by hand")
        self._paused = False

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def pause(self) -> None:
        """Returns once none runs."""
        if not self._paused:
            self._free.acquire()
            self._paused = True

    def go_on(self) -> None:
        if self._paused:
            self._paused = False
            self._free.release()

    def _work(self) -> None:
        turns = 0
        while not self._stop.wait(self._place.size.refresh_every):
            turns += 1
            command = ("jobs", "run", "reconcile") if turns % 4 == 0 else ("refresh",)
            if not self._free.acquire(timeout=1):
                continue
            disturbed = self._disturbed()
            try:
                done = self._place.service.run(*command)
            finally:
                self._free.release()
            if done.returncode and not (disturbed or self._disturbed()):
                self._told.wrong.append(f"{' '.join(command)} failed: {done.stderr[-500:]}")

    def _disturbed(self) -> bool:
        """Whether a fault lasts, so that a refresh may well fail."""
        return bool(self._told.faults) and not self._told.faults[-1].over


@contextmanager
def viewing(place: Place, answers: Path) -> Iterator[None]:
    """The viewers look meanwhile, in a process of their own."""
    size = place.size
    command = [
        sys.executable, "-m", "benchmarks.faults.viewers", place.service.address, str(answers),
        str(size.viewers), str(size.views), str(size.pause),
    ]  # fmt: skip
    with subprocess.Popen(command) as process:
        try:
            until(answers.exists, 20, "viewers come")
            yield
        finally:
            process.terminate()
            code = process.wait(60)
    assert code == 0, f"the viewers ended with {code}"


def connecting(place: Place) -> Callable[[], psycopg.Connection]:
    """How the shop reaches the case database."""
    database = place.source.rpartition("/")[2]
    return lambda: place.cases.server.connect(database)
