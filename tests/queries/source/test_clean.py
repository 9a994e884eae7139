"""Reading values and setting rows aside, on raw tables written out by hand."""
# ruff: noqa: DTZ001 - moments are naive, in business time

from datetime import date, datetime
from decimal import Decimal

import duckdb
import pytest

from queries.contract import TABLES
from queries.definitions import Definitions
from queries.source import KnownCases, clean
from tests.queries.source.conftest import TODAY, rows

IN_UTC = Definitions(business_zone="Asia/Shanghai", source_zone="UTC")


def raw(con: duckdb.DuckDBPyConnection, table: str, *given: dict[str, str]) -> None:
    """A raw table of SQL expressions per column; what is not given is NULL."""
    selects = [
        "SELECT "
        + ", ".join(f"{row.get(c, 'CAST(NULL AS VARCHAR)')} AS {c}" for c in TABLES[table].by_name)
        + f", {row.get('inside', 'TRUE')} AS inside"
        for row in given
    ]
    con.execute(f"CREATE OR REPLACE TEMP TABLE raw AS {' UNION ALL '.join(selects)}")


def payment(**given: str) -> dict[str, str]:
    return {
        "payment_id": "'P1'", "case_id": "'C1'", "paid_at": "'2024-03-05 10:00:00'",
        "amount": "'1'", **given,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("'2024-03-05 20:00:00'", datetime(2024, 3, 6, 4)),
        ("'2024-03-05T20:00:00.25'", datetime(2024, 3, 6, 4, 0, 0, 250000)),
        ("'2024-03-05T20:00:00Z'", datetime(2024, 3, 6, 4)),
        ("'2024-03-05 20:00:00 UTC'", datetime(2024, 3, 6, 4)),
        ("'2024-03-05 20:00:00+08'", datetime(2024, 3, 5, 20)),
        ("'2024-03-05 20:00:00.123456+0800'", datetime(2024, 3, 5, 20, 0, 0, 123456)),
        ("'2024-03-05T20:00:00-05:00'", datetime(2024, 3, 6, 9)),
        ("'2024-03-05'", datetime(2024, 3, 5)),
        ("DATE '2024-03-05'", datetime(2024, 3, 5)),
        ("TIMESTAMP '2024-03-05 20:00:00'", datetime(2024, 3, 6, 4)),
        ("TIMESTAMP_S '2024-03-05 20:00:00'", datetime(2024, 3, 6, 4)),
        ("TIMESTAMPTZ '2024-03-05 20:00:00+08'", datetime(2024, 3, 5, 20)),
    ],
)
def test_moments_come_out_in_business_time(
    con: duckdb.DuckDBPyConnection, given: str, read: datetime
) -> None:
    con.execute("SET TimeZone = 'America/New_York'")
    raw(con, "payments", payment(paid_at=given, updated_at=given))
    clean(con, "payments", "raw", IN_UTC, TODAY)
    assert rows(con, "clean_payments", "paid_at") == [(read,)]


@pytest.mark.parametrize(
    "given",
    [
        "''", "'soon'", "'05.03.2024'", "'2024/03/05'", "'2024-3-5'", "'20240305'", "'2024-02-30'",
        "'infinity'", "TIMESTAMP 'infinity'", "DATE '-infinity'", "1709600000", "'2024-03-05Z'",
    ],
)  # fmt: skip
def test_what_is_no_moment_has_no_date(con: duckdb.DuckDBPyConnection, given: str) -> None:
    raw(con, "payments", payment(paid_at=given))
    clean(con, "payments", "raw", Definitions(), TODAY)
    assert rows(con, "aside_payments", "reason, moment") == [("no_date", None)]


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("'2024-03-05'", date(2024, 3, 5)),
        ("'2024-03-05 23:30:00'", date(2024, 3, 5)),
        ("'2024-03-05T23:30:00Z'", date(2024, 3, 6)),
        ("TIMESTAMP '2024-03-05 23:30:00'", date(2024, 3, 5)),
        ("TIMESTAMPTZ '2024-03-05 23:30:00+00'", date(2024, 3, 6)),
        ("TIMESTAMP 'infinity'", None),
        ("'infinity'", None),
        ("''", None),
    ],
)
def test_a_moment_in_a_date_column_is_its_day(
    con: duckdb.DuckDBPyConnection, given: str, read: date | None
) -> None:
    raw(con, "agents", {"agent_id": "'A1'", "joined_on": given})
    clean(con, "agents", "raw", IN_UTC, TODAY)
    assert rows(con, "clean_agents", "joined_on, name, level") == [(read, "", None)]


