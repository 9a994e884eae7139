"""The table of a panel as a file: the same figures, typed, and never a formula."""

import csv
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import openpyxl
import pytest

from charts import Language
from dashboard.components.grid import Column, Grid, Row
from dashboard.spreadsheets import About, csv_of, xlsx_of
from dashboard.tables import table_of
from queries import METRICS
from tests.dashboard.browserless import Browserless, find
from tests.dashboard.figures import TEAMS, Given, Restless

EVIL = ("=SUM(A1)", "+1", "-1", "@cmd", "\tx", "\rx", "http://example.org")
EN = Language("en")


def rows(data: bytes) -> list[list[str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def evil_grid() -> Grid:
    columns = (Column.text("name", "=Name"), Column.of("collected", EN))
    return Grid(columns, tuple(Row(text, {"name": text, "collected": 12345}) for text in EVIL))


def test_the_file_holds_the_figures_of_the_page(answers: Given, browser: Browserless) -> None:
    query = "?period=last_month&team=T1&team=T3"
    grid = find(browser.show(search=query)["page"], "teams-grid")
    answer = browser.client.get("/export/overview/teams.csv" + query)
    header, *body = rows(answer.data)
    collected = header.index(METRICS["collected"].title.en)
    rate = header.index(METRICS["recovery_rate"].title.en)
    assert [float(row[collected]) for row in body] == [r["collected"] for r in grid["rowData"]]
    shares = [float(row[rate]) * 100 for row in body]
    assert shares == pytest.approx([row["recovery_rate"] for row in grid["rowData"]])
    assert [row[0] for row in body] == [TEAMS["T1"], "'" + TEAMS["T3"]]
    assert answers.asked[0] == answers.asked[1]


def test_the_links_of_a_panel_lead_to_its_rows(browser: Browserless) -> None:
    page = browser.show(search="?team=T1")["page"]
    href = find(page, "trend-recovery_rate-csv")["href"]
    assert href == "/export/overview/trend-recovery_rate.csv?team=T1"
    _, *body = rows(browser.client.get(href).data)
    assert find(page, "trend-recovery_rate-rows")["children"] == f"{len(body)} rows" == "13 rows"
    assert date.fromisoformat(body[0][0]).weekday() == 0


def test_a_file_is_of_one_generation_and_says_which(
    opened: Callable[..., Browserless],
) -> None:
    answers = Restless()
    headers = opened(answers).client.get("/export/overview/teams.csv").headers
    assert answers.answered == [int(headers["Arrears-Generation"])]


def test_a_file_is_an_attachment_that_nobody_keeps(browser: Browserless) -> None:
    headers = browser.client.get("/export/overview/teams.xlsx").headers
    name = "arrears-overview-teams-2026-11-09_2026-11-15.xlsx"
    assert headers["Content-Disposition"] == f'attachment; filename="{name}"'
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "path",
    [
        "nowhere/teams.csv", "overview/nothing.csv", "overview/teams.pdf", "overview/teams",
        "overview/movers.csv",
    ],
)  # fmt: skip
def test_what_there_is_no_file_of_is_said_plainly(browser: Browserless, path: str) -> None:
    answer = browser.client.get(f"/export/{path}")
    assert answer.status_code == 404


def test_bad_values_are_left_out_as_on_the_page(browser: Browserless) -> None:
    plain = browser.client.get("/export/overview/teams.csv").data
    assert browser.client.get("/export/overview/teams.csv?team=T9&period=soon").data == plain
    book = browser.client.get("/export/overview/teams.xlsx?team=T9").data
    about = openpyxl.load_workbook(io.BytesIO(book)).worksheets[1]
    assert ("Left out", "Team “T9” does not exist and is left out.") in list(about.values)


def test_before_the_first_refresh_there_is_no_file(opened) -> None:  # type: ignore[no-untyped-def]
    answer = opened(Given(empty=True)).client.get("/export/overview/teams.csv")
    assert answer.status_code == 409
    assert "arrears refresh" in answer.get_data(as_text=True)


def test_the_file_speaks_the_readers_language(browser: Browserless) -> None:
    browser.client.set_cookie("arrears_language", "zh-Hans")
    header, *_ = rows(browser.client.get("/export/overview/teams.csv").data)
    assert header[:2] == ["团队", METRICS["collected"].title.zh]


def test_no_text_becomes_a_formula_in_csv() -> None:
    header, *body = rows(csv_of(table_of(evil_grid(), EN)))
    assert header[0] == "'=Name"
    assert [row[0] for row in body] == ["'" + text for text in EVIL[:-1]] + [EVIL[-1]]
    assert {row[1] for row in body} == {"123.45"}


def test_no_text_becomes_a_formula_or_a_link_in_xlsx() -> None:
    about = About("=1+1", (("=a", "=b"),), ())
    book = openpyxl.load_workbook(io.BytesIO(xlsx_of(table_of(evil_grid(), EN), about, EN)))
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" and cell.hyperlink is None for cell in row)
    assert book.worksheets[0]["B2"].value == pytest.approx(123.45)
    assert ("Rows", "7") in list(book.worksheets[1].values)


def test_a_long_quotient_is_written_without_an_exponent() -> None:
    column = Column.of("recovery_rate", EN)
    values = (Decimal(1) / 3, Decimal("0.0000000001"), Decimal(0), None)
    grid = Grid((column,), tuple(Row(str(n), {column.name: v}) for n, v in enumerate(values)))
    _, *body = rows(csv_of(table_of(grid, EN)))
    assert [row[0] if row else "" for row in body] == ["0.3333333333", "0.0000000001", "0", ""]
