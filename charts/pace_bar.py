"""How far a target is on its way, as a bar the width of a card, with a mark where it should be."""

from fractions import Fraction

from charts.theme import theme

# The longest bar is a target that is reached and a fifth more.
FULL = Fraction(6, 5)
_WIDTH, _HEIGHT = 240, 10


def pace_bar(done: Fraction, due: Fraction, *, dark: bool = False) -> str:
    """An SVG: `done` is the part of the target that was reached, `due` the part that should be.

    It carries no text: the words beside it say what it shows.
    """
    colours = theme(dark)
    whole, length, mark = _at(Fraction(1)), _at(done), _at(due)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{_HEIGHT}"'
        f' viewBox="0 0 {_WIDTH} {_HEIGHT}" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect x="0" y="2.5" width="{whole}" height="5" fill="{colours.line}"/>'
        f'<rect x="0" y="2.5" width="{length}" height="5" fill="{colours.named(0)}"/>'
        f'<rect x="{max(mark - 1.5, 0)}" y="0" width="3" height="10" fill="{colours.target}"/>'
        "</svg>"
    )


def _at(part: Fraction) -> float:
    """The place of a part of the target; nothing is left of zero or right of the end."""
    return round(float(max(Fraction(0), min(part, FULL)) / FULL) * _WIDTH, 1)
