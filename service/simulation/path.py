"""The path of a case: notice, call, visit, legal; and who owns it on the way.

A stage hands the case to the team that does that work; an agent who leaves hands over everything.
"""

from dataclasses import dataclass, fields, replace

import numpy as np

from service.simulation.book import Book
from service.simulation.chance import Array, Rng, choose_rows, happens
from service.simulation.people import EARLY, FIELD, LATE, LEGAL, Staff
from service.simulation.plan import DAY, Plan

NOTICE, CALL, VISIT, LAW = range(4)
# The five steps a case may take: stage and speciality. "Late call" changes the team only.
_STEP_STAGE = np.array([NOTICE, CALL, CALL, VISIT, LAW])
_STEP_FOCUS = np.array([EARLY, EARLY, LATE, FIELD, LEGAL])
_SMALL = 300_000  # cents: below this, courts cost more than they bring
KEY = 1 << 31  # more seconds than any history has


@dataclass(frozen=True)
class Spells:
    """Who owned a case from when on; sorted by case and time, one row until the next."""

    case: Array
    start: Array  # seconds
    team: Array
    agent: Array  # -1 = nobody yet, automated treatment
    stage: Array

    def at(self, case: Array, time: Array) -> Array:
        """The row in force for each case and moment (the first one for earlier moments)."""
        keys = self.case.astype(np.int64) * KEY + self.start
        row = np.searchsorted(keys, case.astype(np.int64) * KEY + time, side="right") - 1
        first = np.searchsorted(self.case, case, side="left")
        result: Array = np.maximum(row, first)
        return result

    def take(self, rows: Array) -> "Spells":
        """Some of the rows, in that order."""
        return Spells(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


@dataclass(frozen=True)
class Path:
    """Stage entries as planned, and spells of ownership."""

    case: Array
    stage: Array
    entered: Array  # seconds
    spells: Spells


def walk(plan: Plan, book: Book, staff: Staff) -> Path:
    """The way of every case up to its term or the end of the history; a closing cuts it later."""
    rng = plan.chance("path")
    start = _steps(rng, book)
    until = np.minimum(book.term - book.placed, plan.days - book.placed)
    used = _used(start, until)
    case, step = np.nonzero(used)
    day = book.placed[case] + np.floor(start[case, step]).astype(np.int64)
    # Hand-overs run as a batch between five and seven, before the first call of the day.
    time = day * DAY + rng.integers(5 * 3600, 7 * 3600, len(case))
    stage = _STEP_STAGE[step]
    entry = np.r_[True, (case[1:] != case[:-1]) | (stage[1:] != stage[:-1])]
    team = _teams(rng, book, staff, case, _STEP_FOCUS[step])
    spells = Spells(case, time, team, np.full(len(case), -1, np.int16), stage)
    spells = _rebalanced(rng, spells, plan)
    agent = np.where(spells.stage == NOTICE, -1, staff.pick(rng, spells.team, spells.start // DAY))
    spells = _handed_over(rng, replace(spells, agent=agent), staff, plan)
    return Path(case[entry], stage[entry], time[entry], spells)


def _steps(rng: Rng, book: Book) -> Array:
    """Days after placement at which each of the five steps starts; infinite = never."""
    size = book.size
    dpd = book.dpd - book.aged
    call = np.where(dpd < 60, rng.uniform(3, 13, size), 0)
    visit = np.maximum(call + rng.uniform(28, 65, size), rng.uniform(95, 150, size) - dpd)
    law = np.maximum(visit + rng.uniform(45, 110, size), rng.uniform(185, 290, size) - dpd)
    late = np.maximum(call, rng.uniform(61, 75, size) - dpd)
    visit[happens(rng, 0.08, size)] = np.inf
    law[happens(rng, np.where(book.amount < _SMALL, 0.85, 0.2), size)] = np.inf
    notice = np.where(dpd < 60, 0.0, -1.0)
    early = np.where(late <= call, -1.0, call)
    start = np.stack([notice, early, late, visit, law], axis=1)
    start[:, 0][notice < 0] = np.inf
    start[:, 1][early < 0] = np.inf
    result: Array = np.maximum(start - book.aged[:, None], 0)
    return result


def _used(start: Array, until: Array) -> Array:
    """Which steps happen: before the end, and not overtaken by a later step at the same day."""
    valid = np.isfinite(start) & (start < np.maximum(until, 1)[:, None])
    overtaken = np.full(len(start), np.inf)
    used = np.zeros_like(valid)
    for step in reversed(range(start.shape[1])):
        day = np.floor(start[:, step])
        used[:, step] = valid[:, step] & (day < overtaken)
        overtaken = np.where(used[:, step], day, overtaken)
    return used


def _teams(rng: Rng, book: Book, staff: Staff, case: Array, focus: Array) -> Array:
    """Teams of one speciality differ in the cases they get: by segment, product and region."""
    team = np.zeros(len(case), dtype=np.int16)
    for number in (EARLY, LATE, FIELD, LEGAL):
        able = staff.teams_of(number)
        rows = np.flatnonzero(focus == number)
        which = case[rows]
        weights = np.ones((len(rows), len(able)))
        for place in range(len(able)):
            weights[:, place] += 1.6 * (book.segment[which] // 2 % len(able) == place)
            weights[:, place] += 0.8 * (book.product[which] % len(able) == place)
            weights[:, place] += 0.6 * (book.region[which] % len(able) == place)
        team[rows] = able[choose_rows(rng, weights)]
    return team


def _rebalanced(rng: Rng, spells: Spells, plan: Plan) -> Spells:
    """A few cases change hands within their team, somewhere in the middle of a spell."""
    moved = np.flatnonzero(happens(rng, 0.09, len(spells.case)) & (spells.stage != NOTICE))
    time = (spells.start[moved] // DAY + rng.integers(8, 70, len(moved))) * DAY
    time += rng.integers(6 * 3600, 8 * 3600, len(moved))
    end = _ends(spells, plan)[moved]
    return _inserted(spells, moved[time < end], time[time < end])


def _handed_over(rng: Rng, spells: Spells, staff: Staff, plan: Plan) -> Spells:
    """Cases of an agent who has left go to a colleague; some colleagues leave later, too."""
    while True:
        leaves = np.where(spells.agent >= 0, staff.left[spells.agent], plan.days + 1)
        morning = leaves * DAY + 8 * 3600
        gone = np.flatnonzero((morning > spells.start) & (morning < _ends(spells, plan)))
        if not len(gone):
            return spells
        time = morning[gone] - rng.integers(0, 2 * 3600, len(gone))
        agent = staff.pick(rng, spells.team[gone], time // DAY)
        spells = _inserted(spells, gone, time, agent)


def _ends(spells: Spells, plan: Plan) -> Array:
    """When each spell ends: with the next of its case, or after the history."""
    following = np.r_[spells.start[1:], plan.end]
    same = np.r_[spells.case[1:] == spells.case[:-1], False]
    result: Array = np.where(same, following, plan.end)
    return result


def _inserted(spells: Spells, rows: Array, time: Array, agent: Array | None = None) -> Spells:
    """The spells with copies of `rows` that start at `time`, in order again."""
    more = spells.take(rows)
    more = replace(more, start=time, agent=more.agent if agent is None else agent)
    joined = Spells(
        **{f.name: np.r_[getattr(spells, f.name), getattr(more, f.name)] for f in fields(Spells)}
    )
    return joined.take(np.lexsort((joined.start, joined.case)))
