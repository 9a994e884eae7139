"""Own names, own codes, own queries, on every kind of case database."""
# ruff: noqa: DTZ001 - spans are naive, in the zone of the source

import sqlite3
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest
import sqlalchemy as sa

from queries.errors import UserError
from queries.source import (
    ChangedSince,
    Everything,
    OfCases,
    OnDays,
    SourceSpec,
    TableMapping,
    open_source,
)
from tests.queries.source.conftest import KINDS, MakeDatabase, cleaned, rows
from tests.support.case_database import REQUIRED, a_case, a_payment, an_assignment, write
from tests.support.spark import make_tables

# A reserved word, blanks, quotes and percent signs are all names that real databases have.
STRANGE = {"id%": "P1", 'the "case"': "C1", "select": "2024-03-05 10:00:00", "a:b amount": "7"}
COLUMNS = {
    "payment_id": "id%", "case_id": 'the "case"', "paid_at": "select", "amount": "a:b amount",
}  # fmt: skip
PAYMENTS = [
    a_payment("P1", "C1", amount="5", paid_at="2024-03-05 10:00", updated_at="2024-03-05 10:00"),
    a_payment("P2", "C2", amount="6", paid_at="2024-03-06 10:00", updated_at="2024-03-06 10:00"),
]


@pytest.fixture
def strange_database(tmp_path: Path, target: Callable[[str], str]) -> Callable[[str], str]:
    """A case database with a further table `order lines`, whose columns have strange names."""

    def make(kind: str) -> str:
        tables = {name: [a_case("C1")] if name == "cases" else [] for name in REQUIRED}
        url = write(tables, target(kind), tmp_path / "source")
        names = ", ".join('"' + name.replace('"', '""') + '"' for name in STRANGE)
        values = ", ".join(f"'{value}'" for value in STRANGE.values())
        if kind in ("csv", "parquet"):
            with duckdb.connect() as con:
                listed = ", ".join(
                    f"'{value}' AS " + '"' + name.replace('"', '""') + '"'
                    for name, value in STRANGE.items()
                )
                con.execute(f"COPY (SELECT {listed}) TO '{url}/order lines.{kind}'")
            return url
        if kind == "spark":
            strange = pa.table({name: [value] for name, value in STRANGE.items()})
            make_tables(url, {"order_lines": strange}, tmp_path)
            return url
        engine = sa.create_engine(url)
        with engine.begin() as connection:
            typed = names.replace('",', '" text,') + " text"
            made = f'CREATE TABLE "order lines" ({typed})'
            if kind == "mariadb":
                connection.exec_driver_sql("SET sql_mode = 'ANSI_QUOTES'")
            connection.exec_driver_sql(
                made if kind in ("sqlite", "duckdb") else made.replace("%", "%%")
            )
            connection.exec_driver_sql(f'INSERT INTO "order lines" VALUES ({values})')
        engine.dispose()
        return url

    return make


@pytest.mark.parametrize("kind", KINDS)
def test_any_name_can_be_mapped(
    con: duckdb.DuckDBPyConnection, strange_database: Callable[[str], str], kind: str
) -> None:
    # Spark takes any name for columns, not for tables.
    table = "order_lines" if kind == "spark" else "order lines"
    mapping = TableMapping(table=table, columns=COLUMNS)
    spec = SourceSpec(strange_database(kind), {"payments": mapping})
    with open_source(spec, con) as source:
        cleaned(con, source, spec, "payments")
        assert source.columns("payments") == frozenset(COLUMNS)
        assert source.watermark("payments") is None
        the_day = OnDays([(datetime(2024, 3, 5), datetime(2024, 3, 6))], "paid_at")
        source.stage("payments", the_day, "of_day")
        source.stage("payments", OfCases(["C1"]), "of_case")
        source.stage("payments", ChangedSince(datetime(2024, 3, 5)), "changed")
        for staged in ("of_day", "of_case", "changed"):
            assert rows(con, staged, "payment_id, inside") == [("P1", True)]
    assert rows(con, "clean_payments", "payment_id, case_id, amount, method") == [
        ("P1", "C1", 700, None)
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "select",
    [
        "SELECT payment_id || ':x' AS payment_id, case_id, paid_at, updated_at,"
        " CAST(amount AS INTEGER) * 2 AS amount FROM payments WHERE 'a%' LIKE 'a%' ; ",
        "WITH p AS (SELECT * FROM payments) SELECT payment_id || ':x' AS payment_id, case_id,"
        " paid_at, updated_at, CAST(amount AS INTEGER) * 2 AS amount FROM p -- the end",
    ],
)
def test_a_query_of_ones_own_runs_in_the_source(
    con: duckdb.DuckDBPyConnection, make_database: MakeDatabase, kind: str, select: str
) -> None:
    if kind == "mariadb":
        select = select.replace("payment_id || ':x'", "CONCAT(payment_id, ':x')")
    # A temporary table of the same name must not be taken for the source's.
    con.execute("CREATE TEMP TABLE payments AS SELECT 'wrong' AS payment_id")
    tables = {"cases": [a_case("C1"), a_case("C2")], "payments": PAYMENTS}
    spec = SourceSpec(make_database(kind, tables), {"payments": TableMapping(select=select)})
    with open_source(spec, con) as source:
        cleaned(con, source, spec, "payments")
        assert source.count("payments") == 2
        assert source.watermark("payments") == datetime(2024, 3, 6, 10)
        source.stage("payments", OfCases(["C2"]), "of_case")
        source.stage("payments", ChangedSince(datetime(2024, 3, 6)), "changed")
        the_day = OnDays([(datetime(2024, 3, 6), datetime(2024, 3, 7))], "paid_at")
        source.stage("payments", the_day, "of_day")
        for staged in ("of_case", "changed", "of_day"):
            assert rows(con, staged, "payment_id") == [("P2:x",)]
    assert rows(con, "clean_payments", "payment_id, amount") == [("P1:x", 1000), ("P2:x", 1200)]


