"""Who is named as having moved: nobody for noise."""

from dashboard.components.movers import solid
from queries import Figure


def rate(kept: int, due: int) -> Figure:
    return Figure("promise_kept_rate", (), kept, due, due, provisional=False)


def test_few_rows_name_nobody() -> None:
    assert not solid(rate(20, 20), rate(0, 20))
    few = Figure("collected", (), 900, None, 3, provisional=False)
    many = Figure("collected", (), 100, None, 300, provisional=False)
    assert not solid(few, many)
    assert solid(many, many)


def test_a_difference_that_chance_makes_names_nobody() -> None:
    assert not solid(rate(20, 40), rate(24, 40))
    assert solid(rate(200, 400), rate(280, 400))


def test_no_data_is_no_move() -> None:
    assert not solid(Figure("coverage", (), 0, 0, None, provisional=False), rate(20, 40))
