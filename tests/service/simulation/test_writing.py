import csv
import sqlite3
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import duckdb
import psycopg
import pyarrow as pa
import pyarrow.parquet
import pytest
import sqlalchemy as sa
from sqlalchemy.engine import make_url

from queries.contract import TABLES
from queries.errors import UserError
from service.simulation import Plan, simulate, write
from tests.service.simulation.conftest import LAST_DAY


@pytest.fixture(scope="module")
def tables() -> dict[str, pa.Table]:
    return simulate(Plan(cases=120, days=120, seed=5, last_day=LAST_DAY))


def _total(tables: dict[str, pa.Table]) -> Decimal:
    return sum((x for x in tables["payments"]["amount"].to_pylist() if x), Decimal(0))


def test_duckdb_gets_every_row_with_exact_money(
    tables: dict[str, pa.Table], tmp_path: Path
) -> None:
    write(tables, f"duckdb:///{tmp_path}/demo.duckdb")
    with duckdb.connect(str(tmp_path / "demo.duckdb"), read_only=True) as connection:
        for name, rows in tables.items():
            assert connection.table(name).to_arrow_table().to_pylist() == rows.to_pylist()
        total = connection.sql("select sum(amount), any_value(typeof(amount)) from payments")
        assert total.fetchone() == (_total(tables), "DECIMAL(18,2)")


def test_parquet_gets_every_row(tables: dict[str, pa.Table], tmp_path: Path) -> None:
    write(tables, f"{tmp_path}/extract/?format=parquet")
    for name, rows in tables.items():
        assert pyarrow.parquet.read_table(tmp_path / f"extract/{name}.parquet").equals(rows)


def _read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_csv_holds_exact_money_plain_times_and_names(
    tables: dict[str, pa.Table], tmp_path: Path
) -> None:
    write(tables, str(tmp_path / "extract"))
    for name, rows in tables.items():
        assert len(_read_csv(tmp_path / f"extract/{name}.csv")) == len(rows)
    first = _read_csv(tmp_path / "extract/payments.csv")[0]
    assert first["amount"] == str(tables["payments"]["amount"][0].as_py())
    assert first["paid_at"] == str(tables["payments"]["paid_at"][0].as_py())
    names = [row["name"] for row in _read_csv(tmp_path / "extract/teams.csv")]
    assert names == tables["teams"]["name"].to_pylist()


def test_in_text_what_cannot_be_read_is_garbage(
    tables: dict[str, pa.Table], tmp_path: Path
) -> None:
    write(tables, str(tmp_path))
    amounts = {row["amount"] for row in _read_csv(tmp_path / "adjustments.csv")}
    amounts |= {row["amount"] for row in _read_csv(tmp_path / "payments.csv")}
    assert amounts & {"n/a", "12,5o"}
    assert "" not in amounts
    times = [row["contacted_at"] for row in _read_csv(tmp_path / "contacts.csv")]
    assert {"", "soon"} & set(times)


def test_sqlite_gets_every_row_money_as_text_and_indexes(
    tables: dict[str, pa.Table], tmp_path: Path
) -> None:
    write(tables, f"sqlite:///{tmp_path}/demo.db")
    connection = sqlite3.connect(tmp_path / "demo.db")
    for name, rows in tables.items():
        assert connection.execute(f"select count(*) from {name}").fetchone() == (len(rows),)
    amounts = [amount for (amount,) in connection.execute("select amount from payments")]
    known = [amount for amount in amounts if amount not in ("n/a", "12,5o")]
    assert sum(map(Decimal, known)) == _total(tables)
    assert len(known) < len(amounts)
    indexes = "select name from sqlite_master where type = 'index' and sql not like '%UNIQUE%'"
    assert {"contacts_case_id", "contacts_contacted_at", "payments_paid_at"} <= {
        name for (name,) in connection.execute(indexes)
    }
    connection.close()


@pytest.mark.postgres
def test_postgresql_gets_every_row_with_exact_money_and_indexes(
    tables: dict[str, pa.Table], postgres_url: Callable[[], str]
) -> None:
    url = postgres_url()
    write(tables, url)
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address) as connection:
        for name, rows in tables.items():
            query = f"select * from {name}".encode()
            stored = connection.execute(query).fetchall()
            given = zip(*(rows[c.name].to_pylist() for c in TABLES[name].columns), strict=True)
            assert sorted(stored, key=repr) == sorted(given, key=repr)
        found = connection.execute("select indexname from pg_indexes").fetchall()
        assert ("contacts_updated_at",) in found
    with pytest.raises(UserError, match="already holds rows"):
        write(tables, url)
    write(tables, url, replace=True)


