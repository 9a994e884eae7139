from dash import dcc, html
from hypothesis import given
from hypothesis import strategies as st

from dashboard.live import WHOLE, take_apart

TEXTS = st.text(max_size=4)


def page(heading: str = "a", value: str = "1", width: str = "w") -> html.Div:
    return html.Div(
        [
            html.P(heading, id="heading"),
            html.Section([html.B(value), html.I(id="inner")], id="box", **WHOLE),
            html.Div(dcc.Graph(id="graph", figure={"data": [value]}), id="outer", title=heading),
        ],
        className=width,
    )


def known(tree: html.Div) -> dict[str, object]:
    taken = take_apart(tree)
    return {"frame": taken.frame, "parts": taken.prints}


def test_an_equal_page_has_nothing_to_send() -> None:
    assert take_apart(page()).differing(known(page())) == {}


def test_only_parts_that_differ_are_sent() -> None:
    changes = take_apart(page(value="2")).differing(known(page()))
    assert changes is not None
    assert set(changes) == {"box", "graph"}
    assert changes["graph"]["figure"] == {"data": ["2"]}


def test_a_part_around_another_leaves_the_inner_one_alone() -> None:
    changes = take_apart(page(heading="b")).differing(known(page()))
    assert changes == {"heading": {"children": "b"}, "outer": {"title": "b"}}


def test_what_has_no_id_belongs_to_the_frame() -> None:
    assert take_apart(page(width="other")).differing(known(page())) is None


def test_another_kind_of_page_is_sent_whole() -> None:
    assert take_apart(html.P("no figures")).differing(known(page())) is None


@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_parts_and_frame_together_notice_every_change(a: str, b: str, c: str, d: str) -> None:
    changes = take_apart(page(a, b)).differing(known(page(c, d)))
    assert (changes == {}) == ((a, b) == (c, d))
