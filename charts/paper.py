"""What all drawings on paper share: a sheet of a given size, drawn by matplotlib without pyplot."""

import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from charts.axis import Axis
from charts.theme import FONT, Theme, blend

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# matplotlib shares fonts and settings between threads; drawing is short, so one at a time.
DRAWING = threading.RLock()

PAPER_SIZE = 7.5  # points
MAIL_SIZE = 9.0  # points, 12 pixels on a screen
SHADES = 48  # areas of a colour bar
_POINTS = 72
_PNG_DPI = 192  # twice 96, for sharp screens

_SETTINGS: dict[str, Any] = {
    "font.family": [FONT],
    # Texts stay texts: the report embeds the font, and its words can be searched and read back.
    "svg.fonttype": "none",
    "svg.hashsalt": "arrears",
    # "$" is money here, not mathematics.
    "text.parse_math": False,
    "hatch.linewidth": 0.8,
}


def _matplotlib(part: str) -> Any:
    """A part of matplotlib, imported when first drawn with: half a second and 25 MB that pages,
    which share the kinds of chart, never need."""
    return import_module(f"matplotlib.{part}")


@lru_cache(maxsize=1)
def font_file() -> Path:
    """The Noto Sans SC that is installed with the product: all 30 890 characters, one weight."""
    spec = find_spec("pylopdf_fonts_zh_cn")
    if spec is None or spec.origin is None:
        raise RuntimeError("pylopdf-fonts-zh-cn is not installed")
    return Path(spec.origin).parent / "NotoSansSC-Regular.otf"


@lru_cache(maxsize=1)
def _prepare() -> None:
    _matplotlib("font_manager").fontManager.addfont(font_file())
    for name, value in _SETTINGS.items():
        import_module("matplotlib").rcParams[name] = value


@lru_cache(maxsize=1)
def _letters() -> frozenset[int]:
    return frozenset(_matplotlib("font_manager").get_font(str(font_file())).get_charmap())


def drawable(text: str) -> str:
    """`text` with a box for every character that the font lacks, such as most emoji."""
    known = _letters()
    return "".join(letter if ord(letter) in known or letter == "\n" else "□" for letter in text)


@lru_cache(maxsize=4096)
def text_width(text: str, size: float) -> float:
    """How wide one line is, in points."""
    with DRAWING:
        font = _matplotlib("font_manager").get_font(str(font_file()))
        font.set_size(size, _POINTS)
        font.set_text(drawable(text))
        return font.get_width_height()[0] / 64


@dataclass(frozen=True)
class Entry:
    """One entry of the legend, drawn as a line or as a box."""

    text: str
    colour: str
    style: Any = "-"  # a line style of matplotlib, "box" or "hatch"
    width: float = 1.6


@dataclass(frozen=True)
class Box:
    """A filled box from its lower left corner on, in the units of its axes; `style` as in
    `Sheet.filled`."""

    left: float
    bottom: float
    wide: float
    high: float
    colour: str
    style: str = "box"

    @property
    def corners(self) -> list[tuple[float, float]]:
        right, top = self.left + self.wide, self.bottom + self.high
        return [(self.left, self.bottom), (right, self.bottom), (right, top), (self.left, top)]


