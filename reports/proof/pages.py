"""The finished PDF against its report: its pages, its texts in order, its pictures."""

import io
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass

from pypdf import PdfReader
from pypdfium2 import PdfDocument

from reports.parts import Report
from reports.pdf import breakable, printable
from reports.proof.claims import Claim, claims
from reports.proof.pictures import Figure, figures_of, picture_differences
from reports.proof.texts import Read, joined, left_over, missing_signs, squeezed

_PDFIUM = threading.Lock()
# What PDFium reads where a line breaks after a hyphen.
_HYPHEN_AT_THE_END = "\ufffe"
_LAST_WORDS = re.compile(r"(\d{1,5}) / (\d{1,5})\s*$")
# Of a text that stands where another belongs, so much is told.
_TOLD = 160


@dataclass(frozen=True)
class Pages:
    """What was read from a PDF: the text of each page and its tagged figures, in order."""

    texts: Sequence[str]
    figures: Sequence[Figure]


@dataclass(frozen=True)
class Miss:
    """A claim that the pages do not make, and what stands in its place."""

    claim: Claim
    held: str


def pages_of(content: bytes) -> Pages:
    """Reads a PDF of ours, never one from elsewhere. Raises what the libraries raise on one that is
    broken."""
    return Pages(_texts(content), figures_of(PdfReader(io.BytesIO(content))))


def _texts(content: bytes) -> list[str]:
    """PDFium takes a twentieth of the time of pypdf, and one thread at a time."""
    with _PDFIUM, closing(PdfDocument(content)) as document:
        found = []
        for page in document:
            with closing(page), closing(page.get_textpage()) as text:
                found.append(text.get_text_range().replace(_HYPHEN_AT_THE_END, "-"))
        return found


def pdf_differences(report: Report, content: bytes) -> Iterator[str]:
    """What the pages do not say: every card, sentence, note and row of a table, in order; pages
    and pictures that are missing; and what no page may hold."""
    pages = pages_of(content)
    yield from page_differences(report, pages)
    for miss in misses(report, pages):
        held = f"; there stands {miss.held!r}" if miss.held else ""
        yield f"PDF: {miss.claim.what} does not say {miss.claim.text!r}{held}"
    yield from picture_differences(report, pages.figures)
    for number, text in enumerate(pages.texts, start=1):
        yield from left_over(report, f"PDF page {number}", text)
    said = "".join(claim.text for claim in claims(report))
    yield from missing_signs(report, "PDF", said + "".join(one.alt for one in pages.figures))


# ---- pages


def page_differences(report: Report, pages: Pages) -> Iterator[str]:
    """Pages that are missing, in a wrong place, or of something else, by their footers."""
    total = len(pages.texts)
    if report.one_page and total > 1:
        yield f"PDF: {total} pages instead of one"
    said = page_numbers(report, pages)
    totals = {place[1] for place in said if place}
    for at, place in enumerate(said, start=1):
        if place is None:
            yield f"PDF page {at}: its footer with the page number is missing"
    for whole in sorted(totals):
        there = [place[0] for place in said if place and place[1] == whole]
        lacking = [number for number in range(1, min(whole, 9999) + 1) if number not in there]
        if lacking:
            yield f"PDF: of {whole} pages {_listed(lacking)} missing"
        elif there != sorted(set(there)) or len(there) != total:
            yield f"PDF: its pages stand in the order {there}"


def page_numbers(report: Report, pages: Pages) -> list[tuple[int, int] | None]:
    """The number and the number of pages that each page says, None where it is no page of this
    edition."""
    said = [_place(text) for text in pages.texts]
    return [
        place if place and _footer(report, *place) in squeezed(text) else None
        for place, text in zip(said, pages.texts, strict=True)
    ]


def _numbered(pages: Pages) -> Iterator[tuple[int, str]]:
    return enumerate(pages.texts, start=1)


def _listed(numbers: Sequence[int]) -> str:
    told = ", ".join(str(number) for number in numbers[:10])
    more = f" and {len(numbers) - 10} more" if len(numbers) > 10 else ""
    return f"page {told} is" if len(numbers) == 1 else f"pages {told}{more} are"


def _place(text: str) -> tuple[int, int] | None:
    """The page number and the number of pages that a page says."""
    found = _LAST_WORDS.search(text)
    return (int(found[1]), int(found[2])) if found else None


def _footer(report: Report, number: int, pages: int) -> str:
    code = report.language.t("Edition {code}", code=report.frozen.code)
    return squeezed(printable(f"{report.as_of} · {code}{number} / {pages}"))


def _body(report: Report, text: str, number: int, pages: int) -> Read:
    """The text of a page without its header and footer."""
    place = _place(text) or (number, pages)
    header = squeezed(printable(f"{report.branding.name} · {report.title}{report.span}"))
    body = Read.of(text).without(_footer(report, *place))
    return body.without(header) if place[0] > 1 else body


# ---- texts


def misses(report: Report, pages: Pages) -> Iterator[Miss]:
    """The claims that are not made where they belong, each with what is there instead."""
    total = len(pages.texts)
    text = joined(_body(report, one, at, total) for at, one in _numbered(pages))
    at, lost = 0, list[Claim]()
    for claim in claims(report):
        wanted = squeezed(printable(breakable(claim.text)))
        found = text.find(wanted, at)
        if found < 0:
            lost.append(claim)
            continue
        gap = text.text[at:found]
        if lost:
            held = gap[:_TOLD]
            yield from (Miss(one, held) for one in lost)
            lost = []
        elif claim.between is not None and (extra := _unclaimed(gap, claim.between)):
            yield Miss(Claim(f"what stands before {claim.what}", "", ()), extra[:_TOLD])
        at = found + len(wanted)
    yield from (Miss(one, text.text[at : at + _TOLD]) for one in lost)


def _unclaimed(gap: str, between: Sequence[str]) -> str:
    """What of a gap is none of the texts that may stand there."""
    for allowed in between:
        if allowed:
            gap = gap.replace(squeezed(printable(breakable(allowed))), "")
    return gap
