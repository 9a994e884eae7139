"""A grid of shades: two dimensions at once, such as attempts by weekday and hour."""

from dataclasses import dataclass, replace
from typing import Any

from charts import page, paper, reading
from charts.axis import Axis, value_axis
from charts.language import DASH, Language, decimals_of
from charts.model import Category, Chart, Series
from charts.theme import Theme, blend, ink_on
from queries.figures import Answer
from queries.metrics import METRICS

# In a grid of this many cells or fewer, each cell has room for its value.
_WRITTEN_CELLS = 90
# Pixels of a column that holds a share and is named.
ROOMY_PX = 58
_WEEKDAYS = range(1, 8)


def heatmap(
    title: str,
    answer: Answer,
    metric: str,
    language: Language,
    *,
    members: reading.Members | None = None,
    note: str = "",
    roomy: bool = False,
) -> "Heatmap":
    """The question's first dimension as rows, its second as columns.

    Weekdays are always seven, hours all between the first and the last that have figures. A page
    that gives it a whole row says that it is `roomy`.
    """
    down, along = answer.question.by
    rows = _whole(down, reading.categories_of(answer, down, language, members or {}), language)
    columns = _whole(along, reading.categories_of(answer, along, language, members or {}), language)
    series = [
        reading.part(
            reading.series_of(row.full, answer, metric, [(row.key, col.key) for col in columns])
        )
        for row in rows
    ]
    return Heatmap(
        title=title, unit=METRICS[metric].unit, decimals=decimals_of(metric),
        across=reading.title_of(along, language),
        categories=columns, series=_zeroed(series, metric), note=note,
        down=reading.title_of(down, language), roomy=roomy,
    )  # fmt: skip


def _whole(dimension: str, seen: tuple[Category, ...], language: Language) -> tuple[Category, ...]:
    if dimension == "weekday":
        return tuple(reading.category(dimension, day, language) for day in _WEEKDAYS)
    hours = [int(place.key) for place in seen if isinstance(place.key, int)]
    if dimension == "hour" and hours:
        span = range(min(hours), max(hours) + 1)
        return tuple(reading.category(dimension, hour, language) for hour in span)
    return seen


def _zeroed(rows: list[Series], metric: str) -> tuple[Series, ...]:
    """A grid of sums over one period has no unknown cells once it has any: Sundays are zero."""
    if METRICS[metric].denominator or not any(row.known for row in rows):
        return tuple(rows)
    return tuple(replace(row, values=tuple(value or 0 for value in row.values)) for row in rows)