@dataclass
class Sheet:
    """A figure of `width` × `height` inches with one axes whose margins fit its texts."""

    width: float
    height: float
    colours: Theme
    size: float = PAPER_SIZE
    figure: "Figure" = field(init=False)
    top: float = field(init=False)  # points left for the legend

    def __post_init__(self) -> None:
        with DRAWING:
            _prepare()
            self.figure = _matplotlib("figure").Figure(
                figsize=(self.width, self.height), dpi=_POINTS
            )
        self.top = self.size

    # ---- parts

    def legend(self, entries: Sequence[Entry]) -> None:
        """Entries from left to right along the top, in as many rows as they need."""
        gap, key = self.size * 1.6, self.size * 1.9
        x, row = 1.0, 0
        for entry in entries:
            wide = key + self.size * 0.5 + text_width(entry.text, self.size)
            if x > 1.0 and x + wide > self.width * _POINTS:
                x, row = 1.0, row + 1
            self._entry(entry, x, self.size * (0.75 + row * 1.6), key)
            x += wide + gap
        self.top = self.size * (1.6 * (row + 1) + 1.2)

    def _entry(self, entry: Entry, x: float, y: float, key: float) -> None:
        wide, high = self.width * _POINTS, self.height * _POINTS
        middle = 1 - y / high
        if entry.style in ("box", "hatch"):
            side = self.size * 0.8
            box = _matplotlib("patches").Rectangle(
                ((x + key - side) / wide, middle - side / 2 / high), side / wide, side / high,
                transform=self.figure.transFigure, **self.filled(entry.colour, entry.style),
            )  # fmt: skip
            self.figure.add_artist(box)
        else:
            line = _matplotlib("lines").Line2D(
                [x / wide, (x + key) / wide], [middle, middle],
                transform=self.figure.transFigure, color=entry.colour,
                linestyle=entry.style, linewidth=entry.width,
            )  # fmt: skip
            self.figure.add_artist(line)
        self.figure.text(
            (x + key + self.size * 0.5) / wide, middle, drawable(entry.text),
            size=self.size, color=self.colours.text, va="center_baseline", ha="left",
        )  # fmt: skip

    def filled(self, colour: str, style: str = "box") -> dict[str, Any]:
        """Patch settings of a whole box, or of a hatched one for what is incomplete."""
        if style == "hatch":
            return {
                "facecolor": self.colours.surface, "edgecolor": colour, "hatch": "////",
                "linewidth": 0.8,
            }  # fmt: skip
        return {"facecolor": colour, "edgecolor": self.colours.surface, "linewidth": 0.4}

    def axes(self, left: Sequence[str], bottom_lines: int, right: float = 0.0) -> "Axes":
        """The plotting area, with room for the texts at its left and lines of text below."""
        wide, high = self.width * _POINTS, self.height * _POINTS
        start = max((text_width(text, self.size) for text in left), default=0) + self.size * 0.9
        foot = self.size * (0.7 + 1.35 * bottom_lines)
        ends = wide - max(right, self.size * 0.6)
        axes = self.figure.add_axes(
            (start / wide, foot / high, (ends - start) / wide, (high - self.top - foot) / high)
        )
        axes.patch.set_visible(False)
        axes.set_axisbelow(True)
        for side in ("top", "right", "left"):
            axes.spines[side].set_visible(False)
        axes.spines["bottom"].set(color=self.colours.line, linewidth=0.8)
        axes.tick_params(length=0, labelsize=self.size, labelcolor=self.colours.muted, pad=4)
        return axes

    def value_ticks(self, axes: "Axes", axis: Axis) -> None:
        """Round ticks at the left with quiet lines across."""
        axes.set_yticks(axis.ticks, axis.texts)
        axes.set_ylim(axis.low, axis.high)
        axes.grid(axis="y", color=self.colours.line, linewidth=0.6)
        if axis.low < 0:
            axes.axhline(0, color=self.colours.muted, linewidth=0.8, zorder=0.5)

    def category_ticks(
        self, axes: "Axes", count: int, labels: Sequence[tuple[int, str, str]], slots: int = 0
    ) -> None:
        """Labels below their places; the plotting area ends early enough for the last one. With
        fewer places than `slots` there is room at both sides."""
        texts = [drawable(text + (f"\n{news}" if news else "")) for _, text, news in labels]
        slots = max(count, slots)
        middle = (count - 1) / 2
        axes.set_xticks([at for at, _, _ in labels], texts)
        axes.set_xlim(middle - slots / 2, middle + slots / 2)
        if labels:
            self._make_room(axes, slots, (slots - count) / 2 + count - 1 - labels[-1][0], texts[-1])

    def _make_room(self, axes: "Axes", slots: int, places_after: float, text: str) -> None:
        """Narrow `axes` so that `text`, centred on the last labelled place, is not cut off."""
        half = max(text_width(line, self.size) for line in text.split("\n")) / 2
        area, wide = axes.get_position(), self.width * _POINTS
        beyond = half - (places_after + 0.5) / slots * area.width * wide
        lacking = beyond - (1 - area.x1) * wide + self.size * 0.2
        if lacking > 0:
            axes.set_position((area.x0, area.y0, area.width - lacking / wide, area.height))

    def boxes(self, axes: "Axes", boxes: Sequence[Box], seam: float = 0.4) -> None:
        """Bars, or the cells of a grid; `seam` is the width between whole ones, in points. As few
        objects of matplotlib's as can be: each costs two milliseconds."""
        whole = [box for box in boxes if box.style != "hatch"]
        colours = [box.colour for box in whole]
        self._polygons(
            axes, whole,
            {"facecolor": colours, "edgecolor": self.colours.surface, "linewidth": seam},
        )  # fmt: skip
        # A hatch is of one colour for all that are drawn at once.
        for colour in dict.fromkeys(box.colour for box in boxes if box.style == "hatch"):
            alike = [box for box in boxes if (box.style, box.colour) == ("hatch", colour)]
            self._polygons(axes, alike, self.filled(colour, "hatch"))

    def _polygons(self, axes: "Axes", boxes: Sequence[Box], filled: dict[str, Any]) -> None:
        if boxes:
            corners = [box.corners for box in boxes]
            made = _matplotlib("collections").PolyCollection(corners, **filled)
            axes.add_collection(made, autolim=False)

    def colour_bar(self, beside: "Axes", scale: Axis) -> None:
        """The shades of `scale` at the right of `beside`."""
        place = beside.get_position()
        wide = self.width * _POINTS
        axes = self.figure.add_axes(
            (place.x1 + self.size / wide, place.y0, self.size * 0.8 / wide, place.height)
        )
        shades = [blend(self.colours.heat, at / (SHADES - 1)) for at in range(SHADES)]
        # A little overlap leaves no seams.
        steps = [Box(0, at / SHADES, 1, 1.4 / SHADES, shade) for at, shade in enumerate(shades)]
        self.boxes(axes, steps, seam=0)
        axes.set_axis_off()
        axes.set(xlim=(0, 1), ylim=(0, 1))
        for tick, text in zip(scale.ticks, scale.texts, strict=True):
            axes.annotate(
                text, (1, (tick - scale.low) / (scale.high - scale.low)), (self.size * 0.5, 0),
                textcoords="offset points", va="center_baseline", annotation_clip=False,
                size=self.size, color=self.colours.muted,
            )  # fmt: skip

    def nothing(self, text: str) -> None:
        self.figure.text(
            0.5, 0.5, text, size=self.size * 1.2, color=self.colours.muted, ha="center", va="center"
        )

    # ---- results

    def svg(self) -> str:
        with DRAWING:
            _matplotlib("backends.backend_svg").FigureCanvasSVG(self.figure)
            self.figure.patch.set_visible(False)
            stream = io.StringIO()
            self.figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
        return stream.getvalue()

    def png(self) -> bytes:
        with DRAWING:
            _matplotlib("backends.backend_agg").FigureCanvasAgg(self.figure)
            # A mail may be read on a dark ground: the picture brings its own.
            self.figure.patch.set_facecolor(self.colours.surface)
            stream = io.BytesIO()
            self.figure.savefig(stream, format="png", dpi=_PNG_DPI, metadata={"Software": None})
        return stream.getvalue()
