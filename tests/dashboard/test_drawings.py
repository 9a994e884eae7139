"""One drawing for everybody who asks for the same view."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from dashboard.drawings import Drawings
from tests.dashboard.browserless import Browserless
from tests.dashboard.figures import Given


def test_who_asks_while_it_is_being_drawn_waits_for_it() -> None:
    drawings, begun, go_on = Drawings(), threading.Event(), threading.Event()
    made = []

    def make() -> str:
        begun.set()
        assert go_on.wait(10)
        made.append(1)
        return "drawn"

    with ThreadPoolExecutor(5) as people:
        first = people.submit(drawings.get, "view", make)
        assert begun.wait(10)
        others = [people.submit(drawings.get, "view", make) for _ in range(4)]
        go_on.set()
        assert [one.result(10) for one in (first, *others)] == ["drawn"] * 5
    assert made == [1]


def test_the_views_asked_for_last_are_kept() -> None:
    drawings = Drawings(most=2)
    made = []

    def ask(key: str) -> None:
        drawings.get(key, lambda: made.append(key) or key)

    for key in ("a", "b", "a", "c", "a", "b"):
        ask(key)
    assert made == ["a", "b", "c", "b"]


def test_what_could_not_be_drawn_is_tried_again() -> None:
    drawings = Drawings()

    def fail() -> str:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        drawings.get("view", fail)
    assert drawings.get("view", lambda: "drawn") == "drawn"


def test_views_that_differ_in_anything_are_drawn_apart(opened: Callable[..., Browserless]) -> None:
    browser = opened(Given())
    pages = [
        browser.show(**state)["drawn"]
        for state in (
            {},
            {"scheme": "dark"},
            {"search": "?team=T1"},
            {"search": "?compare=year"},
            {"path": "/recovery"},
        )
    ]
    assert all(one != other for at, one in enumerate(pages) for other in pages[:at])
    assert browser.show()["drawn"] == pages[0]
