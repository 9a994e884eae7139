"""What a report is made of, as data: cards, sentences, tables, pictures and notes in sections.

Sections are composed once per language; the PDF, the workbook and the mail only lay them out. Each
cell holds the value it was written from, so that the finished file can be compared with it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from charts import Chart, Language
from queries.rights import EVERYTHING
from reports.frozen import Frozen
from reports.spans import safe

Value = int | Decimal | str | date | None
# How a value is to be read: the units of metrics, and three for what surrounds them.
Unit = Literal["money", "count", "share", "ratio", "days", "text", "date", "points"]
Tone = Literal["better", "worse", "even", "none"]
Native = Literal["line", "column", "rows", "stacked", "curves"]


@dataclass(frozen=True)
class Cell:
    """One value and its text. Money is in minor units; `quiet` marks a rate over few rows.

    `shade` from 0 to 1 tints the cell of a matrix. `tone` says better or worse and is always
    written out as well, by an arrow or a sign, never by colour alone.
    """

    text: str
    value: Value = None
    unit: Unit = "text"
    tone: Tone = "none"
    quiet: bool = False
    shade: float = 0.0


@dataclass(frozen=True)
class Column:
    """A column of a table; text and dates are set left, numbers right."""

    title: str
    unit: Unit


@dataclass(frozen=True)
class Table:
    """Rows of cells. `totals` is the number of last rows that stand for the whole.

    `on_paper` is false for the numbers behind a picture: they are in the workbook only.
    """

    key: str
    title: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    totals: int = 0
    on_paper: bool = True


@dataclass(frozen=True)
class Drawing:
    """How the workbook draws a picture natively: from which columns of which table.

    `targets` are columns that are drawn as a dashed line across the others.
    """

    kind: Native
    table: str
    columns: Sequence[int]
    targets: Sequence[int] = ()


@dataclass(frozen=True)
class Picture:
    """A chart with its height on paper in millimetres; `half` puts two beside each other.

    A `front` picture stands on page one of the PDF instead of in its chapter.
    """

    key: str
    chart: Chart
    height: int = 48
    half: bool = False
    drawing: Drawing | None = None
    front: bool = False


@dataclass(frozen=True)
class Note:
    """A line of text; `alert` makes it stand out."""

    text: str
    alert: bool = False


Block = Table | Picture | Note


@dataclass(frozen=True)
class Section:
    """One chapter of the PDF and one sheet of the workbook; one that is not `on_paper` is a sheet
    alone."""

    key: str
    title: str
    sheet: str
    blocks: Sequence[Block]
    lead: str = ""
    on_paper: bool = True

    @property
    def tables(self) -> Iterator[Table]:
        return (block for block in self.blocks if isinstance(block, Table))

    @property
    def pictures(self) -> Iterator[Picture]:
        return (block for block in self.blocks if isinstance(block, Picture))


@dataclass(frozen=True)
class Comparison:
    """The difference to an earlier period in words: "▲ 3.2 % on last week"."""

    text: str
    against: str
    tone: Tone


@dataclass(frozen=True)
class Card:
    """One headline figure of page one."""

    metric: str
    title: str
    figure: Cell
    basis: str
    comparisons: Sequence[Comparison]
    provisional: bool = False
    # Week by week up to this one, for the small line beside the figure.
    weeks: Sequence[Value] = ()
    # The target of the week, else of the month, and how it stands.
    aim: Comparison | None = None


@dataclass(frozen=True)
class Finding:
    """A sentence written from the numbers."""

    text: str
    tone: Tone = "none"


@dataclass(frozen=True)
class Branding:
    """What marks a report as that of an organisation. `logo` is the content of an SVG or PNG."""

    name: str = "Arrears"
    accent: str = "#2f6f6b"
    logo: bytes | None = None


@dataclass(frozen=True)
class Report:
    """A composed report in one language, ready to be laid out.

    `warning` is empty or says in one line why the figures are not final or not current. `summary`
    is the table of the headline figures with all comparisons, for the workbook and the mail.
    `card_note` stands below the headline figures: what is not final and what has no comparison.
    `scope` says whose figures they are, `correction` what a later edition corrects, else nothing.
    """

    frozen: Frozen
    language: Language
    branding: Branding
    title: str
    span: str
    scope: str
    correction: str
    as_of: str
    warning: str
    cards: Sequence[Card]
    card_note: str
    findings: Sequence[Finding]
    summary: Table
    sections: Sequence[Section]
    one_page: bool = False

    @property
    def pictures(self) -> Iterator[Picture]:
        return (picture for section in self.sections for picture in section.pictures)

    @property
    def on_paper(self) -> list[Section]:
        """The chapters of the PDF."""
        return [section for section in self.sections if section.on_paper]

    def section(self, key: str) -> Section | None:
        return next((section for section in self.sections if section.key == key), None)

    @property
    def partial(self) -> bool:
        """Whether its readers see but a part of the figures."""
        return self.frozen.about.scope != EVERYTHING

    @property
    def slug(self) -> str:
        """The stem of its files: arrears-weekly-2026-W47-en, with the team in the middle or, where
        somebody sees but a part, the beginning of the code: arrears-weekly-2026-W47-3fa9-en."""
        frozen, about = self.frozen, self.frozen.about
        part = safe(about.part) if about.part else ""
        if not part and self.partial:
            part = frozen.code.partition("-")[0]
        number = f"edition{about.number}" if about.number > 1 else ""
        stem = (frozen.report, frozen.covered.slug, part, number, self.language.html_lang)
        return "-".join(filter(None, ("arrears", *stem)))
