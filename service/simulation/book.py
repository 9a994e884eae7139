"""The case book: batches per product and segment, and in each batch cases with amount and age.

The shop is older than its history: in the first days it takes over cases that are already part of
the way down the path, so that the book is full from the start and a year ago can be compared.
"""

from dataclasses import dataclass

import numpy as np

from service.simulation.chance import Array, Rng, choose, choose_rows, happens
from service.simulation.days import Days
from service.simulation.plan import Plan
from service.simulation.story import Story

PRODUCTS = ("card", "loan", "auto", "mortgage")
SEGMENTS = ("A", "B", "C", "D")
REGIONS = (
    "East 华东", "South 华南", "North 华北", "Central 华中", "Southwest 西南", "Northeast 东北",
    "Xinjiang 新疆",
)  # fmt: skip
HARDSHIPS = ("unemployment", "illness", "disaster", "other")

RECALLED, WRITTEN_OFF, SOLD, OTHER = range(4)
_REGION_SHARE = (30, 24, 18, 12, 9, 5, 2)
_VOLUME = np.array([0.47, 0.31, 0.14, 0.08])  # of the cases placed, by product
_SEGMENT_SHARE = np.array([
    [0.18, 0.34, 0.30, 0.18],
    [0.10, 0.27, 0.36, 0.27],
    [0.22, 0.36, 0.28, 0.14],
    [0.35, 0.38, 0.20, 0.07],
])  # fmt: skip
_DELIVERY = ((0, 3), (1, 4), (2,), (2,))  # week days on which each product's batches come
_MEDIAN = np.array([8_600, 14_500, 41_000, 58_000])  # yuan
_SPREAD = np.array([0.95, 0.9, 0.7, 0.85])  # sigma of the logarithm
_WILL_SEGMENT = np.array([1.55, 1.15, 0.85, 0.6])
_WILL_PRODUCT = np.array([1.0, 0.85, 1.08, 1.22])
_STAY = 190.0  # mean days in the book, roughly: the size of the book taken over follows from it

# Days past due at placement: columns are not yet due, 1-30, 31-60, 61-90, 91-150, 151-400.
_DPD_EDGES = np.array([-12, 1, 31, 61, 91, 151, 400])
_DPD_SHARE = np.array([
    [0.05, 0.50, 0.20, 0.11, 0.09, 0.05],
    [0.04, 0.46, 0.22, 0.12, 0.10, 0.06],
    [0.05, 0.52, 0.22, 0.11, 0.07, 0.03],
    [0.08, 0.56, 0.20, 0.09, 0.05, 0.02],
])  # fmt: skip


@dataclass(frozen=True)
class Batches:
    """Deliveries: one row for each product, segment and day."""

    product: Array
    segment: Array
    day: Array
    weight: Array
    will: Array
    taken_over: Array


@dataclass(frozen=True)
class Book:
    """One entry for each case; days count from the plan's first day, money is in cents."""

    customer: Array
    product: Array
    segment: Array
    region: Array
    placed: Array  # day
    amount: Array
    dpd: Array  # at placement
    aged: Array  # days already spent on the path before placement (cases taken over)
    will: Array  # readiness to pay, about 1 in the mean
    hardship: Array  # position in HARDSHIPS, -1 = none
    term: Array  # day on which the case leaves if nothing else ends it
    term_reason: Array  # RECALLED, WRITTEN_OFF, SOLD or OTHER

    @property
    def size(self) -> int:
        """Number of cases."""
        return len(self.placed)


def fill(plan: Plan, days: Days, story: Story) -> Book:
    """All cases of the plan, in the order in which they were placed."""
    rng = plan.chance("book")
    batches = _batches(rng, plan, days, story)
    batch = np.sort(choose(rng, batches.weight, plan.cases).astype(np.int64))
    batch = batch[np.argsort(batches.day[batch], kind="stable")]
    size = plan.cases
    product, segment = batches.product[batch], batches.segment[batch]
    aged = np.where(batches.taken_over[batch], _age_taken_over(rng, size), 0)
    fresh_dpd = _days_past_due(rng, product)
    amount = np.exp(rng.normal(np.log(_MEDIAN[product]), _SPREAD[product]))
    amount *= np.where(happens(rng, 0.02, size), rng.uniform(2, 5, size), 1)
    will = batches.will[batch] * _will(rng, product, segment, fresh_dpd, amount)
    hardship = np.where(happens(rng, 0.045, size), choose(rng, (45, 30, 5, 20), size), -1)
    # Of the cases taken over those who pay well had already left.
    will = will * np.where(hardship >= 0, 0.45, 1.0) / (1 + aged / 150)
    placed = batches.day[batch]
    term, reason = _term(rng, days, placed, aged, fresh_dpd)
    return Book(
        customer=rng.integers(0, max(1, int(size * 2.2)), size),
        product=product,
        segment=segment,
        region=choose(rng, _REGION_SHARE, size),
        placed=placed,
        amount=np.round(np.clip(amount, 300, 2_500_000) * 100).astype(np.int64),
        # A due day after the end of the history is not known yet.
        dpd=np.maximum(fresh_dpd + aged, placed - plan.days + 1),
        aged=aged,
        will=np.clip(will, 0.01, 7),
        hardship=hardship,
        term=term,
        term_reason=reason,
    )


