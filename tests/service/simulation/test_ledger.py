import numpy as np
import pytest

from queries.contract import CLOSE_REASONS
from service.simulation import ledger
from service.simulation.ledger import (
    CURE,
    FEE,
    INTEREST,
    LEAVE,
    OPEN,
    PAID,
    PAY_AGAIN,
    PAY_LATE,
    PAY_PROMISED,
    PAY_SHARE,
    PROMISE,
    RECALLED,
    REVERSE,
    SETTLED,
    WAIVE,
    Events,
)  # fmt: skip

END = 1_000
ONE = np.array([0])


def at(time: int) -> np.ndarray:
    return np.array([time])


def test_the_reasons_are_in_the_order_of_the_contract() -> None:
    ours = ("PAID", "SETTLED", "CURED", "WRITTEN_OFF", "RECALLED", "SOLD", "OTHER")
    assert [getattr(ledger, name) for name in ours] == list(range(7))
    assert tuple(name.lower() for name in ours) == CLOSE_REASONS


def test_events_are_played_in_time_and_payments_take_a_share_of_what_is_left() -> None:
    events = Events()
    events.add(PAY_SHARE, ONE, at(20), value=0.5)
    events.add(FEE, ONE, at(15), value=20_000.0)
    events.add(PAY_SHARE, ONE, at(10), value=0.5)
    played = ledger.play(events, np.array([200_000]), END)
    assert played.amount.tolist() == [60_000, 20_000, 100_000]
    assert played.closed_at.tolist() == [OPEN]


def test_interest_is_of_the_balance_and_rounded_to_the_cent() -> None:
    events = Events()
    events.add(INTEREST, ONE, at(1), value=0.007)
    assert ledger.play(events, np.array([12_345]), END).amount.tolist() == [86]


def test_a_case_is_paid_when_the_balance_is_gone_and_nothing_follows() -> None:
    events = Events()
    events.add(PAY_SHARE, ONE, at(10), value=1.0)
    events.add(PAY_SHARE, ONE, at(20), value=0.5)
    events.add(INTEREST, ONE, at(30), value=0.01)
    events.add(LEAVE, ONE, at(40), value=float(RECALLED))
    played = ledger.play(events, np.array([30_001]), END)
    assert played.amount.tolist() == [30_001, 0, 0, 0]
    assert (played.closed_at[0], played.reason[0]) == (10, PAID)


def test_what_is_planned_after_the_end_does_not_happen() -> None:
    events = Events()
    events.add(PAY_SHARE, ONE, at(END + 1), value=1.0)
    assert ledger.play(events, np.array([30_000]), END).amount.tolist() == [0]


def test_a_promise_is_rounded_and_paid_as_promised_but_never_beyond_the_debt() -> None:
    events = Events()
    promise = events.add(PROMISE, ONE, at(1), value=0.44, unit=10_000)
    events.add(PAY_SHARE, ONE, at(2), value=0.9)
    events.add(PAY_PROMISED, ONE, at(3), value=1.0, ref=promise)
    played = ledger.play(events, np.array([100_000]), END)
    assert played.amount.tolist() == [40_000, 90_000, 10_000]
    assert played.reason[0] == PAID


def test_only_paying_twice_can_go_beyond_the_debt() -> None:
    events = Events()
    first = events.add(PAY_SHARE, ONE, at(1), value=0.75)
    events.add(PAY_AGAIN, ONE, at(2), ref=first)
    played = ledger.play(events, np.array([100_000]), END)
    assert played.amount.tolist() == [75_000, 75_000]
    assert played.reason[0] == PAID


def test_a_payment_of_a_promise_that_was_never_made_does_not_happen() -> None:
    events = Events()
    events.add(LEAVE, ONE, at(1), value=float(RECALLED))
    promise = events.add(PROMISE, ONE, at(2), value=0.5)
    events.add(PAY_PROMISED, ONE, at(3), value=1.0, ref=promise)
    played = ledger.play(events, np.array([100_000]), END)
    assert played.amount.tolist() == [0, 0, 0]
    assert (played.closed_at[0], played.reason[0]) == (1, RECALLED)


def test_a_reversal_gives_back_exactly_its_payment_even_after_closing() -> None:
    events = Events()
    payment = events.add(PAY_SHARE, ONE, at(1), value=0.3, unit=100)
    events.add(LEAVE, ONE, at(2), value=float(RECALLED))
    events.add(REVERSE, ONE, at(3), ref=payment)
    events.add(PAY_LATE, ONE, at(4), value=0.5)
    played = ledger.play(events, np.array([100_000]), END)
    assert played.amount.tolist() == [30_000, 0, -30_000, 50_000]


def test_a_settlement_waives_the_rest_and_closes_the_case() -> None:
    events = Events()
    promise = events.add(PROMISE, ONE, at(1), value=0.6)
    payment = events.add(PAY_PROMISED, ONE, at(2), value=1.0, ref=promise)
    events.add(WAIVE, ONE, at(3), ref=payment)
    played = ledger.play(events, np.array([100_000]), END)
    assert played.amount.tolist() == [60_000, 60_000, -40_000]
    assert played.reason[0] == SETTLED


@pytest.mark.parametrize(("share", "reason"), [(0.3, "cured"), (1.0, "paid")])
def test_paying_the_arrears_cures_a_case(share: float, reason: str) -> None:
    events = Events()
    events.add(CURE, ONE, at(1), value=share)
    played = ledger.play(events, np.array([100_000]), END)
    expected = {"cured": ledger.CURED, "paid": PAID}[reason]
    # Whoever pays everything has paid, whatever it was meant for.
    assert played.reason[0] == expected


def test_cases_do_not_touch_each_other() -> None:
    events = Events()
    events.add(PAY_SHARE, np.array([2, 0]), np.array([5, 5]), value=np.array([0.5, 1.0]))
    played = ledger.play(events, np.array([10_000, 20_000, 30_000]), END)
    assert played.amount.tolist() == [15_000, 10_000]
    assert played.closed_at.tolist() == [5, OPEN, OPEN]


def test_no_events_at_all_leave_every_case_open() -> None:
    events = Events()
    events.add(FEE, np.array([], dtype=np.int64), np.array([], dtype=np.int64))
    assert ledger.play(events, np.array([5]), END).closed_at.tolist() == [OPEN]
