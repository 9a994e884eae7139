"""Who wants a report by mail: people who subscribe to it, and addresses of the configuration that
do not want it any more.

A subscription belongs to a person and gives them their own figures. One that ended stays on record;
whoever ends one declines the report for their address too, so that a line of the configuration
does not bring it back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from queries.desk.auditing import Audit, Deed, write_down
from queries.desk.people import person_of
from queries.desk.rows import DeliveryRow, OptOutRow, PersonRow, SubscriptionRow
from queries.desk.session import answering, yielding_insert
from queries.errors import UserError
from queries.mailboxes import mailbox
from queries.rights import RIGHTS, Person, right_to

# Who declines by the link in a letter has not signed in.
BY_LINK = "link in a letter"


@dataclass(frozen=True)
class Subscription:
    """What a person has subscribed to, in which language, since when."""

    report: str
    locale: str
    made_at: datetime


@dataclass(frozen=True)
class Subscriber:
    """Somebody who has subscribed to a report, whether they may have it or not: `mail` is empty for
    who has no address, `active` False for who is not let in any more."""

    person: Person
    mail: str
    active: bool
    locale: str


class Subscriptions(Audit):
    """The subscriptions of the desk."""

    def subscribe(
        self, person: Person, report: str, locale: str, *, now: datetime, by: str = "",
        origin: str = "",
    ) -> None:  # fmt: skip
        """Lets a person have a report from now on, or in another language; `by` whom where it is
        not themselves. Raises UserError where they have no right to it."""
        if right_to(report) not in RIGHTS or person.id is None or not person.may(right_to(report)):
            raise UserError(
                f"{person.name} cannot subscribe to the report {report[:80]!r}.",
                "a report that their role may receive, see docs/rights.md",
            )
        wanted = {"person_id": person.id, "report": report, "locale": locale, "made_at": now}
        row = SubscriptionRow
        with self._engine.begin() as connection:
            new = yielding_insert(row, connection.dialect.name, wanted)
            if connection.execute(new).scalar_one_or_none() is None:
                mine = update(row).where(row.person_id == person.id, row.report == report)
                connection.execute(mine.values(locale=locale, made_at=now, ended_at=None))
            _want_again(connection, report, _mail_of(connection, person.id))
            deed = Deed(now, by or person.name, "report subscribed", person.name,
                        f"{report}, {locale}", origin)  # fmt: skip
            write_down(connection, deed)

    def unsubscribe(
        self, person: Person, report: str, *, now: datetime, by: str = "", origin: str = ""
    ) -> bool:
        """Ends a subscription; False where there is none."""
        who = by or person.name
        with self._engine.begin() as connection:
            ended = person.id is not None and _end(connection, person.id, report, now)
            if ended and person.id is not None:
                address = _mail_of(connection, person.id)
                if address:
                    _decline(connection, report, address, now)
                deed = Deed(now, who, "report unsubscribed", person.name, report, origin)
                write_down(connection, deed)
        return ended

    def subscriptions(self, person: Person) -> Sequence[Subscription]:
        """What a person has subscribed to, by the name of the report."""
        row = SubscriptionRow
        mine = select(row).where(row.person_id == person.id, row.ended_at.is_(None))
        with self._session() as session:
            found = session.scalars(mine.order_by(row.report))
            return [Subscription(one.report, one.locale, one.made_at) for one in found]

    def subscribers(self, report: str) -> Sequence[Subscriber]:
        """Everybody who has subscribed to a report, by name, with the role and scope of now."""
        row = SubscriptionRow
        wanted = select(PersonRow, row.locale).join(row, row.person_id == PersonRow.id)
        mine = wanted.where(row.report == report, row.ended_at.is_(None)).order_by(PersonRow.name)
        with self._session() as session:
            return [
                Subscriber(person_of(person), person.mail or "", person.active, locale)
                for person, locale in session.execute(mine)
            ]

    @answering()
    def decline(
        self, report: str, address: str, *, now: datetime, by: str = BY_LINK, origin: str = ""
    ) -> bool:
        """Ends whatever sends a report to an address: it is declined whoever the configuration
        names, and who subscribes by it does so no more. False where all that was so before. Raises
        DeskAwayError."""
        with self._engine.begin() as connection:
            ended = False
            for person in connection.execute(_WITH_MAIL).all():
                if mailbox(person.mail) == mailbox(address):
                    ended |= _end(connection, person.id, report, now)
            declined = _decline(connection, report, address, now)
            if ended or declined:
                deed = Deed(now, by, "report declined", mailbox(address), report, origin)
                write_down(connection, deed)
        return ended or declined

    def want_again(
        self, report: str, address: str, *, now: datetime, by: str, origin: str = ""
    ) -> bool:
        """Lets an address of the configuration have a report again that it had declined; False
        where it had not."""
        with self._engine.begin() as connection:
            wanted = _want_again(connection, report, address)
            if wanted:
                deed = Deed(now, by, "report wanted again", mailbox(address), report, origin)
                write_down(connection, deed)
        return wanted

    def declined(self, report: str) -> dict[str, datetime]:
        """The mailboxes (queries/mailboxes.py) that have declined a report, and since when."""
        row = OptOutRow
        with self._session() as session:
            found = session.execute(select(row.address, row.at).where(row.report == report))
            return {one.address: one.at for one in found}

    @answering()
    def letter_with(self, key: str) -> tuple[str, str, str] | None:
        """The report, the recipient and the language of the letter whose delivery has this key.
        Raises DeskAwayError."""
        row = DeliveryRow
        wanted = select(row.report, row.recipient, row.locale)
        with self._engine.connect() as connection:
            found = connection.execute(
                wanted.where(row.key == key, row.channel == "smtp")
            ).one_or_none()
        return None if found is None else (found.report, found.recipient, found.locale)


_WITH_MAIL = select(PersonRow.id, PersonRow.mail).where(PersonRow.mail.is_not(None))


def _mail_of(connection: Connection, person: int) -> str:
    found = connection.execute(select(PersonRow.mail).where(PersonRow.id == person))
    return found.scalar_one_or_none() or ""


def _end(connection: Connection, person: int, report: str, now: datetime) -> bool:
    row = SubscriptionRow
    mine = update(row).where(
        row.person_id == person, row.report == report, row.ended_at.is_(None)
    )  # fmt: skip
    return connection.execute(mine.values(ended_at=now)).rowcount == 1


def _decline(connection: Connection, report: str, address: str, now: datetime) -> bool:
    values = {"report": report, "address": mailbox(address), "at": now}
    new = yielding_insert(OptOutRow, connection.dialect.name, values)
    return connection.execute(new).scalar_one_or_none() is not None


def _want_again(connection: Connection, report: str, address: str) -> bool:
    row = OptOutRow
    gone = delete(row).where(row.report == report, row.address == mailbox(address))
    return bool(address) and connection.execute(gone).rowcount == 1
