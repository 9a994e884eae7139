"""Types, names and errors of Spark itself, and what it is sent."""
# ruff: noqa: DTZ001 - stamps are naive, in the zone of the source

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa

from queries.definitions import Definitions
from queries.errors import UserError
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
    reach,
)
from tests.queries.source.conftest import TODAY, MakeDatabase, rows
from tests.support.case_database import REQUIRED, a_case, a_payment, write
from tests.support.spark import run

pytestmark = [
    pytest.mark.engines,
    pytest.mark.spark,
    pytest.mark.usefixtures("spark_cluster"),  # also where it is only asked for its client
]

MakeSpark = Callable[[str], str]
THE_SIXTH = OnDays([(datetime(2024, 3, 6), datetime(2024, 3, 7))], "paid_at")


@pytest.fixture
def native(spark_url: Callable[[], str], tmp_path: Path) -> MakeSpark:
    """An empty case database but for the table payments, which a query fills."""

    def make(query: str) -> str:
        url = write({name: [] for name in REQUIRED}, spark_url(), tmp_path)
        run(url, "DROP VIEW payments", f"CREATE TABLE payments USING parquet AS {query}")
        return url

    return make


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every text that is sent to Spark from here on."""
    from queries.source import spark_connect

    texts: list[str] = []

    def noted(statement: sa.Select) -> str:
        texts.append(sql_of(statement))
        return texts[-1]

    sql_of = spark_connect.sql_of
    monkeypatch.setattr(spark_connect, "sql_of", noted)
    return texts


INSTANTS = """
    SELECT id AS payment_id, 'C1' AS case_id, at AS paid_at, 1 AS amount, at AS updated_at
    FROM VALUES ('P1', TIMESTAMP '2024-03-05 15:59:59.999999Z'),
        ('P2', TIMESTAMP '2024-03-05 16:00:00Z'), ('P3', TIMESTAMP '2024-03-06 15:59:59.5Z')
        AS v(id, at)
"""


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
def test_a_timestamp_is_an_instant_in_every_zone(
    con: duckdb.DuckDBPyConnection, native: MakeSpark, zone: str
) -> None:
    definitions = Definitions(source_zone=zone)
    newest = {"Asia/Shanghai": (6, 23), "America/New_York": (6, 10)}[zone]
    second = {"Asia/Shanghai": (6, 0), "America/New_York": (5, 11)}[zone]
    with open_source(SourceSpec(native(INSTANTS)), con, definitions) as source:
        assert source.watermark("payments") == datetime(2024, 3, *newest, 59, 59, 500000)
        source.stage("payments", Everything(), "raw_payments")
        clean(con, "payments", "raw_payments", definitions, TODAY)
        source.stage("payments", ChangedSince(datetime(2024, 3, *second)), "changed")
        assert rows(con, "changed", "payment_id") == [("P2",), ("P3",)]
    assert rows(con, "clean_payments", "payment_id, paid_at") == [
        ("P1", datetime(2024, 3, 5, 23, 59, 59, 999999)),
        ("P2", datetime(2024, 3, 6)),
        ("P3", datetime(2024, 3, 6, 23, 59, 59, 500000)),
    ]


def test_a_timestamp_without_a_zone_is_in_the_zone_of_the_source(
    con: duckdb.DuckDBPyConnection, native: MakeSpark
) -> None:
    query = INSTANTS.replace("TIMESTAMP '", "TIMESTAMP_NTZ '").replace("Z'", "'")
    definitions = Definitions(source_zone="UTC")
    with open_source(SourceSpec(native(query)), con, definitions) as source:
        assert source.watermark("payments") == datetime(2024, 3, 6, 15, 59, 59, 500000)
        afternoon = OnDays([(datetime(2024, 3, 5, 16), datetime(2024, 3, 6))], "paid_at")
        source.stage("payments", afternoon, "of_span")
        assert rows(con, "of_span", "payment_id") == [("P2",)]
        source.stage("payments", Everything(), "raw_payments")
        clean(con, "payments", "raw_payments", definitions, TODAY)
    assert rows(con, "clean_payments", "paid_at")[1] == (datetime(2024, 3, 6),)


OF_ITS_OWN = """
    SELECT CAST(7 AS TINYINT) AS payment_id, 9223372036854775807 AS case_id,
        DATE '2024-03-05' AS paid_at, 123456789012.345678BD AS amount, 'x' AS method,
        CAST(NULL AS VARCHAR(9)) AS reverses, array(1) AS more, map('a', 1) AS pairs
    UNION ALL SELECT 8, 18, DATE '2024-03-06', CAST(-0.01 AS DECIMAL(18, 6)), ' y ', 'ab', NULL,
        NULL
