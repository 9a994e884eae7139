from dataclasses import replace
from datetime import date
from pathlib import Path

import pymupdf
import pytest

from queries.desk.editions import WAITED_IN_VAIN
from reports import About, Branding, Report, pdf
from reports.parts import Note
from reports.proof import squeezed
from reports.weekly import WEEKLY
from tests.reports.conftest import Make
from tests.reports.fake import AWKWARD


def text_of(content: bytes) -> str:
    """Read by another library than the one that proves."""
    with pymupdf.open(stream=content) as document:
        return squeezed("".join(page.get_text() for page in document))


@pytest.fixture(scope="module")
def content(files: tuple[bytes, bytes]) -> bytes:
    return files[0]


def test_headline_figures_stand_on_page_one(awkward: Report, content: bytes) -> None:
    with pymupdf.open(stream=content) as document:
        first = squeezed(document[0].get_text())
    for card in awkward.cards:
        value = card.figure.text
        assert squeezed(card.title) in first
        assert squeezed(value) in first


def test_awkward_names_are_printed_and_none_vanishes(content: bytes) -> None:
    text = text_of(content)
    for name in AWKWARD.values():
        assert squeezed(pdf.printable(name)) in text
    assert "喆堃" in text
    assert "Rockets□😀" in text
    assert "<script>alert(1)</script>#strong[x]$x$*b*@mail`c`" in text


def test_it_is_tagged_with_language_outline_and_title(awkward: Report, content: bytes) -> None:
    with pymupdf.open(stream=content) as document:
        catalog = document.xref_object(document.pdf_catalog())
        assert document.metadata["title"].startswith("Harbour & Sons")
        assert [title for level, title, _ in document.get_toc() if level == 1] == [
            awkward.language.t("What moved"),
            *(section.title for section in awkward.sections),
        ]
    assert "/Marked true" in catalog
    assert ("/Lang (en" if awkward.language.locale == "en" else "/Lang (zh") in catalog
    assert b"pdfuaid:part" in content or b"pdfuaid" in content


def test_every_font_is_embedded(content: bytes) -> None:
    with pymupdf.open(stream=content) as document:
        fonts = {font[3].split("+")[-1] for page in document for font in page.get_fonts()}
        kinds = {font[1] for page in document for font in page.get_fonts()}
    assert "NotoSansSC-Regular" in {font.removesuffix("-Identity-H") for font in fonts}
    assert "n/a" not in kinds


def test_equal_reports_give_equal_bytes(make: Make) -> None:
    report = make()
    assert pdf.render(report) == pdf.render(make())


def test_long_tables_run_over_pages_and_repeat_their_heads(make: Make) -> None:
    teams = {f"T{number}": f"Team {number}" for number in range(300)}
    content = pdf.render(make(teams=teams))
    with pymupdf.open(stream=content) as document:
        pages = [page.get_text() for page in document if "Team 1" in page.get_text()]
    assert len(pages) > 3
    assert all("Collected" in page for page in pages)


def test_a_source_without_optional_tables_still_gives_a_report(make: Make) -> None:
    text = text_of(pdf.render(make(without=("promises", "contacts"))))
    assert "Leftout,becausethecasedatabasehasnorowsincontacts,promises" in text


def test_the_logo_of_the_house_is_on_page_one(make: Make) -> None:
    svg = (
        b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9v9z"/></svg>'
    )
    report = make(without=("promises", "contacts"))
    marked = pdf.render(replace(report, branding=Branding("Harbour & Sons", "#aa3300", svg)))
    assert marked != pdf.render(report)


def test_a_sign_stays_beside_its_sum(make: Make) -> None:
    report = make()
    first = report.sections[0]
    notes = [Note("x" * shift + ": " + "−¥213,378 or +¥143,237, " * 12) for shift in range(1, 14)]
    told = [replace(first, blocks=[*notes, *first.blocks]), *report.sections[1:]]
    with pymupdf.open(stream=pdf.render(replace(report, sections=told))) as document:
        lines = [line.strip() for page in document for line in page.get_text().splitlines()]
    assert sum(line.count("−¥213,378") for line in lines) == 12 * len(notes)
    assert not [line for line in lines if line.endswith(("−", " +"))]


def test_report_after_report_needs_no_more_memory(make: Make) -> None:
    report = make()
    pdf.render(report)
    before = memory()
    for locale in ("zh_Hans_CN", "en", "zh_Hans_CN", "en", "zh_Hans_CN"):
        pdf.render(make(locale))
    # Typst kept 20 MB and more of each.
    assert memory() - before < 40


def memory() -> int:
    """What this process holds, in MB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmRSS:")[1].split()[0]) // 1024


def test_a_long_headline_figure_is_set_smaller_than_a_short_one(make: Make) -> None:
    with pymupdf.open(stream=pdf.render(make("zh_Hans_CN"))) as document:
        lines = [
            line["spans"]
            for block in document[0].get_text("dict")["blocks"]
            for line in block.get("lines", ())
        ]
    sizes = {spans[0]["text"].strip(): spans[0]["size"] for spans in lines}
    long = next(size for text, size in sizes.items() if text.startswith("¥8,294.5"))
    assert sizes["59.8%"] == pytest.approx(18)
    assert 12 <= long < 16


@pytest.mark.parametrize("locale", ["en", "zh_Hans_CN"])
def test_page_one_keeps_its_charts_beside_every_warning(make: Make, locale: str) -> None:
    shown = make(locale, stale=True, as_of=date(2026, 11, 20), teams=dict(AWKWARD))
    noted = replace(shown.frozen, about=About(note=WAITED_IN_VAIN))
    report = WEEKLY.tell(noted, shown.language, shown.branding)
    with pymupdf.open(stream=pdf.render(report)) as document:
        first = squeezed(document[0].get_text())
    assert squeezed(report.warning) in first
    for picture in report.pictures:
        assert (squeezed(picture.chart.title) in first) is picture.front
