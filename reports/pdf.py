"""The report as a tagged PDF (PDF/UA-1), set by Typst from JSON: no browser, no network."""

import re
from collections.abc import Sequence
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any
from unicodedata import east_asian_width

import matplotlib as mpl
import orjson
import pylopdf_fonts_zh_cn
import typst
from matplotlib.ft2font import FT2Font

from charts import sparkline
from reports.parts import Block, Card, Cell, Note, Picture, Report, Section, Table

PAGE_MM, GUTTER_MM = 174, 8
# Tables of more columns are set smaller by the template.
MANY = 9
# How many Latin letters of a headline figure fit beside its line.
ROOMY = 9
# How many Latin letters fit beside each other at the size of tables, and what a text needs.
LETTERS, LETTERS_SMALL = 118, 140
NARROWEST = 14
# Documents after which Typst forgets what it has not needed.
AGE = 10
LEFT_UNITS = ("text", "date")
# Shown for a character that no font has: Typst would leave it out without a word.
MISSING = "□"
# Where a word without spaces may be broken, so that a long name stays in its column.
_RUN = re.compile(r"([!-~]{14})(?=[!-~])")
_BREAK = "\u200b"


def render(report: Report) -> bytes:
    """The finished file. Equal reports give equal bytes. Raises typst.TypstError on a bug in the
    template, among them a picture without alternative text."""
    content = typst.compile(
        (files("reports") / "templates" / "report.typ").read_bytes(),
        font_paths=_fonts(),
        sys_inputs={"report": orjson.dumps(_printable(_content(report))).decode()},
        pdf_standards=["ua-1"],
        # Typst takes whole seconds only.
        timestamp=report.frozen.freshness.refreshed_at.replace(microsecond=0),
    )
    _forget()
    return content


def _forget() -> None:
    """Empties Typst's memory of what it has set, 28 MB a report that no later one can use.

    It drops what ten documents in a row did not need; empty ones take 3 ms each.
    """
    for _ in range(AGE + 1):
        typst.compile(b"", font_paths=_fonts())


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[path.parent for path in _font_files()],
    )


def _font_files() -> tuple[Path, Path]:
    """Noto Sans SC whole, so that rare characters stay; DejaVu for signs and faces it lacks."""
    return pylopdf_fonts_zh_cn.sans_path(), Path(mpl.get_data_path(), "fonts/ttf/DejaVuSans.ttf")


@lru_cache(maxsize=1)
def _known() -> frozenset[str]:
    """Every character that can be drawn, and those that need no drawing."""
    charmaps = (FT2Font(str(path)).get_charmap() for path in _font_files())
    return frozenset("\n\t" + _BREAK).union(*(map(chr, charmap) for charmap in charmaps))


def printable(text: str) -> str:
    """`text` as the PDF shows it: characters that no font has become a box."""
    known = _known()
    if known.issuperset(text):
        return text
    return "".join(letter if letter in known else MISSING for letter in text)


def _printable(content: Any) -> Any:
    """The same for every text of the content, drawings included."""
    if isinstance(content, str):
        return printable(content)
    if isinstance(content, dict):
        return {key: _printable(value) for key, value in content.items()}
    return [_printable(one) for one in content] if isinstance(content, list) else content


def _content(report: Report) -> dict[str, Any]:
    made = report.frozen.freshness.refreshed_at
    language = report.language
    return {
        "lang": "en" if language.locale == "en" else "zh",
        "region": "gb" if language.locale == "en" else "cn",
        "title": report.title,
        "document_title": " · ".join(
            (report.branding.name, report.title, report.span, report.scope)
        ),
        "organisation": report.branding.name,
        "accent": report.branding.accent,
        "logo": list(report.branding.logo) if report.branding.logo else None,
        "span": report.span,
        "scope": report.scope,
        "correction": report.correction,
        "one_page": report.one_page,
        "as_of": report.as_of,
        "edition": language.t("Edition {code}", code=report.frozen.code),
        "date": [made.year, made.month, made.day],
        "warning": report.warning,
        "labels": {"moved": language.t("What moved")},
        "cards": [_card(card) for card in report.cards],
        "aims": any(card.aim for card in report.cards),
        "card_note": report.card_note,
        "findings": [{"text": one.text, "tone": one.tone} for one in report.findings],
        "front": [_picture(report, one) for one in report.pictures if one.front],
        "sections": [_section(report, section) for section in report.on_paper],
    }


def _card(card: Card) -> dict[str, Any]:
    return {
        "title": card.title,
        "value": card.figure.text,
        # Longer values are set smaller, so that they stay beside the line.
        "size": min(18.0, max(12.0, 18.0 * ROOMY / max(_breadth(card.figure.text), 1))),
        "basis": card.basis,
        "line": sparkline(
            _numbers(card), incomplete_from=len(card.weeks) - card.provisional, width=84, height=26
        ),
        "comparisons": [
            {"text": one.text, "against": one.against, "tone": one.tone} for one in card.comparisons
        ],
        "aim": card.aim and {
            "text": card.aim.text, "against": card.aim.against, "tone": card.aim.tone,
        },
    }  # fmt: skip


