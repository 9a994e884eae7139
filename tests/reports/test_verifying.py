import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DecodedStreamObject, DictionaryObject, NameObject

from charts import LOCALES, Language
from queries import UserError
from queries.desk import Desk, open_desk
from queries.desk.editions import PDF, XLSX, Edition
from queries.rights import EVERYTHING
from reports import Folder, Order, Reader, ToFolders, again, named, pdf, send, told, verify
from reports.frozen import thaw
from reports.issuing import tell
from reports.opening import MOST_BYTES
from reports.parts import Branding, Report
from reports.verifying import Verdict
from tests.reports.fake import WEEK, FakeAnswers

NOW = datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
BRANDING = Branding("Harbour & Sons")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A desk with one edition, sent to a folder in English."""
    folder = tmp_path_factory.mktemp("verified")
    desk = open_desk(f"sqlite:///{folder}/desk.db")
    readers = [Reader("out", "folder", "en", EVERYTHING)]
    order = Order(named("weekly"), WEEK, readers, NOW, BRANDING)
    answers = FakeAnswers(without=("promises", "contacts"))
    send(answers, desk, order, {"folder": ToFolders({"out": Folder(folder)})}, lambda: NOW)
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def edition(desk: Desk) -> Edition:
    return desk.editions()[0]


@pytest.fixture(scope="module")
def report(desk: Desk, edition: Edition) -> Report:
    return tell(named("weekly"), thaw(desk.frozen_of(edition.id)), "en", BRANDING)


def kept(desk: Desk, edition: Edition, media: str) -> bytes:
    return next(one for one in desk.files_in(edition.id, "en") if one.media_type == media).content


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def written(writer: PdfWriter) -> bytes:
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


@pytest.mark.parametrize("media", [PDF, XLSX])
def test_the_file_that_was_sent_is_genuine(desk: Desk, edition: Edition, media: str) -> None:
    verdict = verify(kept(desk, edition, media), desk, BRANDING)
    assert verdict.genuine
    assert (verdict.edition, verdict.received, verdict.later) == (edition, 1, None)
    first, which, who = told(verdict, Language("en"), UTC)
    assert first.startswith("Genuine")
    assert which.startswith("Weekly report, 16–22 Nov 2026, edition 1, code ")
    assert who == "Made 23 Nov 2026, 07:30; 1 recipient has received it, last 23 Nov 2026, 07:30."


@pytest.mark.parametrize("media", [PDF, XLSX])
def test_a_file_saved_again_says_the_same(desk: Desk, edition: Edition, media: str) -> None:
    """By another name of the organisation too: a file bears the one that it had then."""
    content = kept(desk, edition, media)
    if media == PDF:
        again = written(PdfWriter(clone_from=io.BytesIO(content)))
    else:
        again = saved(openpyxl.load_workbook(io.BytesIO(content)))
    verdict = verify(again, desk, Branding("Harbour Ltd"))
    assert (verdict.kind, list(verdict.differences)) == ("same", [])


def test_an_altered_card_is_named_with_both_figures(desk: Desk, report: Report) -> None:
    card = report.cards[0]
    wrong = replace(card, figure=replace(card.figure, text="¥9.99M"))
    verdict = verify(pdf.render(replace(report, cards=[wrong, *report.cards[1:]])), desk, BRANDING)
    (one,) = verdict.differences
    assert verdict.kind == "altered"
    assert one.what == "Collected"
    assert "¥3.23M" in one.sent
    assert "¥9.99M" in one.held
    assert told(verdict, Language("zh_Hans_CN"))[0] == "已改动：1 处与该期次不同。"


def test_an_altered_cell_is_named_with_both_figures(desk: Desk, edition: Edition) -> None:
    book = openpyxl.load_workbook(io.BytesIO(kept(desk, edition, XLSX)))
    row = next(row for row in book["Teams"].iter_rows() if row[0].value == "Field visits")
    before, row[1].value = row[1].value, 1_000_000
    (one,) = verify(saved(book), desk, BRANDING).differences
    assert one.what == f"Teams {row[1].coordinate} Collected · Field visits"
    assert (one.sent, one.held) == (f"{before:g}", "1000000")


def test_an_altered_file_is_compared_in_its_own_language(tmp_path: Path) -> None:
    with closing(open_desk(f"sqlite:///{tmp_path}/desk.db")) as desk:
        readers = [Reader(f"out {locale}", "folder", locale, EVERYTHING) for locale in LOCALES]
        order = Order(named("weekly"), WEEK, readers, NOW, BRANDING)
        ways = {"folder": ToFolders({one.address: Folder(tmp_path) for one in readers})}
        send(FakeAnswers(without=("promises",)), desk, order, ways, lambda: NOW)
        (edition,) = desk.editions()
        for locale, collected in (("en", "Collected"), ("zh_Hans_CN", "回款金额")):
            told = tell(named("weekly"), thaw(desk.frozen_of(edition.id)), locale, BRANDING)
            files = {one.media_type: one.content for one in desk.files_in(edition.id, locale)}
            book = openpyxl.load_workbook(io.BytesIO(files[XLSX]))
            section = told.section("teams")
            assert section is not None
            sheet = book[section.sheet]
            row = next(row for row in sheet.iter_rows() if row[0].value == "Field visits")
            row[1].value = 1_000_000
            (one,) = verify(saved(book), desk, BRANDING).differences
            assert one.what == f"{sheet.title} {row[1].coordinate} {collected} · Field visits"
            card = told.cards[0]
            wrong = replace(card, figure=replace(card.figure, text="¥9.99M"))
            pages = pdf.render(replace(told, cards=[wrong, *told.cards[1:]]))
            (one,) = verify(pages, desk, BRANDING).differences
            assert one.what == collected
            assert "¥9.99M" in one.held


def test_a_page_that_is_missing_is_named(desk: Desk, edition: Edition) -> None:
    reader = PdfReader(io.BytesIO(kept(desk, edition, PDF)))
    writer = PdfWriter()
    pages = len(reader.pages)
    for at, page in enumerate(reader.pages):
        if at != 1:
            writer.add_page(page)
    verdict = verify(written(writer), desk, BRANDING)
    numbers = [str(number) for number in range(1, pages + 1)]
    first = verdict.differences[0]
    assert (first.what, first.sent) == ("Page numbers", ", ".join(numbers))
    assert first.held == ", ".join(one for one in numbers if one != "2")


def test_an_edition_that_one_may_not_see_is_not_known(desk: Desk, edition: Edition) -> None:
    book = openpyxl.load_workbook(io.BytesIO(kept(desk, edition, XLSX)))
    for content in (kept(desk, edition, PDF), saved(book)):
        verdict = verify(content, desk, BRANDING, allowed=lambda _: False)
        assert (verdict.kind, verdict.edition) == ("unknown", None)


def test_a_later_edition_is_named(tmp_path: Path) -> None:
    desk = open_desk(f"sqlite:///{tmp_path}/desk.db")
    answers = FakeAnswers(empty=True)
    readers = [Reader("out", "folder", "en", EVERYTHING)]
    order = Order(named("weekly"), WEEK, readers, NOW, BRANDING)
    for number in (1, 2):
        ways = {"folder": ToFolders({"out": Folder(tmp_path)})}
        made = replace(order, number=number, reason="late payments" if number > 1 else "")
        send(answers, desk, made, ways, lambda: NOW)  # type: ignore[arg-type]
    first = next(one for one in desk.editions() if one.issue.number == 1)
    verdict = verify(kept(desk, first, PDF), desk)
    assert verdict.later == 2
    assert told(verdict, Language("en"))[-1].endswith("edition 2 is the newest.")
    desk.close()


# ---- what is no edition


def bomb(_: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (80 * 2**20))
    return stream.getvalue()


def with_type(content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(stream, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/workbook.xml":
                text = b'<!DOCTYPE x [<!ENTITY a "a">]>' + text.split(b"?>", 1)[1]
            new.writestr(name, text)
    return stream.getvalue()


def protected(content: bytes) -> bytes:
    writer = PdfWriter(clone_from=io.BytesIO(content))
    writer.encrypt("secret", algorithm="RC4-128")
    return written(writer)


def many_pages(_: bytes) -> bytes:
    writer = PdfWriter()
    for _page in range(401):
        writer.add_blank_page(9, 9)
    return written(writer)


def drawing_itself(_: bytes) -> bytes:
    """Ten forms, each of which draws the next one ten times."""
    writer = PdfWriter()
    page = writer.add_blank_page(9, 9)
    inner = None
    for _level in range(10):
        form = DecodedStreamObject()
        form.set_data(b"/F Do " * 10 if inner else b"BT (x) Tj ET " * 10)
        form[NameObject("/Type")] = NameObject("/XObject")
        form[NameObject("/Subtype")] = NameObject("/Form")
        forms = DictionaryObject({NameObject("/F"): inner} if inner else {})
        form[NameObject("/Resources")] = DictionaryObject({NameObject("/XObject"): forms})
        inner = writer._add_object(form)
    content = DecodedStreamObject()
    content.set_data(b"/F Do")
    page[NameObject("/Contents")] = writer._add_object(content)
    page[NameObject("/Resources")] = DictionaryObject(
        {NameObject("/XObject"): DictionaryObject({NameObject("/F"): inner})}
    )
    return written(writer)


@pytest.mark.parametrize(
    ("make", "media", "reason"),
    [
        (lambda _: b"hello", PDF, "neither"),
        (lambda _: b"", PDF, "neither"),
        (lambda content: content[:5000], PDF, "broken"),
        (lambda content: content[:5000], XLSX, "broken"),
        (lambda _: bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), XLSX, "protected"),
        (protected, PDF, "protected"),
        (lambda _: b"%PDF-" + bytes(MOST_BYTES), PDF, "large"),
        (bomb, XLSX, "unusual"),
        (with_type, XLSX, "unusual"),
        (many_pages, PDF, "unusual"),
        (drawing_itself, PDF, "unusual"),
    ],
)
def test_what_cannot_be_read_is_said_to_be_so(
    desk: Desk, edition: Edition, make: Callable[[bytes], bytes], media: str, reason: str
) -> None:
    verdict = verify(make(kept(desk, edition, media)), desk, BRANDING)
    assert (verdict.kind, verdict.reason) == ("unreadable", reason)
    for locale in ("en", "zh_Hans_CN"):
        assert len(told(verdict, Language(locale))) == 1


def test_a_file_without_a_code_and_one_of_nobody(desk: Desk, edition: Edition) -> None:
    book = openpyxl.Workbook()
    assert verify(saved(book), desk).kind == "bare"
    book.active["B7"] = "Edition 0000-1111-2222"
    verdict = verify(saved(book), desk)
    assert (verdict.kind, verdict.code) == ("unknown", "0000-1111-2222")
    assert told(verdict, Language("en")) == [
        "The file bears the code 0000-1111-2222, which no edition has."
    ]


@pytest.mark.parametrize("media", [PDF, XLSX])
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_a_damaged_file_gets_a_verdict_and_no_traceback(
    desk: Desk, edition: Edition, media: str, data: st.DataObject
) -> None:
    content = bytearray(kept(desk, edition, media))
    for _ in range(data.draw(st.integers(1, 40))):
        at = data.draw(st.integers(0, len(content) - 1))
        content[at] = data.draw(st.integers(0, 255))
    verdict = verify(bytes(content), desk, BRANDING)
    assert isinstance(verdict, Verdict)
    assert not verdict.genuine or bytes(content) == kept(desk, edition, media)
    assert told(verdict, Language("en"))


# ---- once more


def test_the_files_of_an_edition_are_written_as_they_were_kept(
    desk: Desk, edition: Edition, tmp_path: Path
) -> None:
    paths = {path.suffix: path for path in again(desk, edition.code, tmp_path)}
    assert set(paths) == {".pdf", ".xlsx", ".html", ".json"}
    assert paths[".pdf"].read_bytes() == kept(desk, edition, PDF)
    assert paths[".json"].read_bytes() == desk.frozen_of(edition.id)


def test_files_written_anew_say_the_same(desk: Desk, edition: Edition, tmp_path: Path) -> None:
    paths = again(desk, edition.code, tmp_path, Branding("Harbour Ltd"), anew=True)
    for path in paths:
        if path.suffix in (".pdf", ".xlsx"):
            assert verify(path.read_bytes(), desk, BRANDING).kind == "same", path


def test_an_edition_that_does_not_exist_is_said_to_be_so(desk: Desk, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="No edition has the code"):
        again(desk, "dead-beef-0000", tmp_path)
