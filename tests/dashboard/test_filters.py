from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboard.filters import (
    COMPARISONS,
    GRAINS,
    MAX_QUERY,
    MAX_VALUES,
    SLICES,
    Choices,
    Controls,
    Filters,
    Problem,
    from_controls,
    from_query,
    not_honoured,
    to_query,
    token,
)
from dashboard.periods import CUSTOM, DEFAULT, PRESETS
from queries.period import Period

AS_OF = date(2026, 11, 18)
TEAMS = {"T1": "One", "T 2&=": "Two", "三": "Three", "<b>": "Four"}
AGENTS = {"": "", "A1": "One"}
MEMBERS = {"team": TEAMS, "agent": AGENTS, "bucket": {"M0": "M0", "M7+": "M7+"}}
CHOICES = Choices(AS_OF, {**{name: {} for name in SLICES}, **MEMBERS})


def chosen(values: dict[str, str]) -> st.SearchStrategy[tuple[str, ...]]:
    """Some of the values, in the order of the choices."""
    return st.sets(st.sampled_from(list(values))).map(
        lambda some: tuple(value for value in values if value in some)
    )


CHOSEN = st.fixed_dictionaries({n: chosen(values) for n, values in MEMBERS.items()}).map(
    lambda slices: {name: values for name, values in slices.items() if values}
)
SPANS = st.tuples(st.dates(date(2022, 1, 1), AS_OF), st.integers(0, 300)).map(
    lambda span: (span[0], min(span[0] + timedelta(days=span[1]), AS_OF))
)
COMPARED, SPLIT = st.sampled_from(COMPARISONS), st.sampled_from(GRAINS)
FILTERS = st.one_of(
    st.builds(Filters, st.sampled_from(sorted(PRESETS)), st.none(), CHOSEN, COMPARED, SPLIT),
    st.builds(Filters, st.just(CUSTOM), SPANS, CHOSEN, COMPARED, SPLIT),
)
ANYTHING: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)


def faults(problems: tuple[Problem, ...]) -> list[str]:
    return [problem.fault for problem in problems]


@given(FILTERS)
def test_an_address_reproduces_the_view(filters: Filters) -> None:
    parsed = from_query(to_query(filters), CHOICES)
    assert parsed.filters == filters
    assert parsed.problems == ()


@given(FILTERS)
def test_the_controls_reproduce_the_view(filters: Filters) -> None:
    days = [day.isoformat() for day in filters.days] if filters.days else None
    slices = {name: [token(v) for v in values] for name, values in filters.slices.items()}
    controls = Controls(filters.preset, days, filters.compare, filters.grain, slices)
    assert from_controls(controls, CHOICES).filters == filters


def test_the_default_view_has_a_plain_address() -> None:
    assert to_query(Filters()) == ""


@given(ANYTHING, ANYTHING, ANYTHING, ANYTHING, ANYTHING)
def test_no_input_gets_past_the_controls(
    preset: Any, days: Any, compare: Any, grain: Any, teams: Any
) -> None:
    controls = Controls(preset, days, compare, grain, {"team": teams, "agent": teams})
    filters = from_controls(controls, CHOICES).filters
    assert filters.compare in COMPARISONS
    assert filters.grain in GRAINS
    assert filters.preset in {*PRESETS, CUSTOM}
    assert set(filters.slices.get("team", ())) <= set(TEAMS)
    assert isinstance(filters.period(AS_OF), Period)


@given(st.text() | ANYTHING)
def test_no_address_breaks_the_page(query: Any) -> None:
    assert isinstance(from_query(query, CHOICES).filters.period(AS_OF), Period)


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("?period=yesterday", Problem("period", "period", "yesterday")),
        ("?period=custom", Problem("day", "from")),
        ("?period=custom&from=2026-02-30&to=2026-03-01", Problem("day", "from", "2026-02-30")),
        ("?period=custom&from=1066-10-14&to=2026-03-01", Problem("day", "from", "1066-10-14")),
        (
            "?period=custom&from=2026-03-02&to=2026-03-01",
            Problem("span", "period", "2026-03-02 – 2026-03-01"),
        ),
        ("?period=custom&from=2026-11-01&to=2026-11-20", Problem("future", "to", "2026-11-20")),
        ("?team=T9", Problem("slice", "team", "T9")),
        ("?bucket=M%20%0A9", Problem("slice", "bucket", "M 9")),
        ("?compare=mine", Problem("compare", "compare", "mine")),
        ("?grain=second", Problem("grain", "grain", "second")),
        ("?colour=red", Problem("field", value="colour")),
    ],
)
def test_what_is_dropped_is_named(query: str, problem: Problem) -> None:
    parsed = from_query(query, CHOICES)
    assert problem in parsed.problems
    assert parsed.filters == Filters()


def test_a_bad_value_leaves_the_good_ones() -> None:
    parsed = from_query("?period=last_month&team=T9&team=T1&bucket=M7%2B", CHOICES)
    assert parsed.filters == Filters("last_month", None, {"team": ("T1",), "bucket": ("M7+",)})
    assert faults(parsed.problems) == ["slice"]


def test_long_input_is_refused_whole() -> None:
    assert faults(from_query("?team=" + "x" * MAX_QUERY, CHOICES).problems) == ["too_long"]
    assert faults(from_query("?" + "team=T1&" * 900, CHOICES).problems) == ["too_long"]
    many = from_controls(Controls(DEFAULT, slices={"team": ["T1"] * (MAX_VALUES + 1)}), CHOICES)
    assert many.filters == Filters()
    assert faults(many.problems) == ["too_many"]


def test_a_long_value_is_named_in_short() -> None:
    (problem,) = from_query("?period=" + "ab" * 500, CHOICES).problems
    assert len(problem.value) < 70


def test_the_running_day_can_be_chosen() -> None:
    tomorrow = AS_OF + timedelta(days=1)
    parsed = from_query(f"?period=custom&from={AS_OF}&to={tomorrow}", CHOICES)
    assert parsed.filters.days == (AS_OF, tomorrow)


def test_contacts_without_an_agent_can_be_chosen() -> None:
    parsed = from_query("?agent=~", CHOICES)
    assert parsed.filters.slices == {"agent": ("",)}
    assert to_query(parsed.filters) == "?agent=~"


def test_what_a_page_cannot_apply_is_named() -> None:
    chosen = Filters(slices={"channel": ("call",), "team": ("T1",)})
    assert not_honoured(chosen, ("team",)) == (Problem("not_here", "channel"),)


def test_every_choice_that_is_not_the_default_counts_as_a_filter() -> None:
    assert Filters().active == 0
    assert Filters("today", None, {"team": ("T1", "三")}, "year", "day").active == 4
