"""A lease has one holder at a time, and lapses; on SQLite and on PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from queries.desk import Desk

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
UNTIL = NOON + timedelta(seconds=45)


def test_one_of_many_who_try_at_once_has_it(desk: Desk) -> None:
    with ThreadPoolExecutor(8) as pool:
        tries = pool.map(
            lambda who: desk.take_lease("schedule", who, NOON, UNTIL), map(str, range(24))
        )
        assert sum(tries) == 1


def test_the_holder_renews_it_and_nobody_else_has_it_meanwhile(desk: Desk) -> None:
    assert desk.take_lease("schedule", "a", NOON, UNTIL)
    later = UNTIL - timedelta(seconds=1)
    assert not desk.take_lease("schedule", "b", later, later + timedelta(seconds=45))
    assert desk.take_lease("schedule", "a", later, later + timedelta(seconds=45))
    assert not desk.take_lease("schedule", "b", UNTIL, UNTIL + timedelta(seconds=45))
    assert desk.take_lease("another", "b", NOON, UNTIL)


def test_a_lease_that_lapsed_goes_to_the_next_and_the_old_holder_learns_it(desk: Desk) -> None:
    assert desk.take_lease("schedule", "a", NOON, UNTIL)
    later = UNTIL + timedelta(seconds=1)
    assert desk.take_lease("schedule", "b", later, later + timedelta(seconds=45))
    assert not desk.take_lease("schedule", "a", later, later + timedelta(seconds=45))


def test_a_lease_given_back_is_free_at_once_but_only_by_its_holder(desk: Desk) -> None:
    assert desk.take_lease("schedule", "a", NOON, UNTIL)
    desk.give_lease_back("schedule", "b")
    assert not desk.take_lease("schedule", "b", NOON, UNTIL)
    desk.give_lease_back("schedule", "a")
    assert desk.take_lease("schedule", "b", NOON, UNTIL)
