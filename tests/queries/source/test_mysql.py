"""What MySQL and MariaDB do in ways of their own, tried on MariaDB."""
# ruff: noqa: DTZ001 - spans and stamps are naive, in the zone of the source

import warnings
from datetime import date, datetime
from typing import Any

import duckdb
import pytest
import sqlalchemy as sa
from pymysql.cursors import Cursor, SSCursor

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
    mysql,
    open_source,
)
from tests.queries.source.conftest import TODAY, MakeDatabase, MakeNative, rows, stamped
from tests.support.case_database import REQUIRED, a_case, a_payment

pytestmark = pytest.mark.engines

THE_SIXTH = OnDays([(datetime(2024, 3, 6), datetime(2024, 3, 7))], "paid_at")
INSTANTS = """
    SET time_zone = '+00:00';
    DROP TABLE payments;
    CREATE TABLE payments (payment_id varchar(9), case_id varchar(9), paid_at timestamp(6) NULL,
        amount decimal(9,2), updated_at timestamp NULL);
    INSERT INTO payments VALUES
        ('P1', 'C1', '2024-03-05 15:59:59.999999', 1, '2024-03-05 16:00:00'),
        ('P2', 'C1', '2024-03-05 16:00:00', 1, '2024-03-05 16:00:01'),
        ('P3', 'C1', '2024-03-06 15:59:59.5', 1, NULL)
"""


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "UTC", "America/New_York"])
def test_timestamps_depend_neither_on_the_zone_of_the_server_nor_of_the_source(
    con: duckdb.DuckDBPyConnection, native: MakeNative, zone: str
) -> None:
    definitions = Definitions(source_zone=zone)
    newest = {"Asia/Shanghai": (6, 0), "UTC": (5, 16), "America/New_York": (5, 11)}[zone]
    with open_source(SourceSpec(native("mariadb", INSTANTS)), con, definitions) as source:
        assert source.watermark("payments") == datetime(2024, 3, *newest, 0, 1)
        source.stage("payments", Everything(), "raw_payments")
        clean(con, "payments", "raw_payments", definitions, TODAY)
        source.stage("payments", ChangedSince(datetime(2024, 3, *newest, 0, 1)), "changed")
        assert rows(con, "changed", "payment_id") == [("P2",), ("P3",)]
    assert rows(con, "clean_payments", "payment_id, paid_at") == [
        ("P1", datetime(2024, 3, 5, 23, 59, 59, 999999)),
        ("P2", datetime(2024, 3, 6)),
        ("P3", datetime(2024, 3, 6, 23, 59, 59, 500000)),
    ]


def test_spans_find_timestamps(con: duckdb.DuckDBPyConnection, native: MakeNative) -> None:
    to_the_end = OnDays([(datetime(2024, 3, 6), datetime.max)], "paid_at")  # noqa: DTZ901
    with open_source(SourceSpec(native("mariadb", INSTANTS)), con) as source:
        for span in (THE_SIXTH, to_the_end):
            source.stage("payments", span, "of_span")
            assert rows(con, "of_span", "payment_id") == [("P2",), ("P3",)]


ABSURD = """
    DROP TABLE payments;
    CREATE TABLE payments (payment_id text, case_id text, paid_at datetime, amount decimal(9,2),
        updated_at {type} NULL);
    INSERT INTO payments VALUES
        ('P1', 'C1', '2024-03-05', 1, '0000-00-00'),
        ('P2', 'C1', '2024-03-05', 1, '{early}'),
        ('P3', 'C1', '2024-03-05', 1, '2024-03-05'),
        ('P4', 'C1', '2024-03-05', 1, '2024-03-07'),
        ('P5', 'C1', '2024-03-05', 1, '{late}')
"""


@pytest.mark.parametrize(
    ("type_", "early", "late"),
    [
        ("datetime", "0001-01-01", "9999-12-31"),
        ("datetime(6)", "1989-12-30", "9999-12-31"),
        ("date", "0001-01-01", "9999-12-31"),
        ("text", "0001-01-01", "9999-12-31"),
        ("varchar(30)", "1989-12-30", "soon"),
        # A TIMESTAMP cannot be later than 2038.
        ("timestamp", "1970-01-02", "0000-00-00"),
    ],
)
def test_zero_and_absurd_stamps_hide_no_change_and_move_no_watermark(
    con: duckdb.DuckDBPyConnection, native: MakeNative, type_: str, early: str, late: str
) -> None:
    script = ABSURD.format(type=type_, early=early, late=late)
    watermark, changed = stamped(con, native("mariadb", script))
    assert watermark is not None
    assert watermark.date() == date(2024, 3, 7)
    assert changed == ["P1", "P2", "P4", "P5"]


