"""Settings of targets: the working days of the operation, what needs an approval, and what a score
is made of."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Annotated

from pydantic import Field, model_validator

from queries.errors import UserError
from queries.targets import TargetRules, WorkingDays
from queries.targets.weighting import DEFAULT, Weighting
from service.setting_types import Section

Share = Annotated[Decimal, Field(ge=0, le=1)]


class Targets(Section):
    """Working days, and what happens with targets that are set."""

    country: str = Field(
        "CN",
        description="Country whose public holidays are not worked, by ISO 3166, with its part "
        "after a hyphen where holidays differ: CN, DE, DE-BY, US-CA. China's shifted working days "
        "are known.",
    )
    closures: tuple[date, ...] = Field(
        (), description="Further days that are not worked, such as 2026-12-31."
    )
    extra_days: tuple[date, ...] = Field(
        (), description="Days that are worked although they would be free."
    )
    approve_above: Decimal = Field(
        Decimal("0.10"),
        ge=0,
        le=10,
        description="A team lead's change of a target by more than this share of the one before "
        "waits for the approval of a manager; so does one that has no target before it.",
    )
    ramp: tuple[Share, ...] = Field(
        (Decimal("0.3"), Decimal("0.6"), Decimal("0.8")),
        max_length=36,
        description="Part of a full target that is suggested for new agents in the month in which "
        "they join and in the months after it.",
    )
    profile_months: int = Field(
        12,
        ge=1,
        le=60,
        description="Past months that show how the money of a month spreads over its days.",
    )

    scorecard: dict[str, int] = Field(
        dict(DEFAULT.parts),
        description="What a score is made of: metrics with targets and their weights in percent, "
        "100 together. Money alone is refused: at least one metric of conduct or quality, such as "
        "coverage, right_party_rate, promise_kept_rate or first_attempt_in_time, must have a part.",
    )

    @model_validator(mode="after")
    def _days_are_known(self) -> "Targets":
        try:
            self.rules()
        except UserError as error:
            raise ValueError(f"{error.expected}: {error.given}") from None
        return self

    def rules(self) -> TargetRules:
        """What the figures of targets need to know."""
        return TargetRules(
            WorkingDays(self.country, frozenset(self.closures), frozenset(self.extra_days)),
            Fraction(self.approve_above),
            tuple(Fraction(part) for part in self.ramp),
            self.profile_months,
            Weighting.of(self.scorecard),
        )
