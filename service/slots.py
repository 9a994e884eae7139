"""When jobs are due: pure rules of time, without clock, scheduler or database.

APScheduler's own cron trigger counts weekdays of crontab strings from Monday, fires twice in the
repeated hour of a clock change, and cannot tell the run that was due last. Here a wall-clock rule
goes from one local date to the next, so that every date has one slot whatever the clocks do. Which
dates those are is a small strategy of its own (`Dates`).
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from queries.desk import Slot
from queries.period import whole
from queries.targets import WorkingDays

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


class Dates(Protocol):
    """Which dates have a slot, and by which key each is known."""

    def on(self, day: date) -> bool:
        """Whether `day` has a slot."""
        ...

    def key(self, day: date) -> str:
        """The key of the slot of `day`; no other slot has it."""
        ...


class EveryDay:
    """All dates; the key is the date."""

    def on(self, day: date) -> bool:
        return True

    def key(self, day: date) -> str:
        return day.isoformat()


@dataclass(frozen=True)
class Worked:
    """The working days; the key is the date."""

    calendar: WorkingDays

    def on(self, day: date) -> bool:
        return self.calendar.is_working(day)

    def key(self, day: date) -> str:
        return day.isoformat()


@dataclass(frozen=True)
class OnWeekday:
    """One day of each week; the key is the week, which stays the same where the day changes."""

    weekday: str

    def on(self, day: date) -> bool:
        return WEEKDAYS[day.weekday()] == self.weekday

    def key(self, day: date) -> str:
        return day.strftime("%G-W%V")


@dataclass(frozen=True)
class OnDayOfMonth:
    """The `number`th day of each month, its last one where it is shorter; the key is the month."""

    number: int

    def on(self, day: date) -> bool:
        return day.day == self.number or (day.day < self.number and (day + _DAY).month != day.month)

    def key(self, day: date) -> str:
        return f"{day:%Y-%m}"


@dataclass(frozen=True)
class OnWorkingDay:
    """The `number`th working day of each month, its last one where there are fewer, its last day
    where there is none; the key is the month."""

    number: int
    calendar: WorkingDays

    def on(self, day: date) -> bool:
        return day == _worked(self.calendar, self.number, day.replace(day=1))

    def key(self, day: date) -> str:
        return f"{day:%Y-%m}"


# Who looks for the day asks for it at every day of its month.
@lru_cache(maxsize=256)
def _worked(calendar: WorkingDays, number: int, first: date) -> date:
    month = whole(first, "month")
    return (calendar.days(month)[:number] or (month.last,))[-1]


EVERY_DAY = EveryDay()


@dataclass(frozen=True)
class AtTime:
    """At a time of day in a time zone, on some dates.

    A time that the clocks skip is due as much later as they skip; a repeated one the first time.
    Where a zone skips a whole date, that one is due together with the next: of slots that are due
    at the same moment there is only the newest.
    """

    at: time
    zone: ZoneInfo
    dates: Dates = EVERY_DAY

    def latest(self, moment: datetime) -> Slot:
        return self._slot(self.local_date(moment))

    def after(self, moment: datetime) -> Slot:
        day = moment.astimezone(self.zone).date() - _DAY
        while not self.dates.on(day) or self._due(day) <= moment:
            day += _DAY
        return self.latest(self._due(day))

    def between(self, start: datetime, end: datetime) -> list[Slot]:
        slots = []
        slot = self.after(start)
        while slot.due < end:
            slots.append(slot)
            slot = self.after(slot.due)
        return slots

    def local_date(self, moment: datetime) -> date:
        """The local date of the newest slot due at or before `moment`; where the clocks skip, the
        slot is due after it."""
        # A skipped midnight can push the slot of one date into the next: start a day ahead.
        day = moment.astimezone(self.zone).date() + _DAY
        while not self.dates.on(day) or self._due(day) > moment:
            day -= _DAY
        return day

    def _due(self, day: date) -> datetime:
        return datetime.combine(day, self.at, self.zone).astimezone(UTC)

    def _slot(self, day: date) -> Slot:
        return Slot(self.dates.key(day), self._due(day))
