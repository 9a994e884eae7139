"""Every worked example holds on the naive twin and on the product."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from queries import METRICS, Answers, Definitions
from tests.queries.examples import EXAMPLES, Example
from tests.support.case_database import figures_of, morning_of
from tests.support.naive import NaiveFigures

Pairs = Mapping[tuple[object, ...], tuple[int | None, int | None]]


def wanted(example: Example) -> Pairs:
    return {e.keys: (e.numerator, e.denominator) for e in example.expected}


def not_nothing(pairs: Pairs) -> Pairs:
    """Without the slices in which there is nothing (but the whole stays)."""
    return {keys: pair for keys, pair in pairs.items() if not keys or any(pair)}


@pytest.fixture(scope="module")
def made() -> dict[str, Answers]:
    """The figures made so far: examples of the same rows share one refresh."""
    return {}


@pytest.fixture(scope="module")
def server(postgres_url: Callable[[], str]) -> str:
    """A PostgreSQL database that the examples take over one after the other."""
    return postgres_url()


@pytest.fixture(scope="module")
def mariadb(mariadb_url: Callable[[], str]) -> str:
    """A MariaDB database that the examples take over one after the other."""
    return mariadb_url()


@pytest.fixture(scope="module")
def spark(spark_url: Callable[[], str]) -> str:
    """A schema on Spark that the examples take over one after the other."""
    return spark_url()


def by_product(example: Example, made: dict[str, Answers], folder: Path, kind: str) -> Pairs:
    rows = f"{kind} {example.today} {example.rows}"
    if rows not in made:
        now = morning_of(example.today)
        made[rows] = figures_of(example.tables, Definitions(), now, folder, kind)
    [answer] = made[rows].ask(example.question)
    return {f.keys: (f.numerator, f.denominator) for f in answer.of(example.metric)}


def names(example: Example) -> str:
    return f"{example.metric}: {example.title}"


@pytest.mark.parametrize("metric", METRICS)
def test_each_metric_has_a_worked_example(metric: str) -> None:
    assert any(e.metric == metric for e in EXAMPLES), f"{metric} has no worked example"


@pytest.mark.parametrize("example", EXAMPLES, ids=names)
def test_example_holds_on_the_twin(example: Example) -> None:
    as_of = example.today - timedelta(days=1)
    twin = NaiveFigures(example.tables, Definitions(), example.today, as_of)
    assert not twin.aside
    figures = twin.figures(example.metric, example.period, example.by, example.where)
    assert not_nothing(figures) == wanted(example)


@pytest.mark.parametrize("example", EXAMPLES, ids=names)
def test_example_holds_on_duckdb(
    example: Example, made: dict[str, Answers], tmp_path: Path
) -> None:
    assert not_nothing(by_product(example, made, tmp_path, "duckdb")) == wanted(example)


@pytest.mark.postgres
@pytest.mark.parametrize("example", EXAMPLES, ids=names)
def test_example_holds_on_postgresql(
    example: Example, made: dict[str, Answers], tmp_path: Path, server: str
) -> None:
    assert not_nothing(by_product(example, made, tmp_path, server)) == wanted(example)


@pytest.mark.engines
@pytest.mark.parametrize("example", EXAMPLES, ids=names)
def test_example_holds_on_mariadb(
    example: Example, made: dict[str, Answers], tmp_path: Path, mariadb: str
) -> None:
    assert not_nothing(by_product(example, made, tmp_path, mariadb)) == wanted(example)


@pytest.mark.engines
@pytest.mark.spark
@pytest.mark.parametrize("example", EXAMPLES, ids=names)
def test_example_holds_on_spark(
    example: Example, made: dict[str, Answers], tmp_path: Path, spark: str
) -> None:
    assert not_nothing(by_product(example, made, tmp_path, spark)) == wanted(example)
