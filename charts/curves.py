"""Vintage curves: what was collected of each month's placements, by months since placement."""

from dataclasses import dataclass
from typing import Any

from charts import page, paper, reading
from charts.axis import Axis, value_axis
from charts.language import Language
from charts.model import Category, Chart, Series
from charts.theme import LIGHT, Theme
from queries.figures import Answer
from queries.metrics import METRICS

# More names than this along a ramp of one colour cannot be told apart.
_MOST_NAMED = 5


def curves(
    title: str, answer: Answer, metric: str, language: Language, *, note: str = ""
) -> "Curves":
    """One curve per vintage of a question by ("vintage", "months"); empty cells end a curve."""
    vintages = reading.categories_of(answer, "vintage", language, {})
    at = answer.question.by.index("months")
    ages = [key for figure in answer.figures if isinstance(key := figure.keys[at], int)]
    months = tuple(Category(n, str(n), _age(n, language)) for n in range(max(ages, default=-1) + 1))
    series = []
    for vintage in vintages:
        keys = [(vintage.key, month.key) if at else (month.key, vintage.key) for month in months]
        series.append(reading.part(reading.series_of(vintage.full, answer, metric, keys)))
    return Curves(
        title=title, unit=METRICS[metric].unit, across=reading.title_of("months", language),
        categories=months, series=tuple(series), note=note,
        down=reading.title_of("vintage", language),
    )  # fmt: skip


def _age(months: int, language: Language) -> str:
    return language.t("month {count}", count=language.count(months))


@dataclass(frozen=True)
class Curves(Chart):
    """Each series is a vintage, the oldest first; `down` names them."""

    kind = "curves"
    down: str = ""

    def _axis(self, language: Language) -> Axis:
        values = [value for series in self.series for value in self.plotted(series, language)]
        return value_axis(values, self.unit, language)

    def _drawn(self, colours: Theme) -> list[tuple[Series, str, bool]]:
        """Series with colour, the newest in full strength and marked."""
        drawn = [series for series in self.series if series.known]
        # Young vintages are light on the ramp; the newest one has the accent instead.
        shades = colours.ramped(len(drawn))[::-1]
        newest = len(drawn) - 1
        return [
            (series, colours.named(1) if at == newest else shades[at], at == newest)
            for at, series in enumerate(drawn)
        ]

    def _labels(self) -> list[tuple[int, str, str]]:
        step = -(-len(self.categories) // 13)
        return [(at, p.label, "") for at, p in enumerate(self.categories) if at % step == 0]

    def _named(self, colours: Theme) -> list[tuple[Series, str, bool]]:
        """The curves that the legend names: the newest and a few along the ramp of ages."""
        drawn = self._drawn(colours)
        older = drawn[-2::-1]
        step = max(1, -(-(len(older) - 1) // (_MOST_NAMED - 2)))
        kept = older[:-1:step] + older[-1:]
        return [*drawn[-1:], *kept]

    @property
    def keys(self) -> int:
        return len(self._named(LIGHT))

    # ---- on the page

    def _on_page(self, language: Language, colours: Theme) -> dict[str, Any]:
        places = page.unique([place.full for place in self.categories])
        named = {series.name for series, _, _ in self._named(colours)}
        data = [
            self._curve(drawn, places, language) | {"showlegend": drawn[0].name in named}
            for drawn in self._drawn(colours)
        ]
        body = page.layout(colours, legend=True)
        body["legend"]["traceorder"] = "reversed"
        across = page.category_axis(places, self._labels(), colours)
        across["range"] = [-0.3, len(places) - 0.7]
        across["title"] = {"text": page.safe(self.across), "font": {"size": 11}, "standoff": 6}
        body |= {
            "hovermode": "closest", "xaxis": across,
            "yaxis": page.value_axis(self._axis(language), colours),
        }  # fmt: skip
        return {"data": data, "layout": body}

    def _curve(
        self, drawn: tuple[Series, str, bool], places: list[str], language: Language
    ) -> dict[str, Any]:
        series, colour, newest = drawn
        values, last = self.plotted(series, language), series.known[-1]
        ends = [at == last for at in range(len(values))]
        return {
            "type": "scatter", "mode": "lines+markers", "x": places, "y": values,
            "name": page.safe(series.name),
            "line": {"color": colour, "width": 3 if newest else 1.6},
            # A small dot shows where a curve stands today; the others answer the pointer only.
            "marker": {
                "color": colour, "opacity": [float(end) for end in ends],
                "size": [8 if newest else 6] * len(ends), "line": {"width": 0},
            },
            "hovertext": [self._hover(series, at, language) for at in range(len(values))],
            "hoverinfo": "text", "cliponaxis": False,
        }  # fmt: skip

    def _hover(self, series: Series, at: int, language: Language) -> str:
        head = f"<b>{page.safe(series.name)}, {page.safe(self.categories[at].full)}</b>"
        return head + "<br>" + page.safe(self._cell(series.values[at], language))

    # ---- on paper

    def _on_paper(self, sheet: paper.Sheet, language: Language) -> None:
        sheet.legend(
            [
                paper.Entry(series.name, colour, "-", 2.0 if newest else 1.2)
                for series, colour, newest in self._named(sheet.colours)
            ]
        )
        axis = self._axis(language)
        axes = sheet.axes(axis.texts, 2)
        sheet.value_ticks(axes, axis)
        sheet.category_ticks(axes, len(self.categories), self._labels())
        axes.set_xlim(-0.3, len(self.categories) - 0.7)
        axes.set_xlabel(self.across, size=sheet.size, color=sheet.colours.muted, labelpad=2)
        for series, colour, newest in self._drawn(sheet.colours):
            heights = [value or 0.0 for value in self.plotted(series, language)]
            line = [heights[at] for at in series.known]
            axes.plot(series.known, line, color=colour, linewidth=2 if newest else 1.1)
            size = 4.5 if newest else 3.0
            axes.plot(
                series.known[-1:], line[-1:], "o", color=colour, markersize=size, clip_on=False
            )

    # ---- in words

    def table(self, language: Language) -> tuple[list[str], list[list[str]]]:
        """One row per vintage, one column per month; a cell that is not over yet stays empty."""
        header = [self.down, *(place.full for place in self.categories)]
        return header, [
            [series.name, *(self._cell(value, language) for value in series.values)]
            for series in self.series
        ]

    def _warns(self, language: Language) -> str:
        return ""

    def _says(self, language: Language) -> str:
        known = [series for series in self.series if series.known]
        first, last = known[0], known[-1]
        return language.t(
            "{title}, one curve for each of {count} vintages. {old} reached {old_value}"
            " at {old_at}; {new} stands at {new_value} at {new_at}.",
            title=self.title, count=language.count(len(known)),
            old=first.name, old_value=self.written(first.values[first.known[-1]], language),
            old_at=self.categories[first.known[-1]].full,
            new=last.name, new_value=self.written(last.values[last.known[-1]], language),
            new_at=self.categories[last.known[-1]].full,
        )  # fmt: skip
