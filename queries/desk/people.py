"""People with an account: who they are, what they may do, and whose figures they see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

import argon2
from sqlalchemy import Connection, delete, select, update

from queries.desk.auditing import Audit, Deed, write_down
from queries.desk.rows import PersonRow, SecretRow, SessionRow
from queries.desk.session import answering, yielding_insert
from queries.errors import UserError
from queries.mailboxes import mailbox, plain_address
from queries.rights import Person, Role, Scope, ScopeKind, scope_for

LONGEST_NAME = 80
SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 200

HASHER = argon2.PasswordHasher()

# Who changes what a sign-in service says of its people.
_SERVICE = "sign-in service"


@dataclass(frozen=True)
class Account:
    """A person as administrators see them; `mail` is empty for who has no address."""

    person: Person
    mail: str
    active: bool
    made_for_demo: bool
    made_at: datetime
    changed_at: datetime


@dataclass(frozen=True)
class Identity:
    """Who somebody is for a sign-in service: its issuer and their subject. A mail address is no
    identity: it can be given to somebody else."""

    issuer: str
    subject: str


class People(Audit):
    """The people of the desk."""

    def add_person(  # noqa: PLR0913 all by keyword, most with a default
        self,
        name: str,
        role: Role,
        scope: Scope,
        *,
        password: str,
        by: str,
        now: datetime,
        made_for_demo: bool = False,
        mail: str = "",
    ) -> None:
        """Makes a local account. Raises UserError for a name that is taken or unusable, for a
        password that is too short, and for a mail address that is none or somebody else's."""
        name = _usable(name)
        address = plain_address(mail) if mail.strip() else None
        values = {
            "name": name, "password_hash": hashed(password), "active": True,
            "made_for_demo": made_for_demo, "made_at": now, "changed_at": now, "mail": address,
            **_standing(role, scope),
        }  # fmt: skip
        with self._engine.begin() as connection:
            _require_free(connection, address, name)
            insert = yielding_insert(PersonRow, connection.dialect.name, values)
            if connection.execute(insert).scalar_one_or_none() is None:
                raise UserError(
                    f"There is a person with the name {name!r} already.",
                    "a name that nobody has",
                    "choose another, or change that person",
                )
            told = ", ".join(filter(None, (_told(role, scope), address)))
            write_down(connection, Deed(now, by, "person added", name, told))

    def change_person(
        self,
        name: str,
        *,
        by: str,
        now: datetime,
        standing: tuple[Role, Scope] | None = None,
        password: str | None = None,
        active: bool | None = None,
        mail: str | None = None,
    ) -> None:
        """Changes what is given and ends all sessions of the person; an empty `mail` takes their
        address away. Raises UserError for an unknown name, for a password of somebody who signs in
        elsewhere, and for a mail address that is none or somebody else's."""
        values: dict[str, Any] = {"changed_at": now}
        told = []
        if standing is not None:
            values |= _standing(*standing)
            told.append(_told(*standing))
        if active is not None:
            values["active"] = active
            told.append("active" if active else "no longer active")
        if mail is not None:
            values["mail"] = plain_address(mail) if mail.strip() else None
            told.append(values["mail"] or "no mail address")
        if password is not None:
            if not self.account(name).person.local:
                raise UserError(f"{name} signs in elsewhere and has no password here.")
            values["password_hash"] = hashed(password)
            told.append("new password")
        with self._engine.begin() as connection:
            _require_free(connection, values.get("mail"), name)
            changed = connection.execute(
                update(PersonRow)
                .where(PersonRow.name == name)
                .values(values)
                .returning(PersonRow.id)
            ).scalar_one_or_none()
            if changed is None:
                raise _unknown(name)
            connection.execute(delete(SessionRow).where(SessionRow.person_id == changed))
            write_down(connection, Deed(now, by, "person changed", name, ", ".join(told)))

    @answering()
    def arrived(
        self, identity: Identity, name: str, role: Role, scope: Scope, now: datetime, mail: str = ""
    ) -> int | None:
        """The id of who a sign-in service has vouched for: known by their identity, new with the
        name if it is free (else with a number), with the standing that the service says now. Their
        `mail` is taken over unless it is somebody else's; none changes nothing. None for a person
        who is not active here. Raises DeskAwayError."""
        known = select(PersonRow).where(
            PersonRow.issuer == identity.issuer, PersonRow.subject == identity.subject
        )
        standing = _standing(role, scope)
        for attempt in range(100):
            with self._session() as session, session.begin():
                row = session.scalars(known).one_or_none()
                if row is not None:
                    address = _address(session.connection(), mail, row.name)
                    said = {**standing, "mail": address or row.mail}
                    if any(getattr(row, column) != value for column, value in said.items()):
                        moved = said["mail"] if said["mail"] != row.mail else None
                        for column, value in said.items():
                            setattr(row, column, value)
                        told = ", ".join(filter(None, (_told(role, scope), moved)))
                        deed = Deed(now, _SERVICE, "person changed", row.name, told)
                        write_down(session.connection(), deed)
                    return row.id if row.active else None
            free = _cut(name, f" {attempt + 1}" if attempt else "")
            made = self._insert_new(
                PersonRow,
                name=free, issuer=identity.issuer, subject=identity.subject, active=True,
                made_for_demo=False, made_at=now, changed_at=now, **standing,
            )  # fmt: skip
            if made is not None:
                self.note(Deed(now, _SERVICE, "person added", free, _told(role, scope)))
        raise UserError(f"A hundred people are called {name!r}.")

    @answering()
    def accounts(self) -> Sequence[Account]:
        """Everybody, by name. Raises DeskAwayError."""
        with self._session() as session:
            return [_account(row) for row in session.scalars(_EVERYBODY)]

    def account(self, name: str) -> Account:
        """The one with this name. Raises UserError where there is none."""
        with self._session() as session:
            row = session.scalars(_EVERYBODY.where(PersonRow.name == name)).one_or_none()
            if row is None:
                raise _unknown(name)
            return _account(row)

    def secret(self, name: str, fresh: str) -> str:
        """What this installation keeps under the name: `fresh` if it keeps nothing yet. All
        processes get the same."""
        self._insert_new(SecretRow, name=name, value=fresh)
        with self._session() as session:
            return session.scalars(select(SecretRow.value).where(SecretRow.name == name)).one()


