"""Letters of alerts: claimed before they are sent, so that each recipient gets each alert once."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast

from sqlalchemy import select, update

from queries.alerts.ways import Channel
from queries.desk.deliveries import INTERRUPTED
from queries.desk.rows import AlertLetterRow
from queries.desk.session import Verbs

LetterOutcome = Literal["waiting", "claimed", "sent", "failed", "unknown", "withdrawn"]
_LONGEST_DETAIL = 500


@dataclass(frozen=True)
class AlertLetter:
    """One alert to one recipient. `waiting` has not left and will be tried from `next_at` on;
    `unknown` may have left and is never sent again by itself; `withdrawn` was over before."""

    id: int
    firing_id: int
    recipient: str
    channel: Channel
    outcome: LetterOutcome
    attempts: int
    next_at: datetime
    sent_at: datetime | None
    detail: str


class AlertLetters(Verbs):
    """The letters of alerts of the desk."""

    def due_letters(self, now: datetime, limit: int = 200) -> Sequence[AlertLetter]:
        """Letters that may leave now, those that wait longest first."""
        due = (
            select(AlertLetterRow)
            .where(AlertLetterRow.outcome == "waiting", AlertLetterRow.next_at <= now)
            .order_by(AlertLetterRow.next_at, AlertLetterRow.id)
        )
        with self._session() as session:
            return [_letter(row) for row in session.scalars(due.limit(limit))]

    def claim_letter(self, letter_id: int, now: datetime) -> bool:
        """Takes the right to send a letter; False where it does not wait any more."""
        with self._engine.begin() as connection:
            claimed = connection.execute(
                update(AlertLetterRow)
                .where(
                    AlertLetterRow.id == letter_id,
                    AlertLetterRow.outcome == "waiting",
                    AlertLetterRow.next_at <= now,
                )
                .values(outcome="claimed", claimed_at=now, attempts=AlertLetterRow.attempts + 1)
            )
            return claimed.rowcount == 1

    def finish_letter(
        self,
        letter_id: int,
        outcome: Literal["sent", "failed", "unknown", "waiting"],
        detail: str,
        now: datetime,
        *,
        next_at: datetime | None = None,
    ) -> None:
        """Writes what became of a claimed letter; `waiting` tries it again at `next_at`. It also
        corrects one that was taken for abandoned."""
        with self._session() as session, session.begin():
            row = session.get_one(AlertLetterRow, letter_id)
            row.outcome, row.detail = outcome, detail[:_LONGEST_DETAIL]
            row.sent_at = now if outcome == "sent" else None
            row.next_at = next_at or row.next_at

    def abandon_letters(self) -> int:
        """Marks as unknown what a killed process left claimed; answers with how many.

        To be called by the one process that owns the schedule, before it starts.
        """
        with self._engine.begin() as connection:
            left = connection.execute(
                update(AlertLetterRow)
                .where(AlertLetterRow.outcome == "claimed")
                .values(outcome="unknown", detail=INTERRUPTED)
            )
            return left.rowcount

    def alert_letters(self, firings: Iterable[int]) -> Sequence[AlertLetter]:
        """The letters of these firings, in the order in which they were written."""
        wanted = select(AlertLetterRow).where(AlertLetterRow.firing_id.in_(list(firings)))
        with self._session() as session:
            return [_letter(row) for row in session.scalars(wanted.order_by(AlertLetterRow.id))]


def _letter(row: AlertLetterRow) -> AlertLetter:
    return AlertLetter(
        row.id, row.firing_id, row.recipient, cast(Channel, row.channel),
        cast(LetterOutcome, row.outcome), row.attempts, row.next_at, row.sent_at, row.detail,
    )  # fmt: skip
