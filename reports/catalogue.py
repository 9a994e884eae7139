"""The reports that exist: one line each. A new pack is a module like weekly.py and a line here."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from charts import Language
from queries import Answers, Period, UserError
from queries.definition import Words
from reports import weekly
from reports.frozen import Frozen
from reports.parts import Branding, Report
from reports.sections.headline import HEADLINE
from reports.targets import TargetSource


@dataclass(frozen=True)
class Pack:
    """`period` gives the newest period that is over before a day; `freeze` asks, `tell` writes. One
    that is `by_team` is made for each team of its reader. `restates` are the figures of the period
    that are compared with what is known later."""

    name: str
    title: Words
    grain: str
    period: Callable[[date], Period]
    freeze: Callable[[Answers, Period, datetime | None, TargetSource | None], Frozen]
    tell: Callable[[Frozen, Language, Branding], Report]
    by_team: bool = False
    restates: tuple[str, ...] = HEADLINE


REPORTS: Mapping[str, Pack] = {
    pack.name: pack
    for pack in (
        Pack(
            weekly.NAME,
            Words("Weekly report", "周报"),
            "week",
            weekly.default_period,
            weekly.freeze_weekly,
            weekly.tell,
        ),
    )
}


def named(name: str) -> Pack:
    """The pack of that name. Raises UserError with the names that exist."""
    if name not in REPORTS:
        raise UserError(
            f"There is no report {name!r}.", "one of " + ", ".join(REPORTS), "`arrears report list`"
        )
    return REPORTS[name]
