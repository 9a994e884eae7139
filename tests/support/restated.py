"""The week of 4 March 2024 as it was known when it was reported, and a week later."""

from datetime import date

from tests.support import case_database as build
from tests.support.case_database import Row, Tables, morning_of, whole_database

# The Mondays after the week and after the next one.
REPORTED_AT, NOW = morning_of(date(2024, 3, 11)), morning_of(date(2024, 3, 18))


def paid(number: int, amount: str, day: int, case: str = "C1", recorded: str = "") -> Row:
    at = f"2024-03-{day:02d} 10:00"
    return build.a_payment(
        f"P{number}", case, paid_at=at, amount=amount, recorded_at=recorded or at,
        updated_at=recorded or at,
    )  # fmt: skip


def books(fresh: str, *payments: Row) -> Tables:
    """C1 is of T1; C2 was of T2 until the end of the week and is of T1 since. Of two promises the
    window of the second was not over when the week was reported."""
    return whole_database(
        {
            "teams": [build.a_team("T1", department="east"), build.a_team("T2", department="west")],
            "cases": [
                build.a_case("C1", updated_at=fresh),
                build.a_case("C2", updated_at=fresh),
            ],
            "assignments": [
                build.an_assignment("C1", "T1", from_at="2024-03-01 00:00"),
                build.an_assignment("C2", "T2", from_at="2024-03-01 00:00"),
                build.an_assignment("C2", "T1", from_at="2024-03-11 00:00"),
            ],
            "payments": list(payments),
            "promises": [
                build.a_promise("R1", "C1", made_at="2024-03-04 09:00", due_on="2024-03-05"),
                build.a_promise("R2", "C2", made_at="2024-03-07 09:00", due_on="2024-03-08"),
            ],
        }
    )


THEN = books(
    "2024-03-11 13:00",
    paid(1, "600.00", 4),
    paid(2, "300.00", 5),
    paid(3, "100.00", 6, "C2"),
)
SINCE = books(
    "2024-03-18 13:00",
    paid(1, "610.00", 4),  # edited: 10 more
    paid(2, "300.00", 5),
    # P3 of 100 was deleted.
    paid(4, "200.00", 8, "C2", recorded="2024-03-12 09:00"),
    paid(5, "-50.00", 9, "C1", recorded="2024-03-13 09:00"),
    paid(6, "999.00", 12),  # of the week after
)
