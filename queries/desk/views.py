"""Looks at pages that people have kept under a name: their own to change, anybody's to open by a
link, and one of them to land on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.exc import IntegrityError

from queries.desk.people import plain_name
from queries.desk.rows import PersonRow, SavedViewRow
from queries.desk.session import Verbs, yielding_insert
from queries.errors import UserError

LONGEST_VIEW_NAME = 120
LONGEST_ADDRESS = 8_200
WORD_LENGTH = 32
MOST_VIEWS = 100


@dataclass(frozen=True)
class SavedView:
    """What somebody has kept. `word` is its link for others; the one that `starts` is where its
    person lands."""

    id: int
    person_id: int
    name: str
    address: str
    word: str
    starts: bool
    made_at: datetime


class Views(Verbs):
    """The saved views of the desk."""

    def keep_view(
        self, person_id: int, name: str, address: str, *, word: str, now: datetime
    ) -> SavedView:
        """Keeps an address of a page under a name. A name that the person has already gets the new
        address and keeps its word, so that its link leads on. Raises UserError for a name or an
        address that cannot be used, and for one view too many."""
        name = view_name(name)
        if not address.startswith("/") or len(address) > LONGEST_ADDRESS:
            raise UserError(
                "This address cannot be kept.",
                f"the address of a page, at most {LONGEST_ADDRESS} characters",
            )
        values = {
            "person_id": person_id, "name": name, "address": address, "word": word,
            "starts": False, "made_at": now,
        }  # fmt: skip
        own = (SavedViewRow.person_id == person_id, SavedViewRow.name == name)
        with self._engine.begin() as connection:
            insert = yielding_insert(SavedViewRow, connection.dialect.name, values)
            if connection.execute(insert).scalar_one_or_none() is None:
                changed = update(SavedViewRow).where(*own).values(address=address)
                connection.execute(changed)
            _not_too_many(connection, person_id)
        with self._session() as session:
            return _view(session.scalars(select(SavedViewRow).where(*own)).one())

    def views_of(self, person_id: int) -> Sequence[SavedView]:
        """What the person has kept, by name."""
        own = select(SavedViewRow).where(SavedViewRow.person_id == person_id)
        with self._session() as session:
            return [_view(row) for row in session.scalars(own.order_by(SavedViewRow.name))]

    def view_of_word(self, word: str) -> SavedView | None:
        """The view that a link leads to, whoever kept it; None where there is none (any more)."""
        if len(word) != WORD_LENGTH or not word.isascii() or not word.isprintable():
            return None
        with self._session() as session:
            wanted = select(SavedViewRow).where(SavedViewRow.word == word)
            row = session.scalars(wanted).one_or_none()
            return None if row is None else _view(row)

    def rename_view(self, person_id: int, view_id: int, name: str) -> SavedView | None:
        """Gives it another name; None where the person has no such view. Raises UserError for a
        name that cannot be used or that another view of theirs has."""
        name = view_name(name)
        own = (SavedViewRow.person_id == person_id, SavedViewRow.id == view_id)
        try:
            with self._engine.begin() as connection:
                connection.execute(update(SavedViewRow).where(*own).values(name=name))
        except IntegrityError as error:
            raise UserError(
                f"There is a view with the name {name!r} already.", "a name that no other view has"
            ) from error
        with self._session() as session:
            row = session.scalars(select(SavedViewRow).where(*own)).one_or_none()
            return None if row is None else _view(row)

    def forget_view(self, person_id: int, view_id: int) -> bool:
        """Removes it, and its link with it; False where the person has no such view."""
        own = (SavedViewRow.person_id == person_id, SavedViewRow.id == view_id)
        with self._engine.begin() as connection:
            return bool(connection.execute(delete(SavedViewRow).where(*own)).rowcount)

    def start_with(self, person_id: int, view_id: int | None) -> bool:
        """Lets the person land on this view from now on, or on none; False, and nothing changes,
        where they have no such view."""
        own = SavedViewRow.person_id == person_id
        with self._engine.begin() as connection:
            if view_id is not None:
                chosen = update(SavedViewRow).where(own, SavedViewRow.id == view_id)
                if not connection.execute(chosen.values(starts=True)).rowcount:
                    return False
            others = update(SavedViewRow).where(own, SavedViewRow.id != (view_id or 0))
            connection.execute(others.values(starts=False))
        return True

    def start_of(self, person_id: int) -> SavedView | None:
        """The view that the person lands on, if they have chosen one."""
        own = select(SavedViewRow).where(
            SavedViewRow.person_id == person_id, SavedViewRow.starts.is_(True)
        )
        with self._session() as session:
            # Two who choose at once could leave two; the newest counts.
            row = session.scalars(own.order_by(SavedViewRow.id.desc()).limit(1)).first()
            return None if row is None else _view(row)


def view_name(text: str) -> str:
    """A name as it may be kept. Raises UserError for one that cannot."""
    name = " ".join(text.split())
    if not name or len(name) > LONGEST_VIEW_NAME or plain_name(name) != name:
        raise UserError(
            f"The name {name[:LONGEST_VIEW_NAME]!r} cannot be used.",
            f"1 to {LONGEST_VIEW_NAME} printable characters",
        )
    return name


def _not_too_many(connection: Connection, person_id: int) -> None:
    # One after the other, or two at once could each make the last one that is allowed. SQLite has
    # one writer in any case.
    person = select(PersonRow.id).where(PersonRow.id == person_id)
    connection.execute(person.with_for_update(key_share=True))
    counted = select(func.count()).where(SavedViewRow.person_id == person_id)
    if connection.execute(counted).scalar_one() > MOST_VIEWS:
        raise UserError(
            f"There are {MOST_VIEWS} views already.",
            f"at most {MOST_VIEWS} of one person",
            "forget one that nobody needs any more",
        )


def _view(row: SavedViewRow) -> SavedView:
    return SavedView(
        row.id, row.person_id, row.name, row.address, row.word, row.starts, row.made_at
    )
