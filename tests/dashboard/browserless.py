"""A browser's part of the conversation, spoken by Flask's test client."""

import json
from dataclasses import dataclass
from typing import Any

import dash
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from dashboard.filters import SLICES

START = {
    "address.pathname": "/", "address.search": "", "scheme.data": "light", "tick.n_intervals": None,
    "filter-reset.n_clicks": 0, "filter-period.value": None, "filter-days.value": None,
    "filter-compare.value": None, "filter-grain.value": None, "shown.data": None,
    **{f"filter-{name}.value": [] for name in SLICES},
}  # fmt: skip


@dataclass
class Browserless:
    """Posts the page's callback with the state of a browser, changed as asked."""

    app: dash.Dash
    client: FlaskClient

    def post(self, changed: str, **state: Any) -> TestResponse:
        """`changed` is "component.property"; names in `state` use "__" for "-" and "_" for "."."""
        values = {
            **START,
            **{key.replace("__", "-").replace("_", ".", 1): v for key, v in state.items()},
        }
        spec = self._spec()

        def filled(places: Any) -> list[Any]:
            return [
                filled(place) if isinstance(place, list)
                else {**place, "value": values[f"{place['id']}.{place['property']}"]}
                for place in places
            ]  # fmt: skip

        body = {
            "output": spec["output"],
            "outputs": _outputs(spec["output"]),
            "inputs": filled(spec["inputs"]),
            "state": filled(spec["state"]),
            "changedPropIds": [changed],
        }
        return self.client.post("/_dash-update-component", json=body)

    def show(self, changed: str = "address.search", **state: Any) -> dict[str, Any]:
        """What the page shows: "component.property" → new value."""
        response = self.post(changed, **state)
        assert response.status_code == 200, response.get_data(as_text=True)[:2000]
        answer = response.get_json()["response"]
        # The browser's part: the tree becomes the page.
        answer["drawn"]["data"] = json.loads(answer["drawn"]["data"])
        _fill(answer["drawn"]["data"]["tree"], answer["drawn"]["data"]["still"])
        answer["page"] = {"children": answer["drawn"]["data"]["tree"]}
        return {
            f"{name}.{key}": value for name, kept in answer.items() for key, value in kept.items()
        }

    def _spec(self) -> dict[str, Any]:
        specs = self.client.get("/_dash-dependencies").get_json()
        (found,) = [spec for spec in specs if "drawn.data" in spec["output"]]
        return found


def _fill(tree: Any, still: dict[str, Any]) -> None:
    """Gives the still parts of a page their children, as assets/still.js does."""
    for props in _walk(tree):
        if props.get("id") in still:
            props["_props"]["children"] = still[props["id"]]["children"]


def _outputs(joined: str) -> list[dict[str, str]]:
    names = joined.strip(".").split("...")
    return [dict(zip(("id", "property"), name.rsplit(".", 1), strict=True)) for name in names]


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
