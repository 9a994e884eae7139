"""A PDF or workbook that somebody sends, opened to be compared with an edition. It is hostile until
it has been read: its size, what it unpacks to and how much there is to read are limited first.
"""

import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from queries.workbooks import BROKEN, OLE, ZIP, suspicious
from reports.proof import Book, Pages, book_of

# A report of many teams has 2 MB and 60 pages.
MOST_BYTES = 25 * 2**20
MOST_PAGES = 400
_PDF = b"%PDF-"
# Before its first line a PDF may have something of the program that carried it.
_HEAD = 1024
# A page of a report has 100 kB to read; its workbook unpacks to 2 MB and 100 000 elements.
_MOST_CONTENT = 64 * 2**20
_MOST_UNPACKED, _MOST_ELEMENTS = 64 * 2**20, 2_000_000
_DRAWN = re.compile(rb"/([^\s/<>\[\]()]{1,120})\s+Do\b")

Reason = Literal["large", "neither", "protected", "broken", "unusual"]


class UnopenableError(Exception):
    """The file cannot be read; `reason` says why."""

    def __init__(self, reason: Reason) -> None:
        self.reason: Reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Opened:
    """What was read: the pages of a PDF or the cells of a workbook, and who a PDF says wrote it."""

    content: Pages | Book
    author: str = ""

    @property
    def texts(self) -> Iterable[str]:
        """Every text, a page or a cell at a time."""
        if isinstance(self.content, Pages):
            return self.content.texts
        return (self.content.about, *(text for _, text in self.content.texts))


def opened(content: bytes) -> Opened:
    """Reads a file, which it is told by its first bytes. Raises UnopenableError."""
    if len(content) > MOST_BYTES:
        raise UnopenableError("large")
    if content.startswith(OLE):
        # Excel keeps a workbook with a password in one of these.
        raise UnopenableError("protected")
    try:
        if content.startswith(ZIP):
            return _workbook(content)
        if _PDF in content[:_HEAD]:
            return _pdf(content)
    except (PyPdfError, *BROKEN):
        raise UnopenableError("broken") from None
    raise UnopenableError("neither")


def _workbook(content: bytes) -> Opened:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if "xl/workbook.xml" not in archive.namelist():
            raise UnopenableError("neither")
        if any(part.flag_bits & 1 for part in archive.infolist()):
            raise UnopenableError("protected")
        if suspicious(archive, _MOST_UNPACKED, _MOST_ELEMENTS):
            raise UnopenableError("unusual")
    return Opened(book_of(content))


def _pdf(content: bytes) -> Opened:
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnopenableError("protected")
    if len(reader.pages) > MOST_PAGES:
        raise UnopenableError("unusual")
    weighed = _Weighed()
    if sum(weighed.page(page) for page in reader.pages) > _MOST_CONTENT:
        raise UnopenableError("unusual")
    author = reader.metadata.author if reader.metadata else None
    return Opened(
        Pages([page.extract_text() for page in reader.pages], ()), str(author or "")[:200]
    )


class _Weighed:
    """How many bytes there are to read on pages: what a page draws many times is read as often, and
    what draws itself has no end."""

    def __init__(self) -> None:
        self._known: dict[int, int] = {}

    def page(self, page: PageObject) -> int:
        content = page.get("/Contents")
        held = _resolved(content)
        parts = list(held) if isinstance(held, ArrayObject) else [content]
        return sum(self._stream(one, page.get("/Resources")) for one in parts if one is not None)

    def _stream(self, reference: Any, resources: Any) -> int:
        key = reference.idnum if isinstance(reference, IndirectObject) else id(reference)
        if key not in self._known:
            # While it is weighed it counts as too much, so that a circle does.
            self._known[key] = _MOST_CONTENT + 1
            self._known[key] = self._weigh(reference.get_object(), resources)
        return self._known[key]

    def _weigh(self, stream: Any, resources: Any) -> int:
        if not isinstance(stream, StreamObject) or stream.get("/Subtype") == "/Image":
            return 0
        held = _resolved(stream.get("/Resources", resources))
        forms = _resolved(held.get("/XObject")) if isinstance(held, DictionaryObject) else None
        data = stream.get_data()
        weight = len(data)
        if not isinstance(forms, DictionaryObject):
            return weight
        for name in _DRAWN.findall(data):
            drawn = "/" + name.decode("latin-1")
            if drawn in forms and weight <= _MOST_CONTENT:
                weight += self._stream(forms.raw_get(drawn), held)
        return weight


def _resolved(reference: Any) -> Any:
    return None if reference is None else reference.get_object()
