"""Sums that are read together are those that are read one by one."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from queries.statements import Asked, Piece, Rows, Statement, Sums, together

FROM = date(2026, 3, 1)
SOURCE, OTHER = Piece("rows AS f"), Piece("(SELECT * FROM rows WHERE n <> ?) AS f", (2,))
PLAIN, WEEKLY = Piece("CAST(NULL AS DATE)"), Piece("CAST(date_trunc('week', f.day) AS DATE)")
LEVELS = Piece(f"CASE WHEN f.day < ? THEN NULL ELSE {WEEKLY.sql} END", (FROM + timedelta(5),))
TEAM, FLOW = Piece("f.team"), Piece("f.flow")
CONDITIONS = (
    Piece("f.team IN (?)", ("A",)), Piece("f.flow IN (?, ?)", ("paid", "")),
    Piece("f.flow IN (?)", ("",)), Piece("f.n > CAST(? AS INTEGER)", (0,)), Piece("FALSE"),
)  # fmt: skip

DAYS = st.integers(0, 20).map(lambda n: FROM + timedelta(n))
ROWS = st.lists(
    st.tuples(DAYS, st.sampled_from("AB"), st.sampled_from(("paid", "moved", "")),
              st.integers(-3, 3), st.integers(-9, 9)),
    max_size=25,
)  # fmt: skip
SUMS = st.builds(
    Sums,
    st.sampled_from((SOURCE, SOURCE, OTHER)),
    st.sampled_from((PLAIN, PLAIN, WEEKLY, LEVELS)),
    st.sampled_from(((), (TEAM,), (FLOW,), (TEAM, FLOW), (FLOW, TEAM))),
    st.sampled_from((("n",), ("money",), ("n", "money"), ("money", "n"))),
    st.lists(st.sampled_from(CONDITIONS), max_size=2, unique=True).map(tuple),
    st.none() | DAYS,
    DAYS,
)
OWN = st.just(Statement("SELECT NULL, count(DISTINCT team) FROM rows WHERE n > ?", (0,)))


@pytest.fixture(scope="module")
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE rows (day DATE, team VARCHAR, flow VARCHAR, n BIGINT, money BIGINT)"
        )
        yield connection


def run(con: duckdb.DuckDBPyConnection, statement: Statement) -> Rows:
    return con.execute(statement.sql, statement.values).fetchall()


def one_by_one(con: duckdb.DuckDBPyConnection, asked: Asked) -> Rows:
    return run(con, asked if isinstance(asked, Statement) else asked.statement())


def fill(con: duckdb.DuckDBPyConnection, rows: Sequence[tuple]) -> None:
    con.execute("DELETE FROM rows")
    for row in rows:
        con.execute("INSERT INTO rows VALUES (?, ?, ?, ?, ?)", row)


@given(rows=ROWS, asked=st.lists(SUMS | OWN, max_size=8))
def test_together_is_one_by_one(
    con: duckdb.DuckDBPyConnection, rows: list[tuple], asked: list[Asked]
) -> None:
    fill(con, rows)
    statements, apart = together(asked)
    found = apart(run(con, statement) for statement in statements)
    assert [sorted(f, key=str) for f in found] == [
        sorted(one_by_one(con, one), key=str) for one in asked
    ]


def sums(first: date | None, end: date, **other: object) -> Sums:
    given = {"keys": (), "measures": ("n",), "conditions": (), **other}
    return Sums(SOURCE, PLAIN, first=first, end=end, **given)  # type: ignore[arg-type]


def test_levels_and_flows_of_the_whole_and_of_its_parts_are_read_at_once() -> None:
    week, before = FROM + timedelta(7), FROM
    asked = [
        sums(None, week), sums(None, before), sums(before, week, conditions=(CONDITIONS[1],)),
        sums(None, week, keys=(TEAM,)), sums(None, week, measures=("money",)),
    ]  # fmt: skip
    assert len(together(asked)[0]) == 1


def test_a_week_and_that_of_a_year_before_are_read_apart() -> None:
    year = timedelta(days=364)
    asked = [sums(FROM, FROM + timedelta(7)), sums(FROM - year, FROM - year + timedelta(7))]
    assert len(together(asked)[0]) == 2
    assert len(together([asked[0], sums(FROM - timedelta(7), FROM)])[0]) == 1


def test_a_period_in_the_future_asks_nothing() -> None:
    statements, apart = together([sums(FROM, FROM), sums(FROM, FROM - timedelta(1))])
    assert statements == []
    assert apart([]) == [[], []]
