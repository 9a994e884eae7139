"""A line the size of a word, for cards: an SVG that page and paper share."""

from collections.abc import Sequence
from urllib.parse import quote

from charts.language import Value
from charts.theme import theme


def sparkline(
    values: Sequence[Value],
    *,
    incomplete_from: int | None = None,
    dark: bool = False,
    width: int = 120,
    height: int = 32,
) -> str:
    """An SVG of `values`, gaps left open, the last complete one marked, the rest dotted.

    It carries no text: the card beside it says what it shows.
    """
    colours = theme(dark)
    points = _points(values, width, height)
    whole = len(values) if incomplete_from is None else incomplete_from
    colour = colours.named(0)
    body = _path(points[:whole], colour, "")
    if whole < len(values):
        body += _path(points[max(whole - 1, 0) :], colour, ' stroke-dasharray="1.5 3"')
    dots = [point for point in points[:whole] if point] or [point for point in points if point]
    if dots:
        body += f'<circle cx="{dots[-1][0]}" cy="{dots[-1][1]}" r="2.6" fill="{colour}"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}" aria-hidden="true">{body}</svg>'
    )


def as_source(svg: str) -> str:
    """An SVG as the address of an image."""
    return "data:image/svg+xml," + quote(svg, safe=" ='/:,()")


def _points(values: Sequence[Value], width: int, height: int) -> list[tuple[float, float] | None]:
    known = [float(value) for value in values if value is not None]
    low, high = (min(known), max(known)) if known else (0.0, 0.0)
    edge = 4
    step = (width - 2 * edge) / max(len(values) - 1, 1)
    # An even line runs through the middle.
    reach = (high - low) or 1.0
    lift = 0.0 if high > low else 0.5
    return [
        None
        if value is None
        else (
            round(edge + at * step, 1),
            round(height - edge - ((float(value) - low) / reach + lift) * (height - 2 * edge), 1),
        )
        for at, value in enumerate(values)
    ]


def _path(points: Sequence[tuple[float, float] | None], colour: str, dash: str) -> str:
    steps, pen = [], "M"
    for point in points:
        if point is None:
            pen = "M"
            continue
        steps.append(f"{pen}{point[0]} {point[1]}")
        pen = "L"
    if not steps:
        return ""
    return (
        f'<path d="{"".join(steps)}" fill="none" stroke="{colour}" stroke-width="2"'
        f' stroke-linejoin="round" stroke-linecap="round"{dash}/>'
    )
