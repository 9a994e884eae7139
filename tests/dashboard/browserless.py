"""A browser's part of the conversation, spoken by Flask's test client."""

import json
from dataclasses import dataclass
from typing import Any

import dash
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from benchmarks.posting import body, told
from dashboard.filters import SLICES

START = {
    "path": "/", "search": "", "scheme": "light", "trigger": None, "shown": None,
    "controls": {
        **dict.fromkeys(("filter-period", "filter-days", "filter-compare", "filter-grain")),
        **{f"filter-{name}": [] for name in SLICES},
    },
}  # fmt: skip


@dataclass
class Browserless:
    """Posts the page's callback with the state of a browser, changed as asked."""

    app: dash.Dash
    client: FlaskClient

    def post(self, trigger: object = None, *, controls: Any = None, **state: Any) -> TestResponse:
        """`trigger` is the id of what changed, `controls` the values of controls by "filter-…"."""
        if controls is None or isinstance(controls, dict):
            controls = {**START["controls"], **(controls or {})}
        asked = {**START, "trigger": trigger, "controls": controls, **state}
        return self.send(asked)

    def send(self, asked: object) -> TestResponse:
        """Posts anything as the state of a browser."""
        return self.client.post("/_dash-update-component", json=body(asked))

    def show(self, trigger: str | None = None, **state: Any) -> dict[str, Any]:
        """What is shown: the answer, with the page as `drawn` and its tree as `page`."""
        response = self.post(trigger, **state)
        assert response.status_code == 200, response.get_data(as_text=True)[:2000]
        answer = told(response.get_json())
        # The browser's part: the tree becomes the page.
        answer["drawn"] = json.loads(answer["drawn"])
        answer["page"] = answer["drawn"]["tree"]
        _fill(answer["page"], answer["drawn"]["still"])
        return answer


def _fill(tree: Any, still: dict[str, Any]) -> None:
    """Gives the still parts of a page their children, as assets/still.js does."""
    for props in _walk(tree):
        if props.get("id") in still:
            props["_props"]["children"] = still[props["id"]]["children"]


def texts(tree: Any) -> str:
    """All texts of a component tree as JSON, one after the other."""
    if isinstance(tree, dict):
        return texts(tree.get("props", {}).get("children"))
    if isinstance(tree, list):
        return " ".join(filter(None, (texts(part) for part in tree)))
    return "" if tree is None else str(tree)


def find(tree: Any, wanted: str) -> dict[str, Any]:
    """The properties of the component with this id."""
    found = [props for props in _walk(tree) if props.get("id") == wanted]
    assert found, f"no {wanted} on the page"
    return found[0]


def every(tree: Any, kind: str) -> list[dict[str, Any]]:
    """The properties of all components of one type."""
    return [props for props in _walk(tree) if props["_type"] == kind]


def _walk(tree: Any) -> Any:
    if isinstance(tree, list):
        for part in tree:
            yield from _walk(part)
    elif isinstance(tree, dict) and "props" in tree:
        yield {**tree["props"], "_type": tree["type"], "_props": tree["props"]}
        for value in tree["props"].values():
            yield from _walk(value)
