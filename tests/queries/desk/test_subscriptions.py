"""Mail addresses of people, what they subscribe to, and what an address does not want any more."""

from datetime import UTC, date, datetime, timedelta

import pytest
from itsdangerous import Signer

from queries.desk import Desk
from queries.desk.people import Identity
from queries.desk.seals import Seal
from queries.errors import UserError
from queries.mailboxes import mailbox, plain_address
from queries.period import Period
from queries.rights import EVERYTHING, OPERATOR, Person, Role, Scope
from tests.support.editions import keep

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
LATER = NOON + timedelta(hours=1)
WEEK = Period(date(2026, 2, 23), date(2026, 3, 2))
WORD = "four kites over a harbour"
NORTH = Scope("teams", ("T1",))
ISSUER = "https://id.example.org"


def add(
    desk: Desk, name: str, role: Role = "manager", scope: Scope = EVERYTHING, mail: str = ""
) -> Person:
    desk.add_person(name, role, scope, password=WORD, by="operator", now=NOON, mail=mail)
    return desk.account(name).person


def told(desk: Desk, what: str) -> list[tuple[str, str, str]]:
    return [(one.who, one.subject, one.detail) for one in desk.deeds() if one.what == what]


@pytest.mark.parametrize("text", ["ann@example.org", " o'neil+x@b-c.example ", "王@例子.中国"])
def test_a_plain_address_is_kept_as_it_is(text: str) -> None:
    assert plain_address(text) == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "", "ann", "ann@", "@b.c", "a@b@c", "Ann <ann@example.org>", "a@b.c, d@e.f", "a b@c.d",
        "a@b.c\nBcc: x@y.z", "a@b.c\x00", "<a@b.c>", '"a"@b.c', "a" * 320 + "@b.c",
    ],
)  # fmt: skip
def test_what_is_no_plain_address_is_refused(text: str) -> None:
    with pytest.raises(UserError, match="no mail address"):
        plain_address(text)


def test_one_mailbox_is_one_however_it_is_written() -> None:
    for text in ("ann@example.org", "Ann Lee <Ann@Example.ORG>", " ANN@example.org"):
        assert mailbox(text) == "ann@example.org"
    assert mailbox("no address") == mailbox("No Address ")


def test_an_address_belongs_to_one_person_and_can_be_taken_away(desk: Desk) -> None:
    add(desk, "Ann", mail=" ann@example.org ")
    add(desk, "Bob")
    assert [one.mail for one in desk.accounts()] == ["ann@example.org", ""]
    for change in ("ANN@example.org", "not one"):
        with pytest.raises(UserError):
            desk.change_person("Bob", by="operator", now=LATER, mail=change)
    with pytest.raises(UserError, match="somebody else's"):
        add(desk, "Cy", mail="ann@example.org")
    assert [one.person.name for one in desk.accounts()] == ["Ann", "Bob"]
    desk.change_person("Ann", by="operator", now=LATER, mail="Ann@example.org")
    desk.change_person("Ann", by="operator", now=LATER, mail=" ")
    desk.change_person("Bob", by="operator", now=LATER, mail="ann@example.org")
    assert [one.mail for one in desk.accounts()] == ["", "ann@example.org"]
    assert told(desk, "person changed")[::-1] == [
        ("operator", "Ann", "Ann@example.org"), ("operator", "Ann", "no mail address"),
        ("operator", "Bob", "ann@example.org"),
    ]  # fmt: skip
    assert ("operator", "Ann", "manager, everything, ann@example.org") in told(desk, "person added")


def test_a_sign_in_service_tells_the_address_and_nobody_is_known_by_it(desk: Desk) -> None:
    add(desk, "Bob", mail="bob@example.org")

    def arrive(subject: str, mail: str, scope: Scope = EVERYTHING) -> int | None:
        return desk.arrived(Identity(ISSUER, subject), "Ann", "manager", scope, LATER, mail)

    def mail_of(name: str) -> str:
        return desk.account(name).mail

    first = arrive("1", "ann@example.org")
    assert (arrive("1", "ann@example.org"), mail_of("Ann")) == (first, "ann@example.org")
    assert len(told(desk, "person changed")) == 1
    # Told no more, or told badly: what is known stays.
    for said in ("", "Ann <x@example.org>"):
        assert (arrive("1", said), mail_of("Ann")) == (first, "ann@example.org")
    assert (arrive("1", "lee@example.org"), mail_of("Ann")) == (first, "lee@example.org")
    # The address of somebody else makes nobody them, and is not taken from them.
    second = arrive("2", "Bob@example.org")
    assert second not in (first, desk.account("Bob").person.id)
    assert (mail_of("Ann 2"), mail_of("Bob")) == ("", "bob@example.org")
    assert [detail for _, _, detail in told(desk, "person changed")] == [
        "manager, everything, lee@example.org", "manager, everything, ann@example.org"
    ]  # fmt: skip


