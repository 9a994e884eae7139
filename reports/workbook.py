"""The report as an Excel workbook: values that compute, native charts, text that stays text."""

import io
import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from unicodedata import east_asian_width

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from charts.theme import LIGHT
from reports.layout import CHART_ROWS, Placed, Sheet, Spot, sheets, stored
from reports.parts import Cell, Drawing, Report, Unit

NARROWEST, WIDEST = 9, 46
FORMATS: dict[Unit, str] = {
    "count": "#,##0",
    "share": "0.0%",
    "ratio": "0.00",
    "date": "yyyy-mm-dd",
    "text": "@",
}
CHART_TYPES = {
    "line": {"type": "line"},
    "curves": {"type": "line"},
    "rows": {"type": "bar"},
    "column": {"type": "column"},
    "stacked": {"type": "column", "subtype": "stacked"},
}
INK, MUTED, LINE, BAND = "#1F2933", "#5B6672", "#DFE4EA", "#F5F7F9"
TONES = {"better": "#176B4D", "worse": "#B03A12", "even": MUTED, "none": INK}

# The decimals of "0.95%", and of "88.7" in a matrix of percent.
_DECIMALS = re.compile(r"\.(\d+)%?$")


def render(report: Report) -> bytes:
    """The finished file. Equal reports give equal bytes."""
    stream = io.BytesIO()
    workbook = xlsxwriter.Workbook(
        stream,
        {
            "in_memory": True,
            # A team may be called "=HYPERLINK(…)": it stays a name.
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    made = report.frozen.freshness.refreshed_at
    edition = report.language.t("Edition {code}", code=report.frozen.code)
    workbook.set_properties(
        {
            "title": f"{report.title} · {report.span}",
            "author": report.branding.name,
            "subject": report.scope,
            # The code as well: cells are deleted more easily than what stands here.
            "comments": f"{report.as_of} · {edition}",
            "created": made.replace(tzinfo=None, microsecond=0),
        }
    )
    writer = _Writer(workbook, report)
    for sheet in sheets(report):
        writer.write(sheet)
    workbook.close()
    return stream.getvalue()


@dataclass
class _Writer:
    """Writes sheets into one workbook; formats are made once per look."""

    workbook: Workbook
    report: Report

    def __post_init__(self) -> None:
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def write(self, sheet: Sheet) -> None:
        page = self.workbook.add_worksheet(sheet.name)
        self._set_up(page, sheet)
        page.write_string(0, 0, sheet.title, self._look(bold=True, font_size=16))
        page.write_string(1, 0, sheet.subtitle, self._look(font_color=MUTED))
        for spot in sheet.lines:
            self._line(page, spot)
        for placed in sheet.tables:
            self._table(page, placed)
        for number, (picture, placed_table) in enumerate(sheet.charts):
            self._chart(page, sheet, number, picture, placed_table)

    def _set_up(self, page: Worksheet, sheet: Sheet) -> None:
        page.hide_gridlines(2)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        page.repeat_rows(0, 1)
        page.set_footer(f"&L{_escaped(self.report.branding.name)} · {sheet.name}&R&P / &N")
        page.freeze_panes(3, 1)
        for column, width in enumerate(_widths(sheet)):
            page.set_column(column, column, width)

    def _line(self, page: Worksheet, spot: Spot) -> None:
        colour = TONES["worse"] if spot.alert else INK if spot.heading else MUTED
        look = self._look(
            font_color=colour, bold=spot.heading, font_size=12 if spot.heading else 10
        )
        page.write_string(spot.row, 0, spot.text, look)

    def _table(self, page: Worksheet, placed: Placed) -> None:
        table = placed.table
        body = len(table.rows) - table.totals
        last = placed.header + max(body, 1)
        page.add_table(
            placed.header, 0, last, len(table.columns) - 1,
            {
                "name": placed.name,
                "style": "Table Style Light 1",
                "banded_rows": False,
                "columns": [
                    {"header": title, "header_format": self._heading(column.unit, at)}
                    for at, (title, column) in enumerate(
                        zip(placed.titles, table.columns, strict=True)
                    )
                ],
            },
        )  # fmt: skip
        page.set_row(placed.header, 32)
        for at, row in enumerate(table.rows):
            for column, cell in enumerate(row):
                self._cell(page, placed.header + 1 + at, column, cell, total=at >= body)

    def _heading(self, unit: Unit, column: int) -> Format:
        """The heading stands on the side of its values."""
        return self._look(
            bold=True, text_wrap=True, valign="vcenter", font_color=INK, bg_color=BAND, bottom=1,
            **_placed(unit, column),
        )  # fmt: skip

    def _cell(self, page: Worksheet, row: int, column: int, cell: Cell, *, total: bool) -> None:
        look = self._look(
            num_format=self._format(cell),
            font_color=MUTED if cell.quiet else TONES[cell.tone],
            italic=cell.quiet,
            bold=total,
            top=1 if total else 0,
            bottom=0 if total else 4,
            bottom_color=LINE,
            bg_color=_tint(cell.shade),
            **_placed(cell.unit, column),
        )
        value = stored(cell, self.report.language.minor_digits)
        if value is None:
            page.write_blank(row, column, None, look)
        elif isinstance(value, str):
            page.write_string(row, column, value, look)
        elif isinstance(value, datetime):
            page.write_datetime(row, column, value, look)
        else:
            page.write_number(row, column, value, look)

    def _format(self, cell: Cell) -> str:
        """A share shows as many decimals as its text on paper."""
        decimals = _DECIMALS.search(cell.text) if cell.unit == "share" else None
        return f"0.{'0' * len(decimals[1])}%" if decimals else self._number(cell.unit)

    def _number(self, unit: Unit, digits: int | None = None) -> str:
        """The number format: it shows the unit, the cell holds the plain number."""
        language = self.report.language
        match unit:
            case "money":
                digits = language.minor_digits if digits is None else digits
                whole = f'"{language.numbers.symbol}"#,##0' + ("." + "0" * digits if digits else "")
                return f'{whole};"−"{whole}'
            case "points":
                said = '"个百分点"' if language.chinese else '" pp"'
                return f'+0.00{said};"−"0.00{said};0.00{said}'
            case "days":
                return '0.0"天"' if language.chinese else '0.0" d"'
        return FORMATS[unit]

    def _look(self, **wanted: Any) -> Format:
        set_values = {key: value for key, value in wanted.items() if value not in (None, "", 0)}
        key = tuple(sorted(set_values.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format({"font_name": "Arial", **set_values})
        return self._formats[key]

    def _chart(
        self, page: Worksheet, sheet: Sheet, number: int, picture: Any, placed: Placed
    ) -> None:
        drawing = picture.drawing
        chart = self.workbook.add_chart(dict(CHART_TYPES[drawing.kind]))
        for series in _series(sheet.name, placed, drawing, ranked=picture.key == "aging"):
            chart.add_series(series)
        if drawing.targets:
            lines = self.workbook.add_chart({"type": "line"})
            for series in _targets(sheet.name, placed, drawing):
                lines.add_series(series)
            chart.combine(lines)
        chart.set_title({"name": picture.chart.title, "overlay": False, "name_font": {"size": 11}})
        unit = placed.table.columns[drawing.columns[0]].unit
        shares = unit == "share"
        # A bar chart names its two axes the other way round.
        values, names = ("x_axis", "y_axis") if drawing.kind == "rows" else ("y_axis", "x_axis")
        getattr(chart, f"set_{values}")(
            {
                "num_format": "0%" if shares else self._number(unit, 0),
                "num_font": {"size": 8, "color": MUTED},
                "line": {"none": True},
                # Lying bars have their values beside them, as on paper.
                "visible": drawing.kind != "rows",
                "major_gridlines": {"visible": drawing.kind != "rows", "line": {"color": LINE}},
                # Shares that make a whole end at 100 %.
                **({"min": 0, "max": 1} if shares and drawing.kind == "stacked" else {}),
            }
        )
        getattr(chart, f"set_{names}")(
            {
                # A date axis would draw weekly columns as hairlines.
                "text_axis": True,
                "num_format": "m/d" if self.report.language.chinese else "d mmm",
                "num_font": {"size": 8, "color": MUTED},
                "line": {"color": LINE},
                "reverse": drawing.kind == "rows",
            }
        )
        several = drawing.kind == "curves" or len(drawing.columns) + len(drawing.targets) > 1
        chart.set_legend({"position": "bottom"} if several else {"none": True})
        chart.set_size({"width": 560, "height": 290})
        page.insert_chart(
            sheet.chart_row + CHART_ROWS * (number // 2), 0, chart,
            {
                "x_offset": 4 + 580 * (number % 2),
                "object_position": 3,
                "description": picture.chart.alt(self.report.language),
            },
        )  # fmt: skip


def _placed(unit: Unit, column: int) -> dict[str, Any]:
    """Numbers at the right; texts at the left, apart from the numbers before them."""
    if unit not in ("text", "date"):
        return {"align": "right"}
    return {"align": "left", "indent": 1 if column else 0}


def _series(sheet: str, placed: Placed, drawing: Drawing, *, ranked: bool) -> list[dict[str, Any]]:
    """References to cells: one series per column, for curves one per row.

    The colours are those of the drawing on paper; `ranked` series run along the ramp.
    """
    first, last = placed.header + 1, placed.header + len(placed.table.rows) - placed.table.totals
    columns = list(drawing.columns)
    if drawing.kind == "curves":
        head = placed.header
        shades = LIGHT.ramped(last + 1 - first)[::-1]
        return [
            {
                "name": [sheet, row, 0],
                "categories": [sheet, head, columns[0], head, columns[-1]],
                "values": [sheet, row, columns[0], row, columns[-1]],
                "line": {"width": 1.5, "color": shades[row - first]}
                if row < last
                else {"width": 2.5, "color": LIGHT.named(1)},
            }
            for row in range(first, last + 1)
        ]
    shades = LIGHT.ramped(len(columns)) if ranked else list(map(LIGHT.named, range(len(columns))))
    return [
        {
            "name": [sheet, placed.header, column],
            "categories": [sheet, first, 0, last, 0],
            "values": [sheet, first, column, last, column],
            "gap": 60,
            "data_labels": {"value": drawing.kind == "rows", "font": {"size": 8, "color": INK}},
            **(
                {"line": {"width": 2, "color": shade}}
                if drawing.kind == "line"
                else {"fill": {"color": shade}}
            ),
        }
        for column, shade in zip(columns, shades, strict=True)
    ]


def _targets(sheet: str, placed: Placed, drawing: Drawing) -> list[dict[str, Any]]:
    """The same dashed line as on paper, level from place to place."""
    first, last = placed.header + 1, placed.header + len(placed.table.rows)
    return [
        {
            "name": [sheet, placed.header, column],
            "categories": [sheet, first, 0, last, 0],
            "values": [sheet, first, column, last, column],
            "line": {"width": 1.5, "color": LIGHT.target, "dash_type": "dash"},
        }
        for column in drawing.targets
    ]


def _widths(sheet: Sheet) -> list[float]:
    """Room for the longest text of each column; headings wrap and need less."""
    widths: dict[int, float] = {}
    for placed in sheet.tables:
        for at, title in enumerate(placed.titles):
            texts = [row[at].text for row in placed.table.rows]
            widest = max([_breadth(title) / 2, *(_breadth(text) for text in texts)])
            widths[at] = max(widths.get(at, NARROWEST), min(widest + 4, WIDEST))
    return [widths[at] for at in sorted(widths)]


def _breadth(text: str) -> float:
    return sum(2 if east_asian_width(letter) in "WF" else 1.1 for letter in text)


def _tint(shade: float) -> str:
    """White to the light blue of matrices."""
    if shade <= 0:
        return ""
    share = Decimal(str(min(shade, 1.0)))
    parts = (255 - int(share * 110), 255 - int(share * 60), 255 - int(share * 20))
    return "#" + "".join(f"{part:02X}" for part in parts)


def _escaped(text: str) -> str:
    """In headers and footers "&" starts a code."""
    return text.replace("&", "&&")
