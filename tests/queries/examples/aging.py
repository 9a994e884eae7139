"""Worked examples of stock, bridge and roll figures."""

from datetime import date

from queries import Period
from tests.queries.examples.example import MARCH, WEEK, Example, Expected, read_rows

_FOUR_CASES = read_rows(
    cases="""
    case_id | placed_on  | placed_amount | closed_on
    C1      | 2024-02-10 | 1000.00       |
    C2      | 2024-02-10 | 500.00        | 2024-03-31
    C3      | 2024-03-31 | 250.00        |
    C4      | 2024-04-01 | 125.00        |
    """,
    payments="""
    payment_id | case_id | paid_at          | amount
    P1         | C1      | 2024-02-20 10:00 | 200.00
    P2         | C1      | 2024-03-20 10:00 | 100.00
    """,
    adjustments="""
    adjustment_id | case_id | booked_on  | amount | kind
    J1            | C1      | 2024-03-21 | 20.00  | interest
    """,
)

_LAST_TOUCH = read_rows(
    cases="""
    case_id | placed_on
    C1      | 2024-03-01
    C2      | 2024-03-01
    C3      | 2024-03-20
    C4      | 2024-03-01
    C5      | 2024-02-29
    """,
    contacts="""
    contact_id | case_id | contacted_at     | direction
    N1         | C1      | 2024-03-24 10:00 | outbound
    N2         | C2      | 2024-03-25 10:00 | outbound
    N3         | C4      | 2024-03-17 10:00 | outbound
    N4         | C4      | 2024-03-30 10:00 | inbound
    """,
)
_LAST_TOUCH_WHY = (
    "On 31 March the last attempt on C1 is 7 days past, on C2 6, on C4 14 (the customer's own call"
    " does not count). C3 was never attempted since it came 11 days ago, C5 not for 31 days."
)

_CLOSING = read_rows(
    cases="""
    case_id | placed_on  | placed_amount | closed_on  | close_reason
    C1      | 2024-02-10 | 1000.00       | 2024-03-10 | settled
    C2      | 2024-02-10 | 500.00        | 2024-03-12 | written_off
    C3      | 2024-02-10 | 250.00        | 2024-03-15 |
    C4      | 2024-02-10 | 125.00        | 2024-04-01 | paid
    """,
    payments="""
    payment_id | case_id | paid_at          | amount
    P1         | C1      | 2024-03-05 10:00 | 100.00
    P2         | C1      | 2024-03-10 10:00 | 200.00
    P3         | C1      | 2024-03-12 10:00 | 50.00
    """,
    adjustments="""
    adjustment_id | case_id | booked_on  | amount | kind
    J1            | C1      | 2024-03-06 | 20.00  | interest
    J2            | C1      | 2024-03-07 | -5.00  | waiver
    J3            | C2      | 2024-03-20 | 9.00   | fee
    """,
)

_MOVING = read_rows(
    cases="""
    case_id | team_id | placed_amount | placed_on  | delinquent_since
    C1      | T1      | 1000.00       | 2024-03-01 | 2024-02-20
    """,
    assignments="""
    case_id | team_id | from_at
    C1      | T2      | 2024-03-06 10:00
    """,
    payments="""
    payment_id | paid_at          | amount
    P1         | 2024-03-05 10:00 | 100.00
    P2         | 2024-03-06 09:00 | 50.00
    """,
)

_ROLLING = read_rows(
    cases="""
    case_id | placed_on  | delinquent_since | placed_amount | closed_on  | close_reason
    C1      | 2024-02-15 | 2024-02-10       | 1000.00       |            |
    C2      | 2024-02-15 | 2024-02-01       | 600.00        |            |
    C3      | 2024-02-15 | 2024-02-10       | 400.00        | 2024-03-15 | paid
    C4      | 2024-02-15 | 2024-02-29       | 300.00        |            |
    C5      | 2024-02-15 | 2024-02-10       | 500.00        | 2024-03-20 | written_off
    C6      | 2024-03-02 | 2024-02-10       | 900.00        |            |
    """,
    payments="""
    payment_id | case_id | paid_at          | amount
    P1         | C1      | 2024-03-10 10:00 | 700.00
    """,
)
_ROLLING_WHY = (
    "On 29 February C1, C2, C3 and C5 are 1 to 30 days past due (M1), C4 not at all (M0); C6 was"
    " not there yet. On 31 March C1, C2 and C4 are 31 to 60 days past due (M2)."
)