@pytest.mark.engines
def test_mariadb_gets_every_row_with_exact_money_and_indexes(
    tables: dict[str, pa.Table], mariadb_url: Callable[[], str]
) -> None:
    url = mariadb_url()
    write(tables, url.replace("mysql+pymysql", "mariadb"))
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        for name, rows in tables.items():
            stored = connection.exec_driver_sql(f"SELECT * FROM {name}").all()
            flags = [c.kind == "flag" for c in TABLES[name].columns]
            given = zip(*(rows[c.name].to_pylist() for c in TABLES[name].columns), strict=True)
            found = [
                tuple(
                    v if v is None or not flag else bool(v)
                    for v, flag in zip(row, flags, strict=True)
                )
                for row in stored
            ]
            assert sorted(found, key=repr) == sorted(given, key=repr)
        indexes = connection.exec_driver_sql("SHOW INDEX FROM contacts").mappings()
        assert "contacts_updated_at" in {index["Key_name"] for index in indexes}
        connection.exec_driver_sql("DELETE FROM cases")
        connection.commit()
        with pytest.raises(UserError, match="already holds rows"):
            write(tables, url)
        assert not connection.exec_driver_sql("SELECT 1 FROM cases").all()
    engine.dispose()
    write(tables, url, replace=True)


def test_a_server_that_is_not_there_is_told(tables: dict[str, pa.Table]) -> None:
    for scheme in ("postgresql", "mysql+pymysql"):
        with pytest.raises(UserError, match="cannot be reached"):
            write(tables, f"{scheme}://u@127.0.0.1:1/d")


@pytest.mark.parametrize("to", ["duckdb:///{}/a.duckdb", "sqlite:///{}/a.db", "{}/a", "{}/b"])
def test_rows_are_never_overwritten_unless_asked(
    to: str, tables: dict[str, pa.Table], tmp_path: Path
) -> None:
    target = to.format(tmp_path)
    write(tables, target)
    with pytest.raises(UserError, match="already holds rows"):
        write(tables, target)
    write(tables, target, replace=True)


def test_a_refused_write_leaves_everything_as_it_was(
    tables: dict[str, pa.Table], tmp_path: Path
) -> None:
    target = tmp_path / "own.duckdb"
    with duckdb.connect(str(target)) as connection:
        connection.execute("create table surveys as select 42 as precious")
    with pytest.raises(UserError, match="surveys"):
        write(tables, f"duckdb:///{target}")
    with duckdb.connect(str(target), read_only=True) as connection:
        assert connection.sql("show tables").fetchall() == [("surveys",)]


@pytest.mark.parametrize(
    ("to", "word"),
    [("oracle://u@h/d", "oracle"), ("mysql+pymysql://u@h", "mysql"), ("duckdb://", "duckdb"),
     ("nothing://", "nothing"), ("out?format=xlsx", "xlsx")],
)  # fmt: skip
def test_an_unknown_target_is_refused_in_words(
    to: str, word: str, tables: dict[str, pa.Table]
) -> None:
    with pytest.raises(UserError) as refused:
        write(tables, to)
    assert word in refused.value.given
    assert refused.value.cure


def test_a_file_in_the_place_of_the_folder_is_refused(
    tables: dict[str, pa.Table], tmp_path: Path
) -> None:
    (tmp_path / "taken").write_text("x")
    with pytest.raises(UserError, match="cannot be used as a folder"):
        write(tables, str(tmp_path / "taken"))


@pytest.mark.parametrize("kind", ["duckdb", "sqlite"])
def test_a_file_that_is_no_database_is_refused_and_left_alone(
    kind: str, tables: dict[str, pa.Table], tmp_path: Path
) -> None:
    (tmp_path / "letter").write_text("Dear Sir or Madam, " * 500)
    with pytest.raises(UserError, match="cannot be opened"):
        write(tables, f"{kind}:///{tmp_path}/letter", replace=True)
    assert (tmp_path / "letter").read_text().startswith("Dear Sir")


def test_a_database_file_without_a_scheme_is_no_folder(
    tables: dict[str, pa.Table], tmp_path: Path
) -> None:
    with pytest.raises(UserError) as told:
        write(tables, f"{tmp_path}/cases.duckdb")
    assert f"duckdb:///{tmp_path}/cases.duckdb" in told.value.cure
    assert not list(tmp_path.iterdir())
