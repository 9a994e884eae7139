"""Lines over time: a rate, a level or a sum by day, week or month, with what it is compared to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from charts import page, paper, reading
from charts.axis import value_axis
from charts.language import Language, Value, decimals_of
from charts.model import Chart, Series, axis_labels
from charts.theme import Theme
from queries.figures import Answer
from queries.metrics import METRICS
from queries.period import GRAINS

_LINE_PX = 2.5
# Plotly's and matplotlib's names of the same strokes.
_DASHES = {"main": "solid", "comparison": "solid", "target": "dash", "part": "solid"}
_STROKES = {"main": "-", "comparison": "-", "target": (0, (5, 3)), "part": "-"}
_DOTS = (0, (1.2, 1.6))


def trend(
    title: str,
    answer: Answer,
    metric: str | tuple[str, ...],
    language: Language,
    *,
    compare: tuple[str, Answer] | None = None,
    target: Sequence[Value] = (),
    note: str = "",
) -> "Trend":
    """One line per metric over the one grain of the question.

    With a second dimension in the question: one line per member (see `split`). `compare` is a name
    and an answer of equally many spans ("A year earlier"); `target` is one value per span, in the
    unit of the metric.
    """
    metrics = (metric,) if isinstance(metric, str) else metric
    grain = _grain(answer)
    categories = reading.categories_of(answer, grain, language, {})
    keys = [(place.key,) for place in categories]
    series = [
        reading.series_of(language.words(METRICS[name].title), answer, name, keys)
        for name in metrics
    ]
    if compare:
        name, earlier = compare
        spans = [(key,) for key in reading.spans_of(earlier, grain)][: len(keys)]
        series.append(
            _padded(reading.series_of(name, earlier, metrics[0], spans, "comparison"), len(keys))
        )
    if target:
        series.append(Series(language.t("Target"), tuple(target), "target"))
    return Trend(
        title=title, unit=METRICS[metrics[0]].unit, decimals=decimals_of(metrics[0]),
        across=reading.title_of(grain, language),
        categories=categories, series=tuple(series), note=note,
    )  # fmt: skip


def split(
    title: str,
    answer: Answer,
    metric: str,
    language: Language,
    *,
    members: reading.Members | None = None,
    note: str = "",
) -> "Trend":
    """One line per member of the question's dimension beside its grain: kept rate by team."""
    grain = _grain(answer)
    other = next(name for name in answer.question.by if name != grain)
    categories = reading.categories_of(answer, grain, language, {})
    parts = reading.categories_of(answer, other, language, members or {})
    series = [
        reading.series_of(
            part.full, answer, metric,
            [
                (span.key, part.key) if answer.question.by[0] == grain else (part.key, span.key)
                for span in categories
            ],
        )
        for part in parts
    ]  # fmt: skip
    return Trend(
        title=title, unit=METRICS[metric].unit, decimals=decimals_of(metric),
        across=reading.title_of(grain, language),
        categories=categories, series=tuple(series), note=note,
    )  # fmt: skip


def _grain(answer: Answer) -> str:
    return next(name for name in answer.question.by if name in GRAINS)


def _padded(series: Series, length: int) -> Series:
    missing = length - len(series.values)
    # What was incomplete a year ago is complete by now; only its own clipped ends remain odd.
    return replace(
        series, values=series.values + (None,) * missing, counts=(), incomplete=frozenset()
    )


