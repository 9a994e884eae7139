"""A grid as the browser gets it: numbers to sort by, texts to read."""

from datetime import date
from decimal import Decimal

from charts import Language, Series
from dashboard.components.grid import Column, Grid, Move, Row, draw_grid
from dashboard.tables import table_of
from queries import Figure
from queries.metrics import METRICS

EN = Language("en")


def figure(metric: str, numerator: int, denominator: int | None = None) -> Figure:
    return Figure(metric, (), numerator, denominator, None, provisional=False)


def drawn(column: Column, *values: object) -> list[dict]:
    rows = tuple(Row(str(at), {column.name: value}) for at, value in enumerate(values))  # type: ignore[dict-item]
    return draw_grid("g", Grid((column,), rows), EN).rowData


def test_numbers_sort_in_the_units_that_people_type() -> None:
    (money,) = drawn(Column.of("collected", EN), figure("collected", 123_450))
    assert (money["collected"], money["collected_text"]) == (1234.5, "¥1,234.50")
    (share,) = drawn(Column.of("coverage", EN), figure("coverage", 1, 4))
    assert (share["coverage"], share["coverage_text"]) == (25.0, "25.0%")


def test_no_data_has_no_number_to_sort_by() -> None:
    (row,) = drawn(Column.of("coverage", EN), figure("coverage", 0, 0))
    assert (row["coverage"], row["coverage_text"]) == (None, "no data")


def test_a_bar_has_its_number_and_the_longest_fills_the_cell() -> None:
    column = Column.of("open_cases", EN, kind="bar")
    rows = drawn(column, figure("open_cases", 50), figure("open_cases", 200))
    assert [row["open_cases_bar"] for row in rows] == [25.0, 100.0]
    assert [row["open_cases_text"] for row in rows] == ["50", "200"]


def test_what_stands_apart_and_the_total_have_no_bar() -> None:
    column = Column.of("open_cases", EN, kind="bar")
    rows = (
        Row("A1", {"open_cases": figure("open_cases", 50)}),
        Row("-", {"open_cases": figure("open_cases", 9_000)}, apart=True),
    )
    total = Row("whole", {"open_cases": figure("open_cases", 9_050)})
    grid = draw_grid("g", Grid((column,), rows, total), EN)
    assert grid.rowData[0]["open_cases_bar"] == 100.0
    (last,) = grid.dashGridOptions["pinnedBottomRowData"]
    assert "open_cases_bar" not in grid.rowData[1]
    assert "open_cases_bar" not in last


def test_a_figure_is_written_as_on_its_card() -> None:
    rate = figure("recovery_rate", 95, 10_000)
    (row,) = drawn(Column.of("recovery_rate", EN), rate)
    assert row["recovery_rate_text"] == EN.value(METRICS["recovery_rate"], rate.value)


def test_sentences_wrap_and_names_do_not() -> None:
    columns = (Column.text("name", "Name"), Column.text("cure", "To do", wrap=True))
    short, long = draw_grid("g", Grid(columns, ()), EN).columnDefs
    assert "wrapText" not in short
    assert long["wrapText"]
    assert long["autoHeight"]


def test_a_change_says_direction_and_verdict_in_words() -> None:
    column = Column.of("collected", EN, kind="change")
    move = Move(figure("collected", 80), figure("collected", 100))
    (row,) = drawn(column, move)
    assert row["collected_change_text"] == "▼ −20.0% worse"
    assert row["collected_change"] == -20.0
    grid = Grid((column,), (Row("a", {column.name: move}),))
    assert table_of(grid, EN).rows == ((Decimal("-0.2"),),)


def test_a_change_without_a_comparison_is_none() -> None:
    (row,) = drawn(Column.of("collected", EN, kind="change"), Move(figure("collected", 1), None))
    assert row["collected_change"] is None
    assert row["collected_change_text"] == "no comparison"


def test_a_line_is_sent_as_places_with_its_words() -> None:
    column = Column.of("open_cases", EN, kind="line")
    series = Series("", (10, None, 30, 20), incomplete=frozenset({3}))
    (row,) = drawn(column, series)
    assert row["open_cases_line_line"] == [0, None, 100, 50]
    assert row["open_cases_line_late"] == 3
    assert "lowest 10, highest 30" in row["open_cases_line_alt"]


def test_dates_sort_by_time_and_read_as_dates() -> None:
    (row,) = drawn(Column.text("day", "Day"), date(2026, 11, 2))
    assert (row["day"], row["day_text"]) == ("2026-11-02", "2 Nov 2026")


def test_many_rows_get_a_window_of_their_own() -> None:
    column = Column.text("name", "Name")
    rows = tuple(Row(str(at), {"name": str(at)}) for at in range(2_000))
    assert draw_grid("g", Grid((column,), rows), EN).dashGridOptions["domLayout"] == "normal"
