"""What comes of an attempt: outcomes by channel, hour, agent, customer and number of tries."""

from dataclasses import replace

import numpy as np

from queries.contract import OUTCOMES
from service.simulation.book import Book
from service.simulation.calls import APP, CHAT, EMAIL, LETTER, SMS, VISIT, VOICE, Calls
from service.simulation.chance import Array, Rng, choose, choose_rows, happens, logistic
from service.simulation.days import Days
from service.simulation.people import Staff
from service.simulation.plan import DAY, Plan
from service.simulation.story import Story

(
    NO_ANSWER, BUSY, FAILED, WRONG_NUMBER, VOICEMAIL,
    DELIVERED, READ, THIRD_PARTY, RIGHT_PARTY, REFUSED,
) = range(len(OUTCOMES))  # fmt: skip

# Log odds of a connected call, by hour of the day: evenings are best, lunch is poor.
_HOUR = np.array(
    [0.0] * 8
    + [-0.15, 0.0, 0.12, 0.08, -0.2, -0.25, 0.0, 0.05, 0.0, -0.05, 0.2, 0.35, 0.25, 0, -0.4, 0]
)
_WEEKDAY = np.array([-0.05, 0.05, 0.05, 0.0, -0.05, 0.15, 0.1])
_UNANSWERED = ((NO_ANSWER, BUSY, FAILED, WRONG_NUMBER), (0.70, 0.16, 0.06, 0.08))
# Channels without a conversation, and the door.
_FIXED = {
    SMS: ((DELIVERED, READ, FAILED), (0.80, 0.10, 0.10)),
    EMAIL: ((DELIVERED, READ, FAILED), (0.62, 0.24, 0.14)),
    APP: ((DELIVERED, READ, FAILED), (0.52, 0.46, 0.02)),
    LETTER: ((DELIVERED, FAILED), (0.86, 0.14)),
    CHAT: ((DELIVERED, READ, RIGHT_PARTY, REFUSED), (0.36, 0.30, 0.29, 0.05)),
    VISIT: (
        (NO_ANSWER, WRONG_NUMBER, THIRD_PARTY, RIGHT_PARTY, REFUSED),
        (0.36, 0.06, 0.25, 0.26, 0.07),
    ),
}
_TALK = {  # median seconds and spread of the logarithm
    VOICEMAIL: (19, 0.3), THIRD_PARTY: (42, 0.6), RIGHT_PARTY: (118, 0.7), REFUSED: (33, 0.6),
    WRONG_NUMBER: (14, 0.4),
}  # fmt: skip


def answer(
    plan: Plan, book: Book, staff: Staff, calls: Calls, calendar: tuple[Days, Story]
) -> Calls:
    """The contacts with outcome and duration; tries made needless by an earlier one are gone."""
    rng = plan.chance("answers")
    outcome = np.zeros(len(calls.case), dtype=np.int8)
    for channel, (outcomes, weights) in _FIXED.items():
        rows = np.flatnonzero((calls.channel == channel) & ~calls.inbound)
        outcome[rows] = np.array(outcomes)[choose(rng, weights, len(rows))]
    rows = np.flatnonzero((calls.channel == VOICE) & ~calls.inbound)
    outcome[rows] = _voice(rng, book, staff, calls.take(rows), calendar)
    rows = np.flatnonzero(calls.inbound)
    outcome[rows] = np.where(happens(rng, 0.93, len(rows)), RIGHT_PARTY, THIRD_PARTY)
    calls = replace(calls, outcome=outcome)
    calls = calls.take(np.flatnonzero(~_needless(calls)))
    return replace(calls, duration=_durations(rng, calls))


def _voice(rng: Rng, book: Book, staff: Staff, calls: Calls, calendar: tuple[Days, Story]) -> Array:
    days, story = calendar
    day, hour = calls.time // DAY, calls.time % DAY // 3600
    skill = np.where(calls.agent >= 0, staff.skill[calls.agent], -0.1)
    weak = (calls.team == story.weak_team) & story.weak.holds(day) & ~calls.automated
    will = np.log(book.will[calls.case])
    odds = -0.05 + _HOUR[hour] + _WEEKDAY[days.weekday(day)] + 0.35 * skill + 0.22 * will
    odds -= 0.17 * np.log1p(calls.attempt / 3) + 0.3 * calls.again + 0.25 * weak
    odds += np.where(calls.automated, -0.15, 0.0)
    connected = happens(rng, logistic(odds), len(day))
    outcome = np.array(_UNANSWERED[0])[choose(rng, _UNANSWERED[1], len(day))]
    rows = np.flatnonzero(connected)
    outcome[rows] = _spoken(rng, calls.automated[rows], (skill - 0.5 * weak)[rows], will[rows])
    return outcome


def _spoken(rng: Rng, automated: Array, skill: Array, will: Array) -> Array:
    """Who took the connected call; good agents reach the customer and lose fewer."""
    kinds = np.array([VOICEMAIL, THIRD_PARTY, RIGHT_PARTY, REFUSED])
    weights = np.tile(np.array([0.23, 0.17, 0.46, 0.14]), (len(skill), 1))
    weights[:, 2] *= np.exp(0.25 * skill + 0.12 * will)
    weights[:, 3] *= np.exp(-0.3 * skill - 0.15 * will)
    weights[automated] *= np.array([1.7, 0.9, 0.55, 1.5])
    return kinds[choose_rows(rng, weights)]


def _needless(calls: Calls) -> Array:
    """Second and third tries of a day whose earlier try already reached somebody."""
    reached = np.isin(calls.outcome, (THIRD_PARTY, RIGHT_PARTY, REFUSED))
    needless = np.zeros(len(reached), dtype=bool)
    for back in (1, 2):
        if len(reached) > back:
            mine = (calls.again[back:] >= back) & (calls.case[back:] == calls.case[:-back])
            needless[back:] |= mine & reached[:-back]
    return needless


def _durations(rng: Rng, calls: Calls) -> Array:
    seconds = np.where(calls.channel == VOICE, 0, -1).astype(np.int32)
    spoken = np.isin(calls.channel, (VOICE, VISIT))
    for outcome, (median, spread) in _TALK.items():
        rows = np.flatnonzero(spoken & (calls.outcome == outcome))
        drawn = rng.lognormal(np.log(median), spread, len(rows))
        drawn *= np.where(calls.channel[rows] == VISIT, 6, 1)
        seconds[rows] = np.clip(drawn, 3, 5400)
    return seconds
