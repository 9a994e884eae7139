"""Deliveries of reports: who is to get an edition waits here, is claimed, handed over, and what
became of it is written down.

A delivery is `waiting` until somebody claims it. While it is `claimed` nothing has left, so a claim
that was not renewed goes back to waiting. `sending` is written before the first byte of a letter
that cannot be taken back: who finds one without an end calls it `unknown`, which nobody repeats but
a person. `failed` will not be tried again by itself; `withheld` is who may see nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Literal, cast

from sqlalchemy import Connection, insert, select, update

from queries.desk.auditing import Deed, write_down
from queries.desk.rows import DeliveryEventRow, DeliveryRow
from queries.desk.session import Verbs, yielding_insert
from queries.errors import UserError
from queries.mailboxes import mailbox
from queries.period import Period
from queries.rights import OPERATOR

Channel = Literal["folder", "sftp", "smtp"]
DeliveryOutcome = Literal["waiting", "claimed", "sending", "sent", "failed", "unknown", "withheld"]
# What has come to its end, for the time being.
End = Literal["sent", "failed", "unknown", "waiting", "withheld"]

INTERRUPTED = (
    "The process ended while sending, so it may have left or not. "
    "Ask the recipient before sending it again."
)
# For how long it is tried to send something.
PATIENCE = timedelta(hours=24)
# For how long a claim holds: longer than any conversation with a mail server.
LEASE = timedelta(minutes=10)

Place = tuple[str, Period, str, int]


@dataclass(frozen=True)
class Addressee:
    """Somebody who is to get an edition, by which way and in which language. `withheld` says why
    they get nothing; nothing is tried after `give_up_at`."""

    recipient: str
    channel: Channel
    locale: str
    give_up_at: datetime
    withheld: str = ""


@dataclass(frozen=True)
class Delivery:
    """What became of one edition for one recipient. `edition` is its code."""

    id: int
    key: str
    edition_id: int | None
    report: str
    part: str
    period: Period
    edition: str
    recipient: str
    channel: Channel
    locale: str
    queued_at: datetime
    attempts: int
    next_at: datetime
    give_up_at: datetime
    sent_at: datetime | None
    outcome: DeliveryOutcome
    detail: str


@dataclass(frozen=True)
class DeliveryEvent:
    """What became of one attempt, or what somebody decided."""

    at: datetime
    outcome: str
    detail: str


class Deliveries(Verbs):
    """The deliveries of the desk."""

    def withhold(self, place: Place, addressees: Sequence[Addressee], now: datetime) -> None:
        """Writes down who gets nothing of a report, and why."""
        with self._engine.begin() as connection:
            queue(connection, None, "", place, addressees, now)

    def due_deliveries(
        self, now: datetime, *, editions: Iterable[int] | None = None, limit: int = 500
    ) -> Sequence[Delivery]:
        """What may leave now, what waits longest first; of some editions where they are given."""
        row = DeliveryRow
        due = select(row).where(row.outcome == "waiting", row.next_at <= now)
        if editions is not None:
            due = due.where(row.edition_id.in_(list(editions)))
        return self._deliveries(due.order_by(row.next_at, row.id).limit(limit))

    def claim_delivery(self, delivery_id: int, claim: str, now: datetime) -> bool:
        """Takes a waiting delivery in hand under the name `claim`, which nobody else has; False
        where it does not wait any more."""
        row = DeliveryRow
        return self._moved(
            update(row).where(row.id == delivery_id, row.outcome == "waiting", row.next_at <= now),
            outcome="claimed", claim=claim, claimed_until=now + LEASE,
            attempts=row.attempts + 1,
        )  # fmt: skip

    def begin_sending(self, delivery_id: int, claim: str, now: datetime) -> bool:
        """To be written before what cannot be taken back; False where the claim has been lost, and
        then it must not be done."""
        row = DeliveryRow
        return self._moved(
            update(row).where(row.id == delivery_id, row.claim == claim, row.outcome == "claimed"),
            outcome="sending", claimed_until=now + LEASE,
        )  # fmt: skip

    def finish_delivery(
        self,
        delivery_id: int,
        claim: str,
        outcome: End,
        detail: str,
        now: datetime,
        *,
        next_at: datetime | None = None,
    ) -> bool:
        """Writes what became of it; `waiting` tries it again at `next_at`. False where the claim
        has been lost to somebody else. One that was called unknown meanwhile is corrected. Only
        `sent` sets the moment it left, and is in the audit."""
        row = DeliveryRow
        mine = update(row).where(
            row.id == delivery_id,
            row.claim == claim,
            row.outcome.in_(("claimed", "sending", "unknown")),
        )
        values: dict[str, Any] = {"outcome": outcome, "detail": detail, "claimed_until": None}
        if outcome == "sent":
            values["sent_at"] = now
        if next_at is not None:
            values["next_at"] = next_at
        with self._engine.begin() as connection:
            if not connection.execute(mine.values(values)).rowcount:
                return False
            _happened(connection, delivery_id, now, outcome, detail)
            if outcome == "sent":
                _audit_sent(connection, delivery_id, now)
        return True

    def recover_deliveries(self, now: datetime) -> tuple[int, int]:
        """Ends the claims that have lapsed: what had not begun to leave waits again, what had is
        unknown. How many of each."""
        row = DeliveryRow
        lapsed = select(row.id).where(row.claimed_until < now)
        with self._engine.begin() as connection:
            freed = connection.execute(
                update(row)
                .where(row.id.in_(lapsed.where(row.outcome == "claimed")))
                .values(outcome="waiting", claim=None, claimed_until=None)
                .returning(row.id)
            ).scalars().all()  # fmt: skip
            lost = connection.execute(
                update(row)
                .where(row.id.in_(lapsed.where(row.outcome == "sending")))
                .values(outcome="unknown", detail=INTERRUPTED, claimed_until=None)
                .returning(row.id)
            ).scalars().all()  # fmt: skip
            for delivery_id in lost:
                _happened(connection, delivery_id, now, "unknown", INTERRUPTED)
        return len(freed), len(lost)

    def give_up_deliveries(self, now: datetime) -> int:
        """What still waits after its last moment has failed; how many."""
        row = DeliveryRow
        with self._engine.begin() as connection:
            late = connection.execute(
                update(row)
                .where(row.outcome == "waiting", row.give_up_at < now)
                .values(outcome="failed")
                .returning(row.id, row.detail)
            ).all()
            for delivery_id, detail in late:
                _happened(connection, delivery_id, now, "failed", detail)
        return len(late)

    def resolve_delivery(
        self, delivery_id: int, verdict: Literal["arrived", "send again"], *, by: str,
        now: datetime, give_up_at: datetime, origin: str = "",
    ) -> None:  # fmt: skip
        """What a person says of a delivery that is unknown or has failed. Raises UserError where
        it is neither."""
        row = DeliveryRow
        told = "said to have arrived" if verdict == "arrived" else "to be sent again"
        values = (
            {"outcome": "sent", "detail": f"{told} by {by}", "sent_at": now}
            if verdict == "arrived"
            else {"outcome": "waiting", "next_at": now, "give_up_at": give_up_at, "claim": None}
        )
        with self._engine.begin() as connection:
            open_still = update(row).where(
                row.id == delivery_id, row.outcome.in_(("unknown", "failed"))
            )
            found = connection.execute(
                open_still.values(values).returning(row.report, row.period_start, row.recipient)
            ).first()
            if found is None:
                raise UserError(
                    "This delivery is not open any more.",
                    "one that failed or is not certain",
                    "look again: somebody else may have taken care of it",
                )
            _happened(connection, delivery_id, now, verdict, by)
            deed = Deed(
                now, by, f"delivery {told}"[:40], f"{found[0]} {found[1]}", found[2], origin
            )
            write_down(connection, deed)

    def deliveries(
        self,
        report: str | None = None,
        limit: int = 200,
        *,
        recipient: str | None = None,
        editions: Iterable[int] | None = None,
        outcomes: Iterable[DeliveryOutcome] | None = None,
    ) -> list[Delivery]:
        """The newest deliveries, newest first; of a report, a recipient, some editions, some
        outcomes."""
        row = DeliveryRow
        newest = select(row).order_by(row.queued_at.desc(), row.id.desc()).limit(limit)
        if report is not None:
            newest = newest.where(row.report == report)
        if recipient is not None:
            newest = newest.where(row.recipient == recipient)
        if editions is not None:
            newest = newest.where(row.edition_id.in_(list(editions)))
        if outcomes is not None:
            newest = newest.where(row.outcome.in_(list(outcomes)))
        return self._deliveries(newest)

    def recipients(self) -> Sequence[str]:
        """Everybody and everything that was ever to get something, by name."""
        row = DeliveryRow
        with self._session() as session:
            return list(session.scalars(select(row.recipient).distinct().order_by(row.recipient)))

    def delivery_events(self, delivery_id: int) -> Sequence[DeliveryEvent]:
        """What happened to a delivery, in order."""
        row = DeliveryEventRow
        wanted = select(row).where(row.delivery_id == delivery_id).order_by(row.id)
        with self._session() as session:
            return [
                DeliveryEvent(one.at, one.outcome, one.detail) for one in session.scalars(wanted)
            ]

    def _moved(self, statement: object, **values: object) -> bool:
        with self._engine.begin() as connection:
            return connection.execute(statement.values(values)).rowcount == 1  # type: ignore[attr-defined]

    def _deliveries(self, wanted: object) -> list[Delivery]:
        with self._session() as session:
            return [_delivery(row) for row in session.scalars(wanted)]  # type: ignore[call-overload]


def queue(
    connection: Connection,
    edition_id: int | None,
    code: str,
    place: Place,
    addressees: Sequence[Addressee],
    now: datetime,
) -> None:
    """Lets the addressees wait for an edition, each once. Who has failed to get it, or got nothing
    by right before, waits again."""
    report, period, part, _ = place
    row = DeliveryRow
    for one in addressees:
        key = delivery_key(place, one.channel, one.recipient)
        fresh = {
            "edition_id": edition_id, "edition": code, "locale": one.locale, "next_at": now,
            "give_up_at": one.give_up_at, "queued_at": now, "detail": one.withheld,
            "outcome": "withheld" if one.withheld else "waiting",
        }  # fmt: skip
        values = {
            **fresh, "key": key, "report": report, "part": part, "recipient": one.recipient,
            "period_start": period.start, "period_end": period.end, "channel": one.channel,
            "attempts": 0,
        }  # fmt: skip
        new = yielding_insert(row, connection.dialect.name, values)
        if connection.execute(new).scalar_one_or_none() is None:
            mine = update(row).where(row.key == key)
            if one.withheld:
                # Nothing but the reason may be another one now.
                again = mine.where(row.outcome == "withheld").values(detail=one.withheld)
            else:
                again = mine.where(row.outcome.in_(("failed", "withheld"))).values(fresh)
            connection.execute(again)


def delivery_key(place: Place, channel: str, recipient: str) -> str:
    """Names what a recipient gets once: the letter's Message-ID is made of it too. A mailbox is the
    same however it is written."""
    report, period, part, number = place
    to = mailbox(recipient) if channel == "smtp" else recipient
    parts = (report, period.start, period.end, part, number, channel, to)
    return sha256("\n".join(map(str, parts)).encode()).hexdigest()


def _happened(
    connection: Connection, delivery_id: int, now: datetime, outcome: str, detail: str
) -> None:
    values = {"delivery_id": delivery_id, "at": now, "outcome": outcome, "detail": detail}
    connection.execute(insert(DeliveryEventRow).values(values))


def _audit_sent(connection: Connection, delivery_id: int, now: datetime) -> None:
    row = DeliveryRow
    wanted = select(row.report, row.period_start, row.channel, row.recipient)
    report, start, channel, to = connection.execute(wanted.where(row.id == delivery_id)).one()
    deed = Deed(now, OPERATOR.name, "report sent", f"{report} {start}", f"{channel}: {to}")
    write_down(connection, deed)


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery(
        id=row.id,
        key=row.key,
        edition_id=row.edition_id,
        report=row.report,
        part=row.part,
        period=Period(row.period_start, row.period_end),
        edition=row.edition,
        recipient=row.recipient,
        channel=cast(Channel, row.channel),
        locale=row.locale,
        queued_at=row.queued_at,
        attempts=row.attempts,
        next_at=row.next_at,
        give_up_at=row.give_up_at,
        sent_at=row.sent_at,
        outcome=cast(DeliveryOutcome, row.outcome),
        detail=row.detail,
    )
