"""Accounts and sessions: who gets in, for how long, and what is written down; on both databases."""

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import argon2
import pytest

from queries import UserError
from queries.desk import Desk, open_desk
from queries.desk.people import Identity
from queries.desk.signing import (
    MOST_FOR_A_NAME,
    MOST_FROM_AN_ADDRESS,
    NOBODY,
    WINDOW,
    Limits,
    TooMany,
)
from queries.rights import EVERYTHING, Scope

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
LIMITS = Limits(idle=timedelta(hours=2), absolute=timedelta(hours=12))
SENTENCE = "four kites over a harbour"
HERE = "192.0.2.7"


@pytest.fixture
def ada(desk: Desk) -> Desk:
    desk.add_person(
        "Ada Brandt", "lead", Scope("teams", ("T1",)), password=SENTENCE, by="operator", now=NOON
    )
    return desk


def signed_in(desk: Desk, now: datetime = NOON) -> str:
    word = desk.sign_in("Ada Brandt", SENTENCE, now, HERE)
    assert isinstance(word, str)
    return word


def test_no_account_takes_as_long_as_any_other() -> None:
    assert not argon2.PasswordHasher().check_needs_rehash(NOBODY)


def test_who_knows_the_password_is_who_they_are(ada: Desk) -> None:
    person = ada.person(signed_in(ada), NOON, LIMITS)
    assert person is not None
    assert (person.name, person.role) == ("Ada Brandt", "lead")
    assert person.scope == Scope("teams", ("T1",))


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("Ada Brandt", "four kites over a harbor"),
        ("Ada Brandt", ""),
        ("Ada Brandt", SENTENCE + "x" * 1_000),
        ("Nobody", SENTENCE),
        ("", ""),
    ],
)
def test_nobody_else_gets_in_and_it_is_written_down(ada: Desk, name: str, password: str) -> None:
    assert ada.sign_in(name, password, NOON, HERE) is None
    (refused, *_) = ada.deeds()
    assert (refused.what, refused.subject, refused.origin) == ("sign-in refused", name, HERE)


def test_a_guessed_word_opens_nothing(ada: Desk) -> None:
    word = signed_in(ada)
    for guess in ("", word[:-1], word + "x", word.swapcase()):
        assert ada.person(guess, NOON, LIMITS) is None


def test_guesses_at_a_name_are_counted_wherever_they_come_from(ada: Desk) -> None:
    for guess in range(MOST_FOR_A_NAME):
        assert ada.sign_in("Ada Brandt", f"guess {guess}", NOON, f"192.0.2.{guess}") is None
    # Also the right one, or a wrong one would be told from it.
    assert isinstance(ada.sign_in("Ada Brandt", SENTENCE, NOON, HERE), TooMany)
    assert isinstance(ada.sign_in("Ada Brandt", SENTENCE, NOON + WINDOW, HERE), str)


def test_guesses_from_an_address_are_counted_whatever_the_name(ada: Desk) -> None:
    for guess in range(MOST_FROM_AN_ADDRESS):
        assert ada.sign_in(f"Name {guess}", SENTENCE, NOON, HERE) is None
    assert isinstance(ada.sign_in("Ada Brandt", SENTENCE, NOON, HERE), TooMany)
    assert isinstance(ada.sign_in("Ada Brandt", SENTENCE, NOON, "192.0.2.8"), str)


def test_a_session_ends_when_it_rests_too_long_and_lives_while_it_is_used(ada: Desk) -> None:
    word = signed_in(ada)
    assert ada.person(word, NOON + timedelta(minutes=90), LIMITS) is not None
    assert ada.person(word, NOON + timedelta(minutes=180), LIMITS) is not None
    assert ada.person(word, NOON + timedelta(minutes=300), LIMITS) is None


def test_a_session_ends_after_its_time_however_much_it_is_used(ada: Desk) -> None:
    word = signed_in(ada)
    for hour in range(12):
        assert ada.person(word, NOON + timedelta(hours=hour), LIMITS) is not None
    assert ada.person(word, NOON + timedelta(hours=12), LIMITS) is None


