"""The rows that figures add up: one per payment, contact, promise, case on a day, movement."""

from collections.abc import Iterator
from datetime import date, timedelta

from queries.period import floor, following
from tests.support.naive.cases import ONE_DAY, Case, bucket_of, month_of
from tests.support.naive.cleaning import Row
from tests.support.naive.promises import judged, origin

CONNECTED = ("voicemail", "third_party", "right_party", "refused")
CONTACTED = ("third_party", "right_party", "refused")
RIGHT_PARTY = ("right_party", "refused")


def payments(case: Case, *, restated: bool) -> Iterator[Row]:
    for payment in case.payments:
        counts_as = (restated and origin(payment, case.payments)) or payment
        at = counts_as["paid_at"]
        owner = case.people.owner(case.owner_at(at))
        yield {
            **case.whatever_day(at.date()),
            **owner,
            "amount": payment["amount"],
            "known_at": payment["recorded_at"] or payment["updated_at"],
        }


def placement(case: Case) -> Row:
    return {**case.on(case.placed), "amount": case.row["placed_amount"], "n": 1}


def contacts(case: Case) -> Iterator[Row]:
    """Attempts; what customers send in is in no figure yet."""
    for row in case.attempts():
        at, outcome = row["contacted_at"], row["outcome"]
        yield {
            **case.whatever_day(at.date()),
            **case.people.doer(row, case.owner_at(at)),
            "channel": row["channel"],
            "outcome": outcome,
            "hour": at.hour,
            "weekday": at.isoweekday(),
            "open": case.is_open(at.date()),
            "n": 1,
            "connected": int(outcome in CONNECTED),
            "contacted": int(outcome in CONTACTED),
            "right_party": int(outcome in RIGHT_PARTY),
        }


def first_attempts(case: Case) -> Iterator[Row]:
    for row in contacts(case):
        if row["day"] >= case.placed:
            wait = (row["day"] - case.placed).days
            yield {**row, "wait_days": wait, "in_time": int(wait <= 1)}
            return


def promises(case: Case, day_of: str, as_of: date) -> Iterator[Row]:
    """`day_of` is the date that counts: made_at or due_on."""
    grace = timedelta(days=case.definitions.grace_days)
    for row in judged(case.promises, case.payments, case.definitions):
        made = row["made_at"].date()
        yield {
            **case.whatever_day(made if day_of == "made_at" else row["due_on"]),
            **case.people.doer(row, case.owner_at(row["made_at"])),
            "amount": row["amount"],
            "n": 1,
            "lead_days": (row["due_on"] - made).days,
            "matured": row["due_on"] + grace <= as_of,
            "kept": int(row["state"] == "kept"),
            "partial": int(row["state"] == "partial"),
            "broken": int(row["state"] == "broken"),
            "kept_amount": row["kept_amount"],
        }


def stock(case: Case, day: date) -> Iterator[Row]:
    """The case if it is open at the end of `day`."""
    if case.is_open(day):
        yield {**case.on(day), "n": 1, "balance": case.balance_on(day)}


def movements(case: Case, until: date) -> Iterator[Row]:
    """How the case came into the stock, changed there and left it: the bridge."""
    return (row for row in _every_movement(case, until) if row["n"] or row["balance"])


def _every_movement(case: Case, until: date) -> Iterator[Row]:
    day = case.placed
    yield _move(case, day, day, "placed", 1, case.row["placed_amount"])
    yield _move(case, day, day, "collected", 0, -case.paid(None, day))
    yield _move(case, day, day, "adjusted", 0, case.adjusted(None, day))
    while day < until and case.closed != day:
        before, day = day, day + ONE_DAY
        there = before if day == case.closed else day
        if {**case.on(there), "day": before} != case.on(before):
            balance = case.balance_on(before)
            yield _move(case, day, before, "moved", -1, -balance)
            yield _move(case, day, day, "moved", 1, balance)
        yield _move(case, day, there, "collected", 0, -case.paid(before, day))
        yield _move(case, day, there, "adjusted", 0, case.adjusted(before, day))
    if case.closed == day:
        last = max(case.placed, day - ONE_DAY)
        left = _move(case, day, last, "closed", -1, -case.balance_on(day))
        yield {**left, "close_reason": case.close_reason}


def _move(case: Case, day: date, seen_on: date, flow: str, n: int, balance: int) -> Row:
    """A movement of `day` in the slice where the case was at the end of the day `seen_on`."""
    return {**case.on(seen_on), "day": day, "flow": flow, "n": n, "balance": balance}


def rolls(case: Case, until: date, *, by_snapshots: bool) -> Iterator[Row]:
    """One row for each pair of month ends at whose first the case was there."""
    start = floor(case.placed, "month")
    while True:
        ends = [following(start, "month") - ONE_DAY]
        start = following(start, "month")
        ends.append(following(start, "month") - ONE_DAY)
        if ends[1] > until:
            return
        states = [_seen(case, end, by_snapshots=by_snapshots) for end in ends]
        if states[0] is None:
            continue
        bucket, balance = states[0]
        to_state = states[1][0] if states[1] else _gone(case, ends[1])
        yield {
            **case.on(ends[0]),
            "bucket": bucket,
            "day": ends[1],
            "n": 1,
            "balance": balance,
            "to_state": to_state,
        }


def _seen(case: Case, day: date, *, by_snapshots: bool) -> tuple[str, int] | None:
    """Bucket and balance of the case at the end of `day`, if it is open and they are known."""
    if not case.is_open(day):
        return None
    if not by_snapshots:
        return case.bucket_on(day), case.balance_on(day)
    for row in case.snapshots:
        if row["as_of"] == day:
            return bucket_of(int(row["dpd"]), case.definitions), row["balance"]
    return None


def _gone(case: Case, day: date) -> str:
    closed = case.closed is not None and case.closed <= day
    return case.close_reason if closed and case.close_reason else "other"


def curve(case: Case, as_of: date) -> Iterator[Row]:
    """Per whole month since placement the payments up to then; a zero where there were none yet."""
    start = month_of(case.placed)
    months, end = 0, following(start, "month")
    while end - ONE_DAY <= as_of:
        yield {**case.on(case.placed), "months": months, "amount": 0}
        for row in payments(case, restated=False):
            if row["day"] < end:
                yield {**row, "day": case.placed, "months": months}
        months, end = months + 1, following(end, "month")
