"""The finished files against the command line: what `arrears figures` says is what they say."""

import io
import json
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner

from charts import Language
from queries import METRICS, Period
from reports.proof import squeezed
from reports.sections.headline import HEADLINE
from reports.sections.teams import SHOWN
from service.cli import arrears
from service.door import Door
from tests.reports.test_small_databases import NOW, busy, opened, proven, text_of

LOCALES = ("en", "zh_Hans_CN")
Ask = Callable[..., list[dict[str, Any]]]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("same")


@pytest.fixture(scope="module", params=LOCALES)
def written(request: pytest.FixtureRequest, folder: Path) -> tuple[Language, Period, Any, str]:
    """Language, week, workbook and the text of the PDF."""
    place = folder / request.param
    place.mkdir()
    report, pages, book = proven(opened(busy(), place), request.param)
    return (
        report.language,
        report.frozen.period,
        openpyxl.load_workbook(io.BytesIO(book)),
        text_of(pages),
    )


@pytest.fixture(scope="module")
def ask(folder: Path, written: tuple[Language, Period, Any, str]) -> Ask:
    """Rows of `arrears figures` for the week of the report."""
    language, period, _, _ = written
    figures = folder / language.locale / "figures"

    def clock(_zone: str) -> datetime:
        return NOW

    def asked(metrics: tuple[str, ...], *more: str) -> list[dict[str, Any]]:
        said = CliRunner().invoke(
            # By its whole name: click keeps what a command inherits from its first call.
            arrears,
            [
                "figures", "--metric", ",".join(metrics), "--format", "json",
                "--from", f"{period.start}", "--to", f"{period.last}", *more,
            ],
            obj=Door(None, {"ARREARS_STORE__FOLDER": str(figures)}, clock),
        )  # fmt: skip
        assert said.exit_code == 0, said.output
        return json.loads(said.stdout)  # type: ignore[no-any-return]

    return asked


def on_paper(language: Language, row: dict[str, Any], compact: bool) -> str:
    """The value of a row as the PDF writes it."""
    metric = METRICS[row["metric"]]
    if row["value"] is None:
        return language.no_data if compact else "–"
    value = Decimal(str(row["value"]))
    if metric.unit == "money":
        minor = value.scaleb(language.minor_digits)
        return (
            language.value(metric, minor, compact=True)
            if compact
            else language.numbers.exact_money(value, 0)
        )
    if metric.unit == "count":
        return language.count(int(value))
    return language.value(metric, value, compact=compact)


def test_the_headline(written: tuple[Language, Period, Any, str], ask: Ask) -> None:
    language, _, book, text = written
    page = book[book.sheetnames[0]]
    held = {row[0].value: row for row in page.iter_rows(min_row=4)}
    rows = ask(HEADLINE)
    assert [row["metric"] for row in rows] == list(HEADLINE)
    for row in rows:
        title = language.words(METRICS[row["metric"]].title)
        assert float(held[title][1].value) == pytest.approx(float(row["value"]), abs=1e-6)
        for place, name in ((6, "n"), (7, "numerator"), (8, "denominator")):
            if row[name] is not None and held[title][place].value is not None:
                assert held[title][place].value == pytest.approx(float(row[name]))
        assert squeezed(title + on_paper(language, row, compact=True)) in text


def test_every_team(written: tuple[Language, Period, Any, str], ask: Ask) -> None:
    language, _, book, text = written
    page = book[language.t("Teams")]
    held = {row[0].value: row for row in page.iter_rows()}
    rows = ask(SHOWN, "--by", "team")
    assert {row["team"] for row in rows} == {"T1", "T2", "T3"}
    for row in rows:
        cell = held[row["team_name"]][1 + SHOWN.index(row["metric"])]
        if row["value"] is None:
            assert cell.value in (None, 0)
        else:
            assert float(cell.value) == pytest.approx(float(row["value"]), abs=1e-6)
            assert squeezed(on_paper(language, row, compact=False)) in text


def test_every_week(written: tuple[Language, Period, Any, str], ask: Ask) -> None:
    language, period, book, _ = written
    page = book[language.t("Trends")]
    held = {row[0].value: row[1].value for row in page.iter_rows() if row[0].is_date}
    rows = ask(("collected",), "--by", "week", "--from", "2024-01-01")
    assert [row["week"] for row in rows][-1] == period.start.isoformat()
    for row in rows:
        week = held[datetime.fromisoformat(row["week"])]
        assert float(week or 0) == pytest.approx(float(row["value"] or 0))
