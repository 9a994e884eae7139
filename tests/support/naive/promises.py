"""Which payment belongs to which promise, and what became of each promise."""

from collections import defaultdict
from datetime import timedelta

from queries.definitions import Definitions
from tests.support.naive.cleaning import Row


def origin(payment: Row, payments: list[Row]) -> Row | None:
    """The payment that a negative row takes back, along the chain; None when it leads nowhere."""
    by_id = {row["payment_id"]: row for row in payments}
    seen = []
    row: Row | None = payment
    while row is not None and row["reverses"] and row["payment_id"] not in seen:
        seen.append(row["payment_id"])
        row = by_id.get(row["reverses"])
    ends_well = row is not None and not row["reverses"] and row is not payment
    return row if ends_well and payment["amount"] < 0 else None


def promise_order(promise: Row) -> tuple[object, ...]:
    return promise["due_on"], promise["made_at"], promise["promise_id"]


def judged(promises: list[Row], payments: list[Row], definitions: Definitions) -> list[Row]:
    """The promises of one case that count, each with what it got and what it came to."""
    standing = sorted((p for p in promises if not p["cancelled_at"]), key=promise_order)
    paid: dict[object, int] = defaultdict(int)
    for payment in payments:
        spoken_for = _promise_of(origin(payment, payments) or payment, standing, definitions)
        if spoken_for:
            paid[spoken_for["promise_id"]] += payment["amount"]
    carried: dict[object, int] = defaultdict(int)
    return [_judge(promise, paid, carried, definitions) for promise in standing]


def _promise_of(payment: Row, standing: list[Row], definitions: Definitions) -> Row | None:
    """The earliest due promise whose window of whole days holds the payment."""
    day = payment["paid_at"].date()
    grace = timedelta(days=definitions.grace_days)
    for promise in standing:
        if promise["made_at"].date() <= day <= promise["due_on"] + grace:
            return promise
    return None


def _judge(
    promise: Row, paid: dict[object, int], carried: dict[object, int], definitions: Definitions
) -> Row:
    amount, plan = promise["amount"], promise["plan_id"]
    got = paid[promise["promise_id"]]
    if plan:
        got += carried[plan]
        carried[plan] = max(0, got - amount)
    if got > 0 and got >= definitions.kept_threshold * amount:
        state = "kept"
    else:
        state = "partial" if got > 0 else "broken"
    return {**promise, "state": state, "kept_amount": max(0, min(got, amount))}