_EVERYBODY = select(PersonRow).order_by(PersonRow.name)


def person_of(row: PersonRow) -> Person:
    """The row as a plain value."""
    scope = Scope(cast(ScopeKind, row.scope_kind), tuple(row.scope_values))
    return Person(row.id, row.name, cast(Role, row.role), scope, row.password_hash is not None)


def hashed(password: str) -> str:
    """What is kept of a password. Raises UserError for one that is too short or too long."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise UserError(
            f"The password has {len(password)} characters.",
            f"{SHORTEST_PASSWORD} to {LONGEST_PASSWORD} characters",
            "choose another, a sentence for example",
        )
    return HASHER.hash(password)


def _account(row: PersonRow) -> Account:
    return Account(
        person_of(row), row.mail or "", row.active, row.made_for_demo, row.made_at, row.changed_at
    )


def _standing(role: Role, scope: Scope) -> Mapping[str, Any]:
    role, scope = scope_for(role, scope.kind, scope.values)
    return {"role": role, "scope_kind": scope.kind, "scope_values": list(scope.values)}


def _told(role: Role, scope: Scope) -> str:
    return f"{role}, {scope.kind} {', '.join(scope.values)}".strip()


def _require_free(connection: Connection, address: str | None, name: str) -> None:
    """An address belongs to one person: what is sent is known by it. Raises UserError."""
    if address is not None and not _free(connection, address, name):
        raise UserError(
            f"The mail address {address} is somebody else's.",
            "an address that no other person has",
            "take it from the other first; `arrears users list` shows whose it is",
        )


def _free(connection: Connection, address: str, name: str) -> bool:
    others = select(PersonRow.mail).where(PersonRow.name != name, PersonRow.mail.is_not(None))
    return mailbox(address) not in {mailbox(str(one)) for one in connection.scalars(others)}


def _address(connection: Connection, mail: str, name: str) -> str | None:
    """What a sign-in service says, as far as it can be kept."""
    try:
        address = plain_address(mail)
    except UserError:
        return None
    return address if _free(connection, address, name) else None


def plain_name(text: str) -> str:
    """A name as it may be kept and shown: what cannot be printed is left out."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _usable(name: str) -> str:
    shown = " ".join(name.split())
    if not shown or len(shown) > LONGEST_NAME or not shown.isprintable():
        raise UserError(
            f"The name {name[:LONGEST_NAME]!r} cannot be used.",
            f"1 to {LONGEST_NAME} printable characters",
        )
    return shown


def _cut(name: str, number: str) -> str:
    shown = plain_name(name) or "?"
    return shown[: LONGEST_NAME - len(number)] + number


def _unknown(name: str) -> UserError:
    return UserError(
        f"There is nobody with the name {name[:LONGEST_NAME]!r}.",
        "the name of a person as `arrears users list` shows it",
    )
