"""Targets as people set, propose and decide on them. A version is never changed and none is ever
removed, so a report of the past keeps the target that was valid then."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, cast

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select
from sqlalchemy.orm import Session

from queries.desk.auditing import Deed, write_down
from queries.desk.people import plain_name
from queries.desk.rows import TargetDecisionRow, TargetVersionRow
from queries.desk.session import Verbs, yielding_insert
from queries.errors import UserError
from queries.period import floor
from queries.targets.target import Aim, Edit, Grain, Level, Marks, Verdict, Version

Decided = Literal["approved", "refused", "withdrawn"]

_DEEDS: Mapping[Decided, str] = {
    "approved": "target approved",
    "refused": "target refused",
    "withdrawn": "target withdrawn",
}
_LONGEST = {"metric": 80, "unit": 200, "owner": 80}
_MOST_DIGITS = 40

# An arbitrary number that names the lock of those who write targets in PostgreSQL.
_WRITING = 7_277_328

# A version and its decision: there is none while it waits, whatever SQLAlchemy says of its type.
_Wanted = Select[TargetVersionRow, TargetDecisionRow]
_Pair = Row[TargetVersionRow, TargetDecisionRow]

_V, _D = TargetVersionRow, TargetDecisionRow
_AIM = (_V.metric, _V.level, _V.unit, _V.grain, _V.starts_on)
_VERSIONS = select(_V, _D).outerjoin(_D, _D.version_id == _V.id)


class ConflictError(UserError):
    """Somebody else was faster, and nothing was saved. `conflicts` are the newest versions of all
    targets of which the author has not seen the newest."""

    def __init__(self, conflicts: Mapping[Aim, Version]) -> None:
        self.conflicts = conflicts
        super().__init__(
            f"Somebody else has changed {len(conflicts)} of these targets meanwhile.",
            "edits of the newest versions",
            "look at the newest versions, then set the targets again",
        )


@dataclass(frozen=True)
class _Hand:
    """Who does it, when, and from which address."""

    by: str
    at: datetime
    origin: str


class Targets(Verbs):
    """The targets of the desk."""

    def set_targets(
        self, edits: Sequence[Edit], *, by: str, now: datetime, origin: str = ""
    ) -> Sequence[Version]:
        """Makes a version of each edit, in their order: all of them or none. One that still waits
        for approval is superseded. Owner and reason are kept as one line of printable text.

        Raises ConflictError where the author has not seen the newest version, and UserError for
        edits that cannot be kept.
        """
        usable = [_usable(edit) for edit in edits]
        _refuse_twice(usable)
        hand = _Hand(by, now, origin)
        with self._session() as session:
            _one_at_a_time(session)
            before = _of(session, usable)
            _refuse_unseen(usable, before)
            valid = _of(session, usable, _D.verdict == "approved")
            if not _add(session.connection(), usable, hand):
                session.rollback()
                _refuse_unseen(usable, _of(session, usable))
                raise AssertionError("The number of a version is taken, yet nobody took it.")
            made = _of(session, usable)
            _decide_at_once(session.connection(), usable, before, made, hand)
            for edit in usable:
                _write_down(session.connection(), edit, valid.get(edit.aim), hand)
            session.commit()
        return tuple(_as_decided(made[edit.aim], edit, hand) for edit in usable)

    def decide_target(
        self,
        version_id: int,
        verdict: Decided,
        *,
        by: str,
        now: datetime,
        reason: str = "",
        origin: str = "",
    ) -> Version | None:
        """The version as it was decided; None where somebody had decided it already. Raises
        UserError where there is no such version."""
        hand, reason, what = _Hand(by, now, origin), plain_name(reason), _DEEDS[verdict]
        with self._session() as session:
            _one_at_a_time(session)
            version = _version_of(session, version_id)
            connection = session.connection()
            decision = _decision(version_id, verdict, hand, reason)
            if not _insert(connection, TargetDecisionRow, [decision]):
                return None
            detail = ", ".join(filter(None, (_told(version.marks), reason)))
            write_down(connection, Deed(now, by, what, subject_of(version.aim), detail, origin))
            session.commit()
        return replace(
            version, verdict=verdict, decided_by=by, decided_at=now, decided_reason=reason
        )

    def targets_in_force(
        self, grain: Grain, first: date, last: date, *, at: datetime | None = None
    ) -> Mapping[Aim, Version]:
        """The newest approved versions of the targets whose periods start from `first` to `last`,
        without those that were taken back. With `at` they are those of that moment, whatever was
        decided later."""
        known = [_D.verdict == "approved", *_starting(grain, first, last)]
        if at is not None:
            known.append(_D.at <= at)
        with self._session() as session:
            versions = _read(session, _newest(*known).where(_V.target.is_not(None)))
        return {version.aim: version for version in versions}

    def newest_targets(self, grain: Grain, first: date, last: date) -> Mapping[Aim, Version]:
        """The newest versions of the same targets, whatever became of them: what an edit is based
        on, and what waits."""
        with self._session() as session:
            versions = _read(session, _newest(*_starting(grain, first, last)))
        return {version.aim: version for version in versions}

    def waiting_targets(self) -> Sequence[Version]:
        """The versions that nobody has decided yet, oldest first."""
        with self._session() as session:
            return _read(session, _VERSIONS.where(_D.id.is_(None)).order_by(_V.at, _V.id))

    def target_history(self, aim: Aim) -> Sequence[Version]:
        """All versions of a target, newest first."""
        same = [column == value for column, value in zip(_AIM, _key(aim), strict=True)]
        with self._session() as session:
            return _read(session, _VERSIONS.where(*same).order_by(_V.number.desc()))

    def target_version(self, version_id: int) -> Version:
        """The version with this id. Raises UserError where there is none."""
        with self._session() as session:
            return _version_of(session, version_id)

    def targets_revision(self) -> tuple[int, int]:
        """The newest id of a version and of a decision, 0 where there is none. As long as it stays
        the same, so does everything that is asked of targets."""
        versions = select(func.coalesce(func.max(_V.id), 0)).scalar_subquery()
        decisions = select(func.coalesce(func.max(_D.id), 0)).scalar_subquery()
        with self._engine.connect() as connection:
            version, decision = connection.execute(select(versions, decisions)).one()
        return version, decision


def subject_of(aim: Aim) -> str:
    """What a target is called in the audit: "collected team T1 month 2026-11-01"."""
    parts = (aim.metric, aim.level, aim.unit, aim.grain, aim.starts_on.isoformat())
    return " ".join(filter(None, parts))


# ---- reading


def _key(aim: Aim) -> tuple[str, str, str, str, date]:
    """The values of the columns of `_AIM`."""
    return aim.metric, aim.level, aim.unit, aim.grain, aim.starts_on


def _starting(grain: Grain, first: date, last: date) -> list[ColumnElement[bool]]:
    return [_V.grain == grain, _V.starts_on.between(first, last)]


def _newest(*known: ColumnElement[bool]) -> _Wanted:
    """Of each target the newest of the versions that fulfil all of it, with its decision."""
    place = func.row_number().over(partition_by=_AIM, order_by=_V.number.desc())
    joined = select(_V.id, place.label("place")).outerjoin(_D, _D.version_id == _V.id)
    ranked = joined.where(*known).subquery()
    return _VERSIONS.where(_V.id.in_(select(ranked.c.id).where(ranked.c.place == 1)))


def _of(
    session: Session, edits: Sequence[Edit], *known: ColumnElement[bool]
) -> Mapping[Aim, Version]:
    """The newest versions of what is edited that fulfil all of `known`."""
    aims = {edit.aim for edit in edits}
    near = (
        _V.metric.in_({aim.metric for aim in aims}),
        _V.unit.in_({aim.unit for aim in aims}),
        _V.grain.in_({aim.grain for aim in aims}),
        _V.starts_on.in_({aim.starts_on for aim in aims}),
    )
    versions = _read(session, _newest(*near, *known))
    return {version.aim: version for version in versions if version.aim in aims}


def _version_of(session: Session, version_id: int) -> Version:
    found = _read(session, _VERSIONS.where(_V.id == version_id))
    if not found:
        raise UserError(
            f"There is no version {version_id} of a target.",
            "the id of one that was set or proposed",
            "load the page again",
        )
    return found[0]


def _read(session: Session, wanted: _Wanted) -> Sequence[Version]:
    return tuple(_version(row) for row in session.execute(wanted))


def _version(row: _Pair) -> Version:
    made, decided = row
    level, grain = cast(Level, made.level), cast(Grain, made.grain)
    version = Version(
        id=made.id,
        aim=Aim(made.metric, level, made.unit, grain, made.starts_on),
        number=made.number,
        marks=Marks(_exact(made.target), _exact(made.floor), _exact(made.stretch)),
        owner=made.owner,
        reason=made.reason,
        by=made.by,
        at=made.at,
    )
    if decided is None:
        return version
    return replace(
        version,
        verdict=cast(Verdict, decided.verdict),
        decided_by=decided.by,
        decided_at=decided.at,
        decided_reason=decided.reason,
    )


def _exact(kept: str | None) -> Decimal | None:
    return None if kept is None else Decimal(kept)


# ---- writing


def _one_at_a_time(session: Session) -> None:
    """Lets nobody else write targets before this transaction ends, so that ids become visible in
    their order: `targets_revision` relies on it. SQLite has one writer anyway."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITING})")