ZERO = """
    DROP TABLE payments;
    CREATE TABLE payments (payment_id text, case_id text, paid_at {type} NOT NULL,
        amount decimal(9,2));
    INSERT INTO payments VALUES ('P1', 'C1', '0000-00-00', 1), ('P2', 'C1', '2024-00-05', 1),
        ('P3', 'C1', '2024-03-06', 1)
"""


@pytest.mark.parametrize("type_", ["date", "datetime", "datetime(6)"])
def test_zero_dates_are_no_date(
    con: duckdb.DuckDBPyConnection, native: MakeNative, type_: str
) -> None:
    with open_source(SourceSpec(native("mariadb", ZERO.format(type=type_))), con) as source:
        source.stage("payments", THE_SIXTH, "of_day")
        assert rows(con, "of_day", "payment_id") == [("P3",)]
        source.stage("payments", Everything(), "raw_payments")
        clean(con, "payments", "raw_payments", Definitions(), TODAY)
    assert rows(con, "aside_payments", "key, reason") == [("P1", "no_date"), ("P2", "no_date")]


OF_ITS_OWN = """
    DROP TABLE contacts;
    CREATE TABLE contacts (contact_id int(8) unsigned zerofill, case_id bigint unsigned,
        contacted_at datetime, channel enum('sms', 'call'), direction mediumtext,
        outcome set('right_party', 'busy'), automated {flag}, duration_seconds double,
        agent_id binary(16));
    INSERT INTO contacts VALUES
        (7, 18446744073709551615, '2024-03-05', 'call', 'outbound', 'busy', {yes}, 61,
            x'6f1e2a6000004000800000000000ff01'),
        (8, 9223372036854775808, '2024-03-06', 'sms', 'outbound', 'busy', {no}, 1e2,
            x'6f1e2a6000004000800000000000ff02'),
        (8, 9, '2024-03-06', 'sms', 'outbound', 'busy', NULL, 2.5, 'A')
"""


@pytest.mark.parametrize(
    ("flag", "yes", "no"),
    [("tinyint(1)", "1", "0"), ("bit(1)", "b'1'", "b'0'"), ("boolean", "true", "false")],
)
def test_types_of_its_own_are_read(
    con: duckdb.DuckDBPyConnection, native: MakeNative, flag: str, yes: str, no: str
) -> None:
    script = OF_ITS_OWN.format(flag=flag, yes=yes, no=no)
    with open_source(SourceSpec(native("mariadb", script)), con) as source:
        source.stage("contacts", OfCases(["18446744073709551615", "C1", "9" * 90]), "of_case")
        assert rows(con, "of_case", "contact_id, inside") == [("00000007", True)]
        source.stage("contacts", OfCases(["9"]), "of_case")
        assert rows(con, "of_case", "contact_id, case_id, inside") == [
            ("00000008", "9", True),
            ("00000008", "9223372036854775808", False),
        ]
        source.stage("contacts", Everything(), "raw_contacts")
        clean(con, "contacts", "raw_contacts", Definitions(), TODAY)
    listed = "contact_id, channel, outcome, automated, duration_seconds, agent_id"
    assert rows(con, "clean_contacts", listed) == [
        ("00000007", "call", "busy", True, 61, "6f1e2a6000004000800000000000ff01"),
        ("00000008", "sms", "busy", False, 100, "6f1e2a6000004000800000000000ff02"),
    ]
    assert rows(con, "aside_contacts", "key, reason") == [("00000008", "repeated_key")]


IDS = """
    DROP TABLE payments;
    CREATE TABLE payments (payment_id {type}, case_id {type}, paid_at date, amount int)
        DEFAULT CHARSET {charset};
    INSERT INTO payments VALUES ('{first}', 'C', '2024-03-05', 1), ('B', '{first}', '2024-03-06', 1)
"""
UUIDS = [f"6f1e2a60-0000-4000-8000-00000000000{n}" for n in range(3)]


