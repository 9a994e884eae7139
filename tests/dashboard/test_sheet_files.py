"""Files of every kind that people, spreadsheets and attackers send: read as they are, or told."""

import io
import itertools
import zipfile
from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboard.targets.rows import titles
from dashboard.targets.sheets import Read
from queries.targets.target import Aim, Marks
from tests.dashboard.test_target_sheets import (
    EN,
    GOOD,
    ZH,
    exported,
    read,
    row,
    sheet,
    text,
    told,
    version,
)  # fmt: skip

SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
GOOD_BOOK = sheet(row(), row(unit="T2", name=""))
MONTH = Aim("collected", "team", "T1", "month", date(2026, 11, 1))
OUR_BOOK = exported([version(MONTH, Marks(Decimal(100)))], EN, "xlsx")
# What openpyxl says to us of workbooks that it does not know wholly.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")


def changed(part: str, change: Callable[[str], str], book: bytes = GOOD_BOOK) -> bytes:
    """The workbook with another text of one of its parts."""
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    before = parts[part].decode()
    parts[part] = change(before).encode()
    assert parts[part].decode() != before
    return packed(parts)


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def refused(data: bytes, why: str, name: str = "targets") -> None:
    found = read(data, name=name)
    assert found.rows == ()
    (error,) = found.errors
    assert (error.row, error.column) == (0, "")
    assert why in error.told
    assert read(data, ZH, name).errors[0].told != error.told


# ---- CSV as programs write it


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_csv_of_every_kind_is_read(encoding: str, separator: str, end: str) -> None:
    header = separator.join(titles(ZH).values())
    line = separator.join([*GOOD[:-1], f'"新{separator}的\n""目标"""'])
    found = read(end.join([header, line, ""]).encode(encoding))
    assert told(found) == []
    assert found.rows[0].reason == f'新{separator.strip()}{" " * (separator == chr(9))}的 "目标"'


def test_a_quotation_mark_alone_swallows_no_rows() -> None:
    data = text(row(), row(unit="T2", name="")).replace(b"Ada,x\r\ncoll", b'Ada,"x\r\ncoll')
    refused(data, "cannot be read from row 2 on: a quotation mark stands alone", "a.csv")
    refused(data.replace(b'"x', b'"x"y'), "from row 2 on", "a.csv")


def test_a_row_with_too_many_cells_is_no_row() -> None:
    for data in (text((*GOOD, "y")), sheet((*GOOD, "", "y"))):
        (error,) = read(data).errors
        assert (error.row, error.column) == (2, "")
        assert "“y” stands right of the last title." in error.told


def test_columns_may_stand_anywhere_but_each_once() -> None:
    header = list(titles(EN).values())
    turned = sheet(row()[::-1], header=header[::-1])
    assert read(turned) == read(sheet(row()))
    nameless = sheet(row()[:3] + row()[4:], header=header[:3] + header[4:])
    assert told(read(nameless)) == []
    missing = read(sheet(row()[1:5], header=header[1:5]))
    assert [error.column for error in missing.errors] == [header[0], *header[5:]]
    assert {error.row for error in missing.errors} == {1}
    assert "The column “Metric” is missing." in missing.errors[0].told
    twice = read(sheet((*row(), "1"), header=(*header, "目标")))
    assert told(twice) == [(1, "Target", "The column “目标” is there twice. Keep one.")]


# ---- workbooks as programs write them


def test_a_workbook_that_lies_about_its_size_is_read_wholly() -> None:
    data = changed(SHEET, lambda xml: xml.replace('ref="A1:K3"', 'ref="A1"'))
    assert len(read(data).rows) == 2


def test_what_a_formula_came_to_is_read_and_not_rounded() -> None:
    def formula(value: str) -> bytes:
        cell = '<c r="H2" t="inlineStr"><is><t>120000.50</t></is></c>'
        made = changed(SHEET, lambda xml: xml.replace(cell, f'<c r="H2"><v>{value}</v></c>'))
        return changed(SHEET, lambda xml: xml.replace("<v>", "<f>1*1</f><v>", 1), made)

    exact = read(formula("1234.56"))
    assert exact.rows[0].marks.target == Decimal(123_456)
    noise = read(formula("0.30000000000000004"))
    assert "“0.30000000000000004” has more decimals than CNY. Write at most 2." in str(told(noise))
    for odd in ("1E999", "1E-999", "-0.0", "1E308"):
        assert len(read(formula(odd)).errors) == (odd not in ("-0.0", "1E-999"))


