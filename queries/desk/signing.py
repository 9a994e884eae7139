"""Signing in and staying signed in: what a browser holds is a random word, what the desk keeps is
its hash, so that neither a backup nor a look into the tables lets anybody in."""

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256

import argon2
from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.exc import OperationalError

from queries.desk.auditing import Deed, write_down
from queries.desk.people import (
    HASHER,
    LONGEST_NAME,
    LONGEST_PASSWORD,
    People,
    person_of,
    plain_name,
)
from queries.desk.rows import AuditRow, PersonRow, SessionRow
from queries.desk.session import answering
from queries.rights import Person

SIGNED_IN, REFUSED = "signed in", "sign-in refused"

# Guesses at one name, and from one address, within this time before nobody is asked any more.
WINDOW = timedelta(minutes=15)
MOST_FOR_A_NAME, MOST_FROM_AN_ADDRESS = 8, 40

# Seen once a minute is seen often enough; each look would be a write otherwise.
_SEEN_AGAIN = timedelta(minutes=1)

# Compared with where there is no such account, so that both take the same time: the hash of a
# random password that nobody has. Made here, it would cost each start a fifth of a second.
NOBODY = (
    "$argon2id$v=19$m=65536,t=3,p=4$"
    "yHZFPLxT4DsitbIqsd2Tng$m1zVB0udPCARWEO/DmC1HWfmTkRNmiQgrEBim97BU7M"
)


@dataclass(frozen=True)
class Limits:
    """How long somebody stays signed in: without a look, and at all."""

    idle: timedelta = timedelta(hours=2)
    absolute: timedelta = timedelta(hours=12)


@dataclass(frozen=True)
class TooMany:
    """Too many guesses: for how long nobody is asked."""

    wait: timedelta


class Signing(People):
    """Sessions of people."""

    def sign_in(self, name: str, password: str, now: datetime, origin: str) -> str | TooMany | None:
        """The word of a new session; None where name and password do not belong together, without
        saying which; TooMany after too many guesses at the name or from the address. Raises
        DeskAwayError where nobody can tell."""
        name = plain_name(name)[:LONGEST_NAME]
        with answering():
            if self._guesses(name, origin, now):
                return TooMany(WINDOW)
        wanted = select(PersonRow).where(PersonRow.name == name)
        with self._session() as session:
            row = session.scalars(wanted).one_or_none()
            kept = row.password_hash if row is not None and row.active else None
            person = row.id if row is not None and kept else None
        fits = _fits(kept or NOBODY, password)
        if person is None or kept is None or not fits:
            # Who it was is not known: the name is only what somebody has typed.
            self.note(Deed(now, "", REFUSED, name, origin=origin))
            return None
        if HASHER.check_needs_rehash(kept):
            with self._engine.begin() as connection:
                fresh = HASHER.hash(password)
                connection.execute(
                    update(PersonRow).where(PersonRow.id == person).values(password_hash=fresh)
                )
        return self.begin_session(person, name, now, origin)

    @answering()
    def begin_session(self, person: int, name: str, now: datetime, origin: str) -> str:
        """The word of a new session of somebody whose identity is proven. Raises DeskAwayError."""
        word = secrets.token_urlsafe(32)
        fresh = insert(SessionRow).values(
            token_hash=_hash(word), person_id=person, begun_at=now, seen_at=now
        )
        with self._engine.begin() as connection:
            connection.execute(fresh)
            write_down(connection, Deed(now, name, SIGNED_IN, name, origin=origin))
        return word

    def person(self, word: str, now: datetime, limits: Limits) -> Person | None:
        """Who holds the word of a session that has not ended; being asked keeps it from resting.
        Raises DeskAwayError where nobody can tell."""
        held = SessionRow.token_hash == _hash(word)
        found = select(SessionRow, PersonRow).join(PersonRow, PersonRow.id == SessionRow.person_id)
        with answering(), self._session() as session:
            pair = session.execute(
                found.where(
                    held,
                    SessionRow.seen_at > now - limits.idle,
                    SessionRow.begun_at > now - limits.absolute,
                    # Nobody gets in by what was true when they began to sign in.
                    SessionRow.begun_at >= PersonRow.changed_at,
                    PersonRow.active.is_(True),
                )
            ).one_or_none()
            if pair is None:
                return None
            seen_at, person = pair[0].seen_at, person_of(pair[1])
        if now - seen_at >= _SEEN_AGAIN:
            # Where the disk is full or another writer takes its time, people go on looking.
            with suppress(OperationalError), self._engine.begin() as connection:
                connection.execute(update(SessionRow).where(held).values(seen_at=now))
        return person

    def sign_out(
        self, word: str, now: datetime, origin: str = "", *, everywhere: bool = False
    ) -> None:
        """Ends the session, or all of the same person."""
        whose = select(PersonRow.id, PersonRow.name).join(
            SessionRow, PersonRow.id == SessionRow.person_id
        )
        with self._engine.begin() as connection:
            row = connection.execute(
                whose.where(SessionRow.token_hash == _hash(word))
            ).one_or_none()
            if row is None:
                return
            ended = SessionRow.person_id == row.id
            if not everywhere:
                ended = SessionRow.token_hash == _hash(word)
            connection.execute(delete(SessionRow).where(ended))
            told = "everywhere" if everywhere else ""
            write_down(connection, Deed(now, row.name, "signed out", row.name, told, origin))

    def forget_sessions(self, now: datetime, limits: Limits) -> int:
        """Removes what has ended; answers with how many."""
        ended = or_(
            SessionRow.seen_at <= now - limits.idle, SessionRow.begun_at <= now - limits.absolute
        )
        with self._engine.begin() as connection:
            return connection.execute(delete(SessionRow).where(ended)).rowcount

    def _guesses(self, name: str, origin: str, now: datetime) -> bool:
        """Whether there were too many. A sign-in that was right does not forgive guesses: who knows
        one password must not get more guesses at others."""
        refused = select(func.count()).where(AuditRow.what == REFUSED, AuditRow.at > now - WINDOW)
        with self._engine.connect() as connection:
            at_name = connection.execute(refused.where(AuditRow.subject == name)).scalar_one()
            from_there = connection.execute(refused.where(AuditRow.origin == origin)).scalar_one()
        return bool(at_name >= MOST_FOR_A_NAME or from_there >= MOST_FROM_AN_ADDRESS)


def _hash(word: str) -> str:
    return sha256(word.encode()).hexdigest()


def _fits(kept: str, password: str) -> bool:
    try:
        return len(password) <= LONGEST_PASSWORD and HASHER.verify(kept, password)
    except argon2.exceptions.VerifyMismatchError:
        return False
