"""Bars: names lie as rows with their values beside them; ordered places stand upright."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from charts import page, paper, reading
from charts.axis import FEWEST_SLOTS, Axis, value_axis
from charts.language import Language, Value, decimals_of
from charts.model import PAGE_HEIGHT_PX, Chart, Series, axis_labels
from charts.theme import Theme
from queries.figures import Answer
from queries.metrics import METRICS

_ROW_PX = 30
_DASHES = (0, (5, 3))
_MOST_LABELS = 12
_LONGEST_NAME = 22  # in half-widths; a Chinese character counts two


def bars(
    title: str,
    answer: Answer,
    metric: str,
    language: Language,
    *,
    members: reading.Members | None = None,
    compare: tuple[str, Answer] | None = None,
    note: str = "",
) -> "Bars":
    """One bar per member of the question's one dimension or span of its grain.

    `members` gives order and labels ({"team": answers.members("team")}); `compare` is a name and
    an answer of the same split, drawn as a mark on each bar (spans are matched in order).
    """
    dimension = answer.question.by[0]
    categories = reading.categories_of(answer, dimension, language, members or {})
    keys = [(place.key,) for place in categories]
    series = [reading.series_of(language.words(METRICS[metric].title), answer, metric, keys)]
    if compare:
        name, other = compare
        if dimension in reading.GRAINS:
            keys = [(key,) for key in reading.spans_of(other, dimension)][: len(keys)]
            keys += [(None,)] * (len(categories) - len(keys))
        earlier = reading.series_of(name, other, metric, keys, "comparison")
        series.append(replace(earlier, incomplete=frozenset(), counts=()))
    return Bars(
        title=title, unit=METRICS[metric].unit, decimals=decimals_of(metric),
        across=reading.title_of(dimension, language),
        categories=categories, series=tuple(series), note=note,
        upright=dimension in reading.ORDERED,
    )  # fmt: skip


@dataclass(frozen=True)
class Bars(Chart):
    """`upright` bars stand from left to right in their own order; the others lie as rows."""

    kind = "bars"
    upright: bool = True

    @property
    def main(self) -> Series:
        return self.series[0]

    @property
    def marks(self) -> tuple[Series, ...]:
        return tuple(series for series in self.series[1:] if series.role != "target")

    @property
    def targets(self) -> tuple[Series, ...]:
        return tuple(series for series in self.series if series.role == "target")

    def against(self, target: Sequence[Value], language: Language) -> "Bars":
        """The same with the target of each standing bar, in the unit of the metric, as a dashed
        line from bar to bar; as it is where there is none."""
        if not target:
            return self
        line = Series(language.t("Target"), tuple(target), "target")
        return replace(self, series=(*self.series, line))

    @property
    def height_px(self) -> int:
        """Rows need the same room each, however many there are."""
        if self.upright:
            return PAGE_HEIGHT_PX
        return max(150, _ROW_PX * len(self.categories) + (60 if self._legend_needed() else 30))

    def _axis(self, language: Language) -> Axis:
        values = [value for series in self.series for value in self.plotted(series, language)]
        return value_axis(values, self.unit, language)

    def _reach(self, language: Language) -> tuple[float, float]:
        """From the lowest to the highest of lying bars, which show no ticks; zero is inside."""
        values = [value for series in self.series for value in self.plotted(series, language)]
        known = [value for value in values if value is not None]
        low, high = min(0.0, *known), max(0.0, *known)
        return (low, high) if low < high else (0.0, 1.0)

    def _texts(self, language: Language) -> list[str]:
        return [self.written(value, language) for value in self.main.values]

    def _names(self) -> list[str]:
        return [clipped(place.label) for place in self.categories]

    def _legend_needed(self) -> bool:
        return bool(self.series[1:] or self.incomplete)

    @property
    def keys(self) -> int:
        return super().keys if self._legend_needed() else 0

    # ---- on the page

    def _on_page(self, language: Language, colours: Theme) -> dict[str, Any]:
        places = page.unique([place.full for place in self.categories])
        body = page.layout(colours, legend=self._legend_needed())
        body |= {"hovermode": "closest", "bargap": 0.36, "barmode": "overlay"}
        body |= (
            self._upright(places, language, colours)
            if self.upright
            else self._lying(places, language, colours)
        )
        data = [self._bars(places, language, colours)]
        for mark in self.marks:
            data += self._marks(mark, places, language, colours)
        data += [self._step(line, places, language, colours) for line in self.targets]
        if not self.upright:
            data.append(self._written_values(places, language, colours))
        if self.incomplete:
            data.append(
                page.hatched_key(places, language.t("Not complete yet"), colours, self.upright)
            )
        return {"data": data, "layout": body}

    def _upright(self, places: list[str], language: Language, colours: Theme) -> dict[str, Any]:
        labels = axis_labels(self.categories, language, self._most())
        return {
            "xaxis": page.category_axis(places, labels, colours, FEWEST_SLOTS),
            "yaxis": page.value_axis(self._axis(language), colours),
        }

    def _most(self) -> int:
        """Spans of time thin out on the axis; few members do not."""
        return 6 if self.dated or len(self.categories) > _MOST_LABELS else _MOST_LABELS

    def _lying(self, places: list[str], language: Language, colours: Theme) -> dict[str, Any]:
        labels = [(at, name, "") for at, name in enumerate(self._names())]
        rows = page.category_axis(places, labels, colours)
        margin = page.layout(colours, legend=self._legend_needed())["margin"]
        return {
            # The first member belongs at the top.
            "yaxis": {**rows, "range": [len(places) - 0.5, -0.5], "showline": False},
            "xaxis": {
                "range": list(self._reach(language)), "visible": False, "fixedrange": True,
            },
            # The values stand in the margin: a share of the axis would be too little on a phone.
            "margin": {**margin, "r": max(map(page.width_px, self._texts(language))) + 14},
        }  # fmt: skip

    def _bars(self, places: list[str], language: Language, colours: Theme) -> dict[str, Any]:
        values = self.plotted(self.main, language)
        along, across = ("y", "x") if self.upright else ("x", "y")
        return {
            "type": "bar", "orientation": "v" if self.upright else "h",
            across: places, along: values, "name": page.safe(self.main.name),
            "marker": page.hatched(colours.named(0), self.main.incomplete, len(values), colours),
            "hovertext": [self.told(at, language) for at in range(len(places))],
            "hoverinfo": "text", "legendrank": 100,
        }  # fmt: skip

    def _ends(self, language: Language) -> list[float]:
        """Where the value of each lying bar is written: at its end, or in one column beyond all of
        them where there are marks, since a value beside a mark would be taken for the mark's."""
        if self.marks:
            return [self._reach(language)[1]] * len(self.categories)
        return [max(value or 0.0, 0.0) for value in self.plotted(self.main, language)]

    def _written_values(
        self, places: list[str], language: Language, colours: Theme
    ) -> dict[str, Any]:
        return {
            "type": "scatter", "mode": "text", "y": places, "x": self._ends(language),
            "text": ["\u2002" + page.safe(text) for text in self._texts(language)],
            "textposition": "middle right", "textfont": {"color": colours.text},
            "showlegend": False, "hoverinfo": "skip", "cliponaxis": False,
        }  # fmt: skip

    def _marks(
        self, mark: Series, places: list[str], language: Language, colours: Theme
    ) -> list[dict[str, Any]]:
        """The mark on a wider one of the colour of the card, so that it stands out from its bar."""
        values = self.plotted(mark, language)
        along, across = ("y", "x") if self.upright else ("x", "y")
        shared = {
            "type": "scatter", "mode": "markers", across: places, along: values,
            "name": page.safe(mark.name), "hoverinfo": "skip", "legendrank": 200,
            "cliponaxis": False,
        }  # fmt: skip
        symbol = "line-ew" if self.upright else "line-ns"
        return [
            {
                **shared, "showlegend": colour == colours.text,
                "marker": {
                    "symbol": symbol, "size": 15, "color": colour,
                    "line": {"color": colour, "width": width},
                },
            }
            for colour, width in ((colours.surface, 5.5), (colours.text, 2.5))
        ]  # fmt: skip

    def _step(
        self, line: Series, places: list[str], language: Language, colours: Theme
    ) -> dict[str, Any]:
        return {
            "type": "scatter", "mode": "lines", "x": places, "y": self.plotted(line, language),
            "name": page.safe(line.name), "hoverinfo": "skip", "legendrank": 300,
            "line": {"color": colours.target, "width": 1.5, "dash": "dash", "shape": "hvh"},
        }  # fmt: skip

    # ---- on paper

    def _on_paper(self, sheet: paper.Sheet, language: Language) -> None:
        if self._legend_needed():
            sheet.legend(self._entries(sheet.colours, language))
        if self.upright:
            self._stand(sheet, language)
        else:
            self._lie(sheet, language)

    def _entries(self, colours: Theme, language: Language) -> list[paper.Entry]:
        entries = [paper.Entry(self.main.name, colours.named(0), "box")]
        entries += [paper.Entry(mark.name, colours.text, "-", 1.8) for mark in self.marks]
        entries += [paper.Entry(one.name, colours.target, _DASHES, 1.1) for one in self.targets]
        if self.incomplete:
            entries.append(paper.Entry(language.t("Not complete yet"), colours.muted, "hatch"))
        return entries

    def _stand(self, sheet: paper.Sheet, language: Language) -> None:
        axis = self._axis(language)
        labels = axis_labels(self.categories, language, self._most())
        axes = sheet.axes(axis.texts, 2 if any(news for _, _, news in labels) else 1)
        sheet.value_ticks(axes, axis)
        sheet.category_ticks(axes, len(self.categories), labels, FEWEST_SLOTS)
        boxes = [
            paper.Box(at - 0.32, 0, 0.64, value, *self._filling(at, sheet))
            for at, value in enumerate(self.plotted(self.main, language))
            if value is not None
        ]
        sheet.boxes(axes, boxes)
        for at, value in self._marked(language):
            self._mark(axes, [at - 0.38, at + 0.38], [value, value], sheet)
        for line in self.targets:
            self._steps(axes, line, sheet, language)

    def _steps(self, axes: Any, line: Series, sheet: paper.Sheet, language: Language) -> None:
        """From the left of its first bar to the right of its last, level over each."""
        values = [float("nan") if one is None else one for one in self.plotted(line, language)]
        edges = [at + side for at in range(len(values)) for side in (-0.5, 0.5)]
        levels = [value for value in values for _ in range(2)]
        # On a lighter one, so that it is seen across the bars.
        axes.plot(edges, levels, color=sheet.colours.surface, lw=2.2, clip_on=False)
        style = {"color": sheet.colours.target, "lw": 1.1, "linestyle": _DASHES}
        axes.plot(edges, levels, clip_on=False, **style)

    def _lie(self, sheet: paper.Sheet, language: Language) -> None:
        texts = self._texts(language)
        wide = max(paper.text_width(text, sheet.size) for text in texts) + sheet.size * 1.2
        axes = sheet.axes(self._names(), 0, right=wide)
        axes.spines["bottom"].set_visible(False)
        axes.set_xticks([])
        axes.set_yticks(range(len(texts)), [paper.drawable(name) for name in self._names()])
        # Few rows keep their height and stay at the top.
        axes.set_ylim(max(len(texts), FEWEST_SLOTS) - 0.5, -0.5)
        axes.set_xlim(*self._reach(language))
        boxes = [
            paper.Box(0, at - 0.31, value or 0.0, 0.62, *self._filling(at, sheet))
            for at, value in enumerate(self.plotted(self.main, language))
        ]
        sheet.boxes(axes, boxes)
        for at, end in enumerate(self._ends(language)):
            axes.annotate(
                texts[at], (end, at), (sheet.size * 0.5, 0),
                textcoords="offset points", va="center_baseline", annotation_clip=False,
                size=sheet.size, color=sheet.colours.text,
            )  # fmt: skip
        for at, value in self._marked(language):
            self._mark(axes, [value, value], [at - 0.38, at + 0.38], sheet)

    def _mark(self, axes: Any, x: list[float], y: list[float], sheet: paper.Sheet) -> None:
        # The largest value may be a mark, which lies on the edge of the plotting area.
        axes.plot(x, y, color=sheet.colours.text, lw=1.6, clip_on=False)

    def _marked(self, language: Language) -> list[tuple[int, float]]:
        """(place, value) of every mark."""
        return [
            (at, value)
            for mark in self.marks
            for at, value in enumerate(self.plotted(mark, language))
            if value is not None
        ]

    def _filling(self, at: int, sheet: paper.Sheet) -> tuple[str, str]:
        return sheet.colours.named(0), "hatch" if at in self.main.incomplete else "box"

    # ---- in words

    def _says(self, language: Language) -> str:
        known = [series for series in self.series if series.known]
        first = language.t("{title}.", title=self.title)
        said = [
            language.t(
                "{name}: highest {high} ({high_at}), lowest {low} ({low_at}).",
                name=series.name, **self.extremes(series, language),
            )
            for series in known
        ]  # fmt: skip
        return ("" if language.chinese else " ").join([first, *said])


def clipped(name: str, most: int = _LONGEST_NAME) -> str:
    """A name that fits beside its bar; the full one is in hover and table."""
    width, kept = 0, ""
    for letter in name:
        width += 2 if ord(letter) > 0x2E80 else 1
        if width > most:
            return kept.rstrip() + "…"
        kept += letter
    return name
