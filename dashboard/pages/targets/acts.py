"""What people do on Targets: set and propose, approve, refuse and withdraw. Everything that comes
from a browser is read here, all that is wrong is told at once, and nothing is saved by half."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal, get_args

from charts import Language
from dashboard.acts import Act, Doing, Done, Fields, RefusedError, text_of, whole_of
from dashboard.pages.targets.look import row_key, span_of
from dashboard.targets.marks import disorder, mark_of
from dashboard.typed import UntypableError, as_typed
from queries.desk.targets import ConflictError
from queries.metrics import METRICS
from queries.period import floor, whole
from queries.staff import Staff
from queries.targets.progress import TARGETABLE
from queries.targets.target import (
    LEVELS,
    Aim,
    Edit,
    Grain,
    Marks,
    Version,
    needs_approval,
)  # fmt: skip

MOST_ROWS = 5_000
Verdict = Literal["approved", "refused", "withdrawn"]


@dataclass(frozen=True)
class Wish:
    """A target as somebody wants it; `seen` is the number of the newest version that they saw."""

    aim: Aim
    marks: Marks
    reason: str
    seen: int
    owner: str = ""


def set_targets(doing: Doing, fields: Fields) -> Done:
    """From the grid: the rows that were changed, of one metric and period."""
    language = doing.language
    metric, grain, start = _look(doing, fields)
    rows = fields.get("rows")
    if not isinstance(rows, list) or len(rows) > MOST_ROWS:
        raise RefusedError(language.t("The page sent something unreadable. Load it again."))
    if not rows:
        raise RefusedError(language.t("Nothing is changed: type into the grid first."))
    general, staff = text_of(fields, "reason", 500), doing.answers.staff()
    wishes, errors = [], []
    for row in rows:
        found = _wish(doing, staff, row, (metric, grain, start), general)
        if isinstance(found, Wish):
            wishes.append(found)
        else:
            errors += found
    if errors:
        told = language.n(
            "{count} entry cannot be saved. Nothing was saved.",
            "{count} entries cannot be saved. Nothing was saved.", len(errors),
        )  # fmt: skip
        raise RefusedError(told, data={"errors": errors})
    return save(doing, wishes)


def _look(doing: Doing, fields: Fields) -> tuple[str, Grain, date]:
    """The metric and the period, as the form says."""
    metric, text = text_of(fields, "metric", 80), text_of(fields, "span", 40)
    span = span_of(text)
    # A form names a period by its first day, as it was given to it.
    if metric not in TARGETABLE or span is None or text != f"{span[0]}:{span[1]}":
        raise RefusedError(doing.language.t("The page sent something unreadable. Load it again."))
    known, start = span
    if whole(start, known).last <= doing.answers.freshness().as_of:
        told = doing.language.t(
            "{period} is over: targets are set for periods that are running or to come.",
            period=doing.language.grain(known, start),
        )
        raise RefusedError(told)
    return metric, known, start


def _wish(
    doing: Doing, staff: Staff, row: object, look: tuple[str, Grain, date], general: str
) -> Wish | list[dict[str, str]]:
    """What a row wants, or all that is wrong with it, by field."""
    language = doing.language
    unreadable = language.t("The page sent something unreadable. Load it again.")
    if not isinstance(row, dict):
        raise RefusedError(unreadable)
    key = text_of(row, "key", 220)
    level, _, unit = key.partition(" ")
    known = next((one for one in LEVELS if one == level), None)
    seen = whole_of(row, "number")
    if known is None or unit not in staff.units(known) or seen is None or seen < 0:
        # One that lies elsewhere is like one that there is not.
        raise RefusedError(unreadable)
    metric, grain, start = look
    marks, errors = _marks(row, metric, language)
    if errors:
        return [{"key": key, "field": name, "told": told} for name, told in errors.items()]
    reason = text_of(row, "reason", 500) or general
    if not reason:
        told = language.t("A reason is missing: in its row, or one for all changes.")
        return [{"key": key, "field": "reason", "told": told}]
    return Wish(Aim(metric, known, unit, grain, start), marks, reason, seen)


def _marks(row: Fields, metric: str, language: Language) -> tuple[Marks, dict[str, str]]:
    """The marks of a row, or what is wrong with them by field."""
    declared = METRICS[metric]
    values: dict[str, Decimal | None] = {}
    errors: dict[str, str] = {}
    for name in ("floor", "target", "stretch"):
        try:
            values[name] = mark_of(declared, text_of(row, name, 60), language)
        except UntypableError as error:
            errors[name] = str(error)
    if errors:
        return Marks(None), errors
    marks = Marks(values["target"], values["floor"], values["stretch"])
    wrong = disorder(declared, marks, language)
    return marks, {"target": wrong} if wrong else {}


def save(doing: Doing, wishes: Sequence[Wish]) -> Done:
    """Saves all of them or none; those above the limit wait for the approval of a manager."""
    language, desk = doing.language, doing.desk
    valid = _valid(doing, {wish.aim for wish in wishes})
    edits = [_edit(doing, wish, valid) for wish in wishes]
    try:
        made = desk.set_targets(edits, by=doing.who, now=doing.now, origin=doing.origin)
    except ConflictError as conflict:
        told = language.t(
            "Somebody else has changed some of these meanwhile. Nothing was saved: choose below."
        )
        theirs = [_theirs(doing, version) for version in conflict.conflicts.values()]
        raise RefusedError(told, status=409, data={"conflicts": theirs}) from None
    waiting = sum(version.verdict is None for version in made)
    told = language.n("{count} target saved.", "{count} targets saved.", len(made))
    if waiting:
        told += language.after(
            language.n(
                "{count} waits for the approval of a manager.",
                "{count} wait for the approval of a manager.", waiting,
            )
        )  # fmt: skip
    return Done(told)


def _valid(doing: Doing, aims: Collection[Aim]) -> Mapping[Aim, Version]:
    """What is in force for the targets, and for the periods before theirs."""
    spans = {(aim.grain, start) for aim in aims for start in (aim.starts_on, _before(aim))}
    found: dict[Aim, Version] = {}
    for grain, start in spans:
        found |= doing.desk.targets_in_force(grain, start, start)
    return found


def _before(aim: Aim) -> date:
    """The first day of the period before."""
    return floor(aim.starts_on - timedelta(days=1), aim.grain)


def _edit(doing: Doing, wish: Wish, valid: Mapping[Aim, Version]) -> Edit:
    """A new target is measured against that of the same unit in the period before."""
    aim = wish.aim
    own = valid.get(aim)
    before = own or valid.get(replace(aim, starts_on=_before(aim)))
    approved = doing.person.may("approve targets") or not needs_approval(
        before.marks if before else None, wish.marks, doing.rules.approve_above
    )
    owner = wish.owner or (own.owner if own else doing.who)
    return Edit(aim, wish.marks, owner, wish.reason, wish.seen, approved)


def _theirs(doing: Doing, version: Version) -> dict[str, Any]:
    """What somebody else has set, for the page to show beside what was typed."""
    language, metric, aim = doing.language, METRICS[version.aim.metric], version.aim
    marks: Mapping[str, Decimal | None] = {
        "floor": version.marks.floor, "target": version.marks.target,
        "stretch": version.marks.stretch,
    }  # fmt: skip
    name = doing.answers.staff().units(aim.level).get(aim.unit, aim.unit)
    told = language.t(
        "{unit}: {who} has set {value}.",
        unit=name or language.t("Whole operation"), who=version.by,
        value=language.value(metric, version.marks.target),
    )  # fmt: skip
    return {
        "key": row_key(aim.level, aim.unit), "number": version.number, "told": told,
        **{field: as_typed(metric, value, language) for field, value in marks.items()},
    }  # fmt: skip


def decide(doing: Doing, fields: Fields) -> Done:
    """Approves, refuses or withdraws one proposal."""
    language, staff = doing.language, doing.answers.staff()
    number, verdict = whole_of(fields, "version"), text_of(fields, "verdict", 20)
    known = next((one for one in get_args(Verdict) if one == verdict), None)
    waiting = {version.id: version for version in doing.desk.waiting_targets()}
    version = waiting.get(number or 0)
    if known is None:
        raise RefusedError(language.t("The page sent something unreadable. Load it again."))
    if version is None or not within(staff, version.aim):
        told = language.t("Somebody has decided that already. Load the page again.")
        raise RefusedError(told, status=409)
    if not may_decide(doing, version, known):
        raise RefusedError(language.t("That is for somebody else to decide."), status=403)
    reason = text_of(fields, "note", 500)
    if known == "refused" and not reason:
        raise RefusedError(language.t("Say why it is refused."))
    done = doing.desk.decide_target(
        version.id, known, by=doing.who, now=doing.now, reason=reason, origin=doing.origin
    )
    if done is None:
        told = language.t("Somebody has decided that already. Load the page again.")
        raise RefusedError(told, status=409)
    return Done({
        "approved": language.t("Approved."), "refused": language.t("Refused."),
        "withdrawn": language.t("Withdrawn."),
    }[known])  # fmt: skip


def within(staff: Staff, aim: Aim) -> bool:
    """Whether the unit of a target lies wholly within what somebody sees."""
    return aim.unit in staff.units(aim.level)


def may_decide(doing: Doing, version: Version, verdict: Verdict) -> bool:
    """Proposals are withdrawn by who made them, and decided by somebody else."""
    own = version.by == doing.who
    return own if verdict == "withdrawn" else doing.person.may("approve targets") and not own


ACTS = (
    Act("set-targets", "set targets", set_targets),
    Act("decide-target", "set targets", decide),
)
