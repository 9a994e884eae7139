"""What the pages of a report have to say, in reading order, written anew from what was frozen."""

from collections.abc import Iterator
from dataclasses import dataclass

from queries import METRICS
from reports.pace import on_card
from reports.parts import Block, Card, Note, Picture, Report, Section, Table

ANYTHING = None


@dataclass(frozen=True)
class Claim:
    """A text that the PDF must hold, after the one before it. `what` names it for those who run the
    service, `place` for readers of the report, in its words. `between` is what may stand between
    the two: ANYTHING after a picture, which has texts of its own, else nothing but these."""

    what: str
    text: str
    between: tuple[str, ...] | None = ()
    place: str = ""


def claims(report: Report) -> Iterator[Claim]:
    """Everything that the PDF has to say."""
    opening = report.title + report.span + report.scope + report.as_of
    yield Claim("the title", opening, (report.branding.name,))
    if report.correction:
        yield Claim("what it corrects", report.correction)
    if report.warning:
        yield Claim("the warning", report.warning)
    for card in report.cards:
        yield Claim(f"the card {card.metric}", _card(report, card), place=card.title)
    if report.card_note:
        yield Claim("the line below the cards", report.card_note)
    moved = report.language.t("What moved")
    yield Claim("a heading", moved, place=moved)
    for finding in report.findings:
        yield Claim("What moved", finding.text, ("■",), place=moved)
    after_picture = False
    for picture in report.pictures:
        if picture.front:
            yield from _picture(picture, after_picture=after_picture)
            after_picture = True
    for section in report.on_paper:
        yield from _section(section, headed=not report.one_page, after_picture=after_picture)
        shown = [block for block in section.blocks if _on_paper(block)]
        after_picture = bool(shown) and isinstance(shown[-1], Picture)


def _card(report: Report, card: Card) -> str:
    """The text of a card, its value and its target written anew from what was frozen and not from
    the card."""
    figure = report.frozen.figure("now", card.metric)
    value = report.language.value(METRICS[card.metric], figure.value, compact=True)
    compared = "".join(f"{one.text}{one.against}" for one in card.comparisons)
    aim = on_card(report.frozen, report.language, card.metric)
    return card.title + value + card.basis + compared + (f"{aim.text}{aim.against}" if aim else "")


def _on_paper(block: Block) -> bool:
    if isinstance(block, Picture):
        return not block.front
    return not isinstance(block, Table) or block.on_paper


def _section(section: Section, *, headed: bool, after_picture: bool) -> Iterator[Claim]:
    if headed:
        between = ANYTHING if after_picture else ()
        yield Claim("a heading", section.title + section.lead, between, section.title)
        after_picture = False
    for block in filter(_on_paper, section.blocks):
        match block:
            case Note():
                between = ANYTHING if after_picture else ()
                yield Claim(f"a note of {section.key}", block.text, between, section.title)
            case Table():
                yield from _table(section.key, block, after_picture=after_picture)
            case Picture():
                yield from _picture(block, after_picture=after_picture)
        after_picture = isinstance(block, Picture)


def _picture(picture: Picture, *, after_picture: bool) -> Iterator[Claim]:
    chart = picture.chart
    between = ANYTHING if after_picture else ()
    yield Claim(f"the title of the picture {picture.key}", chart.title, between, chart.title)
    if chart.note:
        yield Claim(f"the note of the picture {picture.key}", chart.note, ANYTHING, chart.title)


def _table(section: str, table: Table, *, after_picture: bool) -> Iterator[Claim]:
    head = "".join(column.title for column in table.columns)
    between = ANYTHING if after_picture else ()
    yield Claim(f"the heading of {table.key}", table.title + head, between, table.title)
    for number, row in enumerate(table.rows, start=1):
        what = f"row {number} of {table.key} in {section}"
        # A table that runs over pages repeats its head.
        place = " · ".join(filter(None, (table.title, row[0].text if row else "")))
        yield Claim(what, "".join(cell.text for cell in row), (head,), place)
    if table.note:
        yield Claim(f"the note of {table.key}", table.note, place=table.title)