def _numbers(card: Card) -> list[int | Decimal | None]:
    return [one if isinstance(one, int | Decimal) else None for one in card.weeks]


def _section(report: Report, section: Section) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    for half, group in groupby(filter(_on_paper, section.blocks), key=_is_half):
        blocks = list(group)
        if half:
            pairs = [blocks[at : at + 2] for at in range(0, len(blocks), 2)]
            rows += [_pictures(report, pair) for pair in pairs]
        else:
            rows += [_block(report, block) for block in blocks]
    for row in rows:
        if row["kind"] != "note":
            break
        # Notes before the first table or picture must not stay behind at the foot of a page.
        row["sticky"] = True
    return {"title": section.title, "lead": section.lead, "rows": rows}


def _on_paper(block: Block) -> bool:
    """Whether a block stands in its chapter."""
    if isinstance(block, Picture):
        return not block.front
    return not isinstance(block, Table) or block.on_paper


def _is_half(block: Block) -> bool:
    return isinstance(block, Picture) and block.half


def _block(report: Report, block: Block) -> dict[str, Any]:
    match block:
        case Picture():
            return _pictures(report, [block])
        case Note():
            return {"kind": "note", "text": block.text, "alert": block.alert, "sticky": False}
        case Table():
            return _table(block)


def _pictures(report: Report, pictures: Sequence[Block]) -> dict[str, Any]:
    items = [_picture(report, one) for one in pictures if isinstance(one, Picture)]
    return {"kind": "pictures", "items": items}


def _picture(report: Report, picture: Picture) -> dict[str, Any]:
    width = (PAGE_MM - GUTTER_MM) / 2 if picture.half else PAGE_MM
    chart, language = picture.chart, report.language
    return {
        "title": chart.title,
        "svg": chart.on_paper(language, width, picture.height),
        "alt": chart.alt(language),
        "note": chart.note,
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "kind": "table",
        "title": table.title,
        "note": table.note,
        "totals": table.totals,
        # Tables of words are set smaller than tables of numbers.
        "words": all(column.unit in LEFT_UNITS for column in table.columns),
        "columns": [
            {
                "title": column.title,
                "align": "left" if column.unit in LEFT_UNITS else "right",
                "width": width,
            }
            for column, width in zip(table.columns, _widths(table), strict=True)
        ],
        "rows": [[_cell(cell) for cell in row] for row in table.rows],
    }


def _widths(table: Table) -> list[float]:
    """Shares of the width by what stands in the columns; texts give way to numbers."""
    wide = len(table.columns) > MANY
    widths = [_width(table, at, wide) for at in range(len(table.columns))]
    if wide:
        # The cells of a matrix are equally wide, whatever their headings are.
        cells = widths[2:]
        widths[2:] = [max(min(cells), 1.0 + sum(cells) / len(cells) * 0.8)] * len(cells)
    texts = [at for at, column in enumerate(table.columns) if column.unit in LEFT_UNITS]
    letters = LETTERS_SMALL if len(texts) == len(widths) else LETTERS
    room = letters - 2 * len(widths) - sum(w for at, w in enumerate(widths) if at not in texts)
    longest = _level([widths[at] for at in texts], room)
    for at in texts:
        widths[at] = min(widths[at], max(longest, NARROWEST))
    return widths


def _level(widths: Sequence[float], room: float) -> float:
    """The length at which texts must be cut so that all fit into `room`; short ones stay whole."""
    left = len(widths)
    for width in sorted(widths):
        if width * left >= room:
            return room / left
        room, left = room - width, left - 1
    return max(widths, default=0.0)


def _width(table: Table, at: int, wide: bool) -> float:
    """In Latin letters: the widest cell; a heading may take two lines, or more in a matrix."""
    title = table.columns[at].title
    body = max((_breadth(row[at].text) for row in table.rows), default=0)
    word = max((_breadth(word) / (1 + (not word.isascii())) for word in title.split()), default=0)
    heading = max(min(word, 12), _breadth(title) / 3)
    return max(body, heading * 0.6 if wide else heading, 3) + 1.2


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "text": breakable(cell.text),
        "tone": cell.tone,
        "quiet": cell.quiet,
        "shade": cell.shade,
    }


def breakable(text: str) -> str:
    return _RUN.sub(rf"\1{_BREAK}", text)


def _breadth(text: str) -> float:
    """Rough width in Latin letters: a Chinese character is as wide as two."""
    wide = [east_asian_width(letter) in "WF" for letter in text]
    # Typst sets a thin space between Chinese and Latin letters.
    gaps = sum(one != other for one, other in pairwise(wide))
    return sum(2 if one else 1 for one in wide) + gaps * 0.5
