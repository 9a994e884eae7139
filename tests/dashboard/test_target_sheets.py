"""Targets out to a spreadsheet and in again: the same to the last digit, and nothing guessed."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from charts import Language
from dashboard.targets.rows import titles
from dashboard.targets.sheets import Known, Read, SheetRow, read_sheet, sheet_of
from queries.desk.people import plain_name
from queries.metrics import METRICS
from queries.period import floor
from queries.targets.progress import TARGETABLE
from queries.targets.target import GRAINS, Aim, Level, Marks, Version

EN, ZH = Language("en"), Language("zh_Hans_CN")
BOTH = pytest.mark.parametrize("language", [EN, ZH], ids=["en", "zh"])
KINDS = pytest.mark.parametrize("kind", ["csv", "xlsx"])
NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)
UNITS: Mapping[Level, Mapping[str, str]] = {
    "operation": {"": ""},
    "team": {"T1": "North", "T2": "=South", "007": "'-Seven", "'x": "T"},
}
KNOWN = Known(TARGETABLE, UNITS)
GOOD = ("collected", "team", "T1", "North", "month", "2026-11-01", "", "120000.50", "", "Ada", "x")
PLACES = {name: place for place, name in enumerate(titles(EN))}


def sheet(*rows: Sequence[Any], header: Sequence[str] = tuple(titles(EN).values())) -> bytes:
    """A workbook as a person makes it."""
    book = openpyxl.Workbook()
    for row in (header, *rows):
        book.active.append([value if value != "" else None for value in row])
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def text(*rows: Sequence[Any], separator: str = ",") -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=separator).writerows([list(titles(EN).values()), *rows])
    return out.getvalue().encode()


def row(**other: Any) -> tuple[Any, ...]:
    """A good row with other cells."""
    cells: list[Any] = list(GOOD)
    for name, value in other.items():
        cells[PLACES[name]] = value  # type: ignore[index]
    return tuple(cells)


def read(data: bytes, language: Language = EN, name: str = "targets.csv") -> Read:
    return read_sheet(name, data, KNOWN, language)


def told(found: Read) -> list[tuple[int, str, str]]:
    return [(error.row, error.column, error.told) for error in found.errors]


def version(aim: Aim, marks: Marks, owner: str = "Ada", reason: str = "x") -> Version:
    return Version(1, aim, 1, marks, owner, reason, "Max", NOON)


def exported(versions: Sequence[Version], language: Language, kind: Any) -> bytes:
    return sheet_of(versions, lambda level, key: UNITS[level][key], language, kind)


# ---- what is well


@KINDS
def test_a_sheet_of_a_person_is_read(kind: str) -> None:
    good = (
        row(), row(unit="T2", name=""),
        row(unit="007", name="", floor="1", target="2", stretch="3"),
    )  # fmt: skip
    found = read((text if kind == "csv" else sheet)(*good))
    assert told(found) == []
    month = Aim("collected", "team", "T1", "month", date(2026, 11, 1))
    assert found.rows[0] == SheetRow(2, month, Marks(Decimal(12_000_050)), "Ada", "x")
    assert [one.aim.unit for one in found.rows] == ["T1", "T2", "007"]
    assert found.rows[2].marks == Marks(Decimal(200), Decimal(100), Decimal(300))


def test_the_file_holds_values_as_people_write_them() -> None:
    month = ("team", "T1", "month", date(2026, 11, 1))
    versions = [
        version(Aim("collected", *month), Marks(Decimal(12_000_050), None, Decimal(15_000_000))),
        version(Aim("recovery_rate", *month), Marks(Decimal("0.0355"))),
        version(Aim("untouched_7d", *month), Marks(Decimal(12))),
        version(Aim("promise_lead_days", *month), Marks(Decimal("4.5"))),
        version(Aim("attempts", *month), Marks(None)),
    ]
    lines = list(csv.reader(io.StringIO(exported(versions, ZH, "csv").decode("utf-8-sig"))))
    assert lines[0][:6] == ["指标", "级别", "考核对象", "考核对象名称", "期间", "起始日期"]
    assert lines[1][:6] == ["回款金额", "团队", "T1", "North", "月", "2026-11-01"]
    assert [line[7] for line in lines[1:]] == ["120000.5", "3.55", "12", "4.5", ""]
    book = openpyxl.load_workbook(io.BytesIO(exported(versions, EN, "xlsx")))
    cells = list(book["Table"].iter_rows(min_row=2, values_only=True))
    assert [cell[7] for cell in cells] == [120000.5, 3.55, 12, 4.5, None]
    assert cells[0][5].isoformat() == "2026-11-01T00:00:00"
    assert "35.5 means 35.5%" in str(list(book["About"].values))


def test_no_text_becomes_a_formula() -> None:
    aim = Aim("collected", "team", "T2", "month", date(2026, 11, 1))
    evil = [version(aim, Marks(Decimal(100)), "@cmd", "=1+1")]
    (_, line) = csv.reader(io.StringIO(exported(evil, EN, "csv").decode("utf-8-sig")))
    assert [line[3], *line[9:]] == ["'=South", "'@cmd", "'=1+1"]
    book = openpyxl.load_workbook(io.BytesIO(exported(evil, EN, "xlsx")))
    for one in book.worksheets:
        assert all(cell.data_type != "f" for cells in one.iter_rows() for cell in cells)


@pytest.mark.parametrize(
    ("metric", "given", "stored"),
    [
        ("collected", 120000.5, "12000050"), ("collected", 0.1, "10"), ("collected", 7, "700"),
        ("collected", "￥120,000.50", "12000050"), ("collected", 1e9, "100000000000"),
        ("recovery_rate", 35.5, "0.355"), ("recovery_rate", "35.5%", "0.355"),
        ("recovery_rate", "35.5 ％", "0.355"), ("recovery_rate", 1000, "10"),
        ("recovery_rate", 0.07, "0.0007"), ("attempts", 250.0, "250"),
        ("attempts", "1,250", "1250"), ("promise_lead_days", 4.25, "4.25"),
    ],
)  # fmt: skip
def test_numbers_are_exact(metric: str, given: object, stored: str) -> None:
    for data in (sheet(row(metric=metric, target=given)), text(row(metric=metric, target=given))):
        found = read(data)
        assert told(found) == []
        assert found.rows[0].marks.target == Decimal(stored)


def test_cells_are_read_as_people_see_them() -> None:
    book = openpyxl.load_workbook(
        io.BytesIO(sheet(row(metric="Recovery rate"), row(unit="T2", name="")))
    )
    page = book.active
    page["H2"], page["H2"].number_format = 0.355, "0.0%"
    page["F2"], page["F2"].number_format = date(2026, 11, 1), "yyyy/m/d"
    page["H3"], page["H3"].number_format = 5, '0" %"'
    page["C4"], page["J4"], page["K4"] = 7, True, date(2026, 1, 2)
    for place, value in enumerate(row(unit="007", name=None)[:2], start=1):
        page.cell(4, place, value)
    found = read(saved(book))
    assert [one.marks.target for one in found.rows] == [Decimal("0.355"), Decimal(500)]
    assert (3, "Unit") not in {(error.row, error.column) for error in found.errors}
    assert "“7” is no unit of the level Team" in str(told(found))


@pytest.mark.parametrize(
    "given", ["2026-11-01", "2026/11/1", "2026.11.1", "2026年11月1日", date(2026, 11, 1)]
)
def test_days_are_written_with_the_year_first(given: Any) -> None:
    assert told(read(sheet(row(start=given)))) == []
    assert told(read(text(row(start=given)))) == []


def test_words_of_both_languages_are_known_and_rows_that_are_empty_are_not_counted() -> None:
    header = list(titles(ZH).values())
    header[0] = " mEtric "
    mixed = sheet(
        row(metric="回款金额", level="Team", grain="月"), ["", " "],
        row(unit="T2", name="", level="团队"),
        header=header,
    )  # fmt: skip
    found = read(mixed, ZH)
    assert told(found) == []
    assert [one.number for one in found.rows] == [2, 4]


def test_the_operation_has_no_name_to_contradict() -> None:
    """It is called otherwise in each language."""
    found = read(text(row(level="operation", unit="", name="全机构")))
    assert told(found) == []
    assert (found.rows[0].aim.level, found.rows[0].aim.unit) == ("operation", "")


@BOTH
def test_an_empty_target_takes_one_back_and_titles_alone_are_no_error(language: Language) -> None:
    assert read(text(row(target="")), language).rows[0].marks == Marks(None)
    assert read(text(), language) == Read((), ())


# ---- what is wrong


NO_METRIC = "“collectd” is no metric that you may set targets for. Write one as an export of "
NO_UNIT = "“T9” is no unit of the level Team that you may set targets for. Write its key as an "
LESS = "Here less is better: the floor must not be below the target, nor the target below the"
MORE = "The floor must not be above the target, nor the target above the stretch."


@pytest.mark.parametrize(
    ("other", "column", "expected"),
    [
        ({"metric": "collectd"}, "Metric", NO_METRIC),
        ({"metric": "collectd"}, "Metric", "Did you mean “Collected”?"),
        ({"metric": ""}, "Metric", "“” is no metric"),
        ({"metric": "liquidation"}, "Metric", "is no metric that you may"),
        ({"level": "squad"}, "Level", "“squad” is no level that you may set targets for."),
        ({"level": "agent"}, "Level", "Write one of: Operation, Team."),
        ({"unit": "T9"}, "Unit", NO_UNIT),
        ({"unit": "North"}, "Unit", "Did you mean “T1”?"),
        ({"level": "operation"}, "Unit", "The operation has no key: leave the cell empty, not"),
        ({"name": "South"}, "Unit name", "“T1” is called “North”, not “South”."),
        ({"grain": "year"}, "Period", "“year” is no period of targets. Write one of: Week, Month"),
        ({"start": "2026-11-02"}, "Starts on", "No month starts on 2026-11-02. Write 2026-11-01."),
        ({"grain": "week"}, "Starts on", "No week starts on 2026-11-01. Write 2026-10-26, a Mon"),
        ({"grain": "quarter"}, "Starts on", "No quarter starts on 2026-11-01. Write 2026-10-01."),
        ({"start": "1/11/2026"}, "Starts on", "“1/11/2026” is no day from 2000 to 2099. Write it"),
        ({"start": "2026-02-30"}, "Starts on", "“2026-02-30” is no day"),
        ({"start": "9999-01-01"}, "Starts on", "“9999-01-01” is no day"),
        ({"start": 46_000}, "Starts on", "“46000” is no day"),
        ({"target": "many"}, "Target", "“many” cannot be read. Write an amount such as 120000"),
        ({"target": "1e5"}, "Target", "“1e5” cannot be read."),
        ({"target": "1.234,50"}, "Target", "“1.234,50” cannot be read."),
        ({"target": "%"}, "Target", "“%” cannot be read."),
        ({"target": "35%"}, "Target", "“35%” cannot be read. Write an amount"),
        ({"target": "3¥5"}, "Target", "“3¥5” cannot be read."),
        ({"metric": "attempts", "target": "¥35"}, "Target", "Write a whole number such as 250"),
        ({"metric": "attempts", "target": 2.5}, "Target", "“2.5” cannot be read. Write a whole"),
        ({"floor": "-5"}, "Floor", "“-5” is below zero. Write zero or more."),
        ({"stretch": 120000.505}, "Stretch", "“120000.505” has more decimals than CNY. Write at"),
        ({"target": "1" * 20}, "Target", "has too many digits. Round it."),
        ({"target": "1" * 41}, "Target", "cannot be read."),
        ({"metric": "coverage", "target": "1000.1"}, "Target", "“1000.1” is more than 1,000%."),
        ({"target": "", "floor": "1"}, "Target", "A floor or a stretch needs a target."),
        ({"floor": "120000.51"}, "Target", MORE),
        ({"metric": "attempts", "target": 5, "stretch": 4}, "Target", MORE),
        ({"metric": "untouched_7d", "target": "5", "stretch": "6"}, "Target", LESS),
        ({"owner": "x" * 81}, "Owner", "The text has 81 characters. Write at most 80."),
        ({"reason": "x" * 2_001}, "Reason", "The text has 2,001 characters. Write at most 2,000."),
    ],
)
def test_what_is_wrong_is_told(other: dict[str, Any], column: str, expected: str) -> None:
    good = row(unit="T2", name="")
    for data in (sheet(good, row(**other)), text(good, row(**other))):
        found = read(data)
        assert [one.number for one in found.rows] == [2]
        assert [(number, title) for number, title, _ in told(found)] == [(3, column)]
        assert expected in found.errors[0].told
        # The same in the other language.
        (chinese,) = read(data, ZH).errors
        assert chinese.row == 3
        assert not {"Write", "Keep", "must"} & set(chinese.told.split())


def test_everything_is_told_at_once() -> None:
    wrong = row(metric="?", level="?", grain="?", start="?", owner="x" * 81)
    found = read(text(wrong, row(unit="?", target="?", floor="-1"), row(name="?")))
    assert [(error.row, error.column) for error in found.errors] == [
        (2, "Metric"), (2, "Level"), (2, "Period"), (2, "Starts on"), (2, "Owner"),
        (3, "Unit"), (3, "Floor"), (3, "Target"), (4, "Unit name"),
    ]  # fmt: skip
    assert found.rows == ()


def test_a_target_is_there_once() -> None:
    found = read(text(row(), row(target="1", metric="Collected"), row(unit="T2", name="")))
    assert told(found) == [(3, "", "Row 2 sets the same target. Keep one of the two rows.")]
    assert [one.number for one in found.rows] == [2, 4]


def test_what_may_not_be_set_is_told_as_what_does_not_exist() -> None:
    lead = Known(TARGETABLE, {"team": {"T1": "North"}, "operation": {}})
    data = text(row(unit="T2"), row(unit="T9"), row(level="operation", unit=""), row(level="?"))
    secret, nothing, whole, level = read_sheet("a.csv", data, lead, EN).errors
    assert secret.told.replace("T2", "T9") == nothing.told
    assert whole.told.replace("operation", "?") == level.told


# ---- there and back


def values(metric: str) -> st.SearchStrategy[Decimal]:
    match METRICS[metric].unit:
        case "money" | "count":
            return st.integers(0, 10**15).map(Decimal)
        case "share":
            return st.decimals(0, 10, places=14)
    return st.decimals(0, 10**6, places=12)


WORDS = st.text(max_size=60) | st.sampled_from(["=1", "'=1", "''", "'x", "-", "1", "2026-11-01"])


@st.composite
def versions(draw: st.DrawFn) -> Version:
    metric = draw(st.sampled_from(sorted(TARGETABLE)))
    level = draw(st.sampled_from(sorted(UNITS)))
    unit = draw(st.sampled_from(sorted(UNITS[level])))
    grain = draw(st.sampled_from(GRAINS))
    start = floor(draw(st.dates(date(2000, 1, 3), date(2099, 12, 31))), grain)
    lower = METRICS[metric].better == "lower"
    some = sorted(draw(st.lists(values(metric), max_size=3)), reverse=lower)
    marks = {
        0: lambda: Marks(None), 1: lambda: Marks(some[0]), 2: lambda: Marks(some[1], some[0]),
        3: lambda: Marks(some[1], some[0], some[2]),
    }[len(some)]()  # fmt: skip
    owner, reason = (plain_name(draw(WORDS)) for _ in range(2))
    return version(Aim(metric, level, unit, grain, start), marks, owner, reason)


@KINDS
@BOTH
@settings(max_examples=60)
@given(
    some=st.lists(versions(), max_size=5, unique_by=lambda one: one.aim),
    reader=st.sampled_from([EN, ZH]),
    digits=st.sampled_from([0, 2, 3]),
)
def test_what_is_exported_reads_back_as_it_was(
    kind: str, language: Language, some: list[Version], reader: Language, digits: int
) -> None:
    writer, reader = (Language(one.locale, "XYZ", digits) for one in (language, reader))
    found = read(exported(some, writer, kind), reader)
    assert told(found) == []
    assert list(found.rows) == [
        SheetRow(number, one.aim, one.marks, one.owner, one.reason)
        for number, one in enumerate(some, start=2)
    ]