"""


def test_values_come_in_types_of_their_own(
    con: duckdb.DuckDBPyConnection, native: MakeSpark
) -> None:
    with open_source(SourceSpec(native(OF_ITS_OWN)), con) as source:
        ids = ["9223372036854775807", "18.0", "C1", "9" * 90]
        source.stage("payments", OfCases(ids), "of_case")
        assert rows(con, "of_case", "payment_id, amount, method") == [
            (7, Decimal("123456789012.345678"), "x")
        ]
        source.stage("payments", THE_SIXTH, "of_day")
        assert rows(con, "of_day", "payment_id, method, inside") == [(8, " y ", True)]
        source.stage("payments", Everything(), "raw_payments")
        clean(con, "payments", "raw_payments", Definitions(), TODAY)
    assert rows(con, "aside_payments") == []
    assert rows(con, "clean_payments", "payment_id, case_id, amount") == [
        ("7", "9223372036854775807", 12345678901235),
        ("8", "18", -1),
    ]


IDS = """
    SELECT {first} AS payment_id, {second} AS case_id, DATE '2024-03-05' AS paid_at, 1 AS amount
"""
UUID = "6f1e2a60ff0040008000000000ff01ab"
STRANGE = [
    "o'Hara", 'a "b"', r"\n \\ \u0041", "${spark.master}", "${env:HOME}", "早期😀", "%s :x ?",
    "a\nb", "`",
]  # fmt: skip


@pytest.mark.parametrize(
    ("type_", "first", "text"),
    [
        ("double", "CAST(1.5 AS DOUBLE)", "1.5"),
        ("whole decimal", "CAST(12 AS DECIMAL(18, 0))", "12"),
        ("wide decimal", f"CAST({10**23} AS DECIMAL(38, 0))", f"{10**23}"),
        ("text in bytes", "X'" + "早".encode().hex() + "'", "早"),
        ("bytes", f"X'{UUID}'", UUID),
        ("date", "DATE '2024-03-05'", "2024-03-05"),
        ("moment", "TIMESTAMP '2024-03-05 10:00:00Z'", "2024-03-05 10:00:00"),
        ("list", "array('a', 'b')", "[a, b]"),
    ],
)  # fmt: skip
def test_ids_of_any_type_are_found_by_the_text_that_is_staged(
    con: duckdb.DuckDBPyConnection, native: MakeSpark, type_: str, first: str, text: str
) -> None:
    select = IDS.format(first=first, second=first)
    spec = SourceSpec(
        native(IDS.format(first="1", second="1")), {"payments": TableMapping(select=select)}
    )
    with open_source(spec, con) as source:
        for wanted in (WithKeys([text, "x"]), OfCases([text, "y"])):
            source.stage("payments", wanted, "found")
            assert rows(con, "found", "CAST(payment_id AS VARCHAR), inside") == [(text, True)], (
                type_
            )


def test_texts_arrive_and_are_looked_for_as_they_are(
    con: duckdb.DuckDBPyConnection, make_database: MakeDatabase, sent: list[str]
) -> None:
    """Quotes, backslashes, line ends, and what Spark would replace in the text of a statement."""
    payments = [a_payment(text, text) for text in STRANGE]
    url = make_database("spark", {"cases": [a_case()], "payments": payments})
    with open_source(SourceSpec(url), con) as source:
        for wanted in (WithKeys(STRANGE), OfCases(STRANGE)):
            source.stage("payments", wanted, "found")
            assert {row[0] for row in rows(con, "found", "payment_id")} == set(STRANGE)
    assert [text for text in sent if "spark.master" in text] == []
    asked = [text for text in sent if "CAST(X'" in text]
    assert asked
    assert all("'早期😀', '%s :x ?'" in text for text in asked)


def test_one_statement_asks_for_thousands_of_cases_and_hundreds_of_days(
    con: duckdb.DuckDBPyConnection, make_database: MakeDatabase, sent: list[str]
) -> None:
    payments = [a_payment(f"P{n}", f"C{n}") for n in range(3)]
    url = make_database("spark", {"cases": [a_case()], "payments": payments})
    with open_source(SourceSpec(url), con) as source:
        sent.clear()
        source.stage("payments", OfCases([f"C{n}" for n in range(1, 20_000)]), "of_case")
        assert rows(con, "of_case", "payment_id") == [("P1",), ("P2",)]
        days = [
            (datetime(2024, 3, 5 + n % 2, n // 10), datetime(2024, 3, 5 + n % 2, n // 10, 5))
            for n in range(200)
        ]
        source.stage("payments", OnDays(days, "paid_at"), "of_day")
        assert len(rows(con, "of_day")) == 3
        # Of each: the rows, and which keys of theirs others have too.
        assert len(sent) == 4
        sent.clear()
        source.stage("payments", OnDays([], "paid_at"), "of_no_day")
        assert rows(con, "of_no_day") == []
        assert sent == []


COLLATED = """
    SELECT id AS payment_id, id AS case_id, DATE '2024-03-05' AS paid_at, 1 AS amount
    FROM VALUES ('p1' COLLATE UTF8_LCASE), ('P1' COLLATE UTF8_LCASE), ('P2' COLLATE UTF8_LCASE),
        ('P2' COLLATE UTF8_LCASE) AS v(id)
