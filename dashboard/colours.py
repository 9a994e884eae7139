"""The colours of the frame, taken from those of the charts so that page and paper agree."""

from typing import Any
from urllib.parse import quote

from charts.theme import DARK, LIGHT, PAGE_FONTS, Theme, blend

WHITE, BLACK = "#ffffff", "#000000"


def mantine(accent: str) -> dict[str, Any]:
    """The theme of the components: the accent in the ten shades that they expect."""
    lighter = [blend((WHITE, accent), share) for share in (0.08, 0.2, 0.4, 0.6, 0.8, 0.9)]
    darker = [blend((accent, BLACK), share) for share in (0.0, 0.1, 0.2, 0.35)]
    return {
        "colors": {"accent": lighter + darker},
        "primaryColor": "accent",
        "primaryShade": {"light": 6, "dark": 4},
        "fontFamily": PAGE_FONTS,
        "defaultRadius": "sm",
        "autoContrast": True,
    }


def icon(accent: str) -> str:
    """The sign of the pages in a tab: three steps upwards. It is part of the document, because
    browsers ask for a file again at every change of the address."""
    steps = "".join(
        f"<rect x='{x}' y='{y}' width='6' height='{26 - y}' rx='1'/>"
        for x, y in ((5, 18), (13, 12), (21, 6))
    )
    drawn = (
        "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'>"
        f"<rect width='32' height='32' rx='6' fill='{accent}'/><g fill='{WHITE}'>{steps}</g></svg>"
    )
    return "data:image/svg+xml," + quote(drawn)


def variables() -> str:
    """CSS variables of both schemes, for the style sheet."""
    return (
        f":root{{{_declared(LIGHT)}--fonts:{PAGE_FONTS}}}"
        f'[data-mantine-color-scheme="dark"]{{{_declared(DARK)}}}'
    )


def _declared(theme: Theme) -> str:
    names = ("surface", "ground", "text", "muted", "line")
    return "".join(f"--{name}:{getattr(theme, name)};" for name in names)
