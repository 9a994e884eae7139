"""The pictures of a finished PDF: each a tagged figure with its words, and with something drawn."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from pypdf import PdfReader
from pypdf.generic import DictionaryObject, IndirectObject

from charts import LIGHT, Chart
from reports.parts import Report
from reports.pdf import printable

# A colour that is set, or an operator that paints a path.
_STROKES = re.compile(
    rb"(?:cs|CS)\s+(?P<colour>[^\n]{1,60}?)\s*(?:scn|SCN)\b|(?<=[\s])(?P<paint>f\*?|[sSbB]\*?)(?=\s)"
)
_SEQUENCE = rb"/MCID %d\b[^\n]*?BDC(.*?)EMC"
# Below these the tree of tags holds no figures, only the many cells of tables.
_WITHOUT_FIGURES = ("/Table", "/L", "/P")
_DEEPEST = 40


@dataclass(frozen=True)
class Figure:
    """A tagged figure: its alternative text and how many strokes and areas it paints, lines of the
    grid apart. `marks` is None for one that is tagged without anything on a page."""

    alt: str
    marks: int | None


def picture_differences(report: Report, figures: Sequence[Figure]) -> Iterator[str]:
    """Pictures that are missing, described wrongly, or empty although they have data."""
    language = report.language
    charts = [one.chart for one in expected(report)]
    found = list(figures)
    if report.branding.logo and found and found[0].alt == printable(report.branding.name):
        del found[0]
    for chart, figure in zip_longest(charts, found):
        if figure is None:
            yield f"PDF: the picture {chart.title!r} is missing"
            continue
        if chart is None:
            yield f"PDF: there is one picture too many: {figure.alt!r}"
            continue
        alt = printable(chart.alt(language))
        if figure.alt != alt:
            yield f"PDF: the picture {chart.title!r} is described as {figure.alt!r}, not as {alt!r}"
        if figure.marks is None:
            yield f"PDF: the picture {chart.title!r} is on no page"
        elif not figure.marks > chart.keys and draws(chart):
            yield f"PDF: the picture {chart.title!r} has data and shows none"


def expected(report: Report) -> list[Any]:
    """The pictures of the PDF in reading order: those of page one first."""
    return sorted(report.pictures, key=lambda one: not one.front)


def draws(chart: Chart) -> bool:
    """Whether there is something to be seen: a chart without data says so itself, and a bar of
    nothing has no height."""
    return any(value for series in chart.series for value in series.values)


def figures_of(reader: PdfReader) -> list[Figure]:
    """The figures of the tree of tags, in reading order."""
    pages = {_number(page.indirect_reference): page for page in reader.pages}
    contents: dict[int, bytes] = {}

    def content(page: int) -> bytes:
        if page not in contents:
            stream = pages[page].get_contents() if page in pages else None
            # One without entries of its own counts as nothing in Python.
            contents[page] = b"" if stream is None else stream.get_data()
        return contents[page]

    found = []
    for tag, place in _tags(reader):
        drawn = [content(page) and _sequence(content(page), one) for page, one in place]
        marks = sum(map(painted, drawn)) if any(drawn) else None
        found.append(Figure(str(tag.get("/Alt", "")), marks))
    return found


def painted(content: bytes) -> int:
    """How many strokes and areas are painted in another colour than that of the grid."""
    quiet = {LIGHT.line, LIGHT.surface}
    count, colour = 0, ""
    for token in _STROKES.finditer(content):
        if token["colour"]:
            colour = _hex(token["colour"])
        elif colour not in quiet:
            count += 1
    return count


def _hex(colour: bytes) -> str:
    """ "#dfe4ea" for three parts of one; whatever else it is, as it stands."""
    try:
        return "#" + "".join(f"{round(float(part) * 255):02x}" for part in colour.split())
    except (ValueError, OverflowError):
        return colour.decode("latin-1")


def _sequence(content: bytes, number: int) -> bytes:
    found = re.search(_SEQUENCE % number, content, re.DOTALL)
    return found[1] if found else b""


def _tags(reader: PdfReader) -> Iterator[tuple[DictionaryObject, list[tuple[int, int]]]]:
    """Every figure with its places: (page, number of its marked content)."""
    root = reader.root_object.get("/StructTreeRoot")
    heap: list[tuple[Any, int, int]] = [(root, 0, 0)]
    while heap:
        reference, page, depth = heap.pop()
        tag = reference.get_object() if reference is not None else None
        if not isinstance(tag, DictionaryObject) or depth > _DEEPEST:
            continue
        if "/Pg" in tag:
            page = _number(tag.raw_get("/Pg"))
        if tag.get("/S") == "/Figure":
            yield tag, [_place(one, page) for one in _children(tag) if not _is_tag(one)]
        elif tag.get("/S") not in _WITHOUT_FIGURES:
            heap += [(one, page, depth + 1) for one in reversed(_children(tag)) if _is_tag(one)]


def _children(tag: DictionaryObject) -> list[Any]:
    children = tag.get("/K")
    children = children.get_object() if children is not None else None
    if children is None:
        return []
    return list(children) if isinstance(children, list) else [children]


def _is_tag(child: Any) -> bool:
    held = child.get_object()
    return isinstance(held, DictionaryObject) and "/MCID" not in held


def _place(child: Any, page: int) -> tuple[int, int]:
    held = child.get_object()
    if isinstance(held, DictionaryObject):
        own = _number(held.raw_get("/Pg")) if "/Pg" in held else page
        return own, int(str(held["/MCID"]))
    return page, int(str(held))


def _number(reference: Any) -> int:
    return reference.idnum if isinstance(reference, IndirectObject) else 0
