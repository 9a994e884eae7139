"""Stacked bars: how a whole is made of parts, over time or by member (balance by bucket)."""

from dataclasses import dataclass
from typing import Any

from charts import page, paper, reading
from charts.axis import FEWEST_SLOTS, Axis, value_axis
from charts.language import Language, Value, decimals_of
from charts.model import Chart, Series, axis_labels
from charts.theme import Theme
from queries.figures import Answer
from queries.metrics import METRICS


def stacked(
    title: str,
    answer: Answer,
    metric: str,
    language: Language,
    *,
    members: reading.Members | None = None,
    note: str = "",
) -> "Stacked":
    """The question's first dimension along the axis, its second as the parts of each bar."""
    along, parted = answer.question.by
    categories = reading.categories_of(answer, along, language, members or {})
    parts = reading.categories_of(answer, parted, language, members or {})
    series = [
        reading.part(
            reading.series_of(
                part.full, answer, metric, [(place.key, part.key) for place in categories]
            )
        )
        for part in parts
    ]
    return Stacked(
        title=title, unit=METRICS[metric].unit, decimals=decimals_of(metric),
        across=reading.title_of(along, language),
        categories=categories, series=reading.zeroed(series, metric), note=note,
        ranked=parted in reading.ORDERED,
    )  # fmt: skip


@dataclass(frozen=True)
class Stacked(Chart):
    """`ranked` parts have an order (buckets) and run through the ramp; others have own colours, in
    turn or those of the palette that `hues` picks."""

    kind = "stacked"
    ranked: bool = False
    hues: tuple[int, ...] = ()

    def totals(self) -> list[Value]:
        """The whole of each bar; None where no part has a value."""
        found: list[Value] = []
        for at in range(len(self.categories)):
            parts = [series.values[at] for series in self.series]
            known = [part for part in parts if part is not None]
            found.append(sum(known) if known else None)
        return found

    def _colours(self, colours: Theme) -> list[str]:
        if self.ranked:
            return colours.ramped(len(self.series))
        return [colours.named(at) for at in self.hues or range(len(self.series))]

    def _axis(self, language: Language) -> Axis:
        columns = list(zip(*(self.plotted(s, language) for s in self.series), strict=True))
        # Shares that make a whole are rounded one by one: 100.002 % needs no tick above 100 %.
        ups = [round(sum(v for v in column if v and v > 0), 4) for column in columns]
        downs = [sum(value for value in column if value and value < 0) for column in columns]
        return value_axis([*ups, *downs], self.unit, language, intervals=5)

    # ---- on the page

    def _on_page(self, language: Language, colours: Theme) -> dict[str, Any]:
        places = page.unique([place.full for place in self.categories])
        data = [
            {
                "type": "bar", "x": places, "y": self.plotted(series, language),
                "name": page.safe(series.name), "legendrank": 100 + at,
                "marker": page.hatched(colour, self.incomplete, len(places), colours),
                "hovertext": [self._hover(series, place, language) for place in range(len(places))],
                "hoverinfo": "text",
            }
            for at, (series, colour) in enumerate(
                zip(self.series, self._colours(colours), strict=True)
            )
        ]  # fmt: skip
        if self.incomplete:
            data.append(page.hatched_key(places, language.t("Not complete yet"), colours))
        body = page.layout(colours, legend=True)
        body["legend"]["traceorder"] = "normal"
        body |= {
            "hovermode": "closest", "bargap": 0.3, "barmode": "relative",
            "xaxis": page.category_axis(places, self._labels(language), colours, FEWEST_SLOTS),
            "yaxis": page.value_axis(self._axis(language), colours),
        }  # fmt: skip
        return {"data": data, "layout": body}

    def _labels(self, language: Language) -> list[tuple[int, str, str]]:
        return axis_labels(self.categories, language, 6 if self.dated else 12)

    def _hover(self, series: Series, at: int, language: Language) -> str:
        total = self.totals()[at]
        lines = [
            f"<b>{page.safe(self.place(at, language))}</b>",
            page.safe(f"{series.name}: {self._cell(series.values[at], language)}"),
            page.safe(f"{language.t('Total')}: {self._cell(total, language)}"),
        ]
        return "<br>".join(lines)

    # ---- on paper

    def _on_paper(self, sheet: paper.Sheet, language: Language) -> None:
        colours = self._colours(sheet.colours)
        entries = [
            paper.Entry(series.name, colour, "box")
            for series, colour in zip(self.series, colours, strict=True)
        ]
        if self.incomplete:
            entries.append(
                paper.Entry(language.t("Not complete yet"), sheet.colours.muted, "hatch")
            )
        sheet.legend(entries)
        axis, labels = self._axis(language), self._labels(language)
        axes = sheet.axes(axis.texts, 2 if any(news for _, _, news in labels) else 1)
        sheet.value_ticks(axes, axis)
        sheet.category_ticks(axes, len(self.categories), labels, FEWEST_SLOTS)
        self._pile(axes, sheet, language)

    def _pile(self, axes: Any, sheet: paper.Sheet, language: Language) -> None:
        ups = [0.0] * len(self.categories)
        downs = [0.0] * len(self.categories)
        boxes = []
        for series, colour in zip(self.series, self._colours(sheet.colours), strict=True):
            for at, value in enumerate(self.plotted(series, language)):
                if not value:
                    continue
                pile = ups if value > 0 else downs
                style = "hatch" if at in self.incomplete else "box"
                boxes.append(paper.Box(at - 0.35, pile[at], 0.7, value, colour, style))
                pile[at] += value
        sheet.boxes(axes, boxes)

    # ---- in words

    def table(self, language: Language) -> tuple[list[str], list[list[str]]]:
        """As for every chart, with the total at the end."""
        header, rows = super().table(language)
        totals = [self._cell(total, language) for total in self.totals()]
        rows = [[*row, total] for row, total in zip(rows, totals, strict=True)]
        return [*header, language.t("Total")], rows

    def _says(self, language: Language) -> str:
        whole = Series(language.t("Total"), tuple(self.totals()), incomplete=self.incomplete)
        return language.t(
            "{title}, in {count} parts ({parts}). Total: first {first}, last {last},"
            " lowest {low} ({low_at}), highest {high} ({high_at}).",
            title=self.title, count=language.count(len(self.series)),
            parts=language.listed([series.name for series in self.series]),
            first=self.written(whole.values[whole.known[0]], language),
            last=self.written(whole.values[whole.known[-1]], language),
            **self.extremes(whole, language),
        )  # fmt: skip
