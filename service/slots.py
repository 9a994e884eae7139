"""When jobs are due: pure rules of time, without clock, scheduler or database.

APScheduler's own cron trigger counts weekdays of crontab strings from Monday, fires twice in the
repeated hour of a clock change, and cannot tell the run that was due last. Here a wall-clock rule
goes from one local date to the next, so that every date has one slot whatever the clocks do.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from queries.desk import Slot

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

_DAY = timedelta(days=1)


class Rule(Protocol):
    """When a job is due."""

    def latest(self, moment: datetime) -> Slot:
        """The newest slot due at or before `moment`."""
        ...

    def after(self, moment: datetime) -> Slot:
        """The first slot due after `moment`."""
        ...

    def between(self, start: datetime, end: datetime) -> list[Slot]:
        """The slots due after `start` and before `end` that deserve a word if they did not run."""
        ...


@dataclass(frozen=True)
class Every:
    """Every so many minutes, counted from the epoch, so that all processes mean the same slots."""

    minutes: int

    def latest(self, moment: datetime) -> Slot:
        step = self.minutes * 60
        return self._slot(int(moment.timestamp()) // step * step)

    def after(self, moment: datetime) -> Slot:
        return self._slot(int(self.latest(moment).due.timestamp()) + self.minutes * 60)

    def between(self, start: datetime, end: datetime) -> list[Slot]:
        """None: the next run does the work of all the runs before it."""
        return []

    def _slot(self, seconds: int) -> Slot:
        due = datetime.fromtimestamp(seconds, UTC)
        return Slot(due.strftime("%Y-%m-%dT%H:%MZ"), due)


@dataclass(frozen=True)
class AtTime:
    """At a time of day in a time zone: on one named weekday, or on every day without one.

    A time that the clocks skip is due as much later as they skip; a repeated one the first time.
    """

    at: time
    zone: ZoneInfo
    weekday: str | None = None

    def latest(self, moment: datetime) -> Slot:
        # A skipped midnight can push the slot of one date into the next: start a day ahead.
        day = moment.astimezone(self.zone).date() + _DAY
        while not self._is_on(day) or self._due(day) > moment:
            day -= _DAY
        return self._slot(day)

    def after(self, moment: datetime) -> Slot:
        day = moment.astimezone(self.zone).date() - _DAY
        while not self._is_on(day) or self._due(day) <= moment:
            day += _DAY
        return self._slot(day)

    def between(self, start: datetime, end: datetime) -> list[Slot]:
        slots = []
        slot = self.after(start)
        while slot.due < end:
            slots.append(slot)
            slot = self.after(slot.due)
        return slots

    def _is_on(self, day: date) -> bool:
        return self.weekday is None or WEEKDAYS[day.weekday()] == self.weekday

    def _due(self, day: date) -> datetime:
        return datetime.combine(day, self.at, self.zone).astimezone(UTC)

    def _slot(self, day: date) -> Slot:
        key = day.isoformat() if self.weekday is None else day.strftime("%G-W%V")
        return Slot(key, self._due(day))