@pytest.mark.parametrize(
    ("given", "minor"),
    [
        ("'12.345'", 1235), ("'-12.345'", -1235), ("'-0.005'", -1), ("'0.0049'", 0),
        ("'1e3'", 100_000), ("' 7 '", 700), ("'92233720368547758.07'", 2**63 - 1),
        ("1.005::DOUBLE", 101), ("12.5::DECIMAL(18,1)", 1250), ("7", 700), ("0", 0),
    ],
)  # fmt: skip
def test_money_is_minor_units_rounded_half_away_from_zero(
    con: duckdb.DuckDBPyConnection, given: str, minor: int
) -> None:
    raw(con, "payments", payment(amount=given))
    clean(con, "payments", "raw", Definitions(), TODAY)
    assert rows(con, "clean_payments", "amount") == [(minor,)]


@pytest.mark.parametrize(
    "given",
    ["''", "NULL", "'1,000'", "'¥5'", "'NaN'", "'inf'", "'NaN'::DOUBLE", "'inf'::DOUBLE", "1e300",
     "'92233720368547758.08'", "'9999999999999999999999999'"],
)  # fmt: skip
def test_what_is_no_amount_is_set_aside(con: duckdb.DuckDBPyConnection, given: str) -> None:
    raw(con, "payments", payment(amount=given))
    clean(con, "payments", "raw", Definitions(), TODAY)
    assert rows(con, "aside_payments", "reason") == [("no_number",)]


def test_minor_digits_follow_the_currency(con: duckdb.DuckDBPyConnection) -> None:
    raw(con, "payments", payment(amount="'1234.5'"))
    clean(con, "payments", "raw", Definitions(currency="JPY", minor_digits=0), TODAY)
    assert rows(con, "clean_payments", "amount") == [(1235,)]


def test_whole_numbers_and_numbers_keep_their_precision(con: duckdb.DuckDBPyConnection) -> None:
    review = {"review_id": "'Q1'", "reviewed_at": "'2024-03-05'", "score": "'87.25'"}
    raw(con, "quality_reviews", review)
    clean(con, "quality_reviews", "raw", Definitions(), TODAY)
    assert rows(con, "clean_quality_reviews", "score") == [(Decimal("87.25"),)]
    raw(con, "snapshots", {"case_id": "'C1'", "as_of": "'2024-03-31'", "dpd": "2.5::DOUBLE",
                           "balance": "1"})  # fmt: skip
    clean(con, "snapshots", "raw", Definitions(), TODAY)
    assert rows(con, "clean_snapshots", "dpd") == [(3,)]


@pytest.mark.parametrize("few", [False, True])
def test_the_first_reason_wins(con: duckdb.DuckDBPyConnection, few: bool) -> None:
    """Each row breaks its own rule and every later one."""
    worst = {"amount": "'x'", "case_id": "'nobody'"}
    both = {"paid_at": "'1980-01-01'", "recorded_at": "'x'"}
    raw(
        con,
        "payments",
        payment(payment_id="''", **worst, **both),
        payment(payment_id="'P1'", **worst, **both),
        payment(payment_id="'P2'", **{**worst, "paid_at": "'1980-01-01'"}),
        payment(payment_id="'P3'", **{**worst, "paid_at": "'2090-01-01'"}),
        payment(payment_id="'P4'", **worst),
        payment(payment_id="'P5'", case_id="'nobody'"),
        payment(payment_id="'P7'"),
    )
    con.execute("CREATE TABLE known AS SELECT 'C1' AS case_id")
    clean(con, "payments", "raw", Definitions(), TODAY, KnownCases("known", few=few))
    assert rows(con, "aside_payments", "key, reason") == [
        ("P1", "no_date"),
        ("P2", "date_too_early"),
        ("P3", "date_in_future"),
        ("P4", "no_number"),
        ("P5", "unknown_case"),
        (None, "no_key"),
    ]
    assert rows(con, "clean_payments", "payment_id") == [("P7",)]


def test_the_newest_row_of_a_key_stays_even_if_it_is_bad(con: duckdb.DuckDBPyConnection) -> None:
    raw(
        con,
        "payments",
        payment(updated_at="'2024-03-05'"),
        payment(updated_at="'2024-03-06'", amount="'x'"),
        payment(),
        payment(payment_id="NULL"),
        payment(payment_id="''"),
    )
    clean(con, "payments", "raw", Definitions(), TODAY)
    assert rows(con, "clean_payments") == []
    assert rows(con, "aside_payments", "reason") == [
        ("no_key",), ("no_key",), ("no_number",), ("repeated_key",), ("repeated_key",),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "given", ["'1989-12-31 23:59:59'", "'0001-01-01'", "'soon'", "'infinity'",
              "TIMESTAMP '0044-03-15 (BC) 10:00:00'", "TIMESTAMP '294246-01-01'",
              "TIMESTAMPTZ '-infinity'", "DATE '1970-01-01'"],
)  # fmt: skip
def test_an_absurd_change_stamp_counts_as_empty(con: duckdb.DuckDBPyConnection, given: str) -> None:
    raw(con, "payments", payment(updated_at=given), payment(payment_id="'P2'", updated_at=given))
    clean(con, "payments", "raw", Definitions(), TODAY)
    assert rows(con, "aside_payments") == []
    assert rows(con, "clean_payments", "payment_id, updated_at") == [("P1", None), ("P2", None)]


