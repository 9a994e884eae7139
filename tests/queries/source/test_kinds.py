"""Every kind of case database gives the same rows, whatever is wrong with them."""
# ruff: noqa: DTZ001, DTZ901 - spans and stamps are naive, in the zone of the source

from datetime import date, datetime
from decimal import Decimal

import duckdb
import pytest

from queries.contract import TABLES
from queries.definitions import Definitions
from queries.source import (
    ChangedSince,
    Everything,
    OfCases,
    OnDays,
    SourceSpec,
    WithKeys,
    clean,
    open_source,
)
from tests.queries.source.conftest import KINDS, TODAY, MakeDatabase, cleaned, rows
from tests.support.case_database import (
    a_case,
    a_contact,
    a_payment,
    a_promise,
    a_snapshot,
    an_adjustment,
    an_agent,
    an_assignment,
)

pytestmark = pytest.mark.parametrize("kind", KINDS)

# One payment per reason, in the order in which reasons win, and what a careless reader drops.
AWKWARD = {
    "cases": [a_case("C1"), a_case("C2", stage="nowhere"), a_case("C3", hardship="")],
    "payments": [
        a_payment("P01", amount="100.005", updated_at="2024-03-06 08:00"),
        a_payment("P02", amount="-0.005", reverses="P01"),
        a_payment("P03", amount="10", updated_at="2024-03-01 00:00"),
        a_payment("P03", amount="20", updated_at="2024-03-09 00:00"),
        a_payment("P03", amount="30"),
        a_payment("", amount="1"),
        a_payment("P05", paid_at=""),
        a_payment("P06", paid_at="not a date"),
        a_payment("P07", paid_at="1989-12-31 23:59"),
        a_payment("P08", paid_at="2024-06-02 00:00"),
        a_payment("P09", amount="a lot"),
        a_payment("P10", amount="NaN"),
        a_payment("P11", amount=""),
        a_payment("P12", case_id="nobody"),
        a_payment("P13", case_id="C2"),
        a_payment("P14", case_id=""),
        a_payment("P15", paid_at="2024-06-01 23:59:59", method="银行, \"转账\"\n二"),
        a_payment("P16", recorded_at="31/12/2024"),
    ],
    "contacts": [
        a_contact("N1", duration_seconds="61", automated="true"),
        a_contact("N2", channel="pigeon"),
        a_contact("N3", outcome=""),
        a_contact("N4", agent_id="", duration_seconds="soon"),
    ],
    "adjustments": [
        an_adjustment("J1", amount="-5.5"),
        an_adjustment("J2", booked_on="2024-02-30"),
    ],
}  # fmt: skip


def test_bad_rows_are_set_aside_by_the_first_reason(
    con: duckdb.DuckDBPyConnection, make_database: MakeDatabase, kind: str
) -> None:
    spec = SourceSpec(make_database(kind, AWKWARD))
    with open_source(spec, con) as source:
        cleaned(con, source, spec, "payments", "contacts", "adjustments")
        for table in ("cases", "payments", "contacts", "adjustments"):
            kept = len(rows(con, f"clean_{table}")) + len(rows(con, f"aside_{table}"))
            assert kept == source.count(table) == len(AWKWARD[table])
    assert rows(con, "aside_cases", "key, case_id, reason") == [("C2", "C2", "unknown_code")]
    assert rows(con, "aside_payments", "reason, key") == [
        ("date_in_future", "P08"),
        ("date_too_early", "P07"),
        ("no_date", "P05"),
        ("no_date", "P06"),
        ("no_date", "P16"),
        ("no_key", None),
        ("no_number", "P09"),
        ("no_number", "P10"),
        ("no_number", "P11"),
        ("repeated_key", "P03"),
        ("repeated_key", "P03"),
        ("unknown_case", "P12"),
        ("unknown_case", "P13"),
        ("unknown_case", "P14"),
    ]
    assert rows(con, "clean_payments", "payment_id, amount, reverses, method, paid_at") == [
        ("P01", 10001, None, None, datetime(2024, 3, 5, 10)),
        ("P02", -1, "P01", None, datetime(2024, 3, 5, 10)),
        ("P03", 2000, None, None, datetime(2024, 3, 5, 10)),
        ("P15", 10000, None, '银行, "转账"\n二', datetime(2024, 6, 1, 23, 59, 59)),
    ]
    assert rows(con, "aside_contacts", "key, reason") == [
        ("N2", "unknown_code"),
        ("N3", "unknown_code"),
        ("N4", "no_number"),
    ]
    assert rows(con, "clean_contacts", "contact_id, duration_seconds, automated") == [
        ("N1", 61, True)
    ]
    assert rows(con, "clean_adjustments", "row_key, booked_on, amount") == [
        ("J1", date(2024, 3, 5), -550)
    ]
    assert rows(con, "aside_adjustments", "key, reason, moment") == [("J2", "no_date", None)]


