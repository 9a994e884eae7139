"""When the reports leave: what the settings of each say of its slots, their periods, how long it
waits for figures, and by when all of it must have left."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from queries import Freshness, Period
from queries.definition import Words
from queries.desk import Slot
from service.settings import Settings
from service.slots import AtTime

_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Plan:
    """One report as it is scheduled. `newest` gives the newest period that is over at the end of a
    day; `ends` is the last whole day of a historic extract, after which there are no periods."""

    name: str
    title: Words
    rule: AtTime
    newest: Callable[[date], Period]
    wait: timedelta
    then: Literal["send", "hold"]
    deadline: timedelta
    ends: date | None = None

    def period(self, slot: Slot) -> Period:
        """What the report of a slot is about, however far the figures reach: a report that leaves
        late must not be that of the period before."""
        last = self.rule.local_date(slot.due) - _DAY
        return self.newest(last if self.ends is None else min(last, self.ends))

    def lacks(self, slot: Slot, fresh: Freshness) -> str:
        """Why the figures are not all there for a slot, in one line; "" where they are."""
        last = self.period(slot).last
        if fresh.as_of < last:
            return f"The figures reach to {fresh.as_of}, the period ends on {last}."
        # An extract of the past was whole when it was made.
        if fresh.stale and self.ends is None:
            return "The figures are stale: the case database has not changed for too long."
        return ""


def plan_of(settings: Settings, name: str) -> Plan | None:
    """The plan of a report, be it switched on or not; None where there is no such report."""
    # Here, because reports take a second to import, and most commands need none.
    from reports.catalogue import REPORTS

    chosen, pack = settings.reports.of(name), REPORTS.get(name)
    if chosen is None or pack is None:
        return None
    zone = ZoneInfo(settings.figures.business_zone)
    calendar = settings.targets.rules().calendar
    return Plan(
        name, pack.title, AtTime(chosen.at, zone, chosen.dates(calendar)),
        lambda day: pack.period(day, calendar),
        timedelta(hours=chosen.wait_hours), chosen.incomplete,
        timedelta(hours=chosen.deadline_hours), settings.figures.complete_until,
    )  # fmt: skip


def plans(settings: Settings) -> Sequence[Plan]:
    """The plans of the reports that are switched on and exist."""
    made = (
        plan_of(settings, name)
        for name in type(settings.reports).model_fields
        if (chosen := settings.reports.of(name)) and chosen.enabled
    )
    return tuple(plan for plan in made if plan is not None)


def coming(plan: Plan, now: datetime, count: int = 10) -> list[tuple[Slot, Period]]:
    """The next slots of a report with what each is about."""
    slot, found = plan.rule.after(now), []
    for _ in range(count):
        found.append((slot, plan.period(slot)))
        slot = plan.rule.after(slot.due)
    return found
