"""The choices an organisation makes about its figures: zones, currency, buckets, promise rules."""

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from hashlib import sha256

# Raised when the meaning or the layout of stored figures changes: old generations are made anew.
VERSION = 10
# Raised when the same rows would give other figures: what a report said before is then told as
# counted by other definitions.
MEANING = 1


@dataclass(frozen=True)
class Definitions:
    """Everything that changes a figure and is not data.

    `bucket_edges` are the last days past due of M0, M1, …; days above the last edge fall into the
    open-ended bucket. `kept_threshold` is the share of a promise that must be paid (0 to 1).
    `complete_until` pins the as-of day for a historic extract; None means it follows the data.
    """

    business_zone: str = "Asia/Shanghai"
    source_zone: str = "Asia/Shanghai"
    currency: str = "CNY"
    minor_digits: int = 2
    bucket_edges: tuple[int, ...] = (0, 30, 60, 90, 120, 150, 180)
    grace_days: int = 3
    kept_threshold: Decimal = Decimal("0.95")
    stale_after_hours: int = 26
    complete_until: date | None = None

    @property
    def buckets(self) -> tuple[str, ...]:
        """Names in order of days past due: ("M0", "M1", …, "M7+")."""
        last = len(self.bucket_edges)
        return (*(f"M{number}" for number in range(last)), f"M{last}+")

    def fingerprint(self) -> str:
        """A short hash that differs whenever a stored figure could differ."""
        settled = {k: str(v) for k, v in asdict(self).items() if k not in _READ_ONLY}
        return sha256(f"{VERSION} {sorted(settled.items())}".encode()).hexdigest()[:16]


# Applied when a figure is read, so a change needs no rebuild.
_READ_ONLY = frozenset({"stale_after_hours", "complete_until"})