@pytest.mark.parametrize(
    ("type_", "charset", "first"),
    [
        ("varchar(9)", "utf8mb4", "早期😀"),
        ("varchar(9)", "utf8mb3", "早期"),
        ("varchar(9)", "latin1", "Ñandú"),
        ("mediumtext", "gbk", "早期"),
        ("varbinary(20)", "utf8mb4", "早期😀"),
    ],
)
def test_ids_are_found_in_any_character_set(
    con: duckdb.DuckDBPyConnection, native: MakeNative, type_: str, charset: str, first: str
) -> None:
    script = IDS.format(type=type_, charset=charset, first=first)
    ids = [first, "早期 ", "😀", "ß", "o'Hara \\ %s :x", *(f"X{number}" for number in range(600))]
    with open_source(SourceSpec(native("mariadb", script)), con) as source:
        source.stage("payments", WithKeys(ids), "of_key")
        assert rows(con, "of_key", "payment_id, case_id") == [(first, "C")]
        source.stage("payments", OfCases(ids), "of_case")
        assert rows(con, "of_case", "payment_id, case_id") == [("B", first)]


def test_binary_uuids_are_found_by_their_digits(
    con: duckdb.DuckDBPyConnection, native: MakeNative
) -> None:
    first, second = (UUIDS[n].replace("-", "").replace("4000", "ff00") for n in range(2))
    script = IDS.format(type="binary(16)", charset="utf8mb4", first="A")
    script = script.replace("'A'", f"x'{first}'").replace("'B'", f"x'{second}'")
    with open_source(SourceSpec(native("mariadb", script)), con) as source:
        source.stage("payments", OfCases([first, "A", "zz"]), "of_case")
        assert rows(con, "of_case", "payment_id, case_id") == [(second, first)]


def test_native_uuids_are_found_by_their_text(
    con: duckdb.DuckDBPyConnection, native: MakeNative
) -> None:
    script = IDS.format(type="uuid", charset="utf8mb4", first=UUIDS[0])
    script = script.replace("'B'", f"'{UUIDS[1]}'").replace("'C'", f"'{UUIDS[2]}'")
    with open_source(SourceSpec(native("mariadb", script)), con) as source:
        source.stage("payments", WithKeys([UUIDS[0], "no uuid"]), "of_key")
        assert rows(con, "of_key", "payment_id, case_id") == [(UUIDS[0], UUIDS[2])]


KEYED = """
    DROP TABLE payments;
    CREATE TABLE payments (payment_id varchar(9), case_id text, paid_at date, amount int{key});
    INSERT INTO payments VALUES ('P1', 'C1', '2024-03-05', 1)
"""


@pytest.mark.parametrize(
    ("key", "guarded"),
    [
        (", PRIMARY KEY (payment_id)", True),
        (", UNIQUE (payment_id(4))", True),
        (", UNIQUE (payment_id, paid_at)", False),
        (", KEY (payment_id), FULLTEXT KEY (payment_id)", False),
    ],
)
def test_a_key_that_the_server_guards_is_not_checked_again(
    con: duckdb.DuckDBPyConnection, native: MakeNative, key: str, guarded: bool
) -> None:
    with open_source(SourceSpec(native("mariadb", KEYED.format(key=key))), con) as source:
        source.stage("payments", Everything(), "raw_payments")
    described = {row[0] for row in con.execute("DESCRIBE raw_payments").fetchall()}
    assert ("keys_are_unique" in described) == guarded


QUERY = r"""
    SELECT CONCAT(payment_id, ':%s 100% \\ \'') AS payment_id, case_id, paid_at, amount
    FROM payments WHERE payment_id REGEXP '^P\\d$' AND 'x%' LIKE 'x%' -- 100% :of it
"""


def test_a_query_is_sent_as_it_was_written(
    con: duckdb.DuckDBPyConnection, make_database: MakeDatabase
) -> None:
    tables = {"cases": [a_case()], "payments": [a_payment("P1"), a_payment("Px")]}
    mapping = {"payments": TableMapping(select=QUERY)}
    with open_source(SourceSpec(make_database("mariadb", tables), mapping), con) as source:
        source.stage("payments", Everything(), "raw_payments")
        source.stage("payments", OfCases(["C1"]), "of_case")
    for staged in ("raw_payments", "of_case"):
        assert rows(con, staged, "payment_id") == [("P1:%s 100% \\ '",)]


@pytest.fixture
def elsewhere(make_database: MakeDatabase) -> tuple[str, str]:
    """The URL of a user who may only read, and the name of another database with `pmt`."""
    tables = {"cases": [a_case()], "payments": [a_payment("P1")]}
    url, other = (sa.make_url(make_database("mariadb", tables)) for _ in range(2))
    engine = sa.create_engine(other)
    reader = f"r{url.database}@'127.0.0.1'"
    with engine.begin() as connection:
        for statement in (
            "RENAME TABLE payments TO pmt",
            f"CREATE VIEW `{url.database}`.paid AS SELECT * FROM pmt",
            f"CREATE USER {reader} IDENTIFIED BY 'geheim'",
            *(f"GRANT SELECT ON `{url.database}`.{n} TO {reader}" for n in (*REQUIRED, "paid")),
        ):
            connection.exec_driver_sql(statement)
    engine.dispose()
    read_only = url.set(username=f"r{url.database}", password="geheim")
    return read_only.render_as_string(hide_password=False), str(other.database)


