"""The request that a browser posts to have a page filled."""

from typing import Any


def body(asked: object) -> dict[str, Any]:
    """What is posted for a state of the browser, as assets/asking.js tells it: `path`, `search` and
    `scheme` are enough where somebody opens an address."""
    return {
        "output": "answer.data",
        "outputs": {"id": "answer", "property": "data"},
        "inputs": [{"id": "asked", "property": "data", "value": asked}],
        "changedPropIds": ["asked.data"],
    }


def told(response: dict[str, Any]) -> dict[str, Any]:
    """What the answer to such a request says."""
    return response["response"]["answer"]["data"]
