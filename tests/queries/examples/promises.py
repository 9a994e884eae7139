"""Worked examples of the promise figures. Grace is 3 days, the threshold 95 %."""

from datetime import date

from tests.queries.examples.example import MARCH, WEEK, Example, Expected, read_rows

_MADE = read_rows(
    promises="""
    promise_id | made_at          | due_on     | amount | cancelled_at
    R1         | 2024-03-04 00:00 | 2024-03-08 | 100.00 |
    R2         | 2024-03-10 23:59 | 2024-03-20 | 300.00 |
    R3         | 2024-03-05 10:00 | 2024-03-08 | 500.00 | 2024-03-06 09:00
    R4         | 2024-03-11 00:00 | 2024-03-15 | 700.00 |
    """,
)

# On the morning of 13 March the as-of day is 12 March: windows that end by then are over.
_HALF_DUE = read_rows(
    promises="""
    promise_id | made_at          | due_on     | amount
    R1         | 2024-03-04 10:00 | 2024-03-09 | 100.00
    R2         | 2024-03-04 11:00 | 2024-03-10 | 300.00
    """,
    payments="""
    payment_id | paid_at          | amount
    P1         | 2024-03-05 10:00 | 400.00
    """,
)

_FOUR_ENDINGS = read_rows(
    cases="""
    case_id
    C1
    C2
    C3
    C4
    """,
    promises="""
    promise_id | case_id | made_at          | due_on     | amount
    R1         | C1      | 2024-03-04 10:00 | 2024-03-08 | 100.00
    R2         | C2      | 2024-03-04 10:00 | 2024-03-08 | 100.00
    R3         | C3      | 2024-03-04 10:00 | 2024-03-08 | 100.00
    R4         | C4      | 2024-03-04 10:00 | 2024-03-08 | 100.00
    """,
    payments="""
    payment_id | case_id | paid_at          | amount
    P1         | C1      | 2024-03-11 23:59 | 95.00
    P2         | C2      | 2024-03-04 09:00 | 150.00
    P3         | C3      | 2024-03-06 10:00 | 94.99
    P4         | C4      | 2024-03-12 00:00 | 100.00
    """,
)

_TWO_PROMISES_ONE_CASE = read_rows(
    promises="""
    promise_id | made_at          | due_on     | amount
    R1         | 2024-03-04 10:00 | 2024-03-08 | 100.00
    R2         | 2024-03-04 11:00 | 2024-03-10 | 100.00
    """,
    payments="""
    payment_id | paid_at          | amount  | reverses
    P1         | 2024-03-05 10:00 | 100.00  |
    P2         | 2024-03-09 10:00 | 100.00  |
    P3         | 2024-03-25 10:00 | -100.00 | P1
    """,
)

_PLAN = read_rows(
    promises="""
    promise_id | plan_id | made_at          | due_on     | amount
    R1         | L1      | 2024-03-01 10:00 | 2024-03-05 | 100.00
    R2         | L1      | 2024-03-01 10:00 | 2024-03-15 | 100.00
    R3         | L1      | 2024-03-01 10:00 | 2024-03-25 | 100.00
    """,
    payments="""
    payment_id | paid_at          | amount
    P1         | 2024-03-05 10:00 | 150.00
    P2         | 2024-03-15 10:00 | 40.00
    P3         | 2024-03-25 10:00 | 100.00
    """,
)

_ENDINGS_WHY = (
    "Windows run to 11 March. R1 got 95 on that day: at the threshold, kept. R2 got 150 on the day"
    " it was made: kept. R3 got 94.99: in part. R4 was paid on 12 March, too late: broken."
)

