"""The colours of the frame, taken from those of the charts so that page and paper agree."""

from typing import Any

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


def variables() -> str:
    """CSS variables of both schemes, for the style sheet."""
    return (
        f":root{{{_declared(LIGHT)}--fonts:{PAGE_FONTS}}}"
        f'[data-mantine-color-scheme="dark"]{{{_declared(DARK)}}}'
    )


def _declared(theme: Theme) -> str:
    names = ("surface", "ground", "text", "muted", "line")
    return "".join(f"--{name}:{getattr(theme, name)};" for name in names)
