"""Deliveries of reports: claim, then send, so that each recipient gets each edition once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import select, update

from queries.desk.auditing import Deed, write_down
from queries.desk.rows import DeliveryRow
from queries.desk.session import Verbs
from queries.period import Period
from queries.rights import OPERATOR

Channel = Literal["folder", "smtp"]
DeliveryOutcome = Literal["claimed", "sent", "failed", "unknown"]

INTERRUPTED = (
    "The process ended while sending, so it may have left or not. "
    "Ask the recipient before sending it again."
)


@dataclass(frozen=True)
class Delivery:
    """What became of one edition for one recipient.

    `unknown` means that it may have left: it is never sent again by itself.
    """

    id: int
    report: str
    period: Period
    edition: str
    recipient: str
    channel: Channel
    claimed_at: datetime
    sent_at: datetime | None
    outcome: DeliveryOutcome
    detail: str


class Deliveries(Verbs):
    """The deliveries of the desk."""

    def claim_delivery(
        self,
        report: str,
        period: Period,
        recipient: str,
        channel: Channel,
        now: datetime,
        *,
        edition: str = "",
    ) -> int | None:
        """Takes the right to send this report of this period to this recipient.

        None if it has been sent, is being sent or may have left. One that failed can be claimed
        again under the same id, for that is how a retry works.
        """
        fresh = self._insert_new(
            DeliveryRow,
            report=report,
            period_start=period.start,
            period_end=period.end,
            edition=edition,
            recipient=recipient,
            channel=channel,
            claimed_at=now,
            outcome="claimed",
            detail="",
        )
        if fresh is not None:
            return fresh
        again = (
            update(DeliveryRow)
            .where(
                DeliveryRow.report == report,
                DeliveryRow.period_start == period.start,
                DeliveryRow.recipient == recipient,
                DeliveryRow.channel == channel,
                DeliveryRow.outcome == "failed",
            )
            .values(outcome="claimed", detail="", claimed_at=now, edition=edition)
            .returning(DeliveryRow.id)
        )
        with self._engine.begin() as connection:
            return connection.execute(again).scalar_one_or_none()

    def finish_delivery(
        self, delivery_id: int, outcome: DeliveryOutcome, detail: str, now: datetime
    ) -> None:
        """Writes what became of it; only `sent` sets the moment it left, and is in the audit."""
        with self._session() as session, session.begin():
            row = session.get_one(DeliveryRow, delivery_id)
            row.outcome, row.detail = outcome, detail
            row.sent_at = now if outcome == "sent" else None
            if outcome == "sent":
                subject, to = f"{row.report} {row.period_start}", f"{row.channel}: {row.recipient}"
                deed = Deed(now, OPERATOR.name, "report sent", subject, to)
                write_down(session.connection(), deed)

    def abandon_sending(self) -> int:
        """Marks as unknown what a killed process left claimed; answers with how many.

        To be called by the one process that owns the schedule, before it starts.
        """
        with self._engine.begin() as connection:
            left = connection.execute(
                update(DeliveryRow)
                .where(DeliveryRow.outcome == "claimed")
                .values(outcome="unknown", detail=INTERRUPTED)
            )
            return left.rowcount

    def deliveries(self, report: str | None = None, limit: int = 200) -> list[Delivery]:
        """The newest deliveries, newest first; of one report where it is named."""
        newest = select(DeliveryRow).order_by(DeliveryRow.claimed_at.desc(), DeliveryRow.id.desc())
        if report is not None:
            newest = newest.where(DeliveryRow.report == report)
        with self._session() as session:
            return [_delivery(row) for row in session.scalars(newest.limit(limit))]


def _delivery(row: DeliveryRow) -> Delivery:
    return Delivery(
        id=row.id,
        report=row.report,
        period=Period(row.period_start, row.period_end),
        edition=row.edition,
        recipient=row.recipient,
        channel=cast(Channel, row.channel),
        claimed_at=row.claimed_at,
        sent_at=row.sent_at,
        outcome=cast(DeliveryOutcome, row.outcome),
        detail=row.detail,
    )
