from itertools import combinations, pairwise

import pytest

from charts.theme import DARK, LIGHT, blend, contrast, ink_on, luminance

# Vision without long-wave (protan) or medium-wave (deutan) cones: Machado and others, 2009.
CONES = {
    "all": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "protan": (
        (0.152286, 1.052583, -0.204868), (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "deutan": (
        (0.367322, 0.860646, -0.227968), (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
}  # fmt: skip
TO_LMS = (
    (0.4122214708, 0.5363325363, 0.0514459929), (0.2119034982, 0.6806995451, 0.1073969566),
    (0.0883024619, 0.2817188376, 0.6299787005),
)  # fmt: skip
TO_LAB = (
    (0.2104542553, 0.7936177850, -0.0040720468), (1.9779984951, -2.4285922050, 0.4505937099),
    (0.0259040371, 0.7827717662, -0.8086757660),
)  # fmt: skip
# The seven colours of Okabe and Ito, the usual yardstick, come to 0.076.
APART = 0.07
NEIGHBOURS = 0.035

both = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])


def turned(matrix, vector):
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def seen(colour: str, cones: str) -> list[float]:
    """A colour in OKLab as an eye with these cones sees it."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    light = [min(max(part, 0), 1) for part in turned(CONES[cones], linear)]
    return turned(TO_LAB, [part ** (1 / 3) for part in turned(TO_LMS, light)])


def apart(one: str, other: str) -> float:
    """The least distance of two colours for any of the eyes."""
    return min(
        sum((a - b) ** 2 for a, b in zip(seen(one, eye), seen(other, eye), strict=True)) ** 0.5
        for eye in CONES
    )


@both
def test_texts_and_marks_stand_out_from_card_and_ground(theme):
    for ground in (theme.surface, theme.ground):
        for text in (theme.text, theme.muted, theme.target):
            assert contrast(text, ground) >= 4.5, text
        for mark in (theme.comparison, *theme.palette, *theme.ramp):
            assert contrast(mark, ground) >= 3, mark


@both
def test_names_stay_apart_for_colour_blind_eyes(theme):
    close = [(a, b) for a, b in combinations(theme.palette, 2) if apart(a, b) < APART]
    assert not close


@both
def test_ramps_run_one_way_in_lightness_and_neighbours_differ(theme):
    for stops in (theme.ramp, theme.heat):
        light = [luminance(stop) for stop in stops]
        assert light in (sorted(light), sorted(light, reverse=True))
        assert all(apart(a, b) >= NEIGHBOURS for a, b in pairwise(stops))


@both
def test_values_are_readable_on_every_shade(theme):
    shades = [blend(theme.heat, at / 100) for at in range(101)]
    assert all(contrast(ink_on(shade), shade) >= 4.5 for shade in shades)


def test_contrast_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)