"""


def test_ids_are_compared_letter_by_letter_whatever_the_collation(
    con: duckdb.DuckDBPyConnection, native: MakeSpark
) -> None:
    url = native(IDS.format(first="1", second="1"))
    spec = SourceSpec(url, {"payments": TableMapping(select=COLLATED)})
    the_fifth = OnDays([(datetime(2024, 3, 5), datetime(2024, 3, 6))], "paid_at")
    with open_source(spec, con) as source:
        source.stage("payments", OfCases(["p1"]), "of_case")
        assert rows(con, "of_case", "payment_id") == [("p1",)]
        source.stage("payments", the_fifth, "raw_payments")
        clean(con, "payments", "raw_payments", Definitions(), TODAY)
    assert rows(con, "clean_payments", "payment_id") == [("P1",), ("P2",), ("p1",)]
    assert rows(con, "aside_payments", "key, reason") == [("P2", "repeated_key")]


def test_tables_are_named_with_schema_and_catalog(
    con: duckdb.DuckDBPyConnection, make_database: MakeDatabase
) -> None:
    url = make_database("spark", {"cases": [a_case()], "payments": [a_payment("P1")]})
    other = make_database("spark", {"payments": [a_payment("P2"), a_payment("P3")]})
    schema = other.rpartition("/")[2]
    run(other, "CREATE VIEW paid AS SELECT * FROM payments WHERE payment_id = 'P3'")
    for table, wanted in (
        ("payments", "P1"), ("PAYMENTS", "P1"), (f"{schema}.paid", "P3"),
        (f"spark_catalog.{schema}.paid", "P3"),
    ):  # fmt: skip
        spec = SourceSpec(url, {"payments": TableMapping(table=table)})
        with open_source(spec, con) as source:
            source.stage("payments", Everything(), "raw_payments")
            assert rows(con, "raw_payments", "payment_id") == [(wanted,)]
    with_catalog = SourceSpec(url.replace("/t_", "/spark_catalog.t_").replace("sc:", "spark:"))
    with open_source(with_catalog, con) as source:
        assert source.count("payments") == 1
    reach(with_catalog)


@pytest.mark.parametrize("table", ["nowhere", "nowhere.payments", "nowhere.default.payments"])
def test_a_table_that_is_not_there_is_named(
    con: duckdb.DuckDBPyConnection, make_database: MakeDatabase, table: str
) -> None:
    url = make_database("spark", {"cases": [a_case()]})
    spec = SourceSpec(url, {"payments": TableMapping(table=table)})
    with pytest.raises(UserError, match=rf"table payments \({table}\)"), open_source(spec, con):
        pass


@pytest.mark.parametrize(
    "select",
    [
        "DROP TABLE payments", "DELETE FROM payments", "INSERT INTO payments FROM payments",
        "SELECT * FROM payments) t; DROP TABLE payments; SELECT * FROM (SELECT 1",
        "SELECT * FROM payments WHERE case_id =", "SELECT nothing FROM payments",
    ],
)  # fmt: skip
def test_what_is_no_query_is_told_and_changes_nothing(
    con: duckdb.DuckDBPyConnection, make_database: MakeDatabase, sent: list[str], select: str
) -> None:
    url = make_database("spark", {"cases": [a_case()], "payments": [a_payment()]})
    spec = SourceSpec(url, {"payments": TableMapping(select=select)})
    told = "a working select for table payments"
    with pytest.raises(UserError, match=told) as error, open_source(spec, con):
        pass
    assert "\n" not in error.value.given
    with open_source(SourceSpec(url), con) as source:
        assert source.count("payments") == 1
    assert {text.split()[0] for text in sent} == {"SELECT"}


def test_what_fails_while_it_is_read_is_told_in_the_words_of_spark(
    con: duckdb.DuckDBPyConnection, make_database: MakeDatabase, capfd: pytest.CaptureFixture[str]
) -> None:
    """Spark makes the values only when rows are asked for."""
    select = "SELECT *, CAST(case_id AS INT) AS wrong FROM payments WHERE CAST(case_id AS INT) > 0"
    url = make_database("spark", {"cases": [a_case()], "payments": [a_payment()]})
    spec = SourceSpec(url, {"payments": TableMapping(select=select)})
    with (
        open_source(spec, con) as source,
        pytest.raises(UserError, match=r"on Spark at 127\.0\.0\.1:\d+ .*CAST_INVALID_INPUT"),
    ):
        source.stage("payments", Everything(), "raw_payments")
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("sc://127.0.0.1:1/;token=geheimnis;use_ssl=true", "Spark at 127.0.0.1:1 does not open"),
        ("spark://me@127.0.0.1:1", "Spark at 127.0.0.1:1 does not open"),
        ("sc://127.0.0.1:1;token=geheimnis;speed", "does not open: .*'speed'"),
        ("sc:///;token=geheimnis", "no URL of Spark Connect"),
        ("sc://127.0.0.1:1/a/b;token=geheimnis", "no URL of Spark Connect"),
    ],
)
def test_a_cluster_that_does_not_answer_is_told_without_the_token(url: str, told: str) -> None:
    with pytest.raises(UserError, match=told) as error:
        reach(SourceSpec(url))
    assert "geheimnis" not in str(error.value)


def test_a_schema_that_is_not_there_is_told(spark_url: Callable[[], str]) -> None:
    with pytest.raises(UserError, match="SCHEMA_NOT_FOUND"):
        reach(SourceSpec(spark_url()))


def test_rows_are_streamed_in_batches(
    con: duckdb.DuckDBPyConnection, native: MakeSpark, monkeypatch: pytest.MonkeyPatch
) -> None:
    from queries.source import spark_connect

    sizes: list[int] = []

    def noted(self: spark_connect.SparkConnect, statement: sa.Select) -> Iterator:
        for part in read(self, statement):
            sizes.append(part.nbytes)
            yield part

    read = spark_connect.SparkConnect.rows
    query = "SELECT id AS payment_id, id AS case_id, DATE '2024-03-05' AS paid_at, 1 AS amount"
    url = native(f"{query} FROM range(600000)")
    with open_source(SourceSpec(url), con) as source:
        monkeypatch.setattr(spark_connect.SparkConnect, "rows", noted)
        source.stage("payments", Everything(), "raw_payments")
    assert con.execute("SELECT count(DISTINCT payment_id) FROM raw_payments").fetchone() == (
        600_000,
    )
    assert len(sizes) > 3
    assert max(sizes) < 8_000_000