def _refuse_twice(edits: Sequence[Edit]) -> None:
    for aim, times in Counter(edit.aim for edit in edits).items():
        if times > 1:
            raise UserError(
                f"The target {subject_of(aim)} is set {times} times at once.",
                "every target once",
                "keep one of them",
            )


def _refuse_unseen(edits: Sequence[Edit], newest: Mapping[Aim, Version]) -> None:
    """Raises ConflictError unless each edit is based on the newest version of its target."""
    for edit in edits:
        if edit.based_on and edit.aim not in newest:
            raise UserError(
                f"The target {subject_of(edit.aim)} has no version {edit.based_on}.",
                "an edit of the newest version",
                "load the page again",
            )
    unseen = {
        edit.aim: newest[edit.aim]
        for edit in edits
        if edit.aim in newest and newest[edit.aim].number != edit.based_on
    }
    if unseen:
        raise ConflictError(unseen)


def _add(connection: Connection, edits: Sequence[Edit], hand: _Hand) -> bool:
    """Whether all versions were made: the number of one may be taken."""
    rows = [
        {
            **{column.key: value for column, value in zip(_AIM, _key(edit.aim), strict=True)},
            "number": edit.based_on + 1, "owner": edit.owner, "reason": edit.reason,
            "target": _kept(edit.marks.target), "floor": _kept(edit.marks.floor),
            "stretch": _kept(edit.marks.stretch), "by": hand.by, "at": hand.at,
        }
        for edit in edits
    ]  # fmt: skip
    return _insert(connection, TargetVersionRow, rows) == len(rows)


