"""The reports that exist: one line each. A new pack is a module like weekly.py and a line here."""

from collections.abc import Mapping

from queries import UserError
from reports.composing import Pack
from reports.daily import DAILY
from reports.monthly import MONTHLY
from reports.team import TEAM
from reports.weekly import WEEKLY

REPORTS: Mapping[str, Pack] = {
    pack.name: pack
    for pack in (
        WEEKLY,
        MONTHLY,
        TEAM,
        DAILY,
    )
}


def named(name: str) -> Pack:
    """The pack of that name. Raises UserError with the names that exist."""
    if name not in REPORTS:
        raise UserError(
            f"There is no report {name!r}.", "one of " + ", ".join(REPORTS), "`arrears report list`"
        )
    return REPORTS[name]
