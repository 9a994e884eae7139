"""Worked examples of the recovery figures."""

from datetime import date

from queries import Period
from tests.queries.examples.example import MARCH, WEEK, Example, Expected, read_rows

RECOVERY = (
    Example(
        metric="collected",
        title="A reversal counts on its own day",
        rows=read_rows(
            payments="""
            payment_id | paid_at          | amount | reverses
            P1         | 2024-03-05 10:00 | 100.00 |
            P2         | 2024-03-07 09:00 | -30.00 | P1
            P3         | 2024-03-10 23:59 | 50.00  |
            P4         | 2024-03-11 00:00 | 70.00  |
            """,
        ),
        period=WEEK,
        expected=[Expected((), 120_00)],
        because="The week of 4 March holds P1, P2 and P3: 100 − 30 + 50 = 120. P4 falls on the"
        " first minute of the next week.",
    ),
    Example(
        metric="collected",
        title="A payment belongs to the team that owned the case at that moment",
        rows=read_rows(
            cases="""
            case_id | team_id | placed_on
            C1      | T1      | 2024-03-01
            """,
            assignments="""
            case_id | team_id | from_at          | to_at
            C1      | T2      | 2024-03-06 00:00 | 2024-03-08 00:00
            """,
            payments="""
            payment_id | paid_at          | amount
            P1         | 2024-03-05 23:59 | 10.00
            P2         | 2024-03-06 00:00 | 20.00
            P3         | 2024-03-08 00:00 | 40.00
            """,
        ),
        period=WEEK,
        by=("team",),
        expected=[Expected(("T1",), 50_00), Expected(("T2",), 20_00)],
        because="T2 owned the case from the start of 6 March until the start of 8 March, which is"
        " when P2 was paid; at the other times the case's own team counts: 10 + 40 = 50.",
    ),
    Example(
        metric="collected_restated",
        title="A reversal goes back to the day of the payment",
        rows=read_rows(
            payments="""
            payment_id | paid_at          | amount | reverses
            P1         | 2024-03-08 10:00 | 100.00 |
            P2         | 2024-03-12 09:00 | -40.00 | P1
            """,
        ),
        period=WEEK,
        expected=[Expected((), 60_00)],
        because="P2 was booked in the week after, but takes back part of P1 of 8 March:"
        " 100 − 40 = 60.",
    ),
    Example(
        metric="recovery_rate",
        title="What was collected of what was there to collect",
        rows=read_rows(
            cases="""
            case_id | placed_on  | placed_amount
            C1      | 2024-02-10 | 1000.00
            C2      | 2024-03-06 | 500.00
            """,
            payments="""
            payment_id | case_id | paid_at          | amount
            P1         | C1      | 2024-02-20 10:00 | 200.00
            P2         | C1      | 2024-03-05 10:00 | 100.00
            P3         | C2      | 2024-03-08 10:00 | 50.00
            """,
        ),
        period=MARCH,
        expected=[Expected((), 150_00, 1300_00)],
        because="March brought 100 + 50 = 150. It began with a balance of 1000 − 200 = 800 and 500"
        " were placed during it: 150 ÷ 1300 = 11.54 %.",
    ),
    Example(
        metric="liquidation",
        title="The curve of the cases placed in January",
        rows=read_rows(
            cases="""
            case_id | placed_on  | placed_amount
            C1      | 2024-01-15 | 1000.00
            C2      | 2024-01-20 | 1000.00
            """,
            payments="""
            payment_id | case_id | paid_at          | amount
            P1         | C1      | 2024-01-31 10:00 | 100.00
            P2         | C1      | 2024-02-10 10:00 | 200.00
            P3         | C2      | 2024-03-31 10:00 | 300.00
            P4         | C2      | 2024-04-02 10:00 | 400.00
            """,
        ),
        period=Period(date(2024, 1, 1), date(2024, 2, 1)),
        by=("vintage", "months"),
        expected=[
            Expected((date(2024, 1, 1), 0), 100_00, 2000_00),
            Expected((date(2024, 1, 1), 1), 300_00, 2000_00),
            Expected((date(2024, 1, 1), 2), 600_00, 2000_00),
        ],
        because="2000 were placed in January. By its end 100 had come in, by the end of February"
        " 300, by the end of March 600. On 10 April the month of P4 is not over: no cell.",
    ),
    Example(
        metric="placed_cases",
        title="Cases placed in March",
        rows=read_rows(
            cases="""
            case_id | placed_on
            C1      | 2024-02-29
            C2      | 2024-03-01
            C3      | 2024-03-31
            C4      | 2024-04-01
            """,
        ),
        period=MARCH,
        expected=[Expected((), 2)],
        because="C2 and C3 were placed on days of March.",
    ),
    Example(
        metric="placed_amount",
        title="Amount placed in March",
        rows=read_rows(
            cases="""
            case_id | placed_on  | placed_amount
            C1      | 2024-02-29 | 700.00
            C2      | 2024-03-01 | 1000.00
            C3      | 2024-03-31 | 250.50
            """,
        ),
        period=MARCH,
        expected=[Expected((), 1250_50)],
        because="C2 and C3 were placed on days of March: 1000 + 250.50.",
    ),
)