CLEAN = {
    "agents": [an_agent("A1", level="senior", joined_on="2020-02-29", updated_at="2024-01-01")],
    "cases": [
        a_case("C1", segment="gold", updated_at="2024-03-05 09:00:00.250"),
        a_case("C2", closed_on="2024-05-01", close_reason="paid"),
    ],
    "payments": [
        a_payment("P1", amount="0.01", updated_at="2024-03-05 10:00"),
        a_payment("P2", "C2", paid_at="2024-03-06 00:00", updated_at="2024-03-06 00:00"),
        a_payment("P3", "C2", paid_at="2024-03-06 23:59:59.999999"),
    ],
    "contacts": [a_contact("N1", duration_seconds=5, automated=False), a_contact("N2", "C2")],
    "promises": [a_promise("R1", due_on="2030-01-01", cancelled_at="2024-03-06 10:00")],
    "assignments": [
        an_assignment("C1", from_at="2024-03-05 00:00", to_at="2024-03-07 00:00"),
        an_assignment("C1", "T3", from_at="2024-03-07 00:00"),
        an_assignment("C1", "T4", from_at="2024-03-07 00:00"),
    ],
    "snapshots": [a_snapshot("C1", balance="12.34"), a_snapshot("C2", dpd=0)],
}


def test_native_columns_give_what_text_gives(
    con: duckdb.DuckDBPyConnection, make_database: MakeDatabase, kind: str
) -> None:
    spec = SourceSpec(make_database(kind, CLEAN))
    tables = tuple(name for name in CLEAN if name not in ("cases", "agents"))
    with open_source(spec, con) as source:
        cleaned(con, source, spec, "agents", *tables)
        assert source.watermark("cases") == datetime(2024, 3, 5, 9, 0, 0, 250000)
        assert source.watermark("promises") is None
        assert source.watermark("snapshots") is None
    assert rows(con, "clean_cases", "case_id, segment, region, placed_on, placed_amount") == [
        ("C1", "gold", None, date(2024, 3, 1), 100000),
        ("C2", None, None, date(2024, 3, 1), 100000),
    ]
    assert rows(con, "clean_agents", "agent_id, joined_on, updated_at") == [
        ("A1", date(2020, 2, 29), datetime(2024, 1, 1))
    ]
    assert rows(con, "clean_payments", "payment_id, amount, paid_at, updated_at") == [
        ("P1", 1, datetime(2024, 3, 5, 10), datetime(2024, 3, 5, 10)),
        ("P2", 10000, datetime(2024, 3, 6), datetime(2024, 3, 6)),
        ("P3", 10000, datetime(2024, 3, 6, 23, 59, 59, 999999), None),
    ]
    assert rows(con, "clean_contacts", "contact_id, duration_seconds, automated") == [
        ("N1", 5, False),
        ("N2", None, None),
    ]
    assert rows(con, "clean_promises", "due_on, cancelled_at") == [
        (date(2030, 1, 1), datetime(2024, 3, 6, 10))
    ]
    assert rows(con, "clean_assignments", "team_id, from_at, to_at, row_key") == [
        ("T2", datetime(2024, 3, 5), datetime(2024, 3, 7), "C1 | 2024-03-05 00:00:00"),
        ("T4", datetime(2024, 3, 7), None, "C1 | 2024-03-07 00:00:00"),
    ]
    assert rows(con, "clean_snapshots", "case_id, dpd, balance") == [
        ("C1", 40, 1234),
        ("C2", 0, 100000),
    ]