def _untouched(days: int, cases: int) -> Example:
    return Example(
        metric=f"untouched_{days}d",
        title=f"Open cases without an attempt in {days} days",
        rows=_LAST_TOUCH,
        period=MARCH,
        expected=[Expected((), cases)],
        because=_LAST_TOUCH_WHY,
    )


AGING = (
    Example(
        metric="open_cases",
        title="Open at the end of March",
        rows=_FOUR_CASES,
        period=MARCH,
        expected=[Expected((), 2)],
        because="C1 and C3. C2 closed on the last day and is not open at its end; C4 came later.",
    ),
    Example(
        metric="open_cases",
        title="By bucket, at its edges",
        rows=read_rows(
            cases="""
            case_id | delinquent_since
            C1      | 2024-03-31
            C2      | 2024-03-30
            C3      | 2024-03-01
            C4      | 2024-02-29
            C5      | 2023-10-03
            """,
        ),
        period=MARCH,
        by=("bucket",),
        expected=[
            Expected(("M0",), 1),
            Expected(("M1",), 2),
            Expected(("M2",), 1),
            Expected(("M6",), 1),
        ],
        because="On 31 March the five cases are 0, 1, 30, 31 and 180 days past due.",
    ),
    Example(
        metric="open_balance",
        title="Balance at the end of March",
        rows=_FOUR_CASES,
        period=MARCH,
        expected=[Expected((), 970_00)],
        because="C1: 1000 − 200 − 100 + 20 = 720; C3: 250.",
    ),
    _untouched(7, 4),
    _untouched(14, 2),
    _untouched(30, 1),
    Example(
        metric="idle_cases",
        title="Open cases by days since the last attempt",
        rows=_LAST_TOUCH,
        period=MARCH,
        by=("idle",),
        expected=[
            Expected(("0-6",), 1),
            Expected(("7-13",), 2),
            Expected(("14-29",), 1),
            Expected(("30+",), 1),
        ],
        because=_LAST_TOUCH_WHY,
    ),
    Example(
        metric="opening_cases",
        title="Open when March began",
        rows=_FOUR_CASES,
        period=MARCH,
        expected=[Expected((), 2)],
        because="C1 and C2 were open at the end of 29 February.",
    ),
    Example(
        metric="opening_balance",
        title="Balance when March began",
        rows=_FOUR_CASES,
        period=MARCH,
        expected=[Expected((), 1300_00)],
        because="C1: 1000 − 200 = 800; C2: 500.",
    ),
    Example(
        metric="closed_cases",
        title="Closed in March by reason",
        rows=_CLOSING,
        period=MARCH,
        by=("close_reason",),
        expected=[
            Expected(("settled",), 1),
            Expected(("written_off",), 1),
            Expected(("other",), 1),
        ],
        because="C1, C2 and C3 closed in March; C3 without a reason counts as other.",
    ),
    Example(
        metric="closed_balance",
        title="Balance left on the cases closed",
        rows=_CLOSING,
        period=MARCH,
        by=("close_reason",),
        expected=[
            Expected(("settled",), 715_00),
            Expected(("written_off",), 500_00),
            Expected(("other",), 250_00),
        ],
        because="C1: 1000 − 100 − 200 + 20 − 5 = 715 at the end of its last day; the others whole.",
    ),
    Example(
        metric="collected_on_open",
        title="Payments that lowered the open balance",
        rows=_CLOSING,
        period=MARCH,
        expected=[Expected((), 300_00)],
        because="P1 and P2, which came on the day of closing; P3 came after the case was closed.",
    ),
    Example(
        metric="adjusted_balance",
        title="Interest, fees and waivers on open cases",
        rows=_CLOSING,
        period=MARCH,
        expected=[Expected((), 15_00)],
        because="20 − 5 = 15; J3 was booked after C2 was closed.",
    ),
    Example(
        metric="moved_cases",
        title="A case goes from one team to another",
        rows=_MOVING,
        period=WEEK,
        by=("team",),
        expected=[Expected(("T1",), -1), Expected(("T2",), 1)],
        because="At the end of 5 March T1 owned C1, at the end of 6 March T2.",
    ),
    Example(
        metric="moved_balance",
        title="The balance goes along",
        rows=_MOVING,
        period=WEEK,
        by=("team",),
        expected=[Expected(("T1",), -900_00), Expected(("T2",), 900_00)],
        because="C1 moves with what it had at the end of the day before: 1000 − 100 = 900.",
    ),
    Example(
        metric="moved_balance",
        title="A case grows older: from M1 to M2",
        rows=_MOVING,
        period=Period(date(2024, 3, 18), date(2024, 3, 25)),
        by=("bucket",),
        expected=[Expected(("M1",), -850_00), Expected(("M2",), 850_00)],
        because="On 21 March C1 is 30 days past due, on 22 March 31; its balance is 850.",
    ),
    Example(
        metric="rolled_cases",
        title="Where the cases of February's end are at March's end",
        rows=_ROLLING,
        period=MARCH,
        by=("bucket", "to_state"),
        expected=[
            Expected(("M0", "M2"), 1),
            Expected(("M1", "M2"), 2),
            Expected(("M1", "paid"), 1),
            Expected(("M1", "written_off"), 1),
        ],
        because=_ROLLING_WHY,
    ),
    Example(
        metric="rolled_cases",
        title="With snapshots of the core system",
        rows=read_rows(
            cases="""
            case_id | placed_on
            C1      | 2024-02-15
            """,
            snapshots="""
            case_id | as_of      | dpd | balance
            C1      | 2024-02-29 | 45  | 1000.00
            C1      | 2024-03-31 | 12  | 900.00
            """,
        ),
        period=MARCH,
        by=("bucket", "to_state"),
        expected=[Expected(("M2", "M1"), 1)],
        because="The snapshots say 45 and 12 days past due; they go before the case's own dates.",
    ),
    Example(
        metric="rolled_balance",
        title="Balance by where the cases went",
        rows=_ROLLING,
        period=MARCH,
        by=("bucket", "to_state"),
        expected=[
            Expected(("M0", "M2"), 300_00),
            Expected(("M1", "M2"), 1600_00),
            Expected(("M1", "paid"), 400_00),
            Expected(("M1", "written_off"), 500_00),
        ],
        because=_ROLLING_WHY + " Balances are those of 29 February, before P1.",
    ),
    Example(
        metric="roll_rate",
        title="Share of each bucket by where its cases went",
        rows=_ROLLING,
        period=MARCH,
        by=("bucket", "to_state"),
        expected=[
            Expected(("M0", "M2"), 1, 1),
            Expected(("M1", "M2"), 2, 4),
            Expected(("M1", "paid"), 1, 4),
            Expected(("M1", "written_off"), 1, 4),
        ],
        because=_ROLLING_WHY,
    ),
    Example(
        metric="roll_rate_by_balance",
        title="Share of each bucket's balance by where it went",
        rows=_ROLLING,
        period=MARCH,
        by=("bucket", "to_state"),
        expected=[
            Expected(("M0", "M2"), 300_00, 300_00),
            Expected(("M1", "M2"), 1600_00, 2500_00),
            Expected(("M1", "paid"), 400_00, 2500_00),
            Expected(("M1", "written_off"), 500_00, 2500_00),
        ],
        because=_ROLLING_WHY,
    ),
    Example(
        metric="cure_rate",
        title="Closed well",
        rows=_ROLLING,
        period=MARCH,
        by=("bucket",),
        expected=[Expected(("M0",), 0, 1), Expected(("M1",), 1, 4)],
        because=_ROLLING_WHY + " Of the four, C3 was closed as paid; a write-off is no cure.",
    ),
)
