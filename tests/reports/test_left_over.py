"""What stops a report besides a wrong figure: places that were not filled in, characters that
nobody can read, a letter that does not say all, a message that no mail server takes."""

import io
import re
from dataclasses import replace

import openpyxl
import pytest

from charts import catalogue
from reports import ProofError, Report, mail, pdf, workbook
from reports.parts import Note, Section
from reports.proof import (
    boxed,
    letter_differences,
    pdf_differences,
    prove_letter,
    size,
    workbook_differences,
)
from reports.proof.texts import LEFT as LEFT_BEHIND
from reports.proof.texts import left_over, missing_signs
from tests.reports.conftest import Make


@pytest.fixture(scope="module")
def report(make: Make) -> Report:
    return make()


@pytest.fixture(scope="module")
def letter(report: Report) -> mail.Letter:
    return mail.write(report, b"%PDF", b"PK")


# Put together here, so that a search for open work finds none.
OPEN = "TO" + "DO"
LEFT = [
    "Collected {value} this week", "Hello {{ name }}", "{% if x %}", "in %s", "of %(count)d cases",
    "n = None", "nan%", "¥nan", "due NaT", "undefined on last week", f"{OPEN}: say why", "{}",
]  # fmt: skip
RIGHT = [
    "59% so far", "100%s", "5 % d", "Nonesuch & Sons", "nanometre", "a finance team", "{", "50 %",
    f"{OPEN}S", "None-such", "¥1,234", "",
]  # fmt: skip


@pytest.mark.parametrize("text", LEFT)
def test_a_place_that_was_not_filled_in_is_found(report: Report, text: str) -> None:
    (found,) = set(left_over(report, "PDF page 2", text))
    assert found.startswith("PDF page 2: ")
    assert found.endswith("was left where a value belongs")


@pytest.mark.parametrize("text", RIGHT)
def test_what_only_looks_like_one_is_none(report: Report, text: str) -> None:
    assert list(left_over(report, "PDF", text)) == []


@pytest.mark.parametrize("package", ["charts", "reports"])
def test_no_text_of_ours_looks_like_one(package: str) -> None:
    """Or it could never be sent."""
    for text, translation in catalogue.read(package, "zh_Hans_CN").items():
        for one in (text, translation):
            assert LEFT_BEHIND.findall(re.sub(r"\{\w+\}", "7", one)) == [], one


def test_a_team_may_be_called_like_one(make: Make) -> None:
    """Names come from the data: they are shown as they are, in every file, and stop nothing."""
    odd = {"T1": "{name}", "T2": "None", "T3": "{{ x }}", "T4": "100 %s", "T5": OPEN}
    report = make(teams=odd, without=("promises", "contacts"))
    assert list(pdf_differences(report, pdf.render(report))) == []
    assert list(workbook_differences(report, workbook.render(report))) == []
    assert list(letter_differences(report, mail.write(report, b"", b""), None)) == []
    assert list(left_over(report, "PDF", "an {other} place")) != []


def test_places_in_all_three_are_found(make: Make) -> None:
    """A text of ours that was not filled in is in the report and its files alike."""
    report = make(without=("promises", "contacts"))

    def noted(section: Section) -> Section:
        return replace(section, blocks=[Note("Up to {day}"), *section.blocks])

    first, *rest = report.sections
    finding = replace(report.findings[0], text="Collected None")
    wrong = replace(
        report, sections=[noted(first), *rest], findings=[finding, *report.findings[1:]]
    )
    pages = list(pdf_differences(wrong, pdf.render(wrong)))
    assert any("'{day}' was left" in one for one in pages)
    assert any("PDF page 1: 'None' was left" in one for one in pages)
    cells = list(workbook_differences(wrong, workbook.render(wrong)))
    assert any("'{day}' was left" in one for one in cells)
    assert any("'None' was left" in one for one in cells)
    mailed = list(letter_differences(wrong, mail.write(wrong, b"", b""), None))
    assert set(mailed) == {"Mail: 'None' was left where a value belongs"}


def test_a_cell_with_an_error_is_found(report: Report) -> None:
    book = openpyxl.load_workbook(io.BytesIO(workbook.render(report)))
    cell = next(row[1] for row in book["Teams"].iter_rows() if row[0].value == "Field visits")
    cell.value = "#NUM!"
    stream = io.BytesIO()
    book.save(stream)
    assert any(
        f"Teams {cell.coordinate}" in one for one in workbook_differences(report, stream.getvalue())
    )


def test_a_character_of_ours_that_no_font_has_is_found_and_one_of_a_name_is_listed(
    make: Make,
) -> None:
    report = make(teams={"T1": "Rockets 🚀", "T2": "喆堃"})
    assert boxed(report) == ["Rockets 🚀"]
    assert list(missing_signs(report, "PDF", "Rockets 🚀, 喆堃 □")) == []
    (found,) = missing_signs(report, "PDF", "𠮷 cases")
    assert found == "PDF: no font has the character '𠮷' (U+20BB7)"
    (found,) = left_over(report, "PDF page 1", "Coll\ufffdcted")
    assert found == "PDF page 1: it shows a character that cannot be read"


# ---- the letter


def test_what_was_written_is_what_is_read(awkward: Report) -> None:
    letter = mail.write(awkward, b"%PDF", b"PK")
    assert list(letter_differences(awkward, letter, 20 * 2**20)) == []


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"html": "<html lang='en'><title>x</title></html>"}, "the card collected"),
        ({"text": ""}, "the mail's plain text does not have the title"),
        ({"subject": " "}, "its subject is empty"),
        ({"pictures": []}, "is not sent with it"),
    ],
)
def test_a_letter_that_does_not_say_all_is_found(
    report: Report, letter: mail.Letter, changed: dict[str, object], said: str
) -> None:
    found = list(letter_differences(report, replace(letter, **changed), None))  # type: ignore[arg-type]
    assert any(said in one for one in found)


def test_a_picture_without_its_words_is_found(report: Report, letter: mail.Letter) -> None:
    wrong = replace(letter, html=letter.html.replace('alt="Collected', 'alt="Something'))
    (found,) = letter_differences(report, wrong, None)
    assert found == "Mail: the picture 'Collected by week' is missing or described wrongly"


def test_a_message_over_the_limit_is_refused_with_the_reason(report: Report) -> None:
    """The limit holds for what is sent, in which files are a third larger than on a disk."""
    letter = mail.write(report, bytes(2 * 2**20), b"PK")
    assert 2.7 * 2**20 < size(letter) < 3.1 * 2**20
    prove_letter(report, letter, 4 * 2**20)
    with pytest.raises(ProofError) as caught:
        prove_letter(report, letter, 2 * 2**20)
    assert "MB as it is sent, the mail server takes 2 MB (smtp.max_mb)" in caught.value.told


def test_the_first_differences_are_told_in_one_line() -> None:
    error = ProofError(["one", "two", "three", "four", "five"], of="arrears-weekly-2026-W47-en")
    assert error.told == "arrears-weekly-2026-W47-en: one; two; three; and 2 more"
    assert ProofError(["one"]).told == "one"
    assert len(error.differences) == 5


def test_a_name_that_only_holds_the_letters_allows_nothing(make: Make) -> None:
    report = make(teams={"T1": "Finance", "T2": "Nonesuch", "T3": "{name}"})
    for text in ("¥nan", "n = None", "{other}"):
        assert list(left_over(report, "PDF", text)) != [], text
    assert list(left_over(report, "PDF", "Finance, Nonesuch and {name}")) == []
