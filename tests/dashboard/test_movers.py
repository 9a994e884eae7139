"""Who is named as having moved: nobody for noise, and better as well as worse."""

from charts import Language
from dashboard.components.movers import MOST, MOST_BETTER, movers, solid
from dashboard.filters import Choices, Filters
from dashboard.view import View
from queries import Answer, Definitions, Figure, Question
from tests.dashboard.figures import AS_OF, Given


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


def moved(better: int, worse: int) -> list[str]:
    """The verdicts of the list where so many teams collected more and so many less."""
    given, language = Given(), Language("en")
    numbers = [*(200 + n for n in range(better)), *(50 - n for n in range(worse))]
    teams = {f"T{n}": f"Team {n}" for n in range(len(numbers))}
    view = View(Filters(), Choices(AS_OF, {"team": teams}), language, False, Definitions(), given)
    fresh = given.freshness()

    def answer(amounts: list[int], period: object) -> Answer:
        figures = [
            Figure("collected", (f"T{n}",), amount, None, 300, provisional=False)
            for n, amount in enumerate(amounts)
        ]
        return Answer(Question(("collected",), period, ("team",)), figures, fresh)  # type: ignore[arg-type]

    before = answer([100] * len(numbers), view.comparison)
    shown = movers(view, answer(numbers, view.period), before).children
    return [item.children[-1].className.removeprefix("move move-") for item in shown]


def test_what_got_better_keeps_its_places_beside_what_got_worse() -> None:
    both = moved(better=9, worse=20)
    assert both == ["worse"] * (MOST - MOST_BETTER) + ["better"] * MOST_BETTER
    assert moved(better=1, worse=20) == ["worse"] * (MOST - 1) + ["better"]
    assert moved(better=20, worse=2) == ["worse"] * 2 + ["better"] * (MOST - 2)
