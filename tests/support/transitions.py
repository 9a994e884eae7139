"""Every change of the clocks that the tz database knows, found by looking: of each zone the offset
every few days, and where it differs from the one before the second at which it does."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import TZPATH, ZoneInfo, available_timezones

FIRST, LAST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2041, 1, 1, tzinfo=UTC)
# No zone has moved its clocks forth and back within this time.
_STEP = 7 * 86400
# What can be due near a change reaches this far: a month and a few days.
_REACH = 40 * 86400


@dataclass(frozen=True)
class Change:
    """From `at` on (seconds since the epoch) clocks are `after` seconds ahead of UTC, not `before`
    seconds."""

    at: int
    before: int
    after: int


@dataclass(frozen=True)
class Neighbourhood:
    """A change with the others near it, in order; zones whose clocks do the same share it."""

    zone: ZoneInfo
    change: Change
    changes: tuple[Change, ...]


def offset(zone: ZoneInfo, second: int) -> int:
    """Seconds by which the clocks are ahead of UTC at a second since the epoch."""
    ahead = datetime.fromtimestamp(second, zone).utcoffset()
    assert ahead is not None
    return round(ahead / timedelta(seconds=1))


def _distinct() -> list[str]:
    """The zones, one of all that have the same file."""
    found: dict[object, str] = {}
    for name in sorted(available_timezones()):
        places = (Path(folder) / name for folder in TZPATH)
        file = next((place for place in places if place.is_file()), None)
        found.setdefault(file.read_bytes() if file else name, name)
    return list(found.values())


@cache
def changes(name: str) -> tuple[Change, ...]:
    """All changes of a zone, in order."""
    zone = ZoneInfo(name)
    first, last = round(FIRST.timestamp()), round(LAST.timestamp())
    found = []
    before = offset(zone, first)
    for second in range(first + _STEP, last, _STEP):
        after = offset(zone, second)
        if after != before:
            found.append(Change(_second(zone, second - _STEP, second, before), before, after))
        before = after
    return tuple(found)


def _second(zone: ZoneInfo, low: int, high: int, before: int) -> int:
    """The first second after `low` at which the offset is not the one `before` any more."""
    while high - low > 1:
        middle = (low + high) // 2
        if offset(zone, middle) == before:
            low = middle
        else:
            high = middle
    return high


@cache
def neighbourhoods() -> tuple[Neighbourhood, ...]:
    """Each change of each zone with those near it, one of all that are alike."""
    found: dict[tuple[Change, tuple[Change, ...]], Neighbourhood] = {}
    for name in _distinct():
        every = changes(name)
        for change in every:
            near = tuple(one for one in every if abs(one.at - change.at) <= _REACH)
            found.setdefault((change, near), Neighbourhood(ZoneInfo(name), change, near))
    return tuple(found.values())