def test_a_person_subscribes_changes_the_language_and_ends_it(desk: Desk) -> None:
    ann = add(desk, "Ann", mail="ann@example.org")
    lead = add(desk, "Lea", "lead", NORTH)
    desk.subscribe(ann, "weekly", "en", now=NOON)
    desk.subscribe(ann, "weekly", "zh_Hans_CN", now=LATER)
    desk.subscribe(lead, "team", "en", now=NOON, by="Ann", origin="192.0.2.1")
    (mine,) = desk.subscriptions(ann)
    assert (mine.report, mine.locale, mine.made_at) == ("weekly", "zh_Hans_CN", LATER)
    (one,) = desk.subscribers("weekly")
    assert (one.person, one.mail, one.active, one.locale) == (
        ann, "ann@example.org", True, "zh_Hans_CN",
    )  # fmt: skip
    (other,) = desk.subscribers("team")
    assert (other.person.scope, other.mail) == (NORTH, "")
    assert desk.unsubscribe(ann, "weekly", now=LATER)
    assert not desk.unsubscribe(ann, "weekly", now=LATER)
    assert not desk.unsubscribe(ann, "daily", now=LATER)
    assert (desk.subscriptions(ann), desk.subscribers("weekly")) == ([], [])
    # A line of the configuration would bring it back, with the figures of all.
    assert set(desk.declined("weekly")) == {"ann@example.org"}
    desk.subscribe(ann, "weekly", "en", now=LATER)
    assert desk.declined("weekly") == {}
    assert len(desk.subscriptions(ann)) == 1
    assert told(desk, "report subscribed")[::-1] == [
        ("Ann", "Ann", "weekly, en"), ("Ann", "Ann", "weekly, zh_Hans_CN"),
        ("Ann", "Lea", "team, en"), ("Ann", "Ann", "weekly, en"),
    ]  # fmt: skip
    assert told(desk, "report unsubscribed") == [("Ann", "Ann", "weekly")]


def test_who_has_no_right_to_a_report_cannot_subscribe_to_it(desk: Desk) -> None:
    lead = add(desk, "Lea", "lead", NORTH, "lea@example.org")
    agent = add(desk, "Al", "agent", Scope("agent", ("A1",)))
    for person, report in (
        (lead, "weekly"), (agent, "team"), (lead, "s"), (lead, ""), (OPERATOR, "weekly"),
    ):  # fmt: skip
        with pytest.raises(UserError, match="cannot subscribe"):
            desk.subscribe(person, report, "en", now=NOON)
    assert desk.deeds(containing="report") == []


def test_subscribers_are_told_as_they_are_now(desk: Desk) -> None:
    ann = add(desk, "Ann", mail="ann@example.org")
    desk.subscribe(ann, "weekly", "en", now=NOON)
    desk.change_person(
        "Ann", by="operator", now=LATER, standing=("lead", NORTH), active=False, mail=""
    )
    (one,) = desk.subscribers("weekly")
    assert (one.person.role, one.person.scope, one.active, one.mail) == ("lead", NORTH, False, "")


def test_an_address_that_declines_gets_nothing_by_either_way(desk: Desk) -> None:
    ann = add(desk, "Ann", mail="Ann@example.org")
    for report in ("weekly", "monthly"):
        desk.subscribe(ann, report, "en", now=NOON)
    assert desk.decline("weekly", "Ann Lee <ann@example.org>", now=LATER, origin="192.0.2.1")
    assert not desk.decline("weekly", "ann@example.org", now=LATER)
    assert [one.report for one in desk.subscriptions(ann)] == ["monthly"]
    assert desk.declined("weekly") == {"ann@example.org": LATER}
    assert desk.declined("monthly") == {}
    assert desk.want_again("weekly", "ANN@example.org", now=LATER, by="operator")
    assert not desk.want_again("weekly", "ann@example.org", now=LATER, by="operator")
    assert not desk.want_again("weekly", "", now=LATER, by="operator")
    assert told(desk, "report declined") == [("link in a letter", "ann@example.org", "weekly")]
    assert told(desk, "report wanted again") == [("operator", "ann@example.org", "weekly")]


def test_a_letter_is_known_by_its_key_and_nothing_else_is(desk: Desk) -> None:
    keep(desk, WEEK, {"Ann <ann@example.org>": "smtp", "out (en)": "folder"}, now=NOON)
    keys = {one.recipient: one.key for one in desk.deliveries()}
    assert desk.letter_with(keys["Ann <ann@example.org>"]) == (
        "weekly", "Ann <ann@example.org>", "en",
    )  # fmt: skip
    for key in (keys["out (en)"], "", "x" * 64, keys["Ann <ann@example.org>"][:-1]):
        assert desk.letter_with(key) is None


def test_one_mailbox_gets_a_report_once_however_it_is_written(desk: Desk) -> None:
    keep(desk, WEEK, {"Ann <ann@example.org>": "smtp", "Out": "folder"}, now=NOON)
    keep(desk, WEEK, {"ANN@example.org": "smtp", "out": "folder"}, now=LATER)
    assert sorted(one.recipient for one in desk.deliveries()) == [
        "Ann <ann@example.org>", "Out", "out",
    ]  # fmt: skip


def test_a_word_opens_what_it_was_made_of_and_every_change_of_it_nothing(desk: Desk) -> None:
    seal, key = desk.seal(), "0123456789abcdef" * 4
    word = seal.word(key)
    assert desk.seal().key(word) == key
    assert "@" not in word
    for at in range(len(word)):
        for other in ("0", "_", ""):
            changed = word[:at] + other + word[at + 1 :]
            # Two bits of the last letter say nothing.
            last = {key} if at == len(word) - 1 and other else set()
            assert changed == word or seal.key(changed) in {None, *last}
    for forged in ("", ".", key, f"{key}.", f"{key}.x", word + "x", "é" * 20, "x" * 5_000):
        assert seal.key(forged) is None


def test_words_of_another_desk_open_nothing(desk: Desk) -> None:
    key = "0123456789abcdef" * 4
    stranger = Seal(Signer("another", salt="arrears.unsubscribe"))
    assert desk.seal().key(stranger.word(key)) is None
    # Nor does anything that is signed with the key for another purpose.
    secret = desk.secret("unsubscribe key", "unused")
    assert desk.seal().key(Signer(secret).sign(key).decode()) is None
