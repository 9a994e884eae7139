from typing import Any

from dash import dcc, html
from hypothesis import given
from hypothesis import strategies as st

from dashboard.live import WHOLE, drawn

TEXTS = st.text(max_size=4)


def page(heading: str = "a", value: str = "1", width: str = "w") -> dict[str, Any]:
    tree = html.Div(
        [
            html.P(heading, id="heading"),
            html.Section([html.B(value), html.I(id="inner")], id="box", **WHOLE),
            html.Div(dcc.Graph(id="graph", figure={"data": [value]}), id="outer", title=heading),
        ],
        className=width,
    )
    return drawn(tree)


def differing(one: dict[str, Any], other: dict[str, Any]) -> set[str]:
    return {name for name in one["parts"] if one["parts"][name] != other["parts"][name]}


def test_equal_pages_have_equal_prints() -> None:
    assert page()["frame"] == page()["frame"]
    assert page()["parts"] == page()["parts"]


def test_only_the_parts_that_changed_differ() -> None:
    assert page(value="2")["frame"] == page()["frame"]
    assert differing(page(value="2"), page()) == {"box", "graph"}


def test_a_part_around_another_leaves_the_inner_one_alone() -> None:
    assert differing(page(heading="b"), page()) == {"heading", "outer"}
    assert page()["parts"]["outer"]["names"] == ["title"]


def test_what_has_no_id_belongs_to_the_frame() -> None:
    assert page(width="other")["frame"] != page()["frame"]


def test_the_frame_knows_which_parts_it_has() -> None:
    assert drawn(html.Div(html.P(id="a")))["frame"] != drawn(html.Div(html.P(id="b")))["frame"]


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_every_change_is_noticed(a: str, b: str, c: str, d: str) -> None:
    one, other = page(a, b), page(c, d)
    assert (one["parts"] == other["parts"]) == ((a, b) == (c, d))