def _batches(rng: Rng, plan: Plan, days: Days, story: Story) -> Batches:
    product, day, taken = _deliveries(plan, days)
    segment = np.tile(np.arange(4), len(product))
    product, day, taken = (np.repeat(column, 4) for column in (product, day, taken))
    regular = ~taken
    weight = _SEGMENT_SHARE[product, segment] * np.exp(rng.normal(0, 0.22, len(product)))
    for number in range(4):
        for part, total in ((taken, _STAY), (regular, float(plan.days))):
            rows = (product == number) & part
            weight[rows] *= _VOLUME[number] * total / max(weight[rows].sum(), 1e-9)
    poor = regular & (product == story.poor_product) & story.poor.holds(day)
    weight *= np.where(taken, 1, story.volume(day)) * np.where(poor, 1.7, 1)
    will = story.will(day) * np.exp(rng.normal(0, 0.08, len(product))) * np.where(poor, 0.5, 1)
    return Batches(product, segment, day, weight, will, taken)


def _deliveries(plan: Plan, days: Days) -> tuple[Array, Array, Array]:
    """Product, day and "taken over" of each delivery, still without segments."""
    rows: list[tuple[int, int, bool]] = []
    span = np.arange(plan.days)
    for product, weekdays in enumerate(_DELIVERY):
        due = span[np.isin(days.weekday(span), weekdays)]
        arrived = np.unique(days.next_business(due))
        rows += [(product, int(day), False) for day in arrived if day < plan.days]
        handed = np.unique(np.minimum(days.next_business(np.arange(10)), plan.days - 1))
        rows += [(product, int(day), True) for day in handed]
    table = np.array(rows)
    return table[:, 0], table[:, 1], table[:, 2].astype(bool)


def _age_taken_over(rng: Rng, size: int) -> Array:
    """Days on the path before the hand-over, as in a book in balance: fewer old than young."""
    age = np.expm1(rng.random(size) * np.log1p(400 / 160)) * 160
    return np.minimum(400, age).astype(np.int64)


def _days_past_due(rng: Rng, product: Array) -> Array:
    column = choose_rows(rng, _DPD_SHARE[product])
    low, high = _DPD_EDGES[column], _DPD_EDGES[column + 1]
    # Most cases of a band are young: arrears are placed soon after the due date.
    return np.floor(low + (high - low) * rng.random(len(product)) ** 1.4).astype(np.int64)


def _will(rng: Rng, product: Array, segment: Array, dpd: Array, amount: Array) -> Array:
    """Readiness to pay: few pay a lot, many never; less when older, poorer or deeper in debt."""
    by_age = 1.35 / (1 + np.maximum(dpd, 0) / 110)
    by_amount = (amount / _MEDIAN[product]) ** -0.18
    personal = np.exp(rng.normal(-0.4, 0.9, len(product)))
    result: Array = _WILL_PRODUCT[product] * _WILL_SEGMENT[segment] * by_age * by_amount * personal
    return result


def _term(rng: Rng, days: Days, placed: Array, aged: Array, dpd: Array) -> tuple[Array, Array]:
    """The day and reason of leaving: recalls on Fridays, write-offs and sales at period ends."""
    size = len(placed)
    reason = choose(rng, (44, 30, 20, 6), size)
    lengths = np.array([120, 180, 270, 365, 540])
    length = lengths[choose(rng, (0.10, 0.24, 0.26, 0.26, 0.14), size)]
    length = length + rng.integers(-10, 25, size)
    left = np.where(length - aged > 20, length - aged, rng.integers(20, 240, size))
    # Nothing is written off before it is half a year past due.
    left = np.where(reason == WRITTEN_OFF, np.maximum(left, 185 - dpd - aged), left)
    day = placed + left
    day = np.select(
        [reason == RECALLED, reason == WRITTEN_OFF, reason == SOLD],
        [days.next_friday(day), days.next_month_end(day), days.next_quarter_end(day)],
        day,
    )
    return day, reason
