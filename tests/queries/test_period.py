"""Spans by name, a year before, and whole ones before a day as far as the data goes back."""

from datetime import date

import pytest

from queries.period import Period, a_year_before, spelled, whole_before

END = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("grain", "most", "begins", "first"),
    [
        ("month", 3, date(2020, 1, 1), date(2026, 8, 1)),
        ("month", 12, date(2026, 9, 1), date(2026, 9, 1)),
        # A month that the data begins in is no whole one.
        ("month", 12, date(2026, 9, 2), date(2026, 10, 1)),
        ("quarter", 2, date(2020, 1, 1), date(2026, 4, 1)),
        ("week", 1, date(2020, 1, 1), date(2026, 11, 9)),
    ],
)
def test_whole_spans(grain: str, most: int, begins: date, first: date) -> None:
    end = {"month": date(2026, 11, 1), "quarter": date(2026, 10, 1), "week": date(2026, 11, 16)}
    assert whole_before(END, grain, most, begins) == Period(first, end[grain])


@pytest.mark.parametrize("begins", [None, date(2026, 10, 2), date(2027, 1, 1)])
def test_there_may_be_none(begins: date | None) -> None:
    assert whole_before(END, "month", 12, begins) is None


@pytest.mark.parametrize(
    ("text", "grain", "day"),
    [
        ("2026-11-18", "day", date(2026, 11, 18)), (" 2026-W47 ", "week", date(2026, 11, 16)),
        ("2026w1", "week", date(2025, 12, 29)), ("2026-10", "month", date(2026, 10, 1)),
        ("2026-q3", "quarter", date(2026, 7, 1)), ("2026", "year", date(2026, 1, 1)),
    ],
)  # fmt: skip
def test_a_span_is_known_by_its_name(text: str, grain: str, day: date) -> None:
    assert spelled(text) == (grain, day)


@pytest.mark.parametrize(
    "text",
    ["", "2026-02-30", "2026-W54", "2026-13", "2026-Q5", "0000", "٢٠٢٦-10", "3fa9-c21b", "26"],
)
def test_what_names_no_span_is_none(text: str) -> None:
    assert spelled(text) is None


def test_a_year_before_is_the_same_day_and_a_leap_day_has_none() -> None:
    assert a_year_before(date(2026, 11, 18)) == date(2025, 11, 18)
    assert a_year_before(date(2024, 2, 29)) == date(2023, 3, 1)