def test_signing_out_ends_this_session_or_all(ada: Desk) -> None:
    here, there = signed_in(ada), signed_in(ada)
    ada.sign_out(here, NOON)
    assert ada.person(here, NOON, LIMITS) is None
    assert ada.person(there, NOON, LIMITS) is not None
    again = signed_in(ada)
    ada.sign_out(there, NOON, everywhere=True)
    assert ada.person(again, NOON, LIMITS) is None
    ada.sign_out("no such word", NOON, everywhere=True)


@pytest.mark.parametrize(
    "change",
    [
        {"active": False},
        {"password": "another sentence of mine"},
        {"standing": ("agent", Scope("agent", ("A1",)))},
    ],
)
def test_whatever_is_changed_of_a_person_ends_their_sessions(ada: Desk, change: dict) -> None:
    word = signed_in(ada)
    ada.change_person("Ada Brandt", by="operator", now=NOON, **change)
    assert ada.person(word, NOON, LIMITS) is None


def test_who_is_not_active_does_not_get_in(ada: Desk) -> None:
    ada.change_person("Ada Brandt", by="operator", now=NOON, active=False)
    assert ada.sign_in("Ada Brandt", SENTENCE, NOON, HERE) is None


def test_ended_sessions_are_forgotten_and_others_kept(ada: Desk) -> None:
    old, fresh = signed_in(ada), signed_in(ada, NOON + timedelta(hours=3))
    later = NOON + timedelta(hours=3)
    assert ada.forget_sessions(later, LIMITS) == 1
    assert ada.person(fresh, later, LIMITS) is not None
    assert ada.person(old, NOON, LIMITS) is None


@pytest.mark.parametrize("password", ["", "short", "x" * 201])
def test_a_password_is_neither_short_nor_endless(desk: Desk, password: str) -> None:
    with pytest.raises(UserError, match="The password has"):
        desk.add_person("B", "manager", EVERYTHING, password=password, by="operator", now=NOON)
    assert desk.accounts() == []


def test_a_name_belongs_to_one(ada: Desk) -> None:
    with pytest.raises(UserError, match="with the name 'Ada Brandt' already"):
        ada.add_person(
            " Ada  Brandt ", "manager", EVERYTHING, password=SENTENCE, by="operator", now=NOON
        )


def test_neither_words_nor_passwords_lie_in_the_desk(ada: Desk) -> None:
    word = signed_in(ada)
    kept = []
    with ada._engine.connect() as connection:
        for table in ("people", "sessions", "audit", "secrets"):
            kept += connection.exec_driver_sql(f"SELECT * FROM {table}").fetchall()
    assert kept
    assert word not in str(kept)
    assert SENTENCE not in str(kept)


def test_who_a_service_vouches_for_is_known_by_issuer_and_subject(ada: Desk) -> None:
    team = Scope("teams", ("T2",))
    first = ada.arrived(Identity("https://id.example", "s1"), "Ada Brandt", "lead", team, NOON)
    other = ada.arrived(Identity("https://other.example", "s1"), "Ada Brandt", "lead", team, NOON)
    assert first is not None
    assert other not in (first, None)
    # The same person under a new name, with a new standing.
    known = ada.arrived(Identity("https://id.example", "s1"), "A. Kim", "manager", EVERYTHING, NOON)
    assert known == first
    names = {one.person.name: one for one in ada.accounts()}
    assert list(names) == ["Ada Brandt", "Ada Brandt 2", "Ada Brandt 3"]
    assert names["Ada Brandt"].person.scope == Scope("teams", ("T1",))
    assert names["Ada Brandt 2"].person.role == "manager"
    assert not names["Ada Brandt 2"].person.local
    with pytest.raises(UserError, match="signs in elsewhere"):
        ada.change_person("Ada Brandt 2", by="operator", now=NOON, password=SENTENCE)
    assert ada.sign_in("Ada Brandt 2", "", NOON, HERE) is None
    ada.change_person("Ada Brandt 2", by="operator", now=NOON, active=False)
    again = ada.arrived(Identity("https://id.example", "s1"), "A", "manager", EVERYTHING, NOON)
    assert again is None


