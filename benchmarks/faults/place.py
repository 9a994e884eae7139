"""Everything that a trial runs on: two PostgreSQL servers, the disk, the service, its mail server
and its settings. All of it is thrown away afterwards."""

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.faults.disk import Disk, a_disk
from benchmarks.faults.mail import Sink
from benchmarks.faults.service import Service, environ_of
from queries import Definitions
from queries.desk import Delivery, JobRun, open_desk
from service import clock
from service.configuration import read_settings
from service.simulation import Plan, simulate, write
from tests.support.postgres import Cluster, free_port, programs

# The shortest that can be set. The case database's clock is behind by almost as much, so that its
# figures are stale soon after it went away.
ALLOWED_HOURS = 1
RECIPIENTS = 8


@dataclass(frozen=True)
class Size:
    """How much there is, and how long things take (seconds). `stale_after` is how long after the
    last change figures become stale."""

    cases: int
    days: int
    viewers: int
    views: int
    pause: float
    stale_after: float
    disk: int = 500_000_000
    write_every: float = 2.0
    refresh_every: float = 8.0


@dataclass(frozen=True)
class Place:
    """What a trial runs on; `folder` is none of the service's."""

    size: Size
    folder: Path
    cases: Cluster
    source: str
    desk: str
    disk: Disk
    service: Service
    sink: Sink
    definitions: Definitions

    @property
    def lag(self) -> timedelta:
        """By how much the stamps of the case database are behind."""
        return timedelta(hours=ALLOWED_HOURS) - timedelta(seconds=self.size.stale_after)

    def now(self) -> datetime:
        """In the zone of the business and of the case database."""
        return clock.now(self.definitions.business_zone)

    def stamp_now(self) -> datetime:
        """What a change of this moment has for a stamp (source time)."""
        return self.now().replace(tzinfo=None) - self.lag

    def leader(self) -> int | None:
        """The process that runs the jobs, by the lease in the desk."""
        with closing(open_desk(self.desk)) as desk:
            lease = desk.counts("schedule").lease
        held = lease is not None and lease.until > clock.now("UTC")
        return int(lease.holder.split()[1]) if held and lease else None

    def runs(self) -> list[JobRun]:
        with closing(open_desk(self.desk)) as desk:
            return list(desk.last_runs(1_000))

    def deliveries(self) -> list[Delivery]:
        with closing(open_desk(self.desk)) as desk:
            return desk.deliveries()


def noon_zone(now: datetime) -> str:
    """A zone in which it is about noon, so that no day ends during a trial."""
    behind = now.astimezone(UTC).hour - 12
    return f"Etc/GMT{behind:+d}" if behind else "Etc/GMT"


@contextmanager
def a_place(size: Size, *, weekly_in: timedelta) -> Iterator[Place]:
    """A place with a simulated case database and nothing of the service yet; its weekly report is
    due again so long after now."""
    bin_folder = programs()
    if bin_folder is None:
        raise SystemExit("PostgreSQL is not installed: initdb was not found")
    with ExitStack() as held:
        folder = Path(tempfile.mkdtemp(prefix="arrears-faults-", dir="/tmp"))
        held.callback(shutil.rmtree, folder, ignore_errors=True)
        # PostgreSQL runs as somebody else where this is root.
        folder.chmod(0o711)
        cases = held.enter_context(_cluster(folder / "cases", bin_folder))
        source = cases.server.new_database()
        desk = held.enter_context(_cluster(folder / "desk", bin_folder)).server.new_database()
        zone = noon_zone(clock.now("UTC"))
        now = clock.now(zone)
        _simulate(size, now, source)
        sink = Sink()
        held.enter_context(sink.listening())
        service = Service(free_port(), folder / "service.log")
        held.callback(service.close)
        disk = held.enter_context(a_disk(folder / "disk", size.disk, service.processes))
        chosen = _settings(source, desk, zone, now + weekly_in)
        chosen |= _places(disk.inside, sink.port, service.port)
        named = {f"ARREARS_{name}": value for name, value in chosen.items()}
        definitions = read_settings(None, named).definitions()
        (disk.outside / "tmp").mkdir()
        service.settle(environ_of(named, disk.inside / "tmp"), disk)
        yield Place(size, folder, cases, source, desk, disk, service, sink, definitions)


@contextmanager
def _cluster(folder: Path, bin_folder: Path) -> Iterator[Cluster]:
    folder.mkdir()
    cluster = Cluster(folder, bin_folder)
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def _simulate(size: Size, now: datetime, source: str) -> None:
    """A history that ended yesterday."""
    yesterday = now.date() - timedelta(days=1)
    plan = Plan(size.cases, size.days, seed=7, last_day=yesterday, teams=4, agents=10)
    write(simulate(plan), source)


def _settings(source: str, desk: str, zone: str, weekly: datetime) -> dict[str, str]:
    people = [
        {"address": f"reader{n}@example.org", "locale": ("en", "zh_Hans_CN")[n % 2]}
        for n in range(RECIPIENTS)
    ]
    return {
        "SOURCE__URL": source,
        "DESK__URL": desk,
        "FIGURES__BUSINESS_ZONE": zone,
        "FIGURES__SOURCE_ZONE": zone,
        "FIGURES__STALE_AFTER_HOURS": str(ALLOWED_HOURS),
        "SCHEDULE__REFRESH_MINUTES": "1",
        # Comes by hand, so that it can be told when rows that were deleted must be gone.
        "SCHEDULE__RECONCILE_AT": f"{weekly - timedelta(hours=2):%H:%M}",
        "REPORTS__WEEKLY__DAY": f"{weekly:%A}".lower(),
        "REPORTS__WEEKLY__AT": f"{weekly:%H:%M}",
        "REPORTS__WEEKLY__RECIPIENTS": json.dumps(people),
        "REPORTS__WEEKLY__LOCALES": json.dumps(["en", "zh_Hans_CN"]),
    }


def _places(disk: Path, mail: int, port: int) -> dict[str, str]:
    return {
        "STORE__FOLDER": str(disk / "figures"),
        "REPORTS__WEEKLY__FOLDER": str(disk / "outbox"),
        "SMTP__HOST": "127.0.0.1",
        "SMTP__PORT": str(mail),
        "SMTP__SECURITY": "none",
        "SERVER__PORT": str(port),
    }


def until(true: Callable[[], object], seconds: float, what: str) -> float:
    """Waits until `true()` is; answers with the seconds that it took."""
    began = time.monotonic()
    while not true():
        if time.monotonic() - began > seconds:
            raise AssertionError(f"{what}: not within {seconds:.0f} s")
        time.sleep(0.1)
    return time.monotonic() - began
