"""The product and the naive twin give the same figures on any case database."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given

from queries import Answers
from tests.queries.agreement import asks, differences
from tests.support.case_database import figures_of
from tests.support.naive import NaiveFigures
from tests.support.strategies import SEEDS, Database, databases, examples


def agree(database: Database, seed: int, answers: Answers) -> None:
    """Counted and set-aside rows, and all figures that are asked."""
    wanted = asks(seed, database.today)
    as_of = answers.freshness().as_of
    twin = NaiveFigures(database.tables, database.definitions, database.today, as_of)
    assert Counter({(t, r): n for t, r, n, _ in answers.aside()}) == twin.aside
    questions = [ask.question(answers) for ask in wanted]
    found = [line for answer in answers.ask(*questions) for line in differences(answer, twin)]
    assert not found, "\n".join(found)


@examples(25)
@given(database=databases(), seed=SEEDS)
def test_duckdb_agrees_with_the_twin(database: Database, seed: int) -> None:
    with TemporaryDirectory() as folder:
        made = figures_of(
            database.tables, database.definitions, database.now, Path(folder), "duckdb"
        )
        agree(database, seed, made)


@examples(10)
@given(database=databases(), seed=SEEDS)
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_extract_files_agree_with_the_twin(kind: str, database: Database, seed: int) -> None:
    with TemporaryDirectory() as folder:
        made = figures_of(database.tables, database.definitions, database.now, Path(folder), kind)
        agree(database, seed, made)


@pytest.mark.postgres
@examples(8)
@given(database=databases(), seed=SEEDS)
def test_postgresql_agrees_with_the_twin(
    postgres_url: Callable[[], str], database: Database, seed: int
) -> None:
    with TemporaryDirectory() as folder:
        made = figures_of(
            database.tables, database.definitions, database.now, Path(folder), postgres_url()
        )
        agree(database, seed, made)


@pytest.mark.engines
@examples(8)
@given(database=databases(), seed=SEEDS)
def test_mariadb_agrees_with_the_twin(
    mariadb_url: Callable[[], str], database: Database, seed: int
) -> None:
    with TemporaryDirectory() as folder:
        made = figures_of(
            database.tables, database.definitions, database.now, Path(folder), mariadb_url()
        )
        agree(database, seed, made)


@pytest.mark.engines
@pytest.mark.spark
@examples(3)
@given(database=databases(), seed=SEEDS)
def test_spark_agrees_with_the_twin(
    spark_url: Callable[[], str], database: Database, seed: int
) -> None:
    with TemporaryDirectory() as folder:
        made = figures_of(
            database.tables, database.definitions, database.now, Path(folder), spark_url()
        )
        agree(database, seed, made)
