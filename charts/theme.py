"""Colours, light and dark, for the page and for paper.

Every mark has a contrast of at least 3 and every text of at least 4.5 against both surfaces of its
theme, and the palette stays apart for eyes that lack red or green (tests/charts/test_theme.py).
"""

from dataclasses import dataclass

FONT = "Noto Sans SC"
PAGE_FONTS = (
    "Inter, 'Segoe UI', -apple-system, 'Noto Sans SC', 'PingFang SC', 'Microsoft YaHei', sans-serif"
)


@dataclass(frozen=True)
class Theme:
    """`surface` is the card that a chart stands on, `ground` the page around it.

    `palette` tells names apart, `ramp` runs from young to old (buckets, vintages), `heat` from
    nothing to most.
    """

    surface: str
    ground: str
    text: str
    muted: str
    line: str
    comparison: str
    target: str
    palette: tuple[str, ...]
    ramp: tuple[str, ...]
    heat: tuple[str, ...]

    def named(self, index: int) -> str:
        """The colour of the n-th name; after the last the palette begins again."""
        return self.palette[index % len(self.palette)]

    def ramped(self, count: int) -> list[str]:
        """`count` colours from young to old, as far apart as the ramp allows."""
        return [blend(self.ramp, i / max(count - 1, 1)) for i in range(count)]


LIGHT = Theme(
    surface="#ffffff",
    ground="#f4f6f8",
    text="#1f2933",
    muted="#5b6672",
    line="#dfe4ea",
    comparison="#7a828c",
    target="#1f2933",
    palette=("#1f5fa9", "#cf6410", "#2f9a98", "#8a3b62", "#17284a", "#6a84f4", "#4c3700"),
    ramp=(
        "#2c9999", "#148696", "#0e718f", "#185d85", "#214878", "#273468", "#272155", "#240e40",
    ),
    heat=("#eff9fd", "#bed5e3", "#91b1cb", "#688db3", "#43699b", "#254582"),
)  # fmt: skip

DARK = Theme(
    surface="#2e2e2e",
    ground="#1a1b1e",
    text="#e9ecef",
    muted="#adb4bb",
    line="#45484d",
    comparison="#9aa2ac",
    target="#e9ecef",
    palette=("#74b5f7", "#f09a52", "#3aa394", "#dc8fc5", "#eef3fa", "#7f78f2", "#c06506"),
    ramp=(
        "#5281b1", "#4c97b7", "#52acb8", "#67beb4", "#88ceae", "#aedbaa", "#d5e7aa", "#fbf1b2",
    ),
    heat=("#2f353b", "#3e4d58", "#55727f", "#6c99a6", "#83c3cc", "#9defee"),
)  # fmt: skip


def theme(dark: bool) -> Theme:
    return DARK if dark else LIGHT


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green and blue of "#rrggbb", 0 to 255."""
    red, green, blue = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return red, green, blue


def blend(stops: tuple[str, ...], share: float) -> str:
    """The colour at `share` (0 to 1) of the way along `stops`."""
    place = min(max(share, 0.0), 1.0) * (len(stops) - 1)
    low = min(int(place), len(stops) - 2)
    pairs = zip(channels(stops[low]), channels(stops[low + 1]), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * (place - low)):02x}" for a, b in pairs)


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.2."""
    parts = [part / 255 for part in channels(colour)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio by WCAG 2.2, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def ink_on(colour: str) -> str:
    """White or black, whichever reads better; only these two reach 4.5 on every shade."""
    return max(("#ffffff", "#000000"), key=lambda ink: contrast(ink, colour))
