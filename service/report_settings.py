"""Settings of the scheduled reports: when each leaves, to whom, in which languages."""

from datetime import time
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from service.setting_types import Address, Locale, Section, TimeOfDay

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]


class Recipient(Section):
    """Who gets a report, and in which language."""

    address: Address = Field(description="Mail address.")
    locale: Locale | None = Field(
        None, description="Language of this recipient; empty: the first of the report."
    )


def _bare_address(value: object) -> object:
    return {"address": value} if isinstance(value, str) else value


class Report(Section):
    """One scheduled report."""

    enabled: bool = Field(True, description="Whether the scheduler sends it.")
    day: Weekday = Field("monday", description="Day of the week on which it leaves.")
    at: TimeOfDay = Field(time(7, 30), description="When it leaves, business time.")
    locales: tuple[Locale, ...] = Field(
        ("en",), min_length=1, description="Languages in which it is written: en, zh_Hans_CN."
    )
    recipients: tuple[Annotated[Recipient, BeforeValidator(_bare_address)], ...] = Field(
        (),
        description="Mail addresses, each alone or as {address: …, locale: zh_Hans_CN}. "
        "Mail needs smtp.host; the folder always gets a copy.",
    )
    folder: Path = Field(Path("var/outbox"), description="Folder that gets a copy of each report.")


class Reports(Section):
    """The scheduled reports."""

    weekly: Report = Field(Report(), description="The weekly report of the last whole week.")
