"""Mail addresses of people: what may be kept as one, and when two are the same mailbox."""

import re
from email.utils import parseaddr

from queries.errors import UserError

LONGEST = 320
# One plain address: no name, no list, nothing that could begin another header.
_PLAIN = re.compile(r"[^@\s<>()\[\]\\,;:\"]+@[^@\s<>()\[\]\\,;:\"]+")


def plain_address(text: str) -> str:
    """The address without space around it. Raises UserError for anything but one bare address."""
    address = text.strip()
    if not _PLAIN.fullmatch(address) or not address.isprintable() or len(address) > LONGEST:
        raise UserError(
            f"{text[:80]!r} is no mail address.", "a bare address, such as ann@example.org"
        )
    return address


def mailbox(address: str) -> str:
    """Where mail to an address goes: “Ann <Ann@Example.org>” and ann@example.org are one."""
    return (parseaddr(address)[1] or address).strip().lower()
