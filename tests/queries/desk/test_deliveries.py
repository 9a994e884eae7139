"""Deliveries of reports: what is kept once, claimed once, and known after every kind of end."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from queries.desk import Desk
from queries.desk.deliveries import LEASE, Addressee, Delivery
from queries.errors import UserError
from queries.period import Period
from queries.rights import Scope
from tests.support.editions import brought_to, delivered, keep

WEEK = Period(date(2026, 2, 23), date(2026, 3, 2))
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
SOON = NOON + timedelta(minutes=3)
LATER = NOON + LEASE + timedelta(seconds=1)
ANN = "ann@example.org"


def one(desk: Desk) -> Delivery:
    (found,) = desk.deliveries()
    return found


def test_who_waits_for_an_edition_waits_once(desk: Desk) -> None:
    for _ in range(2):
        keep(desk, WEEK, {ANN: "smtp", "bob@example.org": "smtp", "out (en)": "folder"}, now=NOON)
    assert len(desk.editions()) == 1
    waiting = desk.due_deliveries(NOON)
    assert sorted(each.recipient for each in waiting) == [ANN, "bob@example.org", "out (en)"]
    assert {each.outcome for each in waiting} == {"waiting"}
    assert desk.deliveries("monthly") == []


@pytest.mark.parametrize("other", [{"scope": Scope("teams", ("T1",))}, {"number": 1}])
def test_another_scope_gives_nobody_the_same_report_twice(
    desk: Desk, other: dict[str, object]
) -> None:
    keep(desk, WEEK, {ANN: "smtp"}, now=NOON)
    keep(desk, WEEK, {ANN: "smtp"}, now=SOON, **other)  # type: ignore[arg-type]
    assert len(desk.deliveries(recipient=ANN)) == 1


@pytest.mark.parametrize(
    "other", [{"number": 2}, {"part": "T1"}, {"report": "monthly"}]
)  # fmt: skip
def test_a_correction_another_team_and_another_report_are_something_else(
    desk: Desk, other: dict[str, object]
) -> None:
    keep(desk, WEEK, {ANN: "smtp"}, now=NOON)
    keep(desk, WEEK, {ANN: "smtp"}, now=SOON, **other)  # type: ignore[arg-type]
    assert len(desk.deliveries(recipient=ANN)) == 2


def test_one_of_many_claims_a_delivery(desk: Desk) -> None:
    keep(desk, WEEK, {ANN: "smtp"}, now=NOON)
    waiting = one(desk)
    with ThreadPoolExecutor(8) as pool:
        claims = pool.map(lambda n: desk.claim_delivery(waiting.id, f"{n}", NOON), range(24))
        assert sum(claims) == 1
    assert one(desk).attempts == 1
    assert desk.due_deliveries(LATER) == []


def test_one_edition_is_made_by_many_who_make_it_at_once(desk: Desk) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: keep(desk, WEEK, {ANN: "smtp"}, now=NOON), range(24)))
    assert len({edition.id for edition in made}) == 1
    assert len(desk.editions()) == 1
    assert len(desk.files_of(made[0].id)) == 1
    assert len(desk.deliveries()) == 1


def test_a_claim_that_lapsed_before_anything_left_waits_again(desk: Desk) -> None:
    delivered(desk, WEEK, ANN, "smtp", "claimed", NOON)
    assert desk.recover_deliveries(SOON) == (0, 0)
    assert desk.recover_deliveries(LATER) == (1, 0)
    (waiting,) = desk.due_deliveries(LATER)
    # The one that slept finds that it must not send any more, and can say nothing about it.
    assert not desk.begin_sending(waiting.id, f"claim of {waiting.id}", LATER)
    assert desk.claim_delivery(waiting.id, "another", LATER)
    assert not desk.begin_sending(waiting.id, f"claim of {waiting.id}", LATER)
    mine = f"claim of {waiting.id}"
    assert not desk.finish_delivery(waiting.id, mine, "failed", "late", LATER)
    assert one(desk).outcome == "claimed"


def test_one_that_was_being_sent_is_unknown_and_never_sent_again(desk: Desk) -> None:
    delivered(desk, WEEK, ANN, "smtp", "sending", NOON)
    assert desk.recover_deliveries(SOON) == (0, 0)
    assert desk.recover_deliveries(LATER) == (0, 1)
    assert one(desk).outcome == "unknown"
    assert "Ask the recipient" in one(desk).detail
    keep(desk, WEEK, {ANN: "smtp"}, now=LATER)
    assert desk.due_deliveries(LATER + timedelta(days=3)) == []


def test_one_that_was_called_unknown_while_it_was_sent_is_corrected(desk: Desk) -> None:
    sending = delivered(desk, WEEK, ANN, "smtp", "sending", NOON)
    desk.recover_deliveries(LATER)
    mine = f"claim of {sending.id}"
    assert desk.finish_delivery(sending.id, mine, "sent", "<id>", LATER)
    assert (one(desk).outcome, one(desk).sent_at) == ("sent", LATER)


@pytest.mark.parametrize(
    ("outcome", "again"), [("sent", False), ("unknown", False), ("failed", True)]
)
def test_only_who_failed_to_get_it_waits_again(desk: Desk, outcome: str, again: bool) -> None:
    delivered(desk, WEEK, ANN, "smtp", outcome, NOON)
    keep(desk, WEEK, {ANN: "smtp"}, now=LATER)
    assert bool(desk.due_deliveries(LATER)) is again


def test_what_waits_for_too_long_has_failed(desk: Desk) -> None:
    keep(desk, WEEK, {ANN: "smtp"}, now=NOON)
    assert desk.give_up_deliveries(NOON + timedelta(hours=24)) == 0
    assert desk.give_up_deliveries(NOON + timedelta(hours=25)) == 1
    assert one(desk).outcome == "failed"
    assert [event.outcome for event in desk.delivery_events(one(desk).id)] == ["failed"]


def test_who_may_see_nothing_is_told_and_gets_it_once_they_may(desk: Desk) -> None:
    place = ("weekly", WEEK, "", 1)
    nobody = Addressee(ANN, "smtp", "en", NOON, "there is no scope")
    for _ in range(2):
        desk.withhold(place, [nobody], NOON)
    assert (one(desk).outcome, one(desk).detail) == ("withheld", "there is no scope")
    assert desk.due_deliveries(LATER) == []
    keep(desk, WEEK, {ANN: "smtp"}, now=SOON)
    assert [each.recipient for each in desk.due_deliveries(SOON)] == [ANN]
    # Who has waited since is not withheld any more by a run that knows it otherwise.
    desk.withhold(place, [nobody], LATER)
    assert one(desk).outcome == "waiting"


@pytest.mark.parametrize("outcome", ["unknown", "failed"])
def test_a_person_resolves_what_is_open_once(desk: Desk, outcome: str) -> None:
    open_one = delivered(desk, WEEK, ANN, "smtp", outcome, NOON)
    until = LATER + timedelta(hours=1)
    desk.resolve_delivery(open_one.id, "arrived", by="ada", now=LATER, give_up_at=until)
    assert (one(desk).outcome, one(desk).sent_at) == ("sent", LATER)
    with pytest.raises(UserError, match="not open any more"):
        desk.resolve_delivery(open_one.id, "send again", by="bo", now=LATER, give_up_at=until)
    deed = desk.deeds()[0]
    assert (deed.who, deed.subject, deed.detail) == ("ada", "weekly 2026-02-23", ANN)
    told = [event.outcome for event in desk.delivery_events(open_one.id)]
    assert told == [outcome, "arrived"]


def test_what_is_to_be_sent_again_waits_with_its_own_time(desk: Desk) -> None:
    open_one = delivered(desk, WEEK, ANN, "smtp", "unknown", NOON)
    much_later = NOON + timedelta(days=3)
    until = much_later + timedelta(hours=1)
    desk.resolve_delivery(open_one.id, "send again", by="ada", now=much_later, give_up_at=until)
    assert desk.give_up_deliveries(much_later) == 0
    (due,) = desk.due_deliveries(much_later)
    brought_to(desk, due, "sent", much_later)
    assert one(desk).outcome == "sent"


def test_what_was_sent_is_in_the_audit_and_what_failed_is_not(desk: Desk) -> None:
    delivered(desk, WEEK, ANN, "smtp", "sent", NOON)
    delivered(desk, WEEK, "bob@example.org", "smtp", "failed", NOON)
    (deed,) = desk.deeds()
    assert (deed.who, deed.what, deed.subject) == ("operator", "report sent", "weekly 2026-02-23")
    assert (deed.at, deed.detail) == (NOON, f"smtp: {ANN}")


def test_an_edition_is_found_by_its_code_with_all_that_was_kept(desk: Desk) -> None:
    scope = Scope("teams", ("T2", "T1"))
    kept = keep(desk, WEEK, now=NOON, scope=scope, part="T1", frozen=b'{"a": 1}')
    grouped = f"{kept.code[:4]}-{kept.code[4:8]}-{kept.code[8:]}".upper()
    assert desk.edition(grouped) == kept
    assert kept.issue.scope == scope
    assert kept.made.at == NOON
    assert desk.frozen_of(kept.id) == b'{"a": 1}'
    (entry,) = desk.files_of(kept.id)
    file = desk.file(entry.id)
    assert file is not None
    assert (file.name, file.sha256, len(file.content)) == (entry.name, entry.sha256, entry.size)
    assert desk.files_with(file.sha256) == [entry]
    assert desk.edition("no such code") is None


def test_a_scope_is_the_same_in_whatever_order_its_keys_are_named(desk: Desk) -> None:
    keep(desk, WEEK, now=NOON, scope=Scope("teams", ("T1", "T2")))
    keep(desk, WEEK, now=NOON, scope=Scope("teams", ("T2", "T1")))
    assert len(desk.editions()) == 1
