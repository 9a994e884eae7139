"""Contacts: when a case is tried, by whom, over which channel. What comes of it is in answers.py.

Attempts keep a cadence: dense after placement, thinner later; on some days the dialer tries again.
They avoid Sundays and holidays, and cluster in the hours in which people can be reached.
"""

from dataclasses import dataclass, fields

import numpy as np

from queries.contract import CHANNELS
from service.simulation.book import Book
from service.simulation.chance import Array, Rng, choose, happens, ranks, round_off
from service.simulation.days import Days
from service.simulation.path import LAW, Path
from service.simulation.people import Staff
from service.simulation.plan import DAY, Plan
from service.simulation.story import Story

VOICE, SMS, EMAIL, CHAT, APP, LETTER, VISIT = (
    CHANNELS.index(name) for name in ("call", "sms", "email", "chat", "app", "letter", "visit")
)
# Attempts a day: FRESH more on the first day, halved after FADE days, STEADY for ever.
_STEADY, _FRESH, _FADE = 0.107, 0.46, 9.0
_INBOUND = 0.0075  # a day, times the readiness to pay
_LIFE = np.arange(0, 1400.0)  # ages in days, the grid on which the cadence is summed

# Kinds of attempt: the channel, and whether a machine makes it.
_KIND_CHANNEL = np.array([VOICE, VOICE, SMS, EMAIL, CHAT, APP, LETTER, VISIT])
_KIND_AUTOMATED = np.array([False, True, True, True, False, True, True, False])
_KINDS = np.array([  # by stage: agent call, machine call, sms, email, chat, app, letter, visit
    [0.10, 0.17, 0.34, 0.11, 0.02, 0.24, 0.02, 0.00],
    [0.66, 0.08, 0.13, 0.03, 0.03, 0.05, 0.02, 0.00],
    [0.57, 0.03, 0.12, 0.02, 0.02, 0.02, 0.05, 0.17],
    [0.58, 0.01, 0.10, 0.09, 0.01, 0.01, 0.18, 0.02],
])  # fmt: skip
_INBOUND_CHANNEL = ((VOICE, CHAT, APP, EMAIL), (0.58, 0.25, 0.12, 0.05))

# Weights of the hours 0 to 23. Calls peak at 10-11, 14-16 and 19; nearly none from 22 to 8.
_CALL_HOURS = (0, 0, 0, 0, 0, 0, 0, 0.02, 4, 8, 13, 12, 3, 4, 11, 12, 11, 7, 5, 9, 3.5, 1, 0.03, 0)
_MESSAGE_HOURS = (0, 0, 0, 0, 0, 0, 0, 0, 6, 14, 12, 8, 7, 6, 8, 8, 7, 6, 7, 6, 4, 1, 0, 0)
_DOOR_HOURS = (0, 0, 0, 0, 0, 0, 0, 0, 1, 8, 12, 9, 3, 4, 10, 12, 11, 8, 7, 6, 1, 0, 0, 0)
_HOURS = {VOICE: _CALL_HOURS, CHAT: _CALL_HOURS, VISIT: _DOOR_HOURS}


