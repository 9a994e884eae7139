"""Servers that tell no case and no blanks at the end apart: keys that differ stay different."""
# ruff: noqa: DTZ001 - spans are naive, in the zone of the source

from datetime import datetime

import duckdb
import pytest

from queries.definitions import Definitions
from queries.source import OfCases, OnDays, SourceSpec, TableMapping, WithKeys, clean, open_source
from tests.queries.source.conftest import MARIADB, TODAY, MakeNative, rows

FORGIVING = """
    DROP TABLE payments;
    CREATE TABLE payments (payment_id {type}, case_id {type}, paid_at date, amount integer);
    INSERT INTO payments VALUES ('p1', 'c1', '2024-03-05', 1), ('P1', 'C1', '2024-03-05', 2),
        ('P1', 'C1', '2024-03-09', 3), ('p1 ', 'c1 ', '2024-03-05', 4)
"""
ICU = """
    CREATE COLLATION forgiving (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
"""
KINDS = [
    ("sqlite", "text COLLATE NOCASE", ""),
    ("postgres", "text COLLATE forgiving", ICU),
    ("server", "text COLLATE forgiving", ICU),
    pytest.param("mariadb", "varchar(9)", "", marks=pytest.mark.engines),
    pytest.param("mariadb", "text", "", marks=pytest.mark.engines),
    pytest.param("mariadb", "varchar(9) CHARSET latin1", "", marks=pytest.mark.engines),
]
THE_FIFTH = OnDays([(datetime(2024, 3, 5), datetime(2024, 3, 6))], "paid_at")


@pytest.mark.parametrize(("kind", "type_", "before"), KINDS)
def test_repeated_keys_are_those_that_are_equal_letter_by_letter(
    con: duckdb.DuckDBPyConnection, native: MakeNative, kind: str, type_: str, before: str
) -> None:
    url = native(kind, before + FORGIVING.format(type=type_))
    with open_source(SourceSpec(url), con) as source:
        source.stage("payments", THE_FIFTH, "raw_payments")
        assert rows(con, "raw_payments", "payment_id, CAST(amount AS INTEGER), inside") == [
            ("P1", 2, True),
            ("P1", 3, False),
            ("p1", 1, True),
            ("p1 ", 4, True),
        ]
        clean(con, "payments", "raw_payments", Definitions(), TODAY)
        assert rows(con, "clean_payments", "payment_id") == [("p1",), ("p1 ",)]
        assert rows(con, "aside_payments", "key, reason") == [("P1", "repeated_key")]
        source.stage("payments", OfCases(["c1"]), "of_case")
        source.stage("payments", WithKeys(["p1"]), "of_key")
        for staged in ("of_case", "of_key"):
            assert rows(con, staged, "payment_id, case_id") == [("p1", "c1")]


@pytest.mark.parametrize("kind", ["sqlite", "postgres", "server", "duckdb", MARIADB])
def test_backslashes_in_a_query_stay_as_they_are(
    con: duckdb.DuckDBPyConnection, native: MakeNative, kind: str
) -> None:
    url = native(kind, FORGIVING.format(type="varchar(9)"))
    backslash = r"'\\'" if kind == "mariadb" else r"'\'"
    select = f"SELECT {backslash} AS payment_id, ':a' AS case_id, paid_at, amount FROM payments"
    with open_source(SourceSpec(url, {"payments": TableMapping(select=select)}), con) as source:
        source.stage("payments", THE_FIFTH, "of_day")
    assert set(rows(con, "of_day", "payment_id, case_id")) == {("\\", ":a")}