def _decide_at_once(
    connection: Connection,
    edits: Sequence[Edit],
    before: Mapping[Aim, Version],
    made: Mapping[Aim, Version],
    hand: _Hand,
) -> None:
    """What waited is superseded, and what needs nobody is approved. Whoever decides at the same
    moment what waited may be first: their verdict is as good."""
    waited = [before[edit.aim] for edit in edits if edit.aim in before]
    past = [_decision(one.id, "superseded", hand) for one in waited if one.verdict is None]
    fresh = [_decision(made[edit.aim].id, "approved", hand) for edit in edits if edit.approved]
    _insert(connection, TargetDecisionRow, [*past, *fresh])


def _write_down(connection: Connection, edit: Edit, valid: Version | None, hand: _Hand) -> None:
    """In the audit: what was in force until then, and what was set or proposed."""
    what = "target set" if edit.approved else "target proposed"
    change = f"{_told(valid.marks if valid else Marks(None))} -> {_told(edit.marks)}"
    detail = ", ".join(filter(None, (change, edit.reason)))
    deed = Deed(hand.at, hand.by, what, subject_of(edit.aim), detail, hand.origin)
    write_down(connection, deed)


def _as_decided(version: Version, edit: Edit, hand: _Hand) -> Version:
    if not edit.approved:
        return version
    return replace(version, verdict="approved", decided_by=hand.by, decided_at=hand.at)


def _decision(version_id: int, verdict: Verdict, hand: _Hand, reason: str = "") -> dict[str, Any]:
    return {
        "version_id": version_id, "verdict": verdict, "by": hand.by, "at": hand.at,
        "reason": reason,
    }  # fmt: skip


def _insert(
    connection: Connection,
    row: type[TargetVersionRow] | type[TargetDecisionRow],
    rows: Sequence[Mapping[str, Any]],
) -> int:
    """Adds the rows whose unique key is free, and says how many these are."""
    if not rows:
        return 0
    insert = yielding_insert(row, connection.dialect.name, {})
    return len(connection.execute(insert, rows).all())


def _usable(edit: Edit) -> Edit:
    """The edit as it can be kept. Raises UserError for one that cannot."""
    aim, marks, owner = edit.aim, edit.marks, plain_name(edit.owner)
    for name, text in (("metric", aim.metric), ("unit", aim.unit), ("owner", owner)):
        if len(text) > _LONGEST[name]:
            raise UserError(
                f"The {name} {text[:20]!r}… has {len(text)} characters.",
                f"at most {_LONGEST[name]} characters",
            )
    start = floor(aim.starts_on, aim.grain)
    if start != aim.starts_on:
        raise UserError(f"No {aim.grain} starts on {aim.starts_on}.", f"its first day, {start}")
    if marks.target is None and (marks.floor, marks.stretch) != (None, None):
        raise UserError(
            f"The target {subject_of(aim)} has a floor or a stretch alone.",
            "a target, or nothing at all, which takes the target back",
        )
    for value in (marks.floor, marks.target, marks.stretch):
        _kept(value)
    return replace(edit, owner=owner, reason=plain_name(edit.reason))


def _kept(value: Decimal | None) -> str | None:
    """The text of an exact number: no exponent, no zeros at its end. Raises UserError for one that
    is not finite or too long for its column."""
    if value is None:
        return None
    if value.is_finite() and abs(value.adjusted()) < _MOST_DIGITS:
        text = f"{value:f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
        if len(text) <= _MOST_DIGITS:
            return "0" if text == "-0" else text
    raise UserError(f"A target of {value:.6}.", f"a number of at most {_MOST_DIGITS} digits")


def _told(marks: Marks) -> str:
    """The marks in the unit of the metric, for the audit: "120 (floor 100, stretch 150)"."""
    named = (("floor", marks.floor), ("stretch", marks.stretch))
    others = ", ".join(f"{name} {_kept(value)}" for name, value in named if value is not None)
    target = _kept(marks.target) or "none"
    return f"{target} ({others})" if others else target
