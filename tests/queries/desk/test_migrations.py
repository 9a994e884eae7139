"""Every released revision of the desk leads up to the newest and back; on SQLite and PostgreSQL."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, create_engine, inspect, text

from queries.alerts import Draft, ReportLate, Stale
from queries.desk import open_desk
from queries.desk.alerting import Addressed
from queries.desk.migrating import MIGRATIONS, downgrade, revisions, upgrade
from queries.desk.rows import Row
from tests.support.editions import keep

REVISIONS = revisions()

Schema = dict[str, dict[str, object]]


@pytest.fixture
def engine(desk_url: str) -> Iterator[Engine]:
    engine = create_engine(desk_url)
    yield engine
    engine.dispose()


def schema(connection: Connection) -> Schema:
    """Columns, checks, unique keys and indexes of every table, by their names."""
    made = inspect(connection)
    return {
        table: {
            "columns": {
                c["name"]: (str(c["type"]), c["nullable"]) for c in made.get_columns(table)
            },
            "checks": {check["name"] for check in made.get_check_constraints(table)},
            "unique": {str(sorted(u["column_names"])) for u in made.get_unique_constraints(table)},
            "indexes": {str(index["column_names"]) for index in made.get_indexes(table)},
            "foreign": {str(key["constrained_columns"]) for key in made.get_foreign_keys(table)},
        }
        for table in made.get_table_names()
        if table != "alembic_version"
    }


def fill(connection: Connection) -> None:
    """A run and a delivery as the first version wrote them; from 0006 on deliveries wait."""
    moment = "'2026-03-01 23:30:00+00:00'" if connection.dialect.name != "sqlite" else (
        "'2026-03-01 23:30:00.000000'"
    )  # fmt: skip
    connection.execute(
        text(
            "INSERT INTO job_runs (job, slot, due_at, started_at, outcome, detail, seconds)"
            f" VALUES ('refresh', '1', {moment}, {moment}, 'done', '7 rows', 1.5)"
        )
    )
    if "key" in {column["name"] for column in inspect(connection).get_columns("deliveries")}:
        _fill_waiting(connection, moment)
        return
    connection.execute(
        text(
            "INSERT INTO deliveries (report, period_start, period_end, edition, recipient, channel,"
            " claimed_at, outcome, detail) VALUES ('weekly', '2026-02-23', '2026-03-02', 'e1',"
            f" 'a@example.org', 'smtp', {moment}, 'unknown', '')"
        )
    )


def _fill_waiting(connection: Connection, moment: str) -> None:
    connection.execute(
        text(
            "INSERT INTO deliveries (key, report, part, period_start, period_end, edition,"
            " recipient, channel, locale, queued_at, attempts, next_at, give_up_at, outcome,"
            " detail) VALUES ('k', 'weekly', '', '2026-02-23', '2026-03-02', 'e1',"
            f" 'a@example.org', 'smtp', 'en', {moment}, 1, {moment}, {moment}, 'unknown', '')"
        )
    )


def test_the_files_of_the_revisions_are_named_after_them() -> None:
    config = Config()
    config.set_main_option("script_location", MIGRATIONS)
    config.set_main_option("path_separator", "os")
    known = [script.revision for script in ScriptDirectory.from_config(config).walk_revisions()]
    assert known[::-1] == REVISIONS
    assert REVISIONS[:3] == ["0001", "0002", "0003"]


def test_each_step_down_leaves_what_the_step_up_found(engine: Engine) -> None:
    before: list[Schema] = []
    with engine.begin() as connection:
        for revision in REVISIONS:
            before.append(schema(connection))
            upgrade(connection, revision)
        assert len({str(sorted(one.items())) for one in before}) == len(before)
        for revision, wanted in zip(["base", *REVISIONS][-2::-1], before[::-1], strict=True):
            downgrade(connection, revision)
            assert schema(connection) == wanted


@pytest.mark.parametrize("revision", REVISIONS)
def test_rows_of_every_revision_come_up_to_the_newest(
    engine: Engine, desk_url: str, revision: str
) -> None:
    with engine.begin() as connection:
        upgrade(connection, revision)
        fill(connection)
    with closing(open_desk(desk_url)) as desk:
        (run,) = desk.last_runs()
        (delivery,) = desk.deliveries()
    assert (run.detail, run.seconds, run.result) == ("7 rows", 1.5, None)
    assert (delivery.recipient, delivery.outcome) == ("a@example.org", "unknown")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Row.metadata) == []


@pytest.mark.parametrize("revision", REVISIONS)
def test_rows_survive_the_way_down_and_up_again(
    engine: Engine, desk_url: str, revision: str
) -> None:
    with engine.begin() as connection:
        upgrade(connection)
        fill(connection)
    with engine.begin() as connection:
        downgrade(connection, revision)
    with closing(open_desk(desk_url)) as desk:
        assert [run.detail for run in desk.last_runs()] == ["7 rows"]
        assert [one.recipient for one in desk.deliveries()] == ["a@example.org"]


def test_a_step_down_that_is_cut_off_changes_nothing(engine: Engine) -> None:
    with engine.begin() as connection:
        upgrade(connection)
        whole = schema(connection)
    with engine.connect() as connection:
        downgrade(connection)
        assert schema(connection) == {}
    with engine.connect() as connection:
        assert schema(connection) == whole


def test_a_desk_of_the_newest_revision_is_opened_without_alembic(tmp_path: Path) -> None:
    """Its import takes a tenth of the start of the program."""
    url = f"sqlite:///{tmp_path}/desk.db"
    open_desk(url).close()
    opening = f"import sys; from queries.desk import open_desk; open_desk({url!r}).close()"
    done = subprocess.run(
        [sys.executable, "-c", f"{opening}; print('alembic' in sys.modules)"],
        capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )  # fmt: skip
    assert done.stdout.split() == ["False"]


def test_who_had_a_report_before_editions_were_kept_does_not_get_it_again(
    engine: Engine, desk_url: str
) -> None:
    with engine.begin() as connection:
        upgrade(connection, "0005")
        fill(connection)
    now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    with closing(open_desk(desk_url)) as desk:
        week = desk.deliveries()[0].period
        keep(desk, week, {"a@example.org": "smtp", "b@example.org": "smtp"}, now=now)
        assert [one.recipient for one in desk.due_deliveries(now)] == ["b@example.org"]


def test_what_was_being_sent_before_is_unknown_then(engine: Engine, desk_url: str) -> None:
    with engine.begin() as connection:
        upgrade(connection, "0005")
        fill(connection)
        connection.execute(text("UPDATE deliveries SET outcome = 'claimed'"))
    with closing(open_desk(desk_url)) as desk:
        assert desk.recover_deliveries(datetime(2026, 3, 3, tzinfo=UTC)) == (0, 1)
        assert [one.outcome for one in desk.deliveries()] == ["unknown"]


def test_alerts_survive_the_change_of_their_kinds_but_for_those_of_the_new_kind(
    engine: Engine, desk_url: str
) -> None:
    now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    letter = Addressed("ann@example.org", "mail", now)
    with closing(open_desk(desk_url)) as desk:
        for name, check in (("old", Stale()), ("new", ReportLate())):
            desk.add_rule(Draft(name, check), by="ann", now=now)
        for rule in desk.alert_rules():
            assert desk.open_firing(rule, "", {"kind": rule.kind}, [letter], now)
        kept = [one for one in desk.open_firings() if one.rule.name == "old"]
    with engine.begin() as connection:
        downgrade(connection, "0006")
    with closing(open_desk(desk_url)) as desk:
        assert [rule.name for rule in desk.alert_rules()] == ["old"]
        assert list(desk.open_firings()) == kept
        assert [one.recipient for one in desk.due_letters(now)] == ["ann@example.org"]
        assert desk.ensure_rule(Draft("new", ReportLate()), by="Arrears", now=now)
