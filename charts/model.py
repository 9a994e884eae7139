"""A figure as data: what all charts share. Each kind adds its drawing in a file of its own."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, ClassVar, Literal

from charts import page, paper
from charts.axis import plotted
from charts.language import DASH, Language, Value
from charts.theme import LIGHT, Theme, theme
from queries.definition import Unit
from queries.figures import Key

PAGE_HEIGHT_PX = 260
Role = Literal["main", "comparison", "target", "part"]


@dataclass(frozen=True)
class Category:
    """One place on the category axis: `label` for the axis, `full` for hover, table and text."""

    key: Key
    label: str
    full: str


@dataclass(frozen=True)
class Series:
    """Values per category in the units of the metric (money in minor units, shares 0 to 1).

    `incomplete` holds the places whose span is not over or not delivered yet; `counts` how many
    rows stand behind each value, where that matters.
    """

    name: str
    values: tuple[Value, ...]
    role: Role = "main"
    incomplete: frozenset[int] = frozenset()
    counts: tuple[int | None, ...] = ()

    @property
    def incomplete_from(self) -> int | None:
        """The first place of the incomplete tail."""
        start = len(self.values)
        while start - 1 in self.incomplete:
            start -= 1
        return start if start < len(self.values) else None

    @property
    def known(self) -> list[int]:
        """The places that have a value."""
        return [at for at, value in enumerate(self.values) if value is not None]


@dataclass(frozen=True)
class Chart(ABC):
    """Title and note are texts of the language that the chart was built in; draw it in the same.

    `across` names what the categories are ("Week", "团队"). Nothing draws the title: a page has its
    heading, a report its caption. `decimals` are those of a share that says too little with one.
    """

    kind: ClassVar[str]

    title: str
    unit: Unit
    across: str
    categories: tuple[Category, ...]
    series: tuple[Series, ...]
    note: str = ""
    decimals: int = 1

    @property
    def height_px(self) -> int:
        """The height that suits the chart on a page."""
        return PAGE_HEIGHT_PX

    @property
    def least_px(self) -> int:
        """The width below which a page lets it scroll; 0 where it fits any screen."""
        return 0

    @property
    def empty(self) -> bool:
        """Whether there is nothing to draw."""
        return not any(series.known for series in self.series)

    @property
    def keys(self) -> int:
        """How many strokes and areas its legend has on paper, so that they are not taken for data:
        one for each series, and one for what is incomplete."""
        return len(self.series) + bool(self.incomplete)

    @property
    def dated(self) -> bool:
        """Whether the places are spans of time."""
        return any(isinstance(place.key, date) for place in self.categories)

    @property
    def incomplete(self) -> frozenset[int]:
        """The places at which any series is incomplete."""
        return frozenset().union(*(series.incomplete for series in self.series))

    def plotted(self, series: Series, language: Language) -> list[float | None]:
        return [plotted(value, self.unit, language) for value in series.values]

    def written(self, value: Value, language: Language) -> str:
        """A value as people read it beside a mark: short for money."""
        if self.unit == "share" and value is not None:
            return language.share(value, self.decimals)
        return language.amount(self.unit, value, compact=True)

    def told(self, at: int, language: Language) -> str:
        """What the pointer is told at a place: every series, exact, with n where it matters."""
        lines = [f"<b>{page.safe(self.place(at, language))}</b>"]
        for series in self.series:
            line = f"{series.name}: {self._cell(series.values[at], language)}"
            if at < len(series.counts) and series.counts[at] is not None:
                line += f" (n = {language.count(series.counts[at])})"
            lines.append(page.safe(line))
        return "<br>".join(lines)

    # ---- on the page

    def on_page(self, language: Language, dark: bool = False) -> dict[str, Any]:
        """A Plotly figure as a plain dict; draw it with `PAGE_CONFIG`."""
        colours = theme(dark)
        if self.empty:
            return page.nothing(colours, language.no_data)
        return self._on_page(language, colours)

    @abstractmethod
    def _on_page(self, language: Language, colours: Theme) -> dict[str, Any]: ...

    # ---- on paper

    def on_paper(
        self, language: Language, width_mm: float = 170, height_mm: float = 62, dark: bool = False
    ) -> str:
        """An SVG for the report; texts stay texts in "Noto Sans SC". Equal input, equal bytes."""
        sheet = paper.Sheet(width_mm / 25.4, height_mm / 25.4, colours=theme(dark))
        self._onto(sheet, language)
        return sheet.svg()

    def as_png(
        self, language: Language, width_px: int = 700, height_px: int | None = None
    ) -> bytes:
        """A PNG for mail, to be shown `width_px` wide; it holds twice the pixels."""
        height = height_px or max(260, round(width_px * 0.4))
        sheet = paper.Sheet(width_px / 96, height / 96, colours=LIGHT, size=paper.MAIL_SIZE)
        self._onto(sheet, language)
        return sheet.png()

    def _onto(self, sheet: paper.Sheet, language: Language) -> None:
        with paper.DRAWING:
            if self.empty:
                sheet.nothing(language.no_data)
            else:
                self._on_paper(sheet, language)

    @abstractmethod
    def _on_paper(self, sheet: paper.Sheet, language: Language) -> None: ...

    # ---- in words

    def table(self, language: Language) -> tuple[list[str], list[list[str]]]:
        """Header and rows behind the chart, exact and formatted."""
        header = [self.across, *(series.name for series in self.series)]
        rows = [
            [
                self.place(at, language),
                *(self._cell(series.values[at], language) for series in self.series),
            ]
            for at in range(len(self.categories))
        ]
        return header, rows

    def _cell(self, value: Value, language: Language) -> str:
        if self.unit == "share":
            return language.share(value, self.decimals)
        return DASH if value is None else language.amount(self.unit, value)

    def place(self, at: int, language: Language) -> str:
        """A category in full, with a remark where it is incomplete."""
        full = self.categories[at].full
        if at not in self.incomplete:
            return full
        return language.t("{span} (not complete yet)", span=full)

    def alt(self, language: Language) -> str:
        """What a person who does not see the chart should know, in a few sentences."""
        if self.empty:
            return language.t("{title}: no data.", title=self.title)
        sentences = [self._says(language), self._warns(language), self.note]
        return ("" if language.chinese else " ").join(text for text in sentences if text)

    @abstractmethod
    def _says(self, language: Language) -> str: ...

    def _warns(self, language: Language) -> str:
        places = [self.categories[at].full for at in sorted(self.incomplete)]
        return (
            language.t("Not complete yet: {spans}.", spans=language.listed(places))
            if places
            else ""
        )

    def extremes(self, series: Series, language: Language) -> dict[str, str]:
        """Texts of the lowest and the highest value with their places, for sentences."""
        # Half a week would always be the lowest.
        whole = [at for at in series.known if at not in series.incomplete] or series.known
        low = min(whole, key=lambda at: series.values[at] or 0)
        high = max(whole, key=lambda at: series.values[at] or 0)
        return {
            "low": self.written(series.values[low], language),
            "low_at": self.categories[low].full,
            "high": self.written(series.values[high], language),
            "high_at": self.categories[high].full,
        }


def axis_labels(
    categories: Sequence[Category], language: Language, most: int = 6
) -> list[tuple[int, str, str]]:
    """(place, text, second line) of the labels that an axis shows, the last one always.

    The second line is the year, where it is news.
    """
    step = -(-len(categories) // most)
    shown = [at for at in range(len(categories)) if (len(categories) - 1 - at) % step == 0]
    labels, year = [], None
    for at in shown:
        key = categories[at].key
        news = ""
        if isinstance(key, date) and categories[at].label != language.grain("year", key):
            news = language.grain("year", key) if key.year != year else ""
            year = key.year
        labels.append((at, categories[at].label, news))
    return labels
