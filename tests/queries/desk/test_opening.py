"""Opening a desk of any age, and one that cannot be opened."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, create_engine, inspect, make_url, text
from sqlalchemy.exc import OperationalError

from queries.desk import open_desk
from queries.desk.opening import upgrade
from queries.desk.rows import Row
from queries.errors import UserError


@pytest.fixture
def engine(desk_url: str) -> Iterator[Engine]:
    engine = create_engine(desk_url)
    yield engine
    engine.dispose()


def test_the_migrations_make_the_tables_that_are_declared(engine: Engine) -> None:
    with engine.begin() as connection:
        upgrade(connection)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Row.metadata) == []
        made = inspect(connection)
        for table in Row.metadata.sorted_tables:
            checks = {check["name"] for check in made.get_check_constraints(table.name)}
            declared = {str(c.name) for c in table.constraints if str(c.name).startswith("ck_")}
            assert checks == declared


def test_a_migration_that_is_cut_off_leaves_nothing(engine: Engine) -> None:
    with engine.connect() as connection:
        upgrade(connection)
        assert inspect(connection).get_table_names() != []
    # Without a commit the connection has gone back as if the process had been killed.
    assert inspect(engine).get_table_names() == []


def test_a_desk_of_an_older_version_keeps_its_rows(engine: Engine, desk_url: str) -> None:
    with engine.begin() as connection:
        upgrade(connection, "0001")
        connection.execute(
            text(
                "INSERT INTO job_runs (job, slot, due_at, started_at, outcome, detail)"
                " VALUES ('refresh', '1', '2026-03-01 23:30:00', '2026-03-01 23:30:00',"
                " 'done', '7 rows')"
            )
        )
    desk = open_desk(desk_url)
    assert [(run.detail, run.result) for run in desk.last_runs()] == [("7 rows", None)]
    desk.close()


def test_many_processes_can_open_a_new_desk_at_once(desk_url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        for desk in pool.map(lambda _: open_desk(desk_url), range(4)):
            assert desk.last_runs() == []
            desk.close()


def test_a_desk_of_a_newer_version_is_left_alone(engine: Engine, desk_url: str) -> None:
    open_desk(desk_url).close()
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(UserError, match="newer version"):
        open_desk(desk_url)


def test_sqlite_waits_for_writers_and_keeps_readers_reading(tmp_path: Path) -> None:
    desk = open_desk(f"sqlite:///{tmp_path}/new folder/desk.db")
    with desk._engine.connect() as connection:
        pragmas = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "foreign_keys", "busy_timeout")
        ]
    desk.close()
    assert pragmas == ["wal", 1, 15000]


@pytest.mark.parametrize("url", ["desk.db", "sqlite://", "sqlite:///:memory:", "mysql://h/desk"])
def test_an_address_of_something_else_is_refused(url: str) -> None:
    with pytest.raises(UserError, match=r"desk\.url"):
        open_desk(url)


def test_an_unreachable_server_is_told_without_its_password() -> None:
    with pytest.raises(UserError) as told:
        open_desk("postgresql://ann:secret@127.0.0.1:1/desk")
    assert isinstance(told.value.__cause__, OperationalError)
    assert "127.0.0.1" in str(told.value)
    assert "secret" not in str(told.value)


@pytest.mark.postgres
@pytest.mark.parametrize("right", ["CREATE", "USAGE, CREATE"])
def test_a_user_who_may_not_create_tables_is_told(
    postgres_url: Callable[[], str], right: str
) -> None:
    url = make_url(postgres_url())
    engine = create_engine(url)
    user = f"reader_of_{url.database}"
    with engine.begin() as connection:
        connection.execute(text(f"REVOKE {right} ON SCHEMA public FROM PUBLIC"))
        connection.execute(text(f"CREATE ROLE {user} LOGIN PASSWORD 'secret'"))
    engine.dispose()
    reader = url.set(username=user, password="secret").render_as_string(hide_password=False)
    with pytest.raises(UserError, match="may not be written") as told:
        open_desk(reader)
    assert "GRANT USAGE, CREATE ON SCHEMA" in str(told.value)
    assert "secret" not in str(told.value)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "desk.db"
    path.write_text("This was a spreadsheet once. " * 100)
    with pytest.raises(UserError, match="cannot be opened"):
        open_desk(f"sqlite:///{path}")
