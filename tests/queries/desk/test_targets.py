"""Targets: nothing is lost, nothing is changed, and the past stays; on both databases."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from queries import UserError
from queries.desk import Desk, open_desk
from queries.desk import targets as verbs
from queries.desk.targets import ConflictError
from queries.targets.target import Aim, Edit, Marks, Version

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)
ONE = Aim("collected", "team", "T1", "month", NOVEMBER)
TWO = replace(ONE, unit="T2")
NEXT = replace(ONE, starts_on=DECEMBER)


def at(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def edit(aim: Aim, target: str | None, based_on: int = 0, *, approved: bool = True) -> Edit:
    marks = Marks(None if target is None else Decimal(target))
    return Edit(aim, marks, "Ada", "because", based_on, approved)


def put(desk: Desk, *edits: Edit, minute: int = 0, by: str = "Max") -> list[Version]:
    return list(desk.set_targets(edits, by=by, now=at(minute), origin="192.0.2.7"))


def november(desk: Desk, minute: int | None = None) -> Mapping[Aim, Version]:
    moment = None if minute is None else at(minute)
    return desk.targets_in_force("month", NOVEMBER, date(2026, 11, 30), at=moment)


def numbers(versions: Mapping[Aim, Version]) -> dict[Aim, int]:
    return {aim: version.number for aim, version in versions.items()}


# ---- setting and deciding


def test_what_needs_nobody_is_in_force_at_once(desk: Desk) -> None:
    marks = Marks(Decimal("120000.50"), Decimal("1E+5"), Decimal("150000.00"))
    (made,) = put(desk, Edit(ONE, marks, " Ada  Kim ", "a\nb\x00", 0, True))
    assert (made.number, made.verdict, made.by, made.at) == (1, "approved", "Max", NOON)
    assert (made.decided_by, made.decided_at) == ("Max", NOON)
    assert (made.owner, made.reason) == ("Ada Kim", "a b")
    assert made.marks == marks
    assert november(desk) == {ONE: made} == {ONE: desk.target_version(made.id)}
    kept = dump(desk)[0][0]
    assert (kept["floor"], kept["target"], kept["stretch"]) == ("100000", "120000.5", "150000")
    put(desk, edit(TWO, "-0.00"))
    assert dump(desk)[0][1]["target"] == "0"


def test_what_is_proposed_is_in_force_once_it_is_approved(desk: Desk) -> None:
    (first,) = put(desk, edit(ONE, "100"))
    (second,) = put(desk, edit(ONE, "150", 1, approved=False), minute=1)
    assert second.verdict is None
    assert november(desk) == {ONE: first}
    assert desk.waiting_targets() == (second,)
    assert desk.newest_targets("month", NOVEMBER, NOVEMBER) == {ONE: second}
    decided = desk.decide_target(second.id, "approved", by="Eva", now=at(2), reason="fair")
    assert decided == replace(
        second, verdict="approved", decided_by="Eva", decided_at=at(2), decided_reason="fair"
    )
    assert november(desk) == {ONE: decided}
    assert november(desk, 1) == {ONE: first}
    assert desk.waiting_targets() == ()
    assert desk.target_history(ONE) == (decided, first)


@pytest.mark.parametrize("verdict", ["refused", "withdrawn"])
def test_what_is_refused_or_withdrawn_never_comes_into_force(desk: Desk, verdict: Any) -> None:
    (first,) = put(desk, edit(ONE, "100"))
    (second,) = put(desk, edit(ONE, "150", 1, approved=False))
    assert desk.decide_target(second.id, verdict, by="Eva", now=at(1)) is not None
    assert november(desk) == {ONE: first}
    assert desk.newest_targets("month", NOVEMBER, NOVEMBER)[ONE].verdict == verdict


def test_a_version_is_decided_once(desk: Desk) -> None:
    (made,) = put(desk, edit(ONE, "100", approved=False))
    assert desk.decide_target(made.id, "refused", by="Eva", now=at(1)) is not None
    assert desk.decide_target(made.id, "approved", by="Max", now=at(2)) is None
    assert november(desk) == {}
    assert [deed.what for deed in desk.deeds()] == ["target refused", "target proposed"]
    with pytest.raises(UserError, match="no version 99"):
        desk.decide_target(99, "approved", by="Eva", now=at(1))
    with pytest.raises(UserError, match="no version 99"):
        desk.target_version(99)


@pytest.mark.parametrize("approved", [True, False])
def test_a_newer_version_supersedes_one_that_waits(desk: Desk, approved: bool) -> None:
    (old,) = put(desk, edit(ONE, "100", approved=False))
    (new,) = put(desk, edit(ONE, "110", 1, approved=approved), minute=1, by="Eva")
    old = desk.target_version(old.id)
    assert (old.verdict, old.decided_by, old.decided_at) == ("superseded", "Eva", at(1))
    assert desk.decide_target(old.id, "approved", by="Max", now=at(2)) is None
    assert desk.waiting_targets() == (() if approved else (new,))


def test_a_target_can_be_taken_back_and_set_again(desk: Desk) -> None:
    put(desk, edit(ONE, "100"), edit(TWO, "200"))
    put(desk, edit(ONE, None, 1), minute=1)
    assert numbers(november(desk)) == {TWO: 1}
    put(desk, edit(ONE, "90", 2), minute=2)
    assert [numbers(november(desk, minute)) for minute in (0, 1, 2)] == [
        {ONE: 1, TWO: 1}, {TWO: 1}, {ONE: 3, TWO: 1},
    ]  # fmt: skip


def test_only_the_periods_that_were_asked_for_are_told(desk: Desk) -> None:
    week = replace(ONE, grain="week", starts_on=date(2026, 11, 2))
    put(desk, edit(ONE, "1"), edit(NEXT, "2"), edit(week, "3"))
    assert numbers(november(desk)) == {ONE: 1}
    assert set(desk.targets_in_force("month", NOVEMBER, DECEMBER)) == {ONE, NEXT}
    assert set(desk.newest_targets("week", NOVEMBER, DECEMBER)) == {week}
    assert desk.targets_in_force("quarter", NOVEMBER, DECEMBER) == {}


def test_the_revision_changes_with_every_version_and_decision(desk: Desk) -> None:
    assert desk.targets_revision() == (0, 0)
    (made,) = put(desk, edit(ONE, "100", approved=False))
    waiting = desk.targets_revision()
    desk.decide_target(made.id, "approved", by="Eva", now=at(1))
    assert (0, 0) < waiting < desk.targets_revision()


def test_every_step_is_written_down(desk: Desk) -> None:
    put(desk, Edit(ONE, Marks(Decimal(100), floor=Decimal("80.50")), "", "", 0, True))
    (second,) = put(desk, edit(ONE, "150", 1, approved=False))
    desk.decide_target(second.id, "refused", by="Eva", now=NOON, reason="too much")
    put(desk, edit(replace(ONE, level="operation", unit=""), None))
    told = [(deed.who, deed.what, deed.subject, deed.detail) for deed in desk.deeds()]
    subject = "collected team T1 month 2026-11-01"
    whole = "collected operation month 2026-11-01"
    assert told == [
        ("Max", "target set", whole, "none -> none, because"),
        ("Eva", "target refused", subject, "150, too much"),
        ("Max", "target proposed", subject, "100 (floor 80.5) -> 150, because"),
        ("Max", "target set", subject, "none -> 100 (floor 80.5)"),
    ]
    assert {deed.origin for deed in desk.deeds(containing="because")} == {"192.0.2.7"}


# ---- conflicts and what cannot be kept


def test_all_conflicts_are_told_and_nothing_is_saved(desk: Desk) -> None:
    put(desk, edit(ONE, "100"), edit(TWO, "200"))
    newer = put(desk, edit(ONE, "110", 1, approved=False), edit(TWO, "210", 1))
    before = dump(desk)
    with pytest.raises(ConflictError) as caught:
        put(desk, edit(NEXT, "1"), edit(ONE, "120", 1), edit(TWO, "220", 1))
    assert caught.value.conflicts == {ONE: newer[0], TWO: newer[1]}
    with pytest.raises(ConflictError):
        put(desk, edit(ONE, "120", 3))
    assert dump(desk) == before
    assert len(desk.deeds()) == 4


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ((edit(ONE, "1"), edit(TWO, "1"), edit(ONE, "2")), "set 2 times at once"),
        ((edit(ONE, "1", 1),), "has no version 1"),
        ((edit(replace(ONE, starts_on=date(2026, 11, 2)), "1"),), "No month starts on 2026-11-02"),
        ((edit(ONE, "NaN"),), "A target of NaN"),
        ((edit(ONE, "1E+999999"),), "A target of 1E"),
        ((edit(ONE, "1" * 41),), "A target of 1.1"),
        ((replace(edit(ONE, "1"), marks=Marks(None, Decimal(1))),), "a floor or a stretch alone"),
        ((replace(edit(ONE, "1"), owner="x" * 81),), "has 81 characters"),
    ],
)
def test_what_cannot_be_kept_is_refused_as_a_whole(
    desk: Desk, wrong: tuple[Edit, ...], told: str
) -> None:
    with pytest.raises(UserError, match=told):
        put(desk, edit(NEXT, "5"), *wrong)
    assert dump(desk) == ([], [])
    assert put(desk) == []


@contextmanager
def second(desk: Desk) -> Iterator[Desk]:
    """The desk as another process has it."""
    other = open_desk(desk._engine.url.render_as_string(hide_password=False))
    yield other
    other.close()


def test_one_of_many_who_edit_at_once_is_first_and_the_others_are_told(desk: Desk) -> None:
    with second(desk) as other, ThreadPoolExecutor(6) as pool:

        def tried(who: int) -> str:
            mine = [edit(aim, str(who)) for aim in ((ONE, TWO) if who % 2 else (TWO, ONE))]
            try:
                put((desk, other)[who % 2], *mine, by=f"P{who}")
            except ConflictError as error:
                (one, two) = error.conflicts[ONE], error.conflicts[TWO]
                assert one.by == two.by != f"P{who}"
                return one.by
            return f"P{who}"

        assert len(set(pool.map(tried, range(12)))) == 1
    assert len(desk.target_history(ONE)) == len(desk.target_history(TWO)) == 1
    assert len(desk.deeds()) == 2


def test_a_decision_and_a_newer_version_at_once_leave_one_verdict_each(desk: Desk) -> None:
    for turn in range(8):
        aim = replace(ONE, unit=f"T{turn}")
        (old,) = put(desk, edit(aim, "1", approved=False))
        with second(desk) as other, ThreadPoolExecutor(2) as pool:
            newer = pool.submit(put, other, edit(aim, "2", 1))
            decided = pool.submit(desk.decide_target, old.id, "approved", by="Eva", now=at(1))
            newer.result()
        verdict = "superseded" if decided.result() is None else "approved"
        assert [one.verdict for one in desk.target_history(aim)] == ["approved", verdict]
        assert november(desk)[aim].number == 2


def test_the_unique_key_decides_where_two_have_looked_at_the_same_moment(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    if desk._engine.dialect.name == "postgresql":
        pytest.skip("its writers of targets go one after the other")
    look = verbs._refuse_unseen
    with second(desk) as other, monkeypatch.context() as patch:

        def slow(*seen: Any) -> None:
            look(*seen)
            patch.setattr(verbs, "_refuse_unseen", look)
            put(other, edit(TWO, "7"), by="Eva")

        patch.setattr(verbs, "_refuse_unseen", slow)
        with pytest.raises(ConflictError) as caught:
            put(desk, edit(ONE, "1"), edit(TWO, "2"))
    assert {aim: one.by for aim, one in caught.value.conflicts.items()} == {TWO: "Eva"}
    assert numbers(november(desk)) == {TWO: 1}


# ---- any history, against a naive model


@dataclass
class Model:
    """The same in lists: versions by aim, and what was in force after every moment."""

    versions: dict[Aim, list[Version]] = field(default_factory=dict)

    def save(self, edits: list[Edit], minute: int) -> bool:
        fits = all(one.based_on == len(self.versions.get(one.aim, [])) for one in edits)
        for one in edits if fits else []:
            of = self.versions.setdefault(one.aim, [])
            if of and of[-1].verdict is None:
                of[-1] = replace(of[-1], verdict="superseded", decided_at=at(minute))
            made = Version(0, one.aim, one.based_on + 1, one.marks, "Ada", "because", "Max", NOON)
            approved = replace(made, verdict="approved", decided_at=at(minute))
            of.append(approved if one.approved else made)
        return fits

    def decide(self, aim: Aim, number: int, verdict: Any, minute: int) -> bool:
        of = self.versions[aim]
        waits = of[number - 1].verdict is None
        if waits:
            of[number - 1] = replace(of[number - 1], verdict=verdict, decided_at=at(minute))
        return waits

    def in_force(self, minute: int) -> dict[Aim, tuple[int, Decimal]]:
        found = {}
        for aim, of in self.versions.items():
            known = [
                one for one in of
                if one.verdict == "approved" and one.decided_at and one.decided_at <= at(minute)
            ]  # fmt: skip
            if known and known[-1].marks.target is not None:
                found[aim] = (known[-1].number, known[-1].marks.target)
        return found


def dump(desk: Desk) -> tuple[list[Mapping[str, Any]], list[Mapping[str, Any]]]:
    """All rows of both tables, as they lie there."""
    with desk._engine.connect() as connection:
        tables = ("target_versions", "target_decisions")
        found = [
            list(connection.exec_driver_sql(f"SELECT * FROM {name} ORDER BY id").mappings())
            for name in tables
        ]
    return found[0], found[1]


AIMS = (ONE, TWO, replace(ONE, level="operation", unit=""))
TARGETS = st.none() | st.decimals(0, 10**12, places=2).map(str)
# Which aims, their targets, how far behind the newest version the author is, who approves.
SAVING = st.lists(
    st.tuples(st.sampled_from(AIMS), TARGETS, st.sampled_from([0, 0, 0, 0, 1]), st.booleans()),
    min_size=1, max_size=3, unique_by=lambda one: one[0],
)  # fmt: skip
DECIDING = st.tuples(
    st.integers(0, 20), st.sampled_from(["approved", "approved", "refused", "withdrawn"])
)


def saved(desk: Desk, model: Model, step: Any, minute: int) -> None:
    edits = []
    for aim, target, behind, approved in step:
        newest = len(model.versions.get(aim, []))
        edits.append(edit(aim, target, max(0, newest - behind), approved=approved))
    unseen = {one.aim for one in edits if one.based_on < len(model.versions.get(one.aim, []))}
    if model.save(edits, minute):
        put(desk, *edits, minute=minute)
    else:
        with pytest.raises(ConflictError) as caught:
            put(desk, *edits, minute=minute)
        assert set(caught.value.conflicts) == unseen


def decided(desk: Desk, model: Model, step: tuple[int, Any], minute: int) -> None:
    everything = [one for aim in AIMS for one in desk.target_history(aim)]
    if everything:
        one = everything[step[0] % len(everything)]
        done = desk.decide_target(one.id, step[1], by="Eva", now=at(minute))
        assert model.decide(one.aim, one.number, step[1], minute) == (done is not None)


@settings(
    max_examples=40,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=st.lists(SAVING | DECIDING, max_size=12))
def test_whatever_is_done_later_the_past_stays(desk: Desk, steps: list[Any]) -> None:
    with desk._engine.begin() as connection:
        for table in ("target_decisions", "target_versions"):
            connection.exec_driver_sql(f"DELETE FROM {table}")
    model, was = Model(), {}
    rows: Any = ([], [])
    for minute, step in enumerate(steps):
        (saved if isinstance(step, list) else decided)(desk, model, step, minute)
        was[minute] = november(desk, minute)
        told = {aim: (one.number, one.marks.target) for aim, one in was[minute].items()}
        assert told == model.in_force(minute)
        assert november(desk) == was[minute]
        now = dump(desk)
        assert all(new[: len(old)] == old for new, old in zip(now, rows, strict=True))
        rows = now
        waiting = [one for of in model.versions.values() for one in of if one.verdict is None]
        assert len(desk.waiting_targets()) == len(waiting)
    for minute, then in was.items():
        assert november(desk, minute) == then
    # Nothing that was saved is lost: every target, in the order of its numbers.
    for aim, of in model.versions.items():
        kept = desk.target_history(aim)[::-1]
        assert [(one.number, one.marks, one.verdict) for one in kept] == [
            (one.number, one.marks, one.verdict) for one in of
        ]