def test_a_secret_is_made_once(desk: Desk) -> None:
    assert desk.secret("session key", "first") == "first"
    assert desk.secret("session key", "second") == "first"
    assert desk.secret("another", "third") == "third"


def test_what_was_done_is_found_by_any_of_its_words(ada: Desk) -> None:
    signed_in(ada)
    ada.change_person("Ada Brandt", by="Max 100%", now=NOON + timedelta(hours=1), active=False)
    assert [deed.what for deed in ada.deeds()] == ["person changed", "signed in", "person added"]
    assert [deed.who for deed in ada.deeds(containing="max 100%")] == ["Max 100%"]
    assert ada.deeds(containing="100_") == []
    assert [deed.what for deed in ada.deeds(since=NOON + timedelta(minutes=1))] == [
        "person changed"
    ]
    assert len(ada.deeds(limit=2)) == 2


def test_a_sign_in_that_began_before_a_change_is_worth_nothing(ada: Desk) -> None:
    person = ada.account("Ada Brandt").person.id
    assert person is not None
    later = NOON + timedelta(seconds=1)
    ada.change_person("Ada Brandt", by="operator", now=later, password="another sentence")
    # The old password was checked while it was changed.
    word = ada.begin_session(person, "Ada Brandt", NOON, HERE)
    assert ada.person(word, later, LIMITS) is None
    word = ada.begin_session(person, "Ada Brandt", later, HERE)
    assert ada.person(word, later, LIMITS) is not None


def test_what_cannot_be_printed_is_no_part_of_a_name(ada: Desk) -> None:
    assert ada.sign_in("Ada\x00\x1b[2J\u202eBrandt", SENTENCE, NOON, HERE) is None
    (refused, *_) = ada.deeds()
    assert (refused.who, refused.subject) == ("", "Ada [2J Brandt")


@pytest.mark.parametrize(
    ("role", "scope"),
    [("lead", EVERYTHING), ("lead", Scope()), ("agent", Scope("teams", ("T1",))),
     ("manager", Scope("agencies", ("x",))), ("boss", EVERYTHING)],
)  # fmt: skip
def test_a_role_and_scope_that_do_not_fit_never_reach_the_desk(
    ada: Desk, role: Any, scope: Any
) -> None:
    with pytest.raises(UserError):
        ada.add_person("B", role, scope, password=SENTENCE, by="operator", now=NOON)
    with pytest.raises(UserError):
        ada.change_person("Ada Brandt", by="operator", now=NOON, standing=(role, scope))
    with pytest.raises(UserError):
        ada.arrived(Identity("https://id.example", "s"), "B", role, scope, NOON)
    assert [one.person.name for one in ada.accounts()] == ["Ada Brandt"]


def test_what_a_service_says_of_its_people_is_written_down_when_it_changes(desk: Desk) -> None:
    identity = Identity("https://id.example", "s1")
    for _ in range(2):
        desk.arrived(identity, "Kim", "lead", Scope("teams", ("T1",)), NOON)
    desk.arrived(identity, "Kim", "manager", EVERYTHING, NOON)
    told = [(deed.who, deed.what, deed.detail) for deed in desk.deeds()]
    assert told == [
        ("sign-in service", "person changed", "manager, everything"),
        ("sign-in service", "person added", "lead, teams T1"),
    ]


def test_a_new_desk_file_is_its_owners_alone(tmp_path: Path) -> None:
    open_desk(f"sqlite:///{tmp_path}/new/desk.db").close()
    assert stat.S_IMODE((tmp_path / "new/desk.db").stat().st_mode) == 0o600