# ---- files that are none, too large, or hostile


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\n\n \n", b",,\n,\n", sheet(header=())])
def test_an_empty_file_is_told(data: bytes) -> None:
    refused(data, "The file is empty. Choose one with titles and a row for each target.")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xlsx", b"Metric,Level"),
        ("a.csv", b"\x00\x01"),
        ("a.pdf", b"%PDF-1.7\n\xff\xff\xff"),
        ("a.xlsx", b"PK\x03\x04" + b"x" * 50),
        ("a.xlsx", packed({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"})),
        ("a.xlsx", GOOD_BOOK[:3_000]),
        ("a.xlsx", changed(SHEET, lambda xml: xml[: len(xml) // 2])),
        ("a.xlsx", changed(BOOK, lambda xml: xml.replace("sheets", "sheetz"))),
    ],
)
def test_what_is_neither_workbook_nor_csv_is_told(name: str, data: bytes) -> None:
    refused(data, f"“{name}” is neither a workbook (.xlsx) nor a CSV file.", name)


def test_an_old_or_locked_workbook_is_told() -> None:
    refused(bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "is an old or protected workbook")


def test_a_file_has_an_end() -> None:
    refused(b"x" * (2 * 2**20 + 1), "The file has 2.0 MB. At most 2 MB can be read", "a.csv")
    head, line = text(row()).split(b"\r\n")[:2]
    full = b"\n".join([head, *[line] * 5_000])
    assert len(read(full).errors) == 4_999
    refused(full + b"\n\n\n" + line, "The file has more than 5,000 rows.", "a.csv")
    many = changed(
        SHEET, lambda xml: xml.replace("</sheetData>", "<row/>" * 60_000 + "</sheetData>")
    )
    refused(many, "The file has more than 5,000 rows.")
    far = changed(SHEET, lambda xml: xml.replace('<row r="3"', '<row r="999999999999"'))
    refused(far, "The file has more than 5,000 rows.")


ENTITIES = "".join(
    f'<!ENTITY {name} "{f"&{of};" * 10}">' for of, name in itertools.pairwise("abcdefghij")
)
ENDLESS_FORMAT = f'<numFmts count="1"><numFmt numFmtId="164" formatCode="{"[" * 8_000}"/></numFmts>'


def bomb(xml: str) -> str:
    head, rest = xml.split(">", 1) if xml.startswith("<?xml") else ("<?xml version='1.0'?", xml)
    grown = rest.replace("</sheetData>", "<row><c><v>&j;</v></c></row></sheetData>")
    return f'{head}><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">{ENTITIES}]>{grown}'


def endless(xml: str) -> str:
    name = '<definedName name="_xlnm.Print_Titles" localSheetId="0">' + "$A:$A," * 5_000
    return xml.replace("<definedNames />", f"<definedNames>{name}</definedName></definedNames>")


@pytest.mark.parametrize(
    "data",
    [
        # 300 MB of nothing in 0.3 MB.
        packed({f"{number}.xml": b" " * 30_000_000 for number in range(10)}),
        packed({f"{number}": b"" for number in range(600)}),
        changed(SHEET, bomb),
        changed(SHEET, lambda xml: xml.replace("<sheetData>", "<sheetData>" + "<a/>" * 600_000)),
        changed(BOOK, endless),
        changed("xl/styles.xml", lambda xml: xml.replace("<fonts", ENDLESS_FORMAT + "<fonts", 1)),
    ],
)  # fmt: skip
def test_what_would_take_the_machine_is_not_even_opened(data: bytes) -> None:
    assert len(data) < 2 * 2**20
    refused(data, "The workbook is too large or too unusual to be read.")


def test_a_part_gives_no_more_than_it_says() -> None:
    data = bytearray(packed({"[Content_Types].xml": b" " * 1_000_000}))
    for place in (data.find(b"PK\x03\x04") + 22, data.find(b"PK\x01\x02") + 24):
        data[place : place + 4] = (10).to_bytes(4, "little")
    refused(bytes(data), "is neither a workbook (.xlsx) nor a CSV file.")


# ---- anything at all


@settings(max_examples=150)
@given(
    st.binary(max_size=400)
    | st.builds(lambda rest: b"PK\x03\x04" + rest, st.binary(max_size=400))
    | st.text(max_size=300).map(lambda body: text(GOOD) + body.encode("utf-8", "replace"))
)
def test_whatever_comes_is_read_or_told(data: bytes) -> None:
    for name in ("a.csv", "a.xlsx", ""):
        found = read(data, name=name)
        assert isinstance(found, Read)
        assert found.errors or found.rows or found == read(text())


@settings(max_examples=200)
@given(
    st.sampled_from([GOOD_BOOK, OUR_BOOK]),
    st.integers(0, 20),
    st.lists(st.tuples(st.integers(0, 10**6), st.binary(min_size=1, max_size=3)), max_size=4),
)
def test_a_workbook_that_is_damaged_anywhere_is_read_or_told(
    book: bytes, number: int, changes: list[tuple[int, bytes]]
) -> None:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    # The last one is the file as a whole.
    part = [*parts, ""][number % (len(parts) + 1)]
    hurt = bytearray(parts.get(part, book))
    for place, by in changes:
        at = place % len(hurt)
        hurt[at : at + len(by)] = by
    assert isinstance(read(packed({**parts, part: bytes(hurt)}) if part else bytes(hurt)), Read)