@dataclass(frozen=True)
class Heatmap(Chart):
    """Each series is a row; `down` names what the rows are. Where it is `roomy`, every column is
    named and every cell has its value."""

    kind = "heatmap"
    down: str = ""
    roomy: bool = False

    @property
    def keys(self) -> int:
        return paper.SHADES

    @property
    def least_px(self) -> int:
        return ROOMY_PX * (len(self.categories) + 2) if self.roomy else 0

    def _grid(self, language: Language) -> list[list[float | None]]:
        return [self.plotted(series, language) for series in self.series]

    def _scale(self, language: Language) -> Axis:
        values = [value for row in self._grid(language) for value in row]
        return value_axis(values, self.unit, language, intervals=3)

    def _written(self) -> bool:
        return self.roomy or len(self.categories) * len(self.series) <= _WRITTEN_CELLS

    def _labels(self) -> list[tuple[int, str, str]]:
        step = (
            1
            if self.roomy or len(self.categories) <= 12
            else 2
            if len(self.categories) <= 16
            else 3
        )
        return [(at, p.label, "") for at, p in enumerate(self.categories) if at % step == 0]

    # ---- on the page

    def _on_page(self, language: Language, colours: Theme) -> dict[str, Any]:
        columns = page.unique([place.full for place in self.categories])
        rows = page.unique([series.name for series in self.series])
        scale = self._scale(language)
        stops = colours.heat
        trace: dict[str, Any] = {
            "type": "heatmap", "x": columns, "y": rows, "z": self._grid(language),
            "zmin": scale.low, "zmax": scale.high, "xgap": 2, "ygap": 2,
            "colorscale": [[at / (len(stops) - 1), stop] for at, stop in enumerate(stops)],
            "text": self._hovers(language), "hovertemplate": "%{text}<extra></extra>",
            "hoverongaps": False,
            "colorbar": {
                "thickness": 8, "outlinewidth": 0, "len": 0.9, "tickmode": "array",
                "tickvals": list(scale.ticks), "ticktext": list(scale.texts),
                "tickfont": {"color": colours.muted}, "ticks": "", "xpad": 6,
            },
        }  # fmt: skip
        down = page.category_axis(
            rows, [(at, s.name, "") for at, s in enumerate(self.series)], colours
        )
        body = page.layout(colours)
        body |= {
            "xaxis": {**page.category_axis(columns, self._labels(), colours), "showline": False},
            "yaxis": {**down, "range": [len(rows) - 0.5, -0.5], "showline": False},
            "hovermode": "closest",
        }
        return {"data": [trace, *self._cells(columns, rows, language, colours)], "layout": body}

    def _hovers(self, language: Language) -> list[list[str]]:
        return [
            [
                f"<b>{page.safe(series.name)}, {page.safe(place.full)}</b><br>"
                + page.safe(self._cell(value, language))
                for place, value in zip(self.categories, series.values, strict=True)
            ]
            for series in self.series
        ]

    def _cells(
        self, columns: list[str], rows: list[str], language: Language, colours: Theme
    ) -> list[dict[str, Any]]:
        """What is written in the cells, as points that are texts: annotations would take the
        browser ten times as long."""
        texts = self._texts(language, colours)
        if not texts:
            return []
        return [
            {
                "type": "scatter", "mode": "text", "hoverinfo": "skip", "showlegend": False,
                "x": [columns[at] for _, at, *_ in texts],
                "y": [rows[row] for row, *_ in texts],
                "text": [page.safe(text) for *_, text, _ in texts],
                "textfont": {"color": [colour for *_, colour in texts], "size": 11},
            }
        ]  # fmt: skip

    def _texts(self, language: Language, colours: Theme) -> list[tuple[int, int, str, str]]:
        """(row, column, text, colour) of the cells: a dash without a value, values where few."""
        scale, grid = self._scale(language), self._grid(language)
        found = []
        for row, series in enumerate(self.series):
            for at, value in enumerate(series.values):
                if value is None:
                    found.append((row, at, DASH, colours.muted))
                    continue
                if not self._written():
                    continue
                shade = _shade(grid[row][at] or 0.0, scale, colours)
                ink = ink_on(shade)
                found.append((row, at, self.written(value, language), ink))
        return found

    # ---- on paper

    def _on_paper(self, sheet: paper.Sheet, language: Language) -> None:
        scale, grid = self._scale(language), self._grid(language)
        bar = max(paper.text_width(text, sheet.size) for text in scale.texts) + sheet.size * 3.2
        names = [series.name for series in self.series]
        axes = sheet.axes(names, 1, right=bar)
        axes.spines["bottom"].set_visible(False)
        sheet.category_ticks(axes, len(self.categories), self._labels())
        axes.set_yticks(range(len(names)), [paper.drawable(name) for name in names])
        axes.set_ylim(len(names) - 0.5, -0.5)
        cells = [
            paper.Box(at - 0.5, row - 0.5, 1, 1, _shade(value, scale, sheet.colours))
            for row, values in enumerate(grid)
            for at, value in enumerate(values)
            if value is not None
        ]
        sheet.boxes(axes, cells, seam=1.0)
        for row, at, text, colour in self._texts(language, sheet.colours):
            axes.text(
                at, row, text, color=colour, size=sheet.size * 0.92,
                ha="center", va="center_baseline",
            )  # fmt: skip
        sheet.colour_bar(axes, scale)

    # ---- in words

    def table(self, language: Language) -> tuple[list[str], list[list[str]]]:
        """Rows as drawn, one column per category."""
        header = [self.down, *(place.full for place in self.categories)]
        return header, [
            [series.name, *(self._cell(value, language) for value in series.values)]
            for series in self.series
        ]

    def _warns(self, language: Language) -> str:
        return language.t("The newest figures are not complete yet.") if self.incomplete else ""

    def _says(self, language: Language) -> str:
        cells = [
            (value, f"{series.name} {place.full}")
            for series in self.series
            for place, value in zip(self.categories, series.values, strict=True)
            if value is not None
        ]
        low, high = min(cells, key=lambda c: c[0]), max(cells, key=lambda c: c[0])
        return language.t(
            "{title}: highest {high} ({high_at}), lowest {low} ({low_at}).",
            title=self.title,
            high=self.written(high[0], language), high_at=high[1],
            low=self.written(low[0], language), low_at=low[1],
        )  # fmt: skip


def _shade(value: float, scale: Axis, colours: Theme) -> str:
    return blend(colours.heat, (value - scale.low) / (scale.high - scale.low))
