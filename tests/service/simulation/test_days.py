from datetime import date

import numpy as np

from service.simulation.days import NEVER, Days
from service.simulation.people import hire
from service.simulation.plan import Plan

PLAN = Plan(cases=10, days=365, seed=1, last_day=date(2026, 12, 31))
DAYS = Days(PLAN)


def number(month: int, day: int) -> np.ndarray:
    return np.array([(date(2026, month, day) - PLAN.first_day).days])


def test_day_zero_is_the_first_day() -> None:
    assert PLAN.first_day == date(2026, 1, 1)
    assert DAYS.weekday(np.array([0])).tolist() == [3]
    assert DAYS.of_month(number(3, 31)).tolist() == [31]


def test_the_national_day_and_the_spring_festival_are_holidays() -> None:
    days = np.r_[number(10, 1), number(2, 17), number(3, 10)]
    assert DAYS.is_holiday(days).tolist() == [True, True, False]


def test_the_next_business_day_skips_weekends_and_holidays() -> None:
    assert DAYS.next_business(number(3, 14)).tolist() == number(3, 16).tolist()
    assert DAYS.next_business(number(3, 11)).tolist() == number(3, 11).tolist()
    assert DAYS.next_business(number(10, 1))[0] > number(10, 6)[0]


def test_month_and_quarter_ends() -> None:
    assert DAYS.next_month_end(number(2, 3)).tolist() == number(2, 28).tolist()
    assert DAYS.next_quarter_end(number(4, 30)).tolist() == number(6, 30).tolist()
    assert len(DAYS.month_ends(PLAN)) == 12


def test_work_planned_on_a_sunday_is_mostly_done_later_or_never() -> None:
    sunday = np.repeat(number(3, 15), 4_000)
    worked = DAYS.worked(np.random.default_rng(1), sunday)
    assert 0.08 < (worked == sunday).mean() < 0.2
    moved = worked[(worked != sunday) & (worked != NEVER)]
    assert moved.min() > sunday[0]
    assert not (DAYS.weekday(moved) == 6).any()


def test_an_agent_is_only_picked_while_there_and_only_from_the_team() -> None:
    staff = hire(Plan(cases=10, days=400, seed=2, last_day=date(2026, 12, 31)))
    rng = np.random.default_rng(1)
    team, day = rng.integers(0, 8, 20_000), rng.integers(0, 400, 20_000)
    agent = staff.pick(rng, team, day)
    assert (staff.team[agent] == team).all()
    assert ((staff.joined[agent] <= day) & (day < staff.left[agent])).all()
    assert len(np.unique(agent)) == 80


def test_some_agents_join_and_some_leave() -> None:
    staff = hire(Plan(cases=10, days=400, seed=2, last_day=date(2026, 12, 31)))
    assert 3 <= (staff.joined > 0).sum() <= 25
    assert 3 <= (staff.left < 400).sum() <= 25
