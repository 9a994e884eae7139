"""What stands on a sheet of paper is where the numbers say, in the colours that the chart names."""

import io

import pytest
from PIL import Image

from charts import paper
from charts.axis import Axis
from charts.paper import Box, Sheet
from charts.theme import LIGHT, blend

RED, GREEN = "#aa0000", "#00aa00"


def drawn(boxes: list[Box]) -> Image.Image:
    """A square sheet that is all plotting area, from 0 to 10 at both sides."""
    sheet = Sheet(2, 2, LIGHT)
    axes = sheet.figure.add_axes((0, 0, 1, 1), xlim=(0, 10), ylim=(0, 10))
    axes.set_axis_off()
    sheet.boxes(axes, boxes)
    return Image.open(io.BytesIO(sheet.png())).convert("RGB")


def at(image: Image.Image, x: float, y: float) -> str:
    place = (round(x / 10 * image.width), round((10 - y) / 10 * image.height))
    return "#{:02x}{:02x}{:02x}".format(*image.getpixel(place))


def test_boxes_are_filled_where_they_are_said_to_be() -> None:
    image = drawn([Box(1, 1, 2, 6, RED), Box(5, 8, 3, -4, GREEN), Box(1, 8, 2, 0, GREEN)])
    inside = [(1.2, 1.2), (2.8, 6.8), (5.2, 7.8), (7.8, 4.2)]
    assert [at(image, *place) for place in inside] == [RED, RED, GREEN, GREEN]
    outside = [(0.8, 3), (3.2, 3), (2, 7.2), (5.2, 8.2), (6, 3.8), (8.2, 6), (2, 8.2)]
    assert {at(image, *place) for place in outside} == {LIGHT.surface}


def test_what_is_incomplete_is_hatched_in_the_colour_of_its_own() -> None:
    image = drawn([Box(1, 1, 3, 8, RED, "hatch"), Box(6, 1, 3, 8, GREEN, "hatch")])
    for left, colour in ((1, RED), (6, GREEN)):
        row = [at(image, left + 0.3 + step / 50, 5) for step in range(120)]
        assert LIGHT.surface in row
        assert colour in row
        other = GREEN if colour == RED else RED
        assert other not in row


def test_no_box_is_no_drawing() -> None:
    assert {at(drawn([]), x, 5) for x in range(1, 10)} == {LIGHT.surface}


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_the_colour_bar_shades_from_low_to_high(share: float) -> None:
    sheet = Sheet(4, 2, LIGHT)
    axes = sheet.axes(["row"], 1, right=60)
    sheet.colour_bar(axes, Axis(0.0, 1.0, (0.0, 1.0), ("0", "1")))
    bar = sheet.figure.axes[-1].get_position()
    image = Image.open(io.BytesIO(sheet.png())).convert("RGB")
    x, y = (bar.x0 + bar.x1) / 2, bar.y0 + share * bar.height
    found = image.getpixel((round(x * image.width), round((1 - y) * image.height)))
    wanted = blend(LIGHT.heat, share)
    wanted_rgb = tuple(int(wanted[i : i + 2], 16) for i in (1, 3, 5))
    # As near as two of its steps.
    assert all(abs(a - b) <= 2 * 255 / paper.SHADES for a, b in zip(found, wanted_rgb, strict=True))
