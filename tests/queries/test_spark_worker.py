"""A worker of a Spark cluster that dies during a refresh changes no figure."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa

from queries.definitions import Definitions
from queries.source import SourceSpec
from queries.source.statements import SqlSource
from queries.store import generations, refresh
from service.simulation import Plan, simulate, write
from tests.service.simulation.conftest import LAST_DAY
from tests.support.spark import WORKERS, Cluster, make_tables

pytestmark = [pytest.mark.engines, pytest.mark.spark]
NOW = datetime.combine(LAST_DAY, datetime.min.time(), tzinfo=UTC).replace(hour=22)


def facts(folder: Path) -> dict[str, list[tuple]]:
    """Every stored fact of the newest figures, by the id of its case."""
    newest = generations.newest(folder)
    assert newest is not None
    with duckdb.connect(str(newest[1]), read_only=True) as con:
        tables = con.execute(
            "SELECT DISTINCT table_name FROM duckdb_columns()"
            " WHERE column_name = 'case_no' AND starts_with(table_name, 'f_') ORDER BY ALL"
        ).fetchall()
        return {
            table: con.execute(
                f"SELECT c.case_id, f.* EXCLUDE (case_no) FROM {table} f"
                " JOIN l_cases c USING (case_no) ORDER BY ALL"
            ).fetchall()
            for (table,) in tables
        }


@pytest.fixture
def cluster(spark_cluster: Cluster) -> Iterator[Cluster]:
    """Whole again afterwards."""
    yield spark_cluster
    spark_cluster.mend()


def test_a_refresh_survives_the_loss_of_a_worker(
    cluster: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tables = simulate(Plan(cases=3_000, days=120, seed=5, last_day=LAST_DAY))
    write(tables, f"duckdb:///{tmp_path}/cases.duckdb")
    url = cluster.new_database()
    make_tables(url, tables, tmp_path / "spark")
    asked: list[sa.Select] = []

    def with_a_loss(self: SqlSource, *args: object) -> None:
        """Just before the fifth table of rows is asked for."""
        asked.append(args[0])
        if len(asked) == 5:
            cluster.kill_worker()
        load(self, *args)

    load = SqlSource._load
    monkeypatch.setattr(SqlSource, "_load", with_a_loss)
    refresh(SourceSpec(url), Definitions(), tmp_path / "spark-figures", now=NOW)
    assert len(cluster.workers) == WORKERS - 1
    assert len(asked) > 10
    monkeypatch.undo()
    refresh(
        SourceSpec(f"duckdb:///{tmp_path}/cases.duckdb"),
        Definitions(), tmp_path / "figures", now=NOW,
    )  # fmt: skip
    expected = facts(tmp_path / "figures")
    assert sum(map(len, expected.values())) > 10_000
    assert facts(tmp_path / "spark-figures") == expected