def test_the_clean_columns_have_the_types_of_the_contract(
    con: duckdb.DuckDBPyConnection, make_database: MakeDatabase, kind: str
) -> None:
    wanted = {
        "text": "VARCHAR", "code": "VARCHAR", "date": "DATE", "timestamp": "TIMESTAMP",
        "money": "BIGINT", "integer": "BIGINT", "number": "DECIMAL(28,6)", "flag": "BOOLEAN",
    }  # fmt: skip
    spec = SourceSpec(make_database(kind, {**CLEAN, "quality_reviews": []}))
    with open_source(spec, con) as source:
        cleaned(con, source, spec, "contacts", "payments", "quality_reviews")
        for table in ("cases", "contacts", "payments", "quality_reviews"):
            described = con.execute(f"DESCRIBE clean_{table}").fetchall()
            expected = [(c.name, wanted[c.kind]) for c in TABLES[table].columns]
            assert [row[:2] for row in described] == [*expected, ("row_key", "VARCHAR")]


MARCH = [(datetime(2024, 3, day), datetime(2024, 3, day + 1)) for day in range(1, 28, 2)]
JANUARY = [(datetime(2023, 1, day), datetime(2023, 1, day + 1)) for day in range(1, 28, 2)]
RESTRICTED = [
    (Everything(), {"P1", "P2", "P3", "P4", "P5"}),
    (ChangedSince(datetime(2024, 3, 6)), {"P2", "P3", "P4"}),
    (ChangedSince(datetime(2024, 3, 6, 0, 0, 1)), {"P3", "P4"}),
    (OfCases(["C2", "O'Hara", "nobody"]), {"P2", "P3"}),
    (OfCases([]), set()),
    (WithKeys(["P1", "P5"]), {"P1", "P5"}),
    (OnDays([(datetime(2024, 3, 6), datetime(2024, 3, 7))], "paid_at"), {"P2", "P3"}),
    (OnDays([(datetime(2024, 3, 7), datetime.max)], "paid_at"), {"P4", "P5"}),
    (OnDays([], "paid_at"), set()),
    (OnDays(MARCH + JANUARY, "paid_at"), {"P1", "P4", "P5"}),
]


def test_a_restriction_gives_exactly_its_rows(
    con: duckdb.DuckDBPyConnection, make_database: MakeDatabase, kind: str
) -> None:
    payments = [
        a_payment("P1", "C1", paid_at="2024-03-05 10:00", updated_at="2024-03-05 23:59:59"),
        a_payment("P2", "C2", paid_at="2024-03-06 00:00", updated_at="2024-03-06 00:00"),
        a_payment("P3", "C2", paid_at="2024-03-06 23:59:59.999999"),
        a_payment("P4", "C1", paid_at="2024-03-07 00:00", updated_at="2024-03-07 00:00:00.5"),
        a_payment("P5", "C1", paid_at="2024-03-07 00:00", updated_at="2020-01-01 00:00"),
    ]
    spec = SourceSpec(make_database(kind, {"cases": [a_case("C1")], "payments": payments}))
    with open_source(spec, con) as source:
        for restriction, inside in RESTRICTED:
            source.stage("payments", restriction, "raw_payments")
            clean(con, "payments", "raw_payments", Definitions(), TODAY)
            found = {row[0] for row in rows(con, "clean_payments", "payment_id")}
            assert (restriction, found) == (restriction, inside)