PROMISES = (
    Example(
        metric="promises_made",
        title="Promises made in a week",
        rows=_MADE,
        period=WEEK,
        expected=[Expected((), 2)],
        because="R1 and R2 were made in the week of 4 March; R3 was cancelled, R4 came after.",
    ),
    Example(
        metric="promises_made_amount",
        title="Amount promised in a week",
        rows=_MADE,
        period=WEEK,
        expected=[Expected((), 400_00)],
        because="R1 and R2 count: 100 + 300.",
    ),
    Example(
        metric="promise_rate",
        title="Promises per talk with the customer",
        rows=read_rows(
            promises="""
            promise_id | made_at          | due_on     | amount
            R1         | 2024-03-05 10:05 | 2024-03-08 | 100.00
            """,
            contacts="""
            contact_id | contacted_at     | direction | outcome
            N1         | 2024-03-05 10:00 | outbound  | right_party
            N2         | 2024-03-06 10:00 | outbound  | right_party
            N3         | 2024-03-07 10:00 | outbound  | refused
            N4         | 2024-03-08 10:00 | outbound  | third_party
            N5         | 2024-03-08 11:00 | inbound   | right_party
            """,
        ),
        period=WEEK,
        expected=[Expected((), 1, 3)],
        because="One promise; the customer was reached by N1, N2 and N3 (a refusal is a talk). N4"
        " reached somebody else, N5 was the customer's own call.",
    ),
    Example(
        metric="promises_due",
        title="Only a promise whose window is over is judged",
        rows=_HALF_DUE,
        today=date(2024, 3, 13),
        period=WEEK,
        expected=[Expected((), 1)],
        because="On 13 March figures reach to 12 March. R1 could be kept until 9 + 3 = 12 March,"
        " R2 until 13 March: only R1 is over.",
    ),
    Example(
        metric="promises_due_amount",
        title="Amount of the promises whose window is over",
        rows=_HALF_DUE,
        today=date(2024, 3, 13),
        period=WEEK,
        expected=[Expected((), 100_00)],
        because="Only R1 is over.",
    ),
    Example(
        metric="promises_pending",
        title="A promise already paid stays pending until its window is over",
        rows=_HALF_DUE,
        today=date(2024, 3, 13),
        period=WEEK,
        expected=[Expected((), 1)],
        because="R2 can be kept until 13 March, one day after the as-of day, whatever was paid.",
    ),
    Example(
        metric="promises_pending_amount",
        title="Amount still pending",
        rows=_HALF_DUE,
        today=date(2024, 3, 13),
        period=WEEK,
        expected=[Expected((), 300_00)],
        because="Only R2 is pending.",
    ),
    Example(
        metric="promise_kept_rate",
        title="Four promises, four endings",
        rows=_FOUR_ENDINGS,
        period=WEEK,
        expected=[Expected((), 2, 4)],
        because=_ENDINGS_WHY,
    ),
    Example(
        metric="promise_kept_rate",
        title="Each payment counts for one promise, a reversal for that of its payment",
        rows=_TWO_PROMISES_ONE_CASE,
        period=WEEK,
        expected=[Expected((), 1, 2)],
        because="P1 and P2 both go to R1, the promise due first whose window holds them; P3 takes"
        " P1 back from R1, which keeps 100. R2 gets nothing.",
    ),
    Example(
        metric="promise_partial_rate",
        title="Four promises, four endings",
        rows=_FOUR_ENDINGS,
        period=WEEK,
        expected=[Expected((), 1, 4)],
        because=_ENDINGS_WHY,
    ),
    Example(
        metric="promise_broken_rate",
        title="Four promises, four endings",
        rows=_FOUR_ENDINGS,
        period=WEEK,
        expected=[Expected((), 1, 4)],
        because=_ENDINGS_WHY,
    ),
    Example(
        metric="promise_kept_rate_by_amount",
        title="Nobody keeps more than was promised",
        rows=_FOUR_ENDINGS,
        period=WEEK,
        expected=[Expected((), 289_99, 400_00)],
        because="95 of R1, 100 of R2 (not 150), 94.99 of R3, nothing of R4: 289.99 of 400.",
    ),
    Example(
        metric="promise_kept_rate_by_amount",
        title="In a plan a surplus carries forward, a shortfall does not",
        rows=_PLAN,
        period=MARCH,
        expected=[Expected((), 290_00, 300_00)],
        because="R1 got 150: 100 count, 50 are left over. R2 got 40 and the 50: 90 count. R3 got"
        " 100, and what R2 lacked is not taken from it: 100 count.",
    ),
    Example(
        metric="promise_lead_days",
        title="Days from the promise to its due day",
        rows=read_rows(
            promises="""
            promise_id | made_at          | due_on
            R1         | 2024-03-04 23:00 | 2024-03-08
            R2         | 2024-03-05 09:00 | 2024-03-15
            """,
        ),
        period=WEEK,
        expected=[Expected((), 14, 2)],
        because="4 and 10 days: 7 on average.",
    ),
)
