import pytest
from pydantic import ValidationError

from service.target_settings import Targets


def test_a_scorecard_of_ones_own() -> None:
    chosen = Targets(scorecard={"collected": 50, "first_attempt_in_time": 50})
    assert chosen.rules().scorecard.parts == (("collected", 50), ("first_attempt_in_time", 50))
    assert Targets().rules().scorecard.metrics == (
        "collected", "promise_kept_rate", "coverage", "right_party_rate",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("scorecard", "reason"),
    [
        ({"collected": 100}, "at least one metric of conduct or quality"),
        ({"collected": 60, "attempts": 40}, "at least one metric of conduct or quality"),
        ({"collected": 60, "coverage": 30}, "weights that add up to 100"),
        ({"collected": 60, "charm": 40}, "metrics with targets"),
    ],
)
def test_a_scorecard_that_breaks_the_rule_is_refused(
    scorecard: dict[str, int], reason: str
) -> None:
    with pytest.raises(ValidationError, match=reason):
        Targets(scorecard=scorecard)