@dataclass(frozen=True)
class Trend(Chart):
    kind = "trend"

    def _axis(self, language: Language) -> Any:
        values = [value for series in self.series for value in self.plotted(series, language)]
        return value_axis(values, self.unit, language, from_zero=False)

    def _colour(self, at: int, colours: Theme) -> str:
        match self.series[at].role:
            case "comparison":
                return colours.comparison
            case "target":
                return colours.target
        return colours.named(at)

    @property
    def keys(self) -> int:
        return super().keys if self._legend_needed() else 0

    def _legend_needed(self) -> bool:
        return len(self.series) > 1 or bool(self.incomplete)

    # ---- on the page

    def _on_page(self, language: Language, colours: Theme) -> dict[str, Any]:
        places = page.unique([place.full for place in self.categories])
        data: list[dict[str, Any]] = []
        # What is compared with lies below: later traces are drawn on top.
        for at in sorted(range(len(self.series)), key=lambda at: self.series[at].role == "main"):
            data += self._traces(at, places, language, colours)
        if self.incomplete:
            data.append(_incomplete_key(places, language, colours))
        data.append(self._hover(places, language))
        body = page.layout(colours, legend=self._legend_needed())
        across = page.category_axis(places, axis_labels(self.categories, language), colours)
        body |= {
            "hovermode": "x",
            "xaxis": across | page.spike(colours),
            "yaxis": page.value_axis(self._axis(language), colours),
        }
        return {"data": data, "layout": body}

    def _traces(
        self, at: int, places: list[str], language: Language, colours: Theme
    ) -> list[dict[str, Any]]:
        """The complete line, and the incomplete end dotted with open marks."""
        series, colour = self.series[at], self._colour(at, colours)
        whole, late = _split(series, self.plotted(series, language))
        line = {"color": colour, "width": _LINE_PX if series.role == "main" else 1.5}
        alone = _alone(whole)
        shared = {
            "type": "scatter", "x": places, "connectgaps": False, "hoverinfo": "skip",
            "name": page.safe(series.name), "cliponaxis": False,
        }  # fmt: skip
        traces = [
            {
                **shared, "y": whole, "mode": "lines+markers" if alone else "lines",
                "line": {**line, "dash": _DASHES[series.role]}, "legendrank": 100 + at,
                "marker": {
                    "color": colour, "line": {"width": 0},
                    "size": [7 if place in alone else 0 for place in range(len(whole))],
                },
            }
        ]  # fmt: skip
        if series.incomplete:
            open_ = [place in series.incomplete for place in range(len(whole))]
            marker = {
                "color": colours.surface, "size": [8 * mark for mark in open_],
                "line": {"color": colour, "width": [2 * mark for mark in open_]},
            }  # fmt: skip
            traces.append(
                {
                    **shared, "y": late, "mode": "lines+markers", "showlegend": False,
                    "line": {**line, "dash": "dot"}, "marker": marker,
                }
            )  # fmt: skip
        return traces

    def _hover(self, places: list[str], language: Language) -> dict[str, Any]:
        """One unseen trace that answers the pointer for all lines at once."""
        columns = zip(*(self.plotted(series, language) for series in self.series), strict=True)
        highest = [max((v for v in column if v is not None), default=None) for column in columns]
        return {
            "type": "scatter", "mode": "markers", "x": places, "y": highest,
            "marker": {"opacity": 0, "size": 1}, "showlegend": False, "hoverinfo": "text",
            "hovertext": [self.told(at, language) for at in range(len(places))],
        }  # fmt: skip

    # ---- on paper

    def _on_paper(self, sheet: paper.Sheet, language: Language) -> None:
        if self._legend_needed():
            sheet.legend(self._entries(sheet.colours, language))
        axis = self._axis(language)
        labels = axis_labels(self.categories, language)
        axes = sheet.axes(axis.texts, 2 if any(news for _, _, news in labels) else 1)
        sheet.value_ticks(axes, axis)
        sheet.category_ticks(axes, len(self.categories), labels)
        for at in sorted(range(len(self.series)), key=lambda at: self.series[at].role == "main"):
            self._line(axes, at, sheet, language)

    def _entries(self, colours: Theme, language: Language) -> list[paper.Entry]:
        entries = [
            paper.Entry(
                series.name, self._colour(at, colours), _STROKES[series.role],
                1.8 if series.role == "main" else 1.1,
            )
            for at, series in enumerate(self.series)
        ]  # fmt: skip
        if self.incomplete:
            entries.append(paper.Entry(language.t("Not complete yet"), colours.muted, _DOTS))
        return entries

    def _line(self, axes: Any, at: int, sheet: paper.Sheet, language: Language) -> None:
        series, colour = self.series[at], self._colour(at, sheet.colours)
        whole, open_ = _split(series, self.plotted(series, language))
        places = range(len(whole))
        style = {"color": colour, "linewidth": 1.8 if series.role == "main" else 1.1}
        axes.plot(
            places, _gaps(whole), linestyle=_STROKES[series.role], solid_capstyle="round", **style
        )
        alone = sorted(_alone(whole))
        axes.plot(alone, [whole[p] for p in alone], "o", color=colour, markersize=4)
        if series.incomplete:
            axes.plot(places, _gaps(open_), linestyle=_DOTS, **style)
            late = [p for p in sorted(series.incomplete) if open_[p] is not None]
            axes.plot(
                late, [open_[p] for p in late], "o", markersize=4.5,
                markerfacecolor=sheet.colours.surface, markeredgecolor=colour, markeredgewidth=1.3,
            )  # fmt: skip

    # ---- in words

    def _says(self, language: Language) -> str:
        sentences = [
            language.t(
                "{title}, {first} to {last}.",
                title=self.title, first=self.categories[0].full, last=self.categories[-1].full,
            )
        ]  # fmt: skip
        for series in self.series:
            if series.known:
                sentences.append(self._about(series, language))
        return ("" if language.chinese else " ").join(sentences)

    def _about(self, series: Series, language: Language) -> str:
        if series.role == "target":
            return self._about_target(series, language)
        if len(series.known) == 1:
            only = self.written(series.values[series.known[0]], language)
            return language.t("{name}: {value}.", name=series.name, value=only)
        return language.t(
            "{name}: first {first}, last {last}, lowest {low} ({low_at}),"
            " highest {high} ({high_at}).",
            name=series.name,
            first=self.written(series.values[series.known[0]], language),
            last=self.written(series.values[series.known[-1]], language),
            **self.extremes(series, language),
        )

    def _about_target(self, series: Series, language: Language) -> str:
        values = [series.values[at] for at in series.known]
        if len(set(values)) == 1:
            return language.t("Target: {value}.", value=self.written(values[0], language))
        return language.t(
            "Target: first {first}, last {last}.",
            first=self.written(values[0], language), last=self.written(values[-1], language),
        )  # fmt: skip