@dataclass(frozen=True)
class Calls:
    """Contacts as planned, sorted by case and time; one entry for each."""

    case: Array
    time: Array  # seconds
    channel: Array
    inbound: Array
    automated: Array
    team: Array
    agent: Array  # -1 = automated
    again: Array  # 0 = first try of its day, 1 and 2 = dialled again
    attempt: Array  # how many outbound contacts the case had before
    outcome: Array
    duration: Array  # seconds, -1 = none

    def take(self, rows: Array) -> "Calls":
        """Some of the rows, in that order."""
        return Calls(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


@dataclass(frozen=True)
class Touches:
    """Contacts before anybody or anything answers."""

    case: Array
    time: Array
    kind: Array  # -1 = inbound
    again: Array


def dial(plan: Plan, book: Book, path: Path, staff: Staff, calendar: tuple[Days, Story]) -> Calls:
    """All contacts up to the term of each case or the end of the history, still unanswered."""
    rng = plan.chance("calls")
    days, story = calendar
    touches = _joined(
        _outbound(rng, plan, book, path, days, story), _inbound(rng, plan, book, days)
    )
    spell = path.spells.at(touches.case, touches.time)
    team, owner = path.spells.team[spell], path.spells.agent[spell]
    day = touches.time // DAY
    weak = (team == story.weak_team) & story.weak.holds(day) & (touches.kind == 0)
    kept = ~(weak & happens(rng, 0.5, len(weak)))
    rows = np.flatnonzero(kept)
    return _staffed(rng, touches, staff, (rows, team[rows], owner[rows]))


def _outbound(rng: Rng, plan: Plan, book: Book, path: Path, days: Days, story: Story) -> Touches:
    case, age = _cadence(rng, plan, book)
    day = days.worked(rng, book.placed[case] + np.floor(age).astype(np.int64))
    inside = day < np.minimum(book.term[case] + 1, plan.days)
    case, day = case[inside], day[inside]
    stage = path.spells.stage[path.spells.at(case, day * DAY + 8 * 3600)]
    # While the courts work on a case there is less to call about.
    wanted = (stage != LAW) | happens(rng, 0.75, len(stage))
    case, day, stage = case[wanted], day[wanted], stage[wanted]
    kind = _kinds(rng, stage, story.digital(day))
    tries = _tries(rng, kind)
    again = ranks(tries)
    case, day, kind = (np.repeat(column, tries) for column in (case, day, kind))
    time = day * DAY + _clock(rng, _KIND_CHANNEL[kind])
    # Trying again comes half an hour to three hours after the try before.
    first = np.repeat(time[again == 0], tries)
    later = first + again * rng.integers(1800, 10_800, len(again))
    late = later >= day * DAY + 21 * 3600
    time = np.where(again == 0, time, np.where(late, first + 300 * again, later))
    return Touches(case, time, kind, again)


def _cadence(rng: Rng, plan: Plan, book: Book) -> tuple[Array, Array]:
    """Case and age (days since placement) of every planned attempt."""
    total = _STEADY * _LIFE + _FRESH * _FADE * np.log1p(_LIFE / _FADE)
    span = np.minimum(book.term, plan.days) - book.placed
    low = np.interp(book.aged * 0.5, _LIFE, total)
    high = np.interp(book.aged * 0.5 + span, _LIFE, total)
    effort = np.exp(rng.normal(0, 0.25, book.size)) * (book.amount / 1_500_000.0) ** 0.06
    effort *= np.where(happens(rng, 0.02, book.size), 0.08, 1) * np.where(
        book.hardship >= 0, 0.6, 1
    )
    counts = round_off(rng, (high - low) * effort)
    case = np.repeat(np.arange(book.size), counts)
    # One attempt somewhere in each equal share of the effort: regular, yet not by the clock.
    share = (ranks(counts) + rng.random(len(case))) / counts[case]
    reached = low[case] + (high - low)[case] * share
    age = np.interp(reached, total, _LIFE) - book.aged[case] * 0.5
    return case, np.maximum(age, 0)


def _kinds(rng: Rng, stage: Array, digital: Array) -> Array:
    kind = np.zeros(len(stage), dtype=np.int8)
    for number in range(len(_KINDS)):
        rows = np.flatnonzero(stage == number)
        kind[rows] = choose(rng, _KINDS[number], len(rows))
    # With fewer messages in earlier months a part of them is a call instead.
    message = np.isin(_KIND_CHANNEL[kind], (SMS, EMAIL, CHAT, APP))
    back = message & happens(rng, np.clip(1 - digital, 0, 1), len(kind))
    return np.where(back & (stage > 0), 0, kind).astype(np.int8)


def _tries(rng: Rng, kind: Array) -> Array:
    """How often a touch is tried on its day: calls up to three times, the rest once."""
    voice = _KIND_CHANNEL[kind] == VOICE
    extra = choose(rng, (0.77, 0.165, 0.065), len(kind))
    result: Array = np.where(voice, 1 + extra, 1)
    return result


def _inbound(rng: Rng, plan: Plan, book: Book, days: Days) -> Touches:
    span = np.minimum(book.term, plan.days) - book.placed
    counts = rng.poisson(_INBOUND * span * book.will**0.7)
    case = np.repeat(np.arange(book.size), counts)
    # Customers call rather early in the life of their case.
    age = span[case] * rng.random(len(case)) ** 1.3
    day = days.worked(rng, book.placed[case] + np.floor(age).astype(np.int64))
    inside = day < np.minimum(book.term[case] + 1, plan.days)
    case, day = case[inside], day[inside]
    time = day * DAY + _clock(rng, np.full(len(day), VOICE))
    return Touches(case, time, np.full(len(case), -1, np.int8), np.zeros(len(case), np.int64))


def _clock(rng: Rng, channel: Array) -> Array:
    """A time of day in seconds, by the habits of the channel."""
    time = rng.integers(0, 3600, len(channel))
    for number in range(len(CHANNELS)):
        rows = np.flatnonzero(channel == number)
        hours = choose(rng, _HOURS.get(number, _MESSAGE_HOURS), len(rows))
        time[rows] += hours.astype(np.int64) * 3600
    return time


def _joined(left: Touches, right: Touches) -> Touches:
    columns = {f.name: np.r_[getattr(left, f.name), getattr(right, f.name)] for f in fields(left)}
    order = np.lexsort((columns["time"], columns["case"]))
    return Touches(**{name: column[order] for name, column in columns.items()})


def _staffed(rng: Rng, touches: Touches, staff: Staff, owners: tuple[Array, Array, Array]) -> Calls:
    """Who does it: a machine, the owner of the case, or a colleague of the owner's team."""
    rows, team, owner = owners
    kind, time = touches.kind[rows], touches.time[rows]
    inbound = kind < 0
    size = len(rows)
    channel = np.where(inbound, _inbound_channels(rng, size), _KIND_CHANNEL[kind])
    automated = np.where(inbound, np.isin(channel, (APP, EMAIL)), _KIND_AUTOMATED[kind])
    pooled = ~automated & ((owner < 0) | happens(rng, 0.16, size))
    agent = np.where(automated, -1, owner)
    agent[pooled] = staff.pick(rng, team[pooled], time[pooled] // DAY)
    case = touches.case[rows]
    return Calls(
        case=case,
        time=time,
        channel=channel.astype(np.int8),
        inbound=inbound,
        automated=automated,
        team=team,
        agent=agent.astype(np.int16),
        again=touches.again[rows],
        attempt=_attempts(case, inbound),
        outcome=np.zeros(size, np.int8),
        duration=np.full(size, -1, np.int32),
    )


def _inbound_channels(rng: Rng, size: int) -> Array:
    channels, weights = _INBOUND_CHANNEL
    return np.array(channels)[choose(rng, weights, size)]


def _attempts(case: Array, inbound: Array) -> Array:
    """For rows sorted by case and time: the outbound contacts before each."""
    running = np.cumsum(~inbound) - ~inbound
    first = np.searchsorted(case, case, side="left")
    result: Array = running - running[first]
    return result
