from typing import Any

from dash import dcc, html
from hypothesis import given
from hypothesis import strategies as st

from dashboard.live import FRAMED, WHOLE, drawn

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
    return {
        name
        for what in ("parts", "still")
        for name in one[what]
        if one[what][name]["print"] != other[what][name]["print"]
    }


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


def test_what_only_stands_there_is_sent_beside_the_tree() -> None:
    link = dcc.Link("to", href="/recovery", refresh=False)
    tree = html.Div(html.Div([html.B("1"), link], id="box", **WHOLE))
    sent = drawn(tree)
    assert [type(child).__name__ for child in sent["still"]["box"]["children"]] == ["B", "Link"]
    assert tree.children.children is None


def test_what_lives_stays_with_dash() -> None:
    graph = html.Div([html.B("1"), dcc.Graph(id="graph")], id="box", **WHOLE)
    assert drawn(html.Div(graph))["still"] == {}
    styled = html.Div([html.B("1", style={"color": "red"})], id="box", **WHOLE)
    assert drawn(html.Div(styled))["still"] == {}


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_every_change_is_noticed(a: str, b: str, c: str, d: str) -> None:
    one, other = page(a, b), page(c, d)
    assert (differing(one, other) == set()) == ((a, b) == (c, d))


def panels(*bodies: Any) -> dict[str, Any]:
    boxes = [html.Section(body, id=f"box{at}", **FRAMED) for at, body in enumerate(bodies)]
    return drawn(html.Div(boxes))


def test_a_panel_with_another_frame_leaves_the_others_alone() -> None:
    graph, nothing = dcc.Graph(id="graph", figure={}), html.P("Nothing here")
    one, other = panels(graph, html.P("a", id="p")), panels(nothing, html.P("a", id="p"))
    assert one["frame"] == other["frame"]
    assert one["frames"]["box0"] != other["frames"]["box0"]
    assert one["frames"]["box1"] == other["frames"]["box1"]


def test_names_are_in_one_order_in_all_processes() -> None:
    wild = {f"data-{letter}": letter for letter in "zxcvbnm"}
    names = drawn(html.Div(html.P("a", id="p", **wild)))["parts"]["p"]["names"]
    assert names == sorted(names)
    assert len(names) == 8
