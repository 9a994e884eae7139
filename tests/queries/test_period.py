"""Whole spans before a day, as far as the data goes back."""

from datetime import date

import pytest

from queries.period import Period, whole_before

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