def test_an_absurd_change_stamp_is_the_oldest_of_a_key(con: duckdb.DuckDBPyConnection) -> None:
    old = payment(updated_at="'1999-01-01'", amount="7")
    raw(con, "payments", payment(updated_at="'1899-12-31'", amount="8"), old)
    clean(con, "payments", "raw", Definitions(), TODAY)
    assert rows(con, "clean_payments", "amount") == [(700,)]


def test_a_row_outside_wins_its_key_but_is_no_row(con: duckdb.DuckDBPyConnection) -> None:
    raw(
        con,
        "payments",
        payment(updated_at="'2024-03-05'"),
        payment(updated_at="'2024-03-06'", inside="FALSE"),
    )
    clean(con, "payments", "raw", Definitions(), TODAY)
    assert rows(con, "clean_payments") == []
    assert rows(con, "aside_payments", "reason") == [("repeated_key",)]


def test_a_key_with_a_moment_is_compared_as_read(con: duckdb.DuckDBPyConnection) -> None:
    def spell(from_at: str, team: str) -> dict[str, str]:
        return {"case_id": "'C1'", "team_id": f"'{team}'", "from_at": f"'{from_at}'"}

    raw(
        con,
        "assignments",
        spell("2024-03-05 10:00:00", "T1"),
        spell("2024-03-05T10:00:00", "T2"),
        spell("2024-03-05 02:00:00Z", "T3"),
        spell("soon", "T4"),
        spell("soon", "T5"),
        spell("", "T6"),
    )
    clean(con, "assignments", "raw", Definitions(), TODAY)
    assert rows(con, "clean_assignments", "team_id, row_key") == [
        ("T3", "C1 | 2024-03-05 10:00:00")
    ]
    assert rows(con, "aside_assignments", "reason, key") == [
        ("no_date", "C1 | soon"),
        ("no_date", "C1 | soon"),
        ("no_key", None),
        ("repeated_key", "C1 | 2024-03-05 10:00:00"),
        ("repeated_key", "C1 | 2024-03-05 10:00:00"),
    ]


def contact(**given: str) -> dict[str, str]:
    return {
        "contact_id": "'N1'", "case_id": "'C1'", "contacted_at": "'2024-03-05 10:00'",
        "channel": "'M'", "direction": "''", "outcome": "1", **given,
    }  # fmt: skip


def test_codes_are_translated_and_unknown_ones_set_aside(con: duckdb.DuckDBPyConnection) -> None:
    codes = {
        "channel": {"M": "sms", "O'": "call"},
        "direction": {"": "outbound"},
        "outcome": {"1": "right_party"},
        "automated": {"J": "true", "N": "false"},
        "agent_id": {"ROBOT": ""},
    }
    raw(
        con,
        "contacts",
        contact(automated="'J'", agent_id="'ROBOT'"),
        contact(contact_id="'N2'", channel="'call'", automated="'N'", agent_id="'A1'"),
        contact(contact_id="'N3'", channel="'O'''"),
        contact(contact_id="'N4'", channel="'Call'"),
        contact(contact_id="'N5'", outcome="2"),
        contact(contact_id="'N6'", automated="'maybe'"),
        contact(contact_id="'N7'", channel="NULL"),
    )
    clean(con, "contacts", "raw", Definitions(), TODAY, None, codes)
    known = "contact_id, channel, direction, outcome, automated, agent_id"
    assert rows(con, "clean_contacts", known) == [
        ("N1", "sms", "outbound", "right_party", True, None),
        ("N2", "call", "outbound", "right_party", False, "A1"),
        ("N3", "call", "outbound", "right_party", None, None),
    ]
    assert rows(con, "aside_contacts", "key, reason") == [
        (key, "unknown_code") for key in ("N4", "N5", "N6", "N7")
    ]


def test_cleaning_again_replaces_what_was_there(con: duckdb.DuckDBPyConnection) -> None:
    raw(con, "payments", payment(), payment(payment_id="''"))
    clean(con, "payments", "raw", Definitions(), TODAY)
    raw(con, "payments", payment(payment_id="'P2'"))
    clean(con, "payments", "raw", Definitions(), TODAY)
    assert rows(con, "clean_payments", "row_key") == [("P2",)]
    assert rows(con, "aside_payments") == []