def test_rows_that_share_a_key_are_ranked_together_but_stay_outside(
    con: duckdb.DuckDBPyConnection, make_database: MakeDatabase, kind: str
) -> None:
    payments = [
        a_payment("P1", "C1", paid_at="2024-03-05 10:00", updated_at="2024-03-05 10:00"),
        a_payment("P1", "C2", paid_at="2024-03-09 10:00", updated_at="2024-03-09 10:00"),
        a_payment("P2", "C1", paid_at="2024-03-05 11:00", updated_at="2024-03-05 11:00"),
    ]
    spec = SourceSpec(make_database(kind, {"payments": payments}))
    the_fifth = OnDays([(datetime(2024, 3, 5), datetime(2024, 3, 6))], "paid_at")
    with open_source(spec, con) as source:
        source.stage("payments", the_fifth, "raw_payments")
        clean(con, "payments", "raw_payments", Definitions(), TODAY)
        source.changed_cases("payments", datetime(2024, 3, 9), "changed")
    assert rows(con, "clean_payments", "payment_id, case_id") == [("P2", "C1")]
    assert rows(con, "aside_payments", "key, case_id, reason, moment") == [
        ("P1", "C1", "repeated_key", datetime(2024, 3, 5, 10))
    ]
    assert rows(con, "changed") == [
        ("P1", "C1", datetime(2024, 3, 5, 10)),
        ("P1", "C2", datetime(2024, 3, 9, 10)),
    ]


def test_moments_move_from_the_zone_of_the_source_to_business_time(
    con: duckdb.DuckDBPyConnection, make_database: MakeDatabase, kind: str
) -> None:
    definitions = Definitions(business_zone="Asia/Shanghai", source_zone="UTC")
    tables = {
        "cases": [a_case("C1", updated_at="2024-03-05 20:00")],
        "payments": [
            a_payment("P1", paid_at="2024-03-05 15:59:59"),
            a_payment("P2", paid_at="2024-03-05 16:00"),
        ],
        "adjustments": [an_adjustment("J1", booked_on="2024-03-05")],
    }
    spec = SourceSpec(make_database(kind, tables))
    # The business day 6 March begins at 16:00 of the 5th in UTC.
    the_sixth = [(datetime(2024, 3, 5, 16), datetime(2024, 3, 6, 16))]
    with open_source(spec, con, definitions) as source:
        cleaned(con, source, spec, "payments", "adjustments", definitions=definitions)
        assert rows(con, "clean_payments", "payment_id, paid_at") == [
            ("P1", datetime(2024, 3, 5, 23, 59, 59)),
            ("P2", datetime(2024, 3, 6)),
        ]
        assert rows(con, "clean_cases", "updated_at") == [(datetime(2024, 3, 5, 20),)]
        assert rows(con, "clean_adjustments", "booked_on") == [(date(2024, 3, 5),)]
        source.stage("payments", OnDays(the_sixth, "paid_at"), "p")
        source.stage("adjustments", OnDays(the_sixth, "booked_on"), "j6")
        the_fifth = [(datetime(2024, 3, 4, 16), datetime(2024, 3, 5, 16))]
        source.stage("adjustments", OnDays(the_fifth, "booked_on"), "j5")
        assert rows(con, "p", "payment_id") == [("P2",)]
        assert rows(con, "j6", "adjustment_id") == []
        assert rows(con, "j5", "adjustment_id") == [("J1",)]


def test_the_greatest_row_stays_where_stamps_are_equal(
    con: duckdb.DuckDBPyConnection, make_database: MakeDatabase, kind: str
) -> None:
    payments = [
        a_payment("P1", amount="9.00", method="z"),
        a_payment("P1", amount="10.00", method="a"),
        a_payment("P1", amount="10.00", method="b"),
    ]
    spec = SourceSpec(make_database(kind, {"cases": [a_case()], "payments": payments}))
    with open_source(spec, con) as source:
        cleaned(con, source, spec, "payments")
    assert rows(con, "clean_payments", "amount, method") == [(1000, "b")]
    assert Decimal(len(rows(con, "aside_payments"))) == 2


def test_rows_of_other_cases_come_along_when_they_share_a_key(
    con: duckdb.DuckDBPyConnection, make_database: MakeDatabase, kind: str
) -> None:
    twice = {
        "cases": [a_case("C1"), a_case("C2")],
        "payments": [a_payment("P1", "C1"), a_payment("P1", "C2"), a_payment("P2", "C2")],
    }
    spec = SourceSpec(make_database(kind, twice))
    with open_source(spec, con) as source:
        source.stage("payments", OfCases(["C1"]), "of_case")
        assert rows(con, "of_case", "payment_id, case_id, inside") == [
            ("P1", "C1", True),
            ("P1", "C2", False),
        ]
