"""When a letter may leave: not in quiet hours, and where a rule says so on working days only.

Quiet hours are hours on the wall. Clocks skip and repeat some, so every instant is judged by what
the wall shows then: an hour that comes twice is quiet both times.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from queries.errors import UserError
from queries.targets import WorkingDays

_DAY = timedelta(days=1)
_SECOND = timedelta(seconds=1)
# The longest holidays take two weeks.
_FARTHEST = 370
_CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


@dataclass(frozen=True)
class Quiet:
    """The hours from `start` up to, not including, `end`; past midnight where `end` is earlier."""

    start: time
    end: time

    def holds(self, wall: time) -> bool:
        """Whether the time on the wall is quiet."""
        if self.start < self.end:
            return self.start <= wall < self.end
        return wall >= self.start or wall < self.end

    @staticmethod
    def of(start: str | None, end: str | None) -> "Quiet | None":
        """From "22:00" and "07:00"; None from neither. Raises UserError for anything else."""
        if not start and not end:
            return None
        for text in (start, end):
            if not text or not _CLOCK.fullmatch(text):
                raise UserError(f"The quiet hours are from {start!r} to {end!r}.", _EXPECTED, _CURE)
        if start == end:
            raise UserError(f"The quiet hours begin and end at {start}.", _EXPECTED, _CURE)
        return Quiet(time.fromisoformat(str(start)), time.fromisoformat(str(end)))


_EXPECTED = 'two different times of day, such as "22:00" and "07:00"'
_CURE = "correct them, or leave both empty for none"


@dataclass(frozen=True)
class Leaving:
    """When letters of a rule may leave; `calendar` where they leave on working days only."""

    zone: ZoneInfo
    quiet: Quiet | None = None
    calendar: WorkingDays | None = None

    def allowed(self, moment: datetime) -> bool:
        """Whether a letter may leave at this aware moment."""
        wall = moment.astimezone(self.zone)
        if self.calendar is not None and not self.calendar.is_working(wall.date()):
            return False
        return self.quiet is None or not self.quiet.holds(wall.time())

    def next(self, moment: datetime) -> datetime:
        """The first moment from `moment` on at which a letter may leave, in UTC.

        Raises UserError where there is none for a year, as with a calendar of closures only.
        """
        if self.allowed(moment):
            return moment.astimezone(UTC)
        day = moment.astimezone(self.zone).date()
        for _ in range(_FARTHEST):
            # Where clocks go back over midnight two days take turns.
            turns = sorted({*self._turns(day), *self._turns(day + _DAY)})
            for turn in turns:
                if turn >= moment and self.allowed(turn):
                    return turn
            day += _DAY
        raise UserError(
            f"No letter may leave within a year from {moment:%Y-%m-%d}.",
            "a working day with an hour that is not quiet",
            "correct targets.closures or the quiet hours",
        )

    def _turns(self, day: date) -> Iterator[datetime]:
        """The instants of a local day at which a letter may begin to be allowed: midnight, the end
        of the quiet hours, each time that they come, and where the clocks are changed."""
        midnight = datetime.combine(day, time.min, UTC)
        found = [
            datetime.combine(day, wall, self.zone).replace(fold=fold).astimezone(UTC)
            for wall in (time.min, self.quiet.end if self.quiet else time.min)
            for fold in (0, 1)
        ]
        changes = (self._changed(midnight + n * _DAY, midnight + (n + 1) * _DAY) for n in (-1, 0))
        found += [change for change in changes if change is not None]
        yield from (turn for turn in found if turn.astimezone(self.zone).date() == day)

    def _changed(self, low: datetime, high: datetime) -> datetime | None:
        """The instant at which the offset of the zone changes between two, if it does."""
        before = low.astimezone(self.zone).utcoffset()
        if high.astimezone(self.zone).utcoffset() == before:
            return None
        while high - low > _SECOND:
            middle = low + (high - low) // 2
            if middle.astimezone(self.zone).utcoffset() == before:
                low = middle
            else:
                high = middle
        return high.replace(microsecond=0)
