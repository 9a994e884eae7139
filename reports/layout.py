"""Where everything stands in the workbook: shared by the writer and by the proof that reads it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal

from reports.parts import Cell, Note, Picture, Report, Section, Table

FIRST_ROW = 3
CHART_ROWS = 16


@dataclass(frozen=True)
class Spot:
    """A line of text in the first column."""

    row: int
    text: str
    heading: bool = False
    alert: bool = False


@dataclass(frozen=True)
class Placed:
    """A table whose headings stand in row `header` (counted from 0); its rows follow."""

    table: Table
    header: int
    name: str

    @property
    def titles(self) -> list[str]:
        """Headings as Excel wants them: not empty and all different."""
        titles: list[str] = []
        for column in self.table.columns:
            title = column.title or " "
            while title in titles:
                title += " "
            titles.append(title)
        return titles


@dataclass(frozen=True)
class Sheet:
    """One sheet; `charts` are drawn from `chart_row` on, two beside each other."""

    name: str
    title: str
    subtitle: str
    lines: Sequence[Spot]
    tables: Sequence[Placed]
    charts: Sequence[tuple[Picture, Placed]]
    chart_row: int


def sheets(report: Report) -> list[Sheet]:
    """The summary and one sheet per section."""
    edition = report.language.t("Edition {code}", code=report.frozen.code)
    subtitle = " · ".join((report.span, report.scope, report.as_of, edition))
    return [_summary(report, subtitle), *(_sheet(one, subtitle) for one in report.sections)]


def stored(cell: Cell, minor_digits: int) -> str | float | datetime | None:
    """What the file holds for a cell: money in major units, percentage points as such (−0.2 is
    −0.2 pp), dates as moments, None as empty."""
    value = cell.value
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, date):
        return datetime.combine(value, time())
    if cell.unit == "money":
        value = Decimal(value).scaleb(-minor_digits)
    elif cell.unit == "points":
        # A percent format would write "−0.2%" where −0.2 percentage points are meant.
        value = Decimal(value) * 100
    # 16 digits are stored, so amounts below ten trillion keep their last cent.
    return float(value)


def _summary(report: Report, subtitle: str) -> Sheet:
    row = FIRST_ROW
    lines: list[Spot] = []
    for told in filter(None, (report.correction, report.warning)):
        lines.append(Spot(row, told, alert=True))
        row += 2
    placed = Placed(report.summary, row + 1, "t_summary")
    lines.append(Spot(row, report.summary.title, heading=True))
    row = placed.header + len(report.summary.rows) + 2
    if report.card_note:
        lines.append(Spot(row - 1, report.card_note))
        row += 1
    lines.append(Spot(row, report.language.t("What moved"), heading=True))
    lines += [Spot(row + 1 + at, one.text) for at, one in enumerate(report.findings)]
    name = report.language.t("Summary")
    return Sheet(name, report.title, subtitle, lines, [placed], [], row)


def _sheet(section: Section, subtitle: str) -> Sheet:
    row = FIRST_ROW
    lines: list[Spot] = []
    if section.lead:
        lines.append(Spot(row, section.lead))
        row += 2
    charts = [one for one in section.pictures if one.drawing is not None]
    chart_row = row
    row += CHART_ROWS * -(-len(charts) // 2)
    tables: list[Placed] = []
    for block in section.blocks:
        if isinstance(block, Note):
            lines.append(Spot(row, block.text, alert=block.alert))
            row += 2
        elif isinstance(block, Table):
            tables.append(Placed(block, row + 1, f"t_{block.key}"))
            lines.append(Spot(row, block.title, heading=True))
            row += 2 + max(len(block.rows), 1)
            if block.note:
                lines.append(Spot(row, block.note))
            row += 2
    by_key = {placed.table.key: placed for placed in tables}
    drawn = [(one, by_key[one.drawing.table]) for one in charts if one.drawing]
    return Sheet(section.sheet, section.title, subtitle, lines, tables, drawn, chart_row)