@pytest.mark.parametrize("kind", KINDS)
def test_everything_that_is_missing_is_told_at_once(
    con: duckdb.DuckDBPyConnection, make_database: MakeDatabase, kind: str
) -> None:
    mappings = {
        "teams": TableMapping(table="squads"),
        "agents": TableMapping(columns={"team_id": "squad"}),
        "plans": TableMapping(select="SELECT nothing FROM nowhere"),
    }
    spec = SourceSpec(make_database(kind, {}), mappings)
    with pytest.raises(UserError) as error, open_source(spec, con):
        pass
    for part in ("table teams (squads)", "column team_id of table agents", "plans"):
        assert part in error.value.given
    assert con.execute("SELECT count(*) FROM duckdb_databases() WHERE NOT internal").fetchone() == (
        1,
    )


@pytest.mark.parametrize("kind", KINDS)
def test_an_optional_table_with_other_columns_is_something_else(
    con: duckdb.DuckDBPyConnection, make_database: MakeDatabase, kind: str
) -> None:
    url = make_database(kind, {"cases": [a_case("C1")], "assignments": [an_assignment("C1")]})
    with open_source(SourceSpec(url), con) as source:
        assert "assignments" in source.tables
        assert "plans" not in source.tables
    mapped = TableMapping(table="teams")
    spec = SourceSpec(url, {"plans": mapped})
    with pytest.raises(UserError, match="plan_id"), open_source(spec, con):
        pass


def test_upper_case_names_are_found(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    write({name: [] for name in REQUIRED}, "sqlite", tmp_path)
    with sqlite3.connect(tmp_path / "cases.sqlite") as database:
        database.execute("ALTER TABLE payments RENAME TO PAYMENTS_OLD")
        database.execute("ALTER TABLE PAYMENTS_OLD RENAME COLUMN amount TO AMOUNT")
        database.execute("ALTER TABLE PAYMENTS_OLD RENAME TO PAYMENTS")
    database.close()
    with open_source(SourceSpec(f"sqlite:///{tmp_path}/cases.sqlite"), con) as source:
        source.stage("payments", Everything(), "raw_payments")
        assert "amount" in source.columns("payments")


def test_a_view_of_a_duckdb_file_means_its_own_tables(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    url = write({**{name: [] for name in REQUIRED}, "payments": PAYMENTS}, "duckdb", tmp_path)
    with duckdb.connect(str(tmp_path / "cases.duckdb")) as database:
        database.execute("CREATE VIEW paid AS SELECT * FROM payments")
        database.execute("CREATE SCHEMA old; CREATE TABLE old.paid AS FROM payments LIMIT 1")
    con.execute("CREATE TEMP TABLE payments AS SELECT 'wrong' AS payment_id")
    for table, count in (("paid", 2), ("old.paid", 1)):
        spec = SourceSpec(url, {"payments": TableMapping(table=table)})
        with open_source(spec, con) as source:
            source.stage("payments", Everything(), "raw_payments")
            assert len(rows(con, "raw_payments")) == source.count("payments") == count


def test_a_folder_of_files_is_one_table(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    for ending in ("csv", "parquet"):
        folder = tmp_path / ending
        write({**{name: [] for name in REQUIRED}, "payments": PAYMENTS}, ending, folder)
        (folder / "payments").mkdir()
        (folder / f"payments.{ending}").rename(folder / "payments" / f"1.{ending}")
        more = f"COPY (SELECT 9 AS amount, 'P9' AS payment_id) TO '{folder}/payments/2.{ending}'"
        con.execute(more)
        with open_source(SourceSpec(f"folder:///{folder}"), con) as source:
            source.stage("payments", Everything(), "raw_payments")
            listed = "payment_id, CAST(CAST(amount AS DECIMAL) AS INTEGER)"
            assert rows(con, "raw_payments", listed) == [("P1", 5), ("P2", 6), ("P9", 9)]
            source.stage("payments", OfCases(["C1"]), "raw_payments")
            assert rows(con, "raw_payments", "payment_id") == [("P1",)]


@pytest.mark.parametrize(
    "content",
    [
        "\ufeffteam_id;name;department\r\nT1;Süd; \r\n",
        'team_id\tname\tdepartment\nT1\t"Süd"\t\n',
        'name|team_id\n"Süd"|T1',
    ],
)
def test_csv_of_other_programs_is_read(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, content: str
) -> None:
    write({name: [] for name in REQUIRED}, "csv", tmp_path)
    (tmp_path / "teams.csv").write_text(content, encoding="utf-8")
    with open_source(SourceSpec(str(tmp_path)), con) as source:
        source.stage("teams", Everything(), "raw_teams")
        assert rows(con, "raw_teams", "team_id, name") == [("T1", "Süd")]
