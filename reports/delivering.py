"""Delivering: hands over what waits, each delivery claimed first and its end written down.

What can be done twice without harm (files in a folder) is simply done again after a crash. A letter
cannot: just before its first byte leaves, the desk is told, so that one without an end is known as
one that may have left.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Protocol
from uuid import uuid4

from queries.desk import Desk
from queries.desk.deliveries import Channel, Delivery, End
from queries.desk.editions import EditionFile
from reports.failures import ClaimLostError, DeliveryError

# The pause after the first failure, the second and so on; the last goes on until it is given up.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 30, 60))

Clock = Callable[[], datetime]
# Says why somebody may not have what waits for them any more; nothing where they may.
Objection = Callable[[Delivery], str]


def no_objection(_: Delivery) -> str:
    """Where nobody's rights can have changed."""
    return ""


@dataclass(frozen=True)
class Parcel:
    """What is to be handed over. `files` are those of the edition in the language of the delivery,
    `frozen` its figures as JSON. `leaving` must be called just before
    what cannot be taken back; it raises ClaimLostError where somebody else has it in hand now."""

    delivery: Delivery
    files: Sequence[EditionFile]
    frozen: bytes
    now: datetime
    leaving: Callable[[], None]


class Way(Protocol):
    """How something gets to its recipient."""

    def hand_over(self, parcel: Parcel) -> str:
        """Hands it over and says in one line what was done. Raises DeliveryError."""
        ...


@dataclass(frozen=True)
class Sent:
    """What one attempt came to."""

    delivery: Delivery
    outcome: End
    detail: str


@dataclass
class Delivering:
    """Hands over what waits in a desk. `clock` gives aware moments; `ways` are by channel: what has
    none in this configuration fails. What there is an `objection` to just before it would leave is
    withheld."""

    desk: Desk
    ways: Mapping[Channel, Way]
    clock: Clock
    objection: Objection = no_objection
    _kept: Callable[[int, str], tuple[Sequence[EditionFile], bytes]] = field(init=False)

    def __post_init__(self) -> None:
        # Of the last edition only: memory must not grow with their number.
        self._kept = lru_cache(maxsize=1)(self._read)

    def due(self, editions: Collection[int] | None = None) -> list[Sent]:
        """Tries what is due, of some editions or of all, each once; one that cannot be delivered
        stops nobody."""
        self.desk.recover_deliveries(self.clock())
        self.desk.give_up_deliveries(self.clock())
        waiting = self.desk.due_deliveries(self.clock(), editions=editions)
        tried = (self._try(one) for one in waiting)
        return [sent for sent in tried if sent is not None]

    def _try(self, delivery: Delivery) -> Sent | None:
        """None for one that somebody else has taken."""
        claim = uuid4().hex
        if not self.desk.claim_delivery(delivery.id, claim, self.clock()):
            return None
        next_at = None
        outcome: End = "sent"
        try:
            if detail := self.objection(delivery):
                outcome = "withheld"
            else:
                detail = self._hand_over(delivery, claim)
        except ClaimLostError:
            return None
        except DeliveryError as error:
            outcome, next_at = self._after(delivery, error)
            detail = error.reason
        self.desk.finish_delivery(
            delivery.id, claim, outcome, detail, self.clock(), next_at=next_at
        )
        return Sent(delivery, outcome, detail)

    def _hand_over(self, delivery: Delivery, claim: str) -> str:
        way = self.ways.get(delivery.channel)
        if way is None:
            raise DeliveryError(f"There is no way to {delivery.channel} any more", permanent=True)
        assert delivery.edition_id is not None, "only what has an edition waits"

        def leaving() -> None:
            if not self.desk.begin_sending(delivery.id, claim, self.clock()):
                raise ClaimLostError

        files, frozen = self._kept(delivery.edition_id, delivery.locale)
        return way.hand_over(Parcel(delivery, files, frozen, self.clock(), leaving))

    def _after(self, delivery: Delivery, error: DeliveryError) -> tuple[End, datetime | None]:
        """What follows from a failure: nothing more, or another attempt."""
        if error.unknown:
            return "unknown", None
        next_at = self.clock() + PAUSES[min(delivery.attempts, len(PAUSES) - 1)]
        if error.permanent or next_at > delivery.give_up_at:
            return "failed", None
        return "waiting", next_at

    def _read(self, edition_id: int, locale: str) -> tuple[Sequence[EditionFile], bytes]:
        return self.desk.files_in(edition_id, locale), self.desk.frozen_of(edition_id)
