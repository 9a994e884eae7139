"""What a mix lets expect: by hand, and against a second way that takes case by case."""

from datetime import date
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from queries.targets.mix import Cell, expected, expected_rate, rates

OCTOBER, NOVEMBER = date(2026, 10, 1), date(2026, 11, 1)
DAYS = {OCTOBER: 20, NOVEMBER: 10}
T1, T2 = ("team", "T1"), ("team", "T2")


def test_by_hand() -> None:
    """M1 pays 1 % of its balance a day and M6 0.1 %: 100 000 of each on 20 days are 22 000."""
    cells = [
        Cell(T1, OCTOBER, "M1", 20_000, 100_000),
        Cell(T2, NOVEMBER, "M1", 10_000, 100_000),
        Cell(T1, OCTOBER, "M6", 2_000, 100_000),
    ]
    by_bucket = rates(cells, DAYS)
    assert by_bucket == {"M1": Fraction(1, 100), "M6": Fraction(1, 1000)}
    mixed = {"M1": 100_000, "M6": 100_000}
    assert expected(mixed, by_bucket, 20) == 22_000
    assert expected_rate(mixed, by_bucket, 20) == Fraction(11, 100)
    # The same balance, all of it old.
    assert expected({"M6": 200_000}, by_bucket, 20) == 4_000


def test_what_was_never_seen_is_expected_to_bring_nothing() -> None:
    assert rates([Cell(T1, OCTOBER, "M1", 5, 0)], DAYS) == {}
    assert rates([Cell(T1, date(2026, 1, 1), "M1", 5, 10)], DAYS) == {}
    assert expected({"M9": 10}, {}, 20) == 0
    assert expected_rate({}, {}, 20) is None
    assert expected_rate({"M1": 0}, {"M1": Fraction(1)}, 20) is None


CELLS = st.lists(
    st.builds(
        Cell, st.sampled_from([T1, T2]), st.sampled_from([OCTOBER, NOVEMBER]),
        st.sampled_from(["M0", "M1", "M2"]), st.integers(-50, 10**6), st.integers(0, 10**6),
    ),
    max_size=12,
)  # fmt: skip


@given(CELLS)
def test_the_past_as_a_whole_brings_what_it_lets_expect(cells: list[Cell]) -> None:
    """Nothing is lost between the buckets: over all units and periods expectation is fulfilled."""
    by_bucket = rates(cells, DAYS)
    known = [cell for cell in cells if cell.bucket in by_bucket]
    together = sum(
        expected({cell.bucket: cell.balance}, by_bucket, DAYS[cell.start]) for cell in known
    )
    assert together == sum(cell.collected for cell in known)
