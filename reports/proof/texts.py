"""Texts as the proof compares them: without the blanks that differ between files, yet with the
places where words end; and what no text of a finished file may hold."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from reports.frozen import Frozen
from reports.parts import Report
from reports.pdf import MISSING, printable

_BLANKS = re.compile(r"[\s\u200b\u00ad]+")
# Where a long word may be broken is no end of it.
_END = re.compile(r"\s")
# What a template or a program leaves behind where nothing was filled in. A share may be followed by
# a letter: "59%s" is none. The last two are written so that a search for open work finds none.
LEFT = re.compile(
    r"\{\{.*?\}\}|\{%.*?%\}|\{\{|\}\}|\{%|%\}|\{\w*\}"
    r"|(?<!\d)(?<!\d )%(?:\(\w+\))?[sdr](?!\w)"
    r"|(?<![\w-])(?:None|nan|NaN|NaT|undefined|T[O]DO|F[I]XME)(?![\w-])"
)
# What is read where a file shows a sign and does not say which.
_UNKNOWN = ("\ufffd", "\x00")


def squeezed(text: str) -> str:
    """Without blanks and in one form of each character: line breaks are no difference."""
    return _BLANKS.sub("", unicodedata.normalize("NFKC", text))


@dataclass(frozen=True)
class Read:
    """A squeezed text that was read, and the places in it at which a word ends or begins."""

    text: str
    ends: frozenset[int]

    @classmethod
    def of(cls, raw: str) -> "Read":
        kept, ends, at, length = [], {0}, 0, 0
        normal = unicodedata.normalize("NFKC", raw)
        for blank in _BLANKS.finditer(normal):
            kept.append(normal[at : blank.start()])
            length += blank.start() - at
            at = blank.end()
            if _END.search(blank.group()):
                ends.add(length)
        kept.append(normal[at:])
        text = "".join(kept)
        return cls(text, frozenset(ends | {len(text)}))

    def find(self, wanted: str, start: int) -> int:
        """Where `wanted` stands whole from `start` on, so that 12 is not found in 123; else −1."""
        at = self.text.find(wanted, start)
        while at >= 0 and not (at in self.ends and at + len(wanted) in self.ends):
            at = self.text.find(wanted, at + 1)
        return at

    def without(self, part: str) -> "Read":
        """The same without the first place where `part` stands whole."""
        at = self.find(part, 0) if part else -1
        if at < 0:
            return self
        after = at + len(part)
        ends = {end if end <= at else end - len(part) for end in self.ends if not at < end < after}
        return Read(self.text[:at] + self.text[after:], frozenset(ends))


def joined(parts: Iterable[Read]) -> Read:
    """One text of many, one after the other."""
    texts: list[str] = []
    ends: set[int] = {0}
    length = 0
    for part in parts:
        texts.append(part.text)
        ends |= {length + end for end in part.ends}
        length += len(part.text)
    return Read("".join(texts), frozenset(ends))


# ---- what no text may hold


def left_over(report: Report, where: str, text: str) -> Iterator[str]:
    """Places that were not filled in, and signs that cannot be read. What a name of the data holds
    is allowed: a team may be called {x}, or None. One called Finance does not allow nan."""
    found = _looks_left(text)
    if not found:
        return
    named = dict.fromkeys(one for name in names_of(report) for one in _looks_left(name))
    for one in found:
        if one in named:
            continue
        if one in _UNKNOWN:
            yield f"{where}: it shows a character that cannot be read"
        else:
            yield f"{where}: {one!r} was left where a value belongs"


def _looks_left(text: str) -> list[str]:
    """What in a text looks like something that was left behind, each once."""
    found = [match.group() for match in LEFT.finditer(text)]
    return list(dict.fromkeys([*found, *(one for one in _UNKNOWN if one in text)]))


def missing_signs(report: Report, where: str, text: str) -> Iterator[str]:
    """Characters of the product's own texts that no font has. Those of names are shown as a box on
    purpose: a name is not ours to change, and no report may fail to leave because of one."""
    lacking = {letter for letter in set(text) if printable(letter) == MISSING != letter}
    own = lacking - set("".join(names_of(report))) if lacking else lacking
    for letter in sorted(own):
        yield f"{where}: no font has the character {letter!r} (U+{ord(letter):04X})"


def boxed(report: Report) -> list[str]:
    """The names that the PDF shows with a box for a character that no font has."""
    return sorted(name for name in names_of(report) if printable(name) != name)


def names_of(report: Report) -> set[str]:
    """Every text that comes from the data: labels, keys, reasons of targets, the organisation."""
    return {report.branding.name, *_strings(report.frozen)}


def _strings(frozen: Frozen) -> set[str]:
    found: set[str] = set()
    heap: list[Any] = [orjson.loads(frozen.to_json())]
    while heap:
        one = heap.pop()
        if isinstance(one, str):
            found.add(one)
        elif isinstance(one, dict):
            heap += [*one.keys(), *one.values()]
        elif isinstance(one, list):
            heap += one
    return found