def _split(
    series: Series, values: list[float | None]
) -> tuple[list[float | None], list[float | None]]:
    """The complete points, and the incomplete ones joined to their complete neighbours."""
    late = series.incomplete
    whole = [None if at in late else value for at, value in enumerate(values)]
    joined = {near for at in late for near in (at - 1, at, at + 1)}
    return whole, [value if at in joined else None for at, value in enumerate(values)]


def _alone(values: list[float | None]) -> set[int]:
    """Points without a neighbour, which no line would show."""
    padded = [None, *values, None]
    return {
        at
        for at, value in enumerate(values)
        if value is not None and padded[at] is None and padded[at + 2] is None
    }


def _gaps(values: list[float | None]) -> list[float]:
    return [float("nan") if value is None else value for value in values]


def _incomplete_key(places: list[str], language: Language, colours: Theme) -> dict[str, Any]:
    """A line without points that explains the dots in the legend."""
    return {
        "type": "scatter", "x": places[:1], "y": [None], "mode": "lines+markers",
        "name": page.safe(language.t("Not complete yet")), "hoverinfo": "skip",
        "line": {"color": colours.muted, "width": 2, "dash": "dot"},
        "marker": {
            "color": colours.surface, "size": 8, "line": {"color": colours.muted, "width": 2},
        },
        "legendrank": 999,
    }  # fmt: skip
