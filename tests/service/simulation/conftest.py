"""One small history for all tests of the simulation, without and with bad rows."""

from collections.abc import Iterator
from datetime import date

import duckdb
import pyarrow as pa
import pytest

from service.simulation import Plan, simulate

LAST_DAY = date(2026, 10, 31)
PLAN = Plan(cases=3_000, days=425, seed=7, last_day=LAST_DAY, bad_rows=0)
SPOILT = Plan(cases=1_200, days=425, seed=7, last_day=LAST_DAY, bad_rows=0.001)


@pytest.fixture(scope="session")
def good() -> dict[str, pa.Table]:
    return simulate(PLAN)


@pytest.fixture(scope="session")
def spoilt() -> dict[str, pa.Table]:
    return simulate(SPOILT)


@pytest.fixture(scope="session")
def sql(good: dict[str, pa.Table]) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for name, rows in good.items():
            # Stored, not registered: the engine trips over correlated queries on Arrow tables.
            connection.register("incoming", rows)
            connection.execute(f"create table {name} as select * from incoming")
        yield connection
