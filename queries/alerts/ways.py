"""Who may be written to: chats that the configuration names, and mail addresses that it allows."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

# One plain address: no name, no list, nothing that could begin another header.
_ADDRESS = re.compile(r"[\w.+%'-]+@[\w-]+(\.[\w-]+)*")

Channel = Literal["mail", "chat"]


@dataclass(frozen=True)
class Ways:
    """`chats` are names: their addresses hold secrets and stay in the configuration. Mail goes to
    `addresses` and to any address in `domains`, where there is a mail server (`mail`).
    `quiet` are the hours that a new rule begins with ("22:00", "07:00")."""

    chats: tuple[str, ...] = ()
    domains: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    mail: bool = False
    enabled: bool = False
    quiet: tuple[str, str] | None = None

    def allows(self, recipient: str) -> bool:
        """Whether "chat:name" or "mail:address" may be written to."""
        channel, target = split(recipient)
        if channel == "chat":
            return target in self.chats
        if channel != "mail" or not self.mail or not _ADDRESS.fullmatch(target):
            return False
        address = target.lower()
        domain = address.rpartition("@")[2]
        known = {one.lower() for one in self.addresses}
        return address in known or domain in {one.lower() for one in self.domains}

    def told(self, recipients: Iterable[str]) -> list[str]:
        """Those of the recipients who may be written to."""
        return [one for one in recipients if self.allows(one)]


def split(recipient: str) -> tuple[str, str]:
    """ "mail:ann@example.org" → ("mail", "ann@example.org")."""
    channel, _, target = recipient.partition(":")
    return channel, target


# What is not wired writes to nobody.
NO_WAYS = Ways()
