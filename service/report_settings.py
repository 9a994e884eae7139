"""Settings of the scheduled reports: when each leaves, to whom, in which languages, and what
happens where the figures come late."""

from datetime import time
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from queries.targets import WorkingDays
from service.recipient_settings import Recipients, SftpDrop
from service.setting_types import Locale, Section, TimeOfDay
from service.slots import EVERY_DAY, Dates, OnDayOfMonth, OnWeekday, OnWorkingDay, Worked

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Report(Section):
    """What all scheduled reports have in common; each says besides on which dates it leaves."""

    # The next one must not come while one is still waited for.
    most_hours: ClassVar[int] = 120

    enabled: bool = Field(False, description="Whether the scheduler sends it.")
    at: TimeOfDay = Field(time(7, 30), description="When it leaves, business time.")
    locales: tuple[Locale, ...] = Field(
        ("en",), min_length=1, description="Languages in which it is written: en, zh_Hans_CN."
    )
    recipients: Recipients = Field(
        (),
        description="Mail addresses, each alone or as {address: …, locale: zh_Hans_CN, scope: "
        "{teams: [T1]}}, besides those who subscribe. Mail needs smtp.host; the folder always gets "
        "a copy.",
    )
    folder: Path = Field(Path("var/outbox"), description="Folder that gets a copy of each report.")
    sftp: SftpDrop | None = Field(
        None, description="A folder by SFTP that gets a copy besides; empty: none."
    )
    wait_hours: int = Field(
        4,
        ge=0,
        le=120,
        description="Hours for which it waits where the figures do not reach the end of its period "
        "when it is due, or are stale; 0: it does not wait.",
    )
    incomplete: Literal["send", "hold"] = Field(
        "send",
        description="What happens where it has waited in vain: send (marked as provisional) or "
        "hold (nothing leaves, and the run has failed).",
    )
    deadline_hours: int = Field(
        6,
        ge=1,
        le=120,
        description="Hours after it was due by which all of it must have left; else there is an "
        "alert.",
    )

    @model_validator(mode="after")
    def _waits_shorter_than_the_deadline(self) -> "Report":
        if self.wait_hours >= self.deadline_hours:
            raise ValueError(
                f"fewer wait_hours than deadline_hours, not {self.wait_hours} and "
                f"{self.deadline_hours}: a report that still waits cannot have left"
            )
        if self.deadline_hours > self.most_hours:
            raise ValueError(
                f"deadline_hours up to {self.most_hours}, not {self.deadline_hours}: "
                "the next one is due soon after"
            )
        return self

    def dates(self, calendar: WorkingDays) -> Dates:
        """The dates on which it leaves."""
        raise NotImplementedError


class EachWeek(Report):
    """A report that leaves once a week."""

    day: Weekday = Field("monday", description="Day of the week on which it leaves.")

    def dates(self, calendar: WorkingDays) -> Dates:
        return OnWeekday(self.day)


class Weekly(EachWeek):
    """The one report that nobody has to switch on."""

    enabled: bool = Field(True, description="Whether the scheduler sends it.")


class EachMonth(Report):
    """A report that leaves once a month."""

    on: int | None = Field(
        None,
        ge=1,
        le=31,
        description="Day of the month on which it leaves, in a shorter month its last day; empty: "
        "`working_day` says.",
    )
    working_day: int | None = Field(
        2,
        ge=1,
        le=23,
        description="Working day of the month on which it leaves: 1 is the first. Leave it empty "
        "where you set `on`.",
    )

    @model_validator(mode="before")
    @classmethod
    def _a_day_takes_the_place_of_the_default(cls, values: object) -> object:
        if isinstance(values, dict) and values.get("on") is not None:
            return {"working_day": None, **values}
        return values

    @model_validator(mode="after")
    def _one_of_two(self) -> "EachMonth":
        if (self.on is None) == (self.working_day is None):
            raise ValueError("either `on` (a day of the month) or `working_day`, one of the two")
        return self

    def dates(self, calendar: WorkingDays) -> Dates:
        if self.on is not None:
            return OnDayOfMonth(self.on)
        assert self.working_day is not None
        return OnWorkingDay(self.working_day, calendar)


class EachDay(Report):
    """A report that leaves once a day."""

    most_hours: ClassVar[int] = 20

    working_days_only: bool = Field(
        True, description="Whether it leaves on working days only (targets.country, closures)."
    )

    def dates(self, calendar: WorkingDays) -> Dates:
        return Worked(calendar) if self.working_days_only else EVERY_DAY


class Reports(Section):
    """The scheduled reports."""

    weekly: Weekly = Field(Weekly(), description="The weekly report of the last whole week.")
    monthly: EachMonth = Field(
        EachMonth(), description="The monthly report of the last whole month."
    )
    team: EachWeek = Field(
        EachWeek(), description="The weekly report of each team, for those who lead it."
    )
    daily: EachDay = Field(EachDay(), description="The daily sheet of the day before.")

    def of(self, name: str) -> Report | None:
        """The settings of the report of that name, if there is one."""
        found = getattr(self, name) if name in type(self).model_fields else None
        return found if isinstance(found, Report) else None
