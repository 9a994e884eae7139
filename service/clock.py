"""The one place that asks what time it is; everything else is told (`now` is an argument)."""

from datetime import datetime
from zoneinfo import ZoneInfo


def now(zone: str) -> datetime:
    """The current time with the time zone `zone`, e.g. "Asia/Shanghai"."""
    return datetime.now(ZoneInfo(zone))
