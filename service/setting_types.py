"""The types of settings: texts that must name something, and how a wrong one is told."""

import difflib
import ipaddress
import re
from collections.abc import Iterable
from datetime import time
from email.utils import parseaddr
from typing import Annotated
from zoneinfo import available_timezones

from babel.numbers import list_currencies
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict

from queries.contract import TABLES


def near(name: str, names: Iterable[object]) -> str:
    """“; did you mean 'x'?” where `names` hold something alike, else nothing."""
    by_form = {str(other).lower(): str(other) for other in names}
    found = difflib.get_close_matches(name.lower(), by_form, n=1, cutoff=0.6)
    return f"; did you mean {by_form[found[0]]!r}?" if found else ""


def _zone(name: str) -> str:
    if name not in available_timezones():
        hint = near(name, available_timezones())
        raise ValueError(f"the name of a time zone, such as Asia/Shanghai{hint}")
    return name


def _currency(code: str) -> str:
    if code not in list_currencies():
        hint = near(code, list_currencies())
        raise ValueError(f"a currency code of ISO 4217, such as CNY or EUR{hint}")
    return code


def _time_of_day(value: object) -> object:
    if isinstance(value, time):
        return value
    if not isinstance(value, str) or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value):
        raise ValueError('a time of day in quotes, from "00:00" to "23:59"')
    return time.fromisoformat(value)


def _address(text: str) -> str:
    address = parseaddr(text)[1]
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", address) or "\n" in text or "\r" in text:
        raise ValueError('a mail address, such as "ann@example.org"')
    return text


def _page(address: str) -> str:
    if not re.fullmatch(r"https?://[^\s/@?#]+(/[^\s@?#]*)?", address):
        raise ValueError("the address of the pages, such as https://arrears.example.org")
    return address.rstrip("/")


def _table(name: str) -> str:
    if name not in TABLES:
        raise ValueError(f"a table of the contract{near(name, TABLES)}")
    return name


Zone = Annotated[str, AfterValidator(_zone)]
Currency = Annotated[str, AfterValidator(_currency)]
TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]
Address = Annotated[str, AfterValidator(_address)]
PageAddress = Annotated[str, AfterValidator(_page)]
TableName = Annotated[str, AfterValidator(_table)]


class Section(BaseModel):
    """Refuses unknown names and never changes once made."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True)


def is_loopback(host: str) -> bool:
    """Whether nothing but this machine can reach the address."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host == "localhost"
