"""Saved views: each person's own, found by their link, one to land on; on both databases."""

import secrets
from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest

from queries import UserError
from queries.desk import Desk
from queries.desk.views import LONGEST_ADDRESS, MOST_VIEWS, SavedView
from queries.rights import EVERYTHING

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
SENTENCE = "four kites over a harbour"


def word() -> str:
    return secrets.token_urlsafe(24)


def a_person(desk: Desk, name: str) -> int:
    desk.add_person(name, "executive", EVERYTHING, password=SENTENCE, by="test", now=NOON)
    person = desk.account(name).person.id
    assert person is not None
    return person


@pytest.fixture
def ada(desk: Desk) -> int:
    return a_person(desk, "Ada Brandt")


@pytest.fixture
def bo(desk: Desk) -> int:
    return a_person(desk, "Bo Lind")


def keep(desk: Desk, person: int, name: str, address: str = "/recovery") -> SavedView:
    return desk.keep_view(person, name, address, word=word(), now=NOON)


def test_a_view_is_kept_and_found_by_its_link(desk: Desk, ada: int) -> None:
    view = keep(desk, ada, "  催收 \n  of M3 ", "/promises?bucket=M3")
    assert (view.name, view.address, view.starts) == ("催收 of M3", "/promises?bucket=M3", False)
    assert (view.person_id, view.made_at) == (ada, NOON)
    assert desk.view_of_word(view.word) == view
    assert desk.views_of(ada) == [view]


def test_the_same_name_takes_the_new_address_and_keeps_its_link(desk: Desk, ada: int) -> None:
    first = keep(desk, ada, "Mine", "/recovery")
    desk.start_with(ada, first.id)
    again = keep(desk, ada, "Mine", "/aging?bucket=M2")
    assert (again.id, again.word, again.starts) == (first.id, first.word, True)
    assert again.address == "/aging?bucket=M2"
    assert desk.views_of(ada) == [again]


def test_people_see_and_change_their_own_views_only(desk: Desk, ada: int, bo: int) -> None:
    view, own = keep(desk, ada, "Mine"), keep(desk, bo, "Mine", "/aging")
    assert desk.views_of(bo) == [own]
    assert desk.rename_view(bo, view.id, "Taken") is None
    assert not desk.forget_view(bo, view.id)
    assert desk.start_with(bo, own.id)
    assert not desk.start_with(bo, view.id)
    # Whoever is refused keeps what they had.
    assert desk.start_of(bo) is not None
    assert desk.views_of(ada) == [view]
    assert desk.start_of(ada) is None


@pytest.mark.parametrize("name", ["", "  ", "x" * 121, "a\x00b", "a\u202eb", "\u200b"])
def test_a_name_that_nobody_could_read_is_refused(desk: Desk, ada: int, name: str) -> None:
    with pytest.raises(UserError):
        keep(desk, ada, name)
    view = keep(desk, ada, "x" * 120)
    with pytest.raises(UserError):
        desk.rename_view(ada, view.id, name)
    assert desk.views_of(ada) == [view]


@pytest.mark.parametrize(
    "address", ["", "recovery", "https://evil.example", "/" + "x" * LONGEST_ADDRESS]
)
def test_what_is_no_address_of_ours_is_refused(desk: Desk, ada: int, address: str) -> None:
    with pytest.raises(UserError):
        keep(desk, ada, "Mine", address)
    assert desk.views_of(ada) == []


@pytest.mark.parametrize("guess", ["", "x", "x" * 32, "x" * 5_000, "\x00" * 32, "词" * 32])
def test_a_guessed_link_leads_nowhere(desk: Desk, ada: int, guess: str) -> None:
    keep(desk, ada, "Mine")
    assert desk.view_of_word(guess) is None


def test_a_view_gets_another_name_that_is_free(desk: Desk, ada: int) -> None:
    view, other = keep(desk, ada, "Mine"), keep(desk, ada, "Other")
    with pytest.raises(UserError, match="already"):
        desk.rename_view(ada, view.id, "Other")
    renamed = desk.rename_view(ada, view.id, "A new name")
    assert renamed is not None
    assert (renamed.name, renamed.word) == ("A new name", view.word)
    assert [one.name for one in desk.views_of(ada)] == ["A new name", "Other"]
    assert desk.rename_view(ada, other.id + 100, "Nothing") is None


def test_one_view_at_a_time_is_where_a_person_lands(desk: Desk, ada: int) -> None:
    assert desk.start_of(ada) is None
    first, second = keep(desk, ada, "First"), keep(desk, ada, "Second")
    for view in (first, second):
        assert desk.start_with(ada, view.id)
        assert [one.id for one in desk.views_of(ada) if one.starts] == [view.id]
    start = desk.start_of(ada)
    assert start is not None
    assert start.id == second.id
    assert desk.start_with(ada, None)
    assert desk.start_of(ada) is None


def test_a_forgotten_view_has_no_link_and_nobody_lands_there(desk: Desk, ada: int) -> None:
    view = keep(desk, ada, "Mine")
    desk.start_with(ada, view.id)
    assert desk.forget_view(ada, view.id)
    assert not desk.forget_view(ada, view.id)
    assert desk.view_of_word(view.word) is None
    assert desk.start_of(ada) is None


def test_nobody_keeps_more_than_a_hundred_however_many_try_at_once(
    desk: Desk, ada: int, bo: int
) -> None:
    for number in range(MOST_VIEWS - 1):
        keep(desk, ada, f"View {number}")
    refused: list[UserError] = []
    together = Barrier(3)

    def another(number: int) -> None:
        together.wait()
        try:
            keep(desk, ada, f"One more {number}")
        except UserError as error:
            refused.append(error)

    threads = [Thread(target=another, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 2
    assert len(desk.views_of(ada)) == MOST_VIEWS
    # What is there can be changed still, and others have their own hundred.
    assert keep(desk, ada, "View 1", "/aging").address == "/aging"
    keep(desk, bo, "Mine")
