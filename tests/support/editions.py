"""Editions of reports in a desk, as small as they can be."""

from datetime import datetime, timedelta
from zlib import crc32

from queries.desk import Desk
from queries.desk.deliveries import Addressee, Channel, Delivery
from queries.desk.editions import Edition, EditionFile, Issue, Made, scope_key
from queries.period import Period
from queries.rights import EVERYTHING, Scope


def keep(  # noqa: PLR0913 all but the first two have a default or a name
    desk: Desk,
    period: Period,
    recipients: dict[str, Channel] | None = None,
    *,
    now: datetime,
    report: str = "weekly",
    scope: Scope = EVERYTHING,
    part: str = "",
    number: int = 1,
    frozen: bytes = b"{}",
    note: str = "",
) -> Edition:
    """An edition with one file, waiting for its recipients."""
    issue = Issue(report, period, scope, part, number)
    places = f"{report} {period.start} {part} {scope_key(scope)} {number}"
    code = f"{abs(hash_of(places)):012x}"[:12]
    made = Made(
        now, "schedule", code, "definitions", "configuration", now, period.last, 7,
        provisional=bool(note), note=note,
    )  # fmt: skip
    files = [EditionFile("en", f"{code}.pdf", "application/pdf", f"pages of {code}".encode())]
    until = now + timedelta(hours=24)
    waiting = [Addressee(who, how, "en", until) for who, how in (recipients or {}).items()]
    return desk.keep_edition(issue, code, made, frozen, files, waiting)


def hash_of(text: str) -> int:
    """The same on every run."""
    return crc32(text.encode()) * 65_537


def brought_to(
    desk: Desk, delivery: Delivery, outcome: str, now: datetime, detail: str = ""
) -> None:
    """Brings a waiting delivery where it would be after an attempt that ended so."""
    claim = f"claim of {delivery.id}"
    assert desk.claim_delivery(delivery.id, claim, now)
    if outcome == "claimed":
        return
    assert desk.begin_sending(delivery.id, claim, now)
    if outcome != "sending":
        assert desk.finish_delivery(delivery.id, claim, outcome, detail, now)  # type: ignore[arg-type]


def delivered(  # noqa: PLR0913
    desk: Desk, period: Period, recipient: str, channel: Channel, outcome: str, now: datetime,
    detail: str = "", report: str = "weekly",
) -> Delivery:  # fmt: skip
    """One delivery of the edition of a period, brought to its outcome."""
    keep(desk, period, {recipient: channel}, now=now, report=report)
    (one,) = [
        each
        for each in desk.deliveries(report, recipient=recipient)
        if each.period == period and each.channel == channel
    ]
    if outcome != "waiting":
        brought_to(desk, one, outcome, now, detail)
    return one
