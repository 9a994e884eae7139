"""What cannot be opened says why, and what is opened stays as it was."""

import hashlib
import sys
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa

from queries.errors import UserError
from queries.source import Everything, SourceSpec, open_source
from tests.queries.source.conftest import KINDS, MakeDatabase, cleaned
from tests.support.case_database import REQUIRED, a_case, a_payment, write


def opening(con: duckdb.DuckDBPyConnection, url: str) -> UserError:
    with pytest.raises(UserError) as error, open_source(SourceSpec(url), con):
        pass
    return error.value


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("duckdb:///nowhere/cases.duckdb", "no DuckDB file nowhere/cases.duckdb"),
        ("duckdb:////nowhere/cases.duckdb", "no DuckDB file /nowhere/cases.duckdb"),
        ("sqlite:///nowhere/cases.db", "no SQLite file"),
        ("nowhere/folder", "no folder nowhere/folder"),
        ("folder:///nowhere", "no folder nowhere"),
        ("bigsql://me:geheim@host/cases", "no driver for bigsql"),
        ("oracle+oracledb://me:geheim@host/cases", "no driver for oracle+oracledb"),
        ("mysql://me:geheim@host:port/cases", "no URL"),
        ("postgresql://me:geheim@127.0.0.1:1/cases", "does not open"),
        ("mysql://me:geheim@127.0.0.1:1/cases", "does not open: Can't connect"),
        ("mariadb+pymysql://me:geheim@127.0.0.1:1/cases?speed=9", "does not open"),
        ("mysql+pymysql://me:geheim@127.0.0.1:1", "names no database"),
    ],
)
def test_a_wrong_url_says_what_is_wrong(
    con: duckdb.DuckDBPyConnection, url: str, told: str
) -> None:
    error = opening(con, url)
    assert told in error.given
    assert error.expected
    assert error.cure
    assert "geheim" not in str(error)


@pytest.mark.parametrize("url", ["sc://me@host:1/;token=geheim", "spark://host:1"])
def test_the_client_of_spark_is_asked_for_where_it_is_missing(
    con: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.delitem(sys.modules, "queries.source.spark_connect", raising=False)
    monkeypatch.setitem(sys.modules, "pyspark", None)
    monkeypatch.setitem(sys.modules, "pyspark.errors", None)
    error = opening(con, url)
    assert error.given.startswith("The pyspark client is not installed")
    assert error.cure == "pip install 'arrears[spark]'"
    assert "geheim" not in str(error)


@pytest.mark.parametrize("kind", ["duckdb", "sqlite"])
def test_a_file_of_another_kind_is_refused(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, kind: str
) -> None:
    (tmp_path / "cases.db").write_text("no database at all, but long enough to look at " * 50)
    assert "cases.db" in opening(con, f"{kind}:///{tmp_path}/cases.db").given
    assert opening(con, f"{kind}:///{tmp_path}/cases.db").cure  # nothing was left attached


def test_a_wrong_password_is_not_repeated(
    con: duckdb.DuckDBPyConnection, request: pytest.FixtureRequest
) -> None:
    url = sa.make_url(request.getfixturevalue("postgres_url")()).set(password="geheim")
    error = opening(con, url.render_as_string(hide_password=False))
    assert "password authentication failed" in error.given
    assert "geheim" not in str(error)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("team_id,name\nT1\n", "wrong at line 2: expected number of columns: 2 found: 1"),
        ("team_id,name\nT1,a,b\n", "wrong at line 2"),
        ('team_id,name\nT1,"secret\n', "wrong"),
        ("", "does not name the columns"),
        ("team_id,team_id,name\n", "does not name the columns"),
    ],
)
def test_a_broken_csv_file_names_the_line_and_not_what_it_holds(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, content: str, told: str
) -> None:
    write({name: [] for name in REQUIRED}, "csv", tmp_path)
    (tmp_path / "teams.csv").write_text(content)
    with pytest.raises(UserError) as error, open_source(SourceSpec(str(tmp_path)), con) as source:
        source.stage("teams", Everything(), "raw_teams")
    assert told in error.value.given
    assert "secret" not in str(error.value)


def test_a_csv_file_that_is_not_utf8_is_refused(
    con: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    write({name: [] for name in REQUIRED}, "csv", tmp_path)
    for content in ("team_id,name\nT1,早期催收\n", "team_id,name,部门\n"):
        (tmp_path / "teams.csv").write_text(content, encoding="gbk")
        with (
            pytest.raises(UserError, match="UTF-8"),
            open_source(SourceSpec(str(tmp_path)), con) as source,
        ):
            source.stage("teams", Everything(), "raw_teams")


def test_one_table_in_two_forms_is_refused(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    for kind in ("csv", "parquet"):
        write({name: [] for name in REQUIRED}, kind, tmp_path)
    assert "is there twice" in opening(con, str(tmp_path)).given


def _fingerprint(folder: Path) -> dict[str, str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize("kind", ["duckdb", "csv", "parquet", "sqlite"])
def test_files_stay_as_they_were(
    con: duckdb.DuckDBPyConnection, make_database: MakeDatabase, tmp_path: Path, kind: str
) -> None:
    url = make_database(kind, {"cases": [a_case()], "payments": [a_payment()]})
    before = _fingerprint(tmp_path)
    spec = SourceSpec(url)
    with open_source(spec, con) as source:
        cleaned(con, source, spec, "payments")
        if kind == "duckdb":
            with pytest.raises(duckdb.Error, match="read-only"):
                con.execute("DELETE FROM case_db.main.payments")
        if kind == "sqlite":
            with pytest.raises(sa.exc.OperationalError, match="readonly"):
                source._connection.exec_driver_sql("DELETE FROM payments")  # type: ignore[attr-defined]
    assert _fingerprint(tmp_path) == before


def test_postgres_refuses_to_write_and_shows_one_state(
    con: duckdb.DuckDBPyConnection, make_database: MakeDatabase
) -> None:
    url = make_database("postgres", {"cases": [a_case()], "payments": [a_payment()]})
    writer = sa.create_engine(url)
    with open_source(SourceSpec(url), con) as source:
        assert source.count("payments") == 1
        with writer.begin() as connection:
            connection.exec_driver_sql("INSERT INTO payments (payment_id) VALUES ('P2')")
        assert source.count("payments") == 1
        with pytest.raises(sa.exc.DBAPIError, match="read-only"):
            source._connection.exec_driver_sql("DELETE FROM payments")  # type: ignore[attr-defined]
    writer.dispose()
    with open_source(SourceSpec(url), con) as source:
        assert source.count("payments") == 2


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_of_the_source_is_left_behind(
    con: duckdb.DuckDBPyConnection, make_database: MakeDatabase, kind: str
) -> None:
    spec = SourceSpec(make_database(kind, {"cases": [a_case()], "payments": [a_payment()]}))
    for _ in range(2):
        with open_source(spec, con) as source:
            cleaned(con, source, spec, "payments")
    left = con.execute("SELECT database_name FROM duckdb_databases() WHERE NOT internal").fetchall()
    assert left == [("memory",)]
    assert con.execute("SELECT count(*) FROM clean_payments").fetchone() == (1,)
