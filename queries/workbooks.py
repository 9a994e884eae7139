"""Workbooks that somebody sends: hostile until they have been looked through."""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Mapping
from functools import partial
from typing import IO, Any
from xml.etree.ElementTree import ParseError
from xml.parsers import expat

ZIP, OLE = b"PK\x03\x04", bytes.fromhex("d0cf11e0a1b11ae1")

_MOST_PARTS = 500
# openpyxl takes the square of their lengths in time for formats of numbers, of which Excel allows
# 255 characters, and for names of areas: 20 000 characters are three seconds, a million two hours.
_LONGEST_FORMAT, _LONGEST_ATTRIBUTE = 255, 8_192
_LONGEST_NAME, _MOST_NAMES = 1_000, 20_000

# openpyxl answers a file that is no workbook, or a broken one, with whatever broke in it.
BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, ParseError, OSError, EOFError,
    ArithmeticError, AttributeError, LookupError, RuntimeError, TypeError, ValueError,
)  # fmt: skip


def suspicious(archive: zipfile.ZipFile, most_unpacked: int, most_elements: int) -> bool:
    """Whether a workbook would take much memory or time: one that unpacks to more bytes or holds
    more elements than it may, XML with a document type, from which entities grow, and endless names
    and formats. Raises one of BROKEN.

    No part gives more than it says: zipfile stops there.
    """
    parts = archive.infolist()
    if sum(part.file_size for part in parts) > most_unpacked or len(parts) > _MOST_PARTS:
        return True
    watch = _Watch(most_elements)
    for part in parts:
        # Whatever its name: a workbook says itself which parts are its sheets.
        with archive.open(part) as stream:
            watch.over(stream)
    return watch.alarmed


class _AlarmError(Exception):
    """Stops the parser before it goes on."""


class _Watch:
    """Looks through the XML of all parts before anything is made of it."""

    def __init__(self, most_elements: int) -> None:
        self.alarmed = False
        self._most = most_elements
        self._elements = self._name = self._names = 0

    def over(self, stream: IO[bytes]) -> None:
        """A part that is no XML, such as a picture, ends where it stops being XML."""
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = self._type
        parser.StartElementHandler = partial(self._element, parser)
        try:
            while chunk := stream.read(2**16):
                parser.Parse(chunk, False)
        except expat.ExpatError:
            return
        except _AlarmError:
            self.alarmed = True

    def _type(self, *_: object) -> None:
        raise _AlarmError

    def _element(self, parser: Any, name: str, attributes: Mapping[str, str]) -> None:
        self._elements += 1
        self._name = 0
        parser.CharacterDataHandler = self._text if name.endswith("definedName") else None
        if (
            self._elements > self._most
            or max(map(len, attributes.values()), default=0) > _LONGEST_ATTRIBUTE
            or len(attributes.get("formatCode", "")) > _LONGEST_FORMAT
        ):
            raise _AlarmError

    def _text(self, text: str) -> None:
        self._name += len(text)
        self._names += len(text)
        if self._name > _LONGEST_NAME or self._names > _MOST_NAMES:
            raise _AlarmError
