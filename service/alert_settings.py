"""Settings of alerts: how often they are looked for, and who may be written to."""

import re
from datetime import time
from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr, model_validator

from queries.alerts import Ways
from queries.errors import UserError
from service.setting_types import Address, Section, TimeOfDay

_NAME = re.compile(r"[A-Za-z0-9][\w -]{0,39}")


def _name(text: str) -> str:
    if not _NAME.fullmatch(text):
        raise ValueError("a name of up to 40 letters, digits, spaces, - and _")
    return text


def _destination(address: SecretStr) -> SecretStr:
    # Here, because Apprise takes a quarter of a second to import and few have a chat.
    from service.chat_services import plugin_of

    try:
        plugin_of(address.get_secret_value())
    except UserError as error:
        raise ValueError(error.expected) from None
    return address


def _domain(text: str) -> str:
    if not re.fullmatch(r"[\w-]+(\.[\w-]+)*", text):
        raise ValueError("a domain such as example.org")
    return text.lower()


Destination = Annotated[SecretStr, AfterValidator(_destination)]
DestinationName = Annotated[str, AfterValidator(_name)]
Domain = Annotated[str, AfterValidator(_domain)]


class Alerts(Section):
    """Alerts: their rules are made on the page Alerts; here is who they may write to."""

    enabled: bool = Field(True, description="Whether rules are looked at and letters sent.")
    every_minutes: int = Field(
        5, ge=1, le=24 * 60, description="Minutes between two looks at all rules."
    )
    destinations: dict[DestinationName, Destination] = Field(
        {},
        description="Chats that rules may write to: a name of your own → its Apprise address "
        "(docs/alerts.md). Pages show the name only. Addresses hold secrets: keep them out of this "
        "file, in ARREARS_ALERTS__DESTINATIONS or in the file that "
        "ARREARS_ALERTS__DESTINATIONS_FILE names.",
    )
    mail_domains: tuple[Domain, ...] = Field(
        (),
        description="Domains to whose addresses rules may send mail, such as example.org. Mail "
        "needs smtp.host; without domains and addresses nobody gets any.",
    )
    mail_addresses: tuple[Address, ...] = Field(
        (), description="Single addresses that rules may send mail to besides."
    )
    quiet_from: TimeOfDay | None = Field(
        None, description="When the quiet hours of a new rule begin, business time; empty: none."
    )
    quiet_until: TimeOfDay | None = Field(None, description="When they end.")

    @model_validator(mode="before")
    @classmethod
    def _address_has_moved(cls, values: object) -> object:
        if not isinstance(values, dict) or "address" not in values:
            return values
        if values["address"] is not None:
            raise ValueError("no address here: it is server.address now, for all letters")
        # As every older config.yaml has it.
        return {name: value for name, value in values.items() if name != "address"}

    @model_validator(mode="after")
    def _quiet_hours_are_whole(self) -> "Alerts":
        both = (self.quiet_from, self.quiet_until)
        if (None in both and both != (None, None)) or (both[0] and both[0] == both[1]):
            raise ValueError("quiet_from and quiet_until together and different, or neither")
        return self

    def ways(self, *, mail: bool) -> Ways:
        """Who rules may write to; `mail` says that there is a mail server."""
        return Ways(
            tuple(self.destinations), self.mail_domains, self.mail_addresses, mail, self.enabled,
            _hours(self.quiet_from, self.quiet_until),
        )  # fmt: skip


def _hours(start: time | None, end: time | None) -> tuple[str, str] | None:
    return (f"{start:%H:%M}", f"{end:%H:%M}") if start and end else None