def test_who_may_only_select_reads_tables_and_views(
    con: duckdb.DuckDBPyConnection, elsewhere: tuple[str, str]
) -> None:
    url, other = elsewhere
    for table in ("payments", "PAID"):
        with open_source(SourceSpec(url, {"payments": TableMapping(table=table)}), con) as source:
            assert source.count("payments") == 1
    denied = SourceSpec(url, {"payments": TableMapping(table=f"{other}.pmt")})
    with pytest.raises(UserError, match="SELECT command denied"), open_source(denied, con):
        pass


def test_a_table_of_another_database_is_named_with_it(
    con: duckdb.DuckDBPyConnection, elsewhere: tuple[str, str], make_database: MakeDatabase
) -> None:
    url, other = make_database("mariadb", {"cases": [a_case()]}), elsewhere[1]
    spec = SourceSpec(url, {"payments": TableMapping(table=f"{other}.pmt")})
    with open_source(spec, con) as source:
        source.stage("payments", OfCases(["C1"]), "of_case")
        assert rows(con, "of_case", "payment_id") == [("P1",)]
    spec = SourceSpec(url, {"payments": TableMapping(table="nowhere.pmt")})
    with pytest.raises(UserError, match=r"table payments \(nowhere.pmt\)"), open_source(spec, con):
        pass


def test_the_server_refuses_to_write_and_shows_one_state(
    con: duckdb.DuckDBPyConnection, make_database: MakeDatabase
) -> None:
    url = make_database("mariadb", {"cases": [a_case()], "payments": [a_payment()]})
    writer = sa.create_engine(url)
    with open_source(SourceSpec(url.replace("mysql+pymysql", "mariadb")), con) as source:
        with writer.begin() as connection:
            connection.exec_driver_sql("INSERT INTO payments (payment_id) VALUES ('P2')")
        assert source.count("payments") == 1
        with pytest.raises(sa.exc.DBAPIError, match="READ ONLY"):
            source._connection.exec_driver_sql("DELETE FROM payments")  # type: ignore[attr-defined]
    writer.dispose()
    with open_source(SourceSpec(url), con) as source:
        assert source.count("payments") == 2


def test_rows_are_streamed_in_batches(
    con: duckdb.DuckDBPyConnection, make_database: MakeDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only a cursor that keeps its rows on the server takes them, two at a time."""
    taken: list[int] = []

    def counted(cursor: SSCursor, size: int | None = None) -> Any:
        found = fetchmany(cursor, size)
        taken.append(len(found))
        return found

    fetchmany = SSCursor.fetchmany
    payments = [a_payment(f"P{number}") for number in range(5)]
    url = make_database("mariadb", {"cases": [a_case()], "payments": payments})
    with open_source(SourceSpec(url), con) as source:
        monkeypatch.setattr(mysql, "BATCH", 2)
        monkeypatch.setattr(SSCursor, "fetchmany", counted)
        monkeypatch.setattr(Cursor, "fetchall", None)
        source.stage("payments", Everything(), "raw_payments")
    assert taken == [2, 2, 1, 0]
    assert len(rows(con, "raw_payments")) == 5


def test_a_wrong_password_is_told_in_the_words_of_the_server_and_not_repeated(
    con: duckdb.DuckDBPyConnection, make_database: MakeDatabase
) -> None:
    url = sa.make_url(make_database("mariadb", {})).set(password="geheim")
    spec = SourceSpec(url.render_as_string(hide_password=False))
    with pytest.raises(UserError) as error, open_source(spec, con):
        pass
    assert "does not open: Access denied for user" in error.value.given
    assert "geheim" not in str(error.value)


def test_columns_that_are_not_read_may_be_of_any_type(
    con: duckdb.DuckDBPyConnection, native: MakeNative
) -> None:
    more = "j json, s set('a'), y year, t time, p point, v varbinary(9), i int invisible"
    script = KEYED.format(key=f", {more}").replace(
        "payments VALUES (", "payments ({names}) VALUES ("
    )
    url = native("mariadb", script.format(names="payment_id, case_id, paid_at, amount"))
    with warnings.catch_warnings(), open_source(SourceSpec(url), con) as source:
        source.stage("payments", Everything(), "raw_payments")
        assert len(rows(con, "raw_payments")) == 1
