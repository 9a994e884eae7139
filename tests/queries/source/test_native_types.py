"""Databases with types of their own: zones, numbers and UUIDs as ids, padded text, keys."""
# ruff: noqa: DTZ001 - spans and stamps are naive, in the zone of the source

import sqlite3
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest

from queries.definitions import Definitions
from queries.source import (
    ChangedSince,
    Everything,
    OfCases,
    OnDays,
    SourceSpec,
    TableMapping,
    WithKeys,
    clean,
    open_source,
)
from tests.queries.source.conftest import TODAY, MakeNative, rows, stamped
from tests.support.case_database import REQUIRED, write

IN_SHANGHAI = Definitions()
U1, U2 = "6f1e2a60-0000-4000-8000-000000000001", "6f1e2a60-0000-4000-8000-000000000002"


def test_sqlite_columns_hold_anything(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    """Numbers, text, bytes that are no text and nothing at all, in one column."""
    url = write({name: [] for name in REQUIRED}, "sqlite", tmp_path)
    with sqlite3.connect(tmp_path / "cases.sqlite") as database:
        database.execute("DROP TABLE payments")
        database.execute("CREATE TABLE payments (payment_id, case_id, paid_at, amount)")
        database.executemany(
            "INSERT INTO payments VALUES (?, ?, ?, ?)",
            [
                (1, 7, "2024-03-05T10:00:00Z", 12.5),
                ("P2", "7", "2024-03-05 10:00:00", "3"),
                ("P3", 8.0, 1709600000, None),
                (b"P\xff4", "8", "2024-03-05", "viel"),
            ],
        )
        database.execute("UPDATE payments SET payment_id = CAST(payment_id AS TEXT)")
    database.close()
    with open_source(SourceSpec(url), con) as source:
        source.stage("payments", OfCases(["7"]), "of_case")
        assert rows(con, "of_case", "payment_id") == [("1",), ("P2",)]
        the_fifth = OnDays([(datetime(2024, 3, 5), datetime(2024, 3, 6))], "paid_at")
        source.stage("payments", the_fifth, "of_day")
        assert rows(con, "of_day", "payment_id") == [("1",), ("P2",), ("P\ufffd4",)]
        source.stage("payments", Everything(), "raw_payments")
        clean(con, "payments", "raw_payments", Definitions(), TODAY)
    assert rows(con, "clean_payments", "payment_id, paid_at, amount") == [
        ("1", datetime(2024, 3, 5, 18), 1250),
        ("P2", datetime(2024, 3, 5, 10), 300),
    ]
    assert rows(con, "aside_payments", "key, reason") == [
        ("P3", "no_date"),
        ("P\ufffd4", "no_number"),
    ]


ZONED = """
    SET TimeZone = 'America/New_York';
    DROP TABLE payments;
    CREATE TABLE payments (payment_id text, case_id text, paid_at timestamptz, amount numeric(9,2),
        reverses text, method text, recorded_at timestamptz, updated_at timestamptz);
    INSERT INTO payments (payment_id, case_id, paid_at, amount, updated_at) VALUES
        ('P1', 'C1', '2024-03-05 15:59:59+00', 1, '2024-03-05 16:00:00+00'),
        ('P2', 'C1', '2024-03-05 16:00:00+00', 1, '2024-03-05 16:00:01+00'),
        ('P3', 'C1', '2024-03-06 15:59:59+00', 1, NULL)
"""
KINDS = ("duckdb", "postgres", "server")


@pytest.mark.parametrize("kind", KINDS)
def test_moments_with_a_zone_need_no_zone_of_the_source(
    con: duckdb.DuckDBPyConnection, native: MakeNative, kind: str
) -> None:
    the_sixth = OnDays([(datetime(2024, 3, 6), datetime(2024, 3, 7))], "paid_at")
    many = [(datetime(2023, 3, d), datetime(2023, 3, d + 1)) for d in range(1, 28, 2)]
    with open_source(SourceSpec(native(kind, ZONED)), con, IN_SHANGHAI) as source:
        assert source.watermark("payments") == datetime(2024, 3, 6, 0, 0, 1)
        source.stage("payments", Everything(), "raw_payments")
        clean(con, "payments", "raw_payments", IN_SHANGHAI, TODAY)
        read = rows(con, "clean_payments", "payment_id, paid_at, updated_at")
        source.stage("payments", the_sixth, "of_day")
        source.stage("payments", OnDays([*many, *the_sixth.spans], "paid_at"), "of_days")
        source.stage("payments", ChangedSince(datetime(2024, 3, 6, 0, 0, 1)), "changed")
        assert rows(con, "of_day", "payment_id") == [("P2",), ("P3",)]
        assert rows(con, "of_days", "payment_id") == [("P2",), ("P3",)]
        assert rows(con, "changed", "payment_id") == [("P2",), ("P3",)]
    assert read == [
        ("P1", datetime(2024, 3, 5, 23, 59, 59), datetime(2024, 3, 6)),
        ("P2", datetime(2024, 3, 6), datetime(2024, 3, 6, 0, 0, 1)),
        ("P3", datetime(2024, 3, 6, 23, 59, 59), None),
    ]


ABSURD = """
    DROP TABLE payments;
    CREATE TABLE payments (payment_id text, case_id text, paid_at timestamp, amount numeric(9,2),
        updated_at {type});
    INSERT INTO payments VALUES
        ('P1', 'C1', '2024-03-05', 1, '0001-01-01'),
        ('P2', 'C1', '2024-03-05', 1, '1989-12-30'),
        ('P3', 'C1', '2024-03-05', 1, '2024-03-05'),
        ('P4', 'C1', '2024-03-05', 1, '2024-03-07'),
        ('P5', 'C1', '2024-03-05', 1, '9999-12-31')
"""
STAMP_TYPES = ("timestamp", "timestamptz", "date", "text")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("type_", STAMP_TYPES)
def test_absurd_change_stamps_hide_no_change_and_move_no_watermark(
    con: duckdb.DuckDBPyConnection, native: MakeNative, kind: str, type_: str
) -> None:
    watermark, changed = stamped(con, native(kind, ABSURD.format(type=type_)))
    assert watermark is not None
    assert watermark.date() == date(2024, 3, 7)
    assert changed == ["P1", "P2", "P4", "P5"]


@pytest.mark.parametrize("kind", ["duckdb", "postgres"])
@pytest.mark.parametrize("type_", STAMP_TYPES[:3])
@pytest.mark.parametrize("beyond", ["infinity", "-infinity", "12000-01-01"])
def test_stamps_beyond_the_calendar_are_no_crash(
    con: duckdb.DuckDBPyConnection, native: MakeNative, kind: str, type_: str, beyond: str
) -> None:
    made = ABSURD.format(type=type_).replace("0001-01-01", beyond)
    watermark, changed = stamped(con, native(kind, made))
    assert watermark is not None
    assert watermark.date() == date(2024, 3, 7)
    assert "P1" in changed


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("type_", STAMP_TYPES)
def test_absurd_change_stamps_alone_are_no_watermark(
    con: duckdb.DuckDBPyConnection, native: MakeNative, kind: str, type_: str
) -> None:
    made = (
        ABSURD.format(type=type_)
        .replace("'2024-03-07')", "NULL)")
        .replace("1, '2024-03-05')", "1, '0001-01-01')")
    )
    assert stamped(con, native(kind, made))[0] is None


IDS = f"""
    DROP TABLE payments;
    CREATE TABLE payments (payment_id uuid, case_id bigint, paid_at date, amount double precision,
        updated_at date);
    INSERT INTO payments VALUES
        ('{U1}', 7, '2024-03-05', 0.1, '2024-03-05'),
        ('{U2}', 8, '2024-03-06', 'NaN', '2024-03-06')
"""


@pytest.mark.parametrize("kind", KINDS)
def test_ids_of_any_type_are_found_by_their_text(
    con: duckdb.DuckDBPyConnection, native: MakeNative, kind: str
) -> None:
    with open_source(SourceSpec(native(kind, IDS)), con) as source:
        source.stage("payments", OfCases(["7", "X7", "99999999999999999999"]), "of_case")
        source.stage("payments", WithKeys([U2, "P2"]), "of_key")
        source.stage("payments", ChangedSince(datetime(2024, 3, 6, 0, 0)), "changed")
        the_fifth = OnDays([(datetime(2024, 3, 5), datetime(2024, 3, 6))], "paid_at")
        source.stage("payments", the_fifth, "of_day")
        assert source.watermark("payments") == datetime(2024, 3, 6)
        listed = "CAST(payment_id AS VARCHAR), CAST(case_id AS VARCHAR)"
        assert rows(con, "of_case", listed) == rows(con, "of_day", listed) == [(U1, "7")]
        assert rows(con, "of_key", listed) == rows(con, "changed", listed) == [(U2, "8")]
        source.stage("payments", Everything(), "raw_payments")
        clean(con, "payments", "raw_payments", Definitions(), TODAY)
    assert rows(con, "clean_payments", "payment_id, case_id, paid_at, amount") == [
        (U1, "7", datetime(2024, 3, 5), 10)
    ]
    assert rows(con, "aside_payments", "key, reason") == [(U2, "no_number")]


PADDED = """
    DROP TABLE payments;
    CREATE TABLE payments (payment_id char(6), case_id char(6), paid_at timestamp, amount money);
    INSERT INTO payments VALUES ('P1', 'C1', 'infinity', 1), ('P2', 'C2', '2024-03-05', 1)
"""


@pytest.mark.parametrize("kind", ["postgres"])
def test_padded_text_loses_its_padding(
    con: duckdb.DuckDBPyConnection, native: MakeNative, kind: str
) -> None:
    with open_source(SourceSpec(native(kind, PADDED)), con) as source:
        source.stage("payments", OfCases(["C2"]), "of_case")
        assert rows(con, "of_case", "payment_id, case_id") == [("P2", "C2")]
        source.stage("payments", Everything(), "raw_payments")
        clean(con, "payments", "raw_payments", Definitions(), TODAY)
    assert rows(con, "aside_payments", "key, reason") == [("P1", "no_date"), ("P2", "no_number")]


KEYED = """
    DROP TABLE payments;
    CREATE TABLE payments (id text {key}, case_id text, paid_at timestamp, amount numeric(9,2),
        updated_at timestamp);
    INSERT INTO payments VALUES ('P1', 'C1', '2024-03-05', 1, '2024-03-05')
"""


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("key", ["PRIMARY KEY", "UNIQUE", ""])
def test_a_key_that_the_source_guards_is_not_checked_again(
    con: duckdb.DuckDBPyConnection, native: MakeNative, kind: str, key: str
) -> None:
    mapping = {"payments": TableMapping(columns={"payment_id": "id"})}
    with open_source(SourceSpec(native(kind, KEYED.format(key=key)), mapping), con) as source:
        source.stage("payments", ChangedSince(datetime(2024, 3, 5)), "raw_payments")
        described = {row[0] for row in con.execute("DESCRIBE raw_payments").fetchall()}
        assert ("keys_are_unique" in described) == bool(key)
        clean(con, "payments", "raw_payments", Definitions(), TODAY)
    assert rows(con, "clean_payments", "row_key") == [("P1",)]


@pytest.mark.parametrize("kind", KINDS)
def test_more_ids_than_a_server_takes_at_once_are_found(
    con: duckdb.DuckDBPyConnection, native: MakeNative, kind: str
) -> None:
    url = native(kind, ZONED)
    for count in (1_201, 20_001):
        ids = [*(f"X{number}" for number in range(count - 1)), "C1"]
        with open_source(SourceSpec(url), con) as source:
            source.stage("payments", OfCases(ids), "of_cases")
            assert len(rows(con, "of_cases", "payment_id")) == 3
